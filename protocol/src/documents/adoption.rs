//! Making changes again under another author.
//!
//! A hub refuses what somebody wrote who may not write a document, and with it whatever was written on top of
//! that. The machine that holds it can make the same changes as its own: the same operations on the same
//! cells and letters, by the same people at the same times, in the same order and beside each other where they
//! were. So nothing is read off and typed again: no letter, no note and no conflict is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, SortedVec};
use automerge::{ActorId, Change, ChangeHash, ExpandedChange};

use super::{DocumentError, text_figures};
use crate::identity::NodeKey;

/// What precedes a key of 32 bytes where a change names its author.
const AUTHOR: [u8; 2] = [1, 32];

/// Changes that were made again.
#[derive(Clone, Debug, Default)]
pub struct Adopted {
    /// The changes in whose place others come: those given, and all that depend on them.
    pub replaced: Vec<ChangeHash>,
    /// What comes in their place, in an order in which each follows what it depends on.
    pub made: Vec<Change>,
}

/// A line of changes under its new name.
struct Line {
    actor: ActorId,
    length: u64,
    /// The first operation that belongs to the new line; those before stay where they were.
    from: u64,
}

/// Makes changes of a document again, by `author`. `changes` are all changes of the document, in an order in
/// which each follows what it depends on. `fresh` must be random bytes: the new lines are named by them.
///
/// # Errors
/// [`DocumentError::Engine`] when automerge cannot read or write one of the changes.
pub fn adopt(
    changes: &[Change],
    refused: &BTreeSet<ChangeHash>,
    author: NodeKey,
    fresh: [u8; 16],
) -> Result<Adopted, DocumentError> {
    catch_unwind(AssertUnwindSafe(|| adopt_all(changes, refused, author, fresh)))
        .map_err(|_| DocumentError::Engine)
}

fn adopt_all(
    changes: &[Change],
    refused: &BTreeSet<ChangeHash>,
    author: NodeKey,
    fresh: [u8; 16],
) -> Adopted {
    let mut again: BTreeMap<ChangeHash, ChangeHash> = BTreeMap::new();
    let mut lines: BTreeMap<ActorId, Line> = BTreeMap::new();
    let mut adopted = Adopted::default();
    for change in changes {
        let follows = change.deps().iter().any(|dep| again.contains_key(dep));
        if !follows && !refused.contains(&change.hash()) {
            continue;
        }
        let number = lines.len();
        let line = lines.entry(change.actor_id().clone()).or_insert_with(|| Line {
            actor: actor_number(fresh, number),
            length: 0,
            from: change.start_op().get(),
        });
        line.length += 1;
        let (actor, seq) = (line.actor.clone(), line.length);
        let made = Change::from(renamed(change.decode(), actor, seq, author, &again, &lines));
        again.insert(change.hash(), made.hash());
        adopted.replaced.push(change.hash());
        adopted.made.push(made);
    }
    adopted
}

fn renamed(
    change: ExpandedChange,
    actor: ActorId,
    seq: u64,
    author: NodeKey,
    again: &BTreeMap<ChangeHash, ChangeHash>,
    lines: &BTreeMap<ActorId, Line>,
) -> ExpandedChange {
    let mut deps: Vec<ChangeHash> =
        change.deps.iter().map(|dep| *again.get(dep).unwrap_or(dep)).collect();
    deps.sort_unstable();
    let id = |id: &OpId| match lines.get(id.actor()) {
        Some(line) if id.counter() >= line.from => OpId(id.counter(), line.actor.clone()),
        _ => id.clone(),
    };
    let operation = |op: Op| Op {
        obj: match &op.obj {
            ObjectId::Id(object) => ObjectId::Id(id(object)),
            ObjectId::Root => ObjectId::Root,
        },
        key: match op.key {
            Key::Seq(ElementId::Id(element)) => Key::Seq(ElementId::Id(id(&element))),
            Key::Map(key) if op.obj == ObjectId::Root => {
                Key::Map(text_figures::renamed(&key, id).map_or(key, Into::into))
            }
            key => key,
        },
        pred: SortedVec::from(op.pred.iter().map(id).collect::<Vec<_>>()),
        ..op
    };
    // The first of a line says whose the line is.
    let extra_bytes = if seq == 1 { [&AUTHOR, &author.0[..]].concat() } else { Vec::new() };
    ExpandedChange {
        operations: change.operations.into_iter().map(operation).collect(),
        actor_id: actor,
        hash: None,
        seq,
        deps,
        extra_bytes,
        author: None,
        ..change
    }
}

/// The name of a new line: different ones for different numbers.
fn actor_number(fresh: [u8; 16], number: usize) -> ActorId {
    let number = u128::try_from(number).unwrap_or(u128::MAX);
    ActorId::from((u128::from_be_bytes(fresh) ^ number).to_be_bytes())
}

#[cfg(test)]
#[path = "adoption_tests.rs"]
mod tests;
