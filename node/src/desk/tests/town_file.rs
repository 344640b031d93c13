//! The town changed by its file.

use hopluu_protocol::id::UnitCode;
use jiff::civil::date;

use super::*;
use crate::desk::ChangeKind;
use crate::messages::tests::assert_told_in_full;

fn code(text: &str) -> UnitCode {
    text.parse().unwrap()
}

impl Room {
    /// The town's file as text, as an operator has it on the screen.
    fn shows(&mut self) -> String {
        self.desk.town_file().unwrap().to_text("heading").unwrap()
    }

    fn plans(&mut self, text: &str) -> Result<TownPlan, Refusal> {
        self.desk.plan_town(&TownFile::parse(text, "town.toml")?)
    }

    fn applies(&mut self, text: &str) -> Result<TownPlan, Refusal> {
        let plan = self.desk.apply_town(&TownFile::parse(text, "town.toml")?, None, "An");
        self.desk.commits();
        plan
    }

    fn heads(&self) -> Vec<automerge::ChangeHash> {
        let of = |doc| self.desk.replica.summary(&doc).unwrap().heads.clone();
        [of(DocId::Roster), of(DocId::Calendar)].concat()
    }
}

/// The file without a unit.
fn without(town: &str, unit: &str) -> String {
    let at = town.find(&format!("code = \"{unit}\"")).unwrap();
    let from = town[..at].rfind("[[unit]]").unwrap();
    let to = town[at..].find("[[unit]]").map_or(town.len(), |next| at + next);
    format!("{}{}", &town[..from], &town[to..])
}

fn lines(plan: &TownPlan) -> Vec<(ChangeKind, &str, &str, &str)> {
    plan.changes
        .iter()
        .map(|c| (c.what, c.subject.as_str(), c.field.as_str(), c.after.as_str()))
        .collect()
}

#[test]
fn the_file_as_it_stands_changes_nothing() {
    let mut room = Room::of("huong-tra");
    let text = room.shows();
    let heads = room.heads();
    assert_eq!(room.applies(&text).unwrap().changes, []);
    // Nor does the file that the town was made from.
    let original = include_str!("../../../demo/town.toml");
    assert_eq!(room.applies(original).unwrap().changes, []);
    assert_eq!(room.heads(), heads);
}

#[test]
fn what_changes_is_said_before_it_does_and_done_once() {
    let mut room = Room::of("huong-tra");
    room.sets_up_second_quarter();
    let text = room.shows();
    let edited = text
        .replace("2023-09-04", "2023-06-15")
        .replace("Ủy ban nhân dân phường Tứ Hạ\"", "Ủy ban nhân dân phường Tứ Hạ mới\"");
    let edited = format!(
        "{edited}\n[[unit]]\ncode = \"20099\"\nkind = \"commune\"\nname = \"Xã mới\"\nshort_name = \"Mới\"\n\
         parent = \"huong-tra\"\nvalid_from = \"2023-03-15\"\n"
    );
    let before = room.heads();
    let plan = room.plans(&edited).unwrap();
    assert_eq!(room.heads(), before, "a check writes nothing");
    assert_eq!(
        lines(&plan),
        [
            (ChangeKind::UnitChanged, "19996", "name", "Ủy ban nhân dân phường Tứ Hạ mới"),
            (ChangeKind::UnitAdded, "20099", "", "Xã mới"),
            (ChangeKind::HolidayAdded, "2023-06-15", "", ""),
            (ChangeKind::HolidayRemoved, "2023-09-04", "", ""),
        ]
    );
    let effects: Vec<&str> = plan.effects.iter().map(|effect| effect.code.as_str()).collect();
    // It joins in the second quarter, whose deadline moves, and not in the first.
    assert_eq!(effects, ["town-effect-joins", "town-effect-deadline"]);
    assert_eq!(plan.effects[0].args["period"], "2023-q2");
    plan.effects.iter().for_each(assert_told_in_full);

    let stale = room.desk.apply_town(&TownFile::parse(&edited, "t").unwrap(), Some("x"), "An");
    assert!(stale.unwrap_err().is("town-plan-changed"));
    let file = TownFile::parse(&edited, "t").unwrap();
    let done = room.desk.apply_town(&file, Some(&plan.plan), "An").unwrap();
    room.desk.commits();
    assert_eq!(done.changes, plan.changes);
    let roster = room.desk.roster().unwrap();
    assert_eq!(roster.unit(&code("20099")).unwrap().valid_from, Some(date(2023, 3, 15)));
    assert_eq!(room.desk.periods().unwrap()[1].deadline, "2023-06-19");

    let heads = room.heads();
    assert_eq!(room.applies(&edited).unwrap().changes, []);
    assert_eq!(room.heads(), heads);
}

