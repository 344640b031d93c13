//! The package around the document: content types, relationships, properties, and the ZIP file.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::document::{EMPTY_HEADER, NUMBERED_HEADER};
use super::xml::{Element, element};
use crate::error::RenderError;
use crate::paper::Paper;

const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const WORD_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// Puts parts into a ZIP file whose bytes depend on the parts alone.
pub(super) fn pack(parts: &[(&str, Element)]) -> Result<Vec<u8>, RenderError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, root) in parts {
        zip.start_file(*name, options)?;
        zip.write_all(&root.to_part()?)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// `[Content_Types].xml`
pub(super) fn content_types() -> Element {
    let default = |extension: &str, kind: &str| {
        element("Default").attribute("Extension", extension).attribute("ContentType", kind)
    };
    let part = |name: &str, kind: String| {
        element("Override").attribute("PartName", name).attribute("ContentType", kind)
    };
    let word = |kind: &str| format!("{WORD_TYPE}.{kind}+xml");
    element("Types")
        .attribute("xmlns", "http://schemas.openxmlformats.org/package/2006/content-types")
        .child(default("rels", "application/vnd.openxmlformats-package.relationships+xml"))
        .child(default("xml", "application/xml"))
        .child(part("/word/document.xml", word("document.main")))
        .child(part("/word/header1.xml", word("header")))
        .child(part("/word/header2.xml", word("header")))
        .child(part("/word/settings.xml", word("settings")))
        .child(part("/word/styles.xml", word("styles")))
        .child(part(
            "/docProps/core.xml",
            "application/vnd.openxmlformats-package.core-properties+xml".to_owned(),
        ))
        .child(part(
            "/docProps/app.xml",
            "application/vnd.openxmlformats-officedocument.extended-properties+xml".to_owned(),
        ))
}

/// `_rels/.rels`
pub(super) fn root_relationships() -> Element {
    let core =
        "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
    relationships([
        ("rId1", format!("{OFFICE}/officeDocument"), "word/document.xml"),
        ("rId2", core.to_owned(), "docProps/core.xml"),
        ("rId3", format!("{OFFICE}/extended-properties"), "docProps/app.xml"),
    ])
}

/// `word/_rels/document.xml.rels`
pub(super) fn document_relationships() -> Element {
    relationships([
        ("rIdStyles", format!("{OFFICE}/styles"), "styles.xml"),
        ("rIdSettings", format!("{OFFICE}/settings"), "settings.xml"),
        (NUMBERED_HEADER, format!("{OFFICE}/header"), "header1.xml"),
        (EMPTY_HEADER, format!("{OFFICE}/header"), "header2.xml"),
    ])
}

fn relationships<const N: usize>(targets: [(&str, String, &str); N]) -> Element {
    let targets = targets.map(|(id, kind, target)| {
        element("Relationship")
            .attribute("Id", id)
            .attribute("Type", kind)
            .attribute("Target", target)
    });
    element("Relationships").attribute("xmlns", RELATIONSHIPS).children(targets)
}

/// `docProps/app.xml`
pub(super) fn application() -> Element {
    element("Properties")
        .attribute(
            "xmlns",
            "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties",
        )
        .child(element("Application").text("Hợp Lưu"))
}

/// `docProps/core.xml`: title, author, language and the day of issue. A draft has no day: the clock of
/// the machine that printed it is nobody's business, and would change the bytes.
pub(super) fn properties(paper: &Paper) -> Element {
    let moment = |name: &'static str, day: jiff::civil::Date| {
        element(name).attribute("xsi:type", "dcterms:W3CDTF").text(format!("{day}T00:00:00Z"))
    };
    element("cp:coreProperties")
        .attribute(
            "xmlns:cp",
            "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
        )
        .attribute("xmlns:dc", "http://purl.org/dc/elements/1.1/")
        .attribute("xmlns:dcterms", "http://purl.org/dc/terms/")
        .attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        .child(element("dc:title").text(paper.title.as_str()))
        .child(element("dc:creator").text(paper.author.as_str()))
        .child(element("dc:language").text("vi-VN"))
        .children(paper.issued_on.map(|day| moment("dcterms:created", day)))
        .children(paper.issued_on.map(|day| moment("dcterms:modified", day)))
}
