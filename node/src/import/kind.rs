//! What a file is, by its first bytes: people rename files, and programs give the wrong endings.

use std::io::Cursor;

use zip::ZipArchive;

use super::{ImportFile, ImportFormat, text};
use crate::problem::Problem;

/// The readers.
pub(super) enum Kind {
    Csv,
    Json,
    Ods,
    Xls,
    Xlsb,
    Xlsx,
}

const ZIP: &[u8] = b"PK\x03\x04";
/// An OLE compound file: what Office wrote before 2007, and the wrapping of an encrypted workbook since.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// What a file is; a problem that names it when it is nothing that can be imported.
pub(super) fn of(file: &ImportFile<'_>) -> Result<Kind, Problem> {
    let bytes = file.bytes;
    if bytes.starts_with(ZIP) {
        return in_archive(bytes);
    }
    if bytes.starts_with(COMPOUND) {
        return in_compound(bytes);
    }
    match file.format {
        ImportFormat::Csv if is_page(bytes) => Err(other("web-page")),
        ImportFormat::Csv => Ok(Kind::Csv),
        ImportFormat::Json => Ok(Kind::Json),
        ImportFormat::Ods | ImportFormat::Xls | ImportFormat::Xlsb | ImportFormat::Xlsx => {
            Err(no_workbook(bytes))
        }
    }
}

fn in_archive(bytes: &[u8]) -> Result<Kind, Problem> {
    // An archive that cannot be opened is told of by the reader.
    let Ok(archive) = ZipArchive::new(Cursor::new(bytes)) else { return Ok(Kind::Xlsx) };
    let has = |part: &str| {
        archive.file_names_raw().any(|name| name.eq_ignore_ascii_case(part.as_bytes()))
    };
    if has("xl/workbook.bin") {
        Ok(Kind::Xlsb)
    } else if has("[Content_Types].xml") || has("_rels/.rels") {
        if has("word/document.xml") { Err(other("document")) } else { Ok(Kind::Xlsx) }
    } else if has("content.xml") && has("mimetype") {
        Ok(Kind::Ods)
    } else if has("Index/Document.iwa") {
        Err(other("numbers"))
    } else {
        Err(other("archive"))
    }
}

fn in_compound(bytes: &[u8]) -> Result<Kind, Problem> {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(name.len()).any(|window| window == name)
    };
    // The names of streams stand in the compound file's directory as UTF-16.
    if has("EncryptedPackage") {
        Err(Problem::new("import-password", "the workbook is encrypted"))
    } else if has("Workbook") || has("Book") {
        Ok(Kind::Xls)
    } else {
        Err(other("document"))
    }
}

/// What stands where a workbook was awaited.
fn no_workbook(bytes: &[u8]) -> Problem {
    let start = text::decode(bytes.get(..4096.min(bytes.len())).unwrap_or_default())
        .unwrap_or_default()
        .trim_start()
        .to_ascii_lowercase();
    if bytes.is_empty() {
        Problem::new("import-empty", "the file has no bytes")
    } else if is_page(bytes) {
        other("web-page")
    } else if start.starts_with("<?xml")
        && start.contains("urn:schemas-microsoft-com:office:spreadsheet")
    {
        other("xml-spreadsheet")
    } else if start.starts_with("<?xml") {
        other("xml")
    } else if bytes.starts_with(b"%PDF") {
        other("pdf")
    } else if start.is_empty() {
        other("unknown")
    } else {
        other("text")
    }
}

fn is_page(bytes: &[u8]) -> bool {
    let start = bytes.get(..1024.min(bytes.len())).unwrap_or_default();
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let start = start.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    ["<!doctype html", "<html", "<table", "<meta", "mime-version:"]
        .iter()
        .any(|beginning| start.starts_with(beginning))
}

/// The problem of a file that is something else; the catalogues have words for each.
fn other(kind: &'static str) -> Problem {
    Problem::new("import-other-kind", format!("it is: {kind}")).arg("kind", kind)
}
