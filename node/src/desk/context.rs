//! The town as this node knows it: roster, calendar and templates, read once and kept until they change.

use std::collections::BTreeMap;
use std::sync::Arc;

use automerge::ChangeHash;
use hopluu_protocol::documents::calendar::{Calendar, Lock};
use hopluu_protocol::documents::{DocumentError, calendar, genesis, roster, section, template};
use hopluu_protocol::id::{DocGroup, DocId, SectionId, TemplateRef, UnitCode};
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::period::{PeriodDays, PeriodId};
use hopluu_protocol::replica::{Scope, TagRange};
use hopluu_protocol::roster::{Roster, Unit};
use hopluu_protocol::template::Template;
use jiff::civil::Date;

use super::Desk;
use crate::problem::{Problem, Reason, Refusal};

/// What was read last, with the heads it was read at.
#[derive(Default)]
pub(super) struct TownCache {
    roster: Option<(Vec<ChangeHash>, Arc<Roster>)>,
    calendar: Option<(Vec<ChangeHash>, Arc<Calendar>)>,
    templates: BTreeMap<TemplateRef, Arc<Template>>,
    /// Templates that this program cannot read, and why, with the heads at which it was tried.
    not_understood: BTreeMap<TemplateRef, (Vec<ChangeHash>, String)>,
}

/// What is needed to read or write reports of a period.
#[derive(Clone)]
pub(super) struct PeriodContext {
    pub(super) period: PeriodId,
    pub(super) days: PeriodDays,
    /// The newest version of the period's template that is here and that this program can read.
    pub(super) template: Arc<Template>,
    /// All versions that the period has followed, oldest first. Its reports begin with the first.
    pub(super) versions: Vec<TemplateRef>,
    /// Why newer versions are not used.
    pub(super) unready: Vec<Problem>,
    pub(super) roster: Arc<Roster>,
    pub(super) lock: Option<Lock>,
    /// This node's unit.
    pub(super) own: Option<UnitCode>,
}

impl Desk {
    /// The roster.
    ///
    /// # Errors
    /// When this node belongs to no unit, when it has not arrived yet, or cannot be read.
    pub fn roster(&mut self) -> Result<Arc<Roster>, Refusal> {
        self.membership()?;
        let heads = self.heads(&DocId::Roster)?;
        if let Some((at, roster)) = &self.town.roster
            && *at == heads
        {
            return Ok(Arc::clone(roster));
        }
        let roster = Arc::new(roster::read(self.present(&DocId::Roster)?)?);
        self.town.roster = Some((heads, Arc::clone(&roster)));
        Ok(roster)
    }

    /// The calendar.
    ///
    /// # Errors
    /// When this node belongs to no unit, when it has not arrived yet, or cannot be read.
    pub fn calendar(&mut self) -> Result<Arc<Calendar>, Refusal> {
        self.membership()?;
        let heads = self.heads(&DocId::Calendar)?;
        if let Some((at, calendar)) = &self.town.calendar
            && *at == heads
        {
            return Ok(Arc::clone(calendar));
        }
        let calendar = Arc::new(calendar::read(self.present(&DocId::Calendar)?)?);
        self.town.calendar = Some((heads, Arc::clone(&calendar)));
        Ok(calendar)
    }

    /// A template. Published versions never change, so one is read only once.
    ///
    /// # Errors
    /// When it has not arrived yet, or when this program cannot read it.
    pub fn template(&mut self, reference: &TemplateRef) -> Result<Arc<Template>, Refusal> {
        if let Some(template) = self.town.templates.get(reference) {
            return Ok(Arc::clone(template));
        }
        let id = DocId::Template(reference.clone());
        let heads = self.heads(&id)?;
        if let Some((at, why)) = self.town.not_understood.get(reference)
            && *at == heads
        {
            return Err(not_understood(reference, why));
        }
        let read = match template::read(self.present(&id)?) {
            Err(DocumentError::Template { why }) => {
                let refusal = not_understood(reference, &why);
                self.town.not_understood.insert(reference.clone(), (heads, why));
                return Err(refusal);
            }
            read => read?,
        };
        let template = Arc::new(read.ok_or_else(|| not_arrived(&id))?);
        self.town.templates.insert(reference.clone(), Arc::clone(&template));
        Ok(template)
    }

