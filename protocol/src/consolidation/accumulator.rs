//! A consolidated report that follows its contributions: what one changed contribution touches is
//! computed again, the rest is kept.

mod figures;

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{IndicatorId, UnitCode};
use crate::report::{Report, ReportCell, ReportSection, ReportValue};
use crate::template::{Indicator, Place};
use crate::value::CellState;

use super::figure::{Figure, decimals, fits, report_value};
use super::narrative::{self, Voice};
use super::part::Part;
use super::plan::{Origin, Plan, SectionPlan, Share};
use super::problem::ConsolidationProblem;
use super::tally::Tally;
use super::{
    Consolidated, Contribution, Input, OperatorTexts, Override, Overrides, UnitInput,
    with_figures_in_words,
};

/// A consolidated report and what it was made from. [`super::consolidate`] is one of these used once; a
/// hub keeps one for the open period and feeds it each submission as it is accepted. After any sequence
/// of [`replace`](Self::replace) and [`withdraw`](Self::withdraw) the result is the one that
/// `consolidate` gives for the contributions that are then in it.
#[derive(Clone, Debug)]
pub struct Consolidation {
    plan: Plan,
    /// By position of the reporter.
    parts: Vec<Option<Part>>,
    /// By position of the row; `None` where units type nothing.
    tallies: Vec<Option<Tally>>,
    strangers: BTreeSet<UnitCode>,
    ambiguous: BTreeSet<UnitCode>,
    overrides: BTreeMap<usize, Override>,
    unusable_overrides: Vec<IndicatorId>,
    operator_texts: OperatorTexts,
    stale_notes: BTreeSet<usize>,
    /// By position of the section.
    narrative: Vec<SectionText>,
    consolidated: Consolidated,
}

/// The parts of a section's text, so that only a changed one is written again.
#[derive(Clone, Debug, Default)]
struct SectionText {
    sentences: String,
    units: String,
    operator: String,
    units_are_stale: bool,
    is_stale: bool,
}

impl Consolidation {
    /// Consolidates everything in the input.
    pub fn new(input: &Input<'_>) -> Self {
        let plan = Plan::of_hub(input.template, input.roster, input.period, input.days, input.unit);
        let mut this = Self::of_plan(plan);
        let mut by_unit: BTreeMap<&UnitCode, Vec<&Contribution>> = BTreeMap::new();
        for contribution in input.contributions {
            by_unit.entry(&contribution.unit).or_default().push(contribution);
        }
        for (unit, contributions) in by_unit {
            match contributions.as_slice() {
                [contribution] => {
                    let Input { template, roster, period, days, .. } = *input;
                    let own = UnitInput { template, roster, period, days, contribution };
                    this.replace(&with_figures_in_words(&own));
                }
                _ => this.refuse(unit),
            }
        }
        this.set_overrides(input.overrides);
        this.set_operator_texts(input.operator_texts);
        this
    }

    /// A report of nothing yet.
    pub(super) fn of_plan(plan: Plan) -> Self {
        let tallies = plan.rows.iter().map(|row| match row.origin {
            Origin::Reported(method) => Some(Tally::new(method, row.parties)),
            _ => None,
        });
        let report = Report {
            period: plan.period,
            unit: plan.unit.clone(),
            template: plan.template.clone(),
            cells: plan.rows.iter().map(|row| empty_cell(&row.indicator)).collect(),
            sections: plan.sections.iter().map(empty_section).collect(),
            submissions: Vec::new(),
        };
        Self {
            parts: vec![None; plan.reporters.len()],
            tallies: tallies.collect(),
            strangers: BTreeSet::new(),
            ambiguous: BTreeSet::new(),
            overrides: BTreeMap::new(),
            unusable_overrides: Vec::new(),
            operator_texts: OperatorTexts::new(),
            stale_notes: (0..plan.rows.len()).collect(),
            narrative: vec![SectionText::default(); plan.sections.len()],
            consolidated: Consolidated { report, problems: Vec::new() },
            plan,
        }
    }

    /// Takes in a unit's contribution in place of what it gave before. Figures within its texts are to be in words:
    /// [`with_figures_in_words`].
    pub fn replace(&mut self, contribution: &Contribution) {
        let Some(at) = self.plan.reporter(&contribution.unit) else {
            self.strangers.insert(contribution.unit.clone());
            return;
        };
        self.ambiguous.remove(&contribution.unit);
        let part = Part::read(&self.plan, &self.plan.reporters[at], contribution);
        self.exchange(at, Some(part));
    }

    /// Takes a unit's contribution out.
    pub fn withdraw(&mut self, unit: &UnitCode) {
        self.strangers.remove(unit);
        self.ambiguous.remove(unit);
        if let Some(at) = self.plan.reporter(unit) {
            self.exchange(at, None);
        }
    }

