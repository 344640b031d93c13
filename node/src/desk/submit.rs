//! Submitting: a report is frozen at its heads and signed with this node's key.

use hopluu_protocol::documents::report;
use hopluu_protocol::documents::review::{self, Standing};
use hopluu_protocol::id::{DocId, IndicatorId, UnitCode};
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::submission::{Statement, Submission, figures_digest};
use hopluu_protocol::template::Requirement;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::cells::{report_with, warnings};
use super::context::PeriodContext;
use crate::problem::{Problem, Reason, Refusal};

/// A submission and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmissionView {
    /// Its name.
    pub id: String,
    /// Who submitted.
    pub person: String,
    /// Milliseconds since 1970 by the office's clock.
    pub signed_at: i64,
    /// The node key that signed.
    #[schema(value_type = String)]
    pub key: NodeKey,
    /// Where it stands at the hub, as far as is known here.
    #[schema(value_type = String)]
    pub standing: Standing,
    /// When the hub received it, milliseconds since 1970 by the hub's clock.
    pub received_at: Option<i64>,
    /// Why it was sent back, if it was.
    pub reasons: Vec<String>,
    /// Optional cells that are empty in it.
    #[schema(value_type = Vec<String>)]
    pub optional_missing: Vec<IndicatorId>,
    /// What is to be looked at again in it; told when it is submitted. Nothing is refused for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Problem>,
}

impl Desk {
    /// Freezes, signs and submits this unit's report as its draft stands.
    ///
    /// # Errors
    /// When the period is unknown or closed, and all reasons at once why the draft is not ready: a
    /// required cell is empty, a conflict is open, a cell cannot be read.
    pub fn submit(&mut self, period: PeriodId, person: &str) -> Result<SubmissionView, Refusal> {
        let context = self.period(period)?;
        context.must_be_open()?;
        let unit = self.membership()?.unit.clone();
        let doc = context.report(&unit);
        self.ensure(&doc, Some(&context.template))?;
        let document = self.present(&doc)?;
        let reading = report::read(document, None)?;
        let conflicts = report::conflicts(document)?;
        let heads = document.get_heads();

        let mut problems: Vec<Problem> = Vec::new();
        for conflict in &conflicts {
            let detail = format!("{} holds several values", conflict.cell);
            problems.push(Problem::new("submit-conflict", detail).at_indicator(&conflict.cell));
        }
        for key in reading.unreadable.keys() {
            let detail = format!("{key} cannot be read");
            problems.push(Problem::new("submit-unreadable", detail).at_indicator(key));
        }
        let (required, optional) = missing(&context, &unit, &reading.figures)?;
        for (id, label) in required {
            let problem = Problem::new("submit-missing", format!("{id} is empty"));
            problems.push(problem.arg("label", label).at_indicator(id));
        }
        if !problems.is_empty() {
            return Err(Refusal { reason: Reason::NotNow, problems });
        }
        let statement = Statement {
            doc: doc.clone(),
            heads,
            digest: figures_digest(&reading.figures),
            template: context.template.reference.clone(),
            signed_at: self.now_ms(),
            person: person.to_owned(),
            key: self.key.node_key(),
        };
        let submission = Submission::sign(statement, &self.key);
        let edits = self.edits(person);
        self.replica.edit(&doc, &edits, |tx| report::add_submission(tx, &submission))?;
        let mut view = self.submission_view(&context, &unit, submission)?;
        let frozen = report_with(&context, &unit, reading.figures)?;
        view.warnings = warnings(&frozen, &context).into_iter().map(|(_, told)| told).collect();
        view.optional_missing = optional;
        Ok(view)
    }

    /// The submissions of a unit's report, the latest last.
    pub(super) fn submissions_of(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
    ) -> Result<Vec<SubmissionView>, Refusal> {
        let Some(document) = self.replica.document(&context.report(unit))? else {
            return Ok(Vec::new());
        };
        let submissions = report::submissions(document)?;
        let mut views = Vec::new();
        for submission in submissions.into_values() {
            views.push(self.submission_view(context, unit, submission)?);
        }
        views.sort_by(|a, b| (a.signed_at, &a.id).cmp(&(b.signed_at, &b.id)));
        Ok(views)
    }

    fn submission_view(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
        submission: Submission,
    ) -> Result<SubmissionView, Refusal> {
        let id = submission.id();
        let review = match self.replica.document(&DocId::Review(context.period, unit.clone()))? {
            Some(document) => review::read(document)?,
            None => review::Review::default(),
        };
        Ok(SubmissionView {
            standing: review.standing(&id),
            received_at: review.receipts.get(&id).map(|receipt| receipt.received_at),
            reasons: review.returns.get(&id).map(|word| word.reasons.clone()).unwrap_or_default(),
            id: id.to_string(),
            person: submission.statement.person,
            signed_at: submission.statement.signed_at,
            key: submission.statement.key,
            optional_missing: Vec::new(),
            warnings: Vec::new(),
        })
    }
}

/// The unit's empty cells: required ones with their labels, and optional ones.
#[allow(clippy::type_complexity, reason = "two lists that the one caller takes apart at once")]
fn missing(
    context: &PeriodContext,
    unit: &UnitCode,
    figures: &hopluu_protocol::figures::Figures,
) -> Result<(Vec<(IndicatorId, String)>, Vec<IndicatorId>), Refusal> {
    let kind = &context.unit(unit)?.kind;
    let mut required = Vec::new();
    let mut optional = Vec::new();
    for indicator in &context.template.indicators {
        let empty = !figures.cells.contains_key(&indicator.id);
        if !indicator.reporters.contains(kind) || !empty {
            continue;
        }
        match indicator.requirement {
            Requirement::Required => required.push((indicator.id.clone(), indicator.label.clone())),
            Requirement::Optional => optional.push(indicator.id.clone()),
        }
    }
    Ok((required, optional))
}
