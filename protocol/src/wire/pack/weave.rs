//! Changes into lanes and back.
//!
//! Writer and reader keep the same expectations and only the difference is written: the dependency is
//! the change before, the number follows the actor's last, the first operation follows the last one of
//! the change before. Columns that count operations count from the change's first one, predecessors of a
//! cell that was written before from that.

use std::borrow::Cow;
use std::collections::BTreeMap;

use automerge::ChangeHash;

use super::Unpacked;
use super::chunk::{
    self, MAX_ACTOR, MAX_ACTORS, MAX_CHANGE, MAX_DEPS, MAX_EXTRA, MAX_MESSAGE, MAX_OPS,
    OperationColumn, Parts,
};
use super::columns::{self, KEYS, KNOWN, PREDECESSOR_COUNTERS, Tally};
use super::lanes::{Lane, LaneReader, LaneWriter};
use crate::wire::codec::{Reader, WireError, Writer};

/// In the lane of dependencies: the change follows as it is. Otherwise their number plus one.
const VERBATIM: u64 = 0;

/// What the next change probably says, from those before it.
#[derive(Default)]
struct Expected {
    /// Hashes seen, own and named, in order of appearance.
    hashes: Vec<ChangeHash>,
    /// For each actor of the table, the number of its last change.
    seqs: Vec<u64>,
    time: i64,
    start_op: u64,
    /// For each column of keys, the first operation of the last change that wrote them.
    written: BTreeMap<Vec<u8>, u64>,
}

impl Expected {
    /// What follows a change of actor 0.
    fn after(last: &Parts<'_>) -> Self {
        // A change that had to be sent as it is may have operations that cannot be counted.
        let operations = columns::count(&last.columns).unwrap_or(0);
        let mut expected = Self {
            hashes: vec![last.build().0],
            seqs: vec![last.seq],
            time: last.time,
            start_op: last.start_op.wrapping_add(operations),
            written: BTreeMap::new(),
        };
        expected.write(keys(&last.columns), last.start_op);
        expected
    }

    /// What the first value of a column that counts operations is written as the difference from: whoever
    /// overwrites a cell names the one who wrote it last.
    fn base(&self, spec: u32, keys: Option<&[u8]>, start_op: u64) -> i64 {
        let written =
            keys.filter(|_| spec == PREDECESSOR_COUNTERS).and_then(|k| self.written.get(k));
        *written.unwrap_or(&start_op) as i64
    }

    fn write(&mut self, keys: Option<&[u8]>, start_op: u64) {
        if let Some(keys) = keys {
            self.written.insert(keys.to_vec(), start_op);
        }
    }

    fn seq_of(&mut self, actor: usize) -> &mut u64 {
        if self.seqs.len() <= actor {
            self.seqs.resize(actor + 1, 0);
        }
        &mut self.seqs[actor]
    }
}

/// Values that are written once and then referred to by number.
#[derive(Default)]
struct Table {
    values: Vec<Vec<u8>>,
}

impl Table {
    /// The number of a value, and whether it is new.
    fn number(&mut self, value: &[u8]) -> (usize, bool) {
        match self.values.iter().position(|known| known == value) {
            Some(number) => (number, false),
            None => {
                self.values.push(value.to_vec());
                (self.values.len() - 1, true)
            }
        }
    }
}

/// Writes changes into lanes.
pub(super) struct Weaver {
    out: LaneWriter,
    expected: Expected,
    actors: Table,
    messages: Table,
    footers: Table,
}

impl Weaver {
    pub(super) fn new(out: LaneWriter) -> Self {
        Self {
            out,
            expected: Expected::default(),
            actors: Table::default(),
            messages: Table::default(),
            footers: Table::default(),
        }
    }

    /// Writes changes as if they followed this one.
    pub(super) fn after(last: &[u8], out: LaneWriter) -> Result<Self, WireError> {
        let last = Parts::parse(last)?;
        let table = |value: &[u8]| Table { values: vec![value.to_vec()] };
        Ok(Self {
            out,
            expected: Expected::after(&last),
            actors: table(last.actor),
            messages: table(last.message),
            footers: table(last.extra),
        })
    }

    pub(super) fn finish(self) -> LaneWriter {
        self.out
    }

    pub(super) fn push(&mut self, change: &[u8]) -> Result<(), WireError> {
        let parts = Parts::parse(change)?;
        let hash = parts.build().0;
        match shape(&parts) {
            Some((shape, operations)) => self.weave(&parts, shape, operations)?,
            None => {
                self.out.field(Lane::Deps).put_varint(VERBATIM);
                self.out.field(Lane::Chunks).put_blob(change);
            }
        }
        self.expected.hashes.push(hash);
        Ok(())
    }

