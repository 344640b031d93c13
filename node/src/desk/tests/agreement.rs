//! What people have not agreed about, what they changed after submitting, and what came after the closing.

use std::collections::BTreeSet;

use automerge::ChangeHash;
use hopluu_protocol::documents::report;
use hopluu_protocol::replica::Committed;
use hopluu_protocol::report::ReportValue;
use hopluu_protocol::template::Aggregation;
use hopluu_protocol::value::CellValue;
use proptest::prelude::*;

use super::*;
use crate::import::ImportFile;
use crate::messages::tests::{assert_told_in_full, in_vietnamese};

const UNIT: &str = "19996";

fn doc() -> DocId {
    format!("report/{}/{UNIT}", period()).parse().unwrap()
}

impl Room {
    fn heads_of_report(&self) -> Vec<ChangeHash> {
        self.desk.replica.summary(&doc()).unwrap().heads.clone()
    }

    /// Writes as a machine that has seen nothing since `heads`.
    fn writes_apart(
        &mut self,
        heads: &[ChangeHash],
        cell: &str,
        value: Option<i64>,
        note: Option<&str>,
        person: &str,
    ) {
        let edits = self.desk.edits(person);
        let id = cell.parse().unwrap();
        let value = value.map(|value| CellValue::Number(value.into()));
        self.desk
            .replica
            .edit_in_parts_at(&doc(), heads, &edits, &[()], |tx, ()| {
                value.iter().try_for_each(|value| report::set_cell(tx, &id, Some(value)))?;
                note.iter().try_for_each(|note| report::set_note(tx, &id, note))
            })
            .unwrap();
        self.desk.commits();
    }

    fn cell(&mut self, id: &str) -> CellView {
        self.desk.cell(period(), &id.parse().unwrap()).unwrap()
    }

    /// Everything that the unit types is there.
    fn fills(&mut self) {
        for cell in self.desk.cells(period()).unwrap() {
            let id = &cell.cell.id;
            if cell.typed && self.desk.set_cell(period(), id, "kps", None, "An").is_err() {
                self.desk.set_cell(period(), id, "1", None, "An").unwrap();
            }
        }
        self.desk.commits();
    }

    fn stands(&mut self) -> PeriodStatus {
        let status = self.desk.status().unwrap();
        status.periods.into_iter().find(|status| status.period == period()).unwrap()
    }

    fn imports(&mut self, csv: &str) -> ImportPlan {
        let file = ImportFile {
            format: crate::import::ImportFormat::Csv,
            bytes: csv.as_bytes(),
            name: "figures.csv",
        };
        let plan = self.desk.import(period(), &file, ImportOptions::default(), "An").unwrap();
        self.desk.commits();
        plan
    }
}

/// The figures that are computed from a cell, reckoned from the formulas one step after the other.
fn computed_from(room: &mut Room, cell: &str) -> BTreeSet<String> {
    let template = room.desk.template_of(period()).unwrap();
    let mut from = BTreeSet::from([cell.to_owned()]);
    loop {
        let before = from.len();
        for row in &template.indicators {
            let Aggregation::Derived(formula) = &row.aggregation else { continue };
            if formula.cells().any(|id| from.contains(id.as_str())) {
                from.insert(row.id.to_string());
            }
        }
        if from.len() == before {
            from.remove(cell);
            return from;
        }
    }
}