    /// Sets all overrides. An override replaces a figure, and derived figures follow the replaced one.
    pub fn set_overrides(&mut self, overrides: &Overrides) {
        self.overrides.clear();
        self.unusable_overrides.clear();
        self.stale_notes = (0..self.plan.rows.len()).collect();
        for (id, over) in overrides {
            let row = self.plan.row_of.get(id).copied();
            match row.filter(|at| fits(&self.plan.rows[*at].indicator.value_type, &over.value)) {
                Some(at) => {
                    self.overrides.insert(at, over.clone());
                }
                None => self.unusable_overrides.push(id.clone()),
            }
        }
    }

    /// Sets all the operator's texts.
    pub fn set_operator_texts(&mut self, texts: &OperatorTexts) {
        self.operator_texts.clone_from(texts);
    }

    /// The report as it stands now.
    pub fn consolidated(&mut self) -> &Consolidated {
        self.refresh();
        &self.consolidated
    }

    /// The report as it stands now, for good.
    pub fn into_consolidated(mut self) -> Consolidated {
        self.refresh();
        self.consolidated
    }

    /// Several contributions of one unit: which is the right one is not for the order of a list to say.
    fn refuse(&mut self, unit: &UnitCode) {
        if self.plan.reporter(unit).is_some() {
            self.ambiguous.insert(unit.clone());
        } else {
            self.strangers.insert(unit.clone());
        }
    }

    fn exchange(&mut self, at: usize, new: Option<Part>) {
        let Some(slot) = self.parts.get_mut(at) else { return };
        let old = std::mem::replace(slot, new);
        let (old, new) = (old.as_ref(), self.parts[at].as_ref());
        let reporter = &self.plan.reporters[at];
        let code = &reporter.code;
        let nothing = Share::default();
        let share = self.plan.share(at).unwrap_or(&nothing);
        let report = &mut self.consolidated.report;

        for &row in &share.rows {
            let before = old.and_then(|part| part.cell(row));
            let after = new.and_then(|part| part.cell(row));
            if let Some(tally) = self.tallies[row].as_mut().filter(|_| before != after) {
                before.into_iter().for_each(|value| tally.remove(value));
                after.into_iter().for_each(|value| tally.add(value));
            }
            let source = new.zip(after).map(|(part, value)| part.source(code, report_value(value)));
            put_sorted(&mut report.cells[row].sources, source, code, |source| &source.unit);
        }
        for &row in &share.derived {
            let Origin::Derived { leaves, .. } = &self.plan.rows[row].origin else { continue };
            let source = new
                .filter(|part| leaves.iter().any(|leaf| part.cell(*leaf).is_some()))
                .map(|part| part.source(code, ReportValue::Null));
            put_sorted(&mut report.cells[row].sources, source, code, |source| &source.unit);
        }
        for &row in share.rows.iter().chain(&share.derived) {
            if old.and_then(|part| part.note(row)) != new.and_then(|part| part.note(row)) {
                self.stale_notes.insert(row);
            }
        }
        for &section in &share.sections {
            if old.and_then(|part| part.text(section)) != new.and_then(|part| part.text(section)) {
                self.narrative[section].units_are_stale = true;
            }
        }
        let submission = new.and_then(|part| part.report_submission(code, &self.plan.template));
        put_sorted(&mut report.submissions, submission, code, |submission| &submission.unit);
    }

    fn refresh(&mut self) {
        let (figures, row_problems) = self.figures();
        self.consolidated.problems = self.unit_problems();
        self.consolidated.problems.extend(row_problems);
        self.consolidated.problems.extend(self.hub_problems());

        let shown: Vec<Figure> = figures
            .into_iter()
            .enumerate()
            .map(|(at, figure)| match &self.plan.rows[at] {
                // An override is shown as the operator gave it.
                row if matches!(row.origin, Origin::Derived { .. })
                    && !self.overrides.contains_key(&at) =>
                {
                    figure.rounded(decimals(&row.indicator.value_type))
                }
                _ => figure,
            })
            .collect();
        for (at, figure) in shown.iter().enumerate() {
            if !matches!(self.plan.rows[at].origin, Origin::Heading) {
                let cell = &mut self.consolidated.report.cells[at];
                cell.value = figure.shown();
                cell.state = figure.state();
                cell.complete = figure.complete;
            }
        }
        for at in std::mem::take(&mut self.stale_notes) {
            self.consolidated.report.cells[at].note = self.note(at);
        }
        self.refresh_narrative(&shown);
    }

