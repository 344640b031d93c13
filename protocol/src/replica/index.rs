//! Where every document stands, in memory, without loading any: what two nodes compare.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use automerge::ChangeHash;

use super::{Digest, DocTag, Scope};
use crate::id::{DocGroup, DocId};
use crate::store::DocSummary;

/// How many parts of the whole are summed up for the comparison of everything: those that a search asks
/// for in its first two rounds ([`crate::wire::ranges`]).
const PARTS: usize = 1024;

/// All documents of a replica, by tag, with the digest of each group kept incrementally.
#[derive(Clone, Debug, Default)]
pub struct Index {
    entries: BTreeMap<DocTag, IndexEntry>,
    groups: BTreeMap<DocGroup, Group>,
    parts: Parts,
    age: Age,
}

/// One document of the index.
#[derive(Clone, Debug)]
pub struct IndexEntry {
    /// Its id.
    pub doc: DocId,
    /// Its heads and counts.
    pub summary: DocSummary,
    /// Its part of the digests.
    pub digest: Digest,
    /// When it changed last.
    pub grown_at: Age,
}

/// How often an index has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Age(u64);

impl Age {
    /// Whether this was before `other`, or is the same.
    pub fn is_until(self, other: Self) -> bool {
        self.0 <= other.0
    }
}

/// Two entries are equal when they say the same of a document, whenever each heard of it.
impl PartialEq for IndexEntry {
    fn eq(&self, other: &Self) -> bool {
        (&self.doc, &self.summary, self.digest) == (&other.doc, &other.summary, other.digest)
    }
}

impl Eq for IndexEntry {}

/// Two indexes are equal when the same documents stand in them, however they came there.
impl PartialEq for Index {
    fn eq(&self, other: &Self) -> bool {
        (&self.entries, &self.groups, &self.parts) == (&other.entries, &other.groups, &other.parts)
    }
}

impl Eq for Index {}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Group {
    digest: Digest,
    tags: BTreeSet<DocTag>,
}

/// An interval of tags, `from` within and `to` not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagRange {
    /// The first tag within.
    pub from: DocTag,
    /// The first tag beyond; `None`: to the end.
    pub to: Option<DocTag>,
}

/// What a range of tags holds: equal sums mean equal documents at equal heads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RangeSum {
    /// How many documents.
    pub count: u32,
    /// The digest of them.
    pub digest: Digest,
}

impl RangeSum {
    fn plus(self, other: Self) -> Self {
        Self {
            count: self.count.saturating_add(other.count),
            digest: self.digest.plus(other.digest),
        }
    }
}

/// Sums of all documents, by the first bits of their tags.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    total: RangeSum,
    sums: Vec<RangeSum>,
}

impl Default for Parts {
    fn default() -> Self {
        Self { total: RangeSum::default(), sums: vec![RangeSum::default(); PARTS] }
    }
}

impl Parts {
    /// A document came (`before` is none) or is another one now.
    fn replace(&mut self, tag: &DocTag, before: Option<Digest>, digest: Digest) {
        let part = self.sums.get_mut(part_of(tag));
        for sum in part.into_iter().chain([&mut self.total]) {
            sum.count += u32::from(before.is_none());
            sum.digest = sum.digest.minus(before.unwrap_or_default()).plus(digest);
        }
    }
}

/// The part that a tag lies in: its first ten bits.
fn part_of(tag: &DocTag) -> usize {
    let [first, second, ..] = tag.0;
    usize::from(first) << 2 | usize::from(second) >> 6
}

/// The first tag of a part.
fn first_of(part: usize) -> DocTag {
    let mut tag = [0; 32];
    let bits = u16::try_from(part << 6).unwrap_or(u16::MAX);
    tag[..2].copy_from_slice(&bits.to_be_bytes());
    DocTag(tag)
}

impl TagRange {
    /// All tags.
    pub const FULL: Self = Self { from: DocTag([0; 32]), to: None };

    fn bounds(&self) -> Option<(Bound<DocTag>, Bound<DocTag>)> {
        match self.to {
            // An empty or inverted interval, which a peer may well ask for, would panic in `range`.
            Some(to) if to <= self.from => None,
            Some(to) => Some((Bound::Included(self.from), Bound::Excluded(to))),
            None => Some((Bound::Included(self.from), Bound::Unbounded)),
        }
    }
}

