//! What a unit reported in the quarters of a longer period, beside what it types for the whole.
//!
//! Six months, nine months and the year are reports of their own. The form does not say which figures add up
//! over time and which are as of a day, so nothing is taken over by itself: the officer sees both.

use hopluu_protocol::figures::Figures;
use hopluu_protocol::id::IndicatorId;
use hopluu_protocol::number::write_value;
use hopluu_protocol::period::{PeriodId, PeriodKind};
use hopluu_protocol::template::{Indicator, ValueType, reused_ids};
use hopluu_protocol::value::CellValue;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use crate::problem::{Problem, Reason, Refusal};

/// A cell of a longer period, and what stood in it quarter by quarter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuarterlyView {
    /// The cell.
    #[schema(value_type = String)]
    pub id: IndicatorId,
    /// Its label.
    pub label: String,
    /// What stands in it for the whole period; empty when nothing does.
    pub written: String,
    /// What stands in it for each quarter, in order.
    pub quarters: Vec<QuarterValue>,
    /// The quarters' sum. `None` when a quarter has no figure, or when figures of this kind do not add up.
    pub sum: Option<String>,
}

/// A cell's value in one quarter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuarterValue {
    /// The quarter.
    #[schema(value_type = String)]
    pub period: PeriodId,
    /// The value; empty when nothing was reported, when several values stand in the cell, or when the quarter's form has no such cell or means
    /// something else by it.
    pub written: String,
}

impl Desk {
    /// What this unit types for a period of several quarters, beside what it typed for each of them.
    ///
    /// # Errors
    /// When there is no such period, or when it is a quarter.
    pub fn quarterly(&mut self, period: PeriodId) -> Result<Vec<QuarterlyView>, Refusal> {
        if period.kind() == PeriodKind::Quarter {
            let problem = Problem::new("period-is-quarter", format!("{period} is a quarter"));
            return Err(Refusal::new(Reason::Invalid, problem.arg("period", period)));
        }
        let context = self.period(period)?;
        let unit = self.membership()?.unit.clone();
        let kind = context.unit(&unit)?.kind.clone();
        let whole = self.draft_figures(&context, &unit)?;
        let known = self.calendar()?;
        let mut quarters: Vec<(PeriodId, Figures)> = Vec::new();
        for quarter in period.quarters() {
            let figures = if known.periods.contains_key(&quarter) {
                let of_quarter = self.period(quarter)?;
                let mut figures = self.draft_figures(&of_quarter, &unit)?;
                // What an id meant otherwise then does not add up with what it means now.
                for other in reused_ids(&of_quarter.template, &context.template) {
                    figures.cells.remove(&other.id);
                }
                figures
            } else {
                Figures::default()
            };
            quarters.push((quarter, figures));
        }
        let typed = context.template.indicators.iter();
        let typed = typed.filter(|indicator| indicator.reporters.contains(&kind));
        Ok(typed.map(|indicator| view(indicator, &whole, &quarters)).collect())
    }
}

fn view(indicator: &Indicator, whole: &Figures, quarters: &[(PeriodId, Figures)]) -> QuarterlyView {
    let written = |figures: &Figures| {
        let value = figures.cells.get(&indicator.id);
        value.map(|value| write_value(value, indicator)).unwrap_or_default()
    };
    let values: Option<Vec<&CellValue>> =
        quarters.iter().map(|(_, figures)| figures.cells.get(&indicator.id)).collect();
    QuarterlyView {
        id: indicator.id.clone(),
        label: indicator.label.clone(),
        written: written(whole),
        quarters: quarters
            .iter()
            .map(|(period, figures)| QuarterValue { period: *period, written: written(figures) })
            .collect(),
        sum: values
            .filter(|_| adds_up(&indicator.value_type))
            .and_then(|values| sum_of(&values))
            .map(|sum| write_value(&sum, indicator)),
    }
}

fn adds_up(value_type: &ValueType) -> bool {
    matches!(value_type, ValueType::Count | ValueType::Decimal { .. } | ValueType::Money { .. })
}

/// As in a joint report: *nothing arose* counts as 0, unless it is all there is. `None` when a value is neither
/// that nor a number, or the sum has too many digits.
fn sum_of(values: &[&CellValue]) -> Option<CellValue> {
    let mut sum = None;
    for value in values {
        match value {
            CellValue::Number(number) => {
                sum = Some(sum.unwrap_or(Decimal::ZERO).checked_add(*number)?);
            }
            CellValue::NothingArose => {}
            _ => return None,
        }
    }
    Some(sum.map_or(CellValue::NothingArose, CellValue::Number))
}
