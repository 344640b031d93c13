//! Rows found in the bytes of sled's log, whatever sled thinks of it.
//!
//! sled reads its log up to the first message that does not check, and believes a table that says where its
//! pages are. Neither is asked here. A message is sought at every byte: its checksum (4 bytes), its kind, and
//! its length, segment and page as numbers of variable length; then, in a *link*, one key and value, and in a
//! *node* the beginning and end of its keys, all keys, all values. Keys lack what all keys of their node
//! begin with, which only nodes say, so those are read first. What is a row is told by its own checksum,
//! which covers the whole key: nothing is guessed.

use std::collections::{BTreeMap, BTreeSet};

use super::open::SEGMENT_BYTES;
use super::row;

const CHECKSUM_BYTES: usize = 4;
const NODE: u8 = 8;
const LINK: u8 = 10;
const SET: u8 = 0;
const LEAF: u8 = 0;
/// A segment begins with a checksum, its place in the order of all segments, and another number.
const PLACE_MASK: u64 = i64::MAX as u64;

/// Rows by key: the bodies.
pub(super) type Bodies = BTreeMap<Vec<u8>, Vec<u8>>;

/// All rows in a log. Of several versions of a row the one that was written last.
pub(super) fn rows(log: &[u8]) -> Bodies {
    let mut found = Found::default();
    let nodes: Vec<usize> = messages(log, NODE).collect();
    for at in &nodes {
        if let Some(node) = node(log, *at) {
            found.add_node(place(log, *at), &node);
        }
    }
    for at in messages(log, LINK) {
        if let Some((page, key, value)) = link(log, at) {
            found.add_link(place(log, at), page, key, value);
        }
    }
    found.rows.into_iter().map(|(key, (_, body))| (key, body)).collect()
}

#[derive(Default)]
struct Found {
    /// With where each stood in the order of writing.
    rows: BTreeMap<Vec<u8>, (u64, Vec<u8>)>,
    /// What the keys of a page began with, at one time or another.
    of_page: BTreeMap<u64, BTreeSet<Vec<u8>>>,
    all: BTreeSet<Vec<u8>>,
}

struct Node<'a> {
    page: u64,
    prefix: &'a [u8],
    rows: Vec<(&'a [u8], &'a [u8])>,
}

impl Found {
    fn add_node(&mut self, place: u64, node: &Node<'_>) {
        let mut is_one = node.rows.is_empty();
        for (key, value) in &node.rows {
            is_one |= self.add(place, &[node.prefix, key].concat(), value);
        }
        if is_one {
            self.of_page.entry(node.page).or_default().insert(node.prefix.to_vec());
            self.all.insert(node.prefix.to_vec());
        }
    }

    fn add_link(&mut self, place: u64, page: u64, key: &[u8], value: &[u8]) {
        let known = self.of_page.get(&page).cloned().unwrap_or_default();
        // The page's own first; then any, since what is written of its page may be what is damaged.
        let others: Vec<Vec<u8>> = self.all.difference(&known).cloned().collect();
        for prefix in known.into_iter().chain([Vec::new()]).chain(others) {
            if self.add(place, &[&prefix, key].concat(), value) {
                return;
            }
        }
    }

    /// Takes a row if it is one.
    fn add(&mut self, place: u64, key: &[u8], value: &[u8]) -> bool {
        let Ok(body) = row::open(key, value) else { return false };
        let is_newer = self.rows.get(key).is_none_or(|(before, _)| *before <= place);
        if is_newer {
            self.rows.insert(key.to_vec(), (place, body.to_vec()));
        }
        true
    }
}

/// Where messages of a kind may begin.
fn messages(log: &[u8], kind: u8) -> impl Iterator<Item = usize> {
    let kinds = log.iter().enumerate().skip(CHECKSUM_BYTES);
    kinds.filter(move |(_, byte)| **byte == kind).map(|(at, _)| at - CHECKSUM_BYTES)
}

/// The page of a message and what it holds. Its length is not believed: it may be what is damaged.
fn message(log: &[u8], at: usize) -> Option<(u64, &[u8])> {
    let mut rest = log.get(at + CHECKSUM_BYTES + 1..)?;
    let length = number(&mut rest)?;
    let segment = number(&mut rest)?;
    let page = number(&mut rest)?;
    let is_one = length <= SEGMENT_BYTES as u64 && segment <= log.len() as u64;
    is_one.then_some((page, rest))
}

fn link(log: &[u8], at: usize) -> Option<(u64, &[u8], &[u8])> {
    let (page, mut rest) = message(log, at)?;
    let [tag] = take(&mut rest)?;
    let key = bytes(&mut rest)?;
    let value = bytes(&mut rest)?;
    (tag == SET).then_some((page, key, value))
}

fn node(log: &[u8], at: usize) -> Option<Node<'_>> {
    let (page, mut rest) = message(log, at)?;
    let _next = number(&mut rest)?;
    let _merging_child = number(&mut rest)?;
    let [_merging, prefix_length] = take(&mut rest)?;
    let low = bytes(&mut rest)?;
    let _high = bytes(&mut rest)?;
    let [kind] = take(&mut rest)?;
    let count = usize::try_from(number(&mut rest)?).ok()?;
    let prefix = low.get(..prefix_length.into())?;
    if kind != LEAF || count > rest.len() {
        return None;
    }
    let mut keys = Vec::new();
    for _ in 0..count {
        keys.push(bytes(&mut rest)?);
    }
    // Up to where the values are damaged.
    let rows = keys.into_iter().map_while(|key| Some((key, bytes(&mut rest)?))).collect();
    Some(Node { page, prefix, rows })
}

/// Where something stands in the order of writing: segments are used again and again.
fn place(log: &[u8], at: usize) -> u64 {
    let begins = at - at % SEGMENT_BYTES;
    let number = log.get(begins + 4..begins + 12).and_then(|bytes| bytes.try_into().ok());
    let number = number.map_or(0, u64::from_le_bytes) ^ PLACE_MASK;
    (number & PLACE_MASK).saturating_add((at - begins) as u64)
}

/// A number as sled writes them.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let [first] = take(rest)?;
    let one = |rest: &mut &[u8]| take(rest).map(|[byte]: [u8; 1]| u64::from(byte));
    Some(match first {
        0..=240 => u64::from(first),
        241..=248 => 240 + 256 * (u64::from(first) - 241) + one(rest)?,
        249 => 2288 + 256 * one(rest)? + one(rest)?,
        _ => {
            let (bytes, left) = rest.split_at_checked(usize::from(first) - 247)?;
            *rest = left;
            bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
        }
    })
}

fn bytes<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(number(rest)?).ok()?;
    let (bytes, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(bytes)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (bytes, left) = rest.split_first_chunk()?;
    *rest = left;
    Some(*bytes)
}
