//! Runs the scenarios and writes their page.

use std::fs;
use std::io::Write as _;

use anyhow::{Context as _, Result};
use hopluu_lines::scenarios::{self as scenario};
use hopluu_lines::{HEAD, Lab, Row, page, routes};
use hopluu_measured::{about, repository};

const FILE: &str = "docs/lines.md";

/// How often each is tried, with other seeds.
const RUNS: u64 = 7;
/// Those that take minutes.
const LONG_RUNS: u64 = 3;
const EDITS: u64 = 30;

type Scenario = Box<dyn Fn(&Lab) -> Result<Row>>;

fn scenarios() -> Vec<(&'static str, Scenario)> {
    fn one(run: impl Fn(&Lab) -> Result<Row> + 'static) -> Scenario {
        Box::new(run)
    }
    let (slow, orientation) = (routes::SLOW, routes::ORIENTATION);
    let (cuts, satellite) = (routes::SECOND_GENERATION_WITH_CUTS, routes::SATELLITE);
    let second_generation = routes::SECOND_GENERATION;
    vec![
        ("first", one(move |lab| scenario::a_quarters_report(lab, orientation, RUNS))),
        ("first-slow", one(move |lab| scenario::a_quarters_report(lab, slow, RUNS))),
        ("day-slow", one(move |lab| scenario::a_days_edits(lab, slow, RUNS))),
        ("live-slow", one(move |lab| scenario::one_edit(lab, slow, EDITS))),
        ("live", one(move |lab| scenario::one_edit(lab, orientation, EDITS))),
        ("live-2g", one(move |lab| scenario::one_edit(lab, second_generation, EDITS))),
        ("first-2g", one(move |lab| scenario::a_quarters_report(lab, second_generation, RUNS))),
        ("month-2g", one(move |lab| scenario::a_month_of_work(lab, second_generation, RUNS))),
        ("texts-2g-cuts", one(move |lab| scenario::long_texts(lab, cuts, LONG_RUNS))),
        ("first-satellite", one(move |lab| scenario::a_quarters_report(lab, satellite, RUNS))),
        ("texts-satellite", one(move |lab| scenario::long_texts(lab, satellite, RUNS))),
        ("moves", one(move |lab| scenario::the_address_changes_twice(lab, LONG_RUNS))),
        ("breaks", one(move |lab| scenario::a_connection_that_breaks_every_minute(lab, 1))),
        ("udp", one(move |lab| scenario::a_quarters_report(lab, routes::NO_UDP, RUNS))),
    ]
}

pub(crate) fn run() -> Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let lab = Lab::new()?;
    let mut rows = Vec::new();
    print(HEAD)?;
    for (title, scenario) in scenarios() {
        if !wanted.is_empty() && !wanted.iter().any(|word| word == title) {
            continue;
        }
        let row = scenario(&lab).with_context(|| title.to_owned())?;
        print(&row.to_string())?;
        rows.push(row);
    }
    if wanted.is_empty() {
        fs::write(
            repository().join(FILE),
            page(&format!("Measured on {}.", about(&["quinn"])?), &rows),
        )?;
    }
    Ok(())
}

fn print(line: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
