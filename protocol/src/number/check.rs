//! Whether a value may stand in an indicator's cell: the same rules for what was typed, imported or came
//! from another node.

use rust_decimal::Decimal;

use super::error::{ReadError, shown};
use super::max_number;
use crate::template::{Aggregation, Indicator, ValueType};
use crate::value::{CellValue, MAX_REASON_CHARS, is_reason};

/// Checks a value that did not come as text. What [`super::read_value`] returns has passed this.
pub fn check_value(value: &CellValue, indicator: &Indicator) -> Result<(), ReadError> {
    check_typed(indicator)?;
    match (value, &indicator.value_type) {
        (CellValue::NothingArose, _) => Ok(()),
        (CellValue::NotApplicable { reason }, _) => check_reason(reason),
        (CellValue::Choice(number), ValueType::Choice(choices)) => {
            if choices.iter().any(|choice| choice.value == *number) {
                Ok(())
            } else {
                Err(ReadError::NotAChoice { text: number.to_string(), choices: choices.clone() })
            }
        }
        (CellValue::Flag(_), ValueType::Flag) => Ok(()),
        (CellValue::Number(number), kind) if holds_number(kind) => check_number(*number, kind),
        (_, kind) => {
            Err(ReadError::WrongKind { expected: kind_of(kind), found: kind_found(value) })
        }
    }
}

/// Whether anybody types this row at all.
pub(super) fn check_typed(indicator: &Indicator) -> Result<(), ReadError> {
    if let Some(reason) = &indicator.outside_authority {
        return Err(ReadError::OutsideAuthority { reason: reason.clone() });
    }
    if indicator.value_type == ValueType::Heading {
        return Err(ReadError::Heading);
    }
    match indicator.aggregation {
        Aggregation::Derived(_) => Err(ReadError::Derived),
        _ => Ok(()),
    }
}

fn check_number(value: Decimal, kind: &ValueType) -> Result<(), ReadError> {
    let allowed = decimals_of(kind);
    if value.abs() > max_number() {
        return Err(ReadError::TooLarge { text: shown(&value.to_string()) });
    }
    if value.normalize().scale() > allowed {
        return Err(ReadError::TooManyDecimals { value, allowed });
    }
    match kind {
        ValueType::Decimal { .. } => Ok(()),
        _ if value < Decimal::ZERO => Err(ReadError::Negative { value }),
        ValueType::Percent { at_most_100: true, .. } if value > Decimal::ONE_HUNDRED => {
            Err(ReadError::AboveHundred { value })
        }
        _ => Ok(()),
    }
}

fn check_reason(reason: &str) -> Result<(), ReadError> {
    if reason.trim().is_empty() {
        return Err(ReadError::ReasonMissing);
    }
    let chars = reason.chars().count();
    if chars > MAX_REASON_CHARS {
        return Err(ReadError::ReasonTooLong { chars });
    }
    if is_reason(reason) { Ok(()) } else { Err(ReadError::ReasonNotPlain { text: shown(reason) }) }
}

fn holds_number(kind: &ValueType) -> bool {
    match kind {
        ValueType::Count
        | ValueType::Decimal { .. }
        | ValueType::Money { .. }
        | ValueType::Percent { .. } => true,
        ValueType::Choice(_) | ValueType::Flag | ValueType::Heading => false,
    }
}

/// How many decimals a figure of this type may have.
pub(super) fn decimals_of(kind: &ValueType) -> u32 {
    match kind {
        ValueType::Decimal { decimals }
        | ValueType::Money { decimals }
        | ValueType::Percent { decimals, .. } => *decimals,
        ValueType::Choice(_) | ValueType::Count | ValueType::Flag | ValueType::Heading => 0,
    }
}

fn kind_of(kind: &ValueType) -> &'static str {
    match kind {
        ValueType::Choice(_) => "choice",
        ValueType::Flag => "flag",
        ValueType::Heading => "heading",
        ValueType::Count
        | ValueType::Decimal { .. }
        | ValueType::Money { .. }
        | ValueType::Percent { .. } => "number",
    }
}

fn kind_found(value: &CellValue) -> &'static str {
    match value {
        CellValue::Choice(_) => "choice",
        CellValue::Flag(_) => "flag",
        CellValue::NotApplicable { .. } => "not-applicable",
        CellValue::NothingArose => "nothing-arose",
        CellValue::Number(_) => "number",
    }
}
