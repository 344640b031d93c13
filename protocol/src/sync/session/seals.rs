//! Seals: how a hub gets back from its offices what it wrote and has lost.
//!
//! When both are in sync, the office asks the hub to seal what the hub has written for it, and keeps the
//! seals. When it later finds that the hub lacks changes that a seal covers, it hands them back, all
//! of them at once: only the whole shows that the seal covers it. Nothing of this is acknowledged; the
//! next comparison tells whether it was taken.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use automerge::Change;

use super::{ConnId, Context, Fault, Session};
use crate::gate::{self, GateError};
use crate::id::DocId;
use crate::replica::{Clock, Replica, ReplicaError, TagRange};
use crate::seal::{self, Seal};
use crate::store::{Backend, StoredChange};
use crate::sync::event::{Notice, ProtocolError};
use crate::sync::outbox::{MOST_BATCH, MOST_UNPACKED, pack_first};
use crate::sync::search;
use crate::wire::codec::WireError;
use crate::wire::frame::{Batch, Frame};
use crate::wire::pack::chunk::Parts;
use crate::wire::ranges::DocKey;
use crate::wire::{self, MAX_WANTED};

/// Most bytes of changes that are handed back under one seal: the roster of a few ten thousand nodes.
/// The hub holds them in memory, from one peer at a time.
const MAX_RETURNED: usize = 8 * 1024 * 1024;
/// Who began to hand something back keeps others from it for so many milliseconds at most.
const CLAIM_ENDS: u64 = 60_000;
/// How many times a document is handed back on one connection: the first time it may not have been this
/// office's turn.
const MAX_TIMES: u8 = 2;
/// How many bytes of what was taken back are stored in one commit, about.
const PORTION: usize = 128 * 1024;

/// Who hands something back to this hub, and what of it has come: there is one at a time.
#[derive(Debug)]
pub(in crate::sync) struct Claim {
    conn: ConnId,
    since: u64,
    /// By a peer that is not let in. Others need not wait for it.
    by_unknown: bool,
    seal: Seal,
    parts: u64,
    changes: Vec<Change>,
    bytes: usize,
}

/// What became of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It belongs to a seal that was not accepted, or another's turn has come meanwhile.
    OutOfTurn,
    /// More is to come.
    Part,
    /// That was all, and it is stored next.
    Whole,
    /// That was all, and it is not what the seal covers.
    Refused,
}

/// What one connection knows of seals.
#[derive(Debug, Default)]
pub(super) struct Seals {
    /// Office: documents that the hub may have written to since it sealed them.
    unsealed: BTreeSet<DocId>,
    /// Office: the missing ones were asked for on this connection.
    asked: bool,
    /// Office: how many times each was handed back on this connection.
    returned: BTreeMap<DocId, u8>,
    /// Hub: covered by a seal, and to be stored.
    accepted: VecDeque<(DocId, Change)>,
    accepted_bytes: usize,
    /// Hub: something was stored by which what was refused before may be right.
    stored: bool,
}

impl Seals {
    /// The hub wrote to this document.
    pub(super) fn outdated(&mut self, doc: &DocId) {
        self.unsealed.insert(doc.clone());
    }

    /// Whether something was taken back that is not stored yet.
    pub(super) fn is_storing(&self) -> bool {
        !self.accepted.is_empty()
    }

    /// Whether something that was taken back has been stored since this was asked last.
    pub(super) fn has_stored(&mut self) -> bool {
        std::mem::take(&mut self.stored)
    }

    /// Whether something was handed back on this connection.
    pub(super) fn has_returned(&self) -> bool {
        !self.returned.is_empty()
    }
}

