//! What goes wrong, in a form that people can be told: a code, its facts, and where it is.
//!
//! The code names a message in the Fluent catalogues and stands in the JSON too; `Display` is for logs.

mod checks;
mod consolidation;
mod invitation;
mod sync;
mod template;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Names a message of the catalogues, e.g. `number-ambiguous`.
    pub code: String,
    /// The facts that the message speaks of.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, String>,
    /// Where it is: a file, a sheet, a row, an indicator.
    #[serde(default, skip_serializing_if = "Place::is_empty")]
    pub place: Place,
    /// The same for logs, in English.
    pub detail: String,
    /// The same for people, in the language asked for; filled in where the answer leaves the node.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// Where a problem is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Place {
    /// The file, as the person named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The sheet of a workbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The cell of the sheet, by its letters and number: `D6`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// Row or line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The indicator's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indicator: Option<String>,
}

/// Why a request was not carried out. Nothing half-done remains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refusal {
    /// What kind of refusal it is.
    pub reason: Reason,
    /// At least one; all that were found.
    pub problems: Vec<Problem>,
}

/// Kinds of refusal, by who can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The node failed: disk, store, a bug. The same request may work later.
    Failed,
    /// This node or person may not do that.
    Forbidden,
    /// What was given is not right.
    Invalid,
    /// There is no such thing.
    NotFound,
    /// The state of things does not allow it: a closed period, an open conflict.
    NotNow,
    /// The hub cannot be reached.
    Unreachable,
}

impl Problem {
    /// A problem with its code and its text for logs.
    pub fn new(code: impl Into<String>, detail: impl fmt::Display) -> Self {
        Self {
            code: code.into(),
            args: BTreeMap::new(),
            place: Place::default(),
            detail: detail.to_string(),
            message: String::new(),
        }
    }

    /// Adds a fact.
    #[must_use]
    pub fn arg(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }

    /// Adds a day as people write it: `16/03/2023`.
    #[must_use]
    pub fn arg_day(self, name: &str, day: jiff::civil::Date) -> Self {
        self.arg(name, day.strftime("%d/%m/%Y"))
    }

    /// Adds a fact that is one of several phrases, as the key by which a catalogue chooses its own words
    /// for it: `a list of texts` becomes `list-of-texts`.
    #[must_use]
    pub fn arg_phrase(self, name: &str, phrase: &str) -> Self {
        self.arg(name, key_of(phrase))
    }

    /// Says which indicator it is about.
    #[must_use]
    pub fn at_indicator(mut self, id: impl fmt::Display) -> Self {
        self.place.indicator = Some(id.to_string());
        self
    }

    /// Says where in a file it is.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        let indicator = self.place.indicator.take();
        self.place = place;
        self.place.indicator = self.place.indicator.or(indicator);
        self
    }
}

impl Place {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Refusal {
    /// A refusal for one reason.
    pub fn new(reason: Reason, problem: Problem) -> Self {
        Self { reason, problems: vec![problem] }
    }

    /// Says that there are more problems than those that are told.
    pub fn count_more(&mut self, more: usize) {
        if more > 0 {
            let problem = Problem::new("problems-more", format!("and {more} more"));
            self.problems.push(problem.arg("count", more));
        }
    }

    /// Whether it says that something stored is not what was written.
    pub fn is_damage(&self) -> bool {
        self.problems
            .iter()
            .any(|problem| ["document-damaged", "store-damaged"].contains(&problem.code.as_str()))
    }

    /// Whether it says that the store did not take something and is as it was before: see
    /// [`hopluu_protocol::store::StoreError::nothing_was_written`].
    pub fn is_harmless_to_store(&self) -> bool {
        self.is("store-full") || self.is("store-refused")
    }

    /// Whether it is about this one problem.
    pub fn is(&self, code: &str) -> bool {
        matches!(self.problems.as_slice(), [problem] if problem.code == code)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.problems.iter().enumerate() {
            if number > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{}: {}", problem.code, problem.detail)?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

/// An English phrase as a key by which a catalogue chooses its own: `a list of texts` → `list-of-texts`.
/// What is explained after a comma or in parentheses is not part of it.
fn key_of(phrase: &str) -> String {
    let phrase = phrase.split([',', '(']).next().unwrap_or_default().trim();
    let phrase = phrase.strip_prefix("a ").or(phrase.strip_prefix("an ")).unwrap_or(phrase);
    phrase
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c => c.is_ascii_alphanumeric().then_some(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_become_keys() {
        for (phrase, key) in [
            ("an amount of money", "amount-of-money"),
            ("a row outside this level's authority", "row-outside-this-levels-authority"),
            ("a list of tables, each under its own header", "list-of-tables"),
            ("period (like `2023-q1`)", "period"),
        ] {
            assert_eq!(key_of(phrase), key);
        }
    }
}
