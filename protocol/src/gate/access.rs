//! Who may send and write what, as the roster says.

use std::collections::BTreeMap;

use crate::id::{DocGroup, DocId, UnitCode, Writer};
use crate::identity::NodeKey;
use crate::replica::Scope;
use crate::roster::Roster;

/// What a node knows about who may send and write what. Made anew whenever the roster changes.
///
/// The network is a star: an office speaks to the hub, the hub to everybody. The hub decides by its
/// roster alone. An office's copy of the roster may be older than what the hub has let in by a newer one,
/// so it takes the hub's word for everything but an author that stands in another unit.
#[derive(Clone, Debug)]
pub struct Access {
    unit: UnitCode,
    hub_unit: Option<UnitCode>,
    hub_key: Option<NodeKey>,
    nodes: BTreeMap<NodeKey, Member>,
}

#[derive(Clone, Debug)]
struct Member {
    unit: UnitCode,
    revoked: bool,
}

/// What a peer is to this node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A node of the hub's unit.
    Hub,
    /// A node of this unit.
    Unit(UnitCode),
}

/// Why somebody may not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// The author stands in a unit that may not write the document.
    #[error("{doc} may not be written by {author:?} of unit {unit}")]
    AuthorOfOtherUnit {
        /// The document.
        doc: DocId,
        /// The author.
        author: NodeKey,
        /// The unit it stands in.
        unit: UnitCode,
    },
    /// The author's key is not enrolled.
    #[error("{doc}: the author {author:?} is not enrolled")]
    AuthorUnknown {
        /// The document.
        doc: DocId,
        /// The author.
        author: NodeKey,
    },
    /// The key was revoked.
    #[error("the key {key:?} was revoked")]
    KeyRevoked {
        /// The key.
        key: NodeKey,
    },
    /// The key is not enrolled.
    #[error("the key {key:?} is not enrolled")]
    KeyUnknown {
        /// The key.
        key: NodeKey,
    },
    /// An office has nothing to say to another office.
    #[error("{key:?} of unit {unit} is not this node's hub")]
    NotAPeer {
        /// The other office's key.
        key: NodeKey,
        /// Its unit.
        unit: UnitCode,
    },
    /// Whoever sealed the document does not speak for the hub, or the signature is wrong.
    #[error("{doc} is not sealed by the hub, but by {key:?}")]
    NotSealedByHub {
        /// The document.
        doc: DocId,
        /// Who claims to have sealed it.
        key: NodeKey,
    },
    /// The document is not among those that the two share.
    #[error("{doc} is not shared with {key:?}")]
    OutOfScope {
        /// The document.
        doc: DocId,
        /// The peer.
        key: NodeKey,
    },
    /// The peer may read the document but not write it.
    #[error("{doc} may not be written by {key:?} of unit {unit}")]
    WrongWriter {
        /// The document.
        doc: DocId,
        /// The peer.
        key: NodeKey,
        /// Its unit.
        unit: UnitCode,
    },
}

impl AccessError {
    /// A stable word for messages to people.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AuthorOfOtherUnit { .. } => "access-author-of-other-unit",
            Self::AuthorUnknown { .. } => "access-author-unknown",
            Self::KeyRevoked { .. } => "access-key-revoked",
            Self::KeyUnknown { .. } => "access-key-unknown",
            Self::NotAPeer { .. } => "access-not-a-peer",
            Self::NotSealedByHub { .. } => "access-not-sealed-by-hub",
            Self::OutOfScope { .. } => "access-out-of-scope",
            Self::WrongWriter { .. } => "access-wrong-writer",
        }
    }
}

impl Access {
    /// What a node of `unit` knows. `hub_key` is the hub's key from the invitation, for every node but
    /// the hub itself: it holds before the roster has arrived. The hub is the node without one.
    pub fn new(unit: UnitCode, hub_key: Option<NodeKey>, roster: &Roster) -> Self {
        let member = |node: &crate::roster::Node| {
            (node.key, Member { unit: node.unit.clone(), revoked: node.revoked_at.is_some() })
        };
        Self {
            unit,
            hub_unit: roster.hub.clone(),
            hub_key,
            nodes: roster.nodes.iter().map(member).collect(),
        }
    }

    /// Whether this is the node that decides: the hub.
    pub fn decides(&self) -> bool {
        self.hub_key.is_none()
    }

    fn in_hub_unit(&self) -> bool {
        self.hub_unit.as_ref() == Some(&self.unit)
    }

    /// Whether this node may hand back to a peer what the peer's unit wrote: an office to its hub.
    pub fn may_return(&self, peer: &NodeKey, doc: &DocId) -> bool {
        !self.in_hub_unit()
            && doc.writer() == Writer::Hub
            && self.standing(peer) == Ok(Standing::Hub)
    }

