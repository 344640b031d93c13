//! The records of a journal, byte by byte.
//!
//! A record is `MAGIC`, its kind, the number of a commit, the length of its body, the body, and 128 bits
//! of BLAKE3 over all of that but the magic. Whoever finds one that does not read looks for the next magic:
//! damage costs the record that it hit and no other.

use automerge::{ActorId, ChangeHash};
use hopluu_protocol::id::DocId;
use hopluu_protocol::store::{StoredChange, Write};

/// Eight bytes that neither text nor automerge begins with.
const MAGIC: [u8; 8] = *b"\xf1hlj\x00\x9d\r\n";
const HEAD_BYTES: usize = MAGIC.len() + 1 + 8 + 4;
const SUM_BYTES: usize = 16;

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The first of a file: of which store it is.
    Begin,
    /// What one commit wrote.
    Commit,
    /// A part of what the store held when the file was begun.
    State,
    /// All that the store held is in this file; those before it may go.
    Whole,
}

/// A record that reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub(super) kind: Kind,
    pub(super) commit: u64,
    pub(super) body: &'a [u8],
    /// Where it ends in the file.
    pub(super) end: usize,
}

/// What lies at a place of a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    Record(Record<'a>),
    /// Bytes that are no record.
    Hole,
}

/// One thing that a body holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Write(Write),
    /// A change that the store held, where it is not known who is to be told.
    Stored(DocId, StoredChange),
}

impl Kind {
    const ALL: [Self; 4] = [Self::Begin, Self::Commit, Self::State, Self::Whole];

    fn of(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == byte)
    }
}

/// A record as it is written.
pub(super) fn seal(kind: Kind, commit: u64, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD_BYTES + body.len() + SUM_BYTES);
    bytes.extend(MAGIC);
    bytes.push(kind as u8);
    bytes.extend(commit.to_le_bytes());
    bytes.extend((body.len() as u32).to_le_bytes());
    bytes.extend(body);
    let sum = checksum(bytes.get(MAGIC.len()..).unwrap_or_default());
    bytes.extend(sum);
    bytes
}

fn checksum(bytes: &[u8]) -> [u8; SUM_BYTES] {
    let mut sum = [0; SUM_BYTES];
    blake3::Hasher::new().update(bytes).finalize_xof().fill(&mut sum);
    sum
}

/// All that reads in a journal's bytes, in order. Zeros at the end are room that was not used.
pub(super) fn scan(bytes: &[u8]) -> impl Iterator<Item = Found<'_>> {
    let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = bytes.get(at..).filter(|_| at < used)?;
        if let Some(mut record) = read(rest) {
            at += record.end;
            record.end = at;
            return Some(Found::Record(record));
        }
        let next = rest.get(1..).unwrap_or_default();
        let skipped = next.windows(MAGIC.len()).position(|window| window == MAGIC);
        at = skipped.map_or(bytes.len(), |skipped| at + 1 + skipped);
        Some(Found::Hole)
    })
}

/// The record at the beginning of some bytes.
fn read(bytes: &[u8]) -> Option<Record<'_>> {
    let mut rest = bytes.strip_prefix(&MAGIC)?;
    let [kind] = take(&mut rest)?;
    let commit = u64::from_le_bytes(take(&mut rest)?);
    let length = u32::from_le_bytes(take(&mut rest)?) as usize;
    let end = HEAD_BYTES.checked_add(length)?;
    let sum = bytes.get(end..end.checked_add(SUM_BYTES)?)?;
    let summed = bytes.get(MAGIC.len()..end)?;
    if sum != checksum(summed) {
        return None;
    }
    let body = bytes.get(HEAD_BYTES..end)?;
    Some(Record { kind: Kind::of(kind)?, commit, body, end: end + SUM_BYTES })
}

/// Appends an entry to a body.
pub(super) fn put(body: &mut Vec<u8>, entry: &Entry) {
    match entry {
        Entry::Write(Write::Append { doc, change, actor, seq }) => {
            body.push(1);
            put_change(body, doc, change);
            put_bytes(body, actor.to_bytes());
            body.extend(seq.to_le_bytes());
        }
        Entry::Write(Write::Heads { doc, heads }) => {
            body.push(2);
            put_bytes(body, doc.to_string().as_bytes());
            put_bytes(body, &heads.iter().flat_map(|head| head.0).collect::<Vec<u8>>());
        }
        Entry::Write(Write::Meta { key, value }) => {
            body.push(if value.is_some() { 3 } else { 4 });
            put_bytes(body, key.as_bytes());
            put_bytes(body, value.as_deref().unwrap_or_default());
        }
        Entry::Write(Write::Snapshot { doc, covers, bytes }) => {
            body.push(5);
            put_bytes(body, doc.to_string().as_bytes());
            body.extend(covers.to_le_bytes());
            put_bytes(body, bytes);
        }
        Entry::Stored(doc, change) => {
            body.push(6);
            put_change(body, doc, change);
        }
    }
}

fn put_change(body: &mut Vec<u8>, doc: &DocId, change: &StoredChange) {
    put_bytes(body, doc.to_string().as_bytes());
    body.extend(change.position.to_le_bytes());
    body.extend(change.hash.0);
    put_bytes(body, &change.bytes);
}

fn put_bytes(body: &mut Vec<u8>, bytes: &[u8]) {
    body.extend((bytes.len() as u32).to_le_bytes());
    body.extend(bytes);
}

/// The entries of a body; `None` when it was written by a program that knows more.
pub(super) fn entries(mut body: &[u8]) -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    while !body.is_empty() {
        entries.push(entry(&mut body)?);
    }
    Some(entries)
}

