//! XLSB ([MS-XLSB]): the parts of an XLSX, written as binary records.

mod records;
mod styles;

use super::archive::{Archive, Part};
use super::biff::{Bytes, error_words, is_low, is_narrow};
use super::cell::Seen;
use super::collector::{Collector, syntax};
use super::package::{self, MAX_SHEETS, SheetEntry, needed, read_sheets, relations, target};
use super::style::{Font, RichText, Styles};
use super::table::{Area, Cells, Table, name_of};
use crate::problem::{Place, Problem};
use records::{Records, rich_text};

/// Most shared texts.
const MAX_STRINGS: usize = 4 << 20;

const WORKBOOK: &str = "xl/workbook.bin";

pub(super) fn read(bytes: &[u8], out: &mut Collector<'_>) {
    if let Err(problem) = read_workbook(bytes, out) {
        out.complain(Place::default(), problem);
    }
    out.check_tables();
}

fn read_workbook(bytes: &[u8], out: &mut Collector<'_>) -> Result<(), Problem> {
    let mut archive = Archive::open(bytes)?;
    let relations = relations(&mut archive, WORKBOOK)?;
    let mut book = Book::default();
    book.read(&mut archive)?;
    // Texts have letters of the styles' fonts.
    if let Some(part) = target(&relations, "styles") {
        (book.styles.styles, book.fonts) = styles::read_styles(&mut archive, part)?;
    }
    if let Some(part) = target(&relations, "sharedStrings") {
        book.read_strings(&mut archive, part)?;
    }
    read_sheets(&book, &mut archive, &relations, out)
}

#[derive(Default)]
struct Book {
    sheets: Vec<SheetEntry>,
    stale: bool,
    strings: Vec<RichText>,
    fonts: Vec<Font>,
    styles: Styles,
}

impl package::Book for Book {
    fn sheets(&self) -> &[SheetEntry] {
        &self.sheets
    }

    fn read_sheet(&self, part: Part<'_, '_>, table: Table<'_, '_>) -> Result<(), Problem> {
        read_sheet(self, Records { part }, table)
    }

    fn comments(part: Part<'_, '_>) -> Result<Vec<(u32, u32)>, Problem> {
        let mut records = Records { part };
        let mut cells = Vec::new();
        while let Some((kind, data)) = records.next()? {
            // BrtBeginComment: its author, then its first and last row, its first and last column
            if kind == 635 {
                let mut data = Bytes(&data);
                data.u32()?;
                let (row, _, column) = (data.u32()?, data.u32()?, data.u32()?);
                cells.push((row, column));
            }
        }
        Ok(cells)
    }
}

