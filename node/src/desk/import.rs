//! Importing a file into this unit's draft: a plan first, then, if nothing is wrong with it, the change; all
//! or nothing, all errors at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use hopluu_protocol::figures::Figures;
use hopluu_protocol::id::{IndicatorId, UnitCode};
use hopluu_protocol::number::{check_value, fold, read_value, write_value};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::report::ReportValue;
use hopluu_protocol::template::{Aggregation, Indicator, Template, ValueType};
use hopluu_protocol::value::CellValue;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::cells::{CellWrite, EntryView, checked_note, report_of, typed_by, warnings, written};
use super::context::PeriodContext;
use super::draft::{note_views, without_unsettled};
use super::refusal::value_problem;
use crate::import::{
    Content, Identity, ImportFile, MAX_TOLD, Measure, Reading, Row, Shown, read, scale,
};
use crate::problem::{Place, Problem, Reason, Refusal};

/// What an import does: its plan before, and the same as what was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportPlan {
    /// Whether it was only planned: nothing has been written.
    pub dry_run: bool,
    /// Cells whose value or note becomes another, in the file's order.
    pub changed: Vec<ChangedCell>,
    /// Cells that hold already what the file says, and empty ones that the file says nothing of.
    pub unchanged: usize,
    /// What of the file is left out, and why.
    pub left_out: Vec<Problem>,
    /// How many more figures without an id were left out.
    pub more_left_out: usize,
    /// What else is to be known: figures that the workbook shows rounded, a column that is hidden.
    pub remarks: Vec<Problem>,
    /// What keeps the import from being done, questions to a person among it. Only a dry run answers with
    /// any; otherwise they are a refusal.
    pub problems: Vec<Problem>,
}

/// A cell that an import changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangedCell {
    /// The cell's indicator.
    #[schema(value_type = String)]
    pub id: IndicatorId,
    /// Its label on the form.
    pub label: String,
    /// The value before as people write it; empty when there was none, all with ` | ` between them when several
    /// stood in the cell.
    pub before: String,
    /// The value after; empty when the cell is cleared.
    pub after: String,
    /// What the file shows, where that is written in another way than `after`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// The note before and after, where it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<ChangedNote>,
    /// Where the file says so.
    pub place: Place,
}

/// A note that an import changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangedNote {
    /// The note before; empty when there was none.
    pub before: String,
    /// The note after; empty when it is cleared.
    pub after: String,
}

/// How a file is imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// Clear the cells that are empty in the file. Otherwise an empty cell changes nothing.
    pub clear_blank: bool,
    /// Only plan.
    pub dry_run: bool,
}

impl Desk {
    /// Imports a file into this unit's draft.
    ///
    /// # Errors
    /// All problems of the file at once; nothing is changed then.
    pub fn import(
        &mut self,
        period: PeriodId,
        file: &ImportFile<'_>,
        options: ImportOptions,
        person: &str,
    ) -> Result<ImportPlan, Refusal> {
        let template = self.template_of(period)?;
        let reading = read(file, &|id| template.indicator(id).is_some())?;
        self.import_reading(period, reading, options, person)
    }

    /// The template by which a period is reported.
    ///
    /// # Errors
    /// When there is no such period, or its template has not arrived yet.
    pub fn template_of(&mut self, period: PeriodId) -> Result<Arc<Template>, Refusal> {
        Ok(self.period(period)?.template)
    }

