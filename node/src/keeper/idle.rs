//! What the keeper does while nobody wants anything: a little at a time, so that whoever comes does not
//! wait for long.

use std::collections::BTreeSet;
use std::sync::Arc;

use hopluu_protocol::id::DocId;
use hopluu_protocol::replica::{COMPACT_AFTER_CHANGES, Committed, Index, Scope, TagRange};
use hopluu_protocol::store::DocSummary;

use super::Note;
use super::thread::Office;
use crate::problem::Refusal;

/// A document that grows is looked at each time when so many more changes have come: whether a snapshot
/// is due is known only when its changes have been read.
const LOOK_EVERY: u32 = 32;

/// Documents for which a snapshot may be due.
#[derive(Debug, Default)]
pub(super) struct Compaction(BTreeSet<DocId>);

impl Compaction {
    /// What was left to do when the node was last closed.
    pub(super) fn at_start(index: &Index) -> Self {
        let entries = index.entries(&Scope::All, TagRange::FULL);
        let due = entries.filter(|(_, entry)| single(&entry.summary) >= COMPACT_AFTER_CHANGES);
        Self(due.map(|(_, entry)| entry.doc.clone()).collect())
    }

    /// Takes note of documents that grew.
    pub(super) fn note(&mut self, committed: &Committed) {
        for growth in &committed.appended {
            let looks = |position: u32| position / LOOK_EVERY;
            if looks(growth.positions.start) != looks(growth.positions.end) {
                self.0.insert(growth.doc.clone());
            }
        }
    }
}

/// How many changes are stored one by one.
fn single(summary: &DocSummary) -> u32 {
    summary.changes.saturating_sub(summary.in_snapshot)
}

impl Office {
    /// Does one small thing that can wait. Returns whether there was one.
    ///
    /// # Errors
    /// When a document cannot be read or the store failed.
    pub(super) fn idle_step(&mut self) -> Result<bool, Refusal> {
        let done = self.receive()? || self.open_periods()? || self.compact()?;
        Ok(done || self.desk.replica.upkeep()?)
    }

    /// Opens the periods that are to be open: looked at when the node starts, on each new day, and after
    /// whatever changes the town's documents.
    fn open_periods(&mut self) -> Result<bool, Refusal> {
        let today = self.desk.today();
        if self.periods_seen == Some(today) {
            return Ok(false);
        }
        self.periods_seen = Some(today);
        let opened = self.desk.open_due_periods(today)?;
        if opened.is_empty() {
            return Ok(false);
        }
        self.commit()?;
        tracing::info!(?opened, "periods were opened");
        Ok(true)
    }

    /// Looks at a report that arrived.
    fn receive(&mut self) -> Result<bool, Refusal> {
        let Some(received) = self.desk.receive_next()? else { return Ok(false) };
        self.commit()?;
        for received in received {
            if let Some(problem) = &received.refused {
                tracing::warn!(doc = %received.doc, code = problem.code, "submission refused");
            }
            self.tell(Note::Received(Arc::new(received)));
        }
        Ok(true)
    }

    /// Replaces the changes of one document by a snapshot, if that is due.
    fn compact(&mut self) -> Result<bool, Refusal> {
        let Some(doc) = self.compaction.0.pop_first() else { return Ok(false) };
        if self.desk.replica.compact(&doc)? {
            tracing::debug!(%doc, "its changes were put into a snapshot");
        }
        Ok(true)
    }
}
