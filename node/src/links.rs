//! Connections: frames from the network to the keeper, and from the keeper to the network.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::sync::{CloseReason, ConnId, Enrolment, Side};
use hopluu_protocol::wire::frame::may_come_twice;
use hopluu_protocol::wire::stream::Deframer;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::sleep;

use crate::keeper::{Keeper, Outgoing};
use crate::problem::Refusal;
use crate::transport::{
    CloseCode, Closed, Connection, MAX_EARLY, NO_GREETING, Patience, Priority, Receiver, Sender,
    Traffic, Way,
};

/// How many packets may wait for one connection. The sync machine bounds their bytes; of small documents that
/// is a batch each, some thousands in a window.
const OUTBOX: usize = 4096;

/// How long a node that has connected may wait with its first frame while nothing comes from it, and how long in
/// all. At 9.6 kbit/s a greeting that was lost twice needs more than the first.
const GREETING_TIMEOUT: Duration = Duration::from_secs(20);
const GREETING_AT_MOST: Duration = Duration::from_secs(60);

/// How many nodes may take longer than [`GREETING_TIMEOUT`] at a time: a stranger may be slow on purpose.
const PATIENT_WITH: usize = 256;

/// What a program reads that knows no close code for it.
const CANNOT_STORE: &str = "không ghi được dữ liệu vào ổ đĩa (the disk takes nothing)";

/// How often is looked whether a connection that was cut has ended.
const SETTLES_WITHIN: Duration = Duration::from_millis(1);

/// Numbers connections and runs them.
#[derive(Clone)]
pub(crate) struct Links {
    keeper: Keeper,
    next: Arc<AtomicU64>,
    ledger: Arc<Mutex<Ledger>>,
    to_hub: Arc<watch::Sender<Option<Way>>>,
    /// Places for nodes that take long over their greeting.
    slow: Arc<Semaphore>,
}

/// What went over all connections, those that are over and those that run.
#[derive(Default)]
struct Ledger {
    over: Traffic,
    running: BTreeMap<ConnId, Sender>,
}

/// A connection to the hub that runs. Dropped, it is cut at once: nobody waits for it any more.
pub(crate) struct Link {
    conn: ConnId,
    sender: Sender,
    ended: tokio::task::JoinHandle<Closed>,
}

/// A conversation that has begun before there is a line to have it on, so that its first words leave with
/// the first packet.
pub(crate) struct Begun {
    conn: ConnId,
    outgoing: mpsc::Receiver<Outgoing>,
    early: Vec<Bytes>,
    later: VecDeque<Bytes>,
}

impl Links {
    pub(crate) fn new(keeper: Keeper) -> Self {
        let to_hub = Arc::new(watch::Sender::new(None));
        let next = Arc::new(AtomicU64::new(1));
        let slow = Arc::new(Semaphore::new(PATIENT_WITH));
        Self { keeper, next, ledger: Arc::default(), to_hub, slow }
    }

    /// What went over all connections so far.
    pub(crate) fn traffic(&self) -> Traffic {
        let ledger = self.ledger();
        ledger.running.values().fold(ledger.over, |sum, sender| sum + sender.traffic())
    }

    /// What carries the connection to each peer; of several, the latest.
    pub(crate) fn ways(&self) -> BTreeMap<NodeKey, Way> {
        self.ledger().running.values().map(|sender| (sender.peer(), sender.way())).collect()
    }

    /// What carries the connection to the hub, as it changes.
    pub(crate) fn way_to_hub(&self) -> watch::Receiver<Option<Way>> {
        self.to_hub.subscribe()
    }

    /// Has the keeper begin a conversation with the hub, which is about to be dialled.
    pub(crate) async fn begin(
        &self,
        hub: NodeKey,
        enrol: Option<Enrolment>,
    ) -> Result<Begun, Refusal> {
        let conn = self.number();
        let (outbox, mut outgoing) = mpsc::channel(OUTBOX);
        self.keeper.connected(conn, hub, Side::Dialer, enrol, outbox).await?;
        // Answered when the keeper has done everything that came before.
        self.keeper.office(|_| Ok(())).await?;
        let mut first = VecDeque::new();
        while let Ok(Outgoing::Frames(bytes)) = outgoing.try_recv() {
            first.extend(frames(&bytes));
        }
        let (early, later) = split_early(first);
        Ok(Begun { conn, outgoing, early, later })
    }

    /// The hub was not reached: the conversation is over before it began.
    pub(crate) async fn give_up(&self, begun: Begun) {
        // A keeper that has stopped needs no telling.
        drop(self.keeper.closed(begun.conn).await);
    }