impl Session {
    /// Both hold the same: asks, once, for the seals of what is not sealed as it is now. Returns whether
    /// any were missing.
    pub(super) fn ask_missing_seals<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
    ) -> Result<bool, ReplicaError> {
        if self.seals.asked || !cx.access.keeps_seal(&self.peer, &DocId::Roster) {
            return Ok(false);
        }
        self.seals.asked = true;
        for (_, entry) in cx.replica.index().entries(&self.scope, TagRange::FULL) {
            if cx.access.keeps_seal(&self.peer, &entry.doc)
                && seal::kept(cx.replica, &entry.doc)?
                    .is_none_or(|seal| seal.heads != entry.summary.heads)
            {
                self.seals.outdated(&entry.doc);
            }
        }
        let missing = !self.seals.unsealed.is_empty();
        self.ask_seals(cx);
        Ok(missing)
    }

    /// Asks for the seals of what the hub wrote lately.
    pub(super) fn ask_new_seals<B: Backend>(&mut self, cx: &mut Context<'_, B>) {
        if self.in_sync {
            self.ask_seals(cx);
        }
    }

    fn ask_seals<B: Backend>(&mut self, cx: &mut Context<'_, B>) {
        while !self.seals.unsealed.is_empty() {
            let mut keys = BTreeSet::new();
            while keys.len() < MAX_WANTED
                && let Some(doc) = self.seals.unsealed.pop_first()
            {
                keys.insert(search::key_of(&doc));
            }
            self.send(cx, &Frame::AskSeals(keys.into_iter().collect()));
        }
    }

    /// Seals what the hub's unit writes and the peer shares.
    pub(super) fn answer_with_seals<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        keys: Vec<DocKey>,
    ) {
        for asked in keys {
            let index = cx.replica.index();
            let Some(doc) = search::by_key(asked, index, &self.scope) else { continue };
            let heads = index.get(&doc).map(|summary| summary.heads.as_slice()).unwrap_or_default();
            if cx.access.seals(&doc)
                && let Some(seal) = cx.signer.and_then(|signer| Seal::new(signer, &doc, heads))
            {
                self.send(cx, &Frame::Seal(seal));
            }
        }
    }

    /// A SEAL: to be kept, or the first word of what is handed back.
    pub(super) fn sealed<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        seal: Seal,
    ) -> Result<(), Fault> {
        if cx.access.keeps_seal(&self.peer, &seal.doc) {
            return Ok(self.keep(cx, &seal)?);
        }
        cx.returning.take_if(|claim| claim.is_of(self.conn));
        if !cx.access.decides() {
            // A machine that has just learnt that it is of the hub's unit: it has all from the hub.
            return Ok(());
        }
        let Some(signer) = cx.signer else { return Ok(()) };
        let (peer, doc) = (self.peer, seal.doc.clone());
        match gate::inspect_seal(&seal, &peer, &signer.node_key(), cx.access) {
            Err(error) => self.notice(cx, Notice::Quarantined { peer, doc, error: error.into() }),
            Ok(()) => {
                self.claim(cx, seal, false);
            }
        }
        Ok(())
    }

    /// Begins to take back what a seal covers, unless it is another's turn. Returns whether it does.
    pub(super) fn claim<B: Backend>(
        &self,
        cx: &mut Context<'_, B>,
        seal: Seal,
        by_unknown: bool,
    ) -> bool {
        let (conn, since) = (self.conn, cx.now);
        let must_wait = cx.returning.as_ref().is_some_and(|other| {
            let yields = other.by_unknown && !by_unknown;
            !other.is_of(conn) && !yields && since.saturating_sub(other.since) < CLAIM_ENDS
        });
        let free = !must_wait && self.seals.accepted_bytes < MAX_RETURNED;
        if free {
            let (parts, changes, bytes) = (0, Vec::new(), 0);
            *cx.returning = Some(Claim { conn, since, by_unknown, seal, parts, changes, bytes });
        }
        free
    }

    /// Keeps a seal that is of use: a seal over changes that are not here would displace one that
    /// serves.
    fn keep<B: Backend>(&self, cx: &mut Context<'_, B>, seal: &Seal) -> Result<(), ReplicaError> {
        if seal.key != self.peer || !self.scope.contains_doc(&seal.doc) || seal.verify().is_err() {
            return Ok(());
        }
        for head in &seal.heads {
            if cx.replica.position(&seal.doc, head)?.is_none() {
                return Ok(());
            }
        }
        seal.keep(cx.replica)
    }

    /// Hands back what a seal covers and the hub lacks.
    pub(super) fn hand_back<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        doc: &DocId,
        theirs: &Clock,
    ) -> Result<(), ReplicaError> {
        let times = self.seals.returned.get(doc).copied().unwrap_or(0);
        if !cx.access.may_return(&self.peer, doc) || times >= MAX_TIMES {
            return Ok(());
        }
        if self.hand_over(cx, doc, theirs)? {
            self.seals.returned.insert(doc.clone(), times + 1);
        }
        Ok(())
    }

    /// Whether there is a seal of the peer's over the roster.
    pub(super) fn keeps_sealed_roster<B: Backend>(
        &self,
        cx: &Context<'_, B>,
    ) -> Result<bool, ReplicaError> {
        Ok(seal::kept(cx.replica, &DocId::Roster)?.is_some_and(|seal| seal.key == self.peer))
    }

    /// Sends the kept seal of a document and what it covers that is not in the clock. Returns whether there
    /// was something.
    pub(super) fn hand_over<B: Backend>(
        &self,
        cx: &mut Context<'_, B>,
        doc: &DocId,
        theirs: &Clock,
    ) -> Result<bool, ReplicaError> {
        let Some(seal) = seal::kept(cx.replica, doc)? else { return Ok(false) };
        let peer = self.peer;
        let mut changes = match covered(cx.replica, &seal, theirs) {
            Ok(changes) => changes,
            Err(error @ (ReplicaError::Store(_) | ReplicaError::Unusable { .. })) => {
                return Err(error);
            }
            Err(error) => {
                let (doc, code, what) = (doc.clone(), error.code(), error.to_string());
                self.notice(cx, Notice::DocumentFailed { peer, doc, code, what });
                return Ok(false);
            }
        };
        if changes.is_empty() {
            return Ok(false);
        }
        self.send(cx, &Frame::Seal(seal));
        let mut number = 0;
        while !changes.is_empty() {
            let (packed, taken) = pack_first(doc, None, &changes, MOST_BATCH)?;
            let rest = changes.split_off(taken);
            number += 1;
            let part = Batch {
                number,
                doc: doc.clone(),
                encoding: packed.encoding,
                count: packed.count,
                check: wire::check(changes.iter().map(|change| change.hash)),
                body: packed.body,
            };
            self.send(cx, &Frame::Returned { part, last: rest.is_empty() });
            changes = rest;
        }
        self.notice(cx, Notice::Returned { peer, doc: doc.clone() });
        Ok(true)
    }

    /// A part of what is handed back. What belongs to a seal that was not accepted is passed over.
    pub(super) fn take_back<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        part: &Batch,
        last: bool,
    ) -> Result<Taken, Fault> {
        let Some(mut claim) = cx.returning.take_if(|claim| claim.is_of(self.conn)) else {
            return Ok(Taken::OutOfTurn);
        };
        if part.doc != claim.seal.doc || part.number != claim.parts + 1 {
            return Err(ProtocolError::Unexpected { frame: "RETURNED" }.into());
        }
        claim.parts += 1;
        let outcome = gate::unpack(part).and_then(|changes| claim.add(changes));
        if outcome.is_ok() && !last {
            *cx.returning = Some(claim);
            return Ok(Taken::Part);
        }
        let covered = match outcome {
            Ok(()) => gate::inspect_sealed(&claim.seal, claim.changes, cx.replica)?,
            Err(error) => Err(error),
        };
        let (peer, doc) = (self.peer, claim.seal.doc);
        match covered {
            Err(error) => {
                self.notice(cx, Notice::Quarantined { peer, doc, error });
                Ok(Taken::Refused)
            }
            Ok(changes) => {
                self.notice(cx, Notice::TakenBack { peer, doc: doc.clone() });
                self.seals.accepted_bytes += bytes_of(&changes);
                let changes = changes.into_iter().map(|change| (doc.clone(), change));
                self.seals.accepted.extend(changes);
                Ok(Taken::Whole)
            }
        }
    }

    /// Stages the next portion of what was taken back.
    pub(super) fn store_taken_back<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
    ) -> Result<(), Fault> {
        while !cx.replica.has_staged_changes()
            && let Some((doc, first)) = self.seals.accepted.pop_front()
        {
            let mut bytes = first.raw_bytes().len();
            let mut portion = vec![first];
            while bytes < PORTION
                && self.seals.accepted.front().is_some_and(|(of, _)| *of == doc)
                && let Some((_, change)) = self.seals.accepted.pop_front()
            {
                bytes += change.raw_bytes().len();
                portion.push(change);
            }
            self.seals.accepted_bytes -= bytes;
            self.seals.stored = true;
            match cx.replica.append(&doc, portion) {
                Ok(appended) if appended.positions.is_empty() => {}
                Ok(appended) => {
                    cx.staged.insert(doc, appended.positions.end);
                }
                Err(error @ (ReplicaError::Store(_) | ReplicaError::Unusable { .. })) => {
                    return Err(error.into());
                }
                Err(error) => {
                    self.seals.accepted.retain(|(of, _)| *of != doc);
                    self.seals.accepted_bytes = self
                        .seals
                        .accepted
                        .iter()
                        .map(|(_, change)| change.raw_bytes().len())
                        .sum();
                    let error = GateError::Automerge { what: error.to_string() };
                    self.notice(cx, Notice::Quarantined { peer: self.peer, doc, error });
                }
            }
        }
        Ok(())
    }
}

