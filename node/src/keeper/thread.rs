//! The keeper's loop: take what waits, stage, commit once, tell.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use automerge::ChangeHash;
use hopluu_protocol::gate::Access;
use hopluu_protocol::id::{DocGroup, DocId};
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::invitation::InvitationCode;
use hopluu_protocol::replica::Committed;
use hopluu_protocol::sync::{Action, ConnId, Event, Exchange, Limits, PeerStatus, RefusedChanges};
use hopluu_protocol::wire::frame::Refusal as WireRefusal;
use jiff::civil::Date;
use tokio::sync::{broadcast, mpsc};

use super::genesis::KnownGenesis;
use super::idle::Compaction;
use super::premises::Premises;
use super::trouble::Trouble;
use super::watching::Watch;
use super::{Note, Outbox, Outgoing, Reply, Task};
use crate::changes::Changes;
use crate::desk::{Desk, MembershipPlace};
use crate::problem::Refusal;

/// Most tasks that share one commit, so that the first of them does not wait for ever.
const TASKS_PER_COMMIT: usize = 256;

/// What the keeper's thread holds.
pub(crate) struct Office {
    pub(crate) desk: Desk,
    /// None before the node has a place: then there is nobody to sync with.
    pub(super) exchange: Option<Exchange>,
    epoch: [u8; 16],
    known: KnownGenesis,
    outboxes: BTreeMap<ConnId, Outbox>,
    pub(super) notes: broadcast::Sender<Note>,
    /// The last failed write.
    pub(super) trouble: Trouble,
    /// Documents for which a snapshot may be due.
    pub(super) compaction: Compaction,
    /// The day on which it was last seen which periods are to be open.
    pub(super) periods_seen: Option<Date>,
    /// Heads of the roster that the exchange's access was made from.
    roster_heads: Option<Vec<ChangeHash>>,
    started: Instant,
    pub(super) runtime: tokio::runtime::Handle,
    /// When the sync machine wants to be woken, and for when a timer runs.
    tick_at: Option<u64>,
    timer_at: Option<u64>,
    /// Damage was noticed that nobody has decided about yet.
    pub(super) is_damaged: bool,
    /// What screens are told.
    pub(crate) changes: Changes,
    pub(super) watch: Watch,
}

impl Office {
    pub(super) fn open(
        desk: Desk,
        epoch: [u8; 16],
        runtime: tokio::runtime::Handle,
        notes: broadcast::Sender<Note>,
        trouble: Trouble,
        changes: Changes,
    ) -> Result<Self, Refusal> {
        let mut office = Self {
            compaction: Compaction::at_start(desk.replica.index()),
            desk,
            exchange: None,
            epoch,
            known: KnownGenesis::default(),
            outboxes: BTreeMap::new(),
            notes,
            periods_seen: None,
            trouble,
            roster_heads: None,
            started: Instant::now(),
            runtime,
            tick_at: None,
            timer_at: None,
            is_damaged: false,
            changes,
            watch: Watch::default(),
        };
        office.refresh_access()?;
        Ok(office)
    }

    pub(crate) fn peers(&mut self, hub: Option<NodeKey>) -> Result<Vec<PeerStatus>, Refusal> {
        let Some(exchange) = &self.exchange else { return Ok(Vec::new()) };
        let mut peers = exchange.status(&self.desk.replica);
        if let Some(hub) = hub
            && !peers.iter().any(|status| status.peer == hub)
        {
            peers.push(exchange.status_of(hub, &self.desk.replica)?);
        }
        Ok(peers)
    }

    /// What the hub does not take because of who wrote it.
    pub(crate) fn refused_changes(&mut self, hub: NodeKey) -> Result<Vec<RefusedChanges>, Refusal> {
        let Some(exchange) = &self.exchange else { return Ok(Vec::new()) };
        Ok(exchange.refused_changes(hub, &mut self.desk.replica)?)
    }

