//! The narrative's texts: read with the heads that they were read at, and edited as they stood then, so
//! that whatever came meanwhile stays.

use automerge::ChangeHash;
use automerge::transaction::Transaction;
use hopluu_protocol::documents::text_figures::{Written, letters, written_at};
use hopluu_protocol::documents::texts::{self, Rewrite, Splice};
use hopluu_protocol::documents::{genesis, narrative, report, section};
use hopluu_protocol::id::{DocId, IndicatorId, SectionId, TemplateRef};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::template::Section;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::context::PeriodContext;
use super::edit_ids::NamedEdit;
use super::text_figures::TextFigure;
use crate::problem::{Problem, Reason, Refusal};

/// Longest text of one section, bytes: about twenty pages.
const MAX_TEXT_BYTES: usize = 48 * 1024;

/// A section with this unit's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextView {
    /// The section's id.
    #[schema(value_type = String)]
    pub section: SectionId,
    /// Its title.
    pub title: String,
    /// What to write in it.
    pub guidance: String,
    /// The text as it is stored. It need not be composed (NFC): do not normalise it before counting places. Each
    /// letter U+FFFC in it stands for a figure.
    pub text: String,
    /// The figures within it, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<TextFigure>,
    /// Whether figures can be put into it: its form says so, and it is a unit's text.
    #[serde(default)]
    pub may_hold_figures: bool,
    /// The version of the form that had the section, when the form has it no longer. The text is kept and
    /// stands in no report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub apart: Option<TemplateRef>,
    /// The state of the report that the text was read from: 64 hexadecimal digits each, at least one. An
    /// edit of this text names them.
    pub heads: Vec<String>,
}

/// A part of changing a text. Places are counted in Unicode scalar values, from 0: neither bytes nor the
/// UTF-16 units of JavaScript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextSplice {
    /// Where, in Unicode scalar values of the text that the splices before this one have left.
    pub at: usize,
    /// How many Unicode scalar values go.
    pub removed: usize,
    /// What comes in their place. A letter U+FFFC in it is a figure, whose cell `figures` names; without one it is
    /// left out.
    pub inserted: String,
    /// The cell of each letter U+FFFC in `inserted`, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Option<String>>)]
    pub figures: Vec<Option<IndicatorId>>,
}

/// What somebody made of a text: either `splices` or the whole `text`, and the heads it was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextEdit {
    /// The name of this edit: 16 to 64 of the letters `A-Za-z0-9_-`, by chance. Whoever did not hear what
    /// became of it sends it again under the same name; it is made once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit_id: Option<String>,
    /// The heads that came with the text that was edited; without them nobody knows what else was written
    /// meanwhile, and the edit is refused.
    #[serde(default)]
    pub heads: Vec<String>,
    /// What was done to that text, in its order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub splices: Option<Vec<TextSplice>>,
    /// The whole text as it is now; what was typed is found by comparing words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The cell of each letter U+FFFC in `text`, in their order. A letter without one is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Option<String>>)]
    pub figures: Vec<Option<IndicatorId>>,
    /// The `place` of a paragraph in conflict that is right when this edit is done: what was written in it
    /// apart, as far as these heads have it, is no conflict any more. Splices and text may be left out then:
    /// it is right as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settles: Option<String>,
}

/// A text that somebody had read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadText {
    /// The whole text, but for blanks at its end.
    pub text: String,
    /// The cell of each letter U+FFFC in it, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Option<String>>)]
    pub figures: Vec<Option<IndicatorId>>,
}

/// Where a text was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextHeads {
    /// Heads at which the section had that text, as an edit names them.
    pub heads: Vec<String>,
}

/// What became of an edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EditedText {
    /// The section with the merged text and its heads: from these the next edit is made.
    #[serde(flatten)]
    pub view: TextView,
    /// What leads from the text that the edit made to the merged one, in its order; empty when nobody else
    /// wrote meanwhile.
    pub splices: Vec<TextSplice>,
    /// The merged text's paragraphs in conflict, in their order.
    #[serde(default)]
    pub conflicts: Vec<super::TextConflict>,
    /// Whether the edit had been made before: nothing was written now.
    #[serde(default)]
    pub repeated: bool,
}

