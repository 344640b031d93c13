//! The figures of this unit's draft as a screen shows them: each cell with what it stands on, what it waits
//! for, what stood there before, and where it has got to.

use std::collections::{BTreeMap, BTreeSet};

use automerge::ChangeHash;
use hopluu_protocol::checks::Doubt;
use hopluu_protocol::documents::marks::standing_changes;
use hopluu_protocol::documents::report::{self, Conflict, Entry};
use hopluu_protocol::figures::Placed;
use hopluu_protocol::id::{IndicatorId, UnitCode};
use hopluu_protocol::number::{Readings, readings, write_shown, write_typed};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::report::{Report, ReportCell};
use hopluu_protocol::template::{Aggregation, Indicator, ValueType};
use hopluu_protocol::value::CellValue;
use rust_decimal::Decimal;

use super::Desk;
use super::cells::{EntryView, entry_view, report_of, typed_by, warnings};
use super::context::PeriodContext;
use super::draft::{Draft, note_views};
use super::earlier::change_since;
use super::figure_views::{AtHub, CellDraft, FigureCell, FigureState, FiguresView, NumberReading};
use super::form::Words;
use super::refusal::value_problem;
use crate::problem::{Problem, Refusal};

/// Everything that the cells of a draft are made from.
#[derive(Clone)]
pub(super) struct Sheet {
    pub(super) context: PeriodContext,
    pub(super) unit: UnitCode,
    pub(super) placed: Placed,
    pub(super) report: Report,
    doubts: Vec<(Doubt, Problem)>,
    drafts: BTreeMap<IndicatorId, String>,
    contested: BTreeMap<IndicatorId, Conflict>,
    locked: Option<Problem>,
}

impl Desk {
    /// The figures of this unit's draft.
    ///
    /// # Errors
    /// When there is no such period.
    pub(crate) fn figures(
        &mut self,
        period: PeriodId,
        at_hub: &AtHub,
        words: Words<'_>,
    ) -> Result<FiguresView, Refusal> {
        let sheet = self.sheet(period)?;
        let ids: Vec<IndicatorId> =
            sheet.context.template.indicators.iter().map(|row| row.id.clone()).collect();
        let cells = self.figure_cells(&sheet, &ids, at_hub, words)?;
        Ok(FiguresView { revision: 0, locked: sheet.locked, cells })
    }

    /// What is needed to show cells of a period.
    pub(super) fn sheet(&mut self, period: PeriodId) -> Result<Sheet, Refusal> {
        let context = self.period(period)?;
        let unit = self.membership()?.unit.clone();
        context.unit(&unit)?;
        let Draft { placed, contested } = self.draft(&context, &unit)?;
        let report = report_of(&context, &unit, placed.counted.clone());
        let locked = context.must_be_open().err();
        Ok(Sheet {
            doubts: warnings(&report, &context),
            drafts: self.drafts(period)?,
            contested,
            locked: locked.and_then(|refusal| refusal.problems.into_iter().next()),
            context,
            unit,
            placed,
            report,
        })
    }

