//! Rows and their checksums.
//!
//! Every row is its body and the first 128 bits of BLAKE3 over key and body, so that a flipped bit, or a
//! row that came to lie under another key, is found when it is read: sled checks what it reads from the
//! disk, not what happened to it in memory before it was written.

use automerge::ChangeHash;
use data_encoding::HEXLOWER;
use hopluu_protocol::store::StoreError;

use super::key;

/// Size of the parts of a large value. sled writes pages of up to 26 rows, and what makes a page larger
/// than about 128 KiB goes to a file that sled never syncs.
pub(super) const PART_BYTES: usize = 4096;

const CHECKSUM_BYTES: usize = 16;

/// A row as stored.
pub(super) fn seal(key: &[u8], body: &[u8]) -> Vec<u8> {
    [body, &checksum(key, body)].concat()
}

/// A row's body, if it is what was written.
pub(super) fn open<'a>(key: &[u8], row: &'a [u8]) -> Result<&'a [u8], StoreError> {
    let (body, found) = row
        .len()
        .checked_sub(CHECKSUM_BYTES)
        .and_then(|length| row.split_at_checked(length))
        .ok_or_else(|| damaged(key, "it is too short"))?;
    if found == checksum(key, body) {
        Ok(body)
    } else {
        Err(damaged(key, "its checksum does not match"))
    }
}

fn checksum(key: &[u8], body: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(key.len() as u64).to_le_bytes()).update(key).update(body);
    let mut sum = [0; CHECKSUM_BYTES];
    hasher.finalize_xof().fill(&mut sum);
    sum
}

pub(super) fn damaged(key: &[u8], what: &str) -> StoreError {
    let readable = key.iter().all(|byte| byte.is_ascii_graphic());
    let name = match std::str::from_utf8(key) {
        Ok(text) if readable => text.to_owned(),
        _ => HEXLOWER.encode(key),
    };
    StoreError::Damaged { what: format!("row {name}: {what}") }
}

/// Where a value is: in its row, or in parts of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Here.
    Inline(Vec<u8>),
    /// In parts.
    Large(Large),
}

/// A value in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Large {
    pub(super) number: u64,
    pub(super) bytes: u64,
}

/// Where a document stands, as its row says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DocRow {
    pub(super) changes: u32,
    pub(super) in_snapshot: u32,
    pub(super) snapshot: Option<Large>,
    pub(super) heads: Vec<ChangeHash>,
}

impl Value {
    pub(super) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Inline(bytes) => [&[0], bytes.as_slice()].concat(),
            Self::Large(large) => [&[1][..], &large.encode()].concat(),
        }
    }

    pub(super) fn decode(key: &[u8], body: &[u8]) -> Result<Self, StoreError> {
        match body.split_first() {
            Some((0, bytes)) => Ok(Self::Inline(bytes.to_vec())),
            Some((1, mut rest)) => Ok(Self::Large(Large::decode(key, &mut rest)?)),
            _ => Err(damaged(key, "it is neither a value nor a reference to one")),
        }
    }
}

impl Large {
    /// The keys of its parts.
    pub(super) fn part_keys(self) -> impl Iterator<Item = Vec<u8>> {
        let parts = u32::try_from(self.bytes.div_ceil(PART_BYTES as u64)).unwrap_or(u32::MAX);
        (0..parts).map(move |index| key::part(self.number, index))
    }

    fn encode(self) -> Vec<u8> {
        [self.number.to_le_bytes(), self.bytes.to_le_bytes()].concat()
    }

    fn decode(key: &[u8], rest: &mut &[u8]) -> Result<Self, StoreError> {
        let number = u64::from_le_bytes(take(key, rest)?);
        let bytes = u64::from_le_bytes(take(key, rest)?);
        Ok(Self { number, bytes })
    }
}

impl DocRow {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(25 + 32 * self.heads.len());
        body.extend(self.changes.to_le_bytes());
        body.extend(self.in_snapshot.to_le_bytes());
        body.push(u8::from(self.snapshot.is_some()));
        body.extend(self.snapshot.iter().flat_map(|large| large.encode()));
        body.extend(self.heads.iter().flat_map(|head| head.0));
        body
    }

    pub(super) fn decode(key: &[u8], body: &[u8]) -> Result<Self, StoreError> {
        let mut rest = body;
        let changes = u32::from_le_bytes(take(key, &mut rest)?);
        let in_snapshot = u32::from_le_bytes(take(key, &mut rest)?);
        let snapshot = match take(key, &mut rest)? {
            [0] => None,
            _ => Some(Large::decode(key, &mut rest)?),
        };
        let mut heads = Vec::with_capacity(rest.len() / 32);
        while !rest.is_empty() {
            heads.push(ChangeHash(take(key, &mut rest)?));
        }
        Ok(Self { changes, in_snapshot, snapshot, heads })
    }
}

/// Takes `N` bytes off the front.
pub(super) fn take<const N: usize>(key: &[u8], rest: &mut &[u8]) -> Result<[u8; N], StoreError> {
    let (bytes, left) =
        rest.split_first_chunk().ok_or_else(|| damaged(key, "it ends too early"))?;
    *rest = left;
    Ok(*bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_reads_back_and_any_flipped_bit_is_found() {
        let row = seal(b"key", b"some body");
        assert_eq!(open(b"key", &row).unwrap(), b"some body");
        for bit in 0..row.len() * 8 {
            let mut flipped = row.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(open(b"key", &flipped).is_err(), "bit {bit} flipped unnoticed");
        }
    }

    #[test]
    fn a_row_under_another_key_or_cut_short_is_damaged() {
        let row = seal(b"key", b"some body");
        assert!(open(b"kez", &row).is_err());
        for length in 0..row.len() {
            assert!(open(b"key", &row[..length]).is_err());
        }
    }

    #[test]
    fn document_rows_read_back() {
        for row in [
            DocRow::default(),
            DocRow {
                changes: 7,
                in_snapshot: 3,
                snapshot: Some(Large { number: 9, bytes: 100_000 }),
                heads: vec![ChangeHash([1; 32]), ChangeHash([2; 32])],
            },
        ] {
            assert_eq!(DocRow::decode(b"d", &row.encode()).unwrap(), row);
        }
        assert!(DocRow::decode(b"d", &[0; 12]).is_err());
    }
}
