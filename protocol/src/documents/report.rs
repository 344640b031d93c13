//! `report/<period>/<unit>`: a unit's cells, notes, texts and submissions.

use std::collections::BTreeMap;

use automerge::transaction::{Transactable, Transaction};
use automerge::{Automerge, ChangeHash, ObjId, ReadDoc, Value};
use unicode_normalization::UnicodeNormalization;

use super::rewording::{self, Splice};
use super::{DocumentError, child, field, object, root_text};
use crate::figures::Figures;
use crate::id::{IndicatorId, SectionId, TemplateRef};
use crate::identity::NodeKey;
use crate::submission::{Submission, SubmissionId};
use crate::value::CellValue;

/// One of the values that stand in a cell, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The value; `None` when the cell was cleared.
    pub value: Option<CellValue>,
    /// The person's name, as typed at their machine.
    pub person: String,
    /// The node it was typed at; `None` for the genesis change.
    pub node: Option<NodeKey>,
    /// When, in seconds since 1970 by that machine's clock. Machines' clocks lie: for people to read,
    /// never to decide by.
    pub time: i64,
    /// The change that wrote it.
    pub change: ChangeHash,
}

/// A cell that people set apart from each other, with all its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The cell.
    pub cell: IndicatorId,
    /// At least two different values; the first is the one that automerge shows.
    pub entries: Vec<Entry>,
}

/// A report as read, with what could not be understood in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Cells, notes and texts.
    pub figures: Figures,
    /// Keys and contents of cells that are not cells: written by a newer or a damaged program. Such a
    /// report cannot be submitted.
    pub unreadable: BTreeMap<String, String>,
}

/// The template that the report follows.
///
/// # Errors
/// When the document is not a report.
pub fn template_ref(doc: &impl ReadDoc) -> Result<TemplateRef, DocumentError> {
    let text = root_text(doc, field::TEMPLATE)?;
    text.parse().map_err(|error: crate::id::IdError| DocumentError::Record {
        field: field::TEMPLATE.to_owned(),
        key: text.clone(),
        why: error.to_string(),
    })
}

/// Reads a report as it stood at `heads`, or as it stands.
///
/// # Errors
/// When the document is not a report, or does not have those heads.
pub fn read(doc: &Automerge, heads: Option<&[ChangeHash]>) -> Result<Reading, DocumentError> {
    if let Some(heads) = heads {
        super::require_changes(doc, heads)?;
    }
    let now = doc.get_heads();
    let at = heads.unwrap_or(&now);
    let mut reading = Reading::default();

    let cells = object(doc, field::CELLS)?;
    for key in doc.keys_at(&cells, at) {
        let Some((Value::Scalar(value), _)) = doc.get_at(&cells, key.as_str(), at)? else {
            reading.unreadable.insert(key, "(object)".to_owned());
            continue;
        };
        match (key.parse::<IndicatorId>(), decode(&value)) {
            (Ok(id), Some(Some(value))) => {
                reading.figures.cells.insert(id, value);
            }
            (Ok(_), Some(None)) => {}
            _ => {
                reading.unreadable.insert(key, value.to_string());
            }
        }
    }

    let notes = object(doc, field::NOTES)?;
    for key in doc.keys_at(&notes, at) {
        let Some((Value::Scalar(value), _)) = doc.get_at(&notes, key.as_str(), at)? else {
            continue;
        };
        if let (Ok(id), Some(note)) = (key.parse(), value.as_str())
            && !note.is_empty()
        {
            reading.figures.notes.insert(id, note.to_owned());
        }
    }

    let texts = object(doc, field::TEXTS)?;
    for key in doc.keys_at(&texts, at) {
        let (Ok(id), Some(object)) = (key.parse(), child(doc, &texts, &key)?) else { continue };
        // Two machines' keystrokes can meet inside a letter's marks, so composed once more here.
        let text: String = doc.text_at(&object, at)?.nfc().collect();
        if !text.trim().is_empty() {
            reading.figures.texts.insert(id, text);
        }
    }
    Ok(reading)
}

