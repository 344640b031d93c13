//! What a power cut leaves of sled's log: everything up to the last fsync, and of what was written after
//! it any sectors whatsoever.

use std::io::{Seek, SeekFrom, Write as _};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::*;

/// How often the store is opened, and how much is done each time.
const RUNS: u32 = 3;
const COMMITS: u32 = 12;
const SECTOR: usize = 512;

/// Draws numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 += 1;
        let hash = blake3::hash(&self.0.to_le_bytes());
        u64::from_le_bytes(hash.as_bytes()[..8].try_into().unwrap())
    }

    /// The sectors of both logs, each from one of them.
    fn mix(&mut self, before: &[u8], after: &[u8]) -> Vec<u8> {
        // Sometimes almost nothing got through, sometimes almost everything.
        let likelihood = self.roll() % 101;
        let mut mixed = after.to_vec();
        for (index, sector) in mixed.chunks_mut(SECTOR).enumerate() {
            if self.roll() % 100 >= likelihood {
                sector.fill(0);
                let old = before.get(index * SECTOR..).unwrap_or_default();
                let length = old.len().min(sector.len());
                sector[..length].copy_from_slice(&old[..length]);
            }
        }
        mixed
    }
}

/// Commits of all kinds; the one numbered `n` makes `commits/n` exist.
fn batch(n: u32) -> Vec<Write> {
    let mut batch = vec![meta(&format!("commits/{n}"), b"done"), append(n, vec![1; 200])];
    match n % 8 {
        3 => batch.push(meta("large", &vec![n as u8; 30_000])),
        5 => batch.push(append_to_town(n, vec![2; 9_000])),
        7 => batch.push(Write::Snapshot {
            doc: report(),
            covers: n,
            bytes: vec![3; 20_000 + 15_000 * n as usize],
        }),
        _ => {}
    }
    batch
}

fn append_to_town(n: u32, bytes: Vec<u8>) -> Write {
    let Write::Append { change, actor, seq, .. } = append(n / 8, bytes) else { unreachable!() };
    Write::Append { doc: DocId::Roster, change, actor, seq }
}

/// Cuts the power between any two fsyncs of a store at work.
struct PowerCuts {
    dir: PathBuf,
    copy: PathBuf,
    dice: Dice,
    /// The log at the last fsync, and how many commits had been acknowledged by then.
    synced: (Vec<u8>, u64),
    cuts: u32,
}

impl PowerCuts {
    /// Called at each fsync: opens what a power cut just before it could have left.
    fn cut(&mut self, acknowledged: u64) {
        let log = fs::read(self.dir.join("db")).unwrap();
        let (before, acknowledged_before) = &self.synced;
        assert!(
            changed(before, &log) < open::SEGMENT_BYTES / 2,
            "so much between two fsyncs may begin two segments, of which the second may survive alone"
        );
        fs::create_dir(&self.copy).unwrap();
        for entry in fs::read_dir(&self.dir).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            if name == "conf" || name.starts_with("snap.") {
                fs::copy(entry.path(), self.copy.join(name)).unwrap();
            }
        }
        write_sparse(&self.copy.join("db"), &self.dice.mix(before, &log));
        // The commit under way may be there or not.
        check(&open(&self.copy), *acknowledged_before..=acknowledged + 1, self.cuts);
        fs::remove_dir_all(&self.copy).unwrap();
        self.synced = (log, acknowledged);
        self.cuts += 1;
    }
}

/// How many bytes lie in sectors that differ.
fn changed(before: &[u8], after: &[u8]) -> usize {
    let same = before.chunks(SECTOR).zip(after.chunks(SECTOR)).filter(|(old, new)| old == new);
    let blank = after.get(before.len()..).unwrap_or_default().chunks(SECTOR);
    let untouched = same.count() + blank.filter(|new| new.iter().all(|byte| *byte == 0)).count();
    after.len() - (untouched * SECTOR).min(after.len())
}

fn write_sparse(path: &Path, bytes: &[u8]) {
    let mut file = fs::File::create(path).unwrap();
    file.set_len(bytes.len() as u64).unwrap();
    for (index, sector) in bytes.chunks(SECTOR).enumerate() {
        if sector.iter().any(|byte| *byte != 0) {
            file.seek(SeekFrom::Start((index * SECTOR) as u64)).unwrap();
            file.write_all(sector).unwrap();
        }
    }
}

#[test]
fn a_power_cut_keeps_every_acknowledged_commit_whatever_else_reaches_the_disk() {
    let place = TempDir::new().unwrap();
    let dir = place.path().join("store");
    let acknowledged = Arc::new(AtomicU64::new(0));
    for run in 0..RUNS {
        let mut backend = open(&dir);
        let cuts = Mutex::new(PowerCuts {
            dir: dir.clone(),
            copy: place.path().join("copy"),
            dice: Dice(run.into()),
            synced: (fs::read(dir.join("db")).unwrap(), acknowledged.load(Ordering::SeqCst)),
            cuts: 0,
        });
        // Every fsync has a store opened here.
        backend.engine.limit = std::time::Duration::from_secs(600);
        backend.engine.get_mut().unwrap().disk.on_sync = Some({
            let acknowledged = acknowledged.clone();
            Box::new(move || cuts.lock().unwrap().cut(acknowledged.load(Ordering::SeqCst)))
        });
        for n in run * COMMITS..(run + 1) * COMMITS {
            backend.commit(&batch(n)).unwrap();
            acknowledged.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// All acknowledged commits are there, and none in part.
fn check(backend: &SledBackend, expected: RangeInclusive<u64>, cut: u32) {
    read_all(backend).unwrap();
    let commits = backend.meta_under("commits/").unwrap().len() as u64;
    assert!(expected.contains(&commits), "cut {cut}: {commits} commits instead of {expected:?}");
    assert_eq!(backend.engine.get().unwrap().commits, commits);
    let summary = backend.documents().unwrap().remove(&report()).unwrap_or_default();
    assert_eq!(u64::from(summary.changes), commits, "cut {cut}");
    let snapshots = commits / 8;
    assert_eq!(backend.snapshot(&report()).unwrap().is_some(), snapshots > 0, "cut {cut}");
    let town = backend.documents().unwrap().remove(&DocId::Roster).unwrap_or_default();
    assert_eq!(u64::from(town.changes), (commits + 2) / 8, "cut {cut}");
}
