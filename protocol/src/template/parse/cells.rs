//! Rows of appendices, facts and auxiliary figures.

use std::collections::BTreeMap;

use super::check::Known;
use super::fields::{Fields, Lines, Located, shown};
use super::problems::Problems;
use super::{MAX_TITLE, MAX_UNIT_KINDS, Placed, Tables};
use crate::id::{AppendixId, IndicatorId, UnitKindId};
use crate::number::{MAX_DECIMALS, fold, is_readable_label};
use crate::template::formula::{Formula, MAX_FORMULA_BYTES};
use crate::template::model::{Aggregation, Choice, Indicator, Place, Requirement, ValueType};
use crate::template::problem::TemplateProblemKind as Kind;

/// Longest label or note, in characters: forms have whole sentences as labels.
const MAX_LABEL: usize = 1_000;
/// Longest printed code or unit of measure, in characters.
const MAX_CODE: usize = 100;
/// Most choices of a cell.
const MAX_CHOICES: usize = 100;

const TYPES: [&str; 7] = ["heading", "count", "decimal", "money", "percent", "flag", "choice"];
const AGGREGATIONS: [&str; 4] = ["single", "sum", "max", "all-equal"];

const FIELDS: [&str; 17] = [
    "aggregation",
    "choices",
    "code",
    "decimals",
    "formula",
    "id",
    "italic",
    "label",
    "note",
    "outside_authority",
    "over_100",
    "parent",
    "reporters",
    "required",
    "section",
    "type",
    "unit",
];

/// Which of the three tables a cell stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Auxiliary,
    Fact,
    Row,
}

/// All cells, in the order of the source.
pub(super) fn read_cells(
    tables: &Tables<'_, '_>,
    known: &Known,
    problems: &mut Problems,
) -> Vec<Indicator> {
    let sorts = [
        (&tables.rows, Sort::Row),
        (&tables.facts, Sort::Fact),
        (&tables.auxiliaries, Sort::Auxiliary),
    ];
    let mut all: Vec<(Placed<'_, '_>, Sort)> = sorts
        .into_iter()
        .flat_map(|(tables, sort)| tables.iter().map(move |placed| (*placed, sort)))
        .collect();
    all.sort_by_key(|(placed, _)| placed.at);

    let mut indicators = Vec::with_capacity(all.len());
    let mut formula_lines = BTreeMap::new();
    for (placed, sort) in all {
        let mut fields = placed.fields(&FIELDS, problems);
        let formula_line = fields.line_of("formula");
        let Some(indicator) = read_cell(sort, placed.at, known, &mut fields) else { continue };
        formula_lines.extend(formula_line.map(|line| (indicator.id.clone(), line)));
        indicators.push(indicator);
    }
    super::check::check_cycles(&indicators, &formula_lines, problems);
    indicators
}

/// `None` when a field without which there is no cell is wrong.
fn read_cell(
    sort: Sort,
    at: usize,
    known: &Known,
    fields: &mut Fields<'_, '_>,
) -> Option<Indicator> {
    let id = fields.needed_id::<IndicatorId>("id");
    let place = read_place(sort, id.as_ref(), known, fields);
    let code = fields.text("code", MAX_CODE, Lines::One).map(|code| code.value);
    let parent = fields.id::<IndicatorId>("parent");
    let label = fields.needed_text("label", MAX_LABEL, Lines::One);
    let unit = fields.text("unit", MAX_CODE, Lines::One);
    let note = fields.text("note", MAX_LABEL, Lines::One);
    let italic = fields.flag("italic").unwrap_or_default();
    let value_type = read_type(fields);
    let filled = read_filling(value_type.as_ref(), known, fields);
    let id = id?;
    super::check::check_id(&id, fields);
    if let (Some(parent), Some(Place::Appendix(appendix))) = (&parent, &place) {
        known.check_parent(parent, appendix, at, fields);
    }
    Some(Indicator {
        id: id.value,
        place: place?,
        parent: parent.map(|parent| parent.value),
        code: code.unwrap_or_default(),
        label: label?.value,
        unit_of_measure: unit.map(|unit| unit.value).unwrap_or_default(),
        value_type: value_type?,
        reporters: filled.reporters,
        aggregation: filled.aggregation?,
        requirement: filled.requirement,
        note: note.map(|note| note.value),
        outside_authority: filled.outside_authority,
        italic,
    })
}