/// All values that stand in a cell; more than one if people set it apart from each other.
///
/// # Errors
/// When the document is not a report.
pub fn entries(doc: &Automerge, cell: &IndicatorId) -> Result<Vec<Entry>, DocumentError> {
    let cells = object(doc, field::CELLS)?;
    let mut entries = standing(doc, &cells, cell.as_str())?;
    // Automerge lists the value that it shows last.
    entries.reverse();
    Ok(entries)
}

/// The cells in open conflict, in the order of their ids. The same value typed twice is no conflict.
///
/// # Errors
/// When the document is not a report.
pub fn conflicts(doc: &Automerge) -> Result<Vec<Conflict>, DocumentError> {
    let cells = object(doc, field::CELLS)?;
    let mut conflicts = Vec::new();
    for key in doc.keys(&cells) {
        let Ok(cell) = key.parse::<IndicatorId>() else { continue };
        let entries = entries(doc, &cell)?;
        if entries
            .windows(2)
            .any(|pair| pair.first().map(|e| &e.value) != pair.last().map(|e| &e.value))
        {
            conflicts.push(Conflict { cell, entries });
        }
    }
    Ok(conflicts)
}

fn standing(doc: &Automerge, map: &ObjId, key: &str) -> Result<Vec<Entry>, DocumentError> {
    let mut entries = Vec::new();
    for (value, op) in doc.get_all(map, key)? {
        let Value::Scalar(value) = value else { continue };
        let Some(value) = decode(&value) else { continue };
        let Some(hash) = doc.hash_for_opid(&op) else { continue };
        let Some(meta) = doc.get_change_meta_by_hash(&hash) else { continue };
        entries.push(Entry {
            value,
            person: meta.message.as_deref().unwrap_or_default().to_owned(),
            node: author_key(doc, &meta.actor),
            time: meta.timestamp,
            change: hash,
        });
    }
    Ok(entries)
}

/// The node whose process used this actor.
pub(super) fn author_key(doc: &Automerge, actor: &automerge::ActorId) -> Option<NodeKey> {
    let author = doc.get_author_for_actor(actor)?;
    Some(NodeKey(author.as_bytes().try_into().ok()?))
}

/// What a scalar in `cells` means: `None` is not a cell, `Some(None)` a cleared one.
pub(super) fn decode(value: &automerge::ScalarValue) -> Option<Option<CellValue>> {
    if value.is_null() {
        return Some(None);
    }
    CellValue::decode(value.as_str()?).ok().map(Some)
}

/// Sets a cell, or clears it. Clearing writes a null, so that clearing against setting is a visible
/// conflict. Setting what a cell without conflict holds already changes nothing, be it held once or typed
/// by two.
///
/// # Errors
/// When the document is not a report.
pub fn set_cell(
    tx: &mut Transaction<'_>,
    cell: &IndicatorId,
    value: Option<&CellValue>,
) -> Result<(), DocumentError> {
    let cells = object(tx, field::CELLS)?;
    let standing = tx.get_all(&cells, cell.as_str())?;
    let same = match standing.as_slice() {
        [] => value.is_none(),
        all => all.iter().all(|(stored, _)| holds(stored, value)),
    };
    if !same {
        if standing.len() > 1 {
            // Automerge would let the operation of a value that already stands go on standing. Somebody
            // who chooses another one at the same time has seen that operation, and would overrule this
            // choice without a conflict.
            tx.delete(&cells, cell.as_str())?;
        }
        match value {
            Some(value) => tx.put(&cells, cell.as_str(), value.encode())?,
            None => tx.put(&cells, cell.as_str(), ())?,
        }
    }
    Ok(())
}

/// Whether this is `value` as a cell stores it.
fn holds(stored: &Value<'_>, value: Option<&CellValue>) -> bool {
    let Value::Scalar(stored) = stored else { return false };
    decode(stored).as_ref().map(Option::as_ref) == Some(value)
}

