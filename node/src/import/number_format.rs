//! Number formats of spreadsheets (ECMA-376 Part 1, 18.8.31): what a number looks like in its cell.
//!
//! Only what can be said for sure is shown: digits, marks, signs of percent, scaling, literal words. Dates
//! are known as such; conditions, fractions and exponents are not read.

mod section_reader;

use hopluu_protocol::number::{Decimals, write_number};
use rust_decimal::{Decimal, RoundingStrategy};
use section_reader::{Bracket, SectionReader, bracket};

/// How a cell shows numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// As many digits as there are.
    General,
    /// A day, a time, a duration.
    Date,
    /// By sections: one for all numbers; or for positive and negative ones; or for zero too.
    Sections(Vec<Section>),
    /// Something that is not read here; the format itself.
    Unknown(String),
}

/// One section of a format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Section {
    before: String,
    after: String,
    /// It shows the digits of a number. Otherwise the words are all that is seen.
    digits: bool,
    /// It shows them as [`Format::General`] does.
    general: bool,
    /// Digits of the whole part that are always shown.
    whole: usize,
    grouped: bool,
    decimals: u32,
    /// Digits of the decimals that are always shown.
    fraction: u32,
    percents: u32,
    /// Thousands that it is divided by.
    thousands: u32,
    /// Digits of the whole part behind each space among them.
    spaces: Vec<usize>,
    /// It has a colour, which is white or another.
    white: Option<bool>,
    /// Where in `before` a text stands.
    text_at: Option<usize>,
}

/// What is seen of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// A number.
    Number {
        /// The number that is seen.
        number: Decimal,
        /// The same before it was rounded for showing, but scaled.
        exact: Decimal,
        percent: bool,
        /// It was divided by thousands for showing.
        scaled: bool,
        /// The words beside it.
        words: String,
        /// All that is seen.
        text: String,
    },
    /// Words without a digit, or nothing at all.
    Words(String),
    /// It cannot be said.
    Unknown,
}

impl Format {
    /// The format that a workbook knows by a number (18.8.30). Those that each country has its own of are
    /// unknown.
    pub(super) fn built_in(id: u32) -> Self {
        let code = match id {
            0 | 49 => return Self::General,
            14..=22 | 27..=36 | 45..=47 | 50..=58 => return Self::Date,
            1 => "0",
            2 => "0.00",
            3 => "#,##0",
            4 => "#,##0.00",
            9 => "0%",
            10 => "0.00%",
            37 | 38 => "#,##0 ;(#,##0)",
            39 | 40 => "#,##0.00;(#,##0.00)",
            41 => "_(* #,##0_);_(* (#,##0);_(* \"-\"_)",
            43 => "_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_)",
            _ => return Self::Unknown(id.to_string()),
        };
        Self::read(code)
    }

    /// Reads a format's code.
    pub(super) fn read(code: &str) -> Self {
        if code.len() > 255 * 4 {
            return Self::Unknown(code.chars().take(64).collect());
        }
        let mut sections = vec![Section::default()];
        let mut reader = SectionReader::default();
        let mut rest = code.chars().peekable();
        while let Some(sign) = rest.next() {
            let Some(section) = sections.last_mut() else { break };
            let understood = match sign {
                ';' => {
                    sections.push(Section::default());
                    reader = SectionReader::default();
                    true
                }
                '"' => {
                    let words: String = rest.by_ref().take_while(|sign| *sign != '"').collect();
                    reader.words(section, &words)
                }
                '\\' => match rest.next() {
                    Some(sign) => reader.words(section, sign.encode_utf8(&mut [0; 4])),
                    None => false,
                },
                '_' => rest.next().is_some(),
                // The cell is filled with a sign: a space is not seen, others are.
                '*' => match rest.next() {
                    Some(' ') => true,
                    Some(sign) => reader.words(section, sign.encode_utf8(&mut [0; 4])),
                    None => false,
                },
                '[' => {
                    let inside: String = rest.by_ref().take_while(|sign| *sign != ']').collect();
                    match bracket(&inside) {
                        Bracket::Words(words) => reader.words(section, &words),
                        Bracket::Colour { white } => {
                            section.white = Some(white);
                            true
                        }
                        Bracket::Duration => return Self::Date,
                        Bracket::Other => false,
                    }
                }
                '0' | '#' | '?' | '.' | ',' => reader.digit(section, sign),
                '%' => {
                    section.percents += 1;
                    reader.words(section, "%")
                }
                'G' | 'g' if is_general(sign, &rest.clone().take(6).collect::<String>()) => {
                    rest.by_ref().take(6).for_each(drop);
                    section.general = true;
                    reader.general(section)
                }
                '@' => {
                    let first = section.text_at.is_none() && !section.digits;
                    section.text_at = Some(section.before.len());
                    first
                }
                'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => return Self::Date,
                'E' | 'e' | '/' => false,
                sign => reader.words(section, sign.encode_utf8(&mut [0; 4])),
            };
            if !understood {
                return Self::Unknown(code.to_owned());
            }
        }
        if sections.iter().any(Section::is_spaced_unevenly) {
            return Self::Unknown(code.to_owned());
        }
        match sections.as_slice() {
            [only] if only.is_plain() => Self::General,
            _ if sections.len() > 4 => Self::Unknown(code.to_owned()),
            _ => Self::Sections(sections),
        }
    }

