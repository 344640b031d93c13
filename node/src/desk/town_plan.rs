//! What a town file would change: three states of a town compared, fact by fact.
//!
//! A fact is one field of one unit, period or extension, or a day off. A file that was written from a state of
//! the town changes only what differs from that state, so that what somebody else has changed since stays.
//! Where both changed one fact, nobody but a person can say which counts.

use std::collections::{BTreeMap, BTreeSet};

use hopluu_protocol::documents::calendar::{Calendar, Extension, PeriodEntry};
use hopluu_protocol::documents::fieldwise::{flat, nested};
use hopluu_protocol::id::UnitCode;
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::roster::{Roster, Unit};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::town_file::{Extensions, TownFile};

/// What a town file would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TownPlan {
    /// What changes. Empty when the town is already as the file says.
    pub changes: Vec<TownChange>,
    /// What that does to reports and deadlines.
    pub effects: Vec<Problem>,
    /// Names this plan: whoever applies it says by this that it is the one that was looked at.
    pub plan: String,
}

/// One thing that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TownChange {
    /// What kind of change it is.
    pub what: ChangeKind,
    /// What changes: a unit's code, a period, a day, a period and a unit.
    pub subject: String,
    /// The unit's short name; empty for what is no unit.
    pub name: String,
    /// The field, as the town file names it; empty when the whole is added or removed.
    pub field: String,
    /// What it was; empty when there was nothing.
    pub before: String,
    /// What it will be; empty when there will be nothing.
    pub after: String,
    /// The same for people, in the language asked for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// Kinds of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// A unit gets more time for a period.
    ExtensionAdded,
    /// A field of an extension changes.
    ExtensionChanged,
    /// A unit has no more time than others any longer.
    ExtensionRemoved,
    /// A day is a day off.
    HolidayAdded,
    /// A day is a working day again.
    HolidayRemoved,
    /// A period opens.
    PeriodAdded,
    /// A field of a period changes.
    PeriodChanged,
    /// A period that nobody has reported for is taken out.
    PeriodRemoved,
    /// A unit is new.
    UnitAdded,
    /// A field of a unit changes.
    UnitChanged,
    /// A unit that the file leaves out has reported, so it is ended and stays.
    UnitEnded,
    /// A unit that nobody has heard of is taken out.
    UnitRemoved,
}

impl TownChange {
    /// Names its message in the catalogues.
    pub fn code(&self) -> &'static str {
        match self.what {
            ChangeKind::ExtensionAdded => "town-change-extension-added",
            ChangeKind::ExtensionChanged | ChangeKind::PeriodChanged | ChangeKind::UnitChanged => {
                "town-change-field"
            }
            ChangeKind::ExtensionRemoved => "town-change-extension-removed",
            ChangeKind::HolidayAdded => "town-change-holiday-added",
            ChangeKind::HolidayRemoved => "town-change-holiday-removed",
            ChangeKind::PeriodAdded => "town-change-period-added",
            ChangeKind::PeriodRemoved => "town-change-period-removed",
            ChangeKind::UnitAdded => "town-change-unit-added",
            ChangeKind::UnitEnded => "town-change-unit-ended",
            ChangeKind::UnitRemoved => "town-change-unit-removed",
        }
    }

    /// The facts that its message speaks of.
    pub fn args(&self) -> BTreeMap<String, String> {
        let Self { subject, name, field, before, after, .. } = self;
        let none = "none".to_owned();
        let pairs = [
            ("subject", subject),
            ("name", if name.is_empty() { &none } else { name }),
            ("field", field),
            ("before", before),
            ("after", after),
        ];
        pairs.map(|(key, value)| (key.to_owned(), value.clone())).into()
    }
}

/// A town's units and calendar, as a file can state them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Town {
    pub(super) units: BTreeMap<UnitCode, Unit>,
    pub(super) periods: BTreeMap<PeriodId, PeriodEntry>,
    pub(super) extensions: Extensions,
    pub(super) holidays: BTreeSet<Date>,
}

/// What a fact is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Unit(UnitCode),
    Holiday(Date),
    Period(PeriodId),
    Extension(PeriodId, UnitCode),
}

/// The facts of a town: each subject's fields by path.
type Facts = BTreeMap<Subject, BTreeMap<String, Json>>;

/// Two people changed one fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clash {
    pub(super) subject: Subject,
    pub(super) field: String,
    pub(super) base: String,
    pub(super) file: String,
    pub(super) now: String,
}

