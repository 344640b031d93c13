//! The history of a section's text: which changes touched it, by whom, and what it was then.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::legacy::ObjectId;
use automerge::{Automerge, Change, ChangeHash, ObjId, ReadDoc, Value};

use super::report::author_key;
use super::{DocumentError, child, field, object, rewording};
use crate::id::SectionId;
use crate::identity::NodeKey;

/// A change that touched a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touch {
    /// The change.
    pub change: ChangeHash,
    /// The person's name, as typed at their machine.
    pub person: String,
    /// The node it was typed at; `None` for the genesis change.
    pub node: Option<NodeKey>,
    /// When, in seconds since 1970 by that machine's clock.
    pub time: i64,
}

/// What of a report some changes touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Anything but texts: cells, notes, submissions.
    pub figures: bool,
    /// The sections whose text was touched, each once.
    pub sections: Vec<SectionId>,
}

/// The changes that touched each section's text, in causal order.
///
/// # Errors
/// When the document holds no texts; [`DocumentError::Engine`] when it holds a change that automerge takes
/// in but cannot give back.
pub fn touches(doc: &Automerge) -> Result<BTreeMap<SectionId, Vec<Touch>>, DocumentError> {
    let texts = text_objects(doc)?;
    let changes = catch_unwind(AssertUnwindSafe(|| doc.get_changes(&[])));
    let mut touches: BTreeMap<SectionId, Vec<Touch>> = BTreeMap::new();
    for change in changes.map_err(|_| DocumentError::Engine)? {
        let touched = touched_by(&texts, &change);
        for section in touched.sections {
            touches.entry(section).or_default().push(Touch {
                change: change.hash(),
                person: change.message().unwrap_or_default().to_owned(),
                node: author_key(doc, change.actor_id()),
                time: change.timestamp(),
            });
        }
    }
    Ok(touches)
}

/// What of a report some of its changes touched.
///
/// # Errors
/// When the document holds no texts.
pub fn touched<'a>(
    doc: &Automerge,
    changes: impl IntoIterator<Item = &'a Change>,
) -> Result<Touched, DocumentError> {
    let texts = text_objects(doc)?;
    let mut all = Touched::default();
    for change in changes {
        let Touched { figures, sections } = touched_by(&texts, change);
        all.figures |= figures;
        all.sections.extend(sections);
    }
    all.sections.sort();
    all.sections.dedup();
    Ok(all)
}

/// How many words came and went between two texts.
pub fn words_changed(before: &str, after: &str) -> (usize, usize) {
    let words = |text: &str| text.split_whitespace().count();
    let (mut added, mut removed) = (0, 0);
    let mut letters: Vec<char> = before.chars().collect();
    for splice in rewording::splices(before, after) {
        added += words(&splice.inserted);
        let end = (splice.at + splice.removed).min(letters.len());
        let gone: String =
            letters.splice(splice.at.min(end)..end, splice.inserted.chars()).collect();
        removed += words(&gone);
    }
    (added, removed)
}

/// The sections that have a text, by the operation that made it.
fn text_objects(doc: &Automerge) -> Result<Vec<(SectionId, ObjId)>, DocumentError> {
    let texts = object(doc, field::TEXTS)?;
    let mut objects = Vec::new();
    for key in doc.keys(&texts) {
        if let (Ok(section), Some(text)) = (key.parse(), child(doc, &texts, &key)?) {
            objects.push((section, text));
        }
    }
    Ok(objects)
}

fn touched_by(texts: &[(SectionId, ObjId)], change: &Change) -> Touched {
    let mut touched = Touched::default();
    for op in change.decode().operations {
        let section = texts.iter().find(|(_, text)| is_object(&op.obj, text));
        match section {
            Some((section, _)) if !touched.sections.contains(section) => {
                touched.sections.push(section.clone());
            }
            Some(_) => {}
            None => touched.figures = true,
        }
    }
    touched
}

fn is_object(named: &ObjectId, object: &ObjId) -> bool {
    match (named, object) {
        (ObjectId::Id(id), ObjId::Id(counter, actor, _)) => {
            id.counter() == *counter && id.actor() == actor
        }
        _ => false,
    }
}

/// A section's text as it stood when a change had been made; `None` when it did not exist then.
///
/// # Errors
/// When the document does not have that change.
pub fn text_after(
    doc: &Automerge,
    section: &SectionId,
    change: ChangeHash,
) -> Result<Option<String>, DocumentError> {
    let texts = object(doc, field::TEXTS)?;
    match doc.get_at(&texts, section.as_str(), &[change])? {
        Some((Value::Object(_), id)) => Ok(Some(doc.text_at(&id, &[change])?)),
        _ => Ok(None),
    }
}
