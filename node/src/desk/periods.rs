//! The periods of the calendar: those that open by themselves, and those that somebody opens or closes.

use hopluu_protocol::documents::DocumentError;
use hopluu_protocol::documents::calendar::{self, Calendar, Lock, PeriodEntry};
use hopluu_protocol::id::{DocId, TemplateRef, UnitCode};
use hopluu_protocol::period::{PeriodDays, PeriodId};
use hopluu_protocol::template::PeriodRule;
use jiff::civil::Date;
use jiff::tz::{TimeZone, offset};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Desk, Membership};
use crate::problem::{Problem, Reason, Refusal};

/// The name under which the hub opens periods by itself.
const BY_ITSELF: &str = "hopluu";

/// The zone whose days count, in hours east of Greenwich: periods and deadlines are Vietnamese days, wherever
/// the machine believes itself to be.
const VIETNAM: i8 = 7;

/// How many days may lie between a period and the one known last. A clock that is years off opens nothing; a
/// hub that was away for longer is told by its operator where to go on.
const LONGEST_GAP: i32 = 400;

/// Longest reason for closing a period, characters.
const MAX_REASON: usize = 500;

/// A period of the calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeriodView {
    /// The period.
    #[schema(value_type = String)]
    pub period: PeriodId,
    /// Its name: `quý II năm 2023`.
    pub name: String,
    /// The template that its reports follow.
    #[schema(value_type = String)]
    pub template: TemplateRef,
    /// First day, `2023-03-15`; empty while the template is not here.
    pub first_day: String,
    /// Last day.
    pub last_day: String,
    /// The day until which reports are due.
    pub deadline: String,
    /// Whether somebody set the deadline; else it follows from the template's rule and the days off.
    pub deadline_set: bool,
    /// Why it is closed, if it is.
    pub closed: Option<String>,
    /// Units that have more time.
    pub extensions: Vec<ExtensionView>,
}

/// A unit that has more time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExtensionView {
    /// The unit.
    #[schema(value_type = String)]
    pub unit: UnitCode,
    /// Until when.
    pub until: String,
    /// Why.
    pub reason: String,
}

impl Desk {
    /// The day by this machine's clock, as it is in Vietnam.
    pub(crate) fn today(&self) -> Date {
        let now = Timestamp::from_millisecond(self.now_ms()).unwrap_or_default();
        now.to_zoned_datetime(TimeZone::fixed(offset(VIETNAM))).date()
    }

    /// The periods of the calendar, in order.
    ///
    /// # Errors
    /// When the calendar has not arrived yet, or cannot be read.
    pub fn periods(&mut self) -> Result<Vec<PeriodView>, Refusal> {
        let calendar = self.calendar()?;
        let mut views = Vec::new();
        for period in calendar.periods.keys() {
            views.push(self.period_view(&calendar, *period)?);
        }
        Ok(views)
    }

    /// Opens a period, with the template that counts for it unless another is named; opens a closed one again;
    /// sets its deadline. What is so already stays so.
    ///
    /// # Errors
    /// When this node does not belong to the hub's unit; when the template is not here; when the period is
    /// open with another template; when the deadline lies before its last day.
    pub fn open_period(
        &mut self,
        period: PeriodId,
        template: Option<&TemplateRef>,
        deadline: Option<Date>,
        person: &str,
    ) -> Result<PeriodView, Refusal> {
        self.of_hub_only()?;
        let calendar = self.calendar()?;
        let known = calendar.periods.get(&period);
        if let (Some(current), Some(template)) = (calendar.current(period), template)
            && !calendar.versions(period).contains(template)
        {
            return Err(other_template(period, &current));
        }
        let mut entry = match known {
            Some(entry) => entry.clone(),
            None => {
                let given = template.cloned();
                let counting = given.or_else(|| self.template_for(&calendar, period));
                let template = counting.ok_or_else(no_template)?;
                PeriodEntry { template, deadline: None }
            }
        };
        let follows = calendar.current(period).unwrap_or_else(|| entry.template.clone());
        self.must_not_end_after(period, &follows, deadline)?;
        entry.deadline = deadline.or(entry.deadline);
        let edits = self.edits(person);
        self.ensure(&DocId::Calendar, None)?;
        self.replica.edit(&DocId::Calendar, &edits, |tx| {
            calendar::put_period(tx, period, &entry)?;
            if calendar.locks.contains_key(&period) {
                calendar::unlock(tx, period)?;
            }
            Ok::<_, DocumentError>(())
        })?;
        let calendar = self.calendar()?;
        self.period_view(&calendar, period)
    }

