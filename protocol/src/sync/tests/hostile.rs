//! What a peer must not be able to do.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Author, Automerge, Change, ROOT, ReadDoc};

use super::report::{genesis, set};
use super::world::{A, B, HUB, World, doc, key};
use crate::gate::{AccessError, GateError};
use crate::id::DocId;
use crate::sync::{Action, ConnId, Event, Notice, ProtocolError, Side};
use crate::wire::frame::{Batch, Frame, Hello, State};
use crate::wire::pack::{self, Encoding};
use crate::wire::ranges::{Range, RangeAnswer, RangeContent};
use crate::wire::{self, stream};

const REPORT: &str = "report/2023-q1/a";

/// Changes after the genesis, one for each value, by this author and actor.
fn changes(author: Option<usize>, actor: u8, values: &[i64]) -> Vec<Change> {
    let mut document = Automerge::new();
    document.apply_changes([genesis()]).unwrap();
    document.set_author(author.map(|node| Author::from(key(node).0.to_vec())));
    document.set_actor(ActorId::from(vec![actor; 16]));
    let mut made = Vec::new();
    for value in values {
        let mut tx = document.transaction();
        let (_, cells) = tx.get(&ROOT, "cells").unwrap().unwrap();
        tx.put(&cells, "pl2.1", *value).unwrap();
        tx.commit_with(CommitOptions::default().with_time(0));
        made.push(document.get_last_local_change().unwrap());
    }
    made
}

fn batch(number: u64, doc: DocId, changes: &[Change]) -> Batch {
    let raw: Vec<&[u8]> = changes.iter().map(Change::raw_bytes).collect();
    let packed = pack::pack(&raw).unwrap();
    Batch {
        number,
        doc,
        encoding: packed.encoding,
        count: packed.count,
        check: wire::check(changes.iter().map(Change::hash)),
        body: packed.body,
    }
}

/// A connection of node A that is in sync, on which A now says what it should not.
fn meet() -> (World, ConnId) {
    let mut world = World::new();
    let line = world.connect(A);
    world.run();
    assert!(world.in_sync(A));
    (world, line)
}

fn say(world: &mut World, line: ConnId, frame: &Frame) {
    world.inject(line, A, stream::encode(frame));
    world.run();
}

fn quarantined(world: &World) -> Option<&GateError> {
    world.nodes[HUB].notices.iter().find_map(|notice| match notice {
        Notice::Quarantined { error, .. } => Some(error),
        _ => None,
    })
}

/// Has A send these changes for this document, and expects that the hub quarantines it for this reason
/// and keeps nothing.
fn refused(id: &str, changes: &[Change], expected: impl Fn(&GateError) -> bool) {
    let (mut world, line) = meet();
    say(&mut world, line, &Frame::Batch(batch(1, doc(id), changes)));
    let error = quarantined(&world).expect("nothing was quarantined");
    assert!(expected(error), "{error:?}");
    assert!(world.nodes[HUB].replica.summary(&doc(id)).is_none());
    let other = doc("report/2023-q2/a");
    let whole: Vec<Change> =
        [genesis()].into_iter().chain(self::changes(Some(A), 9, &[1])).collect();
    if world.is_up(line) {
        world.inject(line, A, stream::encode(&Frame::Batch(batch(2, other.clone(), &whole))));
        world.step();
        assert!(world.nodes[HUB].replica.summary(&other).is_some(), "other documents go on");
    }
}

fn with_genesis(changes: Vec<Change>) -> Vec<Change> {
    [genesis()].into_iter().chain(changes).collect()
}

#[test]
fn an_office_cannot_write_another_units_report_or_a_document_of_the_town() {
    let good = with_genesis(changes(Some(A), 7, &[1]));
    refused("report/2023-q1/b", &good, |error| {
        matches!(error, GateError::Access(AccessError::OutOfScope { .. }))
    });
    for id in ["town/roster", "town/calendar", "review/2023-q1/a"] {
        refused(id, &good, |error| {
            matches!(error, GateError::Access(AccessError::WrongWriter { .. }))
        });
    }
    refused("consolidated/2023-q1", &good, |error| {
        matches!(error, GateError::Access(AccessError::OutOfScope { .. }))
    });
}

#[test]
fn a_line_of_changes_must_begin_with_an_author_who_may_write_the_document() {
    refused(REPORT, &with_genesis(changes(None, 7, &[1])), |error| {
        matches!(error, GateError::AuthorMissing { .. })
    });
    refused(REPORT, &with_genesis(changes(Some(B), 7, &[1])), |error| {
        matches!(error, GateError::Access(AccessError::AuthorOfOtherUnit { .. }))
    });
    refused(REPORT, &with_genesis(changes(Some(77), 7, &[1])), |error| {
        matches!(error, GateError::Access(AccessError::AuthorUnknown { .. }))
    });
}

