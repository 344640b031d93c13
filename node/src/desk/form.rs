//! The form of a period as data: what a screen needs to draw it, and nothing that changes as one types.

use std::collections::BTreeSet;

use hopluu_protocol::id::{AppendixId, IndicatorId, UnitKindId};
use hopluu_protocol::number::{Decimals, write_number};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::template::formula::Formula;
use hopluu_protocol::template::{Aggregation, Indicator, Place, Requirement, Template, ValueType};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use crate::problem::Refusal;

/// A line of the catalogue in the reader's language, by its code and facts.
pub type Words<'a> = &'a dyn Fn(&str, &[(&str, &str)]) -> String;

/// The group of figures that stand in sentences of the narrative.
const FACTS: &str = "facts";
/// The group of figures that are printed nowhere and that others are computed from.
const AUXILIARY: &str = "auxiliary";

/// The form of a period, as a unit fills it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Form {
    /// The period.
    #[schema(value_type = String)]
    pub period: PeriodId,
    /// Its name: `quý I năm 2023`.
    pub period_name: String,
    /// The period before it, if the calendar has it.
    #[schema(value_type = Option<String>)]
    pub previous: Option<PeriodId>,
    /// The name of that period.
    pub previous_name: Option<String>,
    /// The unit.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// The appendices in order; after them, where there are any, `facts` (figures in sentences) and
    /// `auxiliary` (figures printed nowhere).
    pub appendices: Vec<FormAppendix>,
    /// The narrative's sections, parents before children.
    pub sections: Vec<FormSection>,
}

/// A sheet of figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FormAppendix {
    /// Its id.
    pub id: String,
    /// Its title, as printed.
    pub title: String,
    /// A name for its tab: `Phụ lục 4`.
    pub short: String,
    /// Its rows, in order.
    pub rows: Vec<FormRow>,
}

/// What a row is to the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RowKind {
    /// Computed from others.
    Computed,
    /// A heading.
    Heading,
    /// Typed by other kinds of unit, or by nobody here.
    Others,
    /// Typed by this unit.
    Typed,
}

/// What a row holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RowType {
    /// One of the choices.
    Choice,
    /// A whole number.
    Count,
    /// A number with decimals.
    Decimal,
    /// Yes or no.
    Flag,
    /// An amount of money.
    Money,
    /// Nothing.
    None,
    /// A percentage.
    Percent,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FormRow {
    /// The indicator.
    pub id: String,
    /// Its printed code, without a full stop at its end; may repeat, may be empty.
    pub number: String,
    /// Its label.
    pub label: String,
    /// How many rows lie above it in the tree.
    pub depth: usize,
    /// Its unit of measure.
    pub unit: String,
    /// What it is to this unit.
    pub kind: RowKind,
    /// What it holds.
    pub value_type: RowType,
    /// How many decimals it shows, and takes at most.
    pub places: u32,
    /// What there is to choose from.
    pub choices: Vec<FormChoice>,
    /// How it is computed, in words: `3.1.2 ÷ 3.1.1`.
    pub formula: Option<String>,
    /// The cells that it is computed from.
    #[serde(default)]
    pub parts: Vec<String>,
    /// What is expected of it, in words.
    pub rules: Vec<String>,
    /// The kinds of unit that type it.
    pub reporters: Vec<String>,
    /// Whether a report without it cannot be submitted.
    pub required: bool,
    /// Whether last period's value may be taken over; no form says so yet.
    pub copies_last: bool,
}

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FormChoice {
    /// Its number on the form.
    pub code: String,
    /// Its label.
    pub label: String,
}

/// A section of the narrative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FormSection {
    /// Its id.
    pub id: String,
    /// Its printed number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// What to write.
    pub guidance: String,
    /// How deep it lies, from 0.
    pub depth: usize,
    /// Whether this unit writes for it.
    pub typed: bool,
}

