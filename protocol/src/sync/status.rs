//! Where a peer stands, in words for people.

use super::event::ConnId;
use crate::id::DocId;
use crate::identity::NodeKey;

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