    /// Whether this node keeps a peer's seals of a document: an office those of all that it may return, a
    /// machine of the hub's unit only that of the roster, by which a hub knows it again
    /// ([`super::inspect_appeal`]). The rest it sends as its own.
    pub fn keeps_seal(&self, peer: &NodeKey, doc: &DocId) -> bool {
        let of_machine = !self.decides() && self.in_hub_unit() && *doc == DocId::Roster;
        self.may_return(peer, doc) || of_machine && self.standing(peer) == Ok(Standing::Hub)
    }

    /// Whether this node seals documents for its peers: those of the hub's unit do.
    pub fn seals(&self, doc: &DocId) -> bool {
        self.in_hub_unit() && doc.writer() == Writer::Hub
    }

    /// Whether this hub takes a key's seals for its own unit's. `own` is its own key.
    pub fn may_seal(&self, key: &NodeKey, own: &NodeKey) -> bool {
        self.decides() && (key == own || self.standing(key) == Ok(Standing::Hub))
    }

    /// What a peer is to this node.
    ///
    /// # Errors
    /// [`AccessError::KeyUnknown`], [`AccessError::KeyRevoked`].
    pub fn standing(&self, peer: &NodeKey) -> Result<Standing, AccessError> {
        match self.nodes.get(peer) {
            Some(member) if member.revoked => Err(AccessError::KeyRevoked { key: *peer }),
            Some(member) if self.hub_unit.as_ref() == Some(&member.unit) => Ok(Standing::Hub),
            _ if self.hub_key.as_ref() == Some(peer) => Ok(Standing::Hub),
            Some(member) => Ok(Standing::Unit(member.unit.clone())),
            None => Err(AccessError::KeyUnknown { key: *peer }),
        }
    }

    /// What this node shares with a peer.
    ///
    /// # Errors
    /// As [`Access::standing`]; [`AccessError::NotAPeer`] between two offices.
    pub fn scope_of(&self, peer: &NodeKey) -> Result<Scope, AccessError> {
        let of_unit = |unit: UnitCode| Scope::of([DocGroup::Town, DocGroup::Unit(unit)]);
        match self.standing(peer)? {
            Standing::Hub if self.in_hub_unit() => Ok(Scope::All),
            Standing::Hub => Ok(of_unit(self.unit.clone())),
            Standing::Unit(unit) if self.in_hub_unit() => Ok(of_unit(unit)),
            Standing::Unit(unit) => Err(AccessError::NotAPeer { key: *peer, unit }),
        }
    }

    /// Whether a peer may send changes of a document to this node.
    ///
    /// # Errors
    /// As [`Access::scope_of`]; [`AccessError::OutOfScope`], [`AccessError::WrongWriter`].
    pub fn may_send(&self, peer: &NodeKey, doc: &DocId) -> Result<(), AccessError> {
        if !self.scope_of(peer)?.contains_doc(doc) {
            return Err(AccessError::OutOfScope { doc: doc.clone(), key: *peer });
        }
        match self.standing(peer)? {
            Standing::Hub => Ok(()),
            Standing::Unit(unit) if doc.writer() == Writer::Unit(unit.clone()) => Ok(()),
            Standing::Unit(unit) => {
                Err(AccessError::WrongWriter { doc: doc.clone(), key: *peer, unit })
            }
        }
    }

    /// Whether a peer would take changes of a document from this node: the hub offers everything in
    /// scope, an office only what its unit writes.
    pub fn may_offer(&self, peer: &NodeKey, doc: &DocId) -> bool {
        let shared = self.scope_of(peer).is_ok_and(|scope| scope.contains_doc(doc));
        shared && (self.in_hub_unit() || doc.writer() == Writer::Unit(self.unit.clone()))
    }

    /// Whether a document may hold changes by this author, which a peer has sent. An author that was
    /// revoked may have written before that; itself it cannot connect.
    ///
    /// # Errors
    /// [`AccessError::AuthorUnknown`], [`AccessError::AuthorOfOtherUnit`]; at a node that is not the hub
    /// only the latter.
    pub fn may_write(&self, author: &NodeKey, doc: &DocId) -> Result<(), AccessError> {
        let (doc, author) = (doc.clone(), *author);
        let Some(member) = self.nodes.get(&author) else {
            return if self.decides() {
                Err(AccessError::AuthorUnknown { doc, author })
            } else {
                Ok(())
            };
        };
        let writer = match doc.writer() {
            Writer::Hub => self.hub_unit.clone(),
            Writer::Unit(unit) => Some(unit),
        };
        if writer.as_ref() != Some(&member.unit) {
            return Err(AccessError::AuthorOfOtherUnit { doc, author, unit: member.unit.clone() });
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "access_tests.rs"]
mod tests;
