//! What Excel and the programs that write for it put into a workbook.

use super::super::ImportFormat;
use super::super::tests::workbook::{HEADINGS, Parts, figure, row};
use super::super::tests::{codes, left_out, read_as, seen, why};
use super::super::{Content, Reading};
use crate::problem::Refusal;

fn read(parts: &Parts) -> Result<Reading, Refusal> {
    read_as(ImportFormat::Xlsx, &parts.bytes())
}

fn one(parts: &Parts) -> String {
    let reading = read(parts).unwrap();
    assert_eq!(reading.rows.len(), 1, "{reading:?}");
    seen(&reading)[0].1.clone()
}

/// A workbook whose one value is this cell.
fn value(cell: &str) -> Parts {
    Parts::of_rows(&row(2, cell))
}

const SHEET: &str = "xl/worksheets/sheet1.xml";
const BOOK: &str = "xl/workbook.xml";

#[test]
fn values_are_read_in_every_form_that_programs_write_them() {
    for (cell, shown) in [
        (r#"<c r="B2"><v>17.11</v></c>"#, "17,11"),
        (r#"<c r="B2" t="n"><v> 325 </v></c>"#, "325"),
        (r#"<c r="B2"><v>1.1499999999999999</v></c>"#, "1,15"),
        (r#"<c r="B2"><v>3.25E2</v></c>"#, "325"),
        (r#"<c r="B2"><v><![CDATA[325]]></v></c>"#, "325"),
        (r#"<c r="B2" t="str"><v>kps</v></c>"#, "kps"),
        (r#"<c r="B2" t="inlineStr"><is><t xml:space="preserve"> 1.304 </t></is></c>"#, "1.304"),
        (
            r#"<c r="B2" t="inlineStr"><is><r><rPr><b/></rPr><t>1.</t></r><r><t>304</t></r><rPh><t>9</t></rPh></is></c>"#,
            "1.304",
        ),
        (
            r#"<c r="B2" t="inlineStr"><is><t>kad: a &amp; b&#10;_x0041__x</t></is></c>"#,
            "kad: a & b\nA_x",
        ),
        (r#"<c r="B2"><f>300+25</f><v>325</v></c>"#, "325"),
        (r#"<c r="B2" t="str"><f>""</f><v></v></c>"#, ""),
        (r#"<c r="B2" s="99"/>"#, ""),
        (r#"<c r="B2"><v></v></c>"#, ""),
        (r#"<c><v>325</v></c>"#, "325"),
    ] {
        assert_eq!(one(&value(cell)), shown, "{cell}");
    }
}

#[test]
fn what_is_no_figure_is_refused_and_named() {
    for (cell, code) in [
        (r#"<c r="B2" t="b"><v>1</v></c>"#, "import-logical"),
        (r#"<c r="B2" t="e"><v>#DIV/0!</v></c>"#, "import-error-value"),
        (r#"<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>"#, "import-error-value"),
        (r#"<c r="B2" t="d"><v>2023-06-05</v></c>"#, "import-date"),
        (r#"<c r="B2"><f>300+25</f></c>"#, "import-formula-no-result"),
        (r#"<c r="B2"><f>300+25</f><v></v></c>"#, "import-formula-no-result"),
        (r#"<c r="B2" t="str"><f>A1</f></c>"#, "import-formula-no-result"),
        (r#"<c r="B2"><f ca="1">NOW()</f><v>5</v></c>"#, "import-formula-stale"),
        (r#"<c r="B2"><v>1234567890123456</v></c>"#, "number-not-exact"),
        (r#"<c r="B2"><v>1e300</v></c>"#, "number-not-exact"),
        (r#"<c r="B2"><v>NaN</v></c>"#, "number-not-exact"),
        (r#"<c r="B2"><v>325,5</v></c>"#, "import-syntax"),
        (r#"<c r="B2" t="s"><v>7</v></c>"#, "import-syntax"),
    ] {
        assert_eq!(why(read(&value(cell))), code, "{cell}");
    }
}

#[test]
fn stored_results_of_a_workbook_that_is_to_be_computed_anew_are_not_believed() {
    for calc in [r#"fullCalcOnLoad="1""#, r#"forceFullCalc="true""#, r#"calcCompleted="0""#] {
        let book = format!("</sheets><calcPr {calc}/>");
        let formula = value(r#"<c r="B2"><f>300+25</f><v>0</v></c>"#);
        assert_eq!(why(read(&formula.replacing(BOOK, "</sheets>", &book))), "import-formula-stale");
        let number = value(r#"<c r="B2"><v>325</v></c>"#).replacing(BOOK, "</sheets>", &book);
        assert_eq!(one(&number), "325");
    }
}

#[test]
fn numbers_are_taken_as_they_are_shown() {
    for (format, held, shown, number, percent) in [
        ("0%", "1", "100%", "100", true),
        ("0.0%", "0.959", "95,9%", "95.9", true),
        ("#,##0", "1304", "1.304", "1304", false),
        ("[$-42A]#,##0.00", "1304.5", "1.304,50", "1304.5", false),
        ("0.00", "98.1132075471698", "98,11", "98.11", false),
        ("0", "317.6", "318", "318", false),
        ("#,##0.0,", "30162400", "30.162,4", "30162.4", false),
        ("0,,", "7000000", "7", "7", false),
        ("_(* #,##0_);_(* (#,##0);_(* \"-\"_)", "1304", "1.304", "1304", false),
        ("#,##0;(#,##0)", "-5", "(5)", "-5", false),
        ("#,##0;[Red]-#,##0", "-5", "-5", "-5", false),
        ("000", "5", "005", "5", false),
        ("# ##0", "1304", "1 304", "1304", false),
        ("@", "46", "46", "46", false),
    ] {
        let parts = value(&format!(r#"<c r="B2" s="1"><v>{held}</v></c>"#)).with_formats(&[format]);
        let reading = read(&parts).unwrap();
        let Content::Shown(found) = &reading.rows[0].content else { panic!("{format}") };
        assert_eq!(found.text, shown, "{format}");
        assert_eq!(found.number, number.parse().unwrap(), "{format}");
        assert_eq!((found.percent, found.words.as_str()), (percent, ""), "{format}");
    }
    let unit = value(r#"<c r="B2" s="1"><v>1304</v></c>"#).with_formats(&["#,##0\\ \"hồ sơ\""]);
    let reading = read(&unit).unwrap();
    let Content::Shown(found) = &reading.rows[0].content else { panic!() };
    assert_eq!((found.text.as_str(), found.words.as_str()), ("1.304 hồ sơ", "hồ sơ"));
}

#[test]
fn what_cannot_be_seen_or_said_is_not_guessed() {
    for (format, held, code) in [
        ("d-mmm", "45082", "import-date"),
        ("[$-42A]dd/mm/yyyy;@", "45082", "import-date"),
        ("[h]:mm", "1.5", "import-date"),
        ("0.00E+00", "1234", "import-unknown-format"),
        ("# ?/?", "0.5", "import-unknown-format"),
        ("[>100]0;0.0", "5", "import-unknown-format"),
        ("0\"000\"", "5", "import-masked"),
        ("\"đạt\"", "5", "import-masked"),
        ("0;0", "-5", "import-masked"),
        ("_(* #,##0_);_(* (#,##0);_(* \"-\"_)", "0", "import-masked"),
    ] {
        let parts = value(&format!(r#"<c r="B2" s="1"><v>{held}</v></c>"#)).with_formats(&[format]);
        assert_eq!(why(read(&parts)), code, "{format}");
    }
    // A zero that is not shown is an empty cell for whoever looks at it.
    let visible = figure(3, "5");
    for (format, view) in [("0;-0;", ""), ("#", ""), (";;;", ""), ("0", r#" showZeros="0""#)] {
        let rows = format!(r#"{}{visible}"#, row(2, r#"<c r="B2" s="1"><v>0</v></c>"#));
        let sheet = format!(
            "<worksheet><sheetViews><sheetView{view}/></sheetViews><sheetData>{HEADINGS}{rows}</sheetData></worksheet>"
        );
        let reading = read(&Parts::of_sheet(&sheet).with_formats(&[format])).unwrap();
        assert_eq!(left_out(&reading), ["import-unseen"], "{format}");
        assert_eq!(seen(&reading), [("a.3", "5".to_owned())]);
    }
}

#[test]
fn what_is_hidden_is_told() {
    let two = format!("{}{}", figure(2, "1"), figure(3, "2"));
    let with_columns = |columns: &str| {
        Parts::of_sheet(&format!(
            "<worksheet><cols>{columns}</cols><sheetData>{HEADINGS}{two}</sheetData></worksheet>"
        ))
    };
    let hidden_row =
        Parts::of_rows(&two).replacing(SHEET, r#"<row r="3""#, r#"<row r="3" hidden="1""#);
    let reading = read(&hidden_row).unwrap();
    assert_eq!((left_out(&reading), reading.rows.len()), (vec!["import-hidden-row"], 1));

    let values = read(&with_columns(r#"<col min="2" max="2" hidden="1"/>"#)).unwrap();
    assert_eq!(left_out(&values), ["import-hidden-column"; 2]);
    assert_eq!(values.left_out[0].place.cell.as_deref(), Some("B2"));

    let ids = read(&with_columns(r#"<col min="1" max="1" width="0"/>"#)).unwrap();
    assert_eq!((ids.rows.len(), ids.remarks[0].code.as_str()), (2, "import-hidden-ids"));

    for state in ["hidden", "veryHidden"] {
        let book = format!(r#"name="PL2" state="{state}""#);
        let sheet = Parts::of_rows(&two).replacing(BOOK, r#"name="PL2""#, &book);
        assert_eq!(left_out(&read(&sheet).unwrap()), ["import-hidden-sheet"; 2]);
    }
}

#[test]
fn merged_cells_over_values_ids_or_headings_are_refused() {
    let rows = format!("{}{}", figure(2, "1"), row(3, r#"<c r="B3"/>"#));
    for (area, code) in [
        ("B2:B3", Some("import-merged")),
        ("A2:A3", Some("import-merged")),
        ("A3:B3", Some("import-merged")),
        ("B1:C1", Some("import-merged-heading")),
        ("B1:B1", None),
        ("C2:C3", None),
        ("A9:C9", None),
    ] {
        let merged = format!(r#"</sheetData><mergeCells><mergeCell ref="{area}"/></mergeCells>"#);
        let reading = read(&Parts::of_rows(&rows).replacing(SHEET, "</sheetData>", &merged));
        match code {
            Some(code) => assert_eq!(why(reading), code, "{area}"),
            None => assert_eq!(reading.unwrap().rows.len(), 2, "{area}"),
        }
    }
}

#[test]
fn two_of_anything_are_refused() {
    let twice = format!("{}{}", figure(2, "1"), figure(2, "2"));
    assert_eq!(why(read(&Parts::of_rows(&twice))), "import-two-cells");
    let cells = row(2, r#"<c r="B2"><v>1</v></c><c r="B2"><v>2</v></c>"#);
    assert_eq!(why(read(&Parts::of_rows(&cells))), "import-two-cells");
    let elsewhere = row(2, r#"<c r="B9"><v>1</v></c>"#);
    assert_eq!(why(read(&Parts::of_rows(&elsewhere))), "import-two-cells");
    let ids = format!("{}{}", figure(2, "1"), figure(3, "2")).replace("a.3", "a.2");
    let refusal = read(&Parts::of_rows(&ids)).unwrap_err();
    assert_eq!(refusal.problems[0].args["line"], "2");
    assert_eq!(codes(refusal), [("import-duplicate".to_owned(), Some(3))]);
    let parts = Parts::of_rows(&figure(2, "1")).with("xl/WORKSHEETS/sheet1.xml", "<worksheet/>");
    assert_eq!(why(read(&parts)), "import-two-parts");
}

#[test]
fn what_other_programs_write_is_understood() {
    let usual = Parts::of_rows(&figure(2, "5"));
    // OpenXML SDK and ClosedXML write prefixes; DataGrip leaves references out.
    let prefixed = usual.bytes_with(SHEET, |sheet| {
        let sheet = sheet.replace("</", "</x:").replace('<', "<x:").replace("<x:/x:", "</x:");
        sheet.replace("<x:worksheet", r#"<x:worksheet xmlns:x="urn:x""#)
    });
    let bare = usual.bytes_with(SHEET, |sheet| {
        let mut plain = sheet.to_owned();
        for at in ["A1", "B1", "C1", "A2", "B2", "1", "2"] {
            plain = plain.replace(&format!(r#" r="{at}""#), "");
        }
        plain
    });
    // Google and some .NET programs name parts from the root, with either slash.
    let from_root = usual.bytes_with("xl/_rels/workbook.xml.rels", |relations| {
        relations.replace("worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml")
    });
    let backslash = usual.bytes_with("xl/_rels/workbook.xml.rels", |relations| {
        relations.replace("worksheets/", "worksheets\\")
    });
    let strict = usual.bytes_with("xl/_rels/workbook.xml.rels", |relations| {
        relations.replace(
            "http://schemas.openxmlformats.org/officeDocument/2006",
            "http://purl.oclc.org/ooxml/officeDocument",
        )
    });
    for bytes in [prefixed, bare, from_root, backslash, strict] {
        let reading = read_as(ImportFormat::Xlsx, &bytes).unwrap();
        assert_eq!(seen(&reading), [("a.2", "5".to_owned())]);
    }
}

#[test]
fn headings_may_stand_in_two_rows_and_come_again() {
    let again = HEADINGS.replace("1\"", "9\"").replace("Ghi chú", "x");
    let rows = format!("{}{}{again}{}", figure(4, "1"), figure(5, "2"), figure(10, "3"));
    let sheet = format!(
        r#"<worksheet><sheetData>{HEADINGS}<row r="2"><c r="A2" t="str"><v>(1)</v></c><c r="B2"><v>2</v></c></row>{rows}</sheetData><mergeCells><mergeCell ref="B1:B3"/></mergeCells></worksheet>"#
    );
    let reading = read(&Parts::of_sheet(&sheet)).unwrap();
    let numbers: Vec<&str> = reading.rows.iter().map(|row| row.indicator.as_str()).collect();
    assert_eq!(numbers, ["a.4", "a.5", "a.10"]);
}

#[test]
fn a_sheet_with_ids_under_other_headings_is_told() {
    let reading = read(&Parts::of_rows(&figure(2, "5")).and_sheet(
        "PL3",
        r#"<row r="1"><c r="A1" t="str"><v>Mã</v></c><c r="B1" t="str"><v>Số liệu quý I</v></c></row><row r="2"><c r="A2" t="str"><v>a.7</v></c><c r="B2"><v>7</v></c></row>"#,
    ));
    let reading = reading.unwrap();
    assert_eq!(left_out(&reading), ["import-unread-id"]);
    let place = &reading.left_out[0].place;
    assert_eq!(place.sheet.as_deref(), Some("PL3"));
    assert_eq!((place.indicator.as_deref(), place.cell.as_deref()), (Some("a.7"), Some("A2")));
}

#[test]
fn a_stray_cell_in_the_last_corner_of_a_sheet_costs_no_memory() {
    let stray = r#"<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>"#;
    let reading = read(&Parts::of_rows(&format!("{}{stray}", figure(1_000_000, "17.11")))).unwrap();
    assert_eq!(seen(&reading), [("a.1000000", "17,11".to_owned())]);
    assert_eq!(reading.rows[0].place.line, Some(1_000_000));
}

#[test]
fn a_cell_in_an_impossible_place_never_ends_in_a_panic() {
    for place in ["A99999999999", "ZZZZZZZZ1", "A0", "1", "A4294967295", "", "A1048577"] {
        let stray = format!(r#"<row r="{place}"><c r="{place}" t="str"><v>x</v></c></row>"#);
        assert!(read(&Parts::of_rows(&format!("{}{stray}", figure(2, "1")))).is_err(), "{place}");
    }
}

#[test]
fn a_million_formatted_rows_are_no_reason_to_refuse() {
    let empty: String = (3..=1_048_576).map(|at| format!(r#"<row r="{at}" s="1"/>"#)).collect();
    let reading = read(&Parts::of_rows(&format!("{}{empty}", figure(2, "5")))).unwrap();
    assert_eq!(seen(&reading), [("a.2", "5".to_owned())]);
}

#[test]
fn a_sheet_with_more_ids_than_any_report_is_refused() {
    let cells: String = (2..30_000).map(|at| figure(at, "1")).collect();
    let problems = codes(read(&Parts::of_rows(&cells)).unwrap_err());
    assert_eq!(problems[0].0, "import-too-many-rows");
    assert_eq!(problems.len(), super::super::MAX_TOLD + 1);
}
