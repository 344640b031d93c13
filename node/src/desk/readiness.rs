//! Whether a draft can be submitted, and what would be other than last time.

use hopluu_protocol::documents::report;
use hopluu_protocol::figures::Figures;
use hopluu_protocol::id::{IndicatorId, UnitCode};
use hopluu_protocol::number::write_shown;
use hopluu_protocol::period::PeriodId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::cells::{report_with, warnings};
use super::context::PeriodContext;
use super::submit::SubmissionView;
use crate::problem::{Problem, Refusal};

/// Whether a draft can be submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Readiness {
    /// All reasons why not; drafts that are no values are among them.
    pub blocking: Vec<Problem>,
    /// What is to be looked at again.
    pub warnings: Vec<Problem>,
    /// How many cells that this unit types are empty.
    pub missing: usize,
    /// How many cells this unit types.
    pub typed: usize,
    /// How many of them hold something.
    pub filled: usize,
    /// What is other than in the last submission; nothing before the first one.
    pub since_last: Option<SinceLast>,
    /// The submissions with what the hub said to them, the latest last.
    pub submissions: Vec<SubmissionView>,
}

/// What is other than in the last submission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SinceLast {
    /// Cells, in the order of the form.
    pub cells: Vec<ChangedFigure>,
    /// Sections whose text is another.
    pub texts: Vec<String>,
}

/// A cell that is other than in the last submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangedFigure {
    /// The cell.
    #[schema(value_type = String)]
    pub id: IndicatorId,
    /// Its label.
    pub label: String,
    /// What was submitted; empty when nothing was.
    pub before: String,
    /// What stands there now.
    pub after: String,
}

impl Desk {
    /// Whether this unit's draft can be submitted.
    ///
    /// # Errors
    /// When there is no such period.
    pub fn readiness(&mut self, period: PeriodId) -> Result<Readiness, Refusal> {
        let context = self.period(period)?;
        let unit = self.membership()?.unit.clone();
        let kind = context.unit(&unit)?.kind.clone();
        let draft = self.draft(&context, &unit)?;
        let placed = &draft.placed;
        let mut blocking = match context.must_be_open() {
            Ok(()) => Vec::new(),
            Err(refusal) => refusal.problems,
        };
        let (obstacles, _) = self.obstacles(&context, &unit, &draft)?;
        blocking.extend(obstacles);
        let frozen = report_with(&context, &unit, placed.counted.clone())?;
        let figures = self.told_text_figures(&context, &unit, &draft)?;
        let typed = context.template.typed_by(&kind).count();
        let filled = context
            .template
            .typed_by(&kind)
            .filter(|row| placed.counted.cells.contains_key(&row.id))
            .count();
        Ok(Readiness {
            blocking,
            warnings: warnings(&frozen, &context)
                .into_iter()
                .map(|(_, told)| told)
                .chain(figures)
                .collect(),
            missing: typed - filled,
            typed,
            filled,
            since_last: self.since_last(&context, &unit, &placed.counted)?,
            submissions: self.submissions_of(&context, &unit)?,
        })
    }

    fn since_last(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
        now: &Figures,
    ) -> Result<Option<SinceLast>, Refusal> {
        let Some(last) = self.submissions_of(context, unit)?.pop() else { return Ok(None) };
        let Some(document) = self.replica.document(&context.report(unit))? else { return Ok(None) };
        let submissions = report::submissions(document)?;
        let frozen = submissions.into_iter().find(|(id, _)| id.as_str() == last.id);
        let Some((_, submission)) = frozen else { return Ok(None) };
        let then = report::read(document, Some(&submission.statement.heads))?.figures;
        let then = match context.roster.unit(unit) {
            Some(unit) => then.placed_in(&context.template, &unit.kind).counted,
            None => then,
        };
        let rows = context.template.indicators.iter();
        let cells = rows.filter(|row| then.cells.get(&row.id) != now.cells.get(&row.id));
        let shown = |figures: &Figures, row: &hopluu_protocol::template::Indicator| {
            figures.cells.get(&row.id).map(|value| write_shown(value, row)).unwrap_or_default()
        };
        let cells = cells.map(|row| ChangedFigure {
            id: row.id.clone(),
            label: row.label.clone(),
            before: shown(&then, row),
            after: shown(now, row),
        });
        let sections = context.template.sections.iter();
        let texts = sections
            .filter(|section| {
                let text = |of: &Figures| {
                    (of.texts.get(&section.id).cloned(), of.shown.get(&section.id).cloned())
                };
                text(&then) != text(now)
            })
            .map(|section| section.id.to_string());
        Ok(Some(SinceLast { cells: cells.collect(), texts: texts.collect() }))
    }
}
