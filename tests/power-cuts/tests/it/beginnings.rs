//! The power is cut while a node is made: the first files, the first commits.

use std::process::Command;

use hopluu_power_cuts::dice::Dice;
use hopluu_power_cuts::disk::Survival;

use crate::round::Round;
use crate::town::{CELL, PERIOD, UNIT, found, serve_hub, town_file, value_at_hub};
use crate::{cuts, disk, seed};
use hopluu_program::{Program, json, output_of};

/// Runs a command to its end, whether it succeeds or not.
fn succeeds(command: Command) -> bool {
    output_of(command).status.success()
}

#[test]
fn a_hub_is_founded_and_invites_whenever_the_power_goes() {
    let Some(disk) = disk() else { return };
    let place = tempfile::tempdir().unwrap();
    let file = town_file();
    let init = ["init", "--hub", "--town", file.to_str().unwrap()];
    let before = disk.disk().counts();
    found(disk.path().join("measured"));
    let after = disk.disk().counts();
    let (operations, syncs) = (after.operations - before.operations, after.syncs - before.syncs);
    println!("founding a hub: {operations} operations, {syncs} of them fsyncs");

    let mut dice = Dice::new(seed() + 2);
    for number in 1..=cuts(4) {
        let round = Round::draw(number, &mut dice, operations, syncs);
        let hub = Program::over(disk.path().join(format!("hub-{number}")));
        disk.cut_at(round.moment);
        let founded = succeeds(hub.command(&init));
        disk.cut();
        disk.power_on(round.survival());
        let again = hub.run(&init);
        if founded {
            assert!(!again.status.success(), "seed {}, {round:?}: founded twice", seed());
        } else if !again.status.success() {
            let told = String::from_utf8_lossy(&again.stderr).into_owned();
            let status = json(&hub.ok(&["--json", "status"]));
            assert_eq!(status["hub"], true, "seed {}, {round:?}: {told}", seed());
        }

        // An invitation that was printed holds.
        let round = Round::draw(number, &mut dice, 60, 18);
        disk.cut_at(round.moment);
        let invited = hub.run(&["invite", UNIT, "--address", "127.0.0.1:4499"]);
        disk.cut();
        disk.power_on(round.survival());
        if invited.status.success() {
            let serving = serve_hub(&hub, Some("127.0.0.1:4499")).unwrap();
            let office = Program::over(place.path().join(format!("office-{number}")));
            let text = String::from_utf8(invited.stdout).unwrap();
            let joined = office.run(&["join", text.trim()]);
            let told = String::from_utf8_lossy(&joined.stderr).into_owned();
            assert!(joined.status.success(), "seed {}, {round:?}: {told}", seed());
            drop(serving);
        }
    }
}

#[test]
fn an_office_joins_whenever_the_power_goes() {
    let Some(disk) = disk() else { return };
    let place = tempfile::tempdir().unwrap();
    let hub = found(place.path().join("hub"));
    let _serving = serve_hub(&hub, None).unwrap();
    let mut dice = Dice::new(seed() + 3);
    let (mut operations, mut syncs) = (u64::MAX, u64::MAX);
    let mut last = 0;
    for number in 0..=cuts(4) {
        let office = Program::over(disk.path().join(format!("office-{number}")));
        let invitation = hub.ok(&["invite", UNIT]);
        let join = ["join", invitation.trim(), "--name", "office"];
        let round = Round::draw(number, &mut dice, operations, syncs);
        let before = disk.disk().counts();
        // The first time without a cut, to see how long it takes.
        if number > 0 {
            disk.cut_at(round.moment);
        }
        let joined = succeeds(office.command(&join));
        if number == 0 {
            let after = disk.disk().counts();
            operations = after.operations - before.operations;
            syncs = after.syncs - before.syncs;
            println!("joining: {operations} operations, {syncs} of them fsyncs");
            assert!(joined);
        }
        disk.cut();
        disk.power_on(if number == 0 { Survival::Nothing } else { round.survival() });
        // Whoever does not know whether it worked does it again.
        let again = office.run(&join);
        let told = String::from_utf8_lossy(&again.stderr).into_owned();
        assert!(again.status.success(), "seed {}, {round:?}, joined {joined}: {told}", seed());
        last = number + 1;
        office.ok(&["set", PERIOD, CELL, &last.to_string()]);
        office.ok(&["sync"]);
    }
    assert_eq!(value_at_hub(&hub, place.path().join("fresh")), last, "seed {}", seed());
}
