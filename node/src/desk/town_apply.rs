//! Changing a town by its file: looked at first, then done, all of it or nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use automerge::{Automerge, ChangeHash};
use hopluu_protocol::documents::calendar::Calendar;
use hopluu_protocol::documents::{DocumentError, calendar, require_changes, roster};
use hopluu_protocol::id::{DocGroup, DocId, UnitCode};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::replica::{Scope, TagRange};
use hopluu_protocol::roster::{Roster, Unit};

use super::Desk;
use super::town_plan::{Clash, Town, TownPlan, changes, merge};
use crate::problem::{Problem, Reason, Refusal};
use crate::town_file::{Base, TownFile, in_a_circle};

/// A plan with what it goes from and to.
struct Prepared {
    now: Town,
    new: Town,
    plan: TownPlan,
}

impl Desk {
    /// The town's file as it would be written today, with the state that it was made from.
    ///
    /// # Errors
    /// When roster or calendar have not arrived yet, or cannot be read.
    pub fn town_file(&mut self) -> Result<TownFile, Refusal> {
        let (roster, calendar) = (self.roster()?, self.calendar()?);
        let Some(hub) = roster.hub.clone() else {
            let problem = Problem::new("not-arrived", "the roster names no hub");
            return Err(Refusal::new(Reason::NotNow, problem.arg("doc", DocId::Roster)));
        };
        let base = Base {
            roster: self.heads_of(&DocId::Roster),
            calendar: self.heads_of(&DocId::Calendar),
        };
        let Town { units, periods, extensions, holidays } = Town::of(&roster, &calendar);
        let (units, periods) = (units.into_values().collect(), periods.into_iter().collect());
        Ok(TownFile { base: Some(base), hub, units, periods, extensions, holidays })
    }

    /// What a town file would change. Nothing is written.
    ///
    /// # Errors
    /// When this node does not belong to the hub's unit, and all that speaks against the file.
    pub fn plan_town(&mut self, file: &TownFile) -> Result<TownPlan, Refusal> {
        Ok(self.prepare_town(file)?.plan)
    }

    /// Changes the town as its file says: everything or nothing. `looked_at` names the plan that a person has
    /// seen; another one is refused.
    ///
    /// # Errors
    /// As [`Desk::plan_town`]; when the plan is another by now.
    pub fn apply_town(
        &mut self,
        file: &TownFile,
        looked_at: Option<&str>,
        person: &str,
    ) -> Result<TownPlan, Refusal> {
        let prepared = self.prepare_town(file)?;
        if looked_at.is_some_and(|plan| plan != prepared.plan.plan) {
            let problem = Problem::new("town-plan-changed", "the plan is another by now");
            return Err(Refusal::new(Reason::NotNow, problem));
        }
        self.write_units(&prepared, person)?;
        self.write_calendar_changes(&prepared, person)?;
        Ok(prepared.plan)
    }

    fn prepare_town(&mut self, file: &TownFile) -> Result<Prepared, Refusal> {
        self.of_hub_only()?;
        let (roster, calendar) = (self.roster()?, self.calendar()?);
        if roster.hub.as_ref() != Some(&file.hub) {
            let problem = Problem::new("town-other-hub", format!("{} is not the hub", file.hub));
            let hub = roster.hub.as_ref().map(ToString::to_string).unwrap_or_default();
            let problem = problem.arg("file", &file.hub).arg("hub", hub);
            return Err(Refusal::new(Reason::Invalid, problem));
        }
        let now = Town::of(&roster, &calendar);
        let mut wanted = Town::of_file(file);
        let base = match &file.base {
            Some(base) => self.town_at(base)?,
            None => {
                // Periods open by themselves: a file that was written before that leaves them alone.
                wanted.add_periods_of(&now);
                now.clone()
            }
        };
        let mut new = merge(&base, &wanted, &now).map_err(clash_refusal)?;
        let ended = self.end_instead_of_remove(&roster, &now, &mut new);
        let problems = self.speaks_against(&file.hub, &now, &new)?;
        if !problems.is_empty() {
            return Err(Refusal { reason: Reason::Invalid, problems });
        }
        let changes = changes(&now, &new, &ended);
        let effects = self.effects(&now, &new, &file.hub)?;
        let plan = self.name_plan(&changes, &effects)?;
        Ok(Prepared { now, new, plan: TownPlan { changes, effects, plan } })
    }

    /// The town as it was when a file was written from it.
    fn town_at(&mut self, base: &Base) -> Result<Town, Refusal> {
        let roster: Arc<Roster> = if base.roster == self.heads_of(&DocId::Roster) {
            self.roster()?
        } else {
            Arc::new(roster::read(&self.document_at(&DocId::Roster, &base.roster)?)?)
        };
        let calendar: Arc<Calendar> = if base.calendar == self.heads_of(&DocId::Calendar) {
            self.calendar()?
        } else {
            Arc::new(calendar::read(&self.document_at(&DocId::Calendar, &base.calendar)?)?)
        };
        Ok(Town::of(&roster, &calendar))
    }

