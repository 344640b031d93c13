//! Figures within texts: shown as their cells stand, told where they have no number, printed as submitted.

use hopluu_protocol::documents::report;
use hopluu_protocol::id::{IndicatorId, SectionId};
use hopluu_protocol::report::Report;
use hopluu_protocol::value::CellValue;

use super::*;
use crate::messages::tests::assert_told_in_full;

const RECEIVED: &str = "pl4.3.2.1";
const RATE: &str = "pl4.3.2";

fn section() -> SectionId {
    "ii.2.c".parse().unwrap()
}

fn cells(ids: &[&str]) -> Vec<Option<IndicatorId>> {
    ids.iter().map(|id| id.parse().ok()).collect()
}

impl Room {
    /// The unit's own machine, not the hub's.
    fn at_office(mut self) -> Self {
        let key = self.enrols("19996");
        let hub_key = self.desk.key.node_key();
        let place = MembershipPlace::Office { hub_key, hub_addresses: Vec::new() };
        self.sits("19996", place, key, 9);
        self
    }

    fn sits(&mut self, unit: &str, place: MembershipPlace, key: OfficeKey, actor: u8) {
        self.desk.key = key;
        self.desk.actor = ActorId::from([actor; 16]);
        if let Some(membership) = &mut self.desk.membership {
            membership.unit = unit.parse().unwrap();
            membership.place = place;
        }
    }

    fn reads_text(&mut self) -> TextView {
        self.desk.text(period(), &section()).unwrap()
    }

    /// Puts a text with figures at the beginning of the section.
    fn puts(&mut self, text: &str, ids: &[&str]) -> Result<EditedText, Refusal> {
        let splice =
            TextSplice { at: 0, removed: 0, inserted: text.to_owned(), figures: cells(ids) };
        let edit = TextEdit {
            heads: self.reads_text().heads,
            splices: Some(vec![splice]),
            ..TextEdit::default()
        };
        let edited = self.desk.edit_text(period(), &section(), &edit, "An");
        self.desk.commits();
        edited
    }

    fn states(&mut self) -> Vec<(String, TextFigureState)> {
        let figures = self.reads_text().figures.into_iter();
        figures.map(|figure| (figure.shown, figure.state)).collect()
    }

    fn printed(&mut self) -> String {
        let printable = self.desk.printable(period(), None).unwrap();
        text_of(&printable.consolidated().report)
    }

    /// Everything that the unit has to type is there.
    fn fills_all(&mut self) {
        for cell in self.desk.cells(period()).unwrap() {
            let empty = cell.typed && cell.entries.is_empty();
            if empty && self.desk.set_cell(period(), &cell.cell.id, "kps", None, "An").is_err() {
                self.desk.set_cell(period(), &cell.cell.id, "1", None, "An").unwrap();
            }
        }
        self.desk.commits();
    }
}

fn text_of(report: &Report) -> String {
    let found = report.sections.iter().find(|part| part.id == section());
    let text = found.unwrap().text.clone();
    assert!(!text.contains('\u{fffc}'), "an empty box is printed: {text}");
    text
}

#[test]
fn a_figure_follows_its_cell_and_is_printed_as_the_form_s_sentences_say_it() {
    use TextFigureState::{Incomplete, Missing, Value};
    let mut room = Room::of("19996").at_office();
    assert!(room.reads_text().may_hold_figures);
    let put = room.puts("Đã giải quyết \u{fffc}, đạt \u{fffc}.", &[RECEIVED, RATE]).unwrap();
    assert_eq!(put.view.figures[0].at, 14);
    assert_eq!(put.view.figures[0].cell, RECEIVED.parse().ok());
    assert!(!put.view.figures[0].label.is_empty());
    let states: Vec<_> = room.states().into_iter().map(|(_, state)| state).collect();
    assert!(states[0] == Missing && matches!(states[1], Missing | Incomplete), "{states:?}");
    assert!(room.printed().ends_with("Đã giải quyết … (chưa báo cáo), đạt … (chưa báo cáo)."));

    room.sets(RECEIVED, "1304").unwrap();
    room.sets("pl4.3.2.2", "652").unwrap();
    assert_eq!(room.states(), [("1.304".to_owned(), Value), ("50%".to_owned(), Value)]);
    assert!(room.printed().ends_with("Đã giải quyết 1.304, đạt 50%."));
    room.sets(RECEIVED, "8").unwrap();
    room.sets("pl4.3.2.2", "8").unwrap();
    assert!(room.printed().ends_with("Đã giải quyết 08, đạt 100%."));

    let history = room.desk.text_history(period(), &section()).unwrap();
    let before = "Đã giải quyết … (chưa báo cáo), đạt … (chưa báo cáo).";
    assert_eq!(history[0].text, before, "with the numbers as they were then");
}

#[test]
fn a_cell_in_conflict_is_told_in_the_text_and_on_paper() {
    let mut room = Room::of("19996").at_office();
    room.sets(RECEIVED, "855").unwrap();
    let doc: DocId = "report/2023-q1/19996".parse().unwrap();
    let heads = room.desk.replica.summary(&doc).unwrap().heads.clone();
    room.sets(RECEIVED, "875").unwrap();
    let edits = room.desk.edits("Bình");
    let value = CellValue::Number(865.into());
    let write = |tx: &mut automerge::transaction::Transaction<'_>, (): &()| {
        report::set_cell(tx, &RECEIVED.parse().unwrap(), Some(&value))
    };
    room.desk.replica.edit_in_parts_at(&doc, &heads, &edits, &[()], write).unwrap();
    room.puts("Có \u{fffc} hồ sơ; đạt \u{fffc}.", &[RECEIVED, RATE]).unwrap();
    let states = room.states();
    assert!(states.iter().all(|(_, state)| *state == TextFigureState::Conflict), "{states:?}");
    let values = &states[0].0;
    assert!(values == "865 hoặc 875" || values == "875 hoặc 865", "{values}");
    assert!(room.printed().contains(&format!("Có [Chưa chọn: {values}] hồ sơ")));
}

