//! A whole town on this machine: the hub and every office as real nodes, each with its own key, store
//! and documents, speaking QUIC on loopback. Some are offline while they type.

mod figures;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use hopluu_protocol::id::{IndicatorId, UnitCode};
use hopluu_protocol::period::PeriodId;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;

use crate::data_dir::DataDir;
use crate::desk::Desk;
use crate::keeper::Note;
use crate::node::Node;
use crate::problem::{Problem, Reason, Refusal};
use crate::town_file::TownFile;
use figures::{DemoFigures, all_figures};

/// The demo's town file.
const TOWN: &str = include_str!("../../demo/town.toml");

/// Its name, for messages.
const TOWN_FILE: &str = "town.toml";

/// The hub's data directory.
const HUB: &str = "hub";

/// Every second office is cut off while it types.
const OFFLINE_EVERY: usize = 2;

/// How far the demo is.
#[derive(Clone, Debug)]
pub enum Step {
    /// The hub stands, and so many offices have joined.
    Joined(usize),
    /// These offices' lines are cut.
    Offline(Vec<String>),
    /// An office has typed all its figures and submitted.
    Submitted,
    /// Two machines of one office set one cell apart from each other, and somebody chose.
    Conflict {
        /// The unit.
        unit: String,
        /// The cell.
        cell: IndicatorId,
        /// The values that stood in it.
        values: Vec<String>,
    },
    /// The lines are back, and everything is at the hub.
    Synced,
}

/// The town at the end of the demo.
pub struct DemoTown {
    /// The hub's node.
    pub hub: Arc<Node>,
    /// The period that was reported.
    pub period: PeriodId,
}

struct DemoOffice {
    node: Arc<Node>,
    figures: DemoFigures,
    /// The unit's short name.
    name: String,
    online: bool,
}

/// How many offices type figures in the demo.
///
/// # Errors
/// When the demo's data cannot be read: a fault of the build.
pub fn offices() -> Result<usize, Refusal> {
    Ok(all_figures()?.len())
}

/// Runs the demo in a directory: one data directory a node, named after its unit, the hub's `hub`.
///
/// # Errors
/// When anything fails that must not.
pub async fn run(dir: &Path, tell: impl Fn(Step)) -> Result<DemoTown, Refusal> {
    let town = TownFile::parse(TOWN, TOWN_FILE)?;
    let hub = found(dir, &town).await?;
    let offices = join_all(dir, &hub, &town).await?;
    tell(Step::Joined(offices.len()));

    let mut lines = JoinSet::new();
    for office in offices.iter().filter(|office| office.online) {
        lines.spawn(Arc::clone(&office.node).stay_connected());
    }
    let offline = offices.iter().filter(|office| !office.online);
    tell(Step::Offline(offline.map(|office| office.name.clone()).collect()));

    let period = one_period(&offices)?;
    let mut typing = JoinSet::new();
    let first = offices.first().map(|office| office.figures.unit.clone());
    for office in offices {
        // The office with two machines chooses first and submits afterwards.
        let submits = Some(&office.figures.unit) != first.as_ref();
        typing.spawn(async move {
            office.types().await?;
            if submits {
                office.submits(period).await?;
            }
            Ok::<_, Refusal>(office)
        });
    }
    let mut offices = Vec::new();
    while let Some(done) = typing.join_next().await {
        offices.push(done.map_err(|error| internal(&error))??);
        tell(Step::Submitted);
    }
    offices.sort_by(|a, b| a.figures.unit.cmp(&b.figures.unit));

    let notes = hub.keeper().notes();
    let waiting = offices.len();
    if let Some(office) = offices.iter().find(|office| Some(&office.figures.unit) == first.as_ref())
    {
        tell(office.disagrees_with_itself(dir, &hub, period).await?);
        office.submits(period).await?;
    }
    for office in &offices {
        office.node.sync_once().await?;
    }
    all_received(&hub, notes, period, waiting).await?;
    lines.shutdown().await;
    for office in &offices {
        office.node.leave().await?;
    }
    hub.leave().await?;
    tell(Step::Synced);
    Ok(DemoTown { hub, period })
}

async fn found(dir: &Path, town: &TownFile) -> Result<Arc<Node>, Refusal> {
    let hub = Node::open_or_make(&DataDir::new(dir.join(HUB))).await?;
    let town = town.clone();
    hub.keeper()
        .desk(move |desk| {
            let template = (crate::BUILT_IN_TEMPLATE_FILE, crate::BUILT_IN_TEMPLATE);
            let name = desk_name(&town, &town.hub);
            desk.found_town(&town, &[template], &name, &name)
        })
        .await?;
    hub.listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    Ok(hub)
}

async fn join_all(
    dir: &Path,
    hub: &Arc<Node>,
    town: &TownFile,
) -> Result<Vec<DemoOffice>, Refusal> {
    let mut joining = JoinSet::new();
    for (number, figures) in all_figures()?.into_iter().enumerate() {
        let name = desk_name(town, &figures.unit);
        let folder = DataDir::new(dir.join(figures.unit.as_str()));
        let hub = Arc::clone(hub);
        joining.spawn(async move {
            let node = join(&hub, &folder, &figures.unit, &name).await?;
            let online = number % OFFLINE_EVERY == 0;
            Ok::<_, Refusal>(DemoOffice { node, figures, name, online })
        });
    }
    let mut offices = Vec::new();
    while let Some(joined) = joining.join_next().await {
        offices.push(joined.map_err(|error| internal(&error))??);
    }
    offices.sort_by(|a, b| a.figures.unit.cmp(&b.figures.unit));
    Ok(offices)
}

