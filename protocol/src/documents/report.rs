//! `report/<period>/<unit>`: a unit's cells, notes, texts and submissions.

use std::collections::{BTreeMap, BTreeSet};

use automerge::transaction::{Transactable, Transaction};
use automerge::{Automerge, ChangeHash, ObjId, ReadDoc, ScalarValue, Value};
use unicode_normalization::UnicodeNormalization;

use super::rewording::Splice;
use super::text_figures::{self, LETTER, Written, written};
use super::texts::Rewrite;
use super::{DocumentError, child, field, object, root_text};
use crate::figures::Figures;
use crate::id::{IndicatorId, SectionId, TemplateRef};
use crate::identity::NodeKey;
use crate::submission::{Submission, SubmissionId};
use crate::value::CellValue;

/// What somebody wrote, and where it came from: the value of a cell, unless something else is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<T = Option<CellValue>> {
    /// What was written. Of a cell `None` when it was cleared, of a note an empty text when it was removed.
    pub value: T,
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

impl<T> Entry<T> {
    /// The same with another thing written.
    pub fn with<U>(self, value: U) -> Entry<U> {
        let Self { person, node, time, change, .. } = self;
        Entry { value, person, node, time, change }
    }
}

/// A cell whose value or note people set apart from each other, with all that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The cell.
    pub cell: IndicatorId,
    /// At least two different values; none when people agree about the value. The first is the one that
    /// automerge shows.
    pub entries: Vec<Entry>,
    /// At least two different notes; none when people agree about the note.
    pub notes: Vec<Entry<String>>,
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
        let Written { text, figures } = written(doc, &object, at)?;
        // Two machines' keystrokes can meet inside a letter's marks, so composed once more here.
        let text: String = text.nfc().collect();
        if text.trim().is_empty() {
            continue;
        }
        if figures.iter().any(Option::is_some) {
            reading.figures.shown.insert(SectionId::clone(&id), figures);
        }
        reading.figures.texts.insert(id, text);
    }
    Ok(reading)
}

/// All values that stand in a cell; more than one if people set it apart from each other.
///
/// # Errors
/// When the document is not a report.
pub fn entries(doc: &Automerge, cell: &IndicatorId) -> Result<Vec<Entry>, DocumentError> {
    let cells = object(doc, field::CELLS)?;
    entries_of(doc, doc.get_all(&cells, cell.as_str())?, decode)
}

/// All notes that stand at a cell; more than one if people wrote them apart from each other.
///
/// # Errors
/// When the document is not a report.
pub fn notes(doc: &Automerge, cell: &IndicatorId) -> Result<Vec<Entry<String>>, DocumentError> {
    let notes = object(doc, field::NOTES)?;
    entries_of(doc, doc.get_all(&notes, cell.as_str())?, decode_note)
}

/// The cells in open conflict, in the order of their ids. The same value or note typed twice is no conflict.
///
/// # Errors
/// When the document is not a report.
pub fn conflicts(doc: &Automerge) -> Result<Vec<Conflict>, DocumentError> {
    conflicts_at(doc, &doc.get_heads())
}

/// The cells that were in open conflict when the report stood at `heads`, in the order of their ids.
///
/// # Errors
/// When the document is not a report, or does not have those heads.
pub fn conflicts_at(doc: &Automerge, heads: &[ChangeHash]) -> Result<Vec<Conflict>, DocumentError> {
    super::require_changes(doc, heads)?;
    let mut values = disputed(doc, field::CELLS, heads, decode)?;
    let mut notes = disputed(doc, field::NOTES, heads, decode_note)?;
    let cells: BTreeSet<IndicatorId> = values.keys().chain(notes.keys()).cloned().collect();
    let conflict = |cell: IndicatorId| Conflict {
        entries: values.remove(&cell).unwrap_or_default(),
        notes: notes.remove(&cell).unwrap_or_default(),
        cell,
    };
    Ok(cells.into_iter().map(conflict).collect())
}

