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
    Unusable {
        why: Problem,
        /// All that is seen, where the file says so.
        shown: Option<String>,
    },
    /// Something that is crossed out, or that nobody sees.
    Veiled {
        seen: Box<Self>,
        by: Veil,
    },
}

/// Why what a cell holds is not what its writer reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Veil {
    /// It has the colour of its ground, or its format shows nothing.
    Invisible,
    /// It is struck through.
    Struck,
}

impl Seen {
    /// What a number looks like in its cell. `is_1904`: days are counted from 1904.
    pub(super) fn number(value: f64, format: &Format, is_1904: bool) -> Self {
        if *format == Format::Date {
            let text = moment(value, is_1904);
            return Self::unusable(Problem::new("import-date", &text).arg("text", text));
        }
        let Some(held) = exact(value) else { return Self::not_exact(value) };
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
                Self::unusable(problem.arg("held", written(held)).arg("format", format))
            }
        }
    }

    /// A text of which some letters are struck through, raised, lowered or not seen: whoever looks at it
    /// reads another than all letters make.
    pub(super) fn uneven(text: &str) -> Self {
        let text: String = text.trim().chars().take(64).collect();
        Self::unusable(Problem::new("import-rich-text", &text).arg("text", text))
    }

    /// A number with more digits than a workbook holds.
    pub(super) fn not_exact(value: f64) -> Self {
        Self::unusable(Problem::new("number-not-exact", value).arg("text", value))
    }

    fn unusable(why: Problem) -> Self {
        Self::Unusable { why, shown: None }
    }

    /// The same behind a veil, if there is one.
    pub(super) fn veiled(self, by: Option<Veil>) -> Self {
        match by {
            Some(by) => Self::Veiled { seen: Box::new(self), by },
            None => self,
        }
    }

    /// The same where the file says what is seen.
    pub(super) fn showing(self, text: Option<&str>) -> Self {
        match self {
            Self::Unusable { why, .. } => Self::Unusable { why, shown: text.map(str::to_owned) },
            other => other,
        }
    }

    /// A value of logic.
    pub(super) fn logical(value: bool) -> Self {
        let text = if value { "TRUE" } else { "FALSE" };
        Self::unusable(Problem::new("import-logical", text).arg("text", text))
    }

    /// An error of a formula: `#DIV/0!`.
    pub(super) fn error(text: &str) -> Self {
        let text: String = text.chars().take(32).collect();
        Self::unusable(Problem::new("import-error-value", &text).arg("text", text))
    }

    /// A day, time or duration that is stored as such.
    pub(super) fn date(text: &str) -> Self {
        let text: String = text.chars().take(32).collect();
        Self::unusable(Problem::new("import-date", &text).arg("text", text))
    }

    /// A formula whose result is not in the file.
    pub(super) fn no_result() -> Self {
        Self::unusable(Problem::new("import-formula-no-result", "no result is stored"))
    }

    /// A formula that is to be computed anew, so that its stored result may not be what is seen.
    pub(super) fn stale() -> Self {
        Self::unusable(Problem::new("import-formula-stale", "to be computed on opening"))
    }

    /// As a text, where ids, headings and notes are read.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(shown) => shown.number.to_string(),
            Self::Veiled { seen, .. } => seen.text(),
            Self::Masked { .. } | Self::Unusable { .. } => String::new(),
        }
    }

    /// As a note: what is seen; the reason where that cannot be said for sure.
    pub(super) fn note(self) -> Result<String, Problem> {
        match self {
            Self::Text(text) => Ok(text.trim().to_owned()),
            Self::Number(shown) => Ok(shown.text),
            Self::Masked { words, .. } if !words.is_empty() => Ok(words),
            Self::Masked { held, .. } => Err(unseen(held)),
            Self::Unusable { shown: Some(shown), .. } => Ok(shown.trim().to_owned()),
            Self::Unusable { why, .. } => Err(why),
            Self::Veiled { ref seen, by } => Err(by.problem(&seen.for_people())),
        }
    }

    /// Why it is crossed out or not seen.
    pub(super) fn veil(&self) -> Option<Problem> {
        match self {
            Self::Veiled { seen, by } => Some(by.problem(&seen.for_people())),
            Self::Text(_) | Self::Number(_) | Self::Masked { .. } | Self::Unusable { .. } => None,
        }
    }

    /// Whether it is a number, or looks like one.
    pub(super) fn is_figure(&self) -> bool {
        let of_number = |c: char| c.is_ascii_digit() || c.is_whitespace() || ".,-%".contains(c);
        match self {
            Self::Text(text) => {
                text.chars().all(of_number) && text.contains(|c: char| c.is_ascii_digit())
            }
            Self::Number(_) | Self::Masked { .. } => true,
            Self::Unusable { .. } => false,
            Self::Veiled { seen, .. } => seen.is_figure(),
        }
    }

    /// Whether nothing is seen and nothing is there.
    pub(super) fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::Veiled { seen, .. } => seen.is_blank(),
            Self::Number(_) | Self::Masked { .. } | Self::Unusable { .. } => false,
        }
    }

    /// What a person sees, for messages.
    pub(super) fn for_people(&self) -> String {
        let text = match self {
            Self::Text(text) => text.trim(),
            Self::Number(shown) => &shown.text,
            Self::Masked { words, .. } => words,
            Self::Unusable { why, .. } => why.args.get("text").map_or("", String::as_str),
            Self::Veiled { seen, .. } => return seen.for_people(),
        };
        text.chars().take(64).collect()
    }

    /// As the value of a cell.
    pub(super) fn content(self) -> Result<Content, Problem> {
        match self {
            Self::Text(text) if text.trim().is_empty() => Ok(Content::Empty),
            Self::Text(text) => Ok(Content::Text(text.trim().to_owned())),
            Self::Number(shown) => Ok(Content::Shown(shown)),
            // A zero that is not shown looks like an empty cell: it changes nothing, and is told.
            Self::Masked { words, held } if words.is_empty() => Err(unseen(held)),
            Self::Masked { words, held } => {
                let problem = Problem::new("import-masked", format!("{held} as `{words}`"));
                Err(problem.arg("held", written(held)).arg("text", words))
            }
            Self::Unusable { why, .. } => Err(why),
            Self::Veiled { ref seen, by } => Err(by.problem(&seen.for_people())),
        }
    }
}

impl Veil {
    fn problem(self, text: &str) -> Problem {
        let problem = match self {
            Self::Invisible => Problem::new("import-invisible", text),
            Self::Struck => Problem::new("import-struck", text),
        };
        problem.arg("text", if text.is_empty() { "none" } else { text })
    }
}

fn unseen(held: Decimal) -> Problem {
    let held = written(held);
    Problem::new("import-unseen", &held).arg("held", held)
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
