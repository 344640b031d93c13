//! The receiving half.

use std::future::pending;
use std::sync::Arc;

use bytes::Bytes;
use quinn::{ReadError, RecvStream};

use super::close::cut_reason;
use super::connection::Link;
use super::frame::{FrameDecoder, TooLong};
use super::traffic::Counters;
use super::{CloseCode, Closed, Priority};

/// The receiving half of a connection.
///
/// Frames are read from QUIC when they are asked for and not before, so a slow reader holds its peer
/// back, by QUIC's flow control, and memory stays within the windows.
#[derive(Debug)]
pub struct Receiver {
    link: Arc<Link>,
    lanes: [Lane; Priority::ALL.len()],
    ended: Option<Closed>,
}

impl Receiver {
    pub(super) fn new(link: Arc<Link>) -> Self {
        Self { link, lanes: [Lane::Unopened, Lane::Unopened], ended: None }
    }

    /// The next frame, [`Priority::Live`] ones first. `None` when the peer closed the connection with
    /// [`CloseCode::Done`]; every other end is an error, the same one however often this is called.
    /// What arrived whole before the end is returned first. Dropping the future before it is done loses
    /// nothing.
    ///
    /// Dropping the receiver while the sender lives makes the peer close the connection.
    pub async fn recv(&mut self) -> Option<Result<Bytes, Closed>> {
        if self.ended.is_none() {
            match self.next_frame().await {
                Ok(frame) => return Some(Ok(frame)),
                Err(closed) => self.ended = Some(closed),
            }
        }
        match self.ended.clone()? {
            Closed::ByPeer { code: CloseCode::Done, .. } => None,
            closed => Some(Err(closed)),
        }
    }

    async fn next_frame(&mut self) -> Result<Bytes, Closed> {
        loop {
            let quic = &self.link.quic;
            let unopened = self.lanes.iter().any(|lane| matches!(lane, Lane::Unopened));
            let all_ended = self.lanes.iter().all(|lane| matches!(lane, Lane::Ended));
            let [live, catch_up] = &mut self.lanes;
            let read = tokio::select! {
                biased;
                read = live.next() => read,
                read = catch_up.next() => read,
                stream = quic.accept_uni(), if unopened => {
                    match stream {
                        Ok(stream) => self.open(stream),
                        Err(_) => self.end_unopened(),
                    }
                    continue;
                }
                closed = self.link.ended(), if all_ended => return Err(closed),
            };
            match read {
                Ok(Some(frame)) => return Ok(frame),
                Ok(None) => {}
                Err(violation) => return Err(self.close_after(violation)),
            }
        }
    }

    /// The first stream that a peer opens is for live frames, the second for the others, whatever the
    /// order in which they appear.
    fn open(&mut self, stream: RecvStream) {
        let lane = usize::try_from(stream.id().index()).ok().and_then(|at| self.lanes.get_mut(at));
        if let Some(lane) = lane {
            let counters = self.link.counters.clone();
            *lane = Lane::Open(FrameReader { stream, decoder: FrameDecoder::default(), counters });
        }
    }

    fn end_unopened(&mut self) {
        for lane in &mut self.lanes {
            if matches!(lane, Lane::Unopened) {
                *lane = Lane::Ended;
            }
        }
    }

    fn close_after(&self, violation: Violation) -> Closed {
        let (code, closed) = match violation {
            Violation::TooLong(TooLong { announced }) => {
                (CloseCode::FrameTooLong, Closed::FrameTooLong { announced })
            }
            Violation::Malformed(what) => {
                (CloseCode::Malformed, Closed::Malformed { what: what.to_owned() })
            }
        };
        self.link.quic.close(code.to_wire(), cut_reason(&closed.to_string()));
        closed
    }
}

/// The stream of one priority.
#[derive(Debug)]
enum Lane {
    Unopened,
    Open(FrameReader),
    Ended,
}

impl Lane {
    /// The next frame; `None` once, when the stream has ended. Cancel-safe.
    async fn next(&mut self) -> Result<Option<Bytes>, Violation> {
        let Self::Open(reader) = self else { return pending().await };
        let read = reader.next().await;
        if !matches!(read, Ok(Some(_))) {
            *self = Self::Ended;
        }
        read
    }
}

/// What the peer did wrong.
#[derive(Debug)]
enum Violation {
    TooLong(TooLong),
    Malformed(&'static str),
}

#[derive(Debug)]
struct FrameReader {
    stream: RecvStream,
    decoder: FrameDecoder,
    counters: Arc<Counters>,
}

impl FrameReader {
    /// Everything read so far is in the decoder, so this may be dropped at any point.
    async fn next(&mut self) -> Result<Option<Bytes>, Violation> {
        loop {
            let chunk = match self.stream.read_chunk(self.decoder.wanted(), true).await {
                Ok(Some(chunk)) => chunk.bytes,
                Ok(None) if self.decoder.is_between_frames() => return Ok(None),
                Ok(None) => return Err(Violation::Malformed("a stream ended within a frame")),
                // How the connection ended is told when the other stream has been read, too.
                Err(ReadError::ConnectionLost(_)) => return Ok(None),
                Err(ReadError::Reset(_)) => return Err(Violation::Malformed("a stream was reset")),
                Err(_) => return Err(Violation::Malformed("a stream cannot be read")),
            };
            self.counters.received_bytes(chunk.len());
            if let Some(frame) = self.decoder.push(&chunk).map_err(Violation::TooLong)? {
                self.counters.received_frame();
                return Ok(Some(frame));
            }
        }
    }
}
