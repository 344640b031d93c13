//! Two machines, one office: what must come out when they meet.

mod later_section;
mod notes;
mod text_figures;

use automerge::transaction::{CommitOptions, Transaction};
use automerge::{ActorId, Author, Automerge};

use super::*;
use crate::documents::genesis::genesis;
use crate::id::{DocId, IndicatorId, SectionId};
use crate::identity::NodeKey;
use crate::template::{Template, sample};
use crate::value::CellValue;

fn template() -> Template {
    sample::of_sections(&["i", "i.1"])
}

fn doc(path: &str) -> DocId {
    path.parse().unwrap()
}

fn cell(id: &str) -> IndicatorId {
    id.parse().unwrap()
}

fn section(id: &str) -> SectionId {
    id.parse().unwrap()
}

fn number(n: i64) -> CellValue {
    CellValue::Number(n.into())
}

/// A machine of the office with its own fresh copy of the report.
struct Machine {
    report: Automerge,
    person: &'static str,
    clock: i64,
}

impl Machine {
    fn offline(number: u8, person: &'static str) -> Self {
        let mut report = Automerge::new();
        let genesis = genesis(&doc("report/2023-q1/a"), Some(&template())).unwrap();
        report.apply_changes([genesis]).unwrap();
        report.set_author(Some(Author::from(vec![number; 32])));
        report.set_actor(ActorId::from([number; 16]));
        Self { report, person, clock: 1000 }
    }

