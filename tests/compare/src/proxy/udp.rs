//! Datagrams.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::sleep_until;

use super::{Ledger, Way, add};

/// Datagrams under way; more are lost.
const UNDER_WAY: usize = 65_536;

/// Carries datagrams, each client's through a socket of its own.
pub(super) async fn carry(
    address: SocketAddr,
    server: SocketAddr,
    delay: Duration,
    ledger: Arc<Ledger>,
) -> Result<JoinHandle<()>> {
    let front = Arc::new(UdpSocket::bind(address).await?);
    let carrying = tokio::spawn(async move {
        let mut flows: HashMap<SocketAddr, Flow> = HashMap::new();
        let mut buffer = vec![0; 65_536];
        loop {
            // An error here tells of an earlier datagram that nobody took.
            let Ok((length, client)) = front.recv_from(&mut buffer).await else { continue };
            let flow = match flows.entry(client) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    match Flow::open(front.clone(), client, server, delay, &ledger).await {
                        Ok(flow) => new.insert(flow),
                        Err(_) => continue,
                    }
                }
            };
            flow.up.take(&buffer[..length], &ledger);
        }
    });
    Ok(carrying)
}

/// What one socket of a client sends and receives.
struct Flow {
    up: Queue,
    downward: JoinHandle<()>,
}

impl Flow {
    async fn open(
        front: Arc<UdpSocket>,
        client: SocketAddr,
        server: SocketAddr,
        delay: Duration,
        ledger: &Arc<Ledger>,
    ) -> Result<Self> {
        let back = Arc::new(UdpSocket::bind("127.0.0.1:0").await?);
        back.connect(server).await?;
        ledger.opened();
        // A cut ends the flow for good.
        let epoch = *ledger.cut.borrow();
        let up = Queue::open(back.clone(), server, Way::Up, delay, epoch);
        let down = Queue::open(front, client, Way::Down, delay, epoch);
        let ledger = ledger.clone();
        let downward = tokio::spawn(async move {
            let mut buffer = vec![0; 65_536];
            loop {
                let Ok(length) = back.recv(&mut buffer).await else { continue };
                down.take(&buffer[..length], &ledger);
            }
        });
        Ok(Self { up, downward })
    }
}

impl Drop for Flow {
    fn drop(&mut self) {
        self.downward.abort();
    }
}

/// Datagrams under way in one direction, in order.
struct Queue {
    sent: mpsc::Sender<(Instant, Vec<u8>)>,
    way: Way,
    epoch: u64,
}

impl Queue {
    fn open(socket: Arc<UdpSocket>, to: SocketAddr, way: Way, delay: Duration, epoch: u64) -> Self {
        let (sent, mut under_way) = mpsc::channel::<(Instant, Vec<u8>)>(UNDER_WAY);
        tokio::spawn(async move {
            while let Some((at, bytes)) = under_way.recv().await {
                if !delay.is_zero() {
                    sleep_until((at + delay).into()).await;
                }
                // What cannot be sent is lost, as datagrams are.
                drop(match way {
                    Way::Up => socket.send(&bytes).await,
                    Way::Down => socket.send_to(&bytes, to).await,
                });
            }
        });
        Self { sent, way, epoch }
    }

    fn take(&self, bytes: &[u8], ledger: &Ledger) {
        // Half a datagram is none.
        if ledger.carry(bytes.len(), self.way, self.epoch) == bytes.len() {
            ledger.change(|counts| add(&mut counts.datagrams, 1, self.way));
            drop(self.sent.try_send((Instant::now(), bytes.to_vec())));
        }
    }
}