/// Two operators take the file at the same time and apply it one after the other.
#[test]
fn what_two_operators_change_from_one_file_is_both_there() {
    let mut room = Room::of("huong-tra");
    let text = room.shows();
    let name = "Ủy ban nhân dân phường Tứ Hạ\"";
    room.applies(&text.replace(name, "UBND Tứ Hạ\"")).unwrap();
    let second = text.replace("short_name = \"Tứ Hạ\"", "short_name = \"T. Hạ\"");
    let plan = room.applies(&second).unwrap();
    assert_eq!(lines(&plan), [(ChangeKind::UnitChanged, "19996", "short_name", "T. Hạ")]);
    let roster = room.desk.roster().unwrap();
    let unit = roster.unit(&code("19996")).unwrap();
    assert_eq!((unit.name.as_str(), unit.short_name.as_str()), ("UBND Tứ Hạ", "T. Hạ"));

    // And a third, who changes what the first has changed.
    let heads = room.heads();
    let clash = room.applies(&text.replace(name, "Phường Tứ Hạ\"")).unwrap_err();
    assert!(clash.is("town-clash"), "{clash}");
    let args = &clash.problems[0].args;
    assert_eq!([&args["field"], &args["now"]], ["name", "UBND Tứ Hạ"]);
    assert_eq!(room.heads(), heads);
    assert_told_in_full(&clash.problems[0]);
}

