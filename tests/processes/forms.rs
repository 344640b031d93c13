//! A form that changes in the middle of a quarter.

use hopluu_tests::json;

use crate::town::{PERIOD, Town};

/// A row of the form that this test has the next version leave out, and the one that it puts in its place.
const GONE: &str = "pl4.3.2.1";
const NEW: &str = "pl4.3.2.9";

#[test]
fn a_form_that_changes_is_shown_first_and_reaches_an_office_that_was_offline() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    office.ok(&["set", PERIOD, GONE, "318"]);
    office.ok(&["sync"]);
    let source = json(&town.hub.ok(&["--json", "template", "show"]));
    let source = source.as_str().unwrap().replacen("version = 1", "version = 2", 1);
    let file = town.path("form.toml");
    std::fs::write(&file, source.replace(GONE, NEW)).unwrap();
    let publish = ["--json", "template", "publish", file.to_str().unwrap(), "--from", PERIOD];

    let asked = json(&town.hub.ok(&publish));
    assert_eq!(asked["done"], false);
    let unit = &asked["periods"][0]["units"][0];
    assert_eq!((&unit["unit"], &unit["apart"][0]), (&"19996".into(), &GONE.into()));
    office.ok(&["sync"]);
    assert!(json(&office.ok(&["--json", "get", PERIOD, GONE]))["apart"].is_null());

    let yes = [&publish[..], &["--yes"]].concat();
    assert_eq!(json(&town.hub.ok(&yes))["done"], true);
    assert_eq!(json(&town.hub.ok(&yes))["was_there"], true);
    // Offline, under the form that it knows.
    office.ok(&["set", PERIOD, "pl4.3.2.2", "312"]);
    office.ok(&["sync"]);
    let kept = json(&office.ok(&["--json", "get", PERIOD, GONE]));
    assert_eq!((&kept["written"], &kept["typed"]), (&"318".into(), &false.into()));
    assert_eq!(kept["apart"], "cchc-quarterly@1");
    let refused = office.refused(&["set", PERIOD, GONE, "319"]);
    assert_eq!(refused["problems"][0]["code"], "indicator-left-form");
    assert_eq!(json(&office.ok(&["--json", "get", PERIOD, "pl4.3.2.2"]))["cell"]["value"], 312);
    office.ok(&["set", PERIOD, NEW, "318"]);
    office.ok(&["sync"]);
    // The ratio follows the new row: 312 of 318.
    let ratio = json(&office.ok(&["--json", "get", PERIOD, "pl4.3.2"]));
    assert_eq!(ratio["cell"]["value"].to_string(), "98.1");
    let status = json(&office.ok(&["--json", "status"]));
    let period = status["periods"].as_array().unwrap().iter().find(|it| it["period"] == PERIOD);
    assert_eq!(period.unwrap()["template"], "cchc-quarterly@2");
    assert_eq!(period.unwrap()["apart"], 1);
}
