//! What offices really send: saved by Excel with semicolons, with notes beside the table, cut off.

use super::*;

fn ids(rows: &[Row]) -> Vec<(&str, &Content)> {
    rows.iter().map(|row| (row.indicator.as_str(), &row.content)).collect()
}

fn codes(refusal: Refusal) -> Vec<(String, Option<u32>)> {
    refusal.problems.into_iter().map(|problem| (problem.code, problem.place.line)).collect()
}

#[test]
fn a_csv_saved_by_a_vietnamese_excel_is_read() {
    let file =
        "\u{feff}Mã;Chỉ tiêu;Số liệu;Ghi chú\r\na.1;Một;1.304;cả năm\r\n;;;\r\na.2;Hai;;\r\n";
    let rows = read(ImportFormat::Csv, file.as_bytes(), "t.csv").unwrap();
    assert_eq!(ids(&rows), [("a.1", &Content::Text("1.304".to_owned())), ("a.2", &Content::Empty)]);
    assert_eq!(rows[0].note.as_deref(), Some("cả năm"));
    assert_eq!(rows[1].place.line, Some(4));
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    for file in ["id,value\n\n\nA 2,2\n", "id,value\r\n\r\n\r\nA 2,2\r\n"] {
        let refusal = read(ImportFormat::Csv, file.as_bytes(), "t.csv").unwrap_err();
        assert_eq!(codes(refusal), [("indicator-unknown".to_owned(), Some(4))], "{file:?}");
    }
}

#[test]
fn a_csv_without_the_columns_is_refused_as_a_whole() {
    let refusal = read(ImportFormat::Csv, b"name,age\nx,1\n", "t.csv").unwrap_err();
    assert_eq!(codes(refusal), [("import-no-columns".to_owned(), Some(1))]);
}

#[test]
fn all_problems_of_a_file_are_told_at_once_with_their_lines() {
    let file = "id,value\na.1,1\nA 2,2\na.1,3\n";
    let refusal = read(ImportFormat::Csv, file.as_bytes(), "t.csv").unwrap_err();
    assert_eq!(
        codes(refusal),
        [("indicator-unknown".to_owned(), Some(3)), ("import-duplicate".to_owned(), Some(4))]
    );
}

#[test]
fn a_plain_object_of_values_is_read_digit_by_digit() {
    let rows = read(ImportFormat::Json, br#"{"a.1": 17.110, "a.2": null, "a.3": "kps"}"#, "t.json")
        .unwrap();
    assert_eq!(
        ids(&rows),
        [
            ("a.1", &Content::Number("17.110".parse().unwrap())),
            ("a.2", &Content::Empty),
            ("a.3", &Content::Text("kps".to_owned())),
        ]
    );
}

#[test]
fn json_that_breaks_off_is_refused_with_its_line() {
    let refusal = read(ImportFormat::Json, b"{\n\"a.1\": 1,\n\"a.2\": ", "t.json").unwrap_err();
    assert_eq!(codes(refusal), [("import-syntax".to_owned(), Some(3))]);
}

#[test]
fn bytes_that_are_no_such_file_are_refused_in_every_format() {
    for format in [ImportFormat::Csv, ImportFormat::Json, ImportFormat::Xlsx] {
        for bytes in [&b""[..], b"\xff\xfe\x00", b"PK\x03\x04", b"[[[[[["] {
            assert!(read(format, bytes, "t").is_err(), "{format:?} accepted {bytes:?}");
        }
    }
}

#[test]
fn a_file_larger_than_the_limit_is_not_even_looked_at() {
    let bytes = vec![b' '; MAX_FILE_BYTES + 1];
    let refusal = read(ImportFormat::Csv, &bytes, "t.csv").unwrap_err();
    assert_eq!(codes(refusal), [("file-too-large".to_owned(), None)]);
}

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006";

/// A workbook of these parts; readers need no more.
fn workbook(strings: &str, cells: &str) -> Vec<u8> {
    let relation = |kind: &str, target: &str| {
        let kind = format!("{OFFICE}/relationships/{kind}");
        format!(
            r#"<Relationships><Relationship Id="r" Type="{kind}" Target="{target}"/></Relationships>"#
        )
    };
    let sheets = format!(
        r#"<workbook xmlns:r="{OFFICE}/relationships"><sheets><sheet name="PL2" r:id="r"/></sheets></workbook>"#
    );
    let parts = [
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        ("xl/workbook.xml", sheets),
        ("xl/sharedStrings.xml", strings.to_owned()),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet><sheetData>{cells}</sheetData></worksheet>"),
        ),
    ];
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut archive, content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

const HEADINGS: &str =
    r#"<row r="1"><c r="A1" t="str"><v>Mã</v></c><c r="B1" t="str"><v>Số liệu</v></c></row>"#;

fn figure(at: u32) -> String {
    format!(
        r#"<row r="{at}"><c r="A{at}" t="str"><v>a.1</v></c><c r="B{at}"><v>17.11</v></c></row>"#
    )
}

#[test]
fn a_stray_cell_in_the_last_corner_of_a_sheet_costs_no_memory() {
    let stray = r#"<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>"#;
    let file = workbook("<sst/>", &format!("{HEADINGS}{}{stray}", figure(1_000_000)));
    let rows = read(ImportFormat::Xlsx, &file, "t.xlsx").unwrap();
    assert_eq!(ids(&rows), [("a.1", &Content::Number("17.11".parse().unwrap()))]);
    assert_eq!(rows[0].place.line, Some(1_000_000));
}

#[test]
fn a_workbook_that_claims_more_texts_than_it_has_is_refused() {
    for count in ["99999999999", "18446744073709551615", "99999999999999999999999"] {
        let strings = format!(r#"<sst uniqueCount="{count}"></sst>"#);
        let file = workbook(&strings, &format!("{HEADINGS}{}", figure(2)));
        let refusal = read(ImportFormat::Xlsx, &file, "t.xlsx").unwrap_err();
        assert_eq!(refusal.problems[0].detail, "it claims to have more texts than bytes");
    }
}

#[test]
fn a_cell_in_an_impossible_place_never_ends_in_a_panic() {
    for place in ["A99999999999", "ZZZZZZZZ1", "A0", "1", "A4294967295"] {
        let stray = format!(r#"<row r="{place}"><c r="{place}" t="str"><v>x</v></c></row>"#);
        let file = workbook("<sst/>", &format!("{HEADINGS}{}{stray}", figure(2)));
        if let Ok(rows) = read(ImportFormat::Xlsx, &file, "t.xlsx") {
            assert!(ids(&rows).iter().any(|(id, _)| *id == "a.1"), "{place}");
        }
    }
}

#[test]
fn a_sheet_with_more_rows_than_any_report_is_refused() {
    let cells: String = (2..30_000).map(figure).collect();
    let file = workbook("<sst/>", &format!("{HEADINGS}{cells}"));
    let refusal = read(ImportFormat::Xlsx, &file, "t.xlsx").unwrap_err();
    assert_eq!(codes(refusal), [("import-too-many-rows".to_owned(), None)]);
}
