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

    /// Flips one bit of a document's snapshot or changes. Returns whether there is such a document.
    #[cfg(any(test, feature = "conformance"))]
    pub fn flip_bit(&mut self, doc: &DocId, bit: u64) -> bool {
        let Some(document) = self.docs.get_mut(doc) else { return false };
        let changes = document.changes.values_mut().map(|change| &mut change.bytes);
        let mut values: Vec<&mut Vec<u8>> = document.snapshot.iter_mut().chain(changes).collect();
        let which = usize::try_from(bit).unwrap_or_default() % values.len().max(1);
        let Some(bytes) = values.get_mut(which) else { return false };
        let byte = usize::try_from(bit / 8).unwrap_or_default() % bytes.len().max(1);
        let Some(byte) = bytes.get_mut(byte) else { return false };
        *byte ^= 1 << (bit % 8);
        true
    }

    /// Takes a document as another store has it, or loses it with that.
    #[cfg(any(test, feature = "conformance"))]
    pub fn take_document(&mut self, doc: &DocId, from: &Self) {
        match from.docs.get(doc) {
            Some(document) => self.docs.insert(doc.clone(), document.clone()),
            None => self.docs.remove(doc),
        };
    }

    /// Refuses a batch that does not fit, before anything of it is applied.
    fn check(&self, batch: &[Write]) -> Result<(), StoreError> {
        let mut counts: BTreeMap<&DocId, (u32, u32)> = BTreeMap::new();
        let mut added: BTreeSet<(&DocId, ChangeHash)> = BTreeSet::new();
        for write in batch {
            let (Write::Append { doc, .. }
            | Write::Heads { doc, .. }
            | Write::Snapshot { doc, .. }) = write
            else {
                continue;
            };
            let stored = self.docs.get(doc);
            let (changes, in_snapshot) = counts.entry(doc).or_insert_with(|| {
                stored.map_or((0, 0), |stored| (stored.summary.changes, stored.summary.in_snapshot))
            });
            match write {
                Write::Append { change, .. } => {
                    let StoredChange { position, hash, .. } = *change;
                    if position != *changes || position == u32::MAX {
                        return refuse(format!("{doc}: position {position}, {changes} is next"));
                    }
                    let known = stored.is_some_and(|stored| stored.positions.contains_key(&hash));
                    if known || !added.insert((doc, hash)) {
                        return refuse(format!("{doc}: change {hash} a second time"));
                    }
                    *changes += 1;
                }
                Write::Snapshot { covers, .. } => {
                    if covers <= in_snapshot || covers > changes {
                        return refuse(format!(
                            "{doc}: a snapshot of {covers} changes where {in_snapshot} of {changes} \
                             are in one"
                        ));
                    }
                    *in_snapshot = *covers;
                }
                _ if *changes == 0 => {
                    return refuse(format!("heads for {doc}, which has no changes"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Applies a write of a batch that fits.
    fn apply(&mut self, write: &Write) {
        match write {
            Write::Append { doc, change, actor, seq } => {
                let document = self.docs.entry(doc.clone()).or_default();
                document.summary.changes += 1;
                document.positions.insert(change.hash, change.position);
                document.clock.insert(actor.clone(), *seq);
                document.changes.insert(change.position, change.clone());
            }
            Write::Heads { doc, heads } => {
                self.docs.entry(doc.clone()).or_default().summary.heads.clone_from(heads);
            }
            Write::Meta { key, value: Some(value) } => {
                self.meta.insert(key.clone(), value.clone());
            }
            Write::Meta { key, value: None } => {
                self.meta.remove(key);
            }
            Write::Snapshot { doc, covers, bytes } => {
                let document = self.docs.entry(doc.clone()).or_default();
                document.changes = document.changes.split_off(covers);
                document.snapshot = Some(bytes.clone());
                document.summary.in_snapshot = *covers;
            }
        }
    }
}

fn refuse(what: String) -> Result<(), StoreError> {
    Err(StoreError::Refused { what })
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
        self.check(batch)?;
        batch.iter().for_each(|write| self.apply(write));
        Ok(())
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
