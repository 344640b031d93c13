//! A town small enough to reckon in one's head.

mod bad_input;
mod figures;
mod formulas;
mod incremental;
mod narrative;
mod other_template;
mod own_report;

use jiff::civil::date;
use rust_decimal::Decimal;

use super::*;
use crate::id::UnitKindId;
use crate::report::{ReportCell, ReportSection, ReportValue};
use crate::roster::Unit;
use crate::template::formula::Formula;
use crate::template::sample;
use crate::template::{
    Aggregation, Choice, Indicator, Place, Requirement, Section, Sentence, SentencePart, ValueType,
};
use crate::value::CellState;

const COUNT: ValueType = ValueType::Count;
const FLAG: ValueType = ValueType::Flag;
const PERCENT: ValueType = ValueType::Percent { decimals: 2, at_most_100: true };

/// Template, roster and all that goes into a consolidation. The hub's unit is `town`.
#[derive(Clone)]
struct Town {
    template: Template,
    roster: Roster,
    days: PeriodDays,
    hub: UnitCode,
    contributions: Vec<Contribution>,
    overrides: Overrides,
    operator_texts: OperatorTexts,
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn number(text: &str) -> CellValue {
    CellValue::Number(text.parse().unwrap())
}

fn not_applicable(reason: &str) -> CellValue {
    CellValue::NotApplicable { reason: reason.to_owned() }
}

fn shown(text: &str) -> ReportValue {
    ReportValue::Number(text.parse().unwrap())
}

fn cell(name: &str) -> Formula {
    Formula::Cell(id(name))
}

fn plus(a: Formula, b: Formula) -> Formula {
    Formula::Add(Box::new(a), Box::new(b))
}

fn minus(a: Formula, b: Formula) -> Formula {
    Formula::Sub(Box::new(a), Box::new(b))
}

fn times(a: Formula, b: Formula) -> Formula {
    Formula::Mul(Box::new(a), Box::new(b))
}

fn over(a: Formula, b: Formula) -> Formula {
    Formula::Div(Box::new(a), Box::new(b))
}

fn literal(text: &str) -> Formula {
    Formula::Number(text.parse().unwrap())
}

fn units(kind: &str) -> Formula {
    Formula::Units(id(kind))
}

fn percentage(a: &str, b: &str) -> Formula {
    times(over(cell(a), cell(b)), literal("100"))
}

impl Town {
    fn new() -> Self {
        let template = Template { reference: id("test@1"), ..sample::of_sections(&[]) };
        let town = Self {
            template,
            roster: Roster { hub: Some(id("town")), ..Roster::default() },
            days: PeriodDays { first: date(2022, 12, 15), last: date(2023, 3, 14) },
            hub: id("town"),
            contributions: Vec::new(),
            overrides: Overrides::new(),
            operator_texts: OperatorTexts::new(),
        };
        town.unit("town", "hub", "UBND thị xã")
    }

    /// Two communes, `a` and `b`, and a department, `dep`.
    fn small() -> Self {
        Self::new().unit("a", "commune", "Tứ Hạ").unit("b", "commune", "Hương Văn").unit(
            "dep",
            "department",
            "Phòng Tư pháp",
        )
    }

    fn unit(mut self, code: &str, kind: &str, short_name: &str) -> Self {
        self.roster.units.push(Unit {
            code: id(code),
            kind: id(kind),
            name: short_name.to_owned(),
            short_name: short_name.to_owned(),
            parent: (code != "town").then(|| id("town")),
            valid_from: None,
            valid_to: None,
            predecessors: Vec::new(),
            letterhead: Default::default(),
        });
        self.roster.units.sort_by(|a, b| a.code.cmp(&b.code));
        self
    }

    fn change_unit(mut self, code: &str, change: impl FnOnce(&mut Unit)) -> Self {
        change(self.roster.units.iter_mut().find(|unit| unit.code.as_str() == code).unwrap());
        self
    }

    fn indicator(mut self, name: &str, value_type: ValueType, aggregation: Aggregation) -> Self {
        self.template.indicators.push(Indicator {
            id: id(name),
            place: Place::Auxiliary,
            parent: None,
            code: String::new(),
            label: String::new(),
            unit_of_measure: String::new(),
            value_type,
            reporters: Vec::new(),
            aggregation,
            requirement: Requirement::Required,
            note: None,
            outside_authority: None,
            italic: false,
        });
        self
    }