/// A part of an edit.
enum Part {
    Splice(Splice),
    /// It says that a paragraph is right.
    Settles(String),
}

impl Desk {
    /// This unit's text of a section; at the hub, the operator's for the consolidated report.
    ///
    /// # Errors
    /// When there is no such period or section.
    pub fn text(&mut self, period: PeriodId, section: &SectionId) -> Result<TextView, Refusal> {
        let context = self.period(period)?;
        // Looked up first: an unknown section is to be told of as such.
        let mut view =
            match (context.template.section(section), self.former_section(&context, section)) {
                (Some(outline), _) => view(outline, None),
                (None, Some((form, outline))) => view(&outline, Some(form)),
                (None, None) => return Err(unknown_section(section)),
            };
        view.may_hold_figures = view.apart.is_none() && self.may_hold_figures(&context)?;
        let doc = self.text_document(&context)?;
        view.heads = match self.replica.document(&doc)? {
            Some(document) => {
                let heads = document.get_heads();
                if section::is_there(document, section)? {
                    let written = written_at(document, section, &heads)?;
                    view.figures = self.figures_within(&context, &written)?;
                    view.text = written.text;
                }
                written(&heads)
            }
            // As it will begin: whoever writes first names that beginning.
            None => {
                let first = self.first_template(&context)?;
                written(&[genesis::genesis(&doc, first.as_deref())?.hash()])
            }
        };
        Ok(view)
    }

    /// The heads at which somebody may have read a text, for who has kept the text and not its heads.
    ///
    /// # Errors
    /// When there is no such period or section, or when the section never had this text.
    pub fn heads_of_text(
        &mut self,
        period: PeriodId,
        section: &SectionId,
        read: &ReadText,
    ) -> Result<TextHeads, Refusal> {
        // An unknown section is to be told of as such.
        self.text(period, section)?;
        let context = self.period(period)?;
        let doc = self.text_document(&context)?;
        let found = match self.replica.document(&doc)? {
            Some(document) if section::is_there(document, section)? => {
                let text = Written { text: read.text.clone(), figures: read.figures.clone() };
                texts::heads_of(document, section, &text)?
            }
            _ => None,
        };
        let heads = found.ok_or_else(|| {
            let problem = Problem::new("text-never-read", format!("{section} never was this text"));
            Refusal::new(Reason::NotFound, problem.arg("section", section))
        })?;
        Ok(TextHeads { heads: written(&heads) })
    }

