//! A disk that fails, forgets and lies, for simulations and tests. What fails when is planned by the
//! caller, step by step or by a seed, so that every run can be repeated.

use std::cell::Cell;
use std::collections::BTreeMap;

use automerge::{ActorId, ChangeHash};

use super::{Backend, DocSummary, MemoryBackend, StoreError, StoredChange, Write};
use crate::id::DocId;

/// What happens to a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitFault {
    /// The disk is full: refused before anything is written.
    Full,
    /// The write fails half-way. Nothing of the batch will be there after a restart.
    WriteFailed,
    /// The fsync fails. The batch is seen until the restart and gone after it.
    SyncFailedAndLost,
    /// The fsync fails, yet the batch is there after the restart.
    SyncFailedAndKept,
    /// Power fails before the batch is on the disk. Everything fails until the restart.
    PowerCutBefore,
    /// Power fails when the batch is on the disk, before anybody hears of it.
    PowerCutAfter,
}

/// What happens to a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadFault {
    /// The backend finds the damage by its checksums.
    Damaged,
    /// One bit of the snapshot or of a change read is flipped, and the backend does not notice. Other
    /// reads are not affected.
    Flipped,
}

/// What fails when. Commits and reads are counted from 0 over the whole life of the backend, restarts
/// included.
#[derive(Clone, Debug, Default)]
pub struct FaultPlan {
    commits: BTreeMap<u64, CommitFault>,
    reads: BTreeMap<u64, ReadFault>,
    seeded: Option<Seeded>,
}

#[derive(Clone, Copy, Debug)]
struct Seeded {
    seed: u64,
    one_in: u64,
}

impl FaultPlan {
    /// Nothing fails.
    pub fn none() -> Self {
        Self::default()
    }

    /// About one commit in `one_in` fails, one way or another, as the seed decides.
    pub fn seeded(seed: u64, one_in: u32) -> Self {
        Self { seeded: Some(Seeded { seed, one_in: u64::from(one_in.max(1)) }), ..Self::default() }
    }

    /// Lets a commit fail.
    #[must_use]
    pub fn at_commit(mut self, number: u64, fault: CommitFault) -> Self {
        self.commits.insert(number, fault);
        self
    }

    /// Lets a read fail.
    #[must_use]
    pub fn at_read(mut self, number: u64, fault: ReadFault) -> Self {
        self.reads.insert(number, fault);
        self
    }

    fn commit_fault(&self, number: u64) -> Option<CommitFault> {
        self.commits.get(&number).copied().or_else(|| self.seeded?.commit_fault(number))
    }
}

impl Seeded {
    fn commit_fault(self, number: u64) -> Option<CommitFault> {
        let mut draw = [0; 8];
        let input = [self.seed.to_le_bytes(), number.to_le_bytes()].concat();
        draw.copy_from_slice(&blake3::hash(&input).as_bytes()[..8]);
        let draw = u64::from_le_bytes(draw);
        if draw % self.one_in != 0 {
            return None;
        }
        Some(match draw / self.one_in % 6 {
            0 => CommitFault::Full,
            1 => CommitFault::WriteFailed,
            2 => CommitFault::SyncFailedAndLost,
            3 => CommitFault::SyncFailedAndKept,
            4 => CommitFault::PowerCutBefore,
            _ => CommitFault::PowerCutAfter,
        })
    }
}

/// A store in memory with a disk of its own that keeps only what was synced.
#[derive(Debug)]
pub struct FaultyBackend {
    /// What the running process sees.
    seen: MemoryBackend,
    /// What a restart finds.
    on_disk: MemoryBackend,
    plan: FaultPlan,
    commits: u64,
    reads: Cell<u64>,
    down: bool,
}

impl FaultyBackend {
    /// An empty store that fails as planned.
    pub fn new(plan: FaultPlan) -> Self {
        Self {
            seen: MemoryBackend::new(),
            on_disk: MemoryBackend::new(),
            plan,
            commits: 0,
            reads: Cell::new(0),
            down: false,
        }
    }

    /// The store as a process finds it that starts after this one ended, by a power cut or otherwise.
    #[must_use]
    pub fn restart(self) -> Self {
        Self { seen: self.on_disk.clone(), down: false, ..self }
    }

    /// The same store with other faults planned, counted from 0 again.
    #[must_use]
    pub fn with_plan(self, plan: FaultPlan) -> Self {
        Self { plan, commits: 0, reads: Cell::new(0), ..self }
    }

    /// What is on the disk: the state that a restart would find.
    pub fn on_disk(&self) -> &MemoryBackend {
        &self.on_disk
    }

    /// How many commits were tried.
    pub fn commits(&self) -> u64 {
        self.commits
    }

    /// Counts a read and says what happens to it.
    fn read(&self) -> Result<Option<ReadFault>, StoreError> {
        let number = self.reads.get();
        self.reads.set(number + 1);
        match self.plan.reads.get(&number) {
            _ if self.down => Err(no_power()),
            Some(ReadFault::Damaged) => {
                Err(StoreError::Damaged { what: format!("read {number} as planned") })
            }
            fault => Ok(fault.copied()),
        }
    }
}

impl Backend for FaultyBackend {
    fn documents(&self) -> Result<BTreeMap<DocId, DocSummary>, StoreError> {
        self.read()?;
        self.seen.documents()
    }

