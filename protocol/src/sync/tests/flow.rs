//! What people do, and what becomes of it.

use automerge::transaction::Transactable;
use automerge::{ROOT, ReadDoc};

use super::hostile::sent_in;
use super::report::{get, set, work};
use super::world::{A, A2, B, HUB, STRANGER, World, doc, key, roster};
use crate::replica::Scope;
use crate::store::MemoryBackend;
use crate::sync::{ConnId, Enrolment, Event, Notice, Side};
use crate::wire::frame::{Frame, Refusal};

const REPORT: &str = "report/2023-q1/a";

#[test]
fn an_offline_edit_arrives_with_the_first_flight_and_is_acknowledged() {
    let mut world = World::new();
    set(world.node(A), &doc(REPORT), "pl2.1", 30162);
    world.connect(A);
    assert!(world.step(), "HELLO and the batch arrive together");
    assert_eq!(get(world.node(HUB), &doc(REPORT), "pl2.1"), Some(30162));
    world.run();
    assert!(world.in_sync(A));
}

#[test]
fn a_reconnect_with_offline_edits_is_settled_in_one_round_trip() {
    let mut world = World::new();
    set(world.node(A), &doc(REPORT), "pl2.1", 1);
    let line = world.connect(A);
    world.run();
    world.cut(line);
    for cell in ["pl2.1", "pl2.2", "pl2.3"] {
        set(world.node(A), &doc(REPORT), cell, 7);
    }
    world.connect(A);
    assert_eq!(world.round_trips(), 1.0);
    assert!(world.in_sync(A));
}

#[test]
fn while_connected_an_edit_reaches_the_hub_and_the_units_other_node_but_nobody_else() {
    let mut world = World::new();
    for node in [A, A2, B] {
        world.connect(node);
    }
    world.run();
    set(world.node(A), &doc(REPORT), "pl2.1", 7);
    world.run();
    assert_eq!(get(world.node(HUB), &doc(REPORT), "pl2.1"), Some(7));
    assert_eq!(get(world.node(A2), &doc(REPORT), "pl2.1"), Some(7));
    assert_eq!(get(world.node(B), &doc(REPORT), "pl2.1"), None);
    assert!([A, A2, B].into_iter().all(|node| world.in_sync(node)));
}

#[test]
fn two_nodes_of_a_unit_that_began_offline_meet_at_the_hub_without_loss() {
    let mut world = World::new();
    set(world.node(A), &doc(REPORT), "pl2.1", 1);
    set(world.node(A2), &doc(REPORT), "pl2.2", 2);
    set(world.node(A2), &doc(REPORT), "pl2.3", 3);
    world.connect(A);
    world.connect(A2);
    world.run();
    for node in [HUB, A, A2] {
        assert_eq!(get(world.node(node), &doc(REPORT), "pl2.1"), Some(1));
        assert_eq!(get(world.node(node), &doc(REPORT), "pl2.2"), Some(2));
        assert_eq!(world.nodes[node].heads(&doc(REPORT)), world.nodes[HUB].heads(&doc(REPORT)));
    }
    assert!(world.in_sync(A) && world.in_sync(A2));
}

#[test]
fn documents_of_the_hub_reach_everybody_they_concern() {
    let mut world = World::new();
    for id in ["town/calendar", "review/2023-q1/a", "review/2023-q1/b", "consolidated/2023-q1"] {
        set(world.node(HUB), &doc(id), "x", 1);
    }
    for node in [A, B] {
        world.connect(node);
    }
    world.run();
    let has =
        |world: &World, node: usize, id| world.nodes[node].replica.summary(&doc(id)).is_some();
    assert!(has(&world, A, "town/calendar") && has(&world, B, "town/calendar"));
    assert!(has(&world, A, "review/2023-q1/a") && !has(&world, B, "review/2023-q1/a"));
    assert!(!has(&world, A, "consolidated/2023-q1"));
    assert!(world.in_sync(A) && world.in_sync(B));
}

#[test]
fn a_reconnect_when_nothing_changed_opens_no_document_and_takes_one_round_trip() {
    let mut world = World::new();
    work(world.node(A), &doc(REPORT), 30, false, 1);
    let first = world.connect(A);
    world.run();
    world.cut(first);
    world.run();
    let again = world.connect(A);
    assert_eq!(world.round_trips(), 1.0);
    assert!(world.in_sync(A));
    let traffic = world.traffic(again);
    assert!(traffic.up <= 200 && traffic.down <= 200, "{traffic:?}");
}

