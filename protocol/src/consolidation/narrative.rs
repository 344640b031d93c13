//! The words of a report: the template's sentences with their figures, the units' own texts, and the
//! operator's. Vietnamese, as the report is.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash, Hasher};

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::documents::text_figures::LETTER;
use crate::id::IndicatorId;
use crate::report::Report;
use crate::template::{Indicator, Sentence, SentencePart, Template, ValueType};

use super::Override;
use super::figure::{Amount, Figure, decimals};
use super::plan::{Plan, SectionPlan};

/// What a unit wrote for a section.
pub(super) struct Voice<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a UnitText,
}

/// A unit's text for a section, with its hash: who said the same as others is looked up each time that
/// one of ten thousand units changes a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UnitText {
    /// Not empty; as [`paragraphs`] gives it.
    pub(super) text: String,
    hash: u64,
}

impl UnitText {
    /// `None` where there is nothing to say.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = paragraphs(text);
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(&text);
        (!text.is_empty()).then_some(Self { text, hash })
    }
}

impl Hash for UnitText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// The section's sentences, each a paragraph. One that shows cells and has a value for none of them is
/// left out; one that shows no cell always stands.
pub(super) fn sentences(plan: &Plan, section: &SectionPlan, shown: &[Figure]) -> Vec<String> {
    section
        .sentences
        .iter()
        .filter(|sentence| has_something_to_say(plan, sentence, shown))
        .map(|sentence| sentence.parts.iter().map(|part| word(plan, part, shown)).collect())
        .collect()
}

fn has_something_to_say(plan: &Plan, sentence: &Sentence, shown: &[Figure]) -> bool {
    let cells: Vec<&Figure> = sentence
        .parts
        .iter()
        .filter_map(|part| match part {
            SentencePart::Cell(id) => shown.get(*plan.row_of.get(id)?),
            _ => None,
        })
        .collect();
    cells.is_empty() || cells.iter().any(|figure| figure.amount.is_some())
}

fn word(plan: &Plan, part: &SentencePart, shown: &[Figure]) -> String {
    match part {
        SentencePart::Text(text) => text.clone(),
        SentencePart::Unit => plan.unit_name.clone(),
        SentencePart::Period => plan.period.printed_name(),
        SentencePart::PeriodStart => day(plan.days.first),
        SentencePart::PeriodEnd => day(plan.days.last),
        SentencePart::Cell(id) => said(plan, id, shown),
    }
}

/// A cell of the plan as running text says it.
pub(super) fn said(plan: &Plan, id: &IndicatorId, shown: &[Figure]) -> String {
    match plan.row_of.get(id) {
        Some(at) => prose(&plan.rows[*at].indicator, &shown[*at]),
        None => NOT_REPORTED.to_owned(),
    }
}

pub(super) const NOT_REPORTED: &str = "… (chưa báo cáo)";

/// A cell of a report as its texts say it: as the sentences of the form do.
pub fn in_prose(template: &Template, report: &Report, id: &IndicatorId) -> String {
    let cell = report.cells.iter().find(|cell| cell.id == *id);
    let said = template.indicator(id).zip(cell).map(|(indicator, cell)| {
        let amount = cell.as_value().as_ref().map(Amount::of);
        prose(indicator, &Figure { amount, complete: cell.complete })
    });
    said.unwrap_or_else(|| NOT_REPORTED.to_owned())
}

/// A figure as running text says it.
fn prose(indicator: &Indicator, figure: &Figure) -> String {
    let words = match &figure.amount {
        None => return NOT_REPORTED.to_owned(),
        Some(Amount::Number(number)) => match indicator.value_type {
            ValueType::Percent { .. } => format!("{}%", prose_number(*number, false)),
            _ => prose_number(*number, decimals(&indicator.value_type) == 0),
        },
        Some(Amount::Choice(number)) => choice_label(&indicator.value_type, *number),
        Some(Amount::Flag(flag)) => if *flag { "có" } else { "không" }.to_owned(),
        Some(Amount::NothingArose) => "không phát sinh".to_owned(),
        Some(Amount::NotApplicable(_)) => "không thuộc thẩm quyền".to_owned(),
    };
    if figure.complete { words } else { format!("{words} (chưa đầy đủ)") }
}

fn choice_label(value_type: &ValueType, number: u32) -> String {
    let label = match value_type {
        ValueType::Choice(choices) => choices.iter().find(|choice| choice.value == number),
        _ => None,
    };
    label.map_or_else(|| number.to_string(), |choice| choice.label.clone())
}

/// A number as Vietnamese running text writes it: 1.304; 17,11; and, where `padded`, 02 for a whole
/// number from 1 to 9.
fn prose_number(number: Decimal, padded: bool) -> String {
    let number = number.normalize();
    let digits = number.abs().to_string();
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut text = String::new();
    if number.is_sign_negative() {
        text.push('-');
    }
    if padded && fraction.is_empty() && whole.len() == 1 && whole != "0" {
        text.push('0');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(',');
        text.push_str(fraction);
    }
    text
}

fn day(date: Date) -> String {
    format!("{:02}/{:02}/{}", date.day(), date.month(), date.year())
}

/// Writes the units' own texts, in the order of `voices`, over what `text` holds. Where several units may
/// write, each text says whose it is; a text that several gave stands once, with all their names.
pub(super) fn write_units_text<'a>(
    text: &mut String,
    voices: impl Iterator<Item = Voice<'a>>,
    named: bool,
) {
    let mut said: Vec<(Voice<'a>, Vec<&str>)> = Vec::new();
    let mut first_with: HashMap<&UnitText, usize> = HashMap::new();
    for voice in voices {
        match first_with.entry(voice.text) {
            Entry::Occupied(first) => said[*first.get()].1.push(voice.name),
            Entry::Vacant(new) => {
                new.insert(said.len());
                said.push((voice, Vec::new()));
            }
        }
    }
    text.clear();
    for (voice, others) in said {
        if !text.is_empty() {
            text.push('\n');
        }
        if named {
            text.push_str(voice.name);
            for other in others {
                text.push_str(", ");
                text.push_str(other);
            }
            text.push_str(": ");
        }
        text.push_str(&voice.text.text);
    }
}

/// A text as paragraphs separated by one line feed: without empty lines, and without blanks around the
/// others. Letters for figures that nobody bound to a cell are left out.
pub(super) fn paragraphs(text: &str) -> String {
    let text = text.replace(LETTER, "");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// The note of an overridden cell.
pub(super) fn override_note(over: &Override) -> String {
    if over.person.is_empty() {
        format!("Điều chỉnh: {}", over.reason)
    } else {
        format!("Điều chỉnh ({}): {}", over.person, over.reason)
    }
}