    fn snapshot(&self, doc: &DocId) -> Result<Option<Vec<u8>>, StoreError> {
        let fault = self.read()?;
        let mut snapshot = self.seen.snapshot(doc)?;
        if fault == Some(ReadFault::Flipped) {
            snapshot.iter_mut().for_each(|bytes| flip(bytes));
        }
        Ok(snapshot)
    }

    fn changes(
        &self,
        doc: &DocId,
        from: u32,
        max_bytes: usize,
    ) -> Result<Vec<StoredChange>, StoreError> {
        let fault = self.read()?;
        let mut changes = self.seen.changes(doc, from, max_bytes)?;
        if fault == Some(ReadFault::Flipped) {
            changes.iter_mut().take(1).for_each(|change| flip(&mut change.bytes));
        }
        Ok(changes)
    }

    fn position(&self, doc: &DocId, hash: &ChangeHash) -> Result<Option<u32>, StoreError> {
        self.read()?;
        self.seen.position(doc, hash)
    }

    fn clock(&self, doc: &DocId) -> Result<BTreeMap<ActorId, u64>, StoreError> {
        self.read()?;
        self.seen.clock(doc)
    }

    fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read()?;
        self.seen.meta(key)
    }

    fn meta_under(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.read()?;
        self.seen.meta_under(prefix)
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
                self.on_disk.commit(batch)
            }
            Some(CommitFault::Full) => Err(StoreError::Full),
            Some(CommitFault::WriteFailed) => Err(failed("the write failed")),
            Some(CommitFault::SyncFailedAndLost) => {
                self.seen.commit(batch)?;
                Err(failed("the fsync failed"))
            }
            Some(CommitFault::SyncFailedAndKept) => {
                self.seen.commit(batch)?;
                self.on_disk.commit(batch)?;
                Err(failed("the fsync failed"))
            }
            Some(CommitFault::PowerCutBefore) => {
                self.down = true;
                Err(no_power())
            }
            Some(CommitFault::PowerCutAfter) => {
                self.on_disk.commit(batch)?;
                self.down = true;
                Err(no_power())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Store, conformance};

    fn set(value: &str) -> [Write; 1] {
        [Write::Meta { key: "key".to_owned(), value: Some(value.as_bytes().to_vec()) }]
    }

    fn failing_at_second_commit(fault: CommitFault) -> Store<FaultyBackend> {
        let mut store = Store::new(FaultyBackend::new(FaultPlan::none().at_commit(1, fault)));
        let _durable = store.commit(&set("first")).unwrap();
        store
    }

    fn after_restart(store: Store<FaultyBackend>) -> Vec<u8> {
        store.into_backend().restart().meta("key").unwrap().unwrap()
    }

    #[test]
    fn without_faults_it_passes_the_conformance_suite() {
        conformance::check(|| FaultyBackend::new(FaultPlan::none()), FaultyBackend::restart);
    }

    #[test]
    fn a_full_disk_leaves_the_store_usable() {
        let mut store = failing_at_second_commit(CommitFault::Full);
        assert!(matches!(store.commit(&set("second")), Err(StoreError::Full)));
        assert_eq!(store.meta("key").unwrap().unwrap(), b"first");
        let _durable = store.commit(&set("third")).unwrap();
        assert_eq!(after_restart(store), b"third");
    }

    #[test]
    fn a_refused_batch_leaves_the_store_usable() {
        let mut store = Store::new(MemoryBackend::new());
        let heads = Write::Heads { doc: DocId::Roster, heads: Vec::new() };
        assert!(matches!(store.commit(&[heads]), Err(StoreError::Refused { .. })));
        let _durable = store.commit(&set("first")).unwrap();
    }

    #[test]
    fn a_failed_fsync_poisons_the_store_whatever_the_disk_kept() {
        for (fault, found) in [
            (CommitFault::WriteFailed, "first"),
            (CommitFault::SyncFailedAndLost, "first"),
            (CommitFault::SyncFailedAndKept, "second"),
        ] {
            let mut store = failing_at_second_commit(fault);
            assert!(matches!(store.commit(&set("second")), Err(StoreError::Io { .. })));
            assert!(matches!(store.commit(&set("third")), Err(StoreError::Poisoned { .. })));
            assert!(matches!(store.meta("key"), Err(StoreError::Poisoned { .. })));
            assert_eq!(after_restart(store), found.as_bytes(), "{fault:?}");
        }
    }

    #[test]
    fn a_power_cut_keeps_or_loses_the_batch_whole() {
        for (fault, found) in
            [(CommitFault::PowerCutBefore, "first"), (CommitFault::PowerCutAfter, "second")]
        {
            let mut store = failing_at_second_commit(fault);
            store.commit(&set("second")).unwrap_err();
            assert_eq!(after_restart(store), found.as_bytes(), "{fault:?}");
        }
    }

    #[test]
    fn the_same_seed_fails_the_same_commits() {
        let faults = |seed| {
            let plan = FaultPlan::seeded(seed, 4);
            (0..1_000).map(|number| plan.commit_fault(number)).collect::<Vec<_>>()
        };
        assert_eq!(faults(7), faults(7));
        assert_ne!(faults(7), faults(8));
        let failed = faults(7).into_iter().flatten().count();
        assert!((150..350).contains(&failed), "{failed} of 1000");
    }
}
