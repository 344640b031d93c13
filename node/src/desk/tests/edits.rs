//! Edits that are sent twice, that come too late, and that are refused.

use super::*;

const NAME: &str = "Zm9vYmFyYmF6_quux-01";

fn of(cell: &str, value: Option<&str>) -> CellEdit {
    CellEdit {
        id: cell.parse().unwrap(),
        value: value.map(str::to_owned),
        note: None,
        only_if: None,
        drop_draft: false,
    }
}

fn request(edits: Vec<CellEdit>) -> EditRequest {
    EditRequest { edits, keep_drafts: true, ..EditRequest::default() }
}

fn tries(room: &mut Room, request: &EditRequest) -> Result<EditOutcome, Refusal> {
    let words = |code: &str, _: &[(&str, &str)]| code.to_owned();
    let done = room.desk.edit_cells(period(), request, "An", &AtHub::everything(), &words);
    room.desk.commits();
    done
}

fn does(room: &mut Room, edits: Vec<CellEdit>) -> EditOutcome {
    tries(room, &request(edits)).unwrap()
}

fn drafts(room: &Room) -> Vec<String> {
    room.desk.drafts(period()).unwrap().into_values().collect()
}

/// The same store, opened anew.
fn opened_again(room: Room) -> Room {
    let Room { _dir, desk } = room;
    let store = desk.into_store();
    let desk = Desk::open(store, OfficeKey::from_seed([7; 32]), [8; 16], || NOW).unwrap();
    Room { _dir, desk }.moves_to("19996")
}

#[test]
fn an_edit_that_is_sent_again_under_its_name_is_made_once() {
    let mut room = Room::of("19996");
    let edit = request(vec![of("pl4.3.2.1", Some("855")), of("pl4.3.2.2", Some("8,2x"))]);
    let edit = EditRequest { edit_id: Some(NAME.to_owned()), ..edit };
    let first = tries(&mut room, &edit).unwrap();
    assert!(!first.repeated && first.changes.len() == 1);
    room.sets("pl4.3.2.1", "900").unwrap();
    room.sets("pl4.3.2.2", "800").unwrap();
    for _ in 0..2 {
        let again = tries(&mut room, &edit).unwrap();
        assert!(again.repeated);
        assert_eq!((&again.changes, &again.refused), (&first.changes, &first.refused));
        let cell = again.cells.iter().find(|cell| cell.id.as_str() == "pl4.3.2.1").unwrap();
        assert_eq!(cell.written, "900", "nothing is written over what came since");
        assert!(drafts(&room).is_empty());
        room = opened_again(room);
    }
    let other = EditRequest { edits: vec![of("pl4.3.2.1", Some("1"))], ..edit.clone() };
    let short = EditRequest { edit_id: Some("short".to_owned()), ..edit };
    for wrong in [other, short] {
        let refusal = tries(&mut room, &wrong).unwrap_err();
        assert!(refusal.is("edit-id-invalid"));
        refusal.problems.iter().for_each(crate::messages::tests::assert_told_in_full);
    }
}

#[test]
fn what_a_large_edit_left_out_is_told_again_when_it_is_sent_again() {
    let mut room = Room::of("19996");
    let cells = room.desk.cells(period()).unwrap();
    let typed: Vec<String> =
        cells.iter().filter(|cell| cell.typed).map(|cell| cell.cell.id.to_string()).collect();
    // Changed so often that all of that is not kept.
    let reasons = (0..20).map(|time| format!("kad: {time} {}", "lý do ".repeat(25)));
    let mut edits: Vec<CellEdit> =
        reasons.flat_map(|reason| typed.iter().map(move |id| of(id, Some(&reason)))).collect();
    edits[0].only_if = Some("nobody saw this".to_owned());
    let large = EditRequest { edit_id: Some(NAME.to_owned()), ..request(edits) };
    let first = tries(&mut room, &large).unwrap();
    assert!(first.changed_since.len() == 1 && first.changes.len() > typed.len());
    let again = tries(&mut opened_again(room), &large).unwrap();
    assert!(again.repeated && again.changes.is_empty());
    assert_eq!(again.changed_since, first.changed_since);
}

