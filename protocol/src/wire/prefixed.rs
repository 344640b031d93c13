//! Frames as a transport carries them: a QUIC variable-length integer (RFC 9000 §16), then that many
//! bytes.

use super::MAX_FRAME;

/// A length as it stands before its frame. At most 2³⁰ - 1.
pub fn encode_length(length: usize) -> Vec<u8> {
    let length = length as u32;
    match length {
        0..=0x3f => vec![length as u8],
        0x40..=0x3fff => (length as u16 | 0x4000).to_be_bytes().to_vec(),
        _ => (length | 0x8000_0000).to_be_bytes().to_vec(),
    }
}

/// A frame was announced that is longer than [`MAX_FRAME`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// Its length in bytes, as announced.
    pub announced: u64,
}

/// Puts frames together from pieces. Memory follows what has arrived, not what was announced.
#[derive(Debug, Default)]
pub struct FrameDecoder(State);

#[derive(Debug, Default)]
enum State {
    #[default]
    Between,
    Length {
        value: u64,
        missing: usize,
    },
    Body {
        body: Vec<u8>,
        missing: usize,
    },
}

impl FrameDecoder {
    /// How many bytes to read next, at most: never beyond the frame at hand. At least 1.
    pub fn wanted(&self) -> usize {
        match &self.0 {
            State::Between => 1,
            State::Length { missing, .. } | State::Body { missing, .. } => *missing,
        }
    }

    /// Whether the stream may end here.
    pub fn is_between_frames(&self) -> bool {
        matches!(self.0, State::Between)
    }

    /// Takes at most [`Self::wanted`] bytes; surplus ones are ignored. Returns the frame that they
    /// complete.
    ///
    /// # Errors
    /// [`TooLong`]; the stream is of no use after that.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Option<Vec<u8>>, TooLong> {
        let bytes = bytes.get(..self.wanted()).unwrap_or(bytes);
        self.0 = match std::mem::take(&mut self.0) {
            State::Between => match bytes {
                [first, ..] => State::Length {
                    value: u64::from(first & 0x3f),
                    missing: (1 << (first >> 6)) - 1,
                },
                [] => State::Between,
            },
            State::Length { value, missing } => State::Length {
                value: bytes.iter().fold(value, |value, byte| value << 8 | u64::from(*byte)),
                missing: missing - bytes.len(),
            },
            State::Body { mut body, missing } => {
                body.extend_from_slice(bytes);
                State::Body { body, missing: missing - bytes.len() }
            }
        };
        if let State::Length { value, missing: 0 } = self.0 {
            let missing = usize::try_from(value)
                .ok()
                .filter(|length| *length <= MAX_FRAME)
                .ok_or(TooLong { announced: value })?;
            self.0 = State::Body { body: Vec::new(), missing };
        }
        if let State::Body { body, missing: 0 } = &mut self.0 {
            let frame = std::mem::take(body);
            self.0 = State::Between;
            return Ok(Some(frame));
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Feeds bytes in pieces of at most `piece` and collects what comes out.
    fn decode(mut bytes: &[u8], piece: usize) -> (Vec<Vec<u8>>, Result<bool, TooLong>) {
        let (mut decoder, mut frames) = (FrameDecoder::default(), Vec::new());
        while !bytes.is_empty() {
            let (next, rest) = bytes.split_at(decoder.wanted().min(piece).min(bytes.len()));
            bytes = rest;
            match decoder.push(next) {
                Ok(frame) => frames.extend(frame),
                Err(error) => return (frames, Err(error)),
            }
        }
        (frames, Ok(decoder.is_between_frames()))
    }

    fn encode(frames: &[Vec<u8>]) -> Vec<u8> {
        frames
            .iter()
            .flat_map(|frame| [encode_length(frame.len()), frame.clone()].concat())
            .collect()
    }

    #[test]
    fn frames_of_every_size_class_come_through_in_any_pieces() {
        let sizes = [0, 1, 63, 64, 16_383, 16_384, MAX_FRAME];
        let frames: Vec<Vec<u8>> = sizes.iter().map(|size| vec![7; *size]).collect();
        for piece in [1, 2, 1000, usize::MAX] {
            assert_eq!(decode(&encode(&frames), piece), (frames.clone(), Ok(true)));
        }
    }

    #[test]
    fn the_examples_of_rfc_9000_are_read() {
        let long = [0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c];
        let announced = 151_288_809_941_952_652;
        assert_eq!(decode(&long, 1).1, Err(TooLong { announced }));
        let four = [0x9d, 0x7f, 0x3e, 0x7d];
        assert_eq!(decode(&four, 4).1, Err(TooLong { announced: 494_878_333 }));
        assert_eq!(encode_length(15_293), [0x7b, 0xbd]);
        assert_eq!(encode_length(37), [0x25]);
    }

    #[test]
    fn a_byte_too_many_is_refused_before_anything_is_kept() {
        let mut decoder = FrameDecoder::default();
        let announced = MAX_FRAME as u32 + 1;
        let length = (announced | 0x8000_0000).to_be_bytes();
        assert_eq!(decoder.push(&length[..1]), Ok(None));
        let too_long = TooLong { announced: u64::from(announced) };
        assert_eq!(decoder.push(&length[1..]), Err(too_long));
    }

    #[test]
    fn an_announced_length_takes_no_memory() {
        let mut decoder = FrameDecoder::default();
        let length = encode_length(MAX_FRAME);
        assert_eq!(decoder.push(&length[..1]), Ok(None));
        assert_eq!(decoder.push(&length[1..]), Ok(None));
        assert_eq!(decoder.push(b"x"), Ok(None));
        let State::Body { body, .. } = &decoder.0 else { panic!("{decoder:?}") };
        assert!(body.capacity() < 1024);
    }

    proptest! {
        #[test]
        fn any_bytes_are_frames_or_refused_without_a_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
            piece in 1_usize..20,
        ) {
            let (frames, _) = decode(&bytes, piece);
            prop_assert!(frames.iter().map(Vec::len).sum::<usize>() <= bytes.len());
        }
    }
}
