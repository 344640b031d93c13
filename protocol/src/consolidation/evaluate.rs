//! Formulas of derived cells, over aggregated cells. The rules for what is not a number are the table
//! in `docs/template.md`, «Formulas».

use rust_decimal::Decimal;

use crate::id::{IndicatorId, UnitKindId};
use crate::template::formula::Formula;

use super::figure::{Amount, Figure};

/// What a formula is computed over.
pub(super) trait Parts {
    /// The figure of a cell, at full precision.
    fn cell(&self, id: &IndicatorId) -> Figure;
    /// How many units of a kind there are.
    fn units(&self, kind: &UnitKindId) -> usize;
}

/// Why a formula has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormulaFault {
    /// A number other than 0 divided by 0.
    DivisionByZero {
        /// The number.
        dividend: Decimal,
    },
    /// A result that no decimal holds.
    Overflow,
}

/// Computes a formula. Sums, differences and products of figures are exact as long as 28 digits hold
/// them; a quotient has 28 digits.
pub(super) fn evaluate(formula: &Formula, parts: &impl Parts) -> Result<Figure, FormulaFault> {
    let both = |a, b| Ok((evaluate(a, parts)?, evaluate(b, parts)?));
    let (rule, (a, b)): (Rule, _) = match formula {
        Formula::Number(number) => return Ok(Figure::whole(Amount::Number(*number))),
        Formula::Units(kind) => {
            return Ok(Figure::whole(Amount::Number(Decimal::from(parts.units(kind)))));
        }
        Formula::Cell(id) => return Ok(parts.cell(id)),
        Formula::Add(a, b) => (sum, both(a, b)?),
        Formula::Sub(a, b) => (difference, both(a, b)?),
        Formula::Mul(a, b) => (product, both(a, b)?),
        Formula::Div(a, b) => (quotient, both(a, b)?),
    };
    let all_there = a.complete && b.complete;
    let amount = rule(a.amount, b.amount)?;
    Ok(Figure { complete: all_there && amount.is_some(), amount })
}

/// The cells that a formula names, each time it names them.
pub(super) fn cells(formula: &Formula) -> Vec<&IndicatorId> {
    match formula {
        Formula::Number(_) | Formula::Units(_) => Vec::new(),
        Formula::Cell(id) => vec![id],
        Formula::Add(a, b) | Formula::Sub(a, b) | Formula::Mul(a, b) | Formula::Div(a, b) => {
            let mut named = cells(a);
            named.extend(cells(b));
            named
        }
    }
}

/// One row of the table; `None` is a part that has not been reported.
type Rule = fn(Option<Amount>, Option<Amount>) -> Result<Option<Amount>, FormulaFault>;

use Amount::{NotApplicable, NothingArose};

fn sum(a: Option<Amount>, b: Option<Amount>) -> Result<Option<Amount>, FormulaFault> {
    Ok(match (a, b) {
        (Some(NotApplicable(a)), Some(NotApplicable(b))) => Some(NotApplicable(&a | &b)),
        (Some(NotApplicable(_)), rest) | (rest, Some(NotApplicable(_))) => rest,
        (None, rest) | (rest, None) => rest,
        (Some(NothingArose), Some(NothingArose)) => Some(NothingArose),
        (Some(a), Some(b)) => Some(number(number_of(&a).checked_add(number_of(&b)))?),
    })
}

/// As a sum, except that there is no difference without both parts: less is not there when the
/// subtrahend is missing, and nothing to subtract from when the minuend is not applicable.
fn difference(a: Option<Amount>, b: Option<Amount>) -> Result<Option<Amount>, FormulaFault> {
    Ok(match (a, b) {
        (Some(NotApplicable(reasons)), _) => Some(NotApplicable(reasons)),
        (None, _) | (_, None) => None,
        (rest, Some(NotApplicable(_))) => rest,
        (Some(NothingArose), Some(NothingArose)) => Some(NothingArose),
        (Some(a), Some(b)) => Some(number(number_of(&a).checked_sub(number_of(&b)))?),
    })
}

fn product(a: Option<Amount>, b: Option<Amount>) -> Result<Option<Amount>, FormulaFault> {
    Ok(match not_a_factor(a, b) {
        Err(amount) => amount,
        Ok((NothingArose, _) | (_, NothingArose)) => Some(NothingArose),
        Ok((a, b)) => Some(number(number_of(&a).checked_mul(number_of(&b)))?),
    })
}

fn quotient(a: Option<Amount>, b: Option<Amount>) -> Result<Option<Amount>, FormulaFault> {
    Ok(match not_a_factor(a, b) {
        Err(amount) => amount,
        Ok((a, b)) => match (number_of(&a), number_of(&b)) {
            (dividend, divisor) if divisor.is_zero() => {
                if !dividend.is_zero() {
                    return Err(FormulaFault::DivisionByZero { dividend });
                }
                Some(NothingArose)
            }
            (dividend, divisor) => Some(number(dividend.checked_div(divisor))?),
        },
    })
}

/// The two parts of a product or quotient, or what the result is because of one that is none.
fn not_a_factor(a: Option<Amount>, b: Option<Amount>) -> Result<(Amount, Amount), Option<Amount>> {
    match (a, b) {
        (Some(NotApplicable(a)), Some(NotApplicable(b))) => Err(Some(NotApplicable(&a | &b))),
        (Some(NotApplicable(reasons)), _) | (_, Some(NotApplicable(reasons))) => {
            Err(Some(NotApplicable(reasons)))
        }
        (Some(a), Some(b)) => Ok((a, b)),
        (None, _) | (_, None) => Err(None),
    }
}

fn number(result: Option<Decimal>) -> Result<Amount, FormulaFault> {
    result.map(Amount::Number).ok_or(FormulaFault::Overflow)
}

/// An amount as a formula counts it: a flag is 1 or 0, a choice its number on the form, and *nothing
/// arose* is 0.
fn number_of(amount: &Amount) -> Decimal {
    match amount {
        Amount::Number(number) => *number,
        Amount::Choice(choice) => Decimal::from(*choice),
        Amount::Flag(flag) => Decimal::from(u8::from(*flag)),
        NothingArose | NotApplicable(_) => Decimal::ZERO,
    }
}
