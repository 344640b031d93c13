//! The town's machines and invitations: listed, revoked, withdrawn.

use hopluu_tests::{Program, json};
use serde_json::Value;

use crate::town::{PERIOD, Town};

fn code(refusal: &Value) -> &str {
    refusal["problems"][0]["code"].as_str().unwrap()
}

fn machines(program: &Program) -> Vec<Value> {
    json(&program.ok(&["--json", "node", "list"])).as_array().unwrap().clone()
}

fn key_of(machines: &[Value], name: &str) -> String {
    let machine = machines.iter().find(|machine| machine["name"] == name).unwrap();
    machine["key"].as_str().unwrap().to_owned()
}

#[test]
fn a_revoked_machine_is_cut_off_at_once_and_its_colleague_goes_on() {
    let town = Town::found();
    let [first, second] = ["first", "second"].map(|name| town.office(name, "19996"));
    first.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    let _server = first.serve(&[]);
    first.ok(&["sync"]);
    let listed = machines(&town.hub);
    assert_eq!(listed.len(), 3, "{listed:?}");
    let connected = |name: &str| {
        let listed = machines(&town.hub);
        listed.iter().find(|machine| machine["name"] == name).unwrap()["connected"] == true
    };
    assert!(connected("first") && !connected("second"));
    assert!(town.hub.ok(&["node", "list"]).contains(&key_of(&listed, "second")));

    // Nothing happens before it is meant.
    let asked = town.hub.refused(&["node", "revoke", "first"]);
    assert_eq!(code(&asked), "revoke-unconfirmed");
    assert!(connected("first"));
    town.hub.ok(&["node", "revoke", &key_of(&listed, "first"), "--yes"]);
    assert!(!connected("first"), "its connection runs on");
    let again = town.hub.refused(&["node", "revoke", "first", "--yes"]);
    assert_eq!(code(&again), "machine-revoked-already");

    first.ok(&["set", PERIOD, "pl4.3.2.1", "999"]);
    assert_eq!(code(&first.refused(&["sync"])), "refused-key-revoked");
    // What it had sent stays, what it had not does not come.
    second.ok(&["sync"]);
    let cell = json(&second.ok(&["--json", "get", PERIOD, "pl4.3.2.1"]));
    assert_eq!(cell["cell"]["value"], 318);
    second.ok(&["set", PERIOD, "pl4.3.2.1", "319"]);
    second.ok(&["sync"]);
    // The invitation that it came with does not let it in again, nor does another.
    let refusal = first.refused(&["join", &town.invites("19996")]);
    assert_eq!(code(&refusal), "refused-key-revoked");
}

#[test]
fn whoever_was_revoked_by_mistake_comes_in_again_with_a_new_key_and_everything_it_had() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    office.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    town.hub.ok(&["node", "revoke", "tu-ha", "--yes"]);
    assert_eq!(code(&office.refused(&["sync"])), "refused-key-revoked");
    // As the message says.
    std::fs::rename(office.data().join("node.key"), town.path("node.key")).unwrap();
    assert_eq!(code(&office.refused(&["status"])), "key-missing-office");
    let told = office.run(&["join", &town.invites("19996"), "--name", "tu-ha-2"]);
    let told = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(told.contains("new key"), "{told}");
    let fresh = town.office("fresh", "19996");
    let cell = json(&fresh.ok(&["--json", "get", PERIOD, "pl4.3.2.1"]));
    assert_eq!(cell["cell"]["value"], 318, "what was typed before the key was lost");
    office.ok(&["set", PERIOD, "pl4.3.2.1", "319"]);
    office.ok(&["sync"]);
    assert_eq!(json(&office.ok(&["--json", "status"]))["unacknowledged"], 0);
}

