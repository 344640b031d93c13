//! What a desk refuses by the town's rules, and what it keeps.

mod agreement;
mod apart;
mod edits;
mod numbers;
mod periods;
mod text_figures;
mod town_file;
mod year;

use hopluu_protocol::documents::calendar::{self, Lock};
use hopluu_protocol::documents::roster;
use hopluu_protocol::gate;
use hopluu_protocol::id::DocId;
use hopluu_protocol::roster::{Node, Role};
use hopluu_protocol::store::Store;
use hopluu_protocol::wire::frame::Batch;
use hopluu_protocol::wire::pack::{self, Packed};
use tempfile::TempDir;

use super::*;
use crate::town_file::TownFile;

const NOW: i64 = 1_678_700_000_000;

/// The demo's town with a hub that types nothing, and a desk of one of its units beside it.
struct Room {
    _dir: TempDir,
    desk: Desk,
}

impl Room {
    /// The hub's desk, moved into the place of `unit`: it has all of the town's documents.
    fn of(unit: &str) -> Self {
        let town = TownFile::parse(include_str!("../../demo/town.toml"), "town.toml").unwrap();
        Self::founded(&town).moves_to(unit)
    }

    /// Puts a machine of a unit into the roster, and gives its key.
    fn enrols(&mut self, unit: &str) -> OfficeKey {
        let key = OfficeKey::from_seed([9; 32]);
        let node = Node {
            key: key.node_key(),
            unit: unit.parse().unwrap(),
            role: Role::Office,
            name: "Một cửa".to_owned(),
            enrolled_at: 1,
            revoked_at: None,
        };
        let edits = self.desk.edits("An");
        self.desk.replica.edit(&DocId::Roster, &edits, |tx| roster::put_node(tx, &node)).unwrap();
        self.desk.commits();
        key
    }

    /// The hub of the town before it has opened any period.
    fn empty() -> Self {
        let town = TownFile::parse(include_str!("../../demo/town.toml"), "town.toml").unwrap();
        Self::founded(&TownFile { periods: Vec::new(), ..town })
    }

    fn founded(town: &TownFile) -> Self {
        Self::founded_with(town, crate::BUILT_IN_TEMPLATE)
    }

    fn founded_with(town: &TownFile, template: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(SledBackend::open(dir.path()).unwrap());
        let key = OfficeKey::from_seed([7; 32]);
        let mut desk = Desk::open(store, key, [7; 16], || NOW).unwrap();
        let template = (crate::BUILT_IN_TEMPLATE_FILE, template);
        desk.found_town(town, &[template], "hub", "An").unwrap();
        desk.commits();
        Self { _dir: dir, desk }
    }

    /// The same desk in the place of another unit.
    fn moves_to(mut self, unit: &str) -> Self {
        self.desk.stand_in(unit.parse().unwrap());
        self
    }

    fn sets_up_second_quarter(&mut self) {
        self.desk.open_period("2023-q2".parse().unwrap(), None, None, "An").unwrap();
        self.desk.commits();
    }

    fn sets(&mut self, cell: &str, value: &str) -> Result<CellView, Refusal> {
        let set = self.desk.set_cell(period(), &cell.parse().unwrap(), value, None, "An");
        self.desk.commits();
        set
    }
}

impl Desk {
    /// Takes the place of another unit, with all documents that are here.
    pub(crate) fn stand_in(&mut self, unit: hopluu_protocol::id::UnitCode) {
        if let Some(membership) = &mut self.membership {
            membership.unit = unit;
        }
    }

    /// A word of the hub's on a submission of a unit.
    pub(crate) fn sends_something_back(
        &mut self,
        period: PeriodId,
        unit: hopluu_protocol::id::UnitCode,
    ) -> Result<(), Refusal> {
        use hopluu_protocol::documents::review;
        let doc = DocId::Review(period, unit);
        let edits = self.edits("An");
        self.ensure(&doc, None)?;
        let id = "0".repeat(20).parse().unwrap();
        let reasons = vec!["Thiếu số.".to_owned()];
        let word = review::Return { at: 1, person: "An".to_owned(), reasons };
        self.replica.edit(&doc, &edits, |tx| review::return_submission(tx, &id, &word))?;
        Ok(())
    }

