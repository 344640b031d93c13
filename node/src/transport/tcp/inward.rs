//! Frames from a TCP stream.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::ready;
use std::time::Duration;

use bytes::Bytes;
use hopluu_protocol::wire::prefixed::{FrameDecoder, TooLong};
use tokio::io::{AsyncRead, ReadBuf, ReadHalf};
use tokio::time::{Instant, timeout_at};

use super::Stream;
use super::farewell::{FarewellDecoder, MARK};
use crate::transport::Closed;
use crate::transport::receiver::{Stop, Violation};
use crate::transport::traffic::Counters;

/// How much is read at once. On the stack: a connection on which nothing happens has no buffer.
const PIECE: usize = 8 * 1024;

/// The reading half of a stream.
#[derive(Debug)]
pub(super) struct Inward {
    stream: ReadHalf<Stream>,
    decoder: FrameDecoder,
    idle_timeout: Duration,
    last_heard: Instant,
    /// Present when the peer is saying farewell.
    farewell: Option<FarewellDecoder>,
}

impl Inward {
    pub(super) fn new(stream: ReadHalf<Stream>, idle_timeout: Duration) -> Self {
        let (decoder, last_heard) = (FrameDecoder::default(), Instant::now());
        Self { stream, decoder, idle_timeout, last_heard, farewell: None }
    }

    /// The next frame. Everything read so far is kept here, so this may be dropped at any point.
    pub(super) async fn next_frame(&mut self, counters: &Counters) -> Result<Bytes, Stop> {
        loop {
            if let Some(farewell) = self.farewell.as_ref().and_then(FarewellDecoder::finish) {
                let (code, reason) = (farewell.code, farewell.reason);
                return Err(Stop::Ended(Closed::ByPeer { code, reason }));
            }
            let deadline = self.last_heard + self.idle_timeout;
            match timeout_at(deadline, self.read_piece(counters)).await {
                Ok(Ok(Piece::Frame(frame))) => return Ok(frame),
                Ok(Ok(Piece::Part)) => {}
                Ok(Ok(Piece::End) | Err(_)) | Err(_) => return Err(Stop::Ended(Closed::Cut)),
                Ok(Ok(Piece::TooLong(TooLong { announced: MARK }))) => {
                    self.farewell = Some(FarewellDecoder::default());
                }
                Ok(Ok(Piece::TooLong(too_long))) => {
                    return Err(Violation::TooLong(too_long).into());
                }
            }
        }
    }

    /// Reads and forgets until the peer has closed its side.
    pub(super) async fn drain(&mut self) {
        loop {
            let read = poll_fn(|cx| {
                let mut piece = [0; PIECE];
                let mut piece = ReadBuf::new(&mut piece);
                ready!(Pin::new(&mut self.stream).poll_read(cx, &mut piece))?;
                io::Result::Ok(piece.filled().len()).into()
            });
            if !matches!(read.await, Ok(1..)) {
                return;
            }
        }
    }

    async fn read_piece(&mut self, counters: &Counters) -> io::Result<Piece> {
        let Self { stream, decoder, last_heard, farewell, .. } = self;
        poll_fn(|cx| {
            let mut piece = [0; PIECE];
            let wanted = match farewell {
                Some(farewell) => farewell.wanted(),
                None => decoder.wanted(),
            };
            let mut piece = ReadBuf::new(&mut piece[..wanted.min(PIECE)]);
            ready!(Pin::new(&mut *stream).poll_read(cx, &mut piece))?;
            let bytes = piece.filled();
            if bytes.is_empty() {
                return Ok(Piece::End).into();
            }
            *last_heard = Instant::now();
            if let Some(farewell) = farewell {
                farewell.push(bytes);
                return Ok(Piece::Part).into();
            }
            counters.received_bytes(bytes.len());
            let piece = match decoder.push(bytes) {
                Ok(Some(frame)) => {
                    counters.received_frame();
                    Piece::Frame(frame.into())
                }
                Ok(None) => Piece::Part,
                Err(too_long) => Piece::TooLong(too_long),
            };
            Ok(piece).into()
        })
        .await
    }
}

/// What one reading brought.
enum Piece {
    Frame(Bytes),
    Part,
    End,
    TooLong(TooLong),
}