#[test]
fn what_is_submitted_is_printed_with_its_numbers_and_covers_which_cells_are_meant() {
    let mut room = Room::of("19996").at_office();
    room.sets(RECEIVED, "855").unwrap();
    room.puts("Có \u{fffc} hồ sơ.", &[RECEIVED]).unwrap();
    room.fills_all();
    let submitted = room.desk.submit(period(), "An").unwrap();
    let grown = room.desk.replica.commit().unwrap().unwrap();
    assert!(submitted.warnings.iter().all(|told| told.code != "text-figure-missing"));
    room.sets(RECEIVED, "860").unwrap();
    assert!(room.printed().ends_with("Có 860 hồ sơ."));
    let frozen = room.desk.printable_submission(period(), &submitted.id).unwrap();
    assert!(text_of(&frozen.consolidated().report).ends_with("Có 855 hồ sơ."));

    // The same words with another cell behind them are another text.
    room.sets(RECEIVED, "855").unwrap();
    let edit = TextEdit {
        heads: room.reads_text().heads,
        text: Some("Có \u{fffc} hồ sơ.".to_owned()),
        figures: cells(&["pl4.3.2.2"]),
        ..TextEdit::default()
    };
    room.desk.edit_text(period(), &section(), &edit, "An").unwrap();
    room.desk.commits();
    let since = room.desk.readiness(period()).unwrap().since_last.unwrap();
    assert_eq!(since.texts, [section().to_string()]);

    // The hub verifies it, and the town's report has the number as submitted.
    let hub_key = OfficeKey::from_seed([7; 32]);
    room.sits("huong-tra", MembershipPlace::Hub, hub_key, 8);
    room.desk.note_growth(&grown);
    while let Some(received) = room.desk.receive_next().unwrap() {
        assert!(received.iter().all(|one| one.refused.is_none()), "{received:?}");
    }
    room.desk.commits();
    assert!(room.printed().contains("Có 855 hồ sơ."), "{}", room.printed());
}

#[test]
fn a_figure_without_a_number_is_told_before_submitting() {
    let mut room = Room::of("19996").at_office();
    room.puts("Có \u{fffc} hồ sơ.", &[RECEIVED]).unwrap();
    let told = |room: &mut Room| {
        let warnings = room.desk.readiness(period()).unwrap().warnings.into_iter();
        warnings.filter(|told| told.code == "text-figure-missing").collect::<Vec<_>>()
    };
    let missing = told(&mut room);
    let [problem] = missing.as_slice() else { panic!("{missing:?}") };
    assert_told_in_full(problem);
    assert_eq!(problem.args["shown"], "… (chưa báo cáo)");
    room.sets(RECEIVED, "kps").unwrap();
    assert_eq!(told(&mut room), []);
    assert!(room.printed().ends_with("Có không phát sinh hồ sơ."));
}

#[test]
fn figures_of_no_cell_of_the_report_are_refused_or_left_out() {
    let mut room = Room::of("19996").at_office();
    for id in ["pl4.9.9", "pl4.3.1.1", "pl4.3"] {
        let refusal = room.puts("\u{fffc}", &[id]).unwrap_err();
        assert!(refusal.is("text-figure-unknown"), "{id}: {refusal}");
        refusal.problems.iter().for_each(assert_told_in_full);
    }
    let put = room.puts("a\u{fffc}b", &[]).unwrap();
    assert_eq!((put.view.text.as_str(), put.view.figures.len()), ("ab", 0));
    assert_eq!(after("a\u{fffc}b", &put.splices), "ab", "the screen is led to it");

    // The hub's own text takes none.
    let refusal = Room::of("19996").puts("\u{fffc}", &[RECEIVED]).unwrap_err();
    assert!(refusal.is("text-figures-at-hub"));
    refusal.problems.iter().for_each(assert_told_in_full);

    // A form that does not say so takes none.
    let plain = crate::BUILT_IN_TEMPLATE.replace("format = 2", "format = 1");
    let town = TownFile::parse(include_str!("../../../demo/town.toml"), "town.toml").unwrap();
    let mut room = Room::founded_with(&town, &plain).moves_to("19996").at_office();
    assert!(!room.reads_text().may_hold_figures);
    let refusal = room.puts("\u{fffc}", &[RECEIVED]).unwrap_err();
    assert!(refusal.is("text-figures-not-in-form"));
    refusal.problems.iter().for_each(assert_told_in_full);
}

#[test]
fn a_text_that_was_read_is_found_by_its_cells() {
    let mut room = Room::of("19996").at_office();
    let read = room.puts("Có \u{fffc} hồ sơ.", &[RECEIVED]).unwrap().view;
    room.puts("Mới. ", &[]).unwrap();
    let find = |room: &mut Room, id: &str| {
        let read = ReadText { text: read.text.clone(), figures: cells(&[id]) };
        room.desk.heads_of_text(period(), &section(), &read).map(|found| found.heads)
    };
    assert_eq!(find(&mut room, RECEIVED).unwrap(), read.heads);
    assert!(find(&mut room, RATE).unwrap_err().is("text-never-read"));
}