    /// From now on the machine's clock is this one.
    pub(crate) fn goes_by(&mut self, clock: fn() -> i64) {
        self.clock = clock;
    }

    fn commits(&mut self) {
        drop(self.replica.commit().unwrap());
    }
}

fn period() -> hopluu_protocol::period::PeriodId {
    "2023-q1".parse().unwrap()
}

#[test]
fn a_closed_period_is_refused_with_the_reason_and_can_be_opened_again() {
    let mut room = Room::of("19996");
    room.sets("pl4.3.2.1", "318").unwrap();
    let edits = room.desk.edits("An");
    let lock = Lock { reason: "đã ban hành báo cáo".to_owned(), since: NOW };
    room.desk
        .replica
        .edit(&DocId::Calendar, &edits, |tx| calendar::lock(tx, period(), &lock))
        .unwrap();
    room.desk.commits();

    let refusal = room.sets("pl4.3.2.1", "319").unwrap_err();
    assert!(refusal.is("period-locked"));
    assert_eq!(refusal.problems[0].args["reason"], "đã ban hành báo cáo");
    let text = room.desk.set_text(period(), &"ii.2.c".parse().unwrap(), "x", "An");
    assert!(text.unwrap_err().is("period-locked"));
    assert!(room.desk.submit(period(), "An").unwrap_err().is("period-locked"));
    assert_eq!(room.desk.cell(period(), &"pl4.3.2.1".parse().unwrap()).unwrap().written, "318");

    room.desk.replica.edit(&DocId::Calendar, &edits, |tx| calendar::unlock(tx, period())).unwrap();
    room.desk.commits();
    room.sets("pl4.3.2.1", "319").unwrap();
}

#[test]
fn what_was_typed_is_there_after_the_store_is_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let open = || {
        let store = Store::new(SledBackend::open(dir.path()).unwrap());
        Desk::open(store, OfficeKey::from_seed([7; 32]), [9; 16], || NOW).unwrap()
    };
    let town = TownFile::parse(include_str!("../../demo/town.toml"), "town.toml").unwrap();
    let template = (crate::BUILT_IN_TEMPLATE_FILE, crate::BUILT_IN_TEMPLATE);
    let mut desk = open();
    desk.found_town(&town, &[template], "hub", "An").unwrap();
    desk.commits();
    drop(desk);
    let mut desk = open();
    assert!(desk.membership().unwrap().is_hub());
    assert_eq!(desk.roster().unwrap().units.len(), town.units.len());
    assert_eq!(desk.calendar().unwrap().periods.len(), town.periods.len());
    let again = desk.found_town(&town, &[template], "hub", "An").unwrap_err();
    assert!(again.is("init-has-place"));
}

#[test]
fn clearing_a_cell_makes_it_not_reported_and_leaves_its_history() {
    let mut room = Room::of("19996");
    let id = "pl4.3.2.1".parse().unwrap();
    room.sets("pl4.3.2.1", "318").unwrap();
    let cleared = room.sets("pl4.3.2.1", "").unwrap();
    assert_eq!(cleared.written, "");
    let written: Vec<String> =
        room.desk.history(period(), &id).unwrap().into_iter().map(|e| e.written).collect();
    assert_eq!(written, ["318", ""]);
}

#[test]
fn a_report_of_a_unit_that_submitted_nothing_is_not_made_at_the_hub() {
    let mut room = Room::of("huong-tra");
    let unit = "19996".parse().unwrap();
    assert!(room.desk.printable(period(), Some(&unit)).err().unwrap().is("not-submitted"));
    let nobody = "xyz".parse().unwrap();
    assert!(room.desk.printable(period(), Some(&nobody)).err().unwrap().is("unit-unknown"));
    // The consolidated report can be made at any time; what is missing is marked.
    let joined = room.desk.printable(period(), None).unwrap();
    assert!(joined.consolidated().report.cells.iter().any(|cell| !cell.complete));
}

