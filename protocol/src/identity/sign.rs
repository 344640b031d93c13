//! Signing and verifying: Ed25519 (RFC 8032) with domain separation and strict verification.
//!
//! What is signed is `"hopluu signature 1" ‖ length of the domain (8 bytes, little-endian) ‖ domain ‖
//! message`. The domain says what the message is (`"submission"`), so that a signature over one kind of
//! thing is never taken for one over another. Nothing signed here can be taken for a TLS handshake
//! either: TLS 1.3 signs 64 spaces first (RFC 8446 §4.4.3).

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::NodeKey;
use crate::id::IdError;

const PREFIX: &[u8] = b"hopluu signature 1";

/// A node's secret key. Overwritten in memory when dropped; never printed.
#[derive(Clone)]
pub struct OfficeKey(SigningKey);

impl OfficeKey {
    /// The key that follows from 32 secret random bytes (RFC 8032 §5.1.5).
    pub fn from_seed(mut seed: [u8; 32]) -> Self {
        let key = Self(SigningKey::from_bytes(&seed));
        seed.zeroize();
        key
    }

    /// The 32 secret bytes, for the key file and nothing else.
    pub fn to_seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public half: who this node is.
    pub fn node_key(&self) -> NodeKey {
        NodeKey(self.0.verifying_key().to_bytes())
    }

    /// Signs a message of the kind that `domain` names.
    pub fn sign(&self, domain: &str, message: &[u8]) -> Signature {
        Signature(self.0.sign(&framed(domain, message)).to_bytes())
    }

    /// Signs the content of a TLS 1.3 `CertificateVerify` (RFC 8446 §4.4.3), which brings its own domain
    /// separation. `None` when `content` is anything else.
    pub fn sign_tls13(&self, content: &[u8]) -> Option<Signature> {
        content.starts_with(&[b' '; 64]).then(|| Signature(self.0.sign(content).to_bytes()))
    }
}

impl fmt::Debug for OfficeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OfficeKey({:?})", self.node_key())
    }
}

impl NodeKey {
    /// Whether this is a point of the curve to which a secret key can belong. The keys of small order are
    /// not: with those, one signature fits many messages.
    pub fn is_sound(&self) -> bool {
        self.verifying_key().is_ok()
    }

    /// Verifies a signature over a message of the kind that `domain` names. Strict: no malleable
    /// signatures, no keys or commitments of small order, so all nodes agree on every signature.
    ///
    /// # Errors
    /// When this is no key, or the signature is not this key's over exactly this message and domain.
    pub fn verify(
        &self,
        domain: &str,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(), SignatureError> {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.verifying_key()?
            .verify_strict(&framed(domain, message), &signature)
            .map_err(|_| SignatureError::Mismatch { key: *self })
    }

    fn verifying_key(&self) -> Result<VerifyingKey, SignatureError> {
        VerifyingKey::from_bytes(&self.0)
            .ok()
            .filter(|key| !key.is_weak())
            .ok_or(SignatureError::UnsoundKey { key: *self })
    }
}

fn framed(domain: &str, message: &[u8]) -> Vec<u8> {
    let length = (domain.len() as u64).to_le_bytes();
    [PREFIX, &length, domain.as_bytes(), message].concat()
}

/// Why a signature was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The key is not one that a node can have.
    #[error("{key} is not a node's key")]
    UnsoundKey {
        /// The key.
        key: NodeKey,
    },
    /// The signature is not this key's, or what was signed is something else.
    #[error("the signature is not the one of {key} over this")]
    Mismatch {
        /// Whose signature it should have been.
        key: NodeKey,
    },
}

impl SignatureError {
    /// The error's name in message catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Mismatch { .. } => "signature-mismatch",
            Self::UnsoundKey { .. } => "signature-unsound-key",
        }
    }
}

/// An Ed25519 signature. In text: 128 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Signature(pub [u8; 64]);

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({}…)", HEXLOWER.encode(&self.0[..4]))
    }
}

impl FromStr for Signature {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError::new("signature (128 hexadecimal digits)", text);
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| wrong())?;
        Ok(Self(bytes.try_into().map_err(|_| wrong())?))
    }
}

impl TryFrom<String> for Signature {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Signature> for String {
    fn from(signature: Signature) -> Self {
        signature.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> OfficeKey {
        OfficeKey::from_seed([1; 32])
    }

    #[test]
    fn a_signature_holds_for_its_key_its_domain_and_its_message_only() {
        let signature = key().sign("submission", b"heads");
        let signer = key().node_key();
        let stranger = OfficeKey::from_seed([2; 32]).node_key();
        let mismatch = |key| Err(SignatureError::Mismatch { key });

        assert_eq!(signer.verify("submission", b"heads", &signature), Ok(()));
        assert_eq!(signer.verify("submission", b"other", &signature), mismatch(signer));
        assert_eq!(signer.verify("review", b"heads", &signature), mismatch(signer));
        assert_eq!(stranger.verify("submission", b"heads", &signature), mismatch(stranger));
    }

    #[test]
    fn a_byte_moved_from_the_domain_to_the_message_is_noticed() {
        let signature = key().sign("ab", b"c");
        assert!(key().node_key().verify("a", b"bc", &signature).is_err());
    }

    #[test]
    fn every_flipped_bit_of_a_signature_is_noticed() {
        let signature = key().sign("submission", b"heads");
        for bit in 0..512 {
            let mut flipped = signature;
            flipped.0[bit / 8] ^= 1 << (bit % 8);
            let verdict = key().node_key().verify("submission", b"heads", &flipped);
            assert!(verdict.is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_key_of_small_order_signs_nothing() {
        // The identity point: with it, R = identity and s = 0 satisfies the plain equation always.
        let mut identity = [0; 32];
        identity[0] = 1;
        let weak = NodeKey(identity);
        let mut forged = [0; 64];
        forged[0] = 1;
        assert!(!weak.is_sound());
        assert_eq!(
            weak.verify("submission", b"anything", &Signature(forged)),
            Err(SignatureError::UnsoundKey { key: weak })
        );
    }

    #[test]
    fn nothing_but_a_handshake_is_signed_as_a_handshake() {
        let handshake = [[b' '; 64].as_slice(), b"TLS 1.3, client CertificateVerify\0"].concat();
        assert!(key().sign_tls13(&handshake).is_some());
        assert!(key().sign_tls13(b"TLS 1.3, client CertificateVerify\0").is_none());
        assert!(key().sign_tls13(&framed("submission", b"heads")).is_none());
    }

    #[test]
    fn the_secret_does_not_show_in_a_log() {
        let shown = format!("{:?}", key());
        assert!(!shown.contains("010101"), "{shown}");
    }

    #[test]
    fn the_same_seed_and_message_give_the_same_signature_for_ever() {
        let signature = key().sign("submission", b"heads").to_string();
        assert_eq!(
            signature,
            "3b3a2248549e1b6e2646c865df909a52f1c6322b685e9c493ac17d065e3f1585\
             618d6f612ace2d2679653a9969a6a994db81886ec21924a581a61b3823b7dc02"
        );
        assert_eq!(signature.parse::<Signature>().unwrap().to_string(), signature);
    }
}
