//! One action of a person that is more than one change holds.

use automerge::Change;
use automerge::transaction::Transaction;

use super::documents::apply_checked;
use super::edit::transact;
use super::limits::check_own;
use super::{EditContext, EditError, Replica, ReplicaError};
use crate::id::DocId;
use crate::store::Backend;

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
            .make_changes(doc, context, parts, &write, &mut made)
            .and_then(|()| Ok(self.plan(doc, made)?));
        self.settle(doc, planned)
    }

    /// Writes parts into the opened document, behind the changes that were made already.
    fn make_changes<T, E>(
        &mut self,
        doc: &DocId,
        context: &EditContext,
        parts: &[T],
        write: &impl Fn(&mut Transaction<'_>, &T) -> Result<(), E>,
        made: &mut Vec<Change>,
    ) -> Result<(), EditError<E>> {
        let stored = self.index.get(doc).map_or(0, |summary| summary.changes);
        let number = stored.saturating_add(u32::try_from(made.len()).unwrap_or(u32::MAX));
        let all = |tx: &mut Transaction<'_>| parts.iter().try_for_each(|part| write(tx, part));
        let ((), change) = transact(self.opened(doc)?, context, all).map_err(EditError::Closure)?;
        let Some(change) = change else { return Ok(()) };
        match check_own(doc, &change, number) {
            Ok(()) => {
                made.push(change);
                Ok(())
            }
            Err(error) if error.is_to_be_split() && parts.len() > 1 => {
                self.go_back(doc, made)?;
                let (first, then) = parts.split_at(parts.len() / 2);
                self.make_changes(doc, context, first, write, made)?;
                self.make_changes(doc, context, then, write, made)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Has the opened document hold what is stored, and these changes behind it.
    fn go_back(&mut self, doc: &DocId, made: &[Change]) -> Result<(), ReplicaError> {
        self.open.close(doc);
        let opened = self.opened(doc)?;
        let Some(last) = made.last() else { return Ok(()) };
        apply_checked(opened, made, &[last.hash()])
            .map_err(|what| ReplicaError::Rejected { doc: doc.clone(), what })
    }
}
