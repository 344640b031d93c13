//! A hub with little room, and those who want in.

use super::report::{set, work};
use super::world::{A, A2, B, HUB, World, doc, key};
use crate::sync::{Action, CloseReason, ConnId, Event, Limits, Notice, ProtocolError, Side};
use crate::wire::frame::{Frame, HOLDS_ROSTER, Hello, VERSION};
use crate::wire::stream;

const OF_A: &str = "report/2023-q1/a";
const OF_B: &str = "report/2023-q1/b";

fn world(limits: Limits) -> World {
    let mut world = World::new();
    world.node(HUB).limit(limits);
    world
}

/// How long the hub asked a node to stay away, most recently.
fn told_to_wait(world: &mut World, node: usize) -> Option<u64> {
    world.node(node).notices.iter().rev().find_map(|notice| match notice {
        Notice::Busy { retry_after, .. } => Some(*retry_after),
        _ => None,
    })
}

fn syncs(world: &mut World, node: usize) -> ConnId {
    let line = world.connect(node);
    world.run();
    assert!(world.in_sync(node), "node {node} is not in sync");
    line
}

#[test]
fn a_hub_without_room_sends_newcomers_away_but_not_a_node_that_comes_back() {
    let mut world = world(Limits { connections: 1, ..Limits::default() });
    let line = syncs(&mut world, A);
    let refused = world.connect(B);
    world.run();
    assert!(!world.is_up(refused) && world.is_up(line));

    syncs(&mut world, A);
    assert!(!world.is_up(line), "the new connection takes the old one's place");
}

#[test]
fn first_syncs_take_turns_and_whoever_has_most_already_need_not_wait() {
    let mut world = world(Limits { first_syncs: 1, ..Limits::default() });
    set(world.node(HUB), &doc("town/calendar"), "x", 1);
    let line = syncs(&mut world, B);
    world.cut(line);
    set(world.node(B), &doc(OF_B), "pl2.1", 1);

    // A has greeted when its first frame has arrived, and its first sync goes on.
    let slow = world.connect(A);
    world.step();
    let second = world.connect(A2);
    world.run();
    assert!(!world.is_up(second), "two first syncs at once");
    assert!(told_to_wait(&mut world, A2) >= Some(30_000));
    assert!(world.is_up(slow) && world.in_sync(A));

    syncs(&mut world, B);
    syncs(&mut world, A2);
}

#[test]
fn a_peer_that_sends_without_end_is_taken_in_at_its_pace_and_the_others_do_not_wait_for_it() {
    let mut world = world(Limits { pace: 1_000, burst: 4_000, ..Limits::default() });
    work(world.node(A), &doc(OF_A), 600, false, 1);
    set(world.node(B), &doc(OF_B), "pl2.1", 1);
    world.connect(A);
    world.connect(B);
    world.run();
    assert!(world.in_sync(B), "one edit is within everybody's burst");
    assert!(!world.in_sync(A), "20 kB are not");

    let begun = world.now;
    while !world.in_sync(A) {
        world.wait(1_000);
        assert!(world.now - begun < 60_000, "a quarter's report at 1 kB/s takes twenty seconds");
    }
    assert!(world.now - begun > 3_000);
    assert_eq!(world.nodes[HUB].heads(&doc(OF_A)), world.nodes[A].heads(&doc(OF_A)));
}

#[test]
fn a_peer_that_does_not_even_mind_its_window_is_dropped() {
    let mut world = world(Limits { pace: 1, burst: 1, ..Limits::default() });
    let line = world.connect(A);
    world.run();
    let pings = stream::encode(&Frame::Ping { token: 1 }).repeat(1_000);
    for _ in 0..10 {
        if world.is_up(line) {
            world.inject(line, A, pings.clone());
            world.run();
        }
    }
    assert!(!world.is_up(line));
    assert!(world.node(HUB).notices.iter().any(|notice| matches!(
        notice,
        Notice::ProtocolError { error: ProtocolError::TooMany { .. }, .. }
    )));
}

#[test]
fn what_waits_is_bounded_over_all_peers() {
    let mut world = world(Limits { pace: 1, burst: 1, deferred: 10_000, ..Limits::default() });
    let line = world.connect(A);
    world.run();
    world.inject(line, A, stream::encode(&Frame::Ping { token: 1 }).repeat(1_000));
    world.run();
    assert!(!world.is_up(line));
}

#[test]
fn in_a_crowd_everybody_still_gets_everything_one_small_batch_at_a_time() {
    let mut world = world(Limits { flying: 1, ..Limits::default() });
    work(world.node(HUB), &doc("review/2023-q1/a"), 300, false, 3);
    work(world.node(HUB), &doc("review/2023-q1/b"), 300, false, 4);
    world.connect(A);
    world.connect(B);
    world.run();
    for node in [A, B] {
        assert!(world.in_sync(node), "node {node}");
    }
}

/// A stranger connects and says nothing. Who is sent away for it?
fn a_silent_stranger_comes(world: &mut World, name: u8) -> Vec<ConnId> {
    let (conn, peer) = (ConnId(u64::from(name)), key(name.into()));
    let connected = Event::Connected { conn, peer, side: Side::Listener, enrol: None };
    let now = world.now;
    let hub = world.node(HUB);
    let actions = hub.exchange.handle(now, connected, &mut hub.replica).unwrap();
    let sent_away = actions.iter().filter_map(|action| match action {
        Action::Close { conn, reason: CloseReason::Busy } => Some(*conn),
        _ => None,
    });
    sent_away.collect()
}

#[test]
fn whoever_fills_the_hub_and_says_nothing_makes_room_and_nobody_who_has_greeted() {
    let mut world = world(Limits { connections: 3, ..Limits::default() });
    let office = syncs(&mut world, A);
    assert_eq!(a_silent_stranger_comes(&mut world, 100), []);
    assert_eq!(a_silent_stranger_comes(&mut world, 101), []);
    assert_eq!(a_silent_stranger_comes(&mut world, 102), [ConnId(100)], "the oldest");

    // Two offices take the places of the two strangers, and keep them.
    let colleague = syncs(&mut world, A2);
    let neighbour = syncs(&mut world, B);
    assert_eq!(a_silent_stranger_comes(&mut world, 103), [ConnId(103)], "nobody is silent");
    assert!([office, colleague, neighbour].iter().all(|line| world.is_up(*line)));
}

#[test]
fn an_appeal_that_brings_nothing_keeps_no_place() {
    let mut world = world(Limits { connections: 2, ..Limits::default() });
    syncs(&mut world, A);
    assert_eq!(a_silent_stranger_comes(&mut world, 100), []);
    let hello = Hello {
        min_version: VERSION,
        max_version: VERSION,
        features: HOLDS_ROSTER,
        pushes: false,
        epoch: [7; 16],
        digest: [7; 32],
    };
    let bytes = Frame::Hello(hello).encode();
    let (now, conn) = (world.now, ConnId(100));
    let hub = world.node(HUB);
    let actions =
        hub.exchange.handle(now, Event::Frame { conn, bytes: &bytes }, &mut hub.replica).unwrap();
    assert!(!actions.iter().any(|action| matches!(action, Action::Close { .. })), "it may appeal");
    assert_eq!(a_silent_stranger_comes(&mut world, 101), [conn]);
}
