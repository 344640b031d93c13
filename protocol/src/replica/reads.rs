//! What a peer lacks, read from rows where possible and from the opened document where the changes lie in
//! a snapshot.

use std::collections::{BTreeMap, HashMap};

use automerge::{ActorId, ChangeHash, ReadDoc};

use super::documents::parse;
use super::{Clock, Replica, ReplicaError};
use crate::id::DocId;
use crate::store::{Backend, StoredChange};

/// The changes within a snapshot by position, with their place in their actor's line.
pub(super) type SnapshotOrder = Vec<(ChangeHash, ActorId, u64)>;

/// Changes of the snapshot, by their hashes.
pub(super) type SnapshotBodies = HashMap<ChangeHash, Vec<u8>>;

/// Up to so many changes are taken out of an opened document one by one; for each, automerge goes through the
/// document.
const FEW: usize = 16;

/// A part of an answer that may be longer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangesPage {
    /// Changes in order of position.
    pub changes: Vec<StoredChange>,
    /// Where to go on; `None`: that was all.
    pub next: Option<u32>,
}

/// Rows are read in portions of at least this many bytes.
const READ_AHEAD_BYTES: usize = 64 * 1024;

/// Gathers changes until they amount to a number of bytes; takes at least one.
struct Gather {
    changes: Vec<StoredChange>,
    bytes: usize,
    max_bytes: usize,
}

impl Gather {
    /// What was gathered, to be continued at `next`.
    fn until(self, next: u32) -> ChangesPage {
        ChangesPage { changes: self.changes, next: Some(next) }
    }

    fn left(&self) -> usize {
        self.max_bytes.saturating_sub(self.bytes)
    }

    /// Takes a change in, or says that there is no room.
    fn take(&mut self, change: StoredChange) -> bool {
        let bytes = self.bytes.saturating_add(change.bytes.len());
        if bytes > self.max_bytes && !self.changes.is_empty() {
            return false;
        }
        self.bytes = bytes;
        self.changes.push(change);
        true
    }
}

