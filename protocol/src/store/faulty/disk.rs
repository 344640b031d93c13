//! The disk itself, which outlives the processes that use it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use automerge::{ActorId, ChangeHash};

use super::{CommitFault, FaultPlan, FaultyBackend, ReadFault};
use crate::id::DocId;
use crate::store::{Backend, DocSummary, MemoryBackend, StoreError, StoredChange, Write};

/// A disk, by a handle: its clone is the same disk.
#[derive(Clone, Debug, Default)]
pub struct FaultyDisk(Arc<Mutex<Platter>>);

/// What of a store can be damaged so that its checksums tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Damage {
    /// A document's changes or its snapshot.
    Content(DocId),
    /// What is known of the documents without opening them: the store does not open.
    Summary,
    /// A value outside the documents.
    Meta(String),
}

/// A way for a disk to be dishonest, of which no store is told: what a test of tests needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// Half a record is taken for a whole one after a power cut.
    KeepsTornRecords,
    /// Every eighth row is reported written and is not.
    LosesRows,
    /// A batch is reported durable when it only will be with the next one.
    SyncsLater,
}

#[derive(Debug, Default)]
struct Platter {
    /// What the running process sees.
    seen: MemoryBackend,
    /// What a restart finds.
    on_disk: MemoryBackend,
    plan: FaultPlan,
    commits: u64,
    reads: u64,
    down: bool,
    damage: BTreeSet<Damage>,
    lie: Option<Lie>,
    /// Reported durable, and not yet so ([`Lie::SyncsLater`]).
    owed: Vec<Write>,
    rows: u64,
}

impl FaultyDisk {
    /// An empty disk without faults.
    pub fn new() -> Self {
        Self::default()
    }

    /// A disk that holds this.
    pub fn with(image: MemoryBackend) -> Self {
        let disk = Self::new();
        disk.put(image);
        disk
    }

    /// The store as a process finds it that starts now. No other process may use the disk any more.
    pub fn open(&self) -> FaultyBackend {
        let mut platter = self.platter();
        platter.seen = platter.on_disk.clone();
        platter.owed.clear();
        platter.down = false;
        FaultyBackend(self.clone())
    }

    /// What a restart would find.
    pub fn image(&self) -> MemoryBackend {
        self.platter().on_disk.clone()
    }

    /// Looks at what a restart would find.
    pub fn look<T>(&self, look: impl FnOnce(&MemoryBackend) -> T) -> T {
        look(&self.platter().on_disk)
    }

    /// Replaces what is on the disk; damage is gone with it.
    pub fn put(&self, image: MemoryBackend) {
        let mut platter = self.platter();
        platter.on_disk = image.clone();
        platter.seen = image;
        platter.owed.clear();
        platter.damage.clear();
    }

    /// Plans faults; commits and reads are counted from 0 again.
    pub fn plan(&self, plan: FaultPlan) {
        let mut platter = self.platter();
        platter.plan = plan;
        (platter.commits, platter.reads) = (0, 0);
    }

    /// Lets the commit fail that follows `commits` others from now on.
    pub fn fail_after(&self, commits: u64, fault: CommitFault) {
        let mut platter = self.platter();
        let number = platter.commits + commits;
        platter.plan.commits.insert(number, fault);
    }

    /// Damages something so that every read of it fails.
    pub fn damage(&self, what: Damage) {
        self.platter().damage.insert(what);
    }

    /// Flips one bit of a document's stored changes or its snapshot, which nobody notices who does not
    /// look at what it reads. Returns whether there was such a bit.
    pub fn flip_bit(&self, doc: &DocId, bit: u64) -> bool {
        let mut platter = self.platter();
        platter.seen.flip_bit(doc, bit);
        platter.on_disk.flip_bit(doc, bit)
    }

    /// Makes the disk dishonest.
    pub fn tell(&self, lie: Lie) {
        self.platter().lie = Some(lie);
    }

