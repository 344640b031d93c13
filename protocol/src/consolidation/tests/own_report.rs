//! A single unit's own report.

use super::*;

/// Communes and the department share a form; both have a ratio of their own, and one needs both.
fn form() -> Town {
    Town::small()
        .indicator("h", ValueType::Heading, Aggregation::None)
        .derived("rate", PERCENT, percentage("done", "all"))
        .last(|row| row.parent = Some(id("h")))
        .row("done", COUNT, "commune", Aggregation::Sum)
        .last(|row| row.parent = Some(id("rate")))
        .row("all", COUNT, "commune", Aggregation::Sum)
        .last(|row| row.parent = Some(id("rate")))
        .row("connected", FLAG, "commune", Aggregation::Sum)
        .derived("share", PERCENT, {
            times(over(cell("connected"), units("commune")), literal("100"))
        })
        .indicator("h2", ValueType::Heading, Aggregation::None)
        .row("staff", COUNT, "department", Aggregation::Single)
        .last(|row| row.parent = Some(id("h2")))
        .derived("per-commune", COUNT, over(cell("staff"), units("commune")))
        .derived("both", COUNT, plus(cell("staff"), cell("done")))
        .indicator("province", COUNT, Aggregation::None)
        .last(|row| row.outside_authority = Some("cấp tỉnh".to_owned()))
        .derived("constant", COUNT, units("commune"))
}

fn names(result: &Consolidated) -> Vec<&str> {
    result.report.cells.iter().map(|cell| cell.id.as_str()).collect()
}

#[test]
fn a_unit_s_report_has_its_own_cells_what_follows_from_them_and_the_headings_above() {
    let town = form()
        .gives("a", &[("done", number("1")), ("all", number("4"))])
        .gives("a", &[("connected", CellValue::Flag(true))])
        .gives("dep", &[("staff", number("5"))]);
    let commune = town.own_report("a");
    assert_eq!(names(&commune), ["h", "rate", "done", "all", "connected", "share"]);
    assert_eq!(commune.report.unit.as_str(), "a");
    assert_eq!(commune.figure("rate"), whole("25"));
    assert_eq!(commune.problems, []);
    assert_eq!(commune.report.submissions.len(), 1);
    assert_eq!(names(&town.own_report("dep")), ["h2", "staff", "per-commune"]);
}

#[test]
fn a_unit_alone_is_no_sum_of_units() {
    let town = form().gives("a", &[("connected", CellValue::Flag(true))]);
    let result = town.own_report("a");
    assert_eq!(result.figure("connected"), (CellState::Flag, shown("1"), true));
    assert_eq!(result.figure("share"), whole("100"), "its own share, not its share of all");
    let town = form().gives("dep", &[("staff", number("6"))]);
    assert_eq!(town.own_report("dep").figure("per-commune"), whole("3"));
}

#[test]
fn what_the_unit_has_not_filled_in_is_not_reported() {
    let result = form().gives("a", &[("done", number("1"))]).own_report("a");
    assert_eq!(result.figure("all"), MISSING);
    assert_eq!(result.figure("rate"), MISSING);
    assert_eq!(result.codes(), ["missing-cells"]);
}

#[test]
fn a_unit_s_notes_and_texts_are_not_named_in_its_own_report() {
    let own =
        [SentencePart::Unit, SentencePart::Text(": ".to_owned()), SentencePart::Cell(id("all"))];
    let foreign = [SentencePart::Cell(id("all")), SentencePart::Cell(id("staff"))];
    let town = form()
        .section("i", &[], &[])
        .section("ii", &[], &[])
        .section("ii.1", &["commune"], &[&own, &foreign])
        .section("ii.2", &["department"], &[])
        .gives("a", &[("all", number("4"))])
        .notes("a", "all", "số liệu")
        .writes("a", "ii.1", "Đúng quy định.");
    let result = town.own_report("a");
    assert_eq!(result.cell("all").note, "số liệu");
    let sections: Vec<_> =
        result.report.sections.iter().map(|s| (s.id.as_str(), s.depth, s.text.as_str())).collect();
    assert_eq!(sections, [("ii", 0, ""), ("ii.1", 1, "Tứ Hạ: 04\nĐúng quy định.")]);
}

#[test]
fn one_contribution_at_the_hub_gives_the_figures_of_the_unit_s_own_report() {
    let town = Town::new()
        .unit("a", "commune", "Tứ Hạ")
        .row("done", COUNT, "commune", Aggregation::Sum)
        .row("all", COUNT, "commune", Aggregation::Max)
        .derived("rate", PERCENT, percentage("done", "all"))
        .gives("a", &[("done", number("1")), ("all", number("3"))]);
    assert_eq!(town.own_report("a").report.cells, town.consolidate().report.cells);
}

#[test]
fn a_unit_that_the_roster_does_not_know_has_an_empty_report() {
    let result = form().gives("ghost", &[("done", number("1"))]).own_report("ghost");
    assert_eq!(result.report.cells, []);
    assert_eq!(result.codes(), ["unexpected-unit"]);
}
