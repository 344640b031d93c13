//! CSV: a header row that names the columns `id`, `value` and, if wanted, `note`. Separated by commas,
//! semicolons (what a Vietnamese Excel writes) or tabs; UTF-8, with or without a byte order mark.

use super::{Collector, Content};
use crate::problem::{Place, Problem};

/// Headings that are understood, lower case: English, and as the XLSX output prints them.
const ID: &[&str] = &["id", "mã", "mã chỉ tiêu"];
const VALUE: &[&str] = &["value", "số liệu", "giá trị"];
const NOTE: &[&str] = &["note", "ghi chú"];

pub(super) fn read(bytes: &[u8], sheet: &mut Collector<'_>) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        sheet.complain(Place::default(), Problem::new("import-not-utf8", "not UTF-8"));
        return;
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .flexible(true)
        .from_reader(text.as_bytes());
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => return sheet.complain(Place::default(), syntax(&error)),
    };
    let column = |names: &[&str]| {
        headers.iter().position(|header| names.contains(&header.trim().to_lowercase().as_str()))
    };
    let (Some(id), Some(value)) = (column(ID), column(VALUE)) else {
        let problem = Problem::new("import-no-columns", "no columns `id` and `value`");
        sheet.complain(Place { line: Some(1), ..Place::default() }, problem);
        return;
    };
    let note = column(NOTE);
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().and_then(|at| line_of(text, at));
                let place = Place { line, ..Place::default() };
                let field = |index: usize| record.get(index).unwrap_or_default().trim();
                if record.iter().all(|field| field.trim().is_empty()) {
                    continue;
                }
                let content = match field(value) {
                    "" => Content::Empty,
                    text => Content::Text(text.to_owned()),
                };
                sheet.row(place, field(id), content, note.map(|note| field(note).to_owned()));
            }
            Err(error) => {
                let line = error.position().and_then(|at| line_of(text, at));
                sheet.complain(Place { line, ..Place::default() }, syntax(&error));
            }
        }
    }
}

/// The line of a record: the reader's position lies before the line ends that it passes over, and after
/// CR LF between the two.
fn line_of(text: &str, at: &::csv::Position) -> Option<u32> {
    let start = usize::try_from(at.byte()).ok()?;
    let passed =
        text.as_bytes().get(start..)?.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    let lines = u64::try_from(passed.filter(|byte| **byte == b'\n').count()).ok()?;
    u32::try_from(at.line().checked_add(lines)?).ok()
}

fn syntax(error: &::csv::Error) -> Problem {
    Problem::new("import-syntax", error).arg("why", error)
}

/// The separator that the header row uses.
fn separator(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    [b';', b'\t', b','].into_iter().find(|mark| header.as_bytes().contains(mark)).unwrap_or(b',')
}