#[test]
fn what_a_revoked_author_wrote_is_taken_from_another_node_of_its_unit() {
    let (mut world, line) = meet();
    let mut roster = super::world::roster();
    roster.nodes[super::world::A2].revoked_at = Some(1);
    world.set_roster(HUB, &roster);
    let changes = with_genesis(changes(Some(super::world::A2), 7, &[1]));
    say(&mut world, line, &Frame::Batch(batch(1, doc(REPORT), &changes)));
    assert!(quarantined(&world).is_none());
    assert_eq!(world.nodes[HUB].replica.summary(&doc(REPORT)).unwrap().changes, 2);
}

#[test]
fn a_first_change_that_only_looks_like_the_genesis_is_refused() {
    let mut document = Automerge::new().with_actor(ActorId::from(vec![0u8; 16]));
    let mut tx = document.transaction();
    tx.put(&ROOT, "cells", 1).unwrap();
    tx.commit_with(CommitOptions::default().with_time(0));
    let forged = document.get_changes(&[]);
    refused(REPORT, &forged, |error| matches!(error, GateError::AuthorMissing { .. }));
}

#[test]
fn a_second_change_with_the_same_number_of_the_same_actor_is_refused() {
    let (mut world, line) = meet();
    let first = with_genesis(changes(Some(A), 7, &[1]));
    let second = changes(Some(A), 7, &[2]);
    let both = [batch(1, doc(REPORT), &first), batch(2, doc(REPORT), &second)];
    let bytes = both.map(|batch| stream::encode(&Frame::Batch(batch))).concat();
    world.inject(line, A, bytes);
    world.run();
    assert!(matches!(quarantined(&world), Some(GateError::Forked { seq: 1, .. })));
    assert_eq!(world.nodes[HUB].heads(&doc(REPORT)), [first[1].hash()]);
}

#[test]
fn changes_whose_hashes_are_not_those_announced_are_refused() {
    let (mut world, line) = meet();
    let honest = with_genesis(changes(Some(A), 7, &[1]));
    let mut lie = batch(1, doc(REPORT), &honest);
    lie.check = wire::check(changes(Some(A), 7, &[2]).iter().map(Change::hash));
    say(&mut world, line, &Frame::Batch(lie));
    assert!(matches!(quarantined(&world), Some(GateError::HashMismatch)));
    assert!(world.nodes[HUB].replica.summary(&doc(REPORT)).is_none());
}

#[test]
fn changes_that_follow_unknown_ones_are_sent_back_without_quarantine() {
    let (mut world, line) = meet();
    let all = changes(Some(A), 7, &[1, 2]);
    say(&mut world, line, &Frame::Batch(batch(1, doc(REPORT), &all[1..])));
    assert!(quarantined(&world).is_none());
    assert!(world.nodes[HUB].replica.summary(&doc(REPORT)).is_none());
}

#[test]
fn a_batch_with_any_bit_flipped_stores_nothing_that_was_not_sent() {
    let honest = with_genesis(changes(Some(A), 7, &[1, 2, 3]));
    let hashes: Vec<_> = honest.iter().map(Change::hash).collect();
    let frame = Frame::Batch(batch(1, doc(REPORT), &honest)).encode();
    for byte in 0..frame.len() {
        for bit in 0..8 {
            let mut flipped = frame.clone();
            flipped[byte] ^= 1 << bit;
            let Ok(Frame::Batch(batch)) = Frame::decode(&flipped) else { continue };
            let Ok(changes) = crate::gate::unpack(&batch) else { continue };
            let found: Vec<_> = changes.iter().map(Change::hash).collect();
            assert_eq!(found, hashes, "bit {bit} of byte {byte}");
        }
    }
}

#[test]
fn a_body_that_inflates_without_end_is_refused_within_bounds() {
    let bomb = zstd::bulk::compress(&vec![0u8; 64 * 1024 * 1024], 19).unwrap();
    assert!(bomb.len() < wire::MAX_BATCH_BODY, "it would fit a frame");
    let refused = pack::unpack(Encoding::Lanes, 1, &bomb);
    assert!(refused.is_err());

    let (mut world, line) = meet();
    let lie = Batch {
        number: 1,
        doc: doc(REPORT),
        encoding: Encoding::Lanes,
        count: 1,
        check: [0; 8],
        body: bomb,
    };
    say(&mut world, line, &Frame::Batch(lie));
    assert!(matches!(quarantined(&world), Some(GateError::Wire(_))));
}

