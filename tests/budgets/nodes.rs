//! Real nodes in directories of their own, over QUIC on loopback.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use automerge::Automerge;
use hopluu_node::data_dir::DataDir;
use hopluu_node::desk::Desk;
use hopluu_node::keeper::{Keeper, Note};
use hopluu_node::key_file;
use hopluu_node::node::Node;
use hopluu_node::problem::Refusal;
use hopluu_node::store::SledBackend;
use hopluu_node::town_file::TownFile;
use hopluu_protocol::id::DocId;
use hopluu_protocol::replica::Replica;
use hopluu_protocol::store::Store;
use hopluu_protocol::sync::Notice;
use tempfile::TempDir;
use tokio::sync::broadcast;

use hopluu_quarter::form;
use hopluu_quarter::work::{Act, What};

/// Who works.
pub(crate) const PERSON: &str = "Nguyễn Thị Hoa";

/// Memory for opened documents where a store is read beside a node, bytes.
const OPEN_BYTES: usize = 64 << 20;

/// 1 January 2023, milliseconds since 1970: when the officers' work begins.
const NEW_YEAR: i64 = 1_672_531_200_000;

/// The officers' clock, milliseconds since 1970.
static CLOCK: AtomicI64 = AtomicI64::new(NEW_YEAR);

/// A node's directory, deleted with it.
pub(crate) struct Place {
    data: DataDir,
    _dir: TempDir,
}

impl Place {
    pub(crate) fn new() -> Result<Self> {
        // Beside the build, on a real disk: a directory for passing files is often memory.
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        Ok(Self { data: DataDir::new(dir.path().join("node")), _dir: dir })
    }

    pub(crate) fn path(&self) -> &Path {
        self.data.path()
    }

    /// The node in this directory. A node that was just closed gives its store up a moment later.
    pub(crate) async fn open(&self) -> Result<Arc<Node>> {
        // A store that was filled by hand has no key beside it, and a node takes none without.
        std::fs::create_dir_all(self.data.path())?;
        key_file::load_or_create(&self.data.key_file())?;
        retried(|| async { Node::open_or_make(&self.data).await }).await
    }

    /// The store in this directory, without a node.
    pub(crate) async fn replica(&self) -> Result<Replica<SledBackend>> {
        let backend = retried(|| async { Ok(SledBackend::open(&self.data.store())?) }).await?;
        Ok(Replica::open(Store::new(backend), OPEN_BYTES)?)
    }

    /// A document as the store holds it.
    pub(crate) async fn document(&self, doc: &DocId) -> Result<Automerge> {
        let mut replica = self.replica().await?;
        let document = replica.document(doc)?.with_context(|| format!("{doc} is missing"))?;
        Ok(document.clone())
    }

    /// Does a sitting's work without any connection: a program of its own, so an actor of its own, by a
    /// clock that moves as an officer's does.
    pub(crate) async fn sitting(&self, acts: Vec<Act>) -> Result<()> {
        let key = key_file::load_or_create(&self.data.key_file())?;
        let backend = retried(|| async { Ok(SledBackend::open(&self.data.store())?) }).await?;
        let mut actor = [0; 16];
        getrandom::fill(&mut actor).map_err(|error| anyhow::anyhow!("no dice: {error}"))?;
        let desk = Desk::open(Store::new(backend), key, actor, || CLOCK.load(Relaxed))?;
        // Names the store to peers, and there are none.
        let epoch = [0; 16];
        let keeper = Keeper::start(desk, epoch, tokio::runtime::Handle::current())?;
        keeper.desk(move |desk| acts.iter().try_for_each(|act| perform(desk, act))).await?;
        Ok(())
    }
}

fn perform(desk: &mut Desk, act: &Act) -> Result<(), Refusal> {
    CLOCK.fetch_add(i64::try_from(act.after).unwrap_or(0) * 1000, Relaxed);
    let period = form::PERIOD.parse()?;
    match &act.what {
        What::Cell { cell, typed } => {
            desk.set_cell(period, &cell.parse()?, typed, None, PERSON)?;
        }
        What::Text { section, text } => {
            desk.set_text(period, &section.parse()?, text, PERSON)?;
        }
    }
    Ok(())
}

async fn retried<T, F: Future<Output = Result<T, Refusal>>>(open: impl Fn() -> F) -> Result<T> {
    for _ in 0..1000 {
        match open().await {
            Err(refusal) if refusal.is("store-in-use") => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            other => return Ok(other?),
        }
    }
    bail!("the store stays in use")
}

/// A hub that listens.
pub(crate) struct Hub {
    pub(crate) node: Arc<Node>,
    _place: Place,
}

impl Hub {
    /// Founds a town in a directory.
    pub(crate) async fn found(place: Place, town: &str, template: String) -> Result<Self> {
        let node = place.open().await?;
        let town = TownFile::parse(town, "town.toml")?;
        node.keeper()
            .desk(move |desk| {
                desk.found_town(&town, &[("template.toml", &template)], "Trung tâm", PERSON)
            })
            .await?;
        node.listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        Ok(Self { node, _place: place })
    }

    /// Has a node of a unit join.
    pub(crate) async fn admit(&self, unit: &str, place: Place) -> Result<Office> {
        let node = place.open().await?;
        let invited = self.node.invite(unit.parse()?, Vec::new(), 1).await?;
        node.join(&invited.invitation, &format!("Máy {unit}")).await?;
        Ok(Office { node, place })
    }
}

/// A node that has joined.
pub(crate) struct Office {
    pub(crate) node: Arc<Node>,
    pub(crate) place: Place,
}

impl Office {
    /// Closes the node and gives its directory back.
    pub(crate) fn close(self) -> Place {
        self.place
    }
}

/// Waits until a node says that it is in sync with a peer.
pub(crate) async fn in_sync(notes: &mut broadcast::Receiver<Note>) -> Result<()> {
    loop {
        if let Note::Sync(notice) = notes.recv().await?
            && matches!(*notice, Notice::InSync { .. })
        {
            return Ok(());
        }
    }
}

/// Waits until a node's documents have grown, durably.
pub(crate) async fn grown(notes: &mut broadcast::Receiver<Note>) -> Result<()> {
    loop {
        if matches!(notes.recv().await?, Note::Grown) {
            return Ok(());
        }
    }
}
