//! Where peers stand, as people are told.

use std::ops::Range;

use super::Exchange;
use crate::id::DocId;
use crate::identity::NodeKey;
use crate::replica::{Replica, ReplicaError, TagRange};
use crate::store::Backend;
use crate::sync::held::Held;
use crate::sync::refused::{self, RefusedChanges};
use crate::sync::session::Session;
use crate::sync::status::PeerStatus;

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
            refused: session.held.refused().into_iter().map(|(doc, _)| doc).collect(),
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
            refused: held.refused().into_iter().map(|(doc, _)| doc).collect(),
            last_ack: None,
            conn: session.map(|session| session.conn),
            last_heard: None,
            asked: session.map_or(0, |session| session.asked),
            answered: session.map_or(0, |session| session.answered),
        })
    }

    /// What a peer does not take because of who wrote it, and what is held up by that, by document. Known
    /// from the last connection on which the peer said so, also while there is none.
    ///
    /// # Errors
    /// When the store failed, or such a document cannot be read.
    pub fn refused_changes<B: Backend>(
        &self,
        peer: NodeKey,
        replica: &mut Replica<B>,
    ) -> Result<Vec<RefusedChanges>, ReplicaError> {
        let session = self.by_peer.get(&peer).and_then(|conn| self.sessions.get(conn));
        let refused = match session.filter(|session| session.is_open()) {
            Some(session) => session.held.refused(),
            None => {
                let mut held = Held::load(replica, peer)?;
                if let Ok(scope) = self.access.scope_of(&peer) {
                    held.recall(replica, &scope)?;
                }
                held.refused()
            }
        };
        let mut found = Vec::new();
        for (doc, authors) in refused {
            let changes = refused::held_up(replica, &doc, &authors)?;
            // What has been left out of the document since is not in its way any more.
            if !changes.is_empty() {
                found.push(RefusedChanges { doc, authors, changes });
            }
        }
        Ok(found)
    }

    /// Which changes of a document a peer has acknowledged as durable, by their positions, connected or not.
    ///
    /// # Errors
    /// When the store failed.
    pub fn acknowledged<B: Backend>(
        &self,
        peer: NodeKey,
        doc: &DocId,
        replica: &Replica<B>,
    ) -> Result<Vec<Range<u32>>, ReplicaError> {
        // What comes later is not there, however much the peer holds now.
        let changes = replica.summary(doc).map_or(0, |summary| summary.changes);
        let durable = replica.staged_from(doc).unwrap_or(changes);
        let session = self.by_peer.get(&peer).and_then(|conn| self.sessions.get(conn));
        let held = match session.filter(|session| session.is_open()) {
            Some(session) => session.held.acknowledged_positions(doc),
            None => {
                let mut held = Held::load(replica, peer)?;
                if let Ok(scope) = self.access.scope_of(&peer) {
                    held.recall(replica, &scope)?;
                }
                held.acknowledged_positions(doc)
            }
        };
        let held = held.into_iter().map(|range| range.start..range.end.min(durable));
        Ok(held.filter(|range| !range.is_empty()).collect())
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
            .entries(&scope, TagRange::FULL)
            .filter(|(_, entry)| self.access.may_offer(&peer, &entry.doc))
            .map(|(_, entry)| {
                (entry.doc.clone(), entry.summary.changes.saturating_sub(held.acknowledged(entry)))
            })
            .filter(|(_, changes)| *changes > 0)
            .collect();
        documents.sort();
        documents
    }
}
