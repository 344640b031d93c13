//! Changes that a document is read without.
//!
//! A change that the hub will not take stands in the way of all that is written on top of it. When a person
//! has decided what becomes of it, it is left out: the document is what it would be without it, and what is
//! written from then on does not depend on it. Its bytes stay where they are, at their position, and when a
//! peer sends it after all, it counts again.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{ActorId, Automerge, ChangeHash};

use super::{Clock, EditContext, Replica, ReplicaError};
use crate::id::DocId;
use crate::store::{Backend, DocSummary};
use crate::wire::codec::{Reader, Writer};

const PREFIX: &str = "left-out/";
/// Longest actor id, in bytes.
const MAX_ACTOR: usize = 64;

fn key(doc: &DocId) -> String {
    format!("{PREFIX}{doc}")
}

/// What of each document is left out.
#[derive(Clone, Debug, Default)]
pub(super) struct LeftOut(BTreeMap<DocId, Changes>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Changes {
    /// The heads that the document would have with them.
    heads: BTreeSet<ChangeHash>,
    /// Each with its place in its actor's line.
    changes: BTreeMap<ChangeHash, (ActorId, u64)>,
}

impl LeftOut {
    /// What is stored, but for documents that count what was left out.
    pub(super) fn read(
        stored: Vec<(String, Vec<u8>)>,
        documents: &BTreeMap<DocId, DocSummary>,
    ) -> Self {
        let mut all = BTreeMap::new();
        for (key, value) in stored {
            let doc: Option<DocId> = key.strip_prefix(PREFIX).and_then(|doc| doc.parse().ok());
            let changes = Changes::decode(&value);
            let Some((doc, changes)) = doc.zip(changes) else { continue };
            // A store that was read out after damage may have put the heads together anew.
            let counts = |head| changes.changes.contains_key(head);
            if documents.get(&doc).is_some_and(|summary| !summary.heads.iter().any(counts)) {
                all.insert(doc, changes);
            }
        }
        Self(all)
    }

    pub(super) fn prefix() -> &'static str {
        PREFIX
    }

    pub(super) fn contains(&self, doc: &DocId, hash: &ChangeHash) -> bool {
        self.0.get(doc).is_some_and(|left| left.changes.contains_key(hash))
    }

    /// The heads of a document with everything that is stored of it, if some of that is left out.
    pub(super) fn all_heads(&self, doc: &DocId) -> Option<Vec<ChangeHash>> {
        Some(self.0.get(doc)?.heads.iter().copied().collect())
    }

    /// Takes out of a clock what is left out.
    pub(super) fn shorten(&self, doc: &DocId, clock: &mut Clock) {
        let Some(left) = self.0.get(doc) else { return };
        for (actor, seq) in left.changes.values() {
            if let Some(last) = clock.get_mut(actor) {
                *last = (*last).min(seq.saturating_sub(1));
            }
        }
        clock.retain(|_, last| *last > 0);
    }

    /// A change was added to a document.
    pub(super) fn grew(&mut self, doc: &DocId, hash: ChangeHash, deps: &[ChangeHash]) {
        let Some(left) = self.0.get_mut(doc) else { return };
        deps.iter().for_each(|dependency| {
            left.heads.remove(dependency);
        });
        left.heads.insert(hash);
    }

    /// A change that was left out counts again. Returns whether it had been.
    pub(super) fn count_again(&mut self, doc: &DocId, hash: &ChangeHash) -> bool {
        let Some(left) = self.0.get_mut(doc) else { return false };
        let was = left.changes.remove(hash).is_some();
        if left.changes.is_empty() {
            self.0.remove(doc);
        }
        was
    }

    /// What is to be stored of a document; `None` for nothing.
    pub(super) fn stored(&self, doc: &DocId) -> (String, Option<Vec<u8>>) {
        (key(doc), self.0.get(doc).map(Changes::encode))
    }
}

impl Changes {
    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.put_varint(self.heads.len() as u64);
        self.heads.iter().for_each(|head| out.extend_from_slice(&head.0));
        out.put_varint(self.changes.len() as u64);
        for (hash, (actor, seq)) in &self.changes {
            out.extend_from_slice(&hash.0);
            out.put_blob(actor.to_bytes());
            out.put_varint(*seq);
        }
        out
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let most = bytes.len();
        let mut heads = BTreeSet::new();
        for _ in 0..reader.count(most, "heads").ok()? {
            heads.insert(ChangeHash(reader.array("head").ok()?));
        }
        let mut changes = BTreeMap::new();
        for _ in 0..reader.count(most, "changes").ok()? {
            let hash = ChangeHash(reader.array("change").ok()?);
            let actor = ActorId::from(reader.blob(MAX_ACTOR, "actor").ok()?);
            changes.insert(hash, (actor, reader.varint("number").ok()?));
        }
        Some(Self { heads, changes })
    }
}

