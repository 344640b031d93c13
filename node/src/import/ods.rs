//! ODS (OpenDocument 1.3, part 3): LibreOffice's workbooks. They hold the text of each cell as it is shown,
//! beside its value; both must agree.

mod shown;
mod styles;
mod text;

use super::MAX_TOLD;
use super::archive::Archive;
use super::cell::Seen;
use super::collector::{Collector, syntax};
use super::package::MAX_SHEETS;
use super::table::{Area, Cells, Table};
use super::xml::{Piece, Source, Xml, attribute, name, prefixed};
use crate::problem::{Place, Problem};
use styles::{Look, Styles};
use text::{Written, skip};

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
    let mut styles = Styles::default();
    if let Some(part) = archive.part("styles.xml")? {
        styles.read(&mut Xml::new(part))?;
    }
    let Some(part) = archive.part("content.xml")? else { return Err(syntax("no content.xml")) };
    let mut xml = Xml::new(part);
    let mut sheets = 0;
    loop {
        match xml.next()? {
            Piece::Begin(tag) => match name(&tag) {
                "table" => {
                    sheets += 1;
                    if sheets > MAX_SHEETS {
                        return Err(syntax(format!("more than {} sheets", MAX_SHEETS)));
                    }
                    let title = attribute(&tag, "name")?.unwrap_or_default();
                    let style = attribute(&tag, "style-name")?.unwrap_or_default();
                    let hidden = styles.look("table", &style).hidden;
                    let table = Table::new(out, Some(title.clone()), hidden);
                    let sheet = Sheet {
                        xml: &mut xml,
                        styles: &styles,
                        table,
                        row: 0,
                        columns: 0,
                        column_styles: Vec::new(),
                    };
                    sheet.read().map_err(|problem| {
                        problem.at(Place { sheet: Some(title), ..Place::default() })
                    })?;
                }
                _ => styles.begin(&tag)?,
            },
            Piece::End(name) => styles.end(&name),
            Piece::Done => return Ok(()),
            Piece::Text(_) => {}
        }
    }
}

/// Reads one sheet, up to the end of its tag.
struct Sheet<'a, 'b, 'c, R> {
    xml: &'a mut Xml<R>,
    styles: &'a Styles,
    table: Table<'b, 'c>,
    /// The next row.
    row: u32,
    /// The next column whose width and visibility are described.
    columns: u32,
    /// The last column of each description, and the style of its cells that have none.
    column_styles: Vec<(u32, String)>,
}

impl<R: Source> Sheet<'_, '_, '_, R> {
    fn read(mut self) -> Result<(), Problem> {
        loop {
            match self.xml.next()? {
                Piece::Begin(tag) => match name(&tag) {
                    "table-column" => {
                        let count = repeated(&tag, "number-columns-repeated")?;
                        let last = self.columns.saturating_add(count - 1);
                        let style = attribute(&tag, "default-cell-style-name")?;
                        self.column_styles.push((last, style.unwrap_or_default()));
                        if is_hidden(&tag, "table-column", self.styles)? {
                            self.table.hide_columns(self.columns, last);
                        }
                        self.columns = last.saturating_add(1);
                    }
                    "table-row" => {
                        let count = repeated(&tag, "number-rows-repeated")?;
                        let hidden = is_hidden(&tag, "table-row", self.styles)?;
                        let style = attribute(&tag, "default-cell-style-name")?;
                        let cells = self.row(style.as_deref())?;
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

    /// The cells of a row that hold anything. `style`: of cells that have none.
    fn row(&mut self, style: Option<&str>) -> Result<Cells, Problem> {
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
                    let own = attribute(&tag, "style-name")?;
                    let look = self.look(own.as_deref().or(style), column);
                    let written = Written::read(self.xml, &until, self.styles, look)?;
                    if written.comment {
                        self.table.comment(self.row, column);
                    }
                    let seen = cell.seen(written).map(|seen| seen.veiled(look.veil()));
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

impl<R> Sheet<'_, '_, '_, R> {
    /// How a cell with this style looks; without one it has its column's.
    fn look(&self, style: Option<&str>, column: u32) -> Look {
        let at = self.column_styles.partition_point(|(last, _)| *last < column);
        let of_column = self.column_styles.get(at).map_or("", |(_, style)| style);
        self.styles.look("table-cell", style.unwrap_or(of_column))
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
    fn seen(&self, found: Written) -> Option<Seen> {
        let text = found.text;
        let written = text.as_deref().unwrap_or_default();
        if found.uneven {
            return Some(Seen::uneven(written));
        }
        if self.error {
            return Some(Seen::error(written));
        }
        match self.kind.as_str() {
            "" if self.formula => Some(Seen::no_result()),
            "" | "string" => text.map(Seen::Text),
            "boolean" => {
                let value = !matches!(written, "FALSE" | "SAI");
                Some(Seen::logical(value).showing(text.as_deref()))
            }
            "date" | "time" => Some(Seen::date(written).showing(text.as_deref())),
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

fn repeated(tag: &quick_xml::events::BytesStart<'_>, name: &str) -> Result<u32, Problem> {
    let count = attribute(tag, name)?.and_then(|count| count.parse::<u32>().ok());
    Ok(count.unwrap_or(1).max(1))
}

/// Whether nobody sees a row or column: it says so, or its style leaves it no room.
fn is_hidden(
    tag: &quick_xml::events::BytesStart<'_>,
    family: &str,
    styles: &Styles,
) -> Result<bool, Problem> {
    let seen = attribute(tag, "visibility")?;
    let style = attribute(tag, "style-name")?.unwrap_or_default();
    Ok(styles.look(family, &style).hidden
        || seen.is_some_and(|seen| seen == "collapse" || seen == "filter"))
}

#[cfg(test)]
mod tests;
