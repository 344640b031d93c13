//! A report ready to be read: of one unit, or consolidated by a hub. This is what every output is made
//! of, and its JSON is the machine-readable report.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use crate::id::{AppendixId, IndicatorId, SectionId, TemplateRef, UnitCode};
use crate::identity::NodeKey;
use crate::period::PeriodId;
use crate::value::{CellState, CellValue};

/// A report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The period reported.
    pub period: PeriodId,
    /// The reporting unit: the hub's unit for a consolidated report.
    pub unit: UnitCode,
    /// The template it follows.
    pub template: TemplateRef,
    /// All cells of the template that this unit's report shows, in the template's order, auxiliary
    /// figures too.
    pub cells: Vec<ReportCell>,
    /// All sections, in order.
    pub sections: Vec<ReportSection>,
    /// The submissions that the report was made from, by unit code.
    pub submissions: Vec<ReportSubmission>,
}

/// One cell of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportCell {
    /// Stable id.
    pub id: IndicatorId,
    /// Its appendix; `None` for facts and auxiliary figures.
    pub appendix: Option<AppendixId>,
    /// Its section, for a fact.
    pub section: Option<SectionId>,
    /// Printed code.
    pub code: String,
    /// Printed label.
    pub label: String,
    /// Printed unit of measure.
    pub unit_of_measure: String,
    /// The value as shown: derived figures are rounded to the indicator's decimals, half away from zero.
    pub value: ReportValue,
    /// What `value` means.
    pub state: CellState,
    /// The Ghi chú column: the report's own note, or the template's.
    pub note: String,
    /// False when a unit that should have given a part has not: the figure is then *incomplete*, and
    /// shown as such.
    pub complete: bool,
    /// The figures behind this one, by unit code.
    pub sources: Vec<Source>,
}

impl ReportCell {
    /// The value that it shows; `None` for a heading and where nothing was reported.
    pub fn as_value(&self) -> Option<CellValue> {
        Some(match (self.state, &self.value) {
            (CellState::NothingArose, _) => CellValue::NothingArose,
            (CellState::Number, ReportValue::Number(number)) => CellValue::Number(*number),
            (CellState::Flag, ReportValue::Number(number)) => CellValue::Flag(!number.is_zero()),
            (CellState::Choice, ReportValue::Number(number)) => {
                CellValue::Choice(number.to_u32().unwrap_or_default())
            }
            (CellState::NotApplicable, ReportValue::Text(reason)) => {
                CellValue::NotApplicable { reason: reason.clone() }
            }
            _ => return None,
        })
    }
}

/// A value as it stands in the JSON: a number, a text, or null.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportValue {
    /// Nothing: not reported, nothing arose, a heading.
    Null,
    /// An exact number; a choice's number; 1 or 0 for a flag.
    Number(Decimal),
    /// A text: the reason of a *not applicable*.
    Text(String),
}

/// One figure behind a consolidated one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The unit that gave it.
    pub unit: UnitCode,
    /// The submission it was read from; `None` when read from a draft (an office's own view).
    pub submission: Option<String>,
    /// What it gave.
    pub value: ReportValue,
}

/// One section of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportSection {
    /// Its id.
    pub id: SectionId,
    /// Printed number: `I`, `1`, `a`.
    pub number: String,
    /// Printed title.
    pub title: String,
    /// How deep it lies: 0 for `I`, 1 for `1`, 2 for `a`.
    pub depth: u8,
    /// Its paragraphs, separated by one line feed.
    pub text: String,
}

/// A submission that a report was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportSubmission {
    /// The unit that submitted.
    pub unit: UnitCode,
    /// Heads of the report document at which it was frozen, hexadecimal.
    pub heads: Vec<String>,
    /// When it was signed, milliseconds since 1970 by the office's clock.
    pub signed_at: i64,
    /// When the hub received it, milliseconds since 1970 by the hub's clock; `None` offline.
    pub received_at: Option<i64>,
    /// The node key that signed it.
    pub key: NodeKey,
    /// The version of the template that it was made under, where that is not the report's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<TemplateRef>,
}

impl Serialize for ReportValue {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Number(number) => exact_number::serialize(number, serializer),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for ReportValue {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<serde_json::value::RawValue>::deserialize(deserializer)?;
        let text = raw.get().trim();
        if text == "null" {
            Ok(Self::Null)
        } else if text.starts_with('"') {
            serde_json::from_str(text).map(Self::Text).map_err(serde::de::Error::custom)
        } else {
            exact_number::parse(text).map(Self::Number).map_err(serde::de::Error::custom)
        }
    }
}

/// Decimals in JSON, digit by digit: `serde_json` would otherwise pass them through a float.
mod exact_number {
    use rust_decimal::Decimal;
    use serde::Serialize as _;
    use serde_json::value::RawValue;

    pub(super) fn serialize<S: serde::Serializer>(
        number: &Decimal,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        RawValue::from_string(number.normalize().to_string())
            .map_err(serde::ser::Error::custom)?
            .serialize(serializer)
    }

    pub(super) fn parse(text: &str) -> Result<Decimal, String> {
        Decimal::from_str_exact(text)
            .or_else(|_| Decimal::from_scientific(text))
            .map_err(|_| format!("`{text}` is not a number that can be held exactly"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_through_json_digit_by_digit() {
        for text in ["0", "1304", "17.11", "-2.5", "79228162514264337593543950335"] {
            let value: ReportValue = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&value).unwrap(), text);
        }
        assert_eq!(
            serde_json::from_str::<ReportValue>("1e3").unwrap(),
            ReportValue::Number(Decimal::from(1000))
        );
        assert!(serde_json::from_str::<ReportValue>("true").is_err());
        assert!(serde_json::from_str::<ReportValue>("{}").is_err());
    }
}
