//! The records of an XLS, and the texts in them.

use super::super::biff::{Bytes, cut, runs, utf16};
use super::super::style::{Font, RichText};
use super::styles::font_of;
use crate::problem::Problem;

pub(super) const BEGIN: u16 = 0x0809;
pub(super) const END: u16 = 0x000a;

const CONTINUE: u16 = 0x003c;
const STRING: u16 = 0x0207;

/// Letters in one byte or two each, as a flag before them says.
pub(super) fn letters(data: &mut Bytes<'_>, count: usize) -> Result<String, Problem> {
    if data.u8()? & 1 == 0 {
        return Ok(data.take(count)?.iter().copied().map(char::from).collect());
    }
    Ok(utf16(data.take(count * 2)?))
}

/// The shared texts: one stream of them over several records. A text's letters may go on in the next
/// record, which then says anew how many bytes each takes ([MS-XLS] 2.5.293).
pub(super) fn read_strings(pieces: &[&[u8]], fonts: &[Font]) -> Result<Vec<RichText>, Problem> {
    let mut pieces = pieces.iter();
    let mut data = Bytes(pieces.next().ok_or_else(cut)?);
    data.u32()?;
    let count = data.u32()?;
    let mut strings = Vec::new();
    for _ in 0..count {
        if data.0.is_empty() {
            let Some(next) = pieces.next() else { break };
            data = Bytes(next);
        }
        let mut left = usize::from(data.u16()?);
        let flags = data.u8()?;
        let listed = if flags & 8 != 0 { usize::from(data.u16()?) * 4 } else { 0 };
        let readings = if flags & 4 != 0 { usize::try_from(data.u32()?).unwrap_or(0) } else { 0 };
        let mut text = String::new();
        let mut wide = flags & 1 != 0;
        while left > 0 {
            let size = if wide { 2 } else { 1 };
            let now = left.min(data.0.len() / size);
            let bytes = data.take(now * size)?;
            if wide {
                text.push_str(&utf16(bytes));
            } else {
                text.extend(bytes.iter().copied().map(char::from));
            }
            left -= now;
            if left > 0 {
                data = Bytes(pieces.next().ok_or_else(cut)?);
                wide = data.u8()? & 1 != 0;
            }
        }
        let mut list = Vec::new();
        let mut skip = listed.saturating_add(readings);
        while skip > 0 {
            if data.0.is_empty() {
                data = Bytes(pieces.next().ok_or_else(cut)?);
            }
            let piece = data.take(skip.min(data.0.len()))?;
            skip -= piece.len();
            let wanted = listed.saturating_sub(list.len()).min(piece.len());
            list.extend(piece.iter().take(wanted));
        }
        let runs = runs(&list, &text, |font| font_of(fonts, font));
        strings.push(RichText { letters: text, runs });
    }
    Ok(strings)
}

/// The text of a cell of its own, with how its letters look where that follows it.
pub(super) fn rich_text(
    data: &mut Bytes<'_>,
    with_runs: bool,
    fonts: &[Font],
) -> Result<RichText, Problem> {
    let length = data.u16()?;
    let letters = letters(data, length.into())?;
    let list = if with_runs { usize::from(data.u16()?) * 4 } else { 0 };
    let runs = runs(data.take(list)?, &letters, |font| font_of(fonts, font));
    Ok(RichText { letters, runs })
}

/// The records of one sheet, without those of charts within it, which have cells of their own.
pub(super) struct SheetRecords<'a> {
    records: Records<'a>,
    depth: usize,
    ended: bool,
}

impl<'a> SheetRecords<'a> {
    pub(super) fn new(records: Records<'a>) -> Self {
        Self { records, depth: 0, ended: false }
    }

    /// The next record: its kind and its data.
    pub(super) fn next(&mut self) -> Result<Option<(u16, Bytes<'a>)>, Problem> {
        while !self.ended {
            let Some((kind, data)) = self.records.next()? else { break };
            match kind {
                BEGIN => self.depth += 1,
                END => {
                    self.depth = self.depth.saturating_sub(1);
                    self.ended = self.depth == 0;
                }
                _ if self.depth == 1 => return Ok(Some((kind, data))),
                _ => {}
            }
        }
        Ok(None)
    }

    /// The text that a formula gave.
    pub(super) fn string_ahead(&mut self) -> Result<Option<String>, Problem> {
        self.records.string_ahead()
    }
}

/// The records of a stream.
#[derive(Clone, Copy)]
pub(super) struct Records<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Records<'a> {
    /// The next record: its kind and its data.
    pub(super) fn next(&mut self) -> Result<Option<(u16, Bytes<'a>)>, Problem> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let mut rest = Bytes(self.rest);
        let kind = rest.u16()?;
        let length = rest.u16()?;
        let data = rest.take(length.into())?;
        self.rest = rest.0;
        Ok(Some((kind, Bytes(data))))
    }

    /// What continues the record before.
    pub(super) fn continued(&mut self) -> Result<Option<&'a [u8]>, Problem> {
        let mut ahead = *self;
        match ahead.next()? {
            Some((CONTINUE, data)) => {
                *self = ahead;
                Ok(Some(data.0))
            }
            _ => Ok(None),
        }
    }

    /// The text that a formula gave: in the next record, or after one that several formulas share.
    pub(super) fn string_ahead(&mut self) -> Result<Option<String>, Problem> {
        for _ in 0..3 {
            match self.next()? {
                Some((STRING, mut data)) => {
                    let length = usize::from(data.u16()?);
                    let whole = letters(&mut data, length);
                    // A text that goes on in another record is longer than any figure.
                    return whole.map(Some).or(Ok(None));
                }
                // Array, Table, ShrFmla
                Some((0x0221 | 0x0236 | 0x04bc, _)) => {}
                _ => return Ok(None),
            }
        }
        Ok(None)
    }
}
