//! Paragraphs that people changed apart from each other: which they are, and that somebody settled one.

use std::collections::BTreeMap;

use automerge::{Change, ChangeHash};
use hopluu_protocol::documents::narrative::{Narrative, TornParagraph, ever_apart};
use hopluu_protocol::id::{DocId, SectionId};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::template::Section;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::context::PeriodContext;
use super::text_figures::TextFigure;
use super::text_lists::Told;
use crate::problem::{Problem, Reason, Refusal};

/// Reports whose texts' history is kept in memory, a few megabytes each: this period's and those beside it.
const MOST_KEPT: usize = 4;

/// A paragraph that people changed apart from each other, neither having seen what the other wrote. It stands
/// in the text merged, and may not make sense. It is settled by whoever has seen it and edits it, or says
/// with an edit that `settles` it that it is right; typing on where one was typing settles nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextConflict {
    /// Names it, for an edit that `settles` it.
    pub place: String,
    /// Where it begins, in Unicode scalar values.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// The paragraph as it is now, merged. Each letter U+FFFC in it stands for a figure.
    pub merged: String,
    /// The figures within it, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<TextFigure>,
    /// The paragraph as each of them left it: at least two.
    pub variants: Vec<TextVariant>,
}

/// A paragraph as one person left it, without what the others wrote meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextVariant {
    /// The paragraph; of several lines where others took out its line breaks. Each letter U+FFFC in it stands for a
    /// figure.
    pub written: String,
    /// The figures within it, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<TextFigure>,
    /// Who wrote last.
    pub person: String,
    /// At which machine.
    pub node: String,
    /// When, seconds since 1970 by that machine's clock.
    pub time: i64,
}

/// A section whose text has paragraphs in conflict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TornText {
    /// The section.
    #[schema(value_type = String)]
    pub section: SectionId,
    /// Its title.
    pub title: String,
    /// The state of the report that was read: an edit that settles one names it.
    pub heads: Vec<String>,
    /// Its paragraphs in conflict, in the order of the text; at least one.
    pub conflicts: Vec<TextConflict>,
}

/// What is known of the texts of some documents, each as far as it was read.
#[derive(Default)]
pub(super) struct Narratives {
    kept: Vec<(DocId, Kept)>,
    /// How many paragraphs of which sections are in conflict, and at which heads.
    counted: BTreeMap<DocId, Counted>,
}

type Counted = (Vec<ChangeHash>, BTreeMap<SectionId, usize>);

/// The history of a document's texts, and what was told of it.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) narrative: Narrative,
    pub(super) told: Told,
}

impl Desk {
    /// The history of a document's texts, as it stands; `None` when there is no such document. Reads only
    /// what was not read before.
    pub(super) fn narrative(&mut self, doc: &DocId) -> Result<Option<&mut Kept>, Refusal> {
        let Some(document) = self.replica.document(doc)? else { return Ok(None) };
        let heads = document.get_heads();
        let kept = &mut self.narratives.kept;
        let found = kept.iter().position(|(other, _)| other == doc);
        let mut entry = match found {
            Some(at) => kept.remove(at),
            None => (doc.clone(), Kept::default()),
        };
        // What was read may have been left out of the document since.
        for beginning in [entry.1.narrative.next(), 0] {
            if entry.1.narrative.heads().eq(&heads) {
                break;
            }
            if beginning == 0 {
                entry.1 = Kept::default();
            }
            for stored in self.replica.changes_from(doc, beginning, usize::MAX)? {
                let change = Change::from_bytes(stored.bytes).map_err(|error| {
                    Refusal::new(Reason::Failed, Problem::new("internal", error))
                })?;
                entry.1.narrative.take(stored.position, &change);
            }
        }
        let kept = &mut self.narratives.kept;
        kept.insert(0, entry);
        kept.truncate(MOST_KEPT);
        Ok(kept.first_mut().map(|(_, kept)| kept))
    }

    /// The paragraphs of a section that are in conflict.
    pub(super) fn torn(
        &mut self,
        context: &PeriodContext,
        doc: &DocId,
        section: &SectionId,
    ) -> Result<Vec<TextConflict>, Refusal> {
        let Some(kept) = self.narrative(doc)? else { return Ok(Vec::new()) };
        let torn = kept.narrative.torn(section).to_vec();
        torn.into_iter().map(|torn| self.torn_view(context, torn)).collect()
    }

