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

/// A file with these styles, and a row `a.1` with this cell.
fn styled(styles: &str, cell: &str) -> Result<Reading, Refusal> {
    let content = content(&row(cell))
        .replace("</office:automatic-styles>", &format!("{styles}</office:automatic-styles>"));
    read_as(ImportFormat::Ods, &workbook(&content, ""))
}

/// A style of this family.
fn style(family: &str, name: &str, properties: &str) -> String {
    format!(
        r#"<style:style style:name="{name}" style:family="{family}">{properties}</style:style>"#
    )
}

#[test]
fn letters_that_are_struck_raised_or_white_are_refused() {
    let cell = |kind: &str| {
        format!(
            r#"<table:table-cell office:value-type="{kind}" office:value="12"><text:p>1<text:span text:style-name="T1">2</text:span></text:p></table:table-cell>"#
        )
    };
    for (properties, refused) in [
        (r#"<style:text-properties fo:font-weight="bold"/>"#, false),
        (r#"<style:text-properties style:text-line-through-style="none"/>"#, false),
        (r#"<style:text-properties style:text-position="0% 100%"/>"#, false),
        (r#"<style:text-properties style:text-line-through-style="solid"/>"#, true),
        (r#"<style:text-properties style:text-position="super 58%"/>"#, true),
        (r#"<style:text-properties style:text-position="-33% 58%"/>"#, true),
        (r##"<style:text-properties fo:color="#ffffff"/>"##, true),
        (r#"<style:text-properties text:display="none"/>"#, true),
    ] {
        for kind in ["string", "float"] {
            let reading = styled(&style("text", "T1", properties), &cell(kind));
            if refused {
                assert_eq!(why(reading), "import-rich-text", "{properties}");
            } else {
                assert_eq!(seen(&reading.unwrap()), [("a.1", "12".to_owned())], "{properties}");
            }
        }
    }
}

#[test]
fn lines_and_tabs_part_what_stands_on_their_sides() {
    for inside in [
        "<text:p>1</text:p><text:p>2</text:p>",
        "<text:p>1<text:line-break/>2</text:p>",
        "<text:p>1<text:tab/>2</text:p>",
        "<text:p>1<text:s/>2</text:p>",
    ] {
        let cell = |kind: &str| {
            format!(
                r#"<table:table-cell office:value-type="{kind}" office:value="12">{inside}</table:table-cell>"#
            )
        };
        assert_eq!(why(read(&row(&cell("float")))), "import-masked", "{inside}");
        let text = read(&row(&cell("string"))).unwrap();
        let Content::Text(text) = &text.rows[0].content else { panic!("{inside}") };
        assert!(["1\n2", "1\t2", "1 2"].contains(&text.as_str()), "{text:?}");
    }
    // A reading beside the letters, a comment and a drawing are not the cell's text.
    let cell = r#"<table:table-cell office:value-type="string"><text:p><text:ruby><text:ruby-base>12</text:ruby-base><text:ruby-text>3</text:ruby-text></text:ruby></text:p></table:table-cell>"#;
    assert_eq!(seen(&read(&row(cell)).unwrap()), [("a.1", "12".to_owned())]);
}

#[test]
fn what_nobody_sees_is_left_out_and_told() {
    let cell = |attributes: &str| {
        format!(
            r#"<table:table-cell {attributes} office:value-type="float" office:value="5"><text:p>5</text:p></table:table-cell>"#
        )
    };
    let struck = r#"<style:text-properties style:text-line-through-style="solid"/>"#;
    let white = r##"<style:text-properties fo:color="#ffffff"/>"##;
    let on_blue =
        format!(r##"<style:table-cell-properties fo:background-color="#203864"/>{white}"##);
    for (properties, code) in [
        ("", None),
        (struck, Some("import-struck")),
        (white, Some("import-invisible")),
        (&on_blue, None),
    ] {
        let styles = style("table-cell", "ce1", properties);
        let reading = styled(&styles, &cell(r#"table:style-name="ce1""#)).unwrap();
        assert_eq!(left_out(&reading), code.into_iter().collect::<Vec<_>>(), "{properties}");
        // The same by its parent, and by its column.
        let child = r#"<style:style style:name="ce2" style:family="table-cell" style:parent-style-name="ce1"/>"#;
        let reading =
            styled(&format!("{styles}{child}"), &cell(r#"table:style-name="ce2""#)).unwrap();
        assert_eq!(left_out(&reading), code.into_iter().collect::<Vec<_>>(), "{properties}");
        let whole = content(&row(&cell("")))
            .replace("</office:automatic-styles>", &format!("{styles}</office:automatic-styles>"))
            .replace(
                "<table:table-column/>",
                r#"<table:table-column/><table:table-column table:default-cell-style-name="ce1"/>"#,
            );
        let reading = read_as(ImportFormat::Ods, &workbook(&whole, "")).unwrap();
        assert_eq!(left_out(&reading), code.into_iter().collect::<Vec<_>>(), "{properties}");
    }
    for (height, hidden) in [("0cm", true), ("0.05cm", true), ("1pt", true), ("0.45cm", false)] {
        let properties = format!(r#"<style:table-row-properties style:row-height="{height}"/>"#);
        let whole = content(&row(&cell(""))).replace(
            "</office:automatic-styles>",
            &format!("{}</office:automatic-styles>", style("table-row", "ro1", &properties)),
        );
        let from = "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>a.1";
        let to = from.replace("<table:table-row>", r#"<table:table-row table:style-name="ro1">"#);
        let reading = read_as(ImportFormat::Ods, &workbook(&whole.replace(from, &to), "")).unwrap();
        assert_eq!(!left_out(&reading).is_empty(), hidden, "{height}");
    }
    let commented = cell("")
        .replace("<text:p>", "<office:annotation><text:p>x</text:p></office:annotation><text:p>");
    let reading = read(&row(&commented)).unwrap();
    assert_eq!(reading.remarks[0].code, "import-comments");
}

#[test]
fn a_note_is_what_its_cell_shows() {
    let noted = |cell: &str| {
        let heading = r#"<table:table-cell office:value-type="string"><text:p>Ghi chú</text:p></table:table-cell>"#;
        let value = r#"<table:table-cell office:value-type="float" office:value="5"><text:p>5</text:p></table:table-cell>"#;
        let whole = content(&row(&format!("{value}{cell}")))
            .replace(r#"<table:table-cell table:number-columns-repeated="16382"/>"#, heading);
        read_as(ImportFormat::Ods, &workbook(&whole, "")).unwrap()
    };
    for (attributes, shown) in [
        (r#"office:value-type="date" office:date-value="2023-06-05""#, "05/06/23"),
        (r#"office:value-type="boolean" office:boolean-value="true""#, "ĐÚNG"),
        (r#"office:value-type="percentage" office:value="0.5""#, "50%"),
        (r#"office:value-type="float" office:value="7""#, "007"),
        (r#"office:value-type="time" office:time-value="PT12H30M""#, "12:30"),
    ] {
        let reading = noted(&format!(
            "<table:table-cell {attributes}><text:p>{shown}</text:p></table:table-cell>"
        ));
        assert_eq!(reading.rows[0].note.as_deref(), Some(shown), "{attributes}");
    }
    let reading = noted(r#"<table:table-cell table:formula="of:=A1"/>"#);
    assert_eq!(
        (left_out(&reading), reading.rows[0].note.as_deref()),
        (vec!["import-note-left-out"], None)
    );
}
