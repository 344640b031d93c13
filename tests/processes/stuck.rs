//! A hub that has lost everything, its key too; and edits that the new one does not take because of their
//! author.

use hopluu_tests::{Program, json};
use serde_json::Value;

use crate::town::{PERIOD, Town};

fn code(refusal: &Value) -> &str {
    refusal["problems"][0]["code"].as_str().unwrap()
}

fn value(program: &Program, cell: &str) -> Value {
    json(&program.ok(&["--json", "get", PERIOD, cell]))["cell"]["value"].clone()
}

fn status(program: &Program) -> Value {
    json(&program.ok(&["--json", "status"]))
}

fn write_text(town: &Town, office: &Program, text: &str) {
    let file = town.path("text.txt");
    std::fs::write(&file, text).unwrap();
    office.ok(&["text", PERIOD, "ii.2.c", file.to_str().unwrap()]);
}

#[test]
fn offices_bring_their_reports_to_a_hub_that_was_made_anew() {
    let mut town = Town::found();
    let [first, second] = ["first", "second"].map(|name| town.office(name, "19996"));
    first.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    first.ok(&["sync"]);
    second.ok(&["sync"]);
    town.lose_hub();
    first.ok(&["set", PERIOD, "pl4.3.2.2", "312"]);
    write_text(&town, &first, "Bộ phận một cửa hoạt động ổn định.");
    assert_eq!(code(&first.refused(&["sync"])), "dial-wrong-key");

    let server = second.serve(&[]);
    for office in [&first, &second, &first] {
        office.ok(&["join", &town.invites("19996")]);
        office.ok(&["sync"]);
        let status = status(office);
        assert_eq!((&status["unacknowledged"], &status["problems"]), (&0.into(), &Value::Null));
    }
    second.ok(&["sync"]);
    let fresh = town.office("fresh", "19996");
    for office in [&first, &second, &fresh] {
        assert_eq!(
            (value(office, "pl4.3.2.1"), value(office, "pl4.3.2.2")),
            (318.into(), 312.into())
        );
        let text = office.ok(&["text", PERIOD, "ii.2.c"]);
        assert_eq!(text.trim(), "Bộ phận một cửa hoạt động ổn định.");
    }
    // What comes after goes as ever, over a restart of both sides.
    drop(server);
    town.kill_hub();
    town.serve_again();
    first.ok(&["set", PERIOD, "pl4.3.2.1", "319"]);
    first.ok(&["sync"]);
    second.ok(&["sync"]);
    assert_eq!(value(&second, "pl4.3.2.1"), 319);
}

#[test]
fn what_was_typed_under_a_key_that_the_hub_does_not_know_is_told_of_and_adopted() {
    let mut town = Town::found();
    let office = town.office("tu-ha", "19996");
    office.ok(&["set", PERIOD, "pl4.3.2.1", "318", "--note", "đã rà soát"]);
    write_text(&town, &office, "Bộ phận một cửa hoạt động ổn định.");
    // A second key, and then a hub that has never heard of the first.
    std::fs::remove_file(office.data().join("node.key")).unwrap();
    office.ok(&["join", &town.invites("19996"), "--name", "again"]);
    town.lose_hub();
    let _join = office.run(&["join", &town.invites("19996"), "--name", "again"]);
    office.ok(&["set", PERIOD, "pl4.3.2.2", "312"]);
    let output = office.run(&["sync"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && told.contains("hopluu adopt"), "{told}");
    let told = status(&office)["problems"].clone();
    assert_eq!(told[0]["code"], "edits-stuck", "{told}");
    assert!(told[0]["message"].as_str().unwrap().contains("hopluu adopt"), "{told}");
    let other = town.office("other", "19996");
    assert_eq!(value(&other, "pl4.3.2.1"), Value::Null);

    assert_eq!(code(&office.refused(&["adopt"])), "adopt-unconfirmed");
    assert!(String::from_utf8_lossy(&office.run(&["adopt"]).stdout).contains("An"));
    assert_eq!(office.run(&["sync"]).status.code(), Some(1), "adopted without being meant");
    let adopted = json(&office.ok(&["--json", "adopt", "--yes"]));
    assert_eq!(adopted[0]["adopted"], true, "{adopted}");
    office.ok(&["sync"]);
    let now = status(&office);
    assert_eq!((&now["unacknowledged"], &now["problems"]), (&0.into(), &Value::Null), "{now}");
    assert_eq!(json(&office.ok(&["--json", "adopt"])), serde_json::json!([]));
    other.ok(&["sync"]);
    for program in [&office, &other] {
        let cell = json(&program.ok(&["--json", "get", PERIOD, "pl4.3.2.1"]));
        assert_eq!(
            (&cell["cell"]["value"], &cell["cell"]["note"]),
            (&318.into(), &"đã rà soát".into())
        );
        assert_eq!(value(program, "pl4.3.2.2"), 312);
        let text = program.ok(&["text", PERIOD, "ii.2.c"]);
        assert_eq!(text.trim(), "Bộ phận một cửa hoạt động ổn định.");
        assert_eq!(cell["entries"][0]["person"], "An", "{cell}");
    }
    // Nothing is stuck behind it.
    office.ok(&["set", PERIOD, "pl4.3.2.1", "319"]);
    office.ok(&["sync"]);
    other.ok(&["sync"]);
    assert_eq!(value(&other, "pl4.3.2.1"), 319);
}
