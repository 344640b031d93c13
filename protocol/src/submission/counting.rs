//! Which of several submissions counts.

use automerge::Automerge;

use super::Submission;
use crate::documents::{DocumentError, report};

/// The one of a report's accepted submissions that counts, each given with the time at which the hub
/// received it: the one that was made after all others. Clocks do not decide about that, since they lie,
/// the hub's too: a submission replaces those that lay in the report when it was made. Where two people
/// submitted apart from each other, the one that the hub received later counts.
///
/// # Errors
/// When the document is not a report, or does not have the heads of a submission.
pub fn counting(
    doc: &Automerge,
    accepted: Vec<(i64, Submission)>,
) -> Result<Option<(i64, Submission)>, DocumentError> {
    let mut counts: Option<(i64, Submission)> = None;
    for (received, submission) in &accepted {
        let id = submission.id();
        let mut is_replaced = false;
        for (_, other) in &accepted {
            is_replaced |= report::had_submission(doc, &id, &other.statement.heads)?;
        }
        let later = counts.as_ref().is_none_or(|(before, counting)| {
            (before, counting.statement.signed_at, counting.id())
                < (received, submission.statement.signed_at, id)
        });
        if !is_replaced && later {
            counts = Some((*received, submission.clone()));
        }
    }
    Ok(counts)
}
