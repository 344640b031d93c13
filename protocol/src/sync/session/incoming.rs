//! What each frame means.

use std::collections::BTreeMap;

use super::{Context, Fault, Phase, Question, Session, Staged, sending_order};
use crate::gate::{self, GateError, MISSING_DEPENDENCY, NOT_ALLOWED};
use crate::id::DocId;
use crate::replica::ReplicaError;
use crate::store::Backend;
use crate::sync::event::{Action, CloseReason, Notice, ProtocolError, Side};
use crate::sync::search;
use crate::wire::MAX_CLOCK;
use crate::wire::frame::{Batch, Clock, Frame, More, Refusal};

/// Most bytes of batches staged for one peer: more than any window.
const MAX_STAGED: usize = 1024 * 1024;
/// Most batches staged for one peer.
const MAX_STAGED_BATCHES: usize = 8192;
/// Most questions of a peer's that wait for an answer.
const MAX_WAITING: usize = 64;
/// Most questions on one connection: enough to compare a million documents.
const MAX_QUESTIONS: u32 = 256 * 1024;

impl Session {
    /// Takes a frame in.
    pub(in crate::sync) fn frame<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        bytes: &[u8],
    ) -> Result<(), Fault> {
        let frame = Frame::decode(bytes).map_err(ProtocolError::from)?;
        // Who has not greeted, or is not let in, is not kept by signs of life: any key may connect.
        let counts = match (self.phase, self.side) {
            (Phase::Start, _) => !matches!(frame, Frame::Ping { .. } | Frame::Pong { .. }),
            (Phase::Appealing, Side::Listener) => false,
            _ => true,
        };
        let answers_silence = self.pinged;
        if counts {
            self.heard(cx.now);
        }
        match (self.phase, frame) {
            (_, Frame::Ping { token }) => self.send(cx, &Frame::Pong { token }),
            (_, Frame::Pong { .. }) if answers_silence => self.tell_of_rejections(cx),
            (_, Frame::Pong { .. }) => {}
            (_, Frame::Bye) => return Err(Fault::Close(CloseReason::Ended)),
            (_, Frame::Busy { retry_after }) if self.side == Side::Dialer => {
                self.notice(cx, Notice::Busy { peer: self.peer, retry_after });
                return Err(Fault::Close(CloseReason::Ended));
            }
            (_, Frame::Refused(Refusal::KeyUnknown)) if self.appeal(cx)? => {}
            (_, Frame::Refused(refusal)) => {
                self.notice(cx, Notice::RefusedByPeer { peer: self.peer, refusal });
                return Err(Fault::Close(CloseReason::Ended));
            }
            (Phase::Start, Frame::Enrol { code, name }) if self.side == Side::Listener => {
                self.phase = Phase::Enrolling;
                let (conn, peer) = (self.conn, self.peer);
                cx.actions.push(Action::Enrol { conn, peer, code, name });
            }
            (Phase::Enrolling, Frame::Enrolled) if self.side == Side::Dialer => {
                self.notice(cx, Notice::Enrolled { peer: self.peer });
                self.greet(cx)?;
            }
            (Phase::Appealing, Frame::Enrolled) if self.side == Side::Dialer => {
                self.begin_again(cx)?;
                self.greet(cx)?;
            }
            (Phase::Appealing, frame) if self.side == Side::Listener => {
                self.hear_appeal(cx, frame)?;
            }
            (Phase::Start, Frame::Hello(hello)) if self.side == Side::Listener => {
                self.agree(cx, &hello)?;
                if self.grants_appeal(cx, &hello) {
                    return Ok(());
                }
                self.greet(cx)?;
                self.find_place(cx, &hello)?;
                self.meet(cx, &hello)?;
            }
            (Phase::Greeting, Frame::Hello(hello)) if self.side == Side::Dialer && self.greeted => {
                self.agree(cx, &hello)?;
                self.meet(cx, &hello)?;
            }
            (Phase::Open, frame) => self.open_frame(cx, frame)?,
            (_, frame) => return Err(ProtocolError::Unexpected { frame: frame.name() }.into()),
        }
        Ok(())
    }

    pub(super) fn heard(&mut self, now: u64) {
        self.last_heard = now;
        self.pinged = false;
    }

    fn open_frame<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        frame: Frame,
    ) -> Result<(), Fault> {
        match frame {
            Frame::Ack { batch } => self.acknowledged(cx, batch)?,
            Frame::AskSeals(keys) => self.question(Question::Seals(keys))?,
            Frame::Batch(batch) => self.batch(cx, batch, false)?,
            Frame::Clock(clock) if clock.answer => {
                self.is_asked_for(&clock.doc);
                self.believe_nothing(cx.access, &clock.doc);
                self.question(Question::Clock(clock))?;
            }
            Frame::Clock(clock) => {
                if !self.compare.clock_received(&clock.doc) {
                    return Err(ProtocolError::Unexpected { frame: "CLOCK" }.into());
                }
                let seqs = clock.seqs.into_iter().collect();
                self.hand_back(cx, &clock.doc, &seqs)?;
                self.believe_nothing(cx.access, &clock.doc);
                self.offer(cx.access, &clock.doc, seqs);
            }
            Frame::More(more) => self.more(cx, more)?,
            Frame::RangeAnswers(answers) => {
                self.compare.take(answers, cx.replica.index(), &self.scope)?;
            }
            Frame::Ranges(ranges) => self.question(Question::Ranges(ranges))?,
            Frame::Reject { batch, reason } => self.batch_rejected(cx, batch, reason)?,
            Frame::RejectAuthor { batch, author } => self.author_rejected(cx, batch, author)?,
            Frame::Returned { part, last } => {
                self.take_back(cx, &part, last)?;
            }
            Frame::Seal(seal) => self.sealed(cx, seal)?,
            Frame::State(state) => self.compare.state_received(self.side, state),
            Frame::Want(keys) => {
                let index = cx.replica.index();
                let docs: Vec<DocId> = keys
                    .iter()
                    .filter_map(|key| search::by_key(*key, index, &self.scope))
                    .collect();
                for doc in docs {
                    self.is_asked_for(&doc);
                    self.believe_nothing(cx.access, &doc);
                }
                self.question(Question::Want(keys))?;
            }
            frame => return Err(ProtocolError::Unexpected { frame: frame.name() }.into()),
        }
        Ok(())
    }

    fn acknowledged<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        batch: u64,
    ) -> Result<(), Fault> {
        let Some(flight) = self.outbox.settle(batch, cx.now) else {
            return Err(ProtocolError::Unexpected { frame: "ACK" }.into());
        };
        if self.last_ack.replace(cx.now).is_none() {
            self.notice(cx, Notice::Acknowledged { peer: self.peer });
        }
        for position in flight.positions {
            self.held.insert(&flight.doc, position..position + 1);
        }
        Ok(())
    }

    fn batch_rejected<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        batch: u64,
        reason: u64,
    ) -> Result<(), Fault> {
        let Some(flight) = self.outbox.settle(batch, cx.now) else {
            return Err(ProtocolError::Unexpected { frame: "REJECT" }.into());
        };
        self.in_sync = false;
        let doc = flight.doc;
        self.outbox.start_over(&doc);
        match self.recovering.get(&doc) {
            // Sent before we knew better.
            Some(sent) if reason == MISSING_DEPENDENCY && batch <= *sent => return Ok(()),
            None if reason == MISSING_DEPENDENCY => {
                self.recovering.insert(doc.clone(), self.outbox.sent());
                self.outbox.drop_doc(&doc);
                self.held.forget(&doc);
                self.compare.ask_clock(doc);
                return Ok(());
            }
            _ => {}
        }
        self.outbox.drop_doc(&doc);
        if self.rejected.insert(doc.clone()) {
            self.untold.insert(doc, reason);
            if reason != NOT_ALLOWED {
                self.tell_of_rejections(cx);
            }
        }
        Ok(())
    }

    /// People need not hear of what the peer takes a moment later, when it has the roster: it asks for it
    /// then. How long that takes, the line decides. So they are told when the peer has said nothing for a
    /// while and then answered, which shows that nothing of what it said is still on its way.
    pub(super) fn tell_of_rejections<B: Backend>(&mut self, cx: &mut Context<'_, B>) {
        for (doc, reason) in std::mem::take(&mut self.untold) {
            self.notice(cx, Notice::Rejected { peer: self.peer, doc, reason });
        }
    }

    /// The peer asks for a document that it would not have before: its roster has changed.
    fn is_asked_for(&mut self, doc: &DocId) {
        if self.untold.remove(doc).is_some() {
            self.rejected.remove(doc);
        }
    }

    /// A batch of the same document as the one before.
    fn more<B: Backend>(&mut self, cx: &mut Context<'_, B>, more: More) -> Result<(), Fault> {
        let More { number, encoding, count, check, body } = more;
        let Some(doc) = self.trail.doc().cloned() else {
            return Err(ProtocolError::Unexpected { frame: "MORE" }.into());
        };
        self.batch(cx, Batch { number, doc, encoding, count, check, body }, true)
    }

    fn batch<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        batch: Batch,
        continues: bool,
    ) -> Result<(), Fault> {
        if batch.number != self.received + 1 {
            return Err(ProtocolError::Unexpected { frame: "BATCH" }.into());
        }
        self.received += 1;
        self.compare.batch_received();
        let bytes = batch.body.len();
        let waiting = self.staged.len() + self.before_hello.len();
        if self.staged_bytes + bytes > MAX_STAGED || waiting >= MAX_STAGED_BATCHES {
            return Err(ProtocolError::TooMany { what: "unacknowledged batches" }.into());
        }
        if self.quarantined.contains(&batch.doc) {
            self.trail.lose(&batch.doc);
            self.reject(cx, batch.number, batch.doc, GateError::Quarantined);
            return Ok(());
        }
        let (trail, peer) = (&mut self.trail, &self.peer);
        let (access, is_genesis) = (cx.access, cx.is_genesis);
        let admitted = gate::admit(&batch, trail, continues, peer, access, is_genesis, cx.replica)?;
        let appended = match admitted {
            Ok(appended) => appended,
            Err(error) => {
                self.reject(cx, batch.number, batch.doc, error);
                return Ok(());
            }
        };
        let until = self.wait_until(cx, &batch.doc, &appended.positions)?;
        self.staged_bytes += bytes;
        self.staged.push_back(Staged {
            batch: batch.number,
            doc: batch.doc,
            positions: appended.positions,
            known: appended.known,
            until,
            bytes,
        });
        Ok(())
    }

    /// Up to where a document must be durable before a batch may be acknowledged. A batch that brings
    /// nothing new waits for a commit as well: acknowledging takes the store's word, and what it repeats
    /// may be staged by somebody else.
    fn wait_until<B: Backend>(
        &self,
        cx: &mut Context<'_, B>,
        doc: &DocId,
        positions: &std::ops::Range<u32>,
    ) -> Result<Option<u32>, ReplicaError> {
        if !positions.is_empty() {
            cx.staged.insert(doc.clone(), positions.end);
            return Ok(Some(positions.end));
        }
        self.held.touch(cx.replica)?;
        Ok(cx.staged.get(doc).copied())
    }

    fn reject<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        batch: u64,
        doc: DocId,
        error: GateError,
    ) {
        self.in_sync = false;
        if let Some(author) = self.unwanted_author(&doc, &error) {
            return self.reject_author(cx, batch, doc, author, error);
        }
        self.settle(cx, Frame::Reject { batch, reason: error.number() });
        if !error.is_retryable() && self.quarantined.insert(doc.clone()) {
            self.notice(cx, Notice::Quarantined { peer: self.peer, doc, error });
        }
    }

    fn question(&mut self, question: Question) -> Result<(), Fault> {
        self.questions_asked += 1;
        if self.questions.len() >= MAX_WAITING || self.questions_asked > MAX_QUESTIONS {
            return Err(ProtocolError::TooMany { what: "questions" }.into());
        }
        self.questions.push_back(question);
        Ok(())
    }

    /// Answers the peer's questions. Documents that are not shared are answered as if they were not
    /// there.
    pub(super) fn answer<B: Backend>(&mut self, cx: &mut Context<'_, B>) -> Result<(), Fault> {
        while let Some(question) = self.questions.pop_front() {
            match question {
                Question::Clock(Clock { doc, seqs, .. }) => {
                    let seqs = seqs.into_iter().collect();
                    let clock = self.clock(cx, &doc, false)?;
                    self.send(cx, &Frame::Clock(clock));
                    self.offer(cx.access, &doc, seqs);
                }
                Question::Ranges(ranges) => {
                    let index = cx.replica.index();
                    let answers = ranges
                        .into_iter()
                        .map(|range| search::answer(range, index, &self.scope))
                        .collect();
                    self.send(cx, &Frame::RangeAnswers(answers));
                }
                Question::Seals(keys) => self.answer_with_seals(cx, keys),
                Question::Want(keys) => {
                    let index = cx.replica.index();
                    let mut docs: Vec<DocId> = keys
                        .into_iter()
                        .filter_map(|key| search::by_key(key, index, &self.scope))
                        .collect();
                    docs.sort_by_key(sending_order);
                    for doc in docs {
                        self.offer(cx.access, &doc, BTreeMap::new());
                    }
                }
            }
        }
        Ok(())
    }

    /// What this node has of a document. With more actors than a frame holds it says that it has
    /// nothing: the peer then sends everything, which is long but right.
    pub(super) fn clock<B: Backend>(
        &self,
        cx: &mut Context<'_, B>,
        doc: &DocId,
        answer: bool,
    ) -> Result<Clock, ReplicaError> {
        let mut seqs = Vec::new();
        if self.scope.contains_doc(doc) {
            let clock = cx.replica.clock(doc)?;
            if clock.len() <= MAX_CLOCK {
                seqs.extend(clock);
            }
        }
        Ok(Clock { doc: doc.clone(), answer, seqs })
    }
}
