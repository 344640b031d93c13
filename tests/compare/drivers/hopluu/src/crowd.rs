//! Many offices in one process, each with a directory of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use anyhow::{Context as _, Result};
use automerge::Change;
use hopluu_node::data_dir::DataDir;
use hopluu_node::desk::{Membership, MembershipPlace};
use hopluu_node::key_file;
use hopluu_node::node::Node;
use hopluu_node::transport::Traffic;
use hopluu_protocol::documents::roster;
use hopluu_protocol::id::{DocGroup, DocId, UnitCode};
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::replica::{EditContext, Scope, TagRange};
use hopluu_protocol::roster::{Node as Machine, Role};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::edits::{Edit, PERSON, clock};
use crate::{found, office};

/// How many are prepared at a time.
const AT_A_TIME: usize = 8;

/// Offices in one change of the roster: far below what a change may hold.
const IN_A_CHANGE: usize = 50;

/// A document and its changes, in order.
type History = (DocId, Vec<Change>);

pub(crate) struct Crowd {
    folder: PathBuf,
    nodes: Vec<Arc<Node>>,
    staying: JoinSet<()>,
    /// When each was last told to be in sync, microseconds since 1970.
    in_sync_at: Vec<Arc<AtomicU64>>,
}

impl Crowd {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, nodes: Vec::new(), staying: JoinSet::new(), in_sync_at: Vec::new() }
    }

    /// Opens all and keeps them connected.
    pub(crate) async fn connect(&mut self, count: usize) -> Result<()> {
        for number in 0..count {
            let node = office::opened(&member(&self.folder, number)).await?;
            let in_sync_at = Arc::default();
            tokio::spawn(office::note_in_sync(node.keeper().notes(), Arc::clone(&in_sync_at)));
            self.in_sync_at.push(in_sync_at);
            self.staying.spawn(node.clone().stay_connected());
            self.nodes.push(node);
        }
        Ok(())
    }

    /// The nodes, which dial no more.
    pub(crate) fn take(&mut self) -> Vec<Arc<Node>> {
        self.staying.abort_all();
        std::mem::take(&mut self.nodes)
    }

    /// What all have sent and received, and when the last was in sync, once all are.
    pub(crate) fn traffic(&self) -> Value {
        let sum = self.nodes.iter().fold(Traffic::default(), |sum, node| sum + node.traffic());
        let told = || self.in_sync_at.iter().map(|at| at.load(Relaxed));
        let in_sync_at = if told().all(|at| at > 0) { told().max() } else { None };
        office::traffic(sum, in_sync_at.unwrap_or_default())
    }
}

fn member(folder: &Path, number: usize) -> DataDir {
    DataDir::new(folder.join(number.to_string()))
}

/// Lets a node of each unit in, has it do the same work, and gives the hub what it did: as if all had met, and
/// without a word over the line. A thousand who join and sync one after the other take many minutes, and
/// leave behind what this leaves behind.
pub(crate) async fn prepare(
    hub: &DataDir,
    folder: &Path,
    units: &[UnitCode],
    address: &str,
    edits: &[Edit],
) -> Result<()> {
    found(&*Node::open_or_make(hub).await?, units.iter().map(ToString::to_string)).await?;
    let hub_key = key_file::load(&hub.key_file())?.node_key();
    enrol(hub, hub_key, folder, units).await?;
    let town = histories(hub, &Scope::of([DocGroup::Town])).await?;
    let place = |unit: &UnitCode| {
        let hub_addresses = vec![address.parse()?];
        let place = MembershipPlace::Office { hub_key, hub_addresses };
        anyhow::Ok(Membership { unit: unit.clone(), role: Role::Office, place })
    };
    let mut working = JoinSet::new();
    let mut done = Vec::new();
    for (number, unit) in units.iter().enumerate() {
        let (data, place, town) = (member(folder, number), place(unit)?, town.clone());
        let edits = edits.to_vec();
        working.spawn(async move { work(&data, &place, town, edits).await });
        if working.len() == AT_A_TIME
            && let Some(worked) = working.join_next().await
        {
            done.extend(worked??);
        }
    }
    while let Some(worked) = working.join_next().await {
        done.extend(worked??);
    }
    take_in(hub, done).await
}

/// Writes a node of each unit into the roster.
async fn enrol(hub: &DataDir, author: NodeKey, folder: &Path, units: &[UnitCode]) -> Result<()> {
    let edits = EditContext {
        author,
        actor: office::dice::<16>()?.into(),
        person: PERSON.to_owned(),
        now_seconds: clock() / 1000,
    };
    let mut machines = Vec::new();
    for (number, unit) in units.iter().enumerate() {
        let data = member(folder, number);
        std::fs::create_dir_all(data.path())?;
        machines.push(Machine {
            key: key_file::load_or_create(&data.key_file())?.node_key(),
            unit: unit.clone(),
            role: Role::Office,
            name: "Máy 1".to_owned(),
            enrolled_at: clock(),
            revoked_at: None,
        });
    }
    let mut replica = office::replica(hub).await?;
    for some in machines.chunks(IN_A_CHANGE) {
        replica.edit(&DocId::Roster, &edits, |tx| {
            some.iter().try_for_each(|machine| roster::put_node(tx, machine))
        })?;
        replica.commit()?;
    }
    Ok(())
}

/// An office that has the town's documents and does its work; what came of it.
async fn work(
    data: &DataDir,
    place: &Membership,
    town: Vec<History>,
    edits: Vec<Edit>,
) -> Result<Vec<History>> {
    take_in(data, town).await?;
    // A store that knows no place takes the one that lies beside it.
    std::fs::write(data.place_file(), serde_json::to_vec(place)?)?;
    office::opened(data).await?.leave().await?;
    office::sitting(data, edits).await?;
    histories(data, &Scope::of([DocGroup::Unit(place.unit.clone())])).await
}

/// All documents of a scope that a store holds.
async fn histories(data: &DataDir, scope: &Scope) -> Result<Vec<History>> {
    let mut replica = office::replica(data).await?;
    let entries = replica.index().entries(scope, TagRange::FULL);
    let ids: Vec<DocId> = entries.map(|(_, entry)| entry.doc.clone()).collect();
    let mut all = Vec::new();
    for doc in ids {
        let stored = replica.changes_from(&doc, 0, usize::MAX)?;
        let changes = stored.into_iter().map(|change| Ok(Change::from_bytes(change.bytes)?));
        all.push((doc, changes.collect::<Result<_>>()?));
    }
    Ok(all)
}

/// Stores documents as they came from elsewhere.
async fn take_in(data: &DataDir, histories: Vec<History>) -> Result<()> {
    let mut replica = office::replica(data).await?;
    for (doc, changes) in histories {
        replica.append(&doc, changes).with_context(|| doc.to_string())?;
        if replica.wants_commit() {
            replica.commit()?;
        }
    }
    while replica.commit()?.is_some() {}
    Ok(())
}
