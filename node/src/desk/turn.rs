//! How long one turn at the desk may take.

use std::time::{Duration, Instant};

/// Whoever waits for an edit to be durable waits at most so long for others' questions.
const LONGEST: Duration = Duration::from_millis(20);

/// A part of a task that is too long for one turn: the keeper does others in between.
pub(super) struct Turn(Instant);

impl Turn {
    pub(super) fn begin() -> Self {
        Self(Instant::now())
    }

    pub(super) fn is_over(&self) -> bool {
        self.0.elapsed() >= LONGEST
    }
}
