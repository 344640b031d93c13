//! The facts of what keeps a node from its key, from the network, and from its hub.

use super::{Closed, DialError, ListenError};
use crate::key_file::KeyFileError;
use crate::problem::Problem;

/// What a listener says to a peer that did not say anything.
pub(crate) const NO_GREETING: &str = "no greeting";

impl From<&KeyFileError> for Problem {
    fn from(error: &KeyFileError) -> Self {
        let problem = Self::new(error.code(), error);
        match error {
            KeyFileError::Damaged { path, .. } => problem.arg("path", path.display()),
            KeyFileError::NoRandomness { what } => problem.arg("what", what),
            KeyFileError::Unreadable { path, source }
            | KeyFileError::Unwritable { path, source } => {
                problem.arg("path", path.display()).arg("what", source)
            }
        }
    }
}

impl From<&ListenError> for Problem {
    fn from(error: &ListenError) -> Self {
        let problem = Self::new(error.code(), error);
        match error {
            ListenError::Bind { address, source } | ListenError::Tcp { address, source } => {
                problem.arg("address", address).arg("what", source)
            }
            ListenError::Setup { what } => problem.arg("what", what),
        }
    }
}

impl From<&DialError> for Problem {
    fn from(error: &DialError) -> Self {
        let problem = Self::new(error.code(), error);
        match error {
            DialError::Cut { address }
            | DialError::NoAnswer { address }
            | DialError::NotListening { address }
            | DialError::Refused { address } => problem.arg("address", address),
            DialError::NoAddress => problem,
            DialError::NoSocket { what } => problem.arg("what", what),
            DialError::NotAHub { address, what }
            | DialError::Unreachable { address, what }
            | DialError::Unresolved { address, what } => {
                problem.arg("address", address).arg("what", what)
            }
            // In the short form: this is what people compare over the telephone.
            DialError::WrongKey { address, expected, found } => problem
                .arg("address", address)
                .arg("expected", expected.short())
                .arg("found", found.short()),
        }
    }
}

impl From<&Closed> for Problem {
    fn from(closed: &Closed) -> Self {
        let problem = Self::new(closed.code(), closed);
        match closed {
            Closed::ByPeer { code, reason } if reason.is_empty() => {
                problem.arg("what", format!("{code:?}"))
            }
            Closed::ByPeer { reason, .. } if reason == NO_GREETING => no_greeting(closed),
            Closed::ByPeer { reason, .. } => problem.arg("what", reason),
            Closed::Cut | Closed::Here => problem,
            Closed::FrameTooLong { announced } => problem.arg("announced", announced),
            Closed::Malformed { what } => problem.arg("what", what),
        }
    }
}

/// What hubs of an earlier program say to whoever they do not hear in time.
fn no_greeting(closed: &Closed) -> Problem {
    Problem::new("connection-closed-no-greeting", closed)
}

#[cfg(test)]
mod tests {
    use std::io;

    use hopluu_protocol::identity::NodeKey;

    use super::*;
    use crate::messages::tests::assert_told_in_full;
    use crate::transport::CloseCode;

    #[test]
    fn whatever_keeps_a_node_from_its_hub_is_told_with_its_facts() {
        let (address, what) = ("hub.example.vn:4433".to_owned(), "gone".to_owned());
        for error in [
            DialError::Cut { address: address.clone() },
            DialError::NoAddress,
            DialError::NoAnswer { address: address.clone() },
            DialError::NoSocket { what: what.clone() },
            DialError::NotAHub { address: address.clone(), what: what.clone() },
            DialError::NotListening { address: address.clone() },
            DialError::Refused { address: address.clone() },
            DialError::Unreachable { address: address.clone(), what: what.clone() },
            DialError::Unresolved { address: address.clone(), what: what.clone() },
            DialError::WrongKey { address, expected: NodeKey([1; 32]), found: NodeKey([2; 32]) },
        ] {
            assert_told_in_full(&Problem::from(&error));
        }
    }

    #[test]
    fn every_end_of_a_connection_is_told_with_its_facts() {
        let by_peer = |code| Closed::ByPeer { code, reason: String::new() };
        for closed in [
            by_peer(CloseCode::Busy),
            by_peer(CloseCode::Done),
            by_peer(CloseCode::Leaving),
            by_peer(CloseCode::Refused),
            by_peer(CloseCode::CannotStore),
            by_peer(CloseCode::Unheard),
            by_peer(CloseCode::Malformed),
            Closed::ByPeer { code: CloseCode::Malformed, reason: "no hello".to_owned() },
            Closed::ByPeer { code: CloseCode::Malformed, reason: NO_GREETING.to_owned() },
            Closed::Cut,
            Closed::FrameTooLong { announced: 1 << 40 },
            Closed::Here,
            Closed::Malformed { what: "two hellos".to_owned() },
        ] {
            assert_told_in_full(&Problem::from(&closed));
        }
    }

    #[test]
    fn a_key_file_or_an_address_that_cannot_be_used_is_named() {
        let path = std::path::PathBuf::from("node.key");
        let source = || io::Error::from(io::ErrorKind::PermissionDenied);
        for error in [
            KeyFileError::Damaged { path: path.clone(), what: "it is cut off" },
            KeyFileError::NoRandomness { what: "no".to_owned() },
            KeyFileError::Unreadable { path: path.clone(), source: source() },
            KeyFileError::Unwritable { path, source: source() },
        ] {
            assert_told_in_full(&Problem::from(&error));
        }
        let address = std::net::SocketAddr::from(([0, 0, 0, 0], 4433));
        for error in [
            ListenError::Bind { address, source: source() },
            ListenError::Tcp { address, source: source() },
        ] {
            assert_told_in_full(&Problem::from(&error));
        }
    }
}
