//! The styles of cells: formats of numbers, fonts, grounds.

use std::collections::BTreeMap;

use super::super::archive::Archive;
use super::super::biff::{Bytes, STRUCK};
use super::super::collector::syntax;
use super::super::number_format::Format;
use super::super::package::{MAX_FORMATS, needed};
use super::super::style::{Colour, Font, Style};
use super::records::Records;
use crate::problem::Problem;

/// The styles of a workbook's cells, and its fonts, by their numbers.
pub(super) fn read_styles(
    archive: &mut Archive<'_>,
    part: &str,
) -> Result<(Vec<Style>, Vec<Font>), Problem> {
    let mut records = Records { part: needed(archive, part)? };
    let mut formats = BTreeMap::new();
    let (mut fonts, mut grounds, mut cells) = (Vec::new(), Vec::new(), Vec::new());
    let mut in_cells = false;
    while let Some((kind, data)) = records.next()? {
        let mut data = Bytes(&data);
        match kind {
            // BrtFmt
            44 => {
                let id = data.u16()?;
                formats.insert(id, Format::read(&data.wide_string()?));
            }
            // BrtFont
            43 => fonts.push(font(&mut data)?),
            // BrtFill: a pattern; the second one is solid.
            45 => grounds.push(match data.u32()? {
                0 => Colour::Automatic,
                1 => colour(&mut data)?,
                _ => Colour::Other,
            }),
            // BrtBeginCellXFs, BrtEndCellXFs
            617 => in_cells = true,
            618 => in_cells = false,
            // BrtXF: its parent, then its format, font and fill
            47 if in_cells => {
                data.u16()?;
                cells.push((data.u16()?, data.u16()?, data.u16()?));
            }
            _ => {}
        }
        if cells.len().max(fonts.len()).max(grounds.len()) > MAX_FORMATS {
            return Err(syntax("too many formats"));
        }
    }
    let style = |(format, font, ground): &(u16, u16, u16)| Style {
        format: formats.get(format).cloned().unwrap_or_else(|| Format::built_in((*format).into())),
        font: fonts.get(usize::from(*font)).cloned().unwrap_or_default(),
        ground: grounds.get(usize::from(*ground)).copied().unwrap_or_default(),
    };
    Ok((cells.iter().map(style).collect(), fonts))
}

fn font(data: &mut Bytes<'_>) -> Result<Font, Problem> {
    data.u16()?;
    let struck = data.u16()? & STRUCK != 0;
    data.u16()?;
    let raised = data.u16()? != 0;
    data.take(4)?;
    Ok(Font { struck, raised, colour: colour(data)? })
}

/// A BrtColor: what kind it is, its number, how much it is tinted, and its red, green and blue.
fn colour(data: &mut Bytes<'_>) -> Result<Colour, Problem> {
    let kind = data.u8()? >> 1;
    let index = u32::from(data.u8()?);
    let tinted = data.u16()? != 0;
    let [red, green, blue, _] = data.u32()?.to_le_bytes();
    Ok(match kind {
        0 => Colour::Automatic,
        1 => Colour::of_palette(index),
        2 => Colour::Mixed(u32::from_be_bytes([0, red, green, blue])),
        3 => Colour::of_theme(index, tinted),
        _ => Colour::Other,
    })
}
