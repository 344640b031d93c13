//! Who may come in, and how much of this node one peer may take: so that ten thousand that come at once,
//! or one that never stops, do not keep the others waiting.

use std::collections::BTreeMap;

use super::event::ConnId;

/// What an exchange may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at a time; more are told to come back.
    pub connections: usize,
    /// After how many milliseconds, at least.
    pub retry_after: u64,
    /// How many milliseconds lie between two nodes that were told to come back, so that they do not come
    /// at once again.
    pub spacing: u64,
    /// Peers at a time that need nearly everything: whose store is empty, or that are met for the first
    /// time and hold something else.
    pub first_syncs: usize,
    /// Bytes of batches under way to all peers together. Beyond that each has one small batch at a time.
    pub flying: usize,
    /// Bytes that wait for their turn ([`Limits::pace`]), of all peers together.
    pub deferred: usize,
    /// How fast one peer's frames are taken in, in bytes per second, once it has used up its burst.
    pub pace: u64,
    /// How many bytes a peer may send as fast as it can.
    pub burst: u64,
}

impl Default for Limits {
    /// For a hub of ten thousand nodes. A quarter's report is 20 kB, a year of one office's work 1 MB.
    fn default() -> Self {
        Self {
            connections: 12_000,
            retry_after: 30_000,
            spacing: 5,
            first_syncs: 64,
            flying: 64 << 20,
            deferred: 64 << 20,
            pace: 256 << 10,
            burst: 4 << 20,
        }
    }
}

/// How long a peer may keep others from their first sync, in milliseconds: on a line that slow it does
/// not take much of this node anyway.
const FIRST_SYNC: u64 = 60_000;
/// Nobody is sent away for longer than this, in milliseconds.
const LONGEST_RETRY: u64 = 300_000;

/// Keeps count of who is in.
#[derive(Debug)]
pub(super) struct Admission {
    pub(super) limits: Limits,
    /// When the last of those who were sent away comes back.
    next_call: u64,
    /// Peers in their first sync, with its beginning.
    first_syncs: BTreeMap<ConnId, u64>,
}

impl Admission {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, next_call: 0, first_syncs: BTreeMap::new() }
    }

    /// In how many milliseconds a peer that cannot be let in shall come back: after the one before it.
    pub(super) fn retry_after(&mut self, now: u64) -> u64 {
        let earliest = now + self.limits.retry_after;
        let latest = now + LONGEST_RETRY.max(self.limits.retry_after);
        self.next_call = (self.next_call + self.limits.spacing).clamp(earliest, latest);
        self.next_call - now
    }

    /// Whether a peer may begin its first sync now.
    pub(super) fn begin_first_sync(&mut self, now: u64, conn: ConnId) -> bool {
        self.first_syncs.retain(|_, since| now.saturating_sub(*since) < FIRST_SYNC);
        let free = self.first_syncs.len() < self.limits.first_syncs;
        if free {
            self.first_syncs.insert(conn, now);
        }
        free
    }

    /// A peer is in sync, or gone.
    pub(super) fn end_first_sync(&mut self, conn: ConnId) {
        self.first_syncs.remove(&conn);
    }
}

/// What a peer may still send before it has to wait: a token bucket, in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    /// Below zero: overdrawn.
    left: i64,
    filled_at: u64,
}

impl Allowance {
    pub(super) fn new(now: u64, limits: &Limits) -> Self {
        Self { left: limits.burst.cast_signed(), filled_at: now }
    }

    /// Whether a frame may be taken in now. It may cost more than is left: the next waits longer then.
    pub(super) fn take(&mut self, now: u64, bytes: usize, limits: &Limits) -> bool {
        self.fill(now, limits);
        if self.left <= 0 {
            return false;
        }
        self.left -= i64::try_from(bytes).unwrap_or(i64::MAX);
        true
    }

    /// In how many milliseconds the next frame may be taken in.
    pub(super) fn wait(&self, limits: &Limits) -> u64 {
        let missing = u64::try_from(1 - self.left).unwrap_or(0);
        (missing * 1000).div_ceil(limits.pace.max(1))
    }

    fn fill(&mut self, now: u64, limits: &Limits) {
        let elapsed = now.saturating_sub(self.filled_at);
        let more = elapsed.saturating_mul(limits.pace) / 1000;
        if more > 0 {
            let full = limits.burst.cast_signed();
            self.left = self.left.saturating_add_unsigned(more).min(full);
            self.filled_at = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        connections: 10,
        retry_after: 30_000,
        spacing: 5,
        first_syncs: 2,
        flying: 0,
        deferred: 0,
        pace: 1_000,
        burst: 5_000,
    };

    #[test]
    fn those_who_are_sent_away_come_back_one_after_the_other() {
        let mut admission = Admission::new(LIMITS);
        let told: Vec<u64> = (0..4).map(|_| admission.retry_after(1_000)).collect();
        assert_eq!(told, [30_000, 30_005, 30_010, 30_015]);
        assert_eq!(admission.retry_after(2_000_000), 30_000, "the crowd has gone");
        let longest = (0..100_000).map(|_| admission.retry_after(2_000_000)).max();
        assert_eq!(longest, Some(LONGEST_RETRY));
    }

    #[test]
    fn first_syncs_are_few_at_a_time_and_a_slow_one_does_not_hold_its_place_for_ever() {
        let mut admission = Admission::new(LIMITS);
        assert!(admission.begin_first_sync(0, ConnId(1)));
        assert!(admission.begin_first_sync(0, ConnId(2)));
        assert!(!admission.begin_first_sync(0, ConnId(3)));
        admission.end_first_sync(ConnId(1));
        assert!(admission.begin_first_sync(10, ConnId(3)));
        assert!(!admission.begin_first_sync(FIRST_SYNC - 1, ConnId(4)));
        assert!(admission.begin_first_sync(FIRST_SYNC, ConnId(4)), "the second's time is over");
    }

    #[test]
    fn a_peer_sends_its_burst_at_once_and_the_rest_at_its_pace() {
        let mut allowance = Allowance::new(0, &LIMITS);
        let taken = (0..100).filter(|_| allowance.take(0, 1_000, &LIMITS)).count();
        assert_eq!(taken, 5);
        let wait = allowance.wait(&LIMITS);
        assert!(!allowance.take(wait - 1, 1_000, &LIMITS), "not before {wait} ms");
        assert!(allowance.take(wait, 1_000, &LIMITS));
        // However it asks in between, it gets no more than its pace in the long run.
        let taken = (0..100_000).filter(|now| allowance.take(wait + now, 1_000, &LIMITS)).count();
        assert!((99..=101).contains(&taken), "{taken} kB in 100 s at 1 kB/s");
    }
}