    /// All templates that are here as a whole.
    pub(crate) fn known_templates(&mut self) -> Vec<Arc<Template>> {
        let references = self.template_references();
        references.iter().filter_map(|reference| self.template(reference).ok()).collect()
    }

    /// The template that the reports of each period begin with; of none before the calendar has arrived.
    pub(crate) fn first_templates(&mut self) -> BTreeMap<PeriodId, TemplateRef> {
        let Ok(calendar) = self.calendar() else { return BTreeMap::new() };
        let periods = calendar.periods.iter();
        periods.map(|(period, entry)| (*period, entry.template.clone())).collect()
    }

    /// The names of all templates of which something is here.
    pub(super) fn template_references(&self) -> Vec<TemplateRef> {
        let town = Scope::of([DocGroup::Town]);
        let entries = self.replica.index().entries(&town, TagRange::FULL);
        entries
            .filter_map(|(_, entry)| match &entry.doc {
                DocId::Template(reference) => Some(reference.clone()),
                _ => None,
            })
            .collect()
    }

    /// Everything about a period, which must be one of the calendar's.
    pub(super) fn period(&mut self, period: PeriodId) -> Result<PeriodContext, Refusal> {
        let calendar = self.calendar()?;
        let versions = calendar.versions(period);
        if versions.is_empty() {
            return Err(unknown_period(&calendar, period));
        }
        let (template, unready) = self.newest_usable(&versions)?;
        let days = period.days(&template.period_rule)?;
        Ok(PeriodContext {
            period,
            days,
            template,
            versions,
            unready,
            roster: self.roster()?,
            lock: calendar.locks.get(&period).cloned(),
            own: self.membership.as_ref().map(|place| place.unit.clone()),
        })
    }

    /// The newest of some versions that can be used, and why those after it cannot. What people type goes
    /// on under the version that they know: a later one that is still under way, or that only a newer
    /// program understands, is no reason to stop.
    fn newest_usable(
        &mut self,
        versions: &[TemplateRef],
    ) -> Result<(Arc<Template>, Vec<Problem>), Refusal> {
        let mut unready = Vec::new();
        for reference in versions.iter().rev() {
            match self.template(reference) {
                Ok(template) => return Ok((template, unready)),
                Err(refusal) if refusal.is("not-arrived") => {
                    let detail = format!("{reference} is not here");
                    let problem = Problem::new("template-not-arrived", detail);
                    unready.push(problem.arg("template", reference));
                }
                Err(refusal) if refusal.is("template-not-understood") => {
                    unready.extend(refusal.problems);
                }
                Err(refusal) => return Err(refusal),
            }
        }
        Err(Refusal { reason: Reason::NotNow, problems: unready })
    }

    /// Makes sure that a document exists, beginning with its genesis. Reports, and what the operator adds to
    /// them, begin with the first version of their period's template, whatever the period follows now.
    pub(super) fn ensure(
        &mut self,
        doc: &DocId,
        context: Option<&PeriodContext>,
    ) -> Result<(), Refusal> {
        if self.replica.summary(doc).is_none() {
            let template = match context {
                Some(context) => self.first_template(context)?,
                None => None,
            };
            self.replica.create(doc, genesis::genesis(doc, template.as_deref())?)?;
        }
        Ok(())
    }

    /// The version of a period's template with which its reports begin.
    pub(super) fn first_template(
        &mut self,
        context: &PeriodContext,
    ) -> Result<Option<Arc<Template>>, Refusal> {
        context.versions.first().map(|first| self.template(first)).transpose()
    }

    /// Makes sure that a document has the text of a section, which it need not have begun with.
    pub(super) fn ensure_section(
        &mut self,
        doc: &DocId,
        context: &PeriodContext,
        id: &SectionId,
    ) -> Result<(), Refusal> {
        self.ensure(doc, Some(context))?;
        let document = self.present(doc)?;
        if !section::is_there(document, id)? {
            let change = section::change(document, id)?;
            self.replica.add_fixed(doc, change)?;
        }
        Ok(())
    }

