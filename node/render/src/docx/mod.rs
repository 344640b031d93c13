//! DOCX: WordprocessingML, written element by element.
//!
//! Word refuses what LibreOffice forgives, and the schema (ECMA-376, transitional) is made of sequences:
//! the order of children counts. So the parts are written here, in that order, instead of through a
//! crate that has its own (docx-rs 0.4 puts `headerReference` after `pgSz` and has no `tblHeader`). The
//! tests hold the order against the schema's lists.

mod document;
mod measures;
mod package;
mod styles;
mod tables;
mod text;
mod xml;

use crate::error::RenderError;
use crate::paper::Paper;
use xml::Element;

/// The paper as a Word document. The same paper gives the same bytes.
///
/// # Errors
/// When the package cannot be put together; not for anything that the paper says.
pub fn render_docx(paper: &Paper) -> Result<Vec<u8>, RenderError> {
    packed(paper, document::document(paper))
}

/// The submissions that a paper was made from, as a Word document of its own: they are no part of what is
/// signed.
///
/// # Errors
/// As [`render_docx`].
pub fn render_sources_docx(paper: &Paper) -> Result<Vec<u8>, RenderError> {
    packed(paper, document::sources(paper))
}

fn packed(paper: &Paper, content: Element) -> Result<Vec<u8>, RenderError> {
    package::pack(&[
        ("[Content_Types].xml", package::content_types()),
        ("_rels/.rels", package::root_relationships()),
        ("docProps/app.xml", package::application()),
        ("docProps/core.xml", package::properties(paper)),
        ("word/document.xml", content),
        ("word/_rels/document.xml.rels", package::document_relationships()),
        ("word/header1.xml", styles::numbered_header()),
        ("word/header2.xml", styles::empty_header()),
        ("word/settings.xml", styles::settings()),
        ("word/styles.xml", styles::styles()),
    ])
}