    fn document_at(&mut self, doc: &DocId, heads: &[ChangeHash]) -> Result<Automerge, Refusal> {
        let document = self.present(doc)?;
        let unknown = |error: DocumentError| {
            Refusal::new(Reason::NotNow, Problem::new("town-base-unknown", error))
        };
        require_changes(document, heads).map_err(unknown)?;
        document.fork_at(heads).map_err(|error| unknown(error.into()))
    }

    fn heads_of(&self, doc: &DocId) -> Vec<ChangeHash> {
        self.replica.summary(doc).map(|summary| summary.heads.clone()).unwrap_or_default()
    }

    /// Units that the file leaves out: one that has reported, or has a machine or an invitation to one, is ended
    /// today and stays, since its reports count for the periods until then. Returns those that are ended.
    fn end_instead_of_remove(
        &mut self,
        roster: &Roster,
        now: &Town,
        new: &mut Town,
    ) -> BTreeSet<UnitCode> {
        let today = self.today();
        let mut ended = BTreeSet::new();
        let left_out: Vec<(&UnitCode, &Unit)> =
            now.units.iter().filter(|(code, _)| !new.units.contains_key(*code)).collect();
        for (code, unit) in left_out {
            let has_node = roster.nodes.iter().any(|node| node.unit == *code);
            let is_invited = self.invitations.records().any(|record| record.unit == *code);
            if !(has_node || is_invited || self.has_documents(code)) {
                continue;
            }
            let mut unit = unit.clone();
            if unit.valid_to.is_none_or(|to| to > today) {
                let not_before = unit.valid_from.unwrap_or(today);
                unit.valid_to = Some(today.max(not_before));
                ended.insert(code.clone());
            }
            new.units.insert(code.clone(), unit);
        }
        ended
    }

    fn has_documents(&self, unit: &UnitCode) -> bool {
        let scope = Scope::of([DocGroup::Unit(unit.clone())]);
        self.replica.index().entries(&scope, TagRange::FULL).next().is_some()
    }

    fn has_reports(&self, period: PeriodId) -> bool {
        let entries = self.replica.index().entries(&Scope::All, TagRange::FULL);
        entries.into_iter().any(|(_, entry)| match &entry.doc {
            DocId::Consolidated(of) | DocId::Report(of, _) | DocId::Review(of, _) => *of == period,
            _ => false,
        })
    }

    /// All that speaks against a town.
    fn speaks_against(
        &mut self,
        hub: &UnitCode,
        now: &Town,
        new: &Town,
    ) -> Result<Vec<Problem>, Refusal> {
        let mut problems = self.wrong_units(hub, now, new);
        for (period, entry) in &new.periods {
            match now.periods.get(period) {
                Some(was) if was.template != entry.template => {
                    let detail = format!("{period} follows {}", was.template);
                    let problem = Problem::new("town-period-template", detail);
                    let problem = problem.arg("period", period).arg("template", &was.template);
                    problems.push(problem.arg("other", &entry.template));
                    continue;
                }
                Some(was) if was == entry => {}
                _ => problems.extend(self.wrong_end(*period, entry.deadline, new)?),
            }
            for ((_, unit), extension) in new.extensions.iter().filter(|((of, _), _)| of == period)
            {
                let known = now.extensions.get(&(*period, unit.clone()));
                if known != Some(extension) {
                    problems.extend(self.wrong_end(*period, Some(extension.until), new)?);
                }
            }
        }
        for period in now.periods.keys().filter(|period| !new.periods.contains_key(period)) {
            if self.has_reports(*period) {
                let problem = Problem::new("town-period-reported", format!("{period} has reports"));
                problems.push(problem.arg("period", period));
            }
        }
        for (period, unit) in new.extensions.keys() {
            if !new.periods.contains_key(period) || !new.units.contains_key(unit) {
                let problem = Problem::new("town-unknown-unit", format!("no unit {unit}"));
                problems.push(problem.arg("unit", unit));
            }
        }
        Ok(problems)
    }

    fn wrong_end(
        &mut self,
        period: PeriodId,
        day: Option<jiff::civil::Date>,
        new: &Town,
    ) -> Result<Option<Problem>, Refusal> {
        let Some(entry) = new.periods.get(&period) else { return Ok(None) };
        match self.must_not_end_after(period, &entry.template, day) {
            Ok(()) => Ok(None),
            Err(refusal) if refusal.is("period-template") || refusal.is("period-deadline") => {
                Ok(refusal.problems.into_iter().next())
            }
            Err(refusal) => Err(refusal),
        }
    }

