//! A figure while it is being computed: at full precision, and with the knowledge of whether all its
//! parts were there.

use std::collections::BTreeSet;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::report::ReportValue;
use crate::template::ValueType;
use crate::value::{CellState, CellValue};

/// What is known about one cell of a consolidated report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Figure {
    /// Its value; `None` when nothing was reported, or when what was reported makes no figure.
    pub(super) amount: Option<Amount>,
    /// Whether everybody who should have given a part has. Never true without an amount.
    pub(super) complete: bool,
}

/// A [`CellValue`] whose reasons are still apart, so that joining them twice names each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Amount {
    Number(Decimal),
    Choice(u32),
    Flag(bool),
    NothingArose,
    NotApplicable(BTreeSet<String>),
}

impl Figure {
    /// No value.
    pub(super) const MISSING: Self = Self { amount: None, complete: false };

    /// A figure that lacks no part.
    pub(super) const fn whole(amount: Amount) -> Self {
        Self { amount: Some(amount), complete: true }
    }

    /// As shown: a number rounded to so many decimals, half away from zero.
    pub(super) fn rounded(mut self, decimals: u32) -> Self {
        if let Some(Amount::Number(number)) = &mut self.amount {
            *number = number
                .round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
                .normalize();
        }
        self
    }

    /// What its value means.
    pub(super) fn state(&self) -> CellState {
        match &self.amount {
            None => CellState::NotReported,
            Some(Amount::Number(_)) => CellState::Number,
            Some(Amount::Choice(_)) => CellState::Choice,
            Some(Amount::Flag(_)) => CellState::Flag,
            Some(Amount::NothingArose) => CellState::NothingArose,
            Some(Amount::NotApplicable(_)) => CellState::NotApplicable,
        }
    }

    /// Its value as it stands in a report.
    pub(super) fn shown(&self) -> ReportValue {
        match &self.amount {
            None | Some(Amount::NothingArose) => ReportValue::Null,
            Some(Amount::Number(number)) => ReportValue::Number(*number),
            Some(Amount::Choice(choice)) => ReportValue::Number(Decimal::from(*choice)),
            Some(Amount::Flag(flag)) => ReportValue::Number(Decimal::from(u8::from(*flag))),
            Some(Amount::NotApplicable(reasons)) => ReportValue::Text(join_reasons(reasons)),
        }
    }
}

impl Amount {
    /// The amount that a reported value stands for.
    pub(super) fn of(value: &CellValue) -> Self {
        match value {
            CellValue::Number(number) => Self::Number(number.normalize()),
            CellValue::Choice(choice) => Self::Choice(*choice),
            CellValue::Flag(flag) => Self::Flag(*flag),
            CellValue::NothingArose => Self::NothingArose,
            CellValue::NotApplicable { reason } => {
                Self::NotApplicable(BTreeSet::from([reason.clone()]))
            }
        }
    }
}

/// A reported value as it stands in a report.
pub fn report_value(value: &CellValue) -> ReportValue {
    Figure::whole(Amount::of(value)).shown()
}

/// Whether a cell of this type can hold this value at all. Ranges and decimals are the business of the
/// checks at entry and submission; a value of another kind can not even be added up.
pub(super) fn fits(value_type: &ValueType, value: &CellValue) -> bool {
    match (value_type, value) {
        (ValueType::Heading, _) => false,
        (_, CellValue::NothingArose | CellValue::NotApplicable { .. }) => true,
        (ValueType::Choice(choices), CellValue::Choice(number)) => {
            choices.iter().any(|choice| choice.value == *number)
        }
        (ValueType::Flag, CellValue::Flag(_)) => true,
        (
            ValueType::Count
            | ValueType::Money { .. }
            | ValueType::Decimal { .. }
            | ValueType::Percent { .. },
            CellValue::Number(_),
        ) => true,
        _ => false,
    }
}

/// How many decimals a type shows.
pub(super) fn decimals(value_type: &ValueType) -> u32 {
    match value_type {
        ValueType::Money { decimals }
        | ValueType::Decimal { decimals }
        | ValueType::Percent { decimals, .. } => *decimals,
        ValueType::Choice(_) | ValueType::Count | ValueType::Flag | ValueType::Heading => 0,
    }
}

fn join_reasons(reasons: &BTreeSet<String>) -> String {
    reasons.iter().map(String::as_str).collect::<Vec<_>>().join("; ")
}
