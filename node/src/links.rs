//! Connections: frames from the network to the keeper, and from the keeper to the network.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use hopluu_protocol::sync::{CloseReason, ConnId, Enrolment, Side};
use hopluu_protocol::wire::stream::Deframer;
use tokio::sync::mpsc;

use crate::keeper::{Keeper, Outgoing};
use crate::problem::Refusal;
use crate::transport::{CloseCode, Closed, Connection, Priority, Receiver, Sender, Traffic};

/// How many packets may wait for one connection. The sync machine bounds their bytes.
const OUTBOX: usize = 256;

/// Numbers connections and runs them.
#[derive(Clone)]
pub(crate) struct Links {
    keeper: Keeper,
    next: Arc<AtomicU64>,
    ledger: Arc<Mutex<Ledger>>,
}

/// What went over all connections, those that are over and those that run.
#[derive(Default)]
struct Ledger {
    over: Traffic,
    running: BTreeMap<ConnId, Sender>,
}

/// A connection that runs.
pub(crate) struct Link {
    sender: Sender,
    ended: tokio::task::JoinHandle<Closed>,
}

impl Links {
    pub(crate) fn new(keeper: Keeper) -> Self {
        Self { keeper, next: Arc::new(AtomicU64::new(1)), ledger: Arc::default() }
    }

    /// What went over all connections so far.
    pub(crate) fn traffic(&self) -> Traffic {
        let ledger = self.ledger();
        ledger.running.values().fold(ledger.over, |sum, sender| sum + sender.traffic())
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection is over; what went over it stays counted.
    fn settle(&self, conn: ConnId) {
        let mut ledger = self.ledger();
        if let Some(sender) = ledger.running.remove(&conn) {
            ledger.over = ledger.over + sender.traffic();
        }
    }

    /// Hands a connection to the keeper and runs it until it ends.
    pub(crate) async fn attach(
        &self,
        connection: Connection,
        side: Side,
        enrol: Option<Enrolment>,
    ) -> Result<Link, Refusal> {
        let conn = ConnId(self.next.fetch_add(1, Ordering::Relaxed));
        let peer = connection.peer();
        let (sender, receiver) = connection.split();
        let (outbox, outgoing) = mpsc::channel(OUTBOX);
        self.keeper.connected(conn, peer, side, enrol, outbox).await?;
        self.ledger().running.insert(conn, sender.clone());
        let writing = tokio::spawn(write(sender.clone(), outgoing));
        let links = self.clone();
        let ended = tokio::spawn(async move {
            let closed = read(&links.keeper, conn, receiver).await;
            links.settle(conn);
            // A keeper that has stopped needs no telling.
            drop(links.keeper.closed(conn).await);
            writing.abort();
            closed
        });
        Ok(Link { sender, ended })
    }
}

impl Link {
    /// What has been sent and received.
    pub(crate) fn traffic(&self) -> Traffic {
        self.sender.traffic()
    }

    /// Ends the connection with a goodbye.
    pub(crate) async fn close(self) {
        self.sender.close(CloseCode::Done, "").await;
        // How it ended is known: by this.
        drop(self.ended.await);
    }

    /// Waits until the connection has ended, and says how.
    pub(crate) async fn ended(&mut self) -> Closed {
        (&mut self.ended).await.unwrap_or(Closed::Cut)
    }
}

async fn read(keeper: &Keeper, conn: ConnId, mut receiver: Receiver) -> Closed {
    loop {
        match receiver.recv().await {
            Some(Ok(bytes)) => {
                if keeper.frame(conn, bytes).await.is_err() {
                    return Closed::Here;
                }
            }
            Some(Err(closed)) => return closed,
            None => return Closed::ByPeer { code: CloseCode::Done, reason: String::new() },
        }
    }
}

/// Sends what the keeper has for a connection, frame by frame: the transport puts its own length before
/// each, so the sync machine's lengths are taken off here.
async fn write(sender: Sender, mut outgoing: mpsc::Receiver<Outgoing>) {
    while let Some(next) = outgoing.recv().await {
        match next {
            Outgoing::Frames(bytes) => {
                let mut frames = Deframer::default();
                frames.push(&bytes);
                while let Ok(Some(frame)) = frames.next_frame() {
                    let frame = Bytes::copy_from_slice(frame);
                    if sender.send(frame, Priority::Live).await.is_err() {
                        return;
                    }
                }
            }
            Outgoing::Close(reason) => {
                let code = match reason {
                    CloseReason::Busy => CloseCode::Busy,
                    CloseReason::Ended | CloseReason::Replaced | CloseReason::Silent => {
                        CloseCode::Done
                    }
                    CloseReason::Protocol => CloseCode::Malformed,
                    CloseReason::Refused => CloseCode::Refused,
                };
                sender.close(code, "").await;
                return;
            }
        }
    }
    // The keeper has let go of the connection: the peer does not read, or the node stops.
    sender.close(CloseCode::Leaving, "").await;
}
