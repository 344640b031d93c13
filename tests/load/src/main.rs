//! `hopluu-load`: see `tests/load/README.md`.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Parser;
use hopluu_load::page::page;
use hopluu_load::run::{Plan, run};
use hopluu_load::town::Size;
use hopluu_tests::repository;

/// Drives enrolled nodes against one hub process and reports what that costs.
#[derive(Debug, Parser)]
struct Arguments {
    /// Units that report, each with one node.
    #[arg(long, default_value_t = 10_000)]
    nodes: usize,
    /// Documents of each.
    #[arg(long, default_value_t = 40)]
    documents: usize,
    /// Over how many seconds all connect.
    #[arg(long, default_value_t = 60)]
    within: u64,
    /// How many of them edit.
    #[arg(long, default_value_t = 500)]
    editors: usize,
    /// Milliseconds from one edit to the next, on average.
    #[arg(long, default_value_t = 2_000)]
    pause: u64,
    /// Where the town is kept from one run to the next.
    #[arg(long, default_value = "target/load")]
    place: PathBuf,
    /// Writes the result to docs/load.md.
    #[arg(long)]
    write: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let size = Size { nodes: arguments.nodes, documents: arguments.documents };
    let plan = Plan {
        size,
        within: Duration::from_secs(arguments.within),
        editors: arguments.editors.min(arguments.nodes),
        pause: Duration::from_millis(arguments.pause),
        place: arguments.place,
    };
    let page = page(&run(plan).await?)?;
    std::io::stdout().lock().write_all(page.as_bytes())?;
    if arguments.write {
        fs::write(repository().join("docs/load.md"), page)?;
    }
    Ok(())
}