/// What stands differently at one key of a map, by cell.
fn disputed<T: PartialEq>(
    doc: &Automerge,
    map: &str,
    heads: &[ChangeHash],
    decode: impl Fn(&ScalarValue) -> Option<T>,
) -> Result<BTreeMap<IndicatorId, Vec<Entry<T>>>, DocumentError> {
    let map = object(doc, map)?;
    let is_now = doc.get_heads() == heads;
    let mut disputed = BTreeMap::new();
    for key in doc.keys_at(&map, heads) {
        let Ok(cell) = key.parse::<IndicatorId>() else { continue };
        let standing = if is_now {
            doc.get_all(&map, key.as_str())?
        } else {
            doc.get_all_at(&map, key.as_str(), heads)?
        };
        if standing.len() < 2 {
            continue;
        }
        let entries = entries_of(doc, standing, &decode)?;
        if entries
            .iter()
            .any(|entry| entries.first().map(|first| &first.value) != Some(&entry.value))
        {
            disputed.insert(cell, entries);
        }
    }
    Ok(disputed)
}

/// Who wrote what stands at a key, the one that automerge shows first.
fn entries_of<T>(
    doc: &Automerge,
    standing: Vec<(Value<'_>, ObjId)>,
    decode: impl Fn(&ScalarValue) -> Option<T>,
) -> Result<Vec<Entry<T>>, DocumentError> {
    let mut entries = Vec::new();
    // Automerge lists the value that it shows last.
    for (value, op) in standing.into_iter().rev() {
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
pub(super) fn decode(value: &ScalarValue) -> Option<Option<CellValue>> {
    if value.is_null() {
        return Some(None);
    }
    CellValue::decode(value.as_str()?).ok().map(Some)
}

/// What a scalar in `notes` means: `None` is not a note, an empty text a removed one.
pub(super) fn decode_note(value: &ScalarValue) -> Option<String> {
    value.as_str().map(str::to_owned)
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
    let stored = value.map_or(ScalarValue::Null, |value| value.encode().into());
    let holds = |stored: &ScalarValue| decode(stored).as_ref().map(Option::as_ref) == Some(value);
    choose(tx, &cells, cell, stored, value.is_none(), holds)
}

/// Sets the note to a cell (Ghi chú); an empty note removes it. As with values, the note that a cell without
/// conflict has already changes nothing, and among several any is a choice.
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
    let holds = |stored: &ScalarValue| decode_note(stored).as_ref() == Some(&note);
    choose(tx, &notes, cell, note.as_str().into(), note.is_empty(), holds)
}

/// Puts what a person chose for a cell in place of all that stands there.
fn choose(
    tx: &mut Transaction<'_>,
    map: &ObjId,
    cell: &IndicatorId,
    chosen: ScalarValue,
    is_nothing: bool,
    holds: impl Fn(&ScalarValue) -> bool,
) -> Result<(), DocumentError> {
    let standing = tx.get_all(map, cell.as_str())?;
    let same = match standing.as_slice() {
        [] => is_nothing,
        all => {
            all.iter().all(|(stored, _)| matches!(stored, Value::Scalar(stored) if holds(stored)))
        }
    };
    if same {
        return Ok(());
    }
    if standing.len() > 1 {
        // Automerge would let the operation of a value that already stands go on standing. Somebody who
        // chooses another one at the same time has seen that operation, and would overrule this choice
        // without a conflict.
        tx.delete(map, cell.as_str())?;
    }
    Ok(tx.put(map, cell.as_str(), chosen)?)
}

/// Changes a section's text to `text`, by replacing the words that differ, so that somebody else's words
/// elsewhere in it stay. It is words alone: figures that stand in it go. All in one change, which is too much where
/// a very long text becomes another. Where others may have written since somebody read it, see
/// [`super::texts`].
///
/// # Errors
/// [`DocumentError::MissingField`] when the template has no such section.
pub fn set_text(
    tx: &mut Transaction<'_>,
    section: &SectionId,
    text: &str,
) -> Result<(), DocumentError> {
    let before = Written::plain(tx.text(text_object(tx, section)?)?);
    let rewrite = Rewrite::whole(&before, Written::plain(text));
    rewrite.splices.iter().try_for_each(|part| splice(tx, section, part))
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
    tx.splice_text(&object, part.at, part.removed.cast_signed(), &part.inserted)?;
    let letters = part.inserted.chars().enumerate().filter(|(_, letter)| *letter == LETTER);
    for ((place, _), cell) in letters.zip(&part.figures) {
        if let Some(cell) = cell {
            text_figures::bind(tx, &object, part.at + place, cell)?;
        }
    }
    Ok(())
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
