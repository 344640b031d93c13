//! How much a change and a document may hold.
//!
//! What is staged here must be let in everywhere else: a change that every peer refuses would lie on one
//! machine for good, and who typed it would believe it under way. So an edit is held against what the
//! gates of peers hold it against, before it is staged, and a document is full here some time before it is
//! full for peers: other machines of the unit may write into it meanwhile.

use automerge::Change;

use super::ReplicaError;
use crate::id::DocId;
use crate::wire::WireError;
use crate::wire::pack::chunk::Parts;

/// Largest change accepted, in bytes of its uncompressed encoding. A batch on the wire holds at least one
/// change, and an office's line may take eight seconds for this much.
pub const MAX_CHANGE_BYTES: usize = 64 * 1024;

/// Most operations of a document: a quarter's report has ten thousand. What somebody fills a document with
/// is what everybody who opens it has to load: a second and a few hundred megabytes at worst.
pub const MAX_OPERATIONS: u64 = 1 << 21;

/// Most changes of a document: a quarter's report has six hundred.
pub const MAX_CHANGES: u32 = 1 << 17;

/// The part of a document, in quarters, that a node fills by its own edits.
const OWN_QUARTERS: u64 = 3;

/// Checks that peers take a change that was made here, as the next one of a document of so many changes.
///
/// # Errors
/// [`ReplicaError::TooLarge`], [`ReplicaError::TooMuch`], [`ReplicaError::Full`].
pub(super) fn check_own(doc: &DocId, change: &Change, changes: u32) -> Result<(), ReplicaError> {
    let bytes = change.raw_bytes();
    if bytes.len() > MAX_CHANGE_BYTES {
        let (doc, bytes, limit) = (doc.clone(), bytes.len(), MAX_CHANGE_BYTES);
        return Err(ReplicaError::TooLarge { doc, bytes, limit });
    }
    match Parts::parse(bytes).and_then(|parts| parts.count_operations()) {
        Ok(_) => {}
        Err(WireError::TooMuch { what, found, limit }) => {
            return Err(ReplicaError::TooMuch { doc: doc.clone(), what, found, limit });
        }
        Err(error) => {
            let (doc, what) = (doc.clone(), error.to_string());
            return Err(ReplicaError::Rejected { doc, what });
        }
    }
    let own = |limit: u64| limit / 4 * OWN_QUARTERS;
    if last_operation(change) > own(MAX_OPERATIONS) || u64::from(changes) >= own(MAX_CHANGES.into())
    {
        return Err(ReplicaError::Full { doc: doc.clone() });
    }
    Ok(())
}

/// The counter of a change's last operation: how many operations the document then has at least. `max_op` of
/// a change without operations lies before its first, hence not that.
pub(crate) fn last_operation(change: &Change) -> u64 {
    (change.start_op().get() - 1).saturating_add(change.len() as u64)
}
