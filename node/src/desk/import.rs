//! Importing a file into this unit's draft: all or nothing, all errors at once.

use hopluu_protocol::id::IndicatorId;
use hopluu_protocol::number::{check_value, read_value};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::template::{Indicator, ValueType};
use hopluu_protocol::value::CellValue;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::cells::{checked_note, typed_by};
use super::refusal::value_problem;
use crate::import::{Content, ImportFormat, Row, read};
use crate::problem::{Place, Problem, Reason, Refusal};

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportOutcome {
    /// Cells whose value or note is another than before.
    #[schema(value_type = Vec<String>)]
    pub changed: Vec<IndicatorId>,
    /// Cells that hold already what the file says.
    pub unchanged: usize,
    /// Rows that are computed or headings, and so are not taken from a file.
    pub skipped: Vec<SkippedRow>,
}

/// A row that was passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SkippedRow {
    /// Where it stands.
    pub place: Place,
    /// The row's indicator.
    #[schema(value_type = String)]
    pub id: IndicatorId,
}

/// A cell to be written: value and, if the file has one, note.
type Planned = (IndicatorId, Option<CellValue>, Option<String>);

impl Desk {
    /// Imports a file into this unit's draft. `file` is its name, for messages.
    ///
    /// # Errors
    /// All problems of the file at once; nothing is changed then.
    pub fn import(
        &mut self,
        period: PeriodId,
        format: ImportFormat,
        bytes: &[u8],
        file: &str,
        person: &str,
    ) -> Result<ImportOutcome, Refusal> {
        let rows = read(format, bytes, file)?;
        let context = self.period(period)?;
        context.must_be_open()?;
        let unit = self.membership()?.unit.clone();
        let mut outcome = ImportOutcome::default();
        let mut planned: Vec<Planned> = Vec::new();
        let mut problems = Vec::new();
        for row in rows {
            match typed_by(&context, &unit, &row.indicator) {
                Ok(indicator) => match plan(&row, indicator) {
                    Ok(cell) => planned.push(cell),
                    Err(problem) => problems.push(problem.at(row.place)),
                },
                Err((_, problem)) if problem.code == "indicator-not-typed" => {
                    outcome.skipped.push(SkippedRow { place: row.place, id: row.indicator });
                }
                // An empty row of somebody else's figure says nothing, so it does no harm.
                Err((_, problem))
                    if problem.code == "indicator-not-yours" && row.says_nothing() =>
                {
                    outcome.skipped.push(SkippedRow { place: row.place, id: row.indicator });
                }
                Err((_, problem)) => problems.push(problem.at(row.place)),
            }
        }
        if !problems.is_empty() {
            return Err(Refusal { reason: Reason::Invalid, problems });
        }
        let figures = self.draft_figures(&context, &unit)?;
        planned.retain(|(id, value, note)| {
            let same_note = note.as_deref().is_none_or(|note| {
                note.trim() == figures.notes.get(id).map(String::as_str).unwrap_or_default()
            });
            let same = figures.cells.get(id) == value.as_ref() && same_note;
            outcome.unchanged += usize::from(same);
            !same
        });
        outcome.changed = planned.iter().map(|(id, ..)| id.clone()).collect();
        if !planned.is_empty() {
            self.write_cells(&context, &unit, &planned, person)?;
        }
        Ok(outcome)
    }
}

impl Row {
    fn says_nothing(&self) -> bool {
        self.content == Content::Empty
    }
}

fn plan(row: &Row, indicator: &Indicator) -> Result<Planned, Problem> {
    let value = match &row.content {
        Content::Empty => None,
        Content::Text(text) => {
            Some(read_value(text, indicator).map_err(|error| value_problem(&error))?)
        }
        Content::Number(number) => {
            let value = of_number(*number, indicator);
            check_value(&value, indicator).map_err(|error| value_problem(&error))?;
            Some(value)
        }
    };
    // The form's own note is printed where a report has none: read back, it is still none.
    let own = row.note.as_deref().filter(|note| Some(*note) != indicator.note.as_deref());
    let note = match (&row.note, own) {
        (None, _) => None,
        (Some(_), own) => Some(checked_note(own.unwrap_or_default())?),
    };
    Ok((row.indicator.clone(), value, note))
}

/// A number of a file as a value of the indicator's type: choices and flags are numbers on the form.
fn of_number(number: Decimal, indicator: &Indicator) -> CellValue {
    match (&indicator.value_type, number.is_integer().then(|| number.to_u32()).flatten()) {
        (ValueType::Choice(_), Some(choice)) => CellValue::Choice(choice),
        (ValueType::Flag, Some(0)) => CellValue::Flag(false),
        (ValueType::Flag, Some(1)) => CellValue::Flag(true),
        _ => CellValue::Number(number),
    }
}
