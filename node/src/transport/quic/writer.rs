//! Frames into QUIC's streams.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use hopluu_protocol::wire::prefixed::encode_length;
use quinn::{SendStream, WriteError};

use super::Line;
use crate::transport::CloseCode;
use crate::transport::close::cut_reason;
use crate::transport::connection::{self, Link};
use crate::transport::sender::{QueueEnd, Queued};
use crate::transport::traffic::Counters;

/// Frames up to this length are copied behind their length, so that both go into one packet.
const COPY_BELOW: usize = 2048;

/// Writes one queue to one stream. A task of its own, so that a caller who gives up waiting never leaves
/// half a frame behind.
pub(in crate::transport) fn spawn_writer(link: &Link, stream: SendStream, queue: QueueEnd) {
    let connection::Line::Quic(Line { quic, .. }) = &link.line else { return };
    let writer = Writer { stream, queue, counters: link.counters.clone() };
    tokio::spawn(writer.run(quic.clone()));
}

struct Writer {
    stream: SendStream,
    queue: QueueEnd,
    counters: Arc<Counters>,
}

impl Writer {
    async fn run(mut self, quic: quinn::Connection) {
        let outcome = tokio::select! {
            outcome = self.write_all() => outcome,
            // Also while there is nothing to write: whoever sends next must hear of it.
            ended = quic.closed() => Err(WriteError::ConnectionLost(ended)),
        };
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
        while let Some(queued) = self.queue.take().await {
            match queued {
                Queued::Frame(frame, room) => {
                    write_frame(&mut self.stream, frame, &self.counters).await?;
                    drop(room);
                }
                Queued::Finish(done) => {
                    self.finish().await;
                    if done.send(()).is_err() {
                        tracing::trace!("whoever asked has lost patience");
                    }
                    return Ok(());
                }
            }
        }
        self.finish().await;
        Ok(())
    }

    /// Ends the stream, and waits until the peer has all of it.
    async fn finish(&mut self) {
        if self.stream.finish().is_ok()
            && let Err(error) = self.stream.stopped().await
        {
            tracing::trace!(%error, "a stream was cut before its end arrived");
        }
    }
}

pub(super) async fn write_frame(
    stream: &mut SendStream,
    frame: Bytes,
    counters: &Counters,
) -> Result<(), WriteError> {
    let length = encode_length(frame.len());
    let bytes = length.len() + frame.len();
    if frame.len() < COPY_BELOW {
        let mut together = BytesMut::with_capacity(bytes);
        together.extend_from_slice(&length);
        together.extend_from_slice(&frame);
        stream.write_chunk(together.freeze()).await?;
    } else {
        stream.write_all_chunks(&mut [length.into(), frame]).await?;
    }
    counters.sent_frame(bytes);
    Ok(())
}
