//! What was measured, as people read it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::machine::{self, Conditions};
use crate::peer::{Peer, here};
use crate::proxy::Both;
use crate::results::Results;
use crate::rows::{self, Outcome, Row, Scale};
use crate::stage::Measured;

const FILE: &str = "docs/comparison.md";

/// Takes a figure out of an outcome, if it has it.
type Figure = fn(&Outcome) -> Option<f64>;

/// What is compared in each row: its name, and where less is better.
const FIGURES: &[(&str, Figure)] = &[
    ("application bytes", |outcome| Some(outcome.through()?.counts.application.sum() as f64)),
    ("bytes on the wire", |outcome| Some(outcome.through()?.counts.wire.sum() as f64)),
    ("the same, encrypted", |outcome| Some(outcome.through()?.counts.encrypted.sum() as f64)),
    ("messages", |outcome| Some(outcome.through()?.counts.messages.sum() as f64)),
    ("round trips", |outcome| outcome.round_trips),
    ("time over a bad line", |outcome| Some(outcome.over_a_bad_line()?.time.as_secs_f64())),
    ("CPU at the server", |outcome| Some(outcome.of_a_crowd()?.server_cpu()?.as_secs_f64())),
    ("memory at the server", |outcome| Some(outcome.of_a_crowd()?.server_memory()? as f64)),
];

impl Outcome {
    fn through(&self) -> Option<&Measured> {
        self.measured.as_ref().filter(|measured| measured.is_through)
    }

    /// Over an emulated line only packets are known, and elsewhere time depends on the machine.
    fn over_a_bad_line(&self) -> Option<&Measured> {
        self.through().filter(|measured| {
            measured.counts.application.sum() == 0 && measured.counts.datagrams.sum() > 0
        })
    }

    /// A single client's share of the server cannot be told from the server.
    fn of_a_crowd(&self) -> Option<&Self> {
        (self.clients > 1 && self.is_through()).then_some(self)
    }

    /// For each client.
    fn server_cpu(&self) -> Option<Duration> {
        Some(self.measured?.server.cpu / u32::try_from(self.clients).unwrap_or(1))
    }

    /// With many clients what each adds, with one the peak of the process.
    fn server_memory(&self) -> Option<u64> {
        let measured = self.measured?;
        Some(match self.clients {
            1 => measured.server.peak,
            many => measured.server_growth / many as u64,
        })
    }
}

/// One outcome on one line.
pub(crate) fn line(outcome: &Outcome) -> String {
    let name = outcome.peer.key();
    let Some(measured) = &outcome.measured else {
        return format!("{name:14} {} s in all: {}", outcome.took.as_secs(), outcome.note);
    };
    let counts = measured.counts;
    let both = |both: Both| format!("{}+{}", both.up, both.down);
    format!(
        "{name:14} {} s in all: application {} B in {} messages; wire {} B, encrypted {} B, {} connections; {} round \
         trips; {}; client {} {}; server {} {} {}",
        outcome.took.as_secs(),
        both(counts.application),
        both(counts.messages),
        both(counts.wire),
        both(counts.encrypted),
        counts.connections,
        trips(outcome),
        time(measured.time),
        time(measured.client.cpu),
        memory(measured.client.peak),
        time(outcome.server_cpu().unwrap_or(measured.server.cpu)),
        memory(outcome.server_memory().unwrap_or(measured.server.peak)),
        outcome.note,
    )
}

/// Writes `docs/comparison.md`.
pub(crate) fn write(results: &Results) -> Result<()> {
    let rows = rows::all(Scale { quick: false, runs: 1 });
    let measured: Vec<(Row, Vec<&Outcome>)> = rows
        .into_iter()
        .map(|row| (row.clone(), results.of(&row)))
        .filter(|(_, outcomes)| !outcomes.is_empty())
        .collect();
    let repository = here().parent().and_then(|tests| tests.parent()).context("no repository")?;
    fs::write(repository.join(FILE), page(&measured)?)?;
    Ok(())
}

fn page(results: &[(Row, Vec<&Outcome>)]) -> Result<String> {
    let mut page = String::from(
        "# Hợp Lưu beside what one would pick instead\n\n\
         Written by `make compare`, which does everything again. What is measured and how, what each does not do \
         and why, is told below the tables.\n\n",
    );
    writeln!(page, "{} {}\n", machine::about()?, when(results))?;
    writeln!(page, "| | versions |\n|---|---|")?;
    for peer in Peer::ALL {
        writeln!(page, "| {} | {} |", peer.name(), peer.versions()?)?;
    }
    writeln!(page, "\n## Where Hợp Lưu stands\n\n{}", standing(results)?)?;
    writeln!(page, "## The rows")?;
    for (row, outcomes) in results {
        let table =
            if row.is_over_a_bad_line() { table_of_bad_line(outcomes)? } else { table(outcomes)? };
        writeln!(page, "\n### {}. {}\n\n{table}", row.number, row.title)?;
    }
    let notes = fs::read_to_string(here().join("notes.md"))?;
    Ok(format!("{page}\n{notes}"))
}

