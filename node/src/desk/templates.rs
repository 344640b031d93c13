//! Publishing a version of a template: for periods that are not open yet, and for those under way, which
//! move on to it (`template_moves`). First it is worked out what that means, then it is written.

use std::collections::BTreeMap;
use std::sync::Arc;

use hopluu_protocol::documents::{calendar, template};
use hopluu_protocol::id::{DocId, TemplateRef};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::template::{Template, reused_ids};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::context::PeriodContext;
use super::template_moves::PeriodMove;
use super::turn::Turn;
use crate::problem::{Place, Problem, Reason, Refusal};

/// A template that is to be published.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Publication {
    /// The text of the template file.
    pub template: String,
    /// Its name, for messages.
    pub template_file: String,
    /// The period from which on it is followed: that one and all that do not end before it.
    #[schema(value_type = String)]
    pub from: PeriodId,
    /// Whether to publish it; else it is only said what would happen.
    #[serde(default)]
    pub yes: bool,
}

/// What publishing a template does, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Published {
    /// The template.
    #[schema(value_type = String)]
    pub template: TemplateRef,
    /// From which period on.
    #[schema(value_type = String)]
    pub from: PeriodId,
    /// Whether it was done; else it was only asked.
    pub done: bool,
    /// Whether all of it had been done before.
    pub was_there: bool,
    /// What is odd about the template.
    pub warnings: Vec<Problem>,
    /// The periods that are in the calendar already and do not end before `from`.
    pub periods: Vec<PeriodMove>,
}

/// A publication that is being worked out.
pub(crate) struct Publishing {
    publication: Publication,
    new: Arc<Template>,
    /// Whether the template itself is there already.
    is_published: bool,
    published: Published,
    /// Periods that move and whose units are still to be looked at: which, how many units were, and what is
    /// needed.
    left: Vec<(usize, usize, PeriodContext)>,
}

impl Publishing {
    /// Whether every unit's draft has been looked at.
    pub(crate) fn is_complete(&self) -> bool {
        self.left.is_empty()
    }
}

impl Desk {
    /// Begins to publish a version of a template, or to say what that would do: everything but a look at the
    /// units' drafts, and without writing anything.
    ///
    /// # Errors
    /// When this is no hub, when the template is not valid, when its version is another template or an
    /// older one, when a period under way follows a template of another name, or when a row keeps its id
    /// and means something else. Nothing is changed then.
    pub(crate) fn begin_publishing(
        &mut self,
        publication: Publication,
    ) -> Result<Publishing, Refusal> {
        self.hub_only()?;
        let file = publication.template_file.as_str();
        let parsed = Template::parse(&publication.template).map_err(|found| {
            let problems = found.iter().map(|problem| Problem::of_template(problem, file));
            Refusal { reason: Reason::Invalid, problems: problems.collect() }
        })?;
        let new = Arc::new(parsed.template);
        let is_published = self.check_version(&new.reference, &publication.template, file)?;
        let contexts = self.periods_to_move(&new, publication.from, file)?;
        let is_open = |context: &&PeriodContext| context.lock.is_none();
        let is_followed = self.calendar()?.templates.get(&publication.from) == Some(&new.reference);
        let warnings = parsed.warnings.iter().map(|problem| Problem::of_template(problem, file));
        let published = Published {
            template: new.reference.clone(),
            from: publication.from,
            done: false,
            was_there: is_published && is_followed && !contexts.iter().any(|it| is_open(&it)),
            warnings: warnings.collect(),
            periods: contexts.iter().map(|context| PeriodMove::of(context, &new)).collect(),
        };
        let left = contexts.into_iter().enumerate().map(|(at, context)| (at, 0, context));
        let left = left.filter(|(_, _, context)| is_open(&context)).collect();
        Ok(Publishing { publication, new, is_published, published, left })
    }

    /// Looks at the next units' drafts, for as long as one turn of the keeper may take.
    pub(crate) fn look_at_drafts(&mut self, publishing: &mut Publishing) -> Result<(), Refusal> {
        let turn = Turn::begin();
        let Publishing { new, published, left, .. } = publishing;
        while let Some((at, looked_at, context)) = left.last_mut() {
            for unit in context.roster.units.iter().skip(*looked_at) {
                *looked_at += 1;
                let moved = self.unit_move(context, unit, new)?;
                if let Some(period) = published.periods.get_mut(*at) {
                    period.units.extend(moved);
                }
                if turn.is_over() {
                    return Ok(());
                }
            }
            left.pop();
        }
        Ok(())
    }

