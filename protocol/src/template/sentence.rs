//! Sentences whose figures are bound to cells: `{id}`, `{period}`, `{period.start}`, `{period.end}`,
//! `{unit}`, and `{{`, `}}` for the braces themselves.

use std::str::FromStr;

use super::model::{Sentence, SentencePart};
use crate::id::IndicatorId;

/// Ids that no cell can have, because they mean something else within the braces of a sentence.
pub const RESERVED_IDS: [&str; 4] = ["period", "period.end", "period.start", "unit"];

/// Longest word that an error carries, in characters.
const SHOWN: usize = 64;

/// Why a text is not a sentence. Columns count characters from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SentenceError {
    /// Between the braces stands no id.
    #[error("column {column}: `{text}` is not an id")]
    BadId {
        /// Where the brace opens.
        column: usize,
        /// What stands in it (cut to 64 characters).
        text: String,
    },
    /// A closing brace without an opening one.
    #[error("column {column}: nothing was opened; the brace itself is written `}}}}`")]
    NotOpened {
        /// Where.
        column: usize,
    },
    /// An opening brace without a closing one.
    #[error("column {column}: the brace is never closed; the brace itself is written `{{{{`")]
    NotClosed {
        /// Where it opens.
        column: usize,
    },
}

impl SentenceError {
    /// The error's name for catalogues of messages.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadId { .. } => "sentence-bad-id",
            Self::NotClosed { .. } => "sentence-not-closed",
            Self::NotOpened { .. } => "sentence-not-opened",
        }
    }
}

impl Sentence {
    /// Reads a sentence.
    pub fn parse(text: &str) -> Result<Self, SentenceError> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from_brace) = rest.split_at(at);
            plain.push_str(before);
            let column = column_of(text, from_brace);
            if let Some(after) = from_brace.strip_prefix("{{") {
                plain.push('{');
                rest = after;
            } else if let Some(after) = from_brace.strip_prefix("}}") {
                plain.push('}');
                rest = after;
            } else if let Some(inside) = from_brace.strip_prefix('{') {
                let (word, after) =
                    inside.split_once('}').ok_or(SentenceError::NotClosed { column })?;
                let part = bound_part(word).ok_or_else(|| SentenceError::BadId {
                    column,
                    text: word.chars().take(SHOWN).collect(),
                })?;
                if !plain.is_empty() {
                    parts.push(SentencePart::Text(std::mem::take(&mut plain)));
                }
                parts.push(part);
                rest = after;
            } else {
                return Err(SentenceError::NotOpened { column });
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(SentencePart::Text(plain));
        }
        Ok(Self { parts })
    }

    /// The cells that it shows, from the left.
    pub fn cells(&self) -> impl Iterator<Item = &IndicatorId> {
        self.parts.iter().filter_map(|part| match part {
            SentencePart::Cell(id) => Some(id),
            _ => None,
        })
    }
}

impl FromStr for Sentence {
    type Err = SentenceError;

    fn from_str(text: &str) -> Result<Self, SentenceError> {
        Self::parse(text)
    }
}

fn bound_part(word: &str) -> Option<SentencePart> {
    match word {
        "period" => Some(SentencePart::Period),
        "period.end" => Some(SentencePart::PeriodEnd),
        "period.start" => Some(SentencePart::PeriodStart),
        "unit" => Some(SentencePart::Unit),
        id => id.parse().ok().map(SentencePart::Cell),
    }
}

fn column_of(text: &str, rest: &str) -> usize {
    let before = text.len().saturating_sub(rest.len());
    text.get(..before).unwrap_or(text).chars().count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> SentencePart {
        SentencePart::Text(text.to_owned())
    }

    fn cell(id: &str) -> SentencePart {
        SentencePart::Cell(id.parse().unwrap())
    }

    #[test]
    fn braces_bind_cells_the_period_and_the_unit() {
        assert_eq!(
            Sentence::parse("Trong {period}, {unit} tiếp nhận {ii2c.rec}{pl1-a} hồ sơ.")
                .unwrap()
                .parts,
            [
                text("Trong "),
                SentencePart::Period,
                text(", "),
                SentencePart::Unit,
                text(" tiếp nhận "),
                cell("ii2c.rec"),
                cell("pl1-a"),
                text(" hồ sơ."),
            ]
        );
        assert_eq!(
            Sentence::parse("{period.start}{period.end}").unwrap().parts,
            [SentencePart::PeriodStart, SentencePart::PeriodEnd]
        );
    }

    #[test]
    fn doubled_braces_stand_for_themselves() {
        assert_eq!(
            Sentence::parse("{{a}} {{{b}}}").unwrap().parts,
            [text("{a} {"), cell("b"), text("}"),]
        );
        assert_eq!(Sentence::parse("").unwrap().parts, []);
    }

    #[test]
    fn a_sentence_names_its_cells_from_the_left() {
        let sentence = Sentence::parse("{b} trên {a}, {unit} {b}").unwrap();
        assert_eq!(sentence.cells().map(|id| id.as_str()).collect::<Vec<_>>(), ["b", "a", "b"]);
    }

    #[test]
    fn stray_braces_and_bad_ids_are_refused_where_they_stand() {
        for (sentence, error) in [
            ("số {", SentenceError::NotClosed { column: 4 }),
            ("số {a", SentenceError::NotClosed { column: 4 }),
            ("số }", SentenceError::NotOpened { column: 4 }),
            ("{a}} b", SentenceError::NotOpened { column: 4 }),
            ("ế {A}", SentenceError::BadId { column: 3, text: "A".to_owned() }),
            ("{}", SentenceError::BadId { column: 1, text: String::new() }),
            ("{ a }", SentenceError::BadId { column: 1, text: " a ".to_owned() }),
            ("{a{b}}", SentenceError::BadId { column: 1, text: "a{b".to_owned() }),
        ] {
            assert_eq!(Sentence::parse(sentence), Err(error), "{sentence}");
        }
    }
}
