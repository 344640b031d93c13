//! The text of a cell as it is shown: its paragraphs, without comments and drawings.

use super::super::xml::{Piece, Source, Xml, attribute, name};
use super::styles::{Look, Styles};
use crate::problem::Problem;

/// What is written in a cell.
#[derive(Default)]
pub(super) struct Written {
    /// Its text; `None` when there is none.
    pub(super) text: Option<String>,
    /// Some of its letters are struck through, raised, lowered or not seen.
    pub(super) uneven: bool,
    /// Somebody has written a comment on it.
    pub(super) comment: bool,
}

impl Written {
    /// Reads up to the end of the cell's tag. `cell`: how the cell looks.
    pub(super) fn read<R: Source>(
        xml: &mut Xml<R>,
        until: &str,
        styles: &Styles,
        cell: Look,
    ) -> Result<Self, Problem> {
        let mut written = Self::default();
        let mut paragraphs = 0;
        // Whether the letters within each span that has begun are uneven.
        let mut spans: Vec<bool> = Vec::new();
        loop {
            match xml.next()? {
                Piece::Begin(tag) => match name(&tag) {
                    "p" | "h" => {
                        if let Some(before) = &mut written.text {
                            before.push('\n');
                        }
                        written.text.get_or_insert_default();
                        paragraphs += 1;
                    }
                    "span" => {
                        let style = attribute(&tag, "style-name")?.unwrap_or_default();
                        let uneven = styles.look("text", &style).is_uneven_in(cell);
                        spans.push(uneven || spans.last().is_some_and(|outer| *outer));
                    }
                    "s" => {
                        let count = attribute(&tag, "c")?.and_then(|count| count.parse().ok());
                        written.push(&" ".repeat(count.unwrap_or(1).min(1024)));
                    }
                    "tab" => written.push("\t"),
                    "line-break" => written.push("\n"),
                    other @ ("annotation" | "frame" | "custom-shape" | "table" | "ruby-text") => {
                        let other = other.to_owned();
                        written.comment |= other == "annotation";
                        skip(xml, &other)?;
                    }
                    _ => {}
                },
                Piece::Text(piece) if paragraphs > 0 => {
                    let uneven = spans.last().is_some_and(|uneven| *uneven);
                    written.uneven |= uneven && !piece.trim().is_empty();
                    written.push(&piece);
                }
                Piece::Text(_) => {}
                Piece::End(name) if name == "p" || name == "h" => paragraphs -= 1,
                Piece::End(name) if name == "span" => drop(spans.pop()),
                Piece::End(name) if name == until => return Ok(written),
                Piece::End(_) => {}
                Piece::Done => return Ok(written),
            }
        }
    }

    fn push(&mut self, letters: &str) {
        self.text.get_or_insert_default().push_str(letters);
    }
}

/// Passes over what has begun with this name.
pub(super) fn skip<R: Source>(xml: &mut Xml<R>, wanted: &str) -> Result<(), Problem> {
    let mut depth = 1;
    while depth > 0 {
        match xml.next()? {
            Piece::Begin(tag) if name(&tag) == wanted => depth += 1,
            Piece::End(name) if name == wanted => depth -= 1,
            Piece::Done => break,
            Piece::Begin(_) | Piece::End(_) | Piece::Text(_) => {}
        }
    }
    Ok(())
}
