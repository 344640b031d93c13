//! A key that is lost, or another's: said at the start, with a way out that loses nothing.

use hopluu_tests::{Program, json};
use serde_json::Value;

use crate::town::{PERIOD, Town};

fn code(refusal: &Value) -> &str {
    refusal["problems"][0]["code"].as_str().unwrap()
}

fn value(program: &Program, cell: &str) -> Value {
    json(&program.ok(&["--json", "get", PERIOD, cell]))["cell"]["value"].clone()
}

fn key_file(program: &Program) -> std::path::PathBuf {
    program.data().join("node.key")
}

/// Nothing runs without the key, and nothing makes another one in silence.
fn is_told_and_makes_no_key(program: &Program, wanted: &str) {
    for args in [&["status"][..], &["serve"], &["set", PERIOD, "pl4.3.2.1", "1"], &["init"]] {
        assert_eq!(code(&program.refused(args)), wanted, "{args:?}");
        assert!(!key_file(program).exists(), "{args:?} made a key");
    }
}

#[test]
fn a_hub_that_lost_its_key_goes_on_with_its_backup() {
    let mut town = Town::found();
    let office = town.office("tu-ha", "19996");
    town.kill_hub();
    let backup = town.path("node.key");
    std::fs::rename(key_file(&town.hub), &backup).unwrap();
    is_told_and_makes_no_key(&town.hub, "key-missing-hub");
    let file = hopluu_tests::repository().join("node/demo/town.toml");
    let refusal = town.hub.refused(&["init", "--hub", "--town", file.to_str().unwrap()]);
    assert_eq!(code(&refusal), "key-missing-hub");
    let refusal = town.hub.refused(&["join", &town.invitation_of_another_hub("19996")]);
    assert_eq!(code(&refusal), "key-missing-hub");
    std::fs::copy(&backup, key_file(&town.hub)).unwrap();
    town.serve_again();
    office.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    office.ok(&["sync"]);
}

#[test]
fn a_hub_that_lost_its_key_for_good_gets_a_new_one_and_its_offices_join_again_with_all_they_have() {
    let mut town = Town::found();
    let [first, second] = ["first", "second"].map(|name| town.office(name, "19996"));
    first.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    first.ok(&["sync"]);
    town.kill_hub();
    first.ok(&["set", PERIOD, "pl4.3.2.2", "312"]);
    std::fs::remove_file(key_file(&town.hub)).unwrap();

    assert_eq!(code(&town.hub.refused(&["new-key"])), "new-key-unconfirmed");
    assert!(!key_file(&town.hub).exists());
    town.hub.ok(&["new-key", "--yes"]);
    town.serve_again();
    // The office hears what happened and what to do.
    let refusal = first.refused(&["sync"]);
    assert_eq!(code(&refusal), "dial-wrong-key");
    assert!(refusal["problems"][0]["message"].as_str().unwrap().contains("hopluu join"));
    for office in [&first, &second] {
        office.ok(&["join", &town.invites("19996")]);
        office.ok(&["sync"]);
        assert_eq!(json(&office.ok(&["--json", "status"]))["unacknowledged"], 0);
    }
    second.ok(&["sync"]);
    assert_eq!(value(&second, "pl4.3.2.1"), 318);
    assert_eq!(value(&second, "pl4.3.2.2"), 312, "what was typed while the hub had no key");
    // The former key lets nobody pass for the hub.
    let listed = json(&town.hub.ok(&["--json", "node", "list"]));
    let of_hub: Vec<&Value> = listed
        .as_array()
        .unwrap()
        .iter()
        .filter(|machine| machine["unit"] == "huong-tra")
        .collect();
    assert_eq!(of_hub.len(), 2, "{listed}");
    assert!(
        of_hub.iter().all(|machine| machine["revoked_at"].is_null() == (machine["hub"] == true))
    );
    // All the town's documents are the same ones as before.
    let fresh = town.office("fresh", "19996");
    assert_eq!(value(&fresh, "pl4.3.2.2"), 312);
}

#[test]
fn a_running_office_joins_again_without_being_stopped() {
    let mut town = Town::found();
    let office = town.office("tu-ha", "19996");
    let _server = office.serve(&[]);
    office.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    office.ok(&["sync"]);
    town.kill_hub();
    town.hub.ok(&["new-key", "--yes"]);
    assert!(town.hub.data().join("node.key.former-1").exists());
    town.serve_again();
    office.ok(&["set", PERIOD, "pl4.3.2.2", "312"]);
    office.ok(&["join", &town.invites("19996")]);
    office.ok(&["sync"]);
    let fresh = town.office("fresh", "19996");
    assert_eq!(value(&fresh, "pl4.3.2.2"), 312);
    // It stays connected to the hub under its new key.
    office.ok(&["set", PERIOD, "pl4.3.2.2", "313"]);
    office.ok(&["sync"]);
}

