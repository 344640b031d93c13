//! The office, and what is needed to open it again while the node runs.
//!
//! What a restart of the program mends is mended here by the same means: the office is closed and its store
//! with it, and both are opened by [`recovery`]. To peers it is as if the node had been restarted: their
//! connections begin anew, and what a store has lost is compared and sent again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::broadcast;

use super::{Note, Office};
use crate::desk::Origin;
use crate::node::random;
use crate::problem::{Problem, Reason, Refusal};
use crate::recovery::{self, Recovered};
use crate::store::has_room_to_read_out;

/// A store with more documents than this is not read out while people wait, since all but one of them can be
/// used: 1,000 documents of 60 changes took four seconds. A town's hub has some 200 a year.
const MOST_DOCUMENTS: usize = 1_000;

/// A machine that damages its store again and again is to be looked at, not to fill its disk with stores set
/// aside.
const MEND_EVERY: Duration = Duration::from_secs(60 * 60);

/// The office, open or closed.
pub(super) struct Premises {
    state: State,
    /// `None` in tests of the desk alone: what is closed stays closed.
    origin: Option<Origin>,
    notes: broadcast::Sender<Note>,
    runtime: Handle,
    mended_at: Option<Instant>,
}

enum State {
    Open(Box<Office>),
    /// And why.
    Closed(Refusal),
}

impl Premises {
    pub(super) fn of(office: Office) -> Self {
        Self {
            origin: office.desk.origin(),
            notes: office.notes.clone(),
            runtime: office.runtime.clone(),
            state: State::Open(Box::new(office)),
            mended_at: None,
        }
    }

    /// The office, or what to tell those who want something of it.
    pub(super) fn office(&mut self) -> Result<&mut Office, &Refusal> {
        match &mut self.state {
            State::Open(office) => Ok(office),
            State::Closed(refusal) => Err(refusal),
        }
    }

    /// The store has failed: nobody knows what the disk took, so everything is refused from now on.
    pub(super) fn close(&mut self, refusal: Refusal) {
        let stopped = stopped(refusal);
        if let State::Open(office) = std::mem::replace(&mut self.state, State::Closed(stopped)) {
            close(*office);
        }
    }

    /// After damage was noticed: opens the office anew, by which a damaged store is set aside and read out. It
    /// goes on as it is where that would take long, finds no room, or was done a moment ago: the next start
    /// does it then.
    pub(super) fn mend_if_due(&mut self) {
        let State::Open(office) = &mut self.state else { return };
        if !std::mem::take(&mut office.is_damaged) {
            return;
        }
        let Some(origin) = self.origin.clone() else { return };
        let documents = office.desk.replica.index().len();
        let is_late = self.mended_at.is_none_or(|before| before.elapsed() >= MEND_EVERY);
        if documents > MOST_DOCUMENTS || !is_late || !has_room_to_read_out(&origin.dir.store()) {
            tracing::error!(documents, "the damage is mended at the next start, not now");
            return;
        }
        self.mended_at = Some(Instant::now());
        let problem = Problem::new("node-stopping", "the store is being mended");
        self.close(Refusal::new(Reason::Failed, problem));
        self.open(&origin);
    }

    /// Opens the office; if that fails, it stays closed.
    fn open(&mut self, origin: &Origin) {
        self.state = match self.opened(origin) {
            Ok((office, news)) => {
                if !news.is_empty() {
                    office.tell(Note::Mended(news.into()));
                }
                State::Open(Box::new(office))
            }
            Err(refusal) => {
                tracing::error!(%refusal, "the store cannot be opened again");
                State::Closed(stopped(refusal))
            }
        };
    }

    fn opened(&self, origin: &Origin) -> Result<(Office, Vec<Problem>), Refusal> {
        let Origin { dir, key, clock } = origin;
        let Recovered { mut desk, news } = recovery::open(dir, key, random()?, *clock)?;
        let epoch = desk.epoch(random()?)?;
        let office = Office::open(desk, epoch, self.runtime.clone(), self.notes.clone())?;
        Ok((office, news))
    }
}

/// Closes the store and all connections. sled panics when the disk fails at that.
fn close(office: Office) {
    if catch_unwind(AssertUnwindSafe(|| drop(office))).is_err() {
        tracing::warn!("the store did not close well");
    }
}

/// What is said from a failure of the store on.
fn stopped(refusal: Refusal) -> Refusal {
    if refusal.is("store-poisoned") {
        return refusal;
    }
    let problem = Problem::new("store-poisoned", &refusal).arg("what", &refusal);
    Refusal::new(Reason::Failed, problem)
}
