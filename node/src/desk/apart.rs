//! What a draft holds and the form has no place for, since a later version of the form came: rows that are
//! gone, and values that a row of another type cannot hold. Both are kept and shown, and never counted.

use hopluu_protocol::consolidation::report_value;
use hopluu_protocol::documents::report::{self, Entry};
use hopluu_protocol::figures::{Figures, Placed};
use hopluu_protocol::id::{IndicatorId, SectionId, TemplateRef, UnitCode};
use hopluu_protocol::number::{check_value, write_value};
use hopluu_protocol::report::ReportCell;
use hopluu_protocol::template::{Indicator, Place, Section, Template};
use hopluu_protocol::value::{CellState, CellValue};

use super::Desk;
use super::cells::{CellView, EntryView, entry_view};
use super::context::PeriodContext;
use super::draft::{differ, note_views};
use crate::problem::{Problem, Reason, Refusal};

impl Desk {
    /// What a unit's draft holds, sorted into the form that its period follows.
    pub(super) fn placed(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
    ) -> Result<Placed, Refusal> {
        let figures = match self.replica.document(&context.report(unit))? {
            Some(document) => report::read(document, None)?.figures,
            None => return Ok(Placed::default()),
        };
        Ok(match context.roster.unit(unit) {
            Some(unit) => figures.placed_in(&context.template, &unit.kind),
            None => Placed { counted: figures, ..Placed::default() },
        })
    }

    /// The cells that the form has no longer, by id.
    pub(super) fn cells_apart(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
        placed: &Placed,
    ) -> Result<Vec<CellView>, Refusal> {
        let mut ids: Vec<&IndicatorId> = placed.apart.cells.keys().collect();
        ids.extend(placed.apart.notes.keys().filter(|id| !placed.apart.cells.contains_key(id)));
        ids.sort();
        let mut views = Vec::new();
        for id in ids {
            views.extend(self.cell_apart(context, unit, id, placed)?);
        }
        Ok(views)
    }

    /// One cell that the form has no longer; `None` when nothing is kept of it, or no form ever had it.
    pub(super) fn cell_apart(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
        id: &IndicatorId,
        placed: &Placed,
    ) -> Result<Option<CellView>, Refusal> {
        let (value, note) = (placed.apart.cells.get(id), placed.apart.notes.get(id));
        if value.is_none() && note.is_none() {
            return Ok(None);
        }
        let Some((form, row)) = self.former_row(context, id) else { return Ok(None) };
        let (entries, notes) = match self.replica.document(&context.report(unit))? {
            Some(document) => (report::entries(document, id)?, report::notes(document, id)?),
            None => (Vec::new(), Vec::new()),
        };
        let value = value.filter(|_| !differ(&entries));
        let note = note.filter(|_| !differ(&notes));
        let conflict = differ(&entries) || differ(&notes);
        let (appendix, section) = match &row.place {
            Place::Appendix(appendix) => (Some(appendix.clone()), None),
            Place::Section(section) => (None, Some(section.clone())),
            Place::Auxiliary => (None, None),
        };
        let entries = entries.into_iter().map(|entry| entry_view(context, &row, entry)).collect();
        Ok(Some(CellView {
            written: value.map(|value| write_value(value, &row)).unwrap_or_default(),
            cell: ReportCell {
                id: id.clone(),
                appendix,
                section,
                code: row.code.clone(),
                label: row.label.clone(),
                unit_of_measure: row.unit_of_measure.clone(),
                value: value.map_or(hopluu_protocol::report::ReportValue::Null, report_value),
                state: CellState::of(value),
                note: note.cloned().unwrap_or_default(),
                complete: value.is_some(),
                sources: Vec::new(),
            },
            typed: false,
            warnings: Vec::new(),
            entries,
            notes: note_views(context, &notes),
            conflict,
            misfit: None,
            apart: Some(form),
        }))
    }

    /// What a submission holds, without what its own form had no longer when it was made: an earlier form of
    /// the period had, and the draft keeps it for ever.
    pub(super) fn of_own_form(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
        form: &TemplateRef,
        mut figures: Figures,
    ) -> Figures {
        let Some(kind) = context.roster.unit(unit).map(|unit| &unit.kind) else { return figures };
        let Ok(own) = self.template(form) else { return figures };
        let earlier = context.versions.iter().filter(|version| version.version < form.version);
        let earlier: Vec<_> = earlier.filter_map(|version| self.template(version).ok()).collect();
        let typed = |form: &Template, id: &IndicatorId| {
            form.indicator(id).is_some_and(|row| row.reporters.contains(kind))
        };
        let written = |form: &Template, id: &SectionId| {
            form.section(id).is_some_and(|section| section.reporters.contains(kind))
        };
        let row_left =
            |id: &IndicatorId| !typed(&own, id) && earlier.iter().any(|form| typed(form, id));
        figures.cells.retain(|id, _| !row_left(id));
        figures.notes.retain(|id, _| !row_left(id));
        figures
            .texts
            .retain(|id, _| written(&own, id) || !earlier.iter().any(|form| written(form, id)));
        figures
    }

    /// The newest form of the period that has a row, and the row.
    pub(super) fn former_row(
        &mut self,
        context: &PeriodContext,
        id: &IndicatorId,
    ) -> Option<(TemplateRef, Indicator)> {
        context.versions.iter().rev().find_map(|version| {
            let template = self.template(version).ok()?;
            Some((version.clone(), template.indicator(id)?.clone()))
        })
    }

    /// The newest form of the period that has a section, and the section.
    pub(super) fn former_section(
        &mut self,
        context: &PeriodContext,
        id: &SectionId,
    ) -> Option<(TemplateRef, Section)> {
        context.versions.iter().rev().find_map(|version| {
            let template = self.template(version).ok()?;
            Some((version.clone(), template.section(id)?.clone()))
        })
    }

    /// A refusal to write into a row that the form does not have: if an earlier one had it, that is said.
    pub(super) fn explained(
        &mut self,
        context: &PeriodContext,
        id: &IndicatorId,
        refusal: Refusal,
    ) -> Refusal {
        if context.template.indicator(id).is_some() {
            return refusal;
        }
        let Some((form, row)) = self.former_row(context, id) else { return refusal };
        let detail = format!("{id} is no row of {} any more", context.template.reference);
        let problem = Problem::new("indicator-left-form", detail)
            .arg("label", &row.label)
            .arg("form", form.version)
            .arg("now", context.template.reference.version);
        Refusal::new(Reason::NotNow, problem.at_indicator(id))
    }

    /// A value as it was typed, in the newest form whose row can hold it.
    pub(super) fn as_typed(
        &mut self,
        context: &PeriodContext,
        row: &Indicator,
        value: &CellValue,
    ) -> String {
        if check_value(value, row).is_ok() {
            return write_value(value, row);
        }
        let former = context.versions.iter().rev().find_map(|version| {
            let template = self.template(version).ok()?;
            let former = template.indicator(&row.id)?;
            check_value(value, former).is_ok().then(|| write_value(value, former))
        });
        former.unwrap_or_else(|| write_value(value, row))
    }

    /// One value of a cell, as it was typed.
    pub(super) fn fitting_view(
        &mut self,
        context: &PeriodContext,
        row: &Indicator,
        entry: Entry,
    ) -> EntryView {
        let written = entry.value.as_ref().map(|value| self.as_typed(context, row, value));
        EntryView { written: written.unwrap_or_default(), ..entry_view(context, row, entry) }
    }
}
