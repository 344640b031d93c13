//! What a peer does not take because of who wrote it.
//!
//! A hub keeps nothing of an author whom its roster does not know, or who stands in another unit. Such
//! changes come to a machine with a key that is not its own, or with a copied data directory. They, and
//! whatever was written on top of them, are set aside for that peer: the rest of the document goes on.

use std::collections::{BTreeMap, BTreeSet};

use automerge::ChangeHash;

use crate::id::DocId;
use crate::identity::NodeKey;
use crate::replica::{Replica, ReplicaError};
use crate::store::Backend;

/// The changes of a document that a peer refuses for their author, and those held up by them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedChanges {
    /// The document.
    pub doc: DocId,
    /// Of whom the peer takes nothing.
    pub authors: BTreeSet<NodeKey>,
    /// The changes, in order of arrival here: each follows what it depends on.
    pub changes: Vec<RefusedChange>,
}

/// A change that a peer does not get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedChange {
    /// Its position here.
    pub position: u32,
    /// Its hash.
    pub hash: ChangeHash,
    /// Who wrote it. Where that is none of the refused authors, it was written on top of such a change.
    pub author: Option<NodeKey>,
    /// The person's name, as the change says.
    pub person: Option<String>,
    /// Seconds since 1970, by the clock of the machine that made it.
    pub made_at: i64,
}

/// Finds the changes of these authors, and all that depend on one.
///
/// # Errors
/// As [`Replica::document`].
pub(super) fn held_up<B: Backend>(
    replica: &mut Replica<B>,
    doc: &DocId,
    authors: &BTreeSet<NodeKey>,
) -> Result<Vec<RefusedChange>, ReplicaError> {
    let Some(document) = replica.document(doc)? else { return Ok(Vec::new()) };
    let mut refused = BTreeMap::new();
    // In an order in which each follows what it depends on.
    for meta in document.get_changes_meta(&[]) {
        let author =
            meta.author.as_ref().and_then(|author| author.as_bytes().try_into().ok()).map(NodeKey);
        if author.is_some_and(|author| authors.contains(&author))
            || meta.deps.iter().any(|dependency| refused.contains_key(dependency))
        {
            let person = meta.message.as_ref().map(ToString::to_string);
            refused.insert(meta.hash, (author, person, meta.timestamp));
        }
    }
    let mut found = Vec::new();
    for (hash, (author, person, made_at)) in refused {
        if let Some(position) = replica.position(doc, &hash)? {
            found.push(RefusedChange { position, hash, author, person, made_at });
        }
    }
    found.sort_by_key(|change| change.position);
    Ok(found)
}
