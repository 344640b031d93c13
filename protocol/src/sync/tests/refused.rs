//! What a hub refuses for its author stays out, and keeps nothing else from it.

use automerge::transaction::Transactable;
use automerge::{ActorId, ROOT, ReadDoc};

use super::report::{genesis, get, set};
use super::world::{A, A2, B, HUB, STRANGER, World, doc, key, roster, unit};
use crate::id::DocId;
use crate::replica::EditContext;
use crate::roster::{Node as Member, Role};
use crate::sync::Notice;

const REPORT: &str = "report/2023-q1/a";

/// Somebody sets a cell at A with a key that is not A's: from a copied data directory, or with a key file of
/// another machine.
fn set_as(world: &mut World, author: usize, actor: u8, cell: &str, value: i64) {
    let context = EditContext {
        author: key(author),
        actor: ActorId::from([actor; 16]),
        person: "Lê Văn A".to_owned(),
        now_seconds: 1_678_000_000,
    };
    let replica = &mut world.node(A).replica;
    replica.create(&doc(REPORT), genesis()).unwrap();
    replica
        .edit(&doc(REPORT), &context, |tx| {
            let (_, cells) = tx.get(&ROOT, "cells").unwrap().unwrap();
            tx.put(&cells, cell, value)
        })
        .unwrap();
    world.settle(A);
}

/// A brings what others of its unit wrote, beside what the hub does not take: two branches of a report, the
/// foreign one with an honest change on top.
fn dammed() -> World {
    let mut world = World::new();
    set(world.node(A2), &doc(REPORT), "pl2.2", 2);
    set_as(&mut world, B, 77, "pl2.1", 1);
    set(world.node(A), &doc(REPORT), "pl2.3", 3);
    let theirs = world.node(A2).replica.changes_from(&doc(REPORT), 0, usize::MAX).unwrap();
    let changes = theirs.iter().map(|stored| stored.bytes.as_slice().try_into().unwrap()).collect();
    world.node(A).replica.append(&doc(REPORT), changes).unwrap();
    world.settle(A);
    world
}

fn cells(world: &mut World, node: usize) -> [Option<i64>; 3] {
    ["pl2.1", "pl2.2", "pl2.3"].map(|cell| get(world.node(node), &doc(REPORT), cell))
}

fn times_refused(world: &World) -> usize {
    let refused = |notice: &&Notice| matches!(notice, Notice::AuthorRefused { .. });
    world.nodes[A].notices.iter().filter(refused).count()
}

#[test]
fn what_others_wrote_goes_on_and_what_is_stuck_is_told_with_its_author() {
    let mut world = dammed();
    world.connect(A);
    world.run();
    assert_eq!(cells(&mut world, HUB), [None, Some(2), None]);
    let notices = &world.nodes[A].notices;
    assert!(notices.iter().any(|notice| matches!(
        notice,
        Notice::AuthorRefused { doc, author, .. } if doc.to_string() == REPORT && *author == key(B)
    )));
    let super::world::Node { exchange, replica, .. } = world.node(A);
    let refused = exchange.refused_changes(key(HUB), replica).unwrap();
    let [stuck] = refused.as_slice() else { panic!("{refused:?}") };
    assert_eq!(stuck.doc, doc(REPORT));
    assert!(stuck.authors.iter().eq([&key(B)]));
    let by: Vec<_> = stuck.changes.iter().map(|change| change.author).collect();
    assert_eq!(by, [Some(key(B)), Some(key(A))], "and what was written on top of it");
    assert_eq!(stuck.changes[0].person.as_deref(), Some("Lê Văn A"));
    let status = exchange.status_of(key(HUB), replica).unwrap();
    assert_eq!(status.refused, [doc(REPORT)]);
    assert!(!status.in_sync && status.unacknowledged.iter().any(|(id, _)| *id == doc(REPORT)));
}

#[test]
fn what_is_stuck_is_known_after_a_restart_and_is_not_in_the_way_of_the_next_connection() {
    let mut world = dammed();
    let line = world.connect(A);
    world.run();
    world.shut_down(A);
    world.cut(line);
    world.crash(A);
    let super::world::Node { exchange, replica, .. } = world.node(A);
    assert_eq!(exchange.refused_changes(key(HUB), replica).unwrap()[0].changes.len(), 2);
    let status = exchange.status_of(key(HUB), replica).unwrap();
    assert_eq!(status.refused, [doc(REPORT)]);
    assert_eq!(status.unacknowledged, [(doc(REPORT), 3)], "from the first that is stuck");

    set(world.node(A), &doc("report/2023-q2/a"), "pl2.1", 9);
    let refusals = times_refused(&world);
    world.connect(A);
    world.run();
    assert_eq!(get(world.node(HUB), &doc("report/2023-q2/a"), "pl2.1"), Some(9));
    assert_eq!(times_refused(&world), refusals + 1, "it is offered once on a connection");
}

