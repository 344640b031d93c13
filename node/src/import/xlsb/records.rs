//! The records of an XLSB's parts, and the texts in them.

use std::io::Read as _;

use super::super::archive::{Part, unreadable};
use super::super::biff::{Bytes, cut, runs};
use super::super::collector::syntax;
use super::super::style::{Font, RichText};
use crate::problem::Problem;

/// Longest record. A cell's text has at most 32,767 letters.
const MAX_RECORD: usize = 1 << 20;

/// A text with its flags before it, and after it how its letters look.
pub(super) fn rich_text(data: &mut Bytes<'_>, fonts: &[Font]) -> Result<RichText, Problem> {
    let flags = data.u8()?;
    let letters = data.wide_string()?;
    if flags & 1 == 0 {
        return Ok(RichText { letters, ..RichText::default() });
    }
    let count = usize::try_from(data.u32()?).unwrap_or(usize::MAX);
    let list = data.take(count.saturating_mul(4))?;
    let runs = runs(list, &letters, |font| fonts.get(font));
    Ok(RichText { letters, runs })
}

/// The records of a part.
pub(super) struct Records<'a, 'b> {
    pub(super) part: Part<'a, 'b>,
}

impl Records<'_, '_> {
    /// The next record: its kind and its data.
    pub(super) fn next(&mut self) -> Result<Option<(u16, Vec<u8>)>, Problem> {
        self.part.begin_piece();
        let Some(first) = self.byte()? else { return Ok(None) };
        let mut kind = u16::from(first & 0x7f);
        if first & 0x80 != 0 {
            kind |= u16::from(self.needed()? & 0x7f) << 7;
        }
        let mut length = 0usize;
        for step in 0..4 {
            let byte = self.needed()?;
            length |= usize::from(byte & 0x7f) << (7 * step);
            if byte & 0x80 == 0 {
                break;
            }
        }
        if length > MAX_RECORD {
            return Err(syntax("a record is too long"));
        }
        let mut data = vec![0; length];
        self.part.read_exact(&mut data).map_err(|error| unreadable(&error))?;
        Ok(Some((kind, data)))
    }

    fn byte(&mut self) -> Result<Option<u8>, Problem> {
        let mut byte = [0];
        let count = self.part.read(&mut byte).map_err(|error| unreadable(&error))?;
        Ok((count == 1).then(|| u8::from_le_bytes(byte)))
    }

    fn needed(&mut self) -> Result<u8, Problem> {
        self.byte()?.ok_or_else(cut)
    }
}
