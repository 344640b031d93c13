//! Who a node is: its Ed25519 key, nothing else.
//!
//! [`OfficeKey`] is the secret half and signs; [`NodeKey`] is the public half, verifies, and has the
//! [short and full forms](short) and the six words that people read to each other over the telephone.

pub(crate) mod groups;
pub mod short;
pub mod sign;
mod six_words;

pub use groups::GroupError;
pub use short::Fingerprint;
pub use sign::{OfficeKey, Signature, SignatureError};
pub use six_words::SixWords;

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use crate::id::IdError;

/// A node's Ed25519 public key: the node's identity on the wire and the author of its changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NodeKey(pub [u8; 32]);

impl fmt::Display for NodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for NodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NodeKey({}…)", HEXLOWER.encode(&self.0[..4]))
    }
}

impl FromStr for NodeKey {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError::new("node key (64 hexadecimal digits)", text);
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| wrong())?;
        Ok(Self(bytes.try_into().map_err(|_| wrong())?))
    }
}

impl TryFrom<String> for NodeKey {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<NodeKey> for String {
    fn from(key: NodeKey) -> Self {
        key.to_string()
    }
}
