//! What a power cut leaves of sled's log: everything up to the last fsync, and of what was written after
//! it any sectors whatsoever.

use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};

use super::*;

const SECTOR: usize = 512;

/// The log as it was at one fsync.
struct Synced {
    log: Vec<u8>,
    /// How many commits had been acknowledged by then.
    acknowledged: u64,
}

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

#[test]
fn a_power_cut_keeps_every_acknowledged_commit_whatever_else_reaches_the_disk() {
    let place = TempDir::new().unwrap();
    let dir = place.path().join("store");
    let mut backend = open(&dir);
    let synced = Arc::new(Mutex::new(Vec::new()));
    let acknowledged = Arc::new(Mutex::new(0));
    backend.disk.on_sync = Some({
        let (synced, acknowledged, log) = (synced.clone(), acknowledged.clone(), dir.join("db"));
        Box::new(move || {
            let acknowledged = *acknowledged.lock().unwrap();
            let log = fs::read(&log).unwrap();
            synced.lock().unwrap().push(Synced { log, acknowledged });
        })
    });
    for n in 0..32 {
        backend.commit(&batch(n)).unwrap();
        *acknowledged.lock().unwrap() += 1;
    }
    let beside: Vec<(String, Vec<u8>)> = fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name == "conf" || name.starts_with("snap."))
        .map(|name| (name.clone(), fs::read(dir.join(&name)).unwrap()))
        .collect();
    drop(backend);

    let synced = std::mem::take(&mut *synced.lock().unwrap());
    let mut dice = Dice(0);
    for (cut, moment) in synced.windows(2).enumerate() {
        let [before, after] = moment else { unreachable!() };
        let copy = place.path().join(format!("cut-{cut}"));
        fs::create_dir(&copy).unwrap();
        for (name, bytes) in &beside {
            fs::write(copy.join(name), bytes).unwrap();
        }
        fs::write(copy.join("db"), dice.mix(&before.log, &after.log)).unwrap();
        // The commit under way may be there or not.
        check(&open(&copy), before.acknowledged..=after.acknowledged + 1, cut);
        fs::remove_dir_all(&copy).unwrap();
    }
}

/// All acknowledged commits are there, and none in part.
fn check(backend: &SledBackend, expected: RangeInclusive<u64>, cut: usize) {
    read_all(backend).unwrap();
    let commits = backend.meta_under("commits/").unwrap().len() as u64;
    assert!(expected.contains(&commits), "cut {cut}: {commits} commits instead of {expected:?}");
    assert_eq!(backend.commits, commits);
    let summary = backend.documents().unwrap().remove(&report()).unwrap_or_default();
    assert_eq!(u64::from(summary.changes), commits, "cut {cut}");
    let snapshots = commits / 8;
    assert_eq!(backend.snapshot(&report()).unwrap().is_some(), snapshots > 0, "cut {cut}");
    let town = backend.documents().unwrap().remove(&DocId::Roster).unwrap_or_default();
    assert_eq!(u64::from(town.changes), (commits + 2) / 8, "cut {cut}");
}