    /// Imports what was read from a file.
    ///
    /// # Errors
    /// All problems at once; nothing is changed then.
    pub fn import_reading(
        &mut self,
        period: PeriodId,
        reading: Reading,
        options: ImportOptions,
        person: &str,
    ) -> Result<ImportPlan, Refusal> {
        let context = self.period(period)?;
        context.must_be_open()?;
        let unit = self.membership()?.unit.clone();
        check_identity(&reading.identity, &context, &unit).map_err(|problem| {
            let place = Place { file: Some(reading.file.clone()), ..Place::default() };
            Refusal::new(Reason::Invalid, problem.at(place))
        })?;
        let unsettled = self.unsettled(&context, &unit)?;
        let figures = self.draft_figures(&context, &unit)?;
        let planner = Planner {
            context: &context,
            unit: &unit,
            clear_blank: options.clear_blank,
            after: figures.clone(),
            figures,
            unsettled,
            writes: Vec::new(),
            computed: Vec::new(),
            more_problems: 0,
            plan: ImportPlan { dry_run: options.dry_run, ..ImportPlan::default() },
        };
        let (plan, writes) = planner.plan(reading);
        if options.dry_run {
            return Ok(plan);
        }
        if !plan.problems.is_empty() {
            return Err(Refusal { reason: Reason::Invalid, problems: plan.problems });
        }
        if !writes.is_empty() {
            self.write_cells(&context, &unit, &writes, person)?;
        }
        Ok(plan)
    }

    /// What stands in cells of a draft and is not among its figures: values and notes in conflict, and values
    /// that the form's row cannot hold.
    fn unsettled(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
    ) -> Result<Unsettled, Refusal> {
        let draft = self.draft(context, unit)?;
        let all = |views: Vec<EntryView>| {
            let written: Vec<String> = views.into_iter().map(|view| view.written).collect();
            written.join(" | ")
        };
        let mut unsettled = Unsettled::default();
        for (id, value) in &draft.placed.misfits {
            let Some(row) = context.template.indicator(id) else { continue };
            unsettled.values.insert(id.clone(), self.as_typed(context, row, value));
        }
        for (id, conflict) in &draft.contested {
            let Some(row) = context.template.indicator(id) else { continue };
            if !conflict.entries.is_empty() {
                let values = all(self.entry_views(context, row, &conflict.entries));
                unsettled.values.insert(id.clone(), values);
            }
            if !conflict.notes.is_empty() {
                unsettled.notes.insert(id.clone(), all(note_views(context, &conflict.notes)));
            }
        }
        Ok(unsettled)
    }
}

/// What stands in cells and is not among the figures, as people write it.
#[derive(Default)]
struct Unsettled {
    values: BTreeMap<IndicatorId, String>,
    notes: BTreeMap<IndicatorId, String>,
}

/// Refuses a file that says of itself that it is another period's, unit's or template's.
fn check_identity(
    identity: &Identity,
    context: &PeriodContext,
    unit: &UnitCode,
) -> Result<(), Problem> {
    let named = |code: &UnitCode| match context.roster.unit(code) {
        Some(unit) => format!("{} ({code})", unit.short_name),
        None => code.to_string(),
    };
    let other = |problem: Problem, found: String, wanted: String| {
        Err(problem.arg("found", found).arg("wanted", wanted))
    };
    if let Some(found) = identity.period.filter(|found| *found != context.period) {
        return other(
            Problem::new("import-other-period", "another period"),
            found.to_string(),
            context.period.to_string(),
        );
    }
    if let Some(found) = identity.unit.as_ref().filter(|found| *found != unit) {
        return other(Problem::new("import-other-unit", "another unit"), named(found), named(unit));
    }
    let wanted = context.template.reference.clone();
    if let Some(found) = identity.template.as_ref().filter(|found| **found != wanted) {
        return other(
            Problem::new("import-other-template", "another template"),
            found.to_string(),
            wanted.to_string(),
        );
    }
    Ok(())
}

/// Makes the plan, row by row.
struct Planner<'a> {
    context: &'a PeriodContext,
    unit: &'a UnitCode,
    clear_blank: bool,
    /// What the draft holds.
    figures: Figures,
    /// What stands in it and does not count.
    unsettled: Unsettled,
    /// What it will hold.
    after: Figures,
    writes: Vec<CellWrite>,
    /// Rows that the program computes: compared when everything else is known.
    computed: Vec<Row>,
    more_problems: usize,
    plan: ImportPlan,
}

