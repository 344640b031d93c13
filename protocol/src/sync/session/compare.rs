//! Are both the same? And if not, where?
//!
//! A side that has nothing under way can say where it stands: how many batches it sent, how many of the
//! other's it settled, and the digest of what both share. When both numbers match what the other side
//! counts, the digests speak of the same moment. Equal digests: in sync, and from then on as long as every
//! batch is acknowledged. Otherwise the dialer searches for what differs, asks for clocks, and both send
//! what the other lacks.

use std::collections::{BTreeSet, VecDeque};

use super::{Context, Fault, Session};
use crate::id::DocId;
use crate::replica::{Index, Scope, TagRange};
use crate::store::Backend;
use crate::sync::event::{Notice, ProtocolError, Side};
use crate::sync::search::Search;
use crate::wire::MAX_WANTED;
use crate::wire::frame::{Frame, State};
use crate::wire::ranges::{DocKey, Range, RangeAnswer};

/// Most clocks that are awaited at a time.
const MAX_CLOCKS: usize = 32;
/// Most searches on one connection. Two nodes that cannot be brought together would search for ever.
const MAX_SEARCHES: u32 = 8;

/// What is known of the other side, and what is being found out.
#[derive(Debug, Default)]
pub(super) struct Compare {
    theirs: Option<State>,
    /// What the other side last heard about us.
    ours: Option<State>,
    /// The other side said that it pushes, and nothing has come yet.
    expecting: bool,
    /// Dialer: an answer to our STATE is awaited. Listener: an answer is owed.
    pending: bool,
    search: Option<Search>,
    /// What searches that were given up have asked: these answers are on their way, before those of the
    /// search that followed.
    overtaken: BTreeSet<Range>,
    searches: u32,
    /// The digests, ours and theirs, that the last search was about.
    searched: Option<([u8; 32], [u8; 32])>,
    ask_state: bool,
    /// Said so already.
    diverged: bool,
    clocks: VecDeque<DocId>,
    clocks_asked: BTreeSet<DocId>,
    wanted: BTreeSet<DocKey>,
}

impl Compare {
    /// What both share is another thing now.
    pub(super) fn reset(&mut self) {
        let mut overtaken = std::mem::take(&mut self.overtaken);
        overtaken.extend(self.search.take().into_iter().flat_map(Search::into_asked));
        *self = Self {
            overtaken,
            searches: self.searches,
            pending: self.pending,
            ask_state: true,
            // These answers are on their way.
            clocks_asked: std::mem::take(&mut self.clocks_asked),
            ..Self::default()
        };
    }

    pub(super) fn hello_sent(&mut self, pushes: bool, digest: [u8; 32]) {
        self.ours = (!pushes).then_some(State { sent: 0, settled: 0, digest });
    }

    pub(super) fn hello_received(&mut self, pushes: bool, digest: [u8; 32]) {
        self.theirs = (!pushes).then_some(State { sent: 0, settled: 0, digest });
        self.expecting = pushes;
    }

    /// What the other side pushes has begun to arrive.
    pub(super) fn batch_received(&mut self) {
        self.expecting = false;
    }

    pub(super) fn state_received(&mut self, side: Side, state: State) {
        self.theirs = Some(state);
        self.expecting = false;
        self.pending = side == Side::Listener;
    }

    /// This side said that it pushes, and then there was nothing to push: say so.
    pub(super) fn owe(&mut self) {
        self.pending = true;
    }

    /// Asks what the peer has of a document, and sends what it lacks.
    pub(super) fn ask_clock(&mut self, doc: DocId) {
        self.clocks.push_back(doc);
    }

    /// Whether the peer is still to say what it has of a document.
    pub(super) fn awaits_clock(&self, doc: &DocId) -> bool {
        self.clocks_asked.contains(doc) || self.clocks.contains(doc)
    }

    /// Returns whether this clock was asked for.
    pub(super) fn clock_received(&mut self, doc: &DocId) -> bool {
        self.clocks_asked.remove(doc)
    }

    pub(super) fn take(
        &mut self,
        mut answers: Vec<RangeAnswer>,
        index: &Index,
        scope: &Scope,
    ) -> Result<(), ProtocolError> {
        let given = answers.len();
        answers.retain(|answer| !self.overtaken.remove(&answer.range));
        if answers.is_empty() && given > 0 {
            return Ok(());
        }
        let unexpected = ProtocolError::Unexpected { frame: "RANGE-ANSWERS" };
        let search = self.search.as_mut().ok_or(unexpected)?;
        if let Some(found) = search.take(answers, index, scope)? {
            self.search = None;
            self.clocks.extend(found.here);
            self.wanted.extend(found.there);
            self.ask_state = true;
        }
        Ok(())
    }

    fn is_idle(&self) -> bool {
        self.search.is_none()
            && self.clocks.is_empty()
            && self.clocks_asked.is_empty()
            && self.wanted.is_empty()
    }
}