    /// Closes a period: nobody may change its reports any more.
    ///
    /// # Errors
    /// When this node does not belong to the hub's unit; when there is no such period; when no reason is
    /// given.
    pub fn close_period(
        &mut self,
        period: PeriodId,
        reason: &str,
        person: &str,
    ) -> Result<PeriodView, Refusal> {
        self.of_hub_only()?;
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > MAX_REASON {
            let problem = Problem::new("period-reason", "no reason, or a very long one");
            return Err(Refusal::new(Reason::Invalid, problem.arg("limit", MAX_REASON)));
        }
        let calendar = self.calendar()?;
        if !calendar.periods.contains_key(&period) {
            return Err(super::context::unknown_period(&calendar, period));
        }
        if calendar.locks.get(&period).is_none_or(|lock| lock.reason != reason) {
            let lock = Lock { reason: reason.to_owned(), since: self.now_ms() };
            let edits = self.edits(person);
            self.replica.edit(&DocId::Calendar, &edits, |tx| calendar::lock(tx, period, &lock))?;
        }
        let calendar = self.calendar()?;
        self.period_view(&calendar, period)
    }

    /// Opens the periods that are to be open on a day by the rule of the template that counts for each. Only
    /// the hub does so, and what it writes follows from the calendar and the templates alone. Returns what it
    /// opened.
    ///
    /// # Errors
    /// When a document cannot be read or written.
    pub fn open_due_periods(&mut self, today: Date) -> Result<Vec<PeriodId>, Refusal> {
        if !self.membership.as_ref().is_some_and(Membership::is_hub)
            || self.replica.summary(&DocId::Calendar).is_none()
        {
            return Ok(Vec::new());
        }
        let calendar = self.calendar()?;
        let mut due = Vec::new();
        for period in PeriodId::around(today) {
            if calendar.periods.contains_key(&period) || calendar.removed.contains(&period) {
                continue;
            }
            let Some(reference) = self.template_for(&calendar, period) else { continue };
            // One that has not arrived as a whole, or is of a later program: the next look may find it.
            let Ok(template) = self.template(&reference) else { continue };
            let rule = &template.period_rule;
            let Ok(days) = period.days(rule) else { continue };
            if !period.opens_by_itself(rule, today) {
                continue;
            }
            if goes_on(&calendar, period, days, today) {
                due.push((period, PeriodEntry { template: reference, deadline: None }));
            } else {
                tracing::debug!(%period, "not opened: it does not follow what the calendar has");
            }
        }
        if !due.is_empty() {
            let edits = self.edits(BY_ITSELF);
            self.replica.edit(&DocId::Calendar, &edits, |tx| {
                due.iter().try_for_each(|(period, entry)| calendar::put_period(tx, *period, entry))
            })?;
        }
        Ok(due.into_iter().map(|(period, _)| period).collect())
    }

    /// The template that a period not yet open would follow: in a calendar that says nothing, the newest
    /// version of the only one that is here.
    fn template_for(&mut self, calendar: &Calendar, period: PeriodId) -> Option<TemplateRef> {
        if let Some(template) = calendar.template_for(period) {
            return Some(template.clone());
        }
        let known = self.known_templates();
        let mut newest: Option<&TemplateRef> = None;
        for template in &known {
            let reference = &template.reference;
            match newest {
                Some(other) if other.id != reference.id => return None,
                Some(other) if other.version >= reference.version => {}
                _ => newest = Some(reference),
            }
        }
        newest.cloned()
    }

    /// Refuses what only those of the hub's unit may do.
    pub(super) fn of_hub_only(&mut self) -> Result<(), Refusal> {
        let unit = self.membership()?.unit.clone();
        if self.roster()?.hub.as_ref() == Some(&unit) {
            return Ok(());
        }
        Err(Refusal::new(Reason::Forbidden, Problem::new("hub-only", "this node is not a hub's")))
    }

