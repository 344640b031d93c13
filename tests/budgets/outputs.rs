//! The demo town: twenty offices that submit, and the report that comes of it, on paper.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use hopluu_node::BUILT_IN_TEMPLATE;
use hopluu_node::desk::{Desk, ImportOptions, Printable, ReportFormat};
use hopluu_node::import::{ImportFile, ImportFormat};
use hopluu_node::keeper::Note;
use hopluu_node::node::Node;
use hopluu_node::problem::Refusal;
use hopluu_protocol::period::PeriodId;
use hopluu_tests::repository;
use serde::Deserialize;

use crate::nodes::{Hub, Office, PERSON, Place};
use crate::table::{Table, median, time};

const PERIOD: &str = "2023-q1";

/// What one office types (node/demo/README.md).
#[derive(Deserialize)]
struct Sheet {
    unit: String,
    #[serde(default)]
    cells: BTreeMap<String, toml::Value>,
    #[serde(default)]
    notes: BTreeMap<String, String>,
    #[serde(default)]
    texts: BTreeMap<String, String>,
}

/// The town with everything submitted.
struct Town {
    hub: Hub,
    /// One of its offices, still joined.
    office: Office,
    /// A section and the text that this office wrote for it.
    said: (String, String),
}

/// The demo's files, by name.
fn sheets() -> Result<Vec<PathBuf>> {
    let folder = fs::read_dir(repository().join("node/demo/figures"))?;
    let mut files = folder.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

fn read(file: &Path) -> Result<Sheet> {
    Ok(toml::from_str(&fs::read_to_string(file)?)?)
}

/// Consolidates and prints the demo town's report.
pub(crate) async fn measure(consolidation: &mut Table, outputs: &mut Table) -> Result<()> {
    let start = Instant::now();
    let town = demo().await?;
    let set_up = time(start.elapsed());

    let node = &town.hub.node;
    let (first, cold) = printable(node).await?;
    let mut warm = Vec::new();
    for _ in 0..5 {
        warm.push(printable(node).await?.1);
    }
    let beside = format!("from the documents; joining, typing and submitting took {set_up}");
    let what = "the demo town, 20 offices: the first time";
    consolidation.time(what, cold, None, beside);
    consolidation.time("the same again (median)", median(warm), None, "nothing is kept in between");

    resubmit(&town).await?;
    let (second, _) = printable(node).await?;
    let mut together = Duration::ZERO;
    for (name, format, on_paper) in FORMATS {
        let (bytes, cold) = render(&first, *format)?;
        let (_, changed) = render(&second, *format)?;
        let mut again = Vec::new();
        for _ in 0..5 {
            again.push(render(&second, *format)?.1);
        }
        let again = time(median(again));
        let beside = format!("the first time {}; unchanged {again}; {bytes} B", time(cold));
        outputs.time(format!("{name}, after one changed submission"), changed, None, beside);
        if *on_paper {
            together += changed;
        }
    }
    let budget = Some(Duration::from_secs(1));
    outputs.time("DOCX, XLSX and PDF together, after one changed submission", together, budget, "");
    Ok(())
}

/// Name, format, and whether it is one of the three that the budget is about.
const FORMATS: &[(&str, ReportFormat, bool)] = &[
    ("DOCX", ReportFormat::Docx, true),
    ("XLSX", ReportFormat::Xlsx, true),
    ("PDF", ReportFormat::Pdf, true),
    ("JSON", ReportFormat::Json, false),
];

fn render(printable: &Printable, format: ReportFormat) -> Result<(usize, Duration)> {
    let start = Instant::now();
    let file = printable.render(format)?;
    Ok((file.bytes.len(), start.elapsed()))
}

async fn printable(hub: &Arc<Node>) -> Result<(Printable, Duration)> {
    let period: PeriodId = PERIOD.parse()?;
    let start = Instant::now();
    let printable = hub.keeper().desk(move |desk| desk.printable(period, None)).await?;
    Ok((printable, start.elapsed()))
}

async fn demo() -> Result<Town> {
    let demo = repository().join("node/demo");
    let town = fs::read_to_string(demo.join("town.toml"))?;
    let hub = Hub::found(Place::new()?, &town, BUILT_IN_TEMPLATE.to_owned()).await?;
    let mut last = None;
    for file in sheets()? {
        let sheet = read(&file)?;
        let office = hub.admit(&sheet.unit, Place::new()?).await?;
        let said = sheet.texts.clone().into_iter().next();
        office.node.keeper().desk(move |desk| fill_in(desk, &sheet)).await?;
        submit(&hub, &office).await?;
        last = said.map(|said| (office, said)).or(last);
    }
    let (office, said) = last.context("nobody wrote a text in the demo")?;
    Ok(Town { hub, office, said })
}

fn fill_in(desk: &mut Desk, sheet: &Sheet) -> Result<(), Refusal> {
    let period: PeriodId = PERIOD.parse()?;
    if !sheet.cells.is_empty() {
        let cells = serde_json::json!(sheet.cells).to_string();
        let file =
            ImportFile { format: ImportFormat::Json, bytes: cells.as_bytes(), name: &sheet.unit };
        desk.import(period, &file, ImportOptions::default(), PERSON)?;
    }
    for (cell, note) in &sheet.notes {
        let typed = match sheet.cells.get(cell) {
            Some(toml::Value::String(text)) => text.clone(),
            Some(number) => number.to_string(),
            None => String::new(),
        };
        desk.set_cell(period, &cell.parse()?, &typed, Some(note), PERSON)?;
    }
    for (section, text) in &sheet.texts {
        desk.set_text(period, &section.parse()?, text, PERSON)?;
    }
    Ok(())
}

/// Submits an office's report, and waits for the hub's receipt.
async fn submit(hub: &Hub, office: &Office) -> Result<()> {
    let period: PeriodId = PERIOD.parse()?;
    let mut notes = hub.node.keeper().notes();
    office.node.keeper().desk(move |desk| desk.submit(period, PERSON)).await?;
    let outcome = office.node.sync_once().await?;
    ensure!(outcome.in_sync, "an office is not in sync: {outcome:?}");
    loop {
        if let Note::Received(received) = notes.recv().await? {
            ensure!(received.refused.is_none(), "{received:?}");
            return Ok(());
        }
    }
}

/// One office says more in one of its texts, and submits again.
async fn resubmit(town: &Town) -> Result<()> {
    let period: PeriodId = PERIOD.parse()?;
    let (section, text) = town.said.clone();
    let section = section.parse()?;
    town.office
        .node
        .keeper()
        .desk(move |desk| desk.set_text(period, &section, &format!("{text} Đã rà soát."), PERSON))
        .await?;
    submit(&town.hub, &town.office).await
}
