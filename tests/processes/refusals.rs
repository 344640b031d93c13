//! What is refused, with what words, and that nothing is left behind.

use hopluu_tests::{Program, json};
use serde_json::Value;

use crate::town::{PERIOD, Town};

fn codes(refusal: &Value) -> Vec<&str> {
    refusal["problems"].as_array().unwrap().iter().filter_map(|p| p["code"].as_str()).collect()
}

#[test]
fn an_ambiguous_amount_is_refused_with_both_readings() {
    let town = Town::found();
    let office = town.office("tai-chinh", "tai-chinh");
    let refusal = office.refused(&["set", PERIOD, "pl7.1.1", "30,000"]);
    let message = refusal["problems"][0]["message"].as_str().unwrap();
    assert!(message.contains("type 30000;") && message.contains("type 30."), "{message}");
    let cell = json(&office.ok(&["--json", "get", PERIOD, "pl7.1.1"]));
    assert_eq!(cell["cell"]["state"], "not_reported");
    assert_eq!(cell["entries"], serde_json::json!([]));
    // An amount without decimals cannot be 30 and 162 thousandths.
    office.ok(&["set", PERIOD, "pl7.1.1", "30,162"]);
    let cell = json(&office.ok(&["--json", "get", PERIOD, "pl7.1.1"]));
    assert_eq!(cell["cell"]["value"], 30162);
}

#[test]
fn what_is_no_value_for_a_cell_is_refused() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    for (cell, value) in [
        ("pl4.3.2.1", "ba trăm"),
        ("pl4.3.2.1", "-5"),
        ("pl4.3.2.1", "3.5"),
        ("pl4.3.2.1", "12345678901234567890123456789012345678901"),
        ("pl2.5", "2"),
    ] {
        assert_eq!(office.refused(&["set", PERIOD, cell, value])["reason"], "invalid", "{value}");
    }
    let van_phong = town.office("van-phong", "van-phong");
    assert_eq!(van_phong.refused(&["set", PERIOD, "pl8.3", "101"])["reason"], "invalid");
}

#[test]
fn unknown_things_and_other_peoples_figures_are_refused() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let refused = |args: &[&str]| {
        let refusal = office.refused(args);
        codes(&refusal).first().map(|code| (*code).to_owned()).unwrap_or_default()
    };
    assert_eq!(refused(&["set", PERIOD, "pl9.9", "1"]), "indicator-unknown");
    assert_eq!(refused(&["set", PERIOD, "pl7.1.1", "1"]), "indicator-not-yours");
    assert_eq!(refused(&["set", PERIOD, "pl4.3.2", "98"]), "indicator-not-typed");
    assert_eq!(refused(&["set", "2023-q4", "pl4.3.2.1", "1"]), "period-unknown");
    assert_eq!(refused(&["invite", "19996"]), "hub-only");
}

#[test]
fn invitations_are_good_once_and_for_their_own_hub() {
    let town = Town::found();
    let invitation = town.invites("19996");
    let first = Program::over(town.path("first"));
    first.ok(&["join", &invitation]);
    let second = Program::over(town.path("second"));
    let refusal = second.refused(&["join", &invitation]);
    assert_eq!(codes(&refusal), ["refused-invitation-used"]);
    assert!(json(&second.ok(&["--json", "status"]))["unit"].is_null());

    for hours in ["0", "8761"] {
        let refusal = town.hub.run(&["invite", "19996", "--hours", hours]);
        assert_eq!(refusal.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&refusal.stderr).contains("8760"));
    }

    let cut_off = &town.invites("19996")[..60];
    let third = Program::over(town.path("third"));
    assert_eq!(third.refused(&["join", cut_off])["reason"], "invalid");
    assert!(!third.data().exists(), "a mistyped invitation left something behind");
}

#[test]
fn a_hub_with_another_key_at_the_same_address_is_refused() {
    let mut town = Town::found();
    let office = town.office("tu-ha", "19996");
    town.kill_hub();
    std::fs::remove_dir_all(town.hub.data()).unwrap();
    let file = hopluu_tests::repository().join("node/demo/town.toml");
    town.hub.ok(&["init", "--hub", "--town", file.to_str().unwrap()]);
    town.serve_again();
    let refusal = office.refused(&["sync"]);
    assert_eq!(refusal["reason"], "forbidden", "{refusal}");
    let message = refusal["problems"][0]["message"].as_str().unwrap();
    assert!(!message.is_empty());
}

#[test]
fn an_import_with_errors_changes_nothing_and_tells_them_all() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let file = town.path("figures.csv");
    std::fs::write(&file, "id;value\npl4.3.2.1;318\npl4.3.2.2;abc\npl9.9;1\npl7.1.1;5\n").unwrap();
    let refusal = office.refused(&["import", PERIOD, file.to_str().unwrap()]);
    let lines: Vec<_> = refusal["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["place"]["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [3, 4, 5]);
    let cell = json(&office.ok(&["--json", "get", PERIOD, "pl4.3.2.1"]));
    assert_eq!(cell["cell"]["state"], "not_reported");

    std::fs::write(&file, "id;value\npl4.3.2.1;318\npl4.3.2.2;312\n").unwrap();
    office.ok(&["import", PERIOD, file.to_str().unwrap()]);
    let again = json(&office.ok(&["--json", "import", PERIOD, file.to_str().unwrap()]));
    assert_eq!((&again["changed"], &again["unchanged"]), (&serde_json::json!([]), &2.into()));
}

#[test]
fn a_report_with_empty_cells_cannot_be_submitted_and_names_them_all() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    office.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    let refusal = office.refused(&["submit", PERIOD]);
    assert_eq!(refusal["reason"], "not_now");
    assert!(codes(&refusal).len() > 10 && codes(&refusal).iter().all(|c| *c == "submit-missing"));
}

#[test]
fn a_directory_without_a_node_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let nobody = Program::over(dir.path().join("nothing"));
    assert_eq!(codes(&nobody.refused(&["status"])), ["no-node"]);
    assert!(!nobody.data().exists());
    nobody.ok(&["init"]);
    assert_eq!(codes(&nobody.refused(&["init"])), ["node-exists"]);
    assert_eq!(codes(&nobody.refused(&["sync"])), ["not-a-member"]);
}

#[test]
fn wrong_usage_ends_with_exit_code_2() {
    let dir = tempfile::tempdir().unwrap();
    let program = Program::over(dir.path());
    for args in [&["set", "2023-q1"][..], &["set", "2023-q7", "pl1", "1"], &["fly"]] {
        assert_eq!(program.run(args).status.code(), Some(2), "{args:?}");
    }
}
