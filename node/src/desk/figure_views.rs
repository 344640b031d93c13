//! A cell as a screen shows it.

use std::ops::Range;

use hopluu_protocol::id::IndicatorId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cells::EntryView;
use super::earlier::EarlierValue;
use crate::problem::Problem;

/// All figures of a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FiguresView {
    /// The state that was read: an event with a greater one may have changed it.
    pub revision: u64,
    /// Why nothing of it can be typed, if so.
    pub locked: Option<Problem>,
    /// All cells of the form, in its order.
    pub cells: Vec<FigureCell>,
}

/// What stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FigureState {
    /// Nothing: the row is a heading.
    Heading,
    /// Nothing has been reported.
    Missing,
    /// It is not this unit's to give.
    NotApplicable,
    /// There was nothing to count.
    NothingArose,
    /// A value.
    Value,
    /// Nothing yet: what it is computed from is missing or in conflict.
    Waiting,
}

/// A cell as a screen shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigureCell {
    /// The indicator.
    #[schema(value_type = String)]
    pub id: IndicatorId,
    /// As people read it: `1.304`, `17,11`, `Không phát sinh`.
    pub written: String,
    /// As it stands in the field where it is typed: `1304`, `17,11`.
    pub editable: String,
    /// The number, canonical: `17.11`.
    pub number: Option<String>,
    /// What it means.
    pub state: FigureState,
    /// Why it is not this unit's to give.
    pub reason: String,
    /// Whether the hub has acknowledged every change that it stands on.
    pub at_hub: bool,
    /// Names what it stands on, for `only_if`.
    pub version: String,
    /// The note.
    pub note: String,
    /// The values that stand in it when people set it apart from each other; else at most one.
    pub entries: Vec<EntryView>,
    /// The notes that stand at it when people wrote them apart from each other; else none.
    pub notes: Vec<EntryView>,
    /// The typed cells that are missing or in conflict and keep it from being computed.
    #[schema(value_type = Vec<String>)]
    pub waiting_for: Vec<IndicatorId>,
    /// What was typed and is no value: on this machine only.
    pub draft: Option<CellDraft>,
    /// Why it cannot be typed; nothing is said at headings and computed rows, which the form tells.
    pub locked: Option<Problem>,
    /// What stood there in the period before.
    pub previous: Option<EarlierValue>,
    /// The change since then: `−63`, `+0,3 điểm`.
    pub change: String,
    /// The same in per cent, `−7,2%`; empty for percentages.
    pub change_percent: String,
    /// What stood there in up to eight earlier periods, the latest first.
    pub earlier: Vec<EarlierValue>,
    /// What is to be looked at again in it.
    pub problems: Vec<Problem>,
    /// What stands in it and does not fit, since a later version of the form has the row of another type.
    pub misfit: Option<String>,
}

/// A text that is no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CellDraft {
    /// As it was typed.
    pub text: String,
    /// Why it is no value.
    pub problem: Problem,
    /// What it can mean; empty when it can mean nothing.
    pub readings: Vec<NumberReading>,
}

/// One thing that a text can mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NumberReading {
    /// What is typed for it beyond doubt.
    pub typed: String,
    /// As people read it.
    pub written: String,
    /// The arithmetic that speaks for it: `5.161 ÷ 30.162 = 17,11%`; empty when none does.
    pub argument: String,
}

/// What the hub has acknowledged of this unit's report, by positions of changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct AtHub {
    ranges: Vec<Range<u32>>,
}

impl AtHub {
    pub(crate) fn of(ranges: Vec<Range<u32>>) -> Self {
        Self { ranges }
    }

    /// At the hub itself whatever is stored is there.
    pub(crate) fn everything() -> Self {
        Self { ranges: std::iter::once(0..u32::MAX).collect() }
    }

    pub(super) fn has(&self, position: u32) -> bool {
        self.ranges.iter().any(|range| range.contains(&position))
    }
}