    /// Ends all connections, and has what is known of their peers written down.
    pub(crate) fn say_goodbye(&mut self) -> Result<(), Refusal> {
        let Some(exchange) = &mut self.exchange else { return Ok(()) };
        let actions = exchange.shut_down(&mut self.desk.replica)?;
        self.carry_out(actions)
    }

    /// Monotone milliseconds: the sync machine's clock never jumps, whatever the machine's does.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Does a task and others that wait, commits once for all of them, and lets those know who asked.
    ///
    /// # Errors
    /// When the store failed: nobody has heard of success.
    fn round(&mut self, first: Task, queue: &mut mpsc::Receiver<Task>) -> Result<(), Refusal> {
        let mut replies = Vec::new();
        let mut task = Some(first);
        let mut taken = 0;
        let mut outcome = Ok(());
        while let Some(current) = task.take() {
            match self.perform(current) {
                Ok(reply) => replies.extend(reply),
                Err(refusal) => {
                    outcome = Err(refusal);
                    break;
                }
            }
            taken += 1;
            if taken < TASKS_PER_COMMIT && !self.desk.replica.wants_commit() {
                task = queue.try_recv().ok();
            }
        }
        outcome = outcome.and_then(|()| self.commit());
        if let Err(refusal) = &outcome {
            self.notice(refusal);
        }
        for reply in replies {
            reply(outcome.clone());
        }
        outcome?;
        self.look_if_due()
    }

    /// Does one task. What it staged is committed later.
    fn perform(&mut self, task: Task) -> Result<Option<Reply>, Refusal> {
        match task {
            Task::Job(job) => return Ok(Some(job(Some(self)))),
            Task::Connected { conn, peer, side, enrol, outbox } => {
                self.outboxes.insert(conn, outbox);
                self.sync(Event::Connected { conn, peer, side, enrol })?;
            }
            Task::Frame { conn, bytes } => {
                self.sync(Event::Frame { conn, bytes: &bytes })?;
                self.watch_frame();
            }
            Task::Closed { conn } => {
                self.outboxes.remove(&conn);
                self.sync(Event::Closed { conn })?;
            }
            Task::Tick => {
                self.tick_at = None;
                self.timer_at = None;
                self.sync(Event::Tick)?;
            }
            // What is to be done is found when nothing else waits.
            Task::Wake => {}
        }
        Ok(None)
    }