    /// Changes this unit's text of a section, at the hub the operator's, as somebody edited it who read it
    /// at the edit's heads. What others wrote since stays.
    ///
    /// # Errors
    /// When there is no such period or section, when the period is closed, when this unit does not write
    /// for the section, when the text is too long, or when the edit names no heads, heads that this node
    /// does not have, places outside of the text, or a paragraph that is not there. Nothing is changed then.
    pub fn edit_text(
        &mut self,
        period: PeriodId,
        section: &SectionId,
        edit: &TextEdit,
        person: &str,
    ) -> Result<EditedText, Refusal> {
        let context = self.period(period)?;
        let doc = self.text_document(&context)?;
        let named = named(period, section, edit)?;
        let made = named.as_ref().map(|edit| self.made_already::<Vec<ChangeHash>>(edit));
        if let Some(own) = made.transpose()?.flatten() {
            let own_text = written_at(self.present(&doc)?, section, &own)?;
            let edited = self.edited(period, section, &own_text, &own)?;
            return Ok(EditedText { repeated: true, ..edited });
        }
        context.must_be_open()?;
        self.must_write_for(&context, section)?;
        let mut heads = read_heads(edit)?;
        self.ensure_section(&doc, &context, section)?;
        // Whoever read the section before it had a Text here saw an empty one.
        heads.extend(self.later_beginning(&doc, &context, section)?);
        let before = written_at(self.present(&doc)?, section, &heads).map_err(heads_unknown)?;
        let rewrite = read_rewrite(edit, &before)?;
        let cells = rewrite.splices.iter().flat_map(|splice| &splice.figures).flatten().collect();
        self.must_be_showable(&context, &before, &cells)?;
        if rewrite.text.text.len() > MAX_TEXT_BYTES {
            let bytes = rewrite.text.text.len();
            let problem = Problem::new("text-too-long", format!("{bytes} bytes"));
            let problem = problem.arg("bytes", bytes).arg("limit", MAX_TEXT_BYTES);
            return Err(Refusal::new(Reason::Invalid, problem));
        }
        let mut parts: Vec<Part> = rewrite.splices.into_iter().map(Part::Splice).collect();
        if let Some(place) = &edit.settles {
            self.must_be_place(&doc, section, place)?;
            parts.push(Part::Settles(place.clone()));
        }
        let edits = self.edits(person);
        let write = |tx: &mut Transaction<'_>, part: &Part| match part {
            Part::Splice(splice) => report::splice(tx, section, splice),
            Part::Settles(place) => narrative::settle(tx, place),
        };
        let own = self.replica.edit_in_parts_at(&doc, &heads, &edits, &parts, write)?;
        if let Some(edit) = named {
            self.remember_edit(&edit, std::slice::from_ref(&own))?;
        }
        self.edited(period, section, &rewrite.text, &own)
    }

    /// A section with what leads from an edit's own text, at its own heads, to the text as it is now.
    fn edited(
        &mut self,
        period: PeriodId,
        section: &SectionId,
        own_text: &Written,
        own: &[ChangeHash],
    ) -> Result<EditedText, Refusal> {
        let own_doc = self.own_texts(period)?;
        let document = self.present(&own_doc)?;
        let merged = document.get_heads();
        let splices = texts::since(document, section, own_text, own, &merged)?;
        let splices = splices.into_iter().map(TextSplice::from).collect();
        let context = self.period(period)?;
        let conflicts = self.torn(&context, &own_doc, section)?;
        Ok(EditedText { view: self.text(period, section)?, splices, conflicts, repeated: false })
    }

    /// Changes a text to `text` as it stands at this moment, for a caller who knows that nobody has read
    /// it before: what is in it now and not in `text` goes.
    ///
    /// # Errors
    /// As [`Desk::edit_text`].
    pub fn set_text(
        &mut self,
        period: PeriodId,
        section: &SectionId,
        text: &str,
        person: &str,
    ) -> Result<TextView, Refusal> {
        let heads = self.text(period, section)?.heads;
        let edit = TextEdit { heads, text: Some(text.to_owned()), ..TextEdit::default() };
        Ok(self.edit_text(period, section, &edit, person)?.view)
    }

    fn must_write_for(
        &mut self,
        context: &PeriodContext,
        section: &SectionId,
    ) -> Result<(), Refusal> {
        let Some(outline) = context.template.section(section) else {
            return Err(match self.former_section(context, section) {
                Some((form, outline)) => left_form(&outline, &form, &context.template.reference),
                None => unknown_section(section),
            });
        };
        let membership = self.membership()?;
        let unit = &membership.unit;
        let kind = &context.unit(unit)?.kind;
        if membership.is_hub() || outline.reporters.contains(kind) {
            return Ok(());
        }
        let detail = format!("{unit} does not write for {section}");
        let problem = Problem::new("section-not-yours", detail).arg("section", section);
        Err(Refusal::new(Reason::Forbidden, problem))
    }

    /// The change that gave a document the Text of a section with which it did not begin.
    fn later_beginning(
        &mut self,
        doc: &DocId,
        context: &PeriodContext,
        id: &SectionId,
    ) -> Result<Option<ChangeHash>, Refusal> {
        let first = self.first_template(context)?;
        if first.is_some_and(|first| first.section(id).is_some()) {
            return Ok(None);
        }
        Ok(Some(section::change(self.present(doc)?, id)?.hash()))
    }

    /// Where this node's people write: the unit's report, or at the hub the consolidated one. Both hold
    /// their texts alike.
    pub(super) fn text_document(&self, context: &PeriodContext) -> Result<DocId, Refusal> {
        let membership = self.membership()?;
        Ok(if membership.is_hub() {
            DocId::Consolidated(context.period)
        } else {
            context.report(&membership.unit)
        })
    }
}

