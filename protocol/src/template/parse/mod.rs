//! Reading a template's source: the TOML of `docs/template.md`.
//!
//! The source is gone through twice: first for the ids, so that a row may name one that follows, then for
//! everything else. A problem never ends the reading: all are listed at once.

mod cells;
mod check;
mod fields;
mod outline;
mod problems;

use toml::de::{DeTable, DeValue};

use self::check::Known;
use self::fields::{Fields, Lines, Located};
use self::problems::Problems;
use super::model::{PeriodRule, Sentence, SentencePart, Template};
use super::problem::{TemplateProblem, TemplateProblemKind as Kind};
use crate::id::TemplateRef;
use crate::period::PeriodKind;

/// Longest source, in bytes.
pub const MAX_SOURCE_BYTES: usize = 1 << 20;

/// Most indicators, facts and auxiliary figures together.
pub const MAX_INDICATORS: usize = 5_000;

/// The newest format that is read. A source without `format` is of the first.
pub const FORMAT: i64 = 2;

/// The first format whose texts may hold figures.
const FIGURES_IN_TEXTS: i64 = 2;

const MAX_APPENDICES: usize = 100;
const MAX_SECTIONS: usize = 500;
const MAX_UNIT_KINDS: usize = 200;
/// Longest title, label or reason, in characters.
const MAX_TITLE: usize = 500;
/// Latest deadline, in working days.
const MAX_DEADLINE: i64 = 60;
/// Last day of the month that every month has.
const LAST_COMMON_DAY: i64 = 28;

/// A template, and what is odd about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The template.
    pub template: Template,
    /// What does not keep it from being used, in the order of lines.
    pub warnings: Vec<TemplateProblem>,
}

impl Template {
    /// Reads and checks a template's source, as `docs/template.md` describes it. Bounded: see
    /// [`MAX_SOURCE_BYTES`] and [`MAX_INDICATORS`].
    ///
    /// # Errors
    ///
    /// All that is wrong with it, in the order of lines, the warnings among it. Where the source is not
    /// TOML, the one place at which the TOML parser stops.
    pub fn parse(source: &str) -> Result<Parsed, Vec<TemplateProblem>> {
        let mut problems = Problems::in_source(source);
        if source.len() > MAX_SOURCE_BYTES {
            problems.add(1, None, Kind::SourceTooLong { bytes: source.len() });
            return Err(problems.into_sorted());
        }
        let root = match DeTable::parse(source) {
            Ok(root) => root,
            Err(error) => {
                add_syntax_error(source, &error, &mut problems);
                return Err(problems.into_sorted());
            }
        };
        if let Some((line, format)) = newer_format(root.get_ref(), &problems) {
            // Whatever else is in it cannot be judged.
            let mut problems = Problems::in_source(source);
            problems.add(line, None, Kind::NewerFormat { format, known: FORMAT });
            return Err(problems.into_sorted());
        }
        let template = read_template(root.get_ref(), &mut problems);
        let problems = problems.into_sorted();
        match template {
            Some(template) if problems.iter().all(TemplateProblem::is_warning) => {
                Ok(Parsed { template, warnings: problems })
            }
            _ => Err(problems),
        }
    }
}

fn add_syntax_error(source: &str, error: &toml::de::Error, problems: &mut Problems) {
    let span = error.span().unwrap_or_default();
    let line = problems.line_at(&span);
    let before = source.get(problems.line_start(line)..span.start).unwrap_or_default();
    let message = fields::shown(error.message());
    problems.add(line, None, Kind::Syntax { column: before.chars().count() + 1, message });
}

/// The format of the source and its line, when a later program wrote it.
fn newer_format(root: &DeTable<'_>, problems: &Problems) -> Option<(usize, i64)> {
    let found = root.get("format")?;
    let DeValue::Integer(number) = found.get_ref() else { return None };
    let format = i64::from_str_radix(number.as_str(), number.radix()).ok()?;
    (format > FORMAT).then(|| (problems.line_at(&found.span()), format))
}

/// A table of the source and where it begins, in bytes.
#[derive(Clone, Copy)]
struct Placed<'a, 'i> {
    table: &'a DeTable<'i>,
    at: usize,
}

/// The tables of the source by what they are.
struct Tables<'a, 'i> {
    unit_kinds: Vec<Placed<'a, 'i>>,
    appendices: Vec<Placed<'a, 'i>>,
    sections: Vec<Placed<'a, 'i>>,
    rows: Vec<Placed<'a, 'i>>,
    facts: Vec<Placed<'a, 'i>>,
    auxiliaries: Vec<Placed<'a, 'i>>,
}

/// `None` when the head is wrong; the problems say how.
fn read_template(root: &DeTable<'_>, problems: &mut Problems) -> Option<Template> {
    let tables = Tables {
        unit_kinds: tables(root, "unit_kind", MAX_UNIT_KINDS, problems),
        appendices: tables(root, "appendix", MAX_APPENDICES, problems),
        sections: tables(root, "section", MAX_SECTIONS, problems),
        rows: tables(root, "indicator", MAX_INDICATORS, problems),
        facts: tables(root, "fact", MAX_INDICATORS, problems),
        auxiliaries: tables(root, "auxiliary", MAX_INDICATORS, problems),
    };
    let count = tables.rows.len() + tables.facts.len() + tables.auxiliaries.len();
    if count > MAX_INDICATORS {
        problems.add(1, None, Kind::TooMany { field: "indicator", count, most: MAX_INDICATORS });
        return None;
    }
    let known = Known::collect(&tables, problems);

    let head = read_head(root, problems);
    let period_rule = read_period_rule(root, problems);
    let unit_kinds = outline::read_unit_kinds(&tables.unit_kinds, problems);
    let appendices = outline::read_appendices(&tables.appendices, &known, problems);
    let sections = outline::read_sections(&tables.sections, &known, problems);
    let indicators = cells::read_cells(&tables, &known, problems);

    let Head { reference, title, subject, figures_in_texts } = head?;
    Some(Template {
        reference,
        title,
        subject,
        figures_in_texts,
        period_rule: period_rule?,
        unit_kinds,
        appendices,
        sections,
        indicators,
    })
}

