//! Damage anywhere in a data directory: one bit, a cut, a file that is gone or another store's. The machine has
//! no line. It starts, reads and takes edits, and none that it called saved is lost.
//!
//! `FLIPS=1000 CUTS=200` asks for more than an ordinary run has time for, `SEED` for others, `FILE=journal` for the
//! files only that have this in their names.

use std::fs;
use std::path::{Path, PathBuf};

use automerge::Change;
use hopluu_protocol::replica::{Scope, TagRange};
use tempfile::TempDir;

use super::super::*;
use super::tests::{CELL, changes, open, period, report, type_value, type_values};
use crate::recovery::Recovered;

/// Values typed in an ordinary run, all of which no other machine has.
const VALUES: u32 = 50;

/// Draws numbers that are the same in every run.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(salt: u64) -> Self {
        Self(asked("SEED", 20_261_127).wrapping_mul(1_000_003).wrapping_add(salt << 32))
    }

    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 += 1;
        let hash = blake3::hash(&self.0.to_le_bytes());
        let number = u64::from_le_bytes(hash.as_bytes()[..8].try_into().unwrap());
        (number % sides.max(1) as u64) as usize
    }
}

pub(super) fn asked(name: &str, ordinary: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(ordinary)
}

/// A data directory as it lies on the disk while nobody uses it.
pub(super) struct Office {
    _place: TempDir,
    pub(super) dir: PathBuf,
    pub(super) all: Vec<Change>,
}

impl Office {
    pub(super) fn found() -> Self {
        let place = TempDir::new().unwrap();
        let dir = place.path().join("office");
        fs::create_dir(&dir).unwrap();
        let all = type_values(&DataDir::new(&dir), VALUES);
        // sled writes its table of pages when it is opened.
        drop(open(&DataDir::new(&dir)));
        Self { _place: place, dir, all }
    }

    /// Does something to a copy of the directory, and sees what becomes of it.
    pub(super) fn endures(&self, what: &str, harm: impl FnOnce(&Path)) {
        let place = TempDir::new().unwrap();
        let dir = place.path().join("office");
        copy(&self.dir, &dir);
        harm(&dir);
        goes_on(&DataDir::new(&dir), &self.all, what);
    }

    /// The files that hold something, below the directory.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.dir.clone()];
        while let Some(folder) = folders.pop() {
            for path in entries(&folder) {
                if path.is_dir() {
                    folders.push(path);
                } else if fs::metadata(&path).unwrap().len() > 0 {
                    files.push(path.strip_prefix(&self.dir).unwrap().to_owned());
                }
            }
        }
        files.sort();
        let wanted = std::env::var("FILE").unwrap_or_default();
        files.retain(|file| file.to_string_lossy().contains(&wanted));
        files
    }
}

pub(super) fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

pub(super) fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for path in entries(from) {
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}

/// Goes on with a damaged directory, and nobody is told that anything is missing. Gives what people were told.
pub(super) fn goes_on(dir: &DataDir, all: &[Change], what: &str) -> Vec<Problem> {
    let told = goes_on_with_all(dir, all, what);
    let part = told.iter().find(|problem| problem.code == "store-read-out-in-part");
    assert!(part.is_none(), "{what}: {part:?}");
    told
}

/// Opens the desk, reads everything and types a value. Damage that is met on the way is what the keeper does
/// with it: the desk is opened again. Gives what people were told.
fn goes_on_with_all(dir: &DataDir, all: &[Change], what: &str) -> Vec<Problem> {
    let mut told = Vec::new();
    for _ in 0..3 {
        let Recovered { mut desk, news } = open(dir);
        told.extend(news);
        match uses(&mut desk) {
            Ok(found) => {
                for change in all {
                    let hash = change.hash();
                    assert!(found.contains(&hash), "{what}: {hash} is lost; {told:?}");
                }
                drop(desk);
                let mut desk = open(dir).desk;
                let cell = desk.cell(period(), &CELL.parse().unwrap()).unwrap();
                assert_eq!(cell.written, "77", "{what}");
                return told;
            }
            Err(refusal) if refusal.is_damage() => desk.note_damage(&refusal),
            Err(refusal) => panic!("{what}: {refusal}; {told:?}"),
        }
    }
    panic!("{what}: the damage is not mended; {told:?}");
}

