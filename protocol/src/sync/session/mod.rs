//! One connection.
//!
//! Frames in change what the session knows ([`incoming`]); what there is to say follows from that and
//! leaves in one place ([`Session::pump`]), and only while nothing is staged in the replica: what is not
//! durable here is neither sent nor counted into a digest.

mod compare;
mod incoming;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::event::{Action, CloseReason, ConnId, Enrolment, Notice, ProtocolError, Side};
use super::held::Held;
use super::outbox::{Next, Outbox};
use crate::gate::{Access, IsGenesis};
use crate::id::{DocGroup, DocId};
use crate::identity::NodeKey;
use crate::replica::{Clock, Committed, Replica, ReplicaError, Scope, TagRange};
use crate::store::{Backend, Durable};
use crate::wire::frame::{self, Frame, Hello, Refusal, State};
use crate::wire::ranges::DocKey;
use crate::wire::stream;

/// A growth of up to so many changes is an edit, not a catch-up.
const EDIT: usize = 64;
/// A peer that says nothing for so many milliseconds is asked whether it is there.
const PING_AFTER: u64 = 20_000;
/// And given up after so many.
const SILENT_AFTER: u64 = 60_000;

/// The roster first, since by it the rest is judged, then what else all have in common.
fn sending_order(doc: &DocId) -> (bool, bool, DocId) {
    (*doc != DocId::Roster, doc.group() != DocGroup::Town, doc.clone())
}

/// What a session works with.
pub(super) struct Context<'a, B> {
    pub(super) now: u64,
    pub(super) replica: &'a mut Replica<B>,
    pub(super) access: &'a Access,
    pub(super) is_genesis: &'a IsGenesis,
    pub(super) epoch: [u8; 16],
    /// Up to where documents were appended to without having been committed.
    pub(super) staged: &'a mut BTreeMap<DocId, u32>,
    pub(super) actions: &'a mut Vec<Action>,
}

/// Why a session ends, or the node.
pub(super) enum Fault {
    Close(CloseReason),
    Protocol(ProtocolError),
    Replica(ReplicaError),
}

impl From<ProtocolError> for Fault {
    fn from(error: ProtocolError) -> Self {
        Self::Protocol(error)
    }
}

impl From<ReplicaError> for Fault {
    fn from(error: ReplicaError) -> Self {
        Self::Replica(error)
    }
}

/// How far the greeting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Listener: waits for HELLO or ENROL. Dialer: its HELLO is due.
    Start,
    /// Listener: the caller decides about the invitation. Dialer: waits for ENROLLED.
    Enrolling,
    /// This side's HELLO is due, or was sent and the other's has not come.
    Greeting,
    /// Both have greeted.
    Open,
}

/// A batch that is staged but not durable yet.
#[derive(Debug)]
struct Staged {
    batch: u64,
    doc: DocId,
    positions: std::ops::Range<u32>,
    /// Durable once the document's changes up to here are; `None`: they were before.
    until: Option<u32>,
    bytes: usize,
}

/// A question of the peer's, to be answered when nothing is staged.
#[derive(Debug)]
enum Question {
    Clock(frame::Clock),
    Ranges(Vec<crate::wire::ranges::Range>),
    Want(Vec<DocKey>),
}