    /// A document that must be here.
    pub(super) fn present(&mut self, doc: &DocId) -> Result<&automerge::Automerge, Refusal> {
        self.replica.document(doc)?.ok_or_else(|| not_arrived(doc))
    }

    fn heads(&self, doc: &DocId) -> Result<Vec<ChangeHash>, Refusal> {
        Ok(self.replica.summary(doc).ok_or_else(|| not_arrived(doc))?.heads.clone())
    }
}

impl PeriodContext {
    /// A unit that must be in the roster.
    pub(super) fn unit(&self, code: &UnitCode) -> Result<&Unit, Refusal> {
        self.roster.unit(code).ok_or_else(|| unknown_unit(code))
    }

    /// A machine's name from the roster, else the beginning of its key.
    pub(super) fn machine(&self, key: &NodeKey) -> String {
        let node = self.roster.node(key).map(|node| node.name.clone());
        node.unwrap_or_else(|| key.short().to_string())
    }

    /// The document of a unit's report.
    pub(super) fn report(&self, unit: &UnitCode) -> DocId {
        DocId::Report(self.period, unit.clone())
    }

    /// Refuses writing into a closed period, and into one that this node's unit does not report for: it did
    /// not exist on the period's last day, so that nothing of it would be counted.
    pub(super) fn must_be_open(&self) -> Result<(), Refusal> {
        let own = self.own.as_ref().and_then(|own| self.roster.unit(own));
        match &self.lock {
            None => match own.filter(|unit| !unit.exists_on(self.days.last)) {
                None => Ok(()),
                Some(unit) => Err(not_in_period(unit, self.period, self.days.last)),
            },
            Some(lock) => {
                let problem = Problem::new("period-locked", format!("{} is closed", self.period));
                let problem = problem.arg("period", self.period).arg("reason", &lock.reason);
                Err(Refusal::new(Reason::NotNow, problem))
            }
        }
    }
}

fn not_in_period(unit: &Unit, period: PeriodId, last: Date) -> Refusal {
    // One that begins later has not ended, whenever it will.
    let ended = unit.valid_to.filter(|to| *to < last);
    let detail = format!("{} did not exist at the end of {period}", unit.code);
    let problem = Problem::new("unit-not-in-period", detail).arg("unit", &unit.short_name);
    let problem = problem.arg("period", period);
    let day = |problem: Problem, name: &str, day: Option<Date>| match day {
        Some(day) => problem.arg_day(name, day),
        None => problem.arg(name, "none"),
    };
    Refusal::new(Reason::NotNow, day(day(problem, "from", unit.valid_from), "to", ended))
}

/// The refusal for a period that the calendar does not have.
pub(super) fn unknown_period(calendar: &Calendar, period: PeriodId) -> Refusal {
    let known: Vec<String> = calendar.periods.keys().map(ToString::to_string).collect();
    let problem = Problem::new("period-unknown", format!("no period {period}"));
    let problem = problem.arg("period", period).arg("known", known.join(", "));
    Refusal::new(Reason::NotFound, problem)
}

/// The refusal for a unit that the roster does not have.
pub(super) fn unknown_unit(code: &UnitCode) -> Refusal {
    let problem = Problem::new("unit-unknown", format!("no unit {code}")).arg("unit", code);
    Refusal::new(Reason::NotFound, problem)
}

/// The refusal for a template that came through the publisher's checks and does not pass this program's.
fn not_understood(reference: &TemplateRef, why: &str) -> Refusal {
    let problem = Problem::new("template-not-understood", format!("{reference}: {why}"));
    Refusal::new(Reason::NotNow, problem.arg("template", reference).arg("what", why))
}

/// The refusal for a document that has not come from the hub yet.
fn not_arrived(doc: &DocId) -> Refusal {
    let problem = Problem::new("not-arrived", format!("{doc} is not here")).arg("doc", doc);
    Refusal::new(Reason::NotNow, problem)
}
