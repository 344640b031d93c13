//! What can go wrong with a replica.

use automerge::{ActorId, ChangeHash};

use crate::id::DocId;
use crate::store::StoreError;

/// Why a replica did not do what was asked. Nothing of the call was staged, whatever the error.
#[derive(Debug, thiserror::Error)]
pub enum ReplicaError {
    /// A stored document is not what it should be: its changes do not load, or lead to other heads than
    /// those stored. Other documents are not affected; this one has to be fetched again.
    #[error("document {doc} is damaged: {what}")]
    Damaged {
        /// The document.
        doc: DocId,
        /// What was found.
        what: String,
    },
    /// The document holds as much as this node may fill it with.
    #[error("document {doc} is full")]
    Full {
        /// The document.
        doc: DocId,
    },
    /// A change is not the next one of its actor. An actor's changes are one line; a second change with
    /// the same number means that a node runs from a copied or restored store.
    #[error("{doc}: change {change} is number {found} of actor {actor}, expected {expected}")]
    OutOfSequence {
        /// The document.
        doc: DocId,
        /// The change.
        change: ChangeHash,
        /// Whose it is.
        actor: ActorId,
        /// The actor's next number here.
        expected: u64,
        /// The number that the change claims.
        found: u64,
    },
    /// Automerge refused changes that fit by hash and number.
    #[error("{doc}: automerge refuses the changes: {what}")]
    Rejected {
        /// The document.
        doc: DocId,
        /// What automerge said.
        what: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A change is larger than [`super::MAX_CHANGE_BYTES`]: the edit is to be split.
    #[error("{doc}: a change of {bytes} bytes; at most {limit} are allowed")]
    TooLarge {
        /// The document.
        doc: DocId,
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A change holds more of something than peers take: the edit is to be split.
    #[error("{doc}: a change with {found} {what}; at most {limit} are allowed")]
    TooMuch {
        /// The document.
        doc: DocId,
        /// Of what, for logs.
        what: &'static str,
        /// How many.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// A change depends on one that the document does not have.
    #[error("{doc}: change {change} depends on {dependency}, which is not here")]
    UnknownDependency {
        /// The document.
        doc: DocId,
        /// The change.
        change: ChangeHash,
        /// What it depends on.
        dependency: ChangeHash,
    },
    /// There is no such document.
    #[error("there is no document {doc}")]
    UnknownDocument {
        /// The document.
        doc: DocId,
    },
    /// An edit names heads that the document does not have: it was made at another node, or there are none.
    #[error("{doc} never stood at the heads named")]
    UnknownHeads {
        /// The document.
        doc: DocId,
    },
    /// An earlier commit failed: what the replica shows is not what the store holds.
    #[error("an earlier commit failed ({what}); the replica must be opened again")]
    Unusable {
        /// The earlier failure.
        what: String,
    },
}

impl ReplicaError {
    /// Whether the same edit, made as several changes, would be taken.
    pub fn is_to_be_split(&self) -> bool {
        matches!(self, Self::TooLarge { .. } | Self::TooMuch { .. })
    }

    /// A stable name for messages to people.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Damaged { .. } => "document-damaged",
            Self::Full { .. } => "document-full",
            Self::OutOfSequence { .. } => "change-out-of-sequence",
            Self::Rejected { .. } => "change-rejected",
            Self::Store(error) => error.code(),
            Self::TooLarge { .. } => "change-too-large",
            Self::TooMuch { .. } => "change-too-much",
            Self::UnknownDependency { .. } => "change-dependency-unknown",
            Self::UnknownDocument { .. } => "document-unknown",
            Self::UnknownHeads { .. } => "document-heads-unknown",
            Self::Unusable { .. } => "replica-unusable",
        }
    }
}

/// Why an edit was not made. Nothing was staged.
#[derive(Debug, thiserror::Error)]
pub enum EditError<E> {
    /// The closure refused.
    #[error(transparent)]
    Closure(E),
    /// The replica could not.
    #[error(transparent)]
    Replica(#[from] ReplicaError),
}
