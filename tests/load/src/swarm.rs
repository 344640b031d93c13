//! Many nodes at once.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use hopluu_protocol::replica::Digest;
use hopluu_protocol::sync::Backoff;
use quinn::Endpoint;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::client::{Caller, Met, Order, Outcome};
use crate::edits::Desk;
use crate::hub::Hub;
use crate::percentile::Times;
use crate::town::{Town, dice};

/// Sockets that all nodes share: one for each would take more than a process may open.
const SOCKETS: usize = 16;
/// How many orders may wait for a node.
const ORDERS: usize = 2;

/// All nodes of a town, in this process.
#[derive(Debug)]
pub struct Swarm {
    town: Arc<Town>,
    endpoints: Vec<Endpoint>,
    /// What each node and the hub hold.
    digests: Vec<Digest>,
    /// The names of their stores.
    epochs: Vec<[u8; 16]>,
    received: Arc<AtomicU64>,
}

/// The nodes while they are connected.
#[derive(Debug)]
pub struct Connected {
    lines: Vec<Handle>,
    /// How they came to be connected.
    pub story: Story,
}

#[derive(Debug)]
struct Handle {
    orders: mpsc::Sender<Order>,
    ended: JoinHandle<Result<Digest>>,
}

/// How a crowd of nodes connected.
#[derive(Debug, Default)]
pub struct Story {
    /// Every node, in the order in which they were in sync, with when that was, from the beginning.
    pub met: Vec<(Duration, Met)>,
    /// How often the hub asked to be left alone.
    pub busy: usize,
    /// How often a call failed otherwise, and what the last one said.
    pub failed: usize,
    /// What the last failure was.
    pub last_failure: String,
}

/// What nodes have to tell while they connect.
enum Told {
    Busy,
    Failed(String),
    Met(Met),
}

impl Swarm {
    /// The nodes of a town. Runs within a tokio runtime.
    ///
    /// # Errors
    /// When no socket can be opened.
    pub fn new(town: Arc<Town>) -> Result<Self> {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let endpoints = (0..SOCKETS).map(|_| Endpoint::client(any)).collect::<Result<_, _>>()?;
        let digests = town.offices.iter().map(|office| office.digest).collect();
        let epochs = town.offices.iter().map(|_| dice()).collect::<Result<_>>()?;
        Ok(Self { town, endpoints, digests, epochs, received: Arc::default() })
    }

    /// Has all nodes connect, spread evenly over a time; whoever fails comes back as a node does. The
    /// first `editors` of them can edit. Returns when all are in sync.
    ///
    /// # Errors
    /// When this process cannot go on.
    pub async fn connect(&self, hub: &Hub, within: Duration, editors: usize) -> Result<Connected> {
        let start = Instant::now();
        let (tell, mut told) = mpsc::channel(1024);
        let mut lines = Vec::new();
        for (number, office) in self.town.offices.iter().enumerate() {
            let (orders, queue) = mpsc::channel(ORDERS);
            let caller = Caller {
                key: office.key.clone(),
                hub: self.town.hub,
                address: hub.address,
                epoch: *self.epochs.get(number).context("a node without a store")?,
                received: self.received.clone(),
            };
            let node = Node {
                caller,
                endpoint: self.endpoints.get(number % SOCKETS).context("no socket")?.clone(),
                digest: *self.digests.get(number).context("a node without a digest")?,
                desk: (number < editors).then(|| Desk::new(&self.town, office)).transpose()?,
                queue,
            };
            let wait = share(within)?;
            let ended = tokio::spawn(node.live(wait, tell.clone()));
            lines.push(Handle { orders, ended });
        }
        drop(tell);
        let mut story = Story::default();
        while story.met.len() < lines.len() {
            match told.recv().await.context("a node gave up")? {
                Told::Busy => story.busy += 1,
                Told::Failed(what) => {
                    story.failed += 1;
                    story.last_failure = what;
                }
                Told::Met(met) => story.met.push((start.elapsed(), met)),
            }
        }
        Ok(Connected { lines, story })
    }

    /// How many batches the hub has sent to all nodes together.
    pub fn batches_received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Has all of them say goodbye. Whoever has lost its connection keeps what it held before.
    ///
    /// # Errors
    /// When this process cannot go on.
    pub async fn disconnect(&mut self, connected: Connected) -> Result<()> {
        let mut ended = Vec::new();
        for line in connected.lines {
            drop(line.orders);
            ended.push(line.ended);
        }
        for (digest, ended) in self.digests.iter_mut().zip(ended) {
            if let Ok(held) = ended.await? {
                *digest = held;
            }
        }
        Ok(())
    }
}

