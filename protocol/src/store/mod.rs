//! What a node keeps, and when it may say so.
//!
//! A [`Backend`] is a place that can make a batch of writes durable, all or nothing. [`Store`] wraps one
//! and is the only maker of [`Durable`] tokens; whatever acknowledges a change, on screen or on the
//! wire, takes such a token. No token, no acknowledgement: the compiler holds that rule.

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
#[cfg(any(test, feature = "conformance"))]
pub mod faulty;
mod memory;
mod owner;

use std::collections::BTreeMap;

pub use memory::MemoryBackend;
pub use owner::Store;

use automerge::{ActorId, ChangeHash};

use crate::id::DocId;

/// Proof that everything committed before it is on stable storage. Only [`Store::commit`] makes one.
///
/// It says nothing about a store that has been restored from an older copy since.
#[derive(Debug)]
#[must_use = "a durable write that nobody acknowledges will be sent again"]
pub struct Durable(());

/// Where a document stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocSummary {
    /// Heads, sorted.
    pub heads: Vec<ChangeHash>,
    /// How many changes the document has had, in order of arrival, those within the snapshot too. The
    /// next change gets this number as its position.
    pub changes: u32,
    /// How many of them, from the first, lie in the snapshot (0: there is none).
    pub in_snapshot: u32,
}

/// A change as stored: plain automerge change bytes, never a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredChange {
    /// Its position in order of arrival, which is a topological order.
    pub position: u32,
    /// Its hash.
    pub hash: ChangeHash,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// One write of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Append a change. `position` is the document's count of changes before it.
    Append {
        /// The document.
        doc: DocId,
        /// The change, at its position.
        change: StoredChange,
        /// Whose linear stream it belongs to.
        actor: ActorId,
        /// Its number in that stream, from 1.
        seq: u64,
    },
    /// Set a document's heads. Follows the appends that led to them, in the same batch.
    Heads {
        /// The document.
        doc: DocId,
        /// Sorted.
        heads: Vec<ChangeHash>,
    },
    /// Set a value outside the documents (keys like `peer/<key>/acked/<doc>`), or remove it.
    Meta {
        /// Its key.
        key: String,
        /// The value; `None` removes it.
        value: Option<Vec<u8>>,
    },
    /// Replace the changes at positions `0..covers` by a snapshot that was built from exactly those. The
    /// backend makes the snapshot durable before it removes anything, and removes nothing else.
    Snapshot {
        /// The document.
        doc: DocId,
        /// How many changes, from the first, the snapshot holds.
        covers: u32,
        /// The document as automerge saves it.
        bytes: Vec<u8>,
    },
}

/// Why a store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Stored bytes are not what was written. The store is to be moved aside and refilled.
    #[error("the store is damaged: {what}")]
    Damaged {
        /// What was found where.
        what: String,
    },
    /// The disk is full. Nothing of the batch was kept; the store can be used on.
    #[error("the disk is full")]
    Full,
    /// The store's format is newer than this program.
    #[error("the store has format {found}, this program knows up to {known}")]
    Format {
        /// What the store says.
        found: u32,
        /// What this program can read.
        known: u32,
    },
    /// Another process holds the store.
    #[error("the store is in use by another process ({})", .by.map_or("unknown".into(), |by| by.to_string()))]
    InUse {
        /// Its number, if it said so.
        by: Option<u32>,
    },
    /// The operating system failed us.
    #[error("the store cannot be used: {what}")]
    Io {
        /// What was being done, and what came back.
        what: String,
    },
    /// An earlier write failed; nothing is acknowledged until the store has been opened again.
    #[error("an earlier write failed ({what}); the store must be reopened")]
    Poisoned {
        /// The earlier failure.
        what: String,
    },
    /// The store may not be written.
    #[error("the store may not be written: {what}")]
    ReadOnly {
        /// Why.
        what: String,
    },
    /// The batch contradicts what is stored (a gap, a position used twice). Nothing of it was kept. This
    /// is a mistake of the program, not of the disk.
    #[error("the batch does not fit the store: {what}")]
    Refused {
        /// Which write, and what it contradicts.
        what: String,
    },
}

impl StoreError {
    /// A stable name for messages to people.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Damaged { .. } => "store-damaged",
            Self::Format { .. } => "store-format-newer",
            Self::Full => "store-full",
            Self::InUse { .. } => "store-in-use",
            Self::Io { .. } => "store-io",
            Self::Poisoned { .. } => "store-poisoned",
            Self::ReadOnly { .. } => "store-read-only",
            Self::Refused { .. } => "store-refused",
        }
    }

    /// Whether the store is as it was before the batch that failed so, and can go on. After every other
    /// error of a commit nobody knows what the disk holds, and the store must be opened again.
    pub fn nothing_was_written(&self) -> bool {
        matches!(self, Self::Full | Self::Refused { .. })
    }
}

/// A place to keep things. Every backend passes one conformance suite.
pub trait Backend: Send {
    /// All documents with where they stand, in the order of their ids.
    ///
    /// # Errors
    /// When the store cannot be read or is damaged.
    fn documents(&self) -> Result<BTreeMap<DocId, DocSummary>, StoreError>;

    /// A document's snapshot, if it has one.
    ///
    /// # Errors
    /// When the store cannot be read or is damaged.
    fn snapshot(&self, doc: &DocId) -> Result<Option<Vec<u8>>, StoreError>;

    /// Changes at `from` and after, in order, until they amount to `max_bytes`; at least one if there is
    /// one. Positions below the snapshot's reach yield nothing.
    ///
    /// # Errors
    /// When the store cannot be read or is damaged.
    fn changes(
        &self,
        doc: &DocId,
        from: u32,
        max_bytes: usize,
    ) -> Result<Vec<StoredChange>, StoreError>;

    /// The position of a change that the document has, in the snapshot or after it.
    ///
    /// # Errors
    /// When the store cannot be read or is damaged.
    fn position(&self, doc: &DocId, hash: &ChangeHash) -> Result<Option<u32>, StoreError>;

    /// For each actor that wrote into the document, the number of its last change.
    ///
    /// # Errors
    /// When the store cannot be read or is damaged.
    fn clock(&self, doc: &DocId) -> Result<BTreeMap<ActorId, u64>, StoreError>;

    /// A value outside the documents.
    ///
    /// # Errors
    /// When the store cannot be read or is damaged.
    fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// All values whose key starts with `prefix`, in the order of their keys.
    ///
    /// # Errors
    /// When the store cannot be read or is damaged.
    fn meta_under(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError>;

    /// Makes a batch durable: all of it or nothing, and durable when this returns `Ok`.
    ///
    /// # Errors
    /// [`StoreError::Full`] and [`StoreError::Refused`] promise that the backend is as it was before. After
    /// any other error [`Store`] stops using the backend: a batch whose fsync failed may or may not be
    /// there after a power cut.
    fn commit(&mut self, batch: &[Write]) -> Result<(), StoreError>;

    /// Does a little of what keeps the store in order and can wait, such as writing it anew where it has
    /// grown out of proportion. Returns whether there is more to do. Changes nothing of what is stored.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it met damage, after which the store can be used as before; after any
    /// other error [`Store`] stops using the backend.
    fn upkeep(&mut self) -> Result<bool, StoreError> {
        Ok(false)
    }
}
