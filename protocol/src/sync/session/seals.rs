//! Seals: how a hub gets back from its offices what it wrote and has lost.
//!
//! When both are in sync, the office asks the hub to seal what the hub has written for it, and keeps the
//! seals. When it later finds that the hub lacks changes that a seal covers, it hands them back, all
//! of them at once: only the whole shows that the seal covers it. Nothing of this is acknowledged; the
//! next comparison tells whether it was taken.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use automerge::Change;

use super::{Context, Fault, Session};
use crate::gate::{self, GateError};
use crate::id::{DocId, Writer};
use crate::replica::{Clock, Replica, ReplicaError, TagRange};
use crate::seal::Seal;
use crate::store::{Backend, StoredChange};
use crate::sync::event::{Notice, ProtocolError};
use crate::sync::outbox::{MOST_BATCH, MOST_UNPACKED, pack_first};
use crate::sync::search;
use crate::wire::codec::{Reader, WireError};
use crate::wire::frame::{Batch, Frame};
use crate::wire::pack::chunk::Parts;
use crate::wire::ranges::DocKey;
use crate::wire::{self, MAX_WANTED};

/// Most bytes of changes that are handed back under one seal: the roster of a few ten thousand nodes.
/// The hub holds them in memory, from one peer at a time.
const MAX_RETURNED: usize = 8 * 1024 * 1024;
/// Who began to hand something back keeps others from it for so many milliseconds at most.
const CLAIM_ENDS: u64 = 60_000;
/// How many times a document is handed back on one connection. A hub that has lost its roster refuses
/// what is not the town's until it has that.
const MAX_TIMES: u8 = 2;
/// How many bytes of what was taken back are stored in one commit, about.
const PORTION: usize = 128 * 1024;

/// Which connection hands something back to this hub, and since when.
pub(in crate::sync) type Claim = Option<(super::ConnId, u64)>;

/// What one connection knows of seals.
#[derive(Debug, Default)]
pub(super) struct Seals {
    /// Office: documents that the hub may have written to since it sealed them.
    unsealed: BTreeSet<DocId>,
    /// Office: the missing ones were asked for on this connection.
    asked: bool,
    /// Office: how many times each was handed back on this connection.
    returned: BTreeMap<DocId, u8>,
    /// Hub: what is being handed back.
    taking: Option<Taking>,
    /// Hub: covered by a seal, and to be stored.
    accepted: VecDeque<(DocId, Change)>,
}

#[derive(Debug)]
struct Taking {
    seal: Seal,
    parts: u64,
    changes: Vec<Change>,
    bytes: usize,
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

    /// Whether something was handed back on this connection.
    pub(super) fn has_returned(&self) -> bool {
        !self.returned.is_empty()
    }
}

fn key(doc: &DocId) -> String {
    format!("seal/{doc}")
}

/// The seal that is kept of a document; one that does not read is as good as none.
fn kept<B: Backend>(replica: &Replica<B>, doc: &DocId) -> Result<Option<Seal>, ReplicaError> {
    let bytes = replica.meta(&key(doc))?;
    Ok(bytes.and_then(|bytes| Seal::decode(&mut Reader::new(&bytes)).ok()))
}

