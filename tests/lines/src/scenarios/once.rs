//! Offices that connect, say what they have, and part: `hopluu sync`.

use anyhow::Result;

use super::{Task, work};
use crate::lab::Lab;
use crate::routes::Route;
use crate::table::Row;
use crate::town::sitting;

/// A handshake, and the content with its acknowledgement.
const ROUND_TRIPS: f64 = 2.0;
/// One packet in five is lost, some twice over, and the handshake's are full packets.
const FACTOR: f64 = 4.0;

/// A quarter's report goes to the hub for the first time.
///
/// # Errors
/// When something does not arrive, or takes too many bytes.
pub fn a_quarters_report(lab: &Lab, route: Route, seeds: u64) -> Result<Row> {
    let town = lab.town(&work::quarter())?;
    let what = "first sync of a quarter's report: 127 cells, 20 texts, 600 edits";
    Task { what, round_trips: ROUND_TRIPS, factor: FACTOR, town: &town }.measure(
        lab,
        route,
        seeds,
        |running| running.office_syncs(),
    )
}

/// Forty edits more, when the hub has the rest.
///
/// # Errors
/// When something does not arrive, or takes too many bytes.
pub fn a_days_edits(lab: &Lab, route: Route, seeds: u64) -> Result<Row> {
    let town = lab.settled(lab.town(&[work::edits(1, 40)])?)?;
    sitting(&town.office, &work::edits(2, 40))?;
    Task { what: "a day's 40 edits", round_trips: ROUND_TRIPS, factor: FACTOR, town: &town }
        .measure(lab, route, seeds, |running| running.office_syncs())
}

/// 200 kB of texts.
///
/// # Errors
/// When something does not arrive, or takes too many bytes.
pub fn long_texts(lab: &Lab, route: Route, seeds: u64) -> Result<Row> {
    let town = lab.town(&[work::long_texts()])?;
    Task { what: "200 kB of texts", round_trips: ROUND_TRIPS, factor: FACTOR, town: &town }.measure(
        lab,
        route,
        seeds,
        |running| running.office_syncs(),
    )
}

/// A machine that was off for a month while a colleague went on in the same report: each has something
/// for the other.
///
/// # Errors
/// When something does not arrive, or takes too many bytes.
pub fn a_month_of_work(lab: &Lab, route: Route, seeds: u64) -> Result<Row> {
    let town = lab.settled(lab.town(&work::quarter())?)?;
    sitting(&town.colleague, &work::edits(3, 300))?;
    let town = lab.colleague_told(town)?;
    sitting(&town.office, &work::edits(4, 40))?;
    let what = "a machine that was off for a month: 40 edits up, 300 of a colleague down";
    Task { what, round_trips: ROUND_TRIPS, factor: FACTOR, town: &town }.measure(
        lab,
        route,
        seeds,
        |running| running.office_syncs(),
    )
}