#[test]
fn what_the_operator_writes_at_the_hub_stands_in_the_consolidated_report() {
    let mut room = Room::of("huong-tra");
    let section = "iii.1".parse().unwrap();
    let text = "Công tác cải cách hành chính có chuyển biến rõ nét.";
    room.desk.set_text(period(), &section, text, "An").unwrap();
    room.desk.commits();
    assert_eq!(room.desk.text(period(), &section).unwrap().text, text);
    let joined = room.desk.printable(period(), None).unwrap();
    let sections = &joined.consolidated().report.sections;
    let written = sections.iter().find(|other| other.id == section).unwrap();
    assert!(written.text.ends_with(text), "{}", written.text);
}

/// Both texts are within what a section may hold, and what leads from one to the other is more operations than
/// a change may have.
#[test]
fn a_long_text_that_becomes_another_is_taken_by_every_peer() {
    let mut room = Room::of("19996");
    let section = "ii.2.c".parse().unwrap();
    let long = |word: &str| word.repeat(48 * 1024 / word.len());
    for text in [long("abc "), long("wxyz ")] {
        room.desk.set_text(period(), &section, &text, "An").unwrap();
        assert_eq!(room.desk.text(period(), &section).unwrap().text, text);
    }
    room.desk.commits();
    let doc = DocId::Consolidated(period());
    let changes = room.desk.replica.changes_from(&doc, 0, usize::MAX).unwrap();
    for change in &changes {
        let packed = pack::pack(&[&change.bytes]).unwrap();
        let check = hopluu_protocol::wire::check([change.hash]);
        let Packed { encoding, count, body } = packed;
        let batch = Batch { number: 1, doc: doc.clone(), encoding, count, check, body };
        gate::unpack(&batch).unwrap();
    }
    let of_text = changes.len() - 1;
    assert!((3..=6).contains(&of_text), "{of_text} changes for two texts");
}

/// Two screens show one text; each sends what was typed there, from what it had read.
#[test]
fn a_text_that_others_wrote_in_meanwhile_keeps_what_they_wrote() {
    let mut room = Room::of("19996");
    let section = "ii.2.c".parse().unwrap();
    room.desk.set_text(period(), &section, "Một cửa ổn định.", "An").unwrap();
    let read = room.desk.text(period(), &section).unwrap();
    let splice = |at, removed, inserted: &str| TextSplice {
        at,
        removed,
        inserted: inserted.to_owned(),
        figures: Vec::new(),
    };
    let edit = |splices| TextEdit {
        heads: read.heads.clone(),
        splices: Some(splices),
        ..TextEdit::default()
    };

    let first = edit(vec![splice(0, 0, "Bộ phận "), splice(8, 1, "m")]);
    let first = room.desk.edit_text(period(), &section, &first, "An").unwrap();
    assert_eq!((first.view.text.as_str(), first.splices), ("Bộ phận một cửa ổn định.", vec![]));

    // The other screen still shows what stood before, in decomposed letters for what it adds.
    let second = edit(vec![splice(15, 0, " qua\u{302}n")]);
    let second = room.desk.edit_text(period(), &section, &second, "Bình").unwrap();
    assert_eq!(second.view.text, "Bộ phận một cửa ổn định quân.");
    let own = "Một cửa ổn định qua\u{302}n.";
    assert_eq!(after(own, &second.splices), second.view.text);

    // A whole text that was made from the first reading takes nothing away that came since.
    let text = "Một cửa rất ổn định.";
    let third = TextEdit { heads: read.heads, text: Some(text.to_owned()), ..TextEdit::default() };
    let third = room.desk.edit_text(period(), &section, &third, "Chi").unwrap();
    assert_eq!(third.view.text, "Bộ phận một cửa rất ổn định quân.");
    assert_eq!(after(text, &third.splices), third.view.text);
    room.desk.commits();
    assert_eq!(room.desk.text(period(), &section).unwrap(), third.view);
}

