//! What is staged for the next commit.

use std::collections::BTreeMap;

use automerge::{ActorId, Change, ChangeHash};

use super::{Clock, Growth, Index};
use crate::id::DocId;
use crate::store::{StoredChange, Write};

/// Values outside the documents are written in batches of about so many bytes. What a peer with a hundred
/// thousand documents has acknowledged is 10 MB of them.
const META_BYTES: usize = 64 * 1024;
/// And beside changes of about so many: the first by key.
const META_BYTES_BESIDE_CHANGES: usize = 4 * 1024;

#[derive(Debug, Default)]
pub(super) struct Pending {
    docs: BTreeMap<DocId, Staged>,
    pub(super) meta: BTreeMap<String, Option<Vec<u8>>>,
    /// Values that go with the heads of the next commit, whatever they need.
    beside: BTreeMap<String, Option<Vec<u8>>>,
    pub(super) bytes: usize,
    pub(super) changes: usize,
}

/// The staged changes of one document.
#[derive(Debug, Default)]
pub(super) struct Staged {
    pub(super) changes: Vec<StagedChange>,
    pub(super) positions: BTreeMap<ChangeHash, u32>,
    pub(super) clock: Clock,
}

#[derive(Debug)]
pub(super) struct StagedChange {
    pub(super) stored: StoredChange,
    pub(super) actor: ActorId,
    pub(super) seq: u64,
    local: bool,
}

impl Pending {
    pub(super) fn is_empty(&self) -> bool {
        self.docs.is_empty() && self.meta.is_empty()
    }

    pub(super) fn of(&self, doc: &DocId) -> Option<&Staged> {
        self.docs.get(doc)
    }

    pub(super) fn set_meta(&mut self, key: &str, value: Option<Vec<u8>>) {
        self.bytes += meta_bytes(key, value.as_deref());
        if let Some(before) = self.meta.insert(key.to_owned(), value) {
            self.bytes -= meta_bytes(key, before.as_deref());
        }
    }

    /// Stages a change at the given position.
    pub(super) fn push(&mut self, doc: &DocId, position: u32, change: &Change, local: bool) {
        let staged = self.docs.entry(doc.clone()).or_default();
        let (hash, actor, seq) = (change.hash(), change.actor_id().clone(), change.seq());
        let bytes = change.raw_bytes().to_vec();
        self.bytes += bytes.len();
        self.changes += 1;
        staged.positions.insert(hash, position);
        staged.clock.insert(actor.clone(), seq);
        let stored = StoredChange { position, hash, bytes };
        staged.changes.push(StagedChange { stored, actor, seq, local });
    }

    /// A document has other heads now, without having grown, and this value belongs to them.
    pub(super) fn reach_other_heads(&mut self, doc: &DocId, key: String, value: Option<Vec<u8>>) {
        self.docs.entry(doc.clone()).or_default();
        self.changes += usize::from(self.beside.insert(key, value).is_none());
    }

    /// The runs of changes by document and origin.
    pub(super) fn growth(&self) -> Vec<Growth> {
        let mut runs: Vec<Growth> = Vec::new();
        for (doc, staged) in &self.docs {
            for change in &staged.changes {
                let position = change.stored.position;
                match runs.last_mut() {
                    Some(run) if run.doc == *doc && run.local == change.local => {
                        run.positions.end = position + 1;
                    }
                    _ => runs.push(Growth {
                        doc: doc.clone(),
                        positions: position..position + 1,
                        local: change.local,
                    }),
                }
            }
        }
        runs
    }

    /// The next batch: all changes, and as many values outside the documents as fit beside them; the
    /// others stay staged. `index` knows the heads that the changes lead to.
    pub(super) fn next_batch(&mut self, index: &Index) -> Vec<Write> {
        let room = if self.docs.is_empty() { META_BYTES } else { META_BYTES_BESIDE_CHANGES };
        let mut batch = Vec::new();
        let mut taken = 0;
        for (doc, staged) in std::mem::take(&mut self.docs) {
            self.bytes -= staged.changes.iter().map(|c| c.stored.bytes.len()).sum::<usize>();
            batch.extend(staged.changes.into_iter().map(|change| Write::Append {
                doc: doc.clone(),
                change: change.stored,
                actor: change.actor,
                seq: change.seq,
            }));
            let heads = index.get(&doc).map(|summary| summary.heads.clone()).unwrap_or_default();
            batch.push(Write::Heads { doc, heads });
        }
        let beside = std::mem::take(&mut self.beside).into_iter();
        batch.extend(beside.map(|(key, value)| Write::Meta { key, value }));
        while taken < room
            && let Some((key, value)) = self.meta.pop_first()
        {
            taken += meta_bytes(&key, value.as_deref());
            batch.push(Write::Meta { key, value });
        }
        self.changes = 0;
        self.bytes -= taken;
        batch
    }
}

fn meta_bytes(key: &str, value: Option<&[u8]>) -> usize {
    key.len() + value.map_or(0, <[u8]>::len)
}
