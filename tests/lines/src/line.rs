//! What a line does to packets.

use std::time::Duration;

/// One direction of a line. [`Line::clear`] does nothing to packets; the rest is added to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Bytes that it carries in a second, IP headers included; `None`: any number.
    pub rate: Option<u32>,
    /// Bytes that may wait before a line with a rate; what comes then is dropped.
    pub queue: u32,
    /// How long a packet is on its way.
    pub delay: Duration,
    /// Up to how much longer, each packet by chance. Does not change the order.
    pub jitter: Duration,
    /// Which packets are lost. They have taken their time on the line.
    pub loss: Loss,
    /// Of how many packets (0 to 1) those that follow overtake them.
    pub reordered: f64,
    /// How many packets (0 to 1) arrive twice.
    pub duplicated: f64,
    /// When the line is down.
    pub cuts: Option<Cuts>,
    /// Whether a firewall on the way drops UDP.
    pub udp_blocked: bool,
    /// The largest packet that passes, in bytes of IP; larger ones disappear, and nobody is told.
    pub largest: Option<usize>,
    /// How long a NAT on the way remembers who speaks from a port; after that it lets nothing through,
    /// from there or to it.
    pub flows_last: Option<Duration>,
}

/// Which packets are lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Loss {
    /// Each by itself, with this probability.
    Random(f64),
    /// In bursts (Gilbert 1960, Elliott 1963): between packets the line turns bad or good again, and a
    /// bad line loses more.
    Bursts {
        /// Probability that a good line is bad for the next packet.
        begins: f64,
        /// Probability that a bad line is good for the next packet.
        ends: f64,
        /// Probability that a packet is lost while the line is bad; while it is good none is.
        lost: f64,
    },
}

/// A line that works for a while and then is down for a while, again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cuts {
    /// How long it works.
    pub works: Duration,
    /// How long it is down then.
    pub down: Duration,
}

impl Line {
    /// A line that does nothing to packets.
    pub const fn clear() -> Self {
        Self {
            rate: None,
            queue: 16 * 1024,
            delay: Duration::ZERO,
            jitter: Duration::ZERO,
            loss: Loss::Random(0.0),
            reordered: 0.0,
            duplicated: 0.0,
            cuts: None,
            udp_blocked: false,
            largest: None,
            flows_last: None,
        }
    }

    /// A line that carries nothing.
    pub const fn dead() -> Self {
        Self { loss: Loss::Random(1.0), ..Self::clear() }
    }

    /// A line as modems are sold: so many bits in a second, so many milliseconds each way.
    pub const fn new(bits_per_second: u32, delay_ms: u64) -> Self {
        Self {
            rate: Some(bits_per_second / 8),
            delay: Duration::from_millis(delay_ms),
            ..Self::clear()
        }
    }

    /// The same line, losing each packet with this probability.
    #[must_use]
    pub const fn losing(self, share: f64) -> Self {
        Self { loss: Loss::Random(share), ..self }
    }

    /// The same line, down for a while after each while.
    #[must_use]
    pub const fn cut(self, works: Duration, down: Duration) -> Self {
        Self { cuts: Some(Cuts { works, down }), ..self }
    }
}

impl Default for Line {
    fn default() -> Self {
        Self::clear()
    }
}

impl Cuts {
    /// Whether the line is down at a moment since it began.
    pub(crate) fn is_down(&self, moment: Duration) -> bool {
        let turn = (self.works + self.down).as_nanos().max(1);
        moment.as_nanos() % turn >= self.works.as_nanos()
    }
}
