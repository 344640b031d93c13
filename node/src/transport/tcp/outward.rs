//! Frames into a TCP stream.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use hopluu_protocol::wire::prefixed::encode_length;
use tokio::io::{AsyncWriteExt, WriteHalf};
use tokio::sync::watch;
use tokio::time::timeout;

use super::{End, Farewell, PARTING_TIMEOUT, State, Stream};
use crate::transport::Closed;
use crate::transport::sender::{QueueEnd, Queued};
use crate::transport::traffic::Counters;

/// The writing half of a stream, and what may end it.
pub(in crate::transport) struct Outward {
    stream: WriteHalf<Stream>,
    state: State,
    dismissal: Option<watch::Receiver<Option<Farewell>>>,
    silence: watch::Sender<bool>,
}

impl Outward {
    pub(super) fn new(
        stream: WriteHalf<Stream>,
        state: State,
        dismissal: Option<watch::Receiver<Option<Farewell>>>,
        silence: watch::Sender<bool>,
    ) -> Self {
        Self { stream, state, dismissal, silence }
    }

    /// Writes both queues to the stream until the connection ends. A task of its own, so that a caller
    /// who gives up waiting never leaves half a frame behind.
    pub(in crate::transport) fn spawn_writer(
        self,
        live: QueueEnd,
        catch_up: QueueEnd,
        counters: Arc<Counters>,
    ) {
        tokio::spawn(self.run(live, catch_up, counters));
    }

    async fn run(mut self, live: QueueEnd, catch_up: QueueEnd, counters: Arc<Counters>) {
        let farewell = self.write_until_the_end(live, catch_up, &counters).await;
        let parting = async {
            if let Some(farewell) = farewell {
                self.stream.write_all(&farewell.encode()).await?;
            }
            self.stream.shutdown().await
        };
        match timeout(PARTING_TIMEOUT, parting).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::trace!(%error, "a stream was gone before its end"),
            Err(_) => tracing::trace!("a stream could not be ended"),
        }
        self.silence.send_replace(true);
    }

    /// Returns what is to be said in the end, unless it would stand in the middle of a frame.
    async fn write_until_the_end(
        &mut self,
        mut live: QueueEnd,
        mut catch_up: QueueEnd,
        counters: &Counters,
    ) -> Option<Farewell> {
        let state = self.state.clone();
        loop {
            let queued = tokio::select! {
                biased;
                end = state.ended() => return end.farewell,
                farewell = dismissed(&mut self.dismissal) => {
                    state.end_with(End { closed: Closed::Here, farewell });
                    continue;
                }
                Some(queued) = live.take() => queued,
                Some(queued) = catch_up.take() => queued,
            };
            let is_last = live.is_empty() && catch_up.is_empty();
            let write = async {
                match queued {
                    Queued::Frame(frame, room) => {
                        self.write_frame(frame, counters).await?;
                        drop(room);
                        if is_last { self.stream.flush().await } else { Ok(()) }
                    }
                    Queued::Finish(done) => {
                        self.stream.flush().await?;
                        if done.send(()).is_err() {
                            tracing::trace!("whoever asked has lost patience");
                        }
                        Ok(())
                    }
                }
            };
            let written: io::Result<()> = tokio::select! {
                biased;
                written = write => written,
                _ = state.ended() => return None,
            };
            if let Err(error) = written {
                tracing::trace!(%error, "a stream was cut");
                state.end_with(End { closed: Closed::Cut, farewell: None });
                return None;
            }
        }
    }

    async fn write_frame(&mut self, frame: Bytes, counters: &Counters) -> io::Result<()> {
        let length = encode_length(frame.len());
        let bytes = length.len() + frame.len();
        // Both into one record: the library gathers what fits into its buffer.
        self.stream.write_all(&[length.as_slice(), &frame].concat()).await?;
        counters.sent_frame(bytes);
        Ok(())
    }
}

/// Waits until the listener dismisses everybody, with words or, when it is simply gone, without.
async fn dismissed(dismissal: &mut Option<watch::Receiver<Option<Farewell>>>) -> Option<Farewell> {
    let Some(words) = dismissal else { return std::future::pending().await };
    match words.wait_for(Option::is_some).await {
        Ok(farewell) => farewell.clone(),
        Err(_) => None,
    }
}
