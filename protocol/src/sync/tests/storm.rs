//! Random edits, cuts, crashes and restores on bad lines; then calm, and everything must agree.

use super::report::{Numbers, set};
use super::world::{A, A2, B, HUB, World, doc};
use crate::sync::ConnId;

const REPORTS: [&str; 4] =
    ["report/2023-q1/a", "report/2023-q2/a", "report/2023-q1/b", "review/2023-q1/a"];

fn documents_of(node: usize) -> &'static [&'static str] {
    match node {
        HUB => &["review/2023-q1/a", "town/calendar", "consolidated/2023-q1"],
        A | A2 => &["report/2023-q1/a", "report/2023-q2/a"],
        _ => &["report/2023-q1/b"],
    }
}

/// One run. Whatever a node has acknowledged is durable there, so the hub must hold, at any moment, each
/// change that its author was told is acknowledged.
fn storm(seed: u64) {
    let mut world = World::new();
    world.chaos = Some(Numbers(seed));
    let mut numbers = Numbers(seed ^ 0x5eed);
    let mut lines: Vec<(usize, ConnId)> = Vec::new();
    for _ in 0..150 {
        let node = [HUB, A, A2, B][numbers.below(4) as usize];
        let mine = documents_of(node);
        match numbers.below(10) {
            0..4 => {
                let id = doc(mine[numbers.below(mine.len() as u64) as usize]);
                let cell = format!("pl2.{}", numbers.below(20));
                set(world.node(node), &id, &cell, numbers.below(10_000) as i64);
            }
            4..6 if node != HUB => lines.push((node, world.connect(node))),
            6 if !lines.is_empty() => {
                let (_, line) = lines.swap_remove(numbers.below(lines.len() as u64) as usize);
                if world.is_up(line) {
                    world.break_after(line, numbers.below(3_000) as usize);
                }
            }
            7 => world.crash(node),
            _ => {
                for _ in 0..numbers.below(30) {
                    world.step();
                }
            }
        }
        no_acknowledged_change_is_missing(&world, seed);
    }

    world.chaos = None;
    for (_, line) in lines {
        world.cut(line);
    }
    // Twice: what one node brings, the others get by the second round at the latest.
    for node in [A, A2, B, A, A2, B] {
        world.connect(node);
        world.run();
    }
    for node in [A, A2, B] {
        assert!(world.in_sync(node), "seed {seed}: node {node} is not in sync");
    }
    for report in REPORTS.iter().map(|id| doc(id)) {
        let holders = [A, A2, B].into_iter().filter(|node| {
            let group = format!("/{}", super::world::unit_of(*node));
            report.to_string().ends_with(&group)
        });
        for node in holders {
            let (there, here) = (world.nodes[HUB].heads(&report), world.nodes[node].heads(&report));
            assert_eq!(there, here, "seed {seed}: {report} differs at node {node}");
        }
    }
    for node in &world.nodes {
        for (report, change) in &node.made {
            assert!(world.nodes[HUB].has(report, change), "seed {seed}: {change} is lost");
        }
    }
}

fn no_acknowledged_change_is_missing(world: &World, seed: u64) {
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
                "seed {seed}: node {node} believes that {change} is at the hub"
            );
        }
    }
}

#[test]
fn no_acknowledged_change_is_ever_missing_and_all_agree_after_the_storm() {
    let seeds = match std::env::var("HOPLUU_SEED") {
        Ok(seed) => vec![seed.parse().unwrap()],
        Err(_) => (1..=40).collect(),
    };
    seeds.into_iter().for_each(storm);
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
        no_acknowledged_change_is_missing(&world, bytes as u64);
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