impl Planner<'_> {
    fn plan(mut self, reading: Reading) -> (ImportPlan, Vec<CellWrite>) {
        self.plan.left_out = reading.left_out;
        self.plan.more_left_out = reading.more_left_out;
        self.plan.remarks = reading.remarks;
        for measure in &reading.measures {
            self.doubt_measure(measure, &reading.rows);
        }
        for row in reading.rows {
            self.row(row);
        }
        self.compare_computed();
        self.doubt_changes();
        let mut refusal = Refusal { reason: Reason::Invalid, problems: self.plan.problems };
        refusal.count_more(self.more_problems);
        self.plan.problems = refusal.problems;
        (self.plan, self.writes)
    }

    fn row(&mut self, row: Row) {
        let context = self.context;
        match typed_by(context, self.unit, &row.indicator) {
            Ok(indicator) if row.content == Content::Empty => self.blank(row, indicator),
            Ok(indicator) => match checked_measure(&row, indicator)
                .and_then(|()| value_of(&row.content, indicator))
            {
                Ok(value) => {
                    if let Content::Shown(Shown { text, held: Some(held), .. }) = &row.content {
                        let held = write_exact(*held);
                        let problem = Problem::new("import-rounded", format!("{held} as {text}"));
                        let problem = problem.arg("text", text).arg("held", held);
                        self.plan.remarks.push(problem.at(row.place.clone()));
                    }
                    self.change(row, indicator, Some(Some(value)));
                }
                Err(problem) => self.complain(&row, problem),
            },
            Err((_, problem)) if problem.code == "indicator-not-typed" => self.computed.push(row),
            // An empty row of somebody else's figure says nothing, so it does no harm.
            Err((_, problem))
                if problem.code == "indicator-not-yours" && row.content == Content::Empty =>
            {
                self.plan.unchanged += 1;
            }
            Err((_, problem)) => self.complain(&row, problem),
        }
    }

    /// Tells of a heading that counts by thousands or millions above figures whose unit does not.
    fn doubt_measure(&mut self, measure: &Measure, rows: &[Row]) {
        let zeros = scale(&measure.words);
        let figures = rows.iter().filter(|row| {
            row.content != Content::Empty
                && row.place.sheet == measure.place.sheet
                && row.place.line > measure.place.line
        });
        let mut others = figures.filter_map(|row| {
            let indicator = self.context.template.indicator(&row.indicator)?;
            let counted = matches!(
                indicator.value_type,
                ValueType::Count | ValueType::Decimal { .. } | ValueType::Money { .. }
            );
            (counted && scale(&indicator.unit_of_measure) != zeros).then_some(indicator)
        });
        let Some(first) = others.next() else { return };
        let problem = Problem::new("import-scaled-heading", format!("`{}`", measure.words));
        let problem = problem.arg("text", &measure.words).arg("unit", &first.unit_of_measure);
        let problem = problem.arg("indicator", &first.id).arg("count", others.count() + 1);
        self.plan.remarks.push(problem.at(measure.place.clone()));
    }

    fn complain(&mut self, row: &Row, problem: Problem) {
        if self.plan.problems.len() < MAX_TOLD {
            self.plan.problems.push(problem.at(row.place.clone()));
        } else {
            self.more_problems += 1;
        }
    }

    /// A row without a value changes nothing, unless it is to clear; a note beside it counts.
    fn blank(&mut self, row: Row, indicator: &Indicator) {
        if self.clear_blank {
            return self.change(row, indicator, Some(None));
        }
        let held = self.held(&row.indicator, indicator);
        if let Some(value) = &held {
            let problem = Problem::new("import-blank-kept", format!("{value} stays"));
            self.plan.left_out.push(problem.arg("value", value).at(row.place.clone()));
        }
        let has_note = row.note.as_deref().is_some_and(|note| own_note(note, indicator).is_some());
        if has_note {
            self.change(row, indicator, None);
        } else if held.is_none() {
            self.plan.unchanged += 1;
        }
    }

    /// What stands in a cell, as people write it; `None` when it is empty.
    fn held(&self, id: &IndicatorId, indicator: &Indicator) -> Option<String> {
        let settled = || self.figures.cells.get(id).map(|value| write_value(value, indicator));
        self.unsettled.values.get(id).cloned().or_else(settled)
    }

    /// Changes a cell: to a value, to none, or, with no word about the value, its note alone.
    fn change(&mut self, row: Row, indicator: &Indicator, value: Option<Option<CellValue>>) {
        let id = row.indicator.clone();
        let before = self.held(&id, indicator).unwrap_or_default();
        let note = match self.note(&row, indicator) {
            Ok(note) => note,
            Err(problem) => return self.complain(&row, problem),
        };
        let is_settled = !self.unsettled.values.contains_key(&id);
        let same =
            |value: &Option<CellValue>| is_settled && self.figures.cells.get(&id) == value.as_ref();
        if value.as_ref().is_none_or(same) && note.is_none() {
            self.plan.unchanged += 1;
            return;
        }
        let words = |value: &Option<CellValue>| {
            value.as_ref().map(|value| write_value(value, indicator)).unwrap_or_default()
        };
        let after = value.as_ref().map_or_else(|| before.clone(), words);
        let found = row.content.as_seen().trim().to_owned();
        self.plan.changed.push(ChangedCell {
            id: id.clone(),
            label: indicator.label.clone(),
            before,
            found: (found != after && !found.is_empty()).then_some(found),
            after,
            note: note.clone(),
            place: row.place,
        });
        match &value {
            Some(Some(value)) => drop(self.after.cells.insert(id.clone(), value.clone())),
            Some(None) => drop(self.after.cells.remove(&id)),
            None => {}
        }
        self.writes.push(CellWrite { id, value, note: note.map(|note| note.after) });
    }

    /// The note, if the file changes it. An empty one changes nothing, unless it is to clear.
    fn note(&self, row: &Row, indicator: &Indicator) -> Result<Option<ChangedNote>, Problem> {
        let Some(note) = &row.note else { return Ok(None) };
        let after = own_note(note, indicator).map(checked_note).transpose()?;
        let several = self.unsettled.notes.get(&row.indicator);
        let before = several.or_else(|| self.figures.notes.get(&row.indicator));
        let before = before.cloned().unwrap_or_default();
        let after = match after {
            None if !self.clear_blank => return Ok(None),
            after => after.unwrap_or_default(),
        };
        let changes = several.is_some() || before.trim() != after.trim();
        Ok(changes.then_some(ChangedNote { before, after }))
    }

    /// Tells which changed figures do not go together with others: a part above its whole.
    fn doubt_changes(&mut self) {
        if self.plan.changed.is_empty() {
            return;
        }
        let report = report_of(self.context, self.unit, self.after.clone());
        for (doubt, warning) in warnings(&report, self.context) {
            if self.plan.changed.iter().any(|cell| doubt.concerns(&cell.id)) {
                self.plan.remarks.push(warning);
            }
        }
    }

    /// What the program computes is not taken from a file. Where the file says otherwise, both are told.
    fn compare_computed(&mut self) {
        let with_figure = |row: &Row| row.content != Content::Empty;
        if !self.computed.iter().any(with_figure) {
            self.plan.unchanged += self.computed.len();
            return;
        }
        let report = report_of(self.context, self.unit, self.after.clone());
        for row in std::mem::take(&mut self.computed) {
            let cell = report.cells.iter().find(|cell| cell.id == row.indicator);
            let indicator = self.context.template.indicator(&row.indicator);
            let seen = row.content.as_seen();
            let here = match (cell, indicator) {
                (Some(cell), Some(indicator)) => written(cell, indicator),
                _ => String::new(),
            };
            let same_number = match (&row.content, cell.map(|cell| &cell.value)) {
                (Content::Number(number), Some(ReportValue::Number(here))) => number == here,
                (Content::Shown(shown), Some(ReportValue::Number(here))) => shown.number == *here,
                // `100` in a text file is 100,0.
                (Content::Text(text), Some(ReportValue::Number(here))) => indicator
                    .and_then(|indicator| read_as_typed(text, indicator))
                    .is_some_and(|value| value == CellValue::Number(*here)),
                _ => false,
            };
            if same_number || row.content == Content::Empty || fold(&seen) == fold(&here) {
                self.plan.unchanged += 1;
                continue;
            }
            let problem = Problem::new("import-computed", format!("{seen}, here {here}"));
            let here = if here.is_empty() { "none".to_owned() } else { here };
            let problem = problem.arg("text", seen).arg("here", here);
            self.plan.left_out.push(problem.at(row.place));
        }
    }
}