    fn platter(&self) -> MutexGuard<'_, Platter> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn documents(&self) -> Result<BTreeMap<DocId, DocSummary>, StoreError> {
        let mut platter = self.platter();
        platter.read(&[Damage::Summary])?;
        platter.seen.documents()
    }

    pub(super) fn snapshot(&self, doc: &DocId) -> Result<Option<Vec<u8>>, StoreError> {
        let mut platter = self.platter();
        let fault = platter.read(&[Damage::Content(doc.clone())])?;
        let mut snapshot = platter.seen.snapshot(doc)?;
        if fault == Some(ReadFault::Flipped) {
            snapshot.iter_mut().for_each(|bytes| flip(bytes));
        }
        Ok(snapshot)
    }

    pub(super) fn changes(
        &self,
        doc: &DocId,
        from: u32,
        max_bytes: usize,
    ) -> Result<Vec<StoredChange>, StoreError> {
        let mut platter = self.platter();
        let fault = platter.read(&[Damage::Content(doc.clone())])?;
        let mut changes = platter.seen.changes(doc, from, max_bytes)?;
        if fault == Some(ReadFault::Flipped) {
            changes.iter_mut().take(1).for_each(|change| flip(&mut change.bytes));
        }
        Ok(changes)
    }

    pub(super) fn position(
        &self,
        doc: &DocId,
        hash: &ChangeHash,
    ) -> Result<Option<u32>, StoreError> {
        let mut platter = self.platter();
        platter.read(&[])?;
        platter.seen.position(doc, hash)
    }

    pub(super) fn clock(&self, doc: &DocId) -> Result<BTreeMap<ActorId, u64>, StoreError> {
        let mut platter = self.platter();
        platter.read(&[])?;
        platter.seen.clock(doc)
    }

    pub(super) fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let mut platter = self.platter();
        platter.read(&[Damage::Meta(key.to_owned())])?;
        platter.seen.meta(key)
    }

    pub(super) fn meta_under(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let mut platter = self.platter();
        let found = platter.seen.meta_under(prefix)?;
        let keys: Vec<Damage> = found.iter().map(|(key, _)| Damage::Meta(key.clone())).collect();
        platter.read(&keys)?;
        Ok(found)
    }

    pub(super) fn commit(&self, batch: &[Write]) -> Result<(), StoreError> {
        self.platter().commit(batch)
    }
}

impl Platter {
    /// Counts a read and says what happens to it.
    fn read(&mut self, concerned: &[Damage]) -> Result<Option<ReadFault>, StoreError> {
        let number = self.reads;
        self.reads += 1;
        if self.down {
            return Err(no_power());
        }
        if let Some(damage) = concerned.iter().find(|damage| self.damage.contains(*damage)) {
            return Err(StoreError::Damaged { what: format!("{damage:?}") });
        }
        match self.plan.reads.get(&number) {
            Some(ReadFault::Damaged) => {
                Err(StoreError::Damaged { what: format!("read {number} as planned") })
            }
            fault => Ok(fault.copied()),
        }
    }

    fn commit(&mut self, batch: &[Write]) -> Result<(), StoreError> {
        if self.down {
            return Err(no_power());
        }
        let number = self.commits;
        self.commits += 1;
        let failed = |what: &str| StoreError::Io { what: format!("commit {number}: {what}") };
        match self.plan.commit_fault(number) {
            None => {
                self.seen.commit(batch)?;
                self.sync(batch)
            }
            Some(CommitFault::Full) => Err(StoreError::Full),
            Some(CommitFault::WriteFailed) => Err(failed("the write failed")),
            Some(CommitFault::SyncFailedAndLost) => {
                self.seen.commit(batch)?;
                Err(failed("the fsync failed"))
            }
            Some(CommitFault::SyncFailedAndKept) => {
                self.seen.commit(batch)?;
                self.sync(batch)?;
                Err(failed("the fsync failed"))
            }
            Some(CommitFault::PowerCutBefore) => {
                self.down = true;
                Err(no_power())
            }
            Some(CommitFault::PowerCutTorn) => {
                self.down = true;
                if self.lie == Some(Lie::KeepsTornRecords) {
                    let half = batch.get(..batch.len() / 2).unwrap_or_default();
                    self.on_disk.commit(half)?;
                }
                Err(no_power())
            }
            Some(CommitFault::PowerCutAfter) => {
                self.sync(batch)?;
                self.down = true;
                Err(no_power())
            }
        }
    }

    /// Puts a batch onto the disk, if it is an honest one.
    fn sync(&mut self, batch: &[Write]) -> Result<(), StoreError> {
        self.replace_damaged(batch);
        match self.lie {
            Some(Lie::SyncsLater) => {
                let before = std::mem::replace(&mut self.owed, batch.to_vec());
                self.on_disk.commit(&before)
            }
            Some(Lie::LosesRows) => {
                for write in batch {
                    self.rows += 1;
                    if !self.rows.is_multiple_of(8) {
                        // What a lost row makes impossible is lost with it.
                        self.on_disk.commit(std::slice::from_ref(write)).ok();
                    }
                }
                Ok(())
            }
            _ => self.on_disk.commit(batch),
        }
    }

    /// Forgets the damage of values that are written anew or removed: they lie elsewhere now.
    fn replace_damaged(&mut self, batch: &[Write]) {
        for write in batch {
            if let Write::Meta { key, .. } = write {
                self.damage.remove(&Damage::Meta(key.clone()));
            }
        }
    }
}

/// Flips a bit in the middle.
fn flip(bytes: &mut [u8]) {
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 0x10;
    }
}

fn no_power() -> StoreError {
    StoreError::Io { what: "the power is cut".to_owned() }
}
