//! The tables: appendices, facts and auxiliary figures.

use std::collections::BTreeMap;

use hopluu_protocol::id::{AppendixId, IndicatorId, SectionId};
use hopluu_protocol::number::{Decimals, write_number};
use hopluu_protocol::report::{Report, ReportCell, ReportValue};
use hopluu_protocol::template::{Appendix, Indicator, Template};
use hopluu_protocol::value::CellState;
use rust_decimal::Decimal;

use super::words::{capitals, clean, roman};
use crate::error::ComposeError;
use crate::paper::{AppendixTable, Cell, Figure, Row, Sheet};

/// The mark of a figure to which somebody has not contributed.
const INCOMPLETE: &str = "*";

/// Bytes of label and note up to which a row stays on one page: about a third of one.
const LONGEST_UNBROKEN: usize = 1_000;

/// An appendix and whose it is.
pub(super) struct ComposedAppendix {
    pub(super) id: AppendixId,
    pub(super) table: AppendixTable,
}

/// The appendices that the report has rows for, in the template's order, numbered in Roman when there
/// are two or more.
pub(super) fn appendices(
    report: &Report,
    template: &Template,
    attached_to: &str,
) -> Result<Vec<ComposedAppendix>, ComposeError> {
    let rows = Rows::of(template);
    let present: Vec<(&Appendix, Vec<&ReportCell>)> = template
        .appendices
        .iter()
        .map(|appendix| {
            let belongs = |cell: &&ReportCell| cell.appendix.as_ref() == Some(&appendix.id);
            (appendix, report.cells.iter().filter(belongs).collect::<Vec<_>>())
        })
        .filter(|(_, cells)| !cells.is_empty())
        .collect();
    let several = present.len() > 1;
    let compose = |(index, (appendix, cells)): (usize, &(&Appendix, Vec<&ReportCell>))| {
        let label = if several {
            format!("Phụ lục {}", roman(index + 1))
        } else {
            "Phụ lục".to_owned()
        };
        let rows =
            cells.iter().map(|cell| rows.row(cell, clean(&cell.code))).collect::<Result<_, _>>()?;
        let table = AppendixTable {
            form: format!("Biểu mẫu: Phụ lục {}", clean(&appendix.form_number)),
            title: capitals(&appendix.title),
            attached_to: attached_to.to_owned(),
            sheet: sheet(label.clone(), rows),
            label,
        };
        Ok(ComposedAppendix { id: appendix.id.clone(), table })
    };
    present.iter().enumerate().map(compose).collect()
}

/// The figures of the narrative; their STT is the number of their section (`II.2.c`).
pub(super) fn facts(report: &Report, template: &Template) -> Result<Option<Sheet>, ComposeError> {
    let is_fact = |cell: &&ReportCell| cell.section.is_some();
    let code = |cell: &ReportCell| {
        cell.section.as_ref().map_or_else(String::new, |section| section_number(template, section))
    };
    plain_sheet(report, template, "Thuyết minh", is_fact, code)
}

/// The figures that are printed nowhere and that a ratio needs.
pub(super) fn auxiliary(
    report: &Report,
    template: &Template,
) -> Result<Option<Sheet>, ComposeError> {
    let is_auxiliary = |cell: &&ReportCell| cell.section.is_none() && cell.appendix.is_none();
    plain_sheet(report, template, "Số liệu bổ trợ", is_auxiliary, |cell| clean(&cell.code))
}

fn plain_sheet(
    report: &Report,
    template: &Template,
    name: &str,
    wanted: impl Fn(&&ReportCell) -> bool,
    code: impl Fn(&ReportCell) -> String,
) -> Result<Option<Sheet>, ComposeError> {
    let rows = Rows::of(template);
    let rows: Vec<Row> = report
        .cells
        .iter()
        .filter(wanted)
        .map(|cell| rows.row(cell, code(cell)))
        .collect::<Result<_, _>>()?;
    Ok((!rows.is_empty()).then(|| sheet(name.to_owned(), rows)))
}

