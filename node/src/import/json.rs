//! JSON: a report as `hopluu report --format json` writes it, or simply an object of
//! `{"<indicator>": value}` where a value is a number, a text as one would type it, or null.

use std::collections::BTreeMap;

use hopluu_protocol::number::{NOT_APPLICABLE_WORDS, NOTHING_AROSE_WORDS};
use hopluu_protocol::report::{Report, ReportValue};
use hopluu_protocol::value::CellState;

use super::{Collector, Content};
use crate::problem::{Place, Problem};

pub(super) fn read(bytes: &[u8], sheet: &mut Collector<'_>) {
    match serde_json::from_slice::<Report>(bytes) {
        Ok(report) => read_report(report, sheet),
        Err(not_a_report) => match serde_json::from_slice::<BTreeMap<String, ReportValue>>(bytes) {
            Ok(cells) => {
                for (id, value) in cells {
                    let content = match value {
                        ReportValue::Null => Content::Empty,
                        ReportValue::Number(number) => Content::Number(number),
                        ReportValue::Text(text) => Content::Text(text),
                    };
                    sheet.row(Place::default(), &id, content, None);
                }
            }
            Err(not_cells) => {
                // Of the two readings, tell about the one that got further into the file.
                let error = if (not_cells.line(), not_cells.column())
                    > (not_a_report.line(), not_a_report.column())
                {
                    not_cells
                } else {
                    not_a_report
                };
                let place = Place { line: u32::try_from(error.line()).ok(), ..Place::default() };
                sheet.complain(place, Problem::new("import-syntax", &error).arg("why", &error));
            }
        },
    }
}

fn read_report(report: Report, sheet: &mut Collector<'_>) {
    for cell in report.cells {
        let content = match (cell.state, cell.value) {
            (CellState::Heading, _) => continue,
            (CellState::NothingArose, _) => Content::Text(NOTHING_AROSE_WORDS.to_owned()),
            (CellState::NotApplicable, ReportValue::Text(reason)) => {
                Content::Text(format!("{NOT_APPLICABLE_WORDS}: {reason}"))
            }
            (_, ReportValue::Number(number)) => Content::Number(number),
            (_, ReportValue::Text(text)) => Content::Text(text),
            (_, ReportValue::Null) => Content::Empty,
        };
        sheet.row(Place::default(), cell.id.as_str(), content, Some(cell.note));
    }
}
