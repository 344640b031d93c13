//! Files of figures: CSV, JSON, XLSX.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::import::{self, ImportFormat, MAX_ROWS};

/// `c` CSV; `j` JSON; `x` a whole workbook; `d`, `m`, `n`, `s`: one part of a workbook whose other parts
/// are right, since no mutation gets past a ZIP archive's checksums.
pub fn run(input: &[u8]) {
    match crate::choose(input) {
        Some((b'c', bytes)) => read(ImportFormat::Csv, bytes),
        Some((b'd', bytes)) => {
            read(ImportFormat::Xlsx, &workbook("xl/worksheets/sheet1.xml", bytes))
        }
        Some((b'j', bytes)) => read(ImportFormat::Json, bytes),
        Some((b'm', bytes)) => read(ImportFormat::Xlsx, &workbook("xl/styles.xml", bytes)),
        Some((b'n', bytes)) => read(ImportFormat::Xlsx, &workbook("xl/workbook.xml", bytes)),
        Some((b's', bytes)) => read(ImportFormat::Xlsx, &workbook("xl/sharedStrings.xml", bytes)),
        Some((b'x', bytes)) => read(ImportFormat::Xlsx, bytes),
        _ => {}
    }
}

fn read(format: ImportFormat, bytes: &[u8]) {
    match import::read(format, bytes, "figures") {
        Ok(rows) => {
            assert!((1..=MAX_ROWS).contains(&rows.len()));
            let mut ids: Vec<_> = rows.iter().map(|row| &row.indicator).collect();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), rows.len(), "one cell twice");
        }
        Err(refusal) => assert!(!refusal.problems.is_empty(), "refused without a reason"),
    }
}

/// The smallest workbook with one table; `part` is replaced by `content`.
pub fn workbook(part: &str, content: &[u8]) -> Vec<u8> {
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, usual) in PARTS {
        archive.start_file(*name, stored).unwrap();
        archive.write_all(if *name == part { content } else { usual.as_bytes() }).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A workbook's parts (ECMA-376 Part 1, SpreadsheetML), no more than readers need.
pub const PARTS: &[(&str, &str)] = &[
    (
        "_rels/.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
    ),
    (
        "xl/sharedStrings.xml",
        r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Mã</t></si><si><r><t>Số </t></r><r><t>liệu</t></r></si><si><t>Ghi chú</t></si></sst>"#,
    ),
    (
        "xl/styles.xml",
        r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="0"/><sheets><sheet name="PL2" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/worksheets/sheet1.xml",
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:C4"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>a.1</t></is></c><c r="B2"><v>17.11</v></c><c r="C2" t="str"><f>B2&amp;""</f><v>x</v></c></row><row r="3"><c r="A3" t="str"><v>a.2</v></c><c r="B3" t="b"><v>1</v></c></row><row r="4"><c r="A4" t="str"><v>a.3</v></c><c r="B4" s="1"><v>45000.5</v></c></row></sheetData></worksheet>"#,
    ),
];
