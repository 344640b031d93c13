//! Reporting periods. A quarter runs from 15 December to 14 March: that is a rule of the report type
//! (Nghị định 09/2019/NĐ-CP, Điều 12), not of the calendar, so the rule is data of the template.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::IdError;

mod days;
mod opening;

pub use days::{PeriodDays, PeriodError};
pub use opening::OPENS_DAYS_BEFORE;

/// The first year that a period can have.
const FIRST_YEAR: i16 = 2000;

/// The last one.
const LAST_YEAR: i16 = 2199;

/// A period, e.g. `2023-q1`, `2023-6m`, `2023-9m`, `2023-y`. Ordered by year, then by [`Span`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PeriodId {
    /// The reporting year, 2000–2199.
    pub year: i16,
    /// Which part of it.
    pub span: Span,
}

/// The part of the year that a period covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Span {
    /// A quarter, 1 to 4.
    Quarter(u8),
    /// The first six months.
    SixMonths,
    /// The first nine months.
    NineMonths,
    /// The whole year.
    Year,
}

/// The kinds of period that a template can be reported for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeriodKind {
    /// Each of the four quarters.
    Quarter,
    /// The first six months.
    SixMonths,
    /// The first nine months.
    NineMonths,
    /// The whole year.
    Year,
}

impl PeriodKind {
    /// Its word in a template: see [`Self::from_word`].
    pub const WORDS: [&'static str; 4] = ["quarter", "6m", "9m", "y"];

    /// The kind that a template names so.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "quarter" => Some(Self::Quarter),
            "6m" => Some(Self::SixMonths),
            "9m" => Some(Self::NineMonths),
            "y" => Some(Self::Year),
            _ => None,
        }
    }
}

impl PeriodId {
    /// The quarters that the period consists of, in order; of a quarter, itself.
    pub fn quarters(&self) -> Vec<Self> {
        let numbers = match self.span {
            Span::Quarter(quarter) => quarter..=quarter,
            Span::SixMonths => 1..=2,
            Span::NineMonths => 1..=3,
            Span::Year => 1..=4,
        };
        numbers.map(|number| Self { year: self.year, span: Span::Quarter(number) }).collect()
    }

    /// What kind of period it is.
    pub fn kind(&self) -> PeriodKind {
        match self.span {
            Span::Quarter(_) => PeriodKind::Quarter,
            Span::SixMonths => PeriodKind::SixMonths,
            Span::NineMonths => PeriodKind::NineMonths,
            Span::Year => PeriodKind::Year,
        }
    }
}

impl FromStr for PeriodId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong =
            || IdError::new("period (like `2023-q1`, `2023-6m`, `2023-9m`, `2023-y`)", text);
        let (year, span) = text.split_once('-').ok_or_else(wrong)?;
        if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        let year: i16 = year.parse().map_err(|_| wrong())?;
        let span = match span {
            "q1" => Span::Quarter(1),
            "q2" => Span::Quarter(2),
            "q3" => Span::Quarter(3),
            "q4" => Span::Quarter(4),
            "6m" => Span::SixMonths,
            "9m" => Span::NineMonths,
            "y" => Span::Year,
            _ => return Err(wrong()),
        };
        if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
            return Err(wrong());
        }
        Ok(Self { year, span })
    }
}

impl fmt::Display for PeriodId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.span {
            Span::Quarter(quarter) => write!(f, "{}-q{quarter}", self.year),
            Span::SixMonths => write!(f, "{}-6m", self.year),
            Span::NineMonths => write!(f, "{}-9m", self.year),
            Span::Year => write!(f, "{}-y", self.year),
        }
    }
}

impl TryFrom<String> for PeriodId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<PeriodId> for String {
    fn from(period: PeriodId) -> Self {
        period.to_string()
    }
}