/// When all this was measured, and what else the machine did.
fn when(results: &[(Row, Vec<&Outcome>)]) -> String {
    let mut all: BTreeMap<&Conditions, Vec<String>> = BTreeMap::new();
    for (row, outcomes) in results {
        for outcome in outcomes {
            let whose = format!("row {} of {}", row.number, outcome.peer.name());
            let known = all.entry(&outcome.conditions).or_default();
            if !known.contains(&whose) {
                known.push(whose);
            }
        }
    }
    let mut all: Vec<(&Conditions, Vec<String>)> = all.into_iter().collect();
    all.sort_by_key(|(_, whose)| Reverse(whose.len()));
    let told = all.iter().enumerate().map(|(at, (Conditions { day, load }, whose))| {
        let what = if at == 0 { "All".to_owned() } else { whose.join(", ") };
        let (whole, tenth) = (load / 10, load % 10);
        format!("{what}: on {day}, when {whole}.{tenth} other processes wanted to compute.")
    });
    told.collect::<Vec<_>>().join(" Except ")
}

/// For each row and figure: how many times as much the best of the others uses.
fn standing(results: &[(Row, Vec<&Outcome>)]) -> Result<String> {
    let mut text = String::from(
        "How many times as much as Hợp Lưu the *best* of the others uses, of those that came to an end: over 1 \
         everywhere means that nobody uses less. **Bold** is where somebody does.\n\n| row |",
    );
    for (name, _) in FIGURES {
        write!(text, " {name} |")?;
    }
    writeln!(text, "\n|---|{}", "---|".repeat(FIGURES.len()))?;
    for (row, outcomes) in results {
        write!(text, "| {}. {} |", row.number, row.title)?;
        for (_, figure) in FIGURES {
            let ours =
                outcomes.iter().find(|one| one.peer == Peer::Hopluu).and_then(|one| figure(one));
            let best = outcomes
                .iter()
                .filter(|one| one.peer != Peer::Hopluu)
                .filter_map(|one| Some((figure(one)?, one.peer)))
                .min_by(|a, b| a.0.total_cmp(&b.0));
            match (ours, best) {
                (Some(ours), Some((best, peer))) if ours > 0.0 => {
                    let times = best / ours;
                    let mark = if times < 1.0 { "**" } else { "" };
                    write!(text, " {mark}{times:.2}{mark} ({}) |", peer.name())?;
                }
                _ => write!(text, " |")?,
            }
        }
        writeln!(text)?;
    }
    Ok(text)
}

/// Over a bad line only packets and time are known.
fn table_of_bad_line(outcomes: &[&Outcome]) -> Result<String> {
    let mut text = String::from(
        "| | time | known to the client | bytes of IP ↑ | ↓ | packets ↑ | ↓ | |\n\
         |---|--:|--:|--:|--:|--:|--:|---|\n",
    );
    for outcome in outcomes {
        let name = outcome.peer.name();
        let Some(measured) = outcome.through() else {
            writeln!(text, "| {name} | | | | | | | {} |", outcome.note)?;
            continue;
        };
        let (wire, packets) = (measured.counts.wire, measured.counts.datagrams);
        writeln!(
            text,
            "| {name} | {} | {} | {} | {} | {} | {} | {} |",
            time(measured.time),
            measured.known.map(time).unwrap_or_default(),
            grouped(wire.up),
            grouped(wire.down),
            packets.up,
            packets.down,
            note(outcome),
        )?;
    }
    Ok(text)
}

/// What is to be said of an outcome besides its figures.
fn note(outcome: &Outcome) -> String {
    match outcome.runs {
        0 | 1 => outcome.note.clone(),
        runs if outcome.note.is_empty() => format!("median of {runs}"),
        runs => format!("median of {runs}; {}", outcome.note),
    }
}

fn table(outcomes: &[&Outcome]) -> Result<String> {
    let per = if outcomes.iter().any(|one| one.clients > 1) { " for each client" } else { "" };
    let mut text = format!(
        "| | application ↑ | ↓ | wire ↑ | ↓ | in TLS ↑ | ↓ | messages ↑ | ↓ | connections | round trips | time | \
         client CPU | memory | server CPU{per} | memory{per} | |\n|---|{}---|\n",
        "--:|".repeat(15)
    );
    for outcome in outcomes {
        let name = outcome.peer.name();
        let Some(measured) = &outcome.measured else {
            writeln!(text, "| {name} |{} {} |", " |".repeat(15), outcome.note)?;
            continue;
        };
        let counts = measured.counts;
        let both = |both: Both| format!("{} | {}", grouped(both.up), grouped(both.down));
        let server_cpu = outcome.server_cpu().unwrap_or(measured.server.cpu);
        writeln!(
            text,
            "| {name} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            both(counts.application),
            both(counts.wire),
            if outcome.peer == Peer::Hopluu {
                "it is | ".to_owned()
            } else {
                both(counts.encrypted)
            },
            both(counts.messages),
            counts.connections,
            trips(outcome),
            if measured.is_through { time(measured.time) } else { String::new() },
            time(measured.client.cpu),
            memory(measured.client.peak),
            if outcome.clients > 1 { fine(server_cpu) } else { time(server_cpu) },
            memory(outcome.server_memory().unwrap_or(measured.server.peak)),
            note(outcome),
        )?;
    }
    Ok(text)
}

fn trips(outcome: &Outcome) -> String {
    outcome.round_trips.map(|trips| trips.to_string()).unwrap_or_default()
}

/// The kernel counts CPU time in steps of 10 ms.
fn time(took: Duration) -> String {
    match took.as_millis() {
        millis @ 0..10_000 => format!("{millis} ms"),
        _ => format!("{:.0} s", took.as_secs_f64()),
    }
}

fn fine(took: Duration) -> String {
    format!("{:.2} ms", took.as_secs_f64() * 1e3)
}

fn memory(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// Thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