fn sheet(name: String, rows: Vec<Row>) -> Sheet {
    let mark_used = rows
        .iter()
        .filter_map(|row| row.cell.as_ref())
        .any(|cell| !cell.complete && cell.figure != Figure::NotReported);
    let legend = mark_used
        .then(|| format!("{INCOMPLETE} Số liệu chưa đầy đủ: còn đơn vị chưa báo cáo."))
        .into_iter()
        .collect();
    Sheet { name, rows, legend }
}

/// `II.2.c`: the numbers of a section and of those above it.
fn section_number(template: &Template, id: &SectionId) -> String {
    let mut numbers = Vec::new();
    let mut wanted = Some(id);
    // Parents stand before children in a checked template; the bound keeps an unchecked one from looping.
    while let Some(section) =
        wanted.and_then(|id| template.sections.iter().find(|section| section.id == *id))
    {
        numbers.push(clean(&section.number));
        wanted = section.parent.as_ref();
        if numbers.len() > template.sections.len() {
            break;
        }
    }
    numbers.reverse();
    numbers.join(".")
}

/// Makes rows of cells, with what only the template knows of them.
struct Rows<'a> {
    indicators: BTreeMap<&'a IndicatorId, &'a Indicator>,
}

impl<'a> Rows<'a> {
    fn of(template: &'a Template) -> Self {
        let indicators =
            template.indicators.iter().map(|indicator| (&indicator.id, indicator)).collect();
        Self { indicators }
    }

    fn row(&self, cell: &ReportCell, code: String) -> Result<Row, ComposeError> {
        let label = clean(&cell.label);
        let longest_note = cell.note.len().max(match &cell.value {
            ReportValue::Text(reason) => reason.len(),
            ReportValue::Null | ReportValue::Number(_) => 0,
        });
        Ok(Row {
            id: cell.id.to_string(),
            code,
            unbroken: label.len() + longest_note <= LONGEST_UNBROKEN,
            label,
            unit: unit_of_measure(cell),
            cell: if cell.state == CellState::Heading { None } else { Some(printed(cell)?) },
            italic: self.indicators.get(&cell.id).is_some_and(|indicator| indicator.italic),
        })
    }
}

/// `Chưa = 0`, `Hoàn thành = 1`: a choice and its number stay on one line.
fn unit_of_measure(cell: &ReportCell) -> String {
    clean(&cell.unit_of_measure).replace(" = ", "\u{a0}=\u{a0}")
}

fn printed(cell: &ReportCell) -> Result<Cell, ComposeError> {
    let note = clean(&cell.note);
    let (figure, words, printed_note) = match cell.state {
        CellState::Number | CellState::Choice | CellState::Flag => {
            let number = number(cell)?;
            (Figure::Number(number), write_number(&number, Decimals::Trimmed), note.clone())
        }
        CellState::NothingArose => {
            (Figure::NothingArose, "không phát sinh".to_owned(), note.clone())
        }
        CellState::NotApplicable => {
            let reason = match &cell.value {
                ReportValue::Text(reason) => clean(reason),
                ReportValue::Null | ReportValue::Number(_) => String::new(),
            };
            let printed_note = join_notes(&reason, &note);
            (Figure::NotApplicable { reason }, "không áp dụng".to_owned(), printed_note)
        }
        CellState::NotReported | CellState::Heading => {
            (Figure::NotReported, "chưa báo cáo".to_owned(), note.clone())
        }
    };
    let mark = if cell.complete || figure == Figure::NotReported { "" } else { INCOMPLETE };
    Ok(Cell {
        printed: format!("{words}{mark}"),
        printed_note,
        figure,
        note,
        complete: cell.complete,
    })
}

fn number(cell: &ReportCell) -> Result<Decimal, ComposeError> {
    match &cell.value {
        ReportValue::Number(number) => Ok(number.normalize()),
        ReportValue::Null | ReportValue::Text(_) => {
            Err(ComposeError::NumberMissing { id: cell.id.clone(), state: cell.state })
        }
    }
}

/// The reason of a *not applicable* stands in the Ghi chú column, before the note.
fn join_notes(reason: &str, note: &str) -> String {
    match (reason.is_empty(), note.is_empty()) {
        (true, _) => note.to_owned(),
        (_, true) => reason.to_owned(),
        _ if reason == note => reason.to_owned(),
        _ => format!("{reason}; {note}"),
    }
}
