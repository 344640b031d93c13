//! `town/calendar`: periods, closing dates, deadlines, extensions, locks with their reason, and which template
//! counts from which period on.

use std::collections::{BTreeMap, BTreeSet};

use automerge::ReadDoc;
use automerge::transaction::Transaction;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{DocumentError, field, fieldwise, records};
use crate::id::{TemplateRef, UnitCode};
use crate::period::PeriodId;

/// What the keys of the records begin with that say which later versions of its template a period moved on
/// to. At the root likewise, each version under a key of its own: two that are published at once stand side
/// by side.
const REVISION: &str = "revisions/";

/// What the keys of the records begin with that say which template counts. They lie at the document's root:
/// a map for them would be another genesis, and earlier programs pass over keys at the root.
const TEMPLATE_FROM: &str = "template-from/";

/// The calendar as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// The periods that are reported.
    pub periods: BTreeMap<PeriodId, PeriodEntry>,
    /// Periods that were taken out again. They do not open by themselves.
    pub removed: BTreeSet<PeriodId>,
    /// From which period on which template counts: see [`Calendar::template_for`].
    pub templates: BTreeMap<PeriodId, TemplateRef>,
    /// Days that are no working days, besides Saturdays and Sundays.
    pub holidays: BTreeSet<Date>,
    /// Later deadlines for single units.
    pub extensions: BTreeMap<(PeriodId, UnitCode), Extension>,
    /// Periods whose reports nobody may change any more.
    pub locks: BTreeMap<PeriodId, Lock>,
    /// Later versions of their templates that periods moved on to: see [`Calendar::versions`].
    pub revisions: BTreeMap<PeriodId, BTreeSet<TemplateRef>>,
}

/// A period that is reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodEntry {
    /// The template that its reports begin with, on every machine and for ever: the first change of a report
    /// follows from it. So it never changes; what the period follows now says [`Calendar::current`].
    pub template: TemplateRef,
    /// The deadline, when it is not the one that the template's rule gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Date>,
}

/// A later deadline for one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The new deadline.
    pub until: Date,
    /// Why, for the record.
    pub reason: String,
}

/// A period that is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// Why, shown to whoever tries to write.
    pub reason: String,
    /// Since when, milliseconds since 1970 by the hub's clock.
    pub since: i64,
}

/// Reads the calendar.
///
/// # Errors
/// When the document is not a calendar, or a record cannot be read.
pub fn read(doc: &impl ReadDoc) -> Result<Calendar, DocumentError> {
    let mut calendar = Calendar::default();
    for (key, entry) in fieldwise::read_all(doc, field::PERIODS)? {
        calendar.periods.insert(parse_key(field::PERIODS, &key, &key)?, entry);
    }
    for key in fieldwise::read_removed(doc, field::PERIODS)? {
        calendar.removed.insert(parse_key(field::PERIODS, &key, &key)?);
    }
    for (key, template) in records::read_at_root(doc, TEMPLATE_FROM)? {
        calendar.templates.insert(parse_key(TEMPLATE_FROM, &key, &key)?, template);
    }
    for (key, ()) in records::read_all(doc, field::HOLIDAYS)? {
        calendar.holidays.insert(parse_key(field::HOLIDAYS, &key, &key)?);
    }
    for (key, extension) in fieldwise::read_all(doc, field::EXTENSIONS)? {
        let (period, unit) = key.split_once('/').unwrap_or((&key, ""));
        let period = parse_key(field::EXTENSIONS, &key, period)?;
        let unit = parse_key(field::EXTENSIONS, &key, unit)?;
        calendar.extensions.insert((period, unit), extension);
    }
    for (key, lock) in records::read_all(doc, field::LOCKS)? {
        calendar.locks.insert(parse_key(field::LOCKS, &key, &key)?, lock);
    }
    for (key, ()) in records::read_at_root(doc, REVISION)? {
        let (period, template) = key.split_once('/').unwrap_or((&key, ""));
        let period = parse_key(REVISION, &key, period)?;
        let template = parse_key(REVISION, &key, template)?;
        calendar.revisions.entry(period).or_default().insert(template);
    }
    Ok(calendar)
}

impl Calendar {
    /// The versions of its template that a period has followed, oldest first; the first is the one that its
    /// reports begin with. Empty for a period that is not in the calendar.
    pub fn versions(&self, period: PeriodId) -> Vec<TemplateRef> {
        let Some(entry) = self.periods.get(&period) else { return Vec::new() };
        let first = &entry.template;
        let later = self.revisions.get(&period).into_iter().flatten();
        let later = later.filter(|other| other.id == first.id && other.version > first.version);
        std::iter::once(first).chain(later).cloned().collect()
    }

    /// The version of its template that a period follows.
    pub fn current(&self, period: PeriodId) -> Option<TemplateRef> {
        self.versions(period).pop()
    }

    /// The template that a period would follow which is not open yet: of the records that count from a period
    /// on, the latest that ends no later than this one. Calendars without such records (all before there were
    /// any) give that of the period before, or of the first. `None` when there is neither.
    pub fn template_for(&self, period: PeriodId) -> Option<&TemplateRef> {
        let recorded = self.templates.iter().filter(|(from, _)| from.ends() <= period.ends());
        if let Some((_, template)) = recorded.max_by_key(|(from, _)| (from.ends(), **from)) {
            return Some(template);
        }
        let before = self.periods.iter().filter(|(known, _)| known.ends() <= period.ends());
        let before = before.max_by_key(|(known, _)| (known.ends(), **known));
        let first = || self.periods.iter().min_by_key(|(known, _)| (known.ends(), **known));
        before.or_else(first).map(|(_, entry)| &entry.template)
    }
}

