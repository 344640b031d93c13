//! What is handed back to a hub that has lost it.
//!
//! Here it does not count who sends and who wrote, but that a seal of the hub's unit covers every change:
//! that each is one of the sealed heads or lies below one.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{Change, ChangeHash};

use super::{Access, AccessError, GateError, Line};
use crate::id::{DocGroup, DocId};
use crate::identity::NodeKey;
use crate::replica::{Replica, ReplicaError};
use crate::seal::Seal;
use crate::store::Backend;

/// Whether a hub takes back what this seal covers, from this peer. `own` is this node's key: it holds
/// when the roster is lost.
///
/// # Errors
/// [`AccessError::OutOfScope`], [`AccessError::NotSealedByHub`]; as [`Access::scope_of`].
pub fn inspect_seal(
    seal: &Seal,
    peer: &NodeKey,
    own: &NodeKey,
    access: &Access,
) -> Result<(), AccessError> {
    let (doc, key) = (seal.doc.clone(), *peer);
    let shared = access.scope_of(peer)?.contains_doc(&doc);
    if !shared || doc.group() == DocGroup::Consolidated {
        return Err(AccessError::OutOfScope { doc, key });
    }
    if !access.may_seal(&seal.key, own) || seal.verify().is_err() {
        return Err(AccessError::NotSealedByHub { doc, key: seal.key });
    }
    Ok(())
}

/// Whether a hub takes back the roster that this seal covers from a peer that it does not know: its very
/// own seal, over changes that it lacks. That it lacks them shows that it has lost them, so this needs no
/// other sign that something was lost. A seal by another machine of its unit does not do: that may have
/// been revoked since.
///
/// # Errors
/// [`AccessError::NotSealedByHub`]; [`AccessError::KeyUnknown`] inside when the seal covers nothing new; a
/// [`ReplicaError`] when this node could not look.
pub fn inspect_appeal<B: Backend>(
    seal: &Seal,
    peer: &NodeKey,
    own: &NodeKey,
    replica: &Replica<B>,
) -> Result<Result<(), AccessError>, ReplicaError> {
    let forged = || AccessError::NotSealedByHub { doc: seal.doc.clone(), key: seal.key };
    if seal.doc != DocId::Roster || seal.key != *own {
        return Ok(Err(forged()));
    }
    let mut lacks = false;
    for head in &seal.heads {
        lacks |= replica.position(&seal.doc, head)?.is_none();
    }
    if !lacks {
        return Ok(Err(AccessError::KeyUnknown { key: *peer }));
    }
    // Last, since it takes longest.
    Ok(seal.verify().map_err(|_| forged()))
}

/// Lets in what a seal covers, all of it: in the order given, without what is here already.
///
/// # Errors
/// A [`GateError`] inside when something is not covered, or something is missing; a [`ReplicaError`]
/// when this node could not look.
pub fn inspect_sealed<B: Backend>(
    seal: &Seal,
    changes: Vec<Change>,
    replica: &Replica<B>,
) -> Result<Result<Vec<Change>, GateError>, ReplicaError> {
    let doc = &seal.doc;
    let mut new = Vec::new();
    for change in changes {
        if replica.position(doc, &change.hash())?.is_none() {
            new.push(change);
        }
    }
    let mut line = Line::after(doc, replica)?;
    let mut known = BTreeSet::new();
    for change in &new {
        let mut deps_here = true;
        for dep in change.deps() {
            deps_here &= known.contains(dep) || replica.position(doc, dep)?.is_some();
        }
        if let Err(error) = line.follow(change, deps_here) {
            return Ok(Err(error));
        }
        known.insert(change.hash());
    }
    for head in &seal.heads {
        if !known.contains(head) && replica.position(doc, head)?.is_none() {
            return Ok(Err(GateError::MissingDependency { change: *head }));
        }
    }
    let covered = covered(&seal.heads, &new);
    Ok(match known.into_iter().find(|hash| !covered.contains(hash)) {
        Some(change) => Err(GateError::NotSealed { change }),
        None => Ok(new),
    })
}

/// Those of the changes that are heads or below them.
fn covered(heads: &[ChangeHash], changes: &[Change]) -> BTreeSet<ChangeHash> {
    let by_hash: BTreeMap<ChangeHash, &Change> =
        changes.iter().map(|change| (change.hash(), change)).collect();
    let mut covered = BTreeSet::new();
    let mut open = heads.to_vec();
    while let Some(hash) = open.pop() {
        if let Some(change) = by_hash.get(&hash)
            && covered.insert(hash)
        {
            open.extend(change.deps());
        }
    }
    covered
}
