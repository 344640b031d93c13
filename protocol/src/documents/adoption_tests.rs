use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Author, Automerge, ObjId, ObjType, ROOT, ReadDoc};
use proptest::prelude::*;

use super::*;
use crate::documents::text_figures::{LETTER, written};
use crate::gate::{Access, GateError, admit};
use crate::id::{DocId, IndicatorId};
use crate::replica::Replica;
use crate::roster::{Node, Role, Roster};
use crate::store::{MemoryBackend, Store};
use crate::wire::frame::Batch;
use crate::wire::trail::Trail;
use crate::wire::{self, pack};

const OWN: NodeKey = NodeKey([7; 32]);
const COLLEAGUE: NodeKey = NodeKey([8; 32]);
const FOREIGN: NodeKey = NodeKey([9; 32]);
const FRESH: [u8; 16] = [0x5a; 16];

/// Something that somebody does to a report.
#[derive(Clone, Debug)]
enum Deed {
    Set {
        cell: u8,
        value: u8,
    },
    Type {
        at: usize,
        text: String,
    },
    Erase {
        at: usize,
        letters: usize,
    },
    /// The two machines' copies meet.
    Meet,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (0..4_u8, any::<u8>()).prop_map(|(cell, value)| Deed::Set { cell, value }),
        4 => (0..40_usize, "[a-zà-ỹ\u{fffc}]{1,5}").prop_map(|(at, text)| Deed::Type { at, text }),
        2 => (0..40_usize, 1..4_usize).prop_map(|(at, letters)| Deed::Erase { at, letters }),
        1 => Just(Deed::Meet),
    ]
}

/// Who does it: this machine with its own key, the same with a foreign one, a colleague's machine.
fn deeds() -> impl Strategy<Value = Vec<(u8, Deed)>> {
    proptest::collection::vec((0..3_u8, deed()), 1..40)
}

fn genesis() -> Automerge {
    let mut doc = Automerge::new().with_actor(ActorId::from([0; 16]));
    let mut tx = doc.transaction();
    tx.put_object(ROOT, "cells", ObjType::Map).unwrap();
    let texts = tx.put_object(ROOT, "texts", ObjType::Map).unwrap();
    tx.put_object(&texts, "i", ObjType::Text).unwrap();
    tx.commit_with(CommitOptions::default().with_time(0));
    doc
}

fn cells(doc: &impl ReadDoc) -> ObjId {
    doc.get(ROOT, "cells").unwrap().unwrap().1
}

fn text(doc: &impl ReadDoc) -> ObjId {
    let texts = doc.get(ROOT, "texts").unwrap().unwrap().1;
    doc.get(&texts, "i").unwrap().unwrap().1
}

fn act(doc: &mut Automerge, author: NodeKey, actor: u8, deed: &Deed) {
    doc.set_author(Some(Author::from(author.0.to_vec())));
    doc.set_actor(ActorId::from([actor; 16]));
    let (cells, text) = (cells(doc), text(doc));
    let length = doc.length(&text);
    let mut tx = doc.transaction();
    match deed {
        Deed::Set { cell, value } => {
            tx.put(&cells, format!("c{cell}"), format!("{value}")).unwrap();
        }
        Deed::Type { at, text: typed } => {
            let at = *at.min(&length);
            tx.splice_text(&text, at, 0, typed).unwrap();
            let figures = typed.chars().enumerate().filter(|(_, letter)| *letter == LETTER);
            for (place, _) in figures {
                let cell = format!("x.{actor}.{at}").parse().unwrap();
                text_figures::bind(&mut tx, &text, at + place, &cell).unwrap();
            }
        }
        Deed::Erase { at, letters } if *at < length => {
            let letters = (*letters).min(length - at);
            tx.splice_text(&text, *at, letters.cast_signed(), "").unwrap();
        }
        Deed::Erase { .. } | Deed::Meet => {}
    }
    tx.commit_with(CommitOptions::default().with_message("An").with_time(1_700_000_000));
}

/// A report as the machine with the foreign key holds it in the end.
fn report(deeds: &[(u8, Deed)]) -> Automerge {
    let mut here = genesis();
    let mut there = here.fork();
    for (who, deed) in deeds {
        match (who, deed) {
            (_, Deed::Meet) => {
                // Nothing that the hub refuses gets to the colleague.
                let good = without(&here, &refused(&here));
                there.apply_changes(good).unwrap();
                here.merge(&mut there.clone()).unwrap();
            }
            (0, deed) => act(&mut here, OWN, 1, deed),
            (1, deed) => act(&mut here, FOREIGN, 2, deed),
            (_, deed) => act(&mut there, COLLEAGUE, 3, deed),
        }
    }
    here.merge(&mut there).unwrap();
    here
}

/// What a hub refuses by its author.
fn refused(doc: &Automerge) -> BTreeSet<ChangeHash> {
    let foreign = ActorId::from([2; 16]);
    let changes = doc.get_changes(&[]);
    changes.iter().filter(|c| *c.actor_id() == foreign).map(Change::hash).collect()
}

/// All changes but those and what depends on them.
fn without(doc: &Automerge, gone: &BTreeSet<ChangeHash>) -> Vec<Change> {
    let mut gone = gone.clone();
    let mut left = Vec::new();
    for change in doc.get_changes(&[]) {
        if gone.contains(&change.hash()) || change.deps().iter().any(|dep| gone.contains(dep)) {
            gone.insert(change.hash());
        } else {
            left.push(change);
        }
    }
    left
}

