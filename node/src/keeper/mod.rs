//! The one thread that holds a node's documents.
//!
//! Everything that touches the documents comes here as a task: what people do, what peers send. The
//! keeper takes what is waiting, lets each task stage its changes, and commits once for all of them
//! (group commit); only then does anybody hear of success, and only then do frames that acknowledge or
//! pass on changes leave. When a commit fails, nobody hears of success; the desk is closed with all
//! connections, and opened again from what the store holds (`premises.rs`).

mod asking;
mod genesis;
mod idle;
mod portions;
mod premises;
mod thread;
mod trouble;
mod watching;

use std::time::Duration;

use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::sync::{ConnId, Enrolment, Notice, PeerStatus, Side};
use tokio::sync::{broadcast, mpsc, oneshot};

pub(crate) use asking::Question;
use premises::Premises;
pub(crate) use thread::Office;
use trouble::Trouble;

use crate::changes::Changes;
use crate::desk::{Desk, Received};
use crate::problem::{Problem, Reason, Refusal};

/// How many tasks may wait. A full queue makes callers and connections wait, not memory grow.
const QUEUE: usize = 1024;

/// How often it is seen whether a new day has begun.
const LOOK_AT_THE_DAY: Duration = Duration::from_secs(60 * 60);

/// How many notes a slow listener may lag behind before it misses some.
const NOTES: usize = 256;

/// The way to the keeper's thread.
#[derive(Clone)]
pub struct Keeper {
    tasks: mpsc::Sender<Task>,
    notes: broadcast::Sender<Note>,
    trouble: Trouble,
    changes: Changes,
}

/// Something that happened, for people and logs.
#[derive(Clone, Debug)]
pub enum Note {
    /// Documents grew: a screen may want to look again.
    Grown,
    /// The store was damaged and is mended: what people are to be told of that.
    Mended(std::sync::Arc<[Problem]>),
    /// The hub looked at a submission that arrived.
    Received(std::sync::Arc<Received>),
    /// What the sync machine has to tell.
    Sync(std::sync::Arc<Notice>),
}

/// What the keeper is asked to do.
pub(super) enum Task {
    /// A peer is connected; what is to be sent to it goes to `outbox`.
    Connected { conn: ConnId, peer: NodeKey, side: Side, enrol: Option<Enrolment>, outbox: Outbox },
    /// A frame arrived.
    Frame { conn: ConnId, bytes: bytes::Bytes },
    /// A connection is gone.
    Closed { conn: ConnId },
    /// Somebody's request.
    Job(Job),
    /// Time has passed.
    Tick,
    /// A new day may have begun.
    Wake,
}

/// A request: works on the office, and gives back how to tell the outcome of the commit. Without an office
/// nothing is done: the store has failed.
pub(super) type Job = Box<dyn FnOnce(Option<&mut Office>) -> Reply + Send>;

/// Tells a caller the outcome, once the commit is done or has failed.
pub(super) type Reply = Box<dyn FnOnce(Result<(), Refusal>) + Send>;

/// Where frames for one connection go.
pub(crate) type Outbox = mpsc::Sender<Outgoing>;

/// What a connection is to do.
#[derive(Debug)]
pub(crate) enum Outgoing {
    /// Say that the store takes nothing at the moment, and close.
    CannotStore,
    /// Say goodbye and close, after all that was sent.
    Close(hopluu_protocol::sync::CloseReason),
    /// Send whole frames.
    Frames(Vec<u8>),
}

impl Keeper {
    /// Starts the keeper's thread over a desk. `epoch` belongs to the store; `runtime` runs its timers.
    ///
    /// # Errors
    /// When the store cannot be read or written, or when the thread cannot be started.
    pub fn start(
        desk: Desk,
        epoch: [u8; 16],
        runtime: tokio::runtime::Handle,
    ) -> Result<Self, Refusal> {
        let (tasks, queue) = mpsc::channel(QUEUE);
        let (notes, _) = broadcast::channel(NOTES);
        runtime.spawn(wake_daily(tasks.downgrade()));
        let trouble = Trouble::default();
        let changes = Changes::since(desk.now_ms(), crate::node::random()?);
        let office =
            Office::open(desk, epoch, runtime, notes.clone(), trouble.clone(), changes.clone())?;
        let waker = tasks.downgrade();
        std::thread::Builder::new()
            .name("hopluu-keeper".to_owned())
            .spawn(move || thread::run(Premises::of(office), queue, &waker))
            .map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))?;
        Ok(Self { tasks, notes, trouble, changes })
    }

    /// Has the desk do something, and answers when everything it did is durable.
    ///
    /// # Errors
    /// What the desk refuses; when the store failed.
    pub async fn desk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Desk) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.office(|office| work(&mut office.desk)).await
    }

    /// Where connected peers stand, and the hub even when it is not connected.
    ///
    /// # Errors
    /// When the store failed.
    pub async fn peers(&self, hub: Option<NodeKey>) -> Result<Vec<PeerStatus>, Refusal> {
        self.office(move |office| office.peers(hub)).await
    }

    /// What people are to be told before all else: that the store takes nothing, and why.
    pub(crate) fn trouble(&self) -> Vec<Problem> {
        self.trouble.problems()
    }

    /// What screens are told.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// What happens from now on.
    pub fn notes(&self) -> broadcast::Receiver<Note> {
        self.notes.subscribe()
    }

    pub(crate) async fn office<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Office) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |office| {
            let outcome = office.map(|office| {
                let outcome = work(office);
                if let Err(refusal) = &outcome {
                    office.notice(refusal);
                }
                outcome
            });
            Box::new(move |committed| {
                let outcome = outcome.unwrap_or_else(|| Err(gone()));
                // A caller that has gone away does not want to know.
                drop(answer.send(committed.and(outcome)));
            })
        });
        self.tasks.send(Task::Job(job)).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }

    pub(crate) async fn connected(
        &self,
        conn: ConnId,
        peer: NodeKey,
        side: Side,
        enrol: Option<Enrolment>,
        outbox: Outbox,
    ) -> Result<(), Refusal> {
        let task = Task::Connected { conn, peer, side, enrol, outbox };
        self.tasks.send(task).await.map_err(|_| gone())
    }

    pub(crate) async fn frame(&self, conn: ConnId, bytes: bytes::Bytes) -> Result<(), Refusal> {
        self.tasks.send(Task::Frame { conn, bytes }).await.map_err(|_| gone())
    }

    pub(crate) async fn closed(&self, conn: ConnId) -> Result<(), Refusal> {
        self.tasks.send(Task::Closed { conn }).await.map_err(|_| gone())
    }
}

/// Wakes the keeper now and then, for as long as there is one: a hub that nobody speaks to must notice too that
/// a new day has begun.
async fn wake_daily(tasks: mpsc::WeakSender<Task>) {
    loop {
        tokio::time::sleep(LOOK_AT_THE_DAY).await;
        let Some(tasks) = tasks.upgrade() else { return };
        if tasks.send(Task::Wake).await.is_err() {
            return;
        }
    }
}

/// The keeper's thread has ended: the node is stopping, or it died of a bug.
fn gone() -> Refusal {
    Refusal::new(Reason::Failed, Problem::new("node-stopping", "the keeper has stopped"))
}