impl<B: Backend> Replica<B> {
    /// The position of a change that the document has, staged or stored.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn position(&self, doc: &DocId, hash: &ChangeHash) -> Result<Option<u32>, ReplicaError> {
        self.usable()?;
        if self.left_out.contains(doc, hash) {
            return Ok(None);
        }
        self.stored_position(doc, hash)
    }

    /// The same of a change that the document may be read without.
    pub(super) fn stored_position(
        &self,
        doc: &DocId,
        hash: &ChangeHash,
    ) -> Result<Option<u32>, ReplicaError> {
        if self.index.get(doc).is_none() {
            return Ok(None);
        }
        if let Some(staged) = self.pending.of(doc)
            && let Some(position) = staged.positions.get(hash)
        {
            return Ok(Some(*position));
        }
        Ok(self.store.position(doc, hash)?)
    }

    /// For each actor that wrote into the document, the number of its last change, staged ones included.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn clock(&self, doc: &DocId) -> Result<Clock, ReplicaError> {
        self.usable()?;
        if self.index.get(doc).is_none() {
            return Ok(Clock::new());
        }
        let mut clock = self.store.clock(doc)?;
        if let Some(staged) = self.pending.of(doc) {
            clock.extend(staged.clock.iter().map(|(actor, seq)| (actor.clone(), *seq)));
        }
        self.left_out.shorten(doc, &mut clock);
        Ok(clock)
    }

    /// The changes at `from` and after, in order of position, staged ones included, until they amount to
    /// `max_bytes`; at least one if there is one. Opens the document if `from` lies in its snapshot.
    ///
    /// # Errors
    /// When the store cannot be read or the document is damaged.
    pub fn changes_from(
        &mut self,
        doc: &DocId,
        from: u32,
        max_bytes: usize,
    ) -> Result<Vec<StoredChange>, ReplicaError> {
        Ok(self.gather(doc, None, from, max_bytes)?.changes)
    }

    /// The changes at `from` and after that `clock` does not cover, staged ones included, in pages of
    /// about `max_bytes`: what a peer with that clock lacks. Opens the document only if some of them lie
    /// in its snapshot.
    ///
    /// # Errors
    /// When the store cannot be read or the document is damaged.
    pub fn changes_above(
        &mut self,
        doc: &DocId,
        clock: &Clock,
        from: u32,
        max_bytes: usize,
    ) -> Result<ChangesPage, ReplicaError> {
        self.gather(doc, Some(clock), from, max_bytes)
    }

    /// Gathers changes from the snapshot, the rows and what is staged, in this order.
    fn gather(
        &mut self,
        doc: &DocId,
        above: Option<&Clock>,
        from: u32,
        max_bytes: usize,
    ) -> Result<ChangesPage, ReplicaError> {
        self.usable()?;
        let Some(summary) = self.index.get(doc) else { return Ok(ChangesPage::default()) };
        let in_snapshot = summary.in_snapshot;
        let mut page = Gather { changes: Vec::new(), bytes: 0, max_bytes };
        if from < in_snapshot
            && self.snapshot_has_above(doc, above)?
            && let Some(next) = self.gather_from_snapshot(doc, above, from, &mut page)?
        {
            return Ok(page.until(next));
        }
        if let Some(next) = self.gather_from_rows(doc, above, from.max(in_snapshot), &mut page)? {
            return Ok(page.until(next));
        }
        for change in self.pending.of(doc).iter().flat_map(|staged| &staged.changes) {
            let position = change.stored.position;
            let out = self.left_out.contains(doc, &change.stored.hash);
            if position < from || out || !is_above(above, &change.actor, change.seq) {
                continue;
            }
            if !page.take(change.stored.clone()) {
                return Ok(page.until(position));
            }
        }
        Ok(ChangesPage { changes: page.changes, next: None })
    }

    /// Returns the position that found no room.
    fn gather_from_snapshot(
        &mut self,
        doc: &DocId,
        above: Option<&Clock>,
        from: u32,
        page: &mut Gather,
    ) -> Result<Option<u32>, ReplicaError> {
        self.put_snapshot_in_order(doc)?;
        let order = self.opened(doc)?.snapshot_order.iter().flatten();
        let mut wanted: Vec<(u32, ChangeHash)> = (0..)
            .zip(order)
            .filter(|(position, (_, actor, seq))| *position >= from && is_above(above, actor, *seq))
            .map(|(position, (hash, ..))| (position, *hash))
            .collect();
        let left_out = &self.left_out;
        wanted.retain(|(_, hash)| !left_out.contains(doc, hash));
        if wanted.len() > FEW {
            self.take_snapshot_apart(doc)?;
        }
        let opened = self.opened(doc)?;
        for (position, hash) in wanted {
            let kept =
                opened.snapshot_bodies.as_ref().and_then(|bodies| bodies.get(&hash).cloned());
            let found = || Some(opened.whole().get_change_by_hash(&hash)?.raw_bytes().to_vec());
            let bytes = kept.or_else(found).ok_or_else(|| ReplicaError::Damaged {
                doc: doc.clone(),
                what: format!("change {hash} is missing"),
            })?;
            if !page.take(StoredChange { position, hash, bytes }) {
                return Ok(Some(position));
            }
        }
        Ok(None)
    }

    /// Takes all changes out of an opened document at once, and keeps them with it.
    fn take_snapshot_apart(&mut self, doc: &DocId) -> Result<(), ReplicaError> {
        let opened = self.opened(doc)?;
        if opened.snapshot_bodies.is_some() {
            return Ok(());
        }
        let changes = opened.whole().get_changes(&[]);
        let bodies: SnapshotBodies = changes
            .into_iter()
            .map(|change| (change.hash(), change.raw_bytes().to_vec()))
            .collect();
        let bytes = bodies.values().map(Vec::len).sum();
        opened.snapshot_bodies = Some(bodies);
        self.open.grew(doc, bytes);
        Ok(())
    }

    /// Returns the position that found no room.
    fn gather_from_rows(
        &self,
        doc: &DocId,
        above: Option<&Clock>,
        from: u32,
        page: &mut Gather,
    ) -> Result<Option<u32>, ReplicaError> {
        let mut from = from;
        loop {
            let rows = self.store.changes(doc, from, page.left().max(READ_AHEAD_BYTES))?;
            let Some(last) = rows.last() else { return Ok(None) };
            from = last.position.saturating_add(1);
            for row in rows {
                if self.left_out.contains(doc, &row.hash) {
                    continue;
                }
                if above.is_some() {
                    let (actor, seq) = place_in_line(doc, &row)?;
                    if !is_above(above, &actor, seq) {
                        continue;
                    }
                }
                let position = row.position;
                if !page.take(row) {
                    return Ok(Some(position));
                }
            }
        }
    }

    /// Whether the snapshot holds changes that `above` does not cover. Found out without opening the
    /// document: an actor's changes are one line, so those in the snapshot end where the rows' begin.
    fn snapshot_has_above(&self, doc: &DocId, above: Option<&Clock>) -> Result<bool, ReplicaError> {
        let Some(above) = above else { return Ok(true) };
        let covers = |(actor, seq): (&ActorId, &u64)| !is_above(Some(above), actor, *seq);
        let mut clock = self.store.clock(doc)?;
        if clock.iter().all(covers) {
            return Ok(false);
        }
        let mut from = 0;
        loop {
            let rows = self.store.changes(doc, from, READ_AHEAD_BYTES)?;
            let Some(last) = rows.last() else { break };
            from = last.position.saturating_add(1);
            for row in &rows {
                let (actor, seq) = place_in_line(doc, row)?;
                let end = clock.entry(actor).or_default();
                *end = (*end).min(seq.saturating_sub(1));
            }
        }
        Ok(!clock.iter().all(covers))
    }

    /// Works out, once for an opened document, which change of its snapshot has which position.
    fn put_snapshot_in_order(&mut self, doc: &DocId) -> Result<(), ReplicaError> {
        let opened = self.opened(doc)?;
        if opened.snapshot_order.is_some() {
            return Ok(());
        }
        let metas: Vec<_> = opened
            .whole()
            .get_changes_meta(&[])
            .into_iter()
            .map(|meta| (meta.hash, meta.actor.into_owned(), meta.seq))
            .collect();
        let in_snapshot = self.summary(doc).map_or(0, |summary| summary.in_snapshot);
        let mut order = BTreeMap::new();
        for meta in metas {
            if let Some(position) = self.stored_position(doc, &meta.0)?
                && position < in_snapshot
            {
                order.insert(position, meta);
            }
        }
        if order.len() != in_snapshot as usize {
            let what = format!("its snapshot holds {} changes of {in_snapshot}", order.len());
            return Err(ReplicaError::Damaged { doc: doc.clone(), what });
        }
        self.opened(doc)?.snapshot_order = Some(order.into_values().collect());
        Ok(())
    }
}

fn is_above(clock: Option<&Clock>, actor: &ActorId, seq: u64) -> bool {
    clock.is_none_or(|clock| seq > clock.get(actor).copied().unwrap_or(0))
}

/// Whose change a row holds, and its number. Checks on the way that the row holds the change it names.
fn place_in_line(doc: &DocId, row: &StoredChange) -> Result<(ActorId, u64), ReplicaError> {
    let damaged = |what| ReplicaError::Damaged { doc: doc.clone(), what };
    let change = parse(row).map_err(damaged)?;
    Ok((change.actor_id().clone(), change.seq()))
}
