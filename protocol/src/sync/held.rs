//! Which of this node's changes a peer is known to hold durably.
//!
//! Positions are counted in this node's order of arrival, for each document. They are kept in the store, so
//! that the next connection sends only what the peer has not acknowledged. Losing them is harmless: the
//! documents are then compared.
//!
//! Beside them stands what the peer has refused for its author ([`super::refused`]). In one value, since what
//! is refused counts as held: one without the other would be a wrong belief.
//!
//! Most peers hold everything most of the time. So one more value is kept for each: the digest of what
//! both shared when the peer was last known to hold all of it. While that is still the digest, nothing
//! else is read or kept in memory, however many documents there are.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::id::DocId;
use crate::identity::NodeKey;
use crate::replica::{Age, Digest, IndexEntry, Replica, ReplicaError, Scope};
use crate::store::Backend;

/// Most ranges that are stored of a document beyond its first gap. What is forgotten is sent again.
const MOST_BEYOND: usize = 32;

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

    fn remove(&mut self, position: u32) {
        let Some(at) = self.0.iter().position(|range| range.contains(&position)) else { return };
        let Range { start, end } = self.0.remove(at);
        let rest = [start..position, position + 1..end];
        self.0.splice(at..at, rest.into_iter().filter(|range| !range.is_empty()));
    }

    fn contains(&self, position: u32) -> bool {
        self.0.iter().any(|range| range.contains(&position))
    }

    /// As it is stored: up to where nothing is missing and, if there is more, how many ranges lie beyond that, and
    /// these.
    fn encode(&self, more: bool) -> Vec<u8> {
        let mut out = self.prefix().to_be_bytes().to_vec();
        let beyond = self.0.iter().filter(|range| range.start > 0).take(MOST_BEYOND);
        let beyond: Vec<&Range<u32>> = beyond.collect();
        if more || !beyond.is_empty() {
            out.push(u8::try_from(beyond.len()).unwrap_or(0));
        }
        for range in beyond {
            out.extend([range.start, range.end].into_iter().flat_map(u32::to_be_bytes));
        }
        out
    }

    /// Reads that, and returns what follows it.
    fn decode(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let mut positions = Self::default();
        let (prefix, mut rest) = bytes.split_first_chunk()?;
        positions.insert(0..u32::from_be_bytes(*prefix));
        if let Some((count, ranges)) = rest.split_first() {
            rest = ranges;
            for _ in 0..*count {
                let (start, ranges) = rest.split_first_chunk()?;
                let (end, ranges) = ranges.split_first_chunk()?;
                positions.insert(u32::from_be_bytes(*start)..u32::from_be_bytes(*end));
                rest = ranges;
            }
        }
        Some((positions, rest))
    }

    /// Up to where nothing is missing.
    fn prefix(&self) -> u32 {
        self.0.first().filter(|range| range.start == 0).map_or(0, |range| range.end)
    }
}

/// How what is not listed in [`Held`] is to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    /// Nobody has looked yet.
    Unread,
    /// Nothing else is held.
    Missing,
    /// Everything else is held that had arrived when the replica's index had this age.
    Whole { age: Age },
}

/// What one peer holds.
#[derive(Debug)]
pub(super) struct Held {
    peer: NodeKey,
    /// Of the store that acknowledged; `None`: never met.
    epoch: Option<[u8; 16]>,
    /// Of what both shared when the peer held everything.
    whole: Option<Digest>,
    docs: BTreeMap<DocId, Positions>,
    rest: Rest,
    /// Documents whose stored prefix is out of date.
    unsaved: BTreeSet<DocId>,
    /// What the peer does not take for its author. It is counted as held: it need not be sent.
    refused: BTreeMap<DocId, Refused>,
    /// What is stored is about another store of the peer's.
    void: bool,
    epoch_unsaved: bool,
    whole_unsaved: bool,
}

/// What of a document the peer refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Refused {
    /// Of whom it takes nothing.
    authors: BTreeSet<NodeKey>,
    /// Said on this connection. What was refused before is offered once more when all else is settled: who
    /// was unknown may have been enrolled since.
    lately: bool,
    /// Where their changes lie, and those that depend on them, once somebody has looked; before that the
    /// first of them.
    positions: BTreeSet<u32>,
}

impl Refused {
    /// Behind the prefix in the store.
    fn encode(&self) -> Vec<u8> {
        let first = self.positions.first().copied().unwrap_or(0).to_be_bytes();
        let authors = self.authors.iter().flat_map(|author| author.0);
        first.into_iter().chain(authors).collect()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (first, authors) = bytes.split_first_chunk()?;
        let (authors, rest) = authors.as_chunks();
        (!authors.is_empty() && rest.is_empty()).then(|| Self {
            authors: authors.iter().copied().map(NodeKey).collect(),
            lately: false,
            positions: BTreeSet::from([u32::from_be_bytes(*first)]),
        })
    }
}