impl Session {
    /// Goes on with the comparison as far as it can now. Nothing is staged.
    pub(super) fn compare<B: Backend>(&mut self, cx: &mut Context<'_, B>) -> Result<(), Fault> {
        self.ask(cx)?;
        let said_all = !self.outbox.has_wanted()
            && self.staged.is_empty()
            && self.questions.is_empty()
            && !self.seals.is_storing()
            && self.compare.is_idle();
        if !said_all {
            return Ok(());
        }
        let settled = self.outbox.is_empty();
        let ours = self.state(cx);
        if self.side == Side::Listener && settled && std::mem::take(&mut self.compare.pending) {
            self.say(cx, ours);
        }
        // Both must speak of this moment, or one of them would not learn that they agree.
        let compare = &self.compare;
        let theirs = compare.theirs.filter(|theirs| {
            settled
                && theirs.sent == self.received
                && theirs.settled == ours.sent
                && (self.side == Side::Listener || compare.ours == Some(ours))
        });
        match theirs {
            Some(theirs) if theirs.digest == ours.digest => self.agreed(cx, ours)?,
            _ if self.side == Side::Listener || self.in_sync || compare.pending => {}
            _ if compare.expecting => {}
            Some(theirs) if !compare.ask_state => self.disagreed(cx, ours.digest, theirs.digest)?,
            _ => {
                // Batches may still be under way: the answer comes when they are settled, and behind what
                // became of them.
                self.compare.ask_state = false;
                self.ask_state(cx, ours);
            }
        }
        Ok(())
    }

    /// Dialer: what it pushes is on its way right behind its HELLO, and the question whether that was all
    /// goes with it. Where the listener has nothing to push, its answer settles everything.
    pub(super) fn compare_early<B: Backend>(&mut self, cx: &mut Context<'_, B>) {
        let pushed = self.promised && !self.outbox.has_wanted();
        if self.side == Side::Dialer && pushed && !self.compare.pending {
            let ours = self.state(cx);
            self.ask_state(cx, ours);
        }
    }

    fn ask_state<B: Backend>(&mut self, cx: &mut Context<'_, B>, ours: State) {
        self.compare.pending = true;
        self.compare.theirs = None;
        self.say(cx, ours);
    }

    fn say<B: Backend>(&mut self, cx: &mut Context<'_, B>, state: State) {
        self.compare.ours = Some(state);
        self.send(cx, &Frame::State(state));
    }

    fn agreed<B: Backend>(&mut self, cx: &mut Context<'_, B>, ours: State) -> Result<(), Fault> {
        if self.in_sync {
            return Ok(());
        }
        if self.ask_missing_seals(cx)? {
            // The answer to this comes behind the seals.
            self.ask_state(cx, ours);
            return Ok(());
        }
        self.in_sync = true;
        self.last_ack = Some(cx.now);
        self.held.nothing_is_refused();
        if self.held.is_all_of(cx.replica, &self.scope) {
            self.notice(cx, Notice::InSync { peer: self.peer });
            return Ok(());
        }
        let mut whole = Vec::new();
        for (_, entry) in cx.replica.index().entries(&self.scope, TagRange::FULL) {
            if self.held.prefix(entry) < entry.summary.changes
                && cx.access.may_offer(&self.peer, &entry.doc)
            {
                whole.push((entry.doc.clone(), entry.summary.changes));
            }
        }
        for (doc, changes) in whole {
            self.held.insert(&doc, 0..changes);
        }
        self.notice(cx, Notice::InSync { peer: self.peer });
        Ok(())
    }

    fn disagreed<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        ours: [u8; 32],
        theirs: [u8; 32],
    ) -> Result<(), Fault> {
        if self.seals.has_returned() {
            // What a hub refused while it had lost what it is judged by may be right now.
            self.rejected.clear();
        }
        let compare = &mut self.compare;
        if compare.searched == Some((ours, theirs)) || compare.searches >= MAX_SEARCHES {
            // Only a change on either side can bring this further.
            if !std::mem::replace(&mut compare.diverged, true) {
                self.notice(cx, Notice::Diverged { peer: self.peer });
            }
            return Ok(());
        }
        self.compare.searched = Some((ours, theirs));
        self.compare.searches += 1;
        self.compare.search = Some(Search::new());
        self.ask(cx)
    }

    /// Sends the questions that are due.
    fn ask<B: Backend>(&mut self, cx: &mut Context<'_, B>) -> Result<(), Fault> {
        if let Some(ranges) = self.compare.search.as_mut().and_then(Search::ask) {
            self.send(cx, &Frame::Ranges(ranges));
        }
        while self.compare.clocks_asked.len() < MAX_CLOCKS {
            let Some(doc) = self.compare.clocks.pop_front() else { break };
            // A search may find what a refusal has led to already: one answer to each question is awaited.
            let is_asked = self.compare.clocks_asked.contains(&doc);
            if is_asked || self.quarantined.contains(&doc) || self.rejected.contains(&doc) {
                continue;
            }
            let clock = self.clock(cx, &doc, true)?;
            self.compare.clocks_asked.insert(doc);
            self.send(cx, &Frame::Clock(clock));
        }
        while !self.compare.wanted.is_empty() {
            let keys: Vec<DocKey> = self.compare.wanted.iter().copied().take(MAX_WANTED).collect();
            keys.iter().for_each(|key| {
                self.compare.wanted.remove(key);
            });
            self.send(cx, &Frame::Want(keys));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::ranges::RangeContent;

    #[test]
    fn an_answer_to_a_search_that_was_given_up_is_passed_over_once() {
        let (index, scope) = (Index::default(), Scope::All);
        let nothing =
            || vec![RangeAnswer { range: Range::ALL, content: RangeContent::Documents(vec![]) }];
        let mut compare = Compare { search: Some(Search::new()), ..Compare::default() };
        assert!(compare.search.as_mut().unwrap().ask().is_some());
        compare.reset();
        compare.search = Some(Search::new());
        assert!(compare.search.as_mut().unwrap().ask().is_some());

        compare.take(nothing(), &index, &scope).unwrap();
        assert!(compare.search.is_some(), "that was the first one's answer");
        compare.take(nothing(), &index, &scope).unwrap();
        assert!(compare.search.is_none() && compare.ask_state);
        assert!(compare.take(nothing(), &index, &scope).is_err());
    }
}
