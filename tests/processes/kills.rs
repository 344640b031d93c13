//! `kill -9` of either side at random moments of a sync, twenty times: what was acknowledged is at the
//! hub in the end.

use std::process::Stdio;

use hopluu_tests::json;

use crate::town::{PERIOD, Town};

/// A small generator, so that a failing run can be run again: the seed stands in the message.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

#[test]
fn twenty_kills_in_the_middle_of_syncs_lose_nothing_that_was_acknowledged() {
    let seed = 20_230_313;
    let mut dice = Dice(seed);
    let mut town = Town::found();
    let units = [("tu-ha", "19996"), ("huong-toan", "20005"), ("huong-van", "20008")];
    let offices = units.map(|(folder, unit)| town.office(folder, unit));
    let mut acknowledged = [0_u64; 3];

    for round in 1..=20_u64 {
        let victim = usize::try_from(dice.roll(3)).unwrap();
        for (office, last) in offices.iter().zip(&mut acknowledged) {
            office.ok(&["set", PERIOD, "pl4.3.2.1", &round.to_string()]);
            *last = round;
        }
        // A sync runs in a process of its own, and dies before it is through, or the hub does.
        let mut sync = offices[victim]
            .command(&["sync"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let spins = dice.roll(60);
        let moment = std::time::Instant::now();
        while moment.elapsed().as_millis() < u128::from(spins) {
            std::hint::spin_loop();
        }
        // Either side dies first; what is left of the office's process then goes too, since it would
        // wait for the dead connection's time to run out.
        if dice.roll(2) == 0 {
            sync.kill().unwrap();
        } else {
            town.kill_hub();
            town.serve_again();
            sync.kill().unwrap();
        }
        sync.wait().unwrap();
    }
    for ((office, (_, unit)), last) in offices.iter().zip(units).zip(acknowledged) {
        let cell = json(&office.ok(&["--json", "get", PERIOD, "pl4.3.2.1"]));
        assert_eq!(cell["cell"]["value"], last, "seed {seed}: {unit}");
        office.ok(&["sync"]);
    }
    // The hub's word: another machine of each unit gets it all from there.
    for (number, ((_, unit), last)) in units.into_iter().zip(acknowledged).enumerate() {
        let fresh = town.office(&format!("fresh-{number}"), unit);
        let cell = json(&fresh.ok(&["--json", "get", PERIOD, "pl4.3.2.1"]));
        assert_eq!(cell["cell"]["value"], last, "seed {seed}: {unit} at the hub");
        let history = json(&fresh.ok(&["--json", "history", PERIOD, "pl4.3.2.1"]));
        assert_eq!(history.as_array().unwrap().len(), 20, "seed {seed}: {unit} at the hub");
    }
}
