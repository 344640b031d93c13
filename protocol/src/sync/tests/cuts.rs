//! A line that breaks after each number of bytes. Whole towns in which everything fails at random are in
//! `tests/simulation`.

use super::report::set;
use super::world::{A, A2, B, HUB, World, doc};

/// Whatever a node has acknowledged is durable there, so the hub must hold, at any moment, each change that
/// its author was told is acknowledged.
fn no_acknowledged_change_is_missing(world: &World, after: usize) {
    for node in [A, A2, B] {
        let office = &world.nodes[node];
        let status = office.exchange.status_of(super::world::key(HUB), &office.replica).unwrap();
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
