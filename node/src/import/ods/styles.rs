//! What the styles of an ODS hide or cross out. A style begins as its parent is.

use std::collections::BTreeMap;

use quick_xml::events::BytesStart;

use super::super::cell::Veil;
use super::super::collector::syntax;
use super::super::package::MAX_FORMATS;
use super::super::style::Colour;
use super::super::table::{MIN_COLUMN_LETTERS, MIN_ROW_POINTS};
use super::super::xml::{Piece, Source, Xml, attribute, name};
use crate::problem::Problem;

/// About as wide as a letter, in points: columns have their width in lengths here.
const LETTER_POINTS: f64 = 6.0;

/// The styles of a file by what they are for (`table-cell`) and their name.
#[derive(Default)]
pub(super) struct Styles {
    looks: BTreeMap<(String, String), Look>,
    /// The one whose properties are being read.
    current: Option<(String, String)>,
}

/// How what has a style looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// Nobody sees it: a sheet that is not displayed, a row without height, a column without width.
    pub(super) hidden: bool,
    struck: bool,
    raised: bool,
    /// Its letters are not displayed.
    unseen: bool,
    colour: Colour,
    ground: Colour,
}

impl Styles {
    /// Reads a part that has nothing but styles.
    pub(super) fn read<R: Source>(&mut self, xml: &mut Xml<R>) -> Result<(), Problem> {
        loop {
            match xml.next()? {
                Piece::Begin(tag) => self.begin(&tag)?,
                Piece::End(name) => self.end(&name),
                Piece::Done => return Ok(()),
                Piece::Text(_) => {}
            }
        }
    }

    /// A tag begins, perhaps of a style.
    pub(super) fn begin(&mut self, tag: &BytesStart<'_>) -> Result<(), Problem> {
        let value = |name: &str| attribute(tag, name);
        if name(tag) == "style" {
            let family = value("family")?.unwrap_or_default();
            let parent = value("parent-style-name")?.unwrap_or_default();
            let look = self.look(&family, &parent);
            let key = (family, value("name")?.unwrap_or_default());
            self.looks.insert(key.clone(), look);
            self.current = Some(key);
            if self.looks.len() > MAX_FORMATS {
                return Err(syntax("too many styles"));
            }
            return Ok(());
        }
        let Some(look) = self.current.as_ref().and_then(|key| self.looks.get_mut(key)) else {
            return Ok(());
        };
        match name(tag) {
            "table-properties" => {
                look.hidden |= value("display")?.is_some_and(|display| display == "false");
            }
            "table-row-properties" => {
                let height = value("row-height")?.and_then(|height| points(&height));
                look.hidden |= height.is_some_and(|height| height < MIN_ROW_POINTS);
            }
            "table-column-properties" => {
                let width = value("column-width")?.and_then(|width| points(&width));
                let least = MIN_COLUMN_LETTERS * LETTER_POINTS;
                look.hidden |= width.is_some_and(|width| width < least);
            }
            "table-cell-properties" => {
                if let Some(ground) = value("background-color")? {
                    look.ground = colour(&ground);
                }
            }
            "text-properties" => {
                if let Some(line) = value("text-line-through-style")? {
                    look.struck = line != "none";
                } else if let Some(line) = value("text-line-through-type")? {
                    look.struck = line != "none";
                }
                if let Some(position) = value("text-position")? {
                    let first = position.split_whitespace().next().unwrap_or_default();
                    look.raised = !["0%", "0"].contains(&first);
                }
                look.unseen |= value("display")?.is_some_and(|display| display == "none");
                if let Some(letters) = value("color")? {
                    look.colour = colour(&letters);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A tag ends.
    pub(super) fn end(&mut self, name: &str) {
        if name == "style" {
            self.current = None;
        }
    }

    /// How what has this style looks; a style that is not there changes nothing.
    pub(super) fn look(&self, family: &str, name: &str) -> Look {
        let key = (family.to_owned(), name.to_owned());
        self.looks.get(&key).copied().unwrap_or_default()
    }
}

impl Look {
    /// What keeps a cell from being seen as it is.
    pub(super) fn veil(self) -> Option<Veil> {
        if self.unseen || self.colour.is_lost_on(self.ground) {
            return Some(Veil::Invisible);
        }
        self.struck.then_some(Veil::Struck)
    }

    /// Whether letters of this look within a cell of that one are read as something else than letters beside
    /// them.
    pub(super) fn is_uneven_in(self, cell: Self) -> bool {
        self.struck || self.raised || self.unseen || self.colour.is_lost_on(cell.ground)
    }
}

fn colour(text: &str) -> Colour {
    match text {
        "transparent" => Colour::Automatic,
        digits => Colour::of_digits(digits),
    }
}

/// A length in points: `0.45cm`.
fn points(length: &str) -> Option<f64> {
    let unit = length.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = length.split_at(unit);
    let size = match unit {
        "pt" => 1.0,
        "in" => 72.0,
        "cm" => 72.0 / 2.54,
        "mm" => 7.2 / 2.54,
        "pc" => 12.0,
        "px" => 0.75,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * size)
}
