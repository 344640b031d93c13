//! A hub whose store holds a whole country's communes, made in about a minute: nothing goes over a
//! network, everything through the library.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use automerge::ActorId;
use hopluu_node::BUILT_IN_TEMPLATE;
use hopluu_node::data_dir::DataDir;
use hopluu_node::desk::Desk;
use hopluu_node::keeper::Keeper;
use hopluu_node::key_file;
use hopluu_node::store::SledBackend;
use hopluu_node::town_file::TownFile;
use hopluu_protocol::documents::calendar::PeriodEntry;
use hopluu_protocol::documents::genesis::genesis;
use hopluu_protocol::documents::{report, review, roster};
use hopluu_protocol::id::{DocGroup, DocId, IndicatorId, UnitCode, UnitKindId};
use hopluu_protocol::identity::{NodeKey, OfficeKey};
use hopluu_protocol::period::{PeriodId, Span};
use hopluu_protocol::replica::{Digest, EditContext, Replica, Scope};
use hopluu_protocol::roster::{Letterhead, Node, Role, Unit};
use hopluu_protocol::store::{Store, StoreError};
use hopluu_protocol::submission::{Statement, Submission, figures_digest};
use hopluu_protocol::template::{Template, UnitLevel, ValueType};
use hopluu_protocol::value::CellValue;
use rust_decimal::Decimal;
use tokio::runtime::Handle;

/// The unit of the hub.
const HUB: &str = "trung-tam";
/// When the town was founded, milliseconds since 1970: the same documents every time.
const FOUNDED: i64 = 1_672_531_200_000;
/// The first year that is reported.
const FIRST_YEAR: i16 = 2004;
/// Units written in one change of the roster: far below what one change may hold.
const UNITS_PER_CHANGE: usize = 50;
/// Memory for opened documents while filling, bytes.
const OPEN_BYTES: usize = 64 << 20;
/// Written last: a store that was filled to the end.
const FILLED: &str = "filled";

/// How much there is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Units that report, each with one node.
    pub nodes: usize,
    /// Documents of each unit: as many reports as reviews, an even number.
    pub documents: usize,
}

/// The hub and its offices.
#[derive(Debug)]
pub struct Town {
    /// The hub's key.
    pub hub: NodeKey,
    /// The period that is being reported, the last one.
    pub period: PeriodId,
    /// What the reports follow.
    pub template: Template,
    /// A cell that every office types.
    pub cell: IndicatorId,
    /// The offices.
    pub offices: Vec<Office>,
}

/// An office as the hub's store knows it.
#[derive(Clone, Debug)]
pub struct Office {
    /// Its node's key.
    pub key: OfficeKey,
    /// Its unit.
    pub unit: UnitCode,
    /// The digest of what it shares with the hub, once it has everything.
    pub digest: Digest,
}

impl Town {
    /// The period that the offices begin to fill in while they are watched: of next year.
    pub(crate) fn next_period(&self) -> PeriodId {
        PeriodId { year: self.period.year + 1, ..self.period }
    }
}

impl Size {
    /// The periods that every unit has a report and a review of.
    fn periods(self) -> impl Iterator<Item = PeriodId> {
        let quarters = [1, 2, 3, 4].map(Span::Quarter);
        (FIRST_YEAR..)
            .flat_map(move |year| quarters.map(|span| PeriodId { year, span }))
            .take(self.documents / 2)
    }
}

