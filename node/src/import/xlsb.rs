//! XLSB ([MS-XLSB]): the parts of an XLSX, written as binary records.

use std::collections::BTreeMap;
use std::io::Read as _;

use super::archive::{Archive, Part, unreadable};
use super::biff::{Bytes, error_words};
use super::cell::Seen;
use super::collector::{Collector, syntax};
use super::number_format::Format;
use super::table::{Area, Cells, Table, name_of};
use super::xlsx::{MAX_FORMATS, MAX_SHEETS, missing, relations};
use crate::problem::{Place, Problem};

/// Longest record. A cell's text has at most 32,767 letters.
const MAX_RECORD: usize = 1 << 20;

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
    let target = |kind: &str| {
        relations.iter().find(|relation| relation.is(kind)).map(|relation| relation.target.clone())
    };
    let mut book = Book::default();
    book.read(&mut archive)?;
    if let Some(part) = target("sharedStrings") {
        book.read_strings(&mut archive, &part)?;
    }
    if let Some(part) = target("styles") {
        book.read_formats(&mut archive, &part)?;
    }
    for sheet in &book.sheets {
        let relation = relations.iter().find(|relation| relation.id == sheet.relation);
        let Some(relation) = relation.filter(|relation| relation.is("worksheet")) else { continue };
        let Some(part) = archive.part(&relation.target)? else {
            return Err(missing(&relation.target));
        };
        let table = Table::new(out, Some(sheet.name.clone()), sheet.hidden);
        if let Err(problem) = read_sheet(&book, Records { part }, table) {
            out.complain(Place { sheet: Some(sheet.name.clone()), ..Place::default() }, problem);
        }
    }
    Ok(())
}

#[derive(Default)]
struct Book {
    sheets: Vec<SheetEntry>,
    is_1904: bool,
    stale: bool,
    strings: Vec<Box<str>>,
    formats: Vec<Format>,
}

struct SheetEntry {
    name: String,
    relation: String,
    hidden: bool,
}

impl Book {
    fn read(&mut self, archive: &mut Archive<'_>) -> Result<(), Problem> {
        let Some(part) = archive.part(WORKBOOK)? else { return Err(syntax("no workbook")) };
        let mut records = Records { part };
        while let Some((kind, data)) = records.next()? {
            let mut data = Bytes(&data);
            match kind {
                // BrtWbProp
                153 => self.is_1904 = data.u32()? & 1 != 0,
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
        let Some(part) = archive.part(part)? else { return Err(missing(part)) };
        let mut records = Records { part };
        while let Some((kind, data)) = records.next()? {
            // BrtSSTItem: flags, then the text; runs and readings follow it.
            if kind == 19 {
                let mut data = Bytes(&data);
                data.u8()?;
                self.strings.push(data.wide_string()?.into());
                if self.strings.len() > MAX_STRINGS {
                    return Err(syntax("too many texts"));
                }
            }
        }
        Ok(())
    }

    fn read_formats(&mut self, archive: &mut Archive<'_>, part: &str) -> Result<(), Problem> {
        let Some(part) = archive.part(part)? else { return Err(missing(part)) };
        let mut records = Records { part };
        let mut own = BTreeMap::new();
        let mut in_cells = false;
        while let Some((kind, data)) = records.next()? {
            let mut data = Bytes(&data);
            match kind {
                // BrtFmt
                44 => {
                    let id = data.u16()?;
                    own.insert(id, Format::read(&data.wide_string()?));
                }
                // BrtBeginCellXFs, BrtEndCellXFs
                617 => in_cells = true,
                618 => in_cells = false,
                // BrtXF: its parent, then its format
                47 if in_cells => {
                    data.u16()?;
                    let id = data.u16()?;
                    let format = own.get(&id).cloned();
                    self.formats.push(format.unwrap_or_else(|| Format::built_in(id.into())));
                    if self.formats.len() > MAX_FORMATS {
                        return Err(syntax("too many formats"));
                    }
                }
                _ => {}
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
                data.take(8)?;
                if data.u16()? & 1 != 0 {
                    table.hide_columns(first, last);
                }
            }
            // BrtRowHdr
            0 => {
                let number = data.u32()?;
                data.take(7)?;
                let hidden = data.u8()? & 0x10 != 0;
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
    let style = data.u32()? & 0x00ff_ffff;
    let number = |value: f64| {
        if no_zeros && value == 0.0 {
            return Seen::Masked { words: String::new(), held: 0.into() };
        }
        let style = usize::try_from(style).unwrap_or(usize::MAX);
        Seen::number(value, &Format::of_style(&book.formats, style), book.is_1904)
    };
    let seen = match kind {
        2 => number(data.rk()?),
        3 | 11 => Seen::error(error_words(data.u8()?)),
        4 | 10 => Seen::logical(data.u8()? != 0),
        5 | 9 => number(data.f64()?),
        6 | 8 => Seen::Text(data.wide_string()?),
        7 => {
            let index = usize::try_from(data.u32()?).unwrap_or(usize::MAX);
            let text = book.strings.get(index).ok_or_else(|| syntax(format!("no text {index}")))?;
            Seen::Text(text.to_string())
        }
        _ => {
            data.u8()?;
            Seen::Text(data.wide_string()?)
        }
    };
    // A formula's flags follow its result; the second says that it is always computed anew.
    let stale = (8..=11).contains(&kind) && (book.stale || data.u16()? & 2 != 0);
    Ok(if stale { Seen::stale() } else { seen })
}

fn two_cells(row: u32, column: u32) -> Problem {
    let cell = name_of(row, column);
    Problem::new("import-two-cells", &cell).arg("cell", cell)
}

/// The records of a part.
struct Records<'a, 'b> {
    part: Part<'a, 'b>,
}

impl Records<'_, '_> {
    /// The next record: its kind and its data.
    fn next(&mut self) -> Result<Option<(u16, Vec<u8>)>, Problem> {
        self.part.begin_piece();
        let Some(first) = self.byte()? else { return Ok(None) };
        let mut kind = u16::from(first & 0x7f);
        if first & 0x80 != 0 {
            kind |= u16::from(self.needed()? & 0x7f) << 7;
        }
        let mut length = 0usize;
        for step in 0..4 {
            let byte = self.needed()?;
            length |= usize::from(byte & 0x7f) << (7 * step);
            if byte & 0x80 == 0 {
                break;
            }
        }
        if length > MAX_RECORD {
            return Err(syntax("a record is too long"));
        }
        let mut data = vec![0; length];
        self.part.read_exact(&mut data).map_err(|error| unreadable(&error))?;
        Ok(Some((kind, data)))
    }

    fn byte(&mut self) -> Result<Option<u8>, Problem> {
        let mut byte = [0];
        let count = self.part.read(&mut byte).map_err(|error| unreadable(&error))?;
        Ok((count == 1).then(|| u8::from_le_bytes(byte)))
    }

    fn needed(&mut self) -> Result<u8, Problem> {
        self.byte()?.ok_or_else(super::biff::cut)
    }
}

#[cfg(test)]
mod tests;