/// Sets the note to a cell (Ghi chú); an empty note removes it.
///
/// # Errors
/// When the document is not a report.
pub fn set_note(
    tx: &mut Transaction<'_>,
    cell: &IndicatorId,
    note: &str,
) -> Result<(), DocumentError> {
    let notes = object(tx, field::NOTES)?;
    let note: String = note.trim().nfc().collect();
    let stored = match tx.get(&notes, cell.as_str())? {
        Some((Value::Scalar(value), _)) => value.as_str().map(str::to_owned).unwrap_or_default(),
        _ => String::new(),
    };
    if stored != note {
        tx.put(&notes, cell.as_str(), note)?;
    }
    Ok(())
}

/// Changes a section's text to `text`, by replacing the words that differ, so that somebody else's words
/// elsewhere in it stay. All in one change, which is too much where a very long text becomes another. Where
/// others may have written since somebody read it, see [`super::texts`].
///
/// # Errors
/// [`DocumentError::MissingField`] when the template has no such section.
pub fn set_text(
    tx: &mut Transaction<'_>,
    section: &SectionId,
    text: &str,
) -> Result<(), DocumentError> {
    let text: String = text.nfc().collect();
    let before = tx.text(text_object(tx, section)?)?;
    let parts = rewording::splices(&before, &text);
    parts.iter().try_for_each(|part| splice(tx, section, part))
}

/// Does a part of what changes a section's text.
///
/// # Errors
/// [`DocumentError::MissingField`] when the template has no such section.
pub fn splice(
    tx: &mut Transaction<'_>,
    section: &SectionId,
    part: &Splice,
) -> Result<(), DocumentError> {
    let object = text_object(tx, section)?;
    Ok(tx.splice_text(&object, part.at, part.removed.cast_signed(), &part.inserted)?)
}

/// The text of a section as it stands, not composed: places in it are those of its splices.
///
/// # Errors
/// [`DocumentError::MissingField`] when the template has no such section.
pub fn text(doc: &Automerge, section: &SectionId) -> Result<String, DocumentError> {
    let object = text_object(doc, section)?;
    Ok(doc.text(&object)?)
}

pub(super) fn text_object(doc: &impl ReadDoc, section: &SectionId) -> Result<ObjId, DocumentError> {
    let texts = object(doc, field::TEXTS)?;
    child(doc, &texts, section.as_str())?
        .ok_or_else(|| DocumentError::MissingField { field: format!("{}.{section}", field::TEXTS) })
}

/// Adds a submission. It becomes part of the report's history like any other change.
///
/// # Errors
/// When the document is not a report.
pub fn add_submission(
    tx: &mut Transaction<'_>,
    submission: &Submission,
) -> Result<(), DocumentError> {
    super::records::put(tx, field::SUBMISSIONS, submission.id().as_str(), submission)
}

/// Whether a submission was in the report when it stood at `heads`.
///
/// # Errors
/// When the document is not a report, or does not have those heads.
pub fn had_submission(
    doc: &Automerge,
    submission: &SubmissionId,
    heads: &[ChangeHash],
) -> Result<bool, DocumentError> {
    super::require_changes(doc, heads)?;
    let submissions = object(doc, field::SUBMISSIONS)?;
    Ok(doc.get_at(&submissions, submission.as_str(), heads)?.is_some())
}

/// All submissions in the report, by id. Whether they verify is another question: see
/// [`crate::submission::verify`].
///
/// # Errors
/// When the document is not a report, or a record is not a submission.
pub fn submissions(doc: &Automerge) -> Result<BTreeMap<SubmissionId, Submission>, DocumentError> {
    let records: BTreeMap<String, Submission> = super::records::read_all(doc, field::SUBMISSIONS)?;
    Ok(records.into_values().map(|submission| (submission.id(), submission)).collect())
}
