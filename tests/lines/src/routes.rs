//! The lines that the scenarios are about.

use std::time::Duration;

use crate::line::{Line, Loss};

/// Both directions of a line, with its name.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// What it is called in tables.
    pub name: &'static str,
    /// From the office to the hub.
    pub up: Line,
    /// From the hub to the office.
    pub down: Line,
}

/// A line that does nothing to packets: what a connection costs without losses.
pub const CLEAR: Route = both("clear", Line::clear());

/// The slow line of the edge: 64 kbit/s, 600 ms round trip, one packet in five lost.
pub const SLOW: Route = both("64 kbit/s, 600 ms, 20 % lost", Line::new(64_000, 300).losing(0.2));

/// The line on which others were measured for orientation.
pub const ORIENTATION: Route =
    both("64 kbit/s, 500 ms, 5 % lost", Line::new(64_000, 250).losing(0.05));

/// A telephone on 2G, without the cuts.
pub const SECOND_GENERATION: Route = Route {
    name: "2G: 40 up, 80 down kbit/s, 400 ms and jitter, 2 % lost",
    up: jittery(Line::new(40_000, 200).losing(0.02)),
    down: jittery(Line::new(80_000, 200).losing(0.02)),
};

/// The same, gone for 10 s after every 30 s.
pub const SECOND_GENERATION_WITH_CUTS: Route = Route {
    name: "2G, down for 10 s after every 30 s",
    up: SECOND_GENERATION.up.cut(Duration::from_secs(30), Duration::from_secs(10)),
    down: SECOND_GENERATION.down.cut(Duration::from_secs(30), Duration::from_secs(10)),
};

/// A geostationary satellite.
pub const SATELLITE: Route = both(
    "satellite: 1 Mbit/s, 540 ms, 1 % lost, 2 % overtaken",
    Line { reordered: 0.02, queue: 64 * 1024, ..Line::new(1_000_000, 270).losing(0.01) },
);

/// A middling mobile line.
pub const MOBILE: Route =
    both("256 kbit/s, 200 ms, 1 % lost", Line::new(256_000, 100).losing(0.01));

/// A line with every fault at once, on which little work takes little time.
pub const ROUGH: Route = both(
    "512 kbit/s, 40 ms, bursts of losses, jitter, overtaken and doubled packets",
    Line {
        jitter: Duration::from_millis(10),
        loss: Loss::Bursts { begins: 0.05, ends: 0.4, lost: 0.8 },
        reordered: 0.05,
        duplicated: 0.05,
        ..Line::new(512_000, 20)
    },
);

/// A slow line behind a NAT that lets no connection live for longer than a minute.
pub const BREAKING: Route = both(
    "16 kbit/s, 200 ms, every connection breaks after a minute",
    Line { flows_last: Some(Duration::from_secs(60)), ..Line::new(16_000, 100) },
);

/// A middling mobile line where UDP does not pass.
pub const NO_UDP: Route =
    both("256 kbit/s, 200 ms, UDP blocked", Line { udp_blocked: true, ..Line::new(256_000, 100) });

/// The same, and what is larger than the smallest packet that every network must carry disappears.
pub const BLACK_HOLE: Route = both(
    "256 kbit/s, 200 ms, UDP blocked, packets over 576 bytes disappear",
    Line { largest: Some(576), ..NO_UDP.up },
);

/// A telephone on GSM's data service, where a handshake takes longer than most programs wait.
pub const MODEM: Route = both("9.6 kbit/s, 1 s", Line::new(9_600, 500));

const fn both(name: &'static str, line: Line) -> Route {
    Route { name, up: line, down: line }
}

const fn jittery(line: Line) -> Line {
    Line { jitter: Duration::from_millis(80), ..line }
}

impl Route {
    /// How long a packet to the other end and back takes at least.
    pub fn round_trip(&self) -> Duration {
        self.up.delay + self.down.delay
    }
}
