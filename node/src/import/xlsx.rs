//! XLSX: the layout that the XLSX output has. On every sheet the row that holds the headings `Mã`,
//! `Số liệu` and `Ghi chú` begins the table; sheets without such a row are not figures and are passed
//! over.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use rust_decimal::Decimal;

use super::{Collector, Content};
use crate::problem::{Place, Problem};

/// Most bytes that a workbook may unpack to. A report's workbook has some hundreds of kilobytes.
const MAX_UNPACKED: u64 = 128 << 20;

/// The header row is looked for in this many rows from the top.
const HEADER_WITHIN: usize = 12;

pub(super) fn read(bytes: &[u8], sheet: &mut Collector<'_>) {
    if let Err(problem) = check_unpacked_size(bytes) {
        return sheet.complain(Place::default(), problem);
    }
    let mut workbook = match Xlsx::new(Cursor::new(bytes)) {
        Ok(workbook) => workbook,
        Err(error) => return sheet.complain(Place::default(), syntax(error)),
    };
    let mut tables = 0;
    for name in workbook.sheet_names() {
        match workbook.worksheet_range(&name) {
            Ok(range) => tables += usize::from(read_sheet(&name, &range, sheet)),
            Err(error) => {
                sheet.complain(Place { sheet: Some(name), ..Place::default() }, syntax(error));
            }
        }
    }
    if tables == 0 && sheet.problems.is_empty() {
        sheet.complain(Place::default(), Problem::new("import-no-columns", "no table of figures"));
    }
}

fn syntax(error: impl std::fmt::Display) -> Problem {
    let why = error.to_string();
    Problem::new("import-syntax", &why).arg("why", why)
}

/// A workbook is a ZIP archive: refuses one that would unpack to more than memory should hold, before
/// anything is unpacked.
fn check_unpacked_size(bytes: &[u8]) -> Result<(), Problem> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(syntax)?;
    let mut total = 0u64;
    for index in 0..archive.len() {
        total = total.saturating_add(archive.by_index_raw(index).map_err(syntax)?.size());
    }
    if total > MAX_UNPACKED {
        let limit = format!("{} MiB", MAX_UNPACKED >> 20);
        let detail = format!("unpacks to {total} bytes");
        return Err(Problem::new("file-too-large", detail).arg("limit", limit));
    }
    Ok(())
}

/// Reads one sheet; false when it has no table of figures.
fn read_sheet(name: &str, range: &calamine::Range<Data>, sheet: &mut Collector<'_>) -> bool {
    let first_row = range.start().map_or(0, |(row, _)| row);
    let mut rows = range.rows().enumerate();
    let Some(columns) = rows.by_ref().take(HEADER_WITHIN).find_map(|(_, row)| Columns::find(row))
    else {
        return false;
    };
    for (index, row) in rows {
        let line = u32::try_from(index).ok().map(|index| first_row + index + 1);
        let place = Place { sheet: Some(name.to_owned()), line, ..Place::default() };
        let id = text(row.get(columns.id));
        // Rows without an id are titles, notes under the table, or what somebody wrote beside it.
        if id.is_empty() {
            continue;
        }
        match content(row.get(columns.value)) {
            Ok(content) => {
                let note = columns.note.map(|note| text(row.get(note)));
                sheet.row(place, &id, content, note);
            }
            Err(problem) => sheet.complain(place, problem.at_indicator(&id)),
        }
    }
    true
}

struct Columns {
    id: usize,
    value: usize,
    note: Option<usize>,
}

impl Columns {
    fn find(row: &[Data]) -> Option<Self> {
        let column =
            |heading: &str| row.iter().position(|cell| text(Some(cell)).to_lowercase() == heading);
        Some(Self { id: column("mã")?, value: column("số liệu")?, note: column("ghi chú") })
    }
}

fn text(cell: Option<&Data>) -> String {
    match cell {
        None | Some(Data::Empty) => String::new(),
        Some(cell) => cell.to_string().trim().to_owned(),
    }
}

fn content(cell: Option<&Data>) -> Result<Content, Problem> {
    match cell {
        None | Some(Data::Empty) => Ok(Content::Empty),
        Some(Data::Int(number)) => Ok(Content::Number(Decimal::from(*number))),
        // A workbook stores numbers as binary fractions; the shortest decimal that means the same one is
        // what the person typed.
        Some(Data::Float(number)) => number
            .to_string()
            .parse()
            .map(Content::Number)
            .map_err(|_| Problem::new("number-not-exact", number).arg("text", number)),
        Some(Data::Bool(flag)) => Ok(Content::Number(Decimal::from(u8::from(*flag)))),
        Some(Data::String(string)) if string.trim().is_empty() => Ok(Content::Empty),
        Some(Data::String(string)) => Ok(Content::Text(string.trim().to_owned())),
        Some(other) => {
            let kind = other.to_string();
            Err(Problem::new("import-not-a-figure", format!("{other:?}")).arg("text", kind))
        }
    }
}
