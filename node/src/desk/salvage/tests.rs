//! One row that is damaged, and what becomes of its document and of the others.

use hopluu_protocol::id::DocId;
use hopluu_protocol::period::PeriodId;
use tempfile::TempDir;

use super::super::*;
use crate::recovery::{self, Recovered};
use crate::town_file::TownFile;

const NOW: i64 = 1_678_700_000_000;
const CELL: &str = "pl4.3.2.1";

fn open(dir: &DataDir) -> Recovered {
    let key = OfficeKey::from_seed([7; 32]);
    recovery::open(dir, &key, [7; 16], || NOW, SledBackend::open).unwrap()
}

fn period() -> PeriodId {
    "2023-q1".parse().unwrap()
}

fn report() -> DocId {
    "report/2023-q1/19996".parse().unwrap()
}

/// All changes of a document, as a peer would send them.
fn changes(desk: &mut Desk, doc: &DocId) -> Vec<automerge::Change> {
    let stored = desk.replica.changes_from(doc, 0, usize::MAX).unwrap();
    stored.into_iter().map(|change| automerge::Change::from_bytes(change.bytes).unwrap()).collect()
}

fn commit(desk: &mut Desk) {
    while let Some(committed) = desk.replica.commit().unwrap() {
        for growth in &committed.appended {
            desk.try_waiting(&growth.doc).unwrap();
        }
    }
    desk.keep_place_beside();
}

/// The town's desk in the place of a commune that has typed ten values, closed. Gives the report's changes.
fn typed(dir: &DataDir) -> Vec<automerge::Change> {
    let mut desk = open(dir).desk;
    let town = TownFile::parse(include_str!("../../../demo/town.toml"), "town.toml").unwrap();
    let template = (crate::BUILT_IN_TEMPLATE_FILE, crate::BUILT_IN_TEMPLATE);
    desk.found_town(&town, &[template], "hub", "An").unwrap();
    if let Some(membership) = &mut desk.membership {
        membership.unit = "19996".parse().unwrap();
    }
    for value in 1..=10 {
        desk.set_cell(period(), &CELL.parse().unwrap(), &value.to_string(), None, "An").unwrap();
        commit(&mut desk);
    }
    changes(&mut desk, &report())
}

#[test]
fn a_document_with_a_damaged_row_waits_for_the_hub_and_loses_nothing_behind_the_hole() {
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
    let codes: Vec<&str> = news.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(codes, ["store-set-aside", "store-read-out"]);
    assert_eq!(news[1].args["waiting"], "5");
    for problem in news.iter().chain(&recovery::standing_problems(&dir)) {
        crate::messages::tests::assert_told_in_full(problem);
    }
    desk.roster().unwrap();
    assert!(desk.membership().unwrap().is_hub());
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
