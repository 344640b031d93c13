//! The sending half.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hopluu_protocol::identity::NodeKey;
use quinn::{SendStream, WriteError};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::close::cut_reason;
use super::connection::Link;
use super::frame::encode_length;
use super::traffic::Counters;
use super::{CloseCode, Closed, MAX_FRAME, Priority, Traffic};

/// What may wait in one queue, in bytes, before [`Sender::send`] waits: two frames of the largest size.
const QUEUE_BYTES: usize = 2 * MAX_FRAME;
/// What a frame counts at least, for what it takes besides its bytes.
const MIN_FRAME_COST: usize = 64;
/// How many frames may wait in one queue.
const QUEUE_FRAMES: usize = 256;

/// Frames up to this length are copied behind their length, so that both go into one packet.
const COPY_BELOW: usize = 2048;

/// How long [`Sender::close`] waits for what is on its way.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a dialling program waits for its farewell to leave its socket.
const FAREWELL_TIMEOUT: Duration = Duration::from_millis(500);

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
    writers: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl Sender {
    /// Opens one stream per priority, in the order of [`Priority::ALL`]. The peer hears of a stream with
    /// the first frame on it.
    pub(super) async fn start(link: Arc<Link>) -> Result<Self, Closed> {
        let mut writers = Vec::with_capacity(Priority::ALL.len());
        let live = Queue::start(&link, 1, &mut writers).await?;
        let catch_up = Queue::start(&link, 0, &mut writers).await?;
        Ok(Self { link, live, catch_up, writers: Arc::new(Mutex::new(writers)) })
    }

    /// The key that the other end has proved.
    pub fn peer(&self) -> NodeKey {
        self.link.peer
    }

    /// Where the other end is now; it may move.
    pub fn remote_address(&self) -> SocketAddr {
        self.link.quic.remote_address()
    }

    /// What went over the connection so far.
    pub fn traffic(&self) -> Traffic {
        self.link.counters.with(&self.link.quic.stats())
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
        let is_open = self.link.quic.close_reason().is_none();
        if is_open && queue.push(frame).await.is_some() {
            return Ok(());
        }
        let reason = self.link.quic.close_reason();
        Err(reason.map_or(Closed::Here, Closed::from).into())
    }

    /// Sends what is queued, waits (at most 5 s) until the peer's QUIC has it, and closes the connection
    /// with a code and words for the peer's log. Returns when that is done; closing again does nothing.
    pub async fn close(&self, code: CloseCode, reason: &str) {
        let mut writers = self.writers.lock().await;
        let flush = async {
            self.live.finish().await;
            self.catch_up.finish().await;
            for writer in writers.drain(..) {
                if let Err(error) = writer.await {
                    tracing::debug!(%error, "a writer ended early");
                }
            }
        };
        if timeout(FLUSH_TIMEOUT, flush).await.is_err() {
            tracing::debug!(peer = ?self.link.peer, "closing with frames still on their way");
        }
        self.link.quic.close(code.to_wire(), cut_reason(reason));
        if let Some(endpoint) = &self.link.endpoint
            && timeout(FAREWELL_TIMEOUT, endpoint.wait_idle()).await.is_err()
        {
            tracing::trace!(peer = ?self.link.peer, "not waiting for the connection to drain");
        }
    }

    /// Waits until the connection has ended, and says how.
    pub async fn closed(&self) -> Closed {
        self.link.ended().await
    }
}

/// Frames on their way to one stream.
#[derive(Clone, Debug)]
struct Queue {
    room: Arc<Semaphore>,
    frames: mpsc::Sender<Queued>,
}

#[derive(Debug)]
enum Queued {
    Frame(Bytes, OwnedSemaphorePermit),
    Finish,
}

impl Queue {
    async fn start(
        link: &Link,
        stream_priority: i32,
        writers: &mut Vec<JoinHandle<()>>,
    ) -> Result<Self, Closed> {
        let stream = link.quic.open_uni().await?;
        stream.set_priority(stream_priority).map_err(|_| Closed::Cut)?;
        let room = Arc::new(Semaphore::new(QUEUE_BYTES));
        let (frames, queued) = mpsc::channel(QUEUE_FRAMES);
        let writer = Writer { stream, queued, counters: link.counters.clone() };
        writers.push(tokio::spawn(writer.run(link.quic.clone(), room.clone())));
        Ok(Self { room, frames })
    }

    /// `None`: nobody writes any more.
    async fn push(&self, frame: Bytes) -> Option<()> {
        let cost = frame.len().max(MIN_FRAME_COST) as u32;
        let room = self.room.clone().acquire_many_owned(cost).await.ok()?;
        self.frames.send(Queued::Frame(frame, room)).await.ok()
    }

    async fn finish(&self) {
        if self.frames.send(Queued::Finish).await.is_err() {
            tracing::trace!("the stream has ended already");
        }
    }
}

/// Writes one queue to one stream. A task of its own, so that a caller who gives up waiting never leaves
/// half a frame behind.
struct Writer {
    stream: SendStream,
    queued: mpsc::Receiver<Queued>,
    counters: Arc<Counters>,
}

impl Writer {
    async fn run(mut self, quic: quinn::Connection, room: Arc<Semaphore>) {
        let outcome = tokio::select! {
            outcome = self.write_all() => outcome,
            // Also while there is nothing to write: whoever sends next must hear of it.
            ended = quic.closed() => Err(WriteError::ConnectionLost(ended)),
        };
        room.close();
        match outcome {
            Ok(()) => {}
            Err(WriteError::Stopped(_)) => {
                let reason = cut_reason("a stream was stopped");
                quic.close(CloseCode::Malformed.to_wire(), reason);
            }
            Err(error) => tracing::trace!(%error, "a stream ended"),
        }
    }

    async fn write_all(&mut self) -> Result<(), WriteError> {
        while let Some(Queued::Frame(frame, room)) = self.queued.recv().await {
            let length = encode_length(frame.len());
            let bytes = length.len() + frame.len();
            if frame.len() < COPY_BELOW {
                let mut together = BytesMut::with_capacity(bytes);
                together.extend_from_slice(&length);
                together.extend_from_slice(&frame);
                self.stream.write_chunk(together.freeze()).await?;
            } else {
                self.stream.write_all_chunks(&mut [length, frame]).await?;
            }
            self.counters.sent_frame(bytes);
            drop(room);
        }
        if self.stream.finish().is_ok()
            && let Err(error) = self.stream.stopped().await
        {
            tracing::trace!(%error, "a stream was cut before its end arrived");
        }
        Ok(())
    }
}