    fn wrong_units(&mut self, hub: &UnitCode, now: &Town, new: &Town) -> Vec<Problem> {
        let mut problems = Vec::new();
        let templates = self.known_templates();
        for (code, unit) in &new.units {
            let named = unit.parent.iter().chain(&unit.predecessors);
            for other in named.filter(|other| !new.units.contains_key(*other)) {
                let problem = Problem::new("town-unknown-unit", format!("{code}: no unit {other}"));
                problems.push(problem.arg("unit", other));
            }
            let is_new = now.units.get(code).is_none_or(|was| was.kind != unit.kind);
            let mut kinds = templates.iter().flat_map(|template| &template.unit_kinds);
            if is_new && !kinds.any(|kind| kind.id == unit.kind) {
                let detail = format!("unit {code} is of the unknown kind {}", unit.kind);
                let problem = Problem::new("town-unknown-kind", detail);
                problems.push(problem.arg("unit", code).arg("kind", &unit.kind));
            }
        }
        let units: Vec<Unit> = new.units.values().cloned().collect();
        if let Some(unit) = in_a_circle(&units) {
            let detail = format!("{unit} reports to itself");
            problems.push(Problem::new("town-circle", detail).arg("unit", unit));
        }
        if new.units.get(hub).is_none_or(|unit| unit.valid_to.is_some()) {
            let problem = Problem::new("town-hub-ends", "the hub's own unit would end");
            problems.push(problem.arg("unit", hub));
        }
        problems
    }

    /// A name that is another one as soon as anything of the plan, or of the town, is another.
    fn name_plan(
        &self,
        changes: &[super::TownChange],
        effects: &[Problem],
    ) -> Result<String, Refusal> {
        let heads = Base {
            roster: self.heads_of(&DocId::Roster),
            calendar: self.heads_of(&DocId::Calendar),
        };
        let bytes = serde_json::to_vec(&(changes, effects, heads.to_string()))
            .map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))?;
        Ok(blake3::hash(&bytes).to_hex().chars().take(20).collect())
    }

    fn write_units(&mut self, prepared: &Prepared, person: &str) -> Result<(), Refusal> {
        let Prepared { now, new, .. } = prepared;
        let changed = new.units.iter().filter(|(code, unit)| now.units.get(*code) != Some(unit));
        let removed = now.units.keys().filter(|code| !new.units.contains_key(*code));
        let writes: Vec<(&UnitCode, Option<&Unit>)> = changed
            .map(|(code, unit)| (code, Some(unit)))
            .chain(removed.map(|code| (code, None)))
            .collect();
        if writes.is_empty() {
            return Ok(());
        }
        let edits = self.edits(person);
        self.replica.edit_in_parts(
            &DocId::Roster,
            &edits,
            &writes,
            |tx, (code, unit)| match unit {
                Some(unit) => roster::put_unit(tx, unit),
                None => roster::remove_unit(tx, code),
            },
        )?;
        Ok(())
    }

    fn write_calendar_changes(&mut self, prepared: &Prepared, person: &str) -> Result<(), Refusal> {
        let Prepared { now, new, .. } = prepared;
        if (&now.periods, &now.extensions, &now.holidays)
            == (&new.periods, &new.extensions, &new.holidays)
        {
            return Ok(());
        }
        let edits = self.edits(person);
        let begun = self.calendar()?;
        self.replica.edit(&DocId::Calendar, &edits, |tx| {
            for (period, entry) in &new.periods {
                if now.periods.get(period) == Some(entry) {
                    continue;
                }
                let mut entry = entry.clone();
                // Reports begin with the template that the period began with, for good.
                if let Some(known) = begun.periods.get(period) {
                    entry.template = known.template.clone();
                }
                calendar::put_period(tx, *period, &entry)?;
            }
            for period in now.periods.keys().filter(|id| !new.periods.contains_key(id)) {
                calendar::remove_period(tx, *period)?;
            }
            for (key, extension) in &new.extensions {
                if now.extensions.get(key) != Some(extension) {
                    calendar::extend(tx, key.0, &key.1, extension)?;
                }
            }
            for key in now.extensions.keys().filter(|key| !new.extensions.contains_key(key)) {
                calendar::remove_extension(tx, key.0, &key.1)?;
            }
            for day in new.holidays.difference(&now.holidays) {
                calendar::add_holiday(tx, *day)?;
            }
            for day in now.holidays.difference(&new.holidays) {
                calendar::remove_holiday(tx, *day)?;
            }
            Ok::<_, DocumentError>(())
        })?;
        Ok(())
    }
}

fn clash_refusal(clashes: Vec<Clash>) -> Refusal {
    let problems = clashes.into_iter().map(|clash| {
        let Clash { subject, field, base, file, now } = clash;
        let problem = Problem::new("town-clash", format!("{subject} {field}: {file} or {now}"));
        let problem = problem.arg("subject", subject).arg("field", field).arg("base", base);
        problem.arg("file", file).arg("now", now)
    });
    Refusal { reason: Reason::NotNow, problems: problems.collect() }
}