    /// Writes what was asked for. What was found is looked at again: others may have written meanwhile.
    pub(crate) fn finish_publishing(
        &mut self,
        publishing: Publishing,
        person: &str,
    ) -> Result<Published, Refusal> {
        let Publishing { publication, mut published, .. } = publishing;
        if !publication.yes || published.was_there {
            return Ok(published);
        }
        let Publishing { publication, new, is_published, left, .. } =
            self.begin_publishing(publication)?;
        if !is_published {
            let template = Template::clone(&new);
            self.publish_templates(&[(template, publication.template.as_str())], person)?;
        }
        // Older versions would otherwise come back with a later period.
        let calendar = self.calendar()?;
        let superseded = calendar.templates.iter().filter(|(from, template)| {
            from.ends() >= publication.from.ends()
                && template.id == new.reference.id
                && template.version < new.reference.version
        });
        let edits = self.edits(person);
        self.replica.edit(&DocId::Calendar, &edits, |tx| {
            for (_, _, context) in &left {
                calendar::add_revision(tx, context.period, &new.reference)?;
            }
            for (from, _) in superseded {
                calendar::stop_template_from(tx, *from)?;
            }
            calendar::use_template_from(tx, publication.from, &new.reference)
        })?;
        published.done = true;
        Ok(published)
    }

    /// Whether this very text has been published under its name already; refuses another text under a
    /// name that is taken, and a version that is not the newest.
    fn check_version(
        &mut self,
        reference: &TemplateRef,
        source: &str,
        file: &str,
    ) -> Result<bool, Refusal> {
        let published = self.template_references().into_iter();
        let newest =
            published.filter(|other| other.id == reference.id).map(|other| other.version).max();
        let doc = DocId::Template(reference.clone());
        let there = match self.replica.document(&doc)? {
            Some(document) => template::source(document)?,
            None => None,
        };
        if there.as_deref() == Some(source) {
            return Ok(true);
        }
        let newest = newest.unwrap_or_default();
        let detail = format!("{reference}, and {newest} is published");
        let problem = match there {
            Some(_) => Problem::new("publish-version-taken", detail).arg("template", reference),
            None if newest > reference.version => {
                Problem::new("publish-version-old", detail).arg("version", reference.version)
            }
            // Nothing of it is there, or the power went before the last part of it was.
            None => return Ok(false),
        };
        let problem = problem.arg("next", newest.saturating_add(1));
        let place = Place { file: Some(file.to_owned()), ..Place::default() };
        Err(Refusal::new(Reason::Invalid, problem.at(place)))
    }

    /// The periods in the calendar that do not end before `from` and do not follow `new` yet, closed ones too.
    fn periods_to_move(
        &mut self,
        new: &Template,
        from: PeriodId,
        file: &str,
    ) -> Result<Vec<PeriodContext>, Refusal> {
        let calendar = self.calendar()?;
        let mut problems = Vec::new();
        let mut contexts = Vec::new();
        for period in calendar.periods.keys().filter(|period| period.ends() >= from.ends()) {
            let context = self.period(*period)?;
            let before = &context.template.reference;
            let is_older = before.id == new.reference.id && new.reference.version < before.version;
            if is_older || context.versions.contains(&new.reference) {
                continue;
            }
            if context.lock.is_none() {
                problems.extend(self.against(&context, new));
            }
            contexts.push(context);
        }
        if problems.is_empty() {
            return Ok(contexts);
        }
        let at_file = |problem: Problem| {
            problem.at(Place { file: Some(file.to_owned()), ..Place::default() })
        };
        let problems = problems.into_iter().map(at_file).collect();
        Err(Refusal { reason: Reason::Invalid, problems })
    }

    /// Why a period under way cannot move on to a template.
    fn against(&mut self, context: &PeriodContext, new: &Template) -> Vec<Problem> {
        let before = &context.template.reference;
        if before.id != new.reference.id {
            let detail = format!("{} follows {before}, not {}", context.period, new.reference);
            let problem = Problem::new("publish-other-template", detail)
                .arg("period", context.period)
                .arg("before", &before.id)
                .arg("id", &new.reference.id);
            return vec![problem];
        }
        // A draft may hold what was typed under any of them.
        let mut reused = BTreeMap::new();
        let mut held_figures = false;
        for version in &context.versions {
            let Ok(old) = self.template(version) else { continue };
            held_figures |= old.figures_in_texts;
            for row in reused_ids(&old, new) {
                reused.entry(row.id.clone()).or_insert(row);
            }
        }
        let told = reused.into_values().map(|row| {
            let detail = format!("{}: {} would be {}", row.id, row.before, row.after);
            Problem::new("publish-reused-id", detail)
                .arg("period", context.period)
                .arg("before", row.before)
                .arg("after", row.after)
                .at_indicator(row.id)
        });
        // Programs that do not know figures would read this form, and print an empty box for each.
        let gives_up_figures = (held_figures && !new.figures_in_texts).then(|| {
            let detail = format!("texts of {} may hold figures", context.period);
            Problem::new("publish-without-figures", detail).arg("period", context.period)
        });
        told.chain(gives_up_figures).collect()
    }
}
