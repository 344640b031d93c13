//! The sending half.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::wire::MAX_FRAME;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::timeout;

use super::connection::Link;
use super::{CloseCode, Closed, Priority, Traffic, Way, quic, tcp};

/// What may wait in one queue, in bytes, before [`Sender::send`] waits: two frames of the largest size.
const QUEUE_BYTES: usize = 2 * MAX_FRAME;
/// What a frame counts at least, for what it takes besides its bytes.
const MIN_FRAME_COST: usize = 64;
/// How many frames may wait in one queue.
const QUEUE_FRAMES: usize = 256;

/// How long [`Sender::close`] waits for what is on its way.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);

/// Why a frame was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It is longer than [`MAX_FRAME`]. The connection goes on.
    #[error("a frame of {length} bytes is longer than the {MAX_FRAME} that are allowed")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// The connection is over.
    #[error(transparent)]
    Closed(#[from] Closed),
}

impl SendError {
    /// The error's name in message catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Closed(closed) => closed.code(),
            Self::TooLong { .. } => "send-frame-too-long",
        }
    }
}

/// The sending half of a connection; clones share it.
#[derive(Clone, Debug)]
pub struct Sender {
    link: Arc<Link>,
    live: Queue,
    catch_up: Queue,
}

impl Sender {
    /// One queue for each stream, in the order of [`Priority::ALL`].
    pub(super) fn over_quic(link: Arc<Link>, [live, catch_up]: quic::Outward) -> Self {
        let start = |stream| {
            let (queue, queued) = Queue::new();
            quic::spawn_writer(&link, stream, queued);
            queue
        };
        let (live, catch_up) = (start(live), start(catch_up));
        Self { link, live, catch_up }
    }

    /// Both queues for one stream.
    pub(super) fn over_tcp(link: Arc<Link>, outward: tcp::Outward) -> Self {
        let (live, live_queued) = Queue::new();
        let (catch_up, catch_up_queued) = Queue::new();
        outward.spawn_writer(live_queued, catch_up_queued, link.counters.clone());
        Self { link, live, catch_up }
    }

    /// The key that the other end has proved.
    pub fn peer(&self) -> NodeKey {
        self.link.peer
    }

    /// What carries the connection.
    pub fn way(&self) -> Way {
        self.link.way()
    }

    /// Where the other end is now; it may move.
    pub fn remote_address(&self) -> SocketAddr {
        self.link.remote_address()
    }

    /// What went over the connection so far.
    pub fn traffic(&self) -> Traffic {
        self.link.traffic()
    }

    /// How long a packet and its answer take; not known over TCP.
    pub fn round_trip(&self) -> Option<Duration> {
        self.link.round_trip()
    }

    /// Waits until it is certain that nobody is at the other end any more: its machine says that nobody listens,
    /// or there is no way to it. QUIC's own socket is not told of that. Over TCP the connection itself ends then.
    pub async fn deserted(&self) {
        match self.way() {
            Way::Quic => {
                let broken = super::dial::refusal_of(self.remote_address()).await;
                tracing::info!(?broken, "nobody is at the other end of a connection");
            }
            Way::Tcp => std::future::pending().await,
        }
    }

    /// Puts a frame into its queue; waits while the queue is full. A frame that was taken may still be
    /// lost with the connection: only an answer from the application at the other end says that it
    /// arrived. Dropping the future before it is done takes nothing.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn send(&self, frame: Bytes, priority: Priority) -> Result<(), SendError> {
        if frame.len() > MAX_FRAME {
            return Err(SendError::TooLong { length: frame.len() });
        }
        let queue = match priority {
            Priority::CatchUp => &self.catch_up,
            Priority::Live => &self.live,
        };
        if self.link.end().is_none() && queue.push(frame).await.is_some() {
            return Ok(());
        }
        Err(self.link.end().unwrap_or(Closed::Here).into())
    }

    /// Sends what is queued, waits (at most 5 s) until it has left (over QUIC, until the peer's machine
    /// has it), and closes the connection with a code and words for the peer's log. Returns when that is
    /// done; closing again does nothing.
    pub async fn close(&self, code: CloseCode, reason: &str) {
        let flush = async {
            self.live.finish().await;
            self.catch_up.finish().await;
        };
        if self.link.end().is_none() && timeout(FLUSH_TIMEOUT, flush).await.is_err() {
            tracing::debug!(peer = ?self.link.peer, "closing with frames still on their way");
        }
        self.link.close(code, reason);
        self.link.part().await;
    }

    /// Closes the connection without waiting for what is queued or on its way: for who knows that the peer has
    /// all that it needs.
    pub async fn hang_up(&self, code: CloseCode) {
        self.link.close(code, "");
        self.link.part().await;
    }

    /// Cuts the connection: what is queued or on its way is not waited for, and the peer may not hear of it.
    /// Does nothing when it is over.
    pub fn abandon(&self) {
        self.link.abandon();
    }

    /// Waits until the connection has ended, and says how.
    pub async fn closed(&self) -> Closed {
        self.link.ended().await
    }

    pub(super) fn link(&self) -> &Arc<Link> {
        &self.link
    }
}

/// Frames on their way to one stream.
#[derive(Clone, Debug)]
struct Queue {
    room: Arc<Semaphore>,
    frames: mpsc::Sender<Queued>,
}

/// The end of a queue at which a writer takes frames out. Dropped, nobody waits any more for room in it.
pub(super) struct QueueEnd {
    room: Arc<Semaphore>,
    frames: mpsc::Receiver<Queued>,
}

/// What a writer takes out.
#[derive(Debug)]
pub(super) enum Queued {
    /// A frame, and the room that it has until it is written.
    Frame(Bytes, OwnedSemaphorePermit),
    /// Say when everything before has left.
    Finish(oneshot::Sender<()>),
}

impl Queue {
    fn new() -> (Self, QueueEnd) {
        let room = Arc::new(Semaphore::new(QUEUE_BYTES));
        let (frames, queued) = mpsc::channel(QUEUE_FRAMES);
        (Self { room: room.clone(), frames }, QueueEnd { room, frames: queued })
    }

    /// `None`: nobody writes any more.
    async fn push(&self, frame: Bytes) -> Option<()> {
        let cost = frame.len().max(MIN_FRAME_COST) as u32;
        let room = self.room.clone().acquire_many_owned(cost).await.ok()?;
        self.frames.send(Queued::Frame(frame, room)).await.ok()
    }

    /// Waits until everything has left, or nobody writes any more.
    async fn finish(&self) {
        let (done, is_done) = oneshot::channel();
        if self.frames.send(Queued::Finish(done)).await.is_err() || is_done.await.is_err() {
            tracing::trace!("the stream has ended already");
        }
    }
}

impl QueueEnd {
    /// The next thing to do; `None` when nobody can put anything in any more. Cancel-safe.
    pub(super) async fn take(&mut self) -> Option<Queued> {
        self.frames.recv().await
    }

    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }
}

impl Drop for QueueEnd {
    fn drop(&mut self) {
        self.room.close();
    }
}
