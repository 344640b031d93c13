//! The text form of a cell's value: the one scalar that stands in a report's document, and in digests.
//!
//! | text | value |
//! |---|---|
//! | `#1304`, `#17.11`, `#-2.5` | a number: the shortest exact decimal |
//! | `=2` | a choice, by its number on the form |
//! | `!1`, `!0` | yes, no |
//! | `-` | nothing arose |
//! | `/reason` | not applicable |
//!
//! A value has exactly one text and a text at most one value, so that equal values are equal scalars: two
//! people who type the same figure apart from each other are not in conflict.

use rust_decimal::Decimal;
use unicode_normalization::is_nfc;

use super::{CellValue, MAX_REASON_CHARS};

/// Longest text shown of one that could not be decoded, in characters.
const SHOWN: usize = 64;

/// Why a text is not the form of a cell's value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The first character is none of `#`, `=`, `!`, `-`, `/`, or there is no text at all.
    #[error("`{text}` is not the text of a cell's value")]
    UnknownForm {
        /// The text (cut to 64 characters).
        text: String,
    },
    /// After `#`: not the shortest form of a decimal that can be held exactly.
    #[error("`{text}` is not a number in its shortest form")]
    Number {
        /// The text (cut to 64 characters).
        text: String,
    },
    /// After `=`: not the number of a choice.
    #[error("`{text}` is not the number of a choice")]
    Choice {
        /// The text (cut to 64 characters).
        text: String,
    },
    /// After `!`: neither 0 nor 1.
    #[error("`{text}` is neither yes nor no")]
    Flag {
        /// The text (cut to 64 characters).
        text: String,
    },
    /// After `-`: there is more.
    #[error("`{text}` goes on after the sign for nothing arose")]
    NothingArose {
        /// The text (cut to 64 characters).
        text: String,
    },
    /// After `/`: a reason that is empty, too long, not NFC, not trimmed, or has control characters.
    #[error("`{text}` is not a reason as reports keep them")]
    Reason {
        /// The text (cut to 64 characters).
        text: String,
    },
}

impl DecodeError {
    /// The error's name for catalogues of messages.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Choice { .. } => "value-decode-choice",
            Self::Flag { .. } => "value-decode-flag",
            Self::NothingArose { .. } => "value-decode-nothing-arose",
            Self::Number { .. } => "value-decode-number",
            Self::Reason { .. } => "value-decode-reason",
            Self::UnknownForm { .. } => "value-decode-unknown-form",
        }
    }
}

impl CellValue {
    /// The value's one text form. A reason is written as it is: NFC, trimmed, one line and at most
    /// [`MAX_REASON_CHARS`] long, as [`crate::number::read_value`] makes it.
    pub fn encode(&self) -> String {
        match self {
            Self::Choice(number) => format!("={number}"),
            Self::Flag(true) => "!1".to_owned(),
            Self::Flag(false) => "!0".to_owned(),
            Self::NothingArose => "-".to_owned(),
            Self::NotApplicable { reason } => format!("/{reason}"),
            Self::Number(number) => format!("#{}", shortest(number)),
        }
    }

    /// The value of a text that [`CellValue::encode`] wrote. Strict: any other text is refused.
    pub fn decode(text: &str) -> Result<Self, DecodeError> {
        let shown = || text.chars().take(SHOWN).collect::<String>();
        let Some((form, rest)) = text.split_at_checked(1) else {
            return Err(DecodeError::UnknownForm { text: shown() });
        };
        match form {
            "#" => decode_number(rest).ok_or_else(|| DecodeError::Number { text: shown() }),
            "=" => decode_choice(rest).ok_or_else(|| DecodeError::Choice { text: shown() }),
            "!" => match rest {
                "0" => Ok(Self::Flag(false)),
                "1" => Ok(Self::Flag(true)),
                _ => Err(DecodeError::Flag { text: shown() }),
            },
            "-" if rest.is_empty() => Ok(Self::NothingArose),
            "-" => Err(DecodeError::NothingArose { text: shown() }),
            "/" if is_reason(rest) => Ok(Self::NotApplicable { reason: rest.to_owned() }),
            "/" => Err(DecodeError::Reason { text: shown() }),
            _ => Err(DecodeError::UnknownForm { text: shown() }),
        }
    }
}

/// Whether a text can be the reason of a *not applicable*: NFC, trimmed, not empty, one line without
/// control characters, at most [`MAX_REASON_CHARS`] characters.
pub(crate) fn is_reason(text: &str) -> bool {
    !text.is_empty()
        && text.trim() == text
        && text.chars().count() <= MAX_REASON_CHARS
        && !text.chars().any(char::is_control)
        && is_nfc(text)
}

/// Zero has no sign and no decimals; other numbers lose the zeros at the end of their fraction.
fn shortest(number: &Decimal) -> String {
    if number.is_zero() { "0".to_owned() } else { number.normalize().to_string() }
}

