//! Importing figures from files: JSON, CSV, and the workbooks that offices have (XLSX, XLSB, XLS, ODS).
//!
//! Reading is apart from judging: the readers here turn a file into [`Row`]s with their places, and into
//! what else is to be known about it ([`Reading`]); `desk::import` holds each row against the template and
//! makes a plan. What a reader takes is what a person sees on the screen. Where it cannot be sure what that
//! is, it refuses; what it passes over, it tells. `docs/imports.md` says what is read and what is not.

mod archive;
mod biff;
mod cell;
mod collector;
mod csv;
mod json;
mod kind;
mod measure;
mod number_format;
mod ods;
mod package;
mod style;
mod table;
mod text;
mod xls;
mod xlsb;
mod xlsx;
mod xml;

use std::borrow::Cow;

use hopluu_protocol::id::{IndicatorId, TemplateRef, UnitCode};
use hopluu_protocol::period::PeriodId;
use rust_decimal::Decimal;

use crate::problem::{Place, Problem, Refusal};
use collector::Collector;
use kind::Kind;
pub(crate) use measure::scale;

/// Largest file read, bytes.
pub const MAX_FILE_BYTES: usize = 16 << 20;

/// Most rows with an id that are read. A report has some hundreds.
pub const MAX_ROWS: usize = 20_000;

/// Most problems, and most rows without an id that are passed over, that are told; more are counted.
pub const MAX_TOLD: usize = 50;

/// The formats that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportFormat {
    /// Separated by commas, semicolons or tabs, with a row of headings.
    Csv,
    /// A report's JSON, or an object of indicator → value.
    Json,
    /// A workbook of LibreOffice.
    Ods,
    /// A workbook of Excel 97 to 2003.
    Xls,
    /// A binary workbook of Excel.
    Xlsb,
    /// A workbook as the report's XLSX is.
    Xlsx,
}

/// A file to be imported.
#[derive(Clone, Copy, Debug)]
pub struct ImportFile<'a> {
    /// What it is taken for. Which of the workbooks it is, its bytes say.
    pub format: ImportFormat,
    /// Its content.
    pub bytes: &'a [u8],
    /// Its name, for messages.
    pub name: &'a str,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The file's name, for messages.
    pub file: String,
    /// The rows that say something about a cell of the report, each cell once.
    pub rows: Vec<Row>,
    /// What the file says about itself.
    pub identity: Identity,
    /// What was passed over: rows and sheets that nobody sees, ids in tables that were not understood,
    /// figures without an id.
    pub left_out: Vec<Problem>,
    /// How many more figures without an id were passed over.
    pub more_left_out: usize,
    /// What else is to be known about the file.
    pub remarks: Vec<Problem>,
    /// Headings that say that figures are counted by thousands, millions and the like.
    pub measures: Vec<Measure>,
}

/// A heading that says in what figures are measured: `nghìn hồ sơ`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Where it stands.
    pub place: Place,
    /// The whole heading.
    pub words: String,
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
    /// Its note; `None` when the file has no notes, or this one cannot be taken.
    pub note: Option<String>,
    /// In what the file says that it is measured, where it has a column for that.
    pub measure: Option<String>,
}

/// What a cell of a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing.
    Empty,
    /// A number, exact.
    Number(Decimal),
    /// A number as a workbook shows it.
    Shown(Shown),
    /// A text, to be read as a person's typing.
    Text(String),
}

/// A number as a workbook shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The number that is seen: 95.9 where 0.959 is shown as `95,9%`.
    pub number: Decimal,
    /// It is seen with a percent sign.
    pub percent: bool,
    /// What is seen beside the number, for instance a unit of measure.
    pub words: String,
    /// All that is seen, with Vietnamese marks.
    pub text: String,
    /// What the workbook holds, where that is another number: rounded or scaled for showing.
    pub held: Option<Decimal>,
}

/// What a file says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The period that its figures are of.
    pub period: Option<PeriodId>,
    /// The unit whose figures they are.
    pub unit: Option<UnitCode>,
    /// The template that their ids are of.
    pub template: Option<TemplateRef>,
}

impl ImportFormat {
    /// By its bytes, where the name says nothing: what is no text is looked at as a workbook, and named as what
    /// it is if it is none.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        (bytes.starts_with(b"%PDF") || std::str::from_utf8(bytes).is_err()).then_some(Self::Xlsx)
    }

    /// By the ending of a file's name.
    pub fn of_file(name: &str) -> Option<Self> {
        Self::of_ending(name.rsplit_once('.')?.1)
    }

    /// By an ending alone: `xlsx`.
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "ods" | "fods" => Some(Self::Ods),
            "xls" => Some(Self::Xls),
            "xlsb" => Some(Self::Xlsb),
            "xlsx" | "xlsm" | "xltx" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

impl Content {
    /// The same as one would type it.
    pub fn as_seen(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Number(number) => Cow::Owned(cell::written(*number)),
            Self::Shown(shown) => Cow::Borrowed(&shown.text),
            Self::Text(text) => Cow::Borrowed(text),
        }
    }
}

/// Reads a file. `is_known` says whether the template has an indicator: only such ids are looked for where
/// no table is understood.
///
/// # Errors
/// The problems of form, each with its place: the first [`MAX_TOLD`], and how many more there are.
pub fn read(
    file: &ImportFile<'_>,
    is_known: &dyn Fn(&IndicatorId) -> bool,
) -> Result<Reading, Refusal> {
    let mut collector = Collector::new(file.name, is_known);
    if file.bytes.len() > MAX_FILE_BYTES {
        collector.complain(Place::default(), too_large());
        return collector.finish();
    }
    match kind::of(file) {
        Ok(Kind::Csv) => csv::read(file.bytes, &mut collector),
        Ok(Kind::Json) => json::read(file.bytes, &mut collector),
        Ok(Kind::Ods) => ods::read(file.bytes, &mut collector),
        Ok(Kind::Xls) => xls::read(file.bytes, &mut collector),
        Ok(Kind::Xlsb) => xlsb::read(file.bytes, &mut collector),
        Ok(Kind::Xlsx) => xlsx::read(file.bytes, &mut collector),
        Err(problem) => collector.complain(Place::default(), problem),
    }
    collector.finish()
}

/// The problem of a file that is larger than [`MAX_FILE_BYTES`].
pub fn too_large() -> Problem {
    let limit = format!("{} MiB", MAX_FILE_BYTES >> 20);
    Problem::new("file-too-large", format!("larger than {limit}")).arg("limit", limit)
}

#[cfg(test)]
mod tests;
