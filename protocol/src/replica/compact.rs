//! Snapshots: many stored changes replaced by one saved document.

use super::documents::load_checked;
use super::{Replica, ReplicaError};
use crate::id::DocId;
use crate::store::{Backend, StoredChange, Write};

/// A document is compacted when at least this many changes were stored one by one since its snapshot,
pub const COMPACT_AFTER_CHANGES: u32 = 200;
/// or when they amount to at least this many bytes and to as many as the snapshot has.
pub const COMPACT_AFTER_BYTES: usize = 32 * 1024;

/// What of a document is in the store.
struct Persisted {
    /// Empty if there is none.
    snapshot: Vec<u8>,
    changes: Vec<StoredChange>,
}

impl<B: Backend> Replica<B> {
    /// Replaces a document's stored changes by a snapshot if that is due. Returns whether it was.
    ///
    /// The snapshot is built from persisted rows only, never from the opened document, and replaces
    /// exactly the rows that it was built from: projects that snapshot what they have in memory, or
    /// delete what they have not merged, have lost data. A document with staged changes is left for
    /// later. Meant for idle times.
    ///
    /// # Errors
    /// [`ReplicaError::Damaged`] when the rows do not load; when the store fails, after which the replica
    /// is unusable.
    pub fn compact(&mut self, doc: &DocId) -> Result<bool, ReplicaError> {
        self.usable()?;
        let Some(persisted) = self.persisted(doc)? else { return Ok(false) };
        let change_bytes: usize = persisted.changes.iter().map(|change| change.bytes.len()).sum();
        let due = persisted.changes.len() >= COMPACT_AFTER_CHANGES as usize
            || change_bytes >= persisted.snapshot.len().max(COMPACT_AFTER_BYTES);
        if due { self.replace_by_snapshot(doc, &persisted) } else { Ok(false) }
    }

    /// What of a document is in the store; `None` if there is nothing that a snapshot could replace yet.
    fn persisted(&self, doc: &DocId) -> Result<Option<Persisted>, ReplicaError> {
        let Some(summary) = self.index.get(doc) else { return Ok(None) };
        if self.pending.of(doc).is_some() || summary.changes == summary.in_snapshot {
            return Ok(None);
        }
        let snapshot = self.store.snapshot(doc)?.unwrap_or_default();
        let changes = self.store.changes(doc, summary.in_snapshot, usize::MAX)?;
        Ok(Some(Persisted { snapshot, changes }))
    }

    fn replace_by_snapshot(
        &mut self,
        doc: &DocId,
        persisted: &Persisted,
    ) -> Result<bool, ReplicaError> {
        let Some(summary) = &self.summary_of_all(doc) else { return Ok(false) };
        let Persisted { snapshot, changes } = persisted;
        let bytes = load_checked(doc, snapshot, changes, summary)?.save();
        load_checked(doc, &bytes, &[], summary)?;
        let covers = summary.changes;
        match self.store.commit(&[Write::Snapshot { doc: doc.clone(), covers, bytes }]) {
            // Nothing waits for this: the changes were durable before.
            Ok(_durable) => {}
            Err(error) => {
                self.failed = Some(error.to_string());
                return Err(error.into());
            }
        }
        self.index.set_snapshot(doc, covers);
        self.open.snapshot_moved(doc);
        Ok(true)
    }

    /// Compacts whether it is due or not: for tests and simulations.
    ///
    /// # Errors
    /// As [`Replica::compact`].
    #[cfg(any(test, feature = "conformance"))]
    pub fn compact_now(&mut self, doc: &DocId) -> Result<bool, ReplicaError> {
        match self.persisted(doc)? {
            Some(persisted) => self.replace_by_snapshot(doc, &persisted),
            None => Ok(false),
        }
    }
}
