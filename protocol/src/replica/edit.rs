//! Local edits: one user action, one transaction, one change.

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{ActorId, Author, Change, ChangeHash};

use super::documents::OpenDocument;
use super::ingest::Plan;
use super::limits::check_own;
use super::{EditError, Replica, ReplicaError};
use crate::id::DocId;
use crate::identity::NodeKey;
use crate::store::Backend;

/// Who edits, when.
#[derive(Clone, Debug)]
pub struct EditContext {
    /// The node: the author that the change names.
    pub author: NodeKey,
    /// Fresh and random for every start of the process, never stored: a restored store would otherwise
    /// continue an old line of changes differently, and the two could never meet.
    pub actor: ActorId,
    /// The person's name: the change's message.
    pub person: String,
    /// Seconds since 1970, for the reader; nothing is ordered by it.
    pub now_seconds: i64,
}

/// What an edit did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited<T> {
    /// What the closure returned.
    pub value: T,
    /// The change that was staged; `None` when the closure changed nothing.
    pub change: Option<ChangeHash>,
}

impl<B: Backend> Replica<B> {
    /// Edits a document: everything that `edit` does becomes one change, staged for the next commit.
    ///
    /// # Errors
    /// What the closure returns; [`ReplicaError::UnknownDocument`]; [`ReplicaError::TooLarge`] and
    /// [`ReplicaError::TooMuch`] when peers would not take it as one change
    /// ([`Replica::edit_in_parts`]); [`ReplicaError::Full`]; [`ReplicaError::Damaged`]. Nothing is staged
    /// then and the document is as it was.
    pub fn edit<T, E>(
        &mut self,
        doc: &DocId,
        context: &EditContext,
        edit: impl FnOnce(&mut Transaction<'_>) -> Result<T, E>,
    ) -> Result<Edited<T>, EditError<E>> {
        self.usable()?;
        let context = &self.beside_left_out(doc, context);
        let opened = self.opened(doc)?;
        let (value, change) = transact(opened, context, edit).map_err(EditError::Closure)?;
        let Some(change) = change else { return Ok(Edited { value, change: None }) };
        self.stage_local(doc, &change)?;
        Ok(Edited { value, change: Some(change.hash()) })
    }

    /// Stages a document's fixed first change, unless the document exists. Returns whether it was staged.
    ///
    /// # Errors
    /// As [`Replica::append`].
    pub fn create(&mut self, doc: &DocId, genesis: Change) -> Result<bool, ReplicaError> {
        self.usable()?;
        if self.index.get(doc).is_some() {
            return Ok(false);
        }
        let plan = self.plan(doc, vec![genesis])?;
        self.stage(doc, plan, true)?;
        Ok(true)
    }

    /// Stages a change that the opened document already holds. If it cannot be, the document is closed,
    /// since it holds more than will be stored.
    fn stage_local(&mut self, doc: &DocId, change: &Change) -> Result<(), ReplicaError> {
        let changes = self.index.get(doc).map_or(0, |summary| summary.changes);
        let planned = check_own(doc, change, changes);
        let planned = planned.and_then(|()| self.plan(doc, vec![change.clone()]));
        self.settle(doc, planned)
    }

    /// Stages what was planned of changes that the opened document already holds, or closes the document.
    pub(super) fn settle<E>(&mut self, doc: &DocId, planned: Result<Plan, E>) -> Result<(), E> {
        match planned {
            Ok(plan) => {
                self.record(doc, &plan, true);
                Ok(())
            }
            Err(error) => {
                self.open.close(doc);
                Err(error)
            }
        }
    }
}

/// Runs the closure in a transaction and returns the change that came of it.
pub(super) fn transact<T, E>(
    opened: &mut OpenDocument,
    context: &EditContext,
    edit: impl FnOnce(&mut Transaction<'_>) -> Result<T, E>,
) -> Result<(T, Option<Change>), E> {
    // Setting the author draws a new actor, so the actor comes second.
    opened.doc.set_author(Some(Author::from(context.author.0.to_vec())));
    opened.doc.set_actor(context.actor.clone());
    let mut transaction = opened.doc.transaction();
    let value = match edit(&mut transaction) {
        Ok(value) => value,
        Err(error) => {
            transaction.rollback();
            return Err(error);
        }
    };
    if transaction.pending_ops() == 0 {
        transaction.rollback();
        return Ok((value, None));
    }
    let options = CommitOptions::default()
        .with_message(context.person.as_str())
        .with_time(context.now_seconds);
    transaction.commit_with(options);
    Ok((value, opened.doc.get_last_local_change()))
}
