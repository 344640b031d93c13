//! What a change of the town does to reports and deadlines.

use std::collections::BTreeSet;

use hopluu_protocol::documents::report;
use hopluu_protocol::id::{DocId, UnitCode, UnitKindId};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::roster::Unit;
use hopluu_protocol::template::{Requirement, Template};
use jiff::civil::Date;

use super::Desk;
use super::town_plan::Town;
use crate::problem::{Problem, Refusal};

impl Desk {
    /// What going from one town to another does: who drops from a report, of whom one is expected, whose cells
    /// become others, which deadlines move. Closed periods are told of where reports were made for them, since
    /// whoever makes the joint report again gets another one.
    pub(super) fn effects(
        &mut self,
        now: &Town,
        new: &Town,
        hub: &UnitCode,
    ) -> Result<Vec<Problem>, Refusal> {
        let calendar = self.calendar()?;
        let mut effects = Vec::new();
        for (period, entry) in &new.periods {
            let Some(was) = now.periods.get(period) else { continue };
            let Ok(template) = self.template(&entry.template) else { continue };
            let last = period.days(&template.period_rule)?.last;
            let is_closed = calendar.locks.contains_key(period);
            let units: BTreeSet<&UnitCode> = now.units.keys().chain(new.units.keys()).collect();
            for code in units {
                let before = now.units.get(code).filter(|unit| counts(unit, hub, last));
                let after = new.units.get(code).filter(|unit| counts(unit, hub, last));
                if before == after {
                    continue;
                }
                let begun = self.replica.summary(&DocId::Report(*period, code.clone())).is_some();
                if is_closed && !begun {
                    continue;
                }
                match (before, after) {
                    (Some(unit), None) => effects.push(leaves(unit, *period, begun)),
                    (None, Some(unit)) => effects.push(joins(unit, *period, begun)),
                    (Some(before), Some(after)) if before.kind != after.kind => {
                        effects.push(self.other_cells(&template, *period, &before.kind, after)?);
                    }
                    _ => {}
                }
            }
            if is_closed || was.deadline != entry.deadline || entry.deadline.is_some() {
                continue;
            }
            let due = |town: &Town| period.deadline(&template.period_rule, &town.holidays);
            let (before, after) = (due(now)?, due(new)?);
            if before != after {
                let detail = format!("{period} is due on {after}");
                let effect = Problem::new("town-effect-deadline", detail).arg("period", period);
                effects.push(effect.arg_day("before", before).arg_day("after", after));
            }
        }
        Ok(effects)
    }

    /// A unit of another kind types other cells: how many of its figures no longer count, and how many it now
    /// lacks.
    fn other_cells(
        &mut self,
        template: &Template,
        period: PeriodId,
        before: &UnitKindId,
        unit: &Unit,
    ) -> Result<Problem, Refusal> {
        let doc = DocId::Report(period, unit.code.clone());
        let cells = match self.replica.document(&doc)? {
            Some(document) => report::read(document, None)?.figures.cells,
            None => Default::default(),
        };
        let (mut lost, mut lacking) = (0, 0);
        for indicator in &template.indicators {
            let typed = |kind: &UnitKindId| indicator.reporters.contains(kind);
            let there = cells.contains_key(&indicator.id);
            lost += usize::from(there && typed(before) && !typed(&unit.kind));
            let needed = indicator.requirement == Requirement::Required && typed(&unit.kind);
            lacking += usize::from(!there && needed);
        }
        let detail = format!("{} types other cells for {period}", unit.code);
        let effect = Problem::new("town-effect-kind", detail).arg("unit", &unit.short_name);
        Ok(effect.arg("period", period).arg("lost", lost).arg("lacking", lacking))
    }
}

/// Whether a unit's report is counted in the hub's: it exists on the period's last day and reports here.
fn counts(unit: &Unit, hub: &UnitCode, last: Date) -> bool {
    let reports_here = unit.code == *hub || unit.parent.as_ref().is_none_or(|parent| parent == hub);
    reports_here && unit.exists_on(last)
}

fn leaves(unit: &Unit, period: PeriodId, begun: bool) -> Problem {
    let detail = format!("{} drops from {period}", unit.code);
    let effect = Problem::new("town-effect-leaves", detail).arg("unit", &unit.short_name);
    effect.arg("period", period).arg("begun", if begun { "yes" } else { "no" })
}

fn joins(unit: &Unit, period: PeriodId, begun: bool) -> Problem {
    let detail = format!("{} is to report for {period}", unit.code);
    let effect = Problem::new("town-effect-joins", detail).arg("unit", &unit.short_name);
    effect.arg("period", period).arg("begun", if begun { "yes" } else { "no" })
}