const CELLS: [&str; 2] = ["pl4.3.2.1", "pl4.3.2.2"];
const NOTES: [&str; 3] = ["", "đã rà soát", "chờ biên bản"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever several people write apart from each other: each value and note is shown wherever the cell is,
    /// none of them is counted, what is computed from it says so, and a choice ends it.
    #[test]
    fn a_cell_in_conflict_shows_all_that_stands_and_counts_nowhere(
        which in 0_usize..2,
        writes in prop::collection::vec((prop::option::of(10_i64..13), prop::option::of(0_usize..3)), 2..4),
    ) {
        let mut room = Room::of(UNIT);
        let id = CELLS[which];
        room.sets(CELLS[0], "5").unwrap();
        room.sets(CELLS[1], "5").unwrap();
        let heads = room.heads_of_report();
        let people = ["An", "Bình", "Chi"];
        for ((value, note), person) in writes.iter().zip(people) {
            room.writes_apart(&heads, id, *value, note.map(|note| NOTES[note]), person);
        }
        let values: BTreeSet<String> = writes.iter().filter_map(|(value, _)| *value).map(|value| value.to_string()).collect();
        let notes: BTreeSet<&str> =
            writes.iter().filter_map(|(_, note)| *note).map(|note| NOTES[note]).collect();
        // Nothing is written where there was no note and none is wanted.
        let written: Vec<&&str> = notes.iter().filter(|note| !note.is_empty()).collect();
        let several = (values.len() > 1, written.len() > 1);

        let cell = room.cell(id);
        prop_assert_eq!(cell.conflict, several.0 || several.1);
        let shown = |views: &[EntryView]| -> BTreeSet<String> {
            views.iter().map(|view| view.written.clone()).collect()
        };
        if several.0 {
            prop_assert_eq!(&shown(&cell.entries), &values);
            prop_assert_eq!((cell.written.as_str(), &cell.cell.value), ("", &ReportValue::Null));
        } else if let Some(value) = values.first() {
            prop_assert_eq!(&cell.written, value);
        }
        if several.1 {
            let all: BTreeSet<String> = written.iter().map(|note| (**note).to_owned()).collect();
            prop_assert_eq!(&shown(&cell.notes), &all);
            prop_assert_eq!(&cell.cell.note, "");
        }
        prop_assert_eq!(room.stands().conflicts, usize::from(cell.conflict));
        let conflicts = room.desk.conflicts(period()).unwrap();
        prop_assert_eq!(conflicts.len(), usize::from(cell.conflict));
        let history = room.desk.history(period(), &id.parse().unwrap()).unwrap();
        for value in &values {
            let told = |entry: &EntryView| entry.of == EntryOf::Value && entry.written == *value;
            prop_assert!(history.iter().any(|entry| told(entry) && entry.stands));
        }
        for note in &written {
            let told = |entry: &EntryView| entry.of == EntryOf::Note && entry.written == ***note;
            prop_assert!(history.iter().any(|entry| told(entry) && entry.stands));
        }

        let resting = computed_from(&mut room, id);
        for cell in room.desk.cells(period()).unwrap() {
            let told: Vec<&Problem> =
                cell.warnings.iter().filter(|told| told.code == "figure-on-contested").collect();
            let rests = several.0 && resting.contains(cell.cell.id.as_str());
            prop_assert_eq!(told.len(), usize::from(rests), "{}", cell.cell.id);
            prop_assert!(!(rests && cell.cell.complete), "{}", cell.cell.id);
            told.into_iter().for_each(assert_told_in_full);
        }

        let printable = room.desk.printable(period(), Some(&UNIT.parse().unwrap())).unwrap();
        let cells = &printable.consolidated().report.cells;
        let printed = cells.iter().find(|cell| cell.id.as_str() == id).unwrap();
        let problems = printable.problems();
        let told: Vec<&Problem> =
            problems.iter().filter(|told| told.code == "cell-contested").collect();
        prop_assert_eq!(told.len(), usize::from(cell.conflict));
        if several.0 {
            prop_assert_eq!(&printed.value, &ReportValue::Null);
            assert_told_in_full(told[0]);
            let words = in_vietnamese(told[0]);
            for value in &values {
                prop_assert!(printed.note.contains(value) && words.contains(value), "{words}");
            }
        }
        let refusal = room.desk.submit(period(), "An").unwrap_err();
        let has = |code: &str| refusal.problems.iter().any(|problem| problem.code == code);
        prop_assert_eq!((has("submit-conflict"), has("submit-note-conflict")), several);

        // What was printed about the conflict is no note, and a row without a value settles nothing.
        let again = format!("id;value;note\n{id};;\"{}\"\n", printed.note.replace('"', "\"\""));
        let own_note = printed.note.split("[Chưa chọn:").next().unwrap_or_default();
        if own_note.is_empty() {
            prop_assert_eq!(room.imports(&again).changed, Vec::new());
        }
        if several.0 {
            room.imports(&format!("id;value;note\n{id};;xong\n"));
            prop_assert_eq!(&shown(&room.cell(id).entries), &values);
            prop_assert_eq!(&room.cell(id).cell.note, "xong");
            let plan = room.imports(&format!("id;value\n{id};10\n"));
            let before: BTreeSet<String> =
                plan.changed[0].before.split(" | ").map(str::to_owned).collect();
            prop_assert_eq!(before, values);
        }
        room.desk.set_cell(period(), &id.parse().unwrap(), "9", Some("chốt"), "An").unwrap();
        let cell = room.cell(id);
        prop_assert_eq!((cell.conflict, cell.written.as_str(), cell.cell.note.as_str()), (false, "9", "chốt"));
        prop_assert_eq!(room.stands().conflicts, 0);
    }
}