/// Fills the data directory of a hub, unless that was done before, and says what is in it.
///
/// # Errors
/// When the store cannot be written or read.
pub async fn fill(dir: &Path, size: Size) -> Result<Town> {
    let data = DataDir::new(dir);
    let template = template()?;
    let typed = typed_cells(&template)?;
    if !dir.join(FILLED).exists() {
        if dir.exists() {
            fs::remove_dir_all(dir)?;
        }
        fs::create_dir_all(dir)?;
        found(&data, size, &template).await?;
        let mut replica = replica(&data).await?;
        let hub = key_file::load(&data.key_file())?.node_key();
        write_roster(&mut replica, hub, size, &kind_at(&template, UnitLevel::Commune)?)?;
        for index in 0..size.nodes {
            write_documents(&mut replica, index, size, &template, &typed)?;
        }
        while replica.commit()?.is_some() {}
        fs::write(dir.join(FILLED), "")?;
    }
    let replica = replica(&data).await?;
    let period = size.periods().last().context("a unit has at least two documents")?;
    let offices = (0..size.nodes).map(|index| office(&replica, index)).collect::<Result<_>>()?;
    let hub = key_file::load(&data.key_file())?.node_key();
    let cell = typed.first().cloned().context("the template has no cells")?;
    Ok(Town { hub, period, template, cell, offices })
}

fn template() -> Result<Template> {
    let read = Template::parse(BUILT_IN_TEMPLATE).map_err(|problems| anyhow!("{problems:?}"))?;
    Ok(read.template)
}

fn kind_at(template: &Template, level: UnitLevel) -> Result<UnitKindId> {
    let kind = template.unit_kinds.iter().find(|kind| kind.level == level);
    Ok(kind.with_context(|| format!("the template knows no unit at level {level:?}"))?.id.clone())
}

/// The counts that an office types.
fn typed_cells(template: &Template) -> Result<Vec<IndicatorId>> {
    let kind = kind_at(template, UnitLevel::Commune)?;
    let typed = template.indicators.iter().filter(|indicator| {
        indicator.value_type == ValueType::Count && indicator.reporters.contains(&kind)
    });
    Ok(typed.map(|indicator| indicator.id.clone()).collect())
}

fn unit_code(index: usize) -> Result<UnitCode> {
    Ok(format!("{index:05}").parse()?)
}

fn key(index: usize) -> OfficeKey {
    let seed = blake3::derive_key("hopluu load office", &index.to_le_bytes());
    OfficeKey::from_seed(seed)
}

/// Founds the town as its operator does. Its units are too many for that and follow by themselves.
async fn found(data: &DataDir, size: Size, template: &Template) -> Result<()> {
    let hub: UnitCode = HUB.parse()?;
    let entry = PeriodEntry { template: template.reference.clone(), deadline: None };
    let town = TownFile {
        base: None,
        units: vec![unit(hub.clone(), kind_at(template, UnitLevel::Hub)?, None)],
        hub,
        periods: size.periods().last().map(|period| (period, entry)).into_iter().collect(),
        extensions: BTreeMap::new(),
        holidays: BTreeSet::new(),
    };
    let store = Store::new(SledBackend::open(&data.store())?);
    let hub_key = key_file::load_or_create(&data.key_file())?;
    let desk = Desk::open(store, hub_key, dice()?, || FOUNDED)?;
    let keeper = Keeper::start(desk, dice()?, Handle::current())?;
    let templates = [("template.toml", BUILT_IN_TEMPLATE)];
    keeper.desk(move |desk| desk.found_town(&town, &templates, "Trung tâm", "An")).await?;
    Ok(())
}

fn unit(code: UnitCode, kind: UnitKindId, parent: Option<UnitCode>) -> Unit {
    Unit {
        name: format!("Ủy ban nhân dân xã {code}"),
        short_name: code.to_string(),
        code,
        kind,
        parent,
        valid_from: None,
        valid_to: None,
        predecessors: Vec::new(),
        letterhead: Letterhead::default(),
    }
}

/// The store of a hub that does not run. A keeper that was just let go gives it up a moment later.
async fn replica(data: &DataDir) -> Result<Replica<SledBackend>> {
    let backend = loop {
        match SledBackend::open(&data.store()) {
            Err(StoreError::InUse { .. }) => tokio::time::sleep(Duration::from_millis(5)).await,
            opened => break opened?,
        }
    };
    Ok(Replica::open(Store::new(backend), OPEN_BYTES)?)
}

