//! The office, and what is needed to open it again while the node runs.
//!
//! What a restart of the program mends is mended here by the same means: the office is closed and its store
//! with it, and both are opened by [`recovery`]. To peers it is as if the node had been restarted: their
//! connections begin anew, and what a store has lost is compared and sent again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use hopluu_protocol::store::Store;
use tokio::runtime::Handle;
use tokio::sync::broadcast;

use super::trouble::Trouble;
use super::{Note, Office};
use crate::changes::Changes;
use crate::desk::{Desk, Membership, Origin};
use crate::node::random;
use crate::problem::{Problem, Reason, Refusal};
use crate::recovery::{self, OpenStore, Recovered};
use crate::store::{SledBackend, check_disk, has_room_to_read_out};

/// A store with more documents than this is not read out while people wait, since all but one of them can be
/// used: 1,000 documents of 60 changes took four seconds. A town's hub has some 200 a year.
const MOST_DOCUMENTS: usize = 1_000;

/// A machine that damages its store again and again is to be looked at, not to fill its disk with stores set
/// aside.
const MEND_EVERY: Duration = Duration::from_secs(60 * 60);

/// How long a store that could not be opened is let alone: opening reads its whole log. Twice as long after
/// each failure.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How long work that can wait is left after it failed.
const REST: Duration = Duration::from_secs(60);

/// The office, open or closed.
pub(super) struct Premises {
    state: State,
    /// `None` in tests of the desk alone: what is closed stays closed.
    origin: Option<Origin>,
    notes: broadcast::Sender<Note>,
    trouble: Trouble,
    changes: Changes,
    runtime: Handle,
    mended_at: Option<Instant>,
    /// A write failed, of which the operating system may show what the disk does not have.
    is_doubtful: bool,
    /// When a store that could not be opened is tried again, and how long it is let alone after that.
    not_before: Option<Instant>,
    pause: Duration,
    /// When work that can wait is tried again.
    idle_from: Option<Instant>,
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
            trouble: office.trouble.clone(),
            changes: office.changes.clone(),
            runtime: office.runtime.clone(),
            state: State::Open(Box::new(office)),
            mended_at: None,
            is_doubtful: false,
            not_before: None,
            pause: PAUSE,
            idle_from: None,
        }
    }

    /// The office, or what to tell those who want something of it.
    pub(super) fn office(&mut self) -> Result<&mut Office, &Refusal> {
        match &mut self.state {
            State::Open(office) => Ok(office),
            State::Closed(refusal) => Err(refusal),
        }
    }

    /// The store has failed. If it is as it was before, only what was staged is lost, and all goes on. Else
    /// nobody knows what the disk took: everything is refused until the store could be opened again.
    pub(super) fn fail(&mut self, refusal: Refusal) {
        self.trouble.began(&refusal, self.is_hub());
        self.changes.note("status");
        let is_harmless = refusal.is_harmless_to_store();
        self.is_doubtful |= !is_harmless;
        if refusal.is_damage() {
            self.not_before = self.mended_at.map(|before| before + MEND_EVERY);
            self.mended_at = Some(Instant::now());
        }
        let Some(mut office) = self.close(refusal) else { return };
        office.dismiss();
        match self.origin.clone() {
            Some(origin) if is_harmless => {
                let started = self.started_over(&origin, office.desk.into_store());
                self.settle(started);
            }
            _ => let_go(office),
        }
    }

    /// Somebody wants something: if the store is closed, it is tried again, unless that failed a moment ago.
    pub(super) fn try_again(&mut self) {
        let (State::Closed(_), Some(origin)) = (&self.state, self.origin.clone()) else { return };
        if self.not_before.is_some_and(|moment| Instant::now() < moment) {
            return;
        }
        match check_disk(&origin.dir.store()) {
            Ok(()) => self.open(&origin),
            Err(error) => self.state = State::Closed(stopped(error.into())),
        }
    }

    /// Work that could wait failed. It waits for a while: it would fail again.
    pub(super) fn rest(&mut self) {
        self.idle_from = Some(Instant::now() + REST);
    }

    /// Whether work that can wait is to be done now.
    pub(super) fn may_idle(&self) -> bool {
        self.idle_from.is_none_or(|moment| Instant::now() >= moment)
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
        if let Some(office) = self.close(Refusal::new(Reason::Failed, problem)) {
            let_go(office);
        }
        self.open(&origin);
    }

    fn is_hub(&self) -> bool {
        match &self.state {
            State::Open(office) => office.desk.membership().is_ok_and(Membership::is_hub),
            State::Closed(_) => false,
        }
    }

    fn close(&mut self, refusal: Refusal) -> Option<Office> {
        match std::mem::replace(&mut self.state, State::Closed(stopped(refusal))) {
            State::Open(office) => Some(*office),
            State::Closed(_) => None,
        }
    }

    /// Opens the store and the office.
    fn open(&mut self, origin: &Origin) {
        let opened = self.opened(origin);
        match &opened {
            Ok(_) => (self.not_before, self.pause, self.is_doubtful) = (None, PAUSE, false),
            Err(_) => {
                self.not_before = Some(Instant::now() + self.pause);
                self.pause = (self.pause * 2).min(LONGEST_PAUSE);
                // It may have failed in the midst of a write.
                self.is_doubtful = true;
            }
        }
        self.settle(opened);
    }

    fn settle(&mut self, opened: Result<(Office, Vec<Problem>), Refusal>) {
        self.state = match opened {
            Ok((office, news)) => {
                tracing::info!("the store is open again");
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
        let open_store: OpenStore =
            if self.is_doubtful { SledBackend::open_after_failure } else { SledBackend::open };
        let Recovered { desk, news } = recovery::open(dir, key, random()?, *clock, open_store)?;
        Ok((self.office_of(desk)?, news))
    }

    /// The office over the store that it had, which is as it was.
    fn started_over(
        &self,
        origin: &Origin,
        store: Store<SledBackend>,
    ) -> Result<(Office, Vec<Problem>), Refusal> {
        let mut desk = Desk::open(store, origin.key.clone(), random()?, origin.clock)?;
        desk.move_in(&origin.dir)?;
        Ok((self.office_of(desk)?, Vec::new()))
    }

    fn office_of(&self, mut desk: Desk) -> Result<Office, Refusal> {
        let epoch = desk.epoch(random()?)?;
        let (runtime, notes) = (self.runtime.clone(), self.notes.clone());
        Office::open(desk, epoch, runtime, notes, self.trouble.clone(), self.changes.clone())
    }
}

/// Closes the store and all connections. sled panics when the disk fails at that.
fn let_go(office: Office) {
    if catch_unwind(AssertUnwindSafe(|| drop(office))).is_err() {
        tracing::warn!("the store did not close well");
    }
}

/// What is said while the store is closed.
fn stopped(refusal: Refusal) -> Refusal {
    if ["store-full", "store-poisoned", "store-read-only"].iter().any(|code| refusal.is(code)) {
        return refusal;
    }
    let problem = Problem::new("store-poisoned", &refusal).arg("what", &refusal);
    Refusal::new(Reason::Failed, problem)
}
