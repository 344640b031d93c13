//! The styles of cells: formats of numbers, fonts, grounds.

use super::super::biff::{Bytes, STRUCK};
use super::super::style::{Colour, Font};
use crate::problem::Problem;

/// What a style says: the numbers of its font and format, and the ground of its cells.
pub(super) struct Look {
    pub(super) font: u16,
    pub(super) format: u16,
    pub(super) ground: Colour,
}

impl Look {
    /// Reads an XF record ([MS-XLS] 2.5.20): the pattern stands in the highest bits of the second border's, the
    /// colours of a solid one in the seven lowest of what follows.
    pub(super) fn read(mut data: Bytes<'_>) -> Result<Self, Problem> {
        let (font, format) = (data.u16()?, data.u16()?);
        // Programs that write no more of it leave the ground as it is.
        let rest = data.take(10).and_then(|_| Ok((data.u32()?, data.u16()?)));
        let ground = match rest {
            Ok((border, colours)) => match border >> 26 {
                0 => Colour::Automatic,
                1 => Colour::of_palette(u32::from(colours & 0x7f)),
                _ => Colour::Other,
            },
            Err(_) => Colour::Automatic,
        };
        Ok(Self { font, format, ground })
    }
}

/// Reads a Font record.
pub(super) fn font(mut data: Bytes<'_>) -> Result<Font, Problem> {
    data.u16()?;
    let struck = data.u16()? & STRUCK != 0;
    let colour = Colour::of_palette(data.u16()?.into());
    data.u16()?;
    let raised = data.u16()? != 0;
    Ok(Font { struck, raised, colour })
}

/// A font by its number. There is none of number 4 ([MS-XLS] 2.5.129).
pub(super) fn font_of(fonts: &[Font], number: usize) -> Option<&Font> {
    fonts.get(if number > 4 { number - 1 } else { number })
}
