//! A real hub, attacked in one way after another while an honest office edits. What must hold during
//! each: the office's edits are acknowledged, and the hub's memory stays bounded. docs/threats.md lists
//! the attacks with what bounds each.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod attacks;
mod forged;
mod hub;
mod trickle;

use std::time::{Duration, Instant};

use attacks::{Attack, Tally};
use hopluu_tests::json;
use hub::Hub;

/// Edits that the honest office makes during each attack, each in a process of its own that ends when the
/// hub has acknowledged it.
const EDITS: u32 = 2;

/// Most that the hub may have used at any time, in MiB. An idle one of this town uses a quarter of it.
const MEMORY: u64 = 256;

#[test]
fn the_hub_serves_an_honest_office_during_every_attack_and_its_memory_stays_bounded() {
    let hub = Hub::found();
    let office = hub.office("honest", hub::HONEST_UNIT);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let idle = hub.memory();
    println!(
        "{:<24} {:>8} {:>9} {:>9} {:>9} {:>7}",
        "attack", "rounds", "sent", "got", "slowest", "MiB"
    );
    let mut edits = 0;
    let mut waits = Vec::new();
    for attack in Attack::ALL {
        let target = hub.target(attack.needs_a_key());
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let (began, begun) = tokio::sync::oneshot::channel();
        let attacking = runtime.spawn(attacks::run(attack, target, began, stopped));
        runtime.block_on(begun).expect("the attack itself failed");
        let mut slowest = Duration::ZERO;
        for _ in 0..EDITS {
            edits += 1;
            office.ok(&["set", hub::PERIOD, hub::CELL, &edits.to_string()]);
            let asked = Instant::now();
            office.ok(&["sync"]);
            waits.push(asked.elapsed());
            slowest = slowest.max(asked.elapsed());
        }
        stop.send(true).unwrap();
        let tally: Tally = runtime.block_on(attacking).expect("the attack itself failed");
        println!(
            "{:<24} {:>8} {:>9} {:>9} {:>6} ms {:>7}",
            format!("{attack:?}"),
            tally.rounds,
            tally.sent,
            tally.received,
            slowest.as_millis(),
            hub.memory().map_or_else(|| "?".to_owned(), |memory| memory.now.to_string()),
        );
        // A round that waits for the hub has no end, but it has begun when something was sent.
        let took_place = tally.rounds > 0 || tally.sent > 0;
        assert!(took_place, "{attack:?} did not take place");
    }
    waits.sort();
    println!(
        "{edits} edits acknowledged: median {:?}, slowest {:?}",
        waits[waits.len() / 2],
        waits.last()
    );

    let fresh = hub.office("fresh", hub::HONEST_UNIT);
    let cell = json(&fresh.ok(&["--json", "get", hub::PERIOD, hub::CELL]));
    assert_eq!(cell["cell"]["value"], edits, "the hub has the last edit");
    match (idle, hub.memory()) {
        (Some(idle), Some(memory)) => {
            println!("memory: {} MiB before, {} MiB at most", idle.now, memory.most);
            assert!(memory.most < MEMORY, "the hub used {} MiB", memory.most);
        }
        _ => println!("this system does not tell a process's memory: not checked"),
    }
}
