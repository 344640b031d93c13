//! Doubts about figures, told with the figures.

use hopluu_protocol::checks::Doubt;
use hopluu_protocol::id::IndicatorId;
use hopluu_protocol::number::{Decimals, write_number};
use hopluu_protocol::report::{Report, ReportValue};
use hopluu_protocol::value::CellState;
use rust_decimal::Decimal;

use super::Problem;

impl Problem {
    /// A doubt about a report, as a warning.
    pub fn of_doubt(doubt: &Doubt, report: &Report) -> Self {
        let told = Self::new(doubt.code(), format!("{doubt:?}"));
        let list = |cells: &[IndicatorId]| {
            let cells: Vec<String> = cells.iter().map(|cell| with_value(cell, report)).collect();
            if cells.is_empty() { "none".to_owned() } else { cells.join(", ") }
        };
        let told = match doubt {
            Doubt::BelowZero { value, cells, .. } => {
                told.arg("value", written(value)).arg("cells", list(cells))
            }
            Doubt::PartAboveWhole { percent, part, whole, .. } => told
                .arg("percent", percent.as_ref().map_or("none".to_owned(), written))
                .arg("part", list(part))
                .arg("whole", list(whole)),
            Doubt::RowAboveTotal { row, total } => told
                .arg("row", list(std::slice::from_ref(row)))
                .arg("total", list(std::slice::from_ref(total))),
        };
        told.at_indicator(doubt.figure()).as_warning()
    }
}

/// `pl4.3.2.1 (318)`
fn with_value(id: &IndicatorId, report: &Report) -> String {
    let cell = report.cells.iter().find(|cell| cell.id == *id);
    match cell.map(|cell| (cell.state, &cell.value)) {
        Some((CellState::Number, ReportValue::Number(number))) => {
            format!("{id} ({})", written(number))
        }
        Some((CellState::NothingArose, _)) => format!("{id} (0)"),
        _ => id.to_string(),
    }
}

fn written(number: &Decimal) -> String {
    write_number(number, Decimals::Trimmed)
}
