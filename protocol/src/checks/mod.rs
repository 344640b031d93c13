//! Doubts about the figures of a report, from the template's structure alone: what a person should look at
//! again before signing. Nothing is refused for it, since the world is sometimes as strange as it looks.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::id::IndicatorId;
use crate::report::{Report, ReportCell, ReportValue};
use crate::template::formula::Formula;
use crate::template::{Aggregation, Indicator, Template, ValueType};
use crate::value::CellState;

/// One thing that can hardly be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// A derived figure is below zero, and the template lets nobody type such a one.
    BelowZero {
        /// The figure.
        figure: IndicatorId,
        /// As it is shown.
        value: Decimal,
        /// The cells of its formula, each once.
        cells: Vec<IndicatorId>,
    },
    /// A part is above its whole: a percentage that may not exceed 100 does.
    PartAboveWhole {
        /// The percentage.
        figure: IndicatorId,
        /// As it is shown; 100 when only its rounding hides the excess. `None` for a part of nothing.
        percent: Option<Decimal>,
        /// The cells above the fraction line, each once.
        part: Vec<IndicatorId>,
        /// Those below it; none when units are counted.
        whole: Vec<IndicatorId>,
    },
    /// A typed row is above the typed row that it belongs to, which is counted in the same unit.
    RowAboveTotal {
        /// The row.
        row: IndicatorId,
        /// The row above it.
        total: IndicatorId,
    },
}

impl Doubt {
    /// A stable name for messages to people.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BelowZero { .. } => "check-below-zero",
            Self::PartAboveWhole { .. } => "check-part-above-whole",
            Self::RowAboveTotal { .. } => "check-row-above-total",
        }
    }

    /// The cell that shows it.
    pub fn figure(&self) -> &IndicatorId {
        match self {
            Self::BelowZero { figure, .. } | Self::PartAboveWhole { figure, .. } => figure,
            Self::RowAboveTotal { row, .. } => row,
        }
    }

    /// Whether a cell has a part in it.
    pub fn concerns(&self, cell: &IndicatorId) -> bool {
        self.figure() == cell
            || match self {
                Self::BelowZero { cells, .. } => cells.contains(cell),
                Self::PartAboveWhole { part, whole, .. } => {
                    part.contains(cell) || whole.contains(cell)
                }
                Self::RowAboveTotal { total, .. } => total == cell,
            }
    }
}

/// All doubts about a report, in the order of the form. The same for a unit's report and a consolidated
/// one; cells without a number raise none.
pub fn doubts(report: &Report, template: &Template) -> Vec<Doubt> {
    let numbers: BTreeMap<&IndicatorId, Decimal> =
        report.cells.iter().filter_map(|cell| Some((&cell.id, number(cell)?))).collect();
    let of = |indicator| doubt(indicator, template, &numbers);
    template.indicators.iter().filter_map(of).collect()
}

fn doubt(
    indicator: &Indicator,
    template: &Template,
    numbers: &BTreeMap<&IndicatorId, Decimal>,
) -> Option<Doubt> {
    let shown = numbers.get(&indicator.id).copied();
    let Aggregation::Derived(formula) = &indicator.aggregation else {
        return row_above_total(indicator, shown?, template, numbers);
    };
    let figure = indicator.id.clone();
    if let Some(value) = shown.filter(|value| *value < Decimal::ZERO)
        && !matches!(indicator.value_type, ValueType::Decimal { .. })
    {
        return Some(Doubt::BelowZero { figure, value, cells: once(formula) });
    }
    let ValueType::Percent { at_most_100: true, .. } = indicator.value_type else { return None };
    let (part, whole) = formula.fraction()?;
    let exceeds = match (value(part, numbers), value(whole, numbers)) {
        (Some(part), Some(whole)) => part > whole,
        _ => shown > Some(Decimal::ONE_HUNDRED),
    };
    let (part, whole) = (once(part), once(whole));
    exceeds.then_some(Doubt::PartAboveWhole { figure, percent: shown, part, whole })
}

fn row_above_total(
    row: &Indicator,
    shown: Decimal,
    template: &Template,
    numbers: &BTreeMap<&IndicatorId, Decimal>,
) -> Option<Doubt> {
    let total = template.indicator(row.parent.as_ref()?)?;
    let adds_up =
        |value_type: &ValueType| matches!(value_type, ValueType::Count | ValueType::Money { .. });
    let comparable = adds_up(&row.value_type)
        && adds_up(&total.value_type)
        && row.unit_of_measure == total.unit_of_measure;
    let typed = !matches!(total.aggregation, Aggregation::Derived(_));
    (comparable && typed && shown > *numbers.get(&total.id)?)
        .then(|| Doubt::RowAboveTotal { row: row.id.clone(), total: total.id.clone() })
}

/// The value of a formula over numbers; `None` when one is not there, or units are counted.
fn value(formula: &Formula, numbers: &BTreeMap<&IndicatorId, Decimal>) -> Option<Decimal> {
    let both = |a, b| Some((value(a, numbers)?, value(b, numbers)?));
    match formula {
        Formula::Cell(id) => numbers.get(id).copied(),
        Formula::Number(number) => Some(*number),
        Formula::Units(_) => None,
        Formula::Add(a, b) => both(a, b).and_then(|(a, b)| a.checked_add(b)),
        Formula::Sub(a, b) => both(a, b).and_then(|(a, b)| a.checked_sub(b)),
        Formula::Mul(a, b) => both(a, b).and_then(|(a, b)| a.checked_mul(b)),
        Formula::Div(a, b) => both(a, b).and_then(|(a, b)| a.checked_div(b)),
    }
}

/// A cell's number; nothing that arose is none.
fn number(cell: &ReportCell) -> Option<Decimal> {
    match (cell.state, &cell.value) {
        (CellState::Number, ReportValue::Number(number)) => Some(*number),
        (CellState::NothingArose, _) => Some(Decimal::ZERO),
        _ => None,
    }
}

/// The cells of a formula, each once, from the left.
fn once(formula: &Formula) -> Vec<IndicatorId> {
    let mut cells: Vec<IndicatorId> = Vec::new();
    for cell in formula.cells() {
        if !cells.contains(cell) {
            cells.push(cell.clone());
        }
    }
    cells
}

#[cfg(test)]
mod tests;