pub(super) struct Session {
    pub(super) conn: ConnId,
    pub(super) peer: NodeKey,
    side: Side,
    phase: Phase,
    greeted: bool,
    /// More may be shared than when the greeting was sent.
    replan: bool,
    /// HELLO said that changes follow.
    promised: bool,
    /// Listener: what is known of the peer's store is about that store, or it is empty.
    knows_peer: bool,
    enrol: Option<Enrolment>,
    pub(super) scope: Scope,
    pub(super) held: Held,
    outbox: Outbox,
    /// Batches received, and those of them that were acknowledged or rejected.
    received: u64,
    settled: u64,
    staged: VecDeque<Staged>,
    staged_bytes: usize,
    /// Batches refused before the greeting was due, and why.
    early_rejections: Vec<(u64, u64)>,
    /// Documents of the peer's that failed the gate.
    quarantined: BTreeSet<DocId>,
    /// Documents of ours that the peer rejected.
    rejected: BTreeSet<DocId>,
    /// Documents about which we were wrong what the peer has, with the batches sent until then.
    recovering: BTreeMap<DocId, u64>,
    questions: VecDeque<Question>,
    questions_asked: u32,
    compare: compare::Compare,
    pub(super) in_sync: bool,
    pub(super) last_ack: Option<u64>,
    last_heard: u64,
    pinged: bool,
}

impl Session {
    pub(super) fn new(
        now: u64,
        conn: ConnId,
        peer: NodeKey,
        side: Side,
        enrol: Option<Enrolment>,
        held: Held,
    ) -> Self {
        Self {
            conn,
            peer,
            side,
            phase: Phase::Start,
            greeted: false,
            replan: false,
            promised: false,
            knows_peer: false,
            enrol,
            scope: Scope::of([]),
            held,
            outbox: Outbox::new(),
            received: 0,
            settled: 0,
            staged: VecDeque::new(),
            staged_bytes: 0,
            early_rejections: Vec::new(),
            quarantined: BTreeSet::new(),
            rejected: BTreeSet::new(),
            recovering: BTreeMap::new(),
            questions: VecDeque::new(),
            questions_asked: 0,
            compare: compare::Compare::default(),
            in_sync: false,
            last_ack: None,
            last_heard: now,
            pinged: false,
        }
    }

    /// The connection is there: the dialer speaks first.
    pub(super) fn start<B: Backend>(&mut self, cx: &mut Context<'_, B>) -> Result<(), Fault> {
        if self.side == Side::Listener {
            return Ok(());
        }
        match self.enrol.take() {
            Some(Enrolment { code, name }) => {
                self.phase = Phase::Enrolling;
                self.send(cx, &Frame::Enrol { code, name });
                Ok(())
            }
            None => self.greet(cx),
        }
    }

    /// The HELLO of this side is due.
    fn greet<B: Backend>(&mut self, cx: &mut Context<'_, B>) -> Result<(), Fault> {
        self.phase = Phase::Greeting;
        self.admit(cx)
    }

    /// Looks up what is shared with the peer, or refuses it.
    pub(super) fn admit<B: Backend>(&mut self, cx: &mut Context<'_, B>) -> Result<(), Fault> {
        match cx.access.scope_of(&self.peer) {
            Ok(scope) => {
                if self.scope != scope {
                    self.scope = scope;
                    self.in_sync = false;
                    self.compare.reset();
                    self.replan = self.greeted;
                }
                Ok(())
            }
            Err(error) => {
                let refusal = match error {
                    crate::gate::AccessError::KeyRevoked { .. } => Refusal::KeyRevoked,
                    _ => Refusal::KeyUnknown,
                };
                self.send(cx, &Frame::Refused(refusal));
                cx.actions.push(Action::Notice(Notice::RefusedPeer { peer: self.peer, error }));
                Err(Fault::Close(CloseReason::Refused))
            }
        }
    }

    /// Whether the access of this session is to be looked up again when the roster changes.
    pub(super) fn is_admitted(&self) -> bool {
        matches!(self.phase, Phase::Greeting | Phase::Open)
    }

