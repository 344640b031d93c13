//! The headings of a table, and what stands above it.

use hopluu_protocol::number::fold;

use super::super::collector::About;
use super::{Cells, letters};
use crate::problem::Problem;

/// Headings that are understood, folded: English, and as the XLSX output prints them.
const ID: &[&str] = &["id", "mã", "mã chỉ tiêu"];
const VALUE: &[&str] = &["value", "số liệu", "giá trị"];
const NOTE: &[&str] = &["note", "ghi chú"];
const MEASURE: &[&str] = &["đơn vị tính", "đvt", "unit of measure"];

/// What names the file itself, beside which the name stands.
const ABOUT: &[(&str, About)] = &[
    ("kỳ báo cáo", About::Period),
    ("period", About::Period),
    ("đơn vị", About::Unit),
    ("unit", About::Unit),
    ("biểu mẫu", About::Template),
    ("template", About::Template),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    /// The row of the headings.
    pub(super) row: u32,
    pub(super) id: u32,
    pub(super) value: u32,
    pub(super) note: Option<u32>,
    /// The column that says in what each figure is measured.
    pub(super) measure: Option<u32>,
}

impl Columns {
    /// Whether a row is a table's headings; a problem when two of them mean one thing.
    pub(super) fn find(row: u32, cells: &Cells) -> Result<Option<Self>, Problem> {
        let headings: Vec<(u32, String)> =
            cells.iter().map(|(column, cell)| (*column, heading(&cell.text()))).collect();
        let of = |names: &[&str]| -> Vec<u32> {
            let named = headings.iter().filter(|(_, text)| names.contains(&text.as_str()));
            named.map(|(column, _)| *column).collect()
        };
        let (ids, values, notes) = (of(ID), of(VALUE), of(NOTE));
        let (Some(id), Some(value)) = (ids.first(), values.first()) else { return Ok(None) };
        for columns in [&ids, &values, &notes] {
            if let [first, second, ..] = columns.as_slice() {
                let told = |wanted: u32| {
                    let cell = cells.iter().find(|(column, _)| *column == wanted);
                    let text = cell.map(|(_, cell)| cell.for_people()).unwrap_or_default();
                    (text, letters(wanted))
                };
                let ((first, at), (second, and)) = (told(*first), told(*second));
                let problem = Problem::new("import-two-headings", format!("{first}, {second}"));
                let problem = problem.arg("first", first).arg("second", second);
                return Err(problem.arg("first-column", at).arg("second-column", and));
            }
        }
        let (note, measure) = (notes.first().copied(), of(MEASURE).first().copied());
        Ok(Some(Self { row, id: *id, value: *value, note, measure }))
    }

    /// Whether a column is one of those that are read.
    pub(super) fn has(&self, column: u32) -> bool {
        column == self.id
            || column == self.value
            || Some(column) == self.note
            || Some(column) == self.measure
    }
}

/// What a row above a table names, and the name: `Kỳ báo cáo: 2023-q1`.
pub(super) fn about(cells: &Cells) -> Option<(About, String)> {
    let [(_, label), (_, name), ..] = cells.as_slice() else { return None };
    let label = fold(&label.text());
    let label = label.trim_end_matches(':').trim_end();
    let (_, about) = ABOUT.iter().find(|(words, _)| *words == label)?;
    Some((*about, name.text()))
}

/// Whether a row has one of the headings without which there is no table.
pub(super) fn has_heading(cells: &Cells) -> bool {
    let is_heading = |text: &str| ID.contains(&text) || VALUE.contains(&text);
    cells.iter().any(|(_, cell)| is_heading(&heading(&cell.text())))
}

/// A heading for comparing: letter case, normal form, spaces, line breaks and invisible signs do not count.
fn heading(text: &str) -> String {
    let visible = |c: &char| !matches!(c, '\u{200b}'..='\u{200d}' | '\u{feff}' | '\u{ad}');
    fold(&text.chars().filter(visible).collect::<String>())
}

/// `1`, `(2)`, `A`, `5=3+4`: the number of a column.
pub(super) fn is_numbering(text: &str) -> bool {
    let text = text.trim_matches(['(', ')', '[', ']']);
    let number = text.split('=').next().unwrap_or_default().trim();
    let digits = number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit());
    let letter = number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_alphabetic());
    !number.is_empty() && (digits || letter)
}
