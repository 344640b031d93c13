//! All connections of a node.

mod standing;

use std::collections::{BTreeMap, BTreeSet};

use crate::gate::{Access, IsGenesis};
use crate::id::{DocGroup, DocId};
use crate::identity::{NodeKey, OfficeKey};
use crate::replica::{Age, Committed, Replica, ReplicaError, Scope};
use crate::store::Backend;
use crate::sync::admission::{Admission, Allowance, Limits};
use crate::sync::deferred::{Deferred, cost};
use crate::sync::event::{Action, CloseReason, ConnId, Event, Notice, Side};
use crate::sync::held::Held;
use crate::sync::session::{Claim, Context, Fault, Session};
use crate::wire::frame::Frame;
use crate::wire::stream;

/// How often, in milliseconds, peers are looked after and what they acknowledged is written down. Losing
/// that costs sending again, no more.
const TICK: u64 = 5_000;
/// The same while there is more to write down than goes at once.
const TICK_BEHIND: u64 = 200;
/// How many sessions speak before others are heard again: when a document goes to ten thousand peers,
/// nobody waits until it has gone to all.
const TURNS: usize = 64;
/// How many bytes of what peers acknowledged are written down at once: those who wait for a commit
/// meanwhile wait for this as well.
const REMEMBERED_AT_ONCE: usize = 32 * 1024;

/// The sync machine of a node: all its connections, and no I/O.
///
/// The caller reports what happens ([`Exchange::handle`]) and does what is asked in return. Whenever the
/// replica has something staged afterwards, it commits soon and reports [`Event::Committed`]: nothing is
/// sent or acknowledged before that, to anybody.
pub struct Exchange {
    access: Access,
    epoch: [u8; 16],
    is_genesis: Box<IsGenesis>,
    admission: Admission,
    signer: Option<OfficeKey>,
    returning: Option<Claim>,
    sessions: BTreeMap<ConnId, Session>,
    /// A node has one connection.
    by_peer: BTreeMap<NodeKey, ConnId>,
    /// Who shares a group of documents.
    audience: BTreeMap<DocGroup, BTreeSet<ConnId>>,
    /// Who shares everything.
    insiders: BTreeSet<ConnId>,
    /// Those who have connected and not shown yet that they are somebody, the oldest first.
    silent: BTreeSet<ConnId>,
    /// Sessions that may have something to say.
    ready: BTreeSet<ConnId>,
    /// Sessions that wait for a commit to acknowledge something.
    waiting: BTreeSet<ConnId>,
    /// Sessions of whose peers something may have to be written down.
    unsaved: BTreeSet<ConnId>,
    staged: BTreeMap<DocId, u32>,
    /// Bytes of batches under way to all peers together.
    flying: usize,
    /// Frames of peers that send faster than they may.
    deferred: Deferred,
    tick_at: Option<u64>,
    /// When silent peers are looked for, and when what peers acknowledged is written down.
    look_at: u64,
    remember_at: u64,
    /// How old the index was at the last commit that was reported.
    told: Option<Age>,
}

impl Exchange {
    /// An exchange without connections. `epoch` belongs to the store: random, made when the store is
    /// created or restored from a copy. `is_genesis` knows the fixed first changes of documents.
    pub fn new(
        access: Access,
        epoch: [u8; 16],
        is_genesis: Box<IsGenesis>,
        limits: Limits,
    ) -> Self {
        Self {
            access,
            epoch,
            is_genesis,
            admission: Admission::new(limits),
            signer: None,
            returning: None,
            sessions: BTreeMap::new(),
            by_peer: BTreeMap::new(),
            audience: BTreeMap::new(),
            insiders: BTreeSet::new(),
            silent: BTreeSet::new(),
            ready: BTreeSet::new(),
            waiting: BTreeSet::new(),
            unsaved: BTreeSet::new(),
            staged: BTreeMap::new(),
            flying: 0,
            deferred: Deferred::default(),
            tick_at: None,
            look_at: 0,
            remember_at: 0,
            told: None,
        }
    }

    /// With this node's key, by which it seals what its unit writes as the hub
    /// ([`crate::seal`]) and knows its own seals again.
    #[must_use]
    pub fn sealing_with(mut self, key: OfficeKey) -> Self {
        self.signer = Some(key);
        self
    }

