//! The sync machine: what two nodes say to each other so that both hold the same, durably.
//!
//! No I/O, no clock, no randomness: [`Exchange::handle`] is told what happened and answers what is to be
//! done. `docs/protocol.md` describes the conversation; the frames are in [`crate::wire`], what is let in
//! is decided in [`crate::gate`].
//!
//! What holds at any moment, whatever the network does:
//! - An ACK is sent for what is durable here, and only then.
//! - Nothing leaves that is not durable here.
//! - Nothing is believed about the peer that it has not said on this connection or acknowledged before;
//!   when the belief is wrong (a store was restored), a comparison mends it.
//! - Everything kept for a peer is bounded, except what its documents themselves amount to.

mod admission;
mod backoff;
mod deferred;
mod event;
mod exchange;
mod held;
mod outbox;
mod refused;
mod search;
mod session;
mod status;

pub use admission::Limits;
pub use backoff::Backoff;
pub use event::{Action, CloseReason, ConnId, Enrolment, Event, Notice, ProtocolError, Side};
pub use exchange::Exchange;
pub use refused::{RefusedChange, RefusedChanges};
pub use status::PeerStatus;

#[cfg(test)]
mod tests;
