//! What the command line prints, and where: data to standard output, everything else to standard error.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::messages::Catalogue;
use crate::problem::{Problem, Reason, Refusal};

/// Where a command prints.
pub(crate) struct Console {
    pub(crate) catalogue: Catalogue,
    pub(crate) json: bool,
}

impl Console {
    /// Prints a line of data.
    pub(crate) fn print(&self, line: &str) -> Result<(), Refusal> {
        let mut out = io::stdout().lock();
        match writeln!(out, "{line}").and_then(|()| out.flush()) {
            Ok(()) => Ok(()),
            // Whoever reads has seen enough (`hopluu get … | head`).
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => {
                let problem = Problem::new("output-unwritable", &error).arg("what", error);
                Err(Refusal::new(Reason::Failed, problem))
            }
        }
    }

    /// Prints a line of the catalogue as data. It says what was done: where it cannot be written, it goes
    /// beside.
    pub(crate) fn say(&self, code: &str, args: &[(&str, &str)]) -> Result<(), Refusal> {
        let line = self.catalogue.line(code, args);
        // Lines are flushed one by one, so that a full disk is noticed at the line it swallows.
        self.print(&line).inspect_err(|_| drop(writeln!(io::stderr().lock(), "{line}")))
    }

    /// Tells something that is no data, beside it.
    pub(crate) fn hint(&self, code: &str, args: &[(&str, &str)]) {
        // As in `refuse`.
        drop(writeln!(io::stderr().lock(), "{}", self.catalogue.line(code, args)));
    }

    /// Tells of something that is wrong but did not stop anything.
    pub(crate) fn warn(&self, problem: &Problem) {
        // As in `refuse`.
        drop(writeln!(io::stderr().lock(), "- {}", self.catalogue.problem(problem)));
    }

    /// Prints a value as JSON.
    pub(crate) fn print_json(&self, value: &impl Serialize) -> Result<(), Refusal> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))?;
        self.print(&text)
    }

    /// Prints why something was not done.
    pub(crate) fn refuse(&self, refusal: &Refusal) {
        let mut err = io::stderr().lock();
        let written = if self.json {
            serde_json::to_string_pretty(refusal)
                .map_err(io::Error::other)
                .and_then(|text| writeln!(err, "{text}"))
        } else {
            refusal
                .problems
                .iter()
                .try_for_each(|problem| writeln!(err, "{}", self.catalogue.problem(problem)))
        };
        // With standard error closed there is nobody left to tell.
        drop(written);
    }

    /// Shows that something takes a while: a spinner on a terminal, one line otherwise.
    pub(crate) fn progress(&self, code: &str, args: &[(&str, &str)]) -> ProgressBar {
        let line = self.catalogue.line(code, args);
        if self.json {
            return ProgressBar::hidden();
        }
        if !io::stderr().is_terminal() {
            // As in `refuse`.
            drop(writeln!(io::stderr().lock(), "{line}"));
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new_spinner().with_message(line);
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    }

    /// Shows how far something is: a bar on a terminal, one line otherwise.
    pub(crate) fn bar(&self, code: &str, args: &[(&str, &str)], length: usize) -> ProgressBar {
        let bar = self.progress(code, args);
        if bar.is_hidden() {
            return bar;
        }
        bar.set_length(length as u64);
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
            bar.set_style(style);
        }
        bar
    }
}

/// The hour of the offices, in seconds after UTC. A time by it needs no word about its zone.
const OFFICE_HOURS: i32 = 7 * 3600;

/// A moment as people read it, in this machine's time zone: `13/03/2023 08:05`. Where that is another one
/// than the offices', or is not known and UTC takes its place, it says so: `13/03/2023 01:05 (UTC+00:00)`.
pub(crate) fn moment(seconds: i64) -> String {
    moment_in(seconds, TimeZone::system())
}

/// A moment by the offices' hour, whatever this machine's zone is: for what must be the same everywhere.
pub(crate) fn office_moment(seconds: i64) -> String {
    let zone = jiff::tz::Offset::from_seconds(OFFICE_HOURS).map(TimeZone::fixed);
    moment_in(seconds, zone.unwrap_or(TimeZone::UTC))
}

fn moment_in(seconds: i64, zone: TimeZone) -> String {
    let Ok(time) = Timestamp::from_second(seconds) else { return seconds.to_string() };
    let time = time.to_zoned_datetime(zone);
    let form = if time.offset().seconds() == OFFICE_HOURS {
        "%d/%m/%Y %H:%M"
    } else {
        "%d/%m/%Y %H:%M (UTC%:z)"
    };
    time.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_says_its_offset_where_it_is_not_the_offices() {
        let told = |zone| moment_in(1_678_669_500, zone);
        // By name, from the tables that the program carries where the system has none.
        let zone = |name| TimeZone::get(name).unwrap();
        assert_eq!(told(zone("Asia/Ho_Chi_Minh")), "13/03/2023 08:05");
        assert_eq!(told(zone("Asia/Tokyo")), "13/03/2023 10:05 (UTC+09:00)");
        assert_eq!(told(TimeZone::unknown()), "13/03/2023 01:05 (UTC+00:00)");
    }
}
