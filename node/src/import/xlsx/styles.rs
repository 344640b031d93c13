//! The styles of cells: formats of numbers, fonts, grounds.

use std::collections::BTreeMap;

use quick_xml::events::BytesStart;

use super::super::archive::Archive;
use super::super::collector::syntax;
use super::super::number_format::Format;
use super::super::package::{MAX_FORMATS, needed};
use super::super::style::{Colour, Font, Style};
use super::super::xml::{Piece, Source, Xml, attribute, flag, name};
use crate::problem::Problem;

/// The styles of a workbook's cells by their numbers.
pub(super) fn read_styles(archive: &mut Archive<'_>, part: &str) -> Result<Vec<Style>, Problem> {
    let mut xml = Xml::new(needed(archive, part)?);
    let mut formats = BTreeMap::new();
    let (mut fonts, mut grounds, mut cells) = (Vec::new(), Vec::new(), Vec::new());
    // Formats that depend on conditions have fonts and grounds of their own, elsewhere.
    let mut list = "";
    loop {
        match xml.next()? {
            Piece::Begin(tag) => match name(&tag) {
                "numFmt" => {
                    let id = attribute(&tag, "numFmtId")?.and_then(|id| id.parse::<u32>().ok());
                    let code = attribute(&tag, "formatCode")?.unwrap_or_default();
                    if let Some(id) = id {
                        formats.insert(id, Format::read(&code));
                    }
                }
                "fonts" => list = "fonts",
                "fills" => list = "fills",
                "cellXfs" => list = "cellXfs",
                "font" if list == "fonts" => fonts.push(read_font(&mut xml, "font")?),
                "fill" if list == "fills" => grounds.push(read_ground(&mut xml)?),
                "xf" if list == "cellXfs" => {
                    let number = |name: &str| -> Result<u32, Problem> {
                        let number = attribute(&tag, name)?.and_then(|id| id.parse().ok());
                        Ok(number.unwrap_or_default())
                    };
                    cells.push((number("numFmtId")?, number("fontId")?, number("fillId")?));
                }
                _ => {}
            },
            Piece::End(name) if name == list => list = "",
            Piece::Done => break,
            Piece::End(_) | Piece::Text(_) => {}
        }
        let most = formats.len().max(fonts.len()).max(grounds.len()).max(cells.len());
        if most > MAX_FORMATS {
            return Err(syntax("too many formats"));
        }
    }
    let at = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let style = |(format, font, ground): &(u32, u32, u32)| Style {
        format: formats.get(format).cloned().unwrap_or_else(|| Format::built_in(*format)),
        font: fonts.get(at(*font)).cloned().unwrap_or_default(),
        ground: grounds.get(at(*ground)).copied().unwrap_or_default(),
    };
    Ok(cells.iter().map(style).collect())
}

/// A font up to its end: of cells, or of a run of letters.
pub(super) fn read_font<R: Source>(xml: &mut Xml<R>, until: &str) -> Result<Font, Problem> {
    let mut font = Font::default();
    loop {
        match xml.next()? {
            Piece::Begin(tag) => match name(&tag) {
                "strike" | "dstrike" => {
                    font.struck |= attribute(&tag, "val")?.is_none() || flag(&tag, "val")?;
                }
                "vertAlign" => {
                    font.raised = attribute(&tag, "val")?.is_some_and(|at| at != "baseline");
                }
                "color" => font.colour = colour(&tag)?,
                _ => {}
            },
            Piece::End(name) if name == until => return Ok(font),
            Piece::Done => return Ok(font),
            Piece::End(_) | Piece::Text(_) => {}
        }
    }
}

/// The colour of a fill up to its end; patterns and gradients are not looked into.
fn read_ground<R: Source>(xml: &mut Xml<R>) -> Result<Colour, Problem> {
    let mut ground = Colour::default();
    let mut solid = false;
    loop {
        match xml.next()? {
            Piece::Begin(tag) => match name(&tag) {
                "patternFill" => match attribute(&tag, "patternType")?.as_deref() {
                    None | Some("none") => {}
                    Some("solid") => solid = true,
                    Some(_) => ground = Colour::Other,
                },
                "gradientFill" => ground = Colour::Other,
                "fgColor" if solid => ground = colour(&tag)?,
                _ => {}
            },
            Piece::End(name) if name == "fill" => return Ok(ground),
            Piece::Done => return Ok(ground),
            Piece::End(_) | Piece::Text(_) => {}
        }
    }
}

fn colour(tag: &BytesStart<'_>) -> Result<Colour, Problem> {
    let number = |name: &str| -> Result<Option<u32>, Problem> {
        Ok(attribute(tag, name)?.and_then(|number| number.parse().ok()))
    };
    if let Some(digits) = attribute(tag, "rgb")? {
        return Ok(Colour::of_digits(&digits));
    }
    if let Some(index) = number("theme")? {
        let tint = attribute(tag, "tint")?.and_then(|tint| tint.parse::<f64>().ok());
        return Ok(Colour::of_theme(index, tint.is_some_and(|tint| tint != 0.0)));
    }
    Ok(number("indexed")?.map_or(Colour::Automatic, Colour::of_palette))
}
