//! What is said of the hub is true at the moment it is said: a running `serve` asks and hears it first.

use std::process::Command;

use hopluu_tests::{Program, Server, json};
use serde_json::Value;

use crate::town::{PERIOD, Town};

/// A town, an office of it, and the office's `serve`, which has been in sync.
fn town_with_a_serving_office() -> (Town, Program, Server) {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let server = office.serve(&[]);
    let outcome = json(&office.ok(&["--json", "sync"]));
    assert_eq!(outcome["in_sync"], true, "{outcome}");
    (town, office, server)
}

fn status(office: &Program) -> Value {
    json(&office.ok(&["--json", "status"]))
}

/// Nobody may say that the hub is reached.
fn says_that_the_hub_is_not_reached(office: &Program) {
    let output = office.run(&["sync"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!said.contains("In sync"), "{said}");
    assert_eq!(status(office)["peers"], serde_json::json!([]));
    let said = office.ok(&["status"]);
    assert!(said.contains("Not connected"), "{said}");
}

#[test]
fn a_hub_that_was_killed_is_not_said_to_be_reached_and_is_found_when_it_is_back() {
    let (mut town, office, _serving) = town_with_a_serving_office();
    town.kill_hub();
    says_that_the_hub_is_not_reached(&office);
    office.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    assert_eq!(office.refused(&["sync"])["reason"], "unreachable");
    assert_ne!(status(&office)["unacknowledged"], 0);

    town.serve_again();
    assert_eq!(json(&office.ok(&["--json", "sync"]))["in_sync"], true);
    assert_eq!(status(&office)["unacknowledged"], 0);
}

#[test]
fn a_hub_that_was_started_again_unnoticed_is_found_by_the_next_sync() {
    let (mut town, office, _serving) = town_with_a_serving_office();
    for value in 1..=3 {
        town.kill_hub();
        town.serve_again();
        office.ok(&["set", PERIOD, "pl4.3.2.1", &value.to_string()]);
        assert_eq!(json(&office.ok(&["--json", "sync"]))["in_sync"], true, "{value}");
        assert_eq!(status(&office)["unacknowledged"], 0);
    }
}

#[cfg(unix)]
#[test]
fn a_hub_that_stands_still_is_not_said_to_be_reached() {
    let (town, office, _serving) = town_with_a_serving_office();
    let signals = |signal: &str| {
        let hub = town.server.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([signal, &hub]).status().unwrap().success());
    };
    signals("-STOP");
    says_that_the_hub_is_not_reached(&office);
    signals("-CONT");
    assert_eq!(json(&office.ok(&["--json", "sync"]))["in_sync"], true);
}

/// Fills what is missing, and submits.
fn submits(office: &Program) {
    let refusal = office.refused(&["submit", PERIOD]);
    for problem in refusal["problems"].as_array().unwrap() {
        let cell = problem["place"]["indicator"].as_str().unwrap();
        if !office.run(&["set", PERIOD, cell, "kps"]).status.success() {
            office.ok(&["set", PERIOD, cell, "1"]);
        }
    }
    office.ok(&["submit", PERIOD]);
}

#[test]
fn one_sync_after_a_submission_shows_the_hubs_word_on_it() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    submits(&office);
    let outcome = json(&office.ok(&["--json", "sync"]));
    assert_eq!((&outcome["in_sync"], &outcome["awaiting_word"]), (&true.into(), &0.into()));
    let status = status(&office);
    let latest = &status["periods"][0]["submissions"][0]["submissions"][0];
    assert_eq!(latest["standing"], "accepted", "{status}");
    assert!(latest["received_at"].is_i64());
}

#[test]
fn what_was_changed_after_submitting_is_not_said_to_be_handed_in() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    submits(&office);
    office.ok(&["sync"]);
    let of = |program: &Program| {
        let status = status(program);
        let units = status["periods"][0]["submissions"].as_array().unwrap();
        units.iter().find(|unit| unit["unit"] == "19996").unwrap().clone()
    };
    assert!(of(&office)["changed"].is_null());
    office.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    office.ok(&["sync"]);
    let changed = serde_json::json!({ "submission": 1, "cells": 1, "texts": 0 });
    assert_eq!(of(&office)["changed"], changed);
    assert_eq!(of(&town.hub)["changed"], changed);
    assert!(office.ok(&["status"]).contains("submission 1"), "{}", office.ok(&["status"]));

    // The office submits again, and has not heard that the period was closed meanwhile.
    office.ok(&["submit", PERIOD]);
    town.hub.ok(&["period", "close", PERIOD, "--reason", "issued"]);
    office.ok(&["sync"]);
    for program in [&office, &town.hub] {
        let latest = of(program)["submissions"][1].clone();
        assert_eq!(latest["standing"], "accepted", "{latest}");
        for time in ["signed_at", "received_at", "closed_since"] {
            assert!(latest[time].is_i64(), "{time}: {latest}");
        }
        assert!(program.ok(&["status"]).contains("after the period was closed"));
    }
}

#[test]
fn what_is_too_large_for_the_running_node_is_told_in_those_words() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let file = town.path("text.txt");
    std::fs::write(&file, "a ".repeat(10 << 20)).unwrap();
    let writes = ["text", PERIOD, "ii.2.c", file.to_str().unwrap()];
    let alone = office.refused(&writes);
    let _serving = office.serve(&[]);
    let running = office.refused(&writes);
    for refusal in [alone, running] {
        let code = refusal["problems"][0]["code"].as_str().unwrap();
        assert!(["request-too-large", "text-too-long"].contains(&code), "{refusal}");
    }
}