fn acked_prefix(peer: &NodeKey) -> String {
    format!("peer/{peer}/acked/")
}

/// What a stored value says of a peer: that it holds the changes of a document before a position. `None`
/// for every other value. Stores let go of second copies by this.
pub fn acknowledged_prefix(key: &str, value: &[u8]) -> Option<(DocId, u32)> {
    let (_, doc) = key.strip_prefix("peer/")?.split_once("/acked/")?;
    Some((doc.parse().ok()?, u32::from_be_bytes(value.try_into().ok()?)))
}

fn epoch_key(peer: &NodeKey) -> String {
    format!("peer/{peer}/epoch")
}

fn whole_key(peer: &NodeKey) -> String {
    format!("peer/{peer}/whole")
}

impl Held {
    /// What the store remembers of a peer, as far as one look tells.
    pub(super) fn load<B: Backend>(
        replica: &Replica<B>,
        peer: NodeKey,
    ) -> Result<Self, ReplicaError> {
        let epoch: Option<[u8; 16]> =
            replica.meta(&epoch_key(&peer))?.and_then(|bytes| bytes.try_into().ok());
        let whole: Option<[u8; 48]> =
            replica.meta(&whole_key(&peer))?.and_then(|bytes| bytes.try_into().ok());
        // It names the store that it speaks of, and may be older than the peer's epoch.
        let whole = whole.filter(|value| epoch.is_some_and(|epoch| value.starts_with(&epoch)));
        let digest = whole.and_then(|value| value.last_chunk().copied().map(Digest));
        Ok(Self {
            peer,
            epoch,
            whole: digest,
            docs: BTreeMap::new(),
            rest: Rest::Unread,
            unsaved: BTreeSet::new(),
            refused: BTreeMap::new(),
            void: false,
            epoch_unsaved: false,
            whole_unsaved: false,
        })
    }

    /// Whether the peer is known to hold everything of `scope` as it stands.
    pub(super) fn is_all_of<B: Backend>(&self, replica: &Replica<B>, scope: &Scope) -> bool {
        matches!(self.rest, Rest::Whole { .. })
            && self.whole == Some(replica.index().digest_of(scope))
    }

    /// Looks up what the peer holds of `scope`, unless that was done. Reads no more than it must. To be done
    /// before anything of the peer's is staged: from then on the digest is another.
    pub(super) fn recall<B: Backend>(
        &mut self,
        replica: &Replica<B>,
        scope: &Scope,
    ) -> Result<(), ReplicaError> {
        if self.rest != Rest::Unread {
            return Ok(());
        }
        let index = replica.index();
        if self.whole == Some(index.digest_of(scope)) {
            self.docs.clear();
            self.rest = Rest::Whole { age: index.age() };
        } else {
            self.read(replica)?;
        }
        Ok(())
    }

    /// What is shared with the peer is another thing now: [`Held::recall`] is due.
    pub(super) fn scope_changed(&mut self) {
        self.whole = None;
        self.rest = Rest::Unread;
    }

    /// Reads what is stored for each document.
    fn read<B: Backend>(&mut self, replica: &Replica<B>) -> Result<(), ReplicaError> {
        self.rest = Rest::Missing;
        if self.void {
            return Ok(());
        }
        let prefix = acked_prefix(&self.peer);
        for (key, value) in replica.meta_under(&prefix)? {
            // What does not read is as good as lost, and losing it is harmless.
            let doc = key.strip_prefix(&prefix).and_then(|doc| doc.parse().ok());
            if let (Some(doc), Some((held, rest))) = (doc, Positions::decode(&value))
                && !self.unsaved.contains(&doc)
            {
                if let Some(refused) = Refused::decode(rest) {
                    self.refused.insert(doc.clone(), refused);
                } else if !rest.is_empty() {
                    continue;
                }
                let here = self.docs.entry(doc).or_default();
                held.0.into_iter().for_each(|range| here.insert(range));
            }
        }
        Ok(())
    }

    /// Whether the peer has been met before.
    pub(super) fn is_known(&self) -> bool {
        self.epoch.is_some()
    }

    /// Whether the peer has been met before, with this store.
    pub(super) fn knows(&self, epoch: [u8; 16]) -> bool {
        self.epoch == Some(epoch)
    }