impl Town {
    /// The town as a file would state it: of each period the version of the template that it follows now.
    pub(super) fn of(roster: &Roster, calendar: &Calendar) -> Self {
        Self {
            units: roster.units.iter().map(|unit| (unit.code.clone(), unit.clone())).collect(),
            periods: calendar.current_periods(),
            extensions: calendar.extensions.clone(),
            holidays: calendar.holidays.clone(),
        }
    }

    pub(super) fn of_file(file: &TownFile) -> Self {
        Self {
            units: file.units.iter().map(|unit| (unit.code.clone(), unit.clone())).collect(),
            periods: file.periods.iter().cloned().collect(),
            extensions: file.extensions.clone(),
            holidays: file.holidays.clone(),
        }
    }

    /// Adds the periods of another town that this one does not name, with their extensions.
    pub(super) fn add_periods_of(&mut self, other: &Self) {
        for (period, entry) in &other.periods {
            if self.periods.contains_key(period) {
                continue;
            }
            self.periods.insert(*period, entry.clone());
            let extensions = other.extensions.iter().filter(|((of, _), _)| of == period);
            self.extensions.extend(extensions.map(|(key, value)| (key.clone(), value.clone())));
        }
    }

    /// Takes an earlier version of a period's template for the one that it follows now: a file that was
    /// written before the later one was published says nothing against it.
    pub(super) fn follow_revisions(&mut self, calendar: &Calendar) {
        for (period, entry) in &mut self.periods {
            let versions = calendar.versions(*period);
            if versions.contains(&entry.template)
                && let Some(current) = versions.last()
            {
                entry.template = current.clone();
            }
        }
    }

    fn facts(&self) -> Facts {
        let mut facts = Facts::new();
        for (code, unit) in &self.units {
            facts.insert(Subject::Unit(code.clone()), fields_of(unit));
        }
        for day in &self.holidays {
            let there = BTreeMap::from([(String::new(), Json::Bool(true))]);
            facts.insert(Subject::Holiday(*day), there);
        }
        for (period, entry) in &self.periods {
            facts.insert(Subject::Period(*period), fields_of(entry));
        }
        for ((period, unit), extension) in &self.extensions {
            facts.insert(Subject::Extension(*period, unit.clone()), fields_of(extension));
        }
        facts
    }

    /// What is left of a subject that lacks a needed field is nothing: somebody removed it.
    fn of_facts(facts: Facts) -> Self {
        let mut town = Self::default();
        for (subject, fields) in facts {
            let record = nested(fields);
            match subject {
                Subject::Unit(code) => {
                    let unit = serde_json::from_value::<Unit>(record).ok();
                    town.units.extend(unit.map(|unit| (code, unit)));
                }
                Subject::Holiday(day) => {
                    town.holidays.insert(day);
                }
                Subject::Period(period) => {
                    let entry = serde_json::from_value::<PeriodEntry>(record).ok();
                    town.periods.extend(entry.map(|entry| (period, entry)));
                }
                Subject::Extension(period, unit) => {
                    let extension = serde_json::from_value::<Extension>(record).ok();
                    town.extensions.extend(extension.map(|record| ((period, unit), record)));
                }
            }
        }
        town
    }
}

/// The town as it is `now`, with what the `file` changes of the `base` that it was made from.
///
/// # Errors
/// The facts that the file and somebody else changed differently.
pub(super) fn merge(base: &Town, file: &Town, now: &Town) -> Result<Town, Vec<Clash>> {
    let (base, file, now) = (base.facts(), file.facts(), now.facts());
    let subjects: BTreeSet<&Subject> = base.keys().chain(file.keys()).chain(now.keys()).collect();
    let nothing = BTreeMap::new();
    let (mut merged, mut clashes) = (Facts::new(), Vec::new());
    for subject in subjects {
        let [base, file, now] =
            [&base, &file, &now].map(|facts| facts.get(subject).unwrap_or(&nothing));
        let fields: BTreeSet<&String> = base.keys().chain(file.keys()).chain(now.keys()).collect();
        let mut kept = BTreeMap::new();
        for field in fields {
            let (was, wanted, is) = (base.get(field), file.get(field), now.get(field));
            let counts = if wanted == was {
                is
            } else if is == was || is == wanted {
                wanted
            } else {
                let [base, file, now] = [was, wanted, is].map(shown);
                let (subject, field) = (subject.clone(), field.clone());
                clashes.push(Clash { subject, field, base, file, now });
                continue;
            };
            kept.extend(counts.map(|value| (field.clone(), value.clone())));
        }
        if !kept.is_empty() {
            merged.insert(subject.clone(), kept);
        }
    }
    if clashes.is_empty() { Ok(Town::of_facts(merged)) } else { Err(clashes) }
}

