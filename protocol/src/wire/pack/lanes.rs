//! Lanes: one byte string for each field of all changes, or one for everything.

use super::MAX_LANES;
use super::columns::KNOWN;
use crate::wire::codec::{Reader, WireError, Writer};

/// The fields of a change that have a lane. The columns' lanes follow after these.
#[derive(Clone, Copy)]
pub(super) enum Lane {
    Deps,
    DepRefs,
    Hashes,
    Actors,
    ActorIds,
    Seqs,
    StartOps,
    Times,
    Messages,
    MessageTexts,
    OtherActors,
    Shapes,
    Operations,
    Footers,
    FooterBytes,
    Chunks,
}

const FIELDS: usize = 16;
const LANES: usize = FIELDS + KNOWN.len();

/// Collects what is written to each lane.
pub(super) struct LaneWriter {
    lanes: Vec<Vec<u8>>,
}

impl LaneWriter {
    /// A lane for each field.
    pub(super) fn lanes() -> Self {
        Self { lanes: vec![Vec::new(); LANES] }
    }

    /// One for everything.
    pub(super) fn plain() -> Self {
        Self { lanes: vec![Vec::new()] }
    }

    pub(super) fn field(&mut self, lane: Lane) -> &mut Vec<u8> {
        self.at(lane as usize)
    }

    pub(super) fn column(&mut self, index: usize) -> &mut Vec<u8> {
        self.at(FIELDS + index)
    }

    fn at(&mut self, index: usize) -> &mut Vec<u8> {
        let index = if self.lanes.len() == 1 { 0 } else { index };
        &mut self.lanes[index]
    }

    /// The lengths of all lanes, then the lanes.
    pub(super) fn into_lanes(mut self) -> Vec<Vec<u8>> {
        let mut lengths = Vec::new();
        for lane in &self.lanes {
            lengths.put_varint(lane.len() as u64);
        }
        self.lanes.insert(0, lengths);
        self.lanes
    }

    pub(super) fn into_plain(self) -> Vec<u8> {
        self.lanes.concat()
    }
}

/// Reads from each lane.
pub(super) struct LaneReader<'a> {
    lanes: Vec<Reader<'a>>,
}

impl<'a> LaneReader<'a> {
    pub(super) fn plain(body: &'a [u8]) -> Self {
        Self { lanes: vec![Reader::new(body)] }
    }

    pub(super) fn lanes(mut body: Reader<'a>) -> Result<Self, WireError> {
        let mut lens = [0; LANES];
        for len in &mut lens {
            *len = body.count(MAX_LANES, "lane")?;
        }
        let mut lanes = Vec::with_capacity(LANES);
        for len in lens {
            lanes.push(Reader::new(body.bytes(len, "lane")?));
        }
        body.finish("lanes")?;
        Ok(Self { lanes })
    }

    pub(super) fn field(&mut self, lane: Lane) -> &mut Reader<'a> {
        self.at(lane as usize)
    }

    pub(super) fn column(&mut self, index: usize) -> &mut Reader<'a> {
        self.at(FIELDS + index)
    }

    fn at(&mut self, index: usize) -> &mut Reader<'a> {
        let index = if self.lanes.len() == 1 { 0 } else { index };
        &mut self.lanes[index]
    }

    /// # Errors
    /// When something remains in a lane.
    pub(super) fn finish(self) -> Result<(), WireError> {
        self.lanes.into_iter().try_for_each(|lane| lane.finish("lane"))
    }
}