fn view(outline: &Section, apart: Option<TemplateRef>) -> TextView {
    TextView {
        section: outline.id.clone(),
        title: outline.title.clone(),
        guidance: outline.guidance.clone(),
        text: String::new(),
        figures: Vec::new(),
        may_hold_figures: false,
        apart,
        heads: Vec::new(),
    }
}

fn left_form(section: &Section, form: &TemplateRef, now: &TemplateRef) -> Refusal {
    let problem = Problem::new("section-left-form", format!("{} is not in {now}", section.id))
        .arg("section", &section.id)
        .arg("title", &section.title)
        .arg("form", form.version)
        .arg("now", now.version);
    Refusal::new(Reason::NotNow, problem)
}

fn written(heads: &[ChangeHash]) -> Vec<String> {
    heads.iter().map(ChangeHash::to_string).collect()
}

/// The edit under its name, when it has one.
fn named(
    period: PeriodId,
    section: &SectionId,
    edit: &TextEdit,
) -> Result<Option<NamedEdit>, Refusal> {
    let Some(name) = &edit.edit_id else { return Ok(None) };
    let content = (period, section, &edit.splices, &edit.text);
    // What settles nothing and holds no figure is known by the same content as to programs before.
    let named = match (&edit.settles, edit.figures.as_slice()) {
        (None, []) => NamedEdit::new(name, &content),
        (Some(place), []) => NamedEdit::new(name, &(content, place)),
        (settles, figures) => NamedEdit::new(name, &(content, settles, figures)),
    };
    named.map(Some)
}

/// The heads that an edit was made from.
fn read_heads(edit: &TextEdit) -> Result<Vec<ChangeHash>, Refusal> {
    if edit.heads.is_empty() {
        let problem =
            Problem::new("text-without-heads", "the edit does not say what it was made from");
        return Err(Refusal::new(Reason::Invalid, problem));
    }
    let heads: Result<_, _> = edit.heads.iter().map(|head| head.parse::<ChangeHash>()).collect();
    heads.map_err(heads_unknown)
}

fn read_rewrite(edit: &TextEdit, before: &Written) -> Result<Rewrite, Refusal> {
    let invalid = |problem: Problem| Refusal::new(Reason::Invalid, problem);
    match (&edit.splices, &edit.text) {
        (None, None) if edit.settles.is_some() => {
            Ok(Rewrite { text: before.clone(), splices: Vec::new() })
        }
        (None, Some(text)) => {
            let mut figures = edit.figures.clone();
            figures.resize(letters(text), None);
            Ok(Rewrite::whole(before, Written { text: text.clone(), figures }))
        }
        (Some(splices), None) => {
            let splices: Vec<Splice> = splices.iter().cloned().map(Splice::from).collect();
            Rewrite::by_splices(before, &splices).ok_or_else(|| {
                invalid(Problem::new("text-splice-outside", "a splice lies outside of the text"))
            })
        }
        _ => {
            Err(invalid(Problem::new("text-edit-unclear", "an edit has either splices or a text")))
        }
    }
}

fn heads_unknown(error: impl std::fmt::Display) -> Refusal {
    Refusal::new(Reason::Invalid, Problem::new("text-heads-unknown", error))
}

fn unknown_section(section: &SectionId) -> Refusal {
    let problem = Problem::new("section-unknown", format!("no section {section}"));
    Refusal::new(Reason::NotFound, problem.arg("section", section))
}

impl From<Splice> for TextSplice {
    fn from(Splice { at, removed, inserted, figures }: Splice) -> Self {
        Self { at, removed, inserted, figures }
    }
}

impl From<TextSplice> for Splice {
    fn from(TextSplice { at, removed, inserted, figures }: TextSplice) -> Self {
        Self { at, removed, inserted, figures }
    }
}
