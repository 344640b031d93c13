//! Where this node stands: its unit, its hub, its reports, and what is not yet at the hub.

use std::sync::Arc;

use hopluu_protocol::id::{TemplateRef, UnitCode};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::roster::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::changed::ChangedSince;
use super::context::PeriodContext;
use super::periods::deadline;
use super::submit::SubmissionView;
use super::turn::Turn;
use crate::contact::HubContact;
use crate::problem::{Problem, Reason, Refusal};
use crate::transport::Way;

/// Where a node stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// The node's key in the form that is read aloud.
    pub node: String,
    /// The same as six words, which are easier to read out.
    #[serde(default)]
    pub words: Vec<String>,
    /// The unit; `None` before the node has joined a town.
    #[schema(value_type = Option<String>)]
    pub unit: Option<UnitCode>,
    /// The unit's name.
    pub unit_name: String,
    /// What its people may do.
    #[schema(value_type = Option<String>)]
    pub role: Option<Role>,
    /// Whether the node is the hub.
    pub hub: bool,
    /// Where the hub is found; empty at the hub itself.
    pub hub_addresses: Vec<String>,
    /// The periods of the calendar.
    pub periods: Vec<PeriodStatus>,
    /// Changes of this node that the hub has not acknowledged yet; 0 at the hub.
    pub unacknowledged: u64,
    /// The nodes connected now.
    pub peers: Vec<PeerStatus>,
    /// How the hub is reached; absent at the hub itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<HubContact>,
    /// What people must look after: a damaged store that lies aside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

/// A period, as this unit's report stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeriodStatus {
    /// The period.
    #[schema(value_type = String)]
    pub period: PeriodId,
    /// Its name.
    pub name: String,
    /// The template that its reports follow.
    #[schema(value_type = String)]
    pub template: TemplateRef,
    /// First day, `2022-12-15`.
    pub first_day: String,
    /// Last day.
    pub last_day: String,
    /// The day until which the report is due; this unit's extension if it has one.
    pub deadline: String,
    /// Why it is closed, if it is.
    pub locked: Option<String>,
    /// How many cells this unit types.
    pub cells: usize,
    /// How many of them hold something.
    pub filled: usize,
    /// How many are in open conflict about their value or note.
    pub conflicts: usize,
    /// How many paragraphs of its texts are in open conflict; none in a closed period.
    #[serde(default)]
    pub text_conflicts: usize,
    /// How many hold what the form's row cannot hold any more: to be typed again.
    #[serde(default)]
    pub misfits: usize,
    /// How many values and texts the form has no place for any more. They are kept and never counted.
    #[serde(default)]
    pub apart: usize,
    /// What keeps the period, or a newer version of its template, from being used here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// This unit's submissions, the latest last; at the hub, everybody's.
    pub submissions: Vec<UnitSubmissions>,
}

/// The submissions of one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnitSubmissions {
    /// The unit.
    #[schema(value_type = String)]
    pub unit: UnitCode,
    /// Its short name.
    pub name: String,
    /// Its submissions, the latest last.
    pub submissions: Vec<SubmissionView>,
    /// How its draft differs from the latest of them; absent when it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<ChangedSince>,
}

/// A node that is connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeerStatus {
    /// Its name from the roster, or its key's spoken form.
    pub name: String,
    /// Whether both hold the same.
    pub in_sync: bool,
    /// What carries the connection: `quic`, or `tcp` where UDP is blocked.
    pub way: Option<Way>,
    /// For how many milliseconds nothing has been heard of it.
    #[serde(default)]
    pub heard_ms_ago: Option<u64>,
}

/// A status that is being put together.
pub(crate) struct Inquiry {
    status: Status,
    /// Periods whose units are still to be asked: which, how many units were asked, and what is needed.
    left: Vec<(usize, usize, PeriodContext)>,
}

impl Inquiry {
    /// Whether every unit has been asked.
    pub(crate) fn is_complete(&self) -> bool {
        self.left.is_empty()
    }

    /// What came of it.
    pub(crate) fn into_status(self) -> Status {
        self.status
    }
}

impl Desk {
    /// Where this node stands, apart from its connections. At the hub of thousands of units that takes
    /// seconds: [`crate::keeper::Keeper::status`] does the same in portions.
    ///
    /// # Errors
    /// When a document cannot be read.
    pub fn status(&mut self) -> Result<Status, Refusal> {
        let mut inquiry = self.begin_status()?;
        while !inquiry.is_complete() {
            self.inquire(&mut inquiry)?;
        }
        Ok(inquiry.status)
    }

    /// As [`Desk::status`], but without the units' submissions.
    pub(crate) fn begin_status(&mut self) -> Result<Inquiry, Refusal> {
        let status = self.status_without_submissions()?;
        let mut asked = Vec::new();
        for (at, period) in status.periods.iter().enumerate() {
            // What keeps it from being read is among its problems already.
            if let Ok(context) = self.period(period.period) {
                asked.push((at, 0, context));
            }
        }
        Ok(Inquiry { status, left: asked })
    }

