//! The store of a node: sled 0.34.7 in a directory of its own.
//!
//! # What makes it durable
//!
//! sled's `flush` on Linux ends in `sync_file_range`, which writes no metadata and does not empty the
//! disk's cache. So a commit is one atomic batch on **one** tree, `flush`, and an fsync of sled's log.
//! What sled finds after a power cut is a beginning of its log in which a batch is whole or missing; the
//! fsync puts everything acknowledged into that beginning. Large values (snapshots) are written before
//! the batch that refers to them, in portions; what is no longer referred to is removed after it. That
//! keeps what is written between two fsyncs below half a segment of sled's log; `disk.rs` says what
//! happens otherwise. No value is large enough for sled's blob files, which are never synced. A batch of
//! more rows than can be written so (about 2,500 changes) is refused.
//!
//! # What it does not do
//!
//! sled takes damage in the midst of its log for the log's end. That the store then has fewer commits than
//! it had is found out by a witness beside it (see `witness.rs`), except after a power cut, which may
//! have taken the witness back too. The hub has what it acknowledged, and takes again what is still here.

mod batch;
mod disk;
mod key;
mod open;
mod renew;
mod row;
mod sweep;
mod upkeep;
mod witness;
mod wreck;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use automerge::{ActorId, ChangeHash};
use hopluu_protocol::id::DocId;
use hopluu_protocol::store::{Backend, DocSummary, StoreError, StoredChange, Write};

pub use open::{FORMAT, check_disk, mark_damaged, set_aside};
pub use wreck::{Pieces, Wreck, has_room_to_read_out};

use batch::Plan;
use disk::{Disk, io_error};
use open::{Lock, check_format, open_disk};
use row::{DocRow, Large, Value, damaged, take};
use upkeep::Upkeep;
use witness::Witness;

/// Free space that a commit leaves on the disk, in bytes: what sled may need to open the store again.
const HEADROOM_BYTES: u64 = 8 << 20;

/// A store in a directory.
pub struct SledBackend {
    // In this order: sled is closed before the lock is given up.
    disk: Disk,
    next_large: u64,
    commits: u64,
    witness: Witness,
    upkeep: Upkeep,
    _lock: Lock,
}

impl SledBackend {
    /// Opens the store in `dir`, or makes one there. No other process may hold it.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::ReadOnly`], [`StoreError::Format`]; [`StoreError::Full`] when
    /// there is no room for what sled writes at opening; [`StoreError::Damaged`] when it does not read as
    /// a store, or lost commits ([`set_aside`] moves it out of the way).
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Self::open_with_headroom(dir, HEADROOM_BYTES)
    }

    /// As [`SledBackend::open`]; a commit that would leave less than `headroom` bytes free on the disk is
    /// refused with [`StoreError::Full`].
    ///
    /// # Errors
    /// As [`SledBackend::open`].
    pub fn open_with_headroom(dir: &Path, headroom: u64) -> Result<Self, StoreError> {
        Self::open_and_renew(dir, headroom, renew::large_bytes())
    }

    /// As [`SledBackend::open`], after a write of this process failed: the files are copied, as they can be
    /// read, before sled opens them.
    ///
    /// # Errors
    /// As [`SledBackend::open`].
    pub fn open_after_failure(dir: &Path) -> Result<Self, StoreError> {
        open::note_doubt(dir)?;
        Self::open(dir)
    }

    /// As [`SledBackend::open`]; a log of `large_bytes` is written anew if it holds little.
    fn open_and_renew(dir: &Path, headroom: u64, large_bytes: u64) -> Result<Self, StoreError> {
        fs::create_dir_all(dir)
            .map_err(|error| io_error("making the store's directory", &error))?;
        let lock = Lock::take(dir)?;
        open::check_mark(dir)?;
        open::settle_doubt(dir)?;
        let disk = open_disk(dir, &renew::sled_dir(dir)?, headroom)?;
        check_format(&disk)?;
        let disk = renew::renew_if_due(disk, large_bytes)?;
        let next_large = number(&disk, key::NEXT_LARGE)?;
        let commits = number(&disk, key::COMMITS)?;
        let (witness, witnessed) = Witness::open(dir)?;
        if commits < witnessed {
            let what = format!("it has had {witnessed} commits, and {commits} are left");
            return Err(StoreError::Damaged { what });
        }
        sweep::remove_orphans(&disk, next_large)?;
        sweep::sweep(&disk)?;
        let upkeep = Upkeep::new(&disk, large_bytes, commits);
        Ok(Self { disk, next_large, commits, witness, upkeep, _lock: lock })
    }

    fn resolve(&self, key: &[u8], value: Value) -> Result<Vec<u8>, StoreError> {
        match value {
            Value::Inline(bytes) => Ok(bytes),
            Value::Large(large) => self.large(key, large),
        }
    }

    fn large(&self, key: &[u8], large: Large) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        for part in self.disk.scan(&key::parts(large.number)) {
            bytes.extend(part?.1);
        }
        if bytes.len() as u64 == large.bytes {
            Ok(bytes)
        } else {
            let what = format!("its value has {} bytes instead of {}", bytes.len(), large.bytes);
            Err(damaged(key, &what))
        }
    }

    fn change(&self, key: &[u8], position: u32, body: &[u8]) -> Result<StoredChange, StoreError> {
        let mut rest = body;
        let hash = ChangeHash(take(key, &mut rest)?);
        let bytes = self.resolve(key, Value::decode(key, rest)?)?;
        Ok(StoredChange { position, hash, bytes })
    }
}

