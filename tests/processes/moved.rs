//! A hub that has moved to another address.

use hopluu_tests::json;
use serde_json::Value;

use crate::town::{PERIOD, Town};

fn codes(refusal: &Value) -> Vec<&str> {
    refusal["problems"].as_array().unwrap().iter().filter_map(|p| p["code"].as_str()).collect()
}

#[test]
fn an_office_finds_a_hub_that_has_moved_at_the_address_that_it_is_told() {
    let mut town = Town::found();
    let office = town.office("tu-ha", "19996");
    let former = town.address();
    town.kill_hub();
    office.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    let refusal = office.refused(&["sync"]);
    assert_eq!(codes(&refusal), ["dial-not-listening", "hub-silent-since"]);
    let told = refusal["problems"][1]["message"].as_str().unwrap();
    assert!(told.contains("hopluu hub-address"), "{told}");

    let moved = town.serve_elsewhere();
    assert_ne!(moved, former);
    office.ok(&["hub-address", &moved, "hub.example.vn:4433"]);
    assert_eq!(json(&office.ok(&["--json", "status"]))["unacknowledged"], 0);
    let place = std::fs::read_to_string(office.data().join("place.json")).unwrap();
    assert!(place.contains(&moved) && !place.contains(&former), "{place}");
    let kept = json(&office.ok(&["--json", "hub-address"]));
    assert_eq!(kept["addresses"], serde_json::json!([moved, "hub.example.vn:4433"]));
    // Also where the store is lost, and with it what it knew.
    std::fs::remove_dir_all(office.data().join("store")).unwrap();
    office.ok(&["sync"]);
    let cell = json(&office.ok(&["--json", "get", PERIOD, "pl4.3.2.1"]));
    assert_eq!(cell["cell"]["value"], 318);
}

#[test]
fn a_node_that_runs_goes_to_the_new_address_at_once() {
    let mut town = Town::found();
    let office = town.office("tu-ha", "19996");
    town.kill_hub();
    let _server = office.serve(&[]);
    office.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    office.refused(&["sync"]);
    let contact = json(&office.ok(&["--json", "status"]))["contact"].clone();
    assert!(contact["failing_since"].is_i64() && contact["heard_at"].is_i64(), "{contact}");
    assert_eq!(contact["problem"]["code"], "dial-not-listening");
    assert!(office.ok(&["status"]).contains("has not been reached since"));

    let moved = town.serve_elsewhere();
    office.ok(&["hub-address", &moved]);
    let status = json(&office.ok(&["--json", "status"]));
    assert_eq!(status["unacknowledged"], 0, "{status}");
    assert!(status["contact"]["failing_since"].is_null(), "{status}");
    assert_eq!(status["hub_addresses"], serde_json::json!([moved]));
}

#[test]
fn an_address_that_leads_nowhere_is_kept_and_told_of_and_nonsense_is_refused() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let told = office.run(&["hub-address", "127.0.0.1:1"]);
    assert!(told.status.success());
    let told = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(told.contains("127.0.0.1:1"), "{told}");
    assert_eq!(codes(&office.refused(&["hub-address", "nowhere"])), ["address-malformed"]);
    let many = ["a:1", "b:1", "c:1", "d:1", "e:1"];
    let refusal = office.refused(&[&["hub-address"][..], &many].concat());
    assert_eq!(codes(&refusal), ["hub-address-count"]);
    let kept = json(&office.ok(&["--json", "hub-address"]));
    assert_eq!(kept["addresses"], serde_json::json!(["127.0.0.1:1"]));
    assert_eq!(codes(&town.hub.refused(&["hub-address", "127.0.0.1:1"])), ["hub-address-at-hub"]);
    office.ok(&["hub-address", &town.address()]);
    office.ok(&["sync"]);
}
