//! Where this node stands: its unit, its hub, its reports, and what is not yet at the hub.

use std::sync::Arc;

use hopluu_protocol::documents::report;
use hopluu_protocol::id::{TemplateRef, UnitCode};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::roster::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::context::PeriodContext;
use super::submit::SubmissionView;
use super::turn::Turn;
use crate::problem::{Problem, Refusal};
use crate::transport::Way;

/// Where a node stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// The node's key in the form that is read aloud.
    pub node: String,
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
    /// How many are in open conflict.
    pub conflicts: usize,
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
            let context = self.period(period.period)?;
            asked.push((at, 0, context));
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
                    let submissions = self.submissions_of(context, &unit.code)?;
                    let (name, unit) = (unit.short_name.clone(), unit.code.clone());
                    if let Some(period) = periods.get_mut(*at) {
                        period.submissions.push(UnitSubmissions { unit, name, submissions });
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
        let node = self.key().node_key().short().to_string();
        let Some(membership) = self.membership.clone() else {
            return Ok(Status {
                node,
                unit: None,
                unit_name: String::new(),
                role: None,
                hub: false,
                hub_addresses: Vec::new(),
                periods: Vec::new(),
                unacknowledged: 0,
                peers: Vec::new(),
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
            unit_name: unit_name.unwrap_or_default(),
            role: Some(membership.role),
            hub: membership.is_hub(),
            hub_addresses: membership.hub_addresses(),
            unit: Some(membership.unit),
            periods: statuses,
            unacknowledged: 0,
            peers: Vec::new(),
            problems: Vec::new(),
        })
    }

    fn period_status(
        &mut self,
        period: PeriodId,
        unit: &UnitCode,
    ) -> Result<PeriodStatus, Refusal> {
        let context = self.period(period)?;
        let figures = self.draft_figures(&context, unit)?;
        let conflicts = match self.replica.document(&context.report(unit))? {
            Some(document) => report::conflicts(document)?.len(),
            None => 0,
        };
        let kind = context.roster.unit(unit).map(|unit| &unit.kind);
        let typed = context
            .template
            .indicators
            .iter()
            .filter(|indicator| kind.is_some_and(|kind| indicator.reporters.contains(kind)));
        let (mut cells, mut filled) = (0, 0);
        for indicator in typed {
            cells += 1;
            filled += usize::from(figures.cells.contains_key(&indicator.id));
        }
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
            submissions: Vec::new(),
        })
    }

    /// The day until which a unit's report is due.
    fn deadline(&mut self, context: &PeriodContext, unit: &UnitCode) -> Result<String, Refusal> {
        let calendar = self.calendar()?;
        let period = context.period;
        if let Some(extension) = calendar.extensions.get(&(period, unit.clone())) {
            return Ok(extension.until.to_string());
        }
        if let Some(day) = calendar.periods.get(&period).and_then(|entry| entry.deadline) {
            return Ok(day.to_string());
        }
        let day = period.deadline(&context.template.period_rule, &calendar.holidays)?;
        Ok(day.to_string())
    }
}