#[test]
fn an_edit_made_while_connected_that_does_not_depend_on_what_is_stuck_arrives() {
    let mut world = dammed();
    world.connect(A);
    world.connect(A2);
    world.run();
    set(world.node(A2), &doc(REPORT), "pl2.4", 4);
    world.run();
    assert_eq!(get(world.node(A), &doc(REPORT), "pl2.4"), Some(4));
    assert_eq!(get(world.node(HUB), &doc(REPORT), "pl2.4"), Some(4));
    assert!(world.in_sync(A2));
}

#[test]
fn when_the_author_is_enrolled_what_was_stuck_arrives() {
    let mut world = World::new();
    set_as(&mut world, STRANGER, 78, "pl2.1", 1);
    set(world.node(A), &doc(REPORT), "pl2.3", 3);
    world.connect(A);
    world.run();
    assert_eq!(cells(&mut world, HUB), [None; 3]);
    let mut newer = roster();
    newer.nodes.push(Member {
        key: key(STRANGER),
        unit: unit("a"),
        role: Role::Office,
        name: "second machine".to_owned(),
        enrolled_at: 0,
        revoked_at: None,
    });
    world.set_roster(HUB, &newer);
    world.set_roster(A, &newer);
    world.run();
    assert_eq!(cells(&mut world, HUB), [Some(1), None, Some(3)]);
    assert!(world.in_sync(A));
    let super::world::Node { exchange, replica, .. } = world.node(A);
    assert_eq!(exchange.refused_changes(key(HUB), replica).unwrap(), []);
}

#[test]
fn several_refused_authors_are_found_one_after_the_other() {
    let mut world = World::new();
    for (author, actor) in [(B, 77), (STRANGER, 78), (B, 79)] {
        set_as(&mut world, author, actor, &format!("pl3.{actor}"), 1);
    }
    set(world.node(A2), &doc(REPORT), "pl2.2", 2);
    let theirs = world.node(A2).replica.changes_from(&doc(REPORT), 0, usize::MAX).unwrap();
    let changes = theirs.iter().map(|stored| stored.bytes.as_slice().try_into().unwrap()).collect();
    world.node(A).replica.append(&doc(REPORT), changes).unwrap();
    world.settle(A);
    world.connect(A);
    world.run();
    assert_eq!(get(world.node(HUB), &doc(REPORT), "pl2.2"), Some(2));
    let at_hub = world.nodes[HUB].replica.summary(&doc(REPORT)).unwrap().changes;
    assert_eq!(at_hub, 2, "the beginning and A2's");
}

/// The way out: the figures become A's own, and both are the same.
#[test]
fn left_out_and_written_again_as_its_own_the_figures_arrive() {
    let mut world = dammed();
    world.connect(A);
    world.run();
    let super::world::Node { exchange, replica, .. } = world.node(A);
    let refused = exchange.refused_changes(key(HUB), replica).unwrap();
    let hashes: Vec<_> = refused[0].changes.iter().map(|change| change.hash).collect();
    assert_eq!(replica.leave_out(&doc(REPORT), &hashes).unwrap().len(), 2);
    assert_eq!(cells(&mut world, A), [None, Some(2), None]);
    for (cell, value) in [("pl2.1", 1), ("pl2.3", 3)] {
        set(world.node(A), &doc(REPORT), cell, value);
    }
    world.settle(A);
    world.run();
    assert_eq!(cells(&mut world, HUB), [Some(1), Some(2), Some(3)]);
    assert!(world.in_sync(A), "{:?}", world.nodes[A].notices);
    assert_eq!(world.nodes[A].heads(&doc(REPORT)), world.nodes[HUB].heads(&doc(REPORT)));
    let super::world::Node { exchange, replica, .. } = world.node(A);
    assert_eq!(exchange.refused_changes(key(HUB), replica).unwrap(), []);
    let others: Vec<DocId> = exchange.status_of(key(HUB), replica).unwrap().refused;
    assert_eq!(others, []);
}

/// Who decides that what is stuck is not wanted at all has nothing more to send, and is in sync all the same.
#[test]
fn left_out_and_not_written_again_both_are_the_same_on_the_same_connection() {
    let mut world = dammed();
    world.connect(A);
    world.run();
    assert!(!world.in_sync(A));
    let super::world::Node { exchange, replica, .. } = world.node(A);
    let refused = exchange.refused_changes(key(HUB), replica).unwrap();
    let hashes: Vec<_> = refused[0].changes.iter().map(|change| change.hash).collect();
    replica.leave_out(&doc(REPORT), &hashes).unwrap();
    world.settle(A);
    world.run();
    assert!(world.in_sync(A), "{:?}", world.nodes[A].notices);
    assert_eq!(world.nodes[A].heads(&doc(REPORT)), world.nodes[HUB].heads(&doc(REPORT)));
}