#[derive(Clone, Debug)]
enum Step {
    Sets(usize, usize),
    Notes(usize, usize),
    Writes(usize),
    Submits,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0_usize..2, 0_usize..3).prop_map(|(cell, value)| Step::Sets(cell, value)),
        2 => (0_usize..2, 0_usize..3).prop_map(|(cell, note)| Step::Notes(cell, note)),
        2 => (0_usize..2).prop_map(Step::Writes),
        1 => Just(Step::Submits),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// Whatever is typed after a submission: the status counts what differs from it, and nothing that was typed
    /// back.
    #[test]
    fn what_differs_from_the_latest_submission_is_counted(
        steps in prop::collection::vec(step(), 1..12),
    ) {
        let mut room = Room::of(UNIT);
        room.fills();
        let section = "ii.2.c".parse().unwrap();
        let values = ["10", "11", "12"];
        for cell in CELLS {
            room.sets(cell, "10").unwrap();
        }
        prop_assert_eq!(&room.stands().submissions[0].changed, &None);
        room.desk.submit(period(), "An").unwrap();
        room.desk.commits();
        let mut now = ([(0, 0); 2], 0);
        let (mut submitted, mut number) = (now, 1);
        for step in steps {
            match step {
                Step::Sets(cell, value) => {
                    room.sets(CELLS[cell], values[value]).unwrap();
                    now.0[cell].0 = value;
                }
                Step::Notes(cell, note) => {
                    let (id, value) = (CELLS[cell].parse().unwrap(), values[now.0[cell].0]);
                    room.desk.set_cell(period(), &id, value, Some(NOTES[note]), "An").unwrap();
                    now.0[cell].1 = note;
                }
                Step::Writes(text) => {
                    let written = ["", "Một cửa ổn định."][text];
                    // The desk is the hub's in the unit's place: it would write for the joint report.
                    let edits = room.desk.edits("An");
                    room.desk
                        .replica
                        .edit(&doc(), &edits, |tx| report::set_text(tx, &section, written))
                        .unwrap();
                    now.1 = text;
                }
                Step::Submits => {
                    room.desk.submit(period(), "An").unwrap();
                    (submitted, number) = (now, number + 1);
                }
            }
            room.desk.commits();
            let cells = now.0.iter().zip(submitted.0).filter(|(now, then)| **now != *then).count();
            let texts = usize::from(now.1 != submitted.1);
            let wanted = (cells + texts > 0)
                .then_some(ChangedSince { submission: number, cells, texts });
            prop_assert_eq!(&room.stands().submissions[0].changed, &wanted);
            let own = UNIT.parse().unwrap();
            let told = room.desk.printable(period(), Some(&own)).unwrap().problems();
            let told: Vec<&Problem> =
                told.iter().filter(|told| told.code == "draft-changed").collect();
            prop_assert_eq!(told.len(), usize::from(wanted.is_some()));
            told.into_iter().for_each(assert_told_in_full);
        }
        // What comes from another machine and is in conflict with what was submitted is a change too.
        let heads = room.heads_of_report();
        room.desk.submit(period(), "An").unwrap();
        room.writes_apart(&heads, CELLS[0], Some(77), None, "Bình");
        room.writes_apart(&heads, CELLS[0], Some(78), None, "Chi");
        let wanted = ChangedSince { submission: number + 1, cells: 1, texts: 0 };
        prop_assert_eq!(&room.stands().submissions[0].changed, &Some(wanted));
    }
}

