//! The one way in for changes from the network.
//!
//! A batch comes in as bytes that somebody else chose. What leaves the gate are changes that the sender
//! may send, whose hashes were computed here and are those that the sender announced, that follow what
//! the document has, and whose author may write the document. Nothing else reaches automerge or the store.
//!
//! # What the gate does not check
//! - The *meaning* of a change: that a value is what its cell may hold, or a closed period closed. Whoever
//!   reads a document reads it defensively; a lock is enforced where a submission is received. What the
//!   gate does see to is that the document stays one: it opens, and its objects stay (`gate/operations.rs`).
//! - Signatures: a change is not signed. The hub knows its sender by the connection's key and takes from
//!   an office only what that office's unit writes, so at worst one node of a unit speaks for another.
//!   For the same reason nothing is gained by asking whether the sender continues a line of its own: it
//!   might as well begin a new line in the other's name, and a node that brings a colleague's changes back
//!   to a hub that lost them does no wrong.
//! - Whether an author was revoked: who was cannot connect, and what others have of its changes was
//!   either let in before or is answered for by those who send it.

mod access;
mod operations;
mod sealed;

use std::collections::BTreeSet;
use std::panic::catch_unwind;

use automerge::{ActorId, Change, ChangeHash};

pub use access::{Access, AccessError, Standing};
pub use sealed::{inspect_appeal, inspect_seal, inspect_sealed};

use crate::documents::section;
use crate::id::DocId;
use crate::identity::NodeKey;
use crate::replica::{
    Appended, Clock, MAX_CHANGES, MAX_OPERATIONS, Replica, ReplicaError, last_operation,
};
use crate::store::Backend;
use crate::wire::frame::Batch;
use crate::wire::pack::{self, Unpacked, chunk};
use crate::wire::trail::Trail;
use crate::wire::{self, WireError};

/// Which fixed first changes there are: a document kind's genesis, by its hash. The other fixed changes, the
/// Texts of later sections ([`section`]), are known by the document alone.
pub type IsGenesis = dyn Fn(&DocId, &ChangeHash) -> bool + Send;

/// Why a batch was not let in.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// Automerge refuses the changes, or panicked over them.
    #[error("automerge refuses a change: {what}")]
    Automerge {
        /// What it said.
        what: String,
    },
    /// A change's author is missing or not a key.
    #[error("change {change} begins a line without saying whose it is")]
    AuthorMissing {
        /// The change.
        change: ChangeHash,
    },
    /// Two different changes with the same number of the same actor: somebody runs from a copied store.
    #[error("change {change} is number {seq} of actor {actor}, which is another change here")]
    Forked {
        /// The change.
        change: ChangeHash,
        /// Whose it is.
        actor: ActorId,
        /// Its number.
        seq: u64,
    },
    /// The document holds as much as a document may.
    #[error("the document is full")]
    Full,
    /// The changes are not those that were announced.
    #[error("the changes are not those that the batch announces")]
    HashMismatch,
    /// The sender may not.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A change follows one that is not here. The sender was wrong about what this node has; comparing
    /// clocks heals it.
    #[error("change {change} follows changes that are not here")]
    MissingDependency {
        /// The change.
        change: ChangeHash,
    },
    /// A change that was handed back lies outside what the seal covers.
    #[error("change {change} is not covered by the seal")]
    NotSealed {
        /// The change.
        change: ChangeHash,
    },
    /// The sender has been refused for this document before, on this connection.
    #[error("the document is quarantined on this connection")]
    Quarantined,
    /// A change's operations are numbered impossibly, or do or name what the document does not allow.
    #[error("the operations of change {change} cannot be: {what}")]
    Operations {
        /// The change.
        change: ChangeHash,
        /// What is wrong.
        what: &'static str,
    },
    /// The batch follows one that was not looked at. Sent whole it can be read.
    #[error("more of a batch that was refused")]
    Unfollowed,
    /// The batch cannot be read.
    #[error(transparent)]
    Wire(#[from] WireError),
}

