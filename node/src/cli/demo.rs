//! `demo`: a whole town, and its report.

use std::cell::OnceCell;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use tempfile::TempDir;

use super::Session;
use super::args::Format;
use super::client::Client;
use super::demo_stays;
use super::local::wait_for_the_end;
use super::reports::write_reports;
use crate::demo::{self, DemoTown, Step};
use crate::messages::Language;
use crate::problem::{Problem, Reason, Refusal};

const FORMATS: &[Format] = &[Format::Docx, Format::Xlsx, Format::Pdf, Format::Json];

/// How often the directory of a demo that was stopped is tried to be removed, and how long after each try:
/// its stores are closed in the background.
const REMOVALS: u32 = 100;
const BETWEEN_REMOVALS: Duration = Duration::from_millis(50);

pub(super) async fn run(
    session: &Session,
    out: &Path,
    keep: Option<&Path>,
    open: bool,
) -> Result<(), Refusal> {
    let temporary = match keep {
        Some(dir) => {
            must_be_free_or_ours(dir)?;
            None
        }
        None => Some(temporary_directory()?),
    };
    let dir = temporary.as_ref().map(TempDir::path).or(keep).unwrap_or(Path::new("."));
    // One for both stages, so that nobody asks in vain between them.
    let asked = wait_for_the_end();
    tokio::pin!(asked);
    let done = tokio::select! {
        // Asked first, so that nothing is begun before a signal is heard.
        biased;
        asked = &mut asked => match asked {
            Ok(()) => Err(stopped(keep)),
            Err(refusal) => Err(refusal),
        },
        done = whole_town(session, dir, out, keep.is_some()) => done,
    };
    let done = match done {
        Ok(town) if open => demo_stays::until(asked, session, town, keep).await,
        done => done.map(drop),
    };
    if let Some(temporary) = temporary {
        remove(temporary).await;
    }
    done
}

fn temporary_directory() -> Result<TempDir, Refusal> {
    tempfile::Builder::new().prefix("hopluu-demo-").tempdir().map_err(|error| {
        let problem = Problem::new("data-dir-unusable", &error);
        let path = std::env::temp_dir();
        Refusal::new(Reason::Failed, problem.arg("path", path.display()).arg("what", error))
    })
}

/// Removes the town's directory, also while its last stores are still being closed.
async fn remove(temporary: TempDir) {
    let path = temporary.keep();
    for _ in 0..REMOVALS {
        match std::fs::remove_dir_all(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tokio::time::sleep(BETWEEN_REMOVALS).await;
            }
            _ => return,
        }
    }
    tracing::warn!(path = %path.display(), "the demo's directory stays");
}

fn stopped(keep: Option<&Path>) -> Refusal {
    let problem = match keep {
        None => Problem::new("cli-demo-stopped", "stopped by a signal"),
        Some(path) => {
            Problem::new("cli-demo-stopped-kept", "stopped by a signal").arg("path", path.display())
        }
    };
    Refusal::new(Reason::NotNow, problem)
}

async fn whole_town(
    session: &Session,
    dir: &Path,
    out: &Path,
    kept: bool,
) -> Result<DemoTown, Refusal> {
    let started = Instant::now();
    let console = &session.console;
    // The bar comes when the town stands and there is something to count.
    let bar = OnceCell::new();
    let town = demo::run(dir, |step| {
        let line = |code: &str, args: &[(&str, &str)]| match bar.get() {
            Some(bar) => ProgressBar::suspend(bar, || console.hint(code, args)),
            None => console.hint(code, args),
        };
        match step {
            Step::Joined(units) => {
                let args = [("units", units.to_string())];
                let args = args.each_ref().map(|(name, value)| (*name, value.as_str()));
                line("cli-demo-town", &args);
                bar.get_or_init(|| console.bar("cli-demo-figures", &args, units));
            }
            Step::Offline(units) => line("cli-demo-offline", &[("units", &units.join(", "))]),
            Step::Found => line("cli-demo-found", &[("path", &dir.display().to_string())]),
            Step::Submitted => bar.get().into_iter().for_each(|bar| bar.inc(1)),
            Step::Conflict { unit, cell, values } => {
                let values = values.join(" ≠ ");
                let args = [("unit", unit.as_str()), ("cell", cell.as_str()), ("values", &values)];
                line("cli-demo-conflict", &args);
            }
            Step::Synced => line("cli-demo-sync", &[]),
        }
    })
    .await?;
    if let Some(bar) = bar.get() {
        bar.finish_and_clear();
    }
    let client = Client::here(Arc::clone(&town.hub.node), session.language_tag());
    let written = write_reports(session, &client, town.period, None, FORMATS, out).await?;
    if console.json {
        let files: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
        console.print_json(&files)?;
        return Ok(town);
    }
    for path in &written {
        console.say("cli-written", &[("file", &path.display().to_string())])?;
    }
    if kept {
        console.say("cli-demo-kept", &[("path", &dir.display().to_string())])?;
    }
    let mut seconds = format!("{:.1}", started.elapsed().as_secs_f32());
    if session.language == Language::Vietnamese {
        seconds = seconds.replace('.', ",");
    }
    console.say("cli-demo-done", &[("seconds", &seconds)])?;
    Ok(town)
}

/// The demo founds a new town, or goes on with one of its own: it does not write into a directory that holds
/// something else.
fn must_be_free_or_ours(dir: &Path) -> Result<(), Refusal> {
    let used = std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
    if used && !demo::is_in(dir) {
        let path = dir.display();
        let problem = Problem::new("demo-dir-used", format!("{path} holds something else"));
        return Err(Refusal::new(Reason::NotNow, problem.arg("path", path)));
    }
    Ok(())
}
