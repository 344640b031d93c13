//! Hợp Lưu and what one would pick instead, on the same work, on the same machine, in one run.
//!
//! `make compare` does everything; `README.md` beside this crate has the options.

mod bad_line;
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
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::peer::Peer;
use crate::results::Results;
use crate::rows::{Outcome, Row, Scale};

/// How often a row is measured where it is cheap.
const RUNS: usize = 3;

/// After so long nothing more is begun: what is left keeps its earlier figures, or has none.
const WHOLE: Duration = Duration::from_secs(45 * 60);

struct Options {
    scale: Scale,
    only: Vec<Peer>,
    row: Option<usize>,
    /// Words that the row's title must have.
    titled: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = options()?;
    let mut results = Results::of_earlier_runs(options.scale)?;
    let rows = rows::all(options.scale);
    let is_wanted = |row: &&Row| {
        options.row.is_none_or(|number| number == row.number) && row.title.contains(&options.titled)
    };
    let mut wanted: Vec<&Row> = rows.iter().filter(is_wanted).collect();
    wanted.sort_by_key(|row| row.turn());
    print(&expected(&results, &wanted, &options.only))?;
    let (conditions, begun) = (machine::conditions()?, Instant::now());
    for (at, row) in wanted.iter().enumerate() {
        print(&format!("{}. {}\n", row.number, row.title))?;
        for peer in &options.only {
            let easier = wanted.iter().take(at).find(|easier| {
                let before = results.of_peer(easier, *peer);
                row.is_harder_than(easier) && !before.is_some_and(Outcome::is_through)
            });
            let outcome = match easier {
                _ if begun.elapsed() > WHOLE => {
                    print(&format!("   {:14} the time is up\n", peer.key()))?;
                    continue;
                }
                Some(easier) => Outcome::not_tried(*peer, easier),
                None => row.run(*peer, options.scale).await,
            };
            let outcome = Outcome { conditions: conditions.clone(), ..outcome };
            print(&format!("   {}\n", page::line(&outcome)))?;
            results.put(row, outcome)?;
        }
    }
    if !options.scale.quick {
        page::write(&results)?;
    }
    Ok(())
}

/// How long all this takes, as far as it was done here before.
fn expected(results: &Results, rows: &[&Row], peers: &[Peer]) -> String {
    let both = rows.iter().flat_map(|row| peers.iter().map(move |peer| (row, peer)));
    let before: Vec<Option<Duration>> =
        both.map(|(row, peer)| Some(results.of_peer(row, *peer)?.took)).collect();
    let minutes = before.iter().flatten().sum::<Duration>().as_secs().div_ceil(60);
    match before.iter().filter(|took| took.is_none()).count() {
        0 => format!("Took {minutes} minutes the last time.\n"),
        unknown if unknown == before.len() => {
            "Never done here before; everything takes up to 50 minutes.\n".to_owned()
        }
        unknown => format!(
            "Took {minutes} minutes the last time, and {unknown} of {} were not done here yet.\n",
            before.len()
        ),
    }
}

fn options() -> Result<Options> {
    let mut options = Options {
        scale: Scale { quick: false, runs: RUNS },
        only: Peer::ALL.to_vec(),
        row: None,
        titled: String::new(),
    };
    let mut only = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(argument) = args.next() {
        let mut value = || args.next().with_context(|| format!("{argument} what?"));
        match argument.as_str() {
            "--quick" => options.scale = Scale { quick: true, runs: 1 },
            "--runs" => options.scale.runs = value()?.parse()?,
            "--row" => options.row = Some(value()?.parse()?),
            "--titled" => options.titled = value()?,
            "--only" => {
                let name = value()?;
                let peer = Peer::ALL.into_iter().find(|peer| peer.key() == name);
                only.push(peer.with_context(|| format!("{name} is none of those compared"))?);
            }
            other => {
                bail!("{other}? --quick, --runs NUMBER, --row NUMBER, --titled WORDS, --only NAME")
            }
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
