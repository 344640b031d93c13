//! Submissions: a report frozen at exact heads, signed with the unit's node key.
//!
//! A submission says: *this* document, at *these* heads, holds *these* figures (their digest), under
//! *this* template. A later draft does not change it, and whoever has the document can verify it
//! without a network.

mod counting;
mod digest;
mod verify;

use std::fmt;
use std::str::FromStr;

use automerge::ChangeHash;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

pub use counting::{counting, in_order};
pub use digest::figures_digest;
pub use verify::{VerifyError, verify};

use crate::id::{DocId, IdError, TemplateRef};
use crate::identity::{NodeKey, OfficeKey, Signature};

/// The domain of the signature: what the key signs here can be taken for nothing else.
pub const SIGNATURE_DOMAIN: &str = "hopluu submission 1";

/// What a unit states and signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The report document.
    pub doc: DocId,
    /// Its heads, sorted.
    #[serde(with = "hashes")]
    pub heads: Vec<ChangeHash>,
    /// Digest of its cells, notes and texts at those heads: see [`figures_digest`].
    #[serde(with = "hex32")]
    pub digest: [u8; 32],
    /// The template that it follows.
    pub template: TemplateRef,
    /// When it was signed, milliseconds since 1970 by the office's clock.
    pub signed_at: i64,
    /// Who submitted.
    pub person: String,
    /// The node whose key signs.
    pub key: NodeKey,
}

/// A signed statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// What is stated.
    #[serde(flatten)]
    pub statement: Statement,
    /// Ed25519 over [`Statement::to_bytes`] in [`SIGNATURE_DOMAIN`] (RFC 8032).
    pub signature: Signature,
}

/// A submission's name: the first ten bytes of a BLAKE3 over what is signed, hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SubmissionId(String);

impl Statement {
    /// The bytes that are signed: every field with its length, in the order of the struct.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut field = |content: &[u8]| {
            bytes.extend_from_slice(&(content.len() as u64).to_be_bytes());
            bytes.extend_from_slice(content);
        };
        field(self.doc.to_string().as_bytes());
        for head in &self.heads {
            field(head.as_ref());
        }
        field(b"");
        field(&self.digest);
        field(self.template.to_string().as_bytes());
        field(&self.signed_at.to_be_bytes());
        field(self.person.as_bytes());
        field(&self.key.0);
        bytes
    }
}

impl Submission {
    /// Signs a statement, which names the key that signs.
    pub fn sign(statement: Statement, key: &OfficeKey) -> Self {
        let statement = Statement { key: key.node_key(), ..statement };
        let signature = key.sign(SIGNATURE_DOMAIN, &statement.to_bytes());
        Self { statement, signature }
    }

    /// Its name.
    pub fn id(&self) -> SubmissionId {
        let hash = blake3::hash(&self.statement.to_bytes());
        SubmissionId(HEXLOWER.encode(&hash.as_bytes()[..10]))
    }
}

impl SubmissionId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SubmissionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SubmissionId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match HEXLOWER.decode(text.as_bytes()) {
            Ok(bytes) if bytes.len() == 10 => Ok(Self(text.to_owned())),
            _ => Err(IdError::new("submission id (20 hexadecimal digits)", text)),
        }
    }
}

impl TryFrom<String> for SubmissionId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<SubmissionId> for String {
    fn from(id: SubmissionId) -> Self {
        id.0
    }
}

/// Change hashes as a list of hexadecimal texts.
mod hashes {
    use super::{ChangeHash, Deserialize, Serialize};

    pub(super) fn serialize<S: serde::Serializer>(
        hashes: &[ChangeHash],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let texts: Vec<String> = hashes.iter().map(ToString::to_string).collect();
        texts.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<ChangeHash>, D::Error> {
        Vec::<String>::deserialize(deserializer)?
            .iter()
            .map(|text| text.parse().map_err(serde::de::Error::custom))
            .collect()
    }
}

/// Thirty-two bytes as hexadecimal text.
mod hex32 {
    use super::{Deserialize, HEXLOWER};

    pub(super) fn serialize<S: serde::Serializer>(
        bytes: &[u8; 32],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&HEXLOWER.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(serde::de::Error::custom)?;
        bytes.try_into().map_err(|_| serde::de::Error::custom("not 32 bytes"))
    }
}

#[cfg(test)]
mod tests;
