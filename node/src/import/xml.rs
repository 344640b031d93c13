//! XML, piece by piece.

use std::io::BufRead;

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::archive::{self, Part};
use super::collector::syntax;
use crate::problem::Problem;

/// Deepest nesting of tags. Spreadsheets use a dozen.
const MAX_DEPTH: usize = 256;

/// Reads a part's tags and texts.
pub(super) struct Xml<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
    depth: usize,
    begun: bool,
}

/// A piece of XML. An empty tag is a beginning and an end.
pub(super) enum Piece<'a> {
    Begin(BytesStart<'a>),
    /// The name without its prefix.
    End(String),
    Text(String),
    Done,
}

/// Where pieces come from.
pub(super) trait Source: BufRead {
    /// A new piece begins: its length counts from here.
    fn begin_piece(&mut self) {}
}

impl Source for Part<'_, '_> {
    fn begin_piece(&mut self) {
        Part::begin_piece(self);
    }
}

impl Source for &[u8] {}

impl<R: Source> Xml<R> {
    pub(super) fn new(source: R) -> Self {
        let mut reader = Reader::from_reader(source);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), depth: 0, begun: false }
    }

    /// The next piece. A document that ends within a tag is an error.
    pub(super) fn next(&mut self) -> Result<Piece<'_>, Problem> {
        loop {
            self.buffer.clear();
            self.reader.get_mut().begin_piece();
            // The borrow of a piece that is given out must not reach the next round.
            let piece = match self.reader.read_event_into(&mut self.buffer).map_err(problem)? {
                Event::Start(tag) => {
                    self.depth += 1;
                    self.begun = true;
                    if self.depth > MAX_DEPTH {
                        return Err(syntax("its tags are nested too deep"));
                    }
                    Some(Piece::Begin(tag.into_owned()))
                }
                Event::End(tag) => {
                    self.depth = self.depth.saturating_sub(1);
                    Some(Piece::End(tag.local_name().as_ref().to_owned()))
                }
                Event::Text(text) => Some(Piece::Text(text.xml10_content().into_owned())),
                Event::CData(text) => Some(Piece::Text(text.xml10_content().into_owned())),
                Event::GeneralRef(entity) => Some(Piece::Text(resolve(&entity)?)),
                Event::Eof if self.depth > 0 || !self.begun => {
                    return Err(archive::damaged("a part ends in the middle"));
                }
                Event::Eof => Some(Piece::Done),
                Event::Empty(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_) => None,
            };
            if let Some(piece) = piece {
                return Ok(piece);
            }
        }
    }
}

/// An attribute's value by its name without prefix.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Problem> {
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(problem)?;
        if attribute.key.local_name().as_ref() == name {
            return value(&attribute).map(Some);
        }
    }
    Ok(None)
}

/// An attribute's value by its name with the prefix that everybody writes.
pub(super) fn prefixed(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Problem> {
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(problem)?;
        if attribute.key.into_inner() == name {
            return value(&attribute).map(Some);
        }
    }
    Ok(None)
}

fn value(attribute: &Attribute<'_>) -> Result<String, Problem> {
    attribute
        .normalized_value(XmlVersion::Implicit1_0)
        .map(|value| value.into_owned())
        .map_err(problem)
}

/// Whether an attribute says yes.
pub(super) fn flag(tag: &BytesStart<'_>, name: &str) -> Result<bool, Problem> {
    Ok(attribute(tag, name)?.is_some_and(|value| value == "1" || value == "true"))
}

/// The tag's name without its prefix.
pub(super) fn name<'a>(tag: &'a BytesStart<'_>) -> &'a str {
    let name = tag.name().into_inner();
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn resolve(entity: &BytesRef<'_>) -> Result<String, Problem> {
    if let Some(character) = entity.resolve_char_ref().map_err(problem)? {
        return Ok(character.to_string());
    }
    let text = match entity.as_ref() {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        other => return Err(syntax(format!("unknown entity {other}"))),
    };
    Ok(text.to_owned())
}

fn problem(error: impl Into<quick_xml::Error>) -> Problem {
    match error.into() {
        quick_xml::Error::Io(error) => archive::unreadable(&error),
        error => syntax(error),
    }
}
