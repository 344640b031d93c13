//! What a comparison is about: the part of the replica that two nodes share.

use std::collections::BTreeSet;

use crate::id::{DocGroup, DocId};

/// A set of document groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every group, those too that come later: what two nodes of the hub's unit share.
    All,
    /// These groups.
    Groups(BTreeSet<DocGroup>),
}

impl Scope {
    /// The scope of exactly these groups.
    pub fn of(groups: impl IntoIterator<Item = DocGroup>) -> Self {
        Self::Groups(groups.into_iter().collect())
    }

    /// Whether a group lies within.
    pub fn contains(&self, group: &DocGroup) -> bool {
        match self {
            Self::All => true,
            Self::Groups(groups) => groups.contains(group),
        }
    }

    /// Whether a document lies within.
    pub fn contains_doc(&self, doc: &DocId) -> bool {
        self.contains(&doc.group())
    }
}