impl GateError {
    /// A stable word for messages to people.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Access(error) => error.code(),
            Self::AuthorMissing { .. } => "gate-author-missing",
            Self::Automerge { .. } => "gate-automerge",
            Self::Forked { .. } => "gate-forked",
            Self::Full => "gate-full",
            Self::HashMismatch => "gate-hash-mismatch",
            Self::MissingDependency { .. } => "gate-missing-dependency",
            Self::NotSealed { .. } => "gate-not-sealed",
            Self::Operations { .. } => "gate-operations",
            Self::Quarantined => "gate-quarantined",
            Self::Unfollowed => "gate-unfollowed",
            Self::Wire(error) => error.code(),
        }
    }

    /// The reason's number in a REJECT.
    pub fn number(&self) -> u64 {
        match self {
            Self::MissingDependency { .. } | Self::Unfollowed => MISSING_DEPENDENCY,
            Self::Wire(_) => 2,
            Self::HashMismatch => 3,
            Self::Access(_) => NOT_ALLOWED,
            Self::AuthorMissing { .. } => 5,
            Self::Forked { .. } => 6,
            Self::Operations { .. } => 7,
            Self::Automerge { .. } => 8,
            Self::Quarantined => 9,
            Self::Full => 10,
            Self::NotSealed { .. } => 11,
        }
    }

    /// Whether the sender can mend it by finding out what this node has.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::MissingDependency { .. } | Self::Unfollowed)
    }
}

/// The one reason of a REJECT after which the sender compares clocks and goes on.
pub const MISSING_DEPENDENCY: u64 = 1;
/// The reason of a REJECT after which the sender tries once more when both were compared.
pub const NOT_ALLOWED: u64 = 4;

/// Unpacks a batch and computes its hashes, without a look at who sent it or what is here: the part that
/// only depends on bytes. What fuzzing calls.
///
/// # Errors
/// When the batch cannot be read, unfolds beyond the limits, or its changes are not those announced.
pub fn unpack(batch: &Batch) -> Result<Vec<Change>, GateError> {
    unpack_after(None, batch)
}

/// The same for a batch that was packed as if it followed a change.
///
/// # Errors
/// As [`unpack`].
pub fn unpack_after(last: Option<&[u8]>, batch: &Batch) -> Result<Vec<Change>, GateError> {
    let unpacked = pack::unpack_after(last, batch.encoding, batch.count, &batch.body)?;
    if wire::check(unpacked.iter().map(|change| change.hash)) != batch.check {
        return Err(GateError::HashMismatch);
    }
    let mut operations = 0;
    for change in &unpacked {
        // A column of six bytes may stand for 2⁶⁰ of them.
        operations += chunk::Parts::parse(&change.bytes)?.count_operations()?;
        if operations > pack::MAX_OPERATIONS {
            let (found, limit) = (operations, pack::MAX_OPERATIONS);
            let what = "operations of a batch";
            return Err(WireError::TooMuch { what, found, limit }.into());
        }
    }
    unpacked.into_iter().map(parse).collect()
}

/// Has automerge read a change whose size was measured before.
fn parse(unpacked: Unpacked) -> Result<Change, GateError> {
    let change = catch_unwind(|| Change::from_bytes(unpacked.bytes))
        .map_err(|_| GateError::Automerge { what: "it panicked".to_owned() })?
        .map_err(|error| GateError::Automerge { what: error.to_string() })?;
    if change.hash() != unpacked.hash {
        return Err(GateError::HashMismatch);
    }
    Ok(change)
}

/// Lets a batch in, staging its changes, or not, for the first thing that is wrong. Opens the document,
/// since only the document can tell whether operations make sense. `trail` says what the batch follows, if
/// it is a MORE, and afterwards what the next one does.
///
/// # Errors
/// A [`GateError`] inside when the batch is refused; a [`ReplicaError`] when the store failed.
pub fn admit<B: Backend>(
    batch: &Batch,
    trail: &mut Trail,
    continues: bool,
    peer: &NodeKey,
    access: &Access,
    is_genesis: &IsGenesis,
    replica: &mut Replica<B>,
) -> Result<Result<Appended, GateError>, ReplicaError> {
    let changes = match inspect(batch, trail, continues, peer, access, is_genesis, replica)? {
        Ok(changes) => changes,
        Err(error) => return Ok(Err(error)),
    };
    if let Err(error) = try_on(&batch.doc, &changes, is_genesis, replica)? {
        return Ok(Err(error));
    }
    match replica.append(&batch.doc, changes) {
        Ok(appended) => Ok(Ok(appended)),
        Err(error @ (ReplicaError::Store(_) | ReplicaError::Unusable { .. })) => Err(error),
        Err(error) => Ok(Err(GateError::Automerge { what: error.to_string() })),
    }
}

