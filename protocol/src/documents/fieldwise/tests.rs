use automerge::{ActorId, Automerge};
use proptest::prelude::*;

use crate::documents::genesis::genesis;
use crate::documents::{field, records, roster};
use crate::id::DocId;
use crate::roster::{Letterhead, Unit};

fn unit() -> Unit {
    Unit {
        code: "a".parse().unwrap(),
        kind: "commune".parse().unwrap(),
        name: "A".to_owned(),
        short_name: "a".to_owned(),
        parent: None,
        valid_from: None,
        valid_to: None,
        predecessors: Vec::new(),
        letterhead: Letterhead::default(),
    }
}

fn roster_with(unit: &Unit) -> Automerge {
    let mut doc = Automerge::new();
    doc.apply_changes([genesis(&DocId::Roster, None).unwrap()]).unwrap();
    write(&mut doc, 1, unit);
    doc
}

fn write(doc: &mut Automerge, actor: u8, unit: &Unit) {
    doc.set_actor(ActorId::from([actor; 16]));
    doc.transact(|tx| roster::put_unit(tx, unit)).unwrap();
}

fn read(doc: &Automerge) -> Vec<Unit> {
    roster::read(doc).unwrap().units
}

/// Sets one field, by number.
fn change(unit: &mut Unit, which: u8, word: &str) {
    match which {
        0 => word.clone_into(&mut unit.name),
        1 => word.clone_into(&mut unit.short_name),
        2 => unit.valid_to = word.parse().ok(),
        3 => unit.parent = word.parse().ok(),
        4 => unit.letterhead.recipients = vec![word.to_owned()],
        _ => word.clone_into(&mut unit.letterhead.signer),
    }
}

proptest! {
    /// Two machines change fields of one unit apart from each other: what only one of them touched is as that
    /// one left it, on both machines and whoever's change automerge would pick.
    #[test]
    fn what_one_machine_alone_changed_stays(
        first in prop::collection::btree_map(0_u8..6, "[a-z]{1,3}", 0..4),
        second in prop::collection::btree_map(0_u8..6, "[a-z]{1,3}", 0..4),
        actors in prop::sample::select(vec![(3_u8, 9_u8), (9, 3)]),
    ) {
        let mut left = roster_with(&unit());
        let mut right = left.fork();
        let (mut of_left, mut of_right) = (unit(), unit());
        for (which, word) in &first {
            change(&mut of_left, *which, word);
            write(&mut left, actors.0, &of_left);
        }
        for (which, word) in &second {
            change(&mut of_right, *which, word);
            write(&mut right, actors.1, &of_right);
        }
        left.merge(&mut right).unwrap();
        right.merge(&mut left).unwrap();
        let merged = read(&left);
        prop_assert_eq!(&merged, &read(&right));
        prop_assert_eq!(merged.len(), 1);
        let mut wanted = unit();
        first.iter().for_each(|(which, word)| change(&mut wanted, *which, word));
        second.iter().for_each(|(which, word)| change(&mut wanted, *which, word));
        for which in first.keys().filter(|which| second.contains_key(which)) {
            // Whose counts is not for this test to say, only that it is one of the two.
            let (mut one, mut other) = (wanted.clone(), wanted.clone());
            change(&mut one, *which, &first[which]);
            change(&mut other, *which, &second[which]);
            let is_one = field_of(&merged[0], *which) == field_of(&one, *which);
            prop_assert!(is_one || field_of(&merged[0], *which) == field_of(&other, *which));
        }
        for which in (0..6).filter(|which| !(first.contains_key(which) && second.contains_key(which))) {
            prop_assert_eq!(field_of(&merged[0], which), field_of(&wanted, which), "field {}", which);
        }

        // Whoever writes next writes what was merged; after that there is one side.
        write(&mut left, 5, &merged[0]);
        prop_assert_eq!(&read(&left), &merged);
        let sides = records::read_conflicts::<serde_json::Value>(&left, field::UNITS).unwrap();
        prop_assert!(sides.is_empty());
    }
}

fn field_of(unit: &Unit, which: u8) -> String {
    match which {
        0 => unit.name.clone(),
        1 => unit.short_name.clone(),
        2 => format!("{:?}", unit.valid_to),
        3 => format!("{:?}", unit.parent),
        4 => format!("{:?}", unit.letterhead.recipients),
        _ => unit.letterhead.signer.clone(),
    }
}

#[test]
fn what_is_there_already_is_not_written_again() {
    let mut doc = roster_with(&unit());
    let heads = doc.get_heads();
    write(&mut doc, 2, &unit());
    assert_eq!(doc.get_heads(), heads);
}

#[test]
fn a_unit_that_is_changed_while_another_machine_removes_it_stays() {
    for (changes, removes) in [(3, 9), (9, 3)] {
        let mut doc = roster_with(&unit());
        let mut other = doc.fork();
        let named = Unit { name: "B".to_owned(), ..unit() };
        write(&mut doc, changes, &named);
        other.set_actor(ActorId::from([removes; 16]));
        other.transact(|tx| roster::remove_unit(tx, &named.code)).unwrap();
        assert_eq!(read(&other), []);
        doc.merge(&mut other).unwrap();
        assert_eq!(read(&doc), [named]);
    }
}

/// Programs before this one read the record whole, and know nothing of the counts.
#[test]
fn a_changed_record_is_read_by_earlier_programs() {
    let mut doc = roster_with(&unit());
    let named = Unit { name: "B".to_owned(), valid_to: "2023-03-31".parse().ok(), ..unit() };
    write(&mut doc, 2, &named);
    let as_before = records::read_all::<Unit>(&doc, field::UNITS).unwrap();
    assert_eq!(as_before.into_values().collect::<Vec<_>>(), [named]);
}