    /// Refuses a deadline before the period's last day, and a template that is not here.
    pub(super) fn must_not_end_after(
        &mut self,
        period: PeriodId,
        template: &TemplateRef,
        deadline: Option<Date>,
    ) -> Result<(), Refusal> {
        let Ok(template) = self.template(template) else {
            let problem = Problem::new("period-template", format!("no template {template}"));
            let problem = problem.arg("period", period).arg("template", template);
            return Err(Refusal::new(Reason::NotFound, problem));
        };
        let last = period.days(&template.period_rule)?.last;
        match deadline {
            Some(deadline) if deadline < last => {
                let problem = Problem::new("period-deadline", format!("{deadline} is early"));
                let problem = problem.arg("period", period).arg_day("deadline", deadline);
                Err(Refusal::new(Reason::Invalid, problem.arg_day("last", last)))
            }
            _ => Ok(()),
        }
    }

    fn period_view(
        &mut self,
        calendar: &Calendar,
        period: PeriodId,
    ) -> Result<PeriodView, Refusal> {
        let Some(entry) = calendar.periods.get(&period) else {
            return Err(super::context::unknown_period(calendar, period));
        };
        let template = calendar.current(period).unwrap_or_else(|| entry.template.clone());
        let template_here = self.template(&template).ok();
        let (first_day, last_day) = match &template_here {
            Some(template) => {
                let days = period.days(&template.period_rule)?;
                (days.first.to_string(), days.last.to_string())
            }
            None => (String::new(), String::new()),
        };
        let rule = template_here.as_ref().map(|template| &template.period_rule);
        let due = deadline(calendar, period, rule)?;
        let extensions = calendar.extensions.iter().filter(|((of, _), _)| *of == period);
        Ok(PeriodView {
            period,
            name: period.printed_name(),
            template,
            first_day,
            last_day,
            deadline: due.map_or_else(String::new, |day| day.to_string()),
            deadline_set: entry.deadline.is_some(),
            closed: calendar.locks.get(&period).map(|lock| lock.reason.clone()),
            extensions: extensions
                .map(|((_, unit), extension)| ExtensionView {
                    unit: unit.clone(),
                    until: extension.until.to_string(),
                    reason: extension.reason.clone(),
                })
                .collect(),
        })
    }
}

/// The day until which a period's reports are due, for units that have no more time: the one that somebody set,
/// or what follows from the template's rule and the days off. `None` when neither is known.
pub(super) fn deadline(
    calendar: &Calendar,
    period: PeriodId,
    rule: Option<&PeriodRule>,
) -> Result<Option<Date>, Refusal> {
    let set = calendar.periods.get(&period).and_then(|entry| entry.deadline);
    match (set, rule) {
        (None, Some(rule)) => Ok(Some(period.deadline(rule, &calendar.holidays)?)),
        (set, _) => Ok(set),
    }
}

/// Whether a period goes on from what the calendar has: it follows the last of its kind, does not end before the
/// first that the town reported, and does not begin long after the last. A calendar of nothing begins with what
/// has not ended yet.
fn goes_on(calendar: &Calendar, period: PeriodId, days: PeriodDays, today: Date) -> bool {
    let known = || calendar.periods.keys().chain(&calendar.removed);
    let ends = || known().map(PeriodId::ends);
    let (Some(first), Some((year, month))) = (ends().min(), ends().max()) else {
        return today <= days.last;
    };
    let Ok(last) = Date::new(year, month, 1) else { return false };
    let is_next = known().all(|other| other.kind() != period.kind() || *other < period);
    let is_near = days.first <= last.saturating_add(LONGEST_GAP.days());
    is_next && is_near && period.ends() >= first
}

fn other_template(period: PeriodId, template: &TemplateRef) -> Refusal {
    let problem = Problem::new("period-other-template", format!("{period} follows {template}"));
    let problem = problem.arg("period", period).arg("template", template);
    Refusal::new(Reason::NotNow, problem)
}

fn no_template() -> Refusal {
    Refusal::new(Reason::NotFound, Problem::new("period-no-template", "no template counts"))
}