    pub(super) fn sync(&mut self, event: Event<'_>) -> Result<(), Refusal> {
        let now = self.now();
        let Some(exchange) = &mut self.exchange else { return Ok(()) };
        match exchange.handle(now, event, &mut self.desk.replica).map_err(Refusal::from) {
            Ok(actions) => self.carry_out(actions),
            // One document that does not read must not keep the others from people. What was to be sent is
            // lost, so the connections begin anew.
            Err(refusal) if refusal.is_damage() => {
                self.notice(&refusal);
                self.outboxes.clear();
                Ok(())
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// Sees to it that damage is mended: soon, or at the next start.
    pub(super) fn notice(&mut self, refusal: &Refusal) {
        if refusal.is_damage() {
            self.desk.note_damage(refusal);
            self.is_damaged = true;
        }
    }

    fn carry_out(&mut self, actions: Vec<Action>) -> Result<(), Refusal> {
        for action in actions {
            match action {
                Action::Send { conn, bytes } => self.post(conn, Outgoing::Frames(bytes)),
                Action::Close { conn, reason } => {
                    self.post(conn, Outgoing::Close(reason));
                    self.outboxes.remove(&conn);
                }
                Action::Enrol { conn, peer, code, name } => self.enrol(conn, peer, &code, &name)?,
                Action::Notice(notice) => {
                    tracing::info!(?notice, "sync");
                    self.changes.note("status");
                    self.tell(Note::Sync(Arc::new(notice)));
                }
                Action::WantTick { at } => self.tick_at = Some(at),
            }
        }
        Ok(())
    }

    /// The sync machine bounds what is on its way to a peer; a peer that does not even take that is let
    /// go, and finds everything again when it comes back.
    fn post(&mut self, conn: ConnId, outgoing: Outgoing) {
        if let Some(outbox) = self.outboxes.get(&conn)
            && outbox.try_send(outgoing).is_err()
        {
            tracing::warn!(?conn, "a peer does not read; its connection is dropped");
            self.outboxes.remove(&conn);
        }
    }

    /// Tells all peers that the store takes nothing: it is not the program that stops.
    pub(super) fn dismiss(&mut self) {
        for outbox in std::mem::take(&mut self.outboxes).into_values() {
            // Whoever does not read is let go without a word.
            drop(outbox.try_send(Outgoing::CannotStore));
        }
    }

    /// Decides about an invitation. The answer waits for the commit: a node that hears that it was let
    /// in must be in the roster for good.
    fn enrol(
        &mut self,
        conn: ConnId,
        peer: NodeKey,
        code: &[u8],
        name: &str,
    ) -> Result<(), Refusal> {
        let decision = match <[u8; 10]>::try_from(code) {
            Ok(code) => self.desk.enrol(peer, &InvitationCode::from_random(code), name)?,
            Err(_) => Err(WireRefusal::InvitationUnknown),
        };
        let decision = decision.map(|_| ());
        self.commit()?;
        self.sync(Event::EnrolmentDecided { conn, decision })
    }

    /// Makes everything staged durable, and lets those know who wait for it.
    pub(super) fn commit(&mut self) -> Result<(), Refusal> {
        while let Some(committed) = self.desk.replica.commit()? {
            self.committed(&committed)?;
        }
        self.desk.keep_place_beside();
        Ok(())
    }

    fn committed(&mut self, committed: &Committed) -> Result<(), Refusal> {
        self.trouble.is_over();
        self.desk.note_growth(committed);
        self.compaction.note(committed);
        for growth in &committed.appended {
            self.desk.try_waiting(&growth.doc)?;
        }
        if committed.appended.iter().any(|growth| growth.doc.group() == DocGroup::Town) {
            self.periods_seen = None;
            self.refresh_town()?;
        }
        self.sync(Event::Committed(committed))?;
        if !committed.appended.is_empty() {
            self.watch_growth(&committed.appended);
            self.tell_growth(&committed.appended);
            self.tell(Note::Grown);
        }
        Ok(())
    }

    /// The roster decides who may do what; the templates, how reports begin.
    fn refresh_town(&mut self) -> Result<(), Refusal> {
        let templates = self.desk.known_templates();
        self.known.set(templates, self.desk.first_templates());
        let heads = self.desk.replica.summary(&DocId::Roster).map(|summary| summary.heads.clone());
        if heads == self.roster_heads && self.exchange.is_some() {
            return Ok(());
        }
        let Some(access) = access(&mut self.desk) else { return Ok(()) };
        self.roster_heads = heads;
        let now = self.now();
        let Some(exchange) = &mut self.exchange else {
            let known = self.known.clone();
            let decides = self.desk.membership()?.is_hub();
            // An office hears only its hub, and a report may arrive before the template from which its
            // first change follows: there the hub's word is enough.
            let is_genesis = Box::new(move |doc: &DocId, hash: &ChangeHash| {
                !decides || known.contains(doc, hash)
            });
            let exchange = Exchange::new(access, self.epoch, is_genesis, Limits::default())
                .sealing_with(self.desk.key().clone());
            self.exchange = Some(exchange);
            return Ok(());
        };
        let actions = exchange.set_access(now, access, &mut self.desk.replica)?;
        self.carry_out(actions)
    }

    /// Membership has changed: who this node is, in the eyes of the sync machine.
    pub(crate) fn refresh_access(&mut self) -> Result<(), Refusal> {
        self.roster_heads = None;
        self.refresh_town()
    }

    pub(super) fn tell(&self, note: Note) {
        // Nobody listening is the usual case.
        drop(self.notes.send(note));
    }
}

/// Who may do what, as this node knows it; `None` before it has a place.
fn access(desk: &mut Desk) -> Option<Access> {
    let membership = desk.membership().ok()?.clone();
    let hub_key = match &membership.place {
        MembershipPlace::Hub => None,
        MembershipPlace::Office { hub_key, .. } => Some(*hub_key),
    };
    // Before the first sync there is no roster; the hub's key from the invitation holds already.
    let roster = desk.roster().unwrap_or_default();
    Some(Access::new(membership.unit, hub_key, &roster))
}

/// The keeper's loop. Ends when every [`super::Keeper`] is gone.
pub(super) fn run(
    mut premises: Premises,
    mut queue: mpsc::Receiver<Task>,
    waker: &mpsc::WeakSender<Task>,
) {
    while let Some(first) = next(&mut premises, &mut queue) {
        premises.try_again();
        match premises.office() {
            Ok(office) => {
                if let Err(refusal) = office.round(first, &mut queue) {
                    tracing::error!(%refusal, "the store failed; nothing of this is acknowledged");
                    premises.fail(refusal);
                }
            }
            Err(refusal) => refuse(first, refusal),
        }
        premises.mend_if_due();
        if let Ok(office) = premises.office() {
            schedule(office, waker);
        }
    }
}

/// The next task; while none waits, something that can wait is done.
fn next(premises: &mut Premises, queue: &mut mpsc::Receiver<Task>) -> Option<Task> {
    loop {
        match queue.try_recv() {
            Ok(task) => return Some(task),
            Err(mpsc::error::TryRecvError::Disconnected) => return None,
            Err(mpsc::error::TryRecvError::Empty) => {}
        }
        let may_idle = premises.may_idle();
        let Ok(office) = premises.office() else { return queue.blocking_recv() };
        if !may_idle {
            return queue.blocking_recv();
        }
        match office.idle_step() {
            Ok(true) => {}
            Ok(false) => return queue.blocking_recv(),
            Err(refusal) => {
                tracing::error!(%refusal, "work that could wait could not be done");
                office.notice(&refusal);
                if !office.desk.replica.is_usable() {
                    premises.fail(refusal);
                    premises.rest();
                }
                premises.mend_if_due();
                return queue.blocking_recv();
            }
        }
    }
}

/// Tells whoever waits that the store has failed.
fn refuse(task: Task, refusal: &Refusal) {
    if let Task::Connected { outbox, .. } = task {
        // The outbox is fresh and has room; a connection that is gone already needs no goodbye.
        drop(outbox.try_send(Outgoing::CannotStore));
    } else if let Task::Job(job) = task {
        tracing::debug!(%refusal, "a request came after the store failed");
        job(None)(Err(refusal.clone()));
    }
}

/// Has the keeper woken when the sync machine wants to be, and when screens are to be told more.
fn schedule(office: &mut Office, waker: &mpsc::WeakSender<Task>) {
    if let Some(at) = office.tick_at
        && office.timer_at != Some(at)
    {
        office.timer_at = Some(at);
        let wait = Duration::from_millis(at.saturating_sub(office.now()));
        wake_after(wait, Task::Tick, office, waker);
    }
    if let Some(wait) = office.watch.wants_timer() {
        wake_after(wait, Task::Wake, office, waker);
    }
}

fn wake_after(wait: Duration, task: Task, office: &Office, waker: &mpsc::WeakSender<Task>) {
    let waker = waker.clone();
    office.runtime.spawn(async move {
        tokio::time::sleep(wait).await;
        if let Some(tasks) = waker.upgrade() {
            // Only a keeper that has stopped does not take it.
            drop(tasks.send(task).await);
        }
    });
}
