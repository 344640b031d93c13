use super::*;
use crate::period::PeriodId;

/// Rows as they matter here: id, type, formula, parent.
fn template(rows: &str) -> Template {
    let text = format!(
        r#"
id = "t"
version = 1
title = "T"
subject = "t"

[period]
first_day = 15
last_day = 14
deadline_working_days = 2

[[unit_kind]]
id = "commune"
label = "Xã"
level = "commune"

[[section]]
id = "i"
number = "I"
title = "I"

[[appendix]]
id = "a"
form_number = "1"
title = "A"
section = "i"
{rows}"#
    );
    match Template::parse(&text) {
        Ok(parsed) => parsed.template,
        Err(problems) => panic!("{problems:?}"),
    }
}

fn typed(id: &str, parent: Option<&str>) -> String {
    let parent = parent.map(|parent| format!("parent = \"{parent}\"\n")).unwrap_or_default();
    format!(
        "[[indicator]]\nid = \"{id}\"\ncode = \"{id}\"\nlabel = \"{id}\"\nunit = \"Hồ sơ\"\n\
         type = \"count\"\nreporters = [\"commune\"]\naggregation = \"sum\"\n{parent}"
    )
}

fn percent(id: &str, formula: &str, more: &str) -> String {
    format!(
        "[[indicator]]\nid = \"{id}\"\ncode = \"{id}\"\nlabel = \"{id}\"\nunit = \"%\"\n\
         type = \"percent\"\ndecimals = 1\nformula = \"{formula}\"\n{more}\n"
    )
}

fn report(cells: &[(&str, Option<&str>)]) -> Report {
    let cell = |(id, value): &(&str, Option<&str>)| ReportCell {
        id: id.parse().unwrap(),
        appendix: None,
        section: None,
        code: String::new(),
        label: String::new(),
        unit_of_measure: String::new(),
        value: value.map_or(ReportValue::Null, |value| ReportValue::Number(value.parse().unwrap())),
        state: if value.is_some() { CellState::Number } else { CellState::NothingArose },
        note: String::new(),
        complete: true,
        sources: Vec::new(),
    };
    Report {
        period: "2023-q1".parse::<PeriodId>().unwrap(),
        unit: "19996".parse().unwrap(),
        template: "t@1".parse().unwrap(),
        cells: cells.iter().map(cell).collect(),
        sections: Vec::new(),
        submissions: Vec::new(),
    }
}

fn found(template: &Template, cells: &[(&str, Option<&str>)]) -> Vec<(&'static str, String)> {
    doubts(&report(cells), template)
        .iter()
        .map(|doubt| (doubt.code(), doubt.figure().to_string()))
        .collect()
}

const ABOVE: &str = "check-part-above-whole";

#[test]
fn a_part_above_its_whole_is_doubted_and_names_both() {
    let rows = [typed("a.1", None), typed("a.2", None), percent("a.3", "a.2 / a.1 * 100", "")];
    let template = template(&rows.concat());
    let cells = [("a.1", Some("318")), ("a.2", Some("500")), ("a.3", Some("157.2"))];
    let doubts = doubts(&report(&cells), &template);
    let [doubt] = doubts.as_slice() else { panic!("{doubts:?}") };
    assert_eq!((doubt.code(), doubt.figure().as_str()), (ABOVE, "a.3"));
    for cell in ["a.1", "a.2", "a.3"] {
        assert!(doubt.concerns(&cell.parse().unwrap()), "{cell}");
    }
    assert!(!doubt.concerns(&"a.4".parse().unwrap()));

    let equal = [("a.1", Some("318")), ("a.2", Some("318")), ("a.3", Some("100"))];
    assert_eq!(found(&template, &equal), []);
    // Rounded, it looks like all of them.
    let hidden = [("a.1", Some("10000")), ("a.2", Some("10001")), ("a.3", Some("100.0"))];
    assert_eq!(found(&template, &hidden), [(ABOVE, "a.3".to_owned())]);
    // Of nothing there is no percentage, and yet a part.
    assert_eq!(found(&template, &[("a.1", None), ("a.2", Some("5"))]), [(ABOVE, "a.3".to_owned())]);
    // Half of it is not there yet, or nothing arose.
    assert_eq!(found(&template, &[("a.2", Some("500"))]), []);
    assert_eq!(found(&template, &[("a.1", None), ("a.2", None), ("a.3", None)]), []);
}

#[test]
fn sums_and_counted_units_are_wholes_too() {
    let rows = [
        typed("a.1", None),
        typed("a.2", None),
        percent("a.3", "(a.1 + a.2) / (a.1 + 3) * 100", ""),
        percent("a.4", "a.1 / units(commune) * 100", ""),
    ];
    let template = template(&rows.concat());
    let cells = |share: &'static str| {
        [("a.1", Some("2")), ("a.2", Some("4")), ("a.3", Some("120")), ("a.4", Some(share))]
    };
    let both = [(ABOVE, "a.3".to_owned()), (ABOVE, "a.4".to_owned())];
    assert_eq!(found(&template, &cells("200")), both);
    assert_eq!(found(&template, &cells("50")), both[..1]);
}

#[test]
fn what_the_template_lets_exceed_may_exceed() {
    let growth = percent("a.3", "a.2 / a.1 * 100", "over_100 = true");
    let template = template(&[typed("a.1", None), typed("a.2", None), growth].concat());
    let cells = [("a.1", Some("318")), ("a.2", Some("500")), ("a.3", Some("157.2"))];
    assert_eq!(found(&template, &cells), []);
}

#[test]
fn a_share_that_comes_out_below_zero_is_doubted() {
    let cut = percent("a.3", "(a.1 - a.2) / a.1 * 100", "");
    let template = template(&[typed("a.1", None), typed("a.2", None), cut].concat());
    let cells = [("a.1", Some("10")), ("a.2", Some("12")), ("a.3", Some("-20"))];
    assert_eq!(found(&template, &cells), [("check-below-zero", "a.3".to_owned())]);
}

#[test]
fn a_row_above_the_row_it_belongs_to_is_doubted() {
    let template = template(&[typed("a.1", None), typed("a.1.1", Some("a.1"))].concat());
    let doubted = [("check-row-above-total", "a.1.1".to_owned())];
    assert_eq!(found(&template, &[("a.1", Some("5")), ("a.1.1", Some("6"))]), doubted);
    assert_eq!(found(&template, &[("a.1", None), ("a.1.1", Some("6"))]), doubted);
    assert_eq!(found(&template, &[("a.1", Some("6")), ("a.1.1", Some("6"))]), []);
    assert_eq!(found(&template, &[("a.1.1", Some("6"))]), []);
}
