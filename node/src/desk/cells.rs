//! Cells: reading them with everything around them, and setting them.

use std::collections::{BTreeMap, BTreeSet};

use automerge::ChangeHash;
use hopluu_protocol::checks::{Doubt, doubts};
use hopluu_protocol::consolidation::{Contribution, UnitInput, report_of_unit};
use hopluu_protocol::documents::history::{self, Written};
use hopluu_protocol::documents::report::{self, Entry};
use hopluu_protocol::figures::Figures;
use hopluu_protocol::id::{IndicatorId, TemplateRef, UnitCode};
use hopluu_protocol::number::{read_value, write_typed, write_value};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::report::{Report, ReportCell};
use hopluu_protocol::template::Indicator;
use hopluu_protocol::value::CellValue;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::context::PeriodContext;
use super::draft::{Draft, note_views, resting_on, told_resting};
use super::refusal::value_problem;
use crate::problem::{Problem, Reason, Refusal};

/// Longest note to a cell, characters.
const MAX_NOTE_CHARS: usize = 1000;

/// A cell as it stands in this unit's draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CellView {
    /// The cell with its value, state, note and completeness.
    #[schema(value_type = Object)]
    pub cell: ReportCell,
    /// The value as people write it: `1.304`, `17,11`, `không phát sinh`.
    pub written: String,
    /// Whether somebody types it; else it is a heading or computed.
    pub typed: bool,
    /// All values that stand in it, when people set it apart from each other; else at most one.
    pub entries: Vec<EntryView>,
    /// All notes that stand at it, likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<EntryView>,
    /// Whether people set its value or its note apart from each other. None of what they wrote is shown as the
    /// cell's until somebody chooses: it counts as not reported, and totals over it are incomplete.
    #[serde(default)]
    pub conflict: bool,
    /// What stands in it and does not fit, since a later version of the form has the row of another type.
    /// It counts as not reported until it is typed again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub misfit: Option<String>,
    /// The version of the form that had the row, when the form has it no longer. What was typed is kept and
    /// never counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub apart: Option<TemplateRef>,
    /// What is to be looked at again in this figure and those that it belongs to. Nothing is refused for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Problem>,
}

/// What of a cell somebody wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryOf {
    /// Its value.
    #[default]
    Value,
    /// Its note.
    Note,
}

/// A value or note of a cell, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EntryView {
    /// Which of them it is.
    #[serde(default)]
    pub of: EntryOf,
    /// The value as people write it, or the note; empty when it was cleared.
    pub written: String,
    /// Whether it stands in the cell now.
    #[serde(default)]
    pub stands: bool,
    /// Who typed it.
    pub person: String,
    /// The node where it was typed: its name from the roster, or the beginning of its key.
    pub node: String,
    /// Seconds since 1970 by that machine's clock.
    pub time: i64,
    /// Names the change that wrote it.
    #[serde(default)]
    pub version: String,
    /// What is typed for that value: `1304`, `17,11`; empty when the cell was cleared.
    #[serde(default)]
    pub typed: String,
}

/// What a person does to a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CellWrite {
    pub(super) id: IndicatorId,
    /// The value, or that it is cleared; left alone when `None`.
    pub(super) value: Option<Option<CellValue>>,
    /// The note; left alone when `None`.
    pub(super) note: Option<String>,
}

/// A draft with all that is told of its cells.
struct ToldDraft {
    draft: Draft,
    report: Report,
    warnings: Vec<(Doubt, Problem)>,
    /// Figures over cells in conflict.
    resting: BTreeMap<IndicatorId, BTreeSet<IndicatorId>>,
}

impl Desk {
    /// One cell of this unit's draft.
    ///
    /// # Errors
    /// When there is no such period or cell.
    pub fn cell(&mut self, period: PeriodId, id: &IndicatorId) -> Result<CellView, Refusal> {
        let context = self.period(period)?;
        let unit = self.membership()?.unit.clone();
        let told = self.told_draft(&context, &unit)?;
        match told.report.cells.iter().find(|cell| cell.id == *id) {
            Some(cell) => self.cell_view(&context, &unit, cell, &told),
            None => match self.cell_apart(&context, &unit, id, &told.draft.placed)? {
                Some(cell) => Ok(cell),
                None => Err(not_in_report(&context, &unit, id)),
            },
        }
    }

    /// All cells of this unit's draft, in the order of the form; after them those that it has no longer.
    ///
    /// # Errors
    /// When there is no such period.
    pub fn cells(&mut self, period: PeriodId) -> Result<Vec<CellView>, Refusal> {
        let context = self.period(period)?;
        let unit = self.membership()?.unit.clone();
        let told = self.told_draft(&context, &unit)?;
        let cells = told.report.cells.iter();
        let mut views = cells
            .map(|cell| self.cell_view(&context, &unit, cell, &told))
            .collect::<Result<Vec<_>, _>>()?;
        views.extend(self.cells_apart(&context, &unit, &told.draft.placed)?);
        Ok(views)
    }

