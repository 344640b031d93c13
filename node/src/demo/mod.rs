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

/// The period after the one that the demo reports.
const NEXT_PERIOD: &str = "2023-q2";

/// What the data directory of an office's second machine ends with.
const SECOND: &str = "-2";

/// Every second office is cut off while it types.
const OFFLINE_EVERY: usize = 2;

/// How far the demo is.
#[derive(Clone, Debug)]
pub enum Step {
    /// The hub stands, and so many offices have joined.
    Joined(usize),
    /// The town was there already; what is in it stays, and what was begun goes on.
    Found,
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
    /// The hub.
    pub hub: DemoMachine,
    /// The machines of the offices.
    pub offices: Vec<DemoMachine>,
    /// The period that was reported.
    pub period: PeriodId,
}

/// One machine of the town.
pub struct DemoMachine {
    /// Its node.
    pub node: Arc<Node>,
    /// Its data directory.
    pub dir: DataDir,
    /// Its name, for people.
    pub name: String,
}

impl DemoTown {
    /// All machines, the hub first.
    pub fn machines(&self) -> impl Iterator<Item = &DemoMachine> {
        std::iter::once(&self.hub).chain(&self.offices)
    }

    /// Opens a period in which nobody has typed yet, if it is not there: something to do for who tries the town.
    ///
    /// # Errors
    /// When the store failed.
    pub async fn open_another_period(&self) -> Result<(), Refusal> {
        let next: PeriodId = NEXT_PERIOD.parse().map_err(|error| internal(&error))?;
        let name = self.hub.name.clone();
        self.hub
            .node
            .keeper()
            .desk(move |desk| match desk.periods_of_calendar().contains(&next) {
                true => Ok(()),
                false => desk.open_period(next, None, None, &name).map(drop),
            })
            .await
    }
}

