//! One direction of a line at work: which packets arrive, and when. No I/O, and no clock of its own.

use std::time::Duration;

use crate::line::{Line, Loss};

/// By how much a packet that is overtaken comes later than it would have.
const OVERTAKEN_BY: Duration = Duration::from_millis(40);

/// One direction of a line. What happens to the *n*-th packet by chance depends on the seed and *n*
/// alone, not on when it comes.
#[derive(Debug)]
pub(crate) struct Way {
    line: Line,
    dice: fastrand::Rng,
    bad: bool,
    /// When the line is through with what waits before it.
    free_at: Duration,
    last_arrival: Duration,
    counts: Counts,
}

/// What became of the packets that one side sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Packets that the side sent.
    pub packets: u64,
    /// Bytes of them, IP headers included.
    pub bytes: u64,
    /// Packets lost by chance.
    pub lost: u64,
    /// Packets dropped because too many waited before the line.
    pub overflowed: u64,
    /// Packets that came, or would have come, while the line was down.
    pub cut: u64,
    /// Packets that a firewall or a NAT did not let through.
    pub blocked: u64,
    /// Bytes that arrived; those of packets that arrive twice count once.
    pub arrived: u64,
}

/// When a packet arrives: never, once or twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Arrivals(pub(crate) [Option<Duration>; 2]);

