//! The keys of the one tree. A letter says what a row is; document ids are plain ASCII, so a zero byte
//! ends them and ids with a common beginning do not mix.

use automerge::{ActorId, ChangeHash};
use hopluu_protocol::id::DocId;

/// The store's format.
pub(super) const FORMAT: &[u8] = b"f";
/// How many commits the store has had.
pub(super) const COMMITS: &[u8] = b"k";
/// The last commit that the journal was given too, and the last that was made by a program which keeps one.
pub(super) const JOURNALED: &[u8] = b"j";
/// The store's own name.
pub(super) const ID: &[u8] = b"i";
/// The number of the next large value.
pub(super) const NEXT_LARGE: &[u8] = b"n";
/// Documents.
pub(super) const DOCS: &[u8] = b"d";
/// Changes.
pub(super) const CHANGES: &[u8] = b"c";
/// Values outside the documents.
pub(super) const META: &[u8] = b"m";
/// Parts of large values.
pub(super) const PARTS: &[u8] = b"p";
/// What is to be swept: rows that nothing refers to any more.
pub(super) const GARBAGE: &[u8] = b"g";

pub(super) fn doc(doc: &DocId) -> Vec<u8> {
    join(DOCS, doc.to_string().as_bytes(), &[])
}

/// All change rows of a document start so.
pub(super) fn changes(doc: &DocId) -> Vec<u8> {
    join(CHANGES, doc.to_string().as_bytes(), &[0])
}

pub(super) fn change(doc: &DocId, position: u32) -> Vec<u8> {
    join(&changes(doc), &position.to_be_bytes(), &[])
}

pub(super) fn position(doc: &DocId, hash: &ChangeHash) -> Vec<u8> {
    join(b"h", doc.to_string().as_bytes(), &[&[0], &hash.0[..]].concat())
}

/// All clock rows of a document start so.
pub(super) fn clock(doc: &DocId) -> Vec<u8> {
    join(b"a", doc.to_string().as_bytes(), &[0])
}

pub(super) fn actor(doc: &DocId, actor: &ActorId) -> Vec<u8> {
    join(&clock(doc), actor.to_bytes(), &[])
}

pub(super) fn meta(key: &str) -> Vec<u8> {
    join(META, key.as_bytes(), &[])
}

/// All parts of a large value start so.
pub(super) fn parts(number: u64) -> Vec<u8> {
    join(PARTS, &number.to_be_bytes(), &[])
}

pub(super) fn part(number: u64, index: u32) -> Vec<u8> {
    join(&parts(number), &index.to_be_bytes(), &[])
}

/// The row that marks keys starting with `prefix` as garbage: all of them, or those below its body.
pub(super) fn garbage(prefix: &[u8]) -> Vec<u8> {
    join(GARBAGE, prefix, &[])
}

fn join(kind: &[u8], id: &[u8], rest: &[u8]) -> Vec<u8> {
    [kind, id, rest].concat()
}
