//! ODS (OpenDocument 1.3, part 3): LibreOffice's workbooks. They hold the text of each cell as it is shown,
//! beside its value; both must agree.

mod shown;

use std::collections::BTreeSet;

use super::archive::Archive;
use super::cell::Seen;
use super::collector::{Collector, syntax};
use super::table::{Area, Cells, Table};
use super::xml::{Piece, Source, Xml, attribute, name, prefixed};
use super::{MAX_TOLD, xlsx};
use crate::problem::{Place, Problem};

/// Columns looked at; LibreOffice fills the rest of each row with one repeated cell.
const MAX_COLUMNS: u32 = 1024;

pub(super) fn read(bytes: &[u8], out: &mut Collector<'_>) {
    if let Err(problem) = read_workbook(bytes, out) {
        out.complain(Place::default(), problem);
    }
    out.check_tables();
}

fn read_workbook(bytes: &[u8], out: &mut Collector<'_>) -> Result<(), Problem> {
    let mut archive = Archive::open(bytes)?;
    let kind = archive.whole("mimetype")?.unwrap_or_default();
    if !kind.starts_with(b"application/vnd.oasis.opendocument.spreadsheet") {
        return Err(Problem::new("import-other-kind", "no spreadsheet").arg("kind", "document"));
    }
    // What is encrypted is listed so.
    let manifest = archive.whole("META-INF/manifest.xml")?.unwrap_or_default();
    if String::from_utf8_lossy(&manifest).contains("encryption-data") {
        return Err(Problem::new("import-password", "the workbook is encrypted"));
    }
    let Some(part) = archive.part("content.xml")? else { return Err(syntax("no content.xml")) };
    let mut xml = Xml::new(part);
    let mut hidden_styles = BTreeSet::new();
    let mut style = String::new();
    let mut sheets = 0;
    loop {
        match xml.next()? {
            Piece::Begin(tag) => match name(&tag) {
                "style" => style = attribute(&tag, "name")?.unwrap_or_default(),
                "table-properties"
                    if attribute(&tag, "display")?.is_some_and(|display| display == "false") =>
                {
                    hidden_styles.insert(style.clone());
                }
                "table" => {
                    sheets += 1;
                    if sheets > xlsx::MAX_SHEETS {
                        return Err(syntax(format!("more than {} sheets", xlsx::MAX_SHEETS)));
                    }
                    let title = attribute(&tag, "name")?.unwrap_or_default();
                    let style = attribute(&tag, "style-name")?.unwrap_or_default();
                    let hidden = hidden_styles.contains(&style);
                    let table = Table::new(out, Some(title.clone()), hidden);
                    Sheet { xml: &mut xml, table, row: 0, columns: 0 }.read().map_err(
                        |problem| problem.at(Place { sheet: Some(title), ..Place::default() }),
                    )?;
                }
                _ => {}
            },
            Piece::Done => return Ok(()),
            Piece::End(_) | Piece::Text(_) => {}
        }
    }
}

/// Reads one sheet, up to the end of its tag.
struct Sheet<'a, 'b, 'c, R> {
    xml: &'a mut Xml<R>,
    table: Table<'b, 'c>,
    /// The next row.
    row: u32,
    /// The next column whose width and visibility are described.
    columns: u32,
}

impl<R: Source> Sheet<'_, '_, '_, R> {
    fn read(mut self) -> Result<(), Problem> {
        loop {
            match self.xml.next()? {
                Piece::Begin(tag) => match name(&tag) {
                    "table-column" => {
                        let count = repeated(&tag, "number-columns-repeated")?;
                        let last = self.columns.saturating_add(count - 1);
                        if is_hidden(&tag)? {
                            self.table.hide_columns(self.columns, last);
                        }
                        self.columns = last.saturating_add(1);
                    }
                    "table-row" => {
                        let count = repeated(&tag, "number-rows-repeated")?;
                        let hidden = is_hidden(&tag)?;
                        let cells = self.row()?;
                        if !cells.is_empty() {
                            let told = u32::try_from(MAX_TOLD).unwrap_or(u32::MAX);
                            for at in 0..count.min(told) {
                                self.table.row(self.row.saturating_add(at), hidden, cells.clone());
                            }
                        }
                        self.row = self.row.saturating_add(count);
                    }
                    // Drawings beside the cells, and links to other files' sheets.
                    "shapes" | "table-source" | "scenario" => {
                        let name = name(&tag).to_owned();
                        skip(self.xml, &name)?;
                    }
                    _ => {}
                },
                Piece::End(name) if name == "table" => break,
                Piece::Done => break,
                Piece::End(_) | Piece::Text(_) => {}
            }
        }
        self.table.finish();
        Ok(())
    }

    fn row(&mut self) -> Result<Cells, Problem> {
        let mut cells = Cells::new();
        let mut column: u32 = 0;
        loop {
            match self.xml.next()? {
                Piece::Begin(tag) if matches!(name(&tag), "table-cell" | "covered-table-cell") => {
                    let count = repeated(&tag, "number-columns-repeated")?;
                    let rows = repeated(&tag, "number-rows-spanned")?;
                    let columns = repeated(&tag, "number-columns-spanned")?;
                    let last =
                        (self.row.saturating_add(rows - 1), column.saturating_add(columns - 1));
                    let area = Area { rows: (self.row, last.0), columns: (column, last.1) };
                    if !self.table.merge(area) {
                        return Err(syntax("too many merged cells"));
                    }
                    let covered = name(&tag) == "covered-table-cell";
                    let cell = Cell::of(&tag)?;
                    let until = name(&tag).to_owned();
                    let seen = cell.seen(cell_text(self.xml, &until)?);
                    if let Some(seen) = seen.filter(|_| !covered) {
                        for at in column..column.saturating_add(count).min(MAX_COLUMNS) {
                            cells.push((at, seen.clone()));
                        }
                    }
                    column = column.saturating_add(count);
                }
                Piece::End(name) if name == "table-row" => return Ok(cells),
                Piece::Done => return Ok(cells),
                Piece::Begin(_) | Piece::End(_) | Piece::Text(_) => {}
            }
        }
    }
}

