//! XLSX (ECMA-376 Part 1, SpreadsheetML), read as it is shown: number formats, hidden rows, merged cells,
//! formulas with what they gave.
//!
//! Written for what programs really make: names with prefixes, cells without references, targets from the
//! root, strings inline or shared, the strict variant.

mod sheet;
mod strings;
mod styles;

use super::archive::{Archive, Part};
use super::collector::{Collector, syntax};
use super::package::{self, MAX_SHEETS, SheetEntry, read_sheets, relations, target};
use super::style::Styles;
use super::table::Table;
use super::xml::{Piece, Xml, attribute, flag, name};
use crate::problem::{Place, Problem};
use strings::Strings;

pub(super) fn read(bytes: &[u8], out: &mut Collector<'_>) {
    if let Err(problem) = read_workbook(bytes, out) {
        out.complain(Place::default(), problem);
    }
    out.check_tables();
}

fn read_workbook(bytes: &[u8], out: &mut Collector<'_>) -> Result<(), Problem> {
    let mut archive = Archive::open(bytes)?;
    let roots = relations(&mut archive, "")?;
    let workbook = target(&roots, "officeDocument").unwrap_or("xl/workbook.xml").to_owned();
    let relations = relations(&mut archive, &workbook)?;
    let mut book = Book::read(&mut archive, &workbook)?;
    if let Some(part) = target(&relations, "sharedStrings") {
        book.strings = Strings::read(&mut archive, part)?;
    }
    if let Some(part) = target(&relations, "styles") {
        book.styles.styles = styles::read_styles(&mut archive, part)?;
    }
    read_sheets(&book, &mut archive, &relations, out)
}

/// What the workbook says of all its sheets.
#[derive(Default)]
struct Book {
    sheets: Vec<SheetEntry>,
    strings: Strings,
    styles: Styles,
    /// Its formulas are to be computed anew when it is opened: stored results are not what will be seen.
    stale: bool,
}

impl package::Book for Book {
    fn sheets(&self) -> &[SheetEntry] {
        &self.sheets
    }

    fn read_sheet(&self, part: Part<'_, '_>, table: Table<'_, '_>) -> Result<(), Problem> {
        sheet::Sheet::new(self, Xml::new(part), table).read()
    }

    fn comments(part: Part<'_, '_>) -> Result<Vec<(u32, u32)>, Problem> {
        let mut xml = Xml::new(part);
        let mut cells = Vec::new();
        loop {
            match xml.next()? {
                Piece::Begin(tag) if matches!(name(&tag), "comment" | "threadedComment") => {
                    let cell = attribute(&tag, "ref")?.unwrap_or_default();
                    cells.extend(sheet::cell_of(&cell));
                }
                Piece::Done => return Ok(cells),
                Piece::Begin(_) | Piece::End(_) | Piece::Text(_) => {}
            }
        }
    }
}

impl Book {
    fn read(archive: &mut Archive<'_>, part: &str) -> Result<Self, Problem> {
        let mut book = Self::default();
        let Some(part) = archive.part(part)? else {
            return Err(Problem::new("import-other-kind", "no workbook").arg("kind", "archive"));
        };
        let mut xml = Xml::new(part);
        loop {
            match xml.next()? {
                Piece::Begin(tag) if name(&tag) == "sheet" => {
                    let entry = SheetEntry {
                        name: attribute(&tag, "name")?.unwrap_or_default(),
                        relation: attribute(&tag, "id")?.unwrap_or_default(),
                        hidden: attribute(&tag, "state")?
                            .is_some_and(|state| state.to_ascii_lowercase().ends_with("hidden")),
                    };
                    book.sheets.push(entry);
                    if book.sheets.len() > MAX_SHEETS {
                        return Err(syntax(format!("more than {MAX_SHEETS} sheets")));
                    }
                }
                Piece::Begin(tag) if name(&tag) == "workbookPr" => {
                    book.styles.is_1904 = flag(&tag, "date1904")?;
                }
                Piece::Begin(tag) if name(&tag) == "calcPr" => {
                    let unfinished = attribute(&tag, "calcCompleted")?;
                    book.stale = flag(&tag, "fullCalcOnLoad")?
                        || flag(&tag, "forceFullCalc")?
                        || unfinished.is_some_and(|value| value == "0" || value == "false");
                }
                Piece::Done => return Ok(book),
                Piece::Begin(_) | Piece::End(_) | Piece::Text(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
