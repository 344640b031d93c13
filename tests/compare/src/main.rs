//! Hợp Lưu and what one would pick instead, on the same work, on the same machine, in one run.
//!
//! `make compare` does everything; `README.md` beside this crate has the options.

mod driver;
mod machine;
mod page;
mod peer;
mod proxy;
mod results;
mod rows;
mod script;
mod stage;
mod usage;

use std::io::Write as _;

use anyhow::{Context as _, Result, bail};

use crate::peer::Peer;
use crate::results::Results;
use crate::rows::Scale;

/// How often a row is measured where it is cheap.
const RUNS: usize = 3;

struct Options {
    scale: Scale,
    only: Vec<Peer>,
    row: Option<usize>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = options()?;
    let mut results = Results::of_earlier_runs(options.scale)?;
    for row in rows::all(options.scale) {
        if options.row.is_some_and(|number| number != row.number) {
            continue;
        }
        print(&format!("{}. {}\n", row.number, row.title))?;
        for peer in &options.only {
            let outcome = row.run(*peer, options.scale).await;
            print(&format!("   {}\n", page::line(&outcome)))?;
            results.put(&row, outcome)?;
        }
    }
    if !options.scale.quick {
        page::write(&results)?;
    }
    Ok(())
}

fn options() -> Result<Options> {
    let mut options =
        Options { scale: Scale { quick: false, runs: RUNS }, only: Peer::ALL.to_vec(), row: None };
    let mut only = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(argument) = args.next() {
        let mut value = || args.next().with_context(|| format!("{argument} what?"));
        match argument.as_str() {
            "--quick" => options.scale = Scale { quick: true, runs: 1 },
            "--runs" => options.scale.runs = value()?.parse()?,
            "--row" => options.row = Some(value()?.parse()?),
            "--only" => {
                let name = value()?;
                let peer = Peer::ALL.into_iter().find(|peer| peer.key() == name);
                only.push(peer.with_context(|| format!("{name} is none of those compared"))?);
            }
            other => bail!("{other}? --quick, --runs NUMBER, --row NUMBER, --only NAME"),
        }
    }
    if !only.is_empty() {
        options.only = only;
    }
    Ok(options)
}

fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
