//! One cell over all units: what has been given, kept so that a unit's figure can come and go without
//! reading the other units' again.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::value::CellValue;

use super::exact::ExactSum;
use super::figure::{Amount, Figure};

/// How one figure is made of what several units gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    AllEqual,
    Max,
    Single,
    Sum,
}

/// Why what was given makes no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TallyFault {
    /// All should have given the same.
    Disagreement,
    /// The roster has nobody to give it.
    NoReporter,
    /// The exact sum is beyond what a figure holds.
    Overflow,
    /// One unit should give it and the roster has several.
    SeveralReporters,
}

/// What the units gave for one cell.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    method: Method,
    /// How many units should give a value.
    expected: usize,
    given: usize,
    nothing_arose: usize,
    reasons: BTreeMap<String, usize>,
    /// For a sum: how many numbers, and their sum.
    numbers: usize,
    sum: ExactSum,
    /// For the other methods: how often each value was given.
    values: BTreeMap<CellValue, usize>,
}

impl Tally {
    pub(super) fn new(method: Method, expected: usize) -> Self {
        Self {
            method,
            expected,
            given: 0,
            nothing_arose: 0,
            reasons: BTreeMap::new(),
            numbers: 0,
            sum: ExactSum::default(),
            values: BTreeMap::new(),
        }
    }

    pub(super) fn add(&mut self, value: &CellValue) {
        self.given += 1;
        match value {
            CellValue::NothingArose => self.nothing_arose += 1,
            CellValue::NotApplicable { reason } => {
                *self.reasons.entry(reason.clone()).or_default() += 1;
            }
            value if self.method == Method::Sum => {
                self.numbers += 1;
                self.sum.add(countable(value));
            }
            value => *self.values.entry(value.clone()).or_default() += 1,
        }
    }

    /// Takes out a value that was added before.
    pub(super) fn remove(&mut self, value: &CellValue) {
        self.given -= 1;
        match value {
            CellValue::NothingArose => self.nothing_arose -= 1,
            CellValue::NotApplicable { reason } => take_one(&mut self.reasons, reason),
            value if self.method == Method::Sum => {
                self.numbers -= 1;
                self.sum.remove(countable(value));
            }
            value => take_one(&mut self.values, value),
        }
    }

    /// The figure that the given values make.
    pub(super) fn figure(&self) -> Result<Figure, TallyFault> {
        if self.expected == 0 {
            return Err(TallyFault::NoReporter);
        }
        let amount = match self.method {
            Method::AllEqual => self.common_value(TallyFault::Disagreement)?,
            Method::Max => self.greatest(),
            Method::Single if self.expected > 1 => return Err(TallyFault::SeveralReporters),
            Method::Single => self.common_value(TallyFault::SeveralReporters)?,
            Method::Sum => self.total()?,
        };
        let all_there = self.given == self.expected;
        let amount = amount.or_else(|| self.non_value(all_there));
        Ok(Figure { complete: all_there && amount.is_some(), amount })
    }

    fn total(&self) -> Result<Option<Amount>, TallyFault> {
        if self.numbers == 0 {
            return Ok(None);
        }
        self.sum.total().map(|total| Some(Amount::Number(total))).ok_or(TallyFault::Overflow)
    }

    /// The greatest value, *nothing arose* counting as 0. (Choices and flags are never below it.)
    fn greatest(&self) -> Option<Amount> {
        let (greatest, _) = self.values.last_key_value()?;
        match Amount::of(greatest) {
            Amount::Number(number) if self.nothing_arose > 0 => {
                Some(Amount::Number(number.max(Decimal::ZERO)))
            }
            amount => Some(amount),
        }
    }

    /// The one value that all gave. *Nothing arose* is not the same as any number, 0 included.
    fn common_value(&self, otherwise: TallyFault) -> Result<Option<Amount>, TallyFault> {
        let different = self.values.len() + usize::from(self.nothing_arose > 0);
        if different > 1 {
            return Err(otherwise);
        }
        Ok(self.values.first_key_value().map(|(value, _)| Amount::of(value)))
    }

    /// What is left where nobody gave a value. *Not applicable* counts only when it is everybody's word:
    /// while a unit is missing, its figure may still come.
    fn non_value(&self, all_there: bool) -> Option<Amount> {
        if self.nothing_arose > 0 {
            Some(Amount::NothingArose)
        } else if all_there && !self.reasons.is_empty() {
            Some(Amount::NotApplicable(self.reasons.keys().cloned().collect::<BTreeSet<_>>()))
        } else {
            None
        }
    }
}

/// A value as a sum counts it: a flag is 1 or 0, so that a sum of flags is the number of units that say
/// yes.
fn countable(value: &CellValue) -> Decimal {
    match value {
        CellValue::Number(number) => *number,
        CellValue::Choice(choice) => Decimal::from(*choice),
        CellValue::Flag(flag) => Decimal::from(u8::from(*flag)),
        CellValue::NothingArose | CellValue::NotApplicable { .. } => Decimal::ZERO,
    }
}

fn take_one<K: Ord>(counts: &mut BTreeMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}
