//! All documents that a node holds: what is stored, what is staged for the next commit, and an index by
//! which two nodes find out what differs.
//!
//! # Staged and durable
//!
//! Edits, appends and meta values are *staged*; [`Replica::commit`] writes everything staged in one
//! batch. All reads, the index among them, see staged data at once. What must not leave the node before
//! it is durable (acknowledgements, changes to be sent, a word on the screen that something is saved)
//! waits for the [`Committed`] that names it. When a commit fails, what was staged is lost and the
//! replica shows what the store does not hold: it refuses everything from then on, and is opened again
//! ([`Replica::into_store`], [`Replica::open`]).
//!
//! # Documents are opened late
//!
//! Changes are appended without opening the document: its heads follow from the changes' hashes and
//! dependencies. A document is opened for reading, for local edits, by the gate for changes from a peer
//! (they are tried on it first), and for the changes that lie in its snapshot; opened documents are kept as
//! long as they fit into a bound.

mod compact;
mod digest;
mod documents;
mod edit;
mod error;
mod index;
mod ingest;
mod left_out;
mod limits;
mod parts;
mod pending;
mod reads;
mod scope;

use std::collections::BTreeMap;
use std::ops::Range;

use automerge::{ActorId, Automerge, ChangeHash};

pub use compact::{COMPACT_AFTER_BYTES, COMPACT_AFTER_CHANGES};
pub use digest::{Digest, DocTag};
pub use edit::{EditContext, Edited};
pub use error::{EditError, ReplicaError};
pub use index::{Age, Index, IndexEntry, RangeSum, TagRange};
pub use ingest::Appended;
pub(crate) use limits::last_operation;
pub use limits::{MAX_CHANGE_BYTES, MAX_CHANGES, MAX_OPERATIONS};
pub use reads::ChangesPage;
pub use scope::Scope;

use documents::OpenDocuments;
use left_out::LeftOut;
use pending::Pending;

use crate::id::DocId;
use crate::store::{Backend, DocSummary, Durable, Store, StoreError};

/// When [`Replica::wants_commit`]: bytes staged,
const COMMIT_AFTER_BYTES: usize = 256 * 1024;
/// or changes staged.
const COMMIT_AFTER_CHANGES: usize = 256;

/// For each actor that wrote into a document, the number of its last change.
pub type Clock = BTreeMap<ActorId, u64>;

/// The documents of a node.
#[derive(Debug)]
pub struct Replica<B> {
    store: Store<B>,
    index: Index,
    open: OpenDocuments,
    left_out: LeftOut,
    pending: Pending,
    age_at_opening: Age,
    durable_age: Age,
    failed: Option<String>,
}

/// What a commit made durable: the licence to say so.
#[derive(Debug)]
#[must_use = "what is durable wants to be acknowledged and passed on"]
pub struct Committed {
    /// The store's word.
    pub durable: Durable,
    /// The documents that grew, in the order of their ids and positions.
    pub appended: Vec<Growth>,
    /// How old the index was: it holds nothing that is not durable if it is no older now.
    pub age: Age,
}

/// A run of changes of one document that a commit made durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Growth {
    /// The document.
    pub doc: DocId,
    /// The changes' positions.
    pub positions: Range<u32>,
    /// Whether they were made here; else they came from a peer.
    pub local: bool,
}

impl<B: Backend> Replica<B> {
    /// Opens the replica that a store holds. Opened documents are kept while they need less than about
    /// `open_bytes` of memory together.
    ///
    /// # Errors
    /// When the store cannot be read or is damaged.
    pub fn open(store: Store<B>, open_bytes: usize) -> Result<Self, ReplicaError> {
        let documents = store.documents()?;
        let left_out = LeftOut::read(store.meta_under(LeftOut::prefix())?, &documents);
        let index = Index::new(documents);
        Ok(Self {
            store,
            age_at_opening: index.age(),
            durable_age: index.age(),
            index,
            open: OpenDocuments::new(open_bytes),
            left_out,
            pending: Pending::default(),
            failed: None,
        })
    }

    /// Closes the replica. What is staged is lost.
    pub fn into_store(self) -> Store<B> {
        self.store
    }

    /// The backend, for tests that do something to it behind the replica's back.
    #[cfg(any(test, feature = "conformance"))]
    pub fn backend_mut(&mut self) -> &mut B {
        self.store.backend_mut()
    }

    /// Where all documents stand, staged changes included.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// How old the index was when the replica was opened: what it held then was durable.
    pub fn age_at_opening(&self) -> Age {
        self.age_at_opening
    }

    /// How old the index was at the last commit, or when the replica was opened: what it held then is
    /// durable.
    pub fn durable_age(&self) -> Age {
        self.durable_age
    }

