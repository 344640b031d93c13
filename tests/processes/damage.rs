//! A store that is damaged: the node starts all the same, says so, and has everything again after a sync.

use std::path::{Path, PathBuf};

use hopluu_tests::{Program, json};

use crate::town::{PERIOD, Town};

const CELLS: [&str; 3] = ["pl4.3.2.1", "pl4.3.2.2", "pl4.3.3.1"];

/// Overwrites the end of sled's log, as a failing disk might: the last commits are gone or unreadable.
fn spoil_the_end(data: &Path) {
    let path = data.join("store/db");
    let mut log = std::fs::read(&path).unwrap();
    let used = log.iter().rposition(|byte| *byte != 0).unwrap();
    log[used - 3000..used].fill(0xaa);
    std::fs::write(&path, log).unwrap();
}

/// Leaves nothing in the store that could be read.
fn spoil_everything(data: &Path) {
    for path in files(&data.join("store")) {
        std::fs::write(&path, vec![0x55; 20_000]).unwrap();
    }
}

/// All files in a folder and those below it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> =
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    found.sort();
    found
}

/// Flips a bit in the midst of what is used of a file.
fn flip(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let Some(used) = bytes.iter().rposition(|byte| *byte != 0) else { return };
    bytes[used / 2] ^= 4;
    std::fs::write(path, bytes).unwrap();
}

fn values(office: &Program) -> Vec<u64> {
    let value = |cell| {
        let cell = json(&office.ok(&["--json", "get", PERIOD, cell]));
        cell["cell"]["value"].as_u64().unwrap_or_default()
    };
    CELLS.map(value).to_vec()
}

