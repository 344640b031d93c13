//! What offices really send: saved by Excel with semicolons, with notes beside the table, cut off.

use super::*;
use crate::messages::tests::assert_told_in_full;

mod accounted;
mod generated;
mod hostile;
mod seen;

/// A workbook's parts, for tests.
pub(super) mod workbook;

/// Reads a file.
pub(super) fn read_only(format: ImportFormat, bytes: &[u8]) -> Result<Reading, Refusal> {
    let is_known = |id: &IndicatorId| ["a.", "pl"].iter().any(|kind| id.as_str().starts_with(kind));
    read(&ImportFile { format, bytes, name: "t" }, &is_known)
}

/// Reads a file, and looks whether everything that is told has its words in both languages.
pub(super) fn read_as(format: ImportFormat, bytes: &[u8]) -> Result<Reading, Refusal> {
    let reading = read_only(format, bytes);
    let told = match &reading {
        Ok(reading) => reading.left_out.iter().chain(&reading.remarks).collect::<Vec<_>>(),
        Err(refusal) => refusal.problems.iter().collect(),
    };
    told.into_iter().for_each(assert_told_in_full);
    reading
}

pub(super) fn csv(text: &str) -> Result<Reading, Refusal> {
    read_as(ImportFormat::Csv, text.as_bytes())
}

/// What each row says, as one would type it.
pub(super) fn seen(reading: &Reading) -> Vec<(&str, String)> {
    let row = |row: &Row| row.content.as_seen().into_owned();
    reading.rows.iter().map(|at| (at.indicator.as_str(), row(at))).collect()
}

/// Why a file is refused, and where.
pub(super) fn codes(refusal: Refusal) -> Vec<(String, Option<u32>)> {
    refusal.problems.into_iter().map(|problem| (problem.code, problem.place.line)).collect()
}

/// The one reason for which a file is refused.
pub(super) fn why(reading: Result<Reading, Refusal>) -> String {
    let problems = reading.unwrap_err().problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].code.clone()
}

/// What was left out.
pub(super) fn left_out(reading: &Reading) -> Vec<&str> {
    reading.left_out.iter().map(|problem| problem.code.as_str()).collect()
}

fn ids(rows: &[Row]) -> Vec<(&str, &Content)> {
    rows.iter().map(|row| (row.indicator.as_str(), &row.content)).collect()
}

#[test]
fn a_plain_object_of_values_is_read_digit_by_digit() {
    let json = br#"{"a.1": 17.110, "a.2": null, "a.3": "kps"}"#;
    let reading = read_as(ImportFormat::Json, json).unwrap();
    assert_eq!(
        ids(&reading.rows),
        [
            ("a.1", &Content::Number("17.110".parse().unwrap())),
            ("a.2", &Content::Empty),
            ("a.3", &Content::Text("kps".to_owned())),
        ]
    );
}

#[test]
fn json_that_breaks_off_is_refused_with_its_line() {
    let refusal = read_as(ImportFormat::Json, b"{\n\"a.1\": 1,\n\"a.2\": ").unwrap_err();
    assert_eq!(codes(refusal), [("import-syntax".to_owned(), Some(3))]);
}

#[test]
fn two_json_keys_are_refused_with_both_places() {
    for json in [
        "{\n\"a.1\": 1,\n\"a.1\": 2}",
        "{\"period\": \"2023-q1\", \"cells\": {\n\"a.1\": 1,\n\"a.1\": 2}}",
        "{\"cells\": [{\n\"id\": \"a.1\", \"value\": 1,\n\"value\": 2}]}",
    ] {
        let refusal = read_as(ImportFormat::Json, json.as_bytes()).unwrap_err();
        let problem = &refusal.problems[0];
        assert_eq!((problem.code.as_str(), problem.place.line), ("import-two-keys", Some(3)));
        assert_eq!(problem.args["line"], "2");
    }
    let cells =
        "{\"cells\": [\n{\"id\": \"a.1\", \"value\": 1},\n{\"id\": \"a.1\", \"value\": 1}]}";
    let refusal = read_as(ImportFormat::Json, cells.as_bytes()).unwrap_err();
    assert_eq!(codes(refusal), [("import-duplicate".to_owned(), Some(3))]);
}

