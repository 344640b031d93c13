//! What is to be sent to a peer, in which order, and what of it is under way.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use super::held::Held;
use crate::id::DocId;
use crate::replica::{Clock, Replica, ReplicaError};
use crate::store::{Backend, StoredChange};
use crate::wire::frame::{Batch, Frame, More};
use crate::wire::pack::chunk::Parts;
use crate::wire::pack::{self, MAX_CHANGES, MAX_OPERATIONS, MAX_UNPACKED, Packed};
use crate::wire::trail::Trail;
use crate::wire::{self, MAX_BATCH_BODY, WireError};

/// Packed size aimed at for the first batch of a connection: two seconds at 64 kbit/s.
const FIRST_BATCH: usize = 16 * 1024;
/// Never aims lower: a batch has its own cost.
const LEAST_BATCH: usize = 4 * 1024;
/// Never aims higher.
pub(super) const MOST_BATCH: usize = 64 * 1024;
/// Most bytes of changes to pack at once.
pub(super) const MOST_UNPACKED: usize = 512 * 1024;
/// Acknowledged sooner than this, in milliseconds: the next batches may be larger.
const SOON: u64 = 1_500;
/// Acknowledged later than this, in milliseconds: they are to be smaller.
const LATE: u64 = 8_000;
/// A batch is at most such a part of what was acknowledged on the connection, from the first size on: a line
/// that breaks often loses only what was under way.
const PART_OF_ACKNOWLEDGED: usize = 4;
/// How many times smaller changes are when packed, at a first guess; a wrong guess costs packing twice.
const PACKING: usize = 12;
const MOST_PACKING: usize = 32;
/// What an edit just made may exceed the window by, so that it need not wait for the catch-up before it.
const URGENT_ROOM: usize = 8 * 1024;

/// Documents with changes to send, and batches under way.
#[derive(Debug)]
pub(super) struct Outbox {
    wanted: BTreeMap<DocId, Wanted>,
    /// Edits just made, before everything else.
    urgent: VecDeque<DocId>,
    /// One batch of each document in turn, so that a large one does not block the others.
    catch_up: VecDeque<DocId>,
    flights: BTreeMap<u64, Flight>,
    bytes_in_flight: usize,
    batch_size: usize,
    acknowledged: usize,
    /// How many times smaller the changes of the last batch became: text does not shrink as figures do.
    packing: usize,
    sent: u64,
    /// What the last batch ended with.
    trail: Trail,
}

#[derive(Debug)]
struct Wanted {
    from: u32,
    /// What the peer has, if it said so.
    above: Option<Clock>,
}

/// A batch under way.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) doc: DocId,
    pub(super) positions: Vec<u32>,
    bytes: usize,
    sent_at: u64,
}

/// What the outbox has to say.
pub(super) enum Next {
    /// A BATCH or a MORE.
    Batch(Frame),
    /// A document cannot be read; it was dropped.
    Failed(DocId, String, &'static str),
    Nothing,
}

impl Outbox {
    pub(super) fn new() -> Self {
        Self {
            wanted: BTreeMap::new(),
            urgent: VecDeque::new(),
            catch_up: VecDeque::new(),
            flights: BTreeMap::new(),
            bytes_in_flight: 0,
            batch_size: FIRST_BATCH,
            acknowledged: 0,
            packing: PACKING,
            sent: 0,
            trail: Trail::default(),
        }
    }

    /// How many batches were sent.
    pub(super) fn sent(&self) -> u64 {
        self.sent
    }

    /// Whether there is nothing to send and nothing under way.
    pub(super) fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.flights.is_empty()
    }

    /// Bytes of batches under way.
    pub(super) fn bytes_in_flight(&self) -> usize {
        self.bytes_in_flight
    }

    /// Whether something of a document is to be sent.
    pub(super) fn wants(&self, doc: &DocId) -> bool {
        self.wanted.contains_key(doc)
    }

