//! Submitting: a report is frozen at its heads and signed with this node's key.

use hopluu_protocol::documents::report;
use hopluu_protocol::documents::review::{self, Standing};
use hopluu_protocol::id::{DocId, IndicatorId, TemplateRef, UnitCode};
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::submission::{Statement, Submission, figures_digest, in_order};
use hopluu_protocol::template::Requirement;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::cells::{report_with, warnings};
use super::changed::ChangedSince;
use super::context::PeriodContext;
use super::draft::Draft;
use crate::problem::{Problem, Reason, Refusal};

/// A submission and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmissionView {
    /// Its name.
    pub id: String,
    /// The version of the template that it was made under.
    #[schema(value_type = String)]
    pub template: TemplateRef,
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
    /// Since when the period had been closed when the hub received it, milliseconds since 1970 by the clock of
    /// the machine that closed it; absent when it was open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_since: Option<i64>,
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
    /// required cell is empty, a conflict is open in a cell or a text, a cell cannot be read, a text that is no value lies over a
    /// cell.
    pub fn submit(&mut self, period: PeriodId, person: &str) -> Result<SubmissionView, Refusal> {
        let context = self.period(period)?;
        context.must_be_open()?;
        let unit = self.membership()?.unit.clone();
        let kind = &context.unit(&unit)?.kind;
        let mut rows = context.template.typed_by(kind);
        if rows.next().is_none() && context.template.written_by(kind).next().is_none() {
            let detail = format!("{unit} types and writes nothing in {period}");
            let problem = Problem::new("submit-nothing", detail).arg("period", period);
            return Err(Refusal::new(Reason::NotNow, problem));
        }
        let doc = context.report(&unit);
        self.ensure(&doc, Some(&context))?;
        let draft = self.draft(&context, &unit)?;
        let document = self.present(&doc)?;
        let reading = report::read(document, None)?;
        let heads = document.get_heads();
        let (problems, optional) = self.obstacles(&context, &unit, &draft)?;
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
        let mut view = view(&self.review_of(&context, &unit)?, submission);
        let figures = self.told_text_figures(&context, &unit, &draft)?;
        let frozen = report_with(&context, &unit, draft.placed.counted)?;
        let doubts = warnings(&frozen, &context).into_iter().map(|(_, told)| told);
        view.warnings = doubts.chain(figures).collect();
        view.optional_missing = optional;
        Ok(view)
    }

    /// All reasons why a draft is not ready to be submitted; beside them, which optional cells are empty.
    pub(super) fn obstacles(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
        draft: &Draft,
    ) -> Result<(Vec<Problem>, Vec<IndicatorId>), Refusal> {
        let Draft { placed, contested } = draft;
        let reading = match self.replica.document(&context.report(unit))? {
            Some(document) => report::read(document, None)?,
            None => Default::default(),
        };
        let mut problems: Vec<Problem> = Vec::new();
        for (id, conflict) in contested {
            if !conflict.entries.is_empty() {
                let problem = Problem::new("submit-conflict", format!("{id} holds several values"));
                problems.push(problem.at_indicator(id));
            }
            if !conflict.notes.is_empty() {
                let detail = format!("{id} has several notes");
                problems.push(Problem::new("submit-note-conflict", detail).at_indicator(id));
            }
        }
        let torn = |detail| Problem::new("submit-text-conflict", detail);
        problems.extend(self.told_torn(context, torn)?);
        for key in reading.unreadable.keys() {
            let detail = format!("{key} cannot be read");
            problems.push(Problem::new("submit-unreadable", detail).at_indicator(key));
        }
        for (id, value) in &placed.misfits {
            let Some(row) = context.template.indicator(id) else { continue };
            let (label, value) = (row.label.clone(), self.as_typed(context, row, value));
            let detail = format!("{id} holds `{value}`, which does not fit the row any more");
            let problem = Problem::new("submit-misfit", detail).at_indicator(id);
            problems.push(problem.arg("label", label).arg("value", value));
        }
        let (mut required, optional) = missing(context, unit, &placed.counted)?;
        let several = |id: &IndicatorId| {
            contested.get(id).is_some_and(|conflict| !conflict.entries.is_empty())
        };
        required.retain(|(id, _)| !placed.misfits.contains_key(id) && !several(id));
        for (id, label) in required {
            let problem = Problem::new("submit-missing", format!("{id} is empty"));
            problems.push(problem.arg("label", label).at_indicator(id));
        }
        // Whoever typed over a value does not mean that value any more.
        let kind = &context.unit(unit)?.kind;
        for (id, text) in self.drafts(context.period)? {
            let Some(row) = context.template.typed_by(kind).find(|row| row.id == id) else {
                continue;
            };
            let problem = Problem::new("submit-draft", format!("{id} has a text that is no value"));
            let problem = problem.arg("label", &row.label).arg("text", text);
            problems.push(problem.at_indicator(&id));
        }
        Ok((problems, optional))
    }

    /// The submissions of a unit's report, the latest last: in the order in which they replace each other,
    /// whatever the office's clock said ([`in_order`]).
    pub(super) fn submissions_of(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
    ) -> Result<Vec<SubmissionView>, Refusal> {
        let (review, ordered) = self.ordered(context, unit)?;
        Ok(ordered.into_iter().map(|submission| view(&review, submission)).collect())
    }

    /// As [`Desk::submissions_of`], and how the draft differs from the latest one.
    pub(super) fn handed_in(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
    ) -> Result<(Vec<SubmissionView>, Option<ChangedSince>), Refusal> {
        let (review, ordered) = self.ordered(context, unit)?;
        let changed = match ordered.last() {
            Some(latest) => self.changed_since(context, unit, ordered.len(), latest)?,
            None => None,
        };
        Ok((ordered.into_iter().map(|submission| view(&review, submission)).collect(), changed))
    }

    fn ordered(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
    ) -> Result<(review::Review, Vec<Submission>), Refusal> {
        let review = self.review_of(context, unit)?;
        let Some(document) = self.replica.document(&context.report(unit))? else {
            return Ok((review, Vec::new()));
        };
        let submissions = report::submissions(document)?.into_iter();
        let submissions = submissions.map(|(id, submission)| {
            (review.receipts.get(&id).map(|receipt| receipt.received_at), submission)
        });
        let submissions = submissions.collect();
        let ordered = in_order(document, submissions).into_iter();
        let ordered = ordered.map(|(_, submission)| submission).collect();
        Ok((review, ordered))
    }

    /// How many of this unit's reports have a latest submission on which the hub has not said a word here.
    ///
    /// # Errors
    /// When a document cannot be read.
    pub(crate) fn reports_without_word(&mut self) -> Result<usize, Refusal> {
        let Some(membership) = self.membership.clone().filter(|place| !place.is_hub()) else {
            return Ok(0);
        };
        let Ok(calendar) = self.calendar() else { return Ok(0) };
        let periods: Vec<PeriodId> = calendar.periods.keys().copied().collect();
        let mut without = 0;
        for period in periods {
            if self.replica.summary(&DocId::Report(period, membership.unit.clone())).is_none() {
                continue;
            }
            let context = self.period(period)?;
            let submissions = self.submissions_of(&context, &membership.unit)?;
            let latest = submissions.last().map(|latest| latest.standing);
            without += usize::from(context.lock.is_none() && latest == Some(Standing::Unreceived));
        }
        Ok(without)
    }

    pub(super) fn review_of(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
    ) -> Result<review::Review, Refusal> {
        Ok(match self.replica.document(&DocId::Review(context.period, unit.clone()))? {
            Some(document) => review::read(document)?,
            None => review::Review::default(),
        })
    }
}

fn view(review: &review::Review, submission: Submission) -> SubmissionView {
    let id = submission.id();
    SubmissionView {
        standing: review.standing(&id),
        received_at: review.receipts.get(&id).map(|receipt| receipt.received_at),
        closed_since: review.receipts.get(&id).and_then(|receipt| receipt.closed_since),
        reasons: review.returns.get(&id).map(|word| word.reasons.clone()).unwrap_or_default(),
        id: id.to_string(),
        template: submission.statement.template,
        person: submission.statement.person,
        signed_at: submission.statement.signed_at,
        key: submission.statement.key,
        optional_missing: Vec::new(),
        warnings: Vec::new(),
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