    fn weave(&mut self, parts: &Parts<'_>, shape: u64, operations: u64) -> Result<(), WireError> {
        self.out.field(Lane::Deps).put_varint(parts.deps.len() as u64 + 1);
        for dep in &parts.deps {
            let hashes = &mut self.expected.hashes;
            match hashes.iter().rev().position(|hash| hash == dep) {
                Some(back) => self.out.field(Lane::DepRefs).put_varint(back as u64 + 1),
                None => {
                    hashes.push(*dep);
                    self.out.field(Lane::DepRefs).put_varint(0);
                    self.out.field(Lane::Hashes).extend_from_slice(&dep.0);
                }
            }
        }

        let actor = self.actor(Lane::Actors, parts.actor);
        let seq = self.expected.seq_of(actor);
        let ahead = parts.seq.wrapping_sub(seq.wrapping_add(1)) as i64;
        *seq = parts.seq;
        self.out.field(Lane::Seqs).put_zigzag(ahead);
        let ahead = parts.start_op.wrapping_sub(self.expected.start_op) as i64;
        self.out.field(Lane::StartOps).put_zigzag(ahead);
        self.out.field(Lane::Times).put_zigzag(parts.time.wrapping_sub(self.expected.time));
        self.expected.start_op = parts.start_op.wrapping_add(operations);
        self.expected.time = parts.time;

        let (message, new) = self.messages.number(parts.message);
        self.out.field(Lane::Messages).put_varint(message as u64);
        if new {
            self.out.field(Lane::MessageTexts).put_blob(parts.message);
        }
        self.out.field(Lane::OtherActors).put_varint(parts.other_actors.len() as u64);
        for actor in &parts.other_actors {
            self.actor(Lane::OtherActors, actor);
        }
        self.out.field(Lane::Shapes).put_varint(shape);
        self.out.field(Lane::Operations).put_varint(operations);
        let keys = keys(&parts.columns);
        for OperationColumn { spec, bytes } in &parts.columns {
            let Some(index) = KNOWN.iter().position(|known| known.spec == *spec) else { continue };
            if columns::is_relative(*spec) {
                let base = self.expected.base(*spec, keys, parts.start_op);
                let relative = columns::shift(bytes, base.wrapping_neg())?;
                self.out.column(index).extend(relative);
            } else {
                self.out.column(index).extend_from_slice(bytes);
            }
        }
        self.expected.write(keys, parts.start_op);
        let (footer, new) = self.footers.number(parts.extra);
        self.out.field(Lane::Footers).put_varint(footer as u64);
        if new {
            self.out.field(Lane::FooterBytes).put_blob(parts.extra);
        }
        Ok(())
    }

    fn actor(&mut self, lane: Lane, id: &[u8]) -> usize {
        let (number, new) = self.actors.number(id);
        self.out.field(lane).put_varint(number as u64);
        if new {
            self.out.field(Lane::ActorIds).put_blob(id);
        }
        number
    }
}

/// Which known columns a change has, as bits, and how many operations; `None` when it has others, or
/// when their lengths do not follow from their rows.
fn shape(parts: &Parts<'_>) -> Option<(u64, u64)> {
    let operations = columns::count(&parts.columns).ok()?;
    let mut tally = Tally { operations, ..Tally::default() };
    let mut shape = 0u64;
    for OperationColumn { spec, bytes } in &parts.columns {
        let index = KNOWN.iter().position(|known| known.spec == *spec)?;
        if shape >> index != 0 {
            return None;
        }
        shape |= 1 << index;
        let mut reader = Reader::new(bytes);
        let rows = tally.rows(KNOWN[index].rows);
        columns::take(&mut reader, *spec, rows, &mut tally).ok()?;
        if !reader.is_empty() {
            return None;
        }
    }
    Some((shape, operations))
}

/// Reads changes from lanes.
pub(super) struct Unweaver<'a> {
    lanes: LaneReader<'a>,
    expected: Expected,
    actors: Vec<&'a [u8]>,
    messages: Vec<&'a [u8]>,
    footers: Vec<&'a [u8]>,
}

impl<'a> Unweaver<'a> {
    pub(super) fn new(lanes: LaneReader<'a>) -> Self {
        Self {
            lanes,
            expected: Expected::default(),
            actors: Vec::new(),
            messages: Vec::new(),
            footers: Vec::new(),
        }
    }

    /// Reads changes that were written as if they followed this one.
    pub(super) fn after(last: &'a [u8], lanes: LaneReader<'a>) -> Result<Self, WireError> {
        let last = Parts::parse(last)?;
        Ok(Self {
            lanes,
            expected: Expected::after(&last),
            actors: vec![last.actor],
            messages: vec![last.message],
            footers: vec![last.extra],
        })
    }

    pub(super) fn finish(self) -> Result<(), WireError> {
        self.lanes.finish()
    }

