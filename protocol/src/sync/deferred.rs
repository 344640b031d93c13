//! Frames that wait for their sender's turn.

use std::collections::{BTreeMap, VecDeque};

use super::admission::Limits;
use super::event::{CloseReason, ConnId, ProtocolError};
use super::session::Fault;

/// Most bytes that wait for one peer: more than any window, so that none that keeps to it meets this.
const MOST_OF_ONE: usize = 1024 * 1024;

/// What a frame costs its sender beside its bytes: looking at it.
const FRAME_COST: usize = 256;

/// What taking a frame in costs its sender.
pub(super) fn cost(frame: &[u8]) -> usize {
    frame.len() + FRAME_COST
}

/// The frames, in the order in which each peer sent them.
#[derive(Debug, Default)]
pub(super) struct Deferred {
    queues: BTreeMap<ConnId, Queue>,
    bytes: usize,
}

#[derive(Debug, Default)]
struct Queue {
    frames: VecDeque<Vec<u8>>,
    bytes: usize,
}

impl Deferred {
    /// Whether frames of this connection wait: what comes after them waits as well.
    pub(super) fn has(&self, conn: ConnId) -> bool {
        self.queues.contains_key(&conn)
    }

    /// Whose frames wait.
    pub(super) fn senders(&self) -> VecDeque<ConnId> {
        self.queues.keys().copied().collect()
    }

    /// Lets a frame wait.
    ///
    /// # Errors
    /// When its sender has sent more than any peer may, or when there is no room for it.
    pub(super) fn push(
        &mut self,
        conn: ConnId,
        frame: &[u8],
        limits: &Limits,
    ) -> Result<(), Fault> {
        let cost = cost(frame);
        if self.bytes + cost > limits.deferred {
            return Err(Fault::Close(CloseReason::Busy));
        }
        let queue = self.queues.entry(conn).or_default();
        if queue.bytes + cost > MOST_OF_ONE {
            return Err(ProtocolError::TooMany { what: "frames before their turn" }.into());
        }
        queue.bytes += cost;
        self.bytes += cost;
        queue.frames.push_back(frame.to_vec());
        Ok(())
    }

    /// The frame whose turn is next.
    pub(super) fn front(&self, conn: ConnId) -> Option<&[u8]> {
        self.queues.get(&conn)?.frames.front().map(Vec::as_slice)
    }

    /// Takes it.
    pub(super) fn pop(&mut self, conn: ConnId) -> Option<Vec<u8>> {
        let queue = self.queues.get_mut(&conn)?;
        let frame = queue.frames.pop_front()?;
        queue.bytes -= cost(&frame);
        self.bytes -= cost(&frame);
        if queue.frames.is_empty() {
            self.queues.remove(&conn);
        }
        Some(frame)
    }

    /// The connection is gone.
    pub(super) fn forget(&mut self, conn: ConnId) {
        if let Some(queue) = self.queues.remove(&conn) {
            self.bytes -= queue.bytes;
        }
    }
}
