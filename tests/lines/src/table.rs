//! What was measured, beside what the line allows.

use std::fmt;
use std::time::Duration;

use crate::lab::Crossing;
use crate::routes::Route;

/// A scenario's result.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was done.
    pub what: String,
    /// Over which line.
    pub route: Route,
    /// Round trips that it takes at least; half of one is possible.
    pub round_trips: f64,
    /// The same over a clear line.
    pub clear: Crossing,
    /// Over the line, once with each seed.
    pub runs: Vec<Crossing>,
}

impl Row {
    /// The physical bound: the bytes that a clear line takes, at this line's rate, and the round trips.
    pub fn bound(&self) -> Duration {
        let sending =
            |rate: Option<u32>, bytes: u64| rate.map_or(0.0, |rate| bytes as f64 / f64::from(rate));
        let up = sending(self.route.up.rate, self.clear.up.bytes);
        let down = sending(self.route.down.rate, self.clear.down.bytes);
        Duration::from_secs_f64(up.max(down)) + self.route.round_trip().mul_f64(self.round_trips)
    }

    fn median<T: Copy + Ord + Default>(&self, of: impl Fn(&Crossing) -> T) -> T {
        let mut values: Vec<T> = self.runs.iter().map(of).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or_default()
    }
}

impl fmt::Display for Row {
    /// As a line of the page's table.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let took = self.median(|run| run.took);
        let slowest = self.runs.iter().map(|run| run.took).max().unwrap_or_default();
        let bound = self.bound();
        write!(
            f,
            "| {} | {} | {} ({} of {}) | {} | {:.1} | {} + {} | {} + {} | {} | {} |",
            self.what,
            self.route.name,
            seconds(took),
            seconds(slowest),
            self.runs.len(),
            seconds(bound),
            took.as_secs_f64() / bound.as_secs_f64(),
            self.median(|run| run.up.bytes),
            self.median(|run| run.down.bytes),
            self.clear.up.bytes,
            self.clear.down.bytes,
            self.median(|run| run.up.lost + run.down.lost),
            self.median(|run| run.connections),
        )
    }
}

/// The page with the results.
pub fn page(about: &str, rows: &[Row]) -> String {
    let mut page = format!(
        "# Bad lines\n\n\
         Written by `make lines`: whole processes across emulated lines (`tests/lines`), a hub on one side and \
         an office on the other. {about}\n\n\
         *Time* is the median, from starting the command until it ends, the hub having acknowledged everything (of a live \
         edit: until another machine beside the hub shows it); in brackets the slowest, and how many runs with \
         different seeds there were. The *bound* is what the line allows: the bytes that a clear line takes, at \
         this line's rate, and as many round trips as the work needs. *Bytes* are those of IP packets sent into \
         the line from the office and from the hub, lost ones included; beside them the same over a clear line. \
         *Lost* counts packets both ways.\n\n{HEAD}\n"
    );
    for row in rows {
        page.push_str(&format!("{row}\n"));
    }
    page
}

/// The table's first lines.
pub const HEAD: &str = "| what | line | time | bound | × | bytes | on a clear line | lost | connections begun |\n\
                        |---|---|---|---|---|---|---|---|---|";

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}