    /// The roster has changed. Connections of revoked nodes are closed at once.
    ///
    /// # Errors
    /// As [`Exchange::handle`].
    pub fn set_access<B: Backend>(
        &mut self,
        now: u64,
        access: Access,
        replica: &mut Replica<B>,
    ) -> Result<Vec<Action>, ReplicaError> {
        self.access = access;
        let mut actions = Vec::new();
        let admitted: Vec<ConnId> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.is_admitted())
            .map(|(conn, _)| *conn)
            .collect();
        for conn in admitted {
            self.with(now, conn, replica, &mut actions, Session::admit)?;
        }
        self.finish(now, replica, actions)
    }

    /// Takes note of what happened and says what is to be done.
    ///
    /// # Errors
    /// When the replica's store failed. Nothing can go on then: close all connections, open the store
    /// again.
    pub fn handle<B: Backend>(
        &mut self,
        now: u64,
        event: Event<'_>,
        replica: &mut Replica<B>,
    ) -> Result<Vec<Action>, ReplicaError> {
        let mut actions = Vec::new();
        match event {
            Event::Closed { conn } => self.close(conn, replica)?,
            Event::Committed(committed) => {
                self.committed(now, committed, replica, &mut actions)?;
            }
            Event::Connected { conn, peer, side, enrol } => {
                let full = self.sessions.len() >= self.admission.limits.connections;
                if side == Side::Listener && full && !self.by_peer.contains_key(&peer) {
                    // Whoever has said nothing for longest makes room.
                    let sent_away = self.silent.first().copied().unwrap_or(conn);
                    self.send_away(now, sent_away, replica, &mut actions)?;
                    if sent_away == conn {
                        return Ok(actions);
                    }
                }
                self.replace(peer, replica, &mut actions)?;
                if self.sessions.is_empty() {
                    self.look_at = now + TICK;
                    self.remember_at = now + TICK;
                }
                let held = Held::load(replica, peer)?;
                let allowance = Allowance::new(now, &self.admission.limits);
                let session = Session::new(now, conn, peer, side, enrol, held, allowance);
                self.sessions.insert(conn, session);
                self.by_peer.insert(peer, conn);
                if side == Side::Listener {
                    self.silent.insert(conn);
                }
                self.with(now, conn, replica, &mut actions, Session::start)?;
            }
            Event::EnrolmentDecided { conn, decision } => {
                self.with(now, conn, replica, &mut actions, |session, cx| {
                    session.enrolment_decided(cx, decision)
                })?;
            }
            Event::Frame { conn, bytes } => {
                self.frame(now, conn, bytes, replica, &mut actions)?;
            }
            Event::Tick => self.tick(now, replica, &mut actions)?,
        }
        self.finish(now, replica, actions)
    }

    /// Says goodbye to everybody and stages what is known of them; commit once more after this.
    ///
    /// # Errors
    /// As [`Exchange::handle`].
    pub fn shut_down<B: Backend>(
        &mut self,
        replica: &mut Replica<B>,
    ) -> Result<Vec<Action>, ReplicaError> {
        let mut actions = Vec::new();
        let all: Vec<ConnId> = self.sessions.keys().copied().collect();
        for conn in all {
            self.close(conn, replica)?;
            actions.push(Action::Send { conn, bytes: stream::encode(&Frame::Bye) });
            actions.push(Action::Close { conn, reason: CloseReason::Ended });
        }
        Ok(actions)
    }

    fn committed<B: Backend>(
        &mut self,
        now: u64,
        committed: &Committed,
        replica: &mut Replica<B>,
        actions: &mut Vec<Action>,
    ) -> Result<(), ReplicaError> {
        let mut concerned = std::mem::take(&mut self.ready);
        concerned.extend(&self.waiting);
        concerned.extend(&self.insiders);
        if committed.appended.is_empty() && self.told_until(replica) != committed.age {
            // Documents have other heads without having grown: something was left out of them, or counts again.
            concerned.extend(self.sessions.keys());
        }
        for growth in &committed.appended {
            if self.staged.get(&growth.doc).is_some_and(|until| *until <= growth.positions.end) {
                self.staged.remove(&growth.doc);
            }
            concerned.extend(self.audience.get(&growth.doc.group()).into_iter().flatten());
        }
        for conn in concerned {
            self.with(now, conn, replica, actions, |session, cx| session.committed(cx, committed))?;
        }
        self.told = Some(committed.age);
        Ok(())
    }

    /// A node that connects again has lost its former connection, whether we know it or not.
    fn replace<B: Backend>(
        &mut self,
        peer: NodeKey,
        replica: &mut Replica<B>,
        actions: &mut Vec<Action>,
    ) -> Result<(), ReplicaError> {
        let Some(former) = self.by_peer.get(&peer).copied() else { return Ok(()) };
        self.close(former, replica)?;
        actions.push(Action::Close { conn: former, reason: CloseReason::Replaced });
        Ok(())
    }

    /// A frame arrived: it is taken in, or waits for its sender's turn.
    fn frame<B: Backend>(
        &mut self,
        now: u64,
        conn: ConnId,
        bytes: &[u8],
        replica: &mut Replica<B>,
        actions: &mut Vec<Action>,
    ) -> Result<(), ReplicaError> {
        let limits = self.admission.limits;
        let Some(session) = self.sessions.get_mut(&conn) else { return Ok(()) };
        let in_turn = !self.deferred.has(conn)
            && (!session.is_limited() || session.allowance.take(now, cost(bytes), &limits));
        if in_turn {
            return self.with(now, conn, replica, actions, |session, cx| session.frame(cx, bytes));
        }
        match self.deferred.push(conn, bytes, &limits) {
            Ok(()) => Ok(()),
            Err(fault) => self.with(now, conn, replica, actions, |_, _| Err(fault)),
        }
    }

    /// Takes in what has waited long enough: a frame of each peer in turn.
    fn resume<B: Backend>(
        &mut self,
        now: u64,
        replica: &mut Replica<B>,
        actions: &mut Vec<Action>,
    ) -> Result<(), ReplicaError> {
        let limits = self.admission.limits;
        let mut turns = self.deferred.senders();
        while let Some(conn) = turns.pop_front() {
            let Some(session) = self.sessions.get_mut(&conn) else { continue };
            let Some(next) = self.deferred.front(conn) else { continue };
            if !session.allowance.take(now, cost(next), &limits) {
                continue;
            }
            if let Some(bytes) = self.deferred.pop(conn) {
                self.with(now, conn, replica, actions, |session, cx| session.frame(cx, &bytes))?;
                turns.push_back(conn);
            }
        }
        Ok(())
    }

    /// Goes on with what waits for time to pass.
    fn tick<B: Backend>(
        &mut self,
        now: u64,
        replica: &mut Replica<B>,
        actions: &mut Vec<Action>,
    ) -> Result<(), ReplicaError> {
        self.tick_at = None;
        self.resume(now, replica, actions)?;
        if self.look_at <= now {
            self.look_at = now + TICK;
            self.ask_the_silent(now, replica, actions)?;
        }
        if self.remember_at <= now {
            self.remember(replica)?;
            self.remember_at = now + if self.unsaved.is_empty() { TICK } else { TICK_BEHIND };
        }
        Ok(())
    }

    fn ask_the_silent<B: Backend>(
        &mut self,
        now: u64,
        replica: &mut Replica<B>,
        actions: &mut Vec<Action>,
    ) -> Result<(), ReplicaError> {
        let silent: Vec<ConnId> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.wants_tick(now))
            .map(|(conn, _)| *conn)
            .collect();
        for conn in silent {
            self.with(now, conn, replica, actions, Session::tick)?;
        }
        Ok(())
    }

    /// Writes down what is known of those who were heard of: a portion at a time, since a whole country may
    /// have come at once.
    fn remember<B: Backend>(&mut self, replica: &mut Replica<B>) -> Result<(), ReplicaError> {
        let all_told = self.all_told(replica);
        while replica.staged_bytes() < REMEMBERED_AT_ONCE
            && let Some(conn) = self.unsaved.pop_first()
        {
            if let Some(session) = self.sessions.get_mut(&conn) {
                session.remember(replica, all_told)?;
            }
        }
        Ok(())
    }

    /// When [`Event::Tick`] is needed next.
    fn next_tick(&self, now: u64, unfinished: bool) -> Option<u64> {
        if self.sessions.is_empty() {
            return None;
        }
        let unfinished = unfinished.then_some(now);
        let deferred = self.deferred.senders().into_iter().filter_map(|conn| {
            Some(now + self.sessions.get(&conn)?.allowance.wait(&self.admission.limits))
        });
        let regular = [self.look_at.max(now), self.remember_at.max(now)];
        unfinished.into_iter().chain(deferred).chain(regular).min()
    }

    /// Has a session do something, and ends the session when that fails.
    fn with<B: Backend>(
        &mut self,
        now: u64,
        conn: ConnId,
        replica: &mut Replica<B>,
        actions: &mut Vec<Action>,
        act: impl FnOnce(&mut Session, &mut Context<'_, B>) -> Result<(), Fault>,
    ) -> Result<(), ReplicaError> {
        let Some(session) = self.sessions.get_mut(&conn) else { return Ok(()) };
        let before = session.bytes_in_flight();
        let crowded = self.flying >= self.admission.limits.flying;
        let mut cx = Context {
            now,
            replica,
            access: &self.access,
            is_genesis: &*self.is_genesis,
            epoch: self.epoch,
            signer: self.signer.as_ref(),
            returning: &mut self.returning,
            staged: &mut self.staged,
            actions,
            admission: &mut self.admission,
            crowded,
        };
        let scope = session.scope.clone();
        let outcome = act(session, &mut cx);
        let (peer, changed) = (session.peer, session.scope != scope);
        if session.has_spoken() {
            self.silent.remove(&conn);
        }
        self.flying = self.flying - before + session.bytes_in_flight();
        if session.in_sync {
            self.admission.end_first_sync(conn);
        }
        if session.awaits_commit() {
            self.waiting.insert(conn);
        } else {
            self.waiting.remove(&conn);
        }
        if changed {
            let now_shared = session.scope.clone();
            self.deafen(conn, &scope);
            self.listen(conn, &now_shared);
        }
        let reason = match outcome {
            Ok(()) => {
                self.ready.insert(conn);
                self.unsaved.insert(conn);
                return Ok(());
            }
            Err(Fault::Replica(error)) => return Err(error),
            Err(Fault::Close(reason)) => reason,
            Err(Fault::Protocol(error)) => {
                actions.push(Action::Notice(Notice::ProtocolError { peer, error }));
                CloseReason::Protocol
            }
        };
        actions.push(Action::Close { conn, reason });
        self.close(conn, replica)
    }

    fn listen(&mut self, conn: ConnId, scope: &Scope) {
        match scope {
            Scope::All => {
                self.insiders.insert(conn);
            }
            Scope::Groups(groups) => {
                for group in groups {
                    self.audience.entry(group.clone()).or_default().insert(conn);
                }
            }
        }
    }

    fn deafen(&mut self, conn: ConnId, scope: &Scope) {
        match scope {
            Scope::All => {
                self.insiders.remove(&conn);
            }
            Scope::Groups(groups) => {
                for group in groups {
                    if let Some(conns) = self.audience.get_mut(group) {
                        conns.remove(&conn);
                    }
                }
            }
        }
    }

    /// Tells a peer to come back later, and ends its connection.
    fn send_away<B: Backend>(
        &mut self,
        now: u64,
        conn: ConnId,
        replica: &mut Replica<B>,
        actions: &mut Vec<Action>,
    ) -> Result<(), ReplicaError> {
        let retry_after = self.admission.retry_after(now);
        let bytes = stream::encode(&Frame::Busy { retry_after });
        actions.push(Action::Send { conn, bytes });
        actions.push(Action::Close { conn, reason: CloseReason::Busy });
        self.close(conn, replica)
    }

    fn close<B: Backend>(
        &mut self,
        conn: ConnId,
        replica: &mut Replica<B>,
    ) -> Result<(), ReplicaError> {
        self.ready.remove(&conn);
        self.waiting.remove(&conn);
        self.unsaved.remove(&conn);
        self.silent.remove(&conn);
        self.deferred.forget(conn);
        self.admission.end_first_sync(conn);
        let Some(mut session) = self.sessions.remove(&conn) else { return Ok(()) };
        self.flying -= session.bytes_in_flight();
        self.by_peer.remove(&session.peer);
        self.deafen(conn, &session.scope);
        self.returning.take_if(|claim| claim.is_of(conn));
        // What was committed and not told yet may lie before what is staged, and the peer may lack it.
        if self.told_until(replica) == replica.durable_age() {
            session.take_note_of_staged(replica);
        }
        session.remember(replica, self.all_told(replica))
    }

    /// Whether sessions have heard of everything that the index has, and all of it is durable.
    fn all_told<B: Backend>(&self, replica: &Replica<B>) -> bool {
        self.told_until(replica) == replica.index().age()
    }

    /// How old the index was when sessions heard of it last.
    fn told_until<B: Backend>(&self, replica: &Replica<B>) -> Age {
        self.told.unwrap_or(replica.age_at_opening())
    }

    /// Lets everybody speak who may have something to say.
    fn finish<B: Backend>(
        &mut self,
        now: u64,
        replica: &mut Replica<B>,
        mut actions: Vec<Action>,
    ) -> Result<Vec<Action>, ReplicaError> {
        let mut turns = 0;
        while turns < TURNS
            && !replica.has_staged_changes()
            && let Some(conn) = self.ready.pop_first()
        {
            self.with(now, conn, replica, &mut actions, Session::pump)?;
            self.ready.remove(&conn);
            turns += 1;
        }
        // What is staged is committed soon, which takes up those who wait for it.
        let unfinished = !self.ready.is_empty() && !replica.has_staged_changes();
        if let Some(at) = self.next_tick(now, unfinished)
            && self.tick_at.is_none_or(|wished| at < wished)
        {
            self.tick_at = Some(at);
            actions.push(Action::WantTick { at });
        }
        Ok(actions)
    }
}