impl Index {
    /// The index of these documents.
    pub fn new(documents: BTreeMap<DocId, DocSummary>) -> Self {
        let mut index = Self::default();
        for (doc, summary) in documents {
            index.set(&doc, summary);
        }
        index
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no document.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Where a document stands.
    pub fn get(&self, doc: &DocId) -> Option<&DocSummary> {
        self.by_tag(&DocTag::of(doc)).map(|entry| &entry.summary)
    }

    /// The document with this tag.
    pub fn by_tag(&self, tag: &DocTag) -> Option<&IndexEntry> {
        self.entries.get(tag)
    }

    /// Puts a document in, or takes note of where it stands now.
    pub(super) fn set(&mut self, doc: &DocId, summary: DocSummary) {
        let tag = DocTag::of(doc);
        let digest = Digest::of(doc, &summary.heads);
        self.age.0 += 1;
        let entry = IndexEntry { doc: doc.clone(), summary, digest, grown_at: self.age };
        let before = self.entries.insert(tag, entry).map(|entry| entry.digest);
        let group = self.groups.entry(doc.group()).or_default();
        group.tags.insert(tag);
        group.digest = group.digest.minus(before.unwrap_or_default()).plus(digest);
        self.parts.replace(&tag, before, digest);
    }

    /// How old this index is: entries that changed later are younger than it was.
    pub fn age(&self) -> Age {
        self.age
    }

    /// The digest of all documents in scope, in the time that it takes to walk the scope's groups.
    pub fn digest_of(&self, scope: &Scope) -> Digest {
        match scope {
            Scope::All => self.parts.total.digest,
            Scope::Groups(_) => self.groups_in(scope).map(|group| group.digest).sum(),
        }
    }

    /// How many documents are in scope.
    pub fn count(&self, scope: &Scope) -> usize {
        match scope {
            Scope::All => self.len(),
            Scope::Groups(_) => self.groups_in(scope).map(|group| group.tags.len()).sum(),
        }
    }

    /// The documents of the scope whose tags lie in `range`, in the order of their tags.
    pub fn entries<'a>(
        &'a self,
        scope: &'a Scope,
        range: TagRange,
    ) -> Box<dyn Iterator<Item = (DocTag, &'a IndexEntry)> + 'a> {
        let Some(bounds) = range.bounds() else { return Box::new(std::iter::empty()) };
        match scope {
            Scope::All => Box::new(self.entries.range(bounds).map(|(tag, entry)| (*tag, entry))),
            Scope::Groups(_) => {
                let mut tags: Vec<DocTag> = self
                    .groups_in(scope)
                    .flat_map(|group| group.tags.range(bounds))
                    .copied()
                    .collect();
                tags.sort_unstable();
                Box::new(tags.into_iter().filter_map(|tag| Some((tag, self.entries.get(&tag)?))))
            }
        }
    }

    /// Count and digest of the documents of the scope whose tags lie in `range`. Of everything it adds up
    /// whole parts and walks only what is left at the two ends; of a few groups it walks all.
    pub fn sum(&self, scope: &Scope, range: TagRange) -> RangeSum {
        match scope {
            Scope::All => self.sum_of_all(range),
            Scope::Groups(_) => self.walk(scope, range),
        }
    }

    fn sum_of_all(&self, range: TagRange) -> RangeSum {
        let first =
            part_of(&range.from) + usize::from(range.from != first_of(part_of(&range.from)));
        let end = range.to.map_or(PARTS, |to| part_of(&to));
        if first >= end {
            return self.walk(&Scope::All, range);
        }
        let before = TagRange { from: range.from, to: Some(first_of(first)) };
        let whole = self.parts.sums.get(first..end).into_iter().flatten().copied();
        let after = range.to.map(|to| TagRange { from: first_of(end), to: Some(to) });
        std::iter::once(self.walk(&Scope::All, before))
            .chain(whole)
            .chain(after.map(|after| self.walk(&Scope::All, after)))
            .fold(RangeSum::default(), RangeSum::plus)
    }

    fn walk(&self, scope: &Scope, range: TagRange) -> RangeSum {
        let one = |(_, entry): (DocTag, &IndexEntry)| RangeSum { count: 1, digest: entry.digest };
        self.entries(scope, range).map(one).fold(RangeSum::default(), RangeSum::plus)
    }

    /// Takes note of changes added: `heads` are the document's heads now.
    pub(super) fn advance(&mut self, doc: &DocId, heads: Vec<ChangeHash>, changes: u32) {
        let in_snapshot = self.get(doc).map_or(0, |summary| summary.in_snapshot);
        self.set(doc, DocSummary { heads, changes, in_snapshot });
    }

    /// Takes note of a snapshot.
    pub(super) fn set_snapshot(&mut self, doc: &DocId, covers: u32) {
        if let Some(entry) = self.entries.get_mut(&DocTag::of(doc)) {
            entry.summary.in_snapshot = covers;
        }
    }

    fn groups_in<'a>(&'a self, scope: &'a Scope) -> Box<dyn Iterator<Item = &'a Group> + 'a> {
        match scope {
            Scope::All => Box::new(self.groups.values()),
            Scope::Groups(groups) => {
                Box::new(groups.iter().filter_map(|group| self.groups.get(group)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc(path: &str) -> DocId {
        path.parse().unwrap()
    }

    fn summary(seed: u8) -> DocSummary {
        DocSummary { heads: vec![ChangeHash([seed; 32])], changes: 1, in_snapshot: 0 }
    }

    fn index() -> Index {
        let mut docs: BTreeMap<DocId, DocSummary> =
            (0..200).map(|unit| (doc(&format!("report/2023-q1/{unit}")), summary(1))).collect();
        docs.insert(DocId::Roster, summary(2));
        docs.insert(DocId::Calendar, summary(3));
        Index::new(docs)
    }

    fn unit(code: &str) -> DocGroup {
        DocGroup::Unit(code.parse().unwrap())
    }

    #[test]
    fn a_scope_holds_its_groups_and_nothing_else() {
        let index = index();
        let scope = Scope::of([DocGroup::Town, unit("7"), unit("not-here")]);
        let mut docs: Vec<String> =
            index.entries(&scope, TagRange::FULL).map(|(_, entry)| entry.doc.to_string()).collect();
        docs.sort();
        assert_eq!(docs, ["report/2023-q1/7", "town/calendar", "town/roster"]);
        assert_eq!(index.count(&scope), 3);
        assert_eq!(index.digest_of(&scope), index.sum(&scope, TagRange::FULL).digest);
        assert_eq!(index.digest_of(&Scope::of([])), Digest::ZERO);
    }

    #[test]
    fn entries_come_in_the_order_of_their_tags_whatever_the_scope() {
        let index = index();
        let groups = (0..200).map(|code| unit(&code.to_string())).chain([DocGroup::Town]);
        let every_group = Scope::of(groups);
        let tags = |scope| index.entries(scope, TagRange::FULL).map(|(tag, _)| tag).collect();
        let all: Vec<DocTag> = tags(&Scope::All);
        assert!(all.is_sorted());
        assert_eq!(all.len(), 202);
        assert_eq!(all, tags(&every_group));
        assert_eq!(index.digest_of(&Scope::All), index.digest_of(&every_group));
    }

    #[test]
    fn the_sums_of_adjoining_ranges_add_up() {
        let index = index();
        let bound = |first: u8| DocTag(std::array::from_fn(|at| if at == 0 { first } else { 0 }));
        let parts: Vec<RangeSum> = (0..32)
            .map(|part| TagRange {
                from: bound(part * 8),
                to: (part < 31).then(|| bound(part * 8 + 8)),
            })
            .map(|range| index.sum(&Scope::All, range))
            .collect();
        assert_eq!(parts.iter().map(|sum| sum.count).sum::<u32>(), 202);
        assert_eq!(
            parts.iter().map(|sum| sum.digest).sum::<Digest>(),
            index.digest_of(&Scope::All)
        );
    }

    #[test]
    fn empty_and_inverted_ranges_hold_nothing() {
        let index = index();
        let (low, high) = (DocTag([1; 32]), DocTag([2; 32]));
        for (from, to) in [(high, low), (low, low)] {
            for scope in [Scope::All, Scope::of([DocGroup::Town])] {
                let range = TagRange { from, to: Some(to) };
                assert_eq!(index.sum(&scope, range), RangeSum::default());
            }
        }
    }

    #[test]
    fn the_digest_follows_each_document() {
        let mut index = index();
        let before = index.digest_of(&Scope::All);
        index.advance(&DocId::Roster, vec![ChangeHash([9; 32])], 2);
        assert_ne!(index.digest_of(&Scope::All), before);
        index.set(&DocId::Roster, summary(2));
        assert_eq!(index.digest_of(&Scope::All), before);
    }
}
