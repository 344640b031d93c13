//! Why there is no connection.

use std::io;

use hopluu_protocol::identity::NodeKey;

/// Why there is no connection. Of several addresses, the one that tells most.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DialError {
    /// There is no address to try.
    #[error("the hub's address is not known")]
    NoAddress,
    /// Somebody answers, with another key: another hub, or somebody in between.
    #[error("at {address} answers {found}, not the hub {expected}")]
    WrongKey {
        /// Where.
        address: String,
        /// The hub's key.
        expected: NodeKey,
        /// The key that was shown. Whoever shows it has not proved it.
        found: NodeKey,
    },
    /// Somebody answers, who is no hub of this version.
    #[error("at {address} is no hub that speaks hopluu/1: {what}")]
    NotAHub {
        /// Where.
        address: String,
        /// What QUIC or TLS says.
        what: String,
    },
    /// The hub has too much to do.
    #[error("the hub at {address} takes no more connections at the moment")]
    Refused {
        /// Where.
        address: String,
    },
    /// The handshake began and broke off.
    #[error("the connection to {address} was cut during the handshake")]
    Cut {
        /// Where.
        address: String,
    },
    /// No socket can be opened.
    #[error("no socket can be opened: {what}")]
    NoSocket {
        /// What the operating system or TLS says.
        what: String,
    },
    /// Nothing comes back: the hub is off, everything is blocked on the way, or the address is old.
    #[error("no answer from {address}, neither over UDP nor over TCP")]
    NoAnswer {
        /// Where.
        address: String,
    },
    /// The machine at the address says that nobody listens there.
    #[error("nobody listens at {address}, neither at UDP nor at TCP")]
    NotListening {
        /// Where.
        address: String,
    },
    /// There is no way to the address: this machine has no network, or a router says so.
    #[error("there is no way to {address}: {what}")]
    Unreachable {
        /// Where.
        address: String,
        /// What the operating system says.
        what: String,
    },
    /// The name is not known, or there is no network.
    #[error("the name in {address} cannot be resolved: {what}")]
    Unresolved {
        /// The address.
        address: String,
        /// What the resolver says.
        what: String,
    },
}

impl DialError {
    /// The error's name in message catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cut { .. } => "dial-cut",
            Self::NoAddress => "dial-no-address",
            Self::NoAnswer { .. } => "dial-no-answer",
            Self::NoSocket { .. } => "dial-no-socket",
            Self::NotAHub { .. } => "dial-not-a-hub",
            Self::NotListening { .. } => "dial-not-listening",
            Self::Refused { .. } => "dial-refused",
            Self::Unreachable { .. } => "dial-unreachable",
            Self::Unresolved { .. } => "dial-unresolved",
            Self::WrongKey { .. } => "dial-wrong-key",
        }
    }

    /// Whether trying again later, with nothing changed here, can help.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::NoAddress | Self::NotAHub { .. } | Self::WrongKey { .. } => false,
            Self::Cut { .. }
            | Self::NoAnswer { .. }
            | Self::NoSocket { .. }
            | Self::NotListening { .. }
            | Self::Refused { .. }
            | Self::Unreachable { .. }
            | Self::Unresolved { .. } => true,
        }
    }

    /// Of the failures of several addresses and of both ways the one with the greatest weight is told.
    pub(super) fn weight(&self) -> u8 {
        match self {
            Self::WrongKey { .. } => 9,
            Self::Refused { .. } => 8,
            Self::NotAHub { .. } => 7,
            Self::Cut { .. } => 6,
            Self::NoAnswer { .. } => 5,
            Self::NotListening { .. } => 4,
            Self::Unresolved { .. } => 3,
            Self::Unreachable { .. } => 2,
            Self::NoSocket { .. } => 1,
            Self::NoAddress => 0,
        }
    }
}

/// How an attempt at one address failed.
#[derive(Debug)]
pub(in crate::transport) enum Broken {
    Cut,
    NoAnswer,
    NoSocket(String),
    NotAHub(String),
    NotListening,
    Refused,
    Unreachable(String),
}

impl Broken {
    /// What the operating system says of a connection that is being made.
    pub(in crate::transport) fn from_connecting(error: &io::Error) -> Self {
        use io::ErrorKind::{
            AddrNotAvailable, ConnectionRefused, ConnectionReset, HostUnreachable, NetworkDown,
            NetworkUnreachable, TimedOut,
        };
        match error.kind() {
            // Windows reports a refused datagram as a reset.
            ConnectionRefused | ConnectionReset => Self::NotListening,
            AddrNotAvailable | HostUnreachable | NetworkDown | NetworkUnreachable => {
                Self::Unreachable(error.to_string())
            }
            TimedOut => Self::NoAnswer,
            _ => Self::NoSocket(error.to_string()),
        }
    }

    pub(super) fn at(self, address: String) -> DialError {
        match self {
            Self::Cut => DialError::Cut { address },
            Self::NoAnswer => DialError::NoAnswer { address },
            Self::NoSocket(what) => DialError::NoSocket { what },
            Self::NotAHub(what) => DialError::NotAHub { address, what },
            Self::NotListening => DialError::NotListening { address },
            Self::Refused => DialError::Refused { address },
            Self::Unreachable(what) => DialError::Unreachable { address, what },
        }
    }
}
