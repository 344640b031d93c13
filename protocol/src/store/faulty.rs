//! A disk that fails, forgets and lies, for simulations and tests. What fails when is planned by the
//! caller, step by step or by a seed, so that every run can be repeated.

mod disk;

use std::collections::BTreeMap;

use automerge::{ActorId, ChangeHash};

pub use disk::{Damage, FaultyDisk, Lie};

use super::{Backend, DocSummary, StoreError, StoredChange, Write};
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
    /// Power fails when half of the batch's record is on the disk. A restart finds that it is torn, and
    /// drops it.
    PowerCutTorn,
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
        Some(match draw / self.one_in % 7 {
            0 => CommitFault::Full,
            1 => CommitFault::WriteFailed,
            2 => CommitFault::SyncFailedAndLost,
            3 => CommitFault::SyncFailedAndKept,
            4 => CommitFault::PowerCutBefore,
            5 => CommitFault::PowerCutTorn,
            _ => CommitFault::PowerCutAfter,
        })
    }
}

/// A store in memory on a disk of its own that keeps only what was synced. Holding one is what a process
/// does; the [`FaultyDisk`] is there before and after it.
#[derive(Debug)]
pub struct FaultyBackend(FaultyDisk);

impl FaultyBackend {
    /// An empty store that fails as planned.
    pub fn new(plan: FaultPlan) -> Self {
        let disk = FaultyDisk::new();
        disk.plan(plan);
        disk.open()
    }

    /// The store as a process finds it that starts after this one ended, by a power cut or otherwise.
    #[must_use]
    pub fn restart(self) -> Self {
        self.0.open()
    }

    /// The same store with other faults planned, counted from 0 again.
    #[must_use]
    pub fn with_plan(self, plan: FaultPlan) -> Self {
        self.0.plan(plan);
        self
    }

    /// The disk that the store lies on.
    pub fn disk(&self) -> &FaultyDisk {
        &self.0
    }
}

impl Backend for FaultyBackend {
    fn documents(&self) -> Result<BTreeMap<DocId, DocSummary>, StoreError> {
        self.0.documents()
    }

    fn snapshot(&self, doc: &DocId) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.snapshot(doc)
    }

    fn changes(
        &self,
        doc: &DocId,
        from: u32,
        max_bytes: usize,
    ) -> Result<Vec<StoredChange>, StoreError> {
        self.0.changes(doc, from, max_bytes)
    }

    fn position(&self, doc: &DocId, hash: &ChangeHash) -> Result<Option<u32>, StoreError> {
        self.0.position(doc, hash)
    }

    fn clock(&self, doc: &DocId) -> Result<BTreeMap<ActorId, u64>, StoreError> {
        self.0.clock(doc)
    }

    fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.meta(key)
    }

    fn meta_under(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.0.meta_under(prefix)
    }

    fn commit(&mut self, batch: &[Write]) -> Result<(), StoreError> {
        self.0.commit(batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{MemoryBackend, Store, conformance};

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
        for (fault, found) in [
            (CommitFault::PowerCutBefore, "first"),
            (CommitFault::PowerCutTorn, "first"),
            (CommitFault::PowerCutAfter, "second"),
        ] {
            let mut store = failing_at_second_commit(fault);
            store.commit(&set("second")).unwrap_err();
            assert_eq!(after_restart(store), found.as_bytes(), "{fault:?}");
        }
    }

    #[test]
    fn a_fault_can_be_armed_while_a_process_holds_the_disk() {
        let disk = FaultyDisk::new();
        let mut store = Store::new(disk.open());
        disk.fail_after(1, CommitFault::PowerCutBefore);
        let _durable = store.commit(&set("first")).unwrap();
        store.commit(&set("second")).unwrap_err();
        assert_eq!(disk.open().meta("key").unwrap().unwrap(), b"first");
    }

    #[test]
    fn damage_is_found_by_who_reads_it() {
        let disk = FaultyDisk::new();
        let mut store = Store::new(disk.open());
        let _durable = store.commit(&set("first")).unwrap();
        disk.damage(Damage::Meta("key".to_owned()));
        assert!(matches!(store.meta("key"), Err(StoreError::Damaged { .. })));
        assert!(matches!(disk.open().meta_under(""), Err(StoreError::Damaged { .. })));
        disk.put(MemoryBackend::new());
        assert_eq!(disk.open().meta("key").unwrap(), None);
    }

    #[test]
    fn damage_of_a_value_ends_when_it_is_written_anew_or_removed() {
        for value in [Some(b"second".to_vec()), None] {
            let disk = FaultyDisk::new();
            let mut store = Store::new(disk.open());
            let _durable = store.commit(&set("first")).unwrap();
            disk.damage(Damage::Meta("key".to_owned()));
            let write = Write::Meta { key: "key".to_owned(), value: value.clone() };
            let _durable = store.commit(&[write]).unwrap();
            assert_eq!(store.meta("key").unwrap(), value);
        }
    }

    #[test]
    fn each_lie_is_a_lie() {
        let mut kept = Vec::new();
        for lie in [Lie::KeepsTornRecords, Lie::SyncsLater, Lie::LosesRows] {
            let disk = FaultyDisk::new();
            disk.tell(lie);
            let mut backend = disk.open();
            for number in 0..9 {
                let key = format!("{number}");
                let write = Write::Meta { key, value: Some(Vec::new()) };
                backend.commit(&[write]).unwrap();
            }
            disk.fail_after(0, CommitFault::PowerCutTorn);
            let pair =
                ["x", "y"].map(|key| Write::Meta { key: key.to_owned(), value: Some(vec![]) });
            backend.commit(&pair).unwrap_err();
            kept.push(disk.open().meta_under("").unwrap().len());
        }
        assert_eq!(kept, [10, 8, 8]);
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
