//! `docs/load.md`.

use std::time::Duration;

use anyhow::Result;
use hopluu_measured::about;

use crate::percentile::Times;
use crate::run::{Outcome, Wave};

const MIB: u64 = 1 << 20;
/// The libraries on which the figures depend most.
const LIBRARIES: &[&str] = &["automerge", "quinn", "rustls", "sled"];

/// What was measured, as Markdown.
///
/// # Errors
/// When the machine cannot be described.
pub fn page(outcome: &Outcome) -> Result<String> {
    let size = outcome.plan.size;
    let mut page = format!(
        "# Load\n\n\
         Written by `make load NODES={} DOCUMENTS={}`: one hub process (`hopluu serve`), and that many nodes \
         in another process over QUIC on loopback, which share the processor with it. What is measured, and \
         how, is described in [tests/load](../tests/load/README.md).\n\n\
         Measured on {}.\n\n",
        size.nodes,
        size.documents,
        about(LIBRARIES)?,
    );
    let within = outcome.plan.within.as_secs();
    let mut rows = Rows::default();
    rows.add("nodes × documents", format!("{} × {}", size.nodes, size.documents), "");
    rows.add("filling the store (nothing if it was kept)", time(outcome.filling), "");
    rows.add("hub: from its start to its first answer", time(outcome.start), "");
    rows.add("hub: resident, nobody connected", mib(outcome.alone.resident), "");
    rows.wave(&format!("first meeting, all within {within} s"), &outcome.first, "");
    let budget = "≤ 1 ms";
    rows.wave(&format!("hub restarted, all return within {within} s"), &outcome.again, budget);
    rows.wave("hub restarted, all return at once", &outcome.storm, "");
    rows.add("hub: resident, all connected and idle", mib(outcome.idle.resident), "≤ 2,048 MiB");
    rows.add(
        "hub: processor, idle",
        format!("{:.1} % of one core", outcome.idle_share * 100.0),
        "",
    );
    let editors = outcome.plan.editors;
    let rhythm = format!("{editors} nodes edit, each every {}", time(outcome.plan.pause));
    rows.add(&format!("{rhythm}: edit to durable at the hub"), spread(&outcome.edits), "");
    rows.add("hub: processor for an edit", time(outcome.edit_cpu), "");
    rows.add("the town's report asked for meanwhile: its time", time(outcome.report), "");
    rows.add("… edit to durable at the hub beside it", spread(&outcome.edits_beside_report), "");
    let newcomer = &outcome.newcomer;
    rows.add("a machine joins while all are connected: its time", time(newcomer.join), "");
    rows.add("… until every node has the new roster", time(newcomer.told), "");
    rows.add("… edit to durable at the hub meanwhile", spread(&newcomer.edits), "");
    rows.add("… hub: processor for all of it", time(newcomer.cpu), "");
    rows.add(
        "hub: resident in the end, the most ever",
        format!("{}, {}", mib(outcome.end.resident), mib(outcome.end.peak)),
        "",
    );
    let same = format!("{} of {editors}", outcome.same);
    rows.add("editors that hold the same as the hub in the end", same, "all");
    rows.add("connections lost meanwhile", outcome.lost.to_string(), "0");
    page.push_str(&rows.0);
    Ok(page)
}

struct Rows(String);

impl Default for Rows {
    fn default() -> Self {
        Self("| what | measured | budget |\n|---|---|---|\n".to_owned())
    }
}

impl Rows {
    fn add(&mut self, what: &str, measured: String, budget: &str) {
        self.0.push_str(&format!("| {what} | {measured} | {budget} |\n"));
    }

    fn wave(&mut self, what: &str, wave: &Wave, cpu_budget: &str) {
        let story = &wave.story;
        self.add(&format!("{what}: until all are in sync"), time(story.until_all()), "");
        self.add("… handshakes in the busiest second", story.most_in_a_second().to_string(), "");
        self.add("… dialling to the end of the handshake", spread(&story.handshakes()), "");
        self.add("… dialling to in sync", spread(&story.syncs()), "");
        self.add("… hub: processor for each node", time(wave.cpu), cpu_budget);
        let (up, down) = story.most_bytes();
        self.add(
            "… application data, at most",
            format!("{up} B up, {down} B down"),
            "≤ 200 B each way",
        );
        let failed = match story.failed {
            0 => "0".to_owned(),
            failed => format!("{failed} ({})", story.last_failure),
        };
        self.add("… told to come back; failed calls", format!("{}; {failed}", story.busy), "");
        self.add("… hub: resident then", mib(wave.after.resident), "");
    }
}

fn spread(times: &Times) -> String {
    let [half, most, all] = [50, 99, 100].map(|percent| time(times.percentile(percent)));
    format!("p50 {half}, p99 {most}, longest {all}")
}

fn time(took: Duration) -> String {
    match took.as_micros() {
        micros @ 0..10_000 => format!("{:.2} ms", micros as f64 / 1e3),
        micros @ 10_000..10_000_000 => format!("{} ms", micros / 1000),
        micros => format!("{:.1} s", micros as f64 / 1e6),
    }
}

fn mib(bytes: u64) -> String {
    format!("{} MiB", bytes / MIB)
}