fn parse_key<T: std::str::FromStr<Err: std::fmt::Display>>(
    field: &str,
    key: &str,
    part: &str,
) -> Result<T, DocumentError> {
    part.parse().map_err(|error: T::Err| DocumentError::Record {
        field: field.to_owned(),
        key: key.to_owned(),
        why: error.to_string(),
    })
}

/// Adds or changes a period, field by field: what another machine changes at the same time stays.
///
/// # Errors
/// When the document is not a calendar.
pub fn put_period(
    tx: &mut Transaction<'_>,
    period: PeriodId,
    entry: &PeriodEntry,
) -> Result<(), DocumentError> {
    fieldwise::put(tx, field::PERIODS, &period.to_string(), entry)
}

/// Takes a period out. It does not open by itself again.
///
/// # Errors
/// When the document is not a calendar.
pub fn remove_period(tx: &mut Transaction<'_>, period: PeriodId) -> Result<(), DocumentError> {
    records::remove(tx, field::PERIODS, &period.to_string())
}

/// Says which template counts from a period on, in place of what was said of that period.
///
/// # Errors
/// When automerge refuses.
pub fn use_template_from(
    tx: &mut Transaction<'_>,
    from: PeriodId,
    template: &TemplateRef,
) -> Result<(), DocumentError> {
    records::put_at_root(tx, TEMPLATE_FROM, &from.to_string(), template)
}

/// Has a period move on to a later version of its template.
///
/// # Errors
/// When automerge refuses.
pub fn add_revision(
    tx: &mut Transaction<'_>,
    period: PeriodId,
    template: &TemplateRef,
) -> Result<(), DocumentError> {
    records::put_at_root(tx, REVISION, &format!("{period}/{template}"), &())
}

/// Takes back which template counts from a period on.
///
/// # Errors
/// When automerge refuses.
pub fn stop_template_from(tx: &mut Transaction<'_>, from: PeriodId) -> Result<(), DocumentError> {
    records::remove_at_root(tx, TEMPLATE_FROM, &from.to_string())
}

/// Adds a holiday.
///
/// # Errors
/// When the document is not a calendar.
pub fn add_holiday(tx: &mut Transaction<'_>, day: Date) -> Result<(), DocumentError> {
    records::put(tx, field::HOLIDAYS, &day.to_string(), &())
}

/// Makes a holiday a working day again.
///
/// # Errors
/// When the document is not a calendar.
pub fn remove_holiday(tx: &mut Transaction<'_>, day: Date) -> Result<(), DocumentError> {
    records::remove(tx, field::HOLIDAYS, &day.to_string())
}

/// Gives a unit more time.
///
/// # Errors
/// When the document is not a calendar.
pub fn extend(
    tx: &mut Transaction<'_>,
    period: PeriodId,
    unit: &UnitCode,
    extension: &Extension,
) -> Result<(), DocumentError> {
    fieldwise::put(tx, field::EXTENSIONS, &format!("{period}/{unit}"), extension)
}

/// Takes back that a unit has more time.
///
/// # Errors
/// When the document is not a calendar.
pub fn remove_extension(
    tx: &mut Transaction<'_>,
    period: PeriodId,
    unit: &UnitCode,
) -> Result<(), DocumentError> {
    records::remove(tx, field::EXTENSIONS, &format!("{period}/{unit}"))
}

/// Closes a period.
///
/// # Errors
/// When the document is not a calendar.
pub fn lock(tx: &mut Transaction<'_>, period: PeriodId, lock: &Lock) -> Result<(), DocumentError> {
    records::put(tx, field::LOCKS, &period.to_string(), lock)
}

/// Opens a closed period again.
///
/// # Errors
/// When the document is not a calendar.
pub fn unlock(tx: &mut Transaction<'_>, period: PeriodId) -> Result<(), DocumentError> {
    records::remove(tx, field::LOCKS, &period.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(periods: &[(&str, u32)], templates: &[(&str, u32)]) -> Calendar {
        let reference =
            |version: &u32| -> TemplateRef { format!("form@{version}").parse().unwrap() };
        let entry = |version: &u32| PeriodEntry { template: reference(version), deadline: None };
        Calendar {
            periods: periods.iter().map(|(id, v)| (id.parse().unwrap(), entry(v))).collect(),
            templates: templates
                .iter()
                .map(|(id, v)| (id.parse().unwrap(), reference(v)))
                .collect(),
            ..Calendar::default()
        }
    }

    fn version_for(calendar: &Calendar, period: &str) -> Option<String> {
        calendar.template_for(period.parse().unwrap()).map(ToString::to_string)
    }

    #[test]
    fn a_period_follows_the_latest_template_that_counts_from_a_period_no_later() {
        let town = calendar(&[("2023-q1", 1)], &[("2023-q1", 1), ("2023-q3", 2), ("2024-q1", 3)]);
        for (period, template) in [
            ("2022-q4", "form@1"),
            ("2023-q2", "form@1"),
            ("2023-6m", "form@1"),
            ("2023-q3", "form@2"),
            ("2023-9m", "form@2"),
            ("2023-y", "form@2"),
            ("2024-q1", "form@3"),
            ("2031-y", "form@3"),
        ] {
            assert_eq!(version_for(&town, period).as_deref(), Some(template), "{period}");
        }
    }

    #[test]
    fn a_calendar_without_such_records_goes_on_with_the_template_it_has() {
        let town = calendar(&[("2023-q1", 1), ("2023-q3", 2)], &[]);
        for (period, template) in
            [("2022-q1", "form@1"), ("2023-q2", "form@1"), ("2023-q4", "form@2")]
        {
            assert_eq!(version_for(&town, period).as_deref(), Some(template), "{period}");
        }
        assert_eq!(version_for(&Calendar::default(), "2023-q1"), None);
    }
}
