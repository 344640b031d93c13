//! The ways in which a run of digits and marks can be read.

use rust_decimal::Decimal;

/// Longest numeral that is looked at, in bytes: 19 digits with marks and 6 decimals need 32.
const MAX_NUMERAL_BYTES: usize = 64;

/// What a numeral can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Readings {
    /// One thing.
    One {
        /// The number.
        number: Decimal,
        /// Whether "." marks its decimals: no Vietnamese report writes so.
        english: bool,
    },
    /// A single "." or "," before three digits: 1.304 or 30,162.
    Two {
        /// The mark.
        mark: char,
        /// Read as a mark of thousands.
        thousands: Decimal,
        /// Read as the mark of decimals.
        decimals: Decimal,
    },
}

/// Why a text is no numeral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumeralError {
    /// Something else than digits and well-placed marks.
    NotANumber,
    /// Well written, but it cannot be held exactly.
    TooLarge,
}

/// Reads digits with marks of thousands ("." or "," or a space of any width, always before three
/// digits) and of decimals ("," or "."), and a leading minus ("-" or U+2212). No plus, exponent,
/// full-width digit, or mark without digits on both sides.
pub(super) fn read_numeral(text: &str) -> Result<Readings, NumeralError> {
    let unsigned = text.strip_prefix(['-', '\u{2212}']);
    let negative = unsigned.is_some();
    let body = unsigned.unwrap_or(text);
    if !body.chars().all(|c| c.is_ascii_digit() || is_mark(c)) {
        return Err(NumeralError::NotANumber);
    }
    let groups: Vec<&str> = body.split(is_mark).collect();
    if groups.iter().any(|group| group.is_empty()) {
        return Err(NumeralError::NotANumber);
    }
    if body.len() > MAX_NUMERAL_BYTES {
        return Err(NumeralError::TooLarge);
    }
    let marks: Vec<char> = body.chars().filter(|c| is_mark(*c)).collect();

    match (plain(&groups, &marks, ','), plain(&groups, &marks, '.')) {
        (None, None) => Err(NumeralError::NotANumber),
        (Some(plain), None) => one(exact(&plain, negative)?, false),
        // Marks of thousands alone are clear, whichever they are.
        (None, Some(plain)) => one(exact(&plain, negative)?, marks.last() == Some(&'.')),
        (Some(national), Some(other)) if national == other => {
            one(exact(&national, negative)?, false)
        }
        (Some(national), Some(other)) => {
            let (national, other) = (exact(&national, negative)?, exact(&other, negative)?);
            Ok(if marks.first() == Some(&'.') {
                Readings::Two { mark: '.', thousands: national, decimals: other }
            } else {
                Readings::Two { mark: ',', thousands: other, decimals: national }
            })
        }
    }
}

fn one(number: Decimal, english: bool) -> Result<Readings, NumeralError> {
    Ok(Readings::One { number, english })
}

