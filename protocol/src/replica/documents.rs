//! Documents opened in memory, bounded in bytes.

use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{Automerge, Change, ChangeHash, LoadOptions, OnPartialLoad, VerificationMode};

use super::reads::{SnapshotBodies, SnapshotOrder};
use super::{Replica, ReplicaError};
use crate::id::DocId;
use crate::store::{Backend, DocSummary, StoredChange};

/// What an opened document costs beside its content.
const FIXED_BYTES: usize = 64 * 1024;
/// A snapshot is packed: 10.5 kB of 2,000 changes take 0.4 MiB when opened.
const BYTES_PER_SNAPSHOT_BYTE: usize = 40;
/// The same 2,000 changes are 330 kB when stored one by one.
const BYTES_PER_CHANGE_BYTE: usize = 2;
/// Operations of changes that a document takes in at a time: automerge needs 250 bytes for each meanwhile.
const PORTION: usize = 64 * 1024;

/// The opened documents; the least recently used give way.
#[derive(Debug)]
pub(super) struct OpenDocuments {
    open: BTreeMap<DocId, OpenDocument>,
    bytes: usize,
    limit: usize,
    uses: u64,
}

#[derive(Debug)]
pub(super) struct OpenDocument {
    pub(super) doc: Automerge,
    /// With what is left out, as it was when it was opened; `None` where nothing is.
    whole: Option<Automerge>,
    /// The changes within the snapshot by position, once somebody asked for them.
    pub(super) snapshot_order: Option<SnapshotOrder>,
    /// Those changes themselves, once somebody asked for many of them.
    pub(super) snapshot_bodies: Option<SnapshotBodies>,
    bytes: usize,
    last_use: u64,
}

impl OpenDocument {
    /// The document with what is left out of it.
    pub(super) fn whole(&self) -> &Automerge {
        self.whole.as_ref().unwrap_or(&self.doc)
    }
}

impl OpenDocuments {
    pub(super) fn new(limit: usize) -> Self {
        Self { open: BTreeMap::new(), bytes: 0, limit, uses: 0 }
    }

    pub(super) fn get_mut(&mut self, doc: &DocId) -> Option<&mut OpenDocument> {
        self.uses += 1;
        let opened = self.open.get_mut(doc)?;
        opened.last_use = self.uses;
        Some(opened)
    }

    pub(super) fn contains(&self, doc: &DocId) -> bool {
        self.open.contains_key(doc)
    }

    /// Closes a document, because its state is not to be believed.
    pub(super) fn close(&mut self, doc: &DocId) {
        if let Some(closed) = self.open.remove(doc) {
            self.bytes = self.bytes.saturating_sub(closed.bytes);
        }
    }

    /// Takes note that a document has another snapshot.
    pub(super) fn snapshot_moved(&mut self, doc: &DocId) {
        if self.open.get(doc).is_some_and(|opened| opened.whole.is_some()) {
            self.close(doc);
        }
        if let Some(opened) = self.open.get_mut(doc) {
            opened.snapshot_order = None;
            opened.snapshot_bodies = None;
        }
    }

    /// Takes note that a document grew.
    pub(super) fn grew(&mut self, doc: &DocId, change_bytes: usize) {
        let more = change_bytes.saturating_mul(BYTES_PER_CHANGE_BYTE);
        if let Some(opened) = self.open.get_mut(doc) {
            opened.bytes = opened.bytes.saturating_add(more);
            self.bytes = self.bytes.saturating_add(more);
        }
    }

    fn insert(
        &mut self,
        doc: &DocId,
        loaded: Automerge,
        whole: Option<Automerge>,
        bytes: usize,
    ) -> &mut OpenDocument {
        self.close(doc);
        while self.bytes.saturating_add(bytes) > self.limit {
            let oldest = self.open.iter().min_by_key(|(_, opened)| opened.last_use);
            let Some(oldest) = oldest.map(|(id, _)| id.clone()) else { break };
            self.close(&oldest);
        }
        self.uses += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        self.open.entry(doc.clone()).or_insert(OpenDocument {
            doc: loaded,
            whole,
            snapshot_order: None,
            snapshot_bodies: None,
            bytes,
            last_use: self.uses,
        })
    }
}

impl<B: Backend> Replica<B> {
    /// The opened document, loading it when needed.
    pub(super) fn opened(&mut self, doc: &DocId) -> Result<&mut OpenDocument, ReplicaError> {
        if !self.open.contains(doc) {
            let (loaded, bytes) = self.load(doc)?;
            match self.without_left_out(doc, &loaded)? {
                Some(rest) => self.open.insert(doc, rest, Some(loaded), 2 * bytes),
                None => self.open.insert(doc, loaded, None, bytes),
            };
        }
        self.open.get_mut(doc).ok_or_else(|| ReplicaError::UnknownDocument { doc: doc.clone() })
    }

