//! Reading the fields of one TOML table, each with its line; nothing is passed over in silence.

use std::ops::RangeInclusive;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use unicode_normalization::UnicodeNormalization as _;

use super::problems::Problems;
use crate::id::IdError;
use crate::template::TemplateProblemKind as Kind;

/// Longest piece of the source that a problem carries, in characters.
const SHOWN: usize = 64;

/// Longest identifier and word that is looked at, in characters.
const WORD: usize = 128;

/// Whether a text may have line feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lines {
    Many,
    One,
}

/// A value of a list, or of a field, and the line it stands in.
#[derive(Clone, Debug)]
pub(super) struct Located<T> {
    pub(super) line: usize,
    pub(super) value: T,
}

/// The fields of a table. Every problem is written down at once and the field then counts as absent.
pub(super) struct Fields<'a, 'i> {
    table: &'a DeTable<'i>,
    /// The line that the table begins in.
    pub(super) line: usize,
    row: Option<String>,
    pub(super) problems: &'a mut Problems,
}

impl<'a, 'i> Fields<'a, 'i> {
    /// Begins to read a table that may have these fields and no others.
    pub(super) fn of(
        table: &'a DeTable<'i>,
        line: usize,
        allowed: &[&'static str],
        problems: &'a mut Problems,
    ) -> Self {
        let row = table.get("id").and_then(|id| id.get_ref().as_str()).map(shown);
        let mut fields = Self { table, line, row, problems };
        for key in table.keys().filter(|key| !allowed.contains(&key.get_ref().as_ref())) {
            let line = fields.problems.line_at(&key.span());
            fields.add(line, Kind::UnknownField { field: shown(key.get_ref()) });
        }
        fields
    }

    /// Writes a problem of this row down.
    pub(super) fn add(&mut self, line: usize, kind: Kind) {
        self.problems.add(line, self.row.as_deref(), kind);
    }

    /// The line of a field, if it is there.
    pub(super) fn line_of(&self, field: &str) -> Option<usize> {
        self.table.get(field).map(|value| self.problems.line_at(&value.span()))
    }

    /// Refuses fields that have no meaning for this row.
    pub(super) fn refuse(&mut self, fields: &[&'static str], here: &'static str) {
        for field in fields {
            if let Some(line) = self.line_of(field) {
                self.add(line, Kind::FieldNotAllowed { field, here });
            }
        }
    }

    /// A text that may be absent: NFC, trimmed, not empty, at most so many characters.
    pub(super) fn text(
        &mut self,
        field: &'static str,
        most: usize,
        lines: Lines,
    ) -> Option<Located<String>> {
        let found = self.table.get(field)?;
        self.text_of(field, found, most, lines)
    }

    /// A text that must be there.
    pub(super) fn needed_text(
        &mut self,
        field: &'static str,
        most: usize,
        lines: Lines,
    ) -> Option<Located<String>> {
        self.need(field);
        self.text(field, most, lines)
    }

    /// An id that may be absent.
    pub(super) fn id<T: FromStr<Err = IdError>>(
        &mut self,
        field: &'static str,
    ) -> Option<Located<T>> {
        let found = self.text(field, WORD, Lines::One)?;
        self.id_of(field, &found)
    }

    /// An id that must be there.
    pub(super) fn needed_id<T: FromStr<Err = IdError>>(
        &mut self,
        field: &'static str,
    ) -> Option<Located<T>> {
        self.need(field);
        self.id(field)
    }

    /// A list of ids; empty when absent. An empty list is a problem.
    pub(super) fn ids<T: FromStr<Err = IdError>>(
        &mut self,
        field: &'static str,
        most: usize,
    ) -> Vec<Located<T>> {
        let texts = self.texts(field, most, WORD);
        texts.iter().filter_map(|found| self.id_of(field, found)).collect()
    }

    /// A list of at most `most` texts; empty when absent. An empty list is a problem.
    pub(super) fn texts(
        &mut self,
        field: &'static str,
        most: usize,
        most_chars: usize,
    ) -> Vec<Located<String>> {
        let Some(found) = self.table.get(field) else { return Vec::new() };
        let line = self.problems.line_at(&found.span());
        let DeValue::Array(list) = found.get_ref() else {
            self.add(line, Kind::WrongType { field, expected: "a list of texts" });
            return Vec::new();
        };
        if list.is_empty() {
            self.add(line, Kind::Empty { field });
        }
        if list.len() > most {
            self.add(line, Kind::TooMany { field, count: list.len(), most });
            return Vec::new();
        }
        list.iter().filter_map(|item| self.text_of(field, item, most_chars, Lines::One)).collect()
    }

    /// `true` or `false`, if it is there.
    pub(super) fn flag(&mut self, field: &'static str) -> Option<bool> {
        let found = self.table.get(field)?;
        let flag = found.get_ref().as_bool();
        if flag.is_none() {
            let line = self.problems.line_at(&found.span());
            self.add(line, Kind::WrongType { field, expected: "true or false" });
        }
        flag
    }

    /// A whole number within a range, if it is there.
    pub(super) fn integer(
        &mut self,
        field: &'static str,
        range: RangeInclusive<i64>,
    ) -> Option<i64> {
        let found = self.table.get(field)?;
        let line = self.problems.line_at(&found.span());
        let Some(integer) = found.get_ref().as_integer() else {
            self.add(line, Kind::WrongType { field, expected: "a whole number" });
            return None;
        };
        let number = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            self.add(line, Kind::OutOfRange { field, least: *range.start(), most: *range.end() });
        }
        number
    }

    /// A whole number that must be there.
    pub(super) fn needed_integer(
        &mut self,
        field: &'static str,
        range: RangeInclusive<i64>,
    ) -> Option<i64> {
        self.need(field);
        self.integer(field, range)
    }

    /// One of a few words, if it is there.
    pub(super) fn word(
        &mut self,
        field: &'static str,
        allowed: &'static [&'static str],
    ) -> Option<&'static str> {
        let found = self.text(field, WORD, Lines::One)?;
        let word = allowed.iter().copied().find(|word| *word == found.value);
        if word.is_none() {
            let text = shown(&found.value);
            self.add(found.line, Kind::BadWord { field, text, allowed });
        }
        word
    }

    /// One of a few words, which must be there.
    pub(super) fn needed_word(
        &mut self,
        field: &'static str,
        allowed: &'static [&'static str],
    ) -> Option<&'static str> {
        self.need(field);
        self.word(field, allowed)
    }

    fn need(&mut self, field: &'static str) {
        if !self.table.contains_key(field) {
            self.add(self.line, Kind::Missing { field });
        }
    }

    fn id_of<T: FromStr<Err = IdError>>(
        &mut self,
        field: &'static str,
        found: &Located<String>,
    ) -> Option<Located<T>> {
        match found.value.parse() {
            Ok(value) => Some(Located { line: found.line, value }),
            Err(_) => {
                self.add(found.line, Kind::BadId { field, text: shown(&found.value) });
                None
            }
        }
    }

    fn text_of(
        &mut self,
        field: &'static str,
        found: &Spanned<DeValue<'_>>,
        most: usize,
        lines: Lines,
    ) -> Option<Located<String>> {
        let line = self.problems.line_at(&found.span());
        let Some(text) = found.get_ref().as_str() else {
            self.add(line, Kind::WrongType { field, expected: "a text" });
            return None;
        };
        let value: String = text.trim().nfc().collect();
        let chars = value.chars().count();
        let is_break = |c: char| c == '\n' && lines == Lines::Many;
        let problem = if value.is_empty() {
            Kind::Empty { field }
        } else if chars > most {
            Kind::TooLong { field, chars, most }
        } else if value.chars().any(|c| c.is_control() && !is_break(c)) {
            Kind::ControlCharacter { field }
        } else {
            return Some(Located { line, value });
        };
        self.add(line, problem);
        None
    }
}

/// The piece of the source that a problem carries.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}
