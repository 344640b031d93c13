//! A line that breaks after each number of bytes. Whole towns in which everything fails at random are in
//! `tests/simulation`.

use super::report::{set, work};
use super::world::{A, A2, B, HUB, World, doc, key};
use crate::sync::{Action, ConnId, Event, Notice, Side};
use crate::wire::stream::Deframer;

/// Whatever a node has acknowledged is durable there, so the hub must hold, at any moment, each change that
/// its author was told is acknowledged.
fn no_acknowledged_change_is_missing(world: &World, after: usize) {
    for node in [A, A2, B] {
        let office = &world.nodes[node];
        let status = office.exchange.status_of(key(HUB), &office.replica).unwrap();
        for (report, change) in &office.made {
            let position = office.replica.position(report, change).unwrap().unwrap();
            let total = office.replica.summary(report).unwrap().changes;
            let waiting = status.unacknowledged.iter().find(|(doc, _)| doc == report);
            let acknowledged = position < total - waiting.map_or(0, |(_, count)| *count);
            assert!(
                !acknowledged || world.nodes[HUB].has(report, change),
                "after {after} bytes node {node} believes that {change} is at the hub"
            );
        }
    }
}

/// A line that breaks after each number of bytes, in either direction: what arrived as a whole is kept,
/// what did not is sent again.
#[test]
fn a_line_may_break_after_any_byte() {
    let whole = {
        let mut world = World::new();
        prepare(&mut world);
        let line = world.connect(A);
        world.run();
        let traffic = world.traffic(line);
        traffic.up + traffic.down
    };
    for bytes in 0..whole {
        let mut world = World::new();
        prepare(&mut world);
        let line = world.connect(A);
        world.break_after(line, bytes);
        world.run();
        no_acknowledged_change_is_missing(&world, bytes);
        world.cut(line);
        world.connect(A);
        world.run();
        assert!(world.in_sync(A), "after {bytes} bytes");
    }
}

fn prepare(world: &mut World) {
    set(world.node(A), &doc("report/2023-q1/a"), "pl2.1", 1);
    set(world.node(HUB), &doc("review/2023-q1/a"), "x", 1);
}

/// Whoever dials again learns that a line which broke before everything was over has brought something: it need
/// not wait as long as after a line that brought nothing.
#[test]
fn a_line_that_breaks_on_the_way_has_told_that_something_was_acknowledged() {
    let is_told =
        |notice: &&Notice| matches!(notice, Notice::Acknowledged { peer } if *peer == key(HUB));
    let told = |world: &World| world.nodes[A].notices.iter().filter(is_told).count();
    let mut world = World::new();
    set(world.node(A), &doc("report/2023-q1/a"), "pl2.1", 1);
    let line = world.connect(A);
    world.break_after(line, 10);
    world.run();
    assert_eq!(told(&world), 0, "nothing was acknowledged before it broke");

    work(world.node(A), &doc("report/2023-q1/a"), 600, false, 7);
    let line = world.connect(A);
    while told(&world) == 0 {
        assert!(world.step(), "nothing is acknowledged");
    }
    assert_eq!(told(&world), 1);
    world.cut(line);
    let in_sync = |notice: &Notice| matches!(notice, Notice::InSync { .. });
    assert!(!world.nodes[A].notices.iter().any(in_sync), "it broke before both were in sync");
}

/// What came of a peer is not sent back to it, although the line broke before it could be told that it is durable.
#[test]
fn what_was_staged_when_the_line_broke_does_not_go_back_to_where_it_came_from() {
    let mut world = met_and_apart();
    // The node works on, and its batches arrive.
    work(world.node(A), &doc("report/2023-q1/a"), 300, false, 1);
    breaks_before_the_hub_commits(&mut world, ConnId(900));
    world.event(HUB, Event::Tick);
    let down = comes_back(&mut world);
    assert!(down < 200, "{down} bytes came back");
}

/// The same when the line breaks again and again while the hub writes: what a batch repeats is there, for the
/// next word that it is held may be the first to be heard.
#[test]
fn what_is_sent_again_while_the_hub_writes_does_not_come_back_either() {
    let mut world = met_and_apart();
    for line in 900..903 {
        work(world.node(A), &doc("report/2023-q1/a"), 40, false, line);
        breaks_before_the_hub_commits(&mut world, ConnId(line));
    }
    world.event(HUB, Event::Tick);
    work(world.node(A), &doc("report/2023-q1/a"), 40, false, 1);
    for _ in 0..2 {
        let down = comes_back(&mut world);
        assert!(down < 200, "{down} bytes came back");
        let line = world.last_line();
        world.cut(line);
    }
}

/// A node and the hub have met, and their line is cut.
fn met_and_apart() -> World {
    let mut world = World::new();
    prepare(&mut world);
    let line = world.connect(A);
    world.run();
    world.cut(line);
    world
}

/// What the node has to say arrives, and the line is gone before the hub has committed.
fn breaks_before_the_hub_commits(world: &mut World, line: ConnId) {
    let now = world.now;
    let said = {
        let office = world.node(A);
        let connected =
            Event::Connected { conn: line, peer: key(HUB), side: Side::Dialer, enrol: None };
        let actions = office.exchange.handle(now, connected, &mut office.replica).unwrap();
        office.exchange.handle(now, Event::Closed { conn: line }, &mut office.replica).unwrap();
        actions
    };
    let hub = world.node(HUB);
    let connected =
        Event::Connected { conn: line, peer: key(A), side: Side::Listener, enrol: None };
    hub.exchange.handle(now, connected, &mut hub.replica).unwrap();
    let mut deframer = Deframer::default();
    for action in said {
        let Action::Send { bytes, .. } = action else { continue };
        deframer.push(&bytes);
        while let Some(frame) = deframer.next_frame().unwrap() {
            let heard = Event::Frame { conn: line, bytes: frame };
            hub.exchange.handle(now, heard, &mut hub.replica).unwrap();
        }
    }
    assert!(hub.replica.has_staged_changes(), "nothing arrived");
    hub.exchange.handle(now, Event::Closed { conn: line }, &mut hub.replica).unwrap();
}

/// Connects until all is said; how many bytes the hub has sent.
fn comes_back(world: &mut World) -> usize {
    let line = world.connect(A);
    world.run();
    assert!(world.in_sync(A));
    world.traffic(line).down
}