    /// Lets somebody try changes on a document (an empty one if there is none) that are appended next.
    /// When they are refused, the document is closed: it may hold what will not be stored.
    ///
    /// # Errors
    /// As [`Replica::document`]; inside, what the trial says.
    pub(crate) fn try_on<E>(
        &mut self,
        doc: &DocId,
        trial: impl FnOnce(&mut Automerge) -> Result<(), E>,
    ) -> Result<Result<(), E>, ReplicaError> {
        self.usable()?;
        if self.index.get(doc).is_none() {
            self.open.insert(doc, Automerge::new(), None, FIXED_BYTES);
        }
        let tried = trial(&mut self.opened(doc)?.doc);
        if tried.is_err() {
            self.open.close(doc);
        }
        Ok(tried)
    }

    /// Loads a document from all that is stored and staged, and checks where that leads.
    fn load(&self, doc: &DocId) -> Result<(Automerge, usize), ReplicaError> {
        let unknown = || ReplicaError::UnknownDocument { doc: doc.clone() };
        let summary = &self.summary_of_all(doc).ok_or_else(unknown)?;
        let snapshot = self.store.snapshot(doc)?.unwrap_or_default();
        let mut changes = self.store.changes(doc, summary.in_snapshot, usize::MAX)?;
        if let Some(staged) = self.pending.of(doc) {
            changes.extend(staged.changes.iter().map(|change| change.stored.clone()));
        }
        let change_bytes: usize = changes.iter().map(|change| change.bytes.len()).sum();
        let cost = FIXED_BYTES
            .saturating_add(snapshot.len().saturating_mul(BYTES_PER_SNAPSHOT_BYTE))
            .saturating_add(change_bytes.saturating_mul(BYTES_PER_CHANGE_BYTE));
        Ok((load_checked(doc, &snapshot, &changes, summary)?, cost))
    }
}

/// Builds a document of its snapshot, which may be empty, and the changes that follow it. Strictly: all of
/// it must be intact and lead to the heads known. Automerge has been seen to panic on damaged bytes, and to
/// accept a part.
pub(super) fn load_checked(
    doc: &DocId,
    snapshot: &[u8],
    changes: &[StoredChange],
    summary: &DocSummary,
) -> Result<Automerge, ReplicaError> {
    let damaged = |what: String| ReplicaError::Damaged { doc: doc.clone(), what };
    let loaded = catch_unwind(|| load_in_portions(snapshot, changes))
        .map_err(|_| damaged("automerge panicked while loading".to_owned()))?
        .map_err(damaged)?;
    let heads = loaded.get_heads();
    if heads != summary.heads {
        return Err(damaged(format!(
            "its changes lead to heads {} instead of {}",
            list(&heads),
            list(&summary.heads)
        )));
    }
    Ok(loaded)
}

fn load_in_portions(snapshot: &[u8], changes: &[StoredChange]) -> Result<Automerge, String> {
    let options = LoadOptions::new()
        .on_partial_load(OnPartialLoad::Error)
        .verification_mode(VerificationMode::Check);
    let mut document =
        Automerge::load_with_options(snapshot, options).map_err(|error| error.to_string())?;
    let mut portion = Vec::new();
    let mut operations = 0;
    for (number, stored) in changes.iter().enumerate() {
        let change = parse(stored)?;
        operations += change.len();
        portion.push(change);
        if operations >= PORTION || number + 1 == changes.len() {
            let portion = std::mem::take(&mut portion);
            document.apply_changes(portion).map_err(|error| error.to_string())?;
            operations = 0;
        }
    }
    Ok(document)
}

/// Where in a change chunk the first bytes of its hash stand, which the hash does not cover.
const CHECKSUM: Range<usize> = 4..8;

/// Reads a stored change. That its hash, which is computed over its bytes, is the one it was stored under
/// shows that it is intact; automerge does not look at its checksum.
pub(super) fn parse(stored: &StoredChange) -> Result<Change, String> {
    let damaged = |what: String| format!("the change at position {}: {what}", stored.position);
    let change = catch_unwind(|| Change::try_from(stored.bytes.as_slice()))
        .map_err(|_| damaged("automerge panicked while reading it".to_owned()))?
        .map_err(|error| damaged(error.to_string()))?;
    if change.hash() != stored.hash {
        return Err(damaged(format!("it is {} instead of {}", change.hash(), stored.hash)));
    }
    if stored.bytes.get(CHECKSUM) != stored.hash.0.get(..CHECKSUM.len()) {
        return Err(damaged("its checksum is another".to_owned()));
    }
    Ok(change)
}

/// Applies changes to an opened document; on any doubt about the outcome, an error.
pub(super) fn apply_checked(
    opened: &mut OpenDocument,
    changes: &[Change],
    heads: &[ChangeHash],
) -> Result<(), String> {
    let changes = changes.iter().cloned();
    catch_unwind(AssertUnwindSafe(|| opened.doc.apply_changes(changes)))
        .map_err(|_| "automerge panicked".to_owned())?
        .map_err(|error| error.to_string())?;
    let reached = opened.doc.get_heads();
    if reached == heads {
        Ok(())
    } else {
        Err(format!("they lead to heads {} instead of {}", list(&reached), list(heads)))
    }
}

fn list(heads: &[ChangeHash]) -> String {
    heads.iter().map(ChangeHash::to_string).collect::<Vec<_>>().join(", ")
}