/// What somebody has before their eyes after these splices.
fn after(text: &str, splices: &[TextSplice]) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for TextSplice { at, removed, inserted, .. } in splices {
        letters.splice(*at..*at + *removed, inserted.chars());
    }
    letters.into_iter().collect()
}

#[test]
fn an_edit_of_a_text_that_does_not_say_what_it_was_made_from_is_refused() {
    let mut room = Room::of("19996");
    let section = "ii.2.c".parse().unwrap();
    let heads = room.desk.text(period(), &section).unwrap().heads;
    let text = || Some("x".to_owned());
    let splices = |at| {
        Some(vec![TextSplice { at, removed: 1, inserted: String::new(), figures: Vec::new() }])
    };
    for (code, edit) in [
        ("text-without-heads", TextEdit { heads: vec![], text: text(), ..TextEdit::default() }),
        (
            "text-heads-unknown",
            TextEdit {
                heads: vec!["ab".repeat(32)],
                text: text(),
                splices: None,
                ..TextEdit::default()
            },
        ),
        (
            "text-heads-unknown",
            TextEdit {
                heads: vec!["xyz".to_owned()],
                text: text(),
                splices: None,
                ..TextEdit::default()
            },
        ),
        (
            "text-edit-unclear",
            TextEdit { heads: heads.clone(), text: None, splices: None, ..TextEdit::default() },
        ),
        (
            "text-edit-unclear",
            TextEdit {
                heads: heads.clone(),
                text: text(),
                splices: splices(0),
                ..TextEdit::default()
            },
        ),
        (
            "text-splice-outside",
            TextEdit {
                heads: heads.clone(),
                text: None,
                splices: splices(7),
                ..TextEdit::default()
            },
        ),
    ] {
        let refusal = room.desk.edit_text(period(), &section, &edit, "An").unwrap_err();
        assert!(refusal.is(code), "{code}: {refusal}");
        refusal.problems.iter().for_each(crate::messages::tests::assert_told_in_full);
        assert_eq!(room.desk.text(period(), &section).unwrap().text, "");
    }
    // Whoever reads before anything was ever written can write first.
    let edit = TextEdit { heads, text: text(), ..TextEdit::default() };
    assert_eq!(room.desk.edit_text(period(), &section, &edit, "An").unwrap().view.text, "x");
}

#[test]
fn a_part_above_its_whole_is_saved_and_told_at_each_of_its_cells_and_when_submitting() {
    let mut room = Room::of("19996");
    room.sets("pl4.3.2.1", "318").unwrap();
    let set = room.sets("pl4.3.2.2", "500").unwrap();
    let [warning] = set.warnings.as_slice() else { panic!("{:?}", set.warnings) };
    crate::messages::tests::assert_told_in_full(warning);
    let told = crate::messages::tests::in_vietnamese(warning);
    for word in ["pl4.3.2.2 (500)", "pl4.3.2.1 (318)", "157,2%"] {
        assert!(told.contains(word), "{told}");
    }
    for cell in ["pl4.3.2", "pl4.3.2.1", "pl4.3.2.2"] {
        let cell = room.desk.cell(period(), &cell.parse().unwrap()).unwrap();
        assert_eq!(cell.warnings.as_slice(), std::slice::from_ref(warning), "{}", cell.cell.id);
    }
    let unit = "19996".parse().unwrap();
    let problems = room.desk.printable(period(), Some(&unit)).unwrap().problems();
    assert!(problems.contains(warning), "{problems:?}");
    let mended = room.sets("pl4.3.2.2", "300").unwrap();
    assert_eq!(mended.warnings, []);
}
