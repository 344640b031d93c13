//! Files of figures: CSV, JSON and workbooks.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::import::{self, ImportFile, ImportFormat, MAX_ROWS};

/// `c` CSV; `j` JSON; `x` a whole workbook of any kind, by its bytes; `d`, `m`, `n`, `s`: one part of an
/// XLSX whose other parts are right, `b`, `e`, `f` of an XLSB, `o` of an ODS, since no mutation gets past a
/// ZIP archive's checksums.
pub fn run(input: &[u8]) {
    match crate::choose(input) {
        Some((b'b', bytes)) => {
            read(ImportFormat::Xlsb, &binary("xl/worksheets/sheet1.bin", bytes));
        }
        Some((b'e', bytes)) => read(ImportFormat::Xlsb, &binary("xl/styles.bin", bytes)),
        Some((b'f', bytes)) => read(ImportFormat::Xlsb, &binary("xl/workbook.bin", bytes)),
        Some((b'o', bytes)) => read(
            ImportFormat::Ods,
            &archive(&[
                ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
                ("content.xml", bytes),
            ]),
        ),
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
    let file = ImportFile { format, bytes, name: "figures" };
    match import::read(&file, &|id| id.as_str().starts_with("a.")) {
        Ok(import::Reading { rows, left_out, .. }) => {
            assert!(rows.len() <= MAX_ROWS && rows.len() + left_out.len() > 0);
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
    let parts = PARTS
        .iter()
        .map(|(name, usual)| (*name, if *name == part { content } else { usual.as_bytes() }));
    archive(&parts.collect::<Vec<_>>())
}

/// A binary workbook with one part.
fn binary(part: &str, content: &[u8]) -> Vec<u8> {
    let relations = r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.bin"/><Relationship Id="r2" Type="x/styles" Target="styles.bin"/></Relationships>"#;
    // One sheet, `r1`, `P`.
    let book = b"\x9c\x01\x16\0\0\0\0\0\0\0\0\x02\0\0\0r\x01\0\x01\0\0\0P\0";
    let parts: [(&str, &[u8]); 4] = [
        ("xl/_rels/workbook.bin.rels", relations.as_bytes()),
        ("xl/workbook.bin", book),
        ("xl/styles.bin", b""),
        ("xl/worksheets/sheet1.bin", b""),
    ];
    let parts = parts.map(|(name, usual)| (name, if name == part { content } else { usual }));
    archive(&parts)
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, stored).unwrap();
        archive.write_all(content).unwrap();
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