impl Session {
    /// Both hold the same: asks, once, for the seals of what is not sealed as it is now. Returns whether
    /// any were missing.
    pub(super) fn ask_missing_seals<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
    ) -> Result<bool, ReplicaError> {
        if self.seals.asked || !cx.access.may_return(&self.peer, &DocId::Roster) {
            return Ok(false);
        }
        self.seals.asked = true;
        for (_, entry) in cx.replica.index().entries(&self.scope, TagRange::FULL) {
            if entry.doc.writer() == Writer::Hub
                && kept(cx.replica, &entry.doc)?
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
        if cx.access.may_return(&self.peer, &seal.doc) {
            return Ok(self.keep(cx, &seal)?);
        }
        self.give_up(cx);
        if !cx.access.decides() {
            // A machine of the hub's unit that has just learnt that it is one: it has all from the hub.
            return Ok(());
        }
        let Some(signer) = cx.signer else { return Ok(()) };
        let (peer, doc) = (self.peer, seal.doc.clone());
        match gate::inspect_seal(&seal, &peer, &signer.node_key(), cx.access) {
            Err(error) => self.notice(cx, Notice::Quarantined { peer, doc, error: error.into() }),
            Ok(()) => {
                let others = cx.returning.filter(|(conn, since)| {
                    *conn != self.conn && cx.now.saturating_sub(*since) < CLAIM_ENDS
                });
                if others.is_none() && self.seals.accepted.is_empty() {
                    *cx.returning = Some((self.conn, cx.now));
                    self.seals.taking =
                        Some(Taking { seal, parts: 0, changes: Vec::new(), bytes: 0 });
                }
            }
        }
        Ok(())
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
        cx.replica.set_meta(&key(&seal.doc), Some(seal.encode()))
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
        let Some(seal) = kept(cx.replica, doc)? else { return Ok(()) };
        let peer = self.peer;
        let mut changes = match covered(cx.replica, &seal, theirs) {
            Ok(changes) => changes,
            Err(error @ (ReplicaError::Store(_) | ReplicaError::Unusable { .. })) => {
                return Err(error);
            }
            Err(error) => {
                let (doc, code, what) = (doc.clone(), error.code(), error.to_string());
                self.notice(cx, Notice::DocumentFailed { peer, doc, code, what });
                return Ok(());
            }
        };
        if changes.is_empty() {
            return Ok(());
        }
        self.seals.returned.insert(doc.clone(), times + 1);
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
        Ok(())
    }

    /// A part of what is handed back. What belongs to a seal that was not accepted is passed over.
    pub(super) fn take_back<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        part: &Batch,
        last: bool,
    ) -> Result<(), Fault> {
        let Some(mut taking) = self.seals.taking.take() else { return Ok(()) };
        if part.doc != taking.seal.doc || part.number != taking.parts + 1 {
            return Err(ProtocolError::Unexpected { frame: "RETURNED" }.into());
        }
        taking.parts += 1;
        let doc = taking.seal.doc.clone();
        let outcome = gate::unpack(part).and_then(|changes| taking.add(changes));
        if outcome.is_ok() && !last {
            self.seals.taking = Some(taking);
            return Ok(());
        }
        self.give_up(cx);
        let covered = match outcome {
            Ok(()) => gate::inspect_sealed(&taking.seal, taking.changes, cx.replica)?,
            Err(error) => Err(error),
        };
        let peer = self.peer;
        match covered {
            Err(error) => self.notice(cx, Notice::Quarantined { peer, doc, error }),
            Ok(changes) => {
                self.notice(cx, Notice::TakenBack { peer, doc: doc.clone() });
                self.seals.accepted =
                    changes.into_iter().map(|change| (doc.clone(), change)).collect();
            }
        }
        Ok(())
    }

    /// Lets others hand back.
    fn give_up<B: Backend>(&mut self, cx: &mut Context<'_, B>) {
        self.seals.taking = None;
        if cx.returning.is_some_and(|(conn, _)| conn == self.conn) {
            *cx.returning = None;
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
                && let Some((_, change)) = self.seals.accepted.pop_front()
            {
                bytes += change.raw_bytes().len();
                portion.push(change);
            }
            match cx.replica.append(&doc, portion) {
                Ok(appended) if appended.positions.is_empty() => {}
                Ok(appended) => {
                    cx.staged.insert(doc, appended.positions.end);
                }
                Err(error @ (ReplicaError::Store(_) | ReplicaError::Unusable { .. })) => {
                    return Err(error.into());
                }
                Err(error) => {
                    self.seals.accepted.clear();
                    let error = GateError::Automerge { what: error.to_string() };
                    self.notice(cx, Notice::Quarantined { peer: self.peer, doc, error });
                }
            }
        }
        Ok(())
    }
}

impl Taking {
    fn add(&mut self, changes: Vec<Change>) -> Result<(), GateError> {
        self.bytes += changes.iter().map(|change| change.raw_bytes().len()).sum::<usize>();
        self.changes.extend(changes);
        if self.bytes > MAX_RETURNED {
            let (found, limit) = (self.bytes as u64, MAX_RETURNED as u64);
            return Err(WireError::TooMuch { what: "what is handed back", found, limit }.into());
        }
        Ok(())
    }
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
