//! A sheet's cells, read in a stream: a million formatted rows cost no memory.

use super::super::cell::Seen;
use super::super::collector::syntax;
use super::super::style::RichText;
use super::super::table::{Area, Cells, MIN_COLUMN_LETTERS, MIN_ROW_POINTS, Table, name_of};
use super::super::xml::{Piece, Source, Xml, attribute, flag, name};
use super::Book;
use super::strings::{rich_text, unescape};
use crate::problem::Problem;

/// Rows and columns of a sheet, as Excel has them.
const MAX_ROWS: u32 = 1_048_576;
const MAX_COLUMNS: u32 = 16_384;

/// Reads one sheet.
pub(super) struct Sheet<'a, 'b, 'c, R> {
    book: &'a Book,
    xml: Xml<R>,
    table: Table<'b, 'c>,
    /// Rows that do not say how high they are, are not seen.
    no_rows: bool,
    /// Zeros look like empty cells.
    no_zeros: bool,
}

/// What a cell's tag says.
struct CellTag {
    row: u32,
    column: u32,
    kind: String,
    style: usize,
}

impl<'a, 'b, 'c, R: Source> Sheet<'a, 'b, 'c, R> {
    pub(super) fn new(book: &'a Book, xml: Xml<R>, table: Table<'b, 'c>) -> Self {
        Self { book, xml, table, no_rows: false, no_zeros: false }
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
                    "sheetFormatPr" => {
                        self.no_rows = flag(&tag, "zeroHeight")?
                            || is_below(&tag, "defaultRowHeight", MIN_ROW_POINTS)? == Some(true);
                    }
                    "col"
                        if flag(&tag, "hidden")?
                            || is_below(&tag, "width", MIN_COLUMN_LETTERS)? == Some(true) =>
                    {
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
                        let low = is_below(&tag, "ht", MIN_ROW_POINTS)?.unwrap_or(self.no_rows);
                        let hidden = flag(&tag, "hidden")? || low;
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
                        return Err(out_of_order(&name_of(row, column)));
                    }
                    next = column + 1;
                    let style = attribute(&tag, "s")?.and_then(|style| style.parse().ok());
                    let kind = attribute(&tag, "t")?.unwrap_or_default();
                    let cell = CellTag { row, column, kind, style: style.unwrap_or_default() };
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
        let mut value: Option<RichText> = None;
        let mut formula = false;
        let mut stale = self.book.stale;
        let mut inside = "";
        loop {
            match self.xml.next()? {
                // Two numbers would become one, and so would a number that is cut by a tag.
                Piece::Begin(tag)
                    if inside == "v" || matches!(name(&tag), "v" | "is") && value.is_some() =>
                {
                    let cell = name_of(cell.row, cell.column);
                    return Err(Problem::new("import-two-values", &cell).arg("cell", cell));
                }
                Piece::Begin(tag) => match name(&tag) {
                    "v" => {
                        inside = "v";
                        value = Some(RichText::default());
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
                    value.get_or_insert_default().letters.push_str(&text);
                }
                Piece::End(name) if name == "c" => break,
                Piece::End(name) if name == "v" || name == "f" => inside = "",
                Piece::Done => break,
                Piece::End(_) | Piece::Text(_) => {}
            }
        }
        let is_text = cell.kind == "str";
        let value = match (value, formula) {
            (None, false) => return Ok(None),
            (None, true) => return Ok(Some(Seen::no_result())),
            (Some(value), true) if value.letters.trim().is_empty() && !is_text => {
                return Ok(Some(Seen::no_result()));
            }
            (Some(_), true) if stale => return Ok(Some(Seen::stale())),
            (Some(value), _) => value,
        };
        self.seen(cell, value).map(Some)
    }

    fn seen(&self, cell: &CellTag, value: RichText) -> Result<Seen, Problem> {
        let (styles, style) = (&self.book.styles, cell.style);
        let trimmed = value.letters.trim();
        let other = |seen: Seen| styles.other(seen, style);
        Ok(match cell.kind.as_str() {
            "s" => {
                let text = trimmed.parse().ok().and_then(|index| self.book.strings.get(index));
                styles.text(text.ok_or_else(|| syntax(format!("no text {trimmed}")))?, style)
            }
            "str" => {
                let letters = unescape(&value.letters);
                styles.text(RichText { letters, ..value }, style)
            }
            "inlineStr" => styles.text(value, style),
            "b" => other(Seen::logical(trimmed == "1" || trimmed == "true")),
            "e" => other(Seen::error(trimmed)),
            "d" => other(Seen::date(trimmed)),
            "" | "n" if trimmed.is_empty() => Seen::Text(String::new()),
            "" | "n" => {
                let number: f64 = trimmed.parse().map_err(|_| {
                    syntax(format!("no number: {}", trimmed.chars().take(32).collect::<String>()))
                })?;
                styles.number(number, style, self.no_zeros)
            }
            other => return Err(syntax(format!("a cell of type {other}"))),
        })
    }
}

/// Whether a measure is given as less than can be read; `None` when it is not given.
fn is_below(
    tag: &quick_xml::events::BytesStart<'_>,
    name: &str,
    least: f64,
) -> Result<Option<bool>, Problem> {
    let size = attribute(tag, name)?.and_then(|size| size.parse::<f64>().ok());
    Ok(size.map(|size| size < least))
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
pub(super) fn cell_of(reference: &str) -> Option<(u32, u32)> {
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
