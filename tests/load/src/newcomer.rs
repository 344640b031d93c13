//! A machine joins while everybody is connected: the roster changes, and every node is told.

use std::process::{Command, Output};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use hopluu_tests::Program;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use crate::hub::Hub;
use crate::percentile::Times;
use crate::run::{EDITS, Plan};
use crate::swarm::{Connected, Swarm};
use crate::town::Town;

/// How long everybody may take to be told.
const PATIENCE: Duration = Duration::from_secs(300);

/// What it took.
#[derive(Debug)]
pub struct Newcomer {
    /// The command `join`, from its start to its end: the whole roster and everything of the town is sent.
    pub join: Duration,
    /// From the start of that command until every connected node has received the new roster.
    pub told: Duration,
    /// Edits of the others meanwhile.
    pub edits: Times,
    /// The hub's processor time for all of it, the edits included.
    pub cpu: Duration,
}

/// Has another machine of the first office join while others edit.
///
/// # Errors
/// When it is not let in, or when somebody is not told.
pub(crate) async fn joins(
    hub: &Hub,
    swarm: &Swarm,
    connected: &Connected,
    plan: &Plan,
    town: &Town,
) -> Result<Newcomer> {
    let unit = &town.offices.first().context("a town without offices")?.unit;
    let invitation = output(hub.program().command(&["invite", unit.as_str()])).await?;
    let data = plan.place.join("newcomer");
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    let join = Program::over(data).command(&["join", invitation.trim(), "--name", "newcomer"]);

    let (before, told_before) = (hub.usage()?, swarm.batches_received());
    let everybody = told_before + u64::try_from(plan.size.nodes)?;
    let began = Instant::now();
    let joining = async {
        output(join).await?;
        let join = began.elapsed();
        while swarm.batches_received() < everybody {
            ensure!(began.elapsed() < PATIENCE, "not everybody was told of the new machine");
            sleep(Duration::from_millis(10)).await;
        }
        anyhow::Ok((join, began.elapsed()))
    };
    let editing = connected.edit(plan.editors, EDITS, plan.pause);
    let (joined, edits) = tokio::join!(joining, editing);
    let (join, told) = joined?;
    Ok(Newcomer { join, told, edits: edits?, cpu: hub.usage()?.cpu - before.cpu })
}

/// What a command prints.
async fn output(mut command: Command) -> Result<String> {
    let Output { status, stdout, stderr } = spawn_blocking(move || command.output()).await??;
    ensure!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    Ok(String::from_utf8(stdout)?)
}