#[test]
fn a_unit_that_has_reported_is_ended_and_one_that_has_not_is_taken_out() {
    let mut room = Room::of("20041");
    room.sets("pl4.3.2.1", "318").unwrap();
    let mut room = room.moves_to("huong-tra");
    let text = room.shows();
    let edited = without(&without(&text, "20041"), "19996");
    let plan = room.applies(&edited).unwrap();
    assert_eq!(
        lines(&plan),
        [
            (ChangeKind::UnitRemoved, "19996", "", ""),
            (ChangeKind::UnitEnded, "20041", "valid_to", "2023-03-13"),
        ]
    );
    // It ends a day before the quarter does, and its report was begun.
    let leaves: Vec<_> = plan
        .effects
        .iter()
        .map(|effect| (effect.code.as_str(), effect.args["begun"].as_str()))
        .collect();
    assert_eq!(leaves, [("town-effect-leaves", "no"), ("town-effect-leaves", "yes")]);
    plan.effects.iter().for_each(assert_told_in_full);

    let roster = room.desk.roster().unwrap();
    assert_eq!(roster.unit(&code("19996")), None);
    assert_eq!(roster.unit(&code("20041")).unwrap().valid_to, Some(date(2023, 3, 13)));
    // The same file again, and the file without a base: it has ended already.
    assert_eq!(room.applies(&edited).unwrap().changes, []);
    let bare: String = edited
        .lines()
        .filter(|line| !line.starts_with("base"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(room.applies(&bare).unwrap().changes, []);
}

/// Its machine may come at any time, and is told then that the unit has ended.
#[test]
fn a_unit_that_was_invited_is_ended_and_not_taken_out() {
    let mut room = Room::of("huong-tra");
    let address = "127.0.0.1:4433".parse().unwrap();
    room.desk.invite(code("20041"), vec![address], 1, [7; 10]).unwrap();
    let edited = without(&room.shows(), "20041");
    let plan = room.applies(&edited).unwrap();
    assert_eq!(lines(&plan), [(ChangeKind::UnitEnded, "20041", "valid_to", "2023-03-13")]);
}

#[test]
fn what_cannot_be_is_refused_and_nothing_is_written() {
    let mut room = Room::of("huong-tra");
    room.sets_up_second_quarter();
    let text = room.shows();
    let heads = room.heads();
    let end_hub =
        text.replace("code = \"huong-tra\"", "code = \"huong-tra\"\nvalid_to = \"2023-06-01\"");
    let elsewhere = text.replacen("hub = \"huong-tra\"", "hub = \"19996\"", 1);
    let kind = text.replacen("kind = \"commune\"", "kind = \"tinh\"", 1);
    let template = text.replacen("cchc-quarterly@1", "cchc-quarterly@2", 1);
    let no_template = format!("{text}\n[[period]]\nid = \"2024-q1\"\ntemplate = \"x@1\"\n");
    let early = text.replacen(
        "template = \"cchc-quarterly@1\"",
        "template = \"cchc-quarterly@1\"\ndeadline = \"2023-03-01\"",
        1,
    );
    let unknown_base = text.replacen("base = \"", &format!("base = \"{} ", "ab".repeat(32)), 1);
    for (edited, code) in [
        (end_hub, "town-hub-ends"),
        (elsewhere, "town-other-hub"),
        (kind, "town-unknown-kind"),
        (template, "town-period-template"),
        (no_template, "period-template"),
        (early, "period-deadline"),
        (unknown_base, "town-base-unknown"),
    ] {
        assert_ne!(edited, text);
        let refusal = room.applies(&edited).unwrap_err();
        assert!(refusal.is(code), "{code}: {refusal}");
        assert_told_in_full(&refusal.problems[0]);
    }
    assert_eq!(room.heads(), heads);
    let mut office = room.moves_to("19996");
    assert!(office.applies(&text).unwrap_err().is("hub-only"));
}

#[test]
fn a_period_without_reports_is_taken_out_for_good_and_one_with_reports_is_not() {
    let mut room = Room::of("19996");
    room.sets("pl4.3.2.1", "318").unwrap();
    let mut room = room.moves_to("huong-tra");
    room.sets_up_second_quarter();
    let text = room.shows();
    let without = |period: &str| {
        let at = text.find(&format!("id = \"{period}\"")).unwrap();
        let from = text[..at].rfind("[[period]]").unwrap();
        let to = text[at..].find("\n[[").map_or(text.len(), |next| at + next);
        format!("{}{}", &text[..from], &text[to..])
    };
    assert!(room.applies(&without("2023-q1")).unwrap_err().is("town-period-reported"));
    let plan = room.applies(&without("2023-q2")).unwrap();
    assert_eq!(lines(&plan), [(ChangeKind::PeriodRemoved, "2023-q2", "", "")]);
    // It does not come back by itself, but by hand.
    assert_eq!(room.desk.open_due_periods(date(2023, 3, 20)).unwrap(), []);
    room.desk.open_period("2023-q2".parse().unwrap(), None, None, "An").unwrap();
    assert_eq!(room.desk.periods().unwrap().len(), 2);
}

/// A file without `base`, as it was written before periods opened by themselves.
#[test]
fn a_file_that_names_no_later_period_leaves_those_that_opened_alone() {
    let mut room = Room::of("huong-tra");
    room.sets_up_second_quarter();
    let original = include_str!("../../../demo/town.toml");
    assert_eq!(room.applies(original).unwrap().changes, []);
    assert_eq!(room.desk.periods().unwrap().len(), 2);
}

/// Changing a unit's kind changes which figures it reports.
#[test]
fn another_kind_is_told_with_the_figures_that_no_longer_count() {
    let mut room = Room::of("19996");
    room.sets("pl4.3.2.1", "318").unwrap();
    let mut room = room.moves_to("huong-tra");
    let text = room.shows();
    let at = text.find("code = \"19996\"").unwrap();
    let edited = format!("{}{}", &text[..at], text[at..].replacen("\"commune\"", "\"tu-phap\"", 1));
    let plan = room.plans(&edited).unwrap();
    assert_eq!(plan.effects.len(), 1, "{:?}", plan.effects);
    assert_eq!(plan.effects[0].code, "town-effect-kind");
    assert_eq!(plan.effects[0].args["lost"], "1");
    assert_told_in_full(&plan.effects[0]);
}

/// A period that follows a later version of its template: the file names that one, reports go on from the first.
#[test]
fn a_period_that_follows_a_later_version_keeps_both() {
    let mut room = Room::of("huong-tra");
    let later = "cchc-quarterly@2".parse().unwrap();
    let edits = room.desk.edits("An");
    room.desk
        .replica
        .edit(&DocId::Calendar, &edits, |tx| calendar::add_revision(tx, period(), &later))
        .unwrap();
    let source = crate::BUILT_IN_TEMPLATE.replacen("version = 1", "version = 2", 1);
    let doc = DocId::Template(later.clone());
    room.desk.ensure(&doc, None).unwrap();
    let parts = hopluu_protocol::documents::template::parts(&source);
    for (number, part) in parts.iter().enumerate() {
        let last = number + 1 == parts.len();
        room.desk
            .replica
            .edit(&doc, &edits, |tx| {
                hopluu_protocol::documents::template::put_part(tx, number, part, last)
            })
            .unwrap();
    }
    room.desk.commits();
    assert_eq!(room.desk.periods().unwrap()[0].template, later);
    let text = room.shows();
    assert!(text.contains("cchc-quarterly@2"), "{text}");
    assert_eq!(room.applies(&text).unwrap().changes, []);
    // Nor does the file from before change anything; another deadline leaves both versions alone.
    assert_eq!(room.applies(include_str!("../../../demo/town.toml")).unwrap().changes, []);
    let deadline = text.replacen("@2\"\n", "@2\"\ndeadline = \"2023-03-20\"\n", 1);
    assert_eq!(room.applies(&deadline).unwrap().changes.len(), 1);
    let calendar = room.desk.calendar().unwrap();
    assert_eq!(calendar.periods[&period()].template.to_string(), "cchc-quarterly@1");
    assert_eq!(calendar.current(period()), Some(later));
}
