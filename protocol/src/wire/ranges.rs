//! Hash ranges: finding the documents that differ without naming those that do not.
//!
//! After any-sync's `ldiff` (split by 32, list when at most 256). Every document has a *key*, the first
//! 64 bits of a hash of its id, so that documents spread evenly; a range is a prefix of a key in steps of
//! five bits. A split is always into the 32 prefixes that are one step longer, so a search ends after
//! twelve steps whatever the other side says.

use super::codec::{Reader, WireError, Writer};

/// Bits of one step.
const STEP_BITS: u8 = 5;
/// Most steps of a range: 16 keys are left then.
pub const MAX_DEPTH: u8 = 12;
/// Into how many parts a range is split.
pub const FAN_OUT: usize = 1 << STEP_BITS;
/// Up to how many documents are listed one by one.
pub const MAX_LISTED: usize = 256;

/// A document's key: the first 8 bytes of BLAKE3 of its id, where it lies among the ranges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocKey(pub u64);

/// All keys with a common prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    depth: u8,
    prefix: u64,
}

impl Range {
    /// All keys.
    pub const ALL: Self = Self { depth: 0, prefix: 0 };

    /// The lowest key in the range, and the lowest above it if there is one.
    pub fn bounds(&self) -> (DocKey, Option<DocKey>) {
        let Some(shift) = 64u32.checked_sub(u32::from(self.depth * STEP_BITS)).filter(|s| *s < 64)
        else {
            return (DocKey(0), None);
        };
        let above = (self.prefix + 1).checked_mul(1 << shift);
        (DocKey(self.prefix << shift), above.map(DocKey))
    }

    /// Whether a key lies in the range.
    pub fn contains(&self, key: DocKey) -> bool {
        let (low, above) = self.bounds();
        low <= key && above.is_none_or(|above| key < above)
    }

    /// The 32 parts, ascending; none after [`MAX_DEPTH`] steps.
    pub fn parts(&self) -> impl Iterator<Item = Self> + use<> {
        let Self { depth, prefix } = *self;
        let parts = if depth < MAX_DEPTH { FAN_OUT as u64 } else { 0 };
        (0..parts).map(move |part| Self { depth: depth + 1, prefix: prefix << STEP_BITS | part })
    }

    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.depth);
        out.put_varint(self.prefix);
    }

    pub(super) fn decode(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let depth = reader.byte("depth of a range")?;
        let prefix = reader.varint("prefix of a range")?;
        if depth > MAX_DEPTH || prefix >> (depth * STEP_BITS) != 0 {
            return Err(WireError::Invalid { what: "range" });
        }
        Ok(Self { depth, prefix })
    }
}

/// What a side has in a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeAnswer {
    /// The range.
    pub range: Range,
    /// Its content.
    pub content: RangeContent,
}

/// What a side has in a range, in sum or one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RangeContent {
    /// Every document: its key and the first 8 bytes of its state, ascending by key.
    Documents(Vec<(DocKey, [u8; 8])>),
    /// For each of the 32 parts the first 8 bytes of its digest; `None` for an empty part.
    Parts(Box<[Option<[u8; 8]>; FAN_OUT]>),
}

impl RangeAnswer {
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        self.range.encode(out);
        match &self.content {
            RangeContent::Documents(documents) => {
                out.push(0);
                out.put_varint(documents.len() as u64);
                for (key, state) in documents {
                    out.extend_from_slice(&key.0.to_be_bytes());
                    out.extend_from_slice(state);
                }
            }
            RangeContent::Parts(parts) => {
                out.push(1);
                let present = parts.iter().enumerate().filter(|(_, part)| part.is_some());
                let bits = present.fold(0u32, |bits, (index, _)| bits | 1 << index);
                out.extend_from_slice(&bits.to_be_bytes());
                parts.iter().flatten().for_each(|digest| out.extend_from_slice(digest));
            }
        }
    }

    pub(super) fn decode(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let range = Range::decode(reader)?;
        let content = match reader.byte("kind of range answer")? {
            0 => {
                let mut documents: Vec<(DocKey, [u8; 8])> = Vec::new();
                for _ in 0..reader.count(MAX_LISTED, "documents of a range")? {
                    let key = DocKey(u64::from_be_bytes(reader.array("document key")?));
                    let ordered = documents.last().is_none_or(|(last, _)| *last < key);
                    if !range.contains(key) || !ordered {
                        return Err(WireError::Invalid { what: "document key" });
                    }
                    documents.push((key, reader.array("document state")?));
                }
                RangeContent::Documents(documents)
            }
            1 if range.depth < MAX_DEPTH => {
                let bits = u32::from_be_bytes(reader.array("parts of a range")?);
                let mut parts = Box::new([None; FAN_OUT]);
                for (index, part) in parts.iter_mut().enumerate() {
                    if bits >> index & 1 == 1 {
                        *part = Some(reader.array("digest of a part")?);
                    }
                }
                RangeContent::Parts(parts)
            }
            value => {
                return Err(WireError::Unknown {
                    what: "kind of range answer",
                    value: value.into(),
                });
            }
        };
        Ok(Self { range, content })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_range_cover_it_without_a_gap() {
        let mut below = Some(DocKey(0));
        for part in Range::ALL.parts() {
            assert_eq!(Some(part.bounds().0), below);
            below = part.bounds().1;
        }
        assert_eq!(below, None);
    }

    #[test]
    fn a_range_cannot_be_split_more_than_twelve_times() {
        let key = DocKey(0xfedc_ba98_7654_3210);
        let mut range = Range::ALL;
        for _ in 0..MAX_DEPTH {
            range = range.parts().find(|part| part.contains(key)).unwrap();
        }
        assert_eq!(range.parts().count(), 0);
        assert!(range.contains(key));
        assert_eq!(range.bounds().1, Some(DocKey(0xfedc_ba98_7654_3220)));
    }

    #[test]
    fn a_prefix_longer_than_its_depth_is_refused() {
        let mut bytes = vec![1];
        bytes.put_varint(32);
        assert!(Range::decode(&mut Reader::new(&bytes)).is_err());
        assert!(Range::decode(&mut Reader::new(&[13, 0])).is_err());
    }
}
