//! The hub's signature under a document that it wrote.
//!
//! Offices hold copies of what the hub writes for them: roster, calendar, templates, reviews. A hub that
//! lost its store, or was restored from an old copy, wants them back, but it must not take an office's
//! word for its own words. So it *seals* such a document: it signs the document's heads, and since a
//! change's hash covers the hashes of what it follows, the signature covers the whole history. What an
//! office hands back is taken if it is exactly what a seal of the hub's covers.

use automerge::ChangeHash;

use crate::id::DocId;
use crate::identity::{NodeKey, OfficeKey, Signature, SignatureError};
use crate::replica::{Replica, ReplicaError};
use crate::store::Backend;
use crate::wire::codec::{Reader, WireError, Writer};
use crate::wire::{MAX_DOC_ID, MAX_SEALED_HEADS};

const DOMAIN: &str = "seal";

/// A document's heads, signed by a node of the hub's unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// The document.
    pub doc: DocId,
    /// Its heads when it was sealed, ascending.
    pub heads: Vec<ChangeHash>,
    /// Who signed.
    pub key: NodeKey,
    /// Over the document's id and the heads.
    pub signature: Signature,
}

impl Seal {
    /// Seals a document at these heads. `None` if it has none, or more than a seal holds: so many
    /// machines do not write one document at the same time.
    pub fn new(key: &OfficeKey, doc: &DocId, heads: &[ChangeHash]) -> Option<Self> {
        let mut heads = heads.to_vec();
        heads.sort_unstable();
        heads.dedup();
        if heads.is_empty() || heads.len() > MAX_SEALED_HEADS {
            return None;
        }
        let signature = key.sign(DOMAIN, &signed(doc, &heads));
        Some(Self { doc: doc.clone(), heads, key: key.node_key(), signature })
    }

    /// Verifies that its key has signed it. Whose key that is, is another question
    /// ([`crate::gate::Access::may_seal`]).
    ///
    /// # Errors
    /// When it has not.
    pub fn verify(&self) -> Result<(), SignatureError> {
        self.key.verify(DOMAIN, &signed(&self.doc, &self.heads), &self.signature)
    }

    /// Its bytes, as a frame and the store hold them.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.put_blob(self.doc.to_string().as_bytes());
        out.extend_from_slice(&self.key.0);
        out.put_varint(self.heads.len() as u64);
        self.heads.iter().for_each(|head| out.extend_from_slice(&head.0));
        out.extend_from_slice(&self.signature.0);
        out
    }

    /// Stages it as the one that this node keeps of the document.
    ///
    /// # Errors
    /// When the store failed.
    pub fn keep<B: Backend>(&self, replica: &mut Replica<B>) -> Result<(), ReplicaError> {
        replica.set_meta(&name(&self.doc), Some(self.encode()))
    }

    /// Reads a seal.
    ///
    /// # Errors
    /// When it is none in its only encoding. The signature is not looked at.
    pub fn decode(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let what = "document id";
        let doc = std::str::from_utf8(reader.blob(MAX_DOC_ID, what)?)
            .ok()
            .and_then(|text| text.parse().ok())
            .ok_or(WireError::Invalid { what })?;
        let key = NodeKey(reader.array("key")?);
        let count = reader.count(MAX_SEALED_HEADS, "sealed heads")?;
        let mut heads: Vec<ChangeHash> = Vec::new();
        for _ in 0..count {
            let head = ChangeHash(reader.array("head")?);
            if heads.last().is_some_and(|last| *last >= head) {
                return Err(WireError::Invalid { what: "order of sealed heads" });
            }
            heads.push(head);
        }
        if heads.is_empty() {
            return Err(WireError::Invalid { what: "sealed heads" });
        }
        Ok(Self { doc, heads, key, signature: Signature(reader.array("signature")?) })
    }
}

/// The seal that a node keeps of a document; one that does not read is as good as none.
///
/// # Errors
/// When the store failed.
pub fn kept<B: Backend>(replica: &Replica<B>, doc: &DocId) -> Result<Option<Seal>, ReplicaError> {
    let bytes = replica.meta(&name(doc))?;
    Ok(bytes.and_then(|bytes| Seal::decode(&mut Reader::new(&bytes)).ok()))
}

/// Under which a document's seal is kept.
fn name(doc: &DocId) -> String {
    format!("seal/{doc}")
}

/// What is signed: the id's length and the id, then the heads.
fn signed(doc: &DocId, heads: &[ChangeHash]) -> Vec<u8> {
    let mut message = Vec::new();
    message.put_blob(doc.to_string().as_bytes());
    heads.iter().for_each(|head| message.extend_from_slice(&head.0));
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> Seal {
        let key = OfficeKey::from_seed([7; 32]);
        Seal::new(&key, &DocId::Roster, &[ChangeHash([9; 32]), ChangeHash([1; 32])]).unwrap()
    }

    #[test]
    fn a_seal_reads_back_as_it_was_written_and_verifies() {
        let seal = seal();
        let bytes = seal.encode();
        let mut reader = Reader::new(&bytes);
        assert_eq!(Seal::decode(&mut reader).unwrap(), seal);
        assert!(reader.is_empty());
        assert_eq!(seal.verify(), Ok(()));
        assert_eq!(seal.heads, [ChangeHash([1; 32]), ChangeHash([9; 32])]);
    }

    #[test]
    fn a_seal_is_about_its_own_document_heads_and_key() {
        let other_doc = Seal { doc: DocId::Calendar, ..seal() };
        let fewer_heads = Seal { heads: vec![ChangeHash([1; 32])], ..seal() };
        let other_key = Seal { key: OfficeKey::from_seed([8; 32]).node_key(), ..seal() };
        for forged in [other_doc, fewer_heads, other_key] {
            assert!(forged.verify().is_err(), "{forged:?}");
        }
    }

    #[test]
    fn no_byte_of_a_seal_can_be_cut_off_or_turned() {
        let bytes = seal().encode();
        for len in 0..bytes.len() {
            assert!(Seal::decode(&mut Reader::new(&bytes[..len])).is_err(), "cut to {len}");
        }
        for at in 0..bytes.len() {
            let mut turned = bytes.clone();
            turned[at] ^= 1;
            let good =
                Seal::decode(&mut Reader::new(&turned)).is_ok_and(|seal| seal.verify().is_ok());
            assert!(!good, "byte {at}");
        }
    }

    #[test]
    fn a_document_without_heads_or_with_too_many_is_not_sealed() {
        let key = OfficeKey::from_seed([7; 32]);
        assert_eq!(Seal::new(&key, &DocId::Roster, &[]), None);
        let many: Vec<ChangeHash> =
            (0..=MAX_SEALED_HEADS as u8).map(|byte| ChangeHash([byte; 32])).collect();
        assert_eq!(Seal::new(&key, &DocId::Roster, &many), None);
    }
}
