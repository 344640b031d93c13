//! XLSX: the layout that the XLSX output has. On every sheet the row that holds the headings `Mã`,
//! `Số liệu` and `Ghi chú` begins the table; sheets without such a row are not figures and are passed
//! over.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Reader, Xlsx};
use rust_decimal::Decimal;
use zip::ZipArchive;

use super::{Collector, Content, MAX_ROWS};
use crate::problem::{Place, Problem};

/// Most bytes that a workbook may unpack to. A report's workbook has some hundreds of kilobytes.
const MAX_UNPACKED: u64 = 32 << 20;

/// The header row is looked for in this many rows from the top.
const HEADER_WITHIN: usize = 12;

/// Columns looked at. The layout has six; people write beside it.
const MAX_COLUMNS: u32 = 64;

/// Sheets looked at. A report has one for each appendix and two more.
const MAX_SHEETS: usize = 64;

/// Rows of a sheet as far as they hold anything, by their number from 0.
type Rows = BTreeMap<u32, Vec<Data>>;

pub(super) fn read(bytes: &[u8], sheet: &mut Collector<'_>) {
    if let Err(problem) = check_claims(bytes) {
        return sheet.complain(Place::default(), problem);
    }
    // The reader computes with what a file says about itself, and some of that makes it panic.
    if catch_unwind(AssertUnwindSafe(|| read_workbook(bytes, sheet))).is_err() {
        sheet.complain(Place::default(), syntax("the workbook contradicts itself"));
    }
}

fn read_workbook(bytes: &[u8], sheet: &mut Collector<'_>) {
    let mut workbook = match Xlsx::new(Cursor::new(bytes)) {
        Ok(workbook) => workbook,
        Err(error) => return sheet.complain(Place::default(), syntax(error)),
    };
    let names = workbook.sheet_names();
    if names.len() > MAX_SHEETS {
        return sheet.complain(Place::default(), syntax(format!("more than {MAX_SHEETS} sheets")));
    }
    let mut tables = 0;
    for name in names {
        match rows(&mut workbook, &name) {
            Ok(rows) => tables += usize::from(read_sheet(&name, &rows, sheet)),
            Err(problem) => {
                sheet.complain(Place { sheet: Some(name), ..Place::default() }, problem);
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

/// A workbook is a ZIP archive: refuses one that claims to hold more than memory should, before the
/// reader makes room for it.
fn check_claims(bytes: &[u8]) -> Result<(), Problem> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(syntax)?;
    let mut total = 0u64;
    for index in 0..archive.len() {
        total = total.saturating_add(archive.by_index_raw(index).map_err(syntax)?.size());
    }
    if total > MAX_UNPACKED {
        let limit = format!("{} MiB", MAX_UNPACKED >> 20);
        let detail = format!("unpacks to {total} bytes");
        return Err(Problem::new("file-too-large", detail).arg("limit", limit));
    }
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(syntax)?;
        let name = part.name().map_err(syntax)?.to_ascii_lowercase();
        if name.ends_with("sharedstrings.xml") {
            let mut text = Vec::new();
            part.take(MAX_UNPACKED).read_to_end(&mut text).map_err(syntax)?;
            if !is_plain_text(&text) {
                return Err(syntax("its texts are not UTF-8"));
            }
            if claimed_strings(&text) > text.len() as u64 {
                return Err(syntax("it claims to have more texts than bytes"));
            }
        }
    }
    Ok(())
}

/// Whether what stands there is what the reader will see: no encoding that would say it in other bytes.
fn is_plain_text(part: &[u8]) -> bool {
    let is_control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    std::str::from_utf8(part).is_ok() && !part.iter().any(is_control)
}

/// The largest `uniqueCount` in a table of texts; the reader makes room for that many.
fn claimed_strings(part: &[u8]) -> u64 {
    const ATTRIBUTE: &[u8] = b"uniqueCount";
    let claims = part.windows(ATTRIBUTE.len()).enumerate().filter(|(_, at)| *at == ATTRIBUTE);
    let number = |at: usize| {
        let after = part.get(at + ATTRIBUTE.len()..).unwrap_or_default();
        let digits = after.iter().skip_while(|byte| !byte.is_ascii_digit());
        digits.take_while(|byte| byte.is_ascii_digit()).fold(0u64, |number, digit| {
            number.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
        })
    };
    claims.map(|(at, _)| number(at)).max().unwrap_or_default()
}

/// A sheet's rows, cell by cell: two cells in opposite corners are two cells, not the table between.
fn rows(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Rows, Problem> {
    let mut cells = match workbook.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        // Charts and dialogs are sheets as well.
        Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok(Rows::new()),
        Err(error) => return Err(syntax(error)),
    };
    let mut rows = Rows::new();
    while let Some(cell) = cells.next_cell().map_err(syntax)? {
        let (row, column) = cell.get_position();
        let value = Data::from(cell.get_value().clone());
        if column >= MAX_COLUMNS || value == Data::Empty {
            continue;
        }
        let row = rows.entry(row).or_default();
        let width = column as usize + 1;
        if row.len() < width {
            row.resize(width, Data::Empty);
        }
        if let Some(place) = row.get_mut(column as usize) {
            *place = value;
        }
        if rows.len() > MAX_ROWS {
            let problem =
                Problem::new("import-too-many-rows", format!("more than {MAX_ROWS} rows"));
            return Err(problem.arg("limit", MAX_ROWS));
        }
    }
    Ok(rows)
}

/// Reads one sheet; false when it has no table of figures.
fn read_sheet(name: &str, rows: &Rows, sheet: &mut Collector<'_>) -> bool {
    let mut rows = rows.iter();
    let Some(columns) = rows.by_ref().take(HEADER_WITHIN).find_map(|(_, row)| Columns::find(row))
    else {
        return false;
    };
    for (index, row) in rows {
        let place = Place {
            sheet: Some(name.to_owned()),
            line: Some(index.saturating_add(1)),
            ..Place::default()
        };
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