    /// Every value and note that a cell of this unit's draft ever had.
    ///
    /// # Errors
    /// When there is no such period or cell.
    pub fn history(
        &mut self,
        period: PeriodId,
        id: &IndicatorId,
    ) -> Result<Vec<EntryView>, Refusal> {
        let context = self.period(period)?;
        let unit = self.membership()?.unit.clone();
        let former = match context.template.indicator(id) {
            Some(_) => None,
            None => self.former_row(&context, id),
        };
        let known = former.as_ref().map(|(_, row)| row).or(context.template.indicator(id));
        let Some(indicator) = known else { return Err(unknown_indicator(id)) };
        let Some(document) = self.replica.document(&context.report(&unit))? else {
            return Ok(Vec::new());
        };
        let values: BTreeSet<ChangeHash> =
            report::entries(document, id)?.into_iter().map(|entry| entry.change).collect();
        let notes: BTreeSet<ChangeHash> =
            report::notes(document, id)?.into_iter().map(|entry| entry.change).collect();
        let entries = history::history(document, id)?.into_iter();
        let view = |entry: Entry<Written>| match entry.value.clone() {
            Written::Value(value) => EntryView {
                stands: values.contains(&entry.change),
                ..entry_view(&context, indicator, entry.with(value))
            },
            Written::Note(note) => EntryView {
                stands: notes.contains(&entry.change),
                ..note_view(&context, entry.with(note))
            },
        };
        Ok(entries.map(view).collect())
    }

    /// Sets a cell as a person types it; an empty text clears it. The note is left alone when `None`.
    ///
    /// # Errors
    /// When the period is unknown or closed, when the cell is not this unit's to type, or when the text
    /// is no value for it: nothing is changed then.
    pub fn set_cell(
        &mut self,
        period: PeriodId,
        id: &IndicatorId,
        typed: &str,
        note: Option<&str>,
        person: &str,
    ) -> Result<CellView, Refusal> {
        let context = self.period(period)?;
        context.must_be_open()?;
        let unit = self.membership()?.unit.clone();
        let indicator = match typed_by(&context, &unit, id) {
            Ok(indicator) => indicator,
            Err((reason, problem)) => {
                return Err(self.explained(&context, id, Refusal::new(reason, problem)));
            }
        };
        let value = if typed.trim().is_empty() {
            None
        } else {
            Some(read_value(typed, indicator).map_err(|error| {
                Refusal::new(Reason::Invalid, value_problem(&error).at_indicator(id))
            })?)
        };
        let note = note.map(|note| {
            checked_note(note)
                .map_err(|problem| Refusal::new(Reason::Invalid, problem.at_indicator(id)))
        });
        let note = note.transpose()?;
        let write = CellWrite { id: id.clone(), value: Some(value), note };
        self.write_cells(&context, &unit, &[write], person)?;
        self.cell(period, id)
    }

    /// Writes cells and notes: one action of a person.
    pub(super) fn write_cells(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
        cells: &[CellWrite],
        person: &str,
    ) -> Result<(), Refusal> {
        let doc = context.report(unit);
        self.ensure(&doc, Some(context))?;
        let edits = self.edits(person);
        self.replica.edit_in_parts(&doc, &edits, cells, |tx, CellWrite { id, value, note }| {
            value.iter().try_for_each(|value| report::set_cell(tx, id, value.as_ref()))?;
            note.iter().try_for_each(|note| report::set_note(tx, id, note))
        })?;
        // A good value, or none, takes the place of what was no value.
        for cell in cells.iter().filter(|cell| cell.value.is_some()) {
            self.set_draft(context.period, &cell.id, None)?;
        }
        Ok(())
    }

    /// A unit's draft with all that is told of its cells.
    fn told_draft(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
    ) -> Result<ToldDraft, Refusal> {
        let draft = self.draft(context, unit)?;
        let report = report_with(context, unit, draft.placed.counted.clone())?;
        Ok(ToldDraft {
            warnings: warnings(&report, context),
            resting: resting_on(&draft, &context.template),
            report,
            draft,
        })
    }

    fn cell_view(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
        cell: &ReportCell,
        told: &ToldDraft,
    ) -> Result<CellView, Refusal> {
        let Some(indicator) = context.template.indicator(&cell.id) else {
            return Err(unknown_indicator(&cell.id));
        };
        let kind = &context.unit(unit)?.kind;
        let typed = indicator.reporters.contains(kind);
        let (entries, notes) = match self.replica.document(&context.report(unit))? {
            Some(document) if typed => {
                (report::entries(document, &cell.id)?, report::notes(document, &cell.id)?)
            }
            _ => (Vec::new(), Vec::new()),
        };
        let entries = self.entry_views(context, indicator, &entries);
        let misfit = told.draft.placed.misfits.get(&cell.id);
        let doubted = told.warnings.iter().filter(|(doubt, _)| doubt.concerns(&cell.id));
        let doubted = doubted.map(|(_, warning)| warning.clone());
        let resting = told.resting.get(&cell.id).map(|on| told_resting(&cell.id, on));
        Ok(CellView {
            written: written(cell, indicator),
            cell: cell.clone(),
            typed,
            entries,
            notes: note_views(context, &notes),
            conflict: told.draft.contested.contains_key(&cell.id),
            misfit: misfit.map(|value| self.as_typed(context, indicator, value)),
            apart: None,
            warnings: resting.into_iter().chain(doubted).collect(),
        })
    }
}

