//! What both ends of a connection remember of the last batch in one direction.
//!
//! An edit made while connected follows the edit before it: the same document, person and actor, the
//! next number. All of that need not be said again. Both ends note the last change of each batch by the
//! same rule, and a MORE is packed as if it followed that change ([`super::pack::pack_after`]).

use crate::id::DocId;

/// Longest change that is remembered, in bytes: an edit, not a paste.
pub const MAX_TRAIL: usize = 1024;

/// The last batch in one direction of a connection.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    doc: Option<DocId>,
    change: Option<Vec<u8>>,
}

impl Trail {
    /// The document that a MORE is about; `None`: a MORE makes no sense now.
    pub fn doc(&self) -> Option<&DocId> {
        self.doc.as_ref()
    }

    /// The change that a MORE follows, if the batch before it could be read.
    pub fn change(&self) -> Option<&[u8]> {
        self.change.as_deref()
    }

    /// The change that more of this document follows, if that can be said in a MORE.
    pub fn change_of(&self, doc: &DocId) -> Option<&[u8]> {
        self.change().filter(|_| self.doc.as_ref() == Some(doc))
    }

    /// A batch of this document ended with this change.
    pub fn follow(&mut self, doc: &DocId, last: &[u8]) {
        if last.len() <= MAX_TRAIL {
            (self.doc, self.change) = (Some(doc.clone()), Some(last.to_vec()));
        } else {
            (self.doc, self.change) = (None, None);
        }
    }

    /// A batch of this document could not be read, or was not looked at. More of it may be under way.
    pub fn lose(&mut self, doc: &DocId) {
        (self.doc, self.change) = (Some(doc.clone()), None);
    }
}
