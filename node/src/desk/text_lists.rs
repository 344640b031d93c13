//! The texts of a period as a list, what a text was before, and what was written in the period before.

use hopluu_protocol::documents::{report, section, text_history};
use hopluu_protocol::id::{DocId, SectionId};
use hopluu_protocol::period::PeriodId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::context::PeriodContext;
use super::figure_views::AtHub;
use super::texts::TextView;
use crate::problem::{Problem, Reason, Refusal};

/// Whoever goes on writing within so many seconds is still at the same version.
const SAME_VERSION: i64 = 30 * 60;

/// Most versions that are listed, the latest.
const MOST_VERSIONS: usize = 200;

/// A section's text, without the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextSummary {
    /// The section.
    #[schema(value_type = String)]
    pub section: SectionId,
    /// How many words it has.
    pub words: usize,
    /// Whether the hub has acknowledged every change of it.
    pub at_hub: bool,
    /// When it was changed last, milliseconds since 1970 by that machine's clock.
    pub changed_at: Option<i64>,
    /// Who changed it last.
    pub changed_by: String,
    /// How many paragraphs are in conflict. Not looked for yet: always 0.
    pub conflicts: usize,
}

/// What a text was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextVersion {
    /// Who wrote.
    pub person: String,
    /// At which machine.
    pub node: String,
    /// When, seconds since 1970 by that machine's clock.
    pub time: i64,
    /// How many words came.
    pub words_added: usize,
    /// How many words went.
    pub words_removed: usize,
    /// The text as it was then.
    pub text: String,
}

/// A text with what stands beside it on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextGrown {
    /// The text.
    #[serde(flatten)]
    pub view: TextView,
    /// What was written in the period before; empty when nothing was.
    pub previous: String,
    /// Paragraphs in conflict. Not looked for yet: always empty.
    pub conflicts: Vec<super::TextConflict>,
}

/// A paragraph that two people changed apart from each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextConflict {
    /// Where it begins, in Unicode scalar values.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// The paragraph as each of them had it.
    pub variants: Vec<super::EntryView>,
}

impl Desk {
    /// The texts of a period that this unit writes, in the form's order.
    ///
    /// # Errors
    /// When there is no such period.
    pub(crate) fn texts(
        &mut self,
        period: PeriodId,
        at_hub: &AtHub,
    ) -> Result<Vec<TextSummary>, Refusal> {
        let context = self.period(period)?;
        let membership = self.membership()?.clone();
        let kind = context.unit(&membership.unit)?.kind.clone();
        let doc = self.text_document(&context)?;
        let touches = match self.replica.document(&doc)? {
            Some(document) => text_history::touches(document)?,
            None => Default::default(),
        };
        let ours = |section: &&hopluu_protocol::template::Section| {
            membership.is_hub() || section.reporters.contains(&kind)
        };
        let mut summaries = Vec::new();
        for outline in context.template.sections.iter().filter(ours) {
            let text = match self.replica.document(&doc)? {
                Some(document) if section::is_there(document, &outline.id)? => {
                    report::text(document, &outline.id)?
                }
                _ => String::new(),
            };
            let touched = touches.get(&outline.id).map_or(&[][..], Vec::as_slice);
            let mut is_at_hub = true;
            for touch in touched.iter().filter(|touch| touch.node.is_some()) {
                let position = self.replica.position(&doc, &touch.change)?;
                is_at_hub &= position.is_some_and(|position| at_hub.has(position));
            }
            // Empty texts come with the form; nobody wrote them.
            let last = touched.iter().rev().find(|touch| touch.node.is_some());
            summaries.push(TextSummary {
                section: outline.id.clone(),
                words: text.split_whitespace().count(),
                at_hub: is_at_hub,
                changed_at: last.map(|touch| touch.time.saturating_mul(1000)),
                changed_by: last.map(|touch| touch.person.clone()).unwrap_or_default(),
                conflicts: 0,
            });
        }
        Ok(summaries)
    }

