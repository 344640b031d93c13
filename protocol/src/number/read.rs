//! Reading what somebody typed into a cell.

use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization as _;

use super::check::{check_typed, check_value, decimals_of};
use super::error::{ReadError, shown};
use super::numeral::{NumeralError, Readings as NumeralReadings, read_numeral};
use crate::template::{Choice, Indicator, ValueType};
use crate::value::{CellValue, MAX_REASON_CHARS, is_reason};

/// Longest text that is looked at, in bytes: the words for *not applicable* and the longest reason.
pub const MAX_TEXT_BYTES: usize = 64 + 8 * MAX_REASON_CHARS;

/// What means *nothing arose*: `kps` is what officers write for *không phát sinh*; a hyphen is what
/// forms print, and word processors turn it into a dash.
const NOTHING_AROSE: [&str; 5] = ["không phát sinh", "kps", "-", "\u{2013}", "\u{2014}"];

/// What means *not applicable*, before a colon and the reason.
const NOT_APPLICABLE: [&str; 3] = ["không áp dụng", "không thuộc thẩm quyền", "kad"];

/// What people write where there is none: no words for a number, and none for a non-value.
const NONE_AT_ALL: [&str; 2] = ["không", "không có"];

/// How sentences begin that say whose figure it is.
const AUTHORITY: [&str; 2] = ["thuộc thẩm quyền", "thẩm quyền"];

const YES: [&str; 3] = ["1", "có", "yes"];
const NO: [&str; 3] = ["0", "không", "no"];

/// What a text can mean in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readings {
    /// One thing.
    One {
        /// The value.
        value: CellValue,
        /// Whether the marks in it mean something else elsewhere: worth a word to who typed it.
        noted: bool,
    },
    /// Several things, or one that nobody should take for granted: a person is asked.
    Asked {
        /// What it can mean: at least one value, each fit for the cell.
        readings: Vec<CellValue>,
        /// Why it is asked.
        why: ReadError,
    },
    /// Nothing that the cell can hold.
    Refused(ReadError),
}

/// Reads a text as the value of an indicator, if it has exactly one reading: see [`readings`].
///
/// # Errors
/// When it has none, or when a person is to be asked.
pub fn read_value(text: &str, indicator: &Indicator) -> Result<CellValue, ReadError> {
    match readings(text, indicator) {
        Readings::One { value, .. } => Ok(value),
        Readings::Asked { why, .. } | Readings::Refused(why) => Err(why),
    }
}

/// All that a text can mean as the value of an indicator: the one table for what is typed, pasted and
/// imported. Case, Unicode normal form and space around do not matter.
///
/// | text | whole number | decimals, money | percentage |
/// |---|---|---|---|
/// | `1118`, `09` | 1118, 9 | the same | the same |
/// | `1.304` | 1304 | 1304 | asked |
/// | `1 304` | 1304 | 1304 | 1304 |
/// | `17,11` | refused | 17.11 | 17.11, with or without `%` |
/// | `30,162` | 30162, noted | asked: 30162 or 30.162 | asked |
/// | `17.11`, `1,304.5` | refused | asked: the English form | asked |
/// | `46 thủ tục` | 46, if that is the cell's unit of measure; any other is refused | the same | the same |
/// | `không`, `không có` | asked: 0 or nothing arose | the same | the same |
/// | `thẩm quyền cấp tỉnh` | asked: not applicable for that reason | the same | the same |
///
/// | type | texts |
/// |---|---|
/// | any | `-`, `kps`, `không phát sinh`: nothing arose |
/// | any | `kad: …`, `không áp dụng: …`, `không thuộc thẩm quyền: …`: not applicable, with the reason |
/// | `flag` | `1`, `có`, `yes`; `0`, `không`, `no` |
/// | `choice` | the number or the label of a choice |
///
/// A reading that the cell cannot hold is not offered: `30,000` is asked in a whole number too (30 is one),
/// `30,162` is not. Zeros at the end of the decimals are not counted: `30,1620` is how 30.162 is typed
/// beyond doubt.
pub fn readings(text: &str, indicator: &Indicator) -> Readings {
    match all_readings(text, indicator) {
        Ok(Readings::One { value, noted }) => match check_value(&value, indicator) {
            Ok(()) => Readings::One { value, noted },
            Err(error) => Readings::Refused(error),
        },
        Ok(other) => other,
        Err(error) => Readings::Refused(error),
    }
}

