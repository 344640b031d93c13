//! Changes from peers, appended without opening the document.

use std::collections::BTreeSet;
use std::ops::Range;

use automerge::{Change, ChangeHash};

use super::documents::apply_checked;
use super::{MAX_CHANGE_BYTES, Replica, ReplicaError};
use crate::id::DocId;
use crate::store::Backend;

/// What an append did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The positions that the new changes got.
    pub positions: Range<u32>,
    /// The positions of those that were here already, in the order in which they came.
    pub known: Vec<u32>,
}

/// Changes that fit, and where they lead.
#[derive(Debug)]
pub(super) struct Plan {
    changes: Vec<Change>,
    /// The document's heads with them, sorted.
    heads: Vec<ChangeHash>,
    /// Where those are that were here already.
    known: Vec<u32>,
}

impl<B: Backend> Replica<B> {
    /// Stages changes that came from a peer and passed the gate, in an order in which each follows what it
    /// depends on. All of them or, on an error, none; those that are here already are skipped. The
    /// document need not exist, and is not opened; if it is open, it takes the changes in.
    ///
    /// # Errors
    /// [`ReplicaError::UnknownDependency`], [`ReplicaError::OutOfSequence`], [`ReplicaError::TooLarge`];
    /// [`ReplicaError::Rejected`] when the document is open and automerge does not take the changes.
    pub fn append(&mut self, doc: &DocId, changes: Vec<Change>) -> Result<Appended, ReplicaError> {
        self.usable()?;
        let mut plan = match self.plan(doc, changes) {
            Ok(plan) => plan,
            Err(error) => {
                // They may have been tried on it.
                self.open.close(doc);
                return Err(error);
            }
        };
        let known = std::mem::take(&mut plan.known);
        let positions = self.stage(doc, plan, false)?;
        Ok(Appended { positions, known })
    }

    /// Stages changes that were made here in another way than by an edit, as [`Replica::append`] does those
    /// of a peer.
    ///
    /// # Errors
    /// As [`Replica::append`].
    pub fn append_own(&mut self, doc: &DocId, changes: Vec<Change>) -> Result<(), ReplicaError> {
        self.usable()?;
        let plan = self.plan(doc, changes)?;
        self.stage(doc, plan, true)?;
        Ok(())
    }

    /// Checks that changes fit onto what is here.
    pub(super) fn plan(&self, doc: &DocId, changes: Vec<Change>) -> Result<Plan, ReplicaError> {
        let here = self.index.get(doc);
        let mut heads: BTreeSet<ChangeHash> =
            here.map(|summary| summary.heads.iter().copied().collect()).unwrap_or_default();
        let mut clock = self.clock(doc)?;
        let mut added = BTreeSet::new();
        let mut plan = Plan { changes: Vec::new(), heads: Vec::new(), known: Vec::new() };
        for change in changes {
            let hash = change.hash();
            if added.contains(&hash) {
                continue;
            }
            if let Some(position) = self.position(doc, &hash)? {
                plan.known.push(position);
                continue;
            }
            // One that was left out keeps its place.
            plan.known.extend(self.stored_position(doc, &hash)?);
            let bytes = change.raw_bytes().len();
            if bytes > MAX_CHANGE_BYTES {
                let doc = doc.clone();
                return Err(ReplicaError::TooLarge { doc, bytes, limit: MAX_CHANGE_BYTES });
            }
            for dependency in change.deps() {
                if !added.contains(dependency) && !self.knows(doc, dependency)? {
                    return Err(ReplicaError::UnknownDependency {
                        doc: doc.clone(),
                        change: hash,
                        dependency: *dependency,
                    });
                }
                heads.remove(dependency);
            }
            let last = clock.entry(change.actor_id().clone()).or_default();
            let expected = last.saturating_add(1);
            if change.seq() != expected {
                return Err(ReplicaError::OutOfSequence {
                    doc: doc.clone(),
                    change: hash,
                    actor: change.actor_id().clone(),
                    expected,
                    found: change.seq(),
                });
            }
            *last = expected;
            heads.insert(hash);
            added.insert(hash);
            plan.changes.push(change);
        }
        plan.heads = heads.into_iter().collect();
        Ok(plan)
    }

    /// Stages what a plan holds and brings an opened document up to it.
    pub(super) fn stage(
        &mut self,
        doc: &DocId,
        plan: Plan,
        local: bool,
    ) -> Result<Range<u32>, ReplicaError> {
        if let Some(opened) = self.open.get_mut(doc)
            && let Err(what) = apply_checked(&mut opened.doc, &plan.changes, &plan.heads)
        {
            self.open.close(doc);
            return Err(ReplicaError::Rejected { doc: doc.clone(), what });
        }
        Ok(self.record(doc, &plan, local))
    }

    /// Puts the plan's changes into the pending batch and the index.
    pub(super) fn record(&mut self, doc: &DocId, plan: &Plan, local: bool) -> Range<u32> {
        let first = self.index.get(doc).map_or(0, |summary| summary.changes);
        let mut next = first;
        let leaves_out = self.left_out.all_heads(doc).is_some();
        for change in &plan.changes {
            if !self.left_out.count_again(doc, &change.hash()) {
                self.left_out.grew(doc, change.hash(), change.deps());
                self.pending.push(doc, next, change, local);
                next += 1;
            }
        }
        if leaves_out && !plan.changes.is_empty() {
            self.stage_left_out(doc);
        }
        if !plan.changes.is_empty() {
            let bytes = plan.changes.iter().map(|change| change.raw_bytes().len()).sum();
            self.open.grew(doc, bytes);
            self.index.advance(doc, plan.heads.clone(), next);
        }
        first..next
    }
}
