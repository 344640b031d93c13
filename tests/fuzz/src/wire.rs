//! Frames, and streams of them.

use hopluu_protocol::wire::stream::{self, Deframer};
use hopluu_protocol::wire::{self, MAX_FRAME};

/// `f` a frame; `s` and a size: a stream that arrives in pieces of that size.
pub fn run(input: &[u8]) {
    match crate::choose(input) {
        Some((b'f', frame)) => decode_frame(frame),
        Some((b's', [size, stream @ ..])) => cut_stream(usize::from(*size).max(1), stream),
        _ => {}
    }
}

/// There is one encoding of each frame: what was read is written as the same bytes.
fn decode_frame(bytes: &[u8]) {
    if let Ok(frame) = wire::decode(bytes) {
        assert_eq!(frame.encode(), bytes, "{frame:?} has two encodings");
        let on_stream = stream::encode(&frame);
        let mut deframer = Deframer::default();
        deframer.push(&on_stream);
        assert_eq!(deframer.next_frame(), Ok(Some(bytes)));
        assert_eq!(deframer.next_frame(), Ok(None));
    }
}

/// The same frames come out however the stream was cut.
fn cut_stream(size: usize, stream: &[u8]) {
    assert_eq!(frames_of(stream, size), frames_of(stream, stream.len().max(1)));
}

fn frames_of(stream: &[u8], size: usize) -> (Vec<Vec<u8>>, Option<&'static str>) {
    let mut deframer = Deframer::default();
    let mut frames = Vec::new();
    for piece in stream.chunks(size) {
        deframer.push(piece);
        loop {
            match deframer.next_frame() {
                Ok(Some(frame)) => {
                    assert!(frame.len() <= MAX_FRAME);
                    if wire::decode(frame).is_ok() {
                        decode_frame(frame);
                    }
                    frames.push(frame.to_vec());
                }
                Ok(None) => break,
                Err(error) => return (frames, Some(error.code())),
            }
        }
    }
    (frames, None)
}