impl<B: Backend> Replica<B> {
    /// Leaves changes out of a document, and all that depends on them. Staged for the next commit, together
    /// with what is edited until then. Returns all that was left out, in no order.
    ///
    /// # Errors
    /// As [`Replica::document`]; [`ReplicaError::Rejected`] when nothing would be left of the document.
    pub fn leave_out(
        &mut self,
        doc: &DocId,
        changes: &[ChangeHash],
    ) -> Result<Vec<ChangeHash>, ReplicaError> {
        self.usable()?;
        let mut out: BTreeMap<ChangeHash, (ActorId, u64)> = BTreeMap::new();
        let mut heads = BTreeSet::new();
        // In an order in which each follows what it depends on.
        for meta in self.opened(doc)?.doc.get_changes_meta(&[]) {
            if changes.contains(&meta.hash) || meta.deps.iter().any(|dep| out.contains_key(dep)) {
                out.insert(meta.hash, (meta.actor.into_owned(), meta.seq));
            } else {
                meta.deps.iter().for_each(|dependency| {
                    heads.remove(dependency);
                });
                heads.insert(meta.hash);
            }
        }
        if heads.is_empty() {
            let what = "all of it would be left out".to_owned();
            return Err(ReplicaError::Rejected { doc: doc.clone(), what });
        }
        if out.is_empty() {
            return Ok(Vec::new());
        }
        let summary = self.index.get(doc).cloned().unwrap_or_default();
        let left = self.left_out.0.entry(doc.clone()).or_insert_with(|| Changes {
            heads: summary.heads.into_iter().collect(),
            changes: BTreeMap::new(),
        });
        let hashes = out.keys().copied().collect();
        left.changes.extend(out);
        self.open.close(doc);
        self.index.advance(doc, heads.into_iter().collect(), summary.changes);
        self.stage_left_out(doc);
        Ok(hashes)
    }

    /// Leaves out again what the store says is left out and counts all the same: the documents were put
    /// together anew from what could be read of a damaged store. Without it, a text would hold twice what was
    /// made again in the place of changes that were left out.
    ///
    /// # Errors
    /// As [`Replica::leave_out`].
    pub fn leave_out_again(&mut self) -> Result<(), ReplicaError> {
        for (key, value) in self.meta_under(PREFIX)? {
            let doc: Option<DocId> = key.strip_prefix(PREFIX).and_then(|doc| doc.parse().ok());
            let Some((doc, stored)) = doc.zip(Changes::decode(&value)) else { continue };
            if self.left_out.0.contains_key(&doc) {
                continue;
            }
            let mut here = Vec::new();
            for hash in stored.changes.keys() {
                if self.position(&doc, hash)?.is_some() {
                    here.push(*hash);
                }
            }
            if !here.is_empty() {
                self.leave_out(&doc, &here)?;
            }
        }
        Ok(())
    }

    /// What is left out of a document, in no order.
    pub fn left_out(&self, doc: &DocId) -> Vec<ChangeHash> {
        let left = self.left_out.0.get(doc);
        left.into_iter().flat_map(|left| left.changes.keys().copied()).collect()
    }

    /// Has the next commit say what is left out of a document, and the heads that it has without that.
    pub(super) fn stage_left_out(&mut self, doc: &DocId) {
        let (key, value) = self.left_out.stored(doc);
        self.pending.reach_other_heads(doc, key, value);
    }

    /// Where everything leads that is stored of a document, whether it counts or not.
    pub(super) fn summary_of_all(&self, doc: &DocId) -> Option<DocSummary> {
        let summary = self.index.get(doc)?.clone();
        Some(match self.left_out.all_heads(doc) {
            Some(heads) => DocSummary { heads, ..summary },
            None => summary,
        })
    }

    /// A document without what is left out of it.
    pub(super) fn without_left_out(
        &self,
        doc: &DocId,
        all: &Automerge,
    ) -> Result<Option<Automerge>, ReplicaError> {
        if self.left_out.all_heads(doc).is_none() {
            return Ok(None);
        }
        let damaged = |what: String| ReplicaError::Damaged { doc: doc.clone(), what };
        let heads = self.index.get(doc).map(|summary| summary.heads.clone()).unwrap_or_default();
        let rest = all.fork_at(&heads).map_err(|error| damaged(error.to_string()))?;
        if rest.get_heads() == heads {
            Ok(Some(rest))
        } else {
            Err(damaged("without what is left out it has other heads".to_owned()))
        }
    }

    /// An edit does not go on with a line of changes whose last are left out: those may count again one day.
    pub(super) fn beside_left_out(&self, doc: &DocId, context: &EditContext) -> EditContext {
        let mut context = context.clone();
        let Some(left) = self.left_out.0.get(doc) else { return context };
        while left.changes.values().any(|(actor, _)| *actor == context.actor) {
            let context_of = "hopluu 2026 beside what is left out";
            let next = blake3::derive_key(context_of, context.actor.to_bytes());
            context.actor = ActorId::from(&next[..16]);
        }
        context
    }
}