    /// Takes note of the peer's store. Returns whether it is another one than before, in which case all
    /// that was known of it is forgotten.
    pub(super) fn meet(&mut self, epoch: [u8; 16]) -> bool {
        let replaced = self.epoch.is_some_and(|before| before != epoch);
        if replaced {
            self.docs.clear();
            self.unsaved.clear();
            self.refused.clear();
            self.rest = Rest::Missing;
            self.whole = None;
            self.void = true;
        }
        self.epoch_unsaved |= self.epoch != Some(epoch);
        self.epoch = Some(epoch);
        replaced
    }

    /// A document has grown by what follows `start`, and a commit made that durable. Told of everything
    /// that is shared, before anything is known of whether the peer holds it.
    pub(super) fn grew(&mut self, doc: &DocId, start: u32) {
        if matches!(self.rest, Rest::Whole { .. }) && !self.docs.contains_key(doc) {
            let mut held = Positions::default();
            held.insert(0..start);
            self.docs.insert(doc.clone(), held);
        }
    }

    /// The peer holds these positions of a document.
    pub(super) fn insert(&mut self, doc: &DocId, positions: Range<u32>) {
        if !self.docs.contains_key(doc) && matches!(self.rest, Rest::Whole { .. }) {
            return;
        }
        let held = self.docs.entry(doc.clone()).or_default();
        let before = held.clone();
        held.insert(positions);
        if *held != before {
            self.unsaved.insert(doc.clone());
        }
    }

    /// Both hold the same of `scope`, nothing is under way, and all of it is durable here.
    pub(super) fn is_whole<B: Backend>(&mut self, replica: &Replica<B>, scope: &Scope) {
        let digest = replica.index().digest_of(scope);
        self.whole_unsaved |= self.whole != Some(digest);
        self.whole = Some(digest);
    }

    /// Whatever was known of this document was wrong.
    pub(super) fn forget(&mut self, doc: &DocId) {
        let mut held = Positions::default();
        for position in self.refused.get(doc).into_iter().flat_map(|refused| &refused.positions) {
            held.insert(*position..position + 1);
        }
        self.docs.insert(doc.clone(), held);
        self.unsaved.insert(doc.clone());
        self.whole_unsaved |= self.whole.take().is_some();
    }

    /// The documents of which the peer has refused something, and of whom it takes nothing there.
    pub(super) fn refused(&self) -> Vec<(DocId, BTreeSet<NodeKey>)> {
        let refused = self.refused.iter();
        refused.map(|(doc, refused)| (doc.clone(), refused.authors.clone())).collect()
    }

    /// Of whom the peer takes nothing in this document.
    pub(super) fn refused_authors(&self, doc: &DocId) -> Option<&BTreeSet<NodeKey>> {
        self.refused.get(doc).map(|refused| &refused.authors)
    }

    /// The peer said that it takes nothing of these authors in a document.
    pub(super) fn refuse(&mut self, doc: &DocId, authors: BTreeSet<NodeKey>) {
        let refused = self.refused.entry(doc.clone()).or_default();
        (refused.authors, refused.lately) = (authors, true);
        self.unsaved.insert(doc.clone());
    }

    /// These changes of a document are by authors whom the peer refuses, or depend on such.
    pub(super) fn set_aside(&mut self, doc: &DocId, positions: BTreeSet<u32>) {
        for position in &positions {
            self.insert(doc, *position..position + 1);
        }
        if let Some(refused) = self.refused.get_mut(doc)
            && refused.positions != positions
        {
            refused.positions = positions;
            self.unsaved.insert(doc.clone());
        }
    }

    /// By another roster the peer may judge otherwise.
    pub(super) fn reopen_refusals(&mut self) {
        self.refused.values_mut().for_each(|refused| refused.lately = false);
    }

    /// What was refused of a document on an earlier connection is to be offered again.
    pub(super) fn offer_again(&mut self, doc: &DocId) {
        let Some(refused) = self.refused.remove(doc) else { return };
        if refused.lately {
            self.refused.insert(doc.clone(), refused);
            return;
        }
        self.unsaved.insert(doc.clone());
        if let Some(held) = self.docs.get_mut(doc) {
            refused.positions.iter().for_each(|position| held.remove(*position));
        }
    }

    /// Both hold the same: nothing is refused any more.
    pub(super) fn nothing_is_refused(&mut self) {
        self.unsaved.extend(std::mem::take(&mut self.refused).into_keys());
    }

    pub(super) fn contains(&self, doc: &DocId, position: u32) -> bool {
        match self.docs.get(doc) {
            Some(held) => held.contains(position),
            None => matches!(self.rest, Rest::Whole { .. }),
        }
    }

