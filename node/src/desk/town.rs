//! The hub's beginning: units, calendar and templates of a town.

use hopluu_protocol::documents::{calendar, roster, template};
use hopluu_protocol::id::DocId;
use hopluu_protocol::roster::{Node, Role};
use hopluu_protocol::template::Template;

use super::Desk;
use super::membership::{Membership, Place};
use crate::problem::{Problem, Reason, Refusal};
use crate::town_file::TownFile;

/// How many units are written in one change: far below what one change may hold.
const UNITS_PER_CHANGE: usize = 50;

impl Desk {
    /// Makes this node the hub of a town.
    ///
    /// Everything is checked before anything is written.
    ///
    /// # Errors
    /// When the node has a place already, when the template is not valid, or when the town file speaks of
    /// a kind of unit or a template that is not there.
    pub fn found_town(
        &mut self,
        town: &TownFile,
        templates: &[(&str, &str)],
        node_name: &str,
        person: &str,
    ) -> Result<(), Refusal> {
        if self.membership.is_some() {
            let problem = Problem::new("init-has-place", "this node has a place already");
            return Err(Refusal::new(
                Reason::NotNow,
                problem.arg("unit", &self.membership()?.unit),
            ));
        }
        let parsed = parse_all(templates)?;
        check_town(town, &parsed)?;

        self.publish_templates(&parsed, person)?;
        self.write_roster(town, node_name, person)?;
        self.write_calendar(town, person)?;
        self.take_place(Membership {
            unit: town.hub.clone(),
            role: Role::Operator,
            place: Place::Hub,
        })
    }

    pub(super) fn publish_templates(
        &mut self,
        templates: &[(Template, &str)],
        person: &str,
    ) -> Result<(), Refusal> {
        let edits = self.edits(person);
        for (parsed, source) in templates {
            let doc = DocId::Template(parsed.reference.clone());
            self.ensure(&doc, None)?;
            let parts = template::parts(source);
            for (number, part) in parts.iter().enumerate() {
                let last = number + 1 == parts.len();
                self.replica.edit(&doc, &edits, |tx| template::put_part(tx, number, part, last))?;
            }
        }
        Ok(())
    }

    fn write_roster(
        &mut self,
        town: &TownFile,
        node_name: &str,
        person: &str,
    ) -> Result<(), Refusal> {
        let edits = self.edits(person);
        self.ensure(&DocId::Roster, None)?;
        let node = Node {
            key: self.key.node_key(),
            unit: town.hub.clone(),
            role: Role::Operator,
            name: node_name.to_owned(),
            enrolled_at: self.now_ms(),
            revoked_at: None,
        };
        self.replica.edit(&DocId::Roster, &edits, |tx| {
            roster::set_hub(tx, &town.hub)?;
            roster::put_node(tx, &node)
        })?;
        for units in town.units.chunks(UNITS_PER_CHANGE) {
            self.replica.edit(&DocId::Roster, &edits, |tx| {
                units.iter().try_for_each(|unit| roster::put_unit(tx, unit))
            })?;
        }
        Ok(())
    }

    fn write_calendar(&mut self, town: &TownFile, person: &str) -> Result<(), Refusal> {
        let edits = self.edits(person);
        self.ensure(&DocId::Calendar, None)?;
        self.replica.edit(&DocId::Calendar, &edits, |tx| {
            for (period, entry) in &town.periods {
                calendar::put_period(tx, *period, entry)?;
            }
            for ((period, unit), extension) in &town.extensions {
                calendar::extend(tx, *period, unit, extension)?;
            }
            town.holidays.iter().try_for_each(|day| calendar::add_holiday(tx, *day))
        })?;
        Ok(())
    }
}

fn parse_all<'a>(templates: &[(&'a str, &'a str)]) -> Result<Vec<(Template, &'a str)>, Refusal> {
    let mut parsed = Vec::new();
    for (file, source) in templates {
        match Template::parse(source) {
            Ok(read) => parsed.push((read.template, *source)),
            Err(problems) => {
                let problems = problems.iter().map(|problem| Problem::of_template(problem, file));
                return Err(Refusal { reason: Reason::Invalid, problems: problems.collect() });
            }
        }
    }
    Ok(parsed)
}

/// Every period needs a template that is here, every unit a kind that some template knows.
fn check_town(town: &TownFile, templates: &[(Template, &str)]) -> Result<(), Refusal> {
    let mut problems = Vec::new();
    for (period, entry) in &town.periods {
        if !templates.iter().any(|(template, _)| template.reference == entry.template) {
            let detail = format!("{period} follows {}, which is not here", entry.template);
            let problem = Problem::new("town-unknown-template", detail);
            problems.push(problem.arg("period", period).arg("template", &entry.template));
        }
    }
    for unit in &town.units {
        let known = |(template, _): &(Template, &str)| {
            template.unit_kinds.iter().any(|kind| kind.id == unit.kind)
        };
        if !templates.iter().any(known) {
            let detail = format!("unit {} is of the unknown kind {}", unit.code, unit.kind);
            let problem = Problem::new("town-unknown-kind", detail);
            problems.push(problem.arg("unit", &unit.code).arg("kind", &unit.kind));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Refusal { reason: Reason::Invalid, problems }) }
}