fn is_mark(c: char) -> bool {
    matches!(c, '.' | ',' | ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

/// The numeral with `decimal_mark` for decimals and any one other mark for thousands, as plain digits with
/// a point; `None` when its marks do not stand so.
fn plain(groups: &[&str], marks: &[char], decimal_mark: char) -> Option<String> {
    let (whole, thousands, fraction) = match (groups.split_last(), marks.split_last()) {
        (Some((last, before)), Some((mark, marks))) if *mark == decimal_mark => {
            (before, marks, Some(*last))
        }
        _ => (groups, marks, None),
    };
    if thousands.iter().any(|mark| *mark == decimal_mark || Some(mark) != thousands.first()) {
        return None;
    }
    if let [first, rest @ ..] = whole
        && !rest.is_empty()
        && (first.len() > 3 || first.starts_with('0') || rest.iter().any(|group| group.len() != 3))
    {
        return None;
    }
    let mut plain = whole.concat();
    if let Some(fraction) = fraction {
        plain.push('.');
        plain.push_str(fraction);
    }
    Some(plain)
}

fn exact(plain: &str, negative: bool) -> Result<Decimal, NumeralError> {
    let number = Decimal::from_str_exact(plain).map_err(|_| NumeralError::TooLarge)?;
    Ok(if negative && !number.is_zero() { -number } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Readings {
        Readings::One { number: Decimal::from_str_exact(text).unwrap(), english: false }
    }

    fn two(mark: char, thousands: &str, decimals: &str) -> Readings {
        Readings::Two {
            mark,
            thousands: Decimal::from_str_exact(thousands).unwrap(),
            decimals: Decimal::from_str_exact(decimals).unwrap(),
        }
    }

    #[test]
    fn each_way_of_writing_that_has_one_reading_is_read() {
        for (text, number) in [
            ("0", "0"),
            ("09", "9"),
            ("1118", "1118"),
            ("17,11", "17.11"),
            ("1.304,5", "1304.5"),
            ("1.234.567", "1234567"),
            ("1,234,567", "1234567"),
            ("1.234.567,125", "1234567.125"),
            ("1\u{a0}304", "1304"),
            ("1\u{202f}234\u{202f}567,5", "1234567.5"),
            ("0,162", "0.162"),
            ("1234,162", "1234.162"),
            ("012,345", "12.345"),
            ("30,1620", "30.162"),
            ("-17,11", "-17.11"),
            ("\u{2212}17,11", "-17.11"),
            ("-0", "0"),
            ("1 304", "1304"),
            ("1 304 567,5", "1304567.5"),
        ] {
            assert_eq!(read_numeral(text), Ok(one(number)), "{text}");
        }
    }

    #[test]
    fn a_point_that_can_only_mark_decimals_is_english() {
        for (text, number) in [
            ("17.11", "17.11"),
            ("1,304.5", "1304.5"),
            ("1\u{2009}304.567", "1304.567"),
            ("0.162", "0.162"),
            ("-0.5", "-0.5"),
        ] {
            let number = Decimal::from_str_exact(number).unwrap();
            assert_eq!(read_numeral(text), Ok(Readings::One { number, english: true }), "{text}");
        }
    }

    #[test]
    fn one_mark_before_three_digits_has_two_readings() {
        assert_eq!(read_numeral("30,162"), Ok(two(',', "30162", "30.162")));
        assert_eq!(read_numeral("1.304"), Ok(two('.', "1304", "1.304")));
        assert_eq!(read_numeral("-17.110"), Ok(two('.', "-17110", "-17.11")));
        assert_eq!(read_numeral("999,000"), Ok(two(',', "999000", "999")));
    }

    #[test]
    fn what_is_no_numeral_is_refused() {
        for text in [
            "",
            "-",
            "--5",
            "+5",
            "5-",
            ".5",
            ",5",
            "5.",
            "5,",
            "1..304",
            "1.,304",
            "1,2,3",
            "1.2.3",
            "1.30.456",
            "1234.567.890",
            "0.304.000",
            "1.304,567.890",
            "1,304,567.890.123",
            "1.234\u{a0}567",
            "1  304",
            "13 04",
            "1 304.567 890",
            "1e3",
            "1E3",
            "0x10",
            "1_000",
            "1'304",
            "12a",
            "o5",
            "\u{ff11}\u{ff13}",
            "\u{663}",
            "½",
            "5%",
            "NaN",
            "inf",
            "1\u{200b}304",
        ] {
            assert_eq!(read_numeral(text), Err(NumeralError::NotANumber), "`{text}`");
        }
    }

    #[test]
    fn what_cannot_be_held_exactly_is_refused_and_never_rounded() {
        for text in [
            "9".repeat(40),
            "9".repeat(1_000_000),
            format!("0,{}1", "0".repeat(30)),
            "79228162514264337593543950336".to_owned(),
            "1,00000000000000000000000000001".to_owned(),
        ] {
            assert_eq!(read_numeral(&text), Err(NumeralError::TooLarge), "{text:.40}");
        }
    }
}
