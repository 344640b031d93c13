//! Hợp Lưu and what one would pick instead, on the same work, on the same machine, in one run.
//!
//! `make compare` does everything; `README.md` beside this crate has the options.

// The officers and the form of the budgets' benchmark: the same work.
#[allow(dead_code)]
#[path = "../../budgets/form.rs"]
mod form;
#[path = "../../budgets/work.rs"]
mod work;

mod driver;
mod machine;
mod page;
mod peer;
mod proxy;
mod rows;
mod script;
mod stage;
mod usage;

use std::io::Write as _;

use anyhow::{Context as _, Result, bail};

use crate::peer::Peer;
use crate::rows::Scale;

struct Options {
    scale: Scale,
    only: Vec<Peer>,
    row: Option<usize>,
    write: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = options()?;
    let mut results = Vec::new();
    for row in rows::all(options.scale) {
        if options.row.is_some_and(|number| number != row.number) {
            continue;
        }
        print(&format!("{}. {}\n", row.number, row.title))?;
        let mut outcomes = Vec::new();
        for peer in &options.only {
            let outcome = row.run(*peer, options.scale).await;
            print(&format!("   {}\n", page::line(&outcome)))?;
            outcomes.push(outcome);
        }
        results.push((row, outcomes));
    }
    if options.write {
        page::write(&results)?;
    }
    Ok(())
}

fn options() -> Result<Options> {
    let mut options = Options {
        scale: Scale { quick: false },
        only: Peer::ALL.to_vec(),
        row: None,
        write: false,
    };
    let mut only = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(argument) = args.next() {
        let mut value = || args.next().with_context(|| format!("{argument} what?"));
        match argument.as_str() {
            "--quick" => options.scale.quick = true,
            "--write" => options.write = true,
            "--row" => options.row = Some(value()?.parse()?),
            "--only" => {
                let name = value()?;
                let peer = Peer::ALL.into_iter().find(|peer| peer.key() == name);
                only.push(peer.with_context(|| format!("{name} is none of those compared"))?);
            }
            other => bail!("{other}? --quick, --write, --row NUMBER, --only NAME"),
        }
    }
    if !only.is_empty() {
        options.only = only;
    }
    if options.write && (options.scale.quick || options.row.is_some() || options.only.len() < 5) {
        bail!("only a whole run is written");
    }
    Ok(options)
}

fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
