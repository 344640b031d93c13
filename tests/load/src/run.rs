//! The whole measurement, in the order in which a hub meets it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use hopluu_measured::copy_folder;
use tokio::time::sleep;

use crate::hub::{Hub, Usage};
use crate::newcomer::{self, Newcomer};
use crate::percentile::Times;
use crate::swarm::{Connected, Story, Swarm};
use crate::town::{self, Size, Town};

/// How long the hub is watched while nothing happens, and how long it is given to tidy up.
const QUIET: Duration = Duration::from_secs(20);
/// Edits of each editor.
pub(crate) const EDITS: u64 = 20;

/// What is to be measured.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How much there is.
    pub size: Size,
    /// Over which time the nodes connect.
    pub within: Duration,
    /// How many of them edit.
    pub editors: usize,
    /// How long a person takes from one edit to the next, on average.
    pub pause: Duration,
    /// Where the town is kept, filled once and used by every run.
    pub place: PathBuf,
}

/// What was measured.
#[derive(Debug)]
pub struct Outcome {
    /// What was to be measured.
    pub plan: Plan,
    /// How long it took to fill the hub's store; a moment if that was done before.
    pub filling: Duration,
    /// How long the hub takes from its start to its first answer.
    pub start: Duration,
    /// The hub before anybody has called.
    pub alone: Usage,
    /// Every node calls for the first time: the hub has not met it.
    pub first: Wave,
    /// The hub was restarted, and everybody comes back within the time.
    pub again: Wave,
    /// The hub was restarted, and everybody comes back at once.
    pub storm: Wave,
    /// The hub while everybody is connected and nothing happens.
    pub idle: Usage,
    /// The part of a processor that this takes.
    pub idle_share: f64,
    /// From an edit to the hub's word that it is durable.
    pub edits: Times,
    /// The hub's processor time for an edit.
    pub edit_cpu: Duration,
    /// The same while the town's report is asked for, and how long that took.
    pub edits_beside_report: Times,
    /// From asking for the town's report to having it.
    pub report: Duration,
    /// Another machine joins.
    pub newcomer: Newcomer,
    /// The hub in the end.
    pub end: Usage,
    /// How many of the editors hold the same as the hub in the end.
    pub same: usize,
    /// How many nodes lost their connection while they should have kept it.
    pub lost: usize,
}

/// All nodes come.
#[derive(Debug)]
pub struct Wave {
    /// How they came.
    pub story: Story,
    /// What that cost the hub, what it wrote down afterwards included, for each node.
    pub cpu: Duration,
    /// The hub when all were there.
    pub after: Usage,
}

impl Plan {
    fn town(&self) -> PathBuf {
        let Size { nodes, documents } = self.size;
        self.place.join(format!("{nodes}x{documents}"))
    }
}

