//! One node, as light as it can be: a key, a connection and the digest of what it shares with the hub.
//!
//! It speaks the protocol by hand (HELLO, BATCH, ACK, STATE, PING) instead of running the sync machine
//! over a replica: with the town's documents, the roster of everybody among them, ten thousand replicas
//! would not fit into a machine. To the hub it is a node like others that has everything.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use hopluu_node::transport::{SERVER_NAME, Settings, client_config};
use hopluu_protocol::identity::{NodeKey, OfficeKey};
use hopluu_protocol::replica::Digest;
use hopluu_protocol::wire::Frame;
use hopluu_protocol::wire::frame::{Hello, State, VERSION};
use quinn::{Endpoint, VarInt};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::edits::Desk;
use crate::frames::{Incoming, Outgoing};

/// How long one attempt may take, as long as a real node waits.
const PATIENCE: Duration = Duration::from_secs(20);

/// Everything is said (docs/protocol.md, close codes).
const CLOSED: VarInt = VarInt::from_u32(1);

/// Whom to call, and as whom.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The node's key.
    pub key: OfficeKey,
    /// The hub's key.
    pub hub: NodeKey,
    /// Where the hub listens.
    pub address: SocketAddr,
    /// The name of the node's store: the same at each connection.
    pub epoch: [u8; 16],
    /// Counts the batches that all nodes received.
    pub received: Arc<AtomicU64>,
}

/// A connection that is in sync.
#[derive(Debug)]
pub struct Line {
    connection: quinn::Connection,
    incoming: Incoming,
    outgoing: Outgoing,
    digest: Digest,
    sent: u64,
    settled: u64,
    /// The batch under way: since when, and who waits for it.
    edited: Option<(Instant, oneshot::Sender<Duration>)>,
    compared: Option<oneshot::Sender<bool>>,
    received: Arc<AtomicU64>,
}

/// How a connection came about.
#[derive(Clone, Copy, Debug)]
pub struct Met {
    /// From dialling to the end of the handshake.
    pub handshake: Duration,
    /// From dialling to the hub's greeting, which says that both hold the same.
    pub in_sync: Duration,
    /// Application data sent until then, bytes.
    pub sent: u64,
    /// Application data received until then, bytes.
    pub received: u64,
}

/// How an attempt ended.
#[derive(Debug)]
pub enum Outcome {
    /// In sync.
    Met(Box<Line>, Met),
    /// The hub asks to be left alone for so many milliseconds.
    Busy(u64),
    /// No connection, or it broke.
    Failed(anyhow::Error),
}

/// What a connected node is asked to do.
#[derive(Debug)]
pub(crate) enum Order {
    /// Say whether both hold the same.
    Compare(oneshot::Sender<bool>),
    /// Type this figure, and say how long it took until the hub had it durably.
    Edit(u64, oneshot::Sender<Duration>),
}

impl Caller {
    /// Dials once and greets.
    pub async fn call(&self, endpoint: &Endpoint, digest: Digest) -> Outcome {
        match timeout(PATIENCE, self.attempt(endpoint, digest)).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => Outcome::Failed(error),
            Err(_) => Outcome::Failed(anyhow!("no answer")),
        }
    }

    async fn attempt(&self, endpoint: &Endpoint, digest: Digest) -> Result<Outcome> {
        let config = client_config(&self.key, self.hub, &Settings::default())?;
        let start = Instant::now();
        let connection = endpoint.connect_with(config, self.address, SERVER_NAME)?.await?;
        let handshake = start.elapsed();
        let mut outgoing = Outgoing::new(connection.open_uni().await?);
        let hello = Hello {
            min_version: VERSION,
            max_version: VERSION,
            features: 0,
            pushes: false,
            epoch: self.epoch,
            digest: digest.0,
        };
        outgoing.send(&Frame::Hello(hello)).await?;
        let mut incoming = Incoming::new(connection.accept_uni().await?);
        match incoming.next().await? {
            Frame::Hello(theirs) if theirs.digest == digest.0 && !theirs.pushes => {
                let met = Met {
                    handshake,
                    in_sync: start.elapsed(),
                    sent: outgoing.bytes,
                    received: incoming.bytes,
                };
                let line = Line {
                    connection,
                    incoming,
                    outgoing,
                    digest,
                    sent: 0,
                    settled: 0,
                    edited: None,
                    compared: None,
                    received: self.received.clone(),
                };
                Ok(Outcome::Met(Box::new(line), met))
            }
            Frame::Busy { retry_after } => Ok(Outcome::Busy(retry_after)),
            Frame::Hello(_) => bail!("the hub holds something else"),
            frame => bail!("{} instead of a greeting", frame.name()),
        }
    }
}

impl Line {
    /// Stays connected and does what it is asked, until nobody can ask any more; then says goodbye.
    /// Returns the digest of what both hold.
    ///
    /// # Errors
    /// When the connection breaks.
    pub(crate) async fn stay(
        mut self,
        mut desk: Option<Desk>,
        orders: &mut mpsc::Receiver<Order>,
    ) -> Result<Digest> {
        loop {
            tokio::select! {
                frame = self.incoming.next() => self.heard(frame?).await?,
                order = orders.recv() => match (order, &mut desk) {
                    (Some(Order::Edit(typed, answer)), Some(desk)) => {
                        self.edit(desk, typed, answer).await?;
                    }
                    (Some(Order::Edit(..)), None) => bail!("this node does not edit"),
                    (Some(Order::Compare(answer)), _) => self.compare(answer).await?,
                    (None, _) => break,
                },
            }
        }
        self.outgoing.send(&Frame::Bye).await?;
        self.outgoing.finish().await;
        self.connection.close(CLOSED, b"");
        Ok(self.digest)
    }

    async fn edit(
        &mut self,
        desk: &mut Desk,
        typed: u64,
        answer: oneshot::Sender<Duration>,
    ) -> Result<()> {
        let before = desk.digest();
        self.sent += 1;
        let batch = desk.edit(self.sent, typed)?;
        self.digest = self.digest.minus(before).plus(desk.digest());
        self.edited = Some((Instant::now(), answer));
        self.outgoing.send(&Frame::Batch(batch)).await
    }

    async fn compare(&mut self, answer: oneshot::Sender<bool>) -> Result<()> {
        self.compared = Some(answer);
        let (sent, settled) = (self.sent, self.settled);
        self.outgoing.send(&Frame::State(State { sent, settled, digest: self.digest.0 })).await
    }

    /// Says that it has a batch. It is not kept, so that a comparison will tell.
    async fn received(&mut self, batch: u64) -> Result<()> {
        self.settled += 1;
        self.received.fetch_add(1, Ordering::Relaxed);
        self.outgoing.send(&Frame::Ack { batch }).await
    }

    async fn heard(&mut self, frame: Frame) -> Result<()> {
        match frame {
            Frame::Ack { batch } if batch == self.sent => {
                if let Some((since, answer)) = self.edited.take() {
                    // Whoever asked may have lost interest.
                    answer.send(since.elapsed()).ok();
                }
            }
            Frame::Batch(batch) => self.received(batch.number).await?,
            Frame::More(more) => self.received(more.number).await?,
            Frame::Ping { token } => self.outgoing.send(&Frame::Pong { token }).await?,
            Frame::State(state) => {
                if let Some(answer) = self.compared.take() {
                    let same = state.digest == self.digest.0 && state.settled == self.sent;
                    answer.send(same).ok();
                }
            }
            Frame::Bye => bail!("the hub said goodbye"),
            Frame::Pong { .. } => {}
            frame => bail!("{} was not expected", frame.name()),
        }
        Ok(())
    }
}
