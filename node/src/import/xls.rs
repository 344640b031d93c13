//! XLS ([MS-XLS], BIFF8): what Excel 97 to 2003 wrote, and many programs still do.

mod records;
mod styles;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _};

use super::archive::damaged;
use super::biff::{Bytes, cut, error_words, is_low, is_narrow};
use super::cell::Seen;
use super::collector::{Collector, syntax};
use super::number_format::Format;
use super::package::{MAX_FORMATS, MAX_SHEETS};
use super::style::{Font, RichText, Style, Styles};
use super::table::{Area, Cells, Table, name_of};
use crate::problem::{Place, Problem};
use records::{BEGIN, END, Records, SheetRecords, letters, read_strings, rich_text};
use styles::{Look, font, font_of};

pub(super) fn read(bytes: &[u8], out: &mut Collector<'_>) {
    if let Err(problem) = read_workbook(bytes, out) {
        out.complain(Place::default(), problem);
    }
    out.check_tables();
}

fn read_workbook(bytes: &[u8], out: &mut Collector<'_>) -> Result<(), Problem> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    if !file.is_stream("Workbook") {
        // Excel 5 and 95 named the stream so.
        let kind = if file.is_stream("Book") { "old-excel" } else { "document" };
        return Err(Problem::new("import-other-kind", kind).arg("kind", kind));
    }
    let mut stream = Vec::new();
    let opened = file.open_stream("Workbook").map_err(damaged)?;
    // A stream cannot be longer than its file, unless its file lies about it.
    opened.take(bytes.len() as u64).read_to_end(&mut stream).map_err(damaged)?;
    let book = Book::read(&stream)?;
    for sheet in &book.sheets {
        let from = usize::try_from(sheet.at).ok().and_then(|at| stream.get(at..));
        let records = Records { rest: from.ok_or_else(cut)? };
        let table = Table::new(out, Some(sheet.name.clone()), sheet.hidden);
        if let Err(problem) = read_sheet(&book, records, table) {
            out.complain(Place { sheet: Some(sheet.name.clone()), ..Place::default() }, problem);
        }
    }
    Ok(())
}

#[derive(Default)]
struct Book {
    sheets: Vec<SheetEntry>,
    strings: Vec<RichText>,
    fonts: Vec<Font>,
    styles: Styles,
}

struct SheetEntry {
    name: String,
    at: u32,
    hidden: bool,
}

impl Book {
    fn read(stream: &[u8]) -> Result<Self, Problem> {
        let mut book = Self::default();
        let mut own = BTreeMap::new();
        let mut looks = Vec::new();
        let mut records = Records { rest: stream };
        while let Some((kind, mut data)) = records.next()? {
            match kind {
                BEGIN if data.u16()? != 0x0600 => {
                    return Err(Problem::new("import-other-kind", "BIFF5").arg("kind", "old-excel"));
                }
                // FilePass
                0x002f => return Err(Problem::new("import-password", "the workbook is encrypted")),
                // Date1904
                0x0022 => book.styles.is_1904 = data.u16()? == 1,
                // Format
                0x041e => {
                    let id = data.u16()?;
                    let length = data.u16()?;
                    own.insert(id, Format::read(&letters(&mut data, length.into())?));
                }
                // Font
                0x0031 => book.fonts.push(font(data)?),
                // XF
                0x00e0 => looks.push(Look::read(data)?),
                // BoundSheet8
                0x0085 => {
                    let at = data.u32()?;
                    let state = data.u8()?;
                    let is_sheet = data.u8()? == 0;
                    let length = data.u8()?;
                    let name = letters(&mut data, length.into())?;
                    if is_sheet {
                        book.sheets.push(SheetEntry { name, at, hidden: state & 3 != 0 });
                    }
                }
                // SST
                0x00fc => {
                    let mut pieces = vec![data.0];
                    while let Some(more) = records.continued()? {
                        pieces.push(more);
                    }
                    book.strings = read_strings(&pieces, &book.fonts)?;
                }
                END => break,
                _ => {}
            }
            if book.sheets.len() > MAX_SHEETS || looks.len().max(book.fonts.len()) > MAX_FORMATS {
                return Err(syntax("too many sheets or formats"));
            }
        }
        let style = |look: &Look| {
            let own = own.get(&look.format).cloned();
            Style {
                format: own.unwrap_or_else(|| Format::built_in(look.format.into())),
                font: font_of(&book.fonts, look.font.into()).cloned().unwrap_or_default(),
                ground: look.ground,
            }
        };
        book.styles.styles = looks.iter().map(style).collect();
        Ok(book)
    }
}