    /// What this unit's text of a section was, the latest version last.
    ///
    /// # Errors
    /// When there is no such period or section.
    pub fn text_history(
        &mut self,
        period: PeriodId,
        section: &SectionId,
    ) -> Result<Vec<TextVersion>, Refusal> {
        // An unknown section is to be told of as such.
        self.text(period, section)?;
        let context = self.period(period)?;
        let doc = self.text_document(&context)?;
        let Some(document) = self.replica.document(&doc)? else { return Ok(Vec::new()) };
        let mut touches = text_history::touches(document)?.remove(section).unwrap_or_default();
        touches.retain(|touch| touch.node.is_some());
        // The last change of each sitting.
        let mut sittings: Vec<text_history::Touch> = Vec::new();
        for touch in touches {
            match sittings.last_mut() {
                Some(last)
                    if last.person == touch.person
                        && last.node == touch.node
                        && touch.time.saturating_sub(last.time) <= SAME_VERSION =>
                {
                    *last = touch;
                }
                _ => sittings.push(touch),
            }
        }
        let skipped = sittings.len().saturating_sub(MOST_VERSIONS);
        let mut before = match skipped.checked_sub(1).and_then(|at| sittings.get(at)) {
            Some(touch) => text_history::text_after(document, section, touch.change)?,
            None => None,
        }
        .unwrap_or_default();
        let mut versions = Vec::new();
        for touch in sittings.into_iter().skip(skipped) {
            let text =
                text_history::text_after(document, section, touch.change)?.unwrap_or_default();
            let (words_added, words_removed) = text_history::words_changed(&before, &text);
            before.clone_from(&text);
            let node = touch.node.map(|key| match context.roster.node(&key) {
                Some(node) => node.name.clone(),
                None => key.short().to_string(),
            });
            versions.push(TextVersion {
                person: touch.person,
                node: node.unwrap_or_default(),
                time: touch.time,
                words_added,
                words_removed,
                text,
            });
        }
        Ok(versions)
    }

    /// A text with what stands beside it on the screen.
    ///
    /// # Errors
    /// As [`Desk::text`].
    pub fn text_beside(
        &mut self,
        period: PeriodId,
        section: &SectionId,
    ) -> Result<TextGrown, Refusal> {
        let view = self.text(period, section)?;
        let previous = match period.previous() {
            Some(previous) => self.text_then(previous, section)?,
            None => String::new(),
        };
        Ok(TextGrown { view, previous, conflicts: Vec::new() })
    }

    /// A section's text in another period; empty where there is none.
    fn text_then(&mut self, period: PeriodId, section: &SectionId) -> Result<String, Refusal> {
        match self.text(period, section) {
            Ok(view) => Ok(view.text),
            Err(refusal) if matches!(refusal.reason, Reason::NotFound | Reason::NotNow) => {
                Ok(String::new())
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// What of a report some of its newest changes touched: the part behind `from`.
    pub(crate) fn touched_from(
        &mut self,
        doc: &DocId,
        from: u32,
    ) -> Result<text_history::Touched, Refusal> {
        let stored = self.replica.changes_from(doc, from, usize::MAX)?;
        let changes = stored
            .iter()
            .map(|change| automerge::Change::from_bytes(change.bytes.to_vec()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))?;
        match self.replica.document(doc)? {
            Some(document) => Ok(text_history::touched(document, &changes)?),
            None => Ok(text_history::Touched::default()),
        }
    }

    /// The document of this unit's report for a period.
    pub(crate) fn own_report(&self, period: PeriodId) -> Result<DocId, Refusal> {
        Ok(DocId::Report(period, self.membership()?.unit.clone()))
    }

    /// The document that this node's texts of a period lie in.
    pub(crate) fn own_texts(&mut self, period: PeriodId) -> Result<DocId, Refusal> {
        let context: PeriodContext = self.period(period)?;
        self.text_document(&context)
    }
}
