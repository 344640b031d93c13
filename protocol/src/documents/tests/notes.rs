//! Notes of cells: none is lost, whoever wrote it, wherever and in whatever order machines met.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::documents::history::Written;

impl Machine {
    fn notes(&mut self, id: &str, note: &str) {
        self.does(|tx| report::set_note(tx, &cell(id), note));
    }
}

fn standing(machine: &Machine, id: &str) -> BTreeSet<String> {
    let notes = report::notes(&machine.report, &cell(id)).unwrap();
    notes.into_iter().map(|entry| entry.value).collect()
}

#[test]
fn two_notes_written_apart_are_a_conflict_until_someone_chooses() {
    let mut first = Machine::offline(1, "An");
    let mut second = Machine::offline(2, "Bình");
    first.sets("x.1", Some(number(7)));
    first.meets(&mut second);
    first.notes("x.1", "đã rà soát");
    second.notes("x.1", "còn chờ biên bản");
    first.meets(&mut second);
    let conflicts = report::conflicts(&first.report).unwrap();
    let [conflict] = conflicts.as_slice() else { panic!("{conflicts:?}") };
    assert_eq!((conflict.notes.len(), conflict.entries.as_slice()), (2, [].as_slice()));

    // The note that is shown already is still a choice, and one that holds against another one made apart.
    let shown = first.figures().notes[&cell("x.1")].clone();
    first.notes("x.1", &shown);
    assert!(report::conflicts(&first.report).unwrap().is_empty());
    second.notes("x.1", "");
    first.meets(&mut second);
    assert_eq!(standing(&first, "x.1"), BTreeSet::from([shown.clone(), String::new()]));
    second.notes("x.1", "");
    first.meets(&mut second);
    assert!(report::conflicts(&first.report).unwrap().is_empty());
    assert!(first.figures().notes.is_empty());

    let history = history::history(&first.report, &cell("x.1")).unwrap();
    let notes: Vec<_> = history
        .iter()
        .filter_map(|entry| match &entry.value {
            Written::Note(note) => Some((entry.person.as_str(), note.as_str())),
            Written::Value(_) => None,
        })
        .collect();
    for written in
        [("An", "đã rà soát"), ("Bình", "còn chờ biên bản"), ("An", &shown), ("Bình", "")]
    {
        assert!(notes.contains(&written), "{written:?}: {notes:?}");
    }
    assert_eq!(history.len(), notes.len() + 1, "the value is in the history too");
}

/// What a machine has seen written: where, what, and which writes its author saw and so replaced.
type Known = BTreeMap<u32, (&'static str, String, BTreeSet<u32>)>;

#[derive(Clone, Debug)]
enum Step {
    Notes(usize, usize, &'static str),
    Sets(usize, usize, i64),
    Meet(usize, usize),
}

fn step() -> impl Strategy<Value = Step> {
    let note = prop::sample::select(vec!["", "một", "hai", "ba"]);
    prop_oneof![
        3 => (0_usize..3, 0_usize..2, note).prop_map(|(who, id, note)| Step::Notes(who, id, note)),
        2 => (0_usize..3, 0_usize..2, 0_i64..3).prop_map(|(who, id, n)| Step::Sets(who, id, n)),
        2 => (0_usize..3, 0_usize..3).prop_map(|(a, b)| Step::Meet(a, b)),
    ]
}

const IDS: [&str; 2] = ["x.1", "x.2"];

proptest! {
    /// Whatever three machines write and whenever they meet: what somebody wrote last without having seen
    /// more stands or was replaced by who saw it, all differing ones are told of, and the history has each.
    #[test]
    fn every_note_stands_or_was_seen_by_who_replaced_it(
        steps in prop::collection::vec(step(), 0..24),
    ) {
        let mut machines = [
            Machine::offline(1, "An"), Machine::offline(2, "Bình"), Machine::offline(3, "Chi"),
        ];
        let mut written = 0_u32;
        let mut known = vec![Known::new(); 3];
        let stands = |known: &Known, id: &str| {
            let of: Vec<_> = known.iter().filter(|(_, (at, ..))| *at == id).collect();
            let replaced: BTreeSet<u32> =
                of.iter().flat_map(|(_, (_, _, seen))| seen.iter().copied()).collect();
            of.into_iter()
                .filter(|(number, _)| !replaced.contains(number))
                .map(|(number, (_, note, _))| (*number, note.clone()))
                .collect::<BTreeMap<u32, String>>()
        };
        for step in &steps {
            match *step {
                Step::Notes(who, id, note) => {
                    machines[who].notes(IDS[id], note);
                    let before = stands(&known[who], IDS[id]);
                    let same = if before.is_empty() {
                        note.is_empty()
                    } else {
                        before.values().all(|other| other == note)
                    };
                    if !same {
                        written += 1;
                        let seen = before.into_keys().collect();
                        known[who].insert(written, (IDS[id], note.to_owned(), seen));
                    }
                }
                Step::Sets(who, id, n) => machines[who].sets(IDS[id], Some(number(n))),
                Step::Meet(a, b) if a != b => {
                    let (low, high) = (a.min(b), a.max(b));
                    let (left, right) = machines.split_at_mut(high);
                    left[low].meets(&mut right[0]);
                    let both: BTreeMap<_, _> =
                        known[a].clone().into_iter().chain(known[b].clone()).collect();
                    known[a] = both.clone();
                    known[b] = both;
                }
                Step::Meet(..) => {}
            }
        }
        for (machine, known) in machines.iter().zip(&known) {
            let conflicts = report::conflicts(&machine.report).unwrap();
            for id in IDS {
                let wanted: BTreeSet<String> = stands(known, id).into_values().collect();
                prop_assert_eq!(&standing(machine, id), &wanted);
                let told = conflicts.iter().find(|conflict| conflict.cell == cell(id));
                let told: BTreeSet<String> = told
                    .map(|conflict| conflict.notes.iter().map(|note| note.value.clone()).collect())
                    .unwrap_or_default();
                prop_assert_eq!(told.len() > 1, wanted.len() > 1);
                prop_assert!(told.is_empty() || told == wanted);
                let history = history::history(&machine.report, &cell(id)).unwrap();
                for (at, note, _) in known.values() {
                    let wanted = Written::Note(note.clone());
                    prop_assert!(*at != id || history.iter().any(|entry| entry.value == wanted));
                }
            }
            let heads = machine.report.get_heads();
            prop_assert_eq!(report::conflicts_at(&machine.report, &heads).unwrap(), conflicts);
        }
    }
}
