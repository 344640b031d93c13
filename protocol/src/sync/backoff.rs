//! When to dial again.

/// Waiting times between attempts: exponential with full jitter (Brooker, "Exponential Backoff And
/// Jitter", 2015), so that ten thousand nodes do not come back at once.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    first: u64,
    longest: u64,
    failures: u32,
}

impl Default for Backoff {
    /// From one second to five minutes.
    fn default() -> Self {
        Self::new(1_000, 300_000)
    }
}

impl Backoff {
    /// Waits up to `first` milliseconds after the first failure, up to `longest` in the end.
    pub fn new(first: u64, longest: u64) -> Self {
        Self { first, longest, failures: 0 }
    }

    /// How many milliseconds to wait after another failure: at least `asked` (what a BUSY said, or 0), at
    /// most that plus the present bound, spread evenly by the random number.
    pub fn after_failure(&mut self, random: u64, asked: u64) -> u64 {
        let bound = self.first.saturating_mul(1 << self.failures.min(32)).min(self.longest).max(1);
        self.failures = self.failures.saturating_add(1);
        asked.min(self.longest).saturating_add(random % bound)
    }

    /// The peer acknowledged something, or was found in sync. Only this resets the waiting time: a
    /// connection that is accepted and then dropped would otherwise be tried again at once, for ever.
    pub fn acknowledged(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_to_the_longest_and_never_exceeds_it() {
        let mut backoff = Backoff::new(1_000, 5_000);
        let longest: Vec<u64> =
            [999, 1_999, 3_999, 4_999, 4_999].map(|random| backoff.after_failure(random, 0)).into();
        assert_eq!(longest, [999, 1_999, 3_999, 4_999, 4_999]);
        for _ in 0..100 {
            assert!(backoff.after_failure(u64::MAX, 0) < 5_000);
        }
    }

    #[test]
    fn a_busy_hub_is_not_called_before_the_time_it_asked_for() {
        assert!(Backoff::default().after_failure(0, 30_000) >= 30_000);
        assert!(Backoff::default().after_failure(0, u64::MAX) <= 300_000);
    }

    #[test]
    fn only_an_acknowledgement_brings_the_short_times_back() {
        let mut backoff = Backoff::new(10, 1_000);
        (0..5).for_each(|_| assert!(backoff.after_failure(7, 0) <= 1_000));
        assert_eq!(backoff.after_failure(300, 0), 300);
        backoff.acknowledged();
        assert_eq!(backoff.after_failure(300, 0), 0);
    }
}