    pub(super) fn does(
        &mut self,
        action: impl FnOnce(&mut Transaction<'_>) -> Result<(), DocumentError>,
    ) {
        self.clock += 1;
        let options = CommitOptions::default().with_message(self.person).with_time(self.clock);
        self.report
            .transact_with::<_, _, DocumentError, _>(move |()| options, action)
            .map_err(|failure| failure.error)
            .unwrap();
    }

    fn sets(&mut self, id: &str, value: Option<CellValue>) {
        self.does(|tx| report::set_cell(tx, &cell(id), value.as_ref()));
    }

    fn writes(&mut self, id: &str, text: &str) {
        self.does(|tx| report::set_text(tx, &section(id), text));
    }

    fn meets(&mut self, other: &mut Self) {
        self.report.merge(&mut other.report).unwrap();
        other.report.merge(&mut self.report).unwrap();
        assert_eq!(self.report.get_heads(), other.report.get_heads());
    }

    fn figures(&self) -> crate::figures::Figures {
        let reading = report::read(&self.report, None).unwrap();
        assert!(reading.unreadable.is_empty());
        reading.figures
    }
}

#[test]
fn documents_begin_the_same_everywhere_byte_for_byte() {
    let golden = [
        ("town/roster", "c1efe13c5ee87595795dced55fc3e420baf9a626e40157c17f4a55029f69fe48"),
        ("town/calendar", "364b77ab3f8939bf6a8bbb05e5a385b4f61ecded7a848f1943afca0ad4e71c46"),
        ("town/template/t@1", "bb07f9495a37f191d2269bb74778afb7c31d336c4ce92db05027ef1521ddf09f"),
        ("report/2023-q1/a", "766b42642c9caf0a24e57eb23d8e36afe8e9df112e86796777af9be3d8114958"),
        ("review/2023-q1/a", "b5f66b9149547ebccd024bbd93103c586037336919accd2e9fd460199d876515"),
        (
            "consolidated/2023-q1",
            "fe491fc351671b44d02ed5998abf4ea4a443c219134e708772d9eb1fb63fe3cf",
        ),
    ];
    for (path, hash) in golden {
        let change = genesis(&doc(path), Some(&template())).unwrap();
        assert_eq!(change.hash().to_string(), hash, "{path}");
        assert_eq!(change.timestamp(), 0);
        assert!(change.deps().is_empty());
    }
}

#[test]
fn the_genesis_of_a_report_needs_its_template() {
    assert!(genesis(&doc("report/2023-q1/a"), None).is_err());
    assert!(genesis(&doc("town/roster"), None).is_ok());
}

#[test]
fn two_machines_that_created_the_report_offline_lose_nothing_when_they_meet() {
    let mut first = Machine::offline(1, "An");
    let mut second = Machine::offline(2, "Bình");
    first.sets("x.1", Some(number(7)));
    first.writes("i", "Đã ban hành kế hoạch.");
    second.sets("x.2", Some(CellValue::NothingArose));
    second.writes("i", "Đã kiểm tra.");
    second.does(|tx| report::set_note(tx, &cell("x.2"), "quý I"));
    first.meets(&mut second);

    for machine in [&first, &second] {
        let figures = machine.figures();
        assert_eq!(figures.cells[&cell("x.1")], number(7));
        assert_eq!(figures.cells[&cell("x.2")], CellValue::NothingArose);
        assert_eq!(figures.notes[&cell("x.2")], "quý I");
        let text = &figures.texts[&section("i")];
        assert!(text.contains("Đã ban hành kế hoạch.") && text.contains("Đã kiểm tra."), "{text}");
        assert!(report::conflicts(&machine.report).unwrap().is_empty());
    }
}

#[test]
fn one_cell_set_by_both_shows_both_values_until_someone_chooses() {
    let mut first = Machine::offline(1, "An");
    let mut second = Machine::offline(2, "Bình");
    first.sets("x.1", Some(number(7)));
    second.sets("x.1", Some(number(9)));
    first.meets(&mut second);

    let conflicts = report::conflicts(&first.report).unwrap();
    assert_eq!(conflicts, report::conflicts(&second.report).unwrap());
    let [conflict] = conflicts.as_slice() else { panic!("{conflicts:?}") };
    assert_eq!(conflict.cell, cell("x.1"));
    let mut seen: Vec<_> = conflict
        .entries
        .iter()
        .map(|entry| (entry.value.clone(), entry.person.as_str(), entry.node, entry.time))
        .collect();
    seen.sort();
    assert_eq!(
        seen,
        [
            (Some(number(7)), "An", Some(NodeKey([1; 32])), 1001),
            (Some(number(9)), "Bình", Some(NodeKey([2; 32])), 1001),
        ]
    );
    // The first entry is the value that the report shows meanwhile.
    assert_eq!(Some(&first.figures().cells[&cell("x.1")]), conflict.entries[0].value.as_ref());

    // Choosing the value that is shown already is still a choice.
    let shown = conflict.entries[0].value.clone();
    second.sets("x.1", shown.clone());
    second.meets(&mut first);
    assert!(report::conflicts(&first.report).unwrap().is_empty());
    assert_eq!(first.figures().cells.get(&cell("x.1")), shown.as_ref());

    // And the history says who chose.
    let history = history::history(&first.report, &cell("x.1")).unwrap();
    assert_eq!(history.len(), 3);
    let chosen = history::Written::Value(shown);
    assert_eq!((&history[2].value, history[2].person.as_str()), (&chosen, "Bình"));
}

#[test]
fn two_who_choose_differently_between_the_same_two_values_are_in_conflict_again() {
    // One confirms a value that stands, be it the one that is shown or the other; one types a third.
    for confirmed in [12, 17] {
        let mut first = Machine::offline(1, "An");
        let mut second = Machine::offline(2, "Bình");
        first.sets("x.1", Some(number(17)));
        second.sets("x.1", Some(number(12)));
        first.meets(&mut second);
        second.sets("x.1", Some(number(confirmed)));
        first.sets("x.1", Some(number(10)));
        first.meets(&mut second);
        let conflicts = report::conflicts(&first.report).unwrap();
        let [conflict] = conflicts.as_slice() else { panic!("{confirmed}: {conflicts:?}") };
        let values: Vec<_> = conflict.entries.iter().map(|entry| entry.value.clone()).collect();
        assert!(values.contains(&Some(number(10))), "{values:?}");
        assert!(values.contains(&Some(number(confirmed))), "{values:?}");
    }
}

#[test]
fn the_same_value_typed_twice_is_no_conflict() {
    let mut first = Machine::offline(1, "An");
    let mut second = Machine::offline(2, "Bình");
    first.sets("x.1", Some(number(7)));
    second.sets("x.1", Some(number(7)));
    first.meets(&mut second);
    assert!(report::conflicts(&first.report).unwrap().is_empty());

    // Nothing is chosen by typing it a third time: the report does not grow with each paste of the same.
    let heads = first.report.get_heads();
    first.sets("x.1", Some(number(7)));
    assert_eq!(first.report.get_heads(), heads);

    // Another value replaces both, on this machine and on the other.
    first.sets("x.1", Some(number(8)));
    first.meets(&mut second);
    assert_eq!(report::entries(&second.report, &cell("x.1")).unwrap().len(), 1);
    assert_eq!(second.figures().cells[&cell("x.1")], number(8));
}

#[test]
fn one_of_two_equal_values_does_not_hide_a_third() {
    let mut first = Machine::offline(1, "An");
    let mut second = Machine::offline(2, "Bình");
    let mut third = Machine::offline(3, "Chi");
    first.sets("x.1", Some(number(7)));
    second.sets("x.1", Some(number(7)));
    third.sets("x.1", Some(number(9)));
    first.meets(&mut second);
    first.meets(&mut third);
    let conflicts = report::conflicts(&first.report).unwrap();
    assert_eq!(conflicts[0].entries.len(), 3);

    // Whoever says 7 now chooses, and is overruled by nobody silently.
    first.sets("x.1", Some(number(7)));
    third.sets("x.1", Some(number(10)));
    first.meets(&mut third);
    let conflicts = report::conflicts(&third.report).unwrap();
    let values: Vec<_> = conflicts[0].entries.iter().map(|entry| entry.value.clone()).collect();
    assert!(values.contains(&Some(number(7))) && values.contains(&Some(number(10))), "{values:?}");
}

#[test]
fn clearing_a_cell_against_setting_it_is_a_conflict_and_not_silently_undone() {
    let mut first = Machine::offline(1, "An");
    let mut second = Machine::offline(2, "Bình");
    first.sets("x.1", Some(number(7)));
    first.meets(&mut second);
    first.sets("x.1", None);
    second.sets("x.1", Some(number(8)));
    first.meets(&mut second);
    let conflicts = report::conflicts(&first.report).unwrap();
    let values: Vec<_> = conflicts[0].entries.iter().map(|entry| entry.value.clone()).collect();
    assert!(values.contains(&None) && values.contains(&Some(number(8))), "{values:?}");
}

#[test]
fn setting_what_stands_already_makes_no_change() {
    let mut machine = Machine::offline(1, "An");
    machine.sets("x.1", Some(number(7)));
    machine.writes("i", "Một.");
    machine.does(|tx| report::set_note(tx, &cell("x.1"), "ghi chú"));
    let heads = machine.report.get_heads();
    machine.sets("x.1", Some(number(7)));
    machine.sets("x.2", None);
    machine.writes("i", "Một.");
    machine.does(|tx| report::set_note(tx, &cell("x.1"), " ghi chú "));
    assert_eq!(machine.report.get_heads(), heads);
}

#[test]
fn the_history_of_a_cell_names_every_value_its_person_and_its_time() {
    let mut first = Machine::offline(1, "An");
    let mut second = Machine::offline(2, "Bình");
    first.sets("x.1", Some(number(7)));
    first.meets(&mut second);
    second.sets("x.1", None);
    second.sets("x.2", Some(number(1)));
    second.sets("x.1", Some(number(8)));
    second.meets(&mut first);
    let history: Vec<_> = history::history(&first.report, &cell("x.1"))
        .unwrap()
        .into_iter()
        .map(|entry| (entry.value, entry.person, entry.node))
        .collect();
    let an = Some(NodeKey([1; 32]));
    let binh = Some(NodeKey([2; 32]));
    assert_eq!(
        history,
        [
            (history::Written::Value(Some(number(7))), "An".to_owned(), an),
            (history::Written::Value(None), "Bình".to_owned(), binh),
            (history::Written::Value(Some(number(8))), "Bình".to_owned(), binh),
        ]
    );
}

#[test]
fn a_report_is_read_as_it_stood_at_earlier_heads() {
    let mut machine = Machine::offline(1, "An");
    machine.sets("x.1", Some(number(7)));
    machine.writes("i", "Bản nộp.");
    let heads = machine.report.get_heads();
    machine.sets("x.1", Some(number(8)));
    machine.writes("i", "Bản sửa sau.");
    let submitted = report::read(&machine.report, Some(&heads)).unwrap().figures;
    assert_eq!(submitted.cells[&cell("x.1")], number(7));
    assert_eq!(submitted.texts[&section("i")], "Bản nộp.");
    assert_eq!(machine.figures().cells[&cell("x.1")], number(8));
}

#[test]
fn heads_that_the_document_does_not_have_are_refused() {
    let machine = Machine::offline(1, "An");
    let unknown = automerge::ChangeHash([9; 32]);
    assert!(matches!(
        report::read(&machine.report, Some(&[unknown])),
        Err(DocumentError::MissingChange { hash }) if hash == unknown
    ));
}

#[test]
fn text_typed_in_decomposed_letters_is_kept_composed() {
    let mut machine = Machine::offline(1, "An");
    machine.writes("i", "Ca\u{309}i ca\u{301}ch");
    assert_eq!(machine.figures().texts[&section("i")], "Cải cách");
}

#[test]
fn what_is_not_a_cell_is_named_and_does_not_hide_the_rest() {
    use automerge::transaction::Transactable;
    let mut machine = Machine::offline(1, "An");
    machine.sets("x.1", Some(number(7)));
    machine.does(|tx| {
        let cells = object(tx, field::CELLS)?;
        tx.put(&cells, "x.2", 3.5)?;
        tx.put(&cells, "X 3", "#1")?;
        Ok(())
    });
    let reading = report::read(&machine.report, None).unwrap();
    assert_eq!(reading.figures.cells.len(), 1);
    assert_eq!(reading.unreadable.keys().collect::<Vec<_>>(), ["X 3", "x.2"]);
}

#[test]
fn a_section_that_the_template_lacks_is_refused_and_named() {
    let mut machine = Machine::offline(1, "An");
    let failure = machine
        .report
        .transact::<_, _, DocumentError>(|tx| report::set_text(tx, &section("v"), "x"))
        .unwrap_err();
    assert!(failure.error.to_string().contains("texts.v"), "{}", failure.error);
}

/// A peer can give a removal the number of an operation that is there already: automerge takes the change
/// in and panics when it is to give it back.
#[test]
fn a_receipt_in_time_is_written_as_earlier_programs_wrote_it() {
    let written = r#"{"received_at":5}"#;
    let receipt: review::Receipt = serde_json::from_str(written).unwrap();
    assert_eq!(receipt, review::Receipt { received_at: 5, closed_since: None });
    assert_eq!(serde_json::to_string(&receipt).unwrap(), written);
}

#[test]
fn a_change_that_cannot_be_listed_is_an_error_of_the_history() {
    use crate::wire::pack::chunk::Parts;
    use automerge::transaction::Transactable;

    let mut machine = Machine::offline(1, "An");
    machine.sets("x.1", Some(number(7)));
    machine.does(|tx| {
        let cells = object(tx, field::CELLS)?;
        Ok(tx.delete(&cells, "x.1")?)
    });
    let mut changes: Vec<Vec<u8>> =
        machine.report.get_changes(&[]).iter().map(|change| change.raw_bytes().to_vec()).collect();
    let removal = changes.pop().unwrap();
    let parts = Parts::parse(&removal).unwrap();
    changes.push(Parts { start_op: parts.start_op - 1, ..parts }.build().1);

    let report = Automerge::load(&changes.concat()).unwrap();
    assert!(report::read(&report, None).unwrap().figures.cells.is_empty());
    assert!(matches!(history::history(&report, &cell("x.1")), Err(DocumentError::Engine)));
}