impl Desk {
    /// The form of a period, as this unit fills it.
    ///
    /// # Errors
    /// When there is no such period.
    pub fn form(&mut self, period: PeriodId, words: Words<'_>) -> Result<Form, Refusal> {
        let context = self.period(period)?;
        let membership = self.membership()?.clone();
        let unit = context.unit(&membership.unit)?.clone();
        let calendar = self.calendar()?;
        let previous = period.previous().filter(|previous| calendar.periods.contains_key(previous));
        let template = &context.template;
        let names = Names { template, words };
        let mut groups: Vec<(String, FormAppendix)> = Vec::new();
        for appendix in &template.appendices {
            groups.push((
                appendix.id.to_string(),
                FormAppendix {
                    id: appendix.id.to_string(),
                    title: appendix.title.clone(),
                    short: words("screen-form-appendix", &[("number", &appendix.form_number)]),
                    rows: Vec::new(),
                },
            ));
        }
        for (id, title) in [
            (FACTS, words("screen-form-facts", &[])),
            (AUXILIARY, words("screen-form-auxiliary", &[])),
        ] {
            let short = title.clone();
            let group = FormAppendix { id: id.to_owned(), title, short, rows: Vec::new() };
            groups.push((id.to_owned(), group));
        }
        for row in &template.indicators {
            let group = match &row.place {
                Place::Appendix(id) => id.as_str(),
                Place::Auxiliary => AUXILIARY,
                Place::Section(_) => FACTS,
            };
            if let Some((_, appendix)) = groups.iter_mut().find(|(id, _)| id == group) {
                appendix.rows.push(names.row(row, &unit.kind));
            }
        }
        let printed = template.appendices.len();
        let appendices = groups
            .into_iter()
            .enumerate()
            .map(|(at, (_, group))| (at, group))
            // A group that no form prints is shown only to who types in it.
            .filter(|(at, group)| {
                *at < printed || group.rows.iter().any(|row| row.kind == RowKind::Typed)
            })
            .map(|(_, group)| group)
            .collect();
        let sections = template.sections.iter().map(|section| FormSection {
            id: section.id.to_string(),
            number: section.number.clone(),
            title: section.title.clone(),
            guidance: section.guidance.clone(),
            depth: depth(Some(&section.id), |id| {
                template.section(id).and_then(|section| section.parent.as_ref())
            }),
            typed: membership.is_hub() || section.reporters.contains(&unit.kind),
        });
        Ok(Form {
            period,
            period_name: period.printed_name(),
            previous,
            previous_name: previous.map(|previous| previous.printed_name()),
            unit: unit.code.to_string(),
            unit_name: unit.name.clone(),
            appendices,
            sections: sections.collect(),
        })
    }
}

/// How many lie above something in its tree.
fn depth<'a, K: ?Sized>(from: Option<&'a K>, above: impl Fn(&'a K) -> Option<&'a K>) -> usize {
    // Templates are checked for rings; 64 is far beyond any form.
    std::iter::successors(from.and_then(&above), |id| above(id)).take(64).count()
}

/// Puts a template's structure into words.
struct Names<'a> {
    template: &'a Template,
    words: Words<'a>,
}

