//! PDF: typeset by typst, as a library, with fonts of its own.
//!
//! What people typed never becomes markup: the paper is handed over as a JSON file, and `paper.typ` only
//! places its strings. There is no network, no package, no system font and no clock in the typesetter's
//! world, so that a paper gives the same bytes on every machine. The PDF is tagged.

mod breaking;
mod pictures;
mod world;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Serialize;
use typst::diag::SourceDiagnostic;
use typst::ecow::EcoVec;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, Timestamp};

use crate::error::RenderError;
use crate::paper::Paper;
pub use pictures::{PageSize, Pictures};
use world::{Press, Sheet};

/// Results that this many later papers did not need are forgotten; a hub runs for months.
const REMEMBERED_PAPERS: usize = 2;

/// The paper as a PDF. The same paper gives the same bytes.
///
/// # Errors
/// When the paper cannot be typeset; not for anything that it says.
pub fn render_pdf(paper: &Paper) -> Result<Vec<u8>, RenderError> {
    printed(paper, Part::Report)
}

/// The submissions that a paper was made from, as a PDF of its own: they are no part of what is signed.
///
/// # Errors
/// As [`render_pdf`].
pub fn render_sources_pdf(paper: &Paper) -> Result<Vec<u8>, RenderError> {
    printed(paper, Part::Sources)
}

/// What of a paper is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    Report,
    Sources,
}

/// What the typesetter is given.
#[derive(Serialize)]
struct Print {
    part: Part,
    #[serde(flatten)]
    paper: Paper,
}

fn printed(paper: &Paper, part: Part) -> Result<Vec<u8>, RenderError> {
    let document = typeset(paper, part)?;
    let options = PdfOptions {
        creator: Smart::Custom(Some("Hợp Lưu".to_owned())),
        timestamp: paper.issued_on.and_then(midnight),
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(&document, &options).map_err(refused);
    typst::comemo::evict(REMEMBERED_PAPERS);
    bytes
}

fn typeset(paper: &Paper, part: Part) -> Result<PagedDocument, RenderError> {
    // Fonts and the standard library are read once a process.
    static PRESS: LazyLock<Press> = LazyLock::new(Press::new);

    let data = serde_json::to_vec(&Print { part, paper: breaking::breakable(paper) })?;
    typst::compile(&Sheet::new(&PRESS, data)).output.map_err(refused)
}

fn refused(errors: EcoVec<SourceDiagnostic>) -> RenderError {
    let messages = errors.iter().map(|error| error.message.to_string()).collect();
    RenderError::PdfTypesetting { messages }
}

/// The day of issue for the file's properties; a draft has none.
fn midnight(day: Date) -> Option<Timestamp> {
    let (month, day_of_month) = (day.month().unsigned_abs(), day.day().unsigned_abs());
    Datetime::from_ymd_hms(i32::from(day.year()), month, day_of_month, 0, 0, 0)
        .map(Timestamp::new_utc)
}
