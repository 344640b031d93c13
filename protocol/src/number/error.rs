//! Why a text or a value cannot stand in a cell.

use rust_decimal::Decimal;

use crate::template::Choice;
use crate::value::MAX_REASON_CHARS;

/// Longest piece of a refused text that an error carries, in characters.
const SHOWN: usize = 64;

/// Why a text cannot be read as an indicator's value, or a value cannot be its value. Texts are cut to 64
/// characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// A percentage above 100, where the template does not allow it.
    #[error("{value} is above 100 per cent")]
    AboveHundred {
        /// The value.
        value: Decimal,
    },
    /// The text can be read in two ways.
    #[error("`{text}` can mean {} or {}", readings[0], readings[1])]
    Ambiguous {
        /// The text.
        text: String,
        /// What it means when its mark separates thousands, and when it separates decimals.
        readings: [Decimal; 2],
    },
    /// The text can be read in two ways, of which one has more decimals than the indicator.
    #[error("`{text}` can mean {thousands}, or a number with more than {allowed} decimals")]
    AmbiguousTooFine {
        /// The text.
        text: String,
        /// What it means when its mark separates thousands.
        thousands: Decimal,
        /// How many decimals are allowed.
        allowed: u32,
    },
    /// A sentence that says whose figure it is, without the words for *not applicable*.
    #[error("`{text}` may be why the figure is not this unit's to give")]
    AuthorityUnmarked {
        /// The text.
        text: String,
    },
    /// The cell is derived: computed from others and never typed.
    #[error("the figure is computed from others")]
    Derived,
    /// No text at all. Clearing a cell is another action than typing into it.
    #[error("there is no value")]
    Empty,
    /// Decimals marked by ".", as English writes them.
    #[error("`{text}` is how English writes {reading}")]
    English {
        /// The text.
        text: String,
        /// What it means in English.
        reading: Decimal,
    },
    /// The row is a heading and holds no value.
    #[error("a heading holds no value")]
    Heading,
    /// Below zero, where only figures from zero up make sense.
    #[error("{value} is below zero")]
    Negative {
        /// The value.
        value: Decimal,
    },
    /// Neither the number nor the label of a choice.
    #[error("`{text}` is none of the choices")]
    NotAChoice {
        /// The text.
        text: String,
        /// What there is to choose from.
        choices: Vec<Choice>,
    },
    /// Neither yes nor no.
    #[error("`{text}` is neither yes nor no")]
    NotAFlag {
        /// The text.
        text: String,
    },
    /// Not a number: letters, misplaced marks, an exponent, a leading plus, full-width digits.
    #[error("`{text}` is not a number")]
    NotANumber {
        /// The text.
        text: String,
    },
    /// There is none: either zero, or nothing that could have been counted.
    #[error("`{text}` can mean 0 or that nothing arose")]
    NothingOrZero {
        /// The text.
        text: String,
    },
    /// The row belongs to another level of administration and is *not applicable* by itself.
    #[error("the figure is not this level's to give: {reason}")]
    OutsideAuthority {
        /// The reason that the template gives.
        reason: String,
    },
    /// *Not applicable* without a reason.
    #[error("not applicable, but no reason is given")]
    ReasonMissing,
    /// A reason with line feeds or other control characters, or (in a value that was not typed) one that
    /// is not trimmed NFC.
    #[error("the reason `{text}` is not one line of plain text")]
    ReasonNotPlain {
        /// The reason.
        text: String,
    },
    /// A reason longer than [`MAX_REASON_CHARS`].
    #[error("the reason has {chars} characters, more than {MAX_REASON_CHARS}")]
    ReasonTooLong {
        /// How many characters it has.
        chars: usize,
    },
    /// Larger than [`super::max_number`], or with more digits than can be held exactly.
    #[error("`{text}` is larger or finer than can be held exactly")]
    TooLarge {
        /// The number as written.
        text: String,
    },
    /// Longer than anything that a cell can hold.
    #[error("the text has {bytes} bytes, more than {}", super::MAX_TEXT_BYTES)]
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// More decimals than the indicator has.
    #[error("{value} has more than {allowed} decimals")]
    TooManyDecimals {
        /// The value.
        value: Decimal,
        /// How many decimals are allowed.
        allowed: u32,
    },
    /// A value of another kind: a flag for a count, a number for a choice.
    #[error("a {expected} is needed, this is a {found}")]
    WrongKind {
        /// The kind that the indicator takes: `number`, `choice`, `flag`.
        expected: &'static str,
        /// The kind that was given.
        found: &'static str,
    },
}

impl ReadError {
    /// The error's name for catalogues of messages.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AboveHundred { .. } => "value-above-hundred",
            Self::Ambiguous { .. } => "value-ambiguous",
            Self::AmbiguousTooFine { .. } => "value-ambiguous-too-fine",
            Self::AuthorityUnmarked { .. } => "value-authority-unmarked",
            Self::Derived => "value-derived",
            Self::Empty => "value-empty",
            Self::English { .. } => "value-english",
            Self::Heading => "value-heading",
            Self::Negative { .. } => "value-negative",
            Self::NotAChoice { .. } => "value-not-a-choice",
            Self::NotAFlag { .. } => "value-not-a-flag",
            Self::NotANumber { .. } => "value-not-a-number",
            Self::NothingOrZero { .. } => "value-nothing-or-zero",
            Self::OutsideAuthority { .. } => "value-outside-authority",
            Self::ReasonMissing => "value-reason-missing",
            Self::ReasonNotPlain { .. } => "value-reason-not-plain",
            Self::ReasonTooLong { .. } => "value-reason-too-long",
            Self::TooLarge { .. } => "value-too-large",
            Self::TooLong { .. } => "value-too-long",
            Self::TooManyDecimals { .. } => "value-too-many-decimals",
            Self::WrongKind { .. } => "value-wrong-kind",
        }
    }
}

/// The piece of a text that an error carries.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}
