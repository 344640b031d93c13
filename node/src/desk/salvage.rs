//! Taking in what was read out of a store that was set aside.
//!
//! A change fits when what it depends on is here. Of a document with a hole, the changes behind the hole
//! wait in the store until the hub has sent what is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{Automerge, Change, ChangeHash};
use hopluu_protocol::id::DocId;
use hopluu_protocol::replica::Replica;
use hopluu_protocol::store::Backend;

use super::{Desk, EPOCH, Membership, invitations};
use crate::problem::Refusal;
use crate::store::{Pieces, Wreck};

/// Changes that wait are kept under this and their document and hash.
const WAITING: &str = "salvage/";

/// So many changes are staged at once: far less than a store takes.
const AT_ONCE: usize = 64;

/// Changes that wait for others, by document.
pub(super) type Waiting = BTreeMap<DocId, Vec<Change>>;

/// What came of a salvage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Salvaged {
    /// Changes that are here again.
    pub(crate) changes: usize,
    /// Changes that wait for others.
    pub(crate) waiting: usize,
    /// Changes that the store had, and that were not found anywhere; or, where that is more, commits of which
    /// nothing was found.
    pub(crate) missing: usize,
}

/// The changes that wait, as the store holds them.
pub(super) fn read_waiting<B: Backend>(replica: &Replica<B>) -> Result<Waiting, Refusal> {
    let mut waiting = Waiting::new();
    for (key, bytes) in replica.meta_under(WAITING)? {
        let doc = key.strip_prefix(WAITING).and_then(|rest| rest.rsplit_once('/'));
        if let Some(doc) = doc.and_then(|(doc, _)| doc.parse().ok())
            && let Some(change) = change(bytes)
        {
            waiting.entry(doc).or_default().push(change);
        }
    }
    Ok(waiting)
}

impl Desk {
    /// Takes in everything that is intact in a store that was set aside, and makes it durable. Doing it
    /// again changes nothing.
    ///
    /// # Errors
    /// When this node's own store fails.
    pub(crate) fn salvage(&mut self, wreck: &Wreck) -> Result<Salvaged, Refusal> {
        for (key, value) in wreck.meta() {
            // What peers have acknowledged, and the store's own name, belong to the old store.
            let is_of_place = key != EPOCH && !key.starts_with("peer/");
            if is_of_place && self.replica.meta(&key)?.is_none() {
                self.replica.set_meta(&key, Some(value))?;
            }
        }
        self.commit_salvaged()?;
        self.membership = Membership::read(&self.replica)?;
        self.invitations = invitations::read_book(&self.replica)?;
        let mut salvaged = Salvaged::default();
        let mut counts = BTreeMap::new();
        for doc in wreck.documents() {
            let pieces = wreck.pieces(&doc);
            salvaged.changes += self.take_in(&doc, changes_of(&pieces))?;
            counts.insert(doc, pieces.count as usize);
        }
        self.replica.leave_out_again()?;
        self.commit_salvaged()?;
        self.waiting = read_waiting(&self.replica)?;
        salvaged.waiting = self.waiting.values().map(Vec::len).sum();
        for (doc, count) in counts {
            let here = self.replica.summary(&doc).map_or(0, |summary| summary.changes as usize);
            let waiting = self.waiting.get(&doc).map_or(0, Vec::len);
            salvaged.missing += count.saturating_sub(here + waiting);
        }
        // Of what came after everything that was found, only the number of commits is known.
        let lost = usize::try_from(wreck.lost_commits()).unwrap_or(usize::MAX);
        salvaged.missing = salvaged.missing.max(lost);
        Ok(salvaged)
    }

    /// A document grew: stages some of the changes that waited for that. What waits longer is tried when
    /// it grows again.
    pub(crate) fn try_waiting(&mut self, doc: &DocId) -> Result<(), Refusal> {
        let Some(waiting) = self.waiting.remove(doc) else { return Ok(()) };
        let (mut fitting, mut rest) = self.fitting(doc, waiting)?;
        rest.extend(fitting.drain(AT_ONCE.min(fitting.len())..));
        let hashes: Vec<ChangeHash> = fitting.iter().map(Change::hash).collect();
        if self.is_sound(doc, &fitting)? {
            self.replica.append(doc, fitting)?;
            for hash in hashes {
                self.replica.set_meta(&waiting_key(doc, &hash), None)?;
            }
        }
        if !rest.is_empty() {
            self.waiting.insert(doc.clone(), rest);
        }
        Ok(())
    }

