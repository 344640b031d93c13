//! What a node believes that a peer holds: never what only might be.

use automerge::transaction::Transactable;
use automerge::{ActorId, ROOT, ReadDoc};

use super::hostile::sent_in;
use super::report::{genesis, set};
use super::world::{A, A2, HUB, Node, World, doc, key};
use crate::id::DocId;
use crate::replica::EditContext;
use crate::sync::{ConnId, Event, Notice, Side};
use crate::wire::frame::{self, Batch, Frame, Hello};
use crate::wire::{self, pack};

const REPORT: &str = "report/2023-q1/a";

/// Somebody edits, and nothing is committed yet.
fn stage(world: &mut World, node: usize, doc: &DocId, value: i64) {
    let context = EditContext {
        author: key(node),
        actor: ActorId::from([99; 16]),
        person: "Hoa".to_owned(),
        now_seconds: 1_678_000_000,
    };
    let replica = &mut world.node(node).replica;
    replica.create(doc, genesis()).unwrap();
    replica
        .edit(doc, &context, |tx| {
            let (_, cells) = tx.get(&ROOT, "cells").unwrap().unwrap();
            tx.put(&cells, "staged", value)
        })
        .unwrap();
}

fn hear(world: &mut World, node: usize, conn: ConnId, frame: &Frame) -> Vec<Frame> {
    let (bytes, now) = (frame.encode(), world.now);
    let Node { exchange, replica, .. } = world.node(node);
    let actions = exchange.handle(now, Event::Frame { conn, bytes: &bytes }, replica).unwrap();
    sent_in(&actions)
}

/// What is staged here is committed together with what the hub has just sent, and the line breaks before:
/// the hub holds what it sent, and nothing of what was staged before that.
#[test]
fn an_edit_staged_before_the_hubs_is_not_believed_to_be_there_when_the_line_breaks() {
    let mut world = World::new();
    set(world.node(A), &doc(REPORT), "pl2.1", 1);
    let line = world.connect(A);
    world.run();
    world.wait(6_000);
    assert!(world.in_sync(A));
    set(world.node(A2), &doc(REPORT), "pl2.2", 2);
    let theirs = world.node(A2).replica.changes_from(&doc(REPORT), 1, usize::MAX).unwrap();
    let packed = pack::pack(&[&theirs[0].bytes]).unwrap();
    let batch = Batch {
        number: 1,
        doc: doc(REPORT),
        encoding: packed.encoding,
        count: 1,
        check: wire::check([theirs[0].hash]),
        body: packed.body,
    };

    stage(&mut world, A, &doc(REPORT), 3);
    hear(&mut world, A, line, &Frame::Batch(batch));
    let (now, node) = (world.now, world.node(A));
    node.exchange.handle(now, Event::Closed { conn: line }, &mut node.replica).unwrap();
    world.settle(A);
    let Node { exchange, replica, .. } = world.node(A);
    assert_eq!(replica.summary(&doc(REPORT)).unwrap().changes, 4);
    let status = exchange.status_of(key(HUB), replica).unwrap();
    assert_eq!(status.unacknowledged, [(doc(REPORT), 2)], "from the one that was staged");
}

/// An office asks what the hub has of a document while the hub's newest edit is on its way to it; before the
/// hub comes to answer, for it is writing, the office acknowledges that edit.
#[test]
fn what_was_acknowledged_after_the_question_is_not_sent_again_with_the_answer() {
    let mut world = World::new();
    let line = world.connect(A);
    world.run();
    let calendar = doc("town/calendar");
    set(world.node(HUB), &calendar, "x", 1);
    world.settle(HUB);

    stage(&mut world, HUB, &doc("review/2023-q1/b"), 1);
    let asks = frame::Clock { doc: calendar.clone(), answer: true, seqs: Vec::new() };
    let mut said = hear(&mut world, HUB, line, &Frame::Clock(asks));
    said.extend(hear(&mut world, HUB, line, &Frame::Ack { batch: 1 }));
    let (now, node) = (world.now, world.node(HUB));
    let committed = node.replica.commit().unwrap().unwrap();
    let told = Event::Committed(&committed);
    said.extend(sent_in(&node.exchange.handle(now, told, &mut node.replica).unwrap()));
    assert!(said.iter().any(|frame| matches!(frame, Frame::Clock(_))), "{said:?}");
    let again = said.iter().any(|frame| matches!(frame, Frame::Batch(_) | Frame::More(_)));
    assert!(!again, "{said:?}");
}

/// An operator's machine with an older roster refuses what it takes a moment later. How long that moment is
/// depends on the line; people hear of it when the peer has been silent and then answered.
#[test]
fn a_refusal_is_told_when_the_peer_has_nothing_more_to_say() {
    let mut world = World::new();
    set(world.node(HUB), &doc("town/calendar"), "x", 1);
    let conn = ConnId(99);
    let now = world.now;
    let node = world.node(HUB);
    let connected = Event::Connected { conn, peer: key(A), side: Side::Listener, enrol: None };
    node.exchange.handle(now, connected, &mut node.replica).unwrap();
    let hello = Hello {
        min_version: 1,
        max_version: 1,
        features: 0,
        pushes: false,
        epoch: [7; 16],
        digest: [0; 32],
    };
    let said = hear(&mut world, HUB, conn, &Frame::Hello(hello));
    assert!(said.iter().any(|frame| matches!(frame, Frame::Batch(_))), "{said:?}");
    hear(&mut world, HUB, conn, &Frame::Reject { batch: 1, reason: 4 });
    let told = |world: &mut World, at: u64, frame: Option<&Frame>| {
        let node = world.node(HUB);
        let mut actions = node.exchange.handle(at, Event::Tick, &mut node.replica).unwrap();
        if let Some(frame) = frame {
            let bytes = frame.encode();
            let event = Event::Frame { conn, bytes: &bytes };
            actions.extend(node.exchange.handle(at, event, &mut node.replica).unwrap());
        }
        actions.iter().any(|action| {
            matches!(action, crate::sync::Action::Notice(Notice::Rejected { reason: 4, .. }))
        })
    };
    for later in [6_000, 12_000, 30_000, 42_000] {
        assert!(!told(&mut world, now + later, None), "after {later} ms");
    }
    assert!(told(&mut world, now + 43_000, Some(&Frame::Pong { token: 0 })));
}