#[test]
fn what_is_no_figure_in_json_is_refused() {
    for (value, code) in [
        ("true", "import-logical"),
        ("[1]", "import-not-a-figure"),
        ("{\"value\": 1}", "import-not-a-figure"),
        ("1e99", "number-not-exact"),
    ] {
        let json = format!("{{\"a.1\": {value}}}");
        assert_eq!(why(read_as(ImportFormat::Json, json.as_bytes())), code, "{value}");
    }
}

#[test]
fn a_file_says_which_period_unit_and_template_it_is_of() {
    let json = r#"{"period": "2023-q1", "unit": "20005", "template": "cchc-quarterly@1",
        "cells": {"a.1": 5}}"#;
    let table = "Kỳ báo cáo:;2023-q1\nĐơn vị;20005\nBiểu mẫu;cchc-quarterly@1\nMã;Số liệu\na.1;5\n";
    for reading in [read_as(ImportFormat::Json, json.as_bytes()), csv(table)] {
        let reading = reading.unwrap();
        let identity = &reading.identity;
        assert_eq!(identity.period, Some("2023-q1".parse().unwrap()));
        assert_eq!(identity.unit, Some("20005".parse().unwrap()));
        assert_eq!(identity.template, Some("cchc-quarterly@1".parse().unwrap()));
        assert_eq!(seen(&reading), [("a.1", "5".to_owned())]);
    }
    // Words that are no ids say nothing; two ids contradict each other.
    let words = csv("Kỳ báo cáo;Quý I năm 2023\nĐơn vị;Phường Tứ Hạ\nMã;Số liệu\na.1;5\n").unwrap();
    assert_eq!(words.identity, Identity::default());
    let two = csv("Kỳ báo cáo;2023-q1\nKỳ báo cáo;2023-q2\nMã;Số liệu\na.1;5\n");
    assert_eq!(why(two), "import-two-names");
}

#[test]
fn bytes_that_are_no_such_file_are_refused_in_every_format() {
    use ImportFormat::{Csv, Json, Ods, Xls, Xlsb, Xlsx};
    for format in [Csv, Json, Ods, Xls, Xlsb, Xlsx] {
        for bytes in [
            &b""[..],
            b"\xff\xfe\x00",
            b"PK\x03\x04",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1W\0o\0r\0k\0b\0o\0o\0k\0",
            b"[[[[[[",
        ] {
            assert!(read_as(format, bytes).is_err(), "{format:?} accepted {bytes:?}");
        }
    }
}

#[test]
fn what_is_no_workbook_is_named() {
    for (bytes, kind) in [
        ("<html><table><tr><td>Mã</td></tr></table></html>", "web-page"),
        ("\u{feff}  <!DOCTYPE html>", "web-page"),
        ("id;value\na.1;5\n", "text"),
        ("%PDF-1.7", "pdf"),
        (
            "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>",
            "xml-spreadsheet",
        ),
        ("<?xml version=\"1.0\"?><x/>", "xml"),
    ] {
        let problem = &read_as(ImportFormat::Xls, bytes.as_bytes()).unwrap_err().problems[0];
        assert_eq!(
            (problem.code.as_str(), problem.args["kind"].as_str()),
            ("import-other-kind", kind)
        );
    }
}

#[test]
fn a_file_larger_than_the_limit_is_not_even_looked_at() {
    let bytes = vec![b' '; MAX_FILE_BYTES + 1];
    let refusal = read_as(ImportFormat::Csv, &bytes).unwrap_err();
    assert_eq!(codes(refusal), [("file-too-large".to_owned(), None)]);
}
