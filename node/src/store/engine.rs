//! sled with what is known of what it holds: what a thread is lent.

use std::collections::BTreeMap;
use std::path::Path;

use automerge::{ActorId, ChangeHash};
use hopluu_protocol::id::DocId;
use hopluu_protocol::store::{DocSummary, StoreError, StoredChange, Write};

use super::batch::{Plan, Planned};
use super::disk::{Disk, Rows};
use super::journal::StoreId;
use super::lent::Grasp;
use super::open::{check_format, open_disk};
use super::row::{DocRow, Large, Value, damaged, take};
use super::upkeep::Upkeep;
use super::{key, open, renew, sweep};

/// An opened sled.
pub(super) struct Engine {
    pub(super) disk: Disk,
    pub(super) next_large: u64,
    pub(super) commits: u64,
    /// The last commit that the journal was given too.
    pub(super) journaled: u64,
    /// Whether the journal was given all commits up to the last. An earlier program gives it none.
    pub(super) is_kept_twice: bool,
    /// The store's own name; `None` in one that an earlier program made, or that is new.
    pub(super) id: Option<StoreId>,
    pub(super) upkeep: Upkeep,
}

impl Engine {
    /// Opens sled in a store that is locked. A log of `large_bytes` is written anew if it holds little.
    pub(super) fn open(
        dir: &Path,
        headroom: u64,
        large_bytes: u64,
        grasp: Grasp,
    ) -> Result<Self, StoreError> {
        open::settle_doubt(dir)?;
        let mut disk = open_disk(dir, &renew::sled_dir(dir)?, headroom)?;
        disk.grasp = grasp;
        check_format(&disk)?;
        let disk = renew::renew_if_due(disk, large_bytes)?;
        let next_large = number(&disk, key::NEXT_LARGE)?;
        let commits = number(&disk, key::COMMITS)?;
        let journaled = number(&disk, key::JOURNALED)?;
        let known = disk.get(key::JOURNALED)?.and_then(|body| body.last_chunk().copied());
        let is_kept_twice = known.map_or(0, u64::from_le_bytes) == commits;
        let id = match disk.get(key::ID)? {
            Some(body) => Some(take(key::ID, &mut body.as_slice())?),
            None => None,
        };
        sweep::remove_orphans(&disk, next_large)?;
        sweep::sweep(&disk)?;
        let upkeep = Upkeep::new(&disk, large_bytes, commits);
        Ok(Self { disk, next_large, commits, journaled, is_kept_twice, id, upkeep })
    }

    /// Gives the store its name.
    pub(super) fn name(&mut self, id: StoreId) -> Result<(), StoreError> {
        self.disk.write(&Rows::from([(key::ID.to_vec(), Some(id.to_vec()))]))?;
        self.id = Some(id);
        Ok(())
    }

    /// Writes a commit, and returns when that would survive a power cut.
    pub(super) fn write(&mut self, planned: Planned) -> Result<(), StoreError> {
        let (commit, journaled) = (planned.commit, planned.journaled);
        self.next_large = planned.write(&self.disk)?;
        self.commits = commit;
        self.journaled = journaled;
        Ok(())
    }

    /// Takes the commit that only the journal has: the power went before sled had it too.
    pub(super) fn catch_up(&mut self, commit: u64, writes: &[Write]) -> Result<(), StoreError> {
        let plan = Plan::new(&self.disk, self.next_large, writes);
        let planned = plan.and_then(|plan| plan.finish(commit, commit));
        match planned {
            Ok(planned) => self.write(planned),
            Err(StoreError::Refused { what }) => {
                Err(StoreError::Damaged { what: format!("the journal does not follow: {what}") })
            }
            Err(error) => Err(error),
        }
    }

    /// Does a little of what keeps the store small. Returns whether there is more to do.
    pub(super) fn keep_up(&mut self) -> Result<bool, StoreError> {
        self.upkeep.step(&mut self.disk, self.commits)
    }

    /// Where a document stands, if it exists.
    pub(super) fn row_of(&self, doc: &DocId) -> Result<Option<DocRow>, StoreError> {
        doc_row(&self.disk, doc)
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
pub(super) fn doc_row(disk: &Disk, doc: &DocId) -> Result<Option<DocRow>, StoreError> {
    let key = key::doc(doc);
    disk.get(&key)?.map(|body| DocRow::decode(&key, &body)).transpose()
}

/// What a store can be asked, as [`hopluu_protocol::store::Backend`] says.
impl Engine {
    pub(super) fn documents(&self) -> Result<BTreeMap<DocId, DocSummary>, StoreError> {
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

    pub(super) fn snapshot(&self, doc: &DocId) -> Result<Option<Vec<u8>>, StoreError> {
        let snapshot = doc_row(&self.disk, doc)?.and_then(|row| row.snapshot);
        snapshot.map(|large| self.large(&key::doc(doc), large)).transpose()
    }

    pub(super) fn changes(
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

    pub(super) fn position(
        &self,
        doc: &DocId,
        hash: &ChangeHash,
    ) -> Result<Option<u32>, StoreError> {
        let key = key::position(doc, hash);
        let Some(body) = self.disk.get(&key)? else { return Ok(None) };
        Ok(Some(u32::from_le_bytes(take(&key, &mut body.as_slice())?)))
    }

    pub(super) fn clock(&self, doc: &DocId) -> Result<BTreeMap<ActorId, u64>, StoreError> {
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

    pub(super) fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let key = key::meta(key);
        let Some(body) = self.disk.get(&key)? else { return Ok(None) };
        self.resolve(&key, Value::decode(&key, &body)?).map(Some)
    }

    pub(super) fn meta_under(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.meta_while(prefix, |name| name.starts_with(prefix.as_bytes()))
    }

    /// The values from a name on, as long as their names are in.
    pub(super) fn meta_while(
        &self,
        from: &str,
        is_in: impl Fn(&[u8]) -> bool,
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.disk
            .scan_from(key::META, &key::meta(from))
            .take_while(|row| match row {
                Ok((name, _)) => is_in(name),
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
}
