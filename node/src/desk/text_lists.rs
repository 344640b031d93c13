//! The texts of a period as a list, what a text was before, and what was written in the period before.

use std::collections::BTreeMap;

use automerge::ChangeHash;
use hopluu_protocol::documents::narrative::Touch;
use hopluu_protocol::documents::text_figures::Written;
use hopluu_protocol::documents::text_history;
use hopluu_protocol::id::{DocId, SectionId};
use hopluu_protocol::period::PeriodId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::context::PeriodContext;
use super::figure_views::AtHub;
use super::text_conflicts::Kept;
use super::text_figures::TextFigure;
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
    /// How many paragraphs are in conflict.
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
    /// The text as it was then, with the numbers as they were then.
    pub text: String,
}

/// A text with what stands beside it on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextGrown {
    /// The text.
    #[serde(flatten)]
    pub view: TextView,
    /// What was written in the period before; empty when nothing was. Each letter U+FFFC in it stands for a figure.
    pub previous: String,
    /// The figures within it, as that period has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previous_figures: Vec<TextFigure>,
    /// Its paragraphs in conflict, in the order of the text.
    pub conflicts: Vec<super::TextConflict>,
}

/// What was told of a report's texts, so that nothing is worked out twice.
#[derive(Default)]
pub(super) struct Told {
    /// How many words a section has, after how many touches.
    words: BTreeMap<SectionId, (usize, usize)>,
    /// The versions of the section whose history was asked for last.
    versions: Option<(SectionId, Vec<Version>)>,
}

/// What a change left, and how many words of it are other than in the version before.
struct Version {
    change: ChangeHash,
    text: Written,
    words_added: usize,
    words_removed: usize,
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
        let ours = |section: &&hopluu_protocol::template::Section| {
            membership.is_hub() || section.reporters.contains(&kind)
        };
        let mut nothing_yet = Kept::default();
        let kept = self.narrative(&doc)?.unwrap_or(&mut nothing_yet);
        let sections = context.template.sections.iter().filter(ours);
        Ok(sections.map(|outline| kept.summary(&outline.id, at_hub)).collect())
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
        let Some(kept) = self.narrative(&doc)? else { return Ok(Vec::new()) };
        let mut versions = Vec::new();
        for (change, written, mut version) in kept.versions(&context, section) {
            version.text = self.in_words_then(&context, change, &written)?;
            versions.push(version);
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
        let (previous, previous_figures) = match period.previous() {
            Some(previous) => self.text_then(previous, section)?,
            None => Default::default(),
        };
        let context = self.period(period)?;
        let doc = self.text_document(&context)?;
        let conflicts = self.torn(&context, &doc, section)?;
        Ok(TextGrown { view, previous, previous_figures, conflicts })
    }

    /// A section's text in another period; empty where there is none.
    fn text_then(
        &mut self,
        period: PeriodId,
        section: &SectionId,
    ) -> Result<(String, Vec<TextFigure>), Refusal> {
        match self.text(period, section) {
            Ok(view) => Ok((view.text, view.figures)),
            Err(refusal) if matches!(refusal.reason, Reason::NotFound | Reason::NotNow) => {
                Ok(Default::default())
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

impl Kept {
    fn summary(&mut self, section: &SectionId, at_hub: &AtHub) -> TextSummary {
        let conflicts = self.narrative.torn(section).len();
        let touches = self.narrative.touches(section);
        let counted = self.told.words.get(section).filter(|(after, _)| *after == touches.len());
        let words = counted.map_or_else(
            || self.narrative.text(section).text.split_whitespace().count(),
            |(_, words)| *words,
        );
        self.told.words.insert(section.clone(), (touches.len(), words));
        let last = touches.last();
        TextSummary {
            section: section.clone(),
            words,
            at_hub: touches.iter().all(|touch| at_hub.has(touch.position)),
            changed_at: last.map(|touch| touch.time.saturating_mul(1000)),
            changed_by: last.map(|touch| touch.person.clone()).unwrap_or_default(),
            conflicts,
        }
    }

    /// Each version with the change that left it and its text, which is not in words yet.
    fn versions(
        &mut self,
        context: &PeriodContext,
        section: &SectionId,
    ) -> Vec<(ChangeHash, Written, TextVersion)> {
        let sittings = sittings(self.narrative.touches(section));
        let skipped = sittings.len().saturating_sub(MOST_VERSIONS);
        // The one before the first that is listed says what that one changed.
        let from = skipped.saturating_sub(1);
        let listed = sittings.get(from..).unwrap_or_default();
        let mut known = match self.told.versions.take() {
            Some((of, known)) if of == *section => known,
            _ => Vec::new(),
        };
        let same = known.iter().zip(listed).take_while(|(one, touch)| one.change == touch.change);
        let same = same.count();
        known.truncate(same);
        let new = listed.get(same..).unwrap_or_default();
        for (touch, text) in new.iter().zip(self.narrative.texts_after(section, new)) {
            let before = known.last().map_or("", |version: &Version| &version.text.text);
            let (words_added, words_removed) = text_history::words_changed(before, &text.text);
            known.push(Version { change: touch.change, text, words_added, words_removed });
        }
        let told = listed.iter().zip(&known).skip(skipped - from).map(|(touch, version)| {
            let node = touch.node.map(|key| context.machine(&key));
            let told = TextVersion {
                person: touch.person.clone(),
                node: node.unwrap_or_default(),
                time: touch.time,
                words_added: version.words_added,
                words_removed: version.words_removed,
                text: String::new(),
            };
            (version.change, version.text.clone(), told)
        });
        let told = told.collect();
        self.told.versions = Some((section.clone(), known));
        told
    }
}

/// The last change of each sitting.
fn sittings(touches: &[Touch]) -> Vec<Touch> {
    let mut sittings: Vec<Touch> = Vec::new();
    for touch in touches {
        match sittings.last_mut() {
            Some(last)
                if last.person == touch.person
                    && last.node == touch.node
                    && touch.time.saturating_sub(last.time) <= SAME_VERSION =>
            {
                *last = touch.clone();
            }
            _ => sittings.push(touch.clone()),
        }
    }
    sittings
}
