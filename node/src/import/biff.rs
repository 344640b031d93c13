//! Bytes of Excel's binary workbooks: XLS ([MS-XLS]) and XLSB ([MS-XLSB]).

use super::collector::syntax;
use super::style::{Font, Runs};
use super::table::{MIN_COLUMN_LETTERS, MIN_ROW_POINTS};
use crate::problem::Problem;

/// The flag of a font whose letters are struck through.
pub(super) const STRUCK: u16 = 0x08;

/// Bytes that are taken from the front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Problem> {
        let (front, rest) = self.0.split_at_checked(count).ok_or_else(cut)?;
        self.0 = rest;
        Ok(front)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Problem> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Problem> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Problem> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn f64(&mut self) -> Result<f64, Problem> {
        self.array().map(f64::from_le_bytes)
    }

    /// A number in four bytes ([MS-XLS] 2.5.217): 30 bits of a fraction or of a whole number, perhaps
    /// divided by 100.
    pub(super) fn rk(&mut self) -> Result<f64, Problem> {
        let bits = self.u32()?;
        let number = if bits & 2 == 0 {
            f64::from_bits(u64::from(bits & !3) << 32)
        } else {
            f64::from(bits.cast_signed() >> 2)
        };
        Ok(if bits & 1 == 0 { number } else { number / 100.0 })
    }

    /// A text of XLSB: its length in UTF-16 units, then these.
    pub(super) fn wide_string(&mut self) -> Result<String, Problem> {
        let units = self.u32()?;
        // A missing text has all bits set.
        if units == u32::MAX {
            return Ok(String::new());
        }
        let bytes = usize::try_from(units).ok().and_then(|units| units.checked_mul(2));
        Ok(utf16(self.take(bytes.ok_or_else(cut)?)?))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        self.take(N)?.try_into().map_err(|_| cut())
    }
}

pub(super) fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> =
        bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    String::from_utf16_lossy(&units)
}

/// An error's words by its number ([MS-XLS] 2.5.10).
pub(super) fn error_words(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        0x2a => "#N/A",
        _ => "#",
    }
}

/// How the letters of a text look, by a list of where each run begins and which font it has. Letters before
/// the first run have the cell's.
pub(super) fn runs<'a>(
    list: &[u8],
    letters: &str,
    font: impl Fn(usize) -> Option<&'a Font>,
) -> Runs {
    let units: Vec<u16> = letters.encode_utf16().collect();
    let numbers = |run: &[u8; 4]| {
        let [a, b, c, d] = *run;
        (usize::from(u16::from_le_bytes([a, b])), usize::from(u16::from_le_bytes([c, d])))
    };
    let begun: Vec<(usize, usize)> = list.as_chunks::<4>().0.iter().map(numbers).collect();
    let ends = begun.iter().skip(1).map(|(at, _)| *at).chain([units.len()]);
    let mut all = Runs::default();
    for ((from, number), to) in begun.iter().zip(ends) {
        let run = units.get(*from..to.min(units.len())).unwrap_or_default();
        let is_seen = !String::from_utf16_lossy(run).trim().is_empty();
        if let Some(font) = font(*number).filter(|_| is_seen) {
            all = all.and(font.run());
        }
    }
    all
}

/// Whether a row is too low to be read, by its height in twentieths of a point.
pub(super) fn is_low(twips: u16) -> bool {
    f64::from(twips & 0x7fff) < MIN_ROW_POINTS * 20.0
}

/// Whether a column is too narrow to be read, by its width in parts of a letter, of which there are 256.
pub(super) fn is_narrow(width: u32) -> bool {
    f64::from(width) < MIN_COLUMN_LETTERS * 256.0
}

pub(super) fn cut() -> Problem {
    syntax("a record ends too soon")
}