    pub(super) fn next_change(&mut self) -> Result<Unpacked, WireError> {
        let change = match self.lanes.field(Lane::Deps).count(MAX_DEPS + 1, "dependencies")? {
            0 => {
                let bytes = self.lanes.field(Lane::Chunks).blob(MAX_CHANGE, "change")?.to_vec();
                Unpacked { hash: chunk::hash(&bytes)?, bytes }
            }
            deps => {
                let (hash, bytes) = self.unweave(deps - 1)?.build();
                if bytes.len() > MAX_CHANGE {
                    let (found, limit) = (bytes.len() as u64, MAX_CHANGE as u64);
                    return Err(WireError::TooMuch { what: "change", found, limit });
                }
                Unpacked { hash, bytes }
            }
        };
        self.expected.hashes.push(change.hash);
        Ok(change)
    }

    fn unweave(&mut self, deps: usize) -> Result<Parts<'a>, WireError> {
        let deps = (0..deps).map(|_| self.dependency()).collect::<Result<Vec<_>, _>>()?;
        let (number, actor) = self.actor(Lane::Actors)?;
        let ahead = self.lanes.field(Lane::Seqs).zigzag("seq")?;
        let last = self.expected.seq_of(number);
        let seq = last.wrapping_add(1).wrapping_add(ahead as u64);
        *last = seq;
        let ahead = self.lanes.field(Lane::StartOps).zigzag("first operation")?;
        let start_op = self.expected.start_op.wrapping_add(ahead as u64);
        let later = self.lanes.field(Lane::Times).zigzag("time")?;
        let time = self.expected.time.wrapping_add(later);

        let message = self.lanes.field(Lane::Messages).count(self.messages.len(), "message")?;
        if message == self.messages.len() {
            let text = self.lanes.field(Lane::MessageTexts).blob(MAX_MESSAGE, "message")?;
            self.messages.push(text);
        }
        let others = self.lanes.field(Lane::OtherActors).count(MAX_ACTORS, "other actors")?;
        let mut other_actors = Vec::new();
        for _ in 0..others {
            other_actors.push(self.actor(Lane::OtherActors)?.1);
        }
        let shape = self.lanes.field(Lane::Shapes).count((1 << KNOWN.len()) - 1, "columns")?;
        let operations =
            self.lanes.field(Lane::Operations).count(MAX_OPS as usize, "operations")? as u64;
        let columns = self.columns(shape, operations, start_op)?;
        let footer = self.lanes.field(Lane::Footers).count(self.footers.len(), "change footer")?;
        if footer == self.footers.len() {
            let bytes = self.lanes.field(Lane::FooterBytes).blob(MAX_EXTRA, "change footer")?;
            self.footers.push(bytes);
        }

        self.expected.start_op = start_op.wrapping_add(operations);
        self.expected.time = time;
        let message = self.messages[message];
        let extra = self.footers[footer];
        Ok(Parts { deps, actor, seq, start_op, time, message, other_actors, columns, extra })
    }

    fn dependency(&mut self) -> Result<ChangeHash, WireError> {
        let known = self.expected.hashes.len();
        match self.lanes.field(Lane::DepRefs).count(known, "dependency")? {
            0 => {
                let hash = ChangeHash(self.lanes.field(Lane::Hashes).array("dependency")?);
                self.expected.hashes.push(hash);
                Ok(hash)
            }
            back => Ok(self.expected.hashes[known - back]),
        }
    }

    fn actor(&mut self, lane: Lane) -> Result<(usize, &'a [u8]), WireError> {
        let number = self.lanes.field(lane).count(self.actors.len(), "actor")?;
        if number == self.actors.len() {
            self.actors.push(self.lanes.field(Lane::ActorIds).blob(MAX_ACTOR, "actor")?);
        }
        Ok((number, self.actors[number]))
    }

    fn columns(
        &mut self,
        shape: usize,
        operations: u64,
        start_op: u64,
    ) -> Result<Vec<OperationColumn<'a>>, WireError> {
        let mut tally = Tally { operations, ..Tally::default() };
        let mut columns = Vec::new();
        for (index, known) in KNOWN.iter().enumerate().filter(|(index, _)| shape >> index & 1 == 1)
        {
            let rows = tally.rows(known.rows);
            let reader = self.lanes.column(index);
            let column = columns::take(reader, known.spec, rows, &mut tally)?;
            let bytes = if columns::is_relative(known.spec) {
                let base = self.expected.base(known.spec, keys(&columns), start_op);
                Cow::Owned(columns::shift(column, base)?)
            } else {
                Cow::Borrowed(column)
            };
            columns.push(OperationColumn { spec: known.spec, bytes });
        }
        self.expected.write(keys(&columns), start_op);
        Ok(columns)
    }
}

/// The column of keys: which cells a change writes.
fn keys<'a>(columns: &'a [OperationColumn<'_>]) -> Option<&'a [u8]> {
    columns.iter().find(|column| column.spec == KEYS).map(|column| &*column.bytes)
}
