//! Reading numbers: one table, for what is typed, pasted and imported.

use super::*;
use crate::import::{ImportFile, ImportFormat};

/// What becomes of a text in a cell.
#[derive(Debug)]
enum Becomes {
    /// It is written so.
    Is(&'static str),
    /// A person is asked: what is typed for each reading.
    Asks(&'static [&'static str]),
    /// It is no value.
    No,
}

use Becomes::{Asks, Is, No};

const TWO: [&str; 2] = ["0", "không phát sinh"];

/// A text, and what becomes of it in a whole number, in money (whole here), in a percentage up to 100.
const TABLE: [(&str, Becomes, Becomes); 26] = [
    ("1118", Is("1.118"), No),
    ("09", Is("9"), Is("9,0")),
    (" 46 ", Is("46"), Is("46,0")),
    ("1.304", Is("1.304"), No),
    ("1 304", Is("1.304"), No),
    ("1\u{a0}304", Is("1.304"), No),
    ("1\u{202f}304", Is("1.304"), No),
    ("17,1", No, Is("17,1")),
    ("17,1%", No, Is("17,1")),
    ("95,9 %", No, Is("95,9")),
    ("17,11", No, No),
    ("30,162", Is("30.162"), No),
    ("30,100", Asks(&["30100", "30,1"]), Is("30,1")),
    ("30.100", Is("30.100"), Asks(&["30,1"])),
    ("17.1", No, Asks(&["17,1"])),
    ("1,304.5", No, No),
    ("46 hồ sơ", Is("46"), No),
    ("46 thủ tục", No, No),
    ("-", Is("Không phát sinh"), Is("Không phát sinh")),
    ("KPS", Is("Không phát sinh"), Is("Không phát sinh")),
    ("không", Asks(&TWO), Asks(&TWO)),
    ("Không có", Asks(&TWO), Asks(&TWO)),
    (
        "thẩm quyền cấp tỉnh",
        Asks(&["không áp dụng: thẩm quyền cấp tỉnh"]),
        Asks(&["không áp dụng: thẩm quyền cấp tỉnh"]),
    ),
    ("=820/855", No, No),
    ("#DIV/0!", No, No),
    ("12/3/2023", No, No),
];

