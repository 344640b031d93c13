//! Which of this node's changes a peer is known to hold durably.
//!
//! Positions are counted in this node's order of arrival, for each document. What lies before the first
//! gap is kept in the store, so that the next connection sends only what the peer has not acknowledged.
//! Losing it is harmless: the documents are then compared.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::id::DocId;
use crate::identity::NodeKey;
use crate::replica::{Replica, ReplicaError};
use crate::store::Backend;

/// Disjoint ranges of positions, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Positions(Vec<Range<u32>>);

impl Positions {
    fn insert(&mut self, new: Range<u32>) {
        if new.is_empty() {
            return;
        }
        let first = self.0.partition_point(|range| range.end < new.start);
        let after = self.0.partition_point(|range| range.start <= new.end);
        let merged = self.0.get(first..after).unwrap_or_default();
        let start = merged.first().map_or(new.start, |range| range.start.min(new.start));
        let end = merged.last().map_or(new.end, |range| range.end.max(new.end));
        self.0.splice(first..after.max(first), std::iter::once(start..end));
    }

    fn contains(&self, position: u32) -> bool {
        self.0.iter().any(|range| range.contains(&position))
    }

    /// Up to where nothing is missing.
    fn prefix(&self) -> u32 {
        self.0.first().filter(|range| range.start == 0).map_or(0, |range| range.end)
    }
}

/// What one peer holds.
#[derive(Debug)]
pub(super) struct Held {
    peer: NodeKey,
    /// Of the store that acknowledged; `None`: never met.
    epoch: Option<[u8; 16]>,
    docs: BTreeMap<DocId, Positions>,
    /// Documents whose stored prefix is out of date.
    unsaved: BTreeSet<DocId>,
    epoch_unsaved: bool,
}

fn acked_prefix(peer: &NodeKey) -> String {
    format!("peer/{peer}/acked/")
}

fn epoch_key(peer: &NodeKey) -> String {
    format!("peer/{peer}/epoch")
}

impl Held {
    /// What the store remembers of a peer.
    pub(super) fn load<B: Backend>(
        replica: &Replica<B>,
        peer: NodeKey,
    ) -> Result<Self, ReplicaError> {
        let epoch = replica.meta(&epoch_key(&peer))?.and_then(|bytes| bytes.try_into().ok());
        let mut docs = BTreeMap::new();
        let prefix = acked_prefix(&peer);
        for (key, value) in replica.meta_under(&prefix)? {
            // What does not read is as good as lost, and losing it is harmless.
            let doc = key.strip_prefix(&prefix).and_then(|doc| doc.parse().ok());
            let end = value.try_into().ok().map(u32::from_be_bytes);
            if let (Some(doc), Some(end)) = (doc, end) {
                let held: &mut Positions = docs.entry(doc).or_default();
                held.insert(0..end);
            }
        }
        Ok(Self { peer, epoch, docs, unsaved: BTreeSet::new(), epoch_unsaved: false })
    }

    /// Whether the peer has been met before.
    pub(super) fn is_known(&self) -> bool {
        self.epoch.is_some()
    }

    /// Takes note of the peer's store. Returns whether it is another one than before, in which case all
    /// that was known of it is forgotten.
    pub(super) fn meet(&mut self, epoch: [u8; 16]) -> bool {
        let replaced = self.epoch.is_some_and(|before| before != epoch);
        if replaced {
            self.unsaved.extend(std::mem::take(&mut self.docs).into_keys());
        }
        self.epoch_unsaved |= self.epoch != Some(epoch);
        self.epoch = Some(epoch);
        replaced
    }

    /// The peer holds these positions of a document.
    pub(super) fn insert(&mut self, doc: &DocId, positions: Range<u32>) {
        let held = self.docs.entry(doc.clone()).or_default();
        let before = held.prefix();
        held.insert(positions);
        if held.prefix() != before {
            self.unsaved.insert(doc.clone());
        }
    }

    /// Whatever was known of this document was wrong.
    pub(super) fn forget(&mut self, doc: &DocId) {
        self.docs.remove(doc);
        self.unsaved.insert(doc.clone());
    }

    pub(super) fn contains(&self, doc: &DocId, position: u32) -> bool {
        self.docs.get(doc).is_some_and(|held| held.contains(position))
    }

    /// Up to where the peer has everything of a document.
    pub(super) fn prefix(&self, doc: &DocId) -> u32 {
        self.docs.get(doc).map_or(0, Positions::prefix)
    }

    /// Stages what is out of date in the store, for the next commit.
    pub(super) fn save<B: Backend>(
        &mut self,
        replica: &mut Replica<B>,
    ) -> Result<(), ReplicaError> {
        if self.epoch_unsaved {
            replica.set_meta(&epoch_key(&self.peer), self.epoch.map(Vec::from))?;
            self.epoch_unsaved = false;
        }
        for doc in std::mem::take(&mut self.unsaved) {
            let prefix = self.prefix(&doc);
            let value = (prefix > 0).then(|| prefix.to_be_bytes().to_vec());
            replica.set_meta(&format!("{}{doc}", acked_prefix(&self.peer)), value)?;
        }
        Ok(())
    }

    /// Makes the next commit write something, even if it is nothing new: a token is needed.
    pub(super) fn touch<B: Backend>(&self, replica: &mut Replica<B>) -> Result<(), ReplicaError> {
        replica.set_meta(&epoch_key(&self.peer), self.epoch.map(Vec::from))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ranges_of_positions_hold_exactly_what_was_put_in(
            ranges in proptest::collection::vec((0..40u32, 0..8u32), 0..20)
        ) {
            let mut positions = Positions::default();
            let mut expected = BTreeSet::new();
            for (start, len) in ranges {
                positions.insert(start..start + len);
                expected.extend(start..start + len);
            }
            for position in 0..50 {
                prop_assert_eq!(positions.contains(position), expected.contains(&position));
            }
            let prefix = (0..).take_while(|position| expected.contains(position)).count();
            prop_assert_eq!(positions.prefix() as usize, prefix);
            for pair in positions.0.windows(2) {
                prop_assert!(pair[0].end < pair[1].start, "ranges that touch are one");
            }
        }
    }
}