fn decode_number(text: &str) -> Option<CellValue> {
    let number = Decimal::from_str_exact(text).ok()?;
    (shortest(&number) == text).then_some(CellValue::Number(number))
}

fn decode_choice(text: &str) -> Option<CellValue> {
    let number: u32 = text.parse().ok()?;
    (number.to_string() == text).then_some(CellValue::Choice(number))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> CellValue {
        CellValue::Number(Decimal::from_str_exact(text).unwrap())
    }

    #[test]
    fn each_form_is_written_as_documented() {
        for (value, text) in [
            (number("1304"), "#1304"),
            (number("17.110"), "#17.11"),
            (number("-2.50"), "#-2.5"),
            (number("0.000"), "#0"),
            (number("-0.0"), "#0"),
            (number("100"), "#100"),
            (number("79228162514264337593543950335"), "#79228162514264337593543950335"),
            (CellValue::Choice(2), "=2"),
            (CellValue::Flag(true), "!1"),
            (CellValue::Flag(false), "!0"),
            (CellValue::NothingArose, "-"),
            (CellValue::NotApplicable { reason: "cấp tỉnh".to_owned() }, "/cấp tỉnh"),
        ] {
            assert_eq!(value.encode(), text);
            assert_eq!(CellValue::decode(text), Ok(value));
        }
    }

    #[test]
    fn any_other_text_is_refused() {
        let decomposed = "/ca\u{302}\u{301}p ti\u{309}nh";
        let long = format!("/{}", "a".repeat(MAX_REASON_CHARS + 1));
        for (text, code) in [
            ("", "value-decode-unknown-form"),
            ("1304", "value-decode-unknown-form"),
            ("ô", "value-decode-unknown-form"),
            ("#", "value-decode-number"),
            ("#1304.0", "value-decode-number"),
            ("#01", "value-decode-number"),
            ("#+1", "value-decode-number"),
            ("#-0", "value-decode-number"),
            ("#.5", "value-decode-number"),
            ("#5.", "value-decode-number"),
            ("#1_000", "value-decode-number"),
            ("#1e3", "value-decode-number"),
            ("# 1", "value-decode-number"),
            ("#1 ", "value-decode-number"),
            ("#NaN", "value-decode-number"),
            ("#79228162514264337593543950336", "value-decode-number"),
            ("#0.00000000000000000000000000001", "value-decode-number"),
            ("=", "value-decode-choice"),
            ("=02", "value-decode-choice"),
            ("=+2", "value-decode-choice"),
            ("=-2", "value-decode-choice"),
            ("=4294967296", "value-decode-choice"),
            ("!", "value-decode-flag"),
            ("!2", "value-decode-flag"),
            ("!true", "value-decode-flag"),
            ("--", "value-decode-nothing-arose"),
            ("-5", "value-decode-nothing-arose"),
            ("/", "value-decode-reason"),
            ("/ cấp tỉnh", "value-decode-reason"),
            ("/cấp\ntỉnh", "value-decode-reason"),
            (decomposed, "value-decode-reason"),
            (&long, "value-decode-reason"),
        ] {
            assert_eq!(CellValue::decode(text).map_err(|e| e.code()), Err(code), "`{text}`");
        }
    }

    #[test]
    fn an_error_shows_no_more_than_the_beginning_of_a_long_text() {
        let error = CellValue::decode(&format!("#{}", "ế".repeat(1_000_000))).unwrap_err();
        assert!(error.to_string().chars().count() < 120);
    }

    fn any_value() -> impl Strategy<Value = CellValue> {
        prop_oneof![
            (any::<i128>(), 0_u32..=28).prop_map(|(digits, scale)| {
                CellValue::Number(Decimal::from_i128_with_scale(digits >> 32, scale))
            }),
            any::<u32>().prop_map(CellValue::Choice),
            any::<bool>().prop_map(CellValue::Flag),
            Just(CellValue::NothingArose),
            "\\PC{1,40}"
                .prop_map(|text| {
                    use unicode_normalization::UnicodeNormalization as _;
                    text.nfc().collect::<String>().trim().to_owned()
                })
                .prop_filter("a reason is not empty", |text| is_reason(text))
                .prop_map(|reason| CellValue::NotApplicable { reason }),
        ]
    }

    proptest! {
        #[test]
        fn every_value_reads_back_as_it_was_written(value in any_value()) {
            prop_assert_eq!(CellValue::decode(&value.encode()), Ok(value));
        }

        #[test]
        fn a_text_that_decodes_is_the_one_text_of_its_value(text in "[#=!/-][-+0-9.e]{0,12}|\\PC{0,20}") {
            if let Ok(value) = CellValue::decode(&text) {
                prop_assert_eq!(value.encode(), text);
            }
        }
    }
}
