//! One action of a person that is more than one change holds, or that begins where they last looked.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::Transaction;
use automerge::{ActorId, Automerge, Change, ChangeHash};

use super::documents::apply_checked;
use super::edit::transact;
use super::limits::check_own;
use super::{Clock, EditContext, EditError, Replica, ReplicaError};
use crate::id::DocId;
use crate::store::Backend;

/// What an action is written into.
enum Ground<'a> {
    /// The opened document, as it stands.
    Standing,
    /// A copy that ends at the heads that the person saw.
    Earlier { heads: &'a [ChangeHash], copy: Box<Automerge> },
}

impl<B: Backend> Replica<B> {
    /// Does the parts of one action, in their order: in one change or, where that would be more than a change
    /// holds, in a few. All of them are staged for the next commit, or none.
    ///
    /// # Errors
    /// As [`Replica::edit`]; [`ReplicaError::TooLarge`] and [`ReplicaError::TooMuch`] when a single part is
    /// more than a change holds.
    pub fn edit_in_parts<T, E>(
        &mut self,
        doc: &DocId,
        context: &EditContext,
        parts: &[T],
        write: impl Fn(&mut Transaction<'_>, &T) -> Result<(), E>,
    ) -> Result<(), EditError<E>> {
        self.usable()?;
        let context = &self.beside_left_out(doc, context);
        let mut made = Vec::new();
        let planned = self
            .make_changes(doc, &mut Ground::Standing, context, parts, &write, &mut made)
            .and_then(|()| Ok(self.plan(doc, made)?));
        self.settle(doc, planned)
    }

    /// Does the parts of one action in the document as it stood at `heads`: what came since stays beside
    /// it. Returns the heads at which the document holds what was at `heads`, the action, and nothing else.
    ///
    /// Automerge can write at earlier heads by itself (`transaction_at`), but numbers such a change's
    /// operations on from all that the document has and not from what the change depends on. A document
    /// saved with that loads as another one, and the gate refuses it. So the change is made in a copy that
    /// ends there.
    ///
    /// # Errors
    /// As [`Replica::edit_in_parts`]; [`ReplicaError::UnknownHeads`] when the document does not have
    /// `heads`, or there are none.
    pub fn edit_in_parts_at<T, E>(
        &mut self,
        doc: &DocId,
        heads: &[ChangeHash],
        context: &EditContext,
        parts: &[T],
        write: impl Fn(&mut Transaction<'_>, &T) -> Result<(), E>,
    ) -> Result<Vec<ChangeHash>, EditError<E>> {
        self.usable()?;
        if self.stands_at(doc, heads) {
            self.edit_in_parts(doc, context, parts, write)?;
            return Ok(self.summary(doc).map_or_else(Vec::new, |summary| summary.heads.clone()));
        }
        let copy = self.copy_at(doc, heads)?;
        let reached = copy.get_heads();
        let actor = free_actor(&context.actor, &self.clock(doc)?, &clock_of(&copy));
        let context = EditContext { actor, ..context.clone() };
        let mut ground = Ground::Earlier { heads, copy: Box::new(copy) };
        let mut made = Vec::new();
        self.make_changes(doc, &mut ground, &context, parts, &write, &mut made)?;
        let Some(last) = made.last().map(Change::hash) else { return Ok(reached) };
        let plan = self.plan(doc, made)?;
        self.stage(doc, plan, true)?;
        Ok(vec![last])
    }

    /// Writes parts into the ground, behind the changes that were made already.
    fn make_changes<T, E>(
        &mut self,
        doc: &DocId,
        ground: &mut Ground<'_>,
        context: &EditContext,
        parts: &[T],
        write: &impl Fn(&mut Transaction<'_>, &T) -> Result<(), E>,
        made: &mut Vec<Change>,
    ) -> Result<(), EditError<E>> {
        let stored = self.index.get(doc).map_or(0, |summary| summary.changes);
        let number = stored.saturating_add(u32::try_from(made.len()).unwrap_or(u32::MAX));
        let all = |tx: &mut Transaction<'_>| parts.iter().try_for_each(|part| write(tx, part));
        let written = match ground {
            Ground::Standing => transact(&mut self.opened(doc)?.doc, context, all),
            Ground::Earlier { copy, .. } => transact(copy, context, all),
        };
        let ((), change) = written.map_err(EditError::Closure)?;
        let Some(change) = change else { return Ok(()) };
        match check_own(doc, &change, number) {
            Ok(()) => {
                made.push(change);
                Ok(())
            }
            Err(error) if error.is_to_be_split() && parts.len() > 1 => {
                self.go_back(doc, ground, made)?;
                let (first, then) = parts.split_at(parts.len() / 2);
                self.make_changes(doc, ground, context, first, write, made)?;
                self.make_changes(doc, ground, context, then, write, made)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Has the ground hold what it held at first, and these changes behind it.
    fn go_back(
        &mut self,
        doc: &DocId,
        ground: &mut Ground<'_>,
        made: &[Change],
    ) -> Result<(), ReplicaError> {
        let begun_again = match ground {
            Ground::Standing => {
                self.open.close(doc);
                &mut self.opened(doc)?.doc
            }
            Ground::Earlier { heads, copy } => {
                **copy = self.copy_at(doc, heads)?;
                copy
            }
        };
        let Some(last) = made.last() else { return Ok(()) };
        apply_checked(begun_again, made, &[last.hash()])
            .map_err(|what| ReplicaError::Rejected { doc: doc.clone(), what })
    }

    /// Whether nothing has come to a document since `heads`.
    fn stands_at(&self, doc: &DocId, heads: &[ChangeHash]) -> bool {
        let heads: BTreeSet<_> = heads.iter().collect();
        self.summary(doc).is_some_and(|summary| heads.iter().copied().eq(&summary.heads))
    }

    /// A copy of a document that ends at `heads`.
    fn copy_at(&mut self, doc: &DocId, heads: &[ChangeHash]) -> Result<Automerge, ReplicaError> {
        let opened = &self.opened(doc)?.doc;
        if heads.is_empty() || !has(opened, heads) {
            return Err(ReplicaError::UnknownHeads { doc: doc.clone() });
        }
        let rejected = |what: String| ReplicaError::Rejected { doc: doc.clone(), what };
        let copy = catch_unwind(AssertUnwindSafe(|| opened.fork_at(heads)))
            .map_err(|_| rejected("automerge panicked while copying it".to_owned()))?
            .map_err(|error| rejected(error.to_string()))?;
        // Changes that lack others are kept back in silence.
        if has(&copy, heads) { Ok(copy) } else { Err(rejected("its copy is not whole".to_owned())) }
    }
}

fn has(doc: &Automerge, changes: &[ChangeHash]) -> bool {
    changes.iter().all(|change| doc.get_change_meta_by_hash(change).is_some())
}

/// An actor of this process whose line ends within the copy, or has not begun: a line is continued only
/// where it ends. Like the process's own actor, those that are made of it are nobody else's.
fn free_actor(own: &ActorId, standing: &Clock, copy: &Clock) -> ActorId {
    let mut line: u64 = 0;
    loop {
        let mut bytes = own.to_bytes().to_vec();
        for (byte, mark) in bytes.iter_mut().rev().zip(line.to_le_bytes()) {
            *byte ^= mark;
        }
        let actor = ActorId::from(bytes);
        if standing.get(&actor) == copy.get(&actor) {
            return actor;
        }
        line += 1;
    }
}

/// For each actor, the number of its last change.
fn clock_of(doc: &Automerge) -> Clock {
    let mut clock = Clock::new();
    for meta in doc.get_changes_meta(&[]) {
        let last = clock.entry(meta.actor.into_owned()).or_default();
        *last = meta.seq.max(*last);
    }
    clock
}