/// Whole numbers have no decimals, so what is asked because of them is not.
fn in_count(text: &str, becomes: &'static Becomes) -> &'static Becomes {
    match (text, becomes) {
        ("30,100", _) => &Becomes::Is("30.100"),
        _ => becomes,
    }
}

fn edit(cell: &str, value: &str, dry_run: bool) -> EditRequest {
    let edit = CellEdit {
        id: cell.parse().unwrap(),
        value: Some(value.to_owned()),
        note: None,
        only_if: None,
        drop_draft: false,
    };
    EditRequest { edits: vec![edit], dry_run, ..EditRequest::default() }
}

fn edits(room: &mut Room, request: &EditRequest) -> EditOutcome {
    let words = |code: &str, _: &[(&str, &str)]| code.to_owned();
    let done = room.desk.edit_cells(period(), request, "An", &AtHub::everything(), &words).unwrap();
    room.desk.commits();
    done
}

fn shown(room: &mut Room, cell: &str) -> String {
    let words = |code: &str, _: &[(&str, &str)]| code.to_owned();
    let view = room.desk.figures(period(), &AtHub::everything(), &words).unwrap();
    let id = cell.parse().unwrap();
    view.cells.into_iter().find(|found| found.id == id).unwrap().written
}

fn clear(room: &mut Room, cell: &str) {
    room.sets(cell, "").unwrap();
}

/// A text in a file, and whether it became a value.
fn import(room: &mut Room, cell: &str, text: &str) -> Result<(), Refusal> {
    let csv = format!("Mã;Giá trị\n{cell};\"{text}\"\n");
    let file = ImportFile { format: ImportFormat::Csv, bytes: csv.as_bytes(), name: "t.csv" };
    let done = room.desk.import(period(), &file, ImportOptions::default(), "An");
    room.desk.commits();
    done.map(|_| ())
}

#[test]
fn typed_pasted_and_imported_are_read_by_one_table() {
    for (unit, cell, is_percent) in [
        ("19996", "pl4.3.2.1", false),
        ("tai-chinh", "pl7.1.1", false),
        ("van-phong", "pl8.3", true),
    ] {
        let mut room = Room::of(unit);
        for (text, number, percent) in &TABLE {
            // The unit of measure of the first cell is not the second one's.
            if cell == "pl7.1.1" && text.contains("hồ sơ") {
                continue;
            }
            let becomes = if is_percent { percent } else { in_count(text, number) };
            let case = format!("`{text}` in {cell}: {becomes:?}");

            let planned = edits(&mut room, &edit(cell, text, true));
            assert_eq!(shown(&mut room, cell), "", "{case}: only planned");
            let pasted = edits(&mut room, &edit(cell, text, false));
            assert_eq!(pasted.changes, planned.changes, "{case}");
            let after_paste = shown(&mut room, cell);
            clear(&mut room, cell);
            let typed = room.sets(cell, text);
            let after_typing = shown(&mut room, cell);
            clear(&mut room, cell);
            let imported = import(&mut room, cell, text);
            let after_import = shown(&mut room, cell);
            clear(&mut room, cell);

            let all = [&after_paste, &after_typing, &after_import];
            match becomes {
                Is(written) => {
                    assert_eq!(all, [written; 3], "{case}, {imported:?}");
                    assert_eq!(pasted.changes.len(), 1, "{case}");
                }
                Asks(readings) => {
                    assert_eq!(all, [""; 3], "{case}");
                    let [question] = pasted.questions.as_slice() else {
                        panic!("{case}: {pasted:?}")
                    };
                    let offered: Vec<&str> =
                        question.readings.iter().map(|one| one.typed.as_str()).collect();
                    assert_eq!(offered, *readings, "{case}");
                    for reading in *readings {
                        let taken = edits(&mut room, &edit(cell, reading, true));
                        assert_eq!(taken.changes.len(), 1, "{case}: {reading}");
                    }
                }
                No => {
                    assert_eq!(all, [""; 3], "{case}");
                    assert_eq!(pasted.refused.len(), 1, "{case}");
                }
            }
            if !matches!(becomes, Is(_)) {
                for refusal in [typed.map(|_| ()), imported].map(Result::unwrap_err) {
                    refusal.problems.iter().for_each(crate::messages::tests::assert_told_in_full);
                }
            }
        }
    }
}

#[test]
fn the_arithmetic_that_speaks_for_a_reading_stands_beside_it() {
    let mut room = Room::of("19996");
    room.sets("pl4.3.2.1", "40000").unwrap();
    let words = |code: &str, args: &[(&str, &str)]| {
        crate::messages::Catalogue::new(crate::messages::Language::Vietnamese).line(code, args)
    };
    let request = edit("pl4.3.2.2", "30,000", true);
    let asked = room.desk.edit_cells(period(), &request, "An", &AtHub::everything(), &words);
    let readings = asked.unwrap().questions.remove(0).readings;
    let arguments: Vec<&str> = readings.iter().map(|one| one.argument.as_str()).collect();
    assert_eq!(arguments, ["30.000 ÷ 40.000 = 75,0%", "30 ÷ 40.000 = 0,1%"]);
    // What would be above its whole speaks for nothing.
    room.sets("pl4.3.2.1", "855").unwrap();
    let asked = room.desk.edit_cells(period(), &request, "An", &AtHub::everything(), &words);
    let readings = asked.unwrap().questions.remove(0).readings;
    let arguments: Vec<&str> = readings.iter().map(|one| one.argument.as_str()).collect();
    assert_eq!(arguments, ["", "30 ÷ 855 = 3,5%"]);
}

#[test]
fn drafts_and_settings_are_there_after_the_store_is_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let open = || {
        let store = Store::new(SledBackend::open(dir.path()).unwrap());
        Desk::open(store, OfficeKey::from_seed([7; 32]), [9; 16], || NOW).unwrap()
    };
    let id: hopluu_protocol::id::IndicatorId = "pl4.3.2.1".parse().unwrap();
    let mut desk = open();
    desk.set_draft(period(), &id, Some("chưa có")).unwrap();
    let settings = Settings { text_size: 140, ..Settings::default() };
    desk.set_settings(&settings).unwrap();
    desk.commits();
    drop(desk);
    let mut desk = open();
    assert_eq!(desk.drafts(period()).unwrap()[&id], "chưa có");
    assert_eq!(desk.settings().unwrap(), settings);
    assert!(desk.drafts("2023-q2".parse().unwrap()).unwrap().is_empty());
    desk.set_draft(period(), &id, None).unwrap();
    desk.commits();
    assert!(desk.drafts(period()).unwrap().is_empty());
}

