//! Aggregation, sources, notes and overrides.

use super::*;
use CellValue::NothingArose;

fn one_row(how: Aggregation) -> Town {
    Town::small().row("x", COUNT, "commune", how)
}

fn of_two(how: Aggregation, a: CellValue, b: CellValue) -> (CellState, ReportValue, bool) {
    one_row(how).gives("a", &[("x", a)]).gives("b", &[("x", b)]).consolidate().figure("x")
}

#[test]
fn a_sum_adds_what_the_communes_gave() {
    assert_eq!(of_two(Aggregation::Sum, number("2"), number("3")), whole("5"));
}

#[test]
fn a_unit_that_gave_nothing_makes_the_sum_incomplete_and_never_counts_as_zero() {
    let result = one_row(Aggregation::Sum).gives("a", &[("x", number("2"))]).consolidate();
    assert_eq!(result.figure("x"), incomplete("2"));
    assert_eq!(
        result.problems,
        [ConsolidationProblem::NoContribution { unit: id("b") }],
        "the department gives nothing of this template, so nobody waits for it"
    );
    assert_eq!(one_row(Aggregation::Sum).consolidate().figure("x"), MISSING);
}

#[test]
fn a_contribution_without_the_cell_leaves_the_figure_incomplete_also_when_the_cell_is_optional() {
    let town = one_row(Aggregation::Sum)
        .row("y", COUNT, "commune", Aggregation::Sum)
        .last(|row| row.requirement = Requirement::Optional)
        .derived("z", COUNT, plus(cell("x"), cell("y")))
        .gives("a", &[("x", number("2")), ("y", number("1"))])
        .gives("b", &[("x", number("3"))]);
    let result = town.consolidate();
    assert_eq!(result.figure("x"), whole("5"));
    assert_eq!(result.figure("y"), incomplete("1"));
    assert_eq!(result.figure("z"), incomplete("6"));
    assert_eq!(
        result.problems,
        [ConsolidationProblem::MissingCells {
            unit: id("b"),
            required: vec![],
            optional: vec![id("y")]
        }]
    );
}

#[test]
fn what_is_no_number_counts_in_a_sum_as_the_table_says() {
    let sum = |a, b| of_two(Aggregation::Sum, a, b);
    assert_eq!(sum(number("2"), NothingArose), whole("2"));
    assert_eq!(sum(NothingArose, NothingArose), NOTHING);
    assert_eq!(sum(number("2"), not_applicable("r")), whole("2"));
    assert_eq!(sum(NothingArose, not_applicable("r")), NOTHING);
    let reasons = |text: &str| (CellState::NotApplicable, ReportValue::Text(text.into()), true);
    assert_eq!(sum(not_applicable("r"), not_applicable("q")), reasons("q; r"));
    assert_eq!(sum(not_applicable("r"), not_applicable("r")), reasons("r"));
}

#[test]
fn not_applicable_alone_makes_no_figure_while_a_unit_is_missing() {
    for how in [Aggregation::Sum, Aggregation::Max, Aggregation::AllEqual] {
        let town = one_row(how).gives("a", &[("x", not_applicable("r"))]);
        assert_eq!(town.consolidate().figure("x"), MISSING);
    }
}

#[test]
fn the_greatest_value_is_taken_with_nothing_arose_as_zero() {
    let max = |a, b| of_two(Aggregation::Max, a, b);
    assert_eq!(max(number("2"), number("3")), whole("3"));
    assert_eq!(max(number("-2"), NothingArose), whole("0"));
    assert_eq!(max(number("-2"), not_applicable("r")), whole("-2"));
    assert_eq!(max(NothingArose, NothingArose), NOTHING);
}

#[test]
fn one_yes_makes_yes_and_a_sum_of_flags_counts_them() {
    let town = Town::small()
        .row("any", FLAG, "commune", Aggregation::Max)
        .row("how-many", FLAG, "commune", Aggregation::Sum)
        .derived("share", PERCENT, {
            times(over(cell("how-many"), units("commune")), literal("100"))
        })
        .gives("a", &[("any", CellValue::Flag(false)), ("how-many", CellValue::Flag(true))])
        .gives("b", &[("any", CellValue::Flag(true)), ("how-many", CellValue::Flag(false))]);
    let result = town.consolidate();
    assert_eq!(result.figure("any"), (CellState::Flag, shown("1"), true));
    assert_eq!(result.figure("how-many"), whole("1"));
    assert_eq!(result.figure("share"), whole("50"));
}

#[test]
fn units_that_should_agree_and_differ_make_no_figure_but_a_list_of_who_said_what() {
    let town = one_row(Aggregation::AllEqual);
    let town = town.gives("a", &[("x", number("173"))]).gives("b", &[("x", number("119"))]);
    let result = town.consolidate();
    assert_eq!(result.figure("x"), MISSING);
    let said = |unit, value| Said { unit: id(unit), value: shown(value), state: CellState::Number };
    assert_eq!(
        result.problems,
        [ConsolidationProblem::Disagreement {
            indicator: id("x"),
            said: vec![said("a", "173"), said("b", "119")],
        }]
    );
    assert_eq!(result.cell("x").sources.len(), 2);
}

