//! `town/calendar`: periods, closing dates, deadlines, extensions, locks with their reason.

use std::collections::{BTreeMap, BTreeSet};

use automerge::ReadDoc;
use automerge::transaction::Transaction;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{DocumentError, field, records};
use crate::id::{TemplateRef, UnitCode};
use crate::period::PeriodId;

/// The calendar as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// The periods that are reported.
    pub periods: BTreeMap<PeriodId, PeriodEntry>,
    /// Days that are no working days, besides Saturdays and Sundays.
    pub holidays: BTreeSet<Date>,
    /// Later deadlines for single units.
    pub extensions: BTreeMap<(PeriodId, UnitCode), Extension>,
    /// Periods whose reports nobody may change any more.
    pub locks: BTreeMap<PeriodId, Lock>,
}

/// A period that is reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodEntry {
    /// The template that its reports follow.
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
    for (key, entry) in records::read_all(doc, field::PERIODS)? {
        calendar.periods.insert(parse_key(field::PERIODS, &key, &key)?, entry);
    }
    for (key, ()) in records::read_all(doc, field::HOLIDAYS)? {
        calendar.holidays.insert(parse_key(field::HOLIDAYS, &key, &key)?);
    }
    for (key, extension) in records::read_all(doc, field::EXTENSIONS)? {
        let (period, unit) = key.split_once('/').unwrap_or((&key, ""));
        let period = parse_key(field::EXTENSIONS, &key, period)?;
        let unit = parse_key(field::EXTENSIONS, &key, unit)?;
        calendar.extensions.insert((period, unit), extension);
    }
    for (key, lock) in records::read_all(doc, field::LOCKS)? {
        calendar.locks.insert(parse_key(field::LOCKS, &key, &key)?, lock);
    }
    Ok(calendar)
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

/// Adds or replaces a period.
///
/// # Errors
/// When the document is not a calendar.
pub fn put_period(
    tx: &mut Transaction<'_>,
    period: PeriodId,
    entry: &PeriodEntry,
) -> Result<(), DocumentError> {
    records::put(tx, field::PERIODS, &period.to_string(), entry)
}

/// Adds a holiday.
///
/// # Errors
/// When the document is not a calendar.
pub fn add_holiday(tx: &mut Transaction<'_>, day: Date) -> Result<(), DocumentError> {
    records::put(tx, field::HOLIDAYS, &day.to_string(), &())
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
    records::put(tx, field::EXTENSIONS, &format!("{period}/{unit}"), extension)
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
