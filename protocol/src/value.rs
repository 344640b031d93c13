//! What a cell holds. A number is an exact decimal, never a float; what is not a number says why.

use rust_decimal::Decimal;

mod encoding;

pub use encoding::DecodeError;
pub(crate) use encoding::is_reason;

/// Longest reason of a *not applicable*, in characters: a sentence, not an essay.
pub const MAX_REASON_CHARS: usize = 500;

/// The value of a cell that has been reported. A cell that has not been reported has no value at all
/// (`Option::None`): absent, zero and *nothing arose* are three different things.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CellValue {
    /// A number, in the indicator's unit of measure (a percentage is 95.9, not 0.959).
    Number(Decimal),
    /// One of the indicator's choices, by its number on the form.
    Choice(u32),
    /// Yes or no.
    Flag(bool),
    /// *Không phát sinh*: there was nothing to count. Not zero: 0/0 is this.
    NothingArose,
    /// *Không thuộc thẩm quyền* and the like: the figure is not this unit's to give.
    NotApplicable {
        /// Why, as the officer wrote it: NFC, trimmed, one line, 1 to [`MAX_REASON_CHARS`] characters.
        reason: String,
    },
}

/// What state a cell is in, as the JSON of a report says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellState {
    /// One of the indicator's choices.
    Choice,
    /// Yes or no.
    Flag,
    /// Not a cell but the heading of a group of rows.
    Heading,
    /// The figure is not this unit's to give.
    NotApplicable,
    /// Nothing has been reported.
    NotReported,
    /// There was nothing to count.
    NothingArose,
    /// A number.
    Number,
}

impl CellState {
    /// The state of a cell with this value.
    pub fn of(value: Option<&CellValue>) -> Self {
        match value {
            None => Self::NotReported,
            Some(CellValue::Number(_)) => Self::Number,
            Some(CellValue::Choice(_)) => Self::Choice,
            Some(CellValue::Flag(_)) => Self::Flag,
            Some(CellValue::NothingArose) => Self::NothingArose,
            Some(CellValue::NotApplicable { .. }) => Self::NotApplicable,
        }
    }
}