    /// The caller has decided about the invitation.
    pub(super) fn enrolment_decided<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        decision: Result<(), Refusal>,
    ) -> Result<(), Fault> {
        if self.side != Side::Listener || self.phase != Phase::Enrolling {
            return Ok(());
        }
        match decision {
            Ok(()) => {
                self.phase = Phase::Start;
                self.send(cx, &Frame::Enrolled);
                Ok(())
            }
            Err(refusal) => {
                self.send(cx, &Frame::Refused(refusal));
                Err(Fault::Close(CloseReason::Refused))
            }
        }
    }

    /// Acknowledges what a commit made durable, and takes up what it brought that the peer lacks.
    pub(super) fn committed<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        committed: &Committed,
    ) -> Result<(), Fault> {
        // On a busy node a batch may be durable before the greeting was due.
        if !self.greeted && !self.staged.is_empty() && self.is_admitted() {
            self.greet_first(cx);
        }
        let is_durable = |staged: &Staged| match staged.until {
            None => true,
            Some(until) => committed
                .appended
                .iter()
                .any(|growth| growth.doc == staged.doc && growth.positions.end >= until),
        };
        while self.staged.front().is_some_and(is_durable) {
            if let Some(staged) = self.staged.pop_front() {
                self.acknowledge(cx, staged, &committed.durable);
            }
        }
        if !self.greeted {
            return Ok(());
        }
        for growth in &committed.appended {
            let known = |position| self.held.contains(&growth.doc, position);
            // What is new of a document about which we were wrong follows once its clock is here.
            let wait =
                self.recovering.contains_key(&growth.doc) && self.compare.awaits_clock(&growth.doc);
            if wait || !self.offers(cx.access, &growth.doc) || growth.positions.clone().all(known) {
                continue;
            }
            if growth.positions.len() <= EDIT {
                self.outbox.want_now(&growth.doc, growth.positions.start);
            } else {
                self.outbox.want(&growth.doc, growth.positions.start, None);
            }
        }
        Ok(())
    }

    /// The only place that sends an ACK: it takes the store's word for it.
    fn acknowledge<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        staged: Staged,
        _durable: &Durable,
    ) {
        self.settled += 1;
        self.staged_bytes -= staged.bytes;
        self.held.insert(&staged.doc, staged.positions);
        self.send(cx, &Frame::Ack { batch: staged.batch });
    }

    /// Whether the peer wants changes of this document from us.
    fn offers(&self, access: &Access, doc: &DocId) -> bool {
        self.scope.contains_doc(doc)
            && !self.rejected.contains(doc)
            && access.may_offer(&self.peer, doc)
    }

    /// Says whatever there is to say now.
    pub(super) fn pump<B: Backend>(&mut self, cx: &mut Context<'_, B>) -> Result<(), Fault> {
        if cx.replica.staged_bytes() > 0 || !self.is_admitted() {
            return Ok(());
        }
        if !self.greeted {
            self.greet_first(cx);
        }
        if std::mem::take(&mut self.replan) {
            self.plan(cx);
        }
        if self.phase == Phase::Open {
            self.answer(cx)?;
        }
        self.send_batches(cx)?;
        if self.phase == Phase::Open {
            if self.promised && self.outbox.sent() == 0 && self.side == Side::Listener {
                self.compare.owe();
            }
            self.promised = false;
            self.compare(cx)?;
        }
        Ok(())
    }

    /// HELLO comes before whatever else there is to say. All changes are durable now.
    fn greet_first<B: Backend>(&mut self, cx: &mut Context<'_, B>) {
        self.hello(cx);
        for (batch, reason) in std::mem::take(&mut self.early_rejections) {
            self.send(cx, &Frame::Reject { batch, reason });
        }
    }

    fn hello<B: Backend>(&mut self, cx: &mut Context<'_, B>) {
        self.plan(cx);
        self.greeted = true;
        let digest = cx.replica.index().digest_of(&self.scope).0;
        let pushes = self.outbox.has_wanted();
        self.compare.hello_sent(pushes, digest);
        self.promised = pushes;
        let version = frame::VERSION;
        let hello = Hello {
            min_version: version,
            max_version: version,
            features: 0,
            pushes,
            epoch: cx.epoch,
            digest,
        };
        self.send(cx, &Frame::Hello(hello));
    }

    /// What the peer has not acknowledged goes out with HELLO. A listener that does not know what the
    /// peer has compares first, unless it has nothing: it may be that only this node has forgotten.
    fn plan<B: Backend>(&mut self, cx: &mut Context<'_, B>) {
        if self.side == Side::Listener && !self.knows_peer {
            return;
        }
        let mut docs: Vec<DocId> = Vec::new();
        for (_, entry) in cx.replica.index().entries(&self.scope, TagRange::FULL) {
            if self.held.prefix(&entry.doc) < entry.summary.changes {
                docs.push(entry.doc.clone());
            }
        }
        docs.sort_by_key(sending_order);
        for doc in docs {
            if self.offers(cx.access, &doc) {
                let from = self.held.prefix(&doc);
                self.outbox.want(&doc, from, None);
            }
        }
    }

    fn send_batches<B: Backend>(&mut self, cx: &mut Context<'_, B>) -> Result<(), Fault> {
        loop {
            match self.outbox.next(cx.now, cx.replica, &mut self.held)? {
                Next::Batch(batch) => self.send(cx, &Frame::Batch(batch)),
                Next::Failed(doc, what, code) => {
                    self.rejected.insert(doc.clone());
                    let peer = self.peer;
                    cx.actions.push(Action::Notice(Notice::DocumentFailed {
                        peer,
                        doc,
                        code,
                        what,
                    }));
                }
                Next::Nothing => return Ok(()),
            }
        }
    }

    /// Offers what a peer with this clock lacks of a document, whatever was believed before.
    fn offer(&mut self, access: &Access, doc: &DocId, clock: Clock) {
        if self.offers(access, doc) {
            self.held.forget(doc);
            self.outbox.drop_doc(doc);
            self.outbox.want(doc, 0, Some(clock));
        }
    }

    /// Time has passed.
    pub(super) fn tick<B: Backend>(&mut self, cx: &mut Context<'_, B>) -> Result<(), Fault> {
        let silent = cx.now.saturating_sub(self.last_heard);
        if silent >= SILENT_AFTER {
            return Err(Fault::Close(CloseReason::Silent));
        }
        if silent >= PING_AFTER && !self.pinged {
            self.pinged = true;
            self.send(cx, &Frame::Ping { token: 0 });
        }
        Ok(())
    }

    /// Batches and documents that the peer has not acknowledged.
    pub(super) fn is_sending(&self) -> bool {
        !self.outbox.is_empty()
    }

    pub(super) fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    fn state<B: Backend>(&self, cx: &Context<'_, B>) -> State {
        State {
            sent: self.outbox.sent(),
            settled: self.settled,
            digest: cx.replica.index().digest_of(&self.scope).0,
        }
    }

    fn send<B: Backend>(&self, cx: &mut Context<'_, B>, frame: &Frame) {
        let bytes = stream::encode(frame);
        match cx.actions.last_mut() {
            Some(Action::Send { conn, bytes: before })
                if *conn == self.conn && before.len() < 16 * 1024 =>
            {
                before.extend(bytes);
            }
            _ => cx.actions.push(Action::Send { conn: self.conn, bytes }),
        }
    }

    fn notice<B: Backend>(&self, cx: &mut Context<'_, B>, notice: Notice) {
        cx.actions.push(Action::Notice(notice));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An operator's machine whose roster was lost with a restored store would refuse everything else.
    #[test]
    fn the_roster_is_sent_before_what_is_judged_by_it() {
        let mut docs: Vec<DocId> =
            ["consolidated/2023-q1", "report/2023-q1/a", "town/calendar", "town/roster"]
                .map(|id| id.parse().unwrap())
                .into();
        docs.sort_by_key(sending_order);
        let order: Vec<String> = docs.iter().map(ToString::to_string).collect();
        let expected = ["town/roster", "town/calendar", "consolidated/2023-q1", "report/2023-q1/a"];
        assert_eq!(order, expected);
    }
}
