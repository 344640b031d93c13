//! Everything with an id is accounted for: tables side by side, members of JSON, headings that scale.

use proptest::prelude::*;

use super::*;

/// A row of a text file with two tables side by side.
fn beside() -> impl Strategy<Value = (bool, bool, bool)> {
    (prop::bool::weighted(0.9), prop::bool::weighted(0.5), prop::bool::weighted(0.5))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// A second table to the right, under headings of its own, under none, or from another row on.
    #[test]
    fn a_second_table_to_the_right_is_refused_or_told(
        rows in prop::collection::vec(beside(), 1..8),
        headings in prop::sample::select(&["", "Mã số;Kết quả", "Mã;Kết quả", "Mã số;Số liệu"][..]),
        later in prop::option::of(0_usize..8),
        gap in prop::sample::select(&["", ";", ";;"][..]),
    ) {
        let mut lines = vec![format!("Mã;Số liệu;{gap}{headings}")];
        let mut left: Vec<String> = Vec::new();
        let mut right: Vec<String> = Vec::new();
        let mut two = false;
        for (at, (has_left, has_right, has_figure)) in rows.iter().enumerate() {
            if later == Some(at) {
                lines.push(format!(";;{gap}Mã;Số liệu"));
            }
            let mut line = ";;".to_owned();
            if *has_left {
                line = format!("a.{at};5;");
                left.push(format!("a.{at}"));
            }
            line.push_str(gap);
            if *has_right {
                line.push_str(&format!("pl{at};"));
                line.push_str(if *has_figure { "7" } else { "" });
                right.push(format!("pl{at}"));
            } else {
                line.push(';');
            }
            two |= *has_left && *has_right && *has_figure;
            lines.push(line);
        }
        let Ok(reading) = csv(&lines.join("\n")) else { return Ok(()) };
        prop_assert!(!two || later.is_some(), "two tables were read as one: {:?}", lines);
        let told = reading.left_out.iter().filter_map(|problem| problem.place.indicator.clone());
        let read = reading.rows.iter().map(|row| row.indicator.to_string());
        let accounted: Vec<String> = told.chain(read).collect();
        for id in left.iter().chain(&right) {
            prop_assert!(accounted.contains(id), "{} is lost: {:?}", id, lines);
        }
    }

    /// A state and a value of JSON that cannot both be true are refused, with the path.
    #[test]
    fn a_state_that_contradicts_its_value_is_refused(
        state in prop::sample::select(&[
            "choice", "flag", "heading", "not_applicable", "not_reported", "nothing_arose", "number",
        ][..]),
        value in prop::sample::select(&["", "null", "5", "17.5", "\"ly do\"", "\"\""][..]),
        before in 0_usize..3,
    ) {
        let mut cells: Vec<String> =
            (0..before).map(|at| format!("{{\"id\": \"a.{at}\", \"value\": 1}}")).collect();
        let member =
            if value.is_empty() { String::new() } else { format!(", \"value\": {value}") };
        cells.push(format!("{{\"id\": \"a.9\", \"state\": \"{state}\"{member}}}"));
        let json = format!("{{\"cells\": [{}]}}", cells.join(", "));
        let number = value.starts_with(|c: char| c.is_ascii_digit());
        let nothing = ["", "null", "\"\""].contains(&value);
        let fits = match state {
            "choice" | "flag" | "number" => number,
            "not_applicable" => !number && !nothing,
            _ => nothing,
        };
        match read_as(ImportFormat::Json, json.as_bytes()) {
            Ok(reading) => {
                prop_assert!(fits, "{}", json);
                prop_assert_eq!(reading.rows.len(), before + 1);
            }
            Err(refusal) => {
                prop_assert!(!fits, "{}", json);
                let problem = &refusal.problems[0];
                prop_assert_eq!(&problem.code, "import-json-state");
                prop_assert_eq!(&problem.args["path"], &format!("cells[{before}].state"));
                prop_assert_eq!(problem.place.indicator.as_deref(), Some("a.9"));
            }
        }
    }

    /// No member of a JSON file is passed over in silence.
    #[test]
    fn members_that_are_not_known_are_told_or_refused(
        name in "[a-z]{1,8}|a\\.[1-9]|Value|VALUE| value",
        inside: bool,
        as_list: bool,
    ) {
        let known = [
            "appendix", "cells", "code", "complete", "id", "label", "note", "period", "section",
            "sections", "sources", "state", "submissions", "template", "unit", "unit_of_measure",
            "value",
        ];
        prop_assume!(!known.contains(&name.as_str()));
        let cells = match (as_list, inside) {
            (true, true) => format!("[{{\"id\": \"a.0\", \"{name}\": 5}}]"),
            (true, false) => "[{\"id\": \"a.0\", \"value\": 5}]".to_owned(),
            (false, _) => "{\"a.0\": 5}".to_owned(),
        };
        let beside = if inside && as_list { String::new() } else { format!(", \"{name}\": 7") };
        let json = format!("{{\"cells\": {cells}{beside}}}");
        let reading = read_as(ImportFormat::Json, json.as_bytes());
        if inside && as_list {
            let problem = &reading.unwrap_err().problems[0];
            prop_assert_eq!(&problem.code, "import-json-member");
            prop_assert_eq!(&problem.args["path"], &format!("cells[0].{name}"));
        } else {
            let reading = reading.unwrap();
            prop_assert_eq!(left_out(&reading), ["import-json-unread"]);
            prop_assert_eq!(&reading.left_out[0].args["path"], &name);
            prop_assert_eq!(reading.rows.len(), 1);
        }
    }
}