/// A unit's report if it held these figures, be they stored or not.
pub(super) fn report_with(
    context: &PeriodContext,
    unit: &UnitCode,
    figures: Figures,
) -> Result<Report, Refusal> {
    context.unit(unit)?;
    Ok(report_of(context, unit, figures))
}

/// A unit's report as it is with these figures.
pub(super) fn report_of(context: &PeriodContext, unit: &UnitCode, figures: Figures) -> Report {
    let contribution = Contribution { unit: unit.clone(), submission: None, figures };
    report_of_unit(&UnitInput {
        template: &context.template,
        roster: &context.roster,
        period: context.period,
        days: context.days,
        contribution: &contribution,
    })
    .report
}

/// What is to be looked at again in a report.
pub(super) fn warnings(report: &Report, context: &PeriodContext) -> Vec<(Doubt, Problem)> {
    let told = |doubt| {
        let problem = Problem::of_doubt(&doubt, report);
        (doubt, problem)
    };
    doubts(report, &context.template).into_iter().map(told).collect()
}

/// The indicator, if this unit types it; else why not.
pub(super) fn typed_by<'a>(
    context: &'a PeriodContext,
    unit: &UnitCode,
    id: &IndicatorId,
) -> Result<&'a Indicator, (Reason, Problem)> {
    let unknown =
        |_| (Reason::NotFound, Problem::new("unit-unknown", "no such unit").arg("unit", unit));
    let kind = &context.unit(unit).map_err(unknown)?.kind;
    let Some(indicator) = context.template.indicator(id) else {
        let problem = Problem::new("indicator-unknown", format!("no indicator {id}"));
        return Err((Reason::NotFound, problem.arg("indicator", id).at_indicator(id)));
    };
    if indicator.reporters.contains(kind) {
        return Ok(indicator);
    }
    let labels: Vec<&str> = indicator
        .reporters
        .iter()
        .filter_map(|id| context.template.unit_kinds.iter().find(|kind| kind.id == *id))
        .map(|kind| kind.label.as_str())
        .collect();
    let problem = if labels.is_empty() {
        Problem::new("indicator-not-typed", format!("{id} is a heading or computed"))
    } else {
        let detail = format!("{id} is reported by {}", labels.join(", "));
        Problem::new("indicator-not-yours", detail).arg("reporters", labels.join(", "))
    };
    Err((Reason::Forbidden, problem.arg("indicator", id).at_indicator(id)))
}

/// The value as people write it.
pub(super) fn written(cell: &ReportCell, indicator: &Indicator) -> String {
    cell.as_value().map(|value| write_value(&value, indicator)).unwrap_or_default()
}

/// A note that can be kept.
pub(super) fn checked_note(note: &str) -> Result<String, Problem> {
    let chars = note.chars().count();
    if chars > MAX_NOTE_CHARS {
        let problem = Problem::new("note-too-long", format!("{chars} characters"));
        return Err(problem.arg("chars", chars).arg("limit", MAX_NOTE_CHARS));
    }
    Ok(note.to_owned())
}

pub(super) fn entry_view(
    context: &PeriodContext,
    indicator: &Indicator,
    entry: Entry,
) -> EntryView {
    let written = |value: &Option<CellValue>| {
        value.as_ref().map(|value| write_value(value, indicator)).unwrap_or_default()
    };
    let typed = entry.value.as_ref().map(|value| write_typed(value, indicator));
    let typed = typed.unwrap_or_default();
    view_of(context, EntryOf::Value, written(&entry.value), typed, entry)
}

pub(super) fn note_view(context: &PeriodContext, entry: Entry<String>) -> EntryView {
    view_of(context, EntryOf::Note, entry.value.clone(), entry.value.clone(), entry)
}

fn view_of<T>(
    context: &PeriodContext,
    of: EntryOf,
    written: String,
    typed: String,
    entry: Entry<T>,
) -> EntryView {
    let node = entry.node.map(|key| match context.roster.node(&key) {
        Some(node) => node.name.clone(),
        None => key.to_string().chars().take(8).collect(),
    });
    EntryView {
        of,
        version: entry.change.to_string(),
        typed,
        written,
        stands: true,
        person: entry.person,
        node: node.unwrap_or_default(),
        time: entry.time,
    }
}

fn unknown_indicator(id: &IndicatorId) -> Refusal {
    let problem = Problem::new("indicator-unknown", format!("no indicator {id}"));
    Refusal::new(Reason::NotFound, problem.arg("indicator", id))
}

/// Why a cell is not in the unit's report: it does not exist, or it is somebody else's.
fn not_in_report(context: &PeriodContext, unit: &UnitCode, id: &IndicatorId) -> Refusal {
    match typed_by(context, unit, id) {
        Ok(_) => unknown_indicator(id),
        Err((reason, problem)) => Refusal::new(reason, problem),
    }
}