#[test]
fn a_hub_that_lost_its_store_is_filled_up_again() {
    let mut world = World::new();
    work(world.node(A), &doc(REPORT), 40, false, 1);
    let line = world.connect(A);
    world.run();
    world.cut(line);
    world.node(HUB).restore(MemoryBackend::new());
    world.connect(A);
    world.run();
    assert!(world.in_sync(A));
    assert!(world.nodes[A].notices.iter().any(|n| matches!(n, Notice::StoreReplaced { .. })));
    assert_eq!(world.nodes[HUB].heads(&doc(REPORT)), world.nodes[A].heads(&doc(REPORT)));
}

#[test]
fn a_hub_restored_from_an_old_copy_gets_what_it_has_forgotten_even_if_the_copy_kept_its_epoch() {
    let mut world = World::new();
    set(world.node(A), &doc(REPORT), "pl2.1", 1);
    let line = world.connect(A);
    world.run();
    let copy = world.node(HUB).backend();
    set(world.node(A), &doc(REPORT), "pl2.2", 2);
    set(world.node(A), &doc("report/2023-6m/a"), "pl2.2", 2);
    world.run();
    world.cut(line);
    world.crash(HUB);
    world.node(HUB).replica =
        crate::replica::Replica::open(crate::store::Store::new(copy), 1 << 20).unwrap();
    set(world.node(A), &doc(REPORT), "pl2.3", 3);
    world.connect(A);
    world.run();
    assert!(world.in_sync(A));
    for cell in ["pl2.1", "pl2.2", "pl2.3"] {
        assert!(get(world.node(HUB), &doc(REPORT), cell).is_some(), "{cell}");
    }
    assert!(get(world.node(HUB), &doc("report/2023-6m/a"), "pl2.2").is_some());
}

#[test]
fn an_office_that_lost_its_store_gets_everything_back_from_the_hub() {
    let mut world = World::new();
    set(world.node(HUB), &doc("town/calendar"), "x", 1);
    work(world.node(A), &doc(REPORT), 40, false, 1);
    let line = world.connect(A);
    world.run();
    world.cut(line);
    world.node(A).restore(MemoryBackend::new());
    world.connect(A);
    world.run();
    assert!(world.in_sync(A));
    assert_eq!(world.nodes[HUB].heads(&doc(REPORT)), world.nodes[A].heads(&doc(REPORT)));
    assert!(world.nodes[A].replica.summary(&doc("town/calendar")).is_some());
}

#[test]
fn among_seven_hundred_documents_the_few_that_differ_are_found_by_ranges() {
    let mut world = World::new();
    for year in 2000..2099 {
        for period in ["q1", "q2", "q3", "q4", "6m", "9m", "y"] {
            set(world.node(A), &doc(&format!("report/{year}-{period}/a")), "pl2.1", year);
        }
    }
    let line = world.connect(A);
    world.run();
    assert!(world.in_sync(A));
    let copy = world.node(HUB).backend();
    set(world.node(A), &doc("report/2050-q1/a"), "pl2.1", 1);
    set(world.node(A), &doc("report/2099-q1/a"), "pl2.1", 1);
    set(world.node(HUB), &doc("review/2050-q1/a"), "x", 1);
    world.run();
    world.cut(line);
    // The hub forgets, and nobody's notes say so: only a comparison can find it.
    world.crash(HUB);
    world.node(HUB).replica =
        crate::replica::Replica::open(crate::store::Store::new(copy), 1 << 20).unwrap();
    let line = world.connect(A);
    world.run();
    assert_eq!(get(world.node(HUB), &doc("report/2050-q1/a"), "pl2.1"), Some(1));
    assert_eq!(get(world.node(HUB), &doc("report/2099-q1/a"), "pl2.1"), Some(1));
    let traffic = world.traffic(line);
    assert!(traffic.up + traffic.down < 20_000, "ranges, not lists: {traffic:?}");
}

#[test]
fn a_document_compacted_into_a_snapshot_is_still_sent() {
    let mut world = World::new();
    work(world.node(A), &doc(REPORT), 300, false, 5);
    world.node(A).replica.compact(&doc(REPORT)).unwrap();
    set(world.node(A), &doc(REPORT), "pl2.1", 9);
    world.connect(A);
    world.run();
    assert!(world.in_sync(A));
    assert_eq!(get(world.node(HUB), &doc(REPORT), "pl2.1"), Some(9));
}

#[test]
fn a_large_document_does_not_keep_a_small_edit_waiting() {
    let mut world = World::new();
    work(world.node(A), &doc("report/2022-y/a"), 6000, false, 3);
    let line = world.connect(A);
    for _ in 0..3 {
        world.step();
    }
    set(world.node(A), &doc(REPORT), "pl2.1", 7);
    while get(world.node(HUB), &doc(REPORT), "pl2.1").is_none() {
        assert!(world.step(), "the edit never arrived");
    }
    let whole = world.nodes[A].heads(&doc("report/2022-y/a"));
    assert_ne!(world.nodes[HUB].heads(&doc("report/2022-y/a")), whole, "it came first");
    world.run();
    assert_eq!(world.nodes[HUB].heads(&doc("report/2022-y/a")), whole);
    assert!(world.is_up(line) && world.in_sync(A));
}