#[test]
fn a_second_table_is_refused_with_both_columns() {
    let problem = &csv("Mã;Số liệu;;Mã số;Kết quả\na.1;5;;pl2;7\n").unwrap_err().problems[0];
    assert_eq!(problem.code, "import-two-ids");
    assert_eq!(
        (problem.args["first-column"].as_str(), problem.args["second-column"].as_str()),
        ("A", "D")
    );
    assert_eq!((problem.place.line, problem.place.indicator.as_deref()), (Some(2), Some("pl2")));
    // An id alone, and the row's own id again, are no second table.
    let reading = csv("Mã;Số liệu;Mã cha;Mã in\na.1;5;pl2;a.1\n").unwrap();
    assert_eq!(left_out(&reading), ["import-unread-id"]);
}

#[test]
fn a_note_that_a_json_file_does_not_have_is_not_empty() {
    let json = r#"{"cells": [{"id": "a.1", "value": 5}, {"id": "a.2", "value": 5, "note": ""}]}"#;
    let reading = read_as(ImportFormat::Json, json.as_bytes()).unwrap();
    let notes: Vec<Option<&str>> = reading.rows.iter().map(|row| row.note.as_deref()).collect();
    assert_eq!(notes, [None, Some("")]);
}

#[test]
fn headings_that_count_by_thousands_are_found_wherever_they_stand() {
    for (text, words) in [
        ("Đơn vị tính: nghìn hồ sơ;\nMã;Số liệu\na.1;5\n", Some("Đơn vị tính: nghìn hồ sơ")),
        ("Mã;Số liệu;(triệu đồng)\na.1;5\n", Some("(triệu đồng)")),
        ("Mã;Số liệu\n;nghìn hồ sơ\na.1;5\n", Some("nghìn hồ sơ")),
        ("Đơn vị tính: hồ sơ;\nMã;Số liệu\na.1;5\n", None),
        ("Tỷ lệ hồ sơ;\nMã;Số liệu\na.1;5\n", None),
    ] {
        let reading = csv(text).unwrap();
        let found: Vec<&str> = reading.measures.iter().map(|found| found.words.as_str()).collect();
        assert_eq!(found, words.into_iter().collect::<Vec<_>>(), "{text}");
    }
    let rows = csv("Mã;Đơn vị tính;Số liệu\na.1;triệu đồng;5\na.2;;5\n").unwrap().rows;
    assert_eq!(rows[0].measure.as_deref(), Some("triệu đồng"));
    assert_eq!(rows[1].measure, None);
}