fn tables<'a, 'i>(
    root: &'a DeTable<'i>,
    field: &'static str,
    most: usize,
    problems: &mut Problems,
) -> Vec<Placed<'a, 'i>> {
    let Some(found) = root.get(field) else { return Vec::new() };
    let line = problems.line_at(&found.span());
    let expected = "a list of tables, each under its own header in double brackets";
    let DeValue::Array(list) = found.get_ref() else {
        problems.add(line, None, Kind::WrongType { field, expected });
        return Vec::new();
    };
    if list.len() > most {
        problems.add(line, None, Kind::TooMany { field, count: list.len(), most });
        return Vec::new();
    }
    let mut tables = Vec::with_capacity(list.len());
    for item in list.iter() {
        match item.get_ref() {
            DeValue::Table(table) => tables.push(Placed { table, at: item.span().start }),
            _ => {
                let line = problems.line_at(&item.span());
                problems.add(line, None, Kind::WrongType { field, expected });
            }
        }
    }
    tables
}

/// What a source says of the whole form.
struct Head {
    reference: TemplateRef,
    title: String,
    subject: String,
    figures_in_texts: bool,
}

fn read_head(root: &DeTable<'_>, problems: &mut Problems) -> Option<Head> {
    const ALLOWED: [&str; 12] = [
        "appendix",
        "auxiliary",
        "fact",
        "format",
        "id",
        "indicator",
        "period",
        "section",
        "subject",
        "title",
        "unit_kind",
        "version",
    ];
    let mut fields = Fields::of(root, 1, &ALLOWED, problems);
    let format = fields.integer("format", 1..=FORMAT).unwrap_or(1);
    let id = fields.needed_text("id", MAX_TITLE, Lines::One);
    let version = fields.needed_integer("version", 1..=i64::from(u32::MAX));
    let title = fields.needed_text("title", MAX_TITLE, Lines::One);
    let subject = fields.needed_text("subject", MAX_TITLE, Lines::One);
    if let Some(subject) = &subject
        && let Some(kind) = wrong_subject(&subject.value)
    {
        fields.add(subject.line, kind);
    }
    let id = id?;
    let reference = format!("{}@{}", id.value, version.unwrap_or(1));
    let Ok(reference) = reference.parse() else {
        fields.add(id.line, Kind::BadId { field: "id", text: fields::shown(&id.value) });
        return None;
    };
    version?;
    Some(Head {
        reference,
        title: title?.value,
        subject: subject?.value,
        figures_in_texts: format >= FIGURES_IN_TEXTS,
    })
}

/// The subject is text and `{period}`, and nothing else: it is printed before there are any figures.
fn wrong_subject(subject: &str) -> Option<Kind> {
    let sentence = match Sentence::parse(subject) {
        Ok(sentence) => sentence,
        Err(error) => return Some(Kind::BadSentence(error)),
    };
    let shown = |part: &SentencePart| match part {
        SentencePart::Period => None,
        SentencePart::Text(text) => text.contains(['{', '}']).then(|| fields::shown(text)),
        SentencePart::Cell(id) => Some(id.to_string()),
        SentencePart::PeriodEnd => Some("period.end".to_owned()),
        SentencePart::PeriodStart => Some("period.start".to_owned()),
        SentencePart::Unit => Some("unit".to_owned()),
    };
    sentence.parts.iter().find_map(shown).map(|text| Kind::BoundSubject { text })
}

fn read_period_rule(root: &DeTable<'_>, problems: &mut Problems) -> Option<PeriodRule> {
    let Some(found) = root.get("period") else {
        problems.add(1, None, Kind::Missing { field: "period" });
        return None;
    };
    let line = problems.line_at(&found.span());
    let DeValue::Table(table) = found.get_ref() else {
        problems.add(line, None, Kind::WrongType { field: "period", expected: "a table" });
        return None;
    };
    let allowed = ["deadline_working_days", "first_day", "kinds", "last_day"];
    let mut fields = Fields::of(table, line, &allowed, problems);
    let first_day = fields.needed_integer("first_day", 1..=LAST_COMMON_DAY);
    let last_day = fields.needed_integer("last_day", 1..=LAST_COMMON_DAY);
    let deadline = fields.needed_integer("deadline_working_days", 0..=MAX_DEADLINE);
    let kinds = read_kinds(&mut fields);
    Some(PeriodRule {
        first_day: i8::try_from(first_day?).ok()?,
        last_day: i8::try_from(last_day?).ok()?,
        deadline_working_days: u8::try_from(deadline?).ok()?,
        kinds,
    })
}

/// The kinds of period that open by themselves: quarters, when nothing is said.
fn read_kinds(fields: &mut Fields<'_, '_>) -> Vec<PeriodKind> {
    if fields.line_of("kinds").is_none() {
        return vec![PeriodKind::Quarter];
    }
    let mut kinds = Vec::new();
    for Located { line, value } in fields.texts("kinds", PeriodKind::WORDS.len(), MAX_TITLE) {
        match PeriodKind::from_word(&value) {
            Some(kind) => kinds.push(kind),
            None => {
                let (text, allowed) = (fields::shown(&value), &PeriodKind::WORDS);
                fields.add(line, Kind::BadWord { field: "kinds", text, allowed });
            }
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

#[cfg(test)]
mod tests;