#[test]
fn units_that_agree_in_different_spellings_agree() {
    let equal = |a, b| of_two(Aggregation::AllEqual, a, b);
    assert_eq!(equal(number("1.50"), number("1.5")), whole("1.5"));
    assert_eq!(equal(number("2"), not_applicable("r")), whole("2"));
    assert_eq!(equal(number("0"), NothingArose), MISSING, "0 and nothing arose are two things");
}

#[test]
fn a_single_source_that_the_roster_has_twice_makes_no_figure() {
    let town = one_row(Aggregation::Single).gives("a", &[("x", number("1"))]);
    let result = town.consolidate();
    assert_eq!(result.figure("x"), MISSING);
    assert!(result.problems.contains(&ConsolidationProblem::SeveralReporters {
        indicator: id("x"),
        units: vec![id("a"), id("b")],
    }));
}

#[test]
fn only_units_of_this_hub_that_exist_on_the_last_day_are_waited_for() {
    let town = one_row(Aggregation::Sum)
        .unit("merged", "commune", "Cũ")
        .change_unit("merged", |unit| unit.valid_to = Some(date(2023, 3, 13)))
        .unit("new", "commune", "Mới")
        .change_unit("new", |unit| unit.valid_from = Some(date(2023, 3, 14)))
        .unit("other", "commune", "Nơi khác")
        .change_unit("other", |unit| unit.parent = Some(id("elsewhere")))
        .unit("orphan", "commune", "Không cấp trên")
        .change_unit("orphan", |unit| unit.parent = None)
        .change_unit("town", |unit| {
            unit.parent = Some(id("province"));
            unit.kind = id("commune");
        })
        .gives("a", &[("x", number("1"))])
        .gives("b", &[("x", number("2"))])
        .gives("new", &[("x", number("4"))])
        .gives("orphan", &[("x", number("8"))])
        .gives("town", &[("x", number("16"))]);
    let result = town.consolidate();
    assert_eq!(result.figure("x"), whole("31"));
    // Its work of the period is missing unless somebody took it over: that is for people to see.
    let ended = ConsolidationProblem::UnitEnded { unit: id("merged"), last_day: date(2023, 3, 13) };
    assert_eq!(result.problems, [ended]);
    let late = town.gives("merged", &[("x", number("32"))]).gives("other", &[]).consolidate();
    assert_eq!(late.figure("x"), whole("31"));
    assert_eq!(late.codes(), ["unit-ended", "unexpected-unit", "unexpected-unit"]);
}

#[test]
fn a_unit_that_ended_before_the_period_or_with_it_is_no_news() {
    for (last_day, told) in [
        (date(2022, 12, 14), false),
        (date(2022, 12, 15), true),
        (date(2023, 3, 13), true),
        (date(2023, 3, 14), false),
    ] {
        let town = one_row(Aggregation::Sum)
            .unit("c", "commune", "Cũ")
            .change_unit("c", |unit| unit.valid_to = Some(last_day));
        assert_eq!(town.consolidate().codes().contains(&"unit-ended"), told, "{last_day}");
    }
}

#[test]
fn a_ratio_is_a_ratio_of_sums_and_incomplete_with_them() {
    let town = Town::small()
        .row("done", COUNT, "commune", Aggregation::Sum)
        .row("all", COUNT, "commune", Aggregation::Sum)
        .derived("rate", PERCENT, percentage("done", "all"))
        .gives("a", &[("done", number("1")), ("all", number("1"))]);
    assert_eq!(town.consolidate().figure("rate"), incomplete("100"));
    let town = town.gives("b", &[("done", number("1")), ("all", number("5"))]);
    assert_eq!(town.consolidate().figure("rate"), whole("33.33"), "the mean of ratios were 60");
}

#[test]
fn a_figure_is_rounded_where_it_is_shown_and_not_where_it_is_used() {
    let town = Town::small()
        .row("x", COUNT, "department", Aggregation::Single)
        .derived("half", COUNT, over(cell("x"), literal("2")))
        .derived("twice", COUNT, times(cell("half"), literal("2")))
        .derived("negative", COUNT, minus(literal("0"), cell("half")))
        .gives("dep", &[("x", number("5"))]);
    let result = town.consolidate();
    assert_eq!(result.figure("half"), whole("3"));
    assert_eq!(result.figure("twice"), whole("5"));
    assert_eq!(result.figure("negative"), whole("-3"), "half goes away from zero");
}

#[test]
fn derived_cells_may_stand_before_their_parts() {
    let town = Town::small()
        .derived("c", COUNT, plus(cell("b"), literal("1")))
        .derived("b", COUNT, plus(cell("a"), literal("1")))
        .row("a", COUNT, "department", Aggregation::Single)
        .gives("dep", &[("a", number("1"))]);
    assert_eq!(town.consolidate().figure("c"), whole("3"));
}

