//! The history of a cell: every value and note it ever had, who wrote it, where and when.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::legacy::{Key, ObjectId, OpType};
use automerge::{Automerge, ObjId, ReadDoc, ScalarValue, Value};

use super::report::{Entry, author_key, decode, decode_note};
use super::{DocumentError, field, object};
use crate::id::IndicatorId;
use crate::value::CellValue;

/// What was written at a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// Its value; `None` when it was cleared.
    Value(Option<CellValue>),
    /// Its note; empty when it was removed.
    Note(String),
}

/// All writes of a cell's value and note in causal order (writes made apart from each other stand in the order
/// in which automerge lists their changes). The audit trail: nothing is ever removed from it.
///
/// # Errors
/// When the document is not a report; [`DocumentError::Engine`] when it holds a change that automerge
/// takes in but cannot give back, which the ingest gate does not notice.
pub fn history(doc: &Automerge, cell: &IndicatorId) -> Result<Vec<Entry<Written>>, DocumentError> {
    let maps = [object(doc, field::CELLS)?, object(doc, field::NOTES)?];
    let changes = catch_unwind(AssertUnwindSafe(|| doc.get_changes(&[])));
    let mut entries: Vec<Entry<Written>> = Vec::new();
    for change in changes.map_err(|_| DocumentError::Engine)? {
        let change = change.decode();
        let Some(hash) = change.hash else { continue };
        for (at, map) in maps.iter().enumerate() {
            let decode = |value: &ScalarValue| match at {
                0 => decode(value).map(Written::Value),
                _ => decode_note(value).map(Written::Note),
            };
            let mut written = None;
            for op in &change.operations {
                let this_cell = matches!(&op.key, Key::Map(key) if key.as_str() == cell.as_str());
                if written.is_some() || !this_cell || !is_of(&op.obj, map) {
                    continue;
                }
                written = match &op.action {
                    OpType::Put(value) => decode(value),
                    // Whoever chooses what stands already only takes the others away.
                    OpType::Delete => match doc.get_at(map, cell.as_str(), &[hash])? {
                        Some((Value::Scalar(value), _)) => decode(&value),
                        _ => None,
                    },
                    _ => None,
                };
            }
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
    Ok(entries)
}

/// Whether an operation's object is this map.
fn is_of(object: &ObjectId, map: &ObjId) -> bool {
    let ObjId::Id(counter, actor, _) = map else { return false };
    matches!(object, ObjectId::Id(id) if id.counter() == *counter && id.actor() == actor)
}
