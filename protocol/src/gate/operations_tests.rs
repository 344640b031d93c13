use crate::wire::trail::Trail;
use automerge::legacy::SortedVec;
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Author, ExpandedChange};

use super::*;
use crate::documents::narrative;
use crate::gate::{Access, admit};
use crate::id::DocId;
use crate::identity::NodeKey;
use crate::replica::{Appended, MAX_OPERATIONS, Replica};
use crate::roster::{Node, Role, Roster};
use crate::store::{MemoryBackend, Store};
use crate::wire::frame::Batch;
use crate::wire::{self, pack};

const OFFICE: NodeKey = NodeKey([7; 32]);
const GENESIS: [u8; 16] = [0; 16];
const WRITER: [u8; 16] = [1; 16];
const OTHER: [u8; 16] = [2; 16];

/// The operation counters of the report below: of its genesis, of five figures in one cell, of a text of
/// five letters, of two letters of it replaced.
const CELLS: u64 = 1;
const TEXTS: u64 = 2;
const TEXT: u64 = 3;
const LAST_FIGURE: u64 = 8;
const LETTER: u64 = 9;
const LAST: u64 = 17;

fn report_id() -> DocId {
    "report/2023-q1/a".parse().unwrap()
}

fn actor(bytes: [u8; 16]) -> ActorId {
    ActorId::from(bytes)
}

fn id(counter: u64, bytes: [u8; 16]) -> OpId {
    OpId(counter, actor(bytes))
}

/// A change by automerge itself.
fn commit(doc: &mut Automerge, edit: impl FnOnce(&mut automerge::transaction::Transaction<'_>)) {
    let mut tx = doc.transaction();
    edit(&mut tx);
    tx.commit_with(CommitOptions::default().with_time(0));
}

fn object(doc: &impl ReadDoc, parent: &ObjId, key: &str) -> ObjId {
    doc.get(parent, key).unwrap().unwrap().1
}

fn set(doc: &mut Automerge, value: i64) {
    commit(doc, |tx| {
        let cells = object(tx, &ROOT, "cells");
        tx.put(&cells, "x", value).unwrap();
    });
}

fn text(doc: &impl ReadDoc) -> ObjId {
    object(doc, &object(doc, &ROOT, "texts"), "a")
}

/// A report as an office writes it.
fn report() -> Automerge {
    let mut doc = Automerge::new().with_actor(actor(GENESIS));
    commit(&mut doc, |tx| {
        tx.put_object(&ROOT, "cells", ObjType::Map).unwrap();
        let texts = tx.put_object(&ROOT, "texts", ObjType::Map).unwrap();
        tx.put_object(&texts, "a", ObjType::Text).unwrap();
    });
    doc.set_author(Some(Author::from(OFFICE.0.to_vec())));
    doc.set_actor(actor(WRITER));
    for value in 0..5 {
        set(&mut doc, value);
    }
    commit(&mut doc, |tx| tx.splice_text(text(tx), 0, 0, "hello").unwrap());
    commit(&mut doc, |tx| tx.splice_text(text(tx), 1, 2, "EY").unwrap());
    assert_eq!(doc.get_changes(&[]).last().unwrap().max_op(), LAST);
    doc
}

/// A hub that has `stored`, in the store and not in memory.
fn hub(stored: &Automerge) -> Replica<MemoryBackend> {
    let open = |backend| Replica::open(Store::new(backend), 1 << 20).unwrap();
    let mut hub = open(MemoryBackend::new());
    hub.append(&report_id(), stored.get_changes(&[])).unwrap();
    let _committed = hub.commit().unwrap();
    open(hub.into_store().into_backend())
}

fn send(hub: &mut Replica<MemoryBackend>, changes: &[Change]) -> Result<Appended, GateError> {
    let raw: Vec<&[u8]> = changes.iter().map(Change::raw_bytes).collect();
    let packed = pack::pack(&raw).unwrap();
    let batch = Batch {
        number: 1,
        doc: report_id(),
        encoding: packed.encoding,
        count: packed.count,
        check: wire::check(changes.iter().map(Change::hash)),
        body: packed.body,
    };
    let node = Node {
        key: OFFICE,
        unit: "a".parse().unwrap(),
        role: Role::Office,
        name: String::new(),
        enrolled_at: 0,
        revoked_at: None,
    };
    let roster =
        Roster { hub: Some("town".parse().unwrap()), units: Vec::new(), nodes: vec![node] };
    let access = Access::new("town".parse().unwrap(), None, &roster);
    let genesis = report().get_changes(&[]).remove(0).hash();
    let is_genesis = move |_: &DocId, hash: &ChangeHash| *hash == genesis;
    admit(&batch, &mut Trail::default(), false, &OFFICE, &access, &is_genesis, hub).unwrap()
}

/// What a node that keeps to nothing makes.
fn forge(follows: &[Change], start: u64, seq: u64, by: [u8; 16], operations: Vec<Op>) -> Change {
    ExpandedChange {
        operations,
        actor_id: actor(by),
        hash: None,
        seq,
        start_op: start.try_into().unwrap(),
        time: 0,
        message: None,
        deps: follows.iter().map(Change::hash).collect(),
        extra_bytes: if seq == 1 { author_footer() } else { Vec::new() },
        author: None,
    }
    .into()
}

/// Where automerge keeps a change's author.
fn author_footer() -> Vec<u8> {
    [&[1, 32], &OFFICE.0[..]].concat()
}

fn op(object: u64, key: Key, action: OpType, pred: Vec<OpId>, insert: bool) -> Op {
    let obj = if object == 0 { ObjectId::Root } else { ObjectId::Id(id(object, GENESIS)) };
    Op { action, obj, key, pred: SortedVec::from(pred), insert }
}

fn key(name: &str) -> Key {
    Key::Map(name.into())
}

fn element(counter: u64) -> Key {
    Key::Seq(ElementId::Id(id(counter, WRITER)))
}

fn number() -> OpType {
    OpType::Put(ScalarValue::Int(1))
}

fn letter() -> OpType {
    OpType::Put(ScalarValue::Str("x".into()))
}

/// The reason for which one more change with these operations is refused, if it is.
fn refusal(operations: Vec<Op>) -> Option<&'static str> {
    let report = report();
    let last = report.get_changes(&[]).pop().unwrap();
    reason(send(&mut hub(&report), &[forge(&[last], LAST + 1, 1, OTHER, operations)]))
}

