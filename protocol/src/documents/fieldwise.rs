//! Records that several machines change at once, merged field by field.
//!
//! A record is one JSON text under its key. Beside its fields it says how often each was changed since the
//! record was made. Where two machines changed one record apart from each other, of each field the side counts
//! that changed it more often, so that a new name and a new recipient both stay. Programs before this read a
//! record without that count, and pass over the count where there is one.

use std::collections::{BTreeMap, BTreeSet};

use automerge::transaction::{Transactable, Transaction};
use automerge::{ObjId, ReadDoc, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::{DocumentError, object};

/// The field of a record that holds the counts.
const EDITS: &str = "edits";

/// One side of a record: its fields by path (`letterhead.signer`), and how often each was changed.
#[derive(Clone, Debug, Default, PartialEq)]
struct Side {
    fields: BTreeMap<String, Json>,
    edits: BTreeMap<String, u64>,
}

/// A record with its counts, as it is written.
#[derive(Serialize)]
struct Counted<'a, T> {
    #[serde(flatten)]
    record: &'a T,
    edits: &'a BTreeMap<String, u64>,
}

/// All records of a map, by key; where several machines changed one, what came of it.
pub(super) fn read_all<T: DeserializeOwned>(
    doc: &impl ReadDoc,
    field: &str,
) -> Result<BTreeMap<String, T>, DocumentError> {
    let map = object(doc, field)?;
    let mut records = BTreeMap::new();
    for key in doc.keys(&map) {
        let place = Place { field, key: &key };
        let texts = texts(doc, &map, &place)?;
        let record = match texts.as_slice() {
            [] => continue,
            [text] => serde_json::from_str(text),
            _ => {
                let sides = sides(&texts, &place)?;
                let merged = sides.into_iter().reduce(Side::merged).unwrap_or_default();
                serde_json::from_value(merged.into_json())
            }
        };
        records.insert(key.clone(), record.map_err(|error| place.wrong(error))?);
    }
    Ok(records)
}

/// The keys of records that were removed.
pub(super) fn read_removed(
    doc: &impl ReadDoc,
    field: &str,
) -> Result<BTreeSet<String>, DocumentError> {
    let map = object(doc, field)?;
    let mut removed = BTreeSet::new();
    for key in doc.keys(&map) {
        if texts(doc, &map, &Place { field, key: &key })?.is_empty() {
            removed.insert(key);
        }
    }
    Ok(removed)
}

/// Writes a record: counts the fields that differ from what is there. Nothing is written where none does.
pub(super) fn put<T: Serialize>(
    tx: &mut Transaction<'_>,
    field: &str,
    key: &str,
    record: &T,
) -> Result<(), DocumentError> {
    let place = Place { field, key };
    let map = object(tx, field)?;
    let sides = sides(&texts(tx, &map, &place)?, &place)?;
    let is_settled = sides.len() == 1;
    let mut edits = BTreeMap::new();
    if let Some(now) = sides.into_iter().reduce(Side::merged) {
        let new = Side::of(serde_json::to_value(record).map_err(|e| place.wrong(e))?);
        let changed = now.differs_from(&new);
        if changed.is_empty() && is_settled {
            return Ok(());
        }
        edits = now.edits;
        for path in changed {
            let count: &mut u64 = edits.entry(path).or_default();
            *count = count.saturating_add(1);
        }
    }
    let text = if edits.is_empty() {
        serde_json::to_string(record)
    } else {
        serde_json::to_string(&Counted { record, edits: &edits })
    };
    tx.put(&map, key, text.map_err(|e| place.wrong(e))?)?;
    Ok(())
}

/// Where a record lies, for errors.
struct Place<'a> {
    field: &'a str,
    key: &'a str,
}

impl Place<'_> {
    fn wrong(&self, why: impl std::fmt::Display) -> DocumentError {
        let (field, key) = (self.field.to_owned(), self.key.to_owned());
        DocumentError::Record { field, key, why: why.to_string() }
    }
}

/// The sides of a record as they are written. One that was removed has none; what was changed while another
/// machine removed it stays.
fn texts(doc: &impl ReadDoc, map: &ObjId, place: &Place<'_>) -> Result<Vec<String>, DocumentError> {
    let mut texts = Vec::new();
    for (value, _) in doc.get_all(map, place.key)? {
        let Value::Scalar(value) = value else { continue };
        if !value.is_null() {
            let text = value.as_str().ok_or_else(|| place.wrong("it is not a text"))?;
            texts.push(text.to_owned());
        }
    }
    Ok(texts)
}

fn sides(texts: &[String], place: &Place<'_>) -> Result<Vec<Side>, DocumentError> {
    let side = |text: &String| {
        serde_json::from_str(text).map(Side::of).map_err(|error| place.wrong(error))
    };
    texts.iter().map(side).collect()
}

impl Side {
    fn of(mut record: Json) -> Self {
        let edits = record.as_object_mut().and_then(|record| record.remove(EDITS));
        let edits = edits.and_then(|edits| serde_json::from_value(edits).ok()).unwrap_or_default();
        Self { fields: flat(record), edits }
    }

    /// What came of two sides, whichever is named first.
    fn merged(mut self, other: Self) -> Self {
        for path in self.differs_from(&other) {
            let (own, theirs) = (self.fields.get(&path), other.fields.get(&path));
            let rank = |side: &Self| side.edits.get(&path).copied().unwrap_or_default();
            // Changed as often on both sides: one of the two, the same on every machine.
            let order = rank(&other).cmp(&rank(&self)).then_with(|| text(theirs).cmp(&text(own)));
            if order.is_gt() {
                match theirs.cloned() {
                    Some(value) => self.fields.insert(path, value),
                    None => self.fields.remove(&path),
                };
            }
        }
        for (path, count) in other.edits {
            let own = self.edits.entry(path).or_default();
            *own = count.max(*own);
        }
        self
    }

    /// The paths of fields in which two sides differ.
    fn differs_from(&self, other: &Self) -> BTreeSet<String> {
        let paths = self.fields.keys().chain(other.fields.keys());
        paths.filter(|path| self.fields.get(*path) != other.fields.get(*path)).cloned().collect()
    }

    fn into_json(self) -> Json {
        nested(self.fields)
    }
}

/// A record's fields by path (`letterhead.signer`). Lists are one field: a list is written by one person at a
/// time.
pub fn flat(record: Json) -> BTreeMap<String, Json> {
    let mut fields = BTreeMap::new();
    lay_flat(record, String::new(), &mut fields);
    fields
}

/// The record of which these are the fields.
pub fn nested(fields: BTreeMap<String, Json>) -> Json {
    let mut record = Json::Object(serde_json::Map::new());
    for (path, value) in fields {
        let mut at = &mut record;
        for name in path.split('.') {
            if !at.is_object() {
                *at = Json::Object(serde_json::Map::new());
            }
            at = &mut at[name];
        }
        *at = value;
    }
    record
}

/// For an order that is the same everywhere.
fn text(value: Option<&Json>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn lay_flat(value: Json, path: String, fields: &mut BTreeMap<String, Json>) {
    match value {
        Json::Object(object) => {
            for (name, value) in object {
                let path = if path.is_empty() { name } else { format!("{path}.{name}") };
                lay_flat(value, path, fields);
            }
        }
        value => {
            fields.insert(path, value);
        }
    }
}

#[cfg(test)]
mod tests;
