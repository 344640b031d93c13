//! The wire: what two nodes say to each other, byte by byte (`docs/protocol.md`).
//!
//! Every length is compared with its limit before anything is allocated, every decode error is typed,
//! and there is one encoding of each frame.

pub mod codec;
pub mod frame;
pub mod pack;
pub mod prefixed;
pub mod ranges;
mod refusal;
pub mod stream;
pub mod trail;

use automerge::ChangeHash;

pub use codec::WireError;
pub use frame::Frame;

/// Most bytes of a frame, without its length.
pub const MAX_FRAME: usize = 96 * 1024;
/// Most bytes of a batch's packed changes: one change of the largest size fits even when it cannot be
/// compressed.
pub const MAX_BATCH_BODY: usize = 68 * 1024;
/// Most keys of a WANT.
pub const MAX_WANTED: usize = 1024;
/// Most heads under one seal.
pub const MAX_SEALED_HEADS: usize = 64;
/// Longest document id: two identifiers of 64 bytes and what stands around them.
pub const MAX_DOC_ID: usize = 160;
/// Longest invitation code.
pub const MAX_CODE: usize = 64;
/// Bytes of a batch's check.
pub const CHECK: usize = 8;
/// Longest name of a node, in bytes.
pub const MAX_NAME: usize = 128;
/// Most ranges of a frame: their answers, 256 documents each, fit a frame.
pub const MAX_RANGES: usize = 16;
/// Most actors of a clock: it fits a frame.
pub const MAX_CLOCK: usize = 2048;

/// Reads a frame. What fuzzing calls.
///
/// # Errors
/// When it is not a frame of this version in its only encoding, or breaks a limit.
pub fn decode(bytes: &[u8]) -> Result<Frame, WireError> {
    Frame::decode(bytes)
}

/// What a batch announces about its changes: the first 8 bytes of BLAKE3 over their hashes, in order.
/// The receiver compares it with the hashes that it computed itself. It finds mistakes, not forgers: those
/// could as well announce what they send.
pub fn check(hashes: impl IntoIterator<Item = ChangeHash>) -> [u8; CHECK] {
    let mut hasher = blake3::Hasher::new_derive_key("hopluu 2026 batch check");
    for hash in hashes {
        hasher.update(&hash.0);
    }
    let mut check = [0; CHECK];
    hasher.finalize_xof().fill(&mut check);
    check
}

#[cfg(test)]
mod tests;
