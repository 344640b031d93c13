//! How connections end.

use quinn::{ConnectionError, TransportErrorCode, VarInt};

/// Longest reason that is sent or shown, in bytes.
pub(super) const MAX_REASON: usize = 256;

/// The words for a peer of which nothing was heard in time.
pub(crate) const NO_GREETING: &str = "no greeting";

/// Sent by QUIC when a program drops a connection without a word.
pub(super) const ABANDONED: VarInt = VarInt::from_u32(0);

/// Why one side closed a connection: over QUIC the `CONNECTION_CLOSE` frame's error code, over TCP the
/// farewell's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCode {
    /// 1: everything is said.
    Done,
    /// 2: the peer is not let in; the frames before have the reason.
    Refused,
    /// 3: too much to do; come back later.
    Busy,
    /// 4: the program stops.
    Leaving,
    /// 5: this side's disk takes nothing at the moment; come back later.
    CannotStore,
    /// 6: nothing was heard of the peer in time.
    Unheard,
    /// 16: a frame was announced that is longer than [`MAX_FRAME`](super::MAX_FRAME).
    FrameTooLong,
    /// 17: the peer does not keep to the protocol.
    Malformed,
    /// A code that this version does not know.
    Other(u64),
}

impl CloseCode {
    pub(super) fn to_wire(self) -> VarInt {
        VarInt::from_u64(self.number()).unwrap_or(VarInt::MAX)
    }

    pub(super) fn number(self) -> u64 {
        match self {
            Self::Done => 1,
            Self::Refused => 2,
            Self::Busy => 3,
            Self::Leaving => 4,
            Self::CannotStore => 5,
            Self::Unheard => 6,
            Self::FrameTooLong => 16,
            Self::Malformed => 17,
            Self::Other(code) => code,
        }
    }

    pub(super) fn from_number(code: u64) -> Self {
        match code {
            1 => Self::Done,
            2 => Self::Refused,
            3 => Self::Busy,
            4 => Self::Leaving,
            5 => Self::CannotStore,
            6 => Self::Unheard,
            16 => Self::FrameTooLong,
            17 => Self::Malformed,
            other => Self::Other(other),
        }
    }
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Closed {
    /// The peer closed it and said why.
    #[error("the other side closed the connection: {code:?} {reason}")]
    ByPeer {
        /// Why.
        code: CloseCode,
        /// Its words, for the log: at most 256 bytes, no control characters.
        reason: String,
    },
    /// This side closed it.
    #[error("this side closed the connection")]
    Here,
    /// Nothing came any more, or the peer was gone without a word.
    #[error("the connection was cut")]
    Cut,
    /// The peer announced a frame beyond the limit; the connection was closed.
    #[error("the other side announced a frame of {announced} bytes")]
    FrameTooLong {
        /// Its announced length in bytes.
        announced: u64,
    },
    /// The peer did not keep to the protocol; the connection was closed.
    #[error("the other side does not keep to the protocol: {what}")]
    Malformed {
        /// What it did.
        what: String,
    },
}

impl Closed {
    /// The ending's name in message catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ByPeer { code: CloseCode::Busy, .. } => "connection-closed-busy",
            Self::ByPeer { code: CloseCode::CannotStore, .. } => "connection-closed-cannot-store",
            Self::ByPeer { code: CloseCode::Done, .. } => "connection-closed-done",
            Self::ByPeer { code: CloseCode::Leaving, .. } => "connection-closed-leaving",
            Self::ByPeer { code: CloseCode::Refused, .. } => "connection-closed-refused",
            Self::ByPeer { code: CloseCode::Unheard, .. } => "connection-closed-unheard",
            // What programs said before there was a code for it.
            Self::ByPeer { code: CloseCode::Malformed, reason } if reason == NO_GREETING => {
                "connection-closed-unheard"
            }
            Self::ByPeer { .. } => "connection-closed-by-peer",
            Self::Cut => "connection-cut",
            Self::FrameTooLong { .. } => "connection-frame-too-long",
            Self::Here => "connection-closed-here",
            Self::Malformed { .. } => "connection-malformed",
        }
    }
}

impl From<ConnectionError> for Closed {
    fn from(error: ConnectionError) -> Self {
        match error {
            // A program that ended or dropped the connection during the handshake says no more than this.
            ConnectionError::ApplicationClosed(close) if close.error_code == ABANDONED => Self::Cut,
            ConnectionError::ConnectionClosed(close)
                if close.error_code == TransportErrorCode::APPLICATION_ERROR =>
            {
                Self::Cut
            }
            ConnectionError::ApplicationClosed(close) => Self::ByPeer {
                code: CloseCode::from_number(close.error_code.into_inner()),
                reason: printable(&close.reason),
            },
            ConnectionError::LocallyClosed => Self::Here,
            ConnectionError::Reset | ConnectionError::TimedOut => Self::Cut,
            ConnectionError::CidsExhausted
            | ConnectionError::ConnectionClosed(_)
            | ConnectionError::TransportError(_)
            | ConnectionError::VersionMismatch => Self::Malformed { what: error.to_string() },
        }
    }
}

/// What may be sent as a reason: cut at a character's end.
pub(super) fn cut_reason(reason: &str) -> &[u8] {
    let ends = reason.char_indices().map(|(start, c)| start + c.len_utf8());
    let end = ends.take_while(|end| *end <= MAX_REASON).last().unwrap_or(0);
    reason.get(..end).unwrap_or_default().as_bytes()
}

/// What is shown of a reason from the network.
pub(super) fn printable(reason: &[u8]) -> String {
    let bytes = reason.get(..MAX_REASON).unwrap_or(reason);
    String::from_utf8_lossy(bytes).chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use quinn::ApplicationClose;

    use super::*;

    #[test]
    fn every_code_reads_back_as_it_is_written() {
        for code in [
            CloseCode::Done,
            CloseCode::Refused,
            CloseCode::Busy,
            CloseCode::Leaving,
            CloseCode::CannotStore,
            CloseCode::Unheard,
            CloseCode::FrameTooLong,
            CloseCode::Malformed,
            CloseCode::Other(4711),
        ] {
            assert_eq!(CloseCode::from_number(code.number()), code);
        }
        assert_eq!(CloseCode::Other(u64::MAX).to_wire(), VarInt::MAX);
    }

    #[test]
    fn a_reason_from_the_network_is_cut_and_cleaned() {
        let hostile = [b"\x1b[31m\r\n".as_slice(), &[0xff; 2000]].concat();
        let close = ApplicationClose { error_code: VarInt::from_u32(2), reason: hostile.into() };
        let Closed::ByPeer { code, reason } = ConnectionError::ApplicationClosed(close).into()
        else {
            panic!("not closed by the peer");
        };
        assert_eq!(code, CloseCode::Refused);
        assert!(reason.starts_with("[31m"));
        assert!(reason.chars().count() <= MAX_REASON);
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        let reason = "ế".repeat(200);
        let cut = std::str::from_utf8(cut_reason(&reason)).unwrap();
        assert_eq!(cut.len(), 255);
    }
}
