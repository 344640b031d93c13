//! The hub's part when a report arrives: new submissions are verified and get their receipt.
//!
//! A submission that verifies is accepted at once; an operator's review that comes later can still send
//! it back. One that does not verify gets no receipt and is told of. One that comes after the period was closed
//! is accepted as well, and its receipt says so: the office could not know.

use std::collections::BTreeMap;

use hopluu_protocol::documents::review::{self, Acceptance, Receipt};
use hopluu_protocol::documents::{DocumentError, report};
use hopluu_protocol::id::{DocId, TemplateRef, UnitCode};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::replica::Committed;
use hopluu_protocol::submission::{Submission, SubmissionId, verify};

use super::Desk;
use crate::problem::{Problem, Refusal};

/// The name under which the hub accepts by itself.
const BY_ITSELF: &str = "hopluu";

/// Reports that grew, with the time when the hub had them durably.
#[derive(Default)]
pub(super) struct Unseen {
    grown: BTreeMap<(PeriodId, UnitCode), i64>,
    /// Those with a submission under a template that the calendar does not have for the period. A hub that got
    /// back an older calendar gets the newer one later.
    before_calendar: BTreeMap<(PeriodId, UnitCode), i64>,
}

/// What came of looking at a submission.
#[derive(Clone, Debug)]
pub struct Received {
    /// The report.
    pub doc: DocId,
    /// The submission.
    pub submission: SubmissionId,
    /// Why it does not count, if it does not.
    pub refused: Option<Problem>,
}

impl Desk {
    /// Takes note of reports that grew. Only a hub looks for submissions.
    pub(crate) fn note_growth(&mut self, committed: &Committed) {
        if !self.membership.as_ref().is_some_and(super::Membership::is_hub) {
            return;
        }
        let now = self.now_ms();
        for growth in &committed.appended {
            let Unseen { grown, before_calendar } = &mut self.unseen;
            match &growth.doc {
                DocId::Report(period, unit) => {
                    grown.entry((*period, unit.clone())).or_insert(now);
                }
                DocId::Calendar => grown.append(before_calendar),
                _ => {}
            }
        }
    }

    /// Looks at one report that grew, and stages the receipts of its new submissions. Call until `None`.
    ///
    /// # Errors
    /// When a document cannot be read.
    pub(crate) fn receive_next(&mut self) -> Result<Option<Vec<Received>>, Refusal> {
        let Some(((period, unit), arrived)) = self.unseen.grown.pop_first() else {
            return Ok(None);
        };
        let doc = DocId::Report(period, unit.clone());
        let review_doc = DocId::Review(period, unit.clone());
        let known = match self.replica.document(&review_doc)? {
            Some(document) => review::read(document)?,
            None => review::Review::default(),
        };
        let roster = self.roster()?;
        let calendar = self.calendar().ok();
        let versions =
            calendar.as_ref().map(|calendar| calendar.versions(period)).unwrap_or_default();
        // An office that has not heard of the closing still submits. That the hub knew of it decides, not clocks.
        let lock = calendar.as_ref().and_then(|calendar| calendar.locks.get(&period));
        let closed_since = lock.map(|lock| lock.since);
        let Some(document) = self.replica.document(&doc)? else { return Ok(Some(Vec::new())) };
        let mut received = Vec::new();
        let mut accepted: Vec<SubmissionId> = Vec::new();
        for (id, submission) in report::submissions(document)? {
            if known.receipts.contains_key(&id) {
                continue;
            }
            let refused = check(&submission, &doc, &unit, document, &roster, &versions).err();
            if refused.as_ref().is_some_and(|problem| problem.code == "submission-template") {
                self.unseen.before_calendar.insert((period, unit.clone()), arrived);
            }
            if refused.is_none() {
                accepted.push(id.clone());
            }
            received.push(Received { doc: doc.clone(), submission: id, refused });
        }
        if !accepted.is_empty() {
            self.ensure(&review_doc, None)?;
            let edits = self.edits(BY_ITSELF);
            self.replica.edit(&review_doc, &edits, |tx| {
                for id in &accepted {
                    review::receive(tx, id, &Receipt { received_at: arrived, closed_since })?;
                    let word = Acceptance { at: arrived, person: BY_ITSELF.to_owned() };
                    review::accept(tx, id, &word)?;
                }
                Ok::<_, DocumentError>(())
            })?;
        }
        Ok(Some(received))
    }
}

/// Whether a submission that arrives now counts: it verifies, and its key has not been revoked.
fn check(
    submission: &Submission,
    doc: &DocId,
    unit: &UnitCode,
    document: &automerge::Automerge,
    roster: &hopluu_protocol::roster::Roster,
    versions: &[TemplateRef],
) -> Result<(), Problem> {
    verify(submission, doc, unit, document, roster, versions)?;
    let key = &submission.statement.key;
    match roster.node(key).and_then(|node| node.revoked_at) {
        None => Ok(()),
        Some(_) => {
            let problem = Problem::new("submission-revoked-key", format!("{key} was revoked"));
            Err(problem.arg("key", key.short()))
        }
    }
}
