//! Input that nobody should give and somebody will.

use super::*;

fn one_row() -> Town {
    Town::small().row("x", COUNT, "commune", Aggregation::Sum)
}

#[test]
fn a_formula_that_divides_by_zero_has_no_value_and_so_has_what_is_made_of_it() {
    let town = Town::small()
        .row("x", COUNT, "department", Aggregation::Single)
        .derived("bad", PERCENT, over(cell("x"), minus(cell("x"), cell("x"))))
        .derived("worse", PERCENT, times(cell("bad"), literal("2")))
        .gives("dep", &[("x", number("7"))]);
    let result = town.consolidate();
    assert_eq!(result.figure("bad"), MISSING);
    assert_eq!(result.figure("worse"), MISSING);
    let (indicator, dividend) = (id("bad"), shown("7"));
    assert_eq!(result.problems, [ConsolidationProblem::DivisionByZero { indicator, dividend }]);
}

#[test]
fn a_sum_too_large_to_hold_has_no_value() {
    let huge = CellValue::Number(Decimal::MAX);
    let town = one_row().gives("a", &[("x", huge)]).gives("b", &[("x", number("1"))]);
    let town = town.derived("max", COUNT, times(literal("7e28"), literal("7e28")));
    let result = town.consolidate();
    assert_eq!(result.figure("x"), MISSING);
    assert_eq!(result.figure("max"), MISSING);
    assert_eq!(
        result.problems,
        ["x", "max"].map(|name| ConsolidationProblem::Overflow { indicator: id(name) })
    );
}

#[test]
fn a_value_of_the_wrong_kind_counts_as_not_reported() {
    let choices = vec![Choice { value: 1, label: "Một".to_owned() }];
    let town = Town::small()
        .row("count", COUNT, "department", Aggregation::Single)
        .row("flag", FLAG, "department", Aggregation::Single)
        .row("choice", ValueType::Choice(choices), "department", Aggregation::Single)
        .gives("dep", &[("count", CellValue::Flag(true)), ("flag", number("1"))])
        .gives("dep", &[("choice", CellValue::Choice(2))]);
    let result = town.consolidate();
    for name in ["count", "flag", "choice"] {
        assert_eq!(result.figure(name), MISSING);
        assert_eq!(result.cell(name).sources, []);
    }
    assert_eq!(result.codes(), ["wrong-type"; 3]);
}

#[test]
fn what_is_not_the_unit_s_to_give_is_left_out_and_named() {
    let town = one_row()
        .indicator("h", ValueType::Heading, Aggregation::None)
        .derived("d", COUNT, cell("x"))
        .section("i", &["department"], &[])
        .gives("a", &[("x", number("1")), ("d", number("9"))])
        .gives("b", &[("x", number("1"))])
        .gives("dep", &[("x", number("100")), ("unknown", number("1"))])
        .notes("dep", "x", "lạc")
        .notes("dep", "h", "lạc")
        .writes("a", "i", "lạc")
        .writes("dep", "ii", "lạc");
    let result = town.consolidate();
    assert_eq!(result.figure("x"), whole("2"));
    assert_eq!(result.figure("d"), whole("2"));
    assert_eq!(result.cell("x").note, "");
    assert_eq!(result.section("i").text, "");
    let cell =
        |unit, name| ConsolidationProblem::UnexpectedCell { unit: id(unit), indicator: id(name) };
    let text =
        |unit, name| ConsolidationProblem::UnexpectedText { unit: id(unit), section: id(name) };
    assert_eq!(
        result.problems,
        [
            cell("a", "d"),
            text("a", "i"),
            cell("dep", "unknown"),
            cell("dep", "x"),
            cell("dep", "h"),
            text("dep", "ii"),
        ]
    );
}

