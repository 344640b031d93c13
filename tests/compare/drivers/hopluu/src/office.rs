//! One node that is not the hub.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Result, bail};
use hopluu_node::data_dir::DataDir;
use hopluu_node::desk::Desk;
use hopluu_node::keeper::{Keeper, Note};
use hopluu_node::key_file;
use hopluu_node::node::Node;
use hopluu_node::problem::Refusal;
use hopluu_node::store::SledBackend;
use hopluu_node::transport::Traffic;
use hopluu_protocol::documents::genesis::genesis;
use hopluu_protocol::id::DocId;
use hopluu_protocol::period::{PeriodId, Span};
use hopluu_protocol::replica::Replica;
use hopluu_protocol::store::Store;
use hopluu_protocol::sync::Notice;
use hopluu_protocol::template::Template;
use serde_json::{Value, json};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::task::JoinHandle;

use crate::edits::{Edit, clock, perform};
use hopluu_quarter::form;

/// Memory for opened documents where a store is read without a node, bytes.
const OPEN_BYTES: usize = 64 << 20;

/// How long a store that was just closed may take until it can be opened again.
const STORE_PATIENCE: u32 = 1000;

/// How often is looked whether an edit was acknowledged.
const LOOK: Duration = Duration::from_millis(1);

/// A node that stays connected.
pub(crate) struct Office {
    node: Arc<Node>,
    staying: JoinHandle<()>,
    /// When it was last told to be in sync, microseconds since 1970.
    in_sync_at: Arc<AtomicU64>,
}

impl Office {
    pub(crate) async fn connect(data: &DataDir) -> Result<Self> {
        let node = opened(data).await?;
        let in_sync_at = Arc::new(AtomicU64::new(0));
        tokio::spawn(note_in_sync(node.keeper().notes(), in_sync_at.clone()));
        let staying = tokio::spawn(node.clone().stay_connected());
        Ok(Self { node, staying, in_sync_at })
    }

    /// The line is gone, as the operating system tells of a lost interface: dials again.
    pub(crate) fn dial_again(&mut self) {
        self.in_sync_at.store(0, Relaxed);
        self.staying.abort();
        self.staying = tokio::spawn(self.node.clone().stay_connected());
    }

    /// Does one edit and waits until the hub has acknowledged it.
    pub(crate) async fn edit(&self, edit: Edit) -> Result<()> {
        self.node.keeper().desk(move |desk| perform(desk, &edit)).await?;
        while self.node.status().await?.unacknowledged > 0 {
            tokio::time::sleep(LOOK).await;
        }
        self.in_sync_at.store(now(), Relaxed);
        Ok(())
    }

    pub(crate) fn traffic(&self) -> Value {
        traffic(self.node.traffic(), self.in_sync_at.load(Relaxed))
    }

    pub(crate) fn into_node(self) -> Arc<Node> {
        self.staying.abort();
        self.node
    }
}

pub(crate) fn traffic(traffic: Traffic, in_sync_at: u64) -> Value {
    json!({
        "bytes_sent": traffic.bytes_sent,
        "bytes_received": traffic.bytes_received,
        "frames_sent": traffic.frames_sent,
        "frames_received": traffic.frames_received,
        "in_sync_at": (in_sync_at > 0).then_some(in_sync_at),
    })
}

/// Microseconds since 1970.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_micros()).unwrap_or(u64::MAX)
}

/// Writes down when a node is in sync.
pub(crate) async fn note_in_sync(notes: Receiver<Note>, at: Arc<AtomicU64>) {
    let in_sync = |note: &Note| match note {
        Note::Sync(notice) => matches!(**notice, Notice::InSync { .. }),
        _ => false,
    };
    note_when(in_sync, notes, at).await;
}

/// Writes down when a node's store has grown.
pub(crate) async fn note_growth(notes: Receiver<Note>, at: Arc<AtomicU64>) {
    note_when(|note| matches!(note, Note::Grown), notes, at).await;
}

async fn note_when(what: impl Fn(&Note) -> bool, mut notes: Receiver<Note>, at: Arc<AtomicU64>) {
    loop {
        match notes.recv().await {
            Ok(note) if what(&note) => at.store(now(), Relaxed),
            Err(RecvError::Closed) => return,
            Ok(_) | Err(RecvError::Lagged(_)) => {}
        }
    }
}

/// Lets a node join the town.
pub(crate) async fn join(data: &DataDir, invitation: &str) -> Result<()> {
    let node = Node::open_or_make(data).await?;
    node.join(invitation, "Máy 1").await?;
    Ok(())
}

/// Does a sitting's work without any connection: a program of its own, so an actor of its own.
pub(crate) async fn sitting(data: &DataDir, edits: Vec<Edit>) -> Result<()> {
    let key = key_file::load_or_create(&data.key_file())?;
    let desk = Desk::open(Store::new(backend(data).await?), key, dice()?, clock)?;
    // Names the store to peers, and there are none.
    let keeper = Keeper::start(desk, [0; 16], tokio::runtime::Handle::current())?;
    keeper.desk(move |desk| edits.iter().try_for_each(|edit| perform(desk, edit))).await?;
    Ok(())
}

/// Fresh random bytes.
pub(crate) fn dice<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no dice: {error}"))?;
    Ok(bytes)
}

/// Writes reports that nobody has begun into a store.
pub(crate) async fn fill(data: &DataDir, documents: usize) -> Result<()> {
    let source = form::template(form::QUARTER);
    let template = Template::parse(&source).map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
    let mut replica = replica(data).await?;
    let years = (0..).flat_map(|unit| (2000..2100).map(move |year| (unit, year)));
    let quarters = years.flat_map(|(unit, year)| [1, 2, 3, 4].map(|quarter| (unit, year, quarter)));
    for (made, (unit, year, quarter)) in quarters.take(documents).enumerate() {
        let unit = format!("{unit:05}").parse()?;
        let doc = DocId::Report(PeriodId { year, span: Span::Quarter(quarter) }, unit);
        replica.create(&doc, genesis(&doc, Some(&template.template))?)?;
        if made % 1000 == 999 {
            replica.commit()?;
        }
    }
    replica.commit()?;
    Ok(())
}

/// The store without a node.
pub(crate) async fn replica(data: &DataDir) -> Result<Replica<SledBackend>> {
    Ok(Replica::open(Store::new(backend(data).await?), OPEN_BYTES)?)
}

/// The node in a directory. One that was just closed gives its store up a moment later.
pub(crate) async fn opened(data: &DataDir) -> Result<Arc<Node>> {
    for _ in 0..STORE_PATIENCE {
        match Node::open(data).await {
            Err(refusal) if refusal.is("store-in-use") => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            other => return Ok(other?),
        }
    }
    bail!("the store stays in use")
}

async fn backend(data: &DataDir) -> Result<SledBackend> {
    for _ in 0..STORE_PATIENCE {
        match SledBackend::open(&data.store()).map_err(Refusal::from) {
            Err(refusal) if refusal.is("store-in-use") => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            other => return Ok(other?),
        }
    }
    bail!("the store stays in use")
}
