//! A store in memory: for simulations, tests and previews. Nothing survives the process.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{ActorId, ChangeHash};

use super::{Backend, DocSummary, StoreError, StoredChange, Write};
use crate::id::DocId;

/// Keeps everything in ordered maps. A clone is a copy of all of it, so a simulation can keep the state
/// that was durable at some moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryBackend {
    docs: BTreeMap<DocId, Document>,
    meta: BTreeMap<String, Vec<u8>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Document {
    summary: DocSummary,
    snapshot: Option<Vec<u8>>,
    changes: BTreeMap<u32, StoredChange>,
    positions: BTreeMap<ChangeHash, u32>,
    clock: BTreeMap<ActorId, u64>,
}

impl MemoryBackend {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Copies of the documents that `batch` writes to, as they are.
    fn touched(&self, batch: &[Write]) -> BTreeMap<DocId, Document> {
        let ids: BTreeSet<&DocId> = batch
            .iter()
            .filter_map(|write| match write {
                Write::Append { doc, .. }
                | Write::Heads { doc, .. }
                | Write::Snapshot { doc, .. } => Some(doc),
                Write::Meta { .. } => None,
            })
            .collect();
        ids.into_iter().filter_map(|id| Some((id.clone(), self.docs.get(id)?.clone()))).collect()
    }

    fn apply(&mut self, write: &Write) -> Result<(), StoreError> {
        match write {
            Write::Append { doc, change, actor, seq } => {
                self.docs.entry(doc.clone()).or_default().append(doc, change, actor, *seq)
            }
            Write::Heads { doc, heads } => match self.docs.get_mut(doc) {
                Some(document) => {
                    document.summary.heads.clone_from(heads);
                    Ok(())
                }
                None => Err(refused(format!("heads for {doc}, which has no changes"))),
            },
            Write::Meta { key, value: Some(value) } => {
                self.meta.insert(key.clone(), value.clone());
                Ok(())
            }
            Write::Meta { key, value: None } => {
                self.meta.remove(key);
                Ok(())
            }
            Write::Snapshot { doc, covers, bytes } => match self.docs.get_mut(doc) {
                Some(document) => document.replace_by_snapshot(doc, *covers, bytes),
                None => Err(refused(format!("a snapshot of {doc}, which has no changes"))),
            },
        }
    }
}

impl Document {
    fn append(
        &mut self,
        doc: &DocId,
        change: &StoredChange,
        actor: &ActorId,
        seq: u64,
    ) -> Result<(), StoreError> {
        let next = self.summary.changes;
        if change.position != next {
            let position = change.position;
            return Err(refused(format!("{doc}: position {position} where {next} is next")));
        }
        if self.positions.contains_key(&change.hash) {
            return Err(refused(format!("{doc}: change {} a second time", change.hash)));
        }
        self.summary.changes =
            next.checked_add(1).ok_or_else(|| refused(format!("{doc}: too many changes")))?;
        self.positions.insert(change.hash, change.position);
        self.clock.insert(actor.clone(), seq);
        self.changes.insert(change.position, change.clone());
        Ok(())
    }

    fn replace_by_snapshot(
        &mut self,
        doc: &DocId,
        covers: u32,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        let DocSummary { changes, in_snapshot, .. } = self.summary;
        if covers <= in_snapshot || covers > changes {
            return Err(refused(format!(
                "{doc}: a snapshot of {covers} changes where {in_snapshot} of {changes} are in one"
            )));
        }
        self.changes = self.changes.split_off(&covers);
        self.snapshot = Some(bytes.to_vec());
        self.summary.in_snapshot = covers;
        Ok(())
    }
}

fn refused(what: String) -> StoreError {
    StoreError::Refused { what }
}

impl Backend for MemoryBackend {
    fn documents(&self) -> Result<BTreeMap<DocId, DocSummary>, StoreError> {
        Ok(self.docs.iter().map(|(id, doc)| (id.clone(), doc.summary.clone())).collect())
    }

    fn snapshot(&self, doc: &DocId) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.docs.get(doc).and_then(|document| document.snapshot.clone()))
    }

    fn changes(
        &self,
        doc: &DocId,
        from: u32,
        max_bytes: usize,
    ) -> Result<Vec<StoredChange>, StoreError> {
        let mut found = Vec::new();
        let mut bytes = 0_usize;
        let Some(document) = self.docs.get(doc) else { return Ok(found) };
        for change in document.changes.range(from..).map(|(_, change)| change) {
            bytes = bytes.saturating_add(change.bytes.len());
            if bytes > max_bytes && !found.is_empty() {
                break;
            }
            found.push(change.clone());
        }
        Ok(found)
    }

    fn position(&self, doc: &DocId, hash: &ChangeHash) -> Result<Option<u32>, StoreError> {
        Ok(self.docs.get(doc).and_then(|document| document.positions.get(hash).copied()))
    }

    fn clock(&self, doc: &DocId) -> Result<BTreeMap<ActorId, u64>, StoreError> {
        Ok(self.docs.get(doc).map(|document| document.clock.clone()).unwrap_or_default())
    }

    fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.meta.get(key).cloned())
    }

    fn meta_under(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        Ok(self
            .meta
            .range(prefix.to_owned()..)
            .take_while(|(key, _)| key.starts_with(prefix))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect())
    }

    fn commit(&mut self, batch: &[Write]) -> Result<(), StoreError> {
        // Only the documents that the batch touches are copied, so that a refused batch leaves nothing.
        let mut copy = Self { docs: self.touched(batch), meta: BTreeMap::new() };
        for write in batch.iter().filter(|write| !matches!(write, Write::Meta { .. })) {
            copy.apply(write)?;
        }
        self.docs.append(&mut copy.docs);
        batch
            .iter()
            .filter(|write| matches!(write, Write::Meta { .. }))
            .try_for_each(|write| self.apply(write))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::conformance;

    #[test]
    fn the_memory_store_passes_the_conformance_suite() {
        conformance::check(MemoryBackend::new, |backend| backend);
    }
}
