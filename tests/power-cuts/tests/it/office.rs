//! An office's power is cut while its people type and it syncs.

use hopluu_power_cuts::dice::Dice;
use hopluu_power_cuts::disk::Trouble;
use hopluu_power_cuts::mount::Mounted;

use crate::api::Serving;
use crate::round::Round;
use crate::town::{CELL, PERIOD, found, join, serve_hub, value_at_hub};
use crate::{cuts, disk, seed};
use hopluu_program::Program;

/// About how much is done in a round: opening the store takes some 50 operations, each value typed 3.
const OPERATIONS: u64 = 160;
const SYNCS: u64 = 50;

/// Values typed before the power is taken away if it did not go by itself.
const VALUES: u64 = 40;

/// An office on a disk whose power is cut, with what it owes.
pub(crate) struct Office<'a> {
    pub(crate) disk: &'a Mounted,
    pub(crate) program: Program,
    /// The last value that it acknowledged.
    pub(crate) acknowledged: u64,
    /// A value that it refused; it may be there all the same.
    refused: u64,
    /// Its key, once it has been seen.
    key: Option<serde_json::Value>,
    /// How many cuts fell into the start of the program.
    pub(crate) dark_at_start: u64,
}

impl<'a> Office<'a> {
    pub(crate) fn new(disk: &'a Mounted, program: Program) -> Self {
        Self { disk, program, acknowledged: 0, refused: 0, key: None, dark_at_start: 0 }
    }

    /// Starts, types values until the power goes, and starts again: what was acknowledged is there.
    pub(crate) fn endure(&mut self, round: &Round, values: u64) {
        self.disk.cut_at(round.moment);
        let serving = Serving::start(&self.program, &[]);
        self.suffer(serving, round, values);
    }

    /// As [`Office::endure`]; the power goes only when the program runs and has acknowledged `calm` values.
    pub(crate) fn endure_in_use(&mut self, calm: u64, round: &Round, values: u64) {
        let serving = Serving::start(&self.program, &[]);
        for _ in 0..calm {
            let next = self.acknowledged + 1;
            assert!(serving.as_ref().is_some_and(|serving| serving.set(PERIOD, CELL, next)));
            self.acknowledged = next;
        }
        self.disk.cut_at(round.moment);
        self.suffer(serving, round, values);
    }

    /// As [`Office::endure`]; before the power goes, the disk is in trouble and well again.
    pub(crate) fn endure_after(&mut self, trouble: Trouble, round: &Round, values: u64) {
        let serving = Serving::start(&self.program, &[]);
        let set = |value: u64| serving.as_ref().is_some_and(|s| s.set(PERIOD, CELL, value));
        assert!(set(self.acknowledged + 1), "seed {}, {round:?}", seed());
        self.acknowledged += 1;
        self.disk.trouble(trouble);
        // A write that fails without being told so is a later one's trouble.
        while set(self.acknowledged + 1) {
            self.acknowledged += 1;
        }
        self.refused = self.acknowledged + 1;
        self.disk.trouble(Trouble::None);
        self.disk.cut_at(round.moment);
        self.suffer(serving, round, values);
    }

    fn suffer(&mut self, serving: Option<Serving>, round: &Round, values: u64) {
        let (disk, before) = (self.disk, self.acknowledged);
        let mut tried = before;
        if let Some(serving) = serving {
            while disk.has_power() && tried < before + values {
                tried += 1;
                if !serving.set(PERIOD, CELL, tried) {
                    break;
                }
                self.acknowledged = tried;
            }
        } else {
            assert!(!disk.has_power(), "seed {}, {round:?}: serve ended by itself", seed());
            self.dark_at_start += 1;
        }
        disk.cut();
        disk.power_on(round.survival());

        let again = Serving::start(&self.program, &[])
            .unwrap_or_else(|| panic!("seed {}, {round:?}: the node does not start", seed()));
        let found = again.value(PERIOD, CELL);
        assert!(
            (self.acknowledged..=tried.max(self.refused)).contains(&found),
            "seed {}, {round:?}: {found} is left where {} was acknowledged",
            seed(),
            self.acknowledged
        );
        let status = again.get("/api/status");
        let key = self.key.get_or_insert(status["node"].clone());
        assert_eq!(*key, status["node"], "seed {}, {round:?}: the key", seed());
        self.acknowledged = found;
    }
}

#[test]
fn an_office_loses_nothing_that_it_acknowledged() {
    let Some(disk) = disk() else { return };
    let place = tempfile::tempdir().unwrap();
    let hub = found(place.path().join("hub"));
    let _hub_serves = serve_hub(&hub, None).unwrap();
    let program = join(&hub, disk.path().join("office"), "office");
    let mut office = Office::new(&disk, program);
    let mut dice = Dice::new(seed());
    for number in 1..=cuts(8) {
        office.endure(&Round::draw(number, &mut dice, OPERATIONS, SYNCS), VALUES);
    }
    println!("{} of {} cuts fell into the start", office.dark_at_start, cuts(8));
    assert!(!office.program.data().join("store.damaged-1").exists(), "no cut damages a store");
    office.program.ok(&["sync"]);
    let at_hub = value_at_hub(&hub, place.path().join("fresh"));
    assert_eq!(at_hub, office.acknowledged, "seed {}", seed());
}
