//! An edit on a connection that is there.

use std::time::Instant;

use anyhow::{Result, ensure};
use hopluu_quarter::form;
use hopluu_quarter::work::{Act, What};
use serde_json::Value;

use super::{Task, work};
use crate::api::Api;
use crate::emulator::Side;
use crate::lab::{Crossing, Lab, Running};
use crate::routes::{CLEAR, Route};
use crate::table::Row;

/// Half a round trip: there.
const ROUND_TRIPS: f64 = 0.5;
/// One packet, and another when there is no answer in time; twice as many when the first are lost.
const FACTOR: f64 = 12.0;

/// Single cells are typed while the office is connected.
///
/// # Errors
/// When one does not arrive, or takes too many bytes.
pub fn one_edit(lab: &Lab, route: Route, edits: u64) -> Result<Row> {
    let town = lab.settled(lab.town(&[work::edits(1, 40)])?)?;
    let what = "one edit on an open connection";
    let task = Task { what, round_trips: ROUND_TRIPS, factor: FACTOR, town: &town };
    let clear = edits_across(lab, &task, CLEAR, 10)?;
    let clear = middle(clear);
    let runs = edits_across(lab, &task, route, edits)?;
    for run in &runs {
        task.ensure_bytes_are_bounded(run, &clear)?;
    }
    Ok(Row { what: what.to_owned(), route, round_trips: ROUND_TRIPS, clear, runs })
}

/// Cells are typed before, between and after a move to another network and a new address at the NAT, over
/// one connection.
///
/// # Errors
/// When one does not arrive, or another connection is needed.
pub fn edits_around_moves(lab: &Lab, route: Route) -> Result<Crossing> {
    let town = lab.settled(lab.town(&[work::edits(1, 40)])?)?;
    let crossing = lab.across(&town, &route, 1, |running| {
        let (office, colleague) = (&running.town.office, &running.town.colleague);
        let _serve = [running.serve(Side::Office, office)?, running.serve(Side::Hub, colleague)?];
        running.office_is_in_sync()?;
        edit(running, 1)?;
        running.emulator.office_moves()?;
        edit(running, 2)?;
        running.emulator.nat_rebinds();
        edit(running, 3)?;
        Ok(())
    })?;
    ensure!(crossing.connections == 1, "{} connections were needed", crossing.connections);
    Ok(crossing)
}

fn edits_across(lab: &Lab, task: &Task<'_>, route: Route, edits: u64) -> Result<Vec<Crossing>> {
    let mut crossings = Vec::new();
    lab.across(task.town, &route, 0, |running| {
        let (office, colleague) = (&running.town.office, &running.town.colleague);
        let _serve = [running.serve(Side::Office, office)?, running.serve(Side::Hub, colleague)?];
        running.office_is_in_sync()?;
        for number in 1..=edits {
            running.emulator.becomes(route.up, route.down, number);
            crossings.push(edit(running, number)?);
        }
        Ok(())
    })?;
    Ok(crossings)
}

/// One cell is set; over when the colleague shows it. Its bytes are counted until it is acknowledged.
fn edit(running: &Running<'_>, number: u64) -> Result<Crossing> {
    let cell = form::cell(0);
    // No other value of this cell looks like this one.
    let typed = (7_000 + number).to_string();
    let start = Instant::now();
    running.emulator.in_namespace(Side::Office, || {
        let what = What::Cell { cell: cell.clone(), typed: typed.clone() };
        Api::of(&running.town.office)?.act(&Act { after: 0, what })
    })?;
    running.until(Side::Hub, &running.town.colleague, |api| {
        let value = api.cell(&cell)?.pointer("/cell/value").and_then(Value::as_u64);
        Ok(value == Some(7_000 + number))
    })?;
    let took = start.elapsed();
    running.office_is_in_sync()?;
    Ok(Crossing::now(running.emulator, took))
}

fn middle(mut crossings: Vec<Crossing>) -> Crossing {
    crossings.sort_by_key(|crossing| crossing.up.bytes);
    crossings.swap_remove(crossings.len() / 2)
}
