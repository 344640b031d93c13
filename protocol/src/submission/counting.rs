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

/// A report's submissions in the order in which they replace each other, the latest last, each given with the
/// time at which the hub received it, if it has. Clocks decide only where two people submitted apart from each
/// other, and then the hub's; what it has not received comes after what it has. Of accepted submissions the last
/// one is the one that [`counting`] picks.
pub fn in_order(
    doc: &Automerge,
    mut left: Vec<(Option<i64>, Submission)>,
) -> Vec<(Option<i64>, Submission)> {
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let mut latest: Option<usize> = None;
        for (at, (received, submission)) in left.iter().enumerate() {
            let id = submission.id();
            let is_replaced = left.iter().any(|(_, other)| {
                // Heads that are not here belong to no submission of this report.
                report::had_submission(doc, &id, &other.statement.heads).unwrap_or(false)
            });
            let when = |received: &Option<i64>| received.unwrap_or(i64::MAX);
            let later = latest.and_then(|before| left.get(before)).is_none_or(|(before, other)| {
                (when(before), other.statement.signed_at, other.id())
                    < (when(received), submission.statement.signed_at, id)
            });
            if !is_replaced && later {
                latest = Some(at);
            }
        }
        // Only submissions that name each other, which nobody can sign, leave none.
        order.push(left.swap_remove(latest.unwrap_or(0)));
    }
    order.reverse();
    order
}