/// The number in a row, 0 if there is none.
fn number(disk: &Disk, key: &[u8]) -> Result<u64, StoreError> {
    let Some(body) = disk.get(key)? else { return Ok(0) };
    take(key, &mut body.as_slice()).map(u64::from_le_bytes)
}

/// Where a document stands, if it exists.
fn doc_row(disk: &Disk, doc: &DocId) -> Result<Option<DocRow>, StoreError> {
    let key = key::doc(doc);
    disk.get(&key)?.map(|body| DocRow::decode(&key, &body)).transpose()
}

impl Backend for SledBackend {
    fn documents(&self) -> Result<BTreeMap<DocId, DocSummary>, StoreError> {
        let mut documents = BTreeMap::new();
        for row in self.disk.scan(key::DOCS) {
            let (id, body) = row?;
            let doc = std::str::from_utf8(&id)
                .ok()
                .and_then(|text| text.parse::<DocId>().ok())
                .ok_or_else(|| damaged(&id, "it is not a document id"))?;
            let DocRow { changes, in_snapshot, heads, .. } = DocRow::decode(&id, &body)?;
            documents.insert(doc, DocSummary { heads, changes, in_snapshot });
        }
        Ok(documents)
    }

    fn snapshot(&self, doc: &DocId) -> Result<Option<Vec<u8>>, StoreError> {
        let snapshot = doc_row(&self.disk, doc)?.and_then(|row| row.snapshot);
        snapshot.map(|large| self.large(&key::doc(doc), large)).transpose()
    }

    fn changes(
        &self,
        doc: &DocId,
        from: u32,
        max_bytes: usize,
    ) -> Result<Vec<StoredChange>, StoreError> {
        let mut found = Vec::new();
        let Some(row) = doc_row(&self.disk, doc)? else { return Ok(found) };
        let prefix = key::changes(doc);
        let mut bytes = 0_usize;
        let first = from.max(row.in_snapshot);
        let mut rows = self.disk.scan_from(&prefix, &key::change(doc, first));
        for position in first..row.changes {
            let key = key::change(doc, position);
            let (rest, body) = rows.next().ok_or_else(|| damaged(&key, "it is missing"))??;
            if rest != position.to_be_bytes() {
                return Err(damaged(&key, "it is missing"));
            }
            let change = self.change(&key, position, &body)?;
            bytes = bytes.saturating_add(change.bytes.len());
            if bytes > max_bytes && !found.is_empty() {
                break;
            }
            found.push(change);
        }
        Ok(found)
    }

    fn position(&self, doc: &DocId, hash: &ChangeHash) -> Result<Option<u32>, StoreError> {
        let key = key::position(doc, hash);
        let Some(body) = self.disk.get(&key)? else { return Ok(None) };
        Ok(Some(u32::from_le_bytes(take(&key, &mut body.as_slice())?)))
    }

    fn clock(&self, doc: &DocId) -> Result<BTreeMap<ActorId, u64>, StoreError> {
        let prefix = key::clock(doc);
        self.disk
            .scan(&prefix)
            .map(|row| {
                let (actor, body) = row?;
                let seq = u64::from_le_bytes(take(&prefix, &mut body.as_slice())?);
                Ok((ActorId::from(actor), seq))
            })
            .collect()
    }

    fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let key = key::meta(key);
        let Some(body) = self.disk.get(&key)? else { return Ok(None) };
        self.resolve(&key, Value::decode(&key, &body)?).map(Some)
    }

    fn meta_under(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.disk
            .scan_from(key::META, &key::meta(prefix))
            .take_while(|row| match row {
                Ok((name, _)) => name.starts_with(prefix.as_bytes()),
                Err(_) => true,
            })
            .map(|row| {
                let (name, body) = row?;
                let value = self.resolve(&name, Value::decode(&name, &body)?)?;
                let name = String::from_utf8(name)
                    .map_err(|error| damaged(error.as_bytes(), "its name is not UTF-8"))?;
                Ok((name, value))
            })
            .collect()
    }

    fn commit(&mut self, batch: &[Write]) -> Result<(), StoreError> {
        if batch.is_empty() {
            return Ok(());
        }
        let plan = Plan::new(&self.disk, self.next_large, batch)?;
        self.next_large = plan.write(self.commits + 1)?;
        self.commits += 1;
        self.witness.note(self.commits)?;
        // The batch is durable; what it replaced can go.
        if batch.iter().any(|write| matches!(write, Write::Snapshot { .. } | Write::Meta { .. })) {
            sweep::sweep(&self.disk)?;
        }
        Ok(())
    }

    fn upkeep(&mut self) -> Result<bool, StoreError> {
        self.upkeep.step(&mut self.disk, self.commits)
    }
}

impl fmt::Debug for SledBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SledBackend").field("dir", &self.disk.dir).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