#[test]
fn a_text_that_is_sent_again_under_its_name_is_not_doubled() {
    let mut room = Room::of("19996");
    let section = "ii.2.c".parse().unwrap();
    room.desk.set_text(period(), &section, "Một cửa.", "An").unwrap();
    let heads = room.desk.text(period(), &section).unwrap().heads;
    let splice = |at, inserted: &str| {
        vec![TextSplice { at, removed: 0, inserted: inserted.to_owned(), figures: Vec::new() }]
    };
    let edit = |name: Option<&str>, splices| TextEdit {
        edit_id: name.map(str::to_owned),
        heads: heads.clone(),
        splices: Some(splices),
        ..TextEdit::default()
    };
    let mine = edit(Some(NAME), splice(7, " ổn định"));
    // Before and after somebody else's words came in beside it.
    let others = edit(None, splice(0, "Bộ phận "));
    room.desk.edit_text(period(), &section, &others, "Bình").unwrap();
    let first = room.desk.edit_text(period(), &section, &mine, "An").unwrap();
    room.desk.commits();
    let again = room.desk.edit_text(period(), &section, &mine, "An").unwrap();
    assert_eq!(EditedText { repeated: false, ..again.clone() }, first);
    let later = edit(None, splice(8, " Hết."));
    room.desk.edit_text(period(), &section, &later, "Chi").unwrap();
    room.desk.commits();
    let mut room = opened_again(room);
    let again = room.desk.edit_text(period(), &section, &mine, "An").unwrap();
    assert!(again.repeated);
    assert_eq!(again.view.text, "Bộ phận Một cửa ổn định. Hết.");
    assert_eq!(after("Một cửa ổn định.", &again.splices), again.view.text);
}

#[test]
fn the_version_that_was_found_lets_an_edit_be_made_all_the_same() {
    let mut room = Room::of("19996");
    room.sets("pl4.3.2.1", "325").unwrap();
    let late = |version: &str| CellEdit {
        only_if: Some(version.to_owned()),
        ..of("pl4.3.2.1", Some("320"))
    };
    let told = does(&mut room, vec![late("0")]);
    let found = told.changed_since[0].version.clone();
    let made = does(&mut room, vec![late(&found)]);
    assert_eq!((made.changes.len(), made.changed_since.len()), (1, 0));
}

#[test]
fn a_note_that_is_too_long_takes_nothing_from_the_cell() {
    let mut room = Room::of("19996");
    let noted = |value| CellEdit { note: Some("x".repeat(1_001)), ..of("pl4.3.2.1", value) };
    for value in [None, Some("820")] {
        let told = does(&mut room, vec![noted(value)]);
        assert_eq!(told.refused[0].of, EntryOf::Note);
        assert_eq!((told.changes.len(), drafts(&room).len()), (usize::from(value.is_some()), 0));
    }
}

#[test]
fn the_last_edit_of_a_cell_that_is_made_decides_its_draft() {
    let mut room = Room::of("19996");
    let cell = |value| of("pl4.3.2.1", Some(value));
    does(&mut room, vec![cell("x1"), cell("5")]);
    assert!(drafts(&room).is_empty());
    does(&mut room, vec![cell("6"), cell("x1")]);
    assert_eq!(drafts(&room), ["x1"]);
    // What is not made drops nothing.
    let late = CellEdit { only_if: Some("0".to_owned()), drop_draft: true, ..cell("7") };
    assert_eq!(does(&mut room, vec![late]).changed_since.len(), 1);
    assert_eq!(drafts(&room), ["x1"]);
    // What is too long to be kept is told as such.
    let long = does(&mut room, vec![cell(&"x".repeat(5_000))]);
    assert_eq!(
        (long.refused[0].problem.code.as_str(), &*drafts(&room)),
        ("draft-too-long", &["x1".to_owned()][..])
    );
    crate::messages::tests::assert_told_in_full(&long.refused[0].problem);
    does(&mut room, vec![CellEdit { drop_draft: true, ..of("pl4.3.2.1", None) }]);
    assert!(drafts(&room).is_empty());
}

#[test]
fn a_text_that_lies_over_a_value_keeps_the_value_from_being_submitted() {
    let mut room = Room::of("19996");
    let hinders = |room: &mut Room| {
        let refusal = room.desk.submit(period(), "An").unwrap_err();
        refusal.problems.iter().any(|problem| problem.code == "submit-draft")
    };
    does(&mut room, vec![of("pl4.3.2.1", Some("820"))]);
    assert!(!hinders(&mut room));
    does(&mut room, vec![of("pl4.3.2.1", Some("8,2x"))]);
    assert!(hinders(&mut room));
    room.sets("pl4.3.2.1", "820").unwrap();
    assert!(!hinders(&mut room));
}
