//! A batch turned into rows.

use std::collections::BTreeMap;

use automerge::ActorId;
use hopluu_protocol::id::DocId;
use hopluu_protocol::store::{StoreError, StoredChange, Write};

use super::disk::{Disk, MAX_ATOMIC_BYTES, PORTION_BYTES, Rows};
use super::key;
use super::row::{DocRow, Large, PART_BYTES, Value};

/// Larger values get rows of their own, so that the rows by which things are found stay small.
pub(super) const INLINE_BYTES: usize = 1024;
/// In a batch with more than this, all but tiny values get rows of their own, since those need not be
/// written at once.
const LARGE_BATCH_BYTES: usize = 64 * 1024;
const TINY_BYTES: usize = 64;

/// The rows of a batch, checked against what is stored. Nothing has been written yet.
pub(super) struct Plan<'a> {
    disk: &'a Disk,
    docs: BTreeMap<DocId, DocRow>,
    rows: Rows,
    parts: Vec<(Vec<u8>, Vec<u8>)>,
    next_large: u64,
    inline_bytes: usize,
}

/// A batch that fits, to be written.
pub(super) struct Planned {
    rows: Rows,
    parts: Vec<(Vec<u8>, Vec<u8>)>,
    row_bytes: usize,
    next_large: u64,
    pub(super) commit: u64,
    pub(super) journaled: u64,
}

impl Planned {
    /// About how many bytes are to be written.
    pub(super) fn bytes(&self) -> usize {
        self.row_bytes + self.part_bytes()
    }

    fn part_bytes(&self) -> usize {
        self.parts.iter().map(|(_, part)| part.len()).sum()
    }