    /// Whether there is something to send.
    pub(super) fn has_wanted(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// The changes of a document at `from` and after are to be sent, in turn with other documents.
    pub(super) fn want(&mut self, doc: &DocId, from: u32, above: Option<Clock>) {
        match self.wanted.get_mut(doc) {
            Some(wanted) => {
                wanted.from = wanted.from.min(from);
                if above.is_some() {
                    wanted.above = above;
                }
            }
            None => {
                self.wanted.insert(doc.clone(), Wanted { from, above });
                if *doc == DocId::Roster {
                    // By it the rest is judged.
                    self.catch_up.push_front(doc.clone());
                } else {
                    self.catch_up.push_back(doc.clone());
                }
            }
        }
    }

    /// An edit was just made: what follows `from` goes before everything else, unless more of the
    /// document waits to be sent before it.
    pub(super) fn want_now(&mut self, doc: &DocId, from: u32) {
        if !self.wanted.contains_key(doc) {
            self.wanted.insert(doc.clone(), Wanted { from, above: None });
            self.urgent.push_back(doc.clone());
        }
    }

    /// Nothing more of this document is to be sent.
    pub(super) fn drop_doc(&mut self, doc: &DocId) {
        self.wanted.remove(doc);
        self.urgent.retain(|queued| queued != doc);
        self.catch_up.retain(|queued| queued != doc);
    }

    /// The peer refused a batch of this document, and may not know what more of it would follow.
    pub(super) fn start_over(&mut self, doc: &DocId) {
        if self.trail.doc() == Some(doc) {
            self.trail = Trail::default();
        }
    }

    /// A batch was acknowledged or rejected.
    pub(super) fn settle(&mut self, number: u64, now: u64) -> Option<Flight> {
        let flight = self.flights.remove(&number)?;
        self.bytes_in_flight = self.bytes_in_flight.saturating_sub(flight.bytes);
        self.acknowledged = self.acknowledged.saturating_add(flight.bytes);
        let most = (self.acknowledged / PART_OF_ACKNOWLEDGED).clamp(FIRST_BATCH, MOST_BATCH);
        match now.saturating_sub(flight.sent_at) {
            ..SOON => self.batch_size = (self.batch_size * 2).min(most),
            LATE.. => self.batch_size = (self.batch_size / 2).max(LEAST_BATCH),
            _ => {}
        }
        Some(flight)
    }

    /// The next batch to send, if the window has room for it. Changes that the peer holds are left out.
    /// In a crowd each peer gets one small batch at a time.
    ///
    /// # Errors
    /// When the store failed.
    pub(super) fn next<B: Backend>(
        &mut self,
        now: u64,
        replica: &mut Replica<B>,
        held: &mut Held,
        crowded: bool,
    ) -> Result<Next, ReplicaError> {
        let size = if crowded { LEAST_BATCH } else { self.batch_size };
        let window = if crowded { 1 } else { 2 * size };
        loop {
            let urgent = self.bytes_in_flight < window + URGENT_ROOM;
            let room = self.bytes_in_flight < window;
            let doc = match (self.urgent.front(), self.catch_up.front()) {
                (Some(_), _) if urgent => self.urgent.pop_front(),
                (_, Some(_)) if room => self.catch_up.pop_front(),
                _ => return Ok(Next::Nothing),
            };
            let Some(doc) = doc else { return Ok(Next::Nothing) };
            let Some(wanted) = self.wanted.get_mut(&doc) else { continue };
            let known = Known { held, flights: &self.flights };
            let last = self.trail.change_of(&doc);
            let aim = Aim { packed: size, unpacked: (size * self.packing).min(MAX_UNPACKED) };
            let portion = match portion(&doc, wanted, aim, last, replica, known) {
                Ok(portion) => portion,
                Err(error @ (ReplicaError::Store(_) | ReplicaError::Unusable { .. })) => {
                    return Err(error);
                }
                Err(error) => {
                    self.wanted.remove(&doc);
                    return Ok(Next::Failed(doc, error.to_string(), error.code()));
                }
            };
            if portion.is_last {
                self.wanted.remove(&doc);
            } else {
                self.catch_up.push_back(doc.clone());
            }
            if let Some((packed, changes)) = portion.content {
                return Ok(Next::Batch(self.launch(now, doc, packed, &changes)));
            }
        }
    }

    fn launch(&mut self, now: u64, doc: DocId, packed: Packed, changes: &[StoredChange]) -> Frame {
        self.sent += 1;
        let positions = changes.iter().map(|change| change.position).collect();
        let bytes = packed.body.len();
        if bytes >= LEAST_BATCH {
            let unpacked: usize = changes.iter().map(|change| change.bytes.len()).sum();
            self.packing = (unpacked / bytes).clamp(1, MOST_PACKING);
        }
        self.bytes_in_flight += bytes;
        self.flights.insert(self.sent, Flight { doc: doc.clone(), positions, bytes, sent_at: now });
        let continues = self.trail.change_of(&doc).is_some();
        if let Some(last) = changes.last() {
            self.trail.follow(&doc, &last.bytes);
        }
        let (number, Packed { encoding, count, body }) = (self.sent, packed);
        let check = wire::check(changes.iter().map(|change| change.hash));
        if continues {
            Frame::More(More { number, encoding, count, check, body })
        } else {
            Frame::Batch(Batch { number, doc, encoding, count, check, body })
        }
    }
}

/// What need not be sent: what the peer holds, and what is on its way.
struct Known<'a> {
    held: &'a mut Held,
    flights: &'a BTreeMap<u64, Flight>,
}

