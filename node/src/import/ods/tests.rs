//! Workbooks as LibreOffice writes them.

use std::io::{Cursor, Write as _};

use super::super::tests::{left_out, read_as, seen, why};
use super::super::{Content, ImportFormat, Reading};
use crate::problem::Refusal;

const HEADINGS: &str = r#"<table:table-row><table:table-cell office:value-type="string"><text:p>Mã</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Số <text:span>liệu</text:span></text:p></table:table-cell><table:table-cell table:number-columns-repeated="16382"/></table:table-row>"#;

fn content(rows: &str) -> String {
    format!(
        r#"<office:document-content><office:automatic-styles><style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style><style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet><table:table table:name="PL4" table:style-name="ta1"><table:table-column/>{HEADINGS}{rows}<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#
    )
}

fn workbook(content: &str, manifest: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content),
        ("META-INF/manifest.xml", manifest),
    ] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn read(rows: &str) -> Result<Reading, Refusal> {
    read_as(ImportFormat::Ods, &workbook(&content(rows), "<manifest/>"))
}

/// A row `a.1` with this cell.
fn row(cell: &str) -> String {
    format!(
        r#"<table:table-row><table:table-cell office:value-type="string"><text:p>a.1</text:p></table:table-cell>{cell}</table:table-row>"#
    )
}

fn number(kind: &str, value: &str, shown: &str) -> String {
    row(&format!(
        r#"<table:table-cell office:value-type="{kind}" office:value="{value}" calcext:value-type="{kind}"><office:annotation><text:p>xem 999</text:p></office:annotation><text:p>{shown}</text:p></table:table-cell>"#
    ))
}

#[test]
fn numbers_are_taken_as_they_are_shown() {
    for (kind, value, shown, wanted, words, rounded) in [
        ("float", "325", "325", "325", "", false),
        ("float", "1304", "1.304", "1304", "", false),
        ("float", "1304.5", "1,304.50", "1304.5", "", false),
        ("float", "1304.5", "1.304,50", "1304.5", "", false),
        ("float", "-5", "(5)", "-5", "", false),
        ("float", "98.1132075471698", "98,11", "98.11", "", true),
        ("percentage", "0.959", "95,9%", "95.9", "", false),
        ("percentage", "1", "100%", "100", "", false),
        ("float", "30162400", "30.162,4", "30162.4", "", true),
        ("currency", "1304", "1.304 ₫", "1304", "₫", false),
        ("float", "1304", "1.304 hồ sơ", "1304", "hồ sơ", false),
    ] {
        let reading = read(&number(kind, value, shown)).unwrap();
        let Content::Shown(found) = &reading.rows[0].content else { panic!("{shown}") };
        assert_eq!(found.number, wanted.parse().unwrap(), "{shown}");
        assert_eq!((found.text.as_str(), found.words.as_str()), (shown, words));
        assert_eq!(found.held.is_some(), rounded, "{shown}");
        assert_eq!(found.percent, kind == "percentage");
    }
    let text = r#"<table:table-cell office:value-type="string"><text:p>kad:<text:s text:c="2"/>a</text:p></table:table-cell>"#;
    assert_eq!(seen(&read(&row(text)).unwrap()), [("a.1", "kad:  a".to_owned())]);
}

#[test]
fn what_is_no_figure_is_refused_and_named() {
    let cell = |attributes: &str, text: &str| {
        row(&format!("<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"))
    };
    for (rows, code) in [
        (number("float", "0", "-"), "import-masked"),
        (number("float", "5", "7"), "import-masked"),
        (
            cell(r#"office:value-type="boolean" office:boolean-value="true""#, "TRUE"),
            "import-logical",
        ),
        (
            cell(r#"office:value-type="date" office:date-value="2023-06-05""#, "05/06/23"),
            "import-date",
        ),
        (cell(r#"office:value-type="time""#, "12:30"), "import-date"),
        (
            cell(
                r#"table:formula="of:=1/0" office:value-type="string" calcext:value-type="error""#,
                "#DIV/0!",
            ),
            "import-error-value",
        ),
        (row(r#"<table:table-cell table:formula="of:=300+25"/>"#), "import-formula-no-result"),
        (
            format!(
                r#"{}<table:table-row><table:table-cell office:value-type="string"><text:p>a.2</text:p></table:table-cell><table:covered-table-cell/></table:table-row>"#,
                row(
                    r#"<table:table-cell table:number-rows-spanned="2" office:value-type="float" office:value="5"><text:p>5</text:p></table:table-cell>"#
                )
            ),
            "import-merged",
        ),
        (
            row("").replace(
                "<table:table-row>",
                r#"<table:table-row table:number-rows-repeated="2">"#,
            ),
            "import-duplicate",
        ),
    ] {
        assert_eq!(why(read(&rows)), code, "{rows}");
    }
    let encrypted = workbook("x", "<manifest:encryption-data/>");
    assert_eq!(why(read_as(ImportFormat::Ods, &encrypted)), "import-password");
}

#[test]
fn what_is_hidden_is_told() {
    let shown = number("float", "5", "5");
    for visibility in ["collapse", "filter"] {
        let hidden = shown.replace(
            "<table:table-row>",
            &format!(r#"<table:table-row table:visibility="{visibility}">"#),
        );
        assert_eq!(left_out(&read(&hidden).unwrap()), ["import-hidden-row"]);
    }
    let of = |from: &str, to: &str| {
        let content = content(&shown);
        assert!(content.contains(from));
        read_as(ImportFormat::Ods, &workbook(&content.replace(from, to), "")).unwrap()
    };
    let column = r#"<table:table-column/><table:table-column table:visibility="collapse"/>"#;
    assert_eq!(left_out(&of("<table:table-column/>", column)), ["import-hidden-column"]);
    assert_eq!(
        left_out(&of(r#"style-name="ta1">"#, r#"style-name="ta2">"#)),
        ["import-hidden-sheet"]
    );
}
