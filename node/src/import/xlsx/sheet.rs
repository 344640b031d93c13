//! A sheet's cells, read in a stream: a million formatted rows cost no memory.

use super::super::cell::Seen;
use super::super::collector::syntax;
use super::super::number_format::Format;
use super::super::table::{Area, Cells, Table};
use super::super::xml::{Piece, Source, Xml, attribute, flag, name};
use super::Book;
use super::strings::{Strings, rich_text, unescape};
use crate::problem::Problem;

/// Rows and columns of a sheet, as Excel has them.
const MAX_ROWS: u32 = 1_048_576;
const MAX_COLUMNS: u32 = 16_384;

/// Reads one sheet.
pub(super) struct Sheet<'a, 'b, 'c, R> {
    book: &'a Book,
    strings: &'a Strings,
    formats: &'a [Format],
    xml: Xml<R>,
    table: Table<'b, 'c>,
    /// Zeros look like empty cells.
    no_zeros: bool,
}

/// What a cell's tag says.
struct CellTag {
    column: u32,
    kind: String,
    format: usize,
}

impl<'a, 'b, 'c, R: Source> Sheet<'a, 'b, 'c, R> {
    pub(super) fn new(
        book: &'a Book,
        strings: &'a Strings,
        formats: &'a [Format],
        xml: Xml<R>,
        table: Table<'b, 'c>,
    ) -> Self {
        Self { book, strings, formats, xml, table, no_zeros: false }
    }

    pub(super) fn read(mut self) -> Result<(), Problem> {
        // The next row's number where a row does not say its own.
        let mut next = 0;
        loop {
            match self.xml.next()? {
                Piece::Begin(tag) => match name(&tag) {
                    "sheetView" => {
                        let shown = attribute(&tag, "showZeros")?;
                        self.no_zeros |=
                            shown.is_some_and(|shown| shown == "0" || shown == "false");
                    }
                    "col" if flag(&tag, "hidden")? || is_zero(&tag, "width")? => {
                        let number = |name: &str| -> Result<Option<u32>, Problem> {
                            Ok(attribute(&tag, name)?.and_then(|number| number.parse().ok()))
                        };
                        if let (Some(first), Some(last)) = (number("min")?, number("max")?) {
                            self.table
                                .hide_columns(first.saturating_sub(1), last.saturating_sub(1));
                        }
                    }
                    "row" => {
                        let row = match attribute(&tag, "r")? {
                            Some(number) => row_number(&number)?,
                            None => next,
                        };
                        if row < next || row >= MAX_ROWS {
                            return Err(out_of_order(&format!("row {}", row.saturating_add(1))));
                        }
                        let hidden = flag(&tag, "hidden")? || is_zero(&tag, "ht")?;
                        next = row + 1;
                        let cells = self.row(row)?;
                        self.table.row(row, hidden, cells);
                    }
                    "mergeCell" => {
                        let area = attribute(&tag, "ref")?.unwrap_or_default();
                        let area =
                            area_of(&area).ok_or_else(|| syntax(format!("merged {area}")))?;
                        if !self.table.merge(area) {
                            return Err(syntax("too many merged cells"));
                        }
                    }
                    _ => {}
                },
                Piece::Done => break,
                Piece::End(_) | Piece::Text(_) => {}
            }
        }
        self.table.finish();
        Ok(())
    }

    /// The cells of a row that hold anything.
    fn row(&mut self, row: u32) -> Result<Cells, Problem> {
        let mut cells = Cells::new();
        let mut next = 0;
        loop {
            match self.xml.next()? {
                Piece::Begin(tag) if name(&tag) == "c" => {
                    let column = match attribute(&tag, "r")? {
                        Some(reference) => match cell_of(&reference) {
                            Some((at, column)) if at == row => column,
                            _ => return Err(out_of_order(&reference)),
                        },
                        None => next,
                    };
                    if column < next || column >= MAX_COLUMNS {
                        return Err(out_of_order(&super::super::table::name_of(row, column)));
                    }
                    next = column + 1;
                    let format = attribute(&tag, "s")?.and_then(|style| style.parse().ok());
                    let kind = attribute(&tag, "t")?.unwrap_or_default();
                    let cell = CellTag { column, kind, format: format.unwrap_or_default() };
                    if let Some(seen) = self.cell(&cell)? {
                        cells.push((cell.column, seen));
                    }
                }
                Piece::End(name) if name == "row" => return Ok(cells),
                Piece::Done => return Ok(cells),
                Piece::Begin(_) | Piece::End(_) | Piece::Text(_) => {}
            }
        }
    }