/// Runs a plan.
///
/// # Errors
/// When the hub fails, or when a node does not get in sync.
pub async fn run(plan: Plan) -> Result<Outcome> {
    let began = Instant::now();
    let town = Arc::new(town::fill(&plan.town(), plan.size).await?);
    let filling = began.elapsed();
    tell(format_args!("the store is filled"))?;
    let data = plan.place.join("run");
    replace_with_copy(&plan.town(), &data)?;

    let mut swarm = Swarm::new(Arc::clone(&town))?;
    let began = Instant::now();
    let hub = Hub::serve(&data, "127.0.0.1:0")?;
    let start = began.elapsed();
    let alone = hub.usage()?;
    tell(format_args!("the hub serves after {start:?}, {} MiB", alone.resident >> 20))?;

    let (first, connected) = wave(&hub, &swarm, &plan, plan.within).await?;
    swarm.disconnect(connected).await?;
    let hub = hub.restart()?;
    let (again, connected) = wave(&hub, &swarm, &plan, plan.within).await?;
    swarm.disconnect(connected).await?;
    let hub = hub.restart()?;
    let (storm, connected) = wave(&hub, &swarm, &plan, Duration::ZERO).await?;

    let before = hub.usage()?;
    sleep(QUIET).await;
    let idle = hub.usage()?;
    let idle_share = (idle.cpu - before.cpu).as_secs_f64() / QUIET.as_secs_f64();

    tell(format_args!("idle: {idle_share:.3} of a core, {} MiB", idle.resident >> 20))?;

    let edits = connected.edit(plan.editors, EDITS, plan.pause).await?;
    let edited = hub.usage()?;
    let edit_cpu = (edited.cpu - idle.cpu) / u32::try_from(edits.count().max(1))?;
    tell(format_args!(
        "{} edits: half within {:?}, 99 % within {:?}; hub: {edit_cpu:?} each",
        edits.count(),
        edits.percentile(50),
        edits.percentile(99)
    ))?;
    let (edits_beside_report, report) = beside_report(&hub, &connected, &plan, &town).await?;
    tell(format_args!(
        "report after {report:?}; {} edits beside it: half within {:?}, 99 % within {:?}",
        edits_beside_report.count(),
        edits_beside_report.percentile(50),
        edits_beside_report.percentile(99)
    ))?;
    let same = connected.same(plan.editors).await;
    let newcomer = newcomer::joins(&hub, &swarm, &connected, &plan, &town).await?;
    tell(format_args!(
        "a machine joined in {:?}, all were told after {:?}; {} edits meanwhile: 99 % within {:?}; hub: {:?}",
        newcomer.join,
        newcomer.told,
        newcomer.edits.count(),
        newcomer.edits.percentile(99),
        newcomer.cpu
    ))?;
    let lost = connected.lost();
    let end = hub.usage()?;
    swarm.disconnect(connected).await?;
    Ok(Outcome {
        plan,
        filling,
        start,
        alone,
        first,
        again,
        storm,
        idle,
        idle_share,
        edits,
        edit_cpu,
        edits_beside_report,
        report,
        newcomer,
        end,
        same,
        lost,
    })
}

async fn wave(
    hub: &Hub,
    swarm: &Swarm,
    plan: &Plan,
    within: Duration,
) -> Result<(Wave, Connected)> {
    let before = hub.usage()?;
    let mut connected = swarm.connect(hub, within, plan.editors).await?;
    let story = std::mem::take(&mut connected.story);
    // What is known of the nodes is written down every five seconds.
    sleep(Duration::from_secs(6)).await;
    let after = hub.usage()?;
    let cpu = (after.cpu - before.cpu) / u32::try_from(plan.size.nodes)?;
    let (count, took, busy, failed) =
        (story.met.len(), story.until_all(), story.busy, story.failed);
    tell(format_args!(
        "{count} in sync after {took:?}; hub: {cpu:?} each, {} MiB; {busy} busy, {failed} failed {}",
        after.resident >> 20,
        story.last_failure
    ))?;
    Ok((Wave { story, cpu, after }, connected))
}

/// Says how far it is: a run takes minutes.
fn tell(what: std::fmt::Arguments<'_>) -> Result<()> {
    Ok(writeln!(std::io::stderr().lock(), "{what}")?)
}

/// Edits go on while the hub's operator asks for the town's report.
async fn beside_report(
    hub: &Hub,
    connected: &Connected,
    plan: &Plan,
    town: &Town,
) -> Result<(Times, Duration)> {
    let out = plan.place.join("report");
    let mut command = hub.program().command(&[
        "report",
        &town.period.to_string(),
        "--format",
        "json",
        "--out",
        out.to_str().context("the path is not UTF-8")?,
    ]);
    let began = Instant::now();
    let asked =
        tokio::task::spawn_blocking(move || anyhow::Ok((command.output()?, began.elapsed())));
    let times = connected.edit(plan.editors, EDITS, plan.pause).await?;
    let (output, took) = asked.await??;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "no report: {error}");
    Ok((times, took))
}

/// Runs must not wear out the town that was filled once.
fn replace_with_copy(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    Ok(copy_folder(from, to)?)
}