fn read_place(
    sort: Sort,
    id: Option<&Located<IndicatorId>>,
    known: &Known,
    fields: &mut Fields<'_, '_>,
) -> Option<Place> {
    match sort {
        Sort::Auxiliary => {
            fields.refuse(&["code", "italic", "parent", "section"], "an auxiliary figure");
            Some(Place::Auxiliary)
        }
        Sort::Fact => {
            fields.refuse(&["code", "italic", "parent"], "a fact");
            let section = fields.needed_id("section")?;
            known.check_section(&section, fields);
            Some(Place::Section(section.value))
        }
        Sort::Row => {
            fields.refuse(&["section"], "a row of an appendix");
            let id = id?;
            let Some(appendix) = appendix_of(&id.value) else {
                fields.add(id.line, Kind::NoAppendixInId);
                return None;
            };
            known.check_appendix(&appendix, id.line, fields);
            Some(Place::Appendix(appendix))
        }
    }
}

/// `pl4.3.1.1` is a row of `pl4`.
pub(super) fn appendix_of(id: &IndicatorId) -> Option<AppendixId> {
    id.as_str().split_once('.').and_then(|(appendix, _)| appendix.parse().ok())
}

fn read_type(fields: &mut Fields<'_, '_>) -> Option<ValueType> {
    let word = fields.needed_word("type", &TYPES)?;
    let (has_decimals, here) = match word {
        "decimal" => (true, "a decimal"),
        "money" => (true, "an amount of money"),
        "percent" => (true, "a percentage"),
        "choice" => (false, "a choice"),
        "count" => (false, "a count"),
        "flag" => (false, "a flag"),
        _ => (false, "a heading"),
    };
    if !has_decimals {
        fields.refuse(&["decimals"], here);
    }
    if word != "percent" {
        fields.refuse(&["over_100"], here);
    }
    if word != "choice" {
        fields.refuse(&["choices"], here);
    }
    let mut decimals = |default: u32| {
        let given = fields.integer("decimals", 0..=i64::from(MAX_DECIMALS));
        given.and_then(|given| u32::try_from(given).ok()).unwrap_or(default)
    };
    Some(match word {
        "choice" => ValueType::Choice(read_choices(fields)),
        "count" => ValueType::Count,
        "decimal" => ValueType::Decimal { decimals: decimals(0) },
        "flag" => ValueType::Flag,
        "money" => ValueType::Money { decimals: decimals(0) },
        "percent" => ValueType::Percent {
            decimals: decimals(2),
            at_most_100: !fields.flag("over_100").unwrap_or_default(),
        },
        _ => ValueType::Heading,
    })
}

fn read_choices(fields: &mut Fields<'_, '_>) -> Vec<Choice> {
    if fields.line_of("choices").is_none() {
        fields.add(fields.line, Kind::Missing { field: "choices" });
    }
    let mut choices: Vec<Choice> = Vec::new();
    for Located { line, value } in fields.texts("choices", MAX_CHOICES, MAX_TITLE) {
        let text = shown(&value);
        let Some(choice) = read_choice(&value) else {
            fields.add(line, Kind::BadChoice { text });
            continue;
        };
        let folded = fold(&choice.label);
        if choices.iter().any(|c| c.value == choice.value || fold(&c.label) == folded) {
            fields.add(line, Kind::DuplicateChoice { text });
        } else if !is_readable_label(&choice.label) {
            fields.add(line, Kind::UnreadableChoice { text });
        }
        choices.push(choice);
    }
    choices
}

