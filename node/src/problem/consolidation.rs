//! The facts of what consolidation could not settle.

use hopluu_protocol::consolidation::{ConsolidationProblem, Said};
use hopluu_protocol::id::{IndicatorId, UnitCode};
use hopluu_protocol::number::{Decimals, write_number};
use hopluu_protocol::report::ReportValue;
use hopluu_protocol::roster::Roster;
use hopluu_protocol::value::CellState;

use super::Problem;

/// How many cells a message lists; a unit that reported nothing would fill the screen.
const LISTED: usize = 12;

impl Problem {
    /// What consolidation has to tell, with the units' short names.
    pub fn of_consolidation(problem: &ConsolidationProblem, roster: &Roster) -> Self {
        use ConsolidationProblem as Kind;
        let told = Self::new(problem.code(), problem);
        let name = |unit: &UnitCode| name_of(unit, roster);
        match problem {
            Kind::Disagreement { indicator, said } => {
                let said: Vec<String> =
                    said.iter().map(|said| format!("{}: {}", name(&said.unit), of(said))).collect();
                told.arg("said", said.join("; ")).at_indicator(indicator)
            }
            Kind::DivisionByZero { indicator, dividend } => {
                told.arg("dividend", written(dividend)).at_indicator(indicator)
            }
            Kind::MissingCells { unit, required, optional } => {
                let cells: Vec<&IndicatorId> = required.iter().chain(optional).collect();
                told.arg("unit", name(unit)).arg("count", cells.len()).arg("cells", list(&cells))
            }
            Kind::NoContribution { unit }
            | Kind::SeveralContributions { unit }
            | Kind::UnexpectedUnit { unit } => told.arg("unit", name(unit)),
            Kind::UnitEnded { unit, last_day } => {
                told.arg("unit", name(unit)).arg("day", last_day.strftime("%d/%m/%Y"))
            }
            Kind::NoReporter { indicator }
            | Kind::Overflow { indicator }
            | Kind::UnusableFormula { indicator }
            | Kind::UnusableOverride { indicator } => told.at_indicator(indicator),
            Kind::OtherTemplate { unit, template, cells, sections } => {
                let cells: Vec<String> = cells.iter().map(ToString::to_string).collect();
                let sections = sections.iter().map(ToString::to_string);
                let left: Vec<String> = cells.into_iter().chain(sections).collect();
                let told = told.arg("unit", name(unit)).arg("template", template);
                told.arg("count", left.len()).arg("left", shortened(&left))
            }
            Kind::SeveralReporters { indicator, units } => {
                let units: Vec<String> = units.iter().map(name).collect();
                told.arg("units", units.join(", ")).at_indicator(indicator)
            }
            Kind::UnexpectedCell { unit, indicator } => {
                told.arg("unit", name(unit)).at_indicator(indicator)
            }
            Kind::UnexpectedOperatorText { section } => told.arg("section", section),
            Kind::UnexpectedText { unit, section } => {
                told.arg("unit", name(unit)).arg("section", section)
            }
            Kind::WrongType { unit, indicator, value, state } => {
                let said = Said { unit: unit.clone(), value: value.clone(), state: *state };
                told.arg("unit", name(unit)).arg("value", of(&said)).at_indicator(indicator)
            }
        }
    }
}

/// `Tứ Hạ (19996)`; the code alone for a unit that the roster does not have.
fn name_of(unit: &UnitCode, roster: &Roster) -> String {
    match roster.unit(unit) {
        Some(known) => format!("{} ({unit})", known.short_name),
        None => unit.to_string(),
    }
}

/// A value as the form prints it, in whatever language the rest is told.
fn of(said: &Said) -> String {
    match said.state {
        CellState::NothingArose => "-".to_owned(),
        _ => written(&said.value),
    }
}

fn written(value: &ReportValue) -> String {
    match value {
        ReportValue::Null => "…".to_owned(),
        ReportValue::Number(number) => write_number(number, Decimals::Trimmed),
        ReportValue::Text(text) => text.clone(),
    }
}

fn list(cells: &[&IndicatorId]) -> String {
    let cells: Vec<String> = cells.iter().map(ToString::to_string).collect();
    shortened(&cells)
}

fn shortened(ids: &[String]) -> String {
    let mut listed: Vec<&str> = ids.iter().take(LISTED).map(String::as_str).collect();
    if ids.len() > LISTED {
        listed.push("…");
    }
    listed.join(", ")
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::messages::tests::{assert_told_in_full, in_vietnamese};

    fn unit() -> UnitCode {
        "19996".parse().unwrap()
    }

    fn cell(number: usize) -> IndicatorId {
        format!("x.{number}").parse().unwrap()
    }

    #[test]
    fn whatever_consolidation_cannot_settle_is_told_with_its_facts() {
        use ConsolidationProblem as Kind;
        let (value, state) = (ReportValue::Number(Decimal::from(3)), CellState::Choice);
        let said = Said { unit: unit(), value: value.clone(), state: CellState::Number };
        let section: hopluu_protocol::id::SectionId = "ii.2".parse().unwrap();
        for problem in [
            Kind::Disagreement { indicator: cell(1), said: vec![said] },
            Kind::DivisionByZero { indicator: cell(1), dividend: value.clone() },
            Kind::MissingCells { unit: unit(), required: vec![cell(1)], optional: Vec::new() },
            Kind::NoContribution { unit: unit() },
            Kind::NoReporter { indicator: cell(1) },
            Kind::OtherTemplate {
                unit: unit(),
                template: "t@1".parse().unwrap(),
                cells: vec![cell(1)],
                sections: vec![section.clone()],
            },
            Kind::Overflow { indicator: cell(1) },
            Kind::SeveralContributions { unit: unit() },
            Kind::SeveralReporters { indicator: cell(1), units: vec![unit()] },
            Kind::UnexpectedCell { unit: unit(), indicator: cell(1) },
            Kind::UnexpectedOperatorText { section: section.clone() },
            Kind::UnexpectedText { unit: unit(), section },
            Kind::UnexpectedUnit { unit: unit() },
            Kind::UnitEnded { unit: unit(), last_day: jiff::civil::date(2023, 2, 1) },
            Kind::UnusableFormula { indicator: cell(1) },
            Kind::UnusableOverride { indicator: cell(1) },
            Kind::WrongType { unit: unit(), indicator: cell(1), value, state },
        ] {
            assert_told_in_full(&Problem::of_consolidation(&problem, &Roster::default()));
        }
    }

    #[test]
    fn a_unit_that_left_out_everything_does_not_fill_the_screen() {
        let required = (0..200).map(cell).collect();
        let problem =
            ConsolidationProblem::MissingCells { unit: unit(), required, optional: Vec::new() };
        let told = in_vietnamese(&Problem::of_consolidation(&problem, &Roster::default()));
        assert!(told.contains("200 ô số liệu") && told.contains("x.11, …)"), "{told}");
    }
}