#[test]
fn two_contributions_of_one_unit_count_as_none() {
    let mut town = one_row().gives("a", &[("x", number("1"))]).gives("b", &[("x", number("2"))]);
    let mut second = town.contributions[0].clone();
    second.figures.cells.insert(id("x"), number("5"));
    town.contributions.push(second);
    let result = town.consolidate();
    assert_eq!(result.figure("x"), incomplete("2"));
    assert_eq!(result.problems, [ConsolidationProblem::SeveralContributions { unit: id("a") }]);
}

#[test]
fn a_cell_that_nobody_of_the_roster_reports_has_no_value() {
    for how in [Aggregation::Sum, Aggregation::Single, Aggregation::Max, Aggregation::AllEqual] {
        let result = Town::small().row("x", COUNT, "school", how).consolidate();
        assert_eq!(result.figure("x"), MISSING);
        assert_eq!(result.problems, [ConsolidationProblem::NoReporter { indicator: id("x") }]);
    }
}

#[test]
fn formulas_in_a_circle_or_over_unknown_cells_are_named_and_stop_nothing() {
    let town = Town::small()
        .derived("a", COUNT, plus(cell("b"), literal("1")))
        .derived("b", COUNT, cell("a"))
        .derived("self", COUNT, cell("self"))
        .derived("lost", COUNT, cell("nowhere"))
        .derived("fine", COUNT, literal("1"));
    let result = town.consolidate();
    assert_eq!(result.figure("fine"), whole("1"));
    assert_eq!(result.figure("a"), MISSING);
    assert_eq!(result.codes(), ["unusable-formula"; 4]);
}

#[test]
fn what_the_operator_sets_and_the_template_cannot_take_is_named() {
    let mut town = one_row()
        .indicator("h", ValueType::Heading, Aggregation::None)
        .gives("a", &[("x", number("1"))])
        .gives("b", &[("x", number("1"))])
        .overridden("x", CellValue::Flag(true))
        .overridden("h", number("1"))
        .overridden("unknown", number("1"));
    town.operator_texts.insert(id("ix"), Written::plain("lạc"));
    let result = town.consolidate();
    assert_eq!(result.figure("x"), whole("2"));
    let overridden = |name| ConsolidationProblem::UnusableOverride { indicator: id(name) };
    assert_eq!(
        result.problems,
        [
            overridden("h"),
            overridden("unknown"),
            overridden("x"),
            ConsolidationProblem::UnexpectedOperatorText { section: id("ix") },
        ]
    );
}

#[test]
fn a_problem_s_code_is_the_code_of_its_json() {
    let problems = [
        ConsolidationProblem::Disagreement { indicator: id("x"), said: vec![] },
        ConsolidationProblem::DivisionByZero { indicator: id("x"), dividend: shown("1") },
        ConsolidationProblem::MissingCells { unit: id("a"), required: vec![], optional: vec![] },
        ConsolidationProblem::NoContribution { unit: id("a") },
        ConsolidationProblem::NoReporter { indicator: id("x") },
        ConsolidationProblem::Overflow { indicator: id("x") },
        ConsolidationProblem::SeveralContributions { unit: id("a") },
        ConsolidationProblem::SeveralReporters { indicator: id("x"), units: vec![] },
        ConsolidationProblem::UnexpectedCell { unit: id("a"), indicator: id("x") },
        ConsolidationProblem::UnexpectedOperatorText { section: id("i") },
        ConsolidationProblem::UnexpectedText { unit: id("a"), section: id("i") },
        ConsolidationProblem::UnexpectedUnit { unit: id("a") },
        ConsolidationProblem::UnusableFormula { indicator: id("x") },
        ConsolidationProblem::UnusableOverride { indicator: id("x") },
        ConsolidationProblem::WrongType {
            unit: id("a"),
            indicator: id("x"),
            value: ReportValue::Null,
            state: CellState::NothingArose,
        },
    ];
    for problem in problems {
        let json: BTreeMap<String, Box<serde_json::value::RawValue>> =
            serde_json::from_str(&serde_json::to_string(&problem).unwrap()).unwrap();
        assert_eq!(json["code"].get(), format!("\"{}\"", problem.code()));
    }
}