/// What changes from one town to another. `ended` are the units that are ended since the file leaves them out.
pub(super) fn changes(now: &Town, new: &Town, ended: &BTreeSet<UnitCode>) -> Vec<TownChange> {
    let (before, after) = (now.facts(), new.facts());
    let subjects: BTreeSet<&Subject> = before.keys().chain(after.keys()).collect();
    let mut changes = Vec::new();
    for subject in subjects {
        let name = subject.name_in(new).or_else(|| subject.name_in(now)).unwrap_or_default();
        let change = |what, field: &str, before: String, after: String| TownChange {
            what,
            subject: subject.to_string(),
            name: name.clone(),
            field: field.to_owned(),
            before,
            after,
            message: String::new(),
        };
        match (before.get(subject), after.get(subject)) {
            (None, Some(fields)) => {
                changes.push(change(subject.added(), "", String::new(), summary(fields)));
            }
            (Some(fields), None) => {
                changes.push(change(subject.removed(), "", summary(fields), String::new()));
            }
            (Some(was), Some(is)) => {
                let fields: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
                for field in fields {
                    let (was, is) = (was.get(field), is.get(field));
                    if was == is {
                        continue;
                    }
                    let is_ended = matches!(subject, Subject::Unit(code) if ended.contains(code));
                    let what = if is_ended { ChangeKind::UnitEnded } else { subject.changed() };
                    changes.push(change(what, field, shown(was), shown(is)));
                }
            }
            (None, None) => {}
        }
    }
    changes
}

impl Subject {
    fn added(&self) -> ChangeKind {
        match self {
            Self::Unit(_) => ChangeKind::UnitAdded,
            Self::Holiday(_) => ChangeKind::HolidayAdded,
            Self::Period(_) => ChangeKind::PeriodAdded,
            Self::Extension(..) => ChangeKind::ExtensionAdded,
        }
    }

    fn removed(&self) -> ChangeKind {
        match self {
            Self::Unit(_) => ChangeKind::UnitRemoved,
            Self::Holiday(_) => ChangeKind::HolidayRemoved,
            Self::Period(_) => ChangeKind::PeriodRemoved,
            Self::Extension(..) => ChangeKind::ExtensionRemoved,
        }
    }

    /// A day off has no fields that could change.
    fn changed(&self) -> ChangeKind {
        match self {
            Self::Unit(_) | Self::Holiday(_) => ChangeKind::UnitChanged,
            Self::Period(_) => ChangeKind::PeriodChanged,
            Self::Extension(..) => ChangeKind::ExtensionChanged,
        }
    }

    fn name_in(&self, town: &Town) -> Option<String> {
        match self {
            Self::Unit(code) | Self::Extension(_, code) => {
                town.units.get(code).map(|unit| unit.short_name.clone())
            }
            Self::Holiday(_) | Self::Period(_) => None,
        }
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unit(code) => write!(f, "{code}"),
            Self::Holiday(day) => write!(f, "{day}"),
            Self::Period(period) => write!(f, "{period}"),
            Self::Extension(period, unit) => write!(f, "{period} {unit}"),
        }
    }
}

/// A record's fields. What cannot be put into JSON has none, and nothing here is of that sort.
fn fields_of(record: &impl Serialize) -> BTreeMap<String, Json> {
    serde_json::to_value(record).map(flat).unwrap_or_default()
}

/// A value as the town file writes it.
fn shown(value: Option<&Json>) -> String {
    match value {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text.clone(),
        Some(Json::Array(items)) => {
            items.iter().map(|item| shown(Some(item))).collect::<Vec<_>>().join("; ")
        }
        Some(other) => other.to_string(),
    }
}

/// What of a whole record is worth a line: a period's template, an extension's day and reason.
fn summary(fields: &BTreeMap<String, Json>) -> String {
    let worth = ["name", "template", "deadline", "until", "reason"];
    let parts = worth.iter().filter_map(|field| fields.get(*field)).map(|value| shown(Some(value)));
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
#[path = "tests/town_plan.rs"]
mod tests;