impl Known<'_> {
    fn contains(&self, doc: &DocId, position: u32) -> bool {
        let flies = |flight: &Flight| {
            flight.doc == *doc && flight.positions.binary_search(&position).is_ok()
        };
        self.held.contains(doc, position) || self.flights.values().any(flies)
    }
}

/// How many bytes of changes to take for a batch, and how many they should be when packed.
#[derive(Clone, Copy)]
struct Aim {
    packed: usize,
    unpacked: usize,
}

struct Portion {
    content: Option<(Packed, Vec<StoredChange>)>,
    is_last: bool,
}

/// Takes the next changes of a document, about as many as pack into what is aimed at.
fn portion<B: Backend>(
    doc: &DocId,
    wanted: &mut Wanted,
    aim: Aim,
    last: Option<&[u8]>,
    replica: &mut Replica<B>,
    known: Known<'_>,
) -> Result<Portion, ReplicaError> {
    let max_bytes = aim.unpacked;
    let end = replica.summary(doc).map_or(0, |summary| summary.changes);
    let (changes, next) = match &wanted.above {
        Some(above) => {
            let page = replica.changes_above(doc, above, wanted.from, max_bytes)?;
            let next = page.next.unwrap_or(end);
            for skipped in gaps(wanted.from..next, &page.changes) {
                known.held.insert(doc, skipped);
            }
            (page.changes, next)
        }
        None => {
            let changes = replica.changes_from(doc, wanted.from, max_bytes)?;
            let next = changes.last().map_or(end, |last| last.position + 1);
            (changes, next)
        }
    };
    let mut changes = changes;
    changes.retain(|change| !known.contains(doc, change.position));
    wanted.from = next;
    if changes.is_empty() {
        return Ok(Portion { content: None, is_last: next >= end });
    }
    let all = changes.len();
    let (packed, taken) = pack_first(doc, last, &changes, aim.packed)?;
    changes.truncate(taken);
    if taken < all {
        wanted.from = changes.last().map_or(next, |last| last.position + 1);
    }
    Ok(Portion { is_last: wanted.from >= end, content: Some((packed, changes)) })
}

/// Packs as many of these changes, from the first, as make about `size` bytes; at least one. Says how many.
/// If the receiver knows the change that they follow, that is `last`.
///
/// # Errors
/// When the first does not fit into a batch at all, or what is stored is no change.
pub(super) fn pack_first(
    doc: &DocId,
    last: Option<&[u8]>,
    changes: &[StoredChange],
    size: usize,
) -> Result<(Packed, usize), ReplicaError> {
    let damaged =
        |error: WireError| ReplicaError::Damaged { doc: doc.clone(), what: error.to_string() };
    let mut taken = as_a_batch_holds(changes).map_err(damaged)?;
    let packed = loop {
        let chunks: Vec<&[u8]> =
            changes.iter().take(taken).map(|change| change.bytes.as_slice()).collect();
        let packed = pack::pack_after(last, &chunks).map_err(damaged)?;
        if packed.body.len() <= size || taken == 1 {
            break packed;
        }
        taken /= 2;
    };
    if packed.body.len() > MAX_BATCH_BODY {
        let (bytes, limit) = (packed.body.len(), MAX_BATCH_BODY);
        return Err(ReplicaError::TooLarge { doc: doc.clone(), bytes, limit });
    }
    Ok((packed, taken))
}

/// How many of these changes, from the first, a batch holds unpacked; at least one.
fn as_a_batch_holds(changes: &[StoredChange]) -> Result<usize, WireError> {
    let (mut bytes, mut operations) = (0, 0);
    for (taken, change) in changes.iter().enumerate().take(MAX_CHANGES) {
        bytes += change.bytes.len();
        operations += Parts::parse(&change.bytes)?.count_operations()?;
        if taken > 0 && (bytes > MAX_UNPACKED || operations > MAX_OPERATIONS) {
            return Ok(taken);
        }
    }
    Ok(changes.len().min(MAX_CHANGES))
}

/// The positions of `range` at which there is no change.
fn gaps(range: Range<u32>, changes: &[StoredChange]) -> Vec<Range<u32>> {
    let mut gaps = Vec::new();
    let mut from = range.start;
    for change in changes {
        gaps.push(from..change.position.max(from));
        from = change.position + 1;
    }
    gaps.push(from..range.end.max(from));
    gaps.retain(|gap| !gap.is_empty());
    gaps
}
