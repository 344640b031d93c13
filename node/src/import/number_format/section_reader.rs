//! Reads the places of digits, the marks and the words of one section of a number format.

use super::Section;

/// Where in a section the reading is.
#[derive(Default)]
pub(super) struct SectionReader {
    after_point: bool,
    /// Commas since the last digit: marks of thousands when a digit follows, else divisions.
    commas: u32,
    /// Words stand after the digits.
    closed: bool,
    /// A space stands after the digits.
    spaced: bool,
}

impl SectionReader {
    /// A digit's place or a mark; false when it stands where it cannot be read.
    pub(super) fn digit(&mut self, section: &mut Section, sign: char) -> bool {
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
            return first && !self.spaced;
        }
        if std::mem::take(&mut self.spaced) {
            section.after.pop();
            section.spaces.push(0);
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
        if !self.after_point {
            section.spaces.iter_mut().for_each(|behind| *behind += 1);
        }
        section.decimals <= 30 && section.whole <= 30
    }

    pub(super) fn general(&mut self, section: &mut Section) -> bool {
        let first = !section.digits && !self.closed;
        self.closed = true;
        first
    }

    /// Words before or after the digits; false between them, unless it is a space.
    pub(super) fn words(&mut self, section: &mut Section, words: &str) -> bool {
        if !section.digits && !section.general {
            section.before.push_str(words);
            return true;
        }
        section.after.push_str(words);
        // `# ##0` groups by a space; whatever else follows the digits closes them.
        self.closed |= words != " " || self.spaced;
        self.spaced = words == " ";
        true
    }
}

/// What stands in square brackets.
pub(super) enum Bracket {
    Colour { white: bool },
    Duration,
    Other,
    Words(String),
}

pub(super) fn bracket(inside: &str) -> Bracket {
    let lower = inside.to_ascii_lowercase();
    if let Some(currency) = inside.strip_prefix('$') {
        let words = currency.rsplit_once('-').map_or(currency, |(words, _)| words);
        return Bracket::Words(words.to_owned());
    }
    let colours = ["black", "blue", "cyan", "green", "magenta", "red", "white", "yellow"];
    if colours.contains(&lower.as_str()) || lower.starts_with("color") {
        return Bracket::Colour { white: lower == "white" || lower == "color2" };
    }
    let duration = !lower.is_empty() && lower.chars().all(|sign| "hms".contains(sign));
    if duration { Bracket::Duration } else { Bracket::Other }
}
