//! `review/<period>/<unit>`: what the hub says of a unit's submissions.

use std::collections::BTreeMap;

use automerge::ReadDoc;
use automerge::transaction::Transaction;
use serde::{Deserialize, Serialize};

use super::{DocumentError, field, records};
use crate::submission::SubmissionId;

/// The hub's word on a unit's submissions, by submission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Review {
    /// Which submissions reached the hub, and when.
    pub receipts: BTreeMap<SubmissionId, Receipt>,
    /// Which were sent back.
    pub returns: BTreeMap<SubmissionId, Return>,
    /// Which were accepted.
    pub acceptances: BTreeMap<SubmissionId, Acceptance>,
}

/// The hub has a submission, durably, and has verified it. A bad line is not the office's lateness, so
/// this stands beside the time of signing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Milliseconds since 1970 by the hub's clock.
    pub received_at: i64,
    /// Since when the period had been closed, milliseconds since 1970 by the clock of the machine that closed
    /// it; `None` when it was open as far as the hub knew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_since: Option<i64>,
}

/// A submission sent back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// Milliseconds since 1970 by the hub's clock.
    pub at: i64,
    /// Who returned it.
    pub person: String,
    /// Why: what the office is to change.
    pub reasons: Vec<String>,
}

/// A submission accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Milliseconds since 1970 by the hub's clock.
    pub at: i64,
    /// Who accepted it.
    pub person: String,
}

/// Where a submission stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Accepted: part of the consolidated report.
    Accepted,
    /// Verified by the hub and waiting for its word.
    Received,
    /// Sent back to the office.
    Returned,
    /// Not (yet) known to the hub, or refused by verification.
    Unreceived,
}

impl Review {
    /// Where a submission stands. A return after an acceptance counts, and the other way round: the
    /// later word holds.
    pub fn standing(&self, submission: &SubmissionId) -> Standing {
        let returned = self.returns.get(submission).map(|word| word.at);
        let accepted = self.acceptances.get(submission).map(|word| word.at);
        match (returned, accepted) {
            (Some(returned), Some(accepted)) if accepted > returned => Standing::Accepted,
            (Some(_), _) => Standing::Returned,
            (None, Some(_)) => Standing::Accepted,
            (None, None) if self.receipts.contains_key(submission) => Standing::Received,
            (None, None) => Standing::Unreceived,
        }
    }
}

/// Reads a review.
///
/// # Errors
/// When the document is not a review, or a record cannot be read.
pub fn read(doc: &impl ReadDoc) -> Result<Review, DocumentError> {
    Ok(Review {
        receipts: by_submission(doc, field::RECEIPTS)?,
        returns: by_submission(doc, field::RETURNS)?,
        acceptances: by_submission(doc, field::ACCEPTANCES)?,
    })
}

fn by_submission<T: serde::de::DeserializeOwned>(
    doc: &impl ReadDoc,
    field: &str,
) -> Result<BTreeMap<SubmissionId, T>, DocumentError> {
    records::read_all(doc, field)?
        .into_iter()
        .map(|(key, record)| match key.parse() {
            Ok(id) => Ok((id, record)),
            Err(error) => Err(DocumentError::Record {
                field: field.to_owned(),
                why: crate::id::IdError::to_string(&error),
                key,
            }),
        })
        .collect()
}

/// Records that a submission was received.
///
/// # Errors
/// When the document is not a review.
pub fn receive(
    tx: &mut Transaction<'_>,
    submission: &SubmissionId,
    receipt: &Receipt,
) -> Result<(), DocumentError> {
    records::put(tx, field::RECEIPTS, submission.as_str(), receipt)
}

/// Sends a submission back.
///
/// # Errors
/// When the document is not a review.
pub fn return_submission(
    tx: &mut Transaction<'_>,
    submission: &SubmissionId,
    word: &Return,
) -> Result<(), DocumentError> {
    records::put(tx, field::RETURNS, submission.as_str(), word)
}

/// Accepts a submission.
///
/// # Errors
/// When the document is not a review.
pub fn accept(
    tx: &mut Transaction<'_>,
    submission: &SubmissionId,
    word: &Acceptance,
) -> Result<(), DocumentError> {
    records::put(tx, field::ACCEPTANCES, submission.as_str(), word)
}
