//! What the sync machine is told, and what it asks for.

use crate::gate::{AccessError, GateError};
use crate::id::DocId;
use crate::identity::NodeKey;
use crate::replica::Committed;
use crate::wire::WireError;
use crate::wire::frame::Refusal;

/// A connection, as the caller numbers them: upwards, and never twice the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId(pub u64);

/// Which end of a connection this node is. The dialer leads the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It opened the connection.
    Dialer,
    /// It was called.
    Listener,
}

/// An invitation's part in a first connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// The invitation's one-time code.
    pub code: Vec<u8>,
    /// This node's name for people.
    pub name: String,
}

/// What happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// A connection is gone; nothing can be sent on it any more.
    Closed {
        /// The connection.
        conn: ConnId,
    },
    /// The replica made something durable.
    Committed(&'a Committed),
    /// A connection is there, and the transport has proved the peer's key.
    Connected {
        /// The connection.
        conn: ConnId,
        /// Whose it is.
        peer: NodeKey,
        /// Which end this node is.
        side: Side,
        /// Asks to be enrolled first. Dialer only.
        enrol: Option<Enrolment>,
    },
    /// The caller's answer to [`Action::Enrol`]. When it is `Ok`, the roster with the new node is
    /// durable and its [`crate::gate::Access`] has been set before.
    EnrolmentDecided {
        /// The connection that asked.
        conn: ConnId,
        /// Whether the invitation was good.
        decision: Result<(), Refusal>,
    },
    /// A frame arrived as a whole, in the order sent, without its length ([`crate::wire::stream`]).
    Frame {
        /// The connection.
        conn: ConnId,
        /// The frame.
        bytes: &'a [u8],
    },
    /// Time has passed: [`Action::WantTick`].
    Tick,
}

/// What is to be done, in this order.
#[derive(Debug)]
pub enum Action {
    /// Close the connection after what was sent. No [`Event::Closed`] is needed for it.
    Close {
        /// The connection.
        conn: ConnId,
        /// Why.
        reason: CloseReason,
    },
    /// Decide whether this node may join, and answer with [`Event::EnrolmentDecided`].
    Enrol {
        /// The connection that asks.
        conn: ConnId,
        /// The node's key, proved.
        peer: NodeKey,
        /// The invitation's code, not yet looked at.
        code: Vec<u8>,
        /// The name that the node gives itself.
        name: String,
    },
    /// Tell people, or the log.
    Notice(Notice),
    /// Send bytes, which begin and end with a frame, after all that was sent on this connection before.
    Send {
        /// The connection.
        conn: ConnId,
        /// Whole frames with their lengths.
        bytes: Vec<u8>,
    },
    /// Call with [`Event::Tick`] at this time (the latest wish counts).
    WantTick {
        /// In the caller's milliseconds.
        at: u64,
    },
}

/// Why a connection is closed from here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// Too many connections.
    Busy,
    /// The other side said goodbye or refused.
    Ended,
    /// It broke the protocol.
    Protocol,
    /// It was refused.
    Refused,
    /// The same node connected again.
    Replaced,
    /// Nothing was heard of it for too long.
    Silent,
}

/// Something that people may want to know.
#[derive(Debug)]
pub enum Notice {
    /// The peer acknowledged something, for the first time on this connection.
    Acknowledged {
        /// The peer.
        peer: NodeKey,
    },
    /// The peer takes nothing of this author in a document. That, and what was written on top of it, stays here;
    /// the rest of the document goes on ([`super::Exchange::refused_changes`]).
    AuthorRefused {
        /// The peer.
        peer: NodeKey,
        /// The document.
        doc: DocId,
        /// The author.
        author: NodeKey,
    },
    /// The peer asks to be left alone for a while.
    Busy {
        /// The peer.
        peer: NodeKey,
        /// At least so many milliseconds.
        retry_after: u64,
    },
    /// Both have the same changes, yet not the same heads: documents that cannot be brought together.
    /// They were compared as often as makes sense; the next connection tries again.
    Diverged {
        /// The peer.
        peer: NodeKey,
    },
    /// A document could not be read here; it is not sent.
    DocumentFailed {
        /// The peer that will not get it.
        peer: NodeKey,
        /// The document.
        doc: DocId,
        /// A stable word, and the text for logs.
        code: &'static str,
        /// What was wrong.
        what: String,
    },
    /// This node has been enrolled.
    Enrolled {
        /// The hub.
        peer: NodeKey,
    },
    /// Everything that both share is the same, and durable at both.
    InSync {
        /// The peer.
        peer: NodeKey,
    },
    /// The peer broke the protocol; the connection was closed.
    ProtocolError {
        /// The peer.
        peer: NodeKey,
        /// How.
        error: ProtocolError,
    },
    /// A batch of the peer's was refused. Its other documents go on.
    Quarantined {
        /// The peer.
        peer: NodeKey,
        /// The document.
        doc: DocId,
        /// Why.
        error: GateError,
    },
    /// The peer refused changes of a document that this node sent.
    Rejected {
        /// The peer.
        peer: NodeKey,
        /// The document.
        doc: DocId,
        /// [`GateError::number`].
        reason: u64,
    },
    /// What the hub had lost was handed back to it. Whether it took it, the next comparison tells.
    Returned {
        /// The hub.
        peer: NodeKey,
        /// The document.
        doc: DocId,
    },
    /// The peer refused the connection.
    RefusedByPeer {
        /// The peer.
        peer: NodeKey,
        /// Why.
        refusal: Refusal,
    },
    /// This node refused the connection.
    RefusedPeer {
        /// The peer.
        peer: NodeKey,
        /// Why.
        error: AccessError,
    },
    /// The peer's store is another one than last time, made new or restored; it is filled up again.
    StoreReplaced {
        /// The peer.
        peer: NodeKey,
    },
    /// This hub got back from an office what it had written and lost; its own seal covers it.
    TakenBack {
        /// The office's node.
        peer: NodeKey,
        /// The document.
        doc: DocId,
    },
}

/// How a peer broke the protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// A frame that makes no sense at this point.
    #[error("{frame} was not expected here")]
    Unexpected {
        /// The frame's name.
        frame: &'static str,
    },
    /// More of something than a well-behaved peer sends.
    #[error("too many {what}")]
    TooMany {
        /// What.
        what: &'static str,
    },
    /// No frame.
    #[error(transparent)]
    Wire(#[from] WireError),
}

impl ProtocolError {
    /// A stable word for messages to people.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unexpected { .. } => "protocol-unexpected",
            Self::TooMany { .. } => "protocol-too-many",
            Self::Wire(error) => error.code(),
        }
    }
}
