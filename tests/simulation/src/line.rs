//! A line between two machines: bytes on their way in both directions, in order, and its end.

use std::collections::{BTreeMap, VecDeque};

use automerge::ChangeHash;
use hopluu_protocol::id::DocId;
use hopluu_protocol::wire::stream::Deframer;
use hopluu_protocol::wire::trail::Trail;

use crate::town::Who;

/// After how many milliseconds a transport gives a silent line up.
pub(crate) const GIVEN_UP_AFTER: u64 = 60_000;

/// Which end, and which direction: 0 is the dialer's, 1 the listener's.
pub(crate) type End = usize;

/// One direction.
#[derive(Default)]
pub(crate) struct Pipe {
    /// Bytes with the time at which they arrive.
    pub(crate) flying: VecDeque<(u64, Vec<u8>)>,
    pub(crate) deframer: Deframer,
    /// Bytes given to the line so far.
    pub(crate) sent: usize,
    /// The line breaks when so many more bytes have arrived.
    pub(crate) breaks_after: Option<(usize, [u32; 2])>,
    pub(crate) stalled: bool,
    /// What a MORE in this direction follows.
    pub(crate) trail: Trail,
    /// Batches sent in this direction that nobody settled: what is in them, and how many bytes.
    pub(crate) under_way: BTreeMap<u64, Flight>,
    /// Those of them that were acknowledged, until the sender hears of it.
    pub(crate) acknowledged: BTreeMap<u64, Flight>,
}

/// A batch on its way, as an onlooker sees it.
#[derive(Clone, Debug)]
pub(crate) struct Flight {
    pub(crate) doc: DocId,
    pub(crate) hashes: Vec<ChangeHash>,
    pub(crate) bytes: usize,
}

/// A line.
pub(crate) struct Line {
    pub(crate) ends: [Who; 2],
    pub(crate) pipes: [Pipe; 2],
    /// Whether an end still knows of the line.
    pub(crate) open: [bool; 2],
    /// When an end hears that the line is gone.
    pub(crate) ends_at: [Option<u64>; 2],
    pub(crate) delay: u64,
    /// Nothing arrives any more.
    pub(crate) broken: bool,
    /// Nobody sits at the dialer's end: somebody sent an old flight again.
    pub(crate) ghost: bool,
}

/// What happens next on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Next {
    /// Bytes of a direction arrive.
    Arrival(End),
    /// An end hears that the line is gone.
    Ending(End),
}

impl Line {
    pub(crate) fn new(dialer: Who, listener: Who, delay: u64) -> Self {
        Self {
            ends: [dialer, listener],
            pipes: Default::default(),
            open: [true; 2],
            ends_at: [None; 2],
            delay,
            broken: false,
            ghost: false,
        }
    }

    pub(crate) fn end_of(&self, who: Who) -> End {
        usize::from(self.ends[0] != who)
    }

    /// Whether both ends can still say something to each other.
    pub(crate) fn is_up(&self) -> bool {
        self.open == [true; 2] && self.ends_at == [None; 2]
    }

    /// What happens next, and when.
    pub(crate) fn next(&self) -> Option<(u64, Next)> {
        let arrivals = self.pipes.iter().enumerate().filter_map(|(direction, pipe)| {
            let (at, _) = pipe.flying.front().filter(|_| !pipe.stalled)?;
            Some((*at, Next::Arrival(direction)))
        });
        let endings = self.ends_at.iter().enumerate().filter_map(|(end, at)| {
            let at = (*at).filter(|_| self.open[end])?;
            Some((at, Next::Ending(end)))
        });
        arrivals.chain(endings).min()
    }

    /// The line breaks now: nothing more arrives, and each end hears of it so much later.
    pub(crate) fn breaks(&mut self, now: u64, late: [u64; 2]) {
        self.broken = true;
        for pipe in &mut self.pipes {
            pipe.flying.clear();
        }
        for (ends_at, late) in self.ends_at.iter_mut().zip(late) {
            let at = now + late;
            *ends_at = Some(ends_at.map_or(at, |before| before.min(at)));
        }
    }

    /// One end closes the line: what it sent before still arrives, and then the other end hears of it.
    pub(crate) fn closed_by(&mut self, now: u64, end: End) {
        self.open[end] = false;
        let other = 1 - end;
        self.pipes[other].flying.clear();
        let outgoing = &self.pipes[end];
        let at = match outgoing.flying.back() {
            _ if outgoing.stalled => now + GIVEN_UP_AFTER,
            Some((at, _)) => *at,
            None => now + self.delay,
        };
        self.ends_at[other] = Some(self.ends_at[other].map_or(at, |before| before.min(at)));
    }

    /// Nothing arrives in a direction any more.
    pub(crate) fn stalls(&mut self, now: u64, direction: End) {
        self.pipes[direction].stalled = true;
        for end in 0..2 {
            let at = now + GIVEN_UP_AFTER;
            self.ends_at[end] = Some(self.ends_at[end].map_or(at, |before| before.min(at)));
        }
    }
}