    /// What is seen in a cell; `None` when it is empty.
    fn cell(&mut self, cell: &CellTag) -> Result<Option<Seen>, Problem> {
        let mut value: Option<String> = None;
        let mut formula = false;
        let mut stale = self.book.stale;
        let mut inside = "";
        loop {
            match self.xml.next()? {
                Piece::Begin(tag) => match name(&tag) {
                    "v" => {
                        inside = "v";
                        value.get_or_insert_default();
                    }
                    "f" => {
                        inside = "f";
                        formula = true;
                        stale |= flag(&tag, "ca")?;
                    }
                    "is" => value = Some(rich_text(&mut self.xml, "is")?),
                    _ => {}
                },
                Piece::Text(text) if inside == "v" => {
                    value.get_or_insert_default().push_str(&text);
                }
                Piece::End(name) if name == "c" => break,
                Piece::End(name) if name == "v" || name == "f" => inside = "",
                Piece::Done => break,
                Piece::End(_) | Piece::Text(_) => {}
            }
        }
        let is_text = cell.kind == "str";
        match (&value, formula) {
            (None, false) => return Ok(None),
            (None, true) => return Ok(Some(Seen::no_result())),
            (Some(value), true) if value.trim().is_empty() && !is_text => {
                return Ok(Some(Seen::no_result()));
            }
            (Some(_), true) if stale => return Ok(Some(Seen::stale())),
            (Some(_), _) => {}
        }
        self.seen(cell, &value.unwrap_or_default()).map(Some)
    }

    fn seen(&self, cell: &CellTag, value: &str) -> Result<Seen, Problem> {
        let trimmed = value.trim();
        Ok(match cell.kind.as_str() {
            "s" => {
                let text = trimmed.parse().ok().and_then(|index| self.strings.get(index));
                Seen::Text(text.ok_or_else(|| syntax(format!("no text {trimmed}")))?.to_owned())
            }
            "str" => Seen::Text(unescape(value)),
            "inlineStr" => Seen::Text(value.to_owned()),
            "b" => Seen::logical(trimmed == "1" || trimmed == "true"),
            "e" => Seen::error(trimmed),
            "d" => Seen::date(trimmed),
            "" | "n" if trimmed.is_empty() => Seen::Text(String::new()),
            "" | "n" => {
                let number: f64 = trimmed.parse().map_err(|_| {
                    syntax(format!("no number: {}", trimmed.chars().take(32).collect::<String>()))
                })?;
                let format = Format::of_style(self.formats, cell.format);
                if self.no_zeros && number == 0.0 && format != Format::Date {
                    return Ok(Seen::Masked { words: String::new(), held: 0.into() });
                }
                Seen::number(number, &format, self.book.is_1904)
            }
            other => return Err(syntax(format!("a cell of type {other}"))),
        })
    }
}

/// Whether a measure is given as nothing: what is so high or wide is not seen.
fn is_zero(tag: &quick_xml::events::BytesStart<'_>, name: &str) -> Result<bool, Problem> {
    Ok(attribute(tag, name)?
        .and_then(|size| size.parse::<f64>().ok())
        .is_some_and(|size| size == 0.0))
}

fn out_of_order(place: &str) -> Problem {
    let place: String = place.chars().take(16).collect();
    Problem::new("import-two-cells", &place).arg("cell", place)
}

fn row_number(text: &str) -> Result<u32, Problem> {
    let number: Option<u32> = text.trim().parse().ok();
    number
        .and_then(|number| number.checked_sub(1))
        .ok_or_else(|| syntax(format!("row {}", text.chars().take(16).collect::<String>())))
}

/// Row and column, from 0, of a reference like `D6`.
fn cell_of(reference: &str) -> Option<(u32, u32)> {
    let reference = reference.trim().replace('$', "");
    let digits = reference.find(|sign: char| sign.is_ascii_digit())?;
    let (letters, number) = reference.split_at(digits);
    let mut column: u32 = 0;
    for letter in letters.bytes() {
        let letter = letter.to_ascii_uppercase();
        let digit = letter.is_ascii_uppercase().then(|| u32::from(letter - b'A') + 1)?;
        column = column.checked_mul(26)?.checked_add(digit)?;
    }
    Some((number.parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}

/// The area of a reference like `D6:D7`.
fn area_of(reference: &str) -> Option<Area> {
    let (first, last) = reference.split_once(':').unwrap_or((reference, reference));
    let (first, last) = (cell_of(first)?, cell_of(last)?);
    let ordered = |a: u32, b: u32| (a.min(b), a.max(b));
    Some(Area { rows: ordered(first.0, last.0), columns: ordered(first.1, last.1) })
}