/// What a cell's tag says.
struct Cell {
    kind: String,
    value: Option<String>,
    formula: bool,
    error: bool,
}

impl Cell {
    fn of(tag: &quick_xml::events::BytesStart<'_>) -> Result<Self, Problem> {
        Ok(Self {
            kind: prefixed(tag, "office:value-type")?.unwrap_or_default(),
            value: prefixed(tag, "office:value")?,
            formula: prefixed(tag, "table:formula")?.is_some(),
            error: prefixed(tag, "calcext:value-type")?.is_some_and(|kind| kind == "error"),
        })
    }

    /// What is seen in it, given its text; `None` when it is empty.
    fn seen(&self, text: Option<String>) -> Option<Seen> {
        let written = text.as_deref().unwrap_or_default();
        if self.error {
            return Some(Seen::error(written));
        }
        match self.kind.as_str() {
            "" if self.formula => Some(Seen::no_result()),
            "" | "string" => text.map(Seen::Text),
            "boolean" => Some(Seen::logical(!matches!(written, "FALSE" | "SAI"))),
            "date" | "time" => Some(Seen::date(written)),
            "float" | "percentage" | "currency" => {
                let value = self.value.as_deref().and_then(|value| value.trim().parse().ok());
                Some(match value {
                    Some(value) => shown::seen(value, self.kind == "percentage", text.as_deref()),
                    None => Seen::no_result(),
                })
            }
            other => Some(Seen::error(other)),
        }
    }
}

/// A cell's text as it is shown: its paragraphs, without notes and drawings; `None` when it has none.
fn cell_text<R: Source>(xml: &mut Xml<R>, until: &str) -> Result<Option<String>, Problem> {
    let mut text: Option<String> = None;
    let mut paragraphs = 0;
    loop {
        match xml.next()? {
            Piece::Begin(tag) => match name(&tag) {
                "p" | "h" => {
                    if let Some(before) = &mut text {
                        before.push('\n');
                    }
                    text.get_or_insert_default();
                    paragraphs += 1;
                }
                "s" => {
                    let count = attribute(&tag, "c")?.and_then(|count| count.parse().ok());
                    let spaces = " ".repeat(count.unwrap_or(1).min(1024));
                    text.get_or_insert_default().push_str(&spaces);
                }
                "tab" | "line-break" => text.get_or_insert_default().push(' '),
                other @ ("annotation" | "frame" | "custom-shape" | "table") => {
                    let other = other.to_owned();
                    skip(xml, &other)?;
                }
                _ => {}
            },
            Piece::Text(piece) if paragraphs > 0 => text.get_or_insert_default().push_str(&piece),
            Piece::Text(_) => {}
            Piece::End(name) if name == "p" || name == "h" => paragraphs -= 1,
            Piece::End(name) if name == until => return Ok(text),
            Piece::End(_) => {}
            Piece::Done => return Ok(text),
        }
    }
}

/// Passes over what has begun with this name.
fn skip<R: Source>(xml: &mut Xml<R>, wanted: &str) -> Result<(), Problem> {
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

fn repeated(tag: &quick_xml::events::BytesStart<'_>, name: &str) -> Result<u32, Problem> {
    let count = attribute(tag, name)?.and_then(|count| count.parse::<u32>().ok());
    Ok(count.unwrap_or(1).max(1))
}

fn is_hidden(tag: &quick_xml::events::BytesStart<'_>) -> Result<bool, Problem> {
    let seen = attribute(tag, "visibility")?;
    Ok(seen.is_some_and(|seen| seen == "collapse" || seen == "filter"))
}

#[cfg(test)]
mod tests;
