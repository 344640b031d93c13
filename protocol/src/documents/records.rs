//! Maps of records: each record one JSON text under its own key, written whole.
//!
//! A record is replaced as a whole, so two people who change different fields of one record at once
//! conflict visibly instead of being merged into something that neither wrote. Records of many fields, which
//! different people change for different reasons, are merged instead: see `fieldwise`.

use std::collections::BTreeMap;

use automerge::transaction::{Transactable, Transaction};
use automerge::{ROOT, ReadDoc, ScalarValue, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{DocumentError, object};

/// All records of a map, by key. Of a record in conflict this is the one that automerge picks.
pub(super) fn read_all<T: DeserializeOwned>(
    doc: &impl ReadDoc,
    field: &str,
) -> Result<BTreeMap<String, T>, DocumentError> {
    let map = object(doc, field)?;
    let mut records = BTreeMap::new();
    for key in doc.keys(&map) {
        let Some((Value::Scalar(value), _)) = doc.get(&map, key.as_str())? else { continue };
        // A record that was removed is null: see `remove`.
        if !value.is_null() {
            let record = parse(&value, field, &key)?;
            records.insert(key, record);
        }
    }
    Ok(records)
}

/// All sides of the records in conflict, by key.
pub(super) fn read_conflicts<T: DeserializeOwned>(
    doc: &impl ReadDoc,
    field: &str,
) -> Result<BTreeMap<String, Vec<T>>, DocumentError> {
    let map = object(doc, field)?;
    let mut conflicts: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for key in doc.keys(&map) {
        let sides = doc.get_all(&map, key.as_str())?;
        if sides.len() < 2 {
            continue;
        }
        for (value, _) in sides {
            if let Value::Scalar(value) = value
                && !value.is_null()
            {
                let record = parse(&value, field, &key)?;
                conflicts.entry(key.clone()).or_default().push(record);
            }
        }
    }
    Ok(conflicts)
}

fn parse<T: DeserializeOwned>(
    value: &ScalarValue,
    field: &str,
    key: &str,
) -> Result<T, DocumentError> {
    value
        .as_str()
        .ok_or_else(|| "it is not a text".to_owned())
        .and_then(|text| serde_json::from_str(text).map_err(|error| error.to_string()))
        .map_err(|why| DocumentError::Record { field: field.to_owned(), key: key.to_owned(), why })
}

/// Writes a record, unless it is already there in just this form.
pub(super) fn put<T: Serialize>(
    tx: &mut Transaction<'_>,
    field: &str,
    key: &str,
    record: &T,
) -> Result<(), DocumentError> {
    let text = serde_json::to_string(record).map_err(|error| DocumentError::Record {
        field: field.to_owned(),
        key: key.to_owned(),
        why: error.to_string(),
    })?;
    let map = object(tx, field)?;
    tx.put(&map, key, text)?;
    Ok(())
}

/// Removes a record. What stays is null rather than nothing, so that a removal made at the same time
/// as a change is a visible conflict and not silently undone.
pub(super) fn remove(
    tx: &mut Transaction<'_>,
    field: &str,
    key: &str,
) -> Result<(), DocumentError> {
    let map = object(tx, field)?;
    tx.put(&map, key, ())?;
    Ok(())
}

/// The records at the document's root whose keys begin with `prefix`, by the rest of their keys. Earlier
/// programs pass over them.
pub(super) fn read_at_root<T: DeserializeOwned>(
    doc: &impl ReadDoc,
    prefix: &str,
) -> Result<BTreeMap<String, T>, DocumentError> {
    let mut records = BTreeMap::new();
    for key in doc.keys(ROOT) {
        let Some(name) = key.strip_prefix(prefix) else { continue };
        let Some((Value::Scalar(value), _)) = doc.get(ROOT, key.as_str())? else { continue };
        if !value.is_null() {
            records.insert(name.to_owned(), parse(&value, prefix, name)?);
        }
    }
    Ok(records)
}

/// Writes a record at the document's root, under `prefix` and `key`.
pub(super) fn put_at_root<T: Serialize>(
    tx: &mut Transaction<'_>,
    prefix: &str,
    key: &str,
    record: &T,
) -> Result<(), DocumentError> {
    let text = serde_json::to_string(record).map_err(|error| DocumentError::Record {
        field: prefix.to_owned(),
        key: key.to_owned(),
        why: error.to_string(),
    })?;
    tx.put(ROOT, format!("{prefix}{key}"), text)?;
    Ok(())
}

/// Removes a record from the document's root. As [`remove`], what stays is null.
pub(super) fn remove_at_root(
    tx: &mut Transaction<'_>,
    prefix: &str,
    key: &str,
) -> Result<(), DocumentError> {
    tx.put(ROOT, format!("{prefix}{key}"), ())?;
    Ok(())
}
