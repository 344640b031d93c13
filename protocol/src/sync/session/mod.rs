//! One connection.
//!
//! Frames in change what the session knows ([`incoming`]); what there is to say follows from that and
//! leaves in one place ([`Session::pump`]), and only while nothing is staged in the replica: what is not
//! durable here is neither sent nor counted into a digest.

mod appeal;
mod compare;
mod greeting;
mod incoming;
mod refusals;
mod seals;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::admission::{Admission, Allowance};
use super::event::{Action, CloseReason, ConnId, Enrolment, Notice, ProtocolError, Side};
use super::held::Held;
use super::outbox::{Next, Outbox};
use crate::gate::{Access, IsGenesis};
use crate::id::{DocGroup, DocId};
use crate::identity::{NodeKey, OfficeKey};
use crate::replica::{Clock, Committed, Replica, ReplicaError, Scope, TagRange};
use crate::store::{Backend, Durable};
use crate::wire::frame::{self, Frame, State};
use crate::wire::ranges::DocKey;
use crate::wire::stream;
use crate::wire::trail::Trail;

pub(super) use seals::Claim;
use seals::Seals;

/// A growth of up to so many changes is an edit, not a catch-up.
const EDIT: usize = 64;
/// A peer that says nothing for so many milliseconds is asked whether it is there. A carrier's NAT forgets
/// who speaks with whom after 50 s and more, and a day of asking costs no more than coming back every
/// quarter of an hour (`docs/protocol.md`).
const PING_AFTER: u64 = 40_000;
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
    /// Signs seals, at a node that has been given its key for that.
    pub(super) signer: Option<&'a OfficeKey>,
    /// Who hands something back to this hub.
    pub(super) returning: &'a mut Option<Claim>,
    /// Up to where documents were appended to without having been committed.
    pub(super) staged: &'a mut BTreeMap<DocId, u32>,
    pub(super) actions: &'a mut Vec<Action>,
    pub(super) admission: &'a mut Admission,
    /// More is under way to all peers together than should be.
    pub(super) crowded: bool,
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
    /// Listener: the peer is refused, and may hand back a roster in which it stands. Dialer: it has.
    Appealing,
    /// Listener: that roster is being stored, and then the peer is judged by it.
    Judging,
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
    /// Where what it repeats lies here.
    known: Vec<u32>,
    /// Durable once the document's changes up to here are; `None`: they were before.
    until: Option<u32>,
    bytes: usize,
}

impl Staged {
    /// The peer holds what it sent: also what was here already, for the word that said so may be lost.
    fn is_held(&self, held: &mut Held) {
        held.insert(&self.doc, self.positions.clone());
        for position in &self.known {
            held.insert(&self.doc, *position..position + 1);
        }
    }
}

/// A question of the peer's, to be answered when nothing is staged.
#[derive(Debug)]
enum Question {
    Clock(frame::Clock),
    Ranges(Vec<crate::wire::ranges::Range>),
    Seals(Vec<DocKey>),
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
    /// Listener: the peer was let in on this connection.
    enrolled: bool,
    /// Dialer: the roster was handed back to a hub that did not know this node, on this connection.
    appealed: bool,
    pub(super) scope: Scope,
    pub(super) held: Held,
    outbox: Outbox,
    /// What the peer's last batch ended with.
    trail: Trail,
    /// Batches received, and those of them that were acknowledged or rejected.
    received: u64,
    settled: u64,
    staged: VecDeque<Staged>,
    staged_bytes: usize,
    /// Documents of the peer's that failed the gate.
    quarantined: BTreeSet<DocId>,
    /// Documents of ours that the peer rejected.
    rejected: BTreeSet<DocId>,
    /// Those of them of which nobody was told yet, and why they were rejected.
    untold: BTreeMap<DocId, u64>,
    /// Documents about which we were wrong what the peer has, with the batches sent until then.
    recovering: BTreeMap<DocId, u64>,
    /// The peer understands which author a document may hold nothing of.
    hears_authors: bool,
    /// Whose changes of the peer's documents were refused on this connection.
    strangers: BTreeSet<(DocId, NodeKey)>,
    refused_for_author: u32,
    /// What became of batches that came before this side's HELLO was out: said right behind it.
    before_hello: Vec<Frame>,
    questions: VecDeque<Question>,
    questions_asked: u32,
    compare: compare::Compare,
    seals: Seals,
    pub(super) in_sync: bool,
    pub(super) last_ack: Option<u64>,
    pub(super) last_heard: u64,
    pinged: bool,
    /// Questions whether the peer is there that somebody wants answered, and the last one that was.
    pub(super) asked: u64,
    pub(super) answered: u64,
    /// What the peer may still send before it has to wait for its turn.
    pub(super) allowance: Allowance,
}

