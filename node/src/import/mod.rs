//! Importing figures from files: JSON, CSV, and XLSX in the layout that the XLSX output has.
//!
//! Reading is apart from judging: the readers here turn a file into [`Row`]s with their places;
//! `desk::import` holds each against the template. All or nothing, all errors at once.

mod csv;
mod json;
mod xlsx;

use hopluu_protocol::id::IndicatorId;
use rust_decimal::Decimal;

use crate::problem::{Place, Problem, Reason, Refusal};

/// Largest file read, bytes.
pub const MAX_FILE_BYTES: usize = 16 << 20;

/// Most rows read. A report has some hundreds.
pub const MAX_ROWS: usize = 20_000;

/// The formats that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportFormat {
    /// Comma- or semicolon-separated, with a header row.
    Csv,
    /// A report's JSON, or an object of indicator → value.
    Json,
    /// A workbook as the report's XLSX is.
    Xlsx,
}

/// One cell of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where it stands.
    pub place: Place,
    /// Which cell of the report it is for.
    pub indicator: IndicatorId,
    /// What it says.
    pub content: Content,
    /// Its note; `None` when the file has no notes.
    pub note: Option<String>,
}

/// What a cell of a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing.
    Empty,
    /// A number, exact.
    Number(Decimal),
    /// A text, to be read as a person's typing.
    Text(String),
}

impl ImportFormat {
    /// By the ending of a file's name.
    pub fn of_file(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// Reads a file. `file` is its name, for messages.
///
/// # Errors
/// All problems of form, each with its place.
pub fn read(format: ImportFormat, bytes: &[u8], file: &str) -> Result<Vec<Row>, Refusal> {
    let mut sheet = Collector { file, rows: Vec::new(), problems: Vec::new() };
    if bytes.len() > MAX_FILE_BYTES {
        let limit = format!("{} MiB", MAX_FILE_BYTES >> 20);
        sheet.complain(
            Place::default(),
            Problem::new("file-too-large", format!("larger than {limit}")).arg("limit", limit),
        );
    } else {
        match format {
            ImportFormat::Csv => csv::read(bytes, &mut sheet),
            ImportFormat::Json => json::read(bytes, &mut sheet),
            ImportFormat::Xlsx => xlsx::read(bytes, &mut sheet),
        }
    }
    sheet.finish()
}

/// Gathers rows and problems, so that every problem of a file is told at once.
struct Collector<'a> {
    file: &'a str,
    rows: Vec<Row>,
    problems: Vec<Problem>,
}

impl Collector<'_> {
    fn complain(&mut self, place: Place, problem: Problem) {
        let place = Place { file: Some(self.file.to_owned()), ..place };
        self.problems.push(problem.at(place));
    }

    fn row(&mut self, place: Place, indicator: &str, content: Content, note: Option<String>) {
        if self.rows.len() == MAX_ROWS {
            let problem =
                Problem::new("import-too-many-rows", format!("more than {MAX_ROWS} rows"));
            self.complain(place, problem.arg("limit", MAX_ROWS));
            return;
        }
        if self.rows.len() > MAX_ROWS {
            return;
        }
        match indicator.parse::<IndicatorId>() {
            Ok(indicator) => {
                let place = Place {
                    file: Some(self.file.to_owned()),
                    indicator: Some(indicator.to_string()),
                    ..place
                };
                self.rows.push(Row { place, indicator, content, note });
            }
            Err(error) => {
                let problem = Problem::new("indicator-unknown", error).arg("indicator", indicator);
                self.complain(place, problem);
            }
        }
    }

    fn finish(mut self) -> Result<Vec<Row>, Refusal> {
        let mut first: std::collections::BTreeMap<IndicatorId, Place> = Default::default();
        let mut twice = Vec::new();
        for row in &self.rows {
            if let Some(place) = first.get(&row.indicator) {
                let line = place.line.map_or_else(|| "none".to_owned(), |line| line.to_string());
                let sheet = place.sheet.as_deref().unwrap_or("none");
                let problem = Problem::new("import-duplicate", format!("{} twice", row.indicator));
                let problem = problem.arg("line", line).arg("sheet", sheet);
                twice.push((row.place.clone(), problem));
            } else {
                first.insert(row.indicator.clone(), row.place.clone());
            }
        }
        for (place, problem) in twice {
            self.complain(place, problem);
        }
        if self.rows.is_empty() && self.problems.is_empty() {
            self.complain(Place::default(), Problem::new("import-empty", "no rows"));
        }
        if self.problems.is_empty() {
            Ok(self.rows)
        } else {
            Err(Refusal { reason: Reason::Invalid, problems: self.problems })
        }
    }
}

#[cfg(test)]
mod tests;
