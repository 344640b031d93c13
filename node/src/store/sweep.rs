//! Removing what nothing refers to any more: after the batch that says so is durable, in portions, and
//! again after a crash.

use hopluu_protocol::store::StoreError;

use super::disk::Disk;
use super::key;
use super::row::{Large, Value, take};

/// Removes all that is marked as garbage. The marks go last, so that a sweep cut short is done again.
pub(super) fn sweep(disk: &Disk) -> Result<(), StoreError> {
    let marks: Vec<(Vec<u8>, Vec<u8>)> = disk.scan(key::GARBAGE).collect::<Result<_, _>>()?;
    for (prefix, end) in &marks {
        remove(disk, prefix, |key| !end.is_empty() && key >= end.as_slice())?;
    }
    let marks = marks.into_iter().map(|(prefix, _)| (key::garbage(&prefix), None));
    disk.write_in_portions(marks)
}

/// Removes the parts of large values that were written for a batch which never came.
pub(super) fn remove_orphans(disk: &Disk, next_large: u64) -> Result<(), StoreError> {
    let mut orphans = Vec::new();
    for row in disk.scan_from(key::PARTS, &key::parts(next_large)) {
        let (rest, _) = row?;
        orphans.push(([key::PARTS, &rest].concat(), None));
    }
    disk.write_in_portions(orphans.into_iter())
}

/// Removes the rows whose key starts with `prefix`, until `beyond`; of a change, its parts before it.
fn remove(disk: &Disk, prefix: &[u8], beyond: impl Fn(&[u8]) -> bool) -> Result<(), StoreError> {
    let mut found = Vec::new();
    for row in disk.scan(prefix) {
        let (rest, body) = row?;
        let key = [prefix, &rest].concat();
        if beyond(&key) {
            break;
        }
        if key.starts_with(key::CHANGES)
            && let Some(large) = large_of_change(&key, &body)?
        {
            found.extend(large.part_keys().map(|part| (part, None)));
        }
        found.push((key, None));
    }
    disk.write_in_portions(found.into_iter())
}

fn large_of_change(key: &[u8], body: &[u8]) -> Result<Option<Large>, StoreError> {
    let mut value = body;
    take::<32>(key, &mut value)?;
    Ok(match Value::decode(key, value)? {
        Value::Inline(_) => None,
        Value::Large(large) => Some(large),
    })
}
