//! Writing a town file: the same town as text, so that reading it gives the same town again.

use std::fmt;

use automerge::ChangeHash;
use hopluu_protocol::roster::Unit;
use serde::Serialize;

use super::{Base, TownFile};
use crate::problem::{Problem, Reason, Refusal};

/// Between the roster's heads and the calendar's.
const BETWEEN: &str = " / ";

#[derive(Serialize)]
struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    base: Option<String>,
    hub: String,
    holidays: Vec<String>,
    period: Vec<WrittenPeriod<'a>>,
    unit: &'a [Unit],
}

#[derive(Serialize)]
struct WrittenPeriod<'a> {
    id: String,
    template: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extension: Vec<WrittenExtension<'a>>,
}

#[derive(Serialize)]
struct WrittenExtension<'a> {
    unit: String,
    deadline: String,
    reason: &'a str,
}

impl TownFile {
    /// The file's text. `heading` is written above it as a comment, line by line.
    ///
    /// # Errors
    /// When the TOML writer fails, which it does not for what a file can hold.
    pub fn to_text(&self, heading: &str) -> Result<String, Refusal> {
        let periods = self.periods.iter().map(|(id, entry)| WrittenPeriod {
            id: id.to_string(),
            template: entry.template.to_string(),
            deadline: entry.deadline.map(|day| day.to_string()),
            extension: self
                .extensions
                .iter()
                .filter(|((period, _), _)| period == id)
                .map(|((_, unit), extension)| WrittenExtension {
                    unit: unit.to_string(),
                    deadline: extension.until.to_string(),
                    reason: &extension.reason,
                })
                .collect(),
        });
        let written = Written {
            base: self.base.as_ref().map(ToString::to_string),
            hub: self.hub.to_string(),
            holidays: self.holidays.iter().map(ToString::to_string).collect(),
            period: periods.collect(),
            unit: &self.units,
        };
        let toml = toml::to_string_pretty(&written)
            .map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))?;
        let comment: Vec<String> = heading.lines().map(|line| format!("# {line}")).collect();
        Ok(format!("{}\n\n{toml}", comment.join("\n")))
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |heads: &[ChangeHash]| {
            heads.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        write!(f, "{}{BETWEEN}{}", list(&self.roster), list(&self.calendar))
    }
}

impl Base {
    /// Reads what [`Display`](fmt::Display) has written.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (roster, calendar) = text.split_once(BETWEEN.trim())?;
        let list = |heads: &str| -> Option<Vec<ChangeHash>> {
            heads.split_whitespace().map(|head| head.parse().ok()).collect()
        };
        Some(Self { roster: list(roster)?, calendar: list(calendar)? })
    }
}
