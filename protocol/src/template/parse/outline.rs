//! Kinds of unit, appendices and sections.

use super::check::Known;
use super::fields::{Fields, Lines, Located};
use super::problems::Problems;
use super::{MAX_TITLE, MAX_UNIT_KINDS, Placed};
use crate::id::SectionId;
use crate::template::model::{Appendix, Section, Sentence, UnitKind, UnitLevel};
use crate::template::problem::TemplateProblemKind as Kind;

/// Longest printed number or letter, in characters.
const MAX_NUMBER: usize = 16;
/// Longest guidance, in characters.
const MAX_GUIDANCE: usize = 5_000;
/// Longest sentence, in characters.
const MAX_SENTENCE: usize = 2_000;
/// Most sentences of a section.
const MAX_SENTENCES: usize = 200;

const LEVELS: [&str; 3] = ["commune", "department", "hub"];

pub(super) fn read_unit_kinds(tables: &[Placed<'_, '_>], problems: &mut Problems) -> Vec<UnitKind> {
    let read = |placed: &Placed<'_, '_>| {
        let mut fields = placed.fields(&["id", "label", "level"], problems);
        let id = fields.needed_id("id");
        let label = fields.needed_text("label", MAX_TITLE, Lines::One);
        let level = match fields.needed_word("level", &LEVELS) {
            Some("commune") => Some(UnitLevel::Commune),
            Some("department") => Some(UnitLevel::Department),
            Some("hub") => Some(UnitLevel::Hub),
            _ => None,
        };
        Some(UnitKind { id: id?.value, label: label?.value, level: level? })
    };
    tables.iter().filter_map(read).collect()
}

pub(super) fn read_appendices(
    tables: &[Placed<'_, '_>],
    known: &Known,
    problems: &mut Problems,
) -> Vec<Appendix> {
    let read = |placed: &Placed<'_, '_>| {
        let mut fields = placed.fields(&["form_number", "id", "section", "title"], problems);
        let id = fields.needed_id("id");
        let form_number = fields.needed_text("form_number", MAX_NUMBER, Lines::One);
        let title = fields.needed_text("title", MAX_TITLE, Lines::One);
        let section = fields.needed_id("section");
        if let Some(section) = &section {
            known.check_section(section, &mut fields);
        }
        Some(Appendix {
            id: id?.value,
            form_number: form_number?.value,
            title: title?.value,
            section: section?.value,
        })
    };
    tables.iter().filter_map(read).collect()
}

pub(super) fn read_sections(
    tables: &[Placed<'_, '_>],
    known: &Known,
    problems: &mut Problems,
) -> Vec<Section> {
    let allowed = ["guidance", "id", "number", "reporters", "sentences", "title"];
    let read = |placed: &Placed<'_, '_>| {
        let mut fields = placed.fields(&allowed, problems);
        let id = fields.needed_id::<SectionId>("id");
        let number = fields.needed_text("number", MAX_NUMBER, Lines::One);
        let title = fields.needed_text("title", MAX_TITLE, Lines::One);
        let guidance = fields.text("guidance", MAX_GUIDANCE, Lines::Many);
        let reporters = fields.ids("reporters", MAX_UNIT_KINDS);
        known.check_kinds(&reporters, &mut fields);
        let sentences = read_sentences(known, &mut fields);
        let id = id?;
        let parent = parent_of(&id.value);
        if let Some(parent) = &parent {
            known.check_section_parent(&id, parent, &mut fields);
        }
        Some(Section {
            id: id.value,
            parent,
            number: number?.value,
            title: title?.value,
            guidance: guidance.map(|guidance| guidance.value).unwrap_or_default(),
            reporters: reporters.into_iter().map(|kind| kind.value).collect(),
            sentences,
        })
    };
    tables.iter().filter_map(read).collect()
}

fn read_sentences(known: &Known, fields: &mut Fields<'_, '_>) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    for Located { line, value } in fields.texts("sentences", MAX_SENTENCES, MAX_SENTENCE) {
        match Sentence::parse(&value) {
            Ok(sentence) => {
                known.check_sentence(&sentence, line, fields);
                sentences.push(sentence);
            }
            Err(error) => fields.add(line, Kind::BadSentence(error)),
        }
    }
    sentences
}

/// `ii.2.c` is part of `ii.2`.
fn parent_of(id: &SectionId) -> Option<SectionId> {
    id.as_str().rsplit_once('.').and_then(|(parent, _)| parent.parse().ok())
}
