//! The CRDT documents: what each kind holds, how it begins, how it is read and written.
//!
//! A document starts with a deterministic [`genesis`] change, so that two machines of one office that
//! create the same report offline have the same root objects. Cells, notes and records are flat keys of
//! scalars: a first write never creates an object that another first write could shadow. The only
//! nested objects, the Text of each section, exist from genesis; where a later version of the template adds
//! a section, its Text comes by one more fixed change ([`section`]).
//!
//! Readers take `&Automerge`; writers take a transaction, because one user action is one transaction
//! and the replica decides about actor, author and durability.

pub mod adoption;
pub mod calendar;
pub mod consolidated;
pub mod fieldwise;
pub mod genesis;
pub mod history;
pub mod marks;
pub mod narrative;
mod records;
pub mod report;
pub mod review;
mod rewording;
pub mod roster;
pub mod section;
pub mod template;
pub mod text_figures;
pub mod text_history;
pub mod texts;

use automerge::{Automerge, AutomergeError, ChangeHash, ObjId, ReadDoc, Value};

/// Names of the fields at the root of documents.
mod field {
    pub(super) const ACCEPTANCES: &str = "acceptances";
    pub(super) const CELLS: &str = "cells";
    pub(super) const EXTENSIONS: &str = "extensions";
    pub(super) const HOLIDAYS: &str = "holidays";
    pub(super) const ISSUE: &str = "issue";
    pub(super) const KIND: &str = "kind";
    pub(super) const LOCKS: &str = "locks";
    pub(super) const NODES: &str = "nodes";
    pub(super) const NOTES: &str = "notes";
    pub(super) const OVERRIDES: &str = "overrides";
    pub(super) const PARTS: &str = "parts";
    pub(super) const PARTS_COUNT: &str = "parts_count";
    pub(super) const PERIODS: &str = "periods";
    pub(super) const RECEIPTS: &str = "receipts";
    pub(super) const RETURNS: &str = "returns";
    pub(super) const SETTLED: &str = "settled";
    pub(super) const SUBMISSIONS: &str = "submissions";
    pub(super) const TEMPLATE: &str = "template";
    pub(super) const TEXTS: &str = "texts";
    pub(super) const TOWN: &str = "town";
    pub(super) const UNITS: &str = "units";
}

/// Why a document could not be read or written as what it should be.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Automerge refused.
    #[error("automerge: {0}")]
    Automerge(#[from] AutomergeError),
    /// Automerge panicked over the document: it was made by a change that no program of ours writes.
    #[error("automerge panicked while it listed the document's changes")]
    Engine,
    /// The heads named are not all in the document.
    #[error("the document does not have change {hash}")]
    MissingChange {
        /// The first one missing.
        hash: ChangeHash,
    },
    /// An object or field that every document of this kind has from its beginning is not there.
    #[error("the document has no `{field}`")]
    MissingField {
        /// Its name, with the section's id for a text.
        field: String,
    },
    /// A record is not of the form that this program knows.
    #[error("record `{key}` in `{field}` cannot be read: {why}")]
    Record {
        /// The map.
        field: String,
        /// The record's key.
        key: String,
        /// What the decoder said.
        why: String,
    },
    /// The template text in the document is not a valid template.
    #[error("the template in the document is not valid: {why}")]
    Template {
        /// The first problem.
        why: String,
    },
}

impl DocumentError {
    /// Short stable name for message catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Automerge(_) | Self::Engine => "document-engine",
            Self::MissingChange { .. } => "document-missing-change",
            Self::MissingField { .. } => "document-missing-field",
            Self::Record { .. } => "document-record",
            Self::Template { .. } => "document-template",
        }
    }
}

/// The object at a root field.
fn object(doc: &impl ReadDoc, field: &str) -> Result<ObjId, DocumentError> {
    child(doc, &automerge::ROOT, field)
        .transpose()
        .unwrap_or_else(|| Err(DocumentError::MissingField { field: field.to_owned() }))
}

/// The object at a key of another object, if there is one.
fn child(doc: &impl ReadDoc, parent: &ObjId, key: &str) -> Result<Option<ObjId>, DocumentError> {
    Ok(match doc.get(parent, key)? {
        Some((Value::Object(_), id)) => Some(id),
        _ => None,
    })
}

/// The text at a root field.
fn root_text(doc: &impl ReadDoc, field: &str) -> Result<String, DocumentError> {
    match doc.get(automerge::ROOT, field)? {
        Some((Value::Scalar(value), _)) => value.as_str().map(str::to_owned),
        _ => None,
    }
    .ok_or_else(|| DocumentError::MissingField { field: field.to_owned() })
}

/// Checks that a document has all the changes named.
///
/// # Errors
/// [`DocumentError::MissingChange`] for the first that it does not have.
pub fn require_changes(doc: &Automerge, heads: &[ChangeHash]) -> Result<(), DocumentError> {
    match heads.iter().find(|hash| doc.get_change_meta_by_hash(hash).is_none()) {
        Some(hash) => Err(DocumentError::MissingChange { hash: *hash }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
