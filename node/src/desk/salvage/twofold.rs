//! Damage in both copies at once: what either of them still has is there afterwards, whatever sled makes of its
//! log. `FLIPS`, `SEED` as in `damage.rs`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use automerge::{Change, ChangeHash};
use tempfile::TempDir;

use super::super::*;
use super::damage::{Dice, Office, asked, copy, flip, reads};
use super::tests::open;
use crate::recovery::Recovered;

const DB: &str = "store/db";
const JOURNAL: &str = "store/journal/1";
const BEFORE: &str = "store/before-open";

/// What a record of the journal begins with.
const MAGIC: &[u8] = b"\xf1hlj\x00\x9d\r\n";

/// What is read of a change's row lies so close to the change, in bytes.
const NEAR: usize = 400;

/// Where some bytes occur in others.
fn places(bytes: &[u8], wanted: &[u8]) -> Vec<usize> {
    let windows = bytes.windows(wanted.len()).enumerate();
    windows.filter(|(_, window)| *window == wanted).map(|(at, _)| at).collect()
}

/// A file before and after it was harmed.
struct Harmed {
    before: Vec<u8>,
    after: Vec<u8>,
}

impl Harmed {
    fn of(name: &str, office: &Path, dir: &Path) -> Self {
        Self {
            before: fs::read(office.join(name)).unwrap(),
            after: fs::read(dir.join(name)).unwrap(),
        }
    }

    fn is_intact(&self, from: usize, to: usize) -> bool {
        let to = to.min(self.before.len());
        self.after.get(from..to) == self.before.get(from..to)
    }
}

/// The changes that the journal or the log still has.
fn still_there(all: &[Change], office: &Path, dir: &Path) -> BTreeSet<ChangeHash> {
    let (journal, log) = (Harmed::of(JOURNAL, office, dir), Harmed::of(DB, office, dir));
    let mut records = places(&journal.before, MAGIC);
    records.push(journal.before.len());
    let is_there = |change: &&Change| {
        let bytes = change.raw_bytes();
        let is_in_journal = places(&journal.before, bytes).into_iter().any(|at| {
            let after = records.partition_point(|begins| *begins <= at);
            journal.is_intact(records[after - 1], records[after])
        });
        let is_in_log = places(&log.before, bytes)
            .into_iter()
            .any(|at| log.is_intact(at.saturating_sub(NEAR), at + bytes.len() + NEAR));
        is_in_journal || is_in_log
    };
    all.iter().filter(is_there).map(Change::hash).collect()
}

fn cut(path: &Path, dice: &mut Dice) -> String {
    let bytes = fs::read(path).unwrap();
    let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let length = dice.roll(used);
    fs::write(path, &bytes[..length]).unwrap();
    format!("cut at {length}")
}

/// Harms the journal and sled's log. Says how.
fn harm_both(dir: &Path, dice: &mut Dice) -> String {
    let journal = dir.join(JOURNAL);
    let of_journal = match dice.roll(5) {
        0 => cut(&journal, dice),
        1 => {
            fs::remove_file(&journal).and_then(|()| fs::write(&journal, "")).unwrap();
            "emptied".to_owned()
        }
        // Nothing in it says that it had more.
        2 => {
            let bytes = fs::read(&journal).unwrap();
            let records = places(&bytes, MAGIC);
            let length = records[dice.roll(records.len())];
            fs::write(&journal, &bytes[..length]).unwrap();
            format!("cut between two records, at {length}")
        }
        _ => flip(&journal, dice),
    };
    let log = dir.join(DB);
    let of_log = if dice.roll(8) == 0 { cut(&log, dice) } else { flip(&log, dice) };
    format!("journal: {of_journal}; log: {of_log}; seed {}", asked("SEED", 0))
}