    fn take_in(&mut self, doc: &DocId, found: Vec<Change>) -> Result<usize, Refusal> {
        let (fitting, waiting) = self.fitting(doc, found)?;
        let fitting = if self.is_sound(doc, &fitting)? {
            fitting
        } else {
            tracing::error!(%doc, "what was read of a damaged document does not belong together");
            self.soundest(doc, fitting)?
        };
        for some in fitting.chunks(AT_ONCE) {
            self.replica.append(doc, some.to_vec())?;
            self.commit_salvaged()?;
        }
        for change in waiting {
            let key = waiting_key(doc, &change.hash());
            self.replica.set_meta(&key, Some(change.raw_bytes().to_vec()))?;
            self.commit_salvaged()?;
        }
        Ok(fitting.len())
    }

    /// Parts changes that are not here yet into those that can be appended, in an order in which they can
    /// be, and those that depend on something that is missing.
    fn fitting(
        &self,
        doc: &DocId,
        changes: Vec<Change>,
    ) -> Result<(Vec<Change>, Vec<Change>), Refusal> {
        let mut rest = Vec::new();
        for change in changes {
            if self.replica.position(doc, &change.hash())?.is_none() {
                rest.push(change);
            }
        }
        let (mut fitting, mut taken) = (Vec::new(), BTreeSet::new());
        loop {
            let before = rest.len();
            for change in std::mem::take(&mut rest) {
                let mut fits = true;
                for dependency in change.deps() {
                    fits &= taken.contains(dependency)
                        || self.replica.position(doc, dependency)?.is_some();
                }
                if !fits {
                    rest.push(change);
                } else if taken.insert(change.hash()) {
                    fitting.push(change);
                }
            }
            if rest.len() == before {
                return Ok((fitting, rest));
            }
        }
    }

    /// Whether automerge takes the changes: rows can be intact and still not belong together.
    fn is_sound(&mut self, doc: &DocId, changes: &[Change]) -> Result<bool, Refusal> {
        let mut trial = self.replica.document(doc)?.cloned().unwrap_or_else(Automerge::new);
        let changes = changes.iter().cloned();
        let applied = catch_unwind(AssertUnwindSafe(|| trial.apply_changes(changes)));
        Ok(matches!(applied, Ok(Ok(_))))
    }

    /// Of changes that do not belong together, those that do, one after the other.
    fn soundest(&mut self, doc: &DocId, changes: Vec<Change>) -> Result<Vec<Change>, Refusal> {
        let mut sound = Vec::new();
        for change in changes {
            sound.push(change);
            if !self.is_sound(doc, &sound)? {
                sound.pop();
            }
        }
        Ok(sound)
    }

    pub(super) fn commit_salvaged(&mut self) -> Result<(), Refusal> {
        while let Some(committed) = self.replica.commit()? {
            self.note_growth(&committed);
        }
        Ok(())
    }
}

fn waiting_key(doc: &DocId, hash: &ChangeHash) -> String {
    format!("{WAITING}{doc}/{hash}")
}

/// All changes in what was read of a document.
fn changes_of(pieces: &Pieces) -> Vec<Change> {
    let in_snapshots = pieces.snapshots.iter().flat_map(|bytes| {
        let loaded = catch_unwind(|| Automerge::load(bytes));
        loaded.ok().and_then(Result::ok).map(|doc| doc.get_changes(&[])).unwrap_or_default()
    });
    let single = pieces.changes.values().filter_map(|bytes| change(bytes.clone()));
    let mut seen = BTreeSet::new();
    in_snapshots.chain(single).filter(|change| seen.insert(change.hash())).collect()
}

fn change(bytes: Vec<u8>) -> Option<Change> {
    catch_unwind(|| Change::from_bytes(bytes)).ok()?.ok()
}

#[cfg(test)]
mod damage;
#[cfg(test)]
mod displaced;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod twofold;
