//! Sections that a document did not begin with: a later version of its template has them.
//!
//! Their Texts cannot be made by whoever writes first, since two would make two, and one would shadow the
//! other. So the Text of a section comes by a change that is byte for byte the same on every machine. It
//! follows the document's genesis and nothing else, and it is one section's alone: whichever versions a
//! machine has seen, in whatever order, the section's Text is the same object. Golden tests hold the hashes.

use automerge::legacy::{Key, ObjectId, OpType};
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, Change, ChangeHash, ObjId, ObjType, ReadDoc};

use super::{DocumentError, child, field, object};
use crate::id::SectionId;

/// Whether a document has the Text of a section.
///
/// # Errors
/// When the document is not a report or consolidated report.
pub fn is_there(doc: &impl ReadDoc, section: &SectionId) -> Result<bool, DocumentError> {
    Ok(child(doc, &object(doc, field::TEXTS)?, section.as_str())?.is_some())
}

/// Whether an object is the map in which a document keeps the Texts of its sections.
pub fn is_texts(doc: &impl ReadDoc, map: &ObjId) -> bool {
    object(doc, field::TEXTS).is_ok_and(|texts| texts == *map)
}

/// The change that gives a document the Text of a section. The same whatever else the document holds.
///
/// # Errors
/// When the document is not a report or consolidated report.
pub fn change(doc: &Automerge, section: &SectionId) -> Result<Change, DocumentError> {
    let missing = || DocumentError::MissingField { field: field::TEXTS.to_owned() };
    let texts = object(doc, field::TEXTS)?;
    let genesis = doc.hash_for_opid(&texts).ok_or_else(missing)?;
    let first = doc.get_change_by_hash(&genesis).ok_or_else(missing)?;
    let mut beginning = Automerge::new();
    beginning.apply_changes([first])?;
    let mut document = beginning.with_actor(actor(&genesis, section));
    document
        .transact_with(
            |_: &()| CommitOptions::default().with_time(0),
            |tx| -> Result<(), DocumentError> {
                let texts = object(tx, field::TEXTS)?;
                tx.put_object(&texts, section.as_str(), ObjType::Text)?;
                Ok(())
            },
        )
        .map_err(|failure| failure.error)?;
    document.get_last_local_change().ok_or_else(missing)
}

/// The section whose Text a change makes, if the change alone looks like one of [`change`]. Whether it is
/// that very change can only be told with the document.
pub fn named_by(change: &Change) -> Option<SectionId> {
    let [genesis] = change.deps() else { return None };
    if change.seq() != 1 || change.len() != 1 || change.author().is_some() {
        return None;
    }
    let operations = change.decode().operations;
    let [operation] = operations.as_slice() else { return None };
    let (OpType::Make(ObjType::Text), Key::Map(key), ObjectId::Id(_)) =
        (&operation.action, &operation.key, &operation.obj)
    else {
        return None;
    };
    let section: SectionId = key.parse().ok()?;
    (*change.actor_id() == actor(genesis, &section)).then_some(section)
}

/// Sixteen bytes that only this change uses as its actor.
fn actor(genesis: &ChangeHash, section: &SectionId) -> ActorId {
    let mut hasher = blake3::Hasher::new_derive_key("hopluu 2026 section actor");
    hasher.update(genesis.as_ref());
    hasher.update(section.as_str().as_bytes());
    let mut actor = [0; 16];
    hasher.finalize_xof().fill(&mut actor);
    ActorId::from(actor)
}
