//! One row that is damaged, and what becomes of its document and of the others.

use hopluu_protocol::id::DocId;
use hopluu_protocol::period::PeriodId;
use tempfile::TempDir;

use super::super::*;
use crate::recovery::{self, Recovered};
use crate::town_file::TownFile;

const NOW: i64 = 1_678_700_000_000;
pub(super) const CELL: &str = "pl4.3.2.1";

pub(super) fn open(dir: &DataDir) -> Recovered {
    let key = OfficeKey::from_seed([7; 32]);
    recovery::open(dir, &key, [7; 16], || NOW, SledBackend::open).unwrap()
}

pub(super) fn period() -> PeriodId {
    "2023-q1".parse().unwrap()
}

pub(super) fn report() -> DocId {
    "report/2023-q1/19996".parse().unwrap()
}

/// All changes of a document, as a peer would send them.
pub(super) fn changes(desk: &mut Desk, doc: &DocId) -> Vec<automerge::Change> {
    let stored = desk.replica.changes_from(doc, 0, usize::MAX).unwrap();
    stored.into_iter().map(|change| automerge::Change::from_bytes(change.bytes).unwrap()).collect()
}

pub(super) fn commit(desk: &mut Desk) {
    while let Some(committed) = desk.replica.commit().unwrap() {
        for growth in &committed.appended {
            desk.try_waiting(&growth.doc).unwrap();
        }
    }
    desk.keep_place_beside();
}

/// The town's desk in the place of a commune that has typed ten values, closed. Gives the report's changes.
fn typed(dir: &DataDir) -> Vec<automerge::Change> {
    type_values(dir, 10)
}

pub(super) fn type_values(dir: &DataDir, values: u32) -> Vec<automerge::Change> {
    let mut desk = open(dir).desk;
    let town = TownFile::parse(include_str!("../../../demo/town.toml"), "town.toml").unwrap();
    let template = (crate::BUILT_IN_TEMPLATE_FILE, crate::BUILT_IN_TEMPLATE);
    desk.found_town(&town, &[template], "hub", "An").unwrap();
    let mut membership = desk.membership.clone().unwrap();
    membership.unit = "19996".parse().unwrap();
    let place = serde_json::to_vec(&membership).unwrap();
    desk.replica.set_meta("membership", Some(place)).unwrap();
    (desk.membership, desk.place_unsaved) = (Some(membership), true);
    commit(&mut desk);
    for value in 1..=values {
        type_value(&mut desk, value);
    }
    changes(&mut desk, &report())
}

pub(super) fn type_value(desk: &mut Desk, value: u32) {
    desk.set_cell(period(), &CELL.parse().unwrap(), &value.to_string(), None, "An").unwrap();
    commit(desk);
}

fn codes(news: &[Problem]) -> Vec<&str> {
    news.iter().map(|problem| problem.code.as_str()).collect()
}

/// Flips a bit of a change wherever it lies in a file.
fn spoil_everywhere(path: &std::path::Path, change: &automerge::Change) {
    let mut bytes = std::fs::read(path).unwrap();
    let wanted = change.raw_bytes();
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(wanted.len()).position(|part| part == wanted) {
        bytes[at + found + 20] ^= 1;
        at += found + 1;
    }
    assert!(at > 0);
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_damaged_row_costs_nothing_since_the_journal_has_it_too() {
    let place = TempDir::new().unwrap();
    let dir = DataDir::new(place.path());
    let all = typed(&dir);
    SledBackend::open(&dir.store()).unwrap().spoil_change(&report(), 5);

    // The others are not affected; the damage is found when the document is read.
    let mut desk = open(&dir).desk;
    desk.roster().unwrap();
    let refusal = Refusal::from(desk.replica.document(&report()).err().unwrap());
    assert!(refusal.is_damage(), "{refusal}");
    desk.note_damage(&refusal);
    drop(desk);

    let Recovered { mut desk, news } = open(&dir);
    assert_eq!(codes(&news), ["store-set-aside", "store-read-out"]);
    for problem in news.iter().chain(&recovery::standing_problems(&dir)) {
        crate::messages::tests::assert_told_in_full(problem);
    }
    desk.roster().unwrap();
    assert!(desk.membership().unwrap().is_hub());
    assert_eq!(changes(&mut desk, &report()), all);
    drop(desk);
    assert!(open(&dir).news.is_empty());
}

#[test]
fn a_change_that_is_lost_in_both_places_is_told_and_nothing_behind_it_is_lost() {
    let place = TempDir::new().unwrap();
    let dir = DataDir::new(place.path());
    let all = typed(&dir);
    spoil_everywhere(&dir.store().join("db"), &all[5]);
    for entry in std::fs::read_dir(dir.store().join("journal")).unwrap() {
        spoil_everywhere(&entry.unwrap().path(), &all[5]);
    }
    crate::store::mark_damaged(&dir.store(), "a test").unwrap();

    let Recovered { mut desk, news } = open(&dir);
    assert_eq!(codes(&news), ["store-set-aside", "store-read-out-in-part"]);
    assert_eq!((&*news[1].args["waiting"], &*news[1].args["missing"]), ("5", "1"));
    news.iter().for_each(crate::messages::tests::assert_told_in_full);
    assert_eq!(changes(&mut desk, &report()), all[..5]);

    // The hub sends what it has, which is everything up to the hole.
    desk.replica.append(&report(), all[..6].to_vec()).unwrap();
    commit(&mut desk);
    assert_eq!(changes(&mut desk, &report()), all);
    assert!(desk.replica.meta_under("salvage/").unwrap().is_empty());
    drop(desk);
    let again = open(&dir);
    assert!(again.news.is_empty());
    assert!(again.desk.waiting.is_empty());
}

#[test]
fn reading_a_store_out_twice_changes_nothing() {
    let place = TempDir::new().unwrap();
    let dir = DataDir::new(place.path());
    let all = typed(&dir);
    crate::store::mark_damaged(&dir.store(), "a test").unwrap();
    for _ in 0..2 {
        let mut desk = open(&dir).desk;
        assert_eq!(changes(&mut desk, &report()), all);
        drop(desk);
        // As when the power went before that was noted.
        std::fs::remove_file(dir.stores_set_aside()[0].join("read-out")).unwrap();
    }
}

#[test]
fn a_store_of_a_newer_format_or_in_use_is_not_moved() {
    let place = TempDir::new().unwrap();
    let dir = DataDir::new(place.path());
    let held = open(&dir);
    let key = OfficeKey::from_seed([7; 32]);
    let again = recovery::open(&dir, &key, [8; 16], || NOW, SledBackend::open);
    assert!(again.err().unwrap().is("store-in-use"));
    drop(held);
    assert!(dir.stores_set_aside().is_empty());
}