impl Connected {
    /// Has the first `nodes` nodes type `edits` figures each, with a pause of up to twice `pause` before
    /// each, and tells how long each took until the hub had it. Whoever has lost its connection stops.
    ///
    /// # Errors
    /// When this process cannot go on.
    pub async fn edit(&self, nodes: usize, edits: u64, pause: Duration) -> Result<Times> {
        let mut typing = Vec::new();
        for line in self.lines.iter().take(nodes) {
            let orders = line.orders.clone();
            typing.push(tokio::spawn(async move {
                let mut times = Vec::new();
                for typed in 0..edits {
                    sleep(share(2 * pause)?).await;
                    let (answer, answered) = oneshot::channel();
                    if orders.send(Order::Edit(typed, answer)).await.is_err() {
                        break;
                    }
                    let Ok(took) = answered.await else { break };
                    times.push(took);
                }
                anyhow::Ok(times)
            }));
        }
        let mut times = Vec::new();
        for typing in typing {
            times.extend(typing.await??);
        }
        Ok(times.into_iter().collect())
    }

    /// How many of the first `nodes` nodes hold the same as the hub, as both say.
    pub async fn same(&self, nodes: usize) -> usize {
        let mut same = 0;
        for line in self.lines.iter().take(nodes) {
            let (answer, answered) = oneshot::channel();
            if line.orders.send(Order::Compare(answer)).await.is_ok() {
                same += usize::from(answered.await.unwrap_or(false));
            }
        }
        same
    }

    /// How many have lost their connection since they were in sync.
    pub fn lost(&self) -> usize {
        self.lines.iter().filter(|line| line.ended.is_finished()).count()
    }
}

impl Story {
    /// From dialling to the end of the handshake.
    pub fn handshakes(&self) -> Times {
        self.met.iter().map(|(_, met)| met.handshake).collect()
    }

    /// From dialling to being in sync.
    pub fn syncs(&self) -> Times {
        self.met.iter().map(|(_, met)| met.in_sync).collect()
    }

    /// Until the last was in sync, from the beginning.
    pub fn until_all(&self) -> Duration {
        self.met.last().map(|(when, _)| *when).unwrap_or_default()
    }

    /// Most nodes that came to be in sync within one second.
    pub fn most_in_a_second(&self) -> usize {
        let mut from = 0;
        let mut most = 0;
        for (to, (when, _)) in self.met.iter().enumerate() {
            let begins = when.saturating_sub(Duration::from_secs(1));
            while self.met.get(from).is_some_and(|(early, _)| *early < begins) {
                from += 1;
            }
            most = most.max(to + 1 - from);
        }
        most
    }

    /// Most bytes of application data that a node sent, and received, until it was in sync.
    pub fn most_bytes(&self) -> (u64, u64) {
        let sent = self.met.iter().map(|(_, met)| met.sent).max();
        let received = self.met.iter().map(|(_, met)| met.received).max();
        (sent.unwrap_or_default(), received.unwrap_or_default())
    }
}

/// One node of the swarm.
struct Node {
    caller: Caller,
    endpoint: Endpoint,
    digest: Digest,
    desk: Option<Desk>,
    queue: mpsc::Receiver<Order>,
}

impl Node {
    /// Waits its turn, calls until it is in sync, and stays.
    async fn live(mut self, wait: Duration, tell: mpsc::Sender<Told>) -> Result<Digest> {
        sleep(wait).await;
        let mut backoff = Backoff::default();
        let line = loop {
            let (told, asked) = match self.caller.call(&self.endpoint, self.digest).await {
                Outcome::Met(line, met) => {
                    tell.send(Told::Met(met)).await?;
                    break line;
                }
                Outcome::Busy(retry_after) => (Told::Busy, retry_after),
                Outcome::Failed(error) => (Told::Failed(format!("{error:#}")), 0),
            };
            tell.send(told).await?;
            let pause = backoff.after_failure(u64::from_le_bytes(dice()?), asked);
            sleep(Duration::from_millis(pause)).await;
        };
        drop(tell);
        line.stay(self.desk, &mut self.queue).await
    }
}

/// A part of a time, any of them as likely.
fn share(of: Duration) -> Result<Duration> {
    let micros = u64::try_from(of.as_micros())?;
    let dice = u64::from_le_bytes(dice()?);
    Ok(Duration::from_micros(dice.checked_rem(micros).unwrap_or(0)))
}