/// Few bytes can stand for many operations, and a batch holds only so many of those, too.
#[test]
fn long_texts_of_few_bytes_go_in_as_many_batches_as_it_takes() {
    let mut world = World::new();
    set(world.node(A), &doc(REPORT), "pl2.1", 7);
    for _ in 0..5 {
        world.node(A).edit(&doc(REPORT), |tx| {
            let (_, texts) = tx.get(&ROOT, "texts").unwrap().unwrap();
            let (_, text) = tx.get(&texts, "ii.0.0").unwrap().unwrap();
            tx.splice_text(&text, 0, 0, &"x".repeat(60_000)).unwrap();
        });
    }
    world.connect(A);
    world.run();
    assert!(world.in_sync(A));
    assert_eq!(world.nodes[HUB].heads(&doc(REPORT)), world.nodes[A].heads(&doc(REPORT)));
}

#[test]
fn a_stranger_is_refused_and_with_a_good_invitation_let_in() {
    let mut world = World::new();
    set(world.node(HUB), &doc("town/calendar"), "x", 1);
    let line = world.connect(STRANGER);
    world.run();
    assert!(!world.is_up(line));
    let refused = |world: &World, expected: Refusal| {
        world.nodes[STRANGER]
            .notices
            .iter()
            .any(|n| matches!(n, Notice::RefusedByPeer { refusal, .. } if *refusal == expected))
    };
    assert!(refused(&world, Refusal::KeyUnknown));

    let enrol = |code: &[u8]| Enrolment { code: code.to_vec(), name: "Máy mới".to_owned() };
    world.connect_as(STRANGER, Some(enrol(b"guess")));
    world.run();
    assert!(refused(&world, Refusal::InvitationUnknown));
    assert!(world.nodes[STRANGER].replica.index().is_empty());

    world.connect_as(STRANGER, Some(enrol(b"open sesame")));
    world.run();
    assert!(world.nodes[STRANGER].replica.summary(&doc("town/calendar")).is_some());
    assert!(world.in_sync(STRANGER));
}

#[test]
fn revoking_a_key_closes_its_connection_at_once_and_keeps_it_out() {
    let mut world = World::new();
    let line = world.connect(A);
    world.run();
    let mut after = roster();
    after.nodes[A].revoked_at = Some(1);
    world.set_roster(HUB, &after);
    assert!(!world.is_up(line));
    set(world.node(A), &doc(REPORT), "pl2.1", 1);
    world.connect(A);
    world.run();
    assert!(world.nodes[HUB].replica.summary(&doc(REPORT)).is_none());
    assert!(
        world.nodes[A]
            .notices
            .iter()
            .any(|n| matches!(n, Notice::RefusedByPeer { refusal: Refusal::KeyRevoked, .. }))
    );
}

#[test]
fn the_status_counts_what_the_hub_has_not_acknowledged_across_restarts() {
    let mut world = World::new();
    set(world.node(A), &doc(REPORT), "pl2.1", 1);
    let line = world.connect(A);
    world.run();
    world.cut(line);
    set(world.node(A), &doc(REPORT), "pl2.2", 2);
    world.node(A).restart();
    let status = |world: &World| {
        let node = &world.nodes[A];
        node.exchange.status_of(key(HUB), &node.replica).unwrap()
    };
    assert_eq!(status(&world).unacknowledged, [(doc(REPORT), 1)]);
    assert!(!status(&world).connected);
    world.connect(A);
    world.run();
    assert_eq!(status(&world).unacknowledged, []);
    assert!(status(&world).in_sync && status(&world).last_ack.is_some());
}

#[test]
fn a_node_that_ends_in_good_order_says_so_and_remembers_what_was_acknowledged() {
    let mut world = World::new();
    set(world.node(A), &doc(REPORT), "pl2.1", 1);
    let line = world.connect(A);
    world.run();
    world.shut_down(A);
    assert!(!world.is_up(line));
    world.node(A).restart();
    let again = world.connect(A);
    world.run();
    assert!(world.in_sync(A));
    assert!(world.traffic(again).up <= 200, "nothing was sent again");
}

#[test]
fn a_peer_that_falls_silent_is_asked_and_then_given_up() {
    let mut world = World::new();
    let line = world.connect(A);
    world.wait(300_000);
    assert!(world.is_up(line), "who answers is kept");
    world.connect(A);
    assert!(!world.is_up(line), "a node that connects again has lost its former connection");
    let now = world.now + 61_000;
    let hub = &mut world.nodes[HUB];
    let actions = hub.exchange.handle(now, crate::sync::Event::Tick, &mut hub.replica).unwrap();
    assert!(actions.iter().any(|action| matches!(
        action,
        crate::sync::Action::Close { reason: crate::sync::CloseReason::Silent, .. }
    )));
}

