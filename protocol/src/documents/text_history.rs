//! Which texts some changes touched, and how much of a text is another one.

use automerge::legacy::ObjectId;
use automerge::{Automerge, Change, ObjId, ReadDoc};

use super::{DocumentError, child, field, narrative, object, rewording, text_figures};
use crate::id::SectionId;

/// What of a report some changes touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Anything but texts: cells, notes, submissions.
    pub figures: bool,
    /// The sections whose text was touched, each once.
    pub sections: Vec<SectionId>,
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
        // It comes with a letter of a text.
        if text_figures::binds(&op).is_some() {
            continue;
        }
        let text = texts.iter().find(|(_, text)| is_object(&op.obj, text));
        let section = match (text, narrative::settles(&op)) {
            (Some((section, _)), _) => Some(section.clone()),
            (None, Some(settled)) => settled,
            (None, None) => {
                touched.figures = true;
                None
            }
        };
        touched.sections.extend(section.filter(|section| !touched.sections.contains(section)));
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