impl Session {
    pub(super) fn new(
        now: u64,
        conn: ConnId,
        peer: NodeKey,
        side: Side,
        enrol: Option<Enrolment>,
        held: Held,
        allowance: Allowance,
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
            enrolled: false,
            appealed: false,
            scope: Scope::of([]),
            held,
            outbox: Outbox::new(),
            trail: Trail::default(),
            received: 0,
            settled: 0,
            staged: VecDeque::new(),
            staged_bytes: 0,
            quarantined: BTreeSet::new(),
            rejected: BTreeSet::new(),
            untold: BTreeMap::new(),
            recovering: BTreeMap::new(),
            hears_authors: false,
            strangers: BTreeSet::new(),
            refused_for_author: 0,
            before_hello: Vec::new(),
            questions: VecDeque::new(),
            questions_asked: 0,
            compare: compare::Compare::default(),
            seals: Seals::default(),
            in_sync: false,
            last_ack: None,
            last_heard: now,
            pinged: false,
            asked: 0,
            answered: 0,
            allowance,
        }
    }

    /// Acknowledges what a commit made durable, and takes up what it brought that the peer lacks.
    pub(super) fn committed<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        committed: &Committed,
    ) -> Result<(), Fault> {
        for growth in &committed.appended {
            if self.scope.contains_doc(&growth.doc) {
                self.held.grew(&growth.doc, growth.positions.start);
                self.set_aside_refused(cx, &growth.doc)?;
            }
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
        self.staged_bytes -= staged.bytes;
        staged.is_held(&mut self.held);
        if cx.access.keeps_seal(&self.peer, &staged.doc) {
            self.seals.outdated(&staged.doc);
        }
        self.settle(cx, Frame::Ack { batch: staged.batch });
    }

    /// The connection is over before the peer could be told that its batches are durable. It holds them all the
    /// same, so that nobody sends them back to it: this is written down in the commit that makes them durable.
    pub(super) fn take_note_of_staged<B: Backend>(&mut self, replica: &Replica<B>) {
        for staged in self.staged.drain(..) {
            // Others may have staged something before it, which the peer does not hold.
            let start = replica.staged_from(&staged.doc).unwrap_or(staged.positions.start);
            self.held.grew(&staged.doc, start.min(staged.positions.start));
            staged.is_held(&mut self.held);
        }
    }

    /// Says what became of a batch. A listener's HELLO waits while something is staged, and batches may
    /// come meanwhile, for the dialer's come right behind its own; nothing may stand before HELLO.
    fn settle<B: Backend>(&mut self, cx: &mut Context<'_, B>, frame: Frame) {
        self.settled += 1;
        if self.greeted {
            self.send(cx, &frame);
        } else {
            self.before_hello.push(frame);
        }
    }

    /// Whether the peer wants changes of this document from us.
    fn offers(&self, access: &Access, doc: &DocId) -> bool {
        self.scope.contains_doc(doc)
            && !self.rejected.contains(doc)
            && access.may_offer(&self.peer, doc)
    }

    /// Says whatever there is to say now.
    pub(super) fn pump<B: Backend>(&mut self, cx: &mut Context<'_, B>) -> Result<(), Fault> {
        self.store_taken_back(cx)?;
        if cx.replica.has_staged_changes() {
            return Ok(());
        }
        if self.phase == Phase::Judging {
            return self.judge(cx);
        }
        if self.seals.has_stored() {
            // A report is refused as long as the template from which it began is not here.
            self.quarantined.clear();
        }
        if !self.is_admitted() {
            return Ok(());
        }
        if !self.greeted {
            self.hello(cx)?;
        }
        if std::mem::take(&mut self.replan) {
            self.plan(cx)?;
        }
        if self.phase == Phase::Open {
            self.answer(cx)?;
        }
        self.send_batches(cx)?;
        if self.phase == Phase::Greeting {
            self.compare_early(cx);
        }
        if self.phase == Phase::Open {
            if self.promised && self.outbox.sent() == 0 && self.side == Side::Listener {
                self.compare.owe();
            }
            self.promised = false;
            self.compare(cx)?;
            self.ask_new_seals(cx);
        }
        Ok(())
    }

    /// What the peer has not acknowledged goes out with HELLO. A listener that does not know what the
    /// peer has compares first, unless it has nothing: it may be that only this node has forgotten.
    fn plan<B: Backend>(&mut self, cx: &mut Context<'_, B>) -> Result<(), Fault> {
        self.held.recall(cx.replica, &self.scope)?;
        let compares_first = self.side == Side::Listener && !self.knows_peer;
        for (doc, _) in self.held.refused() {
            self.set_aside_refused(cx, &doc)?;
        }
        if compares_first || self.held.is_all_of(cx.replica, &self.scope) {
            return Ok(());
        }
        let mut docs: Vec<(DocId, u32)> = Vec::new();
        for (_, entry) in cx.replica.index().entries(&self.scope, TagRange::FULL) {
            let from = self.held.prefix(entry);
            if from < entry.summary.changes {
                docs.push((entry.doc.clone(), from));
            }
        }
        docs.sort_by_key(|(doc, _)| sending_order(doc));
        for (doc, from) in docs {
            if self.offers(cx.access, &doc) {
                self.outbox.want(&doc, from, None);
            }
        }
        Ok(())
    }

    fn send_batches<B: Backend>(&mut self, cx: &mut Context<'_, B>) -> Result<(), Fault> {
        // A document may have grown by what depends on a refused change before this session hears of it.
        for (doc, _) in self.held.refused() {
            if self.outbox.wants(&doc) {
                self.set_aside_refused(cx, &doc)?;
            }
        }
        loop {
            match self.outbox.next(cx.now, cx.replica, &mut self.held, cx.crowded)? {
                Next::Batch(frame) => self.send(cx, &frame),
                Next::Failed(doc, what, code) => {
                    // The peer lacks something, whatever both agreed upon before.
                    self.in_sync = false;
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

    /// The peer has said what it has of a document: whatever was believed before counts no more. What it
    /// acknowledges from now on does, though it did not have that yet when it said so, and though it may
    /// take a commit until it is answered.
    fn believe_nothing(&mut self, access: &Access, doc: &DocId) {
        if self.offers(access, doc) {
            self.held.offer_again(doc);
            self.held.forget(doc);
        }
    }

    /// Offers what a peer with this clock lacks of a document, but for what it has acknowledged since.
    fn offer(&mut self, access: &Access, doc: &DocId, clock: Clock) {
        if self.offers(access, doc) {
            self.outbox.drop_doc(doc);
            self.outbox.want(doc, 0, Some(clock));
        }
    }

    /// Whether a tick has something to do: the peer has been silent.
    pub(super) fn wants_tick(&self, now: u64) -> bool {
        let silent = now.saturating_sub(self.last_heard);
        silent >= SILENT_AFTER || silent >= PING_AFTER && !self.pinged
    }

    /// Whether something waits for a commit: a batch to be acknowledged, or this peer to be judged.
    pub(super) fn awaits_commit(&self) -> bool {
        !self.staged.is_empty() || self.phase == Phase::Judging
    }

    /// Writes down what is known of the peer, and keeps no more of it in memory than is needed. While both
    /// hold the same and nothing moves (`all_told`: this session has heard of all that is here), that is one
    /// digest.
    pub(super) fn remember<B: Backend>(
        &mut self,
        replica: &mut Replica<B>,
        all_told: bool,
    ) -> Result<(), ReplicaError> {
        let settled = self.phase == Phase::Open
            && self.in_sync
            && self.outbox.is_empty()
            && self.staged.is_empty()
            && all_told;
        if settled {
            self.held.is_whole(replica, &self.scope);
        }
        self.held.save(replica)?;
        if settled {
            self.held.shrink(replica, &self.scope);
        }
        Ok(())
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

    /// Asks the peer whether it is there. Frames keep their order, so its answer also says that it has read
    /// everything before. With `compare` it is in sync only when it has said so after this.
    pub(super) fn ask_if_there<B: Backend>(&mut self, cx: &mut Context<'_, B>, compare: bool) {
        self.asked += 1;
        self.send(cx, &Frame::Ping { token: self.asked });
        if compare && self.side == Side::Dialer {
            self.in_sync = false;
            self.compare.doubt();
        }
    }

    /// The peer answered a question. What was never asked, or says only that the line is alive, is no answer.
    fn answered(&mut self, token: u64) {
        if token <= self.asked {
            self.answered = self.answered.max(token);
        }
    }

    /// Whether the peer is one of many, who take turns; the hub and the hub's own nodes are not.
    pub(super) fn is_limited(&self) -> bool {
        self.side == Side::Listener && self.scope != Scope::All
    }

    /// Bytes of batches that the peer has not acknowledged.
    pub(super) fn bytes_in_flight(&self) -> usize {
        self.outbox.bytes_in_flight()
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
