//! Finding the documents that differ, by hash ranges.
//!
//! The dialer asks, the listener answers out of its index and remembers nothing. What is compared is
//! what both share ([`Scope`]); no document is opened.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::event::ProtocolError;
use crate::id::DocId;
use crate::replica::{DocTag, Index, IndexEntry, Scope, TagRange};
use crate::wire::MAX_RANGES;
use crate::wire::ranges::{DocKey, MAX_LISTED, Range, RangeAnswer, RangeContent};

/// Most ranges that a search still has to ask for: over a million documents of which all differ.
const MAX_OPEN_RANGES: usize = 64 * 1024;

/// A search under way, at the dialer.
#[derive(Debug)]
pub(super) struct Search {
    open: VecDeque<Range>,
    asked: BTreeSet<Range>,
    found: Found,
}

/// What a search found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Documents of this node that the other side has otherwise, or not at all.
    pub(super) here: BTreeSet<DocId>,
    /// Keys of documents that only the other side has.
    pub(super) there: BTreeSet<DocKey>,
}

impl Search {
    pub(super) fn new() -> Self {
        Self { open: VecDeque::from([Range::ALL]), asked: BTreeSet::new(), found: Found::default() }
    }

    /// What to ask next, if no answer is awaited.
    pub(super) fn ask(&mut self) -> Option<Vec<Range>> {
        if !self.asked.is_empty() || self.open.is_empty() {
            return None;
        }
        let ranges: Vec<Range> = self.open.drain(..self.open.len().min(MAX_RANGES)).collect();
        self.asked.extend(&ranges);
        Some(ranges)
    }

    /// Gives the search up. What was asked is answered all the same.
    pub(super) fn into_asked(self) -> BTreeSet<Range> {
        self.asked
    }

    /// Takes answers in. Returns what was found once nothing is left to ask.
    pub(super) fn take(
        &mut self,
        answers: Vec<RangeAnswer>,
        index: &Index,
        scope: &Scope,
    ) -> Result<Option<Found>, ProtocolError> {
        for answer in answers {
            if !self.asked.remove(&answer.range) {
                return Err(ProtocolError::Unexpected { frame: "RANGE-ANSWERS" });
            }
            match answer.content {
                RangeContent::Documents(theirs) => {
                    self.compare(answer.range, theirs.into_iter().collect(), index, scope);
                }
                RangeContent::Parts(theirs) => {
                    let ours = parts_of(answer.range, index, scope);
                    for (part, (ours, theirs)) in
                        answer.range.parts().zip(ours.into_iter().zip(*theirs))
                    {
                        match (ours, theirs) {
                            (ours, theirs) if ours == theirs => {}
                            (Some(_), None) => self.compare(part, BTreeMap::new(), index, scope),
                            _ => self.open.push_back(part),
                        }
                    }
                }
            }
        }
        if self.open.len() > MAX_OPEN_RANGES {
            return Err(ProtocolError::TooMany { what: "ranges that differ" });
        }
        let done = self.asked.is_empty() && self.open.is_empty();
        Ok(done.then(|| std::mem::take(&mut self.found)))
    }

    fn compare(
        &mut self,
        range: Range,
        mut theirs: BTreeMap<DocKey, [u8; 8]>,
        index: &Index,
        scope: &Scope,
    ) {
        for (tag, entry) in index.entries(scope, tags(range)) {
            if theirs.remove(&key(&tag)) != Some(state(entry)) {
                self.found.here.insert(entry.doc.clone());
            }
        }
        self.found.there.extend(theirs.into_keys());
    }
}

/// What this node has in a range.
pub(super) fn answer(range: Range, index: &Index, scope: &Scope) -> RangeAnswer {
    let listed: Vec<(DocKey, [u8; 8])> = index
        .entries(scope, tags(range))
        .take(MAX_LISTED + 1)
        .map(|(tag, entry)| (key(&tag), state(entry)))
        .collect();
    let content = if listed.len() <= MAX_LISTED || range.parts().next().is_none() {
        RangeContent::Documents(listed.into_iter().take(MAX_LISTED).collect())
    } else {
        RangeContent::Parts(Box::new(parts_of(range, index, scope)))
    };
    RangeAnswer { range, content }
}

/// The key by which a document is asked for.
pub(super) fn key_of(doc: &DocId) -> DocKey {
    key(&DocTag::of(doc))
}

/// The document with a key, if it is shared.
pub(super) fn by_key(wanted: DocKey, index: &Index, scope: &Scope) -> Option<DocId> {
    let from = tag(wanted);
    let to = wanted.0.checked_add(1).map(|next| tag(DocKey(next)));
    let (_, entry) = index.entries(scope, TagRange { from, to }).next()?;
    Some(entry.doc.clone())
}

fn parts_of(
    range: Range,
    index: &Index,
    scope: &Scope,
) -> [Option<[u8; 8]>; crate::wire::ranges::FAN_OUT] {
    let mut parts = [None; crate::wire::ranges::FAN_OUT];
    for (digest, part) in parts.iter_mut().zip(range.parts()) {
        let sum = index.sum(scope, tags(part));
        *digest = (sum.count > 0).then(|| first(&sum.digest.0));
    }
    parts
}

fn tags(range: Range) -> TagRange {
    let (from, to) = range.bounds();
    TagRange { from: tag(from), to: to.map(tag) }
}

fn tag(key: DocKey) -> DocTag {
    let mut tag = [0; 32];
    tag[..8].copy_from_slice(&key.0.to_be_bytes());
    DocTag(tag)
}

fn key(tag: &DocTag) -> DocKey {
    DocKey(u64::from_be_bytes(first(&tag.0)))
}

fn state(entry: &IndexEntry) -> [u8; 8] {
    first(&entry.digest.0)
}

fn first(bytes: &[u8; 32]) -> [u8; 8] {
    let mut first = [0; 8];
    first.copy_from_slice(&bytes[..8]);
    first
}