/// Reads all documents, and types a value. Gives the report's changes as they were before that.
fn uses(desk: &mut Desk) -> Result<Vec<automerge::ChangeHash>, Refusal> {
    let found = reads(desk)?;
    desk.roster()?;
    desk.set_cell(period(), &CELL.parse().unwrap(), "77", None, "An")?;
    while desk.replica.commit()?.is_some() {}
    Ok(found)
}

/// Reads all documents. Gives the report's changes.
pub(super) fn reads(desk: &mut Desk) -> Result<Vec<automerge::ChangeHash>, Refusal> {
    let docs: Vec<_> = desk
        .replica
        .index()
        .entries(&Scope::All, TagRange::FULL)
        .map(|(_, entry)| entry.doc.clone())
        .collect();
    for doc in docs {
        desk.replica.document(&doc)?;
    }
    let stored = desk.replica.changes_from(&report(), 0, usize::MAX)?;
    Ok(stored.into_iter().map(|change| change.hash).collect())
}

/// Flips a bit of a file: mostly in what is used of it, since sled's log ends in zeros.
pub(super) fn flip(path: &Path, dice: &mut Dice) -> String {
    let mut bytes = fs::read(path).unwrap();
    let used = bytes.iter().rposition(|byte| *byte != 0).map_or(1, |last| last + 1);
    let among = if dice.roll(10) == 0 { bytes.len() } else { used };
    let bit = dice.roll(among * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
    fs::write(path, bytes).unwrap();
    format!("bit {bit}")
}

/// Harms each file in turn, so many times.
fn harm_each_file(times: u64, salt: u64, harm: impl Fn(&Path, &mut Dice)) {
    let office = Office::found();
    for name in office.files() {
        let mut dice = Dice::new(salt);
        for time in 0..times {
            let what = format!("{} harmed, time {time}, seed {}", name.display(), asked("SEED", 0));
            office.endures(&what, |dir| harm(&dir.join(&name), &mut dice));
        }
        println!("{}: {times} times", name.display());
    }
}

#[test]
fn a_flipped_bit_in_any_file_loses_nothing() {
    harm_each_file(asked("FLIPS", 3), 1, |path, dice| {
        flip(path, dice);
    });
}

#[test]
fn a_file_that_ends_too_early_loses_nothing() {
    harm_each_file(asked("CUTS", 2), 2, |path, dice| {
        let bytes = fs::read(path).unwrap();
        let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        fs::write(path, &bytes[..dice.roll(used)]).unwrap();
    });
}

#[test]
fn a_file_that_is_empty_gone_or_nonsense_loses_nothing() {
    harm_each_file(1, 3, |path, _| fs::write(path, "").unwrap());
    harm_each_file(1, 4, |path, _| fs::remove_file(path).unwrap());
    harm_each_file(1, 5, |path, dice| {
        let noise: Vec<u8> = (0..20_000).map(|_| dice.roll(256) as u8).collect();
        fs::write(path, noise).unwrap();
    });
}

#[test]
fn a_file_of_another_store_loses_nothing_and_nothing_of_it_is_taken_in() {
    let (office, other) = (Office::found(), Office::found());
    for name in office.files() {
        let foreign = other.dir.join(&name);
        if foreign.exists() {
            let what = format!("{} of another store", name.display());
            office.endures(&what, |dir| {
                fs::copy(foreign, dir.join(&name)).unwrap();
            });
        }
    }
}

#[test]
fn what_both_copies_lost_is_told() {
    let office = Office::found();
    // Where in its log sled lays the last commits is not the same in every run.
    let lost =
        [6_000, 12_000, 24_000, usize::MAX].map(|bytes| ends_too_early_twice(&office, bytes));
    assert!(lost.contains(&true), "nothing was lost, so nothing is shown");
}

/// Takes the last record from the journal and so many bytes from sled's log. Returns whether an edit is gone,
/// which people are told then.
fn ends_too_early_twice(office: &Office, bytes: usize) -> bool {
    let place = TempDir::new().unwrap();
    let dir = place.path().join("office");
    copy(&office.dir, &dir);
    let journal = fs::File::options().write(true).open(dir.join("store/journal/1")).unwrap();
    journal.set_len(journal.metadata().unwrap().len().saturating_sub(2_000)).unwrap();
    let db = dir.join("store/db");
    let mut log = fs::read(&db).unwrap();
    let written = log.iter().rposition(|byte| *byte != 0).unwrap();
    log[written.saturating_sub(bytes)..].fill(0);
    fs::write(&db, log).unwrap();
    let Recovered { mut desk, news } = open(&DataDir::new(&dir));
    let found = reads(&mut desk).unwrap();
    let is_lost = office.all.iter().any(|change| !found.contains(&change.hash()));
    let codes: Vec<&str> = news.iter().map(|problem| problem.code.as_str()).collect();
    if is_lost {
        assert_eq!(codes, ["store-set-aside", "store-read-out-in-part"], "{bytes} bytes");
    }
    is_lost
}

#[test]
fn a_store_that_is_gone_is_told() {
    let office = Office::found();
    let place = TempDir::new().unwrap();
    let dir = place.path().join("office");
    copy(&office.dir, &dir);
    fs::write(dir.join("place.json"), b"{}").unwrap();
    assert!(open(&DataDir::new(&dir)).news.is_empty());
    fs::remove_dir_all(dir.join("store")).unwrap();
    let news = open(&DataDir::new(&dir)).news;
    assert_eq!(news.iter().map(|told| told.code.as_str()).collect::<Vec<_>>(), ["store-gone"]);
    news.iter().for_each(crate::messages::tests::assert_told_in_full);
}

#[test]
fn a_generation_that_is_not_there_loses_nothing() {
    let office = Office::found();
    for number in ["1", "7", "nonsense", ""] {
        let what = format!("generation {number:?}");
        office.endures(&what, |dir| fs::write(dir.join("store/generation"), number).unwrap());
    }
}

/// What a power cut leaves between two edits, and one bit of it besides: what was acknowledged by then is
/// there. The edit that was being saved may have left its traces in sled and be gone, which nobody can tell
/// from one that was saved and lost twice: it alone may be told as missing.
#[test]
fn a_power_cut_and_a_flipped_bit_together_lose_nothing() {
    let mut office = Office::found();
    let mut dice = Dice::new(6);
    for time in 0..asked("FLIPS", 3) * 3 {
        let place = TempDir::new().unwrap();
        let (before, after) = (place.path().join("before"), place.path().join("after"));
        {
            // Copied while the store is in use: closing it writes to it too.
            let data = DataDir::new(&office.dir);
            let mut desk = open(&data).desk;
            copy(&office.dir, &before);
            office.all = changes(&mut desk, &report());
            type_value(&mut desk, 1_000 + time as u32);
            copy(&office.dir, &after);
        }
        let mixed = place.path().join("mixed");
        copy(&after, &mixed);
        let read = |dir: &Path, name: &str| fs::read(dir.join(name)).unwrap();
        let log = mix(&read(&before, "store/db"), &read(&after, "store/db"), &mut dice);
        fs::write(mixed.join("store/db"), log).unwrap();
        // The witness is written when the commit is durable: after a power cut it may be behind, never ahead.
        fs::copy(before.join("store/commits"), mixed.join("store/commits")).unwrap();
        for path in entries(&mixed.join("store/journal")) {
            let name = path.strip_prefix(&mixed).unwrap();
            let old = fs::read(before.join(name)).unwrap_or_default();
            let new = fs::read(&path).unwrap();
            // A file that was appended to ends anywhere, in what was written or in zeros.
            let mut bytes = mix(&old, &new, &mut dice);
            bytes.truncate(old.len() + dice.roll(new.len() - old.len() + 1));
            fs::write(&path, bytes).unwrap();
        }
        let files = ["store/db", "store/commits", "store/conf", "store/journal/1"];
        let name = files[dice.roll(files.len())];
        let what = format!("power cut {time} and {name}, seed {}", asked("SEED", 0));
        let what = match mixed.join(name) {
            path if path.exists() => format!("{what}, {}", flip(&path, &mut dice)),
            _ => what,
        };
        let told = goes_on_with_all(&DataDir::new(&mixed), &office.all, &what);
        let in_part = told.iter().filter(|problem| problem.code == "store-read-out-in-part");
        for part in in_part {
            let count = |name: &str| part.args.get(name).map(String::as_str);
            assert_eq!((count("missing"), count("waiting")), (Some("1"), Some("0")), "{what}");
        }
    }
}

/// The sectors of both, each from one of them.
fn mix(before: &[u8], after: &[u8], dice: &mut Dice) -> Vec<u8> {
    let likelihood = dice.roll(101);
    let mut mixed = after.to_vec();
    for (index, sector) in mixed.chunks_mut(512).enumerate() {
        if dice.roll(100) >= likelihood {
            sector.fill(0);
            let old = before.get(index * 512..).unwrap_or_default();
            let length = old.len().min(sector.len());
            sector[..length].copy_from_slice(&old[..length]);
        }
    }
    mixed
}