#[test]
fn a_frame_that_is_too_long_or_no_frame_ends_the_connection() {
    for bytes in [vec![0xff, 0xff, 0x7f], vec![1, 0x7f], vec![2, 0x11, 0x80]] {
        let (mut world, line) = meet();
        world.inject(line, A, bytes);
        world.run();
        assert!(!world.is_up(line));
    }
}

#[test]
fn frames_that_make_no_sense_at_their_time_end_the_connection() {
    let honest = with_genesis(changes(Some(A), 7, &[1]));
    for frame in [
        Frame::Ack { batch: 1 },
        Frame::Reject { batch: 9, reason: 1 },
        Frame::Batch(batch(2, doc(REPORT), &honest)),
        Frame::RangeAnswers(vec![RangeAnswer {
            range: Range::ALL,
            content: RangeContent::Documents(Vec::new()),
        }]),
        Frame::Enrolled,
        Frame::Busy { retry_after: u64::MAX },
        Frame::Clock(wire::frame::Clock { doc: doc(REPORT), answer: false, seqs: Vec::new() }),
    ] {
        let (mut world, line) = meet();
        say(&mut world, line, &frame);
        assert!(!world.is_up(line), "{} was swallowed", frame.name());
        assert!(world.nodes[HUB].notices.iter().any(|notice| matches!(
            notice,
            Notice::ProtocolError { error: ProtocolError::Unexpected { .. }, .. }
        )));
    }
}

#[test]
fn nothing_but_a_greeting_is_taken_from_a_peer_that_has_not_greeted() {
    let mut world = World::new();
    world.node(A).replica.create(&doc(REPORT), genesis()).unwrap();
    let line = ConnId(99);
    let side = Side::Listener;
    world.event(HUB, Event::Connected { conn: line, peer: key(A), side, enrol: None });
    let bytes = Frame::Batch(batch(1, doc(REPORT), &[genesis()])).encode();
    world.event(HUB, Event::Frame { conn: line, bytes: &bytes });
    assert!(world.nodes[HUB].replica.summary(&doc(REPORT)).is_none());
    assert!(matches!(world.nodes[HUB].notices[0], Notice::ProtocolError { .. }));
}

/// Bytes that trickle in without ever making a frame are no sign of life either: the machine hears frames.
#[test]
fn a_peer_that_never_greets_is_given_up_whatever_else_it_says() {
    for says in [Some(Frame::Ping { token: 1 }), Some(Frame::Pong { token: 0 }), None] {
        let mut world = World::new();
        let conn = ConnId(99);
        let connected = Event::Connected { conn, peer: key(77), side: Side::Listener, enrol: None };
        let mut given_up = false;
        let hub = &mut world.nodes[HUB];
        hub.exchange.handle(0, connected, &mut hub.replica).unwrap();
        for now in (0..=60_000).step_by(10_000) {
            if let Some(frame) = &says {
                let bytes = frame.encode();
                let heard = Event::Frame { conn, bytes: &bytes };
                hub.exchange.handle(now, heard, &mut hub.replica).unwrap();
            }
            let actions = hub.exchange.handle(now, Event::Tick, &mut hub.replica).unwrap();
            given_up |= actions.iter().any(|action| matches!(action, Action::Close { .. }));
        }
        assert!(given_up, "{says:?}");
    }
}

#[test]
fn a_change_that_comes_before_what_it_follows_is_sent_back() {
    let (mut world, line) = meet();
    let mut changes = with_genesis(changes(Some(A), 7, &[1, 2]));
    changes.swap(1, 2);
    say(&mut world, line, &Frame::Batch(batch(1, doc(REPORT), &changes)));
    assert!(quarantined(&world).is_none());
    assert!(world.nodes[HUB].replica.summary(&doc(REPORT)).is_none());
}

