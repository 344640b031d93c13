//! What an ordinary day is made of.

use hopluu_tests::json;

use crate::town::{PERIOD, Town};

#[test]
fn an_office_types_offline_and_the_hub_has_it_after_a_sync() {
    let mut town = Town::found();
    let office = town.office("tu-ha", "19996");
    town.kill_hub();
    // The line is down; work goes on.
    office.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    office.ok(&["set", PERIOD, "pl4.3.2.2", "312", "--note", "đã rà soát"]);
    assert_eq!(office.refused(&["sync"])["reason"], "unreachable");
    let status = json(&office.ok(&["--json", "status"]));
    assert!(status["unacknowledged"].as_u64().unwrap() >= 2, "{status}");

    town.serve_again();
    office.ok(&["sync"]);
    assert_eq!(json(&office.ok(&["--json", "status"]))["unacknowledged"], 0);
    let cell = json(&office.ok(&["--json", "get", PERIOD, "pl4.3.2.2"]));
    assert_eq!(
        (&cell["cell"]["value"], &cell["cell"]["note"]),
        (&312.into(), &"đã rà soát".into())
    );
    // The commune's own ratio is there at once: 312 of 318.
    let ratio = json(&office.ok(&["--json", "get", PERIOD, "pl4.3.2"]));
    assert_eq!(ratio["cell"]["value"].to_string(), "98.1");
}

#[test]
fn commands_work_while_serve_runs_on_the_same_directory() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let server = office.serve(&[]);
    office.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    office.ok(&["sync"]);
    assert_eq!(json(&office.ok(&["--json", "status"]))["unacknowledged"], 0);
    drop(server);
    let cell = json(&office.ok(&["--json", "get", PERIOD, "pl4.3.2.1"]));
    assert_eq!(cell["cell"]["value"], 318);
}

#[test]
fn one_cell_set_on_two_machines_shows_both_values_until_someone_chooses() {
    let town = Town::found();
    let [first, second] = ["first", "second"].map(|name| town.office(name, "19996"));
    first.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    second.ok(&["set", PERIOD, "pl4.3.2.1", "381"]);
    second.ok(&["set", PERIOD, "pl4.3.2.2", "312"]);
    first.ok(&["sync"]);
    second.ok(&["sync"]);
    first.ok(&["sync"]);
    for office in [&first, &second] {
        let conflicts = json(&office.ok(&["--json", "conflicts", PERIOD]));
        let entries = conflicts[0]["entries"].as_array().unwrap();
        let mut seen: Vec<_> = entries
            .iter()
            .map(|entry| (entry["written"].as_str(), entry["node"].as_str()))
            .collect();
        seen.sort_unstable();
        assert_eq!(seen, [(Some("318"), Some("first")), (Some("381"), Some("second"))]);
        assert_eq!(conflicts.as_array().unwrap().len(), 1);
    }
    // Wherever the cell is shown, both stand there, and what is computed from it is marked.
    for args in [
        &["get", PERIOD, "pl4.3.2.1"][..],
        &["get", PERIOD],
        &["history", PERIOD, "pl4.3.2.1"],
        &["conflicts", PERIOD],
    ] {
        let shown = first.ok(args);
        assert!(shown.contains("318") && shown.contains("381"), "{args:?}: {shown}");
    }
    let cells = json(&first.ok(&["--json", "get", PERIOD]));
    let cell = |id: &str| {
        let cells = cells.as_array().unwrap();
        cells.iter().find(|cell| cell["cell"]["id"] == id).unwrap().clone()
    };
    assert!(cell("pl4.3.2.1")["cell"]["value"].is_null());
    assert_eq!(cell("pl4.3.2")["warnings"][0]["code"], "figure-on-contested");
    let refusal = first.refused(&["submit", PERIOD]);
    assert!(refusal["problems"].to_string().contains("submit-conflict"), "{refusal}");
    first.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    first.ok(&["sync"]);
    second.ok(&["sync"]);
    assert_eq!(json(&second.ok(&["--json", "conflicts", PERIOD])), serde_json::json!([]));
    let history = json(&second.ok(&["--json", "history", PERIOD, "pl4.3.2.1"]));
    assert_eq!(history.as_array().unwrap().len(), 3);
}

#[test]
fn a_text_goes_to_the_hub_and_a_report_comes_out_in_every_format() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let file = town.path("text.txt");
    std::fs::write(&file, "Bộ phận một cửa hoạt động ổn định.\n").unwrap();
    office.ok(&["text", PERIOD, "ii.2.c", file.to_str().unwrap()]);
    assert_eq!(office.ok(&["text", PERIOD, "ii.2.c"]).trim(), "Bộ phận một cửa hoạt động ổn định.");
    let out = town.path("out");
    office.ok(&["report", PERIOD, "--out", out.to_str().unwrap()]);
    for ending in ["docx", "xlsx", "pdf", "json"] {
        assert!(out.join(format!("bao-cao-2023-q1-19996.{ending}")).exists(), "{ending}");
    }
}

#[test]
fn the_hubs_report_can_be_made_at_any_time_and_names_who_is_missing() {
    let town = Town::found();
    let out = town.path("out");
    let output =
        town.hub.run(&["report", PERIOD, "--format", "json", "--out", out.to_str().unwrap()]);
    assert!(output.status.success());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("Tứ Hạ (19996)"), "{told}");
    let report = json(&std::fs::read_to_string(out.join("bao-cao-2023-q1.json")).unwrap());
    let cells = report["cells"].as_array().unwrap();
    let commune_total = cells.iter().find(|cell| cell["id"] == "pl4.3.2.1").unwrap();
    assert_eq!(
        (&commune_total["value"], &commune_total["complete"]),
        (&serde_json::Value::Null, &false.into())
    );
}
