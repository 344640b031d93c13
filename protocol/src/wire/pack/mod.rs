//! Changes packed for the wire.
//!
//! A change of one cell is about 160 bytes, nearly all of which the receiver could have guessed: the
//! dependency is the change before it, the actor and the person are those of the change before it, the
//! numbers follow on. So changes are taken apart ([`chunk`]) and each field is written to a *lane* of its
//! own, as the difference from what was to be expected; the lanes are compressed together with zstd.
//! A few changes are smaller without that: then there is one lane, uncompressed. The receiver puts the
//! same bytes together again and computes their hashes itself.
//!
//! Why not automerge's own bundles: they are as small (see `docs/protocol.md` for both measurements) but
//! experimental, need the document in memory on the sending side, and unfold without a bound, or panic,
//! on hostile input.

pub mod chunk;
mod columns;
mod frame;
mod lanes;
mod weave;

use automerge::ChangeHash;

use super::codec::{Reader, WireError};
use lanes::{LaneReader, LaneWriter};
use weave::{Unweaver, Weaver};

/// Most changes of a batch. A batch is staged as a whole, and a store takes no more at once.
pub const MAX_CHANGES: usize = 1024;
/// Most operations of a batch: taking it in takes a fraction of a second, in which nothing else is heard.
pub const MAX_OPERATIONS: u64 = 2 * chunk::MAX_OPS;
/// Most bytes of a batch's changes, unpacked.
pub const MAX_UNPACKED: usize = 1024 * 1024;
/// Most bytes of the lanes before compression.
const MAX_LANES: usize = MAX_UNPACKED + 64 * 1024;
/// Up to how many bytes of changes the form without compression is tried as well.
const TRY_PLAIN: usize = 4096;

/// How a batch's changes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// All fields in one lane, uncompressed.
    Plain,
    /// A lane for each field, compressed together with zstd.
    Lanes,
}

impl Encoding {
    /// Its number on the wire.
    pub fn number(self) -> u8 {
        match self {
            Self::Plain => 0,
            Self::Lanes => 1,
        }
    }

    /// The encoding with this number.
    ///
    /// # Errors
    /// When there is none.
    pub fn from_number(number: u8) -> Result<Self, WireError> {
        match number {
            0 => Ok(Self::Plain),
            1 => Ok(Self::Lanes),
            value => Err(WireError::Unknown { what: "encoding", value: value.into() }),
        }
    }
}

/// Packed changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// How they are packed.
    pub encoding: Encoding,
    /// How many they are.
    pub count: usize,
    /// The packed bytes.
    pub body: Vec<u8>,
}

/// A change as it came out of a pack: its chunk, put together again, and the hash computed over that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// Computed here, not announced by anybody.
    pub hash: ChangeHash,
    /// An uncompressed automerge change chunk.
    pub bytes: Vec<u8>,
}

/// Packs change chunks, in the order given.
///
/// # Errors
/// When one is not an uncompressed change chunk within the limits.
pub fn pack(changes: &[&[u8]]) -> Result<Packed, WireError> {
    pack_after(None, changes)
}

/// Packs change chunks as if they followed a change, which the receiver must know: what they have in
/// common with it is left out.
///
/// # Errors
/// As [`pack`]; when `last` is no change chunk.
pub fn pack_after(last: Option<&[u8]>, changes: &[&[u8]]) -> Result<Packed, WireError> {
    let raw: usize = changes.iter().map(|change| change.len()).sum();
    let body = frame::compress(&weave(last, changes, LaneWriter::lanes())?.into_lanes())?;
    if raw <= TRY_PLAIN {
        let plain = weave(last, changes, LaneWriter::plain())?.into_plain();
        if plain.len() <= body.len() {
            return Ok(Packed { encoding: Encoding::Plain, count: changes.len(), body: plain });
        }
    }
    Ok(Packed { encoding: Encoding::Lanes, count: changes.len(), body })
}

fn weave(last: Option<&[u8]>, changes: &[&[u8]], out: LaneWriter) -> Result<LaneWriter, WireError> {
    let mut weaver = match last {
        Some(last) => Weaver::after(last, out)?,
        None => Weaver::new(out),
    };
    for change in changes {
        weaver.push(change)?;
    }
    Ok(weaver.finish())
}

/// Unpacks `count` changes.
///
/// Allocates no more than [`MAX_UNPACKED`] bytes for chunks and about as much for the lanes, whatever the
/// input says.
///
/// # Errors
/// When the body is not what [`pack`] makes of that many changes, or unfolds beyond the limits.
pub fn unpack(encoding: Encoding, count: usize, body: &[u8]) -> Result<Vec<Unpacked>, WireError> {
    unpack_after(None, encoding, count, body)
}

/// Unpacks `count` changes that were packed as if they followed a change.
///
/// # Errors
/// As [`unpack`]; when `last` is no change chunk.
pub fn unpack_after(
    last: Option<&[u8]>,
    encoding: Encoding,
    count: usize,
    body: &[u8],
) -> Result<Vec<Unpacked>, WireError> {
    if count > MAX_CHANGES {
        let (found, limit) = (count as u64, MAX_CHANGES as u64);
        return Err(WireError::TooMuch { what: "changes of a batch", found, limit });
    }
    match encoding {
        Encoding::Plain => unweave(last, LaneReader::plain(body), count),
        Encoding::Lanes => {
            let lanes = zstd::bulk::decompress(body, MAX_LANES)
                .map_err(|_| WireError::Invalid { what: "zstd frame" })?;
            unweave(last, LaneReader::lanes(Reader::new(&lanes))?, count)
        }
    }
}

fn unweave<'a>(
    last: Option<&'a [u8]>,
    lanes: LaneReader<'a>,
    count: usize,
) -> Result<Vec<Unpacked>, WireError> {
    let mut unweaver = match last {
        Some(last) => Unweaver::after(last, lanes)?,
        None => Unweaver::new(lanes),
    };
    let mut changes = Vec::new();
    let mut total = 0;
    for _ in 0..count {
        let change = unweaver.next_change()?;
        total += change.bytes.len();
        if total > MAX_UNPACKED {
            let (found, limit) = (total as u64, MAX_UNPACKED as u64);
            return Err(WireError::TooMuch { what: "bytes of a batch, unpacked", found, limit });
        }
        changes.push(change);
    }
    unweaver.finish()?;
    Ok(changes)
}

#[cfg(test)]
mod tests;