/// Cells with their values, letters, figures.
type Content = (BTreeMap<String, Vec<String>>, Vec<char>, Vec<Option<IndicatorId>>);

/// Every cell with all values that stand in it, and the text's letters and figures in no order: where two typed in
/// one place at once, whose letters come first is not said by either.
fn content(doc: &Automerge) -> Content {
    let object = cells(doc);
    let standing = |key: &String| {
        let mut values: Vec<String> = doc
            .get_all(&object, key.as_str())
            .unwrap()
            .into_iter()
            .map(|(value, _)| value.to_string())
            .collect();
        values.sort();
        values
    };
    let cells = doc.keys(&object).map(|key| (key.clone(), standing(&key))).collect();
    let written = written(doc, &text(doc), &doc.get_heads()).unwrap();
    let mut letters: Vec<char> = written.text.chars().collect();
    letters.sort_unstable();
    let mut figures = written.figures;
    figures.sort();
    (cells, letters, figures)
}

/// Has a hub that knows this machine and the colleague's take changes.
fn send(changes: &[Change]) -> Result<usize, GateError> {
    let doc: DocId = "report/2023-q1/a".parse().unwrap();
    let nodes = [OWN, COLLEAGUE].map(|key| Node {
        key,
        unit: "a".parse().unwrap(),
        role: Role::Office,
        name: String::new(),
        enrolled_at: 0,
        revoked_at: None,
    });
    let hub_unit: crate::id::UnitCode = "town".parse().unwrap();
    let roster = Roster { hub: Some(hub_unit.clone()), units: Vec::new(), nodes: nodes.into() };
    let access = Access::new(hub_unit, None, &roster);
    let first = genesis().get_changes(&[]).remove(0).hash();
    let is_genesis = move |_: &DocId, hash: &ChangeHash| *hash == first;
    let mut hub = Replica::open(Store::new(MemoryBackend::new()), 1 << 20).unwrap();
    let raw: Vec<&[u8]> = changes.iter().map(Change::raw_bytes).collect();
    let packed = pack::pack(&raw).unwrap();
    let batch = Batch {
        number: 1,
        doc,
        encoding: packed.encoding,
        count: packed.count,
        check: wire::check(changes.iter().map(Change::hash)),
        body: packed.body,
    };
    let taken =
        admit(&batch, &mut Trail::default(), false, &OWN, &access, &is_genesis, &mut hub).unwrap();
    taken.map(|appended| appended.positions.len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_was_made_again_holds_the_same_and_the_hub_takes_all_of_it(deeds in deeds()) {
        let report = report(&deeds);
        let all = report.get_changes(&[]);
        let refused = refused(&report);
        if !refused.is_empty() {
            let told = send(&all);
            prop_assert!(matches!(told, Err(GateError::Access(_))), "{told:?}");
        }
        let adopted = adopt(&all, &refused, OWN, FRESH).unwrap();
        prop_assert_eq!(adopted.replaced.len(), adopted.made.len());
        let replaced: BTreeSet<ChangeHash> = adopted.replaced.iter().copied().collect();
        prop_assert!(refused.is_subset(&replaced));

        let mut changes = without(&report, &refused);
        prop_assert_eq!(changes.len() + replaced.len(), all.len());
        changes.extend(adopted.made.iter().cloned());
        let mut again = Automerge::new();
        again.apply_changes(changes.clone()).unwrap();
        prop_assert_eq!(again.get_changes(&[]).len(), all.len(), "something waits");
        prop_assert_eq!(content(&again), content(&report));
        prop_assert_eq!(send(&changes).unwrap(), changes.len());
    }

    #[test]
    fn on_one_machine_alone_the_very_text_comes_again(deeds in deeds()) {
        let alone: Vec<_> = deeds.into_iter().map(|(who, deed)| (who % 2, deed)).collect();
        let report = report(&alone);
        let all = report.get_changes(&[]);
        let adopted = adopt(&all, &refused(&report), OWN, FRESH).unwrap();
        let mut again = Automerge::new();
        again.apply_changes(without(&report, &refused(&report))).unwrap();
        again.apply_changes(adopted.made).unwrap();
        prop_assert_eq!(again.text(text(&again)).unwrap(), report.text(text(&report)).unwrap());
        prop_assert_eq!(content(&again), content(&report));
    }
}

#[test]
fn who_wrote_it_and_when_stays_and_only_the_machine_is_another() {
    let deeds = [(0, Deed::Set { cell: 1, value: 1 }), (1, Deed::Set { cell: 1, value: 2 })];
    let report = report(&deeds);
    let adopted = adopt(&report.get_changes(&[]), &refused(&report), OWN, FRESH).unwrap();
    let [made] = adopted.made.as_slice() else { panic!("{} changes", adopted.made.len()) };
    assert_eq!(made.message().map(|message| message.to_string()), Some("An".to_owned()));
    assert_eq!(made.timestamp(), 1_700_000_000);
    assert_eq!(made.author().map(|author| author.as_bytes().to_vec()), Some(OWN.0.to_vec()));
}

#[test]
fn where_nothing_is_refused_nothing_is_made() {
    let report = report(&[(0, Deed::Set { cell: 1, value: 1 })]);
    let adopted = adopt(&report.get_changes(&[]), &BTreeSet::new(), OWN, FRESH).unwrap();
    assert!(adopted.made.is_empty() && adopted.replaced.is_empty());
}