/// What a text means as the value of a computed row, as if somebody typed that row.
fn read_as_typed(text: &str, indicator: &Indicator) -> Option<CellValue> {
    let typed = Indicator { aggregation: Aggregation::Single, ..indicator.clone() };
    read_value(text, &typed).ok()
}

/// A note that the form does not have by itself: what is printed where a report has none is still none.
fn own_note<'a>(note: &'a str, indicator: &Indicator) -> Option<&'a str> {
    let note = without_unsettled(note.trim());
    let printed = indicator.note.as_deref().map(str::trim);
    (!note.is_empty() && Some(note) != printed).then_some(note)
}

/// Refuses a figure whose row says that it is counted by thousands, millions and the like, and the form does
/// not. Nothing is converted.
fn checked_measure(row: &Row, indicator: &Indicator) -> Result<(), Problem> {
    match &row.measure {
        Some(measure) if scale(measure) != scale(&indicator.unit_of_measure) => {
            let problem = Problem::new("import-other-measure-column", measure);
            Err(problem.arg("text", measure).arg("unit", &indicator.unit_of_measure))
        }
        _ => Ok(()),
    }
}

fn value_of(content: &Content, indicator: &Indicator) -> Result<CellValue, Problem> {
    let value = match content {
        Content::Empty => return Err(Problem::new("value-empty", "there is no value")),
        Content::Text(text) => {
            return read_value(text, indicator).map_err(|error| value_problem(&error));
        }
        Content::Number(number) => of_number(*number, indicator),
        Content::Shown(shown) => {
            check_words(shown, indicator)?;
            of_number(shown.number, indicator)
        }
    };
    check_value(&value, indicator).map_err(|error| value_problem(&error))?;
    Ok(value)
}