fn stderr(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn an_office_whose_store_is_damaged_keeps_its_key_and_gets_its_report_back() {
    for spoil in [spoil_the_end, spoil_everything] {
        let town = Town::found();
        let office = town.office("tu-ha", "19996");
        let key = json(&office.ok(&["--json", "status"]))["node"].clone();
        for (cell, value) in CELLS.into_iter().zip(["318", "312", "7"]) {
            office.ok(&["set", PERIOD, cell, value]);
        }
        office.ok(&["sync"]);
        spoil(office.data());

        let told = stderr(&office.run(&["status"]));
        assert!(told.contains("store.damaged-1"), "{told}");
        let status = json(&office.ok(&["--json", "status"]));
        assert_eq!((&status["node"], &status["unit"]), (&key, &"19996".into()));
        assert_eq!(status["problems"][0]["code"], "store-lies-aside", "{status}");
        office.ok(&["sync"]);
        assert_eq!(values(&office), [318, 312, 7]);
        office.ok(&["set", PERIOD, CELLS[0], "319"]);
        office.ok(&["sync"]);
        assert!(office.data().join("store.damaged-1/db").exists());
    }
}

#[test]
fn what_only_a_damaged_store_has_is_read_out_of_it() {
    let mut town = Town::found();
    let office = town.office("tu-ha", "19996");
    office.ok(&["set", PERIOD, CELLS[0], "318"]);
    town.kill_hub();
    office.ok(&["set", PERIOD, CELLS[1], "312"]);
    // Everything can be read; the note says that something was found which cannot.
    std::fs::write(office.data().join("store/damaged"), "a row").unwrap();
    let told = stderr(&office.run(&["status"]));
    assert!(told.contains("store.damaged-1"), "{told}");
    assert_eq!(values(&office), [318, 312, 0]);
    town.serve_again();
    office.ok(&["sync"]);
    assert_eq!(values(&office), [318, 312, 0]);
    let fresh = town.office("fresh", "19996");
    assert_eq!(values(&fresh), [318, 312, 0]);
}

#[test]
fn an_office_without_a_line_goes_on_with_one_bit_flipped_in_whatever_file() {
    let mut town = Town::found();
    let office = town.office("tu-ha", "19996");
    office.ok(&["set", PERIOD, CELLS[0], "318"]);
    office.ok(&["sync"]);
    town.kill_hub();
    office.ok(&["set", PERIOD, CELLS[1], "312"]);
    for (number, path) in files(office.data()).into_iter().enumerate() {
        let name = path.strip_prefix(office.data()).unwrap();
        let place = tempfile::tempdir().unwrap();
        let harmed = Program::over(place.path().join("office"));
        copy_all(office.data(), harmed.data());
        flip(&harmed.data().join(name));
        // One that meets the damage on the way says so; the next finds it mended.
        drop(harmed.run(&["get", PERIOD, CELLS[0]]));
        let typed = (number + 1).to_string();
        harmed.ok(&["set", PERIOD, CELLS[2], &typed]);
        let typed = typed.parse().unwrap();
        assert_eq!(values(&harmed), [318, 312, typed], "{}", name.display());
        if name == Path::new("store/db") {
            town.serve_again();
            harmed.ok(&["sync"]);
            assert_eq!(values(&town.office("fresh", "19996")), [318, 312, typed]);
            town.kill_hub();
        }
    }
}

/// As a tool leaves it that unpacks or synchronises: a folder of the file's name.
#[test]
fn an_office_without_a_line_goes_on_with_a_folder_in_the_place_of_whatever_file() {
    let mut town = Town::found();
    let office = town.office("tu-ha", "19996");
    office.ok(&["set", PERIOD, CELLS[0], "318"]);
    office.ok(&["sync"]);
    town.kill_hub();
    office.ok(&["set", PERIOD, CELLS[1], "312"]);
    for path in files(office.data()) {
        let name = path.strip_prefix(office.data()).unwrap();
        let place = tempfile::tempdir().unwrap();
        let harmed = Program::over(place.path().join("office"));
        copy_all(office.data(), harmed.data());
        let path = harmed.data().join(name);
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("notes.txt"), "somebody's").unwrap();
        let told = stderr(&harmed.run(&["set", PERIOD, CELLS[2], "7"]));
        assert!(told.contains("in-the-way-1."), "{}: {told}", name.display());
        assert!(!told.contains("sled") && !told.contains("ERROR"), "{told}");
        assert_eq!(values(&harmed), [318, 312, 7], "{}", name.display());
        let kept = files(harmed.data());
        assert!(kept.iter().any(|path| path.ends_with("notes.txt")), "{}", name.display());
    }
}

/// What is said of damage is said by us, in the person's language, and by nobody else.
#[test]
fn nothing_of_sleds_own_reaches_the_person_when_the_store_is_damaged() {
    let mut town = Town::found();
    let office = town.office("tu-ha", "19996");
    for (cell, value) in CELLS.into_iter().zip(["318", "312", "7"]) {
        office.ok(&["set", PERIOD, cell, value]);
    }
    town.kill_hub();
    for name in files(&office.data().join("store")) {
        let name = name.strip_prefix(office.data()).unwrap();
        for part in 1..4 {
            let place = tempfile::tempdir().unwrap();
            let harmed = Program::over(place.path().join("office"));
            copy_all(office.data(), harmed.data());
            let path = harmed.data().join(name);
            let mut bytes = std::fs::read(&path).unwrap();
            let Some(used) = bytes.iter().rposition(|byte| *byte != 0) else { continue };
            bytes[used * part / 4] ^= 16;
            std::fs::write(&path, bytes).unwrap();
            let told = stderr(&harmed.run(&["get", PERIOD, CELLS[0]]));
            let is_ours = !["sled::", "panicked", "ERROR"].iter().any(|word| told.contains(word));
            assert!(is_ours, "{} at {part}: {told}", name.display());
        }
    }
}

