//! A unit's draft: what it holds, sorted into its form, and what its people have not agreed about. Nobody
//! chooses for them: a cell in conflict counts as not reported, so that no total takes one of its values.

use std::collections::{BTreeMap, BTreeSet};

use hopluu_protocol::documents::report::{self, Conflict, Entry};
use hopluu_protocol::figures::{Figures, Placed};
use hopluu_protocol::id::{IndicatorId, UnitCode};
use hopluu_protocol::template::{Aggregation, Indicator, Template};

use super::Desk;
use super::cells::{EntryView, note_view};
use super::context::PeriodContext;
use crate::messages::{Catalogue, Language};
use crate::problem::{Problem, Refusal};

/// What begins the word about a conflict in the Ghi chú column of a draft that is printed. An import takes
/// nothing from there on for a note.
const UNSETTLED: &str = "[Chưa chọn:";

/// A unit's draft.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    /// What it holds, without the values and notes that are in conflict.
    pub(super) placed: Placed,
    /// The cells of the form whose values or notes are in conflict.
    pub(super) contested: BTreeMap<IndicatorId, Conflict>,
}

impl Desk {
    /// A unit's draft as it stands.
    pub(super) fn draft(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
    ) -> Result<Draft, Refusal> {
        let mut placed = self.placed(context, unit)?;
        let conflicts = match self.replica.document(&context.report(unit))? {
            Some(document) => report::conflicts(document)?,
            None => Vec::new(),
        };
        let mut contested = BTreeMap::new();
        for conflict in conflicts {
            // A row that the form has no longer is nobody's to settle.
            if !is_typed(context, unit, &conflict.cell) {
                continue;
            }
            if !conflict.entries.is_empty() {
                placed.counted.cells.remove(&conflict.cell);
                placed.misfits.remove(&conflict.cell);
            }
            if !conflict.notes.is_empty() {
                placed.counted.notes.remove(&conflict.cell);
            }
            contested.insert(conflict.cell.clone(), conflict);
        }
        Ok(Draft { placed, contested })
    }

    /// What counts of a unit's draft.
    pub(super) fn draft_figures(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
    ) -> Result<Figures, Refusal> {
        Ok(self.draft(context, unit)?.placed.counted)
    }

    /// A draft's figures as they are printed: beside a cell in conflict stands all that was written in it.
    pub(super) fn printed_draft(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
        draft: &Draft,
    ) -> Result<Figures, Refusal> {
        let mut figures = draft.placed.counted.clone();
        if !figures.shown.is_empty() {
            let sayings = self.sayings(context, unit, draft)?;
            figures = figures.written_out(|id| sayings.on_paper(id));
        }
        for (id, conflict) in &draft.contested {
            let Some(row) = context.template.indicator(id) else { continue };
            let told = self.in_words(context, row, conflict);
            let note = figures.notes.remove(id).map(|note| format!("{note}; "));
            let note = format!("{}{UNSETTLED} {told}]", note.unwrap_or_default());
            figures.notes.insert(id.clone(), note);
        }
        Ok(figures)
    }

    /// The cells in conflict, each with all that was written in it.
    pub(super) fn told_conflicts(
        &mut self,
        context: &PeriodContext,
        draft: &Draft,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (id, conflict) in &draft.contested {
            let Some(row) = context.template.indicator(id) else { continue };
            let told = self.in_words(context, row, conflict);
            let problem = Problem::new("cell-contested", format!("{id} holds {told}"));
            let problem = problem.arg("label", &row.label).arg("values", told);
            problems.push(problem.arg("period", context.period).at_indicator(id));
        }
        problems
    }

    /// All that was written in a cell in conflict, in words for the form: `318 (An, 13/03/2023 08:05); 320 (…)`.
    fn in_words(
        &mut self,
        context: &PeriodContext,
        row: &Indicator,
        conflict: &Conflict,
    ) -> String {
        let catalogue = Catalogue::new(Language::Vietnamese);
        let told = |view: &EntryView| {
            let written = match view.written.as_str() {
                "" => catalogue.line("cli-empty-value", &[]),
                written => written.to_owned(),
            };
            let time = crate::cli::office_moment(view.time);
            format!("{written} ({}, {}, {time})", view.person, view.node)
        };
        let values = self.entry_views(context, row, &conflict.entries);
        let mut words: Vec<String> = values.iter().map(told).collect();
        for note in note_views(context, &conflict.notes) {
            words.push(catalogue.line("cli-note-entry", &[("entry", &told(&note))]));
        }
        words.join("; ")
    }

    /// Values of a cell, as they were typed.
    pub(super) fn entry_views(
        &mut self,
        context: &PeriodContext,
        row: &Indicator,
        entries: &[Entry],
    ) -> Vec<EntryView> {
        entries.iter().map(|entry| self.fitting_view(context, row, entry.clone())).collect()
    }
}

/// Notes of a cell.
pub(super) fn note_views(context: &PeriodContext, notes: &[Entry<String>]) -> Vec<EntryView> {
    notes.iter().map(|note| note_view(context, note.clone())).collect()
}

/// What a person wrote in a note, without the word about a conflict that was printed behind it.
pub(super) fn without_unsettled(note: &str) -> &str {
    match note.split_once(UNSETTLED) {
        Some((own, _)) => own.trim_end().trim_end_matches(';').trim_end(),
        None => note,
    }
}

/// Whether what people wrote differs.
pub(super) fn differ<T: PartialEq>(entries: &[Entry<T>]) -> bool {
    entries.iter().any(|entry| entries.first().map(|first| &first.value) != Some(&entry.value))
}

/// Figures that are computed from cells in conflict, each with those cells.
pub(super) fn resting_on(
    draft: &Draft,
    template: &Template,
) -> BTreeMap<IndicatorId, BTreeSet<IndicatorId>> {
    let mut resting: BTreeMap<IndicatorId, BTreeSet<IndicatorId>> = BTreeMap::new();
    if draft.contested.values().all(|conflict| conflict.entries.is_empty()) {
        return resting;
    }
    for indicator in template.evaluation_order() {
        let Aggregation::Derived(formula) = &indicator.aggregation else { continue };
        let mut on = BTreeSet::new();
        for cell in formula.cells() {
            on.extend(resting.get(cell).into_iter().flatten().cloned());
            if draft.contested.get(cell).is_some_and(|conflict| !conflict.entries.is_empty()) {
                on.insert(cell.clone());
            }
        }
        if !on.is_empty() {
            resting.insert(indicator.id.clone(), on);
        }
    }
    resting
}

/// Says of a computed figure that cells in conflict are not in it.
pub(super) fn told_resting(figure: &IndicatorId, on: &BTreeSet<IndicatorId>) -> Problem {
    let cells: Vec<&str> = on.iter().map(|id| id.as_str()).collect();
    let cells = cells.join(", ");
    let problem = Problem::new("figure-on-contested", format!("{figure} lacks {cells}"));
    problem.arg("cells", cells).at_indicator(figure)
}

fn is_typed(context: &PeriodContext, unit: &UnitCode, id: &IndicatorId) -> bool {
    let kind = context.roster.unit(unit).map(|unit| &unit.kind);
    let row = context.template.indicator(id);
    kind.zip(row).is_some_and(|(kind, row)| row.reporters.contains(kind))
}