#[test]
fn a_row_outside_authority_is_not_applicable_and_nobody_is_waited_for() {
    let town = Town::small()
        .indicator("x", COUNT, Aggregation::None)
        .last(|row| row.outside_authority = Some("thẩm quyền cấp tỉnh".to_owned()));
    let result = town.consolidate();
    let reason = ReportValue::Text("thẩm quyền cấp tỉnh".to_owned());
    assert_eq!(result.figure("x"), (CellState::NotApplicable, reason, true));
    assert_eq!(result.problems, []);
}

#[test]
fn every_figure_names_the_submissions_behind_it() {
    let town = Town::small()
        .row("x", COUNT, "commune", Aggregation::Sum)
        .row("y", COUNT, "department", Aggregation::Single)
        .derived("z", PERCENT, percentage("x", "y"))
        .derived("zz", PERCENT, plus(cell("z"), literal("1")))
        .gives("b", &[("x", number("2"))])
        .gives("a", &[("x", NothingArose)])
        .gives("dep", &[("y", number("8"))]);
    let result = town.consolidate();
    let sources = |name: &str| -> Vec<(String, String, ReportValue)> {
        let sources = result.cell(name).sources.iter().cloned();
        sources.map(|from| (from.unit.into(), from.submission.unwrap(), from.value)).collect()
    };
    let source = |unit: &str, value| (unit.to_owned(), format!("{unit}-1"), value);
    assert_eq!(sources("x"), [source("a", ReportValue::Null), source("b", shown("2"))]);
    let all: Vec<_> = ["a", "b", "dep"].map(|unit| source(unit, ReportValue::Null)).into();
    assert_eq!(sources("z"), all);
    assert_eq!(sources("zz"), all);
    let submitted: Vec<_> = result.report.submissions.iter().map(|s| s.unit.as_str()).collect();
    assert_eq!(submitted, ["a", "b", "dep"]);
}

#[test]
fn a_unit_that_gave_no_part_of_a_derived_figure_is_no_source_of_it() {
    let town = Town::small()
        .row("x", COUNT, "commune", Aggregation::Sum)
        .row("y", COUNT, "commune", Aggregation::Sum)
        .derived("twice", COUNT, times(cell("x"), literal("2")))
        .gives("a", &[("x", number("1")), ("y", number("1"))])
        .gives("b", &[("y", number("1"))]);
    let result = town.consolidate();
    let units: Vec<_> = result.cell("twice").sources.iter().map(|s| s.unit.as_str()).collect();
    assert_eq!(units, ["a"]);
}

#[test]
fn a_draft_is_a_source_without_a_submission() {
    let mut town = one_row(Aggregation::Sum).gives("a", &[("x", number("1"))]);
    town.contribution_of("a").submission = None;
    let result = town.consolidate();
    assert_eq!(result.cell("x").sources[0].submission, None);
    assert_eq!(result.report.submissions, []);
}

#[test]
fn an_override_replaces_the_figure_and_what_follows_from_it_and_says_so() {
    let town = Town::small()
        .row("x", COUNT, "commune", Aggregation::AllEqual)
        .derived("twice", COUNT, times(cell("x"), literal("2")))
        .gives("a", &[("x", number("1"))])
        .gives("b", &[("x", number("2"))])
        .notes("b", "x", "đã rà soát")
        .overridden("x", number("3"));
    let result = town.consolidate();
    assert_eq!(result.figure("x"), whole("3"));
    assert_eq!(result.figure("twice"), whole("6"));
    assert_eq!(result.cell("x").note, "Điều chỉnh (Lan): theo biên bản; Hương Văn: đã rà soát");
    assert_eq!(result.cell("x").sources.len(), 2);
    assert_eq!(result.problems, [], "the operator has settled the difference");
}

#[test]
fn an_override_of_a_derived_figure_is_shown_as_the_operator_gave_it() {
    let town = Town::small().derived("x", COUNT, literal("1")).overridden("x", number("1.25"));
    assert_eq!(town.consolidate().figure("x"), whole("1.25"));
}

#[test]
fn notes_say_whose_they_are_where_several_units_give_the_figure() {
    let town = Town::small()
        .row("x", COUNT, "commune", Aggregation::Sum)
        .last(|row| row.note = Some("mẫu".to_owned()))
        .row("y", COUNT, "department", Aggregation::Single)
        .row("z", COUNT, "commune", Aggregation::Sum)
        .last(|row| row.note = Some("mẫu".to_owned()))
        .derived("ratio", PERCENT, percentage("x", "z"))
        .notes("b", "x", "hai")
        .notes("a", "x", "một")
        .notes("dep", "y", "ba")
        .notes("a", "ratio", "bốn");
    let result = town.consolidate();
    assert_eq!(result.cell("x").note, "Tứ Hạ: một; Hương Văn: hai");
    assert_eq!(result.cell("y").note, "ba");
    assert_eq!(result.cell("z").note, "mẫu");
    assert_eq!(result.cell("ratio").note, "Tứ Hạ: bốn");
}

#[test]
fn a_heading_holds_nothing_and_lacks_nothing() {
    let town = Town::small().indicator("h", ValueType::Heading, Aggregation::None);
    assert_eq!(town.consolidate().figure("h"), (CellState::Heading, ReportValue::Null, true));
}
