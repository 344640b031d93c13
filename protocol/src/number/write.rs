//! Writing values the Vietnamese way: thousands ".", decimals ",".

use rust_decimal::{Decimal, RoundingStrategy};

use super::check::decimals_of;
use crate::template::{Indicator, ValueType};
use crate::value::CellValue;

/// Most decimals that a [`Decimal`] has.
const DECIMAL_DIGITS: u32 = 28;

/// The words that are written for *nothing arose*; [`super::read_value`] reads them.
pub const NOTHING_AROSE_WORDS: &str = "không phát sinh";

/// The words that are written for *not applicable*, before a colon and the reason.
pub const NOT_APPLICABLE_WORDS: &str = "không áp dụng";

/// How many decimals are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decimals {
    /// Always so many (at most 28), rounded half away from zero: `17,10`.
    Fixed(u32),
    /// As many as the number has, without zeros at the end: `17,1`.
    Trimmed,
}

/// A number as tables print it: `1.304`, `17,11`, `-2,5`.
pub fn write_number(number: &Decimal, decimals: Decimals) -> String {
    let plain = plain_digits(number, decimals);
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut written = String::with_capacity(plain.len() * 2);
    written.push_str(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            written.push('.');
        }
        written.push(digit);
    }
    if !fraction.is_empty() {
        written.push(',');
        written.push_str(fraction);
    }
    written
}

/// A number as sentences print it: like [`write_number`], but whole numbers from 1 to 9 get a leading zero
/// (`02`), as the decree writes numbers below ten (Nghị định 30/2020/NĐ-CP, Phụ lục I).
pub fn write_prose_number(number: &Decimal, decimals: Decimals) -> String {
    let written = write_number(number, decimals);
    match written.as_bytes() {
        [b'1'..=b'9'] => format!("0{written}"),
        _ => written,
    }
}

/// A value as somebody would type it: [`super::read_value`] reads it back as the same value.
pub fn write_value(value: &CellValue, indicator: &Indicator) -> String {
    match value {
        CellValue::Choice(number) => number.to_string(),
        CellValue::Flag(true) => "có".to_owned(),
        CellValue::Flag(false) => "không".to_owned(),
        CellValue::NotApplicable { reason } => format!("{NOT_APPLICABLE_WORDS}: {reason}"),
        CellValue::NothingArose => NOTHING_AROSE_WORDS.to_owned(),
        // "90.000" would be asked: 90000 % or 90 %.
        CellValue::Number(_)
            if matches!(indicator.value_type, ValueType::Percent { decimals: 0, .. }) =>
        {
            write_typed(value, indicator)
        }
        CellValue::Number(number) => {
            // Three decimals would look like thousands ("30,162"); a fourth takes the doubt away.
            let decimals = match decimals_of(&indicator.value_type) {
                3 => 4,
                decimals => decimals,
            };
            write_number(number, Decimals::Fixed(decimals))
        }
    }
}

/// A value as tables show it: `1.304`, `17,11`, a choice's label, `Không phát sinh`. Numbers have the
/// indicator's decimals, so it need not read back: see [`write_typed`].
pub fn write_shown(value: &CellValue, indicator: &Indicator) -> String {
    match value {
        CellValue::Choice(number) => match &indicator.value_type {
            ValueType::Choice(choices) => choices
                .iter()
                .find(|choice| choice.value == *number)
                .map_or_else(|| number.to_string(), |choice| choice.label.clone()),
            _ => number.to_string(),
        },
        CellValue::Flag(true) => "Có".to_owned(),
        CellValue::Flag(false) => "Không".to_owned(),
        CellValue::NotApplicable { .. } => capitalised(NOT_APPLICABLE_WORDS),
        CellValue::NothingArose => capitalised(NOTHING_AROSE_WORDS),
        CellValue::Number(number) => {
            write_number(number, Decimals::Fixed(decimals_of(&indicator.value_type)))
        }
    }
}

/// A value as it stands in the field where it is typed: `1304`, `17,11`. [`super::read_value`] reads it back
/// as the same value, every decimal of it.
pub fn write_typed(value: &CellValue, indicator: &Indicator) -> String {
    let CellValue::Number(number) = value else { return write_value(value, indicator) };
    let number = number.normalize();
    // Three decimals would look like thousands; a fourth takes the doubt away.
    let doubtful = if number.scale() == 3 { "0" } else { "" };
    format!("{}{doubtful}", if number.is_zero() { "0".to_owned() } else { number.to_string() })
        .replace('.', ",")
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The number with a point, rounded as asked, and zero without a sign.
fn plain_digits(number: &Decimal, decimals: Decimals) -> String {
    let (rounded, places) = match decimals {
        Decimals::Fixed(places) => {
            let places = places.min(DECIMAL_DIGITS);
            let strategy = RoundingStrategy::MidpointAwayFromZero;
            (number.round_dp_with_strategy(places, strategy).normalize(), places as usize)
        }
        Decimals::Trimmed => (number.normalize(), 0),
    };
    let mut plain = if rounded.is_zero() { "0".to_owned() } else { rounded.to_string() };
    let written = plain.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    if written == 0 && places > 0 {
        plain.push('.');
    }
    plain.extend(std::iter::repeat_n('0', places.saturating_sub(written)));
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::from_str_exact(text).unwrap()
    }

    #[test]
    fn numbers_are_written_with_points_for_thousands_and_a_comma_for_decimals() {
        for (plain, decimals, written) in [
            ("0", Decimals::Fixed(0), "0"),
            ("5", Decimals::Fixed(0), "5"),
            ("423", Decimals::Fixed(0), "423"),
            ("1304", Decimals::Fixed(0), "1.304"),
            ("-1304", Decimals::Fixed(0), "-1.304"),
            ("123456", Decimals::Fixed(0), "123.456"),
            ("1234567", Decimals::Fixed(0), "1.234.567"),
            ("17.11", Decimals::Fixed(2), "17,11"),
            ("17.1", Decimals::Fixed(2), "17,10"),
            ("17", Decimals::Fixed(2), "17,00"),
            ("17.10", Decimals::Trimmed, "17,1"),
            ("17.00", Decimals::Trimmed, "17"),
            ("100", Decimals::Trimmed, "100"),
            ("-1234.5", Decimals::Trimmed, "-1.234,5"),
            ("0.05", Decimals::Trimmed, "0,05"),
        ] {
            assert_eq!(write_number(&number(plain), decimals), written);
        }
    }

    #[test]
    fn rounding_is_half_away_from_zero_and_leaves_no_negative_zero() {
        for (plain, places, written) in [
            ("45.205", 2, "45,21"),
            ("-45.205", 2, "-45,21"),
            ("0.5", 0, "1"),
            ("-0.004", 2, "0,00"),
            ("-0.0", 1, "0,0"),
            ("999999.995", 2, "1.000.000,00"),
        ] {
            assert_eq!(write_number(&number(plain), Decimals::Fixed(places)), written);
        }
    }

    #[test]
    fn an_absurd_number_of_decimals_costs_no_memory() {
        assert_eq!(write_number(&number("1"), Decimals::Fixed(u32::MAX)).len(), 2 + 28);
    }

    #[test]
    fn sentences_pad_whole_numbers_below_ten() {
        for (plain, written) in
            [("2", "02"), ("9", "09"), ("0", "0"), ("10", "10"), ("5.5", "5,5"), ("-3", "-3")]
        {
            assert_eq!(write_prose_number(&number(plain), Decimals::Trimmed), written);
        }
        assert_eq!(write_prose_number(&number("5"), Decimals::Fixed(2)), "5,00");
    }
}
