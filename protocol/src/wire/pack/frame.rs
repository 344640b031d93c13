//! Lanes into one zstd frame.

use std::io::Write;

use crate::wire::codec::WireError;

/// zstd's level: batches are small, lines are slow.
const LEVEL: i32 = 19;
/// From this many bytes on a lane is a block of its own. Figures, key names and text have nothing in common,
/// and within a block they would share one Huffman table; a shorter lane is not worth a table.
const OWN_BLOCK: usize = 1024;

/// Compresses the parts, put together, into one frame. Where its blocks end is the sender's choice: a
/// receiver unfolds it without knowing.
pub(super) fn compress(parts: &[Vec<u8>]) -> Result<Vec<u8>, WireError> {
    written(parts).map_err(|_| WireError::Invalid { what: "zstd input" })
}

fn written(parts: &[Vec<u8>]) -> std::io::Result<Vec<u8>> {
    let total = parts.iter().map(Vec::len).sum::<usize>();
    let mut frame = zstd::stream::write::Encoder::new(Vec::new(), LEVEL)?;
    frame.set_pledged_src_size(Some(total as u64))?;
    frame.include_checksum(false)?;
    let mut in_block = 0;
    for part in parts {
        if part.len() >= OWN_BLOCK && in_block > 0 {
            frame.flush()?;
        }
        frame.write_all(part)?;
        in_block += part.len();
        if part.len() >= OWN_BLOCK {
            frame.flush()?;
            in_block = 0;
        }
    }
    frame.finish()
}