    /// How many paragraphs are in conflict in the texts that this unit writes, by section; sections without any
    /// are left out. Where nobody ever wrote apart from others, nothing is read for it.
    pub(super) fn torn_counts(
        &mut self,
        context: &PeriodContext,
    ) -> Result<BTreeMap<SectionId, usize>, Refusal> {
        let doc = self.text_document(context)?;
        let Some(document) = self.replica.document(&doc)? else { return Ok(BTreeMap::new()) };
        let heads = document.get_heads();
        let known = self.narratives.counted.get(&doc).filter(|(at, _)| *at == heads);
        let mut counts = match known {
            Some((_, counts)) => counts.clone(),
            None => {
                let apart = ever_apart(document);
                let kept = if apart { self.narrative(&doc)? } else { None };
                let counts = kept.map_or_else(BTreeMap::new, |kept| kept.narrative.torn_counts());
                self.narratives.counted.insert(doc, (heads, counts.clone()));
                counts
            }
        };
        // A section that the form has no longer stands in no report.
        let membership = self.membership()?;
        let kind = context.roster.unit(&membership.unit).map(|unit| &unit.kind);
        let writes = |section: &Section| {
            membership.is_hub() || kind.is_some_and(|kind| section.reporters.contains(kind))
        };
        counts.retain(|section, _| context.template.section(section).is_some_and(writes));
        Ok(counts)
    }

    /// The texts of this unit's report that have paragraphs in conflict, in the form's order.
    ///
    /// # Errors
    /// When there is no such period.
    pub fn torn_texts(&mut self, period: PeriodId) -> Result<Vec<TornText>, Refusal> {
        let context = self.period(period)?;
        let counts = self.torn_counts(&context)?;
        let doc = self.text_document(&context)?;
        let mut texts = Vec::new();
        let torn = |section: &&Section| counts.contains_key(&section.id);
        for outline in context.template.sections.iter().filter(torn) {
            let heads = self.present(&doc)?.get_heads();
            texts.push(TornText {
                section: outline.id.clone(),
                title: outline.title.clone(),
                heads: heads.iter().map(ChangeHash::to_string).collect(),
                conflicts: self.torn(&context, &doc, &outline.id)?,
            });
        }
        Ok(texts)
    }

    fn torn_view(
        &mut self,
        context: &PeriodContext,
        torn: TornParagraph,
    ) -> Result<TextConflict, Refusal> {
        let mut variants = Vec::new();
        for side in torn.sides {
            variants.push(TextVariant {
                figures: self.figures_within(context, &side.text)?,
                written: side.text.text,
                person: side.person,
                node: side.node.map(|key| context.machine(&key)).unwrap_or_default(),
                time: side.time,
            });
        }
        Ok(TextConflict {
            place: torn.place,
            from: torn.from,
            to: torn.to,
            figures: self.figures_within(context, &torn.merged)?,
            merged: torn.merged.text,
            variants,
        })
    }

    /// One problem for each section with paragraphs in conflict.
    pub(super) fn told_torn(
        &mut self,
        context: &PeriodContext,
        problem: impl Fn(String) -> Problem,
    ) -> Result<Vec<Problem>, Refusal> {
        let counts = self.torn_counts(context)?;
        let told = context.template.sections.iter().filter_map(|outline| {
            let count = counts.get(&outline.id)?;
            let detail = format!("{}: {count} paragraphs in conflict", outline.id);
            Some(
                problem(detail)
                    .arg("section", &outline.id)
                    .arg("title", &outline.title)
                    .arg("count", count)
                    .arg("period", context.period),
            )
        });
        Ok(told.collect())
    }

    /// Checks that what an edit settles is a paragraph of its section.
    pub(super) fn must_be_place(
        &mut self,
        doc: &DocId,
        section: &SectionId,
        place: &str,
    ) -> Result<(), Refusal> {
        let kept = self.narrative(doc)?;
        if kept.is_some_and(|kept| kept.narrative.has(section, place)) {
            return Ok(());
        }
        let problem = Problem::new("text-place-unknown", format!("{section} has no `{place}`"));
        Err(Refusal::new(Reason::Invalid, problem))
    }
}
