//! Moves frames between two nodes that have proved their keys: QUIC (RFC 9000), or TLS over TCP where UDP is
//! blocked, both with TLS 1.3 and raw public keys (RFC 7250).
//!
//! A frame is opaque here: bytes, at most [`MAX_FRAME`], with a QUIC variable-length integer (RFC 9000
//! §16) for its length before it. There are two classes of them ([`Priority`]), over QUIC each on a stream
//! of its own in each direction, so that catching up never stands in the way of an edit; order is kept
//! within a class only. Over TCP there is one stream, and what is urgent overtakes what still waits here.
//! Everything is bounded in bytes: queues, windows, handshakes, connections.
//!
//! The transport authenticates and does not authorise: the hub lets in whoever proves *some* key and
//! hands that key to the application, which answers with a frame, so that people see a reason. The node
//! lets in the one hub whose key it knows.
//!
//! - [`Listener`] and [`Dialer`] make [`Connection`]s; [`Limits`], [`DialSettings`] and [`Settings`] say how.
//! - [`Connection::split`] gives a [`Sender`] (clone it freely) and a [`Receiver`].
//! - [`Closed`], [`SendError`], [`DialError`], [`ListenError`] say what went wrong.

mod admission;
mod close;
mod connection;
mod dial;
mod listener;
mod patience;
mod problem;
mod quic;
mod receiver;
mod sender;
mod settings;
mod socket;
mod tcp;
mod tls;
mod traffic;
mod way;

pub(crate) use close::NO_GREETING;
pub use close::{CloseCode, Closed};
pub use connection::Connection;
pub use dial::{DialError, Dialer, MAX_EARLY, Networks, dial, network_changed};
pub use hopluu_protocol::wire::MAX_FRAME;
pub use listener::{ListenError, Listener};
pub(crate) use patience::Patience;
pub use quic::client_config;
pub use receiver::Receiver;
pub use sender::{SendError, Sender};
pub use settings::{Congestion, DialSettings, Limits, PerAddress, Settings};
pub use tls::SERVER_NAME;
pub use traffic::Traffic;
pub use way::Way;

/// Which frames of a connection go first when the line is short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Greetings, acknowledgements, live edits.
    Live,
    /// Everything that may wait.
    CatchUp,
}

impl Priority {
    /// Both, in the order in which they go.
    const ALL: [Self; 2] = [Self::Live, Self::CatchUp];
}

#[cfg(test)]
mod tests;