fn reason(gate: Result<Appended, GateError>) -> Option<&'static str> {
    match gate {
        Ok(_) => None,
        Err(GateError::Operations { what, .. }) => Some(what),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn what_an_office_does_is_let_in_change_by_change_and_all_at_once() {
    let changes = report().get_changes(&[]);
    assert_eq!(send(&mut hub(&Automerge::new()), &changes).unwrap().positions, 0..8);
    let mut hub = hub(&Automerge::new());
    for change in changes {
        assert_eq!(send(&mut hub, &[change]).unwrap().positions.len(), 1);
    }
}

/// Programs before did not know it, and let in the same.
#[test]
fn that_a_paragraph_is_right_is_let_in_and_may_be_said_again() {
    let mut doc = report();
    let stored = hub(&doc).into_store();
    let mut hub = Replica::open(stored, 1 << 20).unwrap();
    let before = doc.get_heads();
    for _ in 0..2 {
        let place = format!("a {LETTER}@{}", actor(WRITER).to_hex_string());
        commit(&mut doc, |tx| narrative::settle(tx, &place).unwrap());
    }
    let changes = doc.get_changes(&before);
    assert_eq!(changes.len(), 2, "the same word again is a change again");
    send(&mut hub, &changes).unwrap();
}

#[test]
fn what_two_did_apart_is_let_in_whatever_came_first() {
    let base = report();
    let fork = |by: [u8; 16], value: i64, insert: &str| {
        let mut doc = base.clone();
        doc.set_author(Some(Author::from(OFFICE.0.to_vec())));
        doc.set_actor(actor(by));
        set(&mut doc, value);
        commit(&mut doc, |tx| {
            let text = text(tx);
            tx.splice_text(&text, 2, 1, insert).unwrap();
            tx.splice_text(&text, 3, 1, "").unwrap();
        });
        set(&mut doc, value + 1);
        doc
    };
    let (mut one, mut two) = (fork([3; 16], 30, "mot"), fork([4; 16], 40, "hai"));
    let heads = base.get_heads();
    let mut hub = hub(&base);
    for side in [&one, &two] {
        assert_eq!(send(&mut hub, &side.get_changes(&heads)).unwrap().positions.len(), 3);
    }
    one.merge(&mut two).unwrap();
    let both = one.get_changes(&heads);
    let mut fresh = self::hub(&base);
    let taken_turns = [0, 3, 1, 4, 2, 5].map(|index| both[index].clone());
    assert_eq!(send(&mut fresh, &taken_turns).unwrap().positions.len(), 6);
    let before = one.get_heads();
    commit(&mut one, |tx| {
        let cells = object(tx, &ROOT, "cells");
        tx.put(&cells, "x", 50).unwrap();
        tx.delete(&cells, "x").unwrap();
        tx.put(&cells, "x", 51).unwrap();
    });
    send(&mut hub, &one.get_changes(&before)).unwrap();
    assert_eq!(hub.document(&report_id()).unwrap().unwrap().get_heads(), one.get_heads());
}

#[test]
fn an_operation_must_name_what_is_there_where_it_says() {
    let missing = "one names another that is not there";
    let figure = |pred| refusal(vec![op(CELLS, key("x"), number(), pred, false)]);
    assert_eq!(figure(vec![id(LAST_FIGURE, WRITER)]), None);
    assert_eq!(figure(vec![]), None);
    assert_eq!(figure(vec![id(LAST_FIGURE, WRITER), id(LAST_FIGURE - 1, WRITER)]), None);
    for (counter, by) in [
        (TEXTS, WRITER),
        (LAST + 9, WRITER),
        (LAST + 1, OTHER),
        (TEXTS, GENESIS),
        (LETTER, WRITER),
        (LAST, WRITER),
    ] {
        assert_eq!(figure(vec![id(counter, by)]), Some(missing), "{counter}");
    }
    let twice = vec![id(LAST_FIGURE, WRITER); 2];
    assert_eq!(figure(twice), Some("one names another twice"));
    let elsewhere = op(CELLS, key("y"), number(), vec![id(LAST_FIGURE, WRITER)], false);
    assert_eq!(refusal(vec![elsewhere]), Some(missing));
    let insert = |after| refusal(vec![op(TEXT, after, letter(), vec![], true)]);
    assert_eq!(insert(element(LETTER)), None);
    assert_eq!(insert(Key::head()), None);
    for counter in [LAST_FIGURE, LAST + 400] {
        assert_eq!(insert(element(counter)), Some(missing), "{counter}");
    }
    let delete = |at: u64, pred: u64| {
        let pred = vec![id(pred, WRITER)];
        refusal(vec![op(TEXT, element(at), OpType::Delete, pred, false)])
    };
    assert_eq!(delete(LETTER, LETTER), None);
    assert_eq!(delete(LAST + 400, LAST + 400), Some(missing));
    assert!(delete(LETTER, LETTER + 3).is_some());
}

#[test]
fn an_operation_must_stand_in_an_object_of_its_kind() {
    let nowhere = Some("there is no such object");
    for object in [500, LAST_FIGURE, LAST + 1] {
        let lost = op(object, key("x"), number(), vec![], false);
        assert_eq!(refusal(vec![lost]), nowhere, "{object}");
    }
    let foreign = Some("one that no program of ours writes");
    let delete = || OpType::Delete;
    for (object, at, action, insert) in [
        (TEXT, key("x"), number(), false),
        (CELLS, element(LETTER), number(), false),
        (CELLS, key("x"), number(), true),
        (CELLS, Key::head(), number(), true),
        (TEXT, Key::head(), number(), true),
        (TEXT, Key::head(), OpType::Put(ScalarValue::Str("".into())), true),
        (TEXT, Key::head(), letter(), false),
        (TEXT, element(LETTER), letter(), false),
        (TEXT, Key::head(), delete(), true),
        (TEXT, element(LETTER), delete(), false),
        (CELLS, key("x"), delete(), false),
        (CELLS, key("x"), OpType::Increment(1), false),
        (CELLS, key("x"), OpType::Put(ScalarValue::counter(1)), false),
        (CELLS, key("y"), OpType::Make(ObjType::Map), false),
        (TEXT, Key::head(), OpType::Make(ObjType::Map), true),
        (TEXT, Key::head(), OpType::MarkEnd(false), true),
    ] {
        let strange = op(object, at.clone(), action.clone(), vec![], insert);
        assert_eq!(refusal(vec![strange]), foreign, "{object} {at:?} {action:?} {insert}");
    }
}

#[test]
fn what_a_document_began_with_stays() {
    let replaced = Some("one that would replace an object");
    for (object, name, pred) in
        [(0, "cells", vec![]), (0, "cells", vec![id(CELLS, GENESIS)]), (TEXTS, "a", vec![])]
    {
        assert_eq!(refusal(vec![op(object, key(name), number(), pred, false)]), replaced);
    }
    let gone = op(0, key("cells"), OpType::Delete, vec![id(CELLS, GENESIS)], false);
    assert_eq!(refusal(vec![gone]), replaced);
    let beside = forge(&[], 1, 1, OTHER, vec![op(0, key("x"), number(), vec![], false)]);
    let refused = reason(send(&mut hub(&report()), &[beside]));
    assert_eq!(refused, Some("it does not follow the document's beginning"));
}

/// The operations of a change that follows stored ones are numbered on from those, as automerge does it:
/// what it saves has no room for other numbers, and counters that go back cannot be listed again.
#[test]
fn operations_are_numbered_on_from_those_stored_earlier() {
    let report = report();
    let mut hub = hub(&report);
    let changes = report.get_changes(&[]);
    let last = &changes[changes.len() - 1..];
    let write = || vec![op(CELLS, key("y"), number(), vec![], false)];
    let wrong = Some("they are not numbered on from those they follow");
    for start in [1, LAST - 1, LAST, LAST + 2, LAST + 1000] {
        let change = forge(last, start, 1, OTHER, write());
        assert_eq!(reason(send(&mut hub, &[change])), wrong, "{start}");
    }
    let first = forge(last, LAST + 1, 1, OTHER, write());
    assert!(send(&mut hub, std::slice::from_ref(&first)).is_ok());
    for start in [LAST + 1, LAST + 3] {
        let change = forge(std::slice::from_ref(&first), start, 2, OTHER, write());
        assert_eq!(reason(send(&mut hub, &[first.clone(), change])), wrong, "{start}");
    }
}

/// A million of them would cost their sender little and everybody who opens the document a second.
#[test]
fn a_change_that_does_nothing_is_refused() {
    assert_eq!(refusal(vec![]), Some("it has none"));
}

#[test]
fn a_full_document_takes_nothing_more() {
    let report = report();
    let last = report.get_changes(&[]).pop().unwrap();
    let write = vec![op(CELLS, key("y"), number(), vec![], false)];
    let beyond = forge(&[last], MAX_OPERATIONS + 1, 1, OTHER, write);
    let refused = send(&mut hub(&report), &[beyond]);
    assert!(matches!(refused, Err(GateError::Full)), "{refused:?}");
}

#[test]
fn a_line_goes_on_from_its_last_change_and_names_its_author_once() {
    let report = report();
    let mut hub = hub(&report);
    let changes = report.get_changes(&[]);
    let write = |name: &str| vec![op(CELLS, key(name), number(), vec![], false)];
    let apart = forge(&changes[5..6], 9, 8, WRITER, write("y"));
    let refused = reason(send(&mut hub, &[apart]));
    assert_eq!(refused, Some("it does not follow its actor's last change"));
    let mut again: ExpandedChange = forge(&changes[7..], LAST + 1, 8, WRITER, write("y")).decode();
    again.extra_bytes = author_footer();
    let refused = reason(send(&mut hub, &[again.into()]));
    assert_eq!(refused, Some("an author within a line"));
}

/// A change made apart from others may not name what only those others did.
#[test]
fn an_operation_names_only_what_lies_in_its_past() {
    let report = report();
    let mut hub = hub(&report);
    let early = &report.get_changes(&[])[3..4];
    let start = early[0].max_op() + 1;
    for operation in [
        op(CELLS, key("x"), number(), vec![id(LAST_FIGURE, WRITER)], false),
        op(TEXT, element(LETTER), letter(), vec![], true),
    ] {
        let change = forge(early, start, 1, OTHER, vec![operation]);
        let refused = reason(send(&mut hub, &[change]));
        assert_eq!(refused, Some("one names another that is not there"));
    }
    let honest = op(CELLS, key("x"), number(), vec![id(start - 1, WRITER)], false);
    assert!(send(&mut hub, &[forge(early, start, 1, OTHER, vec![honest])]).is_ok());
}

#[test]
fn a_document_that_is_damaged_here_takes_nothing_in() {
    let stored = report();
    let mut hub = hub(&Automerge::new());
    let mut changes = stored.get_changes(&[]);
    let last = changes[changes.len() - 1].clone();
    changes.push(forge(&[last], 1, 1, OTHER, vec![op(500, key("x"), number(), vec![], false)]));
    hub.append(&report_id(), changes).unwrap();
    let mut next = stored;
    let before = next.get_heads();
    set(&mut next, 9);
    let refused = send(&mut hub, &next.get_changes(&before));
    assert!(matches!(refused, Err(GateError::Automerge { .. })), "{refused:?}");
}

/// The fixed change of a later section, and what a colleague wrote into it.
fn with_section(report: &Automerge, id: &str) -> (Change, Vec<Change>) {
    let id = id.parse().unwrap();
    let fixed = section::change(report, &id).unwrap();
    let mut doc = report.clone();
    doc.apply_changes([fixed.clone()]).unwrap();
    let before = doc.get_heads();
    doc.set_author(Some(Author::from(OFFICE.0.to_vec())));
    doc.set_actor(actor(OTHER));
    commit(&mut doc, |tx| {
        let text = object(tx, &object(tx, &ROOT, "texts"), id.as_str());
        tx.splice_text(&text, 0, 0, "moi").unwrap();
    });
    (fixed, doc.get_changes(&before))
}

#[test]
fn the_text_of_a_later_section_comes_by_its_fixed_change() {
    let report = report();
    let (fixed, words) = with_section(&report, "v");
    let together: Vec<Change> = std::iter::once(fixed.clone()).chain(words.clone()).collect();
    assert_eq!(send(&mut hub(&report), &together).unwrap().positions.len(), 2);

    let mut hub = hub(&report);
    for batch in [&[fixed.clone()][..], &words, &together] {
        send(&mut hub, batch).unwrap();
    }
    // Another section, by another machine, beside it.
    let (other, words) = with_section(&report, "vi");
    let _committed = hub.commit().unwrap();
    send(&mut hub, &[other]).unwrap();
    let refused = send(&mut hub, &words);
    assert!(matches!(refused, Err(GateError::Forked { .. })), "the same actor: {refused:?}");
    let all = report.get_changes(&[]).into_iter().chain(together);
    let from_nothing: Vec<Change> = all.collect();
    assert_eq!(send(&mut self::hub(&Automerge::new()), &from_nothing).unwrap().positions.len(), 10);
}

#[test]
fn nobody_else_makes_a_text_or_takes_its_name() {
    let report = report();
    let (fixed, words) = with_section(&report, "v");
    let make = || vec![op(TEXTS, key("v"), OpType::Make(ObjType::Text), vec![], false)];
    let genesis = report.get_changes(&[]).remove(0);
    let foreign = Some("one that no program of ours writes");
    let by_hand = forge(std::slice::from_ref(&genesis), TEXT + 1, 1, OTHER, make());
    assert_eq!(reason(send(&mut hub(&report), &[by_hand])), foreign);
    assert_eq!(refusal(vec![op(TEXTS, key("v"), number(), vec![], false)]), foreign);

    // In the fixed change's name, but somewhere else, or with more in it.
    let name: [u8; 16] = fixed.actor_id().to_bytes().try_into().unwrap();
    let other = |edit: fn(&mut ExpandedChange)| {
        let mut expanded = fixed.decode();
        edit(&mut expanded);
        reason(send(&mut hub(&report), &[expanded.into()]))
    };
    let not_it = Some("it is not the change that makes this section");
    assert_eq!(other(|change| change.time = 1), not_it);
    assert_eq!(other(|change| change.message = Some("x".to_owned())), not_it);
    assert_eq!(other(|change| change.operations[0].obj = ObjectId::Id(id(CELLS, GENESIS))), not_it);
    let twice = [make(), make()].concat();
    let twice = forge(std::slice::from_ref(&genesis), TEXT + 1, 1, name, twice);
    assert!(send(&mut hub(&report), &[twice]).is_err());

    // What was written into it follows it.
    let apart = words[0].decode();
    let last = report.get_changes(&[]).pop().unwrap();
    let mut hub = hub(&report);
    send(&mut hub, std::slice::from_ref(&fixed)).unwrap();
    let beside = forge(&[last], LAST + 1, 1, OTHER, apart.operations);
    assert_eq!(reason(send(&mut hub, &[beside])), Some("there is no such object"));
}