/// Two people set one cell apart from each other.
#[test]
fn a_cell_in_conflict_shows_no_number_and_neither_does_what_is_computed_of_it() {
    let mut room = Room::of("19996");
    let (cell, ratio) = ("pl4.3.2.1", "pl4.3.2");
    room.sets("pl4.3.2.2", "800").unwrap();
    let doc = DocId::Report(period(), "19996".parse().unwrap());
    let before = room.desk.replica.summary(&doc).unwrap().heads.clone();
    room.sets(cell, "855").unwrap();
    let context = room.desk.edits("Bình");
    let id = cell.parse().unwrap();
    let other = hopluu_protocol::value::CellValue::Number(875.into());
    room.desk
        .replica
        .edit_in_parts_at(&doc, &before, &context, &[()], |tx, ()| {
            hopluu_protocol::documents::report::set_cell(tx, &id, Some(&other))
        })
        .unwrap();
    room.desk.commits();
    let figure = |room: &mut Room, cell: &str| {
        let words = |code: &str, _: &[(&str, &str)]| code.to_owned();
        let view = room.desk.figures(period(), &AtHub::default(), &words).unwrap();
        view.cells.into_iter().find(|found| found.id.as_str() == cell).unwrap()
    };
    let shown = figure(&mut room, cell);
    assert_eq!((shown.number, shown.written.as_str()), (None, ""));
    let mut typed: Vec<&str> = shown.entries.iter().map(|entry| entry.typed.as_str()).collect();
    typed.sort_unstable();
    assert_eq!(typed, ["855", "875"]);
    assert!(!shown.at_hub);
    let waiting = figure(&mut room, ratio);
    assert_eq!((waiting.state, waiting.number), (FigureState::Waiting, None));
    assert_eq!(waiting.waiting_for, std::slice::from_ref(&id));

    // A note decides nothing.
    let mut noted = edit(cell, "", false);
    noted.edits[0].value = None;
    noted.edits[0].note = Some("hai máy nhập khác nhau".to_owned());
    edits(&mut room, &noted);
    assert_eq!(figure(&mut room, cell).entries.len(), 2);
    // Choosing what automerge shows decides too.
    for choice in ["855", "875"] {
        let chosen = edits(&mut room, &edit(cell, choice, false));
        assert_eq!(chosen.changes.len(), 1, "{chosen:?}");
        let shown = figure(&mut room, cell);
        assert_eq!((shown.editable.as_str(), shown.entries.len()), (choice, 1));
    }
    assert_eq!(figure(&mut room, ratio).state, FigureState::Value);
}

#[test]
fn only_what_the_hub_had_acknowledged_counts_as_there() {
    let mut room = Room::of("19996");
    room.sets("pl4.3.2.1", "855").unwrap();
    let doc = DocId::Report(period(), "19996".parse().unwrap());
    let changes = room.desk.replica.summary(&doc).unwrap().changes;
    let at_hub = AtHub::of(std::iter::once(0..changes).collect());
    room.sets("pl4.3.2.2", "800").unwrap();
    let words = |code: &str, _: &[(&str, &str)]| code.to_owned();
    let view = room.desk.figures(period(), &at_hub, &words).unwrap();
    let there = |cell: &str| view.cells.iter().find(|it| it.id.as_str() == cell).unwrap().at_hub;
    assert!(there("pl4.3.2.1") && !there("pl4.3.2.2"));
    assert!(!there("pl4.3.2"), "a part of it is only here");
}

#[test]
fn a_texts_history_has_one_version_for_each_sitting() {
    let mut room = Room::of("19996");
    let section = "ii.2.c".parse().unwrap();
    for (text, person) in
        [("Một cửa.", "An"), ("Một cửa ổn định.", "An"), ("Một cửa rất ổn định.", "Bình")]
    {
        room.desk.set_text(period(), &section, text, person).unwrap();
    }
    room.desk.commits();
    let versions = room.desk.text_history(period(), &section).unwrap();
    let told: Vec<(&str, &str, usize, usize)> = versions
        .iter()
        .map(|it| (it.person.as_str(), it.text.as_str(), it.words_added, it.words_removed))
        .collect();
    let expected = [("An", "Một cửa ổn định.", 4, 0), ("Bình", "Một cửa rất ổn định.", 1, 0)];
    assert_eq!(told, expected);
    let texts = room.desk.texts(period(), &AtHub::everything()).unwrap();
    let text = texts.iter().find(|text| text.section == section).unwrap();
    assert_eq!((text.words, text.changed_by.as_str(), text.at_hub), (5, "Bình", true));
    let there = room.desk.texts(period(), &AtHub::default()).unwrap();
    assert!(there.iter().any(|text| text.section == section && !text.at_hub));
}

#[test]
fn a_computed_figure_of_a_file_is_compared_as_a_number() {
    let mut room = Room::of("19996");
    room.sets("pl4.3.2.1", "320").unwrap();
    room.sets("pl4.3.2.2", "320").unwrap();
    for (text, differs) in [("100", false), ("100,0", false), ("100,00", false), ("99,9", true)] {
        let csv = format!("Mã;Số liệu\npl4.3.2;{text}\n");
        let file = ImportFile { format: ImportFormat::Csv, bytes: csv.as_bytes(), name: "t.csv" };
        let plan = room.desk.import(period(), &file, ImportOptions::default(), "An").unwrap();
        let told: Vec<&str> = plan.left_out.iter().map(|problem| problem.code.as_str()).collect();
        assert_eq!(told == ["import-computed"], differs, "{text}: {:?}", plan.left_out);
    }
}
