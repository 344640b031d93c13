//! Which fixed first changes this node knows, for the gate.

use std::sync::{Arc, PoisonError, RwLock};

use automerge::ChangeHash;
use hopluu_protocol::documents::genesis::genesis;
use hopluu_protocol::id::DocId;
use hopluu_protocol::template::Template;

/// The templates known, from which the first changes of reports follow.
#[derive(Clone, Default)]
pub(super) struct KnownGenesis(Arc<RwLock<Vec<Arc<Template>>>>);

impl KnownGenesis {
    /// Replaces the templates.
    pub(super) fn set(&self, templates: Vec<Arc<Template>>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = templates;
    }

    /// Whether `hash` is the first change that `doc` must have.
    pub(super) fn contains(&self, doc: &DocId, hash: &ChangeHash) -> bool {
        let is = |template: Option<&Template>| {
            genesis(doc, template).is_ok_and(|change| change.hash() == *hash)
        };
        let templates = self.0.read().unwrap_or_else(PoisonError::into_inner);
        is(None) || templates.iter().any(|template| is(Some(template)))
    }
}
