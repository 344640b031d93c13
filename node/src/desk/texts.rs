//! The narrative's texts.

use automerge::transaction::Transaction;
use hopluu_protocol::documents::report::{self, Splice};
use hopluu_protocol::documents::section;
use hopluu_protocol::id::{DocId, SectionId, TemplateRef};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::replica::ReplicaError;
use hopluu_protocol::template::Section;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::context::PeriodContext;
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
    /// The text.
    pub text: String,
    /// The version of the form that had the section, when the form has it no longer. The text is kept and
    /// stands in no report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub apart: Option<TemplateRef>,
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
        let doc = self.text_document(&context)?;
        if let Some(document) = self.replica.document(&doc)?
            && section::is_there(document, section)?
        {
            view.text = report::text(document, section)?;
        }
        Ok(view)
    }

    /// Changes this unit's text of a section; at the hub, the operator's.
    ///
    /// # Errors
    /// When there is no such period or section, when the period is closed, when this unit does not write
    /// for the section, or when the text is too long.
    pub fn set_text(
        &mut self,
        period: PeriodId,
        section: &SectionId,
        text: &str,
        person: &str,
    ) -> Result<TextView, Refusal> {
        let context = self.period(period)?;
        context.must_be_open()?;
        let Some(outline) = context.template.section(section) else {
            return Err(match self.former_section(&context, section) {
                Some((form, outline)) => left_form(&outline, &form, &context.template.reference),
                None => unknown_section(section),
            });
        };
        let membership = self.membership()?;
        let unit = &membership.unit;
        let kind = &context.unit(unit)?.kind;
        if !membership.is_hub() && !outline.reporters.contains(kind) {
            let detail = format!("{unit} does not write for {section}");
            let problem = Problem::new("section-not-yours", detail).arg("section", section);
            return Err(Refusal::new(Reason::Forbidden, problem));
        }
        if text.len() > MAX_TEXT_BYTES {
            let problem = Problem::new("text-too-long", format!("{} bytes", text.len()));
            let problem = problem.arg("bytes", text.len()).arg("limit", MAX_TEXT_BYTES);
            return Err(Refusal::new(Reason::Invalid, problem));
        }
        let doc = self.text_document(&context)?;
        self.ensure_section(&doc, &context, section)?;
        let missing = || ReplicaError::UnknownDocument { doc: doc.clone() };
        let document = self.replica.document(&doc)?.ok_or_else(missing)?;
        let parts = report::splices(document, section, text)?;
        let edits = self.edits(person);
        let write = |tx: &mut Transaction<'_>, part: &Splice| report::splice(tx, section, part);
        self.replica.edit_in_parts(&doc, &edits, &parts, write)?;
        self.text(period, section)
    }

    /// Where this node's people write: the unit's report, or at the hub the consolidated one. Both hold
    /// their texts alike.
    fn text_document(&self, context: &PeriodContext) -> Result<DocId, Refusal> {
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
        apart,
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

fn unknown_section(section: &SectionId) -> Refusal {
    let problem = Problem::new("section-unknown", format!("no section {section}"));
    Refusal::new(Reason::NotFound, problem.arg("section", section))
}