/// `1=Hoàn thành`
fn read_choice(text: &str) -> Option<Choice> {
    let (number, label) = text.split_once('=')?;
    let (number, label) = (number.trim(), label.trim());
    let value: u32 = number.parse().ok()?;
    (value.to_string() == number && !label.is_empty())
        .then(|| Choice { value, label: label.to_owned() })
}

/// How a cell comes by its value.
#[derive(Default)]
struct Filling {
    reporters: Vec<UnitKindId>,
    aggregation: Option<Aggregation>,
    requirement: Requirement,
    outside_authority: Option<String>,
}

fn read_filling(
    value_type: Option<&ValueType>,
    known: &Known,
    fields: &mut Fields<'_, '_>,
) -> Filling {
    let untyped = ["aggregation", "reporters", "required"];
    if value_type == Some(&ValueType::Heading) {
        fields.refuse(&untyped, "a heading");
        fields.refuse(&["formula", "outside_authority"], "a heading");
        return Filling { aggregation: Some(Aggregation::None), ..Filling::default() };
    }
    if fields.line_of("formula").is_some() {
        fields.refuse(&untyped, "a derived cell");
        fields.refuse(&["outside_authority"], "a derived cell");
        let aggregation = read_formula(value_type, known, fields).map(Aggregation::Derived);
        return Filling { aggregation, ..Filling::default() };
    }
    if fields.line_of("outside_authority").is_some() {
        fields.refuse(&untyped, "a row outside this level's authority");
        let reason = fields.text("outside_authority", MAX_TITLE, Lines::One);
        return Filling {
            aggregation: Some(Aggregation::None),
            outside_authority: reason.map(|reason| reason.value),
            ..Filling::default()
        };
    }
    if fields.line_of("reporters").is_none() {
        fields.add(fields.line, Kind::NobodyReports);
    }
    let reporters = fields.ids("reporters", MAX_UNIT_KINDS);
    known.check_kinds(&reporters, fields);
    Filling {
        reporters: reporters.into_iter().map(|kind| kind.value).collect(),
        aggregation: read_aggregation(value_type, fields),
        requirement: match fields.flag("required") {
            Some(false) => Requirement::Optional,
            _ => Requirement::Required,
        },
        outside_authority: None,
    }
}

fn read_aggregation(
    value_type: Option<&ValueType>,
    fields: &mut Fields<'_, '_>,
) -> Option<Aggregation> {
    let word = fields.needed_word("aggregation", &AGGREGATIONS)?;
    let not_summed = match value_type {
        Some(ValueType::Choice(_)) => Some("choice"),
        Some(ValueType::Percent { .. }) => Some("percent"),
        _ => None,
    };
    match (word, not_summed) {
        ("sum", Some(value_type)) => {
            let line = fields.line_of("aggregation").unwrap_or(fields.line);
            let kind = Kind::AggregationDoesNotFit {
                aggregation: word.to_owned(),
                value_type: value_type.to_owned(),
            };
            fields.add(line, kind);
            None
        }
        ("sum", None) => Some(Aggregation::Sum),
        ("max", _) => Some(Aggregation::Max),
        ("single", _) => Some(Aggregation::Single),
        _ => Some(Aggregation::AllEqual),
    }
}

fn read_formula(
    value_type: Option<&ValueType>,
    known: &Known,
    fields: &mut Fields<'_, '_>,
) -> Option<Formula> {
    let text = fields.text("formula", MAX_FORMULA_BYTES, Lines::Many)?;
    let not_computed = match value_type {
        Some(ValueType::Choice(_)) => Some("choice"),
        Some(ValueType::Flag) => Some("flag"),
        _ => None,
    };
    if let Some(value_type) = not_computed {
        let value_type = value_type.to_owned();
        fields.add(text.line, Kind::FormulaDoesNotFit { value_type });
    }
    match Formula::parse(&text.value) {
        Ok(formula) => {
            known.check_formula(&formula, text.line, fields);
            Some(formula)
        }
        Err(error) => {
            fields.add(text.line, Kind::BadFormula(error));
            None
        }
    }
}
