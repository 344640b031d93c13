//! A disk that has power and fails: full, read-only, or with an fsync that fails.

use hopluu_power_cuts::dice::Dice;
use hopluu_power_cuts::disk::{Survival, Trouble};

use crate::api::Serving;
use crate::round::Round;
use crate::town::{CELL, PERIOD, found, join, serve_hub};
use crate::upkeep::lonely_office;
use crate::{cuts, disk, seed};

/// Types values until one is refused, at most so many. Returns the last acknowledged and the refusal.
fn until_refused(office: &Serving, from: u64, most: u64) -> (u64, Option<serde_json::Value>) {
    let mut last = from;
    for value in from + 1..=from + most {
        let body = serde_json::json!({ "value": value.to_string() });
        let path = format!("/api/periods/{PERIOD}/cells/{CELL}?person=An");
        match office.ask("PUT", &path, Some(&body)) {
            Some((200, _)) => last = value,
            Some((_, refusal)) => return (last, Some(refusal)),
            None => return (last, None),
        }
    }
    (last, None)
}

fn code(refusal: &serde_json::Value) -> &str {
    refusal["problems"][0]["code"].as_str().unwrap_or_default()
}

#[test]
fn a_disk_that_fails_is_told_of_costs_nothing_and_is_used_on_when_it_is_well_again() {
    let Some(disk) = disk() else { return };
    let place = tempfile::tempdir().unwrap();
    let hub = found(place.path().join("hub"));
    let _serving = serve_hub(&hub, None).unwrap();
    let office = join(&hub, disk.path().join("office"), "office");
    let mut last = 0;
    for (trouble, expected) in [
        (Trouble::SyncFails, "store-io"),
        (Trouble::ReadOnly, "store-read-only"),
        (Trouble::Full { silent: false }, "store-full"),
        (Trouble::Full { silent: true }, "store-io"),
    ] {
        let serving = Serving::start(&office, &[]).unwrap();
        assert!(serving.set(PERIOD, CELL, last + 1), "{trouble:?}");
        disk.trouble(trouble);
        let (acknowledged, refusal) = until_refused(&serving, last + 1, 3);
        let refusal = refusal.unwrap_or_else(|| panic!("{trouble:?}: nothing was refused"));
        assert_eq!(code(&refusal), expected, "{trouble:?}: {refusal}");
        assert!(!refusal["problems"][0]["message"].as_str().unwrap_or_default().is_empty());
        // As long as it fails, nothing is acknowledged; an fsync that failed once may not fail again.
        if !matches!(trouble, Trouble::SyncFails) {
            let (still, refusal) = until_refused(&serving, acknowledged, 1);
            let refusal = refusal.unwrap_or_default();
            println!("{trouble:?}: {expected}, then {}", code(&refusal));
            assert_eq!(still, acknowledged, "{trouble:?}: acknowledged on a disk that fails");
        }

        // The disk is well again, and the program goes on by itself.
        disk.trouble(Trouble::None);
        let found = serving.value(PERIOD, CELL);
        assert!((acknowledged..=acknowledged + 1).contains(&found), "{trouble:?}: {found}");
        let (now, refusal) = until_refused(&serving, found, 5);
        assert_eq!(now, found + 5, "{trouble:?}: it does not go on: {refusal:?}");
        drop(serving);

        // A failed fsync forgets: what counts is what a power cut would leave.
        disk.cut();
        disk.power_on(Survival::Nothing);
        let again = Serving::start(&office, &[]).unwrap_or_else(|| panic!("{trouble:?}: no start"));
        assert_eq!(again.value(PERIOD, CELL), now, "{trouble:?}");
        last = now + 1;
        assert!(again.set(PERIOD, CELL, last), "{trouble:?}: it goes on");
        assert!(again.sync(), "{trouble:?}: it syncs");
    }
}

#[test]
fn nothing_is_lost_when_the_power_goes_while_the_store_is_opened_after_a_failure() {
    let Some(disk) = disk() else { return };
    let mut office = lonely_office(&disk, 10);
    let mut dice = Dice::new(seed() + 9);
    for number in 1..=cuts(8) {
        let trouble = match dice.roll(4) {
            0 => Trouble::SyncFails,
            1 => Trouble::ReadOnly,
            2 => Trouble::Full { silent: false },
            _ => Trouble::Full { silent: true },
        };
        // Opening and copying takes some 120 operations, 30 of them fsyncs.
        office.endure_after(trouble, &Round::draw(number, &mut dice, 150, 40), 15);
    }
    assert!(!office.program.data().join("store.damaged-1").exists(), "no failure damages a store");
}

#[test]
fn a_program_that_was_killed_after_a_failed_fsync_does_not_build_on_what_is_not_there() {
    let Some(disk) = disk() else { return };
    let office = lonely_office(&disk, 10);
    let mut last = office.acknowledged;
    for _ in 0..3 {
        let serving = Serving::start(&office.program, &[]).unwrap();
        disk.trouble(Trouble::SyncFails);
        assert!(!serving.set(PERIOD, CELL, last + 1));
        drop(serving);
        // No power was cut: what the fsync did not write can still be read.
        let again = Serving::start(&office.program, &[]).unwrap();
        for _ in 0..3 {
            last += 1;
            assert!(again.set(PERIOD, CELL, last));
        }
        drop(again);
        disk.cut();
        disk.power_on(Survival::Nothing);
        assert_eq!(Serving::start(&office.program, &[]).unwrap().value(PERIOD, CELL), last);
    }
    assert!(!office.program.data().join("store.damaged-1").exists());
}