    /// What is wrong with the units' contributions, by unit code.
    fn unit_problems(&self) -> Vec<ConsolidationProblem> {
        let mut problems = Vec::new();
        for (at, reporter) in self.plan.reporters.iter().enumerate() {
            let unit = || reporter.code.clone();
            match &self.parts[at] {
                Some(part) => problems.extend(part.problems.iter().cloned()),
                None if self.ambiguous.contains(&reporter.code) => {
                    problems.push(ConsolidationProblem::SeveralContributions { unit: unit() });
                }
                None if self.plan.share(at).is_some() => {
                    problems.push(ConsolidationProblem::NoContribution { unit: unit() });
                }
                None => {}
            }
        }
        let ended = self.plan.ended.iter().cloned();
        problems.extend(
            ended.map(|(unit, last_day)| ConsolidationProblem::UnitEnded { unit, last_day }),
        );
        let strangers = self.strangers.iter().cloned();
        problems.extend(strangers.map(|unit| ConsolidationProblem::UnexpectedUnit { unit }));
        problems
    }

    fn hub_problems(&self) -> Vec<ConsolidationProblem> {
        let overrides = self.unusable_overrides.iter().cloned();
        let texts = self.operator_texts.keys();
        let unknown = texts.filter(|id| !self.plan.section_of.contains_key(id)).cloned();
        overrides
            .map(|indicator| ConsolidationProblem::UnusableOverride { indicator })
            .chain(unknown.map(|section| ConsolidationProblem::UnexpectedOperatorText { section }))
            .collect()
    }

    /// A cell's note: why it was overridden, then the units' notes, or else the template's.
    fn note(&self, at: usize) -> String {
        let row = &self.plan.rows[at];
        let mut notes: Vec<String> =
            self.overrides.get(&at).map(narrative::override_note).into_iter().collect();
        for (reporter, part) in self.plan.reporters.iter().zip(&self.parts) {
            if let Some(note) = part.as_ref().and_then(|part| part.note(at)) {
                notes.push(if row.parties > 1 {
                    format!("{}: {note}", reporter.short_name)
                } else {
                    note.to_owned()
                });
            }
        }
        if notes.is_empty() {
            row.indicator.note.clone().unwrap_or_default()
        } else {
            notes.join("; ")
        }
    }

    fn refresh_narrative(&mut self, shown: &[Figure]) {
        for (at, section) in self.plan.sections.iter().enumerate() {
            let text = &mut self.narrative[at];
            let sentences = narrative::sentences(&self.plan, section, shown).join("\n");
            if text.sentences != sentences {
                text.sentences = sentences;
                text.is_stale = true;
            }
            if std::mem::take(&mut text.units_are_stale) {
                let reporters = self.plan.reporters.iter().zip(&self.parts);
                let voices = reporters.filter_map(|(reporter, part)| {
                    let text = part.as_ref()?.text(at)?;
                    Some(Voice { name: &reporter.short_name, text })
                });
                narrative::write_units_text(&mut text.units, voices, section.writers > 1);
                text.is_stale = true;
            }
            let operator = self.operator_texts.get(&section.id);
            let operator = operator.map(|written| {
                narrative::paragraphs(
                    &written.in_words(|id| narrative::said(&self.plan, id, shown)),
                )
            });
            let operator = operator.unwrap_or_default();
            if text.operator != operator {
                text.operator = operator;
                text.is_stale = true;
            }
            if std::mem::take(&mut text.is_stale) {
                let written = &mut self.consolidated.report.sections[at].text;
                written.clear();
                for piece in [&text.sentences, &text.units, &text.operator] {
                    if !written.is_empty() && !piece.is_empty() {
                        written.push('\n');
                    }
                    written.push_str(piece);
                }
            }
        }
    }
}

fn empty_cell(indicator: &Indicator) -> ReportCell {
    let (appendix, section) = match &indicator.place {
        Place::Appendix(appendix) => (Some(appendix.clone()), None),
        Place::Section(section) => (None, Some(section.clone())),
        Place::Auxiliary => (None, None),
    };
    ReportCell {
        id: indicator.id.clone(),
        appendix,
        section,
        code: indicator.code.clone(),
        label: indicator.label.clone(),
        unit_of_measure: indicator.unit_of_measure.clone(),
        value: ReportValue::Null,
        state: CellState::Heading,
        note: String::new(),
        complete: true,
        sources: Vec::new(),
    }
}

fn empty_section(section: &SectionPlan) -> ReportSection {
    ReportSection {
        id: section.id.clone(),
        number: section.number.clone(),
        title: section.title.clone(),
        depth: section.depth,
        text: String::new(),
    }
}

/// Puts a unit's item into a list sorted by unit, in place of the one it had; `None` takes that out.
fn put_sorted<T>(
    list: &mut Vec<T>,
    item: Option<T>,
    unit: &UnitCode,
    unit_of: impl Fn(&T) -> &UnitCode,
) {
    // Units mostly come in order: the end first.
    let found = match list.last() {
        Some(last) if unit_of(last) < unit => Err(list.len()),
        _ => list.binary_search_by(|other| unit_of(other).cmp(unit)),
    };
    match (found, item) {
        (Ok(at), Some(item)) => list[at] = item,
        (Ok(at), None) => {
            list.remove(at);
        }
        (Err(at), Some(item)) => list.insert(at, item),
        (Err(_), None) => {}
    }
}