impl Way {
    pub(crate) fn new(line: Line, seed: u64) -> Self {
        Self {
            line,
            dice: fastrand::Rng::with_seed(seed),
            bad: false,
            free_at: Duration::ZERO,
            last_arrival: Duration::ZERO,
            counts: Counts::default(),
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    /// A packet that was not let through at either end of the line.
    pub(crate) fn blocked(&mut self) {
        self.counts.blocked += 1;
    }

    /// A packet is sent at a moment since the line began.
    pub(crate) fn send(&mut self, now: Duration, bytes: usize, is_udp: bool) -> Arrivals {
        // Drawn for every packet, so that the next one's luck does not depend on this one's fate.
        let is_lost = self.draw_loss();
        let jitter = self.line.jitter.mul_f64(self.dice.f64());
        let is_overtaken = self.dice.f64() < self.line.reordered;
        let is_doubled = self.dice.f64() < self.line.duplicated;

        self.counts.packets += 1;
        self.counts.bytes += bytes as u64;
        let is_too_large = self.line.largest.is_some_and(|largest| bytes > largest);
        if is_too_large || is_udp && self.line.udp_blocked {
            self.counts.blocked += 1;
            return Arrivals::default();
        }
        if self.is_down(now) {
            self.counts.cut += 1;
            return Arrivals::default();
        }
        let Some(through) = self.through_at(now, bytes) else {
            self.counts.overflowed += 1;
            return Arrivals::default();
        };
        if is_lost {
            self.counts.lost += 1;
            return Arrivals::default();
        }
        let mut arrival = through + self.line.delay + jitter;
        if is_overtaken {
            arrival += OVERTAKEN_BY;
        } else {
            arrival = arrival.max(self.last_arrival);
            self.last_arrival = arrival;
        }
        if self.is_down(arrival) {
            self.counts.cut += 1;
            return Arrivals::default();
        }
        self.counts.arrived += bytes as u64;
        Arrivals([Some(arrival), is_doubled.then_some(arrival)])
    }

    fn is_down(&self, moment: Duration) -> bool {
        self.line.cuts.is_some_and(|cuts| cuts.is_down(moment))
    }

    fn draw_loss(&mut self) -> bool {
        let (turn, loss) = (self.dice.f64(), self.dice.f64());
        match self.line.loss {
            Loss::Random(share) => loss < share,
            Loss::Bursts { begins, ends, lost } => {
                self.bad = if self.bad { turn >= ends } else { turn < begins };
                self.bad && loss < lost
            }
        }
    }

    /// When the last bit of a packet has gone into the line; `None` when there is no room to wait.
    fn through_at(&mut self, now: Duration, bytes: usize) -> Option<Duration> {
        let Some(rate) = self.line.rate else { return Some(now) };
        let waiting = self.free_at.saturating_sub(now).as_secs_f64() * f64::from(rate);
        if waiting + bytes as f64 > f64::from(self.line.queue) {
            return None;
        }
        let takes = Duration::from_secs_f64(bytes as f64 / f64::from(rate));
        self.free_at = self.free_at.max(now) + takes;
        Some(self.free_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn sent(line: Line, seed: u64, packets: u32) -> (Vec<Arrivals>, Counts) {
        let mut way = Way::new(line, seed);
        let arrivals = (0..packets).map(|n| way.send(n * 10 * MS, 1000, true)).collect();
        (arrivals, way.counts())
    }

    #[test]
    fn a_packet_takes_its_bytes_through_the_rate_and_then_the_delay() {
        let mut way = Way::new(Line::new(64_000, 300), 1);
        // 1000 bytes at 8000 bytes a second, behind one another.
        assert_eq!(way.send(Duration::ZERO, 1000, true).0[0], Some(425 * MS));
        assert_eq!(way.send(Duration::ZERO, 1000, true).0[0], Some(550 * MS));
    }

    #[test]
    fn what_finds_no_room_before_the_line_is_dropped() {
        let mut way = Way::new(Line { queue: 2500, ..Line::new(64_000, 0) }, 1);
        let arrivals = [0; 4].map(|_| way.send(Duration::ZERO, 1000, true).0[0].is_some());
        assert_eq!(arrivals, [true, true, false, false]);
        assert_eq!(way.counts().overflowed, 2);
        assert!(way.send(125 * MS, 1000, true).0[0].is_some(), "one has gone meanwhile");
    }

    #[test]
    fn the_same_seed_loses_the_same_packets() {
        let line = Line::clear().losing(0.2);
        assert_eq!(sent(line, 7, 1000), sent(line, 7, 1000));
        assert_ne!(sent(line, 7, 1000), sent(line, 8, 1000));
        let lost = sent(line, 7, 10_000).1.lost;
        assert!((1_900..2_100).contains(&lost), "{lost}");
    }

    #[test]
    fn bursts_lose_packets_in_a_row() {
        let loss = Loss::Bursts { begins: 0.01, ends: 0.2, lost: 1.0 };
        let (arrivals, counts) = sent(Line { loss, ..Line::clear() }, 7, 20_000);
        let lost: Vec<bool> = arrivals.iter().map(|arrivals| arrivals.0[0].is_none()).collect();
        let rows = lost.windows(2).filter(|pair| !pair[0] && pair[1]).count() as f64;
        // A burst lasts 1 / ends packets, on average.
        let length = counts.lost as f64 / rows;
        assert!((4.0..6.0).contains(&length), "{length}");
    }

    #[test]
    fn jitter_keeps_the_order_and_reordering_does_not() {
        let in_order =
            |arrivals: Vec<Arrivals>| arrivals.windows(2).all(|pair| pair[0].0[0] <= pair[1].0[0]);
        assert!(in_order(sent(Line { jitter: 50 * MS, ..Line::clear() }, 7, 1000).0));
        assert!(!in_order(sent(Line { reordered: 0.1, ..Line::clear() }, 7, 1000).0));
    }

    #[test]
    fn some_packets_arrive_twice() {
        let (arrivals, counts) = sent(Line { duplicated: 0.1, ..Line::clear() }, 7, 1000);
        let twice = arrivals.iter().filter(|arrivals| arrivals.0[1].is_some()).count();
        assert!((70..130).contains(&twice), "{twice}");
        assert_eq!(counts.arrived, 1_000_000);
    }

    #[test]
    fn nothing_passes_while_the_line_is_down() {
        let line = Line { delay: 10 * MS, ..Line::clear() }.cut(100 * MS, 50 * MS);
        let mut way = Way::new(line, 1);
        let mut passes = |at: u32| way.send(at * MS, 100, true).0[0].is_some();
        assert!(passes(0));
        assert!(!passes(95), "would arrive when the line is down");
        assert!(!passes(120));
        assert!(passes(150));
    }

    #[test]
    fn a_black_hole_swallows_what_is_too_large_for_it() {
        let mut way = Way::new(Line { largest: Some(1000), ..Line::clear() }, 1);
        assert!(way.send(Duration::ZERO, 1000, false).0[0].is_some());
        assert_eq!(way.send(Duration::ZERO, 1001, false), Arrivals::default());
        assert_eq!(way.counts().blocked, 1);
    }

    #[test]
    fn a_firewall_stops_udp_alone() {
        let mut way = Way::new(Line { udp_blocked: true, ..Line::clear() }, 1);
        assert_eq!(way.send(Duration::ZERO, 100, true), Arrivals::default());
        assert!(way.send(Duration::ZERO, 100, false).0[0].is_some());
        assert_eq!(way.counts().blocked, 1);
    }
}
