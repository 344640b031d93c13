//! Invitations: how a node gets into a town.
//!
//! The hub's operator makes an invitation for a unit and hands its text over: pasted in a chat, on
//! paper, read out. It carries where the hub is, which key the hub must prove, and a code that is good
//! once. The node dials the hub, checks the key, sends the code; the hub's [`InvitationBook`] decides.
//!
//! The code travels only inside a connection whose other end has proved the hub's key, so nobody in
//! between can use it.

mod address;
mod book;
mod text;

use std::fmt;

pub use address::{AddressError, HubAddress};
pub use book::{
    BookError, Denial, Grant, InvitationBook, InvitationRecord, InvitationState, Verdict,
};
pub use text::InvitationError;

use crate::id::UnitCode;
use crate::identity::NodeKey;
use crate::roster::Role;

/// Bytes of an invitation's code: 3 that say which invitation it is, 7 that are secret (56 bits; five
/// tries, then it is void).
pub const CODE_LEN: usize = 10;

/// An invitation's code, drawn at random by the hub.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationCode([u8; CODE_LEN]);

impl InvitationCode {
    /// The code made of these random bytes.
    pub fn from_random(bytes: [u8; CODE_LEN]) -> Self {
        Self(bytes)
    }

    /// The code as it stands in the enrolment frame.
    pub fn as_bytes(&self) -> &[u8; CODE_LEN] {
        &self.0
    }
}

impl fmt::Debug for InvitationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationCode(…)")
    }
}

/// What an invitation says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Where the hub listens, best first; 1 to [`Invitation::MAX_ADDRESSES`].
    pub hub_addresses: Vec<HubAddress>,
    /// The key that the hub must prove.
    pub hub_key: NodeKey,
    /// The code, good once.
    pub code: InvitationCode,
    /// When it expires, in milliseconds since 1970 by the hub's clock.
    pub expires_at_ms: i64,
    /// For which unit.
    pub unit: UnitCode,
    /// As what.
    pub role: Role,
    /// The town's name, for the person who joins; at most [`Invitation::MAX_NAME_LEN`] bytes.
    pub town_name: Option<String>,
}

impl Invitation {
    /// How many addresses fit in.
    pub const MAX_ADDRESSES: usize = 4;
    /// Longest name of a town, in bytes of UTF-8.
    pub const MAX_NAME_LEN: usize = 120;
}