#[test]
fn nothing_is_sent_or_acknowledged_before_it_is_committed() {
    let mut world = World::new();
    let line = world.connect(A);
    world.run();
    let before = world.traffic(line);
    let node = world.node(A);
    node.replica.create(&doc(REPORT), super::report::genesis()).unwrap();
    let now = 2_000_000;
    let node = &mut world.nodes[A];
    let bytes = crate::wire::Frame::Ranges(vec![crate::wire::ranges::Range::ALL]).encode();
    let event = crate::sync::Event::Frame { conn: line, bytes: &bytes };
    let actions = node.exchange.handle(now, event, &mut node.replica).unwrap();
    assert!(!actions.iter().any(|action| matches!(action, crate::sync::Action::Send { .. })));
    assert_eq!(world.traffic(line), before);
    assert_eq!(world.nodes[A].replica.index().digest_of(&Scope::All).0.len(), 32);
}

#[test]
fn a_hub_that_is_writing_when_a_node_comes_back_says_hello_before_it_acknowledges() {
    let mut world = World::new();
    set(world.node(A), &doc(REPORT), "pl2.1", 1);
    // What A says: HELLO, and its edit right behind it.
    let dialled =
        Event::Connected { conn: ConnId(7), peer: key(HUB), side: Side::Dialer, enrol: None };
    let node = &mut world.nodes[A];
    let said = sent_in(&node.exchange.handle(0, dialled, &mut node.replica).unwrap());
    assert!(matches!(said[..], [Frame::Hello(_), Frame::Batch(_), Frame::State(_)]), "{said:?}");

    // Something is being written at the hub.
    let hub = &mut world.nodes[HUB];
    hub.replica.create(&doc("town/calendar"), super::report::genesis()).unwrap();
    let mut heard = Vec::new();
    let dialled =
        Event::Connected { conn: ConnId(8), peer: key(A), side: Side::Listener, enrol: None };
    heard.extend(hub.exchange.handle(0, dialled, &mut hub.replica).unwrap());
    for frame in said {
        let event = Event::Frame { conn: ConnId(8), bytes: &frame.encode() };
        heard.extend(hub.exchange.handle(0, event, &mut hub.replica).unwrap());
    }
    assert!(sent_in(&heard).is_empty(), "nothing is said while something is staged");
    let committed = hub.replica.commit().unwrap().unwrap();
    let event = Event::Committed(&committed);
    heard.extend(hub.exchange.handle(0, event, &mut hub.replica).unwrap());
    let heard = sent_in(&heard);
    assert!(matches!(heard[..], [Frame::Hello(_), Frame::Ack { batch: 1 }, ..]), "{heard:?}");
}

/// Under chaos commits come late, so that what one node brought is still staged when another greets.
#[test]
fn greetings_come_first_however_busy_the_hub_is() {
    for seed in 1..=60 {
        let mut world = World::new();
        set(world.node(A), &doc(REPORT), "pl2.1", 1);
        set(world.node(B), &doc("report/2023-q1/b"), "pl2.1", 1);
        // Refused, which the hub may say only after its greeting as well.
        set(world.node(B), &doc(REPORT), "pl2.1", 1);
        world.chaos = Some(super::report::Numbers(seed));
        world.connect(A);
        world.connect(B);
        world.run();
        world.chaos = None;
        world.run();
        for node in &world.nodes {
            let broken = node
                .notices
                .iter()
                .find(|notice| matches!(notice, crate::sync::Notice::ProtocolError { .. }));
            assert!(broken.is_none(), "seed {seed}: {broken:?}");
        }
        assert!(world.in_sync(A), "seed {seed}");
    }
}

/// The hub is wrong about what the office has, and goes on editing while it finds that out: what it sent
/// before it knew better must not count as refused.
#[test]
fn edits_made_while_a_wrong_belief_is_mended_arrive_on_the_same_connection() {
    let review = doc("review/2023-q1/a");
    for steps in 0..6 {
        let mut world = World::new();
        let before = world.node(A).backend();
        set(world.node(HUB), &review, "x", 1);
        world.connect(A);
        world.run();
        assert!(world.in_sync(A));
        world.crash(A);
        world.node(A).replace_disk(before);
        world.connect(A);
        for value in 2..10 {
            set(world.node(HUB), &review, "x", value);
            for _ in 0..steps {
                world.step();
            }
        }
        world.run();
        let refused =
            world.nodes[HUB].notices.iter().any(|notice| matches!(notice, Notice::Rejected { .. }));
        assert!(!refused, "after {steps} steps");
        assert!(world.in_sync(A), "after {steps} steps");
        assert_eq!(get(world.node(A), &review, "x"), Some(9));
    }
}
