//! Asking a peer whether it is there, instead of telling what was known of it.

use super::report::{get, set};
use super::world::{A, HUB, World, doc, key};
use crate::sync::{ConnId, Event, Notice, PeerStatus};
use crate::wire::frame::Frame;
use crate::wire::stream;

const REPORT: &str = "report/2023-q1/a";

/// An office that is in sync with its hub.
fn town() -> (World, ConnId) {
    let mut world = World::new();
    set(world.node(A), &doc(REPORT), "pl2.1", 1);
    let line = world.connect(A);
    world.run();
    assert!(world.in_sync(A));
    (world, line)
}

fn ask(world: &mut World, compare: bool) {
    world.event(A, Event::Ask { peer: key(HUB), compare });
}

/// What the office knows of its hub.
fn hub(world: &World) -> PeerStatus {
    let office = &world.nodes[A];
    office.exchange.status_of(key(HUB), &office.replica).unwrap()
}

fn told_in_sync(world: &World) -> usize {
    world.nodes[A].notices.iter().filter(|n| matches!(n, Notice::InSync { .. })).count()
}

#[test]
fn nothing_is_said_of_the_hub_before_it_has_answered() {
    let (mut world, line) = town();
    assert_eq!(told_in_sync(&world), 1);
    ask(&mut world, true);
    // The line carries nothing: the hub is off, or the cable is out.
    let before = hub(&world);
    assert_eq!((before.in_sync, before.asked, before.answered), (false, 1, 0));

    world.run();
    let after = hub(&world);
    assert_eq!((after.in_sync, after.asked, after.answered), (true, 1, 1));
    assert_eq!((after.conn, told_in_sync(&world)), (Some(line), 2));
}

#[test]
fn what_the_hub_has_made_meanwhile_is_here_when_both_are_in_sync_again() {
    let (mut world, _) = town();
    ask(&mut world, true);
    set(world.node(HUB), &doc("town/calendar"), "x", 7);
    world.run();
    assert!(world.in_sync(A));
    assert_eq!(get(world.node(A), &doc("town/calendar"), "x"), Some(7));
}

#[test]
fn asking_whether_the_hub_is_there_takes_nothing_back() {
    let (mut world, line) = town();
    let before = world.traffic(line);
    ask(&mut world, false);
    assert!(hub(&world).in_sync);
    world.run();
    assert_eq!(hub(&world).answered, 1);
    assert_eq!(told_in_sync(&world), 1);
    let cost = world.traffic(line);
    assert_eq!((cost.up - before.up, cost.down - before.down), (3, 3));
}

#[test]
fn asking_costs_less_than_coming_back() {
    let (mut world, line) = town();
    let before = world.traffic(line);
    ask(&mut world, true);
    assert_eq!(world.round_trips(), 1.0);
    let cost = world.traffic(line);
    let (up, down) = (cost.up - before.up, cost.down - before.down);
    assert!(up <= 50 && down <= 50, "{up} B up, {down} B down");
}

#[test]
fn an_answer_to_nothing_that_was_asked_counts_for_nothing() {
    let (mut world, line) = town();
    let pong = |token| stream::encode(&Frame::Pong { token });
    world.inject(line, HUB, [pong(0), pong(1), pong(u64::MAX)].concat());
    world.run();
    assert_eq!(hub(&world).answered, 0);

    ask(&mut world, false);
    let asked = hub(&world);
    assert_eq!((asked.asked, asked.answered), (1, 0), "an early answer is none");
    ask(&mut world, false);
    world.run();
    assert_eq!(hub(&world).answered, 2);
}

#[test]
fn a_hub_that_is_asked_before_it_has_greeted_answers_all_the_same() {
    let mut world = World::new();
    set(world.node(A), &doc(REPORT), "pl2.1", 1);
    let line = world.connect(A);
    ask(&mut world, true);
    let asked = hub(&world);
    assert_eq!((asked.connected, asked.conn, asked.asked), (false, Some(line), 1));
    world.run();
    assert_eq!(hub(&world).answered, 1);
    assert!(world.in_sync(A));
}

#[test]
fn who_is_not_connected_is_not_asked() {
    let (mut world, line) = town();
    world.cut(line);
    ask(&mut world, true);
    let gone = hub(&world);
    assert_eq!((gone.conn, gone.asked, gone.connected), (None, 0, false));
    // The next connection begins to count anew.
    world.connect(A);
    ask(&mut world, true);
    world.run();
    assert_eq!(hub(&world).answered, 1);
    assert!(world.in_sync(A));
}

#[test]
fn when_the_hub_was_last_heard_is_known() {
    let (mut world, _) = town();
    let before = hub(&world).last_heard.unwrap();
    world.wait(9_000);
    assert_eq!(hub(&world).last_heard, Some(before));
    ask(&mut world, false);
    world.run();
    assert_eq!(hub(&world).last_heard, Some(world.now));
}
