//! Waiting for something for as long as it makes progress.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

/// How long something may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Patience {
    /// While no bytes arrive.
    pub(crate) while_silent: Duration,
    /// Altogether, however many arrive.
    pub(crate) in_all: Duration,
}

/// Counts bytes that have arrived. Clones share the count.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard(Arc<AtomicU64>);

impl Heard {
    pub(super) fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// It took too long.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Exhausted;

impl Patience {
    /// Waits for the outcome of some work that begins now. `received` counts the bytes that have arrived for it.
    pub(crate) async fn wait<T>(
        self,
        received: impl Fn() -> u64,
        work: impl Future<Output = T>,
    ) -> Result<T, Exhausted> {
        self.wait_since(Instant::now(), received, work).await
    }

    /// As [`Patience::wait`], for work that is part of what began earlier.
    pub(super) async fn wait_since<T>(
        self,
        begun: Instant,
        received: impl Fn() -> u64,
        work: impl Future<Output = T>,
    ) -> Result<T, Exhausted> {
        let end = begun + self.in_all;
        let mut since = begun;
        tokio::pin!(work);
        loop {
            let before = received();
            let deadline = end.min(since + self.while_silent);
            if let Ok(done) = timeout_at(deadline, &mut work).await {
                return Ok(done);
            }
            since = Instant::now();
            if received() == before || since >= end {
                return Err(Exhausted);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::pending;

    use super::*;

    const PATIENCE: Patience =
        Patience { while_silent: Duration::from_secs(20), in_all: Duration::from_secs(60) };

    async fn sleep(seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_makes_progress_may_take_longer_than_what_is_silent() {
        let received = Cell::new(0);
        let work = async {
            for _ in 0..5 {
                sleep(10).await;
                received.set(received.get() + 100);
            }
            "done"
        };
        assert_eq!(PATIENCE.wait(|| received.get(), work).await, Ok("done"));
        let begun = Instant::now();
        assert_eq!(PATIENCE.wait(|| 7, pending::<()>()).await, Err(Exhausted));
        assert_eq!(begun.elapsed(), PATIENCE.while_silent);
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_takes_for_ever_however_many_bytes_come() {
        let received = Cell::new(0);
        let trickle = async {
            loop {
                sleep(1).await;
                received.set(received.get() + 1);
            }
        };
        let begun = Instant::now();
        assert_eq!(PATIENCE.wait(|| received.get(), trickle).await, Err::<(), _>(Exhausted));
        assert_eq!(begun.elapsed(), PATIENCE.in_all);
    }
}
