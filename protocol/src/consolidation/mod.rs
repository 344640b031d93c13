//! From figures to a report: consolidation, a pure function.
//!
//! The same input gives the same report, whatever the order in which contributions are listed. A single
//! unit's own report comes out of the same code ([`report_of_unit`]): it is the consolidation of one
//! contribution, restricted to what the unit gives.
//!
//! **Who gives a cell.** Every unit that reports to the hub, exists on the period's last day and is of
//! one of the cell's reporter kinds. Units report to the hub when it is their parent or they have none;
//! the hub's own unit reports to itself.
//!
//! **What is missing is never zero.** A figure lacking any unit's part is *incomplete*
//! ([`ReportCell::complete`](crate::report::ReportCell::complete)), and so is every figure computed from
//! it. That holds for optional cells too: a cell that a unit may leave out is *not reported*, not 0; the
//! optional ones are listed apart in [`ConsolidationProblem::MissingCells`]. A sum or greatest value
//! over what is there is shown, marked; where what is there makes no figure at all (units differ on an
//! *all-equal* cell, several units give a *single* one, nobody of the roster gives it, division by zero,
//! overflow) there is no value, the cell is incomplete, and a problem says why.
//!
//! **What is not a number.** *Nothing arose* counts as 0 unless it is all there is; *not applicable* is
//! left out, unless it is everybody's word: then the figure is not applicable, for the distinct reasons
//! joined. While a unit is missing, *not applicable* of the others makes no figure. For *all-equal*,
//! *nothing arose* and 0 differ. The rules for formulas are the table in `docs/template.md`.
//!
//! **Precision.** Sums over units are exact or refused. Derived figures are computed from one another at
//! full precision; only a shown value is rounded, half away from zero.
//!
//! **Sources.** A cell's sources are the units that gave it, with their submission and value. A derived
//! cell's sources are all units that gave any of the cells at the bottom of its formula, with their
//! submission and a null value: the values stand at those cells.
//!
//! **A submission under another version of the template** counts as far as both forms go: what stands under
//! an id that both have, if the row can still hold it. What only its own form had is left out and named,
//! what only the report's form has is missing. [`ConsolidationProblem::OtherTemplate`] says so, and the
//! report itself, at the submission.
//!
//! **Overrides** replace a figure after aggregation; formulas see the new value. The figure is complete,
//! its sources stay, its note says who and why.

mod accumulator;
mod evaluate;
mod exact;
mod figure;
mod narrative;
mod own;
mod part;
mod plan;
mod problem;
mod tally;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub use accumulator::Consolidation;
pub use figure::report_value;
pub use narrative::in_prose;
pub use problem::{ConsolidationProblem, Said};

use crate::documents::text_figures::Written;
use crate::figures::Figures;
use crate::id::{IndicatorId, SectionId, TemplateRef, UnitCode};
use crate::identity::NodeKey;
use crate::period::{PeriodDays, PeriodId};
use crate::report::Report;
use crate::roster::Roster;
use crate::template::Template;
use crate::value::CellValue;

use plan::Plan;

/// What one unit gives for a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The unit.
    pub unit: UnitCode,
    /// The submission that the figures were frozen in; `None` when they were read from a draft.
    pub submission: Option<SubmissionStamp>,
    /// Its figures.
    pub figures: Figures,
}

/// What identifies a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmissionStamp {
    /// Its id.
    pub id: String,
    /// Heads of the report document at which it was frozen, hexadecimal.
    pub heads: Vec<String>,
    /// When it was signed, milliseconds since 1970 by the office's clock.
    pub signed_at: i64,
    /// When the hub received it, milliseconds since 1970 by the hub's clock; `None` offline.
    pub received_at: Option<i64>,
    /// The node key that signed it.
    pub key: NodeKey,
    /// The template that it was made under.
    pub template: TemplateRef,
}

/// A figure that the hub's operator sets in place of the computed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The figure, shown as given.
    pub value: CellValue,
    /// Why.
    pub reason: String,
    /// Who set it.
    pub person: String,
}

/// All overrides of a consolidated report.
pub type Overrides = BTreeMap<IndicatorId, Override>;

/// The operator's own text, by section. Figures within it are those of the consolidated report.
pub type OperatorTexts = BTreeMap<SectionId, Written>;

/// What a consolidated report is made from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The template, checked.
    pub template: &'a Template,
    /// The units.
    pub roster: &'a Roster,
    /// The period reported.
    pub period: PeriodId,
    /// Its days; the roster counts as it is on the last one.
    pub days: PeriodDays,
    /// The hub's unit.
    pub unit: &'a UnitCode,
    /// What the units gave, at most one for each, in any order.
    pub contributions: &'a [Contribution],
    /// Figures that the operator set.
    pub overrides: &'a Overrides,
    /// Texts that the operator wrote.
    pub operator_texts: &'a OperatorTexts,
}

/// What a single unit's report is made from.
#[derive(Clone, Copy, Debug)]
pub struct UnitInput<'a> {
    /// The template, checked.
    pub template: &'a Template,
    /// The units.
    pub roster: &'a Roster,
    /// The period reported.
    pub period: PeriodId,
    /// Its days; the roster counts as it is on the last one.
    pub days: PeriodDays,
    /// What the unit gave. Which unit reports is said here.
    pub contribution: &'a Contribution,
}

/// A report, and what in its input could not be settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consolidated {
    /// The report.
    pub report: Report,
    /// What is wrong with the contributions (by unit code), then with the figures (in the order of the
    /// form), then with what the operator set.
    pub problems: Vec<ConsolidationProblem>,
}

/// Makes the hub's report of its units' contributions.
pub fn consolidate(input: &Input<'_>) -> Consolidated {
    Consolidation::new(input).into_consolidated()
}

/// Makes a unit's own report: the cells that its kind gives, the derived cells that follow from those
/// alone, the headings above them, the sections it writes for and those above. A sentence is in it when
/// all its cells are.
pub fn report_of_unit(input: &UnitInput<'_>) -> Consolidated {
    let contribution = &with_figures_in_words(input);
    let unit = &contribution.unit;
    let plan = Plan::of_unit(input.template, input.roster, input.period, input.days, unit);
    let mut consolidation = Consolidation::of_plan(plan);
    consolidation.replace(contribution);
    consolidation.into_consolidated()
}

/// What a unit gave, with the figures within its texts in words: its own figures, whoever prints the text.
pub fn with_figures_in_words<'a>(input: &UnitInput<'a>) -> Cow<'a, Contribution> {
    let Contribution { unit, submission, figures } = input.contribution;
    if figures.shown.is_empty() {
        return Cow::Borrowed(input.contribution);
    }
    let plain = Figures { shown: BTreeMap::new(), texts: BTreeMap::new(), ..figures.clone() };
    let plain = Contribution { figures: plain, ..input.contribution.clone() };
    let report = report_of_unit(&UnitInput { contribution: &plain, ..*input }).report;
    let figures = figures.clone().written_out(|id| in_prose(input.template, &report, id));
    Cow::Owned(Contribution { unit: unit.clone(), submission: submission.clone(), figures })
}
