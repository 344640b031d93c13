//! Digests of sets of documents that can be kept incrementally.

use std::fmt;

use automerge::ChangeHash;
use data_encoding::HEXLOWER;

use crate::id::DocId;

/// The digest of a set of documents: the sum modulo 2^256 of one BLAKE3 hash per document (the MSet-Add-Hash of
/// Clarke et al., "Incremental Multiset Hash Functions and Their Application to Memory Integrity
/// Checking", 2003). Documents come and go by adding and subtracting, in any order; unlike with XOR, the
/// same document twice does not cancel. Little-endian on the wire.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

/// Where a document lies among all: BLAKE3 of its id. Ranges of tags are what two nodes compare, since
/// tags spread evenly where ids do not.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocTag(pub [u8; 32]);

impl Digest {
    /// The digest of no documents.
    pub const ZERO: Self = Self([0; 32]);

    /// The digest of one document: BLAKE3(id ‖ 0 ‖ heads). `heads` must be sorted.
    pub fn of(doc: &DocId, heads: &[ChangeHash]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(doc.to_string().as_bytes()).update(&[0]);
        for head in heads {
            hasher.update(&head.0);
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// The digest of both sets together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let mut sum = [0; 32];
        let mut carry = 0_u16;
        for (out, (a, b)) in sum.iter_mut().zip(self.0.into_iter().zip(other.0)) {
            let digit = u16::from(a) + u16::from(b) + carry;
            *out = digit.to_le_bytes()[0];
            carry = digit >> 8;
        }
        Self(sum)
    }

    /// The digest of this set without the other, which must have been part of it.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        // Two's complement: −b = !b + 1.
        let mut one = [0; 32];
        one[0] = 1;
        self.plus(Self(other.0.map(|byte| !byte))).plus(Self(one))
    }
}

impl DocTag {
    /// A document's tag.
    pub fn of(doc: &DocId) -> Self {
        Self(*blake3::hash(doc.to_string().as_bytes()).as_bytes())
    }
}

impl std::iter::Sum for Digest {
    fn sum<I: Iterator<Item = Self>>(digests: I) -> Self {
        digests.fold(Self::ZERO, Self::plus)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({}…)", HEXLOWER.encode(&self.0[..4]))
    }
}

impl fmt::Debug for DocTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DocTag({}…)", HEXLOWER.encode(&self.0[..4]))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_order_of_adding_does_not_matter(
            items in proptest::collection::vec(any::<[u8; 32]>(), 0..8),
            seed in any::<usize>(),
        ) {
            let forwards: Digest = items.iter().copied().map(Digest).sum();
            let mut rotated = items.clone();
            if !rotated.is_empty() {
                rotated.rotate_left(seed % items.len());
                rotated.reverse();
            }
            prop_assert_eq!(forwards, rotated.into_iter().map(Digest).sum());
        }

        #[test]
        fn what_was_added_can_be_subtracted(a in any::<[u8; 32]>(), b in any::<[u8; 32]>()) {
            let (a, b) = (Digest(a), Digest(b));
            prop_assert_eq!(a.plus(b).minus(b), a);
            prop_assert_eq!(a.minus(b).plus(b), a);
            prop_assert_eq!(a.minus(a), Digest::ZERO);
        }
    }

    #[test]
    fn the_sum_carries_through_all_bytes_and_wraps() {
        let mut one = [0; 32];
        one[0] = 1;
        assert_eq!(Digest([0xff; 32]).plus(Digest(one)), Digest::ZERO);
    }

    #[test]
    fn the_same_document_twice_does_not_cancel() {
        let doc = "town/roster".parse().unwrap();
        let once = Digest::of(&doc, &[ChangeHash([7; 32])]);
        assert_ne!(once.plus(once), Digest::ZERO);
    }

    #[test]
    fn the_digest_of_a_document_depends_on_its_id_and_on_its_heads() {
        let doc = "report/2023-q1/19996".parse().unwrap();
        let other = "report/2023-q2/19996".parse().unwrap();
        let heads = [ChangeHash([1; 32]), ChangeHash([2; 32])];
        assert_ne!(Digest::of(&doc, &heads), Digest::of(&other, &heads));
        assert_ne!(Digest::of(&doc, &heads), Digest::of(&doc, &heads[..1]));
    }

    /// Other nodes compute the same bytes: a change here is a change of the protocol.
    #[test]
    fn the_digest_and_the_tag_of_a_document_are_fixed() {
        let doc = "report/2023-q1/19996".parse().unwrap();
        let digest = Digest::of(&doc, &[ChangeHash([1; 32])]);
        assert_eq!(
            HEXLOWER.encode(&digest.0),
            "6544c7e1f57d2eb21835663a1dcaf6b6b9b7a18b4912b3136c1bd70639ead82d"
        );
        assert_eq!(
            HEXLOWER.encode(&DocTag::of(&doc).0),
            "f9181684b5505fcd3ee1434c3661b113a468d0fd97cbc19c00beb5632115f9bd"
        );
    }
}