    /// Some cells, in this order.
    pub(super) fn figure_cells<'a>(
        &mut self,
        sheet: &Sheet,
        ids: impl IntoIterator<Item = &'a IndicatorId>,
        at_hub: &AtHub,
        words: Words<'_>,
    ) -> Result<Vec<FigureCell>, Refusal> {
        let earlier = self.earlier(&sheet.context, &sheet.unit)?;
        let shown: BTreeMap<&IndicatorId, &ReportCell> =
            sheet.report.cells.iter().map(|cell| (&cell.id, cell)).collect();
        let mut cells = Vec::new();
        for id in ids {
            let Some(row) = sheet.context.template.indicator(id) else { continue };
            let standing = self.standing(&sheet.context, &sheet.unit, id)?;
            let mut cell = sheet.cell(row, shown.get(id).copied(), &standing.entries, words);
            cell.at_hub = match row.aggregation {
                // What is computed is there when all that it is computed from is.
                Aggregation::Derived(_) => {
                    let mut changes = Vec::new();
                    for part in sheet.typed_parts(id) {
                        changes.extend(self.standing(&sheet.context, &sheet.unit, &part)?.changes);
                    }
                    self.are_at_hub(sheet, &changes, at_hub)?
                }
                _ => self.are_at_hub(sheet, &standing.changes, at_hub)?,
            };
            cell.version = version(&standing.changes);
            let earlier = earlier.get(id).cloned().unwrap_or_default();
            cell.previous = earlier
                .first()
                .filter(|value| Some(value.period) == sheet.context.period.previous())
                .cloned();
            (cell.change, cell.change_percent) =
                change_since(cell.previous.as_ref(), cell.number.as_deref(), row, words);
            cell.earlier = earlier;
            cells.push(cell);
        }
        Ok(cells)
    }

    /// Names what a cell stands on.
    pub(super) fn version_of(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
        id: &IndicatorId,
    ) -> Result<String, Refusal> {
        Ok(version(&self.standing(context, unit, id)?.changes))
    }

    /// The latest value that stands in a cell, as people are told of it.
    pub(super) fn latest_entry(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
        row: &Indicator,
    ) -> Result<Option<EntryView>, Refusal> {
        let standing = self.standing(context, unit, &row.id)?;
        let latest = standing.entries.into_iter().max_by_key(|entry| entry.time);
        Ok(latest.map(|entry| entry_view(context, row, entry)))
    }

    fn standing(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
        id: &IndicatorId,
    ) -> Result<Standing, Refusal> {
        let kind = &context.unit(unit)?.kind;
        let typed = context.template.indicator(id).is_some_and(|row| row.reporters.contains(kind));
        match self.replica.document(&context.report(unit))? {
            Some(document) if typed => Ok(Standing {
                entries: report::entries(document, id)?,
                changes: standing_changes(document, id)?,
            }),
            _ => Ok(Standing::default()),
        }
    }

    fn are_at_hub(
        &self,
        sheet: &Sheet,
        changes: &[ChangeHash],
        at_hub: &AtHub,
    ) -> Result<bool, Refusal> {
        let doc = sheet.context.report(&sheet.unit);
        for change in changes {
            let position = self.replica.position(&doc, change)?;
            if !position.is_some_and(|position| at_hub.has(position)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// What stands in a cell, and the changes that wrote it and its note.
#[derive(Default)]
struct Standing {
    entries: Vec<Entry>,
    changes: Vec<ChangeHash>,
}

impl Sheet {
    /// The typed cells that a computed one rests on, through others that are computed.
    pub(super) fn typed_parts(&self, id: &IndicatorId) -> BTreeSet<IndicatorId> {
        let mut typed = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![id.clone()];
        while let Some(id) = open.pop() {
            if !seen.insert(id.clone()) {
                continue;
            }
            match self.context.template.indicator(&id).map(|row| &row.aggregation) {
                Some(Aggregation::Derived(formula)) => open.extend(formula.cells().cloned()),
                _ => drop(typed.insert(id)),
            }
        }
        typed
    }

    /// The computed cells that rest on some others, and those that are compared with them.
    pub(super) fn touched_by(&self, changed: &BTreeSet<IndicatorId>) -> BTreeSet<IndicatorId> {
        let mut touched = changed.clone();
        let rows = &self.context.template.indicators;
        loop {
            let before = touched.len();
            for row in rows {
                if let Aggregation::Derived(formula) = &row.aggregation
                    && formula.cells().any(|part| touched.contains(part))
                {
                    touched.insert(row.id.clone());
                }
            }
            if touched.len() == before {
                break;
            }
        }
        // Doubts are shown at every cell that has a part in them.
        let mut compared = BTreeSet::new();
        for row in rows {
            let is_in = touched.contains(&row.id);
            match &row.aggregation {
                Aggregation::Derived(formula) if is_in => compared.extend(formula.cells().cloned()),
                _ => {}
            }
            if let Some(parent) = &row.parent {
                if is_in {
                    compared.insert(parent.clone());
                }
                if touched.contains(parent) {
                    compared.insert(row.id.clone());
                }
            }
        }
        touched.extend(compared);
        touched
    }

    /// The same draft once some cells hold other values, without what is to be looked at again in it.
    pub(super) fn after<'a>(
        &self,
        writes: impl Iterator<Item = (&'a IndicatorId, &'a Option<CellValue>)>,
    ) -> Self {
        let mut after = self.clone();
        for (id, value) in writes {
            after.contested.remove(id);
            match value {
                Some(value) => drop(after.placed.counted.cells.insert(id.clone(), value.clone())),
                None => drop(after.placed.counted.cells.remove(id)),
            }
        }
        after.report = report_of(&after.context, &after.unit, after.placed.counted.clone());
        after.doubts.clear();
        after
    }

    pub(super) fn is_in_conflict(&self, id: &IndicatorId) -> bool {
        self.contested.get(id).is_some_and(|conflict| !conflict.entries.is_empty())
    }

    pub(super) fn has_several_notes(&self, id: &IndicatorId) -> bool {
        self.contested.get(id).is_some_and(|conflict| !conflict.notes.is_empty())
    }

    fn cell(
        &self,
        row: &Indicator,
        shown: Option<&ReportCell>,
        entries: &[Entry],
        words: Words<'_>,
    ) -> FigureCell {
        let is_computed = matches!(row.aggregation, Aggregation::Derived(_));
        let waiting_for = match shown {
            Some(shown) if is_computed => self.waiting_for(shown),
            _ => Vec::new(),
        };
        let in_conflict = self.is_in_conflict(&row.id);
        let value = shown.and_then(|shown| self.value(shown));
        let outside = row.outside_authority.clone();
        let state = match &value {
            _ if row.value_type == ValueType::Heading => FigureState::Heading,
            _ if !waiting_for.is_empty() => FigureState::Waiting,
            None if outside.is_some() => FigureState::NotApplicable,
            None if in_conflict => FigureState::Value,
            None => FigureState::Missing,
            Some(CellValue::NothingArose) => FigureState::NothingArose,
            Some(CellValue::NotApplicable { .. }) => FigureState::NotApplicable,
            Some(_) => FigureState::Value,
        };
        let reason = match &value {
            Some(CellValue::NotApplicable { reason }) => reason.clone(),
            _ => outside.unwrap_or_default(),
        };
        let number = match &value {
            Some(CellValue::Number(number)) => Some(number.normalize().to_string()),
            _ => None,
        };
        let typed = typed_by(&self.context, &self.unit, &row.id);
        let locked = match typed {
            Ok(_) => self.locked.clone(),
            Err((_, problem)) if problem.code == "indicator-not-yours" => Some(problem),
            Err(_) => None,
        };
        let problems = self.doubts.iter().filter(|(doubt, _)| doubt.concerns(&row.id));
        let misfit = self.placed.misfits.get(&row.id);
        FigureCell {
            id: row.id.clone(),
            written: value.as_ref().map(|value| write_shown(value, row)).unwrap_or_default(),
            editable: value.as_ref().map(|value| write_typed(value, row)).unwrap_or_default(),
            number,
            state,
            reason,
            at_hub: false,
            version: String::new(),
            note: self.placed.counted.notes.get(&row.id).cloned().unwrap_or_default(),
            // The same value typed by two is one value.
            entries: entries
                .iter()
                .take(if in_conflict { entries.len() } else { 1 })
                .map(|entry| entry_view(&self.context, row, entry.clone()))
                .collect(),
            notes: self
                .contested
                .get(&row.id)
                .map_or_else(Vec::new, |conflict| note_views(&self.context, &conflict.notes)),
            waiting_for,
            draft: self.drafts.get(&row.id).map(|text| self.draft(row, text, words)),
            locked,
            previous: None,
            change: String::new(),
            change_percent: String::new(),
            earlier: Vec::new(),
            problems: problems.map(|(_, problem)| problem.clone()).collect(),
            misfit: misfit.map(|value| write_shown(value, row)),
        }
    }

    /// A cell's value, if it is one that may be shown: none of several that stand there, and nothing that is
    /// computed from such.
    pub(super) fn value(&self, shown: &ReportCell) -> Option<CellValue> {
        let is_computed = self
            .context
            .template
            .indicator(&shown.id)
            .is_some_and(|row| matches!(row.aggregation, Aggregation::Derived(_)));
        if self.is_in_conflict(&shown.id) || is_computed && !self.waiting_for(shown).is_empty() {
            return None;
        }
        shown.as_value()
    }

    /// What keeps a computed cell from being shown. A value that stands in conflict is nobody's word yet.
    fn waiting_for(&self, shown: &ReportCell) -> Vec<IndicatorId> {
        let Ok(kind) = self.context.unit(&self.unit).map(|unit| &unit.kind) else {
            return Vec::new();
        };
        let ours = |id: &IndicatorId| {
            let row = self.context.template.indicator(id);
            row.is_some_and(|row| row.reporters.contains(kind))
        };
        let missing = |id: &IndicatorId| !self.placed.counted.cells.contains_key(id) && ours(id);
        let parts = self.typed_parts(&shown.id).into_iter();
        parts.filter(|id| self.is_in_conflict(id) || missing(id)).collect()
    }

    pub(super) fn draft(&self, row: &Indicator, text: &str, words: Words<'_>) -> CellDraft {
        let (problem, values) = match readings(text, row) {
            Readings::Refused(why) => (value_problem(&why), Vec::new()),
            Readings::Asked { readings, why } => (value_problem(&why), readings),
            Readings::One { value, .. } => (read_as(text, &value, row), vec![value]),
        };
        let readings = values.iter().map(|value| self.reading(row, value, values.len(), words));
        CellDraft {
            text: text.to_owned(),
            problem: problem.at_indicator(&row.id),
            readings: readings.collect(),
        }
    }

    fn reading(
        &self,
        row: &Indicator,
        value: &CellValue,
        count: usize,
        words: Words<'_>,
    ) -> NumberReading {
        let argument = if count > 1 { self.argument(row, value, words) } else { String::new() };
        NumberReading { typed: write_typed(value, row), written: write_shown(value, row), argument }
    }

    /// The arithmetic that speaks for a value: a percentage that it is a part of, and that can be one.
    fn argument(&self, row: &Indicator, value: &CellValue, words: Words<'_>) -> String {
        let CellValue::Number(_) = value else { return String::new() };
        let mut figures = self.placed.counted.clone();
        figures.cells.insert(row.id.clone(), value.clone());
        let number = |id: &IndicatorId| match figures.cells.get(id) {
            Some(CellValue::Number(number)) if !self.is_in_conflict(id) => Some(*number),
            _ => None,
        };
        let template = &self.context.template;
        let arguments = template.indicators.iter().filter_map(|ratio| {
            let Aggregation::Derived(formula) = &ratio.aggregation else { return None };
            let ValueType::Percent { decimals, .. } = ratio.value_type else { return None };
            let (part, whole) = formula.fraction()?;
            let (part, whole) =
                (part.cells().collect::<Vec<_>>(), whole.cells().collect::<Vec<_>>());
            let ([part], [whole]) = (part.as_slice(), whole.as_slice()) else { return None };
            if **part != row.id && **whole != row.id {
                return None;
            }
            let (above, below) = (number(part)?, number(whole)?);
            let percent = above.checked_div(below)?.checked_mul(Decimal::ONE_HUNDRED)?;
            (percent <= Decimal::ONE_HUNDRED).then_some(())?;
            let written = |number: Decimal, id: &IndicatorId| {
                let row = template.indicator(id)?;
                Some(write_shown(&CellValue::Number(number), row))
            };
            let percent = hopluu_protocol::number::write_number(
                &percent,
                hopluu_protocol::number::Decimals::Fixed(decimals),
            );
            let (above, below) = (written(above, part)?, written(below, whole)?);
            let args = [("part", &*above), ("whole", &*below), ("percent", &*percent)];
            Some(words("screen-number-argument", &args))
        });
        let mut arguments = arguments;
        arguments.next().unwrap_or_default()
    }
}

/// What a text was taken for, where its marks mean something else elsewhere.
pub(super) fn read_as(text: &str, value: &CellValue, row: &Indicator) -> Problem {
    let value = write_shown(value, row);
    let problem = Problem::new("value-read-as", format!("{text} was read as {value}"));
    problem.arg("text", text.trim()).arg("value", value).as_notice()
}

/// Names a set of changes; `0` when there are none.
fn version(changes: &[ChangeHash]) -> String {
    if changes.is_empty() {
        return "0".to_owned();
    }
    let mut hasher = blake3::Hasher::new();
    for change in changes {
        hasher.update(&change.0);
    }
    hasher.finalize().to_hex().chars().take(16).collect()
}
