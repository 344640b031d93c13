//! Where a peer stands, in words for people.

use super::event::ConnId;
use super::exchange::Exchange;
use super::held::Held;
use super::session::Session;
use crate::id::DocId;
use crate::identity::NodeKey;
use crate::replica::{Replica, ReplicaError};
use crate::store::Backend;

/// Where a peer stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerStatus {
    /// Who.
    pub peer: NodeKey,
    /// Whether both have greeted on a connection that is there.
    pub connected: bool,
    /// Whether all that both share is the same and durable on both sides.
    pub in_sync: bool,
    /// Documents with changes that the peer has not acknowledged as durable, and how many changes at
    /// most, in the order of their ids.
    pub unacknowledged: Vec<(DocId, u32)>,
    /// Those of them of which the peer has refused changes for their author
    /// ([`super::Exchange::refused_changes`]), in the order of their ids.
    pub refused: Vec<DocId>,
    /// When the peer last acknowledged something on this connection, in the caller's milliseconds.
    pub last_ack: Option<u64>,
    /// The connection, greeted or not.
    pub conn: Option<ConnId>,
    /// When the peer was last heard on it, in the caller's milliseconds.
    pub last_heard: Option<u64>,
    /// How often the peer was asked on this connection whether it is there ([`super::Event::Ask`]).
    pub asked: u64,
    /// Which of these questions was the last one that it answered; 0: none yet.
    pub answered: u64,
}

impl Exchange {
    /// Where each connected peer stands, in the order of their keys.
    pub fn status<B: Backend>(&self, replica: &Replica<B>) -> Vec<PeerStatus> {
        let mut peers: Vec<PeerStatus> = self
            .sessions
            .values()
            .filter(|session| session.is_open())
            .map(|session| self.status_in(session, replica))
            .collect();
        peers.sort_by_key(|status| status.peer);
        peers
    }

    fn status_in<B: Backend>(&self, session: &Session, replica: &Replica<B>) -> PeerStatus {
        PeerStatus {
            peer: session.peer,
            connected: true,
            in_sync: session.in_sync && !session.is_sending(),
            unacknowledged: self.unacknowledged_by(session.peer, &session.held, replica),
            last_ack: session.last_ack,
            conn: Some(session.conn),
            last_heard: Some(session.last_heard),
            asked: session.asked,
            answered: session.answered,
        }
    }

    /// Where one peer stands, connected or not: what an office shows about its hub.
    ///
    /// # Errors
    /// When the store failed.
    pub fn status_of<B: Backend>(
        &self,
        peer: NodeKey,
        replica: &Replica<B>,
    ) -> Result<PeerStatus, ReplicaError> {
        let session = self.by_peer.get(&peer).and_then(|conn| self.sessions.get(conn));
        if let Some(session) = session.filter(|session| session.is_open()) {
            return Ok(self.status_in(session, replica));
        }
        let mut held = Held::load(replica, peer)?;
        if let Ok(scope) = self.access.scope_of(&peer) {
            held.recall(replica, &scope)?;
        }
        Ok(PeerStatus {
            peer,
            connected: false,
            in_sync: false,
            unacknowledged: self.unacknowledged_by(peer, &held, replica),
            last_ack: None,
            conn: session.map(|session| session.conn),
            last_heard: None,
            asked: session.map_or(0, |session| session.asked),
            answered: session.map_or(0, |session| session.answered),
        })
    }

    fn unacknowledged_by<B: Backend>(
        &self,
        peer: NodeKey,
        held: &Held,
        replica: &Replica<B>,
    ) -> Vec<(DocId, u32)> {
        let Ok(scope) = self.access.scope_of(&peer) else { return Vec::new() };
        if held.is_all_of(replica, &scope) {
            return Vec::new();
        }
        let mut documents: Vec<(DocId, u32)> = replica
            .index()
            .entries(&scope, crate::replica::TagRange::FULL)
            .filter(|(_, entry)| self.access.may_offer(&peer, &entry.doc))
            .map(|(_, entry)| {
                (entry.doc.clone(), entry.summary.changes.saturating_sub(held.prefix(entry)))
            })
            .filter(|(_, changes)| *changes > 0)
            .collect();
        documents.sort();
        documents
    }
}
