//! What is done over which line, and what must hold: everything arrives, and the bytes stay bounded. How
//! long it takes is told and never asserted.

mod breaks;
mod live;
mod once;
mod work;

use anyhow::{Result, ensure};

use crate::lab::{Crossing, Lab, Running};
use crate::routes::Route;
use crate::table::Row;
use crate::town::Town;

pub use breaks::{a_connection_that_breaks_every_minute, the_address_changes_twice};
pub use live::{edits_around_moves, one_edit};
pub use once::{a_days_edits, a_month_of_work, a_quarters_report, long_texts};

/// What is done, and what it may cost.
struct Task<'a> {
    what: &'a str,
    /// Round trips that it takes at least.
    round_trips: f64,
    /// How many times the bytes of a clear line it may take, both ways together.
    factor: f64,
    town: &'a Town,
}

impl Task<'_> {
    /// Does it over a clear line and then, once with each seed, over the other.
    fn measure(
        &self,
        lab: &Lab,
        route: Route,
        seeds: u64,
        work: impl Fn(&Running<'_>) -> Result<()>,
    ) -> Result<Row> {
        let clear = lab.across(self.town, &crate::routes::CLEAR, 0, &work)?;
        let mut runs = Vec::new();
        for seed in 1..=seeds {
            let run = lab.across(self.town, &route, seed, &work)?;
            self.ensure_bytes_are_bounded(&run, &clear)?;
            runs.push(run);
        }
        let (what, round_trips) = (self.what.to_owned(), self.round_trips);
        Ok(Row { what, route, round_trips, clear, runs })
    }

    fn ensure_bytes_are_bounded(&self, run: &Crossing, clear: &Crossing) -> Result<()> {
        let [sent, on_a_clear_line] = [run, clear].map(|run| run.up.bytes + run.down.bytes);
        ensure!(
            sent as f64 <= on_a_clear_line as f64 * self.factor,
            "{}: {sent} bytes were sent, more than {} times the {on_a_clear_line} of a clear line",
            self.what,
            self.factor,
        );
        Ok(())
    }
}