/// Opens what is there and checks that all of `wanted` is.
fn has(dir: &Path, wanted: &BTreeSet<ChangeHash>, what: &str) {
    let data = DataDir::new(dir);
    let mut told = Vec::new();
    for _ in 0..3 {
        let Recovered { mut desk, news } = open(&data);
        told.extend(news);
        match reads(&mut desk) {
            Ok(found) => {
                let waiting = desk.waiting.values().flatten().map(Change::hash);
                let found: BTreeSet<ChangeHash> = found.into_iter().chain(waiting).collect();
                let lost: Vec<_> = wanted.difference(&found).collect();
                assert!(lost.is_empty(), "{what}: {} are lost; {told:?}", lost.len());
                assert!(!dir.join(BEFORE).exists(), "{what}: the copy stays");
                return;
            }
            Err(refusal) if refusal.is_damage() => desk.note_damage(&refusal),
            Err(refusal) => panic!("{what}: {refusal}; {told:?}"),
        }
    }
    panic!("{what}: the damage is not mended; {told:?}");
}

#[test]
fn what_either_copy_has_is_there_after_both_were_damaged() {
    let office = Office::found();
    let mut dice = Dice::new(7);
    let mut fewest = usize::MAX;
    for _ in 0..asked("FLIPS", 3) * 2 {
        let place = TempDir::new().unwrap();
        let dir = place.path().join("office");
        copy(&office.dir, &dir);
        let what = harm_both(&dir, &mut dice);
        let wanted = still_there(&office.all, &office.dir, &dir);
        fewest = fewest.min(wanted.len());
        has(&dir, &wanted, &what);
    }
    println!("of {} changes at least {fewest} were still there", office.all.len());
}

/// Of a document that is gone in both places nobody knows how many changes it had, nor that it was.
#[test]
fn a_record_that_was_hit_where_the_log_is_gone_too_is_told_as_missing() {
    let office = Office::found();
    let journal = office.dir.join(JOURNAL);
    let mut bytes = fs::read(&journal).unwrap();
    let founding = places(&bytes, MAGIC)[2];
    bytes[founding + 40] ^= 1;
    fs::write(&journal, bytes).unwrap();
    fs::write(office.dir.join(DB), "").unwrap();
    let news = open(&DataDir::new(&office.dir)).news;
    let codes: Vec<&str> = news.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(codes, ["store-set-aside", "store-read-out-in-part"]);
}

/// The process that opened it was killed at one step or another.
#[test]
fn an_opening_that_was_cut_short_costs_nothing_of_what_either_copy_has() {
    let office = Office::found();
    let mut dice = Dice::new(8);
    for time in 0..asked("FLIPS", 3) * 2 {
        let place = TempDir::new().unwrap();
        let dir = place.path().join("office");
        copy(&office.dir, &dir);
        let what = harm_both(&dir, &mut dice);
        let wanted = still_there(&office.all, &office.dir, &dir);
        let before = dir.join(BEFORE);
        fs::create_dir(&before).unwrap();
        match time % 4 {
            // Before anything was copied.
            0 => {}
            // In the midst of copying.
            1 => fs::write(before.join("unfinished"), [7; 100]).unwrap(),
            // Before sled opened it.
            2 => drop(fs::copy(dir.join(DB), before.join("db")).unwrap()),
            // After sled opened it.
            _ => {
                fs::copy(dir.join(DB), before.join("db")).unwrap();
                let config = sled::Config::new().path(dir.join("store"));
                let config = config.segment_size(4 << 20).flush_every_ms(None);
                drop(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    drop(config.open())
                })));
            }
        }
        has(&dir, &wanted, &format!("step {}, {what}", time % 4));
    }
}

/// A store from before there were journals, and one whose journal is damaged: nothing else is wrong.
#[test]
fn a_store_that_only_lacks_a_journal_is_opened_as_it_is_and_no_copy_stays() {
    let office = Office::found();
    office.endures("no journal", |dir| {
        fs::remove_dir_all(dir.join("store/journal")).unwrap();
        fs::remove_file(dir.join("store/commits")).unwrap();
        let Recovered { news, .. } = open(&DataDir::new(dir));
        assert!(news.is_empty(), "{news:?}");
        assert!(!dir.join(BEFORE).exists());
        assert!(dir.join("store/journal").exists());
    });
}