impl Claim {
    pub(in crate::sync) fn is_of(&self, conn: ConnId) -> bool {
        self.conn == conn
    }

    fn add(&mut self, changes: Vec<Change>) -> Result<(), GateError> {
        self.bytes += bytes_of(&changes);
        self.changes.extend(changes);
        if self.bytes > MAX_RETURNED {
            let (found, limit) = (self.bytes as u64, MAX_RETURNED as u64);
            return Err(WireError::TooMuch { what: "what is handed back", found, limit }.into());
        }
        Ok(())
    }
}

fn bytes_of(changes: &[Change]) -> usize {
    changes.iter().map(|change| change.raw_bytes().len()).sum()
}

/// The changes that a seal covers and a clock does not, in order of position.
fn covered<B: Backend>(
    replica: &mut Replica<B>,
    seal: &Seal,
    theirs: &Clock,
) -> Result<Vec<StoredChange>, ReplicaError> {
    let doc = &seal.doc;
    let mut changes = Vec::new();
    let mut bytes = 0;
    let mut next = Some(0);
    while let Some(from) = next {
        let page = replica.changes_above(doc, theirs, from, MOST_UNPACKED)?;
        bytes += page.changes.iter().map(|change| change.bytes.len()).sum::<usize>();
        if bytes > MAX_RETURNED {
            return Err(ReplicaError::TooLarge { doc: doc.clone(), bytes, limit: MAX_RETURNED });
        }
        changes.extend(page.changes);
        next = page.next;
    }
    if replica.summary(doc).is_none_or(|summary| summary.heads != seal.heads) {
        keep_ancestors(doc, &mut changes, seal)?;
    }
    Ok(changes)
}

/// Leaves only the sealed heads and what lies below them. Positions are a topological order, so one
/// walk from the end finds them.
fn keep_ancestors(
    doc: &DocId,
    changes: &mut Vec<StoredChange>,
    seal: &Seal,
) -> Result<(), ReplicaError> {
    let mut below: BTreeSet<_> = seal.heads.iter().copied().collect();
    let mut kept = Vec::new();
    for change in std::mem::take(changes).into_iter().rev() {
        if below.contains(&change.hash) {
            let parts = Parts::parse(&change.bytes).map_err(|error| ReplicaError::Damaged {
                doc: doc.clone(),
                what: error.to_string(),
            })?;
            below.extend(&parts.deps);
            kept.push(change);
        }
    }
    kept.reverse();
    *changes = kept;
    Ok(())
}