    /// Asks the next units for their submissions, for as long as one turn of the keeper may take.
    ///
    /// # Errors
    /// When a document cannot be read.
    pub(crate) fn inquire(&mut self, inquiry: &mut Inquiry) -> Result<(), Refusal> {
        let turn = Turn::begin();
        let Status { hub, unit: own, periods, .. } = &mut inquiry.status;
        while let Some((at, asked, context)) = inquiry.left.last_mut() {
            let roster = Arc::clone(&context.roster);
            for unit in roster.units.iter().skip(*asked) {
                *asked += 1;
                if *hub || own.as_ref() == Some(&unit.code) {
                    let (submissions, changed) = self.handed_in(context, &unit.code)?;
                    // Of a unit that is not to report, only what it reported is worth a line.
                    if submissions.is_empty() && !unit.exists_on(context.days.last) {
                        continue;
                    }
                    let (name, unit) = (unit.short_name.clone(), unit.code.clone());
                    if let Some(period) = periods.get_mut(*at) {
                        let handed_in = UnitSubmissions { unit, name, submissions, changed };
                        period.submissions.push(handed_in);
                    }
                }
                if turn.is_over() {
                    return Ok(());
                }
            }
            inquiry.left.pop();
        }
        Ok(())
    }

    fn status_without_submissions(&mut self) -> Result<Status, Refusal> {
        let key = self.key().node_key();
        let (node, words) = (key.short().to_string(), key.six_words().to_vec());
        let Some(membership) = self.membership.clone() else {
            return Ok(Status {
                node,
                words,
                unit: None,
                unit_name: String::new(),
                role: None,
                hub: false,
                hub_addresses: Vec::new(),
                periods: Vec::new(),
                unacknowledged: 0,
                peers: Vec::new(),
                contact: None,
                problems: Vec::new(),
            });
        };
        // Before the first sync there is neither roster nor calendar; that is a state, not an error.
        let unit_name =
            self.roster().ok().and_then(|roster| Some(roster.unit(&membership.unit)?.name.clone()));
        let periods: Vec<PeriodId> = match self.calendar() {
            Ok(calendar) => calendar.periods.keys().copied().collect(),
            Err(_) => Vec::new(),
        };
        let mut statuses = Vec::new();
        for period in periods {
            statuses.push(self.period_status(period, &membership.unit)?);
        }
        Ok(Status {
            node,
            words,
            unit_name: unit_name.unwrap_or_default(),
            role: Some(membership.role),
            hub: membership.is_hub(),
            hub_addresses: membership.hub_addresses(),
            unit: Some(membership.unit),
            periods: statuses,
            unacknowledged: 0,
            peers: Vec::new(),
            contact: None,
            problems: Vec::new(),
        })
    }

    fn period_status(
        &mut self,
        period: PeriodId,
        unit: &UnitCode,
    ) -> Result<PeriodStatus, Refusal> {
        let context = match self.period(period) {
            Ok(context) => context,
            Err(refusal) if refusal.reason == Reason::NotNow => {
                return self.unusable_period(period, refusal.problems);
            }
            Err(refusal) => return Err(refusal),
        };
        let draft = self.draft(&context, unit)?;
        let reports = context.roster.unit(unit).filter(|unit| unit.exists_on(context.days.last));
        let kind = reports.map(|unit| &unit.kind);
        let cells = kind.map_or(0, |kind| context.template.typed_by(kind).count());
        let conflicts = if kind.is_some() { draft.contested.len() } else { 0 };
        // In a closed period nobody can settle a text, and there are many of them.
        let text_conflicts = match kind {
            Some(_) if context.lock.is_none() => self.torn_counts(&context)?.values().sum(),
            _ => 0,
        };
        let several = draft.contested.values().filter(|conflict| !conflict.entries.is_empty());
        let placed = &draft.placed;
        let filled = placed.counted.cells.len() + several.count();
        Ok(PeriodStatus {
            period,
            name: period.printed_name(),
            template: context.template.reference.clone(),
            first_day: context.days.first.to_string(),
            last_day: context.days.last.to_string(),
            deadline: self.deadline(&context, unit)?,
            locked: context.lock.map(|lock| lock.reason),
            cells,
            filled,
            conflicts,
            text_conflicts,
            misfits: placed.misfits.len(),
            apart: placed.apart.cells.len() + placed.apart.texts.len(),
            problems: context.unready,
            submissions: Vec::new(),
        })
    }

    /// A period none of whose templates can be used here; all others go on.
    fn unusable_period(
        &mut self,
        period: PeriodId,
        problems: Vec<Problem>,
    ) -> Result<PeriodStatus, Refusal> {
        let calendar = self.calendar()?;
        let entry = calendar.periods.get(&period);
        let template = calendar.current(period).or_else(|| Some(entry?.template.clone()));
        let Some(template) = template else {
            return Err(Refusal { reason: Reason::NotFound, problems });
        };
        Ok(PeriodStatus {
            period,
            name: period.printed_name(),
            template,
            first_day: String::new(),
            last_day: String::new(),
            deadline: deadline(&calendar, period, None)?
                .map_or_else(String::new, |day| day.to_string()),
            locked: calendar.locks.get(&period).map(|lock| lock.reason.clone()),
            cells: 0,
            filled: 0,
            conflicts: 0,
            text_conflicts: 0,
            misfits: 0,
            apart: 0,
            problems,
            submissions: Vec::new(),
        })
    }

    /// The day until which a unit's report is due.
    fn deadline(&mut self, context: &PeriodContext, unit: &UnitCode) -> Result<String, Refusal> {
        let calendar = self.calendar()?;
        let extension = calendar.extensions.get(&(context.period, unit.clone()));
        let due = match extension {
            Some(extension) => Some(extension.until),
            None => deadline(&calendar, context.period, Some(&context.template.period_rule))?,
        };
        Ok(due.map_or_else(String::new, |day| day.to_string()))
    }
}
