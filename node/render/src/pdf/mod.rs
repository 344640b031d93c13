//! PDF: typeset by typst, as a library, with fonts of its own.
//!
//! What people typed never becomes markup: the paper is handed over as a JSON file, and `paper.typ` only
//! places its strings. There is no network, no package, no system font and no clock in the typesetter's
//! world, so that a paper gives the same bytes on every machine. The PDF is tagged.

mod breaking;
mod world;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use typst::diag::SourceDiagnostic;
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use crate::error::RenderError;
use crate::paper::Paper;
use world::{Press, Sheet};

/// Results that this many later papers did not need are forgotten; a hub runs for months.
const REMEMBERED_PAPERS: usize = 2;

/// The paper as a PDF. The same paper gives the same bytes.
///
/// # Errors
/// When the paper cannot be typeset; not for anything that it says.
pub fn render_pdf(paper: &Paper) -> Result<Vec<u8>, RenderError> {
    // Fonts and the standard library are read once a process.
    static PRESS: LazyLock<Press> = LazyLock::new(Press::new);

    let data = serde_json::to_vec(&breaking::breakable(paper))?;
    let sheet = Sheet::new(&PRESS, data);
    let result = typst::compile::<PagedDocument>(&sheet)
        .output
        .and_then(|document| typst_pdf::pdf(&document, &PdfOptions::default()));
    typst::comemo::evict(REMEMBERED_PAPERS);
    result.map_err(|errors| RenderError::PdfTypesetting {
        messages: errors.iter().map(|error: &SourceDiagnostic| error.message.to_string()).collect(),
    })
}