    /// Goes on with a conversation on the line that was found for it. Its early frames have been sent.
    pub(crate) fn go_on(&self, begun: Begun, connection: Connection) -> Link {
        let (sender, receiver) = connection.split();
        self.to_hub.send_replace(Some(sender.way()));
        let writing = tokio::spawn(write(sender.clone(), begun.later, begun.outgoing));
        let ended = self.run(begun.conn, sender.clone(), receiver, writing, None);
        Link { conn: begun.conn, sender, ended }
    }

    /// Serves a node that has called, as soon as it says something. Whoever says nothing is no peer yet:
    /// he may have come in by two ways at once and use the other, or look whether there is a way.
    pub(crate) async fn welcome(&self, connection: Connection) {
        let (sender, mut receiver) = connection.split();
        let peer = sender.peer();
        let first = match self.greeting(&sender, &mut receiver).await {
            Some(Ok(frame)) => frame,
            Some(Err(closed)) => return tracing::debug!(%peer, %closed, "left without a word"),
            None => return sender.close(CloseCode::Unheard, NO_GREETING).await,
        };
        let conn = self.number();
        let (outbox, outgoing) = mpsc::channel(OUTBOX);
        if self.keeper.connected(conn, peer, Side::Listener, None, outbox).await.is_err() {
            return sender.close(CloseCode::Leaving, "").await;
        }
        tracing::debug!(%peer, way = ?sender.way(), "connected");
        let writing = tokio::spawn(write(sender.clone(), VecDeque::new(), outgoing));
        // It runs by itself from here.
        drop(self.run(conn, sender, receiver, writing, Some(first)));
    }

    /// A node's first frame. `None`: it took too long. A node of which packets come may take longer, since its
    /// line is slow; not where many do so, or those who say nothing would keep others out.
    async fn greeting(
        &self,
        sender: &Sender,
        receiver: &mut Receiver,
    ) -> Option<Result<Bytes, Closed>> {
        let may_be_slow = self.slow.try_acquire().ok();
        let in_all = if may_be_slow.is_some() { GREETING_AT_MOST } else { GREETING_TIMEOUT };
        let patience = Patience { while_silent: GREETING_TIMEOUT, in_all };
        let heard = || sender.traffic().datagram_bytes_received;
        patience.wait(heard, next_frame(receiver)).await.ok()
    }

    /// The connection with a peer; of several, the latest.
    pub(crate) fn line_to(&self, peer: &NodeKey) -> Option<(ConnId, Sender)> {
        let ledger = self.ledger();
        let line = ledger.running.iter().rev().find(|(_, sender)| sender.peer() == *peer);
        line.map(|(conn, sender)| (*conn, sender.clone()))
    }

    /// Ends the connection to the hub at once, whether it is there or not, and returns when it has ended.
    pub(crate) async fn cut_hub(&self) {
        let running: Vec<ConnId> = self.ledger().running.keys().copied().collect();
        self.ledger().running.values().for_each(Sender::abandon);
        // Another one may come up at once, so it is not waited until there is none.
        let runs = |conn: &ConnId| self.ledger().running.contains_key(conn);
        while running.iter().any(runs) {
            sleep(SETTLES_WITHIN).await;
        }
    }

    /// Runs a connection until it ends.
    fn run(
        &self,
        conn: ConnId,
        sender: Sender,
        receiver: Receiver,
        writing: tokio::task::JoinHandle<()>,
        first: Option<Bytes>,
    ) -> tokio::task::JoinHandle<Closed> {
        self.ledger().running.insert(conn, sender);
        let links = self.clone();
        tokio::spawn(async move {
            let closed = read(&links.keeper, conn, receiver, first).await;
            links.settle(conn);
            // A keeper that has stopped needs no telling.
            drop(links.keeper.closed(conn).await);
            writing.abort();
            closed
        })
    }

    /// A connection is over; what went over it stays counted.
    fn settle(&self, conn: ConnId) {
        let mut ledger = self.ledger();
        if let Some(sender) = ledger.running.remove(&conn) {
            ledger.over = ledger.over + sender.traffic();
        }
        if ledger.running.is_empty() {
            self.to_hub.send_if_modified(|way| way.take().is_some());
        }
    }

