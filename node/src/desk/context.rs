//! The town as this node knows it: roster, calendar and templates, read once and kept until they change.

use std::collections::BTreeMap;
use std::sync::Arc;

use automerge::ChangeHash;
use hopluu_protocol::documents::calendar::{Calendar, Lock};
use hopluu_protocol::documents::{calendar, genesis, roster, template};
use hopluu_protocol::id::{DocGroup, DocId, TemplateRef, UnitCode};
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
}

/// What is needed to read or write reports of a period.
#[derive(Clone)]
pub(super) struct PeriodContext {
    pub(super) period: PeriodId,
    pub(super) days: PeriodDays,
    pub(super) template: Arc<Template>,
    pub(super) roster: Arc<Roster>,
    pub(super) lock: Option<Lock>,
    /// This node's unit.
    own: Option<UnitCode>,
}

impl Desk {
    /// The roster.
    ///
    /// # Errors
    /// When it has not arrived yet, or cannot be read.
    pub fn roster(&mut self) -> Result<Arc<Roster>, Refusal> {
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
    /// When it has not arrived yet, or cannot be read.
    pub fn calendar(&mut self) -> Result<Arc<Calendar>, Refusal> {
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
    /// When it has not arrived yet, or is not valid.
    pub fn template(&mut self, reference: &TemplateRef) -> Result<Arc<Template>, Refusal> {
        if let Some(template) = self.town.templates.get(reference) {
            return Ok(Arc::clone(template));
        }
        let id = DocId::Template(reference.clone());
        let read = template::read(self.present(&id)?)?;
        let template = Arc::new(read.ok_or_else(|| not_arrived(&id))?);
        self.town.templates.insert(reference.clone(), Arc::clone(&template));
        Ok(template)
    }

    /// All templates that are here as a whole.
    pub(crate) fn known_templates(&mut self) -> Vec<Arc<Template>> {
        let town = Scope::of([DocGroup::Town]);
        let references: Vec<TemplateRef> = self
            .replica
            .index()
            .entries(&town, TagRange::FULL)
            .filter_map(|(_, entry)| match &entry.doc {
                DocId::Template(reference) => Some(reference.clone()),
                _ => None,
            })
            .collect();
        references.iter().filter_map(|reference| self.template(reference).ok()).collect()
    }

    /// Everything about a period, which must be one of the calendar's.
    pub(super) fn period(&mut self, period: PeriodId) -> Result<PeriodContext, Refusal> {
        let calendar = self.calendar()?;
        let Some(entry) = calendar.periods.get(&period) else {
            return Err(unknown_period(&calendar, period));
        };
        let template = self.template(&entry.template)?;
        let days = period.days(&template.period_rule)?;
        Ok(PeriodContext {
            period,
            days,
            template,
            roster: self.roster()?,
            lock: calendar.locks.get(&period).cloned(),
            own: self.membership.as_ref().map(|place| place.unit.clone()),
        })
    }

    /// Makes sure that a document exists, beginning with its genesis.
    pub(super) fn ensure(
        &mut self,
        doc: &DocId,
        template: Option<&Template>,
    ) -> Result<(), Refusal> {
        if self.replica.summary(doc).is_none() {
            self.replica.create(doc, genesis::genesis(doc, template)?)?;
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
    let day = |day: Option<Date>| day.map_or_else(|| "none".to_owned(), |day| day.to_string());
    // One that begins later has not ended, whenever it will.
    let ended = unit.valid_to.filter(|to| *to < last);
    let detail = format!("{} did not exist at the end of {period}", unit.code);
    let problem = Problem::new("unit-not-in-period", detail).arg("unit", &unit.short_name);
    let problem = problem.arg("period", period);
    let problem = problem.arg("from", day(unit.valid_from)).arg("to", day(ended));
    Refusal::new(Reason::NotNow, problem)
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

/// The refusal for a document that has not come from the hub yet.
fn not_arrived(doc: &DocId) -> Refusal {
    let problem = Problem::new("not-arrived", format!("{doc} is not here")).arg("doc", doc);
    Refusal::new(Reason::NotNow, problem)
}
