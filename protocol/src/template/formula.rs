//! The language of derived cells: numbers, cells, `units(kind)`, `+ - * /` and parentheses.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use crate::id::{IndicatorId, UnitKindId};

mod parse;

pub use parse::{FormulaError, FormulaErrorKind, MAX_FORMULA_BYTES, MAX_FORMULA_DEPTH};

/// A formula, parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    /// `a + b`
    Add(Box<Self>, Box<Self>),
    /// Another cell of the same report: `pl4.3.1.1`.
    Cell(IndicatorId),
    /// `a / b`. 0/0 is *nothing arose*, never 0 and never 100.
    Div(Box<Self>, Box<Self>),
    /// `a * b`
    Mul(Box<Self>, Box<Self>),
    /// A literal number, not negative.
    Number(Decimal),
    /// `a - b`
    Sub(Box<Self>, Box<Self>),
    /// `units(commune)`: how many units of a kind the roster holds on the period's last day.
    Units(UnitKindId),
}

impl Formula {
    /// Reads a formula as `docs/template.md` describes it: `*` and `/` bind tighter than `+` and `-`,
    /// operators of one kind are taken from the left. Bounded: see [`MAX_FORMULA_BYTES`] and
    /// [`MAX_FORMULA_DEPTH`].
    pub fn parse(text: &str) -> Result<Self, FormulaError> {
        parse::parse(text)
    }

    /// What stands above and below the fraction line of `a / b`, or of that as a percentage (`a / b * 100`).
    pub fn fraction(&self) -> Option<(&Self, &Self)> {
        match self {
            Self::Div(part, whole) => Some((part, whole)),
            Self::Mul(factor, hundred) | Self::Mul(hundred, factor)
                if **hundred == Self::Number(Decimal::ONE_HUNDRED) =>
            {
                factor.fraction()
            }
            _ => None,
        }
    }

    /// The cells that it names, from the left, each as often as it is named.
    pub fn cells(&self) -> impl Iterator<Item = &IndicatorId> {
        self.leaves().filter_map(|leaf| match leaf {
            Self::Cell(id) => Some(id),
            _ => None,
        })
    }

    /// The kinds of unit that it counts, from the left, each as often as it is named.
    pub fn units(&self) -> impl Iterator<Item = &UnitKindId> {
        self.leaves().filter_map(|leaf| match leaf {
            Self::Units(kind) => Some(kind),
            _ => None,
        })
    }

    fn leaves(&self) -> impl Iterator<Item = &Self> {
        let mut open = vec![self];
        std::iter::from_fn(move || {
            loop {
                let next = open.pop()?;
                match next.operands() {
                    Some((_, left, right)) => open.extend([right, left]),
                    None => return Some(next),
                }
            }
        })
    }

    fn operands(&self) -> Option<(char, &Self, &Self)> {
        match self {
            Self::Add(left, right) => Some(('+', left, right)),
            Self::Sub(left, right) => Some(('-', left, right)),
            Self::Mul(left, right) => Some(('*', left, right)),
            Self::Div(left, right) => Some(('/', left, right)),
            Self::Cell(_) | Self::Number(_) | Self::Units(_) => None,
        }
    }

    fn precedence(&self) -> u8 {
        match self {
            Self::Add(..) | Self::Sub(..) => 1,
            Self::Div(..) | Self::Mul(..) => 2,
            Self::Cell(_) | Self::Number(_) | Self::Units(_) => 3,
        }
    }
}

impl FromStr for Formula {
    type Err = FormulaError;

    fn from_str(text: &str) -> Result<Self, FormulaError> {
        Self::parse(text)
    }
}

