//! The budgets of bytes and time, measured on real nodes over real QUIC on loopback:
//! `cargo bench -p hopluu-tests --bench budgets` prints them, and with `-- --write` they also go into
//! `docs/benchmarks.md`.
//!
//! A broken byte budget makes the program end with 1. Times depend on the machine and are only told.

mod consolidation;
mod machine;
mod nodes;
mod outputs;
mod sync;
mod table;

use std::fs;
use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use hopluu_tests::repository;
use table::Table;

const FILE: &str = "docs/benchmarks.md";

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let write = std::env::args().any(|argument| argument == "--write");
    let about = format!("Measured on {}", machine::about()?);
    print(&format!("{about}\n\n"))?;

    let sync = sync::measure().await?;
    print(&format!("{sync}\n"))?;
    let mut consolidation = Table::new(
        "Consolidation",
        "Many synthetic units in memory; the demo town at its hub, from the documents in the store.",
    );
    let mut outputs = Table::new(
        "The town's report",
        "The demo town's report as its hub writes it. *The first time* is the first in the process.",
    );
    consolidation::measure(&mut consolidation)?;
    outputs::measure(&mut consolidation, &mut outputs).await?;
    print(&format!("{consolidation}\n{outputs}"))?;

    let tables = [sync, consolidation, outputs];
    if write {
        fs::write(repository().join(FILE), page(&about, &tables))?;
    }
    let over = tables.iter().any(Table::is_over);
    Ok(if over { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn page(about: &str, tables: &[Table]) -> String {
    let mut page = format!(
        "# Benchmarks\n\nWritten by `cargo bench -p hopluu-tests --bench budgets -- --write`; the budgets \
         are explained in `architecture.md`; what others need for the same work is in \
         [comparison.md](comparison.md).\n\n{about}\n"
    );
    for table in tables {
        page.push('\n');
        page.push_str(&table.to_string());
    }
    page
}

fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
