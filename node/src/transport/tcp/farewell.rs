//! The last words on a stream: a length that no frame has ([`MARK`]), the close code in eight bytes, the
//! reason's length in two, the reason.

use hopluu_protocol::wire::prefixed::encode_length;

use super::Farewell;
use crate::transport::CloseCode;
use crate::transport::close::{MAX_REASON, cut_reason, printable};

/// The length that announces a farewell: the largest of four bytes.
pub(super) const MARK: u64 = (1 << 30) - 1;

/// What stands between the mark and the reason.
const HEAD: usize = 10;

impl Farewell {
    pub(super) fn encode(&self) -> Vec<u8> {
        let reason = cut_reason(&self.reason);
        let mut bytes = encode_length(MARK as usize);
        bytes.extend_from_slice(&self.code.number().to_be_bytes());
        bytes.extend_from_slice(&(reason.len() as u16).to_be_bytes());
        bytes.extend_from_slice(reason);
        bytes
    }
}

/// Puts a farewell together from the bytes behind the mark.
#[derive(Debug, Default)]
pub(super) struct FarewellDecoder(Vec<u8>);

impl FarewellDecoder {
    /// How many bytes are still missing, as far as is known; 0 when it is whole.
    pub(super) fn wanted(&self) -> usize {
        (HEAD + self.reason_length().unwrap_or(0)).saturating_sub(self.0.len())
    }

    /// Takes at most [`Self::wanted`] bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes.get(..self.wanted()).unwrap_or(bytes));
    }

    /// The farewell, once it is whole.
    pub(super) fn finish(&self) -> Option<Farewell> {
        let (code, rest) = self.0.split_first_chunk()?;
        let reason = rest.get(2..2 + self.reason_length()?)?;
        Some(Farewell {
            code: CloseCode::from_number(u64::from_be_bytes(*code)),
            reason: printable(reason),
        })
    }

    /// The reason's length as announced, cut to what is shown.
    fn reason_length(&self) -> Option<usize> {
        let length = self.0.get(HEAD - 2..HEAD)?;
        Some(usize::from(u16::from_be_bytes(length.try_into().ok()?)).min(MAX_REASON))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8], piece: usize) -> Option<Farewell> {
        let mut decoder = FarewellDecoder::default();
        let mut rest = bytes;
        while decoder.wanted() > 0 && !rest.is_empty() {
            let (next, after) = rest.split_at(piece.min(rest.len()).min(decoder.wanted()));
            decoder.push(next);
            rest = after;
        }
        decoder.finish()
    }

    #[test]
    fn a_farewell_is_read_as_it_was_written_in_any_pieces() {
        for reason in ["", "máy này đã bị thu hồi"] {
            let farewell = Farewell { code: CloseCode::Refused, reason: reason.to_owned() };
            let bytes = farewell.encode();
            assert_eq!(&bytes[..4], &[0xbf, 0xff, 0xff, 0xff]);
            for piece in [1, 3, 1000] {
                assert_eq!(decode(&bytes[4..], piece), Some(farewell.clone()));
            }
            for cut in 4..bytes.len() {
                assert_eq!(decode(&bytes[4..cut], 1000), None);
            }
        }
    }

    #[test]
    fn a_reason_that_never_ends_is_cut() {
        let hostile = [&[0; 8][..], &[0xff; 2], &[b'a'; 70_000]].concat();
        assert_eq!(decode(&hostile, 1000).unwrap().reason.len(), MAX_REASON);
    }
}
