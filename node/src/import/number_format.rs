//! Number formats of spreadsheets (ECMA-376 Part 1, 18.8.31): what a number looks like in its cell.
//!
//! Only what can be said for sure is shown: digits, marks, signs of percent, scaling, literal words. Dates
//! are known as such; conditions, fractions and exponents are not read.

use hopluu_protocol::number::{Decimals, write_number};
use rust_decimal::{Decimal, RoundingStrategy};

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

    /// The format of a style by its number. A workbook without styles shows numbers as they are; a style
    /// that it does not have shows them in a way that cannot be said.
    pub(super) fn of_style(formats: &[Self], style: usize) -> Self {
        match formats.get(style) {
            Some(format) => format.clone(),
            None if style == 0 => Self::General,
            None => Self::Unknown(format!("style {style}")),
        }
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
                '_' | '*' => rest.next().is_some(),
                '[' => {
                    let inside: String = rest.by_ref().take_while(|sign| *sign != ']').collect();
                    match bracket(&inside) {
                        Bracket::Words(words) => reader.words(section, &words),
                        Bracket::Colour => true,
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
                '@' => true,
                'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => return Self::Date,
                'E' | 'e' | '/' => false,
                sign => reader.words(section, sign.encode_utf8(&mut [0; 4])),
            };
            if !understood {
                return Self::Unknown(code.to_owned());
            }
        }
        match sections.as_slice() {
            [only] if only.general && only.before.is_empty() && only.after.is_empty() => {
                Self::General
            }
            // `@`: numbers in a cell for text look as they are.
            [only] if *only == Section::default() => Self::General,
            _ if sections.len() > 4 => Self::Unknown(code.to_owned()),
            _ => Self::Sections(sections),
        }
    }

    /// What is seen of a number.
    pub(super) fn look(&self, number: Decimal) -> Look {
        let (section, own_sign) = match self {
            Self::Date | Self::Unknown(_) => return Look::Unknown,
            Self::General => return plain(number, number, &Section::default(), true),
            Self::Sections(sections) => match (sections.as_slice(), number) {
                ([_, _, zero, ..], number) if number.is_zero() => (zero, true),
                ([_, negative, ..], number) if number < Decimal::ZERO => (negative, false),
                ([first, ..], _) => (first, true),
                ([], _) => return Look::Unknown,
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
}

impl Section {
    fn scale(&self, number: Decimal) -> Option<Decimal> {
        let up = (0..self.percents).try_fold(number, |n, _| n.checked_mul(Decimal::ONE_HUNDRED))?;
        let thousand = Decimal::ONE_THOUSAND;
        let down = (0..self.thousands).try_fold(up, |n, _| n.checked_div(thousand))?;
        // What was lost in dividing would be taken for a rounding of the format's.
        let back = (0..self.thousands).try_fold(down, |n, _| n.checked_mul(thousand))?;
        (back == up).then(|| down.normalize())
    }
}

/// A number within its section's words.
fn plain(number: Decimal, exact: Decimal, section: &Section, own_sign: bool) -> Look {
    let number = number.normalize();
    let decimals = if section.digits {
        Decimals::Fixed(number.scale().max(section.fraction))
    } else {
        Decimals::Trimmed
    };
    let mut digits = write_number(&number.abs(), decimals);
    if section.digits && !section.grouped {
        digits = digits.replace('.', "");
    }
    let written = digits.split(',').next().unwrap_or_default().len();
    let zeros = "0".repeat(section.whole.saturating_sub(written).min(32));
    let sign = if own_sign && number < Decimal::ZERO { "-" } else { "" };
    let (before, after) = (&section.before, &section.after);
    let text = format!("{sign}{before}{zeros}{digits}{after}").trim().to_owned();
    // A negative number that shows neither a sign nor brackets is seen as a positive one.
    let brackets = before.contains('(') && after.contains(')');
    let minus = before.contains('-') || before.contains('\u{2212}');
    let seen = if number < Decimal::ZERO && !own_sign && !brackets && !minus {
        return Look::Words(text);
    } else {
        number
    };
    let is_word = |c: &char| !"()-\u{2212}".contains(*c) && (*c != '%' || section.percents == 0);
    let words: String = before.chars().chain(after.chars()).filter(is_word).collect();
    // A sign of percent that is but a word (`0"%"`) is seen like any other.
    let percent = section.percents > 0 || words.trim() == "%";
    let words = if percent { words.replace('%', "") } else { words };
    if words.chars().any(|c| c.is_ascii_digit()) || section.percents > 1 {
        return Look::Words(text);
    }
    Look::Number {
        number: seen,
        exact,
        percent,
        scaled: section.thousands > 0,
        words: words.trim().to_owned(),
        text,
    }
}

fn words(section: &Section) -> String {
    format!("{}{}", section.before, section.after)
}

/// Where in a section the reading is.
#[derive(Default)]
struct SectionReader {
    after_point: bool,
    /// Commas since the last digit: marks of thousands when a digit follows, else divisions.
    commas: u32,
    /// Words stand after the digits.
    closed: bool,
}

impl SectionReader {
    /// A digit's place or a mark; false when it stands where it cannot be read.
    fn digit(&mut self, section: &mut Section, sign: char) -> bool {
        if sign == ',' {
            if !section.digits {
                return self.words(section, ",");
            }
            self.commas += 1;
            section.thousands += 1;
            return !self.closed;
        }
        if self.closed {
            return false;
        }
        section.digits = true;
        if sign == '.' {
            let first = !self.after_point;
            self.after_point = true;
            self.commas = 0;
            return first;
        }
        if self.commas > 0 {
            if self.after_point {
                return false;
            }
            section.grouped = true;
            section.thousands -= self.commas;
            self.commas = 0;
        }
        if self.after_point {
            section.decimals += 1;
            section.fraction += u32::from(sign == '0');
        } else {
            section.whole += usize::from(sign == '0');
        }
        section.decimals <= 30 && section.whole <= 30
    }

    fn general(&mut self, section: &mut Section) -> bool {
        let first = !section.digits && !self.closed;
        self.closed = true;
        first
    }

    /// Words before or after the digits; false between them, unless it is a space.
    fn words(&mut self, section: &mut Section, words: &str) -> bool {
        if !section.digits && !section.general {
            section.before.push_str(words);
            return true;
        }
        section.after.push_str(words);
        // `# ##0` groups by a space; whatever else follows the digits closes them.
        self.closed |= words != " ";
        true
    }
}

enum Bracket {
    Colour,
    Duration,
    Other,
    Words(String),
}

fn bracket(inside: &str) -> Bracket {
    let lower = inside.to_ascii_lowercase();
    if let Some(currency) = inside.strip_prefix('$') {
        let words = currency.rsplit_once('-').map_or(currency, |(words, _)| words);
        return Bracket::Words(words.to_owned());
    }
    let colours = ["black", "blue", "cyan", "green", "magenta", "red", "white", "yellow"];
    if colours.contains(&lower.as_str()) || lower.starts_with("color") {
        return Bracket::Colour;
    }
    let duration = !lower.is_empty() && lower.chars().all(|sign| "hms".contains(sign));
    if duration { Bracket::Duration } else { Bracket::Other }
}

fn is_general(first: char, rest: &str) -> bool {
    format!("{first}{rest}").eq_ignore_ascii_case("general")
}

#[cfg(test)]
mod tests;
