//! A relay to the hub that lets one byte through in a second: what a slow-drip attacker sends (slowloris).

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Takes one connection and passes it on, until it is dropped.
pub(crate) struct Trickle {
    pub(crate) address: SocketAddr,
    is_slow: Arc<AtomicBool>,
    relaying: JoinHandle<()>,
}

impl Trickle {
    /// Everything goes at once until [`Trickle::slow_down`].
    pub(crate) async fn start(hub: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let is_slow = Arc::new(AtomicBool::new(false));
        let slowness = is_slow.clone();
        let relaying = tokio::spawn(async move {
            if let Ok((client, _)) = listener.accept().await {
                relay(client, hub, &slowness).await;
            }
        });
        Self { address, is_slow, relaying }
    }

    pub(crate) fn slow_down(&self) {
        self.is_slow.store(true, Ordering::Relaxed);
    }
}

impl Drop for Trickle {
    fn drop(&mut self) {
        self.relaying.abort();
    }
}

async fn relay(client: TcpStream, hub: SocketAddr, is_slow: &AtomicBool) {
    let Ok(hub) = TcpStream::connect(hub).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_hub, mut to_hub) = hub.into_split();
    let back = async { drop(tokio::io::copy(&mut from_hub, &mut to_client).await) };
    let there = async {
        let mut drip = tokio::time::interval(Duration::from_secs(1));
        let mut byte = [0; 1];
        while from_client.read_exact(&mut byte).await.is_ok() {
            if is_slow.load(Ordering::Relaxed) {
                drip.tick().await;
            }
            if to_hub.write_all(&byte).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = back => {}
        () = there => {}
    }
}
