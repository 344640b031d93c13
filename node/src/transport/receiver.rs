//! The receiving half.

use std::sync::Arc;

use bytes::Bytes;
use hopluu_protocol::wire::prefixed::TooLong;

use super::connection::{Line, Link};
use super::quic::Lanes;
use super::{CloseCode, Closed};

/// The receiving half of a connection.
///
/// Frames are read from the line when they are asked for and not before, so a slow reader holds its peer
/// back, by the line's flow control, and memory stays within the windows.
#[derive(Debug)]
pub struct Receiver {
    link: Arc<Link>,
    /// QUIC's streams; on TCP there is one, and the line has it.
    lanes: Lanes,
    ended: Option<Closed>,
}

impl Receiver {
    pub(super) fn new(link: Arc<Link>) -> Self {
        Self { link, lanes: Lanes::default(), ended: None }
    }

    /// The next frame; over QUIC [`Priority::Live`](super::Priority::Live) ones first. `None` when the
    /// peer closed the connection with [`CloseCode::Done`]; every other end is an error, the same one
    /// however often this is called. What arrived whole before the end is returned first. Dropping the
    /// future before it is done loses nothing.
    ///
    /// Dropping the receiver while the sender lives makes the peer close the connection, over QUIC.
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

    /// Waits until the peer has proved its key on this very connection; false when the connection ends
    /// without. That is at once except where a session is resumed: what comes in its first flight may be a
    /// copy of what came before, played by somebody else (RFC 8446 §8).
    pub async fn proved(&self) -> bool {
        self.link.proved().await
    }

    async fn next_frame(&mut self) -> Result<Bytes, Closed> {
        let read = match &self.link.line {
            Line::Quic(line) => self.lanes.next_frame(line, &self.link.counters).await,
            Line::Tcp(line) => line.next_frame(&self.link.counters).await,
        };
        read.map_err(|stop| match stop {
            Stop::Ended(closed) => closed,
            Stop::Violation(violation) => self.close_after(violation),
        })
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
        self.link.close(code, &closed.to_string());
        closed
    }
}

/// Why there is no next frame.
#[derive(Debug)]
pub(super) enum Stop {
    Ended(Closed),
    Violation(Violation),
}

impl From<Violation> for Stop {
    fn from(violation: Violation) -> Self {
        Self::Violation(violation)
    }
}

/// What the peer did wrong.
#[derive(Debug)]
pub(super) enum Violation {
    TooLong(TooLong),
    Malformed(&'static str),
}