#[test]
fn pings_and_stands_without_end_are_answered_one_for_one_and_nothing_else() {
    let (mut world, _) = meet();
    let conn = ConnId(99);
    let hub = &mut world.nodes[HUB];
    let connected = Event::Connected { conn, peer: key(B), side: Side::Listener, enrol: None };
    hub.exchange.handle(world.now, connected, &mut hub.replica).unwrap();
    let hello = Hello {
        min_version: 1,
        max_version: 1,
        features: 0,
        pushes: false,
        epoch: [9; 16],
        digest: [9; 32],
    };
    let mut sent = 0;
    let lies = (0..1_000).map(|n| Frame::State(State { sent: n, settled: n, digest: [7; 32] }));
    let pings = (0..1_000).map(|token| Frame::Ping { token });
    for frame in [Frame::Hello(hello)].into_iter().chain(lies).chain(pings) {
        let bytes = frame.encode();
        let event = Event::Frame { conn, bytes: &bytes };
        let actions = hub.exchange.handle(world.now, event, &mut hub.replica).unwrap();
        sent += sent_in(&actions).len();
    }
    assert!(sent <= 2_001, "{sent} frames for 2,001");
    assert!(sent >= 1_000, "every ping has its answer");
}

#[test]
fn endless_questions_end_the_connection() {
    let (mut world, line) = meet();
    set(world.node(HUB), &doc("town/calendar"), "x", 1);
    // The hub answers each at once; what is bounded is how many it answers on one connection.
    let ranges = stream::encode(&Frame::Ranges(vec![Range::ALL]));
    let mut asked = 0;
    while world.is_up(line) && asked < 300 {
        world.inject(line, A, ranges.repeat(1000));
        world.step();
        asked += 1;
    }
    assert!(!world.is_up(line), "after {asked} thousand questions");
}

#[test]
fn a_hub_whose_digest_never_agrees_is_searched_a_few_times_and_then_left_alone() {
    let mut world = World::new();
    let conn = ConnId(99);
    let mut searches = 0;
    let mut say = |world: &mut World, frame: &Frame| {
        let bytes = frame.encode();
        let node = &mut world.nodes[A];
        let event = Event::Frame { conn, bytes: &bytes };
        let actions = node.exchange.handle(world.now, event, &mut node.replica).unwrap();
        let sent = sent_in(&actions);
        searches += sent.iter().filter(|frame| matches!(frame, Frame::Ranges(_))).count();
        sent
    };
    let peer = key(HUB);
    world.event(A, Event::Connected { conn, peer, side: Side::Dialer, enrol: None });
    let hello = Hello {
        min_version: 1,
        max_version: 1,
        features: 0,
        pushes: false,
        epoch: [1; 16],
        digest: [1; 32],
    };
    let mut questions = say(&mut world, &Frame::Hello(hello));
    for round in 2..100 {
        let nothing = RangeAnswer { range: Range::ALL, content: RangeContent::Documents(vec![]) };
        let asked = questions.iter().any(|frame| matches!(frame, Frame::Ranges(_)));
        let answer = if asked {
            Frame::RangeAnswers(vec![nothing])
        } else {
            Frame::State(State { sent: 0, settled: 0, digest: [round; 32] })
        };
        questions = say(&mut world, &answer);
    }
    assert_eq!(searches, 8);
    let diverged = |n: &&Notice| matches!(n, Notice::Diverged { .. });
    assert!(world.nodes[A].notices.iter().filter(diverged).count() <= 1);
}

/// The frames that actions send.
pub(super) fn sent_in(actions: &[Action]) -> Vec<Frame> {
    let mut deframer = stream::Deframer::default();
    let mut frames = Vec::new();
    for action in actions {
        if let Action::Send { bytes, .. } = action {
            deframer.push(bytes);
            while let Some(frame) = deframer.next_frame().unwrap() {
                frames.push(Frame::decode(frame).unwrap());
            }
        }
    }
    frames
}

#[test]
fn more_of_nothing_ends_the_connection() {
    let (mut world, line) = meet();
    let more = crate::wire::frame::More {
        number: 1,
        encoding: Encoding::Plain,
        count: 1,
        check: [0; 8],
        body: vec![0],
    };
    say(&mut world, line, &Frame::More(more));
    assert!(!world.is_up(line));
}

#[test]
fn more_of_a_refused_batch_is_refused_with_it() {
    let (mut world, line) = meet();
    let changes = with_genesis(changes(Some(B), 7, &[1]));
    let more = crate::wire::frame::More {
        number: 2,
        encoding: Encoding::Plain,
        count: 1,
        check: [0; 8],
        body: vec![0],
    };
    let bytes = [
        stream::encode(&Frame::Batch(batch(1, doc(REPORT), &changes))),
        stream::encode(&Frame::More(more)),
    ];
    world.inject(line, A, bytes.concat());
    world.step();
    assert!(matches!(quarantined(&world), Some(GateError::Access(_))));
    assert!(world.nodes[HUB].replica.summary(&doc(REPORT)).is_none());
}
