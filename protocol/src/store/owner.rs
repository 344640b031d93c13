//! The store: a backend, and the rule of when it may be believed.

use std::collections::BTreeMap;

use automerge::{ActorId, ChangeHash};

use super::{Backend, DocSummary, Durable, StoreError, StoredChange, Write};
use crate::id::DocId;

/// A backend in use. The only maker of [`Durable`].
///
/// A commit that fails without having written anything ([`StoreError::nothing_was_written`]: a full disk
/// seen in time, a batch that does not fit) leaves the store usable. Any other failure poisons it: after
/// a failed fsync the operating system may have dropped the pages and report success the next time, so
/// that neither reads nor later commits can be believed. A poisoned store refuses everything; whoever
/// holds it closes it, opens it again and looks at what is there.
#[derive(Debug)]
pub struct Store<B> {
    backend: B,
    poisoned: Option<String>,
}

impl<B: Backend> Store<B> {
    /// A store on an opened backend.
    pub fn new(backend: B) -> Self {
        Self { backend, poisoned: None }
    }

    /// Gives the backend back, to be closed.
    pub fn into_backend(self) -> B {
        self.backend
    }

    /// The backend, for tests that do something to it behind the store's back.
    #[cfg(any(test, feature = "conformance"))]
    pub fn backend_mut(&mut self) -> &mut B {
        &mut self.backend
    }

    /// Makes a batch durable, all of it or nothing.
    ///
    /// # Errors
    /// What the backend says; [`StoreError::Poisoned`] after an earlier failure.
    pub fn commit(&mut self, batch: &[Write]) -> Result<Durable, StoreError> {
        self.usable()?;
        match self.backend.commit(batch) {
            Ok(()) => Ok(Durable(())),
            Err(error) => {
                if !error.nothing_was_written() {
                    self.poisoned = Some(error.to_string());
                }
                Err(error)
            }
        }
    }

    /// [`Backend::upkeep`].
    ///
    /// # Errors
    /// As there; [`StoreError::Poisoned`] after an earlier failure.
    pub fn upkeep(&mut self) -> Result<bool, StoreError> {
        self.usable()?;
        let outcome = self.backend.upkeep();
        if let Err(error) = &outcome
            && !matches!(error, StoreError::Damaged { .. })
        {
            self.poisoned = Some(error.to_string());
        }
        outcome
    }

    /// [`Backend::documents`].
    ///
    /// # Errors
    /// When the store cannot be read, is damaged or poisoned; so with all reads.
    pub fn documents(&self) -> Result<BTreeMap<DocId, DocSummary>, StoreError> {
        self.usable()?.documents()
    }

    /// [`Backend::snapshot`].
    ///
    /// # Errors
    /// As [`Store::documents`].
    pub fn snapshot(&self, doc: &DocId) -> Result<Option<Vec<u8>>, StoreError> {
        self.usable()?.snapshot(doc)
    }

    /// [`Backend::changes`].
    ///
    /// # Errors
    /// As [`Store::documents`].
    pub fn changes(
        &self,
        doc: &DocId,
        from: u32,
        max_bytes: usize,
    ) -> Result<Vec<StoredChange>, StoreError> {
        self.usable()?.changes(doc, from, max_bytes)
    }

    /// [`Backend::position`].
    ///
    /// # Errors
    /// As [`Store::documents`].
    pub fn position(&self, doc: &DocId, hash: &ChangeHash) -> Result<Option<u32>, StoreError> {
        self.usable()?.position(doc, hash)
    }

    /// [`Backend::clock`].
    ///
    /// # Errors
    /// As [`Store::documents`].
    pub fn clock(&self, doc: &DocId) -> Result<BTreeMap<ActorId, u64>, StoreError> {
        self.usable()?.clock(doc)
    }

    /// [`Backend::meta`].
    ///
    /// # Errors
    /// As [`Store::documents`].
    pub fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.usable()?.meta(key)
    }

    /// [`Backend::meta_under`].
    ///
    /// # Errors
    /// As [`Store::documents`].
    pub fn meta_under(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.usable()?.meta_under(prefix)
    }

    fn usable(&self) -> Result<&B, StoreError> {
        match &self.poisoned {
            None => Ok(&self.backend),
            Some(what) => Err(StoreError::Poisoned { what: what.clone() }),
        }
    }
}
