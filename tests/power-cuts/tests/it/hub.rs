//! The hub's power is cut while offices sync: what it acknowledged to them is there when it is back.

use hopluu_power_cuts::dice::Dice;

use crate::api::Serving;
use crate::round::Round;
use crate::town::{CELL, PERIOD, found, join, serve_hub, value_of};
use crate::{cuts, disk, seed};
use hopluu_program::Program;

const OPERATIONS: u64 = 140;
const SYNCS: u64 = 45;
const VALUES: u64 = 8;

#[test]
fn a_hub_loses_nothing_that_it_acknowledged_to_an_office() {
    let Some(disk) = disk() else { return };
    let place = tempfile::tempdir().unwrap();
    let hub = found(disk.path().join("hub"));
    let serving = serve_hub(&hub, None).unwrap();
    let address = serving.listening.clone().unwrap();
    let office = join(&hub, place.path().join("office"), "office");
    let witness = join(&hub, place.path().join("witness"), "witness");
    drop(serving);
    let mut dice = Dice::new(seed() + 1);
    let (mut acknowledged, mut tried) = (0, 0);

    for number in 1..=cuts(5) {
        let round = Round::draw(number, &mut dice, OPERATIONS, SYNCS);
        disk.cut_at(round.moment);
        if let Some(_serving) = serve_hub(&hub, Some(&address)) {
            // The office's process ends before the hub is back: what the hub then shows is its own.
            let office = Serving::start(&office, &[]).unwrap();
            for _ in 0..VALUES {
                tried += 1;
                assert!(office.set(PERIOD, CELL, tried), "the office's own disk is well");
                if !disk.has_power() || !synced(&office, &disk) {
                    break;
                }
                acknowledged = tried;
            }
        } else {
            assert!(!disk.has_power(), "seed {}, {round:?}: serve ended by itself", seed());
        }
        disk.cut();
        disk.power_on(round.survival());

        let _again = serve_hub(&hub, Some(&address))
            .unwrap_or_else(|| panic!("seed {}, {round:?}: the hub does not start", seed()));
        let found = at_hub(&witness);
        assert!(
            (acknowledged..=tried).contains(&found),
            "seed {}, {round:?}: {found} is left where {acknowledged} was acknowledged",
            seed()
        );
        office.ok(&["sync"]);
        assert_eq!(at_hub(&witness), tried, "seed {}, {round:?}: after a sync", seed());
        acknowledged = tried;
    }
}

/// Waits until the office has heard that everything is at the hub; gives up when the power goes.
fn synced(office: &Serving, disk: &hopluu_power_cuts::mount::Mounted) -> bool {
    loop {
        if office.get("/api/status")["unacknowledged"] == 0 {
            return true;
        }
        if disk.wait_for_dark(std::time::Duration::from_millis(5)) {
            return false;
        }
    }
}

/// What the hub has in the commune's cell: the witness, another machine of it, gets it from there.
fn at_hub(witness: &Program) -> u64 {
    witness.ok(&["sync"]);
    value_of(witness)
}