fn entry(body: &mut &[u8]) -> Option<Entry> {
    let [tag] = take(body)?;
    Some(match tag {
        1 => {
            let (doc, change) = take_change(body)?;
            let actor = ActorId::from(take_bytes(body)?);
            let seq = u64::from_le_bytes(take(body)?);
            Entry::Write(Write::Append { doc, change, actor, seq })
        }
        2 => {
            let doc = take_doc(body)?;
            let (heads, rest) = take_bytes(body)?.as_chunks::<32>();
            if !rest.is_empty() {
                return None;
            }
            let heads = heads.iter().copied().map(ChangeHash).collect();
            Entry::Write(Write::Heads { doc, heads })
        }
        3 | 4 => {
            let key = String::from_utf8(take_bytes(body)?.to_vec()).ok()?;
            let value = take_bytes(body)?.to_vec();
            Entry::Write(Write::Meta { key, value: (tag == 3).then_some(value) })
        }
        5 => {
            let doc = take_doc(body)?;
            let covers = u32::from_le_bytes(take(body)?);
            let bytes = take_bytes(body)?.to_vec();
            Entry::Write(Write::Snapshot { doc, covers, bytes })
        }
        6 => {
            let (doc, change) = take_change(body)?;
            Entry::Stored(doc, change)
        }
        _ => return None,
    })
}

fn take_change(body: &mut &[u8]) -> Option<(DocId, StoredChange)> {
    let doc = take_doc(body)?;
    let position = u32::from_le_bytes(take(body)?);
    let hash = ChangeHash(take(body)?);
    let bytes = take_bytes(body)?.to_vec();
    Some((doc, StoredChange { position, hash, bytes }))
}

fn take_doc(body: &mut &[u8]) -> Option<DocId> {
    std::str::from_utf8(take_bytes(body)?).ok()?.parse().ok()
}

fn take_bytes<'a>(body: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = u32::from_le_bytes(take(body)?) as usize;
    let (bytes, rest) = body.split_at_checked(length)?;
    *body = rest;
    Some(bytes)
}

fn take<const N: usize>(body: &mut &[u8]) -> Option<[u8; N]> {
    let (bytes, rest) = body.split_first_chunk()?;
    *body = rest;
    Some(*bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn doc() -> DocId {
        "report/2023-q1/19996".parse().unwrap()
    }

    fn all_entries(bytes: &[u8]) -> Vec<Entry> {
        let change = StoredChange { position: 7, hash: ChangeHash([3; 32]), bytes: bytes.to_vec() };
        let (key, heads) = ("epoch".to_owned(), vec![ChangeHash([1; 32]), ChangeHash([2; 32])]);
        let bytes = bytes.to_vec();
        vec![
            Entry::Write(Write::Append {
                doc: doc(),
                change: change.clone(),
                actor: ActorId::from([9; 16]),
                seq: 4,
            }),
            Entry::Write(Write::Heads { doc: DocId::Roster, heads }),
            Entry::Write(Write::Meta { key: key.clone(), value: Some(bytes.clone()) }),
            Entry::Write(Write::Meta { key, value: None }),
            Entry::Write(Write::Snapshot { doc: doc(), covers: 9, bytes }),
            Entry::Stored(doc(), change),
        ]
    }

    fn bodies(journal: &[u8]) -> Vec<Vec<u8>> {
        let records = scan(journal).filter_map(|found| match found {
            Found::Record(record) => Some(record.body.to_vec()),
            Found::Hole => None,
        });
        records.collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn entries_read_back(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let expected = all_entries(&bytes);
            let mut body = Vec::new();
            expected.iter().for_each(|entry| put(&mut body, entry));
            prop_assert_eq!(entries(&body), Some(expected));
            for length in 0..body.len() {
                // Nothing is read into what is cut, and nothing panics.
                let _cut = entries(&body[..length]);
            }
        }

        /// A flipped bit costs at most the record that it lies in.
        #[test]
        fn damage_costs_one_record(
            written in proptest::collection::vec(
                proptest::collection::vec(any::<u8>(), 0..120), 1..20),
            bit in any::<prop::sample::Index>(),
            zeros in 0..100_usize,
        ) {
            let mut journal = Vec::new();
            let mut ends = Vec::new();
            for body in &written {
                journal.extend(seal(Kind::Commit, 1, body));
                ends.push(journal.len());
            }
            let bit = bit.index(journal.len() * 8);
            journal.resize(journal.len() + zeros, 0);
            prop_assert_eq!(&bodies(&journal), &written);
            journal[bit / 8] ^= 1 << (bit % 8);
            let hit = ends.partition_point(|end| *end <= bit / 8);
            let mut left = written.clone();
            left.remove(hit);
            prop_assert_eq!(bodies(&journal), left);
            prop_assert!(scan(&journal).any(|found| found == Found::Hole));
        }

        #[test]
        fn what_is_cut_off_costs_what_lay_there(
            written in proptest::collection::vec(
                proptest::collection::vec(any::<u8>(), 0..60), 1..8),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut journal = Vec::new();
            let mut ends = vec![0];
            for body in &written {
                journal.extend(seal(Kind::State, 1, body));
                ends.push(journal.len());
            }
            let length = cut.index(journal.len() + 1);
            let whole = ends.iter().filter(|end| **end <= length).count() - 1;
            prop_assert_eq!(&bodies(&journal[..length])[..], &written[..whole]);
        }
    }
}
