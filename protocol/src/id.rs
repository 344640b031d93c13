//! Names of things: newtypes for every identifier, so that a unit's code is never taken for a cell's.
//!
//! All identifiers are plain, short ASCII (`a-z 0-9 . - _`): they stand in document ids, on command
//! lines, in file names and in log lines of offices whose keyboards and code pages differ.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::period::PeriodId;

/// Longest identifier accepted, in bytes. Long enough for `aux.` ids, short enough for a store key.
pub const MAX_ID_LEN: usize = 64;

/// Why a text is not an identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a valid {kind}")]
pub struct IdError {
    /// What kind of identifier was expected, e.g. `unit code`.
    pub kind: &'static str,
    /// The text as given (cut to [`MAX_ID_LEN`] characters).
    pub text: String,
}

impl IdError {
    pub(crate) fn new(kind: &'static str, text: &str) -> Self {
        Self { kind, text: text.chars().take(MAX_ID_LEN).collect() }
    }
}

fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_ID_LEN
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_".contains(&b))
        && !text.starts_with('.')
        && !text.contains("..")
}

macro_rules! plain_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                if is_plain(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(IdError::new($kind, text))
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

plain_id!(
    /// An appendix of the report, e.g. `pl4`.
    AppendixId,
    "appendix id"
);
plain_id!(
    /// A row of an appendix, a narrative fact, or an auxiliary figure, e.g. `pl4.3.1.1`. Stable; the
    /// printed code is another thing and may repeat.
    IndicatorId,
    "indicator id"
);
plain_id!(
    /// A part of the narrative, e.g. `ii.2.c`.
    SectionId,
    "section id"
);
plain_id!(
    /// A unit of the roster, e.g. `19996` (a commune's administrative code) or `noi-vu`.
    UnitCode,
    "unit code"
);
plain_id!(
    /// What kind of unit a unit is, e.g. `commune` or `tu-phap`: the word by which a template says who
    /// reports a figure, so that one template serves every town.
    UnitKindId,
    "unit kind"
);

/// A template and its version, e.g. `cchc-quarterly@1`. A published version never changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TemplateRef {
    /// The template's id.
    pub id: String,
    /// Its version, from 1.
    pub version: u32,
}

impl FromStr for TemplateRef {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError::new("template reference (like `cchc-quarterly@1`)", text);
        let (id, version) = text.split_once('@').ok_or_else(wrong)?;
        let number: u32 = version.parse().map_err(|_| wrong())?;
        if !is_plain(id) || number == 0 || number.to_string() != version {
            return Err(wrong());
        }
        Ok(Self { id: id.to_owned(), version: number })
    }
}

impl TryFrom<String> for TemplateRef {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<TemplateRef> for String {
    fn from(reference: TemplateRef) -> Self {
        reference.to_string()
    }
}

impl fmt::Display for TemplateRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.id, self.version)
    }
}

/// A document's id: a readable path. Who may write the document follows from it alone
/// ([`DocId::writer`]).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocId {
    /// `consolidated/<period>`: the operator's text, overrides, issue number and date.
    Consolidated(PeriodId),
    /// `report/<period>/<unit>`: a unit's report.
    Report(PeriodId, UnitCode),
    /// `review/<period>/<unit>`: the hub's word on a unit's submissions.
    Review(PeriodId, UnitCode),
    /// `town/calendar`: periods, deadlines, extensions, locks.
    Calendar,
    /// `town/roster`: units, node keys, roles, revoked keys.
    Roster,
    /// `town/template/<id>@<version>`: a template.
    Template(TemplateRef),
}

/// Who may write a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writer {
    /// The hub's own unit.
    Hub,
    /// This unit.
    Unit(UnitCode),
}

/// The part of the replica that a document belongs to for the purpose of comparing: a peer's scope is a
/// set of groups, and each group's digest is kept incrementally.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocGroup {
    /// `consolidated/…`: the hub's own nodes only.
    Consolidated,
    /// `town/…`: everybody enrolled.
    Town,
    /// `report/*/<unit>` and `review/*/<unit>`: that unit's nodes and the hub's.
    Unit(UnitCode),
}

impl DocId {
    /// Who may write this document.
    pub fn writer(&self) -> Writer {
        match self {
            Self::Report(_, unit) => Writer::Unit(unit.clone()),
            Self::Calendar
            | Self::Consolidated(_)
            | Self::Review(..)
            | Self::Roster
            | Self::Template(_) => Writer::Hub,
        }
    }

    /// The group by which this document is shared and compared.
    pub fn group(&self) -> DocGroup {
        match self {
            Self::Consolidated(_) => DocGroup::Consolidated,
            Self::Report(_, unit) | Self::Review(_, unit) => DocGroup::Unit(unit.clone()),
            Self::Calendar | Self::Roster | Self::Template(_) => DocGroup::Town,
        }
    }
}

impl fmt::Display for DocId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Calendar => f.write_str("town/calendar"),
            Self::Consolidated(period) => write!(f, "consolidated/{period}"),
            Self::Report(period, unit) => write!(f, "report/{period}/{unit}"),
            Self::Review(period, unit) => write!(f, "review/{period}/{unit}"),
            Self::Roster => f.write_str("town/roster"),
            Self::Template(reference) => write!(f, "town/template/{reference}"),
        }
    }
}

impl FromStr for DocId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError::new("document id", text);
        let parts: Vec<&str> = text.split('/').collect();
        match parts.as_slice() {
            ["town", "calendar"] => Ok(Self::Calendar),
            ["town", "roster"] => Ok(Self::Roster),
            ["town", "template", reference] => reference.parse().map(Self::Template),
            ["consolidated", period] => period.parse().map(Self::Consolidated).map_err(|_| wrong()),
            [kind @ ("report" | "review"), period, unit] => {
                let period = period.parse().map_err(|_| wrong())?;
                let unit = unit.parse()?;
                Ok(if *kind == "report" {
                    Self::Report(period, unit)
                } else {
                    Self::Review(period, unit)
                })
            }
            _ => Err(wrong()),
        }
    }
}

impl Serialize for DocId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DocId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_document_id_reads_back_as_it_is_written() {
        for path in [
            "town/roster",
            "town/calendar",
            "town/template/cchc-quarterly@12",
            "report/2023-q1/19996",
            "review/2023-6m/noi-vu",
            "consolidated/2023-y",
        ] {
            let id: DocId = path.parse().unwrap();
            assert_eq!(id.to_string(), path);
        }
    }

    #[test]
    fn paths_that_only_look_like_document_ids_are_refused() {
        for path in [
            "",
            "town",
            "town/roster/",
            "report/2023-q1",
            "report/2023-q5/19996",
            "report/2023-q1/../19996",
            "report/2023-q1/Tứ Hạ",
            "town/template/cchc-quarterly@01",
            "town/template/@1",
        ] {
            assert!(path.parse::<DocId>().is_err(), "{path} was accepted");
        }
    }
}