fn read_sheet(book: &Book, records: Records<'_>, mut table: Table<'_, '_>) -> Result<(), Problem> {
    let layout = Layout::read(records, &mut table)?;
    let mut rows = Rows { hidden: &layout.hidden_rows, row: None, cells: Cells::new(), table };
    let number =
        |value: f64, style: u16| book.styles.number(value, usize::from(style), layout.no_zeros);
    let mut records = SheetRecords::new(records);
    while let Some((kind, mut data)) = records.next()? {
        match kind {
            // Number, RK
            0x0203 | 0x027e => {
                let at = (data.u16()?, data.u16()?);
                let style = data.u16()?;
                let value = if kind == 0x0203 { data.f64()? } else { data.rk()? };
                rows.cell(at, number(value, style))?;
            }
            // MulRk
            0x00bd => {
                let (row, mut column) = (data.u16()?, data.u16()?);
                while data.0.len() >= 6 {
                    let style = data.u16()?;
                    let value = data.rk()?;
                    rows.cell((row, column), number(value, style))?;
                    column = column.saturating_add(1);
                }
            }
            // LabelSst
            0x00fd => {
                let at = (data.u16()?, data.u16()?);
                let style = usize::from(data.u16()?);
                let index = usize::try_from(data.u32()?).unwrap_or(usize::MAX);
                let text = book.strings.get(index).ok_or_else(|| syntax("no such text"))?;
                rows.cell(at, book.styles.text(text.clone(), style))?;
            }
            // Label, RString
            0x0204 | 0x00d6 => {
                let at = (data.u16()?, data.u16()?);
                let style = usize::from(data.u16()?);
                let text = rich_text(&mut data, kind == 0x00d6, &book.fonts)?;
                rows.cell(at, book.styles.text(text, style))?;
            }
            // BoolErr
            0x0205 => {
                let at = (data.u16()?, data.u16()?);
                let style = usize::from(data.u16()?);
                let (value, is_error) = (data.u8()?, data.u8()? != 0);
                let words = error_words(value);
                let seen = if is_error { Seen::error(words) } else { Seen::logical(value != 0) };
                rows.cell(at, book.styles.other(seen, style))?;
            }
            // Formula
            0x0006 => {
                let at = (data.u16()?, data.u16()?);
                let seen = formula(book, data, &layout, &mut records)?;
                rows.cell(at, seen)?;
            }
            _ => {}
        }
    }
    rows.finish()
}

/// What a formula gave.
fn formula(
    book: &Book,
    mut data: Bytes<'_>,
    layout: &Layout,
    records: &mut SheetRecords<'_>,
) -> Result<Seen, Problem> {
    let style = usize::from(data.u16()?);
    let result = data.take(8)?;
    let always = data.u16()? & 1 != 0;
    let [kind, _, value, .., 0xff, 0xff] = result else {
        let value = Bytes(result).f64()?;
        let seen = book.styles.number(value, style, layout.no_zeros);
        return Ok(if layout.stale || always { Seen::stale() } else { seen });
    };
    let seen = match kind {
        // A text follows in a record of its own, after what formulas share.
        0 => {
            let text = records.string_ahead()?;
            text.map_or_else(Seen::no_result, |letters| {
                book.styles.text(RichText { letters, ..RichText::default() }, style)
            })
        }
        1 => book.styles.other(Seen::logical(*value != 0), style),
        2 => book.styles.other(Seen::error(error_words(*value)), style),
        // An empty text is also what programs write that compute nothing.
        _ => Seen::no_result(),
    };
    Ok(if layout.stale || always { Seen::stale() } else { seen })
}

/// What stands around the cells: read first, because a row's own record may follow it.
#[derive(Default)]
struct Layout {
    hidden_rows: BTreeSet<u32>,
    no_zeros: bool,
    /// The sheet's formulas were not computed when it was saved.
    stale: bool,
}

impl Layout {
    fn read(records: Records<'_>, table: &mut Table<'_, '_>) -> Result<Self, Problem> {
        let mut layout = Self::default();
        let mut records = SheetRecords::new(records);
        while let Some((kind, mut data)) = records.next()? {
            match kind {
                // Row: its first and last column, its height, two numbers, its flags
                0x0208 => {
                    let row = data.u16()?;
                    data.u32()?;
                    let low = is_low(data.u16()?);
                    data.u32()?;
                    if data.u16()? & 0x20 != 0 || low {
                        layout.hidden_rows.insert(row.into());
                    }
                }
                // ColInfo
                0x007d => {
                    let (first, last) = (data.u16()?, data.u16()?);
                    let width = data.u16()?;
                    data.u16()?;
                    if data.u16()? & 1 != 0 || is_narrow(width.into()) {
                        table.hide_columns(first.into(), last.into());
                    }
                }
                // Note: a comment
                0x001c => table.comment(data.u16()?.into(), data.u16()?.into()),
                // Window2: the fifth flag shows zeros.
                0x023e => layout.no_zeros = data.u16()? & 0x10 == 0,
                // Uncalced
                0x005e => layout.stale = true,
                // MergeCells
                0x00e5 => {
                    for _ in 0..data.u16()? {
                        let rows = (data.u16()?.into(), data.u16()?.into());
                        let columns = (data.u16()?.into(), data.u16()?.into());
                        if !table.merge(Area { rows, columns }) {
                            return Err(syntax("too many merged cells"));
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(layout)
    }
}

/// Gathers cells into rows.
struct Rows<'a, 'b, 'c> {
    hidden: &'a BTreeSet<u32>,
    row: Option<u32>,
    cells: Cells,
    table: Table<'b, 'c>,
}

impl Rows<'_, '_, '_> {
    fn cell(&mut self, (row, column): (u16, u16), seen: Seen) -> Result<(), Problem> {
        let (row, column) = (u32::from(row), u32::from(column));
        let last = self.cells.last().map(|(column, _)| *column);
        if self.row.is_some_and(|before| row < before || row == before && last >= Some(column)) {
            let cell = name_of(row, column);
            return Err(Problem::new("import-two-cells", &cell).arg("cell", cell));
        }
        if self.row != Some(row) {
            self.end_row();
            self.row = Some(row);
        }
        self.cells.push((column, seen));
        Ok(())
    }

    fn end_row(&mut self) {
        if let Some(row) = self.row {
            let cells = std::mem::take(&mut self.cells);
            self.table.row(row, self.hidden.contains(&row), cells);
        }
    }

    fn finish(mut self) -> Result<(), Problem> {
        self.end_row();
        self.table.finish();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
