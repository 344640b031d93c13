//! The texts that a workbook's cells share.

use super::super::archive::Archive;
use super::super::collector::syntax;
use super::super::package::needed;
use super::super::style::{RichText, Runs};
use super::super::xml::{Piece, Source, Xml, name};
use super::styles::read_font;
use crate::problem::Problem;

/// Most bytes of all texts together.
const MAX_BYTES: usize = 64 << 20;

/// All texts, one behind the other.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    /// Where each ends.
    ends: Vec<u32>,
    /// How the letters of each look.
    runs: Vec<Runs>,
}

impl Strings {
    pub(super) fn read(archive: &mut Archive<'_>, part: &str) -> Result<Self, Problem> {
        let mut strings = Self::default();
        let mut xml = Xml::new(needed(archive, part)?);
        loop {
            match xml.next()? {
                Piece::Begin(tag) if name(&tag) == "si" => {
                    let text = rich_text(&mut xml, "si")?;
                    strings.text.push_str(&text.letters);
                    strings.runs.push(text.runs);
                    let end = u32::try_from(strings.text.len()).ok();
                    strings.ends.push(end.filter(|_| strings.fits()).ok_or_else(too_many)?);
                }
                Piece::Done => return Ok(strings),
                Piece::Begin(_) | Piece::End(_) | Piece::Text(_) => {}
            }
        }
    }

    fn fits(&self) -> bool {
        self.text.len() <= MAX_BYTES && self.ends.len() < MAX_BYTES / 4
    }

    pub(super) fn get(&self, index: usize) -> Option<RichText> {
        let end = *self.ends.get(index)?;
        let start =
            index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        let letters = self.text.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)?;
        Some(RichText { letters: letters.to_owned(), runs: *self.runs.get(index)? })
    }
}

fn too_many() -> Problem {
    syntax("its texts are too long")
}

/// The text of `si` or `is` up to its end: plain or in runs; readings of East Asian letters are left out.
pub(super) fn rich_text<R: Source>(xml: &mut Xml<R>, until: &str) -> Result<RichText, Problem> {
    let mut text = String::new();
    let mut runs = Runs::default();
    let (mut in_text, mut in_reading) = (false, false);
    // How the letters of the run look that is being read; a text outside of runs stands alone.
    let mut run: Option<Runs> = None;
    let mut alone = 0;
    loop {
        match xml.next()? {
            Piece::Begin(tag) => match name(&tag) {
                "r" => run = Some(Runs::default()),
                "rPr" if run.is_some() => run = Some(read_font(xml, "rPr")?.run()),
                "t" => {
                    in_text = true;
                    alone += usize::from(run.is_none() && !in_reading);
                    if alone > 1 {
                        return Err(syntax("two texts in one cell"));
                    }
                }
                "rPh" => in_reading = true,
                _ => {}
            },
            Piece::End(name) => match name.as_str() {
                "r" => run = None,
                "t" => in_text = false,
                "rPh" => in_reading = false,
                name if name == until => break,
                _ => {}
            },
            Piece::Text(piece) if in_text && !in_reading => {
                // What is struck or raised among spaces is not seen.
                if !piece.trim().is_empty() {
                    runs = runs.and(run.unwrap_or_default());
                }
                text.push_str(&piece);
            }
            Piece::Text(_) => {}
            Piece::Done => break,
        }
    }
    Ok(RichText { letters: unescape(&text), runs })
}

/// Characters that XML cannot hold, as Excel writes them: `_x000D_` (22.9.2.19, ST_Xstring).
pub(super) fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let code = from.get(2..6).filter(|_| from.get(6..7) == Some("_"));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(character) => {
                plain.push(character);
                rest = from.get(7..).unwrap_or_default();
            }
            None => {
                plain.push_str("_x");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    plain.push_str(rest);
    plain
}
