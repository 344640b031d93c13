//! The table of `docs/template.md`, «Formulas», line by line.

use std::collections::{BTreeMap, BTreeSet};

use super::super::evaluate::{FormulaFault, Parts, evaluate};
use super::super::figure::{Amount, Figure};
use super::*;

struct Known(BTreeMap<&'static str, Figure>);

impl Parts for Known {
    fn cell(&self, id: &IndicatorId) -> Figure {
        self.0[id.as_str()].clone()
    }

    fn units(&self, _: &UnitKindId) -> usize {
        9
    }
}

fn inapplicable(reasons: &[&str]) -> Amount {
    Amount::NotApplicable(reasons.iter().map(|&reason| reason.to_owned()).collect::<BTreeSet<_>>())
}

fn amount(text: &str) -> Amount {
    Amount::Number(text.parse().unwrap())
}

/// The cells: `m`issing, `i`ncomplete 3, numbers `two` and `zero`, `n`othing arose, not applicable `p`
/// and `q`, the flag `yes`, the greatest number `max`.
fn evaluated(formula: &Formula) -> Result<(Option<Amount>, bool), FormulaFault> {
    let known = Known(BTreeMap::from([
        ("m", Figure::MISSING),
        ("i", Figure { amount: Some(amount("3")), complete: false }),
        ("two", Figure::whole(amount("2"))),
        ("zero", Figure::whole(amount("0"))),
        ("n", Figure::whole(Amount::NothingArose)),
        ("p", Figure::whole(inapplicable(&["p"]))),
        ("q", Figure::whole(inapplicable(&["q"]))),
        ("yes", Figure::whole(Amount::Flag(true))),
        ("max", Figure::whole(Amount::Number(Decimal::MAX))),
    ]));
    evaluate(formula, &known).map(|figure| (figure.amount, figure.complete))
}

type Operator = fn(Formula, Formula) -> Formula;

fn of(operator: Operator, a: &str, b: &str) -> (Option<Amount>, bool) {
    evaluated(&operator(cell(a), cell(b))).unwrap()
}

const NOTHING_AROSE: (Option<Amount>, bool) = (Some(Amount::NothingArose), true);
const NO_VALUE: (Option<Amount>, bool) = (None, false);

fn exactly(text: &str) -> (Option<Amount>, bool) {
    (Some(amount(text)), true)
}

#[test]
fn a_part_not_reported_makes_a_sum_incomplete_and_everything_else_nothing() {
    assert_eq!(of(plus, "m", "two"), (Some(amount("2")), false));
    assert_eq!(of(plus, "two", "m"), (Some(amount("2")), false));
    assert_eq!(of(plus, "m", "n"), (Some(Amount::NothingArose), false));
    assert_eq!(of(plus, "m", "p"), NO_VALUE, "the missing part is all that counts here");
    assert_eq!(of(plus, "m", "m"), NO_VALUE);
    let others: [Operator; 3] = [minus, times, over];
    for operator in others {
        assert_eq!(of(operator, "m", "two"), NO_VALUE);
        assert_eq!(of(operator, "two", "m"), NO_VALUE);
        assert_eq!(of(operator, "n", "m"), NO_VALUE);
    }
}

#[test]
fn an_incomplete_part_makes_any_result_incomplete() {
    assert_eq!(of(plus, "i", "two"), (Some(amount("5")), false));
    assert_eq!(of(minus, "i", "two"), (Some(amount("1")), false));
    assert_eq!(of(times, "i", "two"), (Some(amount("6")), false));
    assert_eq!(of(over, "i", "two"), (Some(amount("1.5")), false));
    assert_eq!(of(plus, "i", "p"), (Some(amount("3")), false));
}

#[test]
fn nothing_arose_is_zero_in_sums_unless_it_is_all_there_is() {
    assert_eq!(of(plus, "n", "two"), exactly("2"));
    assert_eq!(of(plus, "n", "n"), NOTHING_AROSE);
    assert_eq!(of(minus, "two", "n"), exactly("2"));
    assert_eq!(of(minus, "n", "two"), exactly("-2"));
    assert_eq!(of(minus, "n", "n"), NOTHING_AROSE);
    assert_eq!(of(times, "n", "two"), NOTHING_AROSE);
}

#[test]
fn zero_over_zero_is_nothing_arose_and_another_number_over_zero_is_a_fault() {
    for (a, b) in [("zero", "zero"), ("n", "zero"), ("n", "n"), ("zero", "n")] {
        assert_eq!(of(over, a, b), NOTHING_AROSE, "{a}/{b}");
    }
    assert_eq!(of(over, "n", "two"), exactly("0"));
    for divisor in ["zero", "n"] {
        assert_eq!(
            evaluated(&over(cell("two"), cell(divisor))),
            Err(FormulaFault::DivisionByZero { dividend: Decimal::TWO })
        );
    }
    let in_percent = times(over(cell("n"), cell("zero")), literal("100"));
    assert_eq!(evaluated(&in_percent).unwrap(), NOTHING_AROSE);
    let in_percent = over(times(literal("100"), cell("n")), cell("zero"));
    assert_eq!(evaluated(&in_percent).unwrap(), NOTHING_AROSE);
}

#[test]
fn not_applicable_is_left_out_of_sums_and_decides_products_and_quotients() {
    assert_eq!(of(plus, "p", "two"), exactly("2"));
    assert_eq!(of(plus, "two", "p"), exactly("2"));
    assert_eq!(of(plus, "p", "n"), NOTHING_AROSE);
    assert_eq!(of(plus, "p", "q"), (Some(inapplicable(&["p", "q"])), true));
    assert_eq!(of(minus, "two", "p"), exactly("2"));
    assert_eq!(of(minus, "p", "two"), (Some(inapplicable(&["p"])), true));
    let others: [Operator; 2] = [times, over];
    for operator in others {
        assert_eq!(of(operator, "p", "two"), (Some(inapplicable(&["p"])), true));
        assert_eq!(of(operator, "n", "p"), (Some(inapplicable(&["p"])), true));
        assert_eq!(of(operator, "q", "p"), (Some(inapplicable(&["p", "q"])), true));
        assert_eq!(of(operator, "p", "m"), (Some(inapplicable(&["p"])), false));
    }
}

#[test]
fn numbers_flags_and_counts_of_units_are_reckoned_with() {
    assert_eq!(of(plus, "yes", "two"), exactly("3"));
    let share = over(times(cell("yes"), literal("0.9")), units("commune"));
    assert_eq!(evaluated(&share).unwrap(), exactly("0.1"));
}

#[test]
fn a_result_beyond_what_a_decimal_holds_is_a_fault() {
    let beyond = [
        plus(cell("max"), cell("max")),
        minus(minus(cell("zero"), cell("max")), cell("max")),
        times(cell("max"), cell("two")),
        over(cell("max"), literal("0.1")),
    ];
    for formula in beyond {
        assert_eq!(evaluated(&formula), Err(FormulaFault::Overflow), "{formula:?}");
    }
}