    /// What is seen of a number.
    pub(super) fn look(&self, number: Decimal) -> Look {
        let (section, own_sign) = match self {
            Self::Date | Self::Unknown(_) => return Look::Unknown,
            Self::General => return plain(number, number, &Section::default(), true),
            Self::Sections(sections) => match section_for(sections, number) {
                Some(found) => found,
                None => return Look::Unknown,
            },
        };
        if section.general {
            return plain(number, number, section, own_sign);
        }
        if !section.digits {
            return Look::Words(words(section).trim().to_owned());
        }
        let Some(exact) = section.scale(number) else { return Look::Unknown };
        let strategy = RoundingStrategy::MidpointAwayFromZero;
        let rounded = exact.round_dp_with_strategy(section.decimals, strategy).normalize();
        // `#` shows no zero.
        if rounded.is_zero() && section.whole == 0 && section.fraction == 0 {
            return Look::Words(words(section).trim().to_owned());
        }
        plain(rounded, exact, section, own_sign)
    }

    /// What is seen of a text, where that is another than the text: words beside it, or nothing of it.
    pub(super) fn text(&self, text: &str) -> Option<String> {
        let Self::Sections(sections) = self else { return None };
        let own = sections.iter().find(|section| section.text_at.is_some());
        let section = own.or_else(|| sections.get(3))?;
        let (before, after) =
            section.before.split_at_checked(section.text_at.unwrap_or_default())?;
        let text = if section.text_at.is_some() { text } else { "" };
        Some(format!("{before}{text}{after}{}", section.after))
    }

    /// Whether a number is written in white by its format, or in another colour; `None` when the format has
    /// none.
    pub(super) fn is_white(&self, number: f64) -> Option<bool> {
        let Self::Sections(sections) = self else { return None };
        let sign = if number == 0.0 {
            0
        } else if number < 0.0 {
            -1
        } else {
            1
        };
        section_for(sections, sign.into())?.0.white
    }
}

/// The section by which a number is shown, and whether the number brings its own sign.
fn section_for(sections: &[Section], number: Decimal) -> Option<(&Section, bool)> {
    match sections {
        [_, _, zero, ..] if number.is_zero() => Some((zero, true)),
        [_, negative, ..] if number < Decimal::ZERO => Some((negative, false)),
        [first, ..] => Some((first, true)),
        [] => None,
    }
}

impl Section {
    /// Nothing but `General` or `@`: numbers in a cell for text look as they are.
    fn is_plain(&self) -> bool {
        let beside = self.before.is_empty() && self.after.is_empty() && self.white.is_none();
        beside && !self.digits
    }

    /// A space among the digits groups thousands, or nobody can say what number is seen.
    fn is_spaced_unevenly(&self) -> bool {
        (1..).zip(self.spaces.iter().rev()).any(|(group, behind)| *behind != group * 3)
    }

    /// A number's digits without its sign.
    fn write(&self, number: Decimal) -> String {
        let decimals = if self.digits {
            Decimals::Fixed(number.scale().max(self.fraction))
        } else {
            Decimals::Trimmed
        };
        let mut digits = write_number(&number.abs(), decimals);
        if self.digits && !self.grouped {
            digits = digits.replace('.', "");
        }
        let written = digits.split(',').next().unwrap_or_default().len();
        let zeros = "0".repeat(self.whole.saturating_sub(written).min(32));
        digits.insert_str(0, &zeros);
        let whole = digits.split(',').next().unwrap_or_default().len();
        let spaces = self.spaces.iter().rev().filter_map(|behind| whole.checked_sub(*behind));
        for at in spaces.filter(|at| *at > 0) {
            digits.insert(at, ' ');
        }
        digits
    }