struct DemoOffice {
    node: Arc<Node>,
    dir: DataDir,
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

/// Whether a town of the demo lies in a directory, or was begun there: nothing else does.
pub fn is_in(dir: &Path) -> bool {
    let Ok(figures) = all_figures() else { return false };
    let is_ours = |name: &str| {
        let unit = name.strip_suffix(SECOND).unwrap_or(name);
        name == HUB || figures.iter().any(|figures| figures.unit.as_str() == unit)
    };
    let Ok(mut entries) = std::fs::read_dir(dir) else { return false };
    dir.join(HUB).is_dir()
        && entries
            .all(|entry| entry.is_ok_and(|entry| entry.file_name().to_str().is_some_and(is_ours)))
}

/// Runs the demo in a directory: one data directory a node, named after its unit, the hub's `hub`. What lies there
/// from an earlier run stays as people left it, and what that run did not come to is done.
///
/// # Errors
/// When anything fails that must not.
pub async fn run(dir: &Path, tell: impl Fn(Step)) -> Result<DemoTown, Refusal> {
    let town = TownFile::parse(TOWN, TOWN_FILE)?;
    let is_known = is_in(dir);
    let hub = found(dir, &town).await?;
    if is_known {
        tell(Step::Found);
    }
    let offices = join_all(dir, &hub.node, &town).await?;
    tell(Step::Joined(offices.len()));

    let mut lines = JoinSet::new();
    for office in offices.iter().filter(|office| office.online) {
        lines.spawn(Arc::clone(&office.node).stay_connected());
    }
    let period = one_period(&offices)?;
    let mut offline = Vec::new();
    for office in offices.iter().filter(|office| !office.online) {
        if !office.has_submitted(period).await? {
            offline.push(office.name.clone());
        }
    }
    if !offline.is_empty() {
        tell(Step::Offline(offline));
    }
    let mut typing = JoinSet::new();
    let first = offices.first().map(|office| office.figures.unit.clone());
    for office in offices {
        // The office with two machines chooses first and submits afterwards.
        let submits = Some(&office.figures.unit) != first.as_ref();
        typing.spawn(async move {
            if !office.has_submitted(period).await? {
                office.types().await?;
                if submits {
                    office.submits(period).await?;
                }
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

    let notes = hub.node.keeper().notes();
    let waiting = offices.len();
    let mut second = None;
    if let Some(office) = offices.iter().find(|office| Some(&office.figures.unit) == first.as_ref())
    {
        let other = office.second_machine(dir, &hub.node).await?;
        if !office.has_submitted(period).await? {
            tell(office.disagrees_with(&other, period).await?);
            office.submits(period).await?;
        }
        second = Some(other);
    }
    for office in &offices {
        office.node.sync_once().await?;
    }
    all_received(&hub.node, notes, period, waiting).await?;
    lines.shutdown().await;
    for office in &offices {
        office.node.leave().await?;
    }
    hub.node.leave().await?;
    tell(Step::Synced);
    let offices = offices.into_iter().map(DemoOffice::machine).chain(second).collect();
    Ok(DemoTown { hub, offices, period })
}

async fn found(dir: &Path, town: &TownFile) -> Result<DemoMachine, Refusal> {
    let name = desk_name(town, &town.hub);
    let dir = DataDir::new(dir.join(HUB));
    let node = Node::open_or_make(&dir).await?;
    let (town, person) = (town.clone(), name.clone());
    node.keeper()
        .desk(move |desk| {
            let template = (crate::BUILT_IN_TEMPLATE_FILE, crate::BUILT_IN_TEMPLATE);
            if desk.membership().is_err() {
                desk.found_town(&town, &[template], &person, &person)?;
            }
            desk.introduce(&person)
        })
        .await?;
    node.listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    Ok(DemoMachine { node, dir, name })
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
            Ok::<_, Refusal>(DemoOffice { node, dir: folder, figures, name, online })
        });
    }
    let mut offices = Vec::new();
    while let Some(joined) = joining.join_next().await {
        offices.push(joined.map_err(|error| internal(&error))??);
    }
    offices.sort_by(|a, b| a.figures.unit.cmp(&b.figures.unit));
    Ok(offices)
}

/// Opens an office's node, and joins where it has not. The hub listens elsewhere in every run.
async fn join(
    hub: &Arc<Node>,
    folder: &DataDir,
    unit: &UnitCode,
    name: &str,
) -> Result<Arc<Node>, Refusal> {
    let node = Node::open_or_make(folder).await?;
    if node.keeper().desk(|desk| Ok(desk.membership().is_ok())).await? {
        node.move_hub(hub.listens_at().into_iter().collect()).await?;
    } else {
        let invited = hub.invite(unit.clone(), Vec::new(), 1).await?;
        node.join(&invited.invitation, name).await?;
    }
    let person = name.to_owned();
    node.keeper().desk(move |desk| desk.introduce(&person)).await?;
    Ok(node)
}

impl DemoOffice {
    /// Whether an earlier run came to the end with this office.
    async fn has_submitted(&self, period: PeriodId) -> Result<bool, Refusal> {
        let ready = self.node.keeper().desk(move |desk| desk.readiness(period)).await?;
        Ok(!ready.submissions.is_empty())
    }

    fn machine(self) -> DemoMachine {
        DemoMachine { node: self.node, dir: self.dir, name: self.name }
    }

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

    async fn second_machine(&self, dir: &Path, hub: &Arc<Node>) -> Result<DemoMachine, Refusal> {
        let name = format!("{} (2)", self.name);
        let dir = DataDir::new(dir.join(format!("{}{SECOND}", self.figures.unit)));
        let node = join(hub, &dir, &self.figures.unit, &name).await?;
        Ok(DemoMachine { node, dir, name })
    }

    /// A second machine of this office sets a cell to another value while neither knows of the other;
    /// when they have met, both values stand, and the officer chooses.
    async fn disagrees_with(&self, other: &DemoMachine, period: PeriodId) -> Result<Step, Refusal> {
        let mut cells = self.figures.cells.iter().rev();
        let Some((cell, value)) = cells.find(|(_, value)| is_number(value)) else {
            let unit = &self.figures.unit;
            return Err(internal(&format!("{unit} has no number to disagree about")));
        };
        let (name, other) = (other.name.clone(), &other.node);
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
