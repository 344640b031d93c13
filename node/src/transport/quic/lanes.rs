//! Frames from QUIC's streams.

use std::future::pending;
use std::sync::Arc;

use bytes::Bytes;
use hopluu_protocol::wire::prefixed::FrameDecoder;
use quinn::{ReadError, RecvStream};

use super::Line;
use crate::transport::Priority;
use crate::transport::receiver::{Stop, Violation};
use crate::transport::traffic::Counters;

/// The peer's streams, in the order of [`Priority::ALL`].
#[derive(Debug, Default)]
pub(in crate::transport) struct Lanes([Lane; Priority::ALL.len()]);

impl Lanes {
    /// The next frame, live ones first. Cancel-safe.
    pub(in crate::transport) async fn next_frame(
        &mut self,
        line: &Line,
        counters: &Arc<Counters>,
    ) -> Result<Bytes, Stop> {
        loop {
            let unopened = self.0.iter().any(|lane| matches!(lane, Lane::Unopened));
            let all_ended = self.0.iter().all(|lane| matches!(lane, Lane::Ended));
            let [live, catch_up] = &mut self.0;
            let read = tokio::select! {
                biased;
                read = live.next() => read,
                read = catch_up.next() => read,
                stream = line.quic.accept_uni(), if unopened => {
                    match stream {
                        Ok(stream) => self.open(stream, counters),
                        Err(_) => self.end_unopened(),
                    }
                    continue;
                }
                closed = line.ended(), if all_ended => return Err(Stop::Ended(closed)),
            };
            if let Some(frame) = read? {
                return Ok(frame);
            }
        }
    }

    /// The first stream that a peer opens is for live frames, the second for the others, whatever the
    /// order in which they appear.
    fn open(&mut self, stream: RecvStream, counters: &Arc<Counters>) {
        let lane =
            usize::try_from(stream.id().index()).ok().and_then(|index| self.0.get_mut(index));
        if let Some(lane) = lane {
            let counters = counters.clone();
            *lane = Lane::Open(FrameReader { stream, decoder: FrameDecoder::default(), counters });
        }
    }

    fn end_unopened(&mut self) {
        for lane in &mut self.0 {
            if matches!(lane, Lane::Unopened) {
                *lane = Lane::Ended;
            }
        }
    }
}

/// The stream of one priority.
#[derive(Debug, Default)]
enum Lane {
    #[default]
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
                return Ok(Some(frame.into()));
            }
        }
    }
}
