//! Snapshots: many stored changes replaced by one saved document.

use super::documents::load_checked;
use super::{Replica, ReplicaError};
use crate::id::DocId;
use crate::store::{Backend, Write};

/// A document is compacted when at least this many changes were stored one by one since its snapshot,
pub const COMPACT_AFTER_CHANGES: u32 = 200;
/// or when they amount to at least this many bytes and to as many as the snapshot has.
pub const COMPACT_AFTER_BYTES: usize = 32 * 1024;

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
        let Some((data, snapshot_bytes)) = self.persisted(doc)? else { return Ok(false) };
        let Some(summary) = self.index.get(doc) else { return Ok(false) };
        let change_bytes = data.len() - snapshot_bytes;
        let due = summary.changes - summary.in_snapshot >= COMPACT_AFTER_CHANGES
            || change_bytes >= snapshot_bytes.max(COMPACT_AFTER_BYTES);
        if due { self.replace_by_snapshot(doc, &data) } else { Ok(false) }
    }

    /// What of a document is in the store, as one piece of data, and how much of that is its snapshot;
    /// `None` if there is nothing that a snapshot could replace yet.
    fn persisted(&self, doc: &DocId) -> Result<Option<(Vec<u8>, usize)>, ReplicaError> {
        let Some(summary) = self.index.get(doc) else { return Ok(None) };
        if self.pending.of(doc).is_some() || summary.changes == summary.in_snapshot {
            return Ok(None);
        }
        let mut data = self.store.snapshot(doc)?.unwrap_or_default();
        let snapshot_bytes = data.len();
        for change in self.store.changes(doc, summary.in_snapshot, usize::MAX)? {
            data.extend_from_slice(&change.bytes);
        }
        Ok(Some((data, snapshot_bytes)))
    }

    fn replace_by_snapshot(&mut self, doc: &DocId, data: &[u8]) -> Result<bool, ReplicaError> {
        let Some(summary) = self.index.get(doc) else { return Ok(false) };
        let bytes = load_checked(doc, data, summary)?.save();
        load_checked(doc, &bytes, summary)?;
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
            Some((data, _)) => self.replace_by_snapshot(doc, &data),
            None => Ok(false),
        }
    }
}
