//! Periods that open by themselves and by hand.

use std::collections::BTreeSet;

use hopluu_protocol::period::PeriodId;
use hopluu_protocol::roster::Unit;
use jiff::civil::{Date, date};

use super::*;

fn ids(periods: &[PeriodView]) -> Vec<String> {
    periods.iter().map(|period| period.period.to_string()).collect()
}

fn opens(desk: &mut Desk, today: Date) -> Vec<String> {
    let opened = desk.open_due_periods(today).unwrap();
    desk.commits();
    opened.iter().map(ToString::to_string).collect()
}

#[test]
fn the_next_quarter_opens_by_itself_and_is_due_by_the_days_off() {
    let mut room = Room::of("huong-tra");
    assert_eq!(opens(&mut room.desk, date(2023, 2, 14)), Vec::<String>::new());
    assert_eq!(opens(&mut room.desk, date(2023, 2, 15)), ["2023-q2"]);
    // Once only.
    let heads = room.desk.replica.summary(&DocId::Calendar).unwrap().heads.clone();
    assert_eq!(opens(&mut room.desk, date(2023, 2, 16)), Vec::<String>::new());
    assert_eq!(room.desk.replica.summary(&DocId::Calendar).unwrap().heads, heads);

    let periods = room.desk.periods().unwrap();
    assert_eq!(ids(&periods), ["2023-q1", "2023-q2"]);
    // 14/6/2023 is a Wednesday.
    assert_eq!(periods[1].deadline, "2023-06-16");
    // A day off that is added later moves the deadline; the period need not be touched.
    let edits = room.desk.edits("An");
    let day = date(2023, 6, 15);
    room.desk.replica.edit(&DocId::Calendar, &edits, |tx| calendar::add_holiday(tx, day)).unwrap();
    assert_eq!(room.desk.periods().unwrap()[1].deadline, "2023-06-19");
    room.desk
        .replica
        .edit(&DocId::Calendar, &edits, |tx| calendar::remove_holiday(tx, day))
        .unwrap();
    assert_eq!(room.desk.periods().unwrap()[1].deadline, "2023-06-16");
}

/// A clock that is years off must not fill the town's calendar, which nobody could empty again.
#[test]
fn a_hub_whose_clock_is_years_off_opens_nothing() {
    let mut room = Room::of("huong-tra");
    for today in [date(1970, 1, 1), date(2019, 1, 1), date(2026, 11, 27), date(2099, 5, 5)] {
        assert_eq!(opens(&mut room.desk, today), Vec::<String>::new(), "{today}");
    }
    // Where it is to go on after years is for the operator to say.
    room.desk.open_period("2026-q4".parse().unwrap(), None, None, "An").unwrap();
    assert_eq!(opens(&mut room.desk, date(2026, 11, 27)), ["2027-q1"]);
}

/// A hub that was off when a quarter should have opened opens it when it is back.
#[test]
fn a_hub_that_was_away_opens_what_it_missed() {
    let mut room = Room::of("huong-tra");
    assert_eq!(opens(&mut room.desk, date(2023, 8, 20)), ["2023-q2", "2023-q3", "2023-q4"]);
}

#[test]
fn a_day_at_the_hub_is_a_vietnamese_day() {
    let mut room = Room::of("huong-tra");
    // 13/3/2023 20:00 in Greenwich.
    room.desk.clock = || 1_678_737_600_000;
    assert_eq!(room.desk.today(), date(2023, 3, 14));
}

#[test]
fn two_machines_of_a_hub_that_open_a_period_apart_write_the_same() {
    let open = |seed: u8| {
        let mut room = Room::of("huong-tra");
        room.desk.actor = automerge::ActorId::from([seed; 16]);
        opens(&mut room.desk, date(2023, 2, 15));
        let document = room.desk.replica.document(&DocId::Calendar).unwrap().unwrap();
        let calendar = calendar::read(document).unwrap();
        (calendar, document.clone())
    };
    let ((first, mut left), (second, mut right)) = (open(7), open(8));
    assert_eq!(first, second);
    left.merge(&mut right).unwrap();
    assert_eq!(calendar::read(&left).unwrap(), first);
}

