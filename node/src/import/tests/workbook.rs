//! Workbooks put together part by part: what no library writes.

use std::io::{Cursor, Write as _};

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006";

/// A row of headings in row 1: ids in A, values in B, notes in C.
pub(crate) const HEADINGS: &str = r#"<row r="1"><c r="A1" t="str"><v>Mã</v></c><c r="B1" t="str"><v>Số liệu</v></c><c r="C1" t="str"><v>Ghi chú</v></c></row>"#;

/// A workbook with one sheet, whose parts can be replaced.
pub(crate) struct Parts {
    parts: Vec<(String, String)>,
}

impl Parts {
    /// A workbook whose sheet has these rows below the headings.
    pub(crate) fn of_rows(rows: &str) -> Self {
        Self::of_sheet(&format!("<worksheet><sheetData>{HEADINGS}{rows}</sheetData></worksheet>"))
    }

    /// A workbook with this sheet.
    pub(crate) fn of_sheet(sheet: &str) -> Self {
        let relation = |id: &str, kind: &str, target: &str| {
            format!(
                r#"<Relationship Id="{id}" Type="{OFFICE}/relationships/{kind}" Target="{target}"/>"#
            )
        };
        let all =
            |relations: &[String]| format!("<Relationships>{}</Relationships>", relations.concat());
        let book = format!(
            r#"<workbook xmlns:r="{OFFICE}/relationships"><sheets><sheet name="PL2" r:id="r1"/></sheets></workbook>"#
        );
        let parts = [
            ("_rels/.rels", all(&[relation("r", "officeDocument", "xl/workbook.xml")])),
            (
                "xl/_rels/workbook.xml.rels",
                all(&[
                    relation("r1", "worksheet", "worksheets/sheet1.xml"),
                    relation("r2", "styles", "styles.xml"),
                    relation("r3", "sharedStrings", "sharedStrings.xml"),
                ]),
            ),
            ("xl/workbook.xml", book),
            ("xl/styles.xml", "<styleSheet/>".to_owned()),
            ("xl/sharedStrings.xml", "<sst/>".to_owned()),
            ("xl/worksheets/sheet1.xml", sheet.to_owned()),
        ];
        Self { parts: parts.map(|(name, content)| (name.to_owned(), content)).to_vec() }
    }

    /// The same with another content of a part, or one part more.
    pub(crate) fn with(mut self, name: &str, content: &str) -> Self {
        self.parts.retain(|(part, _)| part != name);
        self.parts.push((name.to_owned(), content.to_owned()));
        self
    }

    /// The same with other words in a part.
    pub(crate) fn replacing(mut self, name: &str, from: &str, to: &str) -> Self {
        for (part, content) in &mut self.parts {
            if part == name {
                assert!(content.contains(from), "{content}");
                *content = content.replace(from, to);
            }
        }
        self
    }

    /// The same with number formats: the first is `General`, then these.
    pub(crate) fn with_formats(self, codes: &[&str]) -> Self {
        let escaped = |code: &str| code.replace('&', "&amp;").replace('"', "&quot;");
        let formats: String = (164..)
            .zip(codes)
            .map(|(id, code)| {
                format!(r#"<numFmt numFmtId="{id}" formatCode="{}"/>"#, escaped(code))
            })
            .collect();
        let cells: String =
            (164..).zip(codes).map(|(id, _)| format!(r#"<xf numFmtId="{id}"/>"#)).collect();
        let styles = format!(
            r#"<styleSheet><numFmts>{formats}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>{cells}</cellXfs></styleSheet>"#
        );
        self.with("xl/styles.xml", &styles)
    }

    /// The same with a second sheet.
    pub(crate) fn and_sheet(self, name: &str, rows: &str) -> Self {
        let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
        let relation = format!(
            r#"<Relationship Id="r9" Type="{OFFICE}/relationships/worksheet" Target="worksheets/sheet2.xml"/></Relationships>"#
        );
        let entry = format!(r#"<sheet name="{name}" r:id="r9"/></sheets>"#);
        self.replacing("xl/_rels/workbook.xml.rels", "</Relationships>", &relation)
            .replacing("xl/workbook.xml", "</sheets>", &entry)
            .with("xl/worksheets/sheet2.xml", &sheet)
    }

    /// The archive with one part written otherwise.
    pub(crate) fn bytes_with(&self, part: &str, otherwise: impl Fn(&str) -> String) -> Vec<u8> {
        let mut parts = self.parts.clone();
        for (name, content) in &mut parts {
            if name == part {
                *content = otherwise(content);
            }
        }
        Self { parts }.bytes()
    }

    /// The archive.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.parts {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(content.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }
}

/// A row whose id is `a.<row>` and whose value is this cell.
pub(crate) fn row(number: u32, value: &str) -> String {
    format!(r#"<row r="{number}"><c r="A{number}" t="str"><v>a.{number}</v></c>{value}</row>"#)
}

/// A row with a number.
pub(crate) fn figure(number: u32, value: &str) -> String {
    row(number, &format!(r#"<c r="B{number}"><v>{value}</v></c>"#))
}
