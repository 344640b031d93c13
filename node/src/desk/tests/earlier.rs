//! What stood in a cell in the period before.

use hopluu_protocol::documents::calendar::PeriodEntry;

use super::*;

fn before(room: &mut Room) -> usize {
    let context = room.desk.period("2023-q2".parse().unwrap()).unwrap();
    room.desk.earlier(&context, &"19996".parse().unwrap()).unwrap().len()
}

fn follows(room: &mut Room, template: &str) {
    let edits = room.desk.edits("An");
    let entry = PeriodEntry { template: template.parse().unwrap(), deadline: None };
    room.desk
        .replica
        .edit(&DocId::Calendar, &edits, |tx| calendar::put_period(tx, period(), &entry))
        .unwrap();
    room.desk.commits();
}

/// Right after joining, a report may be here before the form that says how to read it.
#[test]
fn a_report_whose_form_is_missing_is_looked_at_again() {
    let mut room = Room::of("huong-tra");
    room.sets_up_second_quarter();
    let mut room = room.moves_to("19996");
    room.sets("pl4.3.2.1", "855").unwrap();
    assert_eq!(before(&mut room), 1);
    follows(&mut room, "not-here@1");
    assert_eq!(before(&mut room), 0);
    assert!(
        room.desk
            .found_earlier
            .get(&"2023-q2".parse().unwrap())
            .is_none_or(|found| !found.values.is_empty()),
        "that nothing was found is remembered, although the form may come without a word"
    );
}
