//! `demo --open`: the town goes on after its report, and people look at it in a browser.

use std::path::Path;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::Session;
use super::open::open_served;
use crate::api::server;
use crate::demo::{DemoMachine, DemoTown};
use crate::problem::Refusal;

/// How many pages are opened: both machines of the office that has two, and another office. Twenty would bury
/// each other.
const OPENED: usize = 3;

/// Serves the page of every node until the process is asked to end.
pub(super) async fn until(
    asked: impl Future<Output = Result<(), Refusal>>,
    session: &Session,
    town: DemoTown,
    keep: Option<&Path>,
) -> Result<(), Refusal> {
    let mut lines = JoinSet::new();
    let done = tokio::select! {
        biased;
        asked = asked => asked,
        failed = stay(session, &town, keep, &mut lines) => failed,
    };
    lines.shutdown().await;
    for machine in town.machines() {
        machine.node.leave().await?;
    }
    done
}

/// Returns only when something fails.
async fn stay(
    session: &Session,
    town: &DemoTown,
    keep: Option<&Path>,
    lines: &mut JoinSet<()>,
) -> Result<(), Refusal> {
    town.open_another_period().await?;
    let mut served = Vec::new();
    for machine in town.machines() {
        served.push(server::serve(Arc::clone(&machine.node), &machine.dir).await?);
    }
    for office in &town.offices {
        lines.spawn(Arc::clone(&office.node).stay_connected());
    }
    let console = &session.console;
    let mut offices: Vec<&DemoMachine> = town.offices.iter().collect();
    offices.sort_by_key(|office| office.dir.path());
    for office in offices.iter().take(OPENED) {
        console.say("cli-demo-page", &[("unit", &office.name)])?;
        open_served(session, &office.dir).await?;
    }
    // As it was called, so that the line can be copied.
    let program = std::env::args().next().unwrap_or_else(|| "hopluu".to_owned());
    let list = |machine: &DemoMachine| {
        let folder = machine.dir.path().display();
        let args = [("unit", machine.name.as_str()), ("path", &folder.to_string())];
        console.hint("cli-demo-machine", &[args[0], args[1], ("program", &program)]);
    };
    console.hint("cli-demo-machines", &[]);
    town.machines().for_each(list);
    match keep {
        Some(dir) => {
            console.hint("cli-demo-running-kept", &[("path", &dir.display().to_string())]);
        }
        None => console.hint("cli-demo-running", &[]),
    }
    std::future::pending().await
}
