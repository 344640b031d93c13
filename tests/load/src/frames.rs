//! Frames on a QUIC stream: a variable-length integer (RFC 9000 §16), then that many bytes.

use std::time::Duration;

use anyhow::{Result, bail};
use bytes::{Buf as _, BytesMut};
use hopluu_protocol::wire::{Frame, MAX_FRAME};
use quinn::{RecvStream, SendStream};

/// Most bytes read at a time.
const READ: usize = 4096;
/// How long to wait for a farewell to arrive.
const FAREWELL: Duration = Duration::from_secs(2);

/// The frames that arrive on a stream.
#[derive(Debug)]
pub(crate) struct Incoming {
    stream: RecvStream,
    buffer: BytesMut,
    /// Bytes read so far, lengths included.
    pub(crate) bytes: u64,
}

/// The stream on which frames leave.
#[derive(Debug)]
pub(crate) struct Outgoing {
    stream: SendStream,
    /// Bytes written so far, lengths included.
    pub(crate) bytes: u64,
}

impl Incoming {
    pub(crate) fn new(stream: RecvStream) -> Self {
        Self { stream, buffer: BytesMut::new(), bytes: 0 }
    }

    /// The next frame. May be dropped at any point: what was read is kept.
    pub(crate) async fn next(&mut self) -> Result<Frame> {
        loop {
            if let Some(frame) = self.buffered()? {
                return Ok(frame);
            }
            let Some(chunk) = self.stream.read_chunk(READ, true).await? else {
                bail!("the stream ended");
            };
            self.bytes += chunk.bytes.len() as u64;
            self.buffer.extend_from_slice(&chunk.bytes);
        }
    }

    fn buffered(&mut self) -> Result<Option<Frame>> {
        let Some(first) = self.buffer.first() else { return Ok(None) };
        let width = 1_usize << (first >> 6);
        let Some(length) = self.buffer.get(..width) else { return Ok(None) };
        let length = length.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte))
            & ((1 << (8 * width - 2)) - 1);
        let length = usize::try_from(length)?;
        if length > MAX_FRAME {
            bail!("a frame of {length} bytes");
        }
        if self.buffer.len() < width + length {
            return Ok(None);
        }
        self.buffer.advance(width);
        let frame = self.buffer.split_to(length);
        Ok(Some(Frame::decode(&frame)?))
    }
}

impl Outgoing {
    pub(crate) fn new(stream: SendStream) -> Self {
        Self { stream, bytes: 0 }
    }

    pub(crate) async fn send(&mut self, frame: &Frame) -> Result<()> {
        let body = frame.encode();
        let length = u32::try_from(body.len())?;
        let mut bytes = match length {
            0..=0x3f => vec![u8::try_from(length)?],
            0x40..=0x3fff => (u16::try_from(length)? | 0x4000).to_be_bytes().to_vec(),
            _ => (length | 0x8000_0000).to_be_bytes().to_vec(),
        };
        bytes.extend(body);
        self.bytes += bytes.len() as u64;
        Ok(self.stream.write_all(&bytes).await?)
    }

    /// Waits until the peer has everything.
    pub(crate) async fn finish(&mut self) {
        // A stream that is closed already, or a peer that has gone, needs no farewell.
        if self.stream.finish().is_ok() {
            drop(tokio::time::timeout(FAREWELL, self.stream.stopped()).await);
        }
    }
}