/// Everything that can be told without the document's content.
fn inspect<B: Backend>(
    batch: &Batch,
    trail: &mut Trail,
    continues: bool,
    peer: &NodeKey,
    access: &Access,
    is_genesis: &IsGenesis,
    replica: &Replica<B>,
) -> Result<Result<Vec<Change>, GateError>, ReplicaError> {
    if let Err(error) = access.may_send(peer, &batch.doc) {
        trail.lose(&batch.doc);
        return Ok(Err(error.into()));
    }
    let unpacked = match (continues, trail.change()) {
        (false, _) => unpack(batch),
        (true, Some(last)) => unpack_after(Some(last), batch),
        (true, None) => Err(GateError::Unfollowed),
    };
    let changes = match unpacked {
        Ok(changes) => changes,
        Err(error) => {
            trail.lose(&batch.doc);
            return Ok(Err(error));
        }
    };
    if let Some(last) = changes.last() {
        trail.follow(&batch.doc, last.raw_bytes());
    }
    let mut line = Line::after(&batch.doc, replica)?;
    line.authors = Some(Authors { access, is_genesis });
    let mut known = BTreeSet::new();
    for change in &changes {
        let hash = change.hash();
        if known.contains(&hash) || replica.position(&batch.doc, &hash)?.is_some() {
            continue;
        }
        let mut deps_here = true;
        for dep in change.deps() {
            deps_here &= known.contains(dep) || replica.position(&batch.doc, dep)?.is_some();
        }
        if let Err(error) = line.follow(change, deps_here) {
            return Ok(Err(error));
        }
        known.insert(hash);
    }
    let count = replica.summary(&batch.doc).map_or(0, |summary| summary.changes as usize);
    if count + known.len() > MAX_CHANGES as usize {
        return Ok(Err(GateError::Full));
    }
    Ok(Ok(changes))
}

/// Tries changes on the document.
fn try_on<B: Backend>(
    doc: &DocId,
    changes: &[Change],
    is_genesis: &IsGenesis,
    replica: &mut Replica<B>,
) -> Result<Result<(), GateError>, ReplicaError> {
    let mut fresh = Vec::new();
    for change in changes {
        if replica.position(doc, &change.hash())?.is_none() {
            fresh.push(change);
        }
    }
    if fresh.is_empty() {
        return Ok(Ok(()));
    }
    let tried = replica.try_on(doc, |document| {
        let mut trial = operations::Trial::on(document);
        for change in &fresh {
            let begins = change.deps().is_empty() && is_genesis(doc, &change.hash());
            trial.take(change, begins)?;
        }
        trial.finish()
    });
    match tried {
        Err(ReplicaError::Damaged { what, .. }) => Ok(Err(GateError::Automerge { what })),
        tried => tried,
    }
}

/// A document's lines of changes, one for each actor, as they grow by a batch.
struct Line<'a> {
    doc: &'a DocId,
    /// Whose changes it may hold; `None` where a seal has settled that.
    authors: Option<Authors<'a>>,
    clock: Clock,
}

/// What says whose changes a document may hold.
struct Authors<'a> {
    access: &'a Access,
    is_genesis: &'a IsGenesis,
}

impl<'a> Line<'a> {
    /// The lines of a document as they are here.
    fn after<B: Backend>(doc: &'a DocId, replica: &Replica<B>) -> Result<Self, ReplicaError> {
        Ok(Self { doc, authors: None, clock: replica.clock(doc)? })
    }

    /// Adds a change that is not here yet.
    fn follow(&mut self, change: &Change, deps_here: bool) -> Result<(), GateError> {
        let hash = change.hash();
        if last_operation(change) > MAX_OPERATIONS {
            return Err(GateError::Full);
        }
        let last = self.clock.get(change.actor_id()).copied().unwrap_or(0);
        if change.seq() <= last {
            let (actor, seq) = (change.actor_id().clone(), change.seq());
            return Err(GateError::Forked { change: hash, actor, seq });
        }
        if !deps_here || change.seq() > last + 1 {
            return Err(GateError::MissingDependency { change: hash });
        }
        if let Some(Authors { access, is_genesis }) = &self.authors
            && change.seq() == 1
            && !is_genesis(self.doc, &hash)
            && section::named_by(change).is_none()
        {
            access.may_write(&author_of(change)?, self.doc)?;
        }
        self.clock.insert(change.actor_id().clone(), change.seq());
        if change.other_actor_ids().iter().any(|actor| !self.clock.contains_key(actor)) {
            return Err(GateError::Operations { change: hash, what: "unknown actor" });
        }
        Ok(())
    }
}

fn author_of(change: &Change) -> Result<NodeKey, GateError> {
    let missing = || GateError::AuthorMissing { change: change.hash() };
    let author = change.author().ok_or_else(missing)?;
    Ok(NodeKey(author.as_bytes().try_into().map_err(|_| missing())?))
}

#[cfg(test)]
mod tests;