    /// The words beside a negative number, without its one minus before or its two brackets; `None` when it
    /// shows neither, or both.
    fn without_sign(&self) -> Option<(String, String)> {
        let (before, after) = (self.before.as_str(), self.after.as_str());
        let minus = |c: char| c == '-' || c == '\u{2212}';
        if before.matches(minus).count() == 1 && !before.contains('(') {
            return Some((before.replacen(minus, "", 1), after.to_owned()));
        }
        if before.contains(minus) || before.matches('(').count() != 1 {
            return None;
        }
        after.contains(')').then(|| (before.replacen('(', "", 1), after.replacen(')', "", 1)))
    }

    fn scale(&self, number: Decimal) -> Option<Decimal> {
        let up = (0..self.percents).try_fold(number, |n, _| n.checked_mul(Decimal::ONE_HUNDRED))?;
        let thousand = Decimal::ONE_THOUSAND;
        let down = (0..self.thousands).try_fold(up, |n, _| n.checked_div(thousand))?;
        // What was lost in dividing would be taken for a rounding of the format's.
        let back = (0..self.thousands).try_fold(down, |n, _| n.checked_mul(thousand))?;
        (back == up).then(|| down.normalize())
    }
}

/// A number within its section's words. What is seen must say the same number: a sign, a bracket or a digit
/// that the number does not have makes it another one for whoever looks at it.
fn plain(number: Decimal, exact: Decimal, section: &Section, own_sign: bool) -> Look {
    let number = number.normalize();
    let digits = section.write(number);
    let negative = number < Decimal::ZERO;
    let sign = if own_sign && negative { "-" } else { "" };
    let (before, after) = (section.before.as_str(), section.after.as_str());
    let text = format!("{sign}{before}{digits}{after}").trim().to_owned();
    let beside = if negative && !own_sign {
        section.without_sign()
    } else if number > Decimal::ZERO && before.trim() == "+" {
        Some((String::new(), after.to_owned()))
    } else {
        Some((before.to_owned(), after.to_owned()))
    };
    let Some((before, after)) = beside.filter(|(before, after)| is_harmless(before, after)) else {
        return Look::Words(text);
    };
    let words = format!("{before} {after}");
    // A sign of percent that is but a word (`0"%"`) is seen like any other.
    let percents = words.matches('%').count();
    if percents > 1 || section.percents > 1 {
        return Look::Words(text);
    }
    let words = words.replace('%', "").trim().to_owned();
    let (percent, scaled) = (percents == 1, section.thousands > 0);
    Look::Number { number, exact, percent, scaled, words, text }
}

/// Whether words beside a number leave it the number that it is. Which words they are is for the reader of
/// the cell to judge.
fn is_harmless(before: &str, after: &str) -> bool {
    const SIGNS: &str =
        "-+\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2212}\u{fe63}\u{ff0d}\u{ff0b}";
    let is_sign = |c: char| SIGNS.contains(c);
    let is_mark = |c: char| ".,'’·".contains(c);
    let (before, after) = (before.trim_end(), after.trim_start());
    // `m2` and `m²` are units of measure; digits that follow no letter belong to the number.
    let digits_alone = |words: &str| {
        let mut last = ' ';
        words.chars().any(|c| {
            let alone = c.is_numeric() && !last.is_alphabetic() && !last.is_numeric();
            last = c;
            alone
        })
    };
    let before_ok = !before.contains(is_sign)
        && !before.contains(['(', ')'])
        && !before.contains(char::is_numeric)
        && !before.ends_with(is_mark);
    let after_ok = !after.starts_with(is_sign)
        && !after.starts_with(is_mark)
        && !after.starts_with(')')
        && !digits_alone(after);
    before_ok && after_ok
}

fn words(section: &Section) -> String {
    format!("{}{}", section.before, section.after)
}

fn is_general(first: char, rest: &str) -> bool {
    format!("{first}{rest}").eq_ignore_ascii_case("general")
}

#[cfg(test)]
mod tests;