impl Room {
    /// The office hands in, not knowing what the hub does meanwhile; what the hub then has to look at.
    fn hands_in(&mut self) -> Committed {
        let (hub_key, office_key) = (self.desk.key.clone(), self.enrols(UNIT));
        self.takes_place(UNIT, office_key, 9);
        self.fills();
        self.desk.submit(period(), "Bình").unwrap();
        let grown = self.desk.replica.commit().unwrap().unwrap();
        self.takes_place("huong-tra", hub_key, 7);
        grown
    }

    fn takes_place(&mut self, unit: &str, key: OfficeKey, actor: u8) {
        self.desk.key = key;
        self.desk.actor = ActorId::from([actor; 16]);
        if let Some(membership) = &mut self.desk.membership {
            membership.unit = unit.parse().unwrap();
        }
    }

    fn receives(&mut self, grown: &Committed) {
        self.desk.note_growth(grown);
        while let Some(received) = self.desk.receive_next().unwrap() {
            assert!(received.iter().all(|one| one.refused.is_none()), "{received:?}");
        }
        self.desk.commits();
    }
}

#[test]
fn a_submission_that_comes_after_the_closing_is_kept_and_told_by_all_clocks() {
    for closes in [false, true] {
        let mut room = Room::of("huong-tra");
        let grown = room.hands_in();
        if closes {
            room.desk.close_period(period(), "đã ban hành", "An").unwrap();
            room.desk.commits();
        }
        room.receives(&grown);
        let status = room.stands();
        let of_unit = |unit: &&UnitSubmissions| unit.unit.as_str() == UNIT;
        let latest = status.submissions.iter().find(of_unit).unwrap().submissions.last().unwrap();
        assert_eq!(latest.standing, hopluu_protocol::documents::review::Standing::Accepted);
        assert_eq!((latest.received_at, latest.closed_since), (Some(NOW), closes.then_some(NOW)));

        let unit = UNIT.parse().unwrap();
        for of in [None, Some(&unit)] {
            let problems = room.desk.printable(period(), of).unwrap().problems();
            let late: Vec<_> =
                problems.iter().filter(|told| told.code == "submission-after-closing").collect();
            assert_eq!(late.len(), usize::from(closes));
            late.into_iter().for_each(assert_told_in_full);
        }
    }
}

#[test]
fn invitations_for_no_time_or_for_ever_are_not_made() {
    let mut room = Room::of("huong-tra");
    let address = || vec!["127.0.0.1:4433".parse().unwrap()];
    for hours in [0, MOST_HOURS + 1, u32::MAX] {
        let refusal =
            room.desk.invite(UNIT.parse().unwrap(), address(), hours, [1; 10]).unwrap_err();
        assert!(refusal.is("invite-hours"), "{refusal}");
        refusal.problems.iter().for_each(assert_told_in_full);
    }
    assert_eq!(room.desk.invitations().unwrap(), []);
    room.desk.invite(UNIT.parse().unwrap(), address(), MOST_HOURS, [1; 10]).unwrap();
}