impl Book {
    fn read(&mut self, archive: &mut Archive<'_>) -> Result<(), Problem> {
        let Some(part) = archive.part(WORKBOOK)? else { return Err(syntax("no workbook")) };
        let mut records = Records { part };
        while let Some((kind, data)) = records.next()? {
            let mut data = Bytes(&data);
            match kind {
                // BrtWbProp
                153 => self.styles.is_1904 = data.u32()? & 1 != 0,
                // BrtBundleSh
                156 => {
                    let state = data.u32()?;
                    data.u32()?;
                    let relation = data.wide_string()?;
                    let name = data.wide_string()?;
                    self.sheets.push(SheetEntry { name, relation, hidden: state != 0 });
                    if self.sheets.len() > MAX_SHEETS {
                        return Err(syntax(format!("more than {MAX_SHEETS} sheets")));
                    }
                }
                // BrtCalcProp: the flags follow four numbers and a fraction.
                157 => {
                    data.take(4 + 4 + 4 + 8 + 4)?;
                    self.stale = data.u16()? & 1 != 0;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn read_strings(&mut self, archive: &mut Archive<'_>, part: &str) -> Result<(), Problem> {
        let mut records = Records { part: needed(archive, part)? };
        while let Some((kind, data)) = records.next()? {
            // BrtSSTItem
            if kind == 19 {
                self.strings.push(rich_text(&mut Bytes(&data), &self.fonts)?);
                if self.strings.len() > MAX_STRINGS {
                    return Err(syntax("too many texts"));
                }
            }
        }
        Ok(())
    }
}

fn read_sheet(
    book: &Book,
    mut records: Records<'_, '_>,
    mut table: Table<'_, '_>,
) -> Result<(), Problem> {
    let mut no_zeros = false;
    let mut row: Option<(u32, bool)> = None;
    let mut cells = Cells::new();
    while let Some((kind, data)) = records.next()? {
        let mut data = Bytes(&data);
        match kind {
            // BrtBeginWsView: the fifth flag shows zeros.
            137 => no_zeros |= data.u16()? & 0x10 == 0,
            // BrtColInfo
            60 => {
                let (first, last) = (data.u32()?, data.u32()?);
                let width = data.u32()?;
                data.u32()?;
                if data.u16()? & 1 != 0 || is_narrow(width) {
                    table.hide_columns(first, last);
                }
            }
            // BrtRowHdr
            0 => {
                let number = data.u32()?;
                data.u32()?;
                let low = is_low(data.u16()?);
                data.u8()?;
                let hidden = data.u8()? & 0x10 != 0 || low;
                if let Some((row, hidden)) = row.replace((number, hidden)) {
                    if number <= row {
                        return Err(two_cells(number, 0));
                    }
                    table.row(row, hidden, std::mem::take(&mut cells));
                }
            }
            // BrtCellRk … BrtFmlaError, BrtCellRString
            2..=11 | 62 => {
                let column = data.u32()?;
                let (row, _) = row.ok_or_else(|| syntax("a cell before the first row"))?;
                if cells.last().is_some_and(|(last, _)| *last >= column) {
                    return Err(two_cells(row, column));
                }
                cells.push((column, cell(book, kind, data, no_zeros)?));
            }
            // BrtMergeCell
            176 => {
                let rows = (data.u32()?, data.u32()?);
                let columns = (data.u32()?, data.u32()?);
                if !table.merge(Area { rows, columns }) {
                    return Err(syntax("too many merged cells"));
                }
            }
            _ => {}
        }
    }
    if let Some((row, hidden)) = row {
        table.row(row, hidden, cells);
    }
    table.finish();
    Ok(())
}

/// What is seen in a cell, from its style on.
fn cell(book: &Book, kind: u16, mut data: Bytes<'_>, no_zeros: bool) -> Result<Seen, Problem> {
    let style = usize::try_from(data.u32()? & 0x00ff_ffff).unwrap_or(usize::MAX);
    let number = |value: f64| book.styles.number(value, style, no_zeros);
    let other = |seen: Seen| book.styles.other(seen, style);
    let text = |text: RichText| book.styles.text(text, style);
    let seen = match kind {
        2 => number(data.rk()?),
        3 | 11 => other(Seen::error(error_words(data.u8()?))),
        4 | 10 => other(Seen::logical(data.u8()? != 0)),
        5 | 9 => number(data.f64()?),
        6 | 8 => text(RichText { letters: data.wide_string()?, ..RichText::default() }),
        7 => {
            let index = usize::try_from(data.u32()?).unwrap_or(usize::MAX);
            let shared = book.strings.get(index);
            text(shared.ok_or_else(|| syntax(format!("no text {index}")))?.clone())
        }
        _ => text(rich_text(&mut data, &book.fonts)?),
    };
    // A formula's flags follow its result; the second says that it is always computed anew.
    let stale = (8..=11).contains(&kind) && (book.stale || data.u16()? & 2 != 0);
    Ok(if stale { Seen::stale() } else { seen })
}

fn two_cells(row: u32, column: u32) -> Problem {
    let cell = name_of(row, column);
    Problem::new("import-two-cells", &cell).arg("cell", cell)
}

#[cfg(test)]
mod tests;
