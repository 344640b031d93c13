//! Which changes the author of a change had seen.

use std::collections::HashMap;
use std::sync::Arc;

use automerge::{ActorId, Change, ChangeHash};

/// For each actor, by its number, how many of its changes; as far as it goes.
type Seen = Arc<Vec<u64>>;

#[derive(Debug)]
struct Past {
    actor: u32,
    seq: u64,
    /// Greater than those of all that it has seen.
    first_op: u64,
    hash: ChangeHash,
    /// What it had seen of others. Shared along an actor's line.
    seen: Seen,
}

/// The changes of a document, numbered as they came.
#[derive(Debug, Default)]
pub(super) struct Pasts {
    actors: Vec<ActorId>,
    numbers: HashMap<ActorId, u32>,
    changes: Vec<Past>,
    by_hash: HashMap<ChangeHash, u32>,
}

impl Pasts {
    /// Numbers a change.
    pub(super) fn take(&mut self, change: &Change) -> u32 {
        let actor = self.number(change.actor_id());
        let found: Vec<&Past> = change
            .deps()
            .iter()
            .filter_map(|dep| self.changes.get(*self.by_hash.get(dep)? as usize))
            .collect();
        let seen = match found.as_slice() {
            [own] if own.actor == actor => Arc::clone(&own.seen),
            deps => Arc::new(together(deps)),
        };
        let number = u32::try_from(self.changes.len()).unwrap_or(u32::MAX);
        let (first_op, hash) = (change.start_op().get(), change.hash());
        self.changes.push(Past { actor, seq: change.seq(), first_op, hash, seen });
        self.by_hash.insert(change.hash(), number);
        number
    }

    fn number(&mut self, actor: &ActorId) -> u32 {
        if let Some(number) = self.numbers.get(actor) {
            return *number;
        }
        let number = u32::try_from(self.actors.len()).unwrap_or(u32::MAX);
        self.actors.push(actor.clone());
        self.numbers.insert(actor.clone(), number);
        number
    }

    pub(super) fn actor_number(&self, actor: &ActorId) -> Option<u32> {
        self.numbers.get(actor).copied()
    }

    pub(super) fn actor(&self, number: u32) -> Option<&ActorId> {
        self.actors.get(number as usize)
    }

    /// Sorts changes behind those that they have seen; in the same order wherever they are known.
    pub(super) fn sort<T>(&self, changes: &mut [(u32, T)]) {
        changes.sort_by_key(|(change, _)| {
            self.changes.get(*change as usize).map(|past| (past.first_op, past.hash))
        });
    }

    /// Whether the author of a change had seen another one. Everybody has seen what they wrote.
    pub(super) fn saw(&self, change: u32, other: u32) -> bool {
        let (Some(change), Some(other)) =
            (self.changes.get(change as usize), self.changes.get(other as usize))
        else {
            return false;
        };
        if change.actor == other.actor {
            return other.seq <= change.seq;
        }
        change.seen.get(other.actor as usize).is_some_and(|seq| other.seq <= *seq)
    }
}

/// All that was seen by the authors of some changes, and these.
fn together(changes: &[&Past]) -> Vec<u64> {
    let mut all: Vec<u64> = Vec::new();
    let mut sees = |actor: usize, seq: u64| {
        if all.len() <= actor {
            all.resize(actor + 1, 0);
        }
        all[actor] = all[actor].max(seq);
    };
    for change in changes {
        for (actor, seq) in change.seen.iter().enumerate() {
            sees(actor, *seq);
        }
        sees(change.actor as usize, change.seq);
    }
    all
}