/// Refuses a number that is shown with a unit of measure that is not the cell's. Nothing is converted.
fn check_words(shown: &Shown, indicator: &Indicator) -> Result<(), Problem> {
    let is_percent = matches!(indicator.value_type, ValueType::Percent { .. });
    // An incomplete figure of a consolidated report has an asterisk.
    let words = fold(shown.words.trim_matches(['*', ' ']));
    let inner = words.strip_prefix('(').and_then(|words| words.strip_suffix(')'));
    let unit = fold(&indicator.unit_of_measure);
    let fits = words.is_empty() || words == unit || inner.is_some_and(|inner| inner == unit);
    if fits && (is_percent || !shown.percent) {
        return Ok(());
    }
    let problem = Problem::new("import-other-measure", &shown.text).arg("text", &shown.text);
    Err(problem.arg("unit", &indicator.unit_of_measure))
}

fn write_exact(number: Decimal) -> String {
    Content::Number(number).as_seen().into_owned()
}

/// A number of a file as a value of the indicator's type: choices and flags are numbers on the form.
fn of_number(number: Decimal, indicator: &Indicator) -> CellValue {
    match (&indicator.value_type, number.is_integer().then(|| number.to_u32()).flatten()) {
        (ValueType::Choice(_), Some(choice)) => CellValue::Choice(choice),
        (ValueType::Flag, Some(0)) => CellValue::Flag(false),
        (ValueType::Flag, Some(1)) => CellValue::Flag(true),
        _ => CellValue::Number(number.normalize()),
    }
}
