//! What was measured, beside what it may be.

use std::fmt;
use std::time::Duration;

use hopluu_node::transport::Traffic;

/// A section of the result.
#[derive(Debug, Default)]
pub(crate) struct Table {
    title: &'static str,
    about: String,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    what: String,
    measured: String,
    budget: String,
    beside: String,
    verdict: Verdict,
}

/// How a figure stands to its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Within it.
    Ok,
    /// A byte budget is broken.
    Over,
    /// A time is over its budget, on this machine.
    Slow,
    /// There is no budget.
    None,
}

impl Verdict {
    pub(crate) fn of_bytes(within: bool) -> Self {
        if within { Self::Ok } else { Self::Over }
    }

    fn of_time(within: bool) -> Self {
        if within { Self::Ok } else { Self::Slow }
    }
}

impl Table {
    pub(crate) fn new(title: &'static str, about: impl Into<String>) -> Self {
        Self { title, about: about.into(), rows: Vec::new() }
    }

    /// Adds a figure of any kind. `beside` is what is told beside it.
    pub(crate) fn row(
        &mut self,
        what: impl Into<String>,
        measured: impl fmt::Display,
        budget: impl fmt::Display,
        beside: impl fmt::Display,
        verdict: Verdict,
    ) {
        self.rows.push(Row {
            what: what.into(),
            measured: measured.to_string(),
            budget: budget.to_string(),
            beside: beside.to_string(),
            verdict,
        });
    }

    /// Adds a time with its budget, if there is one.
    pub(crate) fn time(
        &mut self,
        what: impl Into<String>,
        took: Duration,
        budget: Option<Duration>,
        beside: impl fmt::Display,
    ) {
        let verdict = budget.map_or(Verdict::None, |budget| Verdict::of_time(took <= budget));
        let budget = budget.map(|budget| format!("≤ {}", time(budget))).unwrap_or_default();
        self.row(what, time(took), budget, beside, verdict);
    }

    /// Whether a byte budget is broken.
    pub(crate) fn is_over(&self) -> bool {
        self.rows.iter().any(|row| row.verdict == Verdict::Over)
    }
}

impl fmt::Display for Table {
    /// As Markdown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}\n\n{}\n", self.title, self.about)?;
        writeln!(f, "| what | measured | budget | | beside |\n|---|---|---|---|---|")?;
        for Row { what, measured, budget, beside, verdict } in &self.rows {
            let verdict = match verdict {
                Verdict::Ok => "ok",
                Verdict::Over => "**over**",
                Verdict::Slow => "over",
                Verdict::None => "",
            };
            writeln!(f, "| {what} | {measured} | {budget} | {verdict} | {beside} |")?;
        }
        Ok(())
    }
}

/// A time as people read it.
pub(crate) fn time(took: Duration) -> String {
    let micros = took.as_micros();
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..100_000 => format!("{:.1} ms", took.as_secs_f64() * 1e3),
        100_000..10_000_000 => format!("{} ms", took.as_millis()),
        _ => format!("{:.1} s", took.as_secs_f64()),
    }
}

/// Application data each way.
pub(crate) fn bytes(traffic: Traffic) -> String {
    format!("{} B up, {} B down", traffic.bytes_sent, traffic.bytes_received)
}

/// What carried it: frames, and UDP payload with QUIC's handshake and acknowledgements.
pub(crate) fn carriers(traffic: Traffic) -> String {
    format!(
        "frames {} + {}; UDP {} B up, {} B down in {} + {} datagrams",
        traffic.frames_sent,
        traffic.frames_received,
        traffic.datagram_bytes_sent,
        traffic.datagram_bytes_received,
        traffic.datagrams_sent,
        traffic.datagrams_received,
    )
}

/// The middle one.
pub(crate) fn median<T: Copy + Ord + Default>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}
