//! The language of derived cells: numbers, cells, `units(kind)`, `+ - * /` and parentheses.

use rust_decimal::Decimal;

use crate::id::{IndicatorId, UnitKindId};

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
    /// A literal number.
    Number(Decimal),
    /// `a - b`
    Sub(Box<Self>, Box<Self>),
    /// `units(commune)`: how many units of a kind the roster holds on the period's last day.
    Units(UnitKindId),
}