    /// Writes everything: large values first, which nothing refers to yet, then all else at once. Returns
    /// the number of the next large value.
    pub(super) fn write(mut self, disk: &Disk) -> Result<u64, StoreError> {
        let is_much = self.part_bytes() > PORTION_BYTES;
        let parts = self.parts.into_iter().map(|(key, part)| (key, Some(part)));
        if is_much {
            disk.write_in_portions(parts)?;
        } else {
            self.rows.extend(parts);
        }
        disk.write(&self.rows)?;
        Ok(self.next_large)
    }
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        disk: &'a Disk,
        next_large: u64,
        batch: &[Write],
    ) -> Result<Self, StoreError> {
        let bytes: usize = batch.iter().map(value_bytes).sum();
        let mut plan = Self {
            disk,
            docs: BTreeMap::new(),
            rows: Rows::new(),
            parts: Vec::new(),
            next_large,
            inline_bytes: if bytes > LARGE_BATCH_BYTES { TINY_BYTES } else { INLINE_BYTES },
        };
        for write in batch {
            plan.add(write)?;
        }
        for (doc, row) in std::mem::take(&mut plan.docs) {
            plan.rows.insert(key::doc(&doc), Some(row.encode()));
        }
        if plan.next_large != next_large {
            let next = plan.next_large.to_le_bytes().to_vec();
            plan.rows.insert(key::NEXT_LARGE.to_vec(), Some(next));
        }
        Ok(plan)
    }

    /// All rows, as those of commit number `commit`; `journaled` is the last that the journal is given.
    pub(super) fn finish(self, commit: u64, journaled: u64) -> Result<Planned, StoreError> {
        let Self { mut rows, parts, next_large, .. } = self;
        rows.insert(key::COMMITS.to_vec(), Some(commit.to_le_bytes().to_vec()));
        let known = [journaled.to_le_bytes(), commit.to_le_bytes()].concat();
        rows.insert(key::JOURNALED.to_vec(), Some(known));
        let row_bytes: usize =
            rows.iter().map(|(key, body)| key.len() + body.as_ref().map_or(0, Vec::len)).sum();
        if row_bytes > MAX_ATOMIC_BYTES {
            return refuse(format!("{row_bytes} bytes of rows at once, of {MAX_ATOMIC_BYTES}"));
        }
        Ok(Planned { rows, parts, row_bytes, next_large, commit, journaled })
    }

    fn add(&mut self, write: &Write) -> Result<(), StoreError> {
        match write {
            Write::Append { doc, change, actor, seq } => self.append(doc, change, actor, *seq),
            Write::Heads { doc, heads } => {
                self.existing(doc, "heads")?.heads.clone_from(heads);
                Ok(())
            }
            Write::Meta { key, value } => self.set_meta(key, value.as_deref()),
            Write::Snapshot { doc, covers, bytes } => self.replace(doc, *covers, bytes),
        }
    }

    fn append(
        &mut self,
        doc: &DocId,
        change: &StoredChange,
        actor: &ActorId,
        seq: u64,
    ) -> Result<(), StoreError> {
        let position = change.position;
        let row = self.doc(doc)?;
        let next = row.changes;
        if position != next {
            return refuse(format!("{doc}: position {position} where {next} is next"));
        }
        let Some(after) = next.checked_add(1) else {
            return refuse(format!("{doc}: too many changes"));
        };
        row.changes = after;
        let position_key = key::position(doc, &change.hash);
        if self.rows.contains_key(&position_key) || self.disk.contains(&position_key)? {
            return refuse(format!("{doc}: change {} a second time", change.hash));
        }
        let value = self.value(&change.bytes);
        let body = [&change.hash.0[..], &value.encode()].concat();
        self.rows.insert(key::change(doc, position), Some(body));
        self.rows.insert(position_key, Some(position.to_le_bytes().to_vec()));
        self.rows.insert(key::actor(doc, actor), Some(seq.to_le_bytes().to_vec()));
        Ok(())
    }

    fn set_meta(&mut self, meta: &str, value: Option<&[u8]>) -> Result<(), StoreError> {
        let key = key::meta(meta);
        let before = match self.rows.get(&key) {
            Some(staged) => staged.clone(),
            None => self.disk.get(&key)?,
        };
        if let Some(body) = before
            && let Value::Large(large) = Value::decode(&key, &body)?
        {
            self.discard(large);
        }
        let body = value.map(|value| self.value(value).encode());
        self.rows.insert(key, body);
        Ok(())
    }

    fn replace(&mut self, doc: &DocId, covers: u32, bytes: &[u8]) -> Result<(), StoreError> {
        let snapshot = self.large(bytes);
        let row = self.existing(doc, "a snapshot")?;
        let DocRow { changes, in_snapshot, .. } = *row;
        if covers <= in_snapshot || covers > changes {
            return refuse(format!(
                "{doc}: a snapshot of {covers} changes where {in_snapshot} of {changes} are in one"
            ));
        }
        row.in_snapshot = covers;
        let before = row.snapshot.replace(snapshot);
        if let Some(before) = before {
            self.discard(before);
        }
        let covered = key::garbage(&key::changes(doc));
        self.rows.insert(covered, Some(key::change(doc, covers)));
        Ok(())
    }

    /// Marks a large value's parts to be swept.
    fn discard(&mut self, large: Large) {
        self.rows.insert(key::garbage(&key::parts(large.number)), Some(Vec::new()));
    }

    fn value(&mut self, bytes: &[u8]) -> Value {
        if bytes.len() <= self.inline_bytes {
            Value::Inline(bytes.to_vec())
        } else {
            Value::Large(self.large(bytes))
        }
    }

    fn large(&mut self, bytes: &[u8]) -> Large {
        let number = self.next_large;
        self.next_large += 1;
        let parts = (0_u32..).zip(bytes.chunks(PART_BYTES));
        self.parts.extend(parts.map(|(index, part)| (key::part(number, index), part.to_vec())));
        Large { number, bytes: bytes.len() as u64 }
    }

    fn existing(&mut self, doc: &DocId, what: &str) -> Result<&mut DocRow, StoreError> {
        let row = self.doc(doc)?;
        if row.changes == 0 {
            return refuse(format!("{what} for {doc}, which has no changes"));
        }
        Ok(row)
    }

    fn doc(&mut self, doc: &DocId) -> Result<&mut DocRow, StoreError> {
        if !self.docs.contains_key(doc) {
            let row = super::engine::doc_row(self.disk, doc)?.unwrap_or_default();
            self.docs.insert(doc.clone(), row);
        }
        Ok(self.docs.entry(doc.clone()).or_default())
    }
}

fn value_bytes(write: &Write) -> usize {
    match write {
        Write::Append { change, .. } => change.bytes.len(),
        Write::Meta { value, .. } => value.as_ref().map_or(0, Vec::len),
        Write::Heads { .. } | Write::Snapshot { .. } => 0,
    }
}

fn refuse<T>(what: String) -> Result<T, StoreError> {
    Err(StoreError::Refused { what })
}
