//! The history of a cell: every value it ever had, who wrote it, where and when.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::legacy::{Key, ObjectId, OpType};
use automerge::{Automerge, ObjId, ReadDoc, Value};

use super::report::{Entry, author_key, decode};
use super::{DocumentError, field, object};
use crate::id::IndicatorId;

/// All writes to a cell in causal order (writes made apart from each other stand in the order in which
/// automerge lists their changes). The audit trail: nothing is ever removed from it.
///
/// # Errors
/// When the document is not a report; [`DocumentError::Engine`] when it holds a change that automerge
/// takes in but cannot give back, which the ingest gate does not notice.
pub fn history(doc: &Automerge, cell: &IndicatorId) -> Result<Vec<Entry>, DocumentError> {
    let cells = object(doc, field::CELLS)?;
    let ObjId::Id(counter, actor, _) = cells.clone() else {
        return Err(DocumentError::MissingField { field: field::CELLS.to_owned() });
    };
    let changes = catch_unwind(AssertUnwindSafe(|| doc.get_changes(&[])));
    let mut entries = Vec::new();
    for change in changes.map_err(|_| DocumentError::Engine)? {
        let change = change.decode();
        let Some(hash) = change.hash else { continue };
        for op in &change.operations {
            let in_cells = matches!(&op.obj, ObjectId::Id(id) if id.counter() == counter && *id.actor() == actor);
            let this_cell = matches!(&op.key, Key::Map(key) if key.as_str() == cell.as_str());
            if !in_cells || !this_cell {
                continue;
            }
            let written = match &op.action {
                OpType::Put(value) => decode(value),
                // Whoever chooses the value that stands already only takes the others away.
                OpType::Delete => match doc.get_at(&cells, cell.as_str(), &[hash])? {
                    Some((Value::Scalar(value), _)) => decode(&value),
                    _ => None,
                },
                _ => None,
            };
            let Some(value) = written else { continue };
            entries.push(Entry {
                value,
                person: change.message.clone().unwrap_or_default(),
                node: author_key(doc, &change.actor_id),
                time: change.time,
                change: hash,
            });
        }
    }
    entries.dedup_by(|later, earlier| later.change == earlier.change);
    Ok(entries)
}