impl Names<'_> {
    fn row(&self, row: &Indicator, kind: &UnitKindId) -> FormRow {
        let formula = match &row.aggregation {
            Aggregation::Derived(formula) => Some(formula),
            _ => None,
        };
        let row_kind = match (&row.value_type, formula) {
            (ValueType::Heading, _) => RowKind::Heading,
            (_, Some(_)) => RowKind::Computed,
            _ if row.reporters.contains(kind) => RowKind::Typed,
            _ => RowKind::Others,
        };
        let (value_type, places) = type_of(&row.value_type);
        let choices = match &row.value_type {
            ValueType::Choice(choices) => choices.as_slice(),
            _ => &[],
        };
        let choices = choices.iter().map(|choice| FormChoice {
            code: choice.value.to_string(),
            label: choice.label.clone(),
        });
        let parts: BTreeSet<&IndicatorId> = formula.into_iter().flat_map(Formula::cells).collect();
        FormRow {
            id: row.id.to_string(),
            number: number(row).to_owned(),
            label: row.label.clone(),
            depth: depth(Some(&row.id), |id| {
                self.template.indicator(id).and_then(|row| row.parent.as_ref())
            }),
            unit: row.unit_of_measure.clone(),
            kind: row_kind,
            value_type,
            places,
            choices: choices.collect(),
            formula: formula.map(|formula| self.formula(formula, row)),
            parts: parts.into_iter().map(ToString::to_string).collect(),
            rules: self.rules(row, formula),
            reporters: self.reporters(row),
            required: row.requirement == Requirement::Required,
            copies_last: false,
        }
    }

    fn reporters(&self, row: &Indicator) -> Vec<String> {
        let kinds = &self.template.unit_kinds;
        let label = |id: &UnitKindId| {
            kinds.iter().find(|kind| kind.id == *id).map(|kind| kind.label.clone())
        };
        row.reporters.iter().filter_map(label).collect()
    }

    fn rules(&self, row: &Indicator, formula: Option<&Formula>) -> Vec<String> {
        let mut rules = Vec::new();
        let own = appendix_of(row);
        if let (ValueType::Percent { at_most_100: true, .. }, Some((part, whole))) =
            (&row.value_type, formula.and_then(Formula::fraction))
        {
            let part = self.operand(part, 0, own);
            let whole = self.operand(whole, 0, own);
            rules.push((self.words)(
                "screen-form-part-not-above",
                &[("part", &part), ("whole", &whole)],
            ));
        } else if matches!(row.value_type, ValueType::Percent { at_most_100: true, .. }) {
            rules.push((self.words)("screen-form-at-most-hundred", &[]));
        }
        let total = row.parent.as_ref().and_then(|parent| self.template.indicator(parent));
        if let Some(total) = total.filter(|total| adds_up(row, total)) {
            let total = self.cell(&total.id, own);
            rules.push((self.words)("screen-form-not-above", &[("total", &total)]));
        }
        rules
    }

    /// A formula as people say it; what makes a percentage of a fraction is not said.
    fn formula(&self, formula: &Formula, row: &Indicator) -> String {
        let own = appendix_of(row);
        match formula.fraction().filter(|_| matches!(row.value_type, ValueType::Percent { .. })) {
            Some((part, whole)) => {
                format!("{} ÷ {}", self.operand(part, 2, own), self.operand(whole, 3, own))
            }
            None => self.operand(formula, 0, own),
        }
    }

    fn operand(&self, formula: &Formula, above: u8, own: Option<&AppendixId>) -> String {
        let two = |sign: &str, left: &Formula, right: &Formula, level: u8| {
            // What stands on the right of − or ÷ keeps its parentheses.
            let right_level = if matches!(sign, "−" | "÷") { level + 1 } else { level };
            let text = format!(
                "{} {sign} {}",
                self.operand(left, level, own),
                self.operand(right, right_level, own)
            );
            if level < above { format!("({text})") } else { text }
        };
        match formula {
            Formula::Cell(id) => self.cell(id, own),
            Formula::Number(number) => write_number(number, Decimals::Trimmed),
            Formula::Units(kind) => {
                let kinds = &self.template.unit_kinds;
                let label = kinds.iter().find(|known| known.id == *kind);
                let label = label.map_or(kind.as_str(), |kind| &kind.label);
                (self.words)("screen-form-units", &[("kind", label)])
            }
            Formula::Add(left, right) => two("+", left, right, 1),
            Formula::Sub(left, right) => two("−", left, right, 1),
            Formula::Mul(left, right) => two("×", left, right, 2),
            Formula::Div(left, right) => two("÷", left, right, 2),
        }
    }

    /// A cell as people call it: its printed code, with its appendix where that is another one.
    fn cell(&self, id: &IndicatorId, own: Option<&AppendixId>) -> String {
        let Some(row) = self.template.indicator(id) else { return id.to_string() };
        let number = number(row);
        let name = if number.is_empty() { row.label.as_str() } else { number };
        match appendix_of(row).filter(|appendix| Some(*appendix) != own) {
            Some(appendix) => {
                let number = self.template.appendices.iter().find(|known| known.id == *appendix);
                let number = number.map_or(appendix.as_str(), |known| &known.form_number);
                let appendix = (self.words)("screen-form-appendix", &[("number", number)]);
                format!("{name} ({appendix})")
            }
            None => name.to_owned(),
        }
    }
}

/// A row's printed code without the full stop that forms end it with.
fn number(row: &Indicator) -> &str {
    row.code.trim_end_matches('.')
}

fn appendix_of(row: &Indicator) -> Option<&AppendixId> {
    match &row.place {
        Place::Appendix(id) => Some(id),
        Place::Auxiliary | Place::Section(_) => None,
    }
}

/// Whether a row is a part of the row above it, by the same rule as the doubts about figures.
fn adds_up(row: &Indicator, total: &Indicator) -> bool {
    let counts = |row: &Indicator| {
        matches!(row.value_type, ValueType::Count | ValueType::Money { .. })
            && !matches!(row.aggregation, Aggregation::Derived(_))
    };
    counts(row) && counts(total) && row.unit_of_measure == total.unit_of_measure
}

fn type_of(value_type: &ValueType) -> (RowType, u32) {
    match value_type {
        ValueType::Choice(_) => (RowType::Choice, 0),
        ValueType::Count => (RowType::Count, 0),
        ValueType::Decimal { decimals } => (RowType::Decimal, *decimals),
        ValueType::Flag => (RowType::Flag, 0),
        ValueType::Heading => (RowType::None, 0),
        ValueType::Money { decimals } => (RowType::Money, *decimals),
        ValueType::Percent { decimals, .. } => (RowType::Percent, *decimals),
    }
}
