//! A disk that has power and fails: full, read-only, or with an fsync that fails.

use hopluu_power_cuts::disk::{Survival, Trouble};

use crate::api::Serving;
use crate::disk;
use crate::town::{CELL, PERIOD, found, join, serve_hub};

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
fn a_disk_that_fails_is_told_of_and_costs_nothing_that_was_acknowledged() {
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
        disk.trouble(Trouble::None);
        let (still, refusal) = until_refused(&serving, acknowledged, 1);
        let refusal = refusal.unwrap_or_default();
        // A disk that said in time that it is full has cost nothing but the value; after every other failure
        // nobody knows what the disk holds, and nothing more is acknowledged.
        println!("{trouble:?}: {expected}, then {}", code(&refusal));
        assert_eq!(still, acknowledged, "{trouble:?}: acknowledged after a failure");
        drop(serving);

        // A failed fsync forgets: what counts is what a power cut would leave.
        disk.cut();
        disk.power_on(Survival::Nothing);
        let again = Serving::start(&office, &[]).unwrap_or_else(|| panic!("{trouble:?}: no start"));
        let found = again.value(PERIOD, CELL);
        assert!((acknowledged..=acknowledged + 1).contains(&found), "{trouble:?}: {found}");
        last = found;
        assert!(again.set(PERIOD, CELL, last + 1), "{trouble:?}: it goes on");
        assert!(again.sync(), "{trouble:?}: it syncs");
        last += 1;
    }
}
