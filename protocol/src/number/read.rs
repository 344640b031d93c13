//! Reading what somebody typed into a cell.

use unicode_normalization::UnicodeNormalization as _;

use super::check::{check_typed, check_value, decimals_of};
use super::error::{ReadError, shown};
use super::numeral::{NumeralError, Readings, read_numeral};
use crate::template::{Choice, Indicator, ValueType};
use crate::value::{CellValue, MAX_REASON_CHARS};

/// Longest text that is looked at, in bytes: the words for *not applicable* and the longest reason.
pub const MAX_TEXT_BYTES: usize = 64 + 8 * MAX_REASON_CHARS;

/// What means *nothing arose*: `kps` is what officers write for *không phát sinh*; a hyphen is what
/// forms print, and word processors turn it into a dash.
const NOTHING_AROSE: [&str; 5] = ["không phát sinh", "kps", "-", "\u{2013}", "\u{2014}"];

/// What means *not applicable*, before a colon and the reason.
const NOT_APPLICABLE: [&str; 3] = ["không áp dụng", "không thuộc thẩm quyền", "kad"];

const YES: [&str; 3] = ["1", "có", "yes"];
const NO: [&str; 3] = ["0", "không", "no"];

/// Reads a text as the value of an indicator. Case, Unicode normal form and space around do not matter.
///
/// | type | texts |
/// |---|---|
/// | any | `-`, `kps`, `không phát sinh`: nothing arose |
/// | any | `kad: …`, `không áp dụng: …`, `không thuộc thẩm quyền: …`: not applicable, with the reason |
/// | `flag` | `1`, `có`, `yes`; `0`, `không`, `no` |
/// | `choice` | the number or the label of a choice |
/// | `percent` | a number, with or without `%` |
/// | other numbers | a number: thousands ".", decimals ","; see the module for the other way round |
///
/// A single mark before three digits has two readings (`30,162`) and is refused where both can stand. In a
/// figure without decimals it has one: "." is the national mark of thousands (a count of `1.304` is 1304),
/// and "," cannot begin decimals that the figure does not have (a count of `30,162` is 30162; `30,000` stays
/// in doubt, since 30 is a count too). Where the decimals are more than the figure has, only the other
/// reading is offered. Zeros at the end of the decimals are not counted: `30,1620` is how 30.162 is typed
/// beyond doubt.
///
/// The indicator's own unit of measure after a number is dropped (`46 thủ tục`); any other is refused, since
/// nothing is converted.
pub fn read_value(text: &str, indicator: &Indicator) -> Result<CellValue, ReadError> {
    check_typed(indicator)?;
    if text.len() > MAX_TEXT_BYTES {
        return Err(ReadError::TooLong { bytes: text.len() });
    }
    let text: String = text.trim().nfc().collect();
    if text.is_empty() {
        return Err(ReadError::Empty);
    }
    let value = match (read_non_value(&text), &indicator.value_type) {
        (Some(non_value), _) => non_value?,
        (None, ValueType::Choice(choices)) => read_choice(&text, choices)?,
        (None, ValueType::Flag) => read_flag(&text)?,
        (None, kind) => read_number(without_unit(&text, &indicator.unit_of_measure), kind)?,
    };
    check_value(&value, indicator)?;
    Ok(value)
}

fn read_choice(text: &str, choices: &[Choice]) -> Result<CellValue, ReadError> {
    let number = if is_digits(text) { text.parse::<u32>().ok() } else { None };
    let folded = fold(text);
    choices
        .iter()
        .find(|choice| Some(choice.value) == number || fold(&choice.label) == folded)
        .map(|choice| CellValue::Choice(choice.value))
        .ok_or_else(|| ReadError::NotAChoice { text: shown(text), choices: choices.to_vec() })
}

/// Whether a choice's label is read as that label: not as a number, and not as the words of a non-value.
pub(crate) fn is_readable_label(label: &str) -> bool {
    !is_digits(label) && read_non_value(label).is_none()
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn read_flag(text: &str) -> Result<CellValue, ReadError> {
    let folded = fold(text);
    if YES.contains(&folded.as_str()) {
        Ok(CellValue::Flag(true))
    } else if NO.contains(&folded.as_str()) {
        Ok(CellValue::Flag(false))
    } else {
        Err(ReadError::NotAFlag { text: shown(text) })
    }
}

fn read_non_value(text: &str) -> Option<Result<CellValue, ReadError>> {
    if NOTHING_AROSE.contains(&fold(text).as_str()) {
        return Some(Ok(CellValue::NothingArose));
    }
    let (words, reason) = text.split_once(':').unwrap_or((text, ""));
    NOT_APPLICABLE.contains(&fold(words).as_str()).then(|| match reason.trim() {
        "" => Err(ReadError::ReasonMissing),
        reason => Ok(CellValue::NotApplicable { reason: reason.to_owned() }),
    })
}

/// The number before the indicator's own unit of measure; the whole text when it ends otherwise.
fn without_unit<'a>(text: &'a str, unit: &str) -> &'a str {
    let is_number = |c: char| c.is_ascii_digit() || c.is_whitespace() || ".,-\u{2212}".contains(c);
    let words = text.trim_start_matches(is_number);
    if !words.is_empty() && fold(words) == fold(unit) {
        text.strip_suffix(words).unwrap_or(text).trim_end()
    } else {
        text
    }
}

fn read_number(text: &str, kind: &ValueType) -> Result<CellValue, ReadError> {
    let numeral = match kind {
        ValueType::Percent { .. } => text.strip_suffix('%').map_or(text, str::trim_end),
        _ => text,
    };
    let number = match read_numeral(numeral) {
        Ok(Readings::One(number)) => number,
        Ok(Readings::Two { mark, thousands, decimals }) => {
            let allowed = decimals_of(kind);
            let decimals = decimals.normalize();
            match (allowed, decimals.scale() <= allowed) {
                // Where there are no decimals, "." can only be the national mark of thousands.
                (0, _) if mark == '.' => thousands,
                (0, false) => thousands,
                (_, true) => {
                    let readings = [thousands, decimals];
                    return Err(ReadError::Ambiguous { text: shown(text), readings });
                }
                // No percentage up to 100 has thousands.
                (_, false) if matches!(kind, ValueType::Percent { at_most_100: true, .. }) => {
                    return Err(ReadError::TooManyDecimals { value: decimals, allowed });
                }
                (_, false) => {
                    let text = shown(text);
                    return Err(ReadError::AmbiguousTooFine { text, thousands, allowed });
                }
            }
        }
        Err(NumeralError::NotANumber) => return Err(ReadError::NotANumber { text: shown(text) }),
        Err(NumeralError::TooLarge) => return Err(ReadError::TooLarge { text: shown(text) }),
    };
    Ok(CellValue::Number(number.normalize()))
}

/// A text for comparing: lower case, NFC, one space between words. Headings of files are compared so too.
pub fn fold(text: &str) -> String {
    let lower = text.nfc().collect::<String>().to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}
