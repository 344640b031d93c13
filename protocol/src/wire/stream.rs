//! Frames on a stream of bytes: each is preceded by its length.

use super::MAX_FRAME;
use super::codec::{Reader, WireError, Writer};
use super::frame::Frame;

/// A frame as it stands on a stream.
pub fn encode(frame: &Frame) -> Vec<u8> {
    let body = frame.encode();
    let mut out = Vec::with_capacity(body.len() + 3);
    out.put_blob(&body);
    out
}

/// Cuts a stream of bytes, which arrives in pieces of any size, into frames.
///
/// Holds at most one frame ([`MAX_FRAME`] bytes and its length) that has not arrived as a whole, besides
/// what was pushed last.
#[derive(Debug, Default)]
pub struct Deframer {
    buffer: Vec<u8>,
    /// How much of the buffer was handed out.
    read: usize,
}

impl Deframer {
    /// Takes what has arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.read);
        self.read = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next frame, without its length, once it has arrived as a whole.
    ///
    /// # Errors
    /// When a length is over [`MAX_FRAME`] or zero; the stream is of no use after that.
    pub fn next_frame(&mut self) -> Result<Option<&[u8]>, WireError> {
        let rest = self.buffer.get(self.read..).unwrap_or_default();
        let mut reader = Reader::new(rest);
        let len = match reader.count(MAX_FRAME, "frame length") {
            Ok(0) => return Err(WireError::Invalid { what: "frame length" }),
            Ok(len) => len,
            Err(WireError::Truncated { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let Ok(_) = reader.bytes(len, "frame") else { return Ok(None) };
        let end = self.buffer.len() - reader.rest().len();
        self.read = end;
        Ok(self.buffer.get(end - len..end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_out_whole_however_the_stream_was_cut() {
        let frames = [Frame::Bye, Frame::Ack { batch: 300 }, Frame::Ping { token: 7 }];
        let stream: Vec<u8> = frames.iter().flat_map(encode).collect();
        for size in 1..=stream.len() {
            let mut deframer = Deframer::default();
            let mut found = Vec::new();
            for piece in stream.chunks(size) {
                deframer.push(piece);
                while let Some(frame) = deframer.next_frame().unwrap() {
                    found.push(Frame::decode(frame).unwrap());
                }
            }
            assert_eq!(found, frames, "in pieces of {size}");
        }
    }

    #[test]
    fn a_length_over_the_limit_is_refused_before_the_frame_arrives() {
        let mut deframer = Deframer::default();
        let mut bytes = Vec::new();
        bytes.put_varint(MAX_FRAME as u64 + 1);
        deframer.push(&bytes);
        assert!(matches!(deframer.next_frame(), Err(WireError::TooMuch { .. })));
    }
}