#[test]
fn an_office_joins_in_its_directory_for_its_unit_and_town_only() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    office.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    let refusal = office.refused(&["join", &town.invites("20005")]);
    assert_eq!(code(&refusal), "already-a-member");
    let told = refusal["problems"][0]["message"].as_str().unwrap();
    assert!(told.contains("19996") && told.contains("20005"), "{told}");
    let elsewhere = town.invitation_of_another_town("19996");
    assert_eq!(code(&office.refused(&["join", &elsewhere])), "join-other-town");
    assert_eq!(code(&town.hub.refused(&["join", &town.invites("19996")])), "join-at-hub");
    // Invited again by its own hub, it is as before.
    office.ok(&["join", &town.invites("19996")]);
    assert_eq!(value(&office, "pl4.3.2.1"), 318);
    assert_eq!(json(&office.ok(&["--json", "status"]))["unacknowledged"], 0);
}

#[test]
fn a_key_of_another_machine_is_refused_at_the_start_and_nothing_is_changed() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    office.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    let own = std::fs::read(key_file(&office)).unwrap();
    let stranger = Program::over(town.path("stranger"));
    stranger.ok(&["init"]);
    let other = town.office("other", "20005");
    for foreign in [&stranger, &other] {
        std::fs::copy(key_file(foreign), key_file(&office)).unwrap();
        for args in [&["status"][..], &["set", PERIOD, "pl4.3.2.1", "1"], &["serve"]] {
            let refusal = office.refused(args);
            assert_eq!(code(&refusal), "key-foreign-office", "{args:?}");
        }
        let place = std::fs::read_to_string(office.data().join("place.json")).unwrap();
        assert!(place.contains("\"node\""), "{place}");
    }
    // Another unit's key does not join either; its machine would lose its unit.
    let invitation = town.invites("19996");
    assert_eq!(code(&office.refused(&["join", &invitation])), "refused-key-of-other-unit");
    let copied = Program::over(town.path("copied"));
    std::fs::create_dir(copied.data()).unwrap();
    std::fs::copy(key_file(&other), key_file(&copied)).unwrap();
    let refusal = copied.refused(&["join", &invitation]);
    assert_eq!(code(&refusal), "refused-key-of-other-unit");
    // A colleague's key of the same unit is as good, once the roster with it is here.
    let colleague = town.office("colleague", "19996");
    std::fs::write(key_file(&office), &own).unwrap();
    office.ok(&["sync"]);
    std::fs::copy(key_file(&colleague), key_file(&office)).unwrap();
    office.ok(&["status"]);
    std::fs::copy(key_file(&other), key_file(&office)).unwrap();
    assert_eq!(code(&office.refused(&["join", &invitation])), "key-foreign-office");
    std::fs::write(key_file(&office), own).unwrap();
    assert_eq!(value(&office, "pl4.3.2.1"), 318);
    office.ok(&["sync"]);
}

#[test]
fn a_hub_under_a_foreign_key_is_refused_and_gets_a_new_one() {
    let mut town = Town::found();
    let office = town.office("tu-ha", "19996");
    town.kill_hub();
    let stranger = Program::over(town.path("stranger"));
    stranger.ok(&["init"]);
    std::fs::copy(key_file(&stranger), key_file(&town.hub)).unwrap();
    assert_eq!(code(&town.hub.refused(&["serve"])), "key-foreign-hub");
    town.hub.ok(&["new-key", "--yes"]);
    town.serve_again();
    office.ok(&["join", &town.invites("19996")]);
    assert_eq!(code(&office.refused(&["new-key", "--yes"])), "new-key-at-office");
    assert!(!office.data().join("node.key.new").exists());
}

#[test]
fn an_office_that_lost_its_key_joins_again_in_its_directory_with_what_it_had_not_sent() {
    let mut town = Town::found();
    let office = town.office("tu-ha", "19996");
    town.kill_hub();
    office.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    std::fs::remove_file(key_file(&office)).unwrap();
    is_told_and_makes_no_key(&office, "key-missing-office");
    town.serve_again();
    office.ok(&["join", &town.invites("19996"), "--name", "again"]);
    assert_eq!(json(&office.ok(&["--json", "status"]))["unacknowledged"], 0);
    let fresh = town.office("fresh", "19996");
    assert_eq!(value(&fresh, "pl4.3.2.1"), 318);
}