    fn row(self, name: &str, value_type: ValueType, kind: &str, how: Aggregation) -> Self {
        let kinds: Vec<UnitKindId> = kind.split(' ').map(id).collect();
        self.indicator(name, value_type, how).last(|row| row.reporters = kinds)
    }

    fn derived(self, name: &str, value_type: ValueType, formula: Formula) -> Self {
        self.indicator(name, value_type, Aggregation::Derived(formula))
    }

    /// Changes the indicator put in last.
    fn last(mut self, change: impl FnOnce(&mut Indicator)) -> Self {
        change(self.template.indicators.last_mut().unwrap());
        self
    }

    fn section(mut self, name: &str, kinds: &[&str], sentences: &[&[SentencePart]]) -> Self {
        let sentences = sentences.iter().map(|parts| Sentence { parts: parts.to_vec() });
        self.template.sections.push(Section {
            id: id(name),
            parent: name.rsplit_once('.').map(|(parent, _)| id(parent)),
            number: String::new(),
            title: String::new(),
            guidance: String::new(),
            reporters: kinds.iter().map(|kind| id(kind)).collect(),
            sentences: sentences.collect(),
        });
        self
    }

    fn gives(mut self, unit: &str, cells: &[(&str, CellValue)]) -> Self {
        let contribution = self.contribution_of(unit);
        for (name, value) in cells {
            contribution.figures.cells.insert(id(name), value.clone());
        }
        self
    }

    fn notes(mut self, unit: &str, name: &str, note: &str) -> Self {
        self.contribution_of(unit).figures.notes.insert(id(name), note.to_owned());
        self
    }

    fn writes(mut self, unit: &str, section: &str, text: &str) -> Self {
        self.contribution_of(unit).figures.texts.insert(id(section), text.to_owned());
        self
    }

    fn contribution_of(&mut self, unit: &str) -> &mut Contribution {
        let found = self.contributions.iter().position(|given| given.unit.as_str() == unit);
        let at = found.unwrap_or_else(|| {
            self.contributions.push(contribution(unit));
            self.contributions.len() - 1
        });
        &mut self.contributions[at]
    }

    fn overridden(mut self, name: &str, value: CellValue) -> Self {
        self.overrides.insert(
            id(name),
            Override { value, reason: "theo biên bản".to_owned(), person: "Lan".to_owned() },
        );
        self
    }

    fn input(&self) -> Input<'_> {
        Input {
            template: &self.template,
            roster: &self.roster,
            period: id("2023-q1"),
            days: self.days,
            unit: &self.hub,
            contributions: &self.contributions,
            overrides: &self.overrides,
            operator_texts: &self.operator_texts,
        }
    }

    fn consolidate(&self) -> Consolidated {
        consolidate(&self.input())
    }

    fn own_report(&self, unit: &str) -> Consolidated {
        let found = self.contributions.iter().find(|given| given.unit.as_str() == unit);
        report_of_unit(&UnitInput {
            template: &self.template,
            roster: &self.roster,
            period: id("2023-q1"),
            days: self.days,
            contribution: found.unwrap(),
        })
    }
}

fn contribution(unit: &str) -> Contribution {
    Contribution {
        unit: id(unit),
        submission: Some(SubmissionStamp {
            id: format!("{unit}-1"),
            heads: vec!["00".repeat(32)],
            signed_at: 1,
            received_at: Some(2),
            key: NodeKey([7; 32]),
            template: id("test@1"),
        }),
        figures: Figures::default(),
    }
}

impl Consolidated {
    fn cell(&self, name: &str) -> &ReportCell {
        self.report.cells.iter().find(|cell| cell.id.as_str() == name).unwrap()
    }

    fn section(&self, name: &str) -> &ReportSection {
        self.report.sections.iter().find(|section| section.id.as_str() == name).unwrap()
    }

    /// State, value and completeness of a cell.
    fn figure(&self, name: &str) -> (CellState, ReportValue, bool) {
        let cell = self.cell(name);
        (cell.state, cell.value.clone(), cell.complete)
    }

    fn codes(&self) -> Vec<&'static str> {
        self.problems.iter().map(ConsolidationProblem::code).collect()
    }
}

fn whole(text: &str) -> (CellState, ReportValue, bool) {
    (CellState::Number, shown(text), true)
}

fn incomplete(text: &str) -> (CellState, ReportValue, bool) {
    (CellState::Number, shown(text), false)
}

const MISSING: (CellState, ReportValue, bool) = (CellState::NotReported, ReportValue::Null, false);
const NOTHING: (CellState, ReportValue, bool) = (CellState::NothingArose, ReportValue::Null, true);