#[test]
fn the_hub_is_never_revoked_and_only_the_hub_s_unit_revokes() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let operator = town.office("operator", "huong-tra");
    let hub = machines(&town.hub).into_iter().find(|machine| machine["hub"] == true).unwrap();
    let hub = hub["key"].as_str().unwrap();
    for program in [&town.hub, &operator] {
        let refusal = program.refused(&["node", "revoke", hub, "--yes"]);
        assert_eq!(code(&refusal), "machine-must-stay");
    }
    assert_eq!(code(&office.refused(&["node", "revoke", "operator", "--yes"])), "hub-only");
    assert_eq!(code(&town.hub.refused(&["node", "revoke", "nobody"])), "machine-unknown");
    // An operator's machine of the hub's unit does, once the hub hears of it.
    operator.ok(&["node", "revoke", "TU-HA", "--yes"]);
    operator.ok(&["sync"]);
    assert_eq!(code(&office.refused(&["sync"])), "refused-key-revoked");
}

#[test]
fn machines_of_one_name_are_told_apart_by_their_keys() {
    let town = Town::found();
    for folder in ["one", "two"] {
        let office = Program::over(town.path(folder));
        office.ok(&["join", &town.invites("19996"), "--name", "Máy văn thư"]);
    }
    let refusal = town.hub.refused(&["node", "revoke", "máy VĂN thư", "--yes"]);
    assert_eq!(code(&refusal), "machine-ambiguous");
    let listed = machines(&town.hub);
    let told = refusal["problems"][0]["message"].as_str().unwrap();
    let keys: Vec<&str> = listed
        .iter()
        .filter(|machine| machine["name"] == "Máy văn thư")
        .map(|machine| machine["key"].as_str().unwrap())
        .collect();
    assert!(keys.len() == 2 && keys.iter().all(|key| told.contains(key)), "{told}");
    town.hub.ok(&["node", "revoke", keys[0], "--yes"]);
    // The name means the one that is left.
    town.hub.ok(&["node", "revoke", "Máy văn thư", "--yes"]);
    assert!(
        machines(&town.hub)
            .iter()
            .filter(|machine| machine["name"] == "Máy văn thư")
            .all(|machine| machine["revoked_at"].is_i64())
    );
}

#[test]
fn invitations_are_listed_and_withdrawn_until_somebody_used_them() {
    let town = Town::found();
    let made = json(&town.hub.ok(&["--json", "invite", "19996"]));
    let (id, text) = (made["id"].as_str().unwrap(), made["invitation"].as_str().unwrap());
    let other = json(&town.hub.ok(&["--json", "invite", "20005"]));
    let invitations = || {
        let listed = json(&town.hub.ok(&["--json", "invite", "--list"]));
        listed.as_array().unwrap().clone()
    };
    assert_eq!(invitations().len(), 2);
    assert!(invitations().iter().all(|one| one["state"] == "open"));
    assert!(town.hub.ok(&["invite", "--list"]).contains(id));

    town.hub.ok(&["invite", "--withdraw", id]);
    assert_eq!(invitations().len(), 1);
    let office = Program::over(town.path("office"));
    assert_eq!(code(&office.refused(&["join", text])), "refused-invitation-unknown");
    assert_eq!(code(&town.hub.refused(&["invite", "--withdraw", id])), "invitation-not-here");

    let used = other["id"].as_str().unwrap();
    let office = Program::over(town.path("other"));
    office.ok(&["join", other["invitation"].as_str().unwrap(), "--name", "Máy 1"]);
    let refusal = town.hub.refused(&["invite", "--withdraw", used]);
    assert_eq!(code(&refusal), "invitation-used-up");
    assert!(refusal["problems"][0]["message"].as_str().unwrap().contains("Máy 1"));
    assert_eq!(invitations()[0]["state"], "used");
    assert_eq!(code(&office.refused(&["invite", "--list"])), "hub-only");
    // The hub remembers over a restart.
    assert_eq!(
        code(&town.hub.refused(&["invite", "--withdraw", "../machines"])),
        "invitation-not-here"
    );
}
