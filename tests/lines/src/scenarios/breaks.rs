//! Connections that do not last: `hopluu serve`, which dials again and again.

use anyhow::{Result, ensure};

use super::{Task, work};
use crate::emulator::Side;
use crate::lab::{Lab, Running};
use crate::routes::{BREAKING, MOBILE};
use crate::table::Row;

/// A handshake, and the content with its acknowledgement.
const ROUND_TRIPS: f64 = 2.0;

/// 200 kB go over a line whose connections die after a minute, without a word to either side.
///
/// # Errors
/// When something does not arrive, or takes too many bytes.
pub fn a_connection_that_breaks_every_minute(lab: &Lab, seeds: u64) -> Result<Row> {
    let town = lab.town(&[work::long_texts()])?;
    let what = "200 kB of texts, over connections that die";
    // Whatever was under way when a connection died is sent once more, and then into the void.
    Task { what, round_trips: ROUND_TRIPS, factor: 3.0, town: &town }.measure(
        lab,
        BREAKING,
        seeds,
        stays_until_in_sync,
    )
}

/// 200 kB go up while the office moves to another network, and then its NAT gives it another address.
///
/// # Errors
/// When something does not arrive, takes too many bytes, or needs another connection.
pub fn the_address_changes_twice(lab: &Lab, seeds: u64) -> Result<Row> {
    let town = lab.town(&[work::long_texts()])?;
    let what = "200 kB of texts, with a change of network and of the NAT's address";
    let task = Task { what, round_trips: ROUND_TRIPS, factor: 2.0, town: &town };
    let row = task.measure(lab, MOBILE, seeds, |running| {
        let _serve = running.serve(Side::Office, &running.town.office)?;
        running.until_sent(50_000)?;
        running.emulator.office_moves()?;
        running.until_sent(120_000)?;
        running.emulator.nat_rebinds();
        running.office_is_in_sync()
    })?;
    for run in &row.runs {
        ensure!(run.connections == 1, "{} connections were needed", run.connections);
    }
    Ok(row)
}

fn stays_until_in_sync(running: &Running<'_>) -> Result<()> {
    let _serve = running.serve(Side::Office, &running.town.office)?;
    running.office_is_in_sync()
}