/// The units, each with its node.
fn write_roster(
    replica: &mut Replica<SledBackend>,
    author: NodeKey,
    size: Size,
    kind: &UnitKindId,
) -> Result<()> {
    let edits = edits(author)?;
    let all: Vec<usize> = (0..size.nodes).collect();
    for some in all.chunks(UNITS_PER_CHANGE) {
        let mut members = Vec::new();
        for index in some {
            let code = unit_code(*index)?;
            let node = Node {
                key: key(*index).node_key(),
                unit: code.clone(),
                role: Role::Office,
                name: format!("Máy {index}"),
                enrolled_at: FOUNDED,
                revoked_at: None,
            };
            members.push((unit(code, kind.clone(), Some(HUB.parse()?)), node));
        }
        replica.edit(&DocId::Roster, &edits, |tx| {
            members.iter().try_for_each(|(unit, node)| {
                roster::put_unit(tx, unit)?;
                roster::put_node(tx, node)
            })
        })?;
        if replica.wants_commit() {
            replica.commit()?;
        }
    }
    Ok(())
}

/// A unit's documents. The last period's report is filled in, submitted and accepted; the others have
/// begun, which is all that comparing looks at.
fn write_documents(
    replica: &mut Replica<SledBackend>,
    index: usize,
    size: Size,
    template: &Template,
    typed: &[IndicatorId],
) -> Result<()> {
    let unit = unit_code(index)?;
    for period in size.periods() {
        for doc in [DocId::Report(period, unit.clone()), DocId::Review(period, unit.clone())] {
            replica.create(&doc, genesis(&doc, Some(template))?)?;
        }
        if replica.wants_commit() {
            replica.commit()?;
        }
    }
    let Some(period) = size.periods().last() else { return Ok(()) };
    submit(
        replica,
        index,
        DocId::Report(period, unit.clone()),
        DocId::Review(period, unit),
        template,
        typed,
    )
}

fn submit(
    replica: &mut Replica<SledBackend>,
    index: usize,
    report_doc: DocId,
    review_doc: DocId,
    template: &Template,
    typed: &[IndicatorId],
) -> Result<()> {
    let key = key(index);
    let edits = edits(key.node_key())?;
    replica.edit(&report_doc, &edits, |tx| {
        typed.iter().zip(1_u64..).try_for_each(|(cell, number)| {
            let value = CellValue::Number(Decimal::from(number * 10 + index as u64 % 10));
            report::set_cell(tx, cell, Some(&value))
        })
    })?;
    let document = replica.document(&report_doc)?.context("the report was just made")?;
    let statement = Statement {
        doc: report_doc.clone(),
        heads: document.get_heads(),
        digest: figures_digest(&report::read(document, None)?.figures),
        template: template.reference.clone(),
        signed_at: FOUNDED,
        person: "An".to_owned(),
        key: key.node_key(),
    };
    let submission = Submission::sign(statement, &key);
    replica.edit(&report_doc, &edits, |tx| report::add_submission(tx, &submission))?;
    replica.edit(&review_doc, &edits, |tx| {
        review::receive(
            tx,
            &submission.id(),
            &review::Receipt { received_at: FOUNDED, closed_since: None },
        )?;
        let word = review::Acceptance { at: FOUNDED, person: "An".to_owned() };
        review::accept(tx, &submission.id(), &word)
    })?;
    Ok(())
}

fn office(replica: &Replica<SledBackend>, index: usize) -> Result<Office> {
    let unit = unit_code(index)?;
    let scope = Scope::of([DocGroup::Town, DocGroup::Unit(unit.clone())]);
    Ok(Office { key: key(index), digest: replica.index().digest_of(&scope), unit })
}

fn edits(author: NodeKey) -> Result<EditContext> {
    Ok(EditContext {
        author,
        actor: ActorId::from(dice::<16>()?),
        person: "An".to_owned(),
        now_seconds: FOUNDED / 1000,
    })
}

/// Fresh random bytes.
pub(crate) fn dice<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("no dice: {error}"))?;
    Ok(bytes)
}
