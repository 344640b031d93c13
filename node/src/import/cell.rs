//! What is seen in a cell of a table.

use hopluu_protocol::number::{Decimals, write_number};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use super::number_format::{Format, Look};
use super::{Content, Shown};
use crate::problem::Problem;

/// What is seen in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Text(String),
    Number(Shown),
    /// A number of which only these words are seen; what the cell holds.
    Masked {
        words: String,
        held: Decimal,
    },
    /// Something that is no figure, or that cannot be relied on.
    Unusable(Problem),
}

impl Seen {
    /// What a number looks like in its cell. `is_1904`: days are counted from 1904.
    pub(super) fn number(value: f64, format: &Format, is_1904: bool) -> Self {
        if *format == Format::Date {
            let text = moment(value, is_1904);
            return Self::Unusable(Problem::new("import-date", &text).arg("text", text));
        }
        let Some(held) = exact(value) else {
            return Self::Unusable(
                Problem::new("number-not-exact", value).arg("text", value.to_string()),
            );
        };
        match format.look(held) {
            Look::Number { number, exact, percent, scaled, words, text } => {
                let other = (exact != number || scaled).then_some(held);
                Self::Number(Shown { number, percent, words, text, held: other })
            }
            Look::Words(words) => Self::Masked { words, held },
            Look::Unknown => {
                let format = match format {
                    Format::Unknown(code) => code.as_str(),
                    _ => "",
                };
                let problem = Problem::new("import-unknown-format", format!("{held}: {format}"));
                Self::Unusable(problem.arg("held", written(held)).arg("format", format))
            }
        }
    }

    /// A value of logic.
    pub(super) fn logical(value: bool) -> Self {
        let text = if value { "TRUE" } else { "FALSE" };
        Self::Unusable(Problem::new("import-logical", text).arg("text", text))
    }

    /// An error of a formula: `#DIV/0!`.
    pub(super) fn error(text: &str) -> Self {
        let text: String = text.chars().take(32).collect();
        Self::Unusable(Problem::new("import-error-value", &text).arg("text", text))
    }

    /// A day, time or duration that is stored as such.
    pub(super) fn date(text: &str) -> Self {
        let text: String = text.chars().take(32).collect();
        Self::Unusable(Problem::new("import-date", &text).arg("text", text))
    }

    /// A formula whose result is not in the file.
    pub(super) fn no_result() -> Self {
        Self::Unusable(Problem::new("import-formula-no-result", "no result is stored"))
    }

    /// A formula that is to be computed anew, so that its stored result may not be what is seen.
    pub(super) fn stale() -> Self {
        Self::Unusable(Problem::new("import-formula-stale", "to be computed on opening"))
    }

    /// As a text, where ids, headings and notes are read.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(shown) => shown.number.to_string(),
            Self::Masked { .. } | Self::Unusable(_) => String::new(),
        }
    }

    /// Whether nothing is seen and nothing is there.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }

    /// What a person sees, for messages.
    pub(super) fn for_people(&self) -> String {
        let text = match self {
            Self::Text(text) => text.trim(),
            Self::Number(shown) => &shown.text,
            Self::Masked { words, .. } => words,
            Self::Unusable(problem) => problem.args.get("text").map_or("", String::as_str),
        };
        text.chars().take(64).collect()
    }

    /// As the value of a cell.
    pub(super) fn content(self) -> Result<Content, Problem> {
        match self {
            Self::Text(text) if text.trim().is_empty() => Ok(Content::Empty),
            Self::Text(text) => Ok(Content::Text(text.trim().to_owned())),
            Self::Number(shown) => Ok(Content::Shown(shown)),
            Self::Masked { words, held } => {
                let problem = Problem::new("import-masked", format!("{held} as `{words}`"));
                Err(problem.arg("held", written(held)).arg("text", words))
            }
            Self::Unusable(problem) => Err(problem),
        }
    }
}

/// A binary fraction with the fifteen digits that spreadsheets show; `None` when there are more before the
/// point, or it is no number.
pub(super) fn exact(value: f64) -> Option<Decimal> {
    if !value.is_finite() || value.abs() >= 1e15 {
        return None;
    }
    let fifteen = format!("{value:.14e}");
    Decimal::from_scientific(&fifteen).ok().map(|number| number.normalize())
}

/// A number as people write it.
pub(super) fn written(number: Decimal) -> String {
    write_number(&number, Decimals::Trimmed)
}

/// A day and time by its number, roughly: it is only told.
fn moment(value: f64, is_1904: bool) -> String {
    let first: Date = if is_1904 { date(1904, 1, 1) } else { date(1899, 12, 30) };
    let whole = value.floor();
    let days = Decimal::try_from(whole).ok().and_then(|days| i32::try_from(days).ok());
    let day = days.filter(|days| *days > 0).and_then(|days| first.checked_add(days.days()).ok());
    match day {
        Some(day) => day.strftime("%d/%m/%Y").to_string(),
        None => {
            let minutes = ((value - whole) * 1440.0).round();
            format!("{:02}:{:02}", (minutes / 60.0).floor(), minutes % 60.0)
        }
    }
}
