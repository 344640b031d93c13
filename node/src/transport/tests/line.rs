//! A line to a listener that delays, blocks and records what passes: one port for both ways.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hopluu_protocol::invitation::HubAddress;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::watch;
use tokio::time::sleep;

use super::{Listener, loopback};

/// A line to one listener, for one caller at a time.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) address: HubAddress,
    switches: Arc<Switches>,
}

struct Switches {
    udp: watch::Sender<bool>,
    tcp: watch::Sender<bool>,
    /// How long a datagram takes in one direction.
    delay: Duration,
    /// The caller's datagrams, as they came.
    heard: Mutex<Vec<Vec<u8>>>,
}

impl Line {
    /// A line that lets everything pass, and takes `delay` in each direction over UDP.
    pub(super) async fn to(listener: &Listener, delay: Duration) -> Self {
        let hub = listener.local_address();
        let (udp, tcp) = loop {
            let tcp = TcpListener::bind(loopback()).await.unwrap();
            if let Ok(udp) = UdpSocket::bind(tcp.local_addr().unwrap()).await {
                break (udp, tcp);
            }
        };
        let switches = Arc::new(Switches {
            udp: watch::Sender::new(true),
            tcp: watch::Sender::new(true),
            delay,
            heard: Mutex::default(),
        });
        let address = HubAddress::from(udp.local_addr().unwrap());
        tokio::spawn(pass_datagrams(Arc::new(udp), hub, switches.clone()));
        tokio::spawn(pass_streams(tcp, hub, switches.clone()));
        Self { address, switches }
    }

    /// Whether datagrams pass from now on.
    pub(super) fn let_udp_pass(&self, pass: bool) {
        self.switches.udp.send_replace(pass);
    }

    /// Whether bytes of streams pass from now on; what is held back is kept.
    pub(super) fn let_tcp_pass(&self, pass: bool) {
        self.switches.tcp.send_replace(pass);
    }

    /// The caller's datagrams since this was last asked.
    pub(super) fn heard(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.switches.heard.lock().unwrap())
    }
}

async fn pass_datagrams(front: Arc<UdpSocket>, hub: SocketAddr, switches: Arc<Switches>) {
    let mut back: Option<(SocketAddr, Arc<UdpSocket>)> = None;
    let mut datagram = [0; 2048];
    while let Ok((length, caller)) = front.recv_from(&mut datagram).await {
        if length == 1 {
            // Asks whether anybody is there; the socket is.
            continue;
        }
        switches.heard.lock().unwrap().push(datagram[..length].to_vec());
        let back = match &back {
            Some((known, back)) if *known == caller => back.clone(),
            _ => {
                let socket = Arc::new(UdpSocket::bind(loopback()).await.unwrap());
                tokio::spawn(return_datagrams(
                    socket.clone(),
                    front.clone(),
                    caller,
                    switches.clone(),
                ));
                back = Some((caller, socket.clone()));
                socket
            }
        };
        if !*switches.udp.borrow() {
            continue;
        }
        let (bytes, delay) = (datagram[..length].to_vec(), switches.delay);
        tokio::spawn(async move {
            if !delay.is_zero() {
                sleep(delay).await;
            }
            back.send_to(&bytes, hub).await.unwrap();
        });
    }
}

async fn return_datagrams(
    back: Arc<UdpSocket>,
    front: Arc<UdpSocket>,
    caller: SocketAddr,
    switches: Arc<Switches>,
) {
    let mut datagram = [0; 2048];
    while let Ok(length) = back.recv(&mut datagram).await {
        if !*switches.udp.borrow() {
            continue;
        }
        let (bytes, delay, front) = (datagram[..length].to_vec(), switches.delay, front.clone());
        tokio::spawn(async move {
            if !delay.is_zero() {
                sleep(delay).await;
            }
            front.send_to(&bytes, caller).await.unwrap();
        });
    }
}

async fn pass_streams(front: TcpListener, hub: SocketAddr, switches: Arc<Switches>) {
    while let Ok((caller, _)) = front.accept().await {
        let switches = switches.clone();
        tokio::spawn(async move {
            let back = TcpStream::connect(hub).await.unwrap();
            let (from_caller, to_caller) = caller.into_split();
            let (from_hub, to_hub) = back.into_split();
            tokio::join!(
                pass(from_caller, to_hub, switches.tcp.subscribe()),
                pass(from_hub, to_caller, switches.tcp.subscribe()),
            );
        });
    }
}

async fn pass(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut may_pass: watch::Receiver<bool>,
) {
    let mut bytes = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut bytes).await {
        if may_pass.wait_for(|may_pass| *may_pass).await.is_err()
            || to.write_all(&bytes[..length]).await.is_err()
        {
            return;
        }
    }
    // The end passes, too.
    drop(to.shutdown().await);
}