    fn number(&self) -> ConnId {
        ConnId(self.next.fetch_add(1, Ordering::Relaxed))
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Begun {
    /// What is to go first on the line: at most [`MAX_EARLY`] bytes, and nothing that must not arrive
    /// twice.
    pub(crate) fn early(&self) -> &[Bytes] {
        &self.early
    }
}

impl Link {
    /// Its number.
    pub(crate) fn conn(&self) -> ConnId {
        self.conn
    }

    /// Its sending half.
    pub(crate) fn sender(&self) -> &Sender {
        &self.sender
    }

    /// What carries the connection.
    pub(crate) fn way(&self) -> Way {
        self.sender.way()
    }

    /// Ends the connection with a goodbye.
    pub(crate) async fn close(mut self) {
        self.sender.close(CloseCode::Done, "").await;
        // How it ended is known: by this.
        drop(self.ended().await);
    }

    /// Ends a connection on which everything was said: both are in sync, so nothing is waited for.
    pub(crate) async fn part(mut self) {
        self.sender.hang_up(CloseCode::Done).await;
        drop(self.ended().await);
    }

    /// Waits until the connection has ended, and says how.
    pub(crate) async fn ended(&mut self) -> Closed {
        (&mut self.ended).await.unwrap_or(Closed::Cut)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.sender.abandon();
    }
}

/// What may go with the first packets, and the rest, both in order.
fn split_early(mut frames: VecDeque<Bytes>) -> (Vec<Bytes>, VecDeque<Bytes>) {
    let (mut early, mut room) = (Vec::new(), MAX_EARLY);
    while let Some(frame) = frames.front()
        && may_come_twice(frame)
        && frame.len() <= room
    {
        room -= frame.len();
        early.extend(frames.pop_front());
    }
    (early, frames)
}

async fn read(
    keeper: &Keeper,
    conn: ConnId,
    mut receiver: Receiver,
    mut first: Option<Bytes>,
) -> Closed {
    loop {
        let frame = match first.take() {
            Some(frame) => frame,
            None => match next_frame(&mut receiver).await {
                Ok(frame) => frame,
                Err(closed) => return closed,
            },
        };
        if !may_come_twice(&frame) && !receiver.proved().await {
            return Closed::Cut;
        }
        if keeper.frame(conn, frame).await.is_err() {
            return Closed::Here;
        }
    }
}

async fn next_frame(receiver: &mut Receiver) -> Result<Bytes, Closed> {
    match receiver.recv().await {
        Some(frame) => frame,
        None => Err(Closed::ByPeer { code: CloseCode::Done, reason: String::new() }),
    }
}

/// Sends what the keeper has for a connection, frame by frame: the transport puts its own length before
/// each, so the sync machine's lengths are taken off here.
async fn write(sender: Sender, first: VecDeque<Bytes>, mut outgoing: mpsc::Receiver<Outgoing>) {
    for frame in first {
        if sender.send(frame, Priority::Live).await.is_err() {
            return;
        }
    }
    while let Some(next) = outgoing.recv().await {
        match next {
            Outgoing::Frames(bytes) => {
                for frame in frames(&bytes) {
                    if sender.send(frame, Priority::Live).await.is_err() {
                        return;
                    }
                }
            }
            Outgoing::CannotStore => {
                return sender.close(CloseCode::CannotStore, CANNOT_STORE).await;
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

/// The frames in what the sync machine has put together.
fn frames(bytes: &[u8]) -> Vec<Bytes> {
    let mut deframer = Deframer::default();
    deframer.push(bytes);
    let mut frames = Vec::new();
    while let Ok(Some(frame)) = deframer.next_frame() {
        frames.push(Bytes::copy_from_slice(frame));
    }
    frames
}

#[cfg(test)]
mod tests {
    use hopluu_protocol::wire::frame::{Frame, Hello};

    use super::*;

    fn hello() -> Bytes {
        let hello = Hello {
            min_version: 1,
            max_version: 1,
            features: 0,
            pushes: true,
            epoch: [1; 16],
            digest: [2; 32],
        };
        Frame::Hello(hello).encode().into()
    }

    fn enrol() -> Bytes {
        Frame::Enrol { code: vec![7; 10], name: "Máy 1".to_owned() }.encode().into()
    }

    fn batch(length: usize) -> Bytes {
        Bytes::from([&[0x10][..], &vec![0; length - 1]].concat())
    }

    #[test]
    fn a_greeting_and_the_edits_behind_it_go_early_as_far_as_there_is_room() {
        let frames = [hello(), batch(4096), batch(6000), batch(10)];
        let (early, later) = split_early(frames.clone().into());
        assert_eq!(early, frames[..2]);
        assert_eq!(later, frames[2..].to_vec());
    }

    #[test]
    fn an_enrolment_never_goes_early_nor_anything_behind_it() {
        assert_eq!(split_early([enrol()].into()), (vec![], [enrol()].into()));
        let (early, later) = split_early([hello(), enrol(), hello()].into());
        assert_eq!((early, later), (vec![hello()], [enrol(), hello()].into()));
    }
}