    /// Which changes of a document the peer has said that it holds, by their positions.
    pub(super) fn acknowledged_positions(&self, doc: &DocId) -> Vec<Range<u32>> {
        let held = match (self.docs.get(doc), self.rest) {
            (Some(held), _) => held.0.clone(),
            // What has grown since is listed.
            (None, Rest::Whole { .. }) => std::iter::once(0..u32::MAX).collect(),
            (None, _) => Vec::new(),
        };
        // What was refused, and what depends on it, need not be sent, and is not there.
        let refused = self.refused.get(doc).and_then(|refused| refused.positions.first());
        let end = refused.copied().unwrap_or(u32::MAX);
        let held = held.into_iter().map(|range| range.start..range.end.min(end));
        held.filter(|range| !range.is_empty()).collect()
    }

    /// Up to where the peer has everything of a document, which the index has so.
    pub(super) fn prefix(&self, entry: &IndexEntry) -> u32 {
        match (self.docs.get(&entry.doc), self.rest) {
            (Some(held), _) => held.prefix(),
            (None, Rest::Whole { age }) if entry.grown_at.is_until(age) => entry.summary.changes,
            (None, _) => 0,
        }
    }

    /// As [`Held::prefix`], without what the peer refused: up to where it has said that it has everything.
    pub(super) fn acknowledged(&self, entry: &IndexEntry) -> u32 {
        let refused = self.refused.get(&entry.doc).and_then(|refused| refused.positions.first());
        refused.copied().unwrap_or(u32::MAX).min(self.prefix(entry))
    }

    /// Stages what is out of date in the store, for the next commit.
    pub(super) fn save<B: Backend>(
        &mut self,
        replica: &mut Replica<B>,
    ) -> Result<(), ReplicaError> {
        if std::mem::take(&mut self.void) {
            for (key, _) in replica.meta_under(&acked_prefix(&self.peer))? {
                replica.set_meta(&key, None)?;
            }
        }
        if std::mem::take(&mut self.epoch_unsaved) {
            replica.set_meta(&epoch_key(&self.peer), self.epoch.map(Vec::from))?;
        }
        for doc in std::mem::take(&mut self.unsaved) {
            let held = self.docs.get(&doc).filter(|held| !held.0.is_empty());
            let refused = self.refused.get(&doc).map(Refused::encode);
            let value = (held.is_some() || refused.is_some()).then(|| {
                let held = held.cloned().unwrap_or_default().encode(refused.is_some());
                held.into_iter().chain(refused.into_iter().flatten()).collect()
            });
            replica.set_meta(&format!("{}{doc}", acked_prefix(&self.peer)), value)?;
        }
        if std::mem::take(&mut self.whole_unsaved) {
            let value = self
                .epoch
                .zip(self.whole)
                .map(|(epoch, digest)| [epoch.as_slice(), digest.0.as_slice()].concat());
            replica.set_meta(&whole_key(&self.peer), value)?;
        }
        Ok(())
    }

    /// Lets go of what need not be kept in memory: what is listed, when the peer holds everything of
    /// `scope` as it stands, and that has been said ([`Held::is_whole`]) and saved.
    pub(super) fn shrink<B: Backend>(&mut self, replica: &Replica<B>, scope: &Scope) {
        let index = replica.index();
        if !self.docs.is_empty()
            && self.refused.is_empty()
            && self.unsaved.is_empty()
            && self.whole == Some(index.digest_of(scope))
        {
            self.docs = BTreeMap::new();
            self.rest = Rest::Whole { age: index.age() };
        }
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
            ranges in proptest::collection::vec((0..40u32, 0..8u32), 0..20),
            taken_out in proptest::collection::vec(0..50u32, 0..8)
        ) {
            let mut positions = Positions::default();
            let mut expected = BTreeSet::new();
            for (start, len) in ranges {
                positions.insert(start..start + len);
                expected.extend(start..start + len);
            }
            for position in taken_out {
                positions.remove(position);
                expected.remove(&position);
            }
            for position in 0..50 {
                prop_assert_eq!(positions.contains(position), expected.contains(&position));
            }
            for more in [true, false] {
                let encoded = positions.encode(more);
                let (stored, rest) = Positions::decode(&encoded).unwrap();
                prop_assert!(stored == positions && rest.is_empty());
            }
            let prefix = (0..).take_while(|position| expected.contains(position)).count();
            prop_assert_eq!(positions.prefix() as usize, prefix);
            for pair in positions.0.windows(2) {
                prop_assert!(pair[0].end < pair[1].start, "ranges that touch are one");
            }
        }
    }
}