/// Writes the formula so that it reads back as the same one, with no parentheses that it does not need.
impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operand = |f: &mut fmt::Formatter<'_>, operand: &Self, parentheses: bool| {
            if parentheses { write!(f, "({operand})") } else { write!(f, "{operand}") }
        };
        match self {
            Self::Cell(id) => write!(f, "{id}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Units(kind) => write!(f, "units({kind})"),
            Self::Add(..) | Self::Div(..) | Self::Mul(..) | Self::Sub(..) => {
                let Some((operator, left, right)) = self.operands() else { return Ok(()) };
                operand(f, left, left.precedence() < self.precedence())?;
                write!(f, " {operator} ")?;
                operand(f, right, right.precedence() <= self.precedence())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cell(id: &str) -> Box<Formula> {
        Box::new(Formula::Cell(id.parse().unwrap()))
    }

    #[test]
    fn formulas_are_read_with_the_usual_precedence() {
        assert_eq!(
            Formula::parse("pl2.2.2 / pl2.2.1 * 100"),
            Ok(Formula::Mul(
                Box::new(Formula::Div(cell("pl2.2.2"), cell("pl2.2.1"))),
                Box::new(Formula::Number(Decimal::ONE_HUNDRED)),
            ))
        );
        assert_eq!(
            Formula::parse("a+b*(c - d)"),
            Ok(Formula::Add(
                cell("a"),
                Box::new(Formula::Mul(cell("b"), Box::new(Formula::Sub(cell("c"), cell("d"))),)),
            ))
        );
        assert_eq!(
            Formula::parse(" units( commune )\n"),
            Ok(Formula::Units("commune".parse().unwrap()))
        );
        assert_eq!(Formula::parse("units"), Ok(*cell("units")));
        assert_eq!(Formula::parse("0.5"), Ok(Formula::Number(Decimal::new(5, 1))));
    }

    #[test]
    fn a_minus_belongs_to_an_id_unless_space_stands_before_and_behind() {
        assert_eq!(Formula::parse("aux.goc-2015"), Ok(*cell("aux.goc-2015")));
        assert_eq!(Formula::parse("a - b"), Ok(Formula::Sub(cell("a"), cell("b"))));
        assert_eq!(
            Formula::parse("a- b").map_err(|e| (e.code(), e.column)),
            Err(("formula-operator-expected", 4))
        );
    }

    #[test]
    fn a_formula_is_written_with_the_parentheses_it_needs() {
        for (text, written) in [
            ("((a))+(b*c)", "a + b * c"),
            ("(a+b)*c", "(a + b) * c"),
            ("a - (b - c)", "a - (b - c)"),
            ("(a - b) - c", "a - b - c"),
            ("a/(b*c)", "a / (b * c)"),
            ("a + (b + c)", "a + (b + c)"),
            ("aux.x / units(commune) * 100", "aux.x / units(commune) * 100"),
        ] {
            assert_eq!(Formula::parse(text).unwrap().to_string(), written);
        }
    }

    #[test]
    fn cells_and_units_are_named_from_the_left() {
        let formula = Formula::parse("(a + units(x)) / (b * a) - units(y)").unwrap();
        assert_eq!(formula.cells().map(|id| id.as_str()).collect::<Vec<_>>(), ["a", "b", "a"]);
        assert_eq!(formula.units().map(|id| id.as_str()).collect::<Vec<_>>(), ["x", "y"]);
    }

    #[test]
    fn what_is_no_formula_is_refused_where_it_goes_wrong() {
        for (text, code, column) in [
            ("", "formula-operand-expected", 1),
            ("   ", "formula-operand-expected", 4),
            ("a +", "formula-operand-expected", 4),
            ("-a", "formula-operand-expected", 1),
            ("a * / b", "formula-operand-expected", 5),
            ("()", "formula-operand-expected", 2),
            ("a b", "formula-operator-expected", 3),
            ("a)", "formula-operator-expected", 2),
            ("(a", "formula-parenthesis-open", 1),
            ("a + (b * (c)", "formula-parenthesis-open", 5),
            ("PL4.1", "formula-bad-id", 1),
            ("a..b", "formula-bad-id", 1),
            ("1.5.2", "formula-bad-number", 1),
            ("100%", "formula-unknown-character", 4),
            ("1e3", "formula-bad-number", 1),
            ("5.", "formula-bad-number", 1),
            ("1_000", "formula-bad-number", 1),
            ("99999999999999999999999999999999", "formula-bad-number", 1),
            ("sum(a)", "formula-unknown-function", 1),
            ("1 + units(commune", "formula-parenthesis-open", 10),
            ("units()", "formula-kind-expected", 7),
            ("units(Xã)", "formula-bad-id", 7),
            ("a + số", "formula-unknown-character", 6),
            ("a ^ b", "formula-unknown-character", 3),
            ("a\0", "formula-unknown-character", 2),
        ] {
            let error = Formula::parse(text).map_err(|e| (e.code(), e.column));
            assert_eq!(error, Err((code, column)), "`{text}`");
        }
    }

    #[test]
    fn hostile_formulas_are_refused_without_exhausting_the_stack() {
        let deep = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
        let long = |terms: usize| vec!["a"; terms].join("+");
        assert!(Formula::parse(&deep(MAX_FORMULA_DEPTH - 1)).is_ok());
        assert!(Formula::parse(&long(MAX_FORMULA_DEPTH)).is_ok());
        for (text, code) in [
            (deep(MAX_FORMULA_DEPTH), "formula-too-deep"),
            (deep(2_000), "formula-too-deep"),
            (long(MAX_FORMULA_DEPTH + 1), "formula-too-deep"),
            (deep(1_000_000), "formula-too-long"),
        ] {
            assert_eq!(Formula::parse(&text).map_err(|e| e.code()), Err(code));
        }
    }

    fn any_formula() -> impl Strategy<Value = Formula> {
        let leaf = prop_oneof![
            "[a-z][a-z0-9]{0,3}(\\.[a-z0-9]{1,3}){0,2}"
                .prop_map(|id| Formula::Cell(id.parse().unwrap())),
            (0_i64..1_000_000, 0_u32..4)
                .prop_map(|(digits, scale)| Formula::Number(Decimal::new(digits, scale))),
            "[a-z]{1,6}".prop_map(|kind| Formula::Units(kind.parse().unwrap())),
        ];
        leaf.prop_recursive(5, 40, 2, |part| {
            (0..4, part.clone(), part).prop_map(|(operator, left, right)| {
                let (left, right) = (Box::new(left), Box::new(right));
                match operator {
                    0 => Formula::Add(left, right),
                    1 => Formula::Sub(left, right),
                    2 => Formula::Mul(left, right),
                    _ => Formula::Div(left, right),
                }
            })
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_as_the_same_formula(formula in any_formula()) {
            prop_assert_eq!(Formula::parse(&formula.to_string()), Ok(formula));
        }

        #[test]
        fn any_text_is_read_or_refused_at_one_of_its_columns(text in "[-+*/() a-z0-9.]{0,30}|\\PC{0,30}") {
            if let Err(error) = Formula::parse(&text) {
                prop_assert!((1..=text.chars().count() + 1).contains(&error.column));
            }
        }
    }
}
