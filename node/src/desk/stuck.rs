//! Edits that the hub refuses by their author, and with them what was written on top: telling of them, and
//! making them this machine's own.

use std::collections::BTreeSet;

use automerge::{Change, ChangeHash};
use hopluu_protocol::documents::adoption;
use hopluu_protocol::id::{DocId, Writer};
use hopluu_protocol::sync::RefusedChanges;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use crate::problem::{Problem, Reason, Refusal};

/// Edits of one document that the hub does not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StuckView {
    /// The document, e.g. `report/2023-q1/19996`.
    pub doc: String,
    /// How many changes are stuck.
    pub changes: usize,
    /// The keys by which they are refused, as they are read aloud; with the machine's name where it is known.
    pub keys: Vec<String>,
    /// The people who made them.
    pub people: Vec<String>,
    /// When the first and the last were made, in seconds since 1970 by their machine's clock.
    pub first_at: i64,
    /// See `first_at`.
    pub last_at: i64,
    /// Whether they were made again as this machine's own.
    pub adopted: bool,
}

impl Desk {
    /// What is stuck, as people are told of it.
    ///
    /// # Errors
    /// When the roster cannot be read.
    pub(crate) fn stuck_views(&mut self, refused: &[RefusedChanges]) -> Vec<StuckView> {
        let roster = self.roster().unwrap_or_default();
        let view = |stuck: &RefusedChanges| {
            let key = |key| match roster.node(key) {
                Some(node) => format!("{} ({}, {})", key.short(), node.name, node.unit),
                None => key.short().to_string(),
            };
            let people: BTreeSet<&String> =
                stuck.changes.iter().filter_map(|change| change.person.as_ref()).collect();
            let times = stuck.changes.iter().map(|change| change.made_at);
            StuckView {
                doc: stuck.doc.to_string(),
                changes: stuck.changes.len(),
                keys: stuck.authors.iter().map(key).collect(),
                people: people.into_iter().cloned().collect(),
                first_at: times.clone().min().unwrap_or_default(),
                last_at: times.max().unwrap_or_default(),
                adopted: false,
            }
        };
        refused.iter().map(view).collect()
    }

    /// Makes stuck edits of this unit's documents again as this machine's own, with the same content, people
    /// and times, and leaves the refused ones out. `fresh` must be random bytes. Returns the documents in
    /// which that was done.
    ///
    /// # Errors
    /// When a document cannot be read or written.
    pub(crate) fn adopt(
        &mut self,
        refused: &[RefusedChanges],
        fresh: [u8; 16],
    ) -> Result<BTreeSet<String>, Refusal> {
        let unit = self.membership()?.unit.clone();
        if self.key_is_foreign() {
            let problem = Problem::new("adopt-under-foreign-key", "this node's key is foreign");
            return Err(Refusal::new(Reason::NotNow, problem));
        }
        let mut done = BTreeSet::new();
        for stuck in refused.iter().filter(|stuck| stuck.doc.writer() == Writer::Unit(unit.clone()))
        {
            let hashes = stuck.changes.iter().map(|change| change.hash).collect();
            self.adopt_of(&stuck.doc, &hashes, fresh)?;
            done.insert(stuck.doc.to_string());
        }
        Ok(done)
    }

    fn adopt_of(
        &mut self,
        doc: &DocId,
        refused: &BTreeSet<ChangeHash>,
        fresh: [u8; 16],
    ) -> Result<(), Refusal> {
        let changes: Vec<Change> = self.present(doc)?.get_changes(&[]);
        let adopted = adoption::adopt(&changes, refused, self.key().node_key(), fresh)?;
        self.replica.leave_out(doc, &adopted.replaced)?;
        self.replica.append_own(doc, adopted.made)?;
        Ok(())
    }
}
