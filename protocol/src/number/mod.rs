//! Numbers as Vietnamese officers type them and as Vietnamese reports print them.
//!
//! Thousands are marked by "." and decimals by "," (Luật Kế toán, rule on digits): 1.304 and 17,11. But
//! people and their spreadsheets write the other way round too, and real reports hold both: 1.304, 1118,
//! 17,11% and 30,162 stand in one of them, the last meaning thirty thousand. So a text is read in every
//! way that makes sense, and when there are two, it is refused and both readings are offered. Nothing is
//! ever guessed or rounded.

mod check;
mod error;
mod numeral;
mod read;
mod write;

use rust_decimal::Decimal;

pub use check::check_value;
pub use error::ReadError;
pub(crate) use read::is_readable_label;
pub use read::{MAX_TEXT_BYTES, Readings, fold, read_value, readings};
pub use write::{
    Decimals, NOT_APPLICABLE_WORDS, NOTHING_AROSE_WORDS, write_number, write_prose_number,
    write_shown, write_typed, write_value,
};

/// Most decimals that a template may allow. With [`max_number`] it keeps the sum of ten thousand figures
/// exact: 18 + 4 digits before the mark and 6 after it are within the 28 of a [`Decimal`].
pub const MAX_DECIMALS: u32 = 6;

/// The largest figure accepted, 10¹⁸; the smallest is its negative.
pub fn max_number() -> Decimal {
    Decimal::from(1_000_000_000_000_000_000_u64)
}

#[cfg(test)]
mod tests;
