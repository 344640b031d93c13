//! Words, dates and numerals of a Vietnamese document, and the cleaning of texts that people typed.

use jiff::Timestamp;
use jiff::tz::Offset;
use unicode_normalization::UnicodeNormalization as _;

/// Room for a hand to write a number or a day. No-break spaces: no writer collapses or breaks them.
pub(crate) const BLANK: &str = "\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}";

/// A text on one line, NFC, without what paper cannot show.
///
/// White space becomes single spaces (no-break spaces stay). Control characters and noncharacters go:
/// XML 1.0 has no place for them. Explicit bidirectional controls go too: no Vietnamese text needs them,
/// and one of them can show `134` as `431`.
pub(crate) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for character in text.nfc() {
        if character != '\u{a0}' && character.is_whitespace() {
            if !cleaned.is_empty() && !cleaned.ends_with(' ') {
                cleaned.push(' ');
            }
        } else if is_printable(character) {
            cleaned.push(character);
        }
    }
    if cleaned.ends_with(' ') {
        cleaned.pop();
    }
    cleaned
}

fn is_printable(character: char) -> bool {
    let code = u32::from(character);
    let nonchar = code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code);
    let bidi = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !(character.is_control() || nonchar || bidi || character == '\u{feff}')
}

/// Each of the texts cleaned, without empty ones.
pub(crate) fn clean_all(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| clean(text)).filter(|text| !text.is_empty()).collect()
}

/// A cleaned text in capitals.
pub(crate) fn capitals(text: &str) -> String {
    clean(&text.to_uppercase())
}

/// A name in capitals, broken where whoever wrote the letterhead broke it.
pub(crate) fn capitals_by_line(text: &str) -> Vec<String> {
    text.lines().map(capitals).filter(|line| !line.is_empty()).collect()
}

/// A text whose first letter is small, to stand inside a sentence.
pub(crate) fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

/// A number with a zero before it when it is below 10 (số, ký hiệu).
pub(crate) fn two_digits(number: u32) -> String {
    format!("{number:02}")
}

/// Roman numerals, for appendices. Beyond 3999, which Roman numerals cannot say, Arabic ones.
pub(crate) fn roman(number: usize) -> String {
    const NUMERALS: [(usize, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if number > 3999 {
        return number.to_string();
    }
    let mut rest = number;
    let mut text = String::new();
    for (value, numeral) in NUMERALS {
        while rest >= value {
            text.push_str(numeral);
            rest -= value;
        }
    }
    text
}

/// A moment as `13/03/2023 08:05`, in Vietnamese time (UTC+7 all year). A moment that no calendar holds
/// is shown as its milliseconds.
pub(crate) fn vietnam_time(milliseconds: i64) -> String {
    let zoned = Timestamp::from_millisecond(milliseconds)
        .and_then(|moment| Ok(Offset::from_hours(7)?.to_datetime(moment)));
    zoned.map_or_else(
        |_| format!("{milliseconds} ms"),
        |time| {
            format!(
                "{:02}/{:02}/{} {:02}:{:02}",
                time.day(),
                time.month(),
                time.year(),
                time.hour(),
                time.minute()
            )
        },
    )
}

/// Names in a row: `A`, `A và B`, `A, B và C`.
pub(crate) fn enumeration(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} và {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaned_text_is_nfc_on_one_line_without_what_paper_cannot_show() {
        for (typed, printed) in [
            ("  Tứ\t Hạ \r\n", "Tứ Hạ"),
            ("Tu\u{31b}\u{301} Ha\u{323}", "Tứ Hạ"),
            ("a\u{0}b\u{7}c\u{1b}[31md\u{fffe}\u{feff}", "abc[31md"),
            ("\u{202e}431\u{202c}", "431"),
            ("Số:\u{a0}\u{a0}/BC", "Số:\u{a0}\u{a0}/BC"),
            ("\u{2028}", ""),
        ] {
            assert_eq!(clean(typed), printed, "{typed:?}");
        }
    }

    #[test]
    fn appendices_count_in_roman_numerals() {
        let numerals = [1, 4, 7, 9, 14, 40, 49, 90, 400, 3999, 4000].map(roman);
        let expected =
            ["I", "IV", "VII", "IX", "XIV", "XL", "XLIX", "XC", "CD", "MMMCMXCIX", "4000"];
        assert_eq!(numerals, expected);
    }

    #[test]
    fn moments_are_told_in_vietnamese_time() {
        assert_eq!(vietnam_time(0), "01/01/1970 07:00");
        assert_eq!(vietnam_time(1_678_728_600_000), "14/03/2023 00:30");
        assert_eq!(vietnam_time(i64::MAX), "9223372036854775807 ms");
        assert_eq!(vietnam_time(i64::MIN), "-9223372036854775808 ms");
    }

    #[test]
    fn names_are_enumerated_as_one_says_them() {
        assert_eq!(enumeration(&[]), "");
        assert_eq!(enumeration(&["A"]), "A");
        assert_eq!(enumeration(&["A", "B", "C"]), "A, B và C");
    }

    #[test]
    fn letterheads_keep_their_line_breaks_and_stand_in_capitals() {
        assert_eq!(
            capitals_by_line("Ủy ban nhân dân\n thị xã Hương Trà\n\n"),
            ["ỦY BAN NHÂN DÂN", "THỊ XÃ HƯƠNG TRÀ"]
        );
    }
}