#[test]
fn a_period_is_opened_closed_and_opened_again_by_hand() {
    let mut room = Room::of("huong-tra");
    let period: PeriodId = "2023-6m".parse().unwrap();
    let opened = room.desk.open_period(period, None, None, "An").unwrap();
    assert_eq!((opened.first_day.as_str(), opened.last_day.as_str()), ("2022-12-15", "2023-06-14"));
    assert_eq!((opened.deadline.as_str(), opened.deadline_set), ("2023-06-16", false));

    let early = room.desk.open_period(period, None, Some(date(2023, 6, 13)), "An").unwrap_err();
    assert!(early.is("period-deadline"), "{early}");
    let later = room.desk.open_period(period, None, Some(date(2023, 6, 20)), "An").unwrap();
    assert_eq!((later.deadline.as_str(), later.deadline_set), ("2023-06-20", true));

    assert!(room.desk.close_period(period, "  ", "An").unwrap_err().is("period-reason"));
    let closed = room.desk.close_period(period, "đã ban hành", "An").unwrap();
    assert_eq!(closed.closed.as_deref(), Some("đã ban hành"));
    let again = room.desk.open_period(period, None, None, "An").unwrap();
    assert_eq!((again.closed, again.deadline.as_str()), (None, "2023-06-20"));

    let other = "cchc-quarterly@7".parse().unwrap();
    let refused = room.desk.open_period(period, Some(&other), None, "An").unwrap_err();
    assert!(refused.is("period-other-template"));
    let unknown = room.desk.open_period("2024-q1".parse().unwrap(), Some(&other), None, "An");
    assert!(unknown.unwrap_err().is("period-template"));
    let nothing = room.desk.close_period("2024-q1".parse().unwrap(), "x", "An").unwrap_err();
    assert!(nothing.is("period-unknown"));
}

#[test]
fn only_those_of_the_hubs_unit_open_and_close() {
    let mut room = Room::of("19996");
    let opened = room.desk.open_period("2023-q2".parse().unwrap(), None, None, "An");
    assert!(opened.unwrap_err().is("hub-only"));
    assert!(room.desk.close_period(period(), "x", "An").unwrap_err().is("hub-only"));
}

#[test]
fn a_town_without_periods_begins_with_those_that_have_not_ended() {
    let mut room = Room::empty();
    assert_eq!(opens(&mut room.desk, date(2023, 2, 20)), ["2023-q1", "2023-q2"]);
}

/// A unit that has ended, or has not begun, types nothing that nobody would count.
#[test]
fn a_unit_writes_only_for_periods_at_whose_end_it_exists() {
    let mut room = Room::of("19996");
    let unit = room.desk.roster().unwrap().unit(&"19996".parse().unwrap()).unwrap().clone();
    for (from, to, writes) in [
        (None, Some("2023-03-14"), true),
        (None, Some("2023-03-13"), false),
        (Some("2023-03-14"), None, true),
        (Some("2023-03-15"), None, false),
    ] {
        let day = |day: Option<&str>| day.map(|day| day.parse().unwrap());
        let unit = Unit { valid_from: day(from), valid_to: day(to), ..unit.clone() };
        let edits = room.desk.edits("An");
        room.desk
            .replica
            .edit(&DocId::Roster, &edits, |tx| {
                hopluu_protocol::documents::roster::put_unit(tx, &unit)
            })
            .unwrap();
        let set = room.sets("pl4.3.2.1", "318");
        match writes {
            true => assert!(set.is_ok()),
            false => {
                let refusal = set.unwrap_err();
                assert!(refusal.is("unit-not-in-period"), "{refusal}");
                crate::messages::tests::assert_told_in_full(&refusal.problems[0]);
            }
        }
        let status = room.desk.status().unwrap();
        assert_eq!(status.periods[0].cells > 0, writes);
    }
}

/// What the hub's status lists as not submitted is what it waits for.
#[test]
fn the_hub_waits_for_no_unit_that_has_ended() {
    let mut room = Room::of("huong-tra");
    let waited_for = |desk: &mut Desk| -> BTreeSet<String> {
        let status = desk.status().unwrap();
        status.periods[0].submissions.iter().map(|unit| unit.unit.to_string()).collect()
    };
    let before = waited_for(&mut room.desk);
    assert!(before.contains("19996"));
    let mut unit = room.desk.roster().unwrap().unit(&"19996".parse().unwrap()).unwrap().clone();
    unit.valid_to = Some(date(2023, 3, 1));
    let edits = room.desk.edits("An");
    room.desk
        .replica
        .edit(&DocId::Roster, &edits, |tx| hopluu_protocol::documents::roster::put_unit(tx, &unit))
        .unwrap();
    let after = waited_for(&mut room.desk);
    assert_eq!(before.difference(&after).collect::<Vec<_>>(), ["19996"]);
}
