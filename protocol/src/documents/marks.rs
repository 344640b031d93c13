//! What a cell stands on: the changes that wrote its value and its note as they are.

use automerge::{Automerge, ChangeHash, ReadDoc};

use super::{DocumentError, field, object};
use crate::id::IndicatorId;

/// The changes that wrote what stands in a cell, value and note, sorted, each once; none when nobody ever
/// wrote there. They are other ones exactly when somebody wrote there since.
///
/// # Errors
/// When the document is not a report.
pub fn standing_changes(
    doc: &Automerge,
    cell: &IndicatorId,
) -> Result<Vec<ChangeHash>, DocumentError> {
    let mut changes = Vec::new();
    for map in [field::CELLS, field::NOTES] {
        let map = object(doc, map)?;
        for (_, op) in doc.get_all(&map, cell.as_str())? {
            changes.extend(doc.hash_for_opid(&op));
        }
    }
    changes.sort();
    changes.dedup();
    Ok(changes)
}