async fn join(
    hub: &Arc<Node>,
    folder: &DataDir,
    unit: &UnitCode,
    name: &str,
) -> Result<Arc<Node>, Refusal> {
    let invited = hub.invite(unit.clone(), Vec::new(), 1).await?;
    let node = Node::open_or_make(folder).await?;
    node.join(&invited.invitation, name).await?;
    Ok(node)
}

impl DemoOffice {
    /// Types every figure and text, each an action of its own, as people do.
    async fn types(&self) -> Result<(), Refusal> {
        for (cell, value) in self.figures.cells.clone() {
            self.sets(cell, value).await?;
        }
        for (cell, note) in self.figures.notes.clone() {
            let (period, person) = (self.figures.period, self.name.clone());
            let value = self.figures.cells.get(&cell).cloned().unwrap_or_default();
            self.node
                .keeper()
                .desk(move |desk| desk.set_cell(period, &cell, &value, Some(&note), &person))
                .await?;
        }
        for (section, text) in self.figures.texts.clone() {
            let (period, person) = (self.figures.period, self.name.clone());
            self.node
                .keeper()
                .desk(move |desk| desk.set_text(period, &section, &text, &person))
                .await?;
        }
        Ok(())
    }

    async fn sets(&self, cell: IndicatorId, value: String) -> Result<(), Refusal> {
        let (period, person) = (self.figures.period, self.name.clone());
        let set = move |desk: &mut Desk| desk.set_cell(period, &cell, &value, None, &person);
        self.node.keeper().desk(set).await.map(drop)
    }

    async fn submits(&self, period: PeriodId) -> Result<(), Refusal> {
        let person = self.name.clone();
        self.node.keeper().desk(move |desk| desk.submit(period, &person)).await.map(drop)
    }

    /// A second machine of this office sets a cell to another value while neither knows of the other;
    /// when they have met, both values stand, and the officer chooses.
    async fn disagrees_with_itself(
        &self,
        dir: &Path,
        hub: &Arc<Node>,
        period: PeriodId,
    ) -> Result<Step, Refusal> {
        let unit = &self.figures.unit;
        let mut cells = self.figures.cells.iter().rev();
        let Some((cell, value)) = cells.find(|(_, value)| is_number(value)) else {
            return Err(internal(&format!("{unit} has no number to disagree about")));
        };
        let name = format!("{} (2)", self.name);
        let folder = DataDir::new(dir.join(format!("{unit}-2")));
        let other = join(hub, &folder, unit, &name).await?;
        let (cell, another) = (cell.clone(), format!("{value}0"));
        {
            let (cell, another) = (cell.clone(), another.clone());
            let set = move |desk: &mut Desk| desk.set_cell(period, &cell, &another, None, &name);
            other.keeper().desk(set).await?;
        }
        self.sets(cell.clone(), String::new()).await?;
        self.sets(cell.clone(), value.clone()).await?;
        other.sync_once().await?;
        self.node.sync_once().await?;
        let conflicts = self.node.keeper().desk(move |desk| desk.conflicts(period)).await?;
        let values = conflicts.into_iter().flat_map(|conflict| conflict.entries);
        let values: Vec<String> = values.map(|entry| entry.written).collect();
        self.sets(cell.clone(), value.clone()).await?;
        Ok(Step::Conflict { unit: self.name.clone(), cell, values })
    }
}

/// Waits until the hub has looked at a submission of each unit.
async fn all_received(
    hub: &Arc<Node>,
    mut notes: tokio::sync::broadcast::Receiver<Note>,
    period: PeriodId,
    expected: usize,
) -> Result<(), Refusal> {
    loop {
        let status = hub.keeper().desk(Desk::status).await?;
        let submissions = status
            .periods
            .iter()
            .filter(|status| status.period == period)
            .flat_map(|status| &status.submissions);
        let received = submissions.filter(|unit| {
            unit.submissions.last().is_some_and(|latest| latest.received_at.is_some())
        });
        if received.count() >= expected {
            return Ok(());
        }
        match notes.recv().await {
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return Err(internal(&"the hub has stopped")),
        }
    }
}

fn one_period(offices: &[DemoOffice]) -> Result<PeriodId, Refusal> {
    let first = offices.first().ok_or_else(|| internal(&"the demo has no figures"))?;
    Ok(first.figures.period)
}

/// The name under which a unit's people and machines act in the demo.
fn desk_name(town: &TownFile, unit: &UnitCode) -> String {
    let known = town.units.iter().find(|known| known.code == *unit);
    known.map_or_else(|| unit.to_string(), |unit| unit.short_name.clone())
}

fn is_number(value: &str) -> bool {
    value.len() > 1 && value.bytes().all(|byte| byte.is_ascii_digit())
}

fn internal(error: &dyn std::fmt::Display) -> Refusal {
    Refusal::new(Reason::Failed, Problem::new("internal", error))
}
