//! The power is cut while the store looks after itself: puts changes into a snapshot, is written anew, or is
//! read out after it was set aside.

use hopluu_power_cuts::dice::Dice;
use hopluu_power_cuts::disk::Survival;
use hopluu_power_cuts::mount::Mounted;

use crate::api::Serving;
use crate::office::Office;
use crate::round::Round;
use crate::town::{CELL, PERIOD, found, join, serve_hub};
use crate::{cuts, disk, seed};

/// An office that has joined a town whose hub is gone, and typed some values.
pub(crate) fn lonely_office(disk: &Mounted, values: u64) -> Office<'_> {
    let place = tempfile::tempdir().unwrap();
    let hub = found(place.path().join("hub"));
    let _hub_serves = serve_hub(&hub, None).unwrap();
    let mut office = Office::new(disk, join(&hub, disk.path().join("office"), "office"));
    let serving = Serving::start(&office.program, &[]).unwrap();
    for value in 1..=values {
        assert!(serving.set(PERIOD, CELL, value));
    }
    office.acknowledged = values;
    office
}

/// How much a start of the program does that has something to look after.
fn measured(office: &Office<'_>) -> (u64, u64) {
    let before = office.disk.disk().counts();
    drop(Serving::start(&office.program, &[]).unwrap());
    let after = office.disk.disk().counts();
    (after.operations - before.operations, after.syncs - before.syncs)
}

#[test]
fn nothing_is_lost_while_changes_are_put_into_a_snapshot() {
    let Some(disk) = disk() else { return };
    let mut office = lonely_office(&disk, 150);
    let mut dice = Dice::new(seed() + 4);
    for number in 1..=cuts(3) {
        // A snapshot is due about once in 224 changes.
        let round = Round::draw(number, &mut dice, 900, 280);
        office.endure(&round, 260);
    }
}

#[test]
fn nothing_is_lost_while_a_store_is_written_anew() {
    let Some(disk) = disk() else { return };
    let mut office = lonely_office(&disk, 30);
    office.program = office.program.clone().with("HOPLUU_RENEW_MIB", "0");
    let (operations, syncs) = measured(&office);
    println!("opening and writing anew: {operations} operations, {syncs} of them fsyncs");
    assert!(office.program.data().join("store/generation-1").exists());
    let mut dice = Dice::new(seed() + 5);
    for number in 1..=cuts(4) {
        office.endure(&Round::draw(number, &mut dice, operations, syncs), 3);
    }
}

#[test]
fn nothing_is_lost_while_a_store_in_use_is_written_anew() {
    let Some(disk) = disk() else { return };
    let mut office = lonely_office(&disk, 30);
    // Then a store is written anew when it is opened, and again after 64 commits, of which a few are not
    // values.
    office.program = office.program.clone().with("HOPLUU_RENEW_MIB", "0");
    let (calm, values) = (50, 30);
    let (operations, syncs) = {
        let serving = Serving::start(&office.program, &[]).unwrap();
        let generation = office.program.data().join("store/generation");
        let at_start = std::fs::read(&generation).unwrap();
        let mut count_after = |values: u64| {
            for _ in 0..values {
                office.acknowledged += 1;
                assert!(serving.set(PERIOD, CELL, office.acknowledged));
            }
            disk.disk().counts()
        };
        let (before, after) = (count_after(calm), count_after(values));
        let anew = std::fs::read(&generation).unwrap();
        assert_ne!(at_start, anew, "it is not written anew while it is in use");
        (after.operations - before.operations, after.syncs - before.syncs)
    };
    println!("{values} values and writing anew: {operations} operations, {syncs} of them fsyncs");
    let mut dice = Dice::new(seed() + 8);
    for number in 1..=cuts(6) {
        office.endure_in_use(calm, &Round::draw(number, &mut dice, operations, syncs), values);
    }
    assert!(!office.program.data().join("store.damaged-1").exists(), "no cut damages a store");
}

#[test]
fn nothing_is_lost_while_a_store_is_set_aside_and_read_out() {
    let Some(disk) = disk() else { return };
    let mut office = lonely_office(&disk, 30);
    let mark = office.program.data().join("store/damaged");
    let spoil = || {
        std::fs::write(&mark, "a test").unwrap();
        std::fs::File::open(&mark).and_then(|file| file.sync_all()).unwrap();
        std::fs::File::open(mark.parent().unwrap()).and_then(|file| file.sync_all()).unwrap();
    };
    spoil();
    let (operations, syncs) = measured(&office);
    println!("setting aside and reading out: {operations} operations, {syncs} of them fsyncs");
    let mut dice = Dice::new(seed() + 6);
    for number in 1..=cuts(4) {
        spoil();
        office.endure(&Round::draw(number, &mut dice, operations, syncs), 3);
    }
    disk.cut();
    disk.power_on(Survival::Nothing);
    assert!(office.program.data().join("store.damaged-1/db").exists(), "never deleted");
}
