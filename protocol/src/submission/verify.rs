//! Whether a submission is what it says.

use automerge::Automerge;

use super::{SIGNATURE_DOMAIN, Submission, figures_digest};
use crate::documents::report::{self, Reading};
use crate::documents::{self, DocumentError};
use crate::id::{DocId, TemplateRef, UnitCode};
use crate::identity::NodeKey;
use crate::roster::Roster;

/// Why a submission does not count.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The figures at the stated heads are not those that were signed.
    #[error("the figures of {doc} at the submitted heads are not those that were signed")]
    Digest {
        /// The report document.
        doc: DocId,
    },
    /// The report cannot be read at the stated heads.
    #[error("{doc} cannot be read as it was submitted: {source}")]
    Document {
        /// The report document.
        doc: DocId,
        /// What is wrong with it.
        source: Box<DocumentError>,
    },
    /// The report holds cells that cannot be read.
    #[error("{doc} holds cells that cannot be read: {cells:?}")]
    Unreadable {
        /// The report document.
        doc: DocId,
        /// Their keys.
        cells: Vec<String>,
    },
    /// The signature does not belong to the statement.
    #[error("the signature on the submission of {doc} is wrong")]
    Signature {
        /// The report document.
        doc: DocId,
    },
    /// The key that signed is not one of the unit's.
    #[error("the submission of {doc} is signed by {key}, which is not a node of the unit")]
    Signer {
        /// The report document.
        doc: DocId,
        /// The key.
        key: NodeKey,
    },
    /// The statement names a template that reports of the period have never followed.
    #[error("the submission of {doc} names {template}, which the period has never followed")]
    Template {
        /// The report document.
        doc: DocId,
        /// The template that it names.
        template: TemplateRef,
    },
    /// The statement is about another document than the one it lies in.
    #[error("a submission of {stated} lies in {found}")]
    WrongDocument {
        /// The document that it speaks of.
        stated: DocId,
        /// The document that it lies in.
        found: DocId,
    },
}

impl VerifyError {
    /// Short stable name for message catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Digest { .. } => "submission-digest",
            Self::Document { .. } => "submission-document",
            Self::Signature { .. } => "submission-signature",
            Self::Signer { .. } => "submission-signer",
            Self::Template { .. } => "submission-template",
            Self::Unreadable { .. } => "submission-unreadable",
            Self::WrongDocument { .. } => "submission-wrong-document",
        }
    }
}

/// Verifies a submission found in the document `id`, and gives the report as it was submitted.
///
/// Needs no network: the document, the roster and the submission say everything. A key that was revoked
/// since still verifies what it signed; whether a *new* submission by a revoked key is taken is decided
/// where it arrives. `templates` are the versions that the period has followed: a submission stays at the
/// one that it was made under, whatever the period has moved on to since.
///
/// # Errors
/// The first reason why the submission does not count.
pub fn verify(
    submission: &Submission,
    id: &DocId,
    unit: &UnitCode,
    doc: &Automerge,
    roster: &Roster,
    templates: &[TemplateRef],
) -> Result<Reading, VerifyError> {
    let statement = &submission.statement;
    if statement.doc != *id {
        return Err(VerifyError::WrongDocument {
            stated: statement.doc.clone(),
            found: id.clone(),
        });
    }
    if roster.node(&statement.key).is_none_or(|node| node.unit != *unit) {
        return Err(VerifyError::Signer { doc: id.clone(), key: statement.key });
    }
    let signed = statement.to_bytes();
    if statement.key.verify(SIGNATURE_DOMAIN, &signed, &submission.signature).is_err() {
        return Err(VerifyError::Signature { doc: id.clone() });
    }
    let unreadable =
        |source: DocumentError| VerifyError::Document { doc: id.clone(), source: Box::new(source) };
    documents::require_changes(doc, &statement.heads).map_err(unreadable)?;
    if !templates.contains(&statement.template) {
        let template = statement.template.clone();
        return Err(VerifyError::Template { doc: id.clone(), template });
    }
    let reading = report::read(doc, Some(&statement.heads)).map_err(unreadable)?;
    if !reading.unreadable.is_empty() {
        let cells = reading.unreadable.into_keys().collect();
        return Err(VerifyError::Unreadable { doc: id.clone(), cells });
    }
    if figures_digest(&reading.figures) != statement.digest {
        return Err(VerifyError::Digest { doc: id.clone() });
    }
    Ok(reading)
}