    /// The position of the first change of a document that is staged.
    pub fn staged_from(&self, doc: &DocId) -> Option<u32> {
        Some(self.pending.of(doc)?.changes.first()?.stored.position)
    }

    /// A document's heads and counts, staged changes included.
    pub fn summary(&self, doc: &DocId) -> Option<&DocSummary> {
        self.index.get(doc)
    }

    /// A document as it is now, staged changes included; `None` if there is no such document.
    ///
    /// # Errors
    /// [`ReplicaError::Damaged`] when its stored changes do not load or lead elsewhere than to the stored
    /// heads; when the store cannot be read.
    pub fn document(&mut self, doc: &DocId) -> Result<Option<&Automerge>, ReplicaError> {
        self.usable()?;
        if self.index.get(doc).is_none() {
            return Ok(None);
        }
        Ok(Some(&self.opened(doc)?.doc))
    }

    /// A value outside the documents, staged ones included.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, ReplicaError> {
        self.usable()?;
        match self.pending.meta.get(key) {
            Some(staged) => Ok(staged.clone()),
            None => Ok(self.store.meta(key)?),
        }
    }

    /// All values whose key starts with `prefix`, in the order of their keys, staged ones included.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn meta_under(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, ReplicaError> {
        self.usable()?;
        let mut values: BTreeMap<String, Vec<u8>> =
            self.store.meta_under(prefix)?.into_iter().collect();
        let staged = self.pending.meta.range(prefix.to_owned()..);
        for (key, value) in staged.take_while(|(key, _)| key.starts_with(prefix)) {
            match value {
                Some(value) => values.insert(key.clone(), value.clone()),
                None => values.remove(key),
            };
        }
        Ok(values.into_iter().collect())
    }

    /// Stages a value outside the documents; `None` removes it.
    ///
    /// # Errors
    /// [`ReplicaError::Unusable`] after a failed commit.
    pub fn set_meta(&mut self, key: &str, value: Option<Vec<u8>>) -> Result<(), ReplicaError> {
        self.usable()?;
        self.pending.set_meta(key, value);
        Ok(())
    }

    /// How many bytes are staged.
    pub fn staged_bytes(&self) -> usize {
        self.pending.bytes
    }

    /// Whether changes are staged: documents are ahead of what is durable.
    pub fn has_staged_changes(&self) -> bool {
        self.pending.changes > 0
    }

    /// Whether it is time to commit: so much is staged that a store need not take much more at once, or
    /// the roster is, by which the next batch is to be judged. Whoever stages asks after each append.
    pub fn wants_commit(&self) -> bool {
        self.pending.bytes >= COMMIT_AFTER_BYTES
            || self.pending.changes >= COMMIT_AFTER_CHANGES
            || self.pending.of(&DocId::Roster).is_some()
    }

    /// Makes what is staged durable in one batch: all changes, and as many values outside the documents
    /// as a store takes at once. `None` when nothing is staged: call until then.
    ///
    /// # Errors
    /// When the store failed. The replica then refuses everything: what was staged is lost, and whether
    /// it is in the store shows when that is opened again.
    pub fn commit(&mut self) -> Result<Option<Committed>, ReplicaError> {
        self.usable()?;
        if self.pending.is_empty() {
            return Ok(None);
        }
        let appended = self.pending.growth();
        let batch = self.pending.next_batch(&self.index);
        match self.store.commit(&batch) {
            Ok(durable) => {
                self.durable_age = self.index.age();
                Ok(Some(Committed { durable, appended, age: self.durable_age }))
            }
            Err(error) => {
                self.failed = Some(error.to_string());
                Err(error.into())
            }
        }
    }

    /// Whether no commit has failed.
    pub fn is_usable(&self) -> bool {
        self.failed.is_none()
    }

    /// Has the store do a little of what can wait; see [`Backend::upkeep`]. Returns whether there is more.
    ///
    /// # Errors
    /// When the store met damage; when it failed, after which the replica is unusable.
    pub fn upkeep(&mut self) -> Result<bool, ReplicaError> {
        self.usable()?;
        let outcome = self.store.upkeep();
        if let Err(error) = &outcome
            && !matches!(error, StoreError::Damaged { .. })
        {
            self.failed = Some(error.to_string());
        }
        Ok(outcome?)
    }

    fn usable(&self) -> Result<(), ReplicaError> {
        match &self.failed {
            None => Ok(()),
            Some(what) => Err(ReplicaError::Unusable { what: what.clone() }),
        }
    }

    /// Whether the document has this change, staged or stored.
    fn knows(&self, doc: &DocId, hash: &ChangeHash) -> Result<bool, ReplicaError> {
        Ok(self.position(doc, hash)?.is_some())
    }
}

#[cfg(test)]
mod tests;