fn all_readings(text: &str, indicator: &Indicator) -> Result<Readings, ReadError> {
    check_typed(indicator)?;
    if text.len() > MAX_TEXT_BYTES {
        return Err(ReadError::TooLong { bytes: text.len() });
    }
    let text: String = text.trim().nfc().collect();
    if text.is_empty() {
        return Err(ReadError::Empty);
    }
    let one = |value| Ok(Readings::One { value, noted: false });
    if let Some(non_value) = read_non_value(&text) {
        return one(non_value?);
    }
    match &indicator.value_type {
        ValueType::Choice(choices) => one(read_choice(&text, choices)?),
        ValueType::Flag => one(read_flag(&text)?),
        _ => match read_unclear_words(&text) {
            Some(asked) => Ok(asked),
            None => read_number(&text, indicator),
        },
    }
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

/// Words that stand for a value without naming it.
fn read_unclear_words(text: &str) -> Option<Readings> {
    let folded = fold(text);
    if NONE_AT_ALL.contains(&folded.as_str()) {
        let readings = vec![CellValue::Number(Decimal::ZERO), CellValue::NothingArose];
        return Some(Readings::Asked {
            readings,
            why: ReadError::NothingOrZero { text: shown(text) },
        });
    }
    let is_reason = is_reason(text) && AUTHORITY.iter().any(|words| folded.starts_with(words));
    is_reason.then(|| Readings::Asked {
        readings: vec![CellValue::NotApplicable { reason: text.to_owned() }],
        why: ReadError::AuthorityUnmarked { text: shown(text) },
    })
}

fn read_number(text: &str, indicator: &Indicator) -> Result<Readings, ReadError> {
    let kind = &indicator.value_type;
    let is_percent = matches!(kind, ValueType::Percent { .. });
    let measured = without_unit(text, &indicator.unit_of_measure);
    let numeral = if is_percent {
        measured.strip_suffix('%').map_or(measured, str::trim_end)
    } else {
        measured
    };
    let text = || shown(measured);
    let fits = |number: &Decimal| check_value(&CellValue::Number(*number), indicator).is_ok();
    let one = |number: Decimal, noted| {
        Ok(Readings::One { value: CellValue::Number(number.normalize()), noted })
    };
    match read_numeral(numeral) {
        Ok(NumeralReadings::One { number, english: false }) => one(number, false),
        Ok(NumeralReadings::One { number, english: true }) => {
            let reading = number.normalize();
            // What the cell cannot hold is refused for that.
            check_value(&CellValue::Number(reading), indicator)?;
            Ok(asked(&[reading], ReadError::English { text: text(), reading }))
        }
        // The national mark of thousands.
        Ok(NumeralReadings::Two { mark: '.', thousands, decimals }) if !is_percent => {
            one(thousands, decimals_of(kind) > 0 && fits(&decimals.normalize()))
        }
        Ok(NumeralReadings::Two { thousands, decimals, mark }) => {
            let (allowed, decimals) = (decimals_of(kind), decimals.normalize());
            match (fits(&thousands), fits(&decimals)) {
                (true, true) => {
                    let readings = [thousands, decimals];
                    Ok(asked(&readings, ReadError::Ambiguous { text: text(), readings }))
                }
                (true, false) if allowed == 0 => one(thousands, true),
                (true, false) => {
                    let why = ReadError::AmbiguousTooFine { text: text(), thousands, allowed };
                    Ok(asked(&[thousands], why))
                }
                (false, true) if mark == '.' => {
                    let why = ReadError::English { text: text(), reading: decimals };
                    Ok(asked(&[decimals], why))
                }
                (false, true) => one(decimals, false),
                // No percentage up to 100 has thousands.
                (false, false) if is_percent && decimals.normalize().scale() > allowed => {
                    Err(ReadError::TooManyDecimals { value: decimals, allowed })
                }
                (false, false) => one(thousands, false),
            }
        }
        Err(NumeralError::NotANumber) => Err(ReadError::NotANumber { text: text() }),
        Err(NumeralError::TooLarge) => Err(ReadError::TooLarge { text: text() }),
    }
}

fn asked(readings: &[Decimal], why: ReadError) -> Readings {
    let readings = readings.iter().map(|number| CellValue::Number(number.normalize())).collect();
    Readings::Asked { readings, why }
}

/// A text for comparing: lower case, NFC, one space between words. Headings of files are compared so too.
pub fn fold(text: &str) -> String {
    let lower = text.nfc().collect::<String>().to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}
