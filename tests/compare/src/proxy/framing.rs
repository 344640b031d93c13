//! What of a stream is application data, and where a message ends.

/// What a peer puts around its application data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Datagrams, encrypted: only the node itself knows what is in them.
    Datagrams,
    /// A length of four bytes before each message (samod over TCP).
    Lengths,
    /// WebSocket (RFC 6455), begun with HTTP.
    WebSocket,
    /// HTTP/1.1.
    Http,
}

/// What was found in a piece of a stream.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Found {
    /// Bytes of application data.
    pub(crate) bytes: usize,
    /// Messages that began.
    pub(crate) messages: usize,
}

/// Reads one direction of a connection.
pub(crate) struct Parser {
    framing: Framing,
    state: State,
    /// What of a head has come.
    head: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// A head comes: of HTTP, of a WebSocket frame, or a length.
    Head,
    /// So many bytes of application data come.
    Body(usize),
    /// The WebSocket is open: its frames' heads come.
    Frames,
    /// So many bytes of a frame that is no data (ping, pong, close) come.
    Control(usize),
    /// The length of a chunk comes.
    Chunk,
    /// So many bytes of a chunk come, and a line end.
    Chunked(usize),
    /// The line end after a chunk, or what follows the last chunk.
    ChunkEnd { is_last: bool },
}

impl Parser {
    pub(crate) fn new(framing: Framing) -> Self {
        Self { framing, state: State::Head, head: Vec::new() }
    }

    /// Reads on.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> Found {
        let mut found = Found::default();
        let mut at = 0;
        while at < bytes.len() {
            match self.state {
                State::Body(left) | State::Control(left) | State::Chunked(left) => {
                    let taken = left.min(bytes.len() - at);
                    at += taken;
                    if !matches!(self.state, State::Control(_)) {
                        found.bytes += taken;
                    }
                    self.state = self.after(taken, left);
                }
                _ => {
                    self.head.push(bytes[at]);
                    at += 1;
                    if let Some(next) = self.head_is_whole(&mut found) {
                        self.head.clear();
                        self.state = next;
                    }
                }
            }
        }
        found
    }

    /// Some of a body has come.
    fn after(&self, taken: usize, left: usize) -> State {
        match (self.state, left - taken) {
            (State::Chunked(_), 0) => State::ChunkEnd { is_last: false },
            (State::Chunked(_), left) => State::Chunked(left),
            (_, 0) => self.between(),
            (State::Control(_), left) => State::Control(left),
            (_, left) => State::Body(left),
        }
    }

    /// Where a message has ended.
    fn between(&self) -> State {
        if self.framing == Framing::WebSocket { State::Frames } else { State::Head }
    }

    fn body(&self, length: usize) -> State {
        if length == 0 { self.between() } else { State::Body(length) }
    }

    fn head_is_whole(&mut self, found: &mut Found) -> Option<State> {
        match self.state {
            State::Head if self.framing == Framing::Lengths => {
                let length: [u8; 4] = self.head.as_slice().try_into().ok()?;
                found.messages += 1;
                // samod counts its length as part of each message; so does everybody who pays for it.
                found.bytes += length.len();
                Some(self.body(usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX)))
            }
            State::Head => {
                if !self.head.ends_with(b"\r\n\r\n") {
                    return None;
                }
                found.messages += 1;
                if self.framing == Framing::WebSocket {
                    return Some(State::Frames);
                }
                Some(self.http())
            }
            State::Frames => {
                let (length, is_data) = frame(&self.head)?;
                found.messages += usize::from(is_data);
                Some(match (length, is_data) {
                    (0, _) => State::Frames,
                    (length, true) => State::Body(length),
                    (length, false) => State::Control(length),
                })
            }
            State::Chunk => {
                let line = self.head.strip_suffix(b"\r\n")?;
                let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
                let length = std::str::from_utf8(digits).ok()?;
                let length = usize::from_str_radix(length.trim(), 16).unwrap_or(0);
                Some(if length == 0 {
                    State::ChunkEnd { is_last: true }
                } else {
                    State::Chunked(length)
                })
            }
            State::ChunkEnd { is_last } => (self.head.ends_with(b"\r\n")).then_some(if is_last {
                State::Head
            } else {
                State::Chunk
            }),
            State::Body(_) | State::Control(_) | State::Chunked(_) => None,
        }
    }

    /// What follows a head of HTTP.
    fn http(&self) -> State {
        let head = String::from_utf8_lossy(&self.head).to_ascii_lowercase();
        let value = |name: &str| {
            head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
        };
        if value("transfer-encoding") == Some("chunked") {
            return State::Chunk;
        }
        let length = value("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        // Not modified: a length may be named, nothing follows.
        let is_empty = head.split(' ').nth(1) == Some("304");
        self.body(if is_empty { 0 } else { length })
    }
}

/// A frame's length and whether it is data, when its head is whole.
fn frame(head: &[u8]) -> Option<(usize, bool)> {
    let (first, second) = (*head.first()?, *head.get(1)?);
    let wide = match second & 0x7f {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    if head.len() < 2 + wide + mask {
        return None;
    }
    let length = match wide {
        0 => usize::from(second & 0x7f),
        _ => head[2..2 + wide].iter().fold(0, |sum, byte| (sum << 8) + usize::from(*byte)),
    };
    Some((length, first & 0x0f < 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same whether it comes at once or byte by byte.
    fn read(framing: Framing, stream: &[u8]) -> (usize, usize) {
        let whole = Parser::new(framing).read(stream);
        let mut parser = Parser::new(framing);
        let mut bytes = Found::default();
        for byte in stream {
            let found = parser.read(&[*byte]);
            bytes.bytes += found.bytes;
            bytes.messages += found.messages;
        }
        assert_eq!((whole.bytes, whole.messages), (bytes.bytes, bytes.messages));
        (whole.bytes, whole.messages)
    }

    #[test]
    fn lengths() {
        assert_eq!(read(Framing::Lengths, b"\0\0\0\x02ab\0\0\0\0\0\0\0\x01c"), (15, 3));
    }

    #[test]
    fn web_socket() {
        let mut stream = b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n".to_vec();
        stream.extend([0x82, 0x83, 1, 2, 3, 4, b'a', b'b', b'c']);
        stream.extend([0x89, 0x80, 1, 2, 3, 4]);
        stream.extend([0x82, 126, 0, 200]);
        stream.extend([7; 200]);
        assert_eq!(read(Framing::WebSocket, &stream), (203, 3));
    }

    #[test]
    fn http() {
        let stream = b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n\r\n\
            HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n\
            GET / HTTP/1.1\r\n\r\n";
        assert_eq!(read(Framing::Http, stream), (8, 4));
    }
}