#[test]
fn a_store_in_use_is_refused_with_the_process_that_holds_it() {
    let town = Town::found();
    let number = town.server.as_ref().unwrap().id();
    std::fs::remove_file(town.hub.data().join("serve.json")).unwrap();
    let refused = town.hub.refused(&["status"]);
    assert_eq!(refused["problems"][0]["code"], "store-in-use", "{refused}");
    assert_eq!(refused["problems"][0]["args"]["by"], number.to_string(), "{refused}");
}

#[test]
fn a_backup_put_beside_the_store_is_read_out_as_well() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    office.ok(&["set", PERIOD, CELLS[0], "318"]);
    let backup = office.data().join("store.damaged-7");
    copy(&office.data().join("store"), &backup);
    std::fs::remove_dir_all(office.data().join("store")).unwrap();
    assert_eq!(values(&office), [318, 0, 0]);
    assert!(backup.join("read-out").exists());
}

fn copy_all(from: &Path, to: &Path) {
    for path in files(from) {
        let target = to.join(path.strip_prefix(from).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(&path, target).unwrap();
    }
}

fn copy(from: &Path, to: &PathBuf) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}

#[test]
fn an_office_that_lost_its_store_and_kept_its_files_refills_it_from_the_hub() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    office.ok(&["set", PERIOD, CELLS[0], "318"]);
    office.ok(&["sync"]);
    std::fs::remove_dir_all(office.data().join("store")).unwrap();
    office.ok(&["sync"]);
    assert_eq!(values(&office), [318, 0, 0]);
}

#[test]
fn a_hub_whose_store_is_damaged_starts_and_its_offices_bring_their_reports_back() {
    let mut town = Town::found();
    let office = town.office("tu-ha", "19996");
    for round in 1..=12 {
        office.ok(&["set", PERIOD, CELLS[0], &round.to_string()]);
    }
    office.ok(&["sync"]);
    town.kill_hub();
    spoil_the_end(town.hub.data());
    town.serve_again();
    let status = json(&town.hub.ok(&["--json", "status"]));
    assert_eq!((&status["hub"], &status["unit"]), (&true.into(), &"huong-tra".into()), "{status}");
    assert_eq!(status["problems"][0]["code"], "store-lies-aside", "{status}");
    office.ok(&["sync"]);
    let fresh = town.office("fresh", "19996");
    assert_eq!(values(&fresh), [12, 0, 0]);
}

#[test]
fn a_hub_of_whose_store_nothing_is_left_gets_town_and_reports_back_from_its_offices() {
    let mut town = Town::found();
    let office = town.office("tu-ha", "19996");
    office.ok(&["set", PERIOD, CELLS[0], "318"]);
    office.ok(&["sync"]);
    let colleague = town.office("tu-ha-2", "19996");
    office.ok(&["sync"]);
    town.kill_hub();
    spoil_everything(town.hub.data());
    town.serve_again();
    let status = json(&town.hub.ok(&["--json", "status"]));
    assert_eq!(status["hub"], true, "{status}");

    // The first office to come brings back what the hub has sealed, its roster too, and then its own report.
    office.ok(&["sync"]);
    colleague.ok(&["sync"]);
    let fresh = town.office("fresh", "19996");
    assert_eq!(values(&fresh), [318, 0, 0]);
}

#[test]
fn a_machine_that_the_returned_roster_does_not_know_yet_brings_the_newer_one_back() {
    let mut town = Town::found();
    let old = town.office("tu-ha", "19996");
    old.ok(&["sync"]);
    // The only one that holds the roster in which it stands.
    let new = town.office("tu-ha-2", "19996");
    new.ok(&["set", PERIOD, CELLS[0], "318"]);
    new.ok(&["sync"]);
    town.kill_hub();
    spoil_everything(town.hub.data());
    town.serve_again();

    old.ok(&["sync"]);
    new.ok(&["sync"]);
    old.ok(&["sync"]);
    assert_eq!(values(&old), [318, 0, 0]);
    let fresh = town.office("fresh", "19996");
    assert_eq!(values(&fresh), [318, 0, 0]);
}
