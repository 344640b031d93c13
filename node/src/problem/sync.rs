//! The facts of what was refused while syncing.

use hopluu_protocol::gate::{AccessError, GateError};
use hopluu_protocol::sync::ProtocolError;
use hopluu_protocol::wire::WireError;
use hopluu_protocol::wire::frame::Refusal as PeerRefusal;

use super::Problem;

impl From<&AccessError> for Problem {
    fn from(error: &AccessError) -> Self {
        let problem = Self::new(error.code(), error);
        match error {
            AccessError::AuthorOfOtherUnit { doc, author, unit } => {
                problem.arg("doc", doc).arg("key", author.short()).arg("unit", unit)
            }
            AccessError::AuthorUnknown { doc, author } => {
                problem.arg("doc", doc).arg("key", author.short())
            }
            AccessError::KeyRevoked { key } | AccessError::KeyUnknown { key } => {
                problem.arg("key", key.short())
            }
            AccessError::NotAPeer { key, unit } => {
                problem.arg("key", key.short()).arg("unit", unit)
            }
            AccessError::NotSealedByHub { doc, key } | AccessError::OutOfScope { doc, key } => {
                problem.arg("doc", doc).arg("key", key.short())
            }
            AccessError::WrongWriter { doc, key, unit } => {
                problem.arg("doc", doc).arg("key", key.short()).arg("unit", unit)
            }
        }
    }
}

impl From<&GateError> for Problem {
    fn from(error: &GateError) -> Self {
        let problem = Self::new(error.code(), error);
        match error {
            GateError::Access(error) => error.into(),
            GateError::AuthorMissing { change }
            | GateError::MissingDependency { change }
            | GateError::NotSealed { change } => problem.arg("change", change),
            GateError::Automerge { what } => problem.arg("what", what),
            GateError::Forked { change, seq, .. } => problem.arg("change", change).arg("seq", seq),
            GateError::Full
            | GateError::HashMismatch
            | GateError::Quarantined
            | GateError::Unfollowed => problem,
            GateError::Operations { change, what } => {
                problem.arg("change", change).arg("what", what)
            }
            GateError::Wire(error) => error.into(),
        }
    }
}

impl From<&ProtocolError> for Problem {
    fn from(error: &ProtocolError) -> Self {
        let problem = Self::new(error.code(), error);
        match error {
            ProtocolError::TooMany { what } => problem.arg("what", what),
            ProtocolError::Unexpected { frame } => problem.arg("frame", frame),
            ProtocolError::Wire(error) => error.into(),
        }
    }
}

impl From<&WireError> for Problem {
    fn from(error: &WireError) -> Self {
        let problem = Self::new(error.code(), error);
        match error {
            WireError::Invalid { what }
            | WireError::Truncated { what }
            | WireError::Varint { what } => problem.arg("what", what),
            WireError::TooMuch { what, found, limit } => {
                problem.arg("what", what).arg("found", found).arg("limit", limit)
            }
            WireError::Trailing { what, extra } => problem.arg("what", what).arg("extra", extra),
            WireError::Unknown { what, value } => problem.arg("what", what).arg("value", value),
        }
    }
}

impl From<&PeerRefusal> for Problem {
    fn from(refusal: &PeerRefusal) -> Self {
        let problem = Self::new(refusal.code(), format!("the hub refuses: {refusal:?}"));
        match refusal {
            PeerRefusal::InvitationExpired
            | PeerRefusal::InvitationUnknown
            | PeerRefusal::InvitationUsed
            | PeerRefusal::KeyOfOtherUnit
            | PeerRefusal::KeyRevoked
            | PeerRefusal::KeyUnknown => problem,
            PeerRefusal::Version { min, max } => problem.arg("min", min).arg("max", max),
        }
    }
}

#[cfg(test)]
mod tests {
    use hopluu_protocol::id::DocId;
    use hopluu_protocol::identity::NodeKey;

    use super::*;
    use crate::messages::tests::assert_told_in_full;

    #[test]
    fn whatever_the_gate_refuses_is_told_with_its_facts() {
        let (doc, key) = (DocId::Roster, NodeKey([1; 32]));
        let unit: hopluu_protocol::id::UnitCode = "19996".parse().unwrap();
        let change = automerge::ChangeHash([3; 32]);
        let actor = automerge::ActorId::from([4; 16]);
        for error in [
            AccessError::AuthorOfOtherUnit { doc: doc.clone(), author: key, unit: unit.clone() }
                .into(),
            AccessError::AuthorUnknown { doc: doc.clone(), author: key }.into(),
            AccessError::KeyRevoked { key }.into(),
            AccessError::KeyUnknown { key }.into(),
            AccessError::NotAPeer { key, unit: unit.clone() }.into(),
            AccessError::NotSealedByHub { doc: doc.clone(), key }.into(),
            AccessError::OutOfScope { doc: doc.clone(), key }.into(),
            AccessError::WrongWriter { doc, key, unit }.into(),
            GateError::AuthorMissing { change },
            GateError::Automerge { what: "bad".to_owned() },
            GateError::Forked { change, actor, seq: 3 },
            GateError::Full,
            GateError::HashMismatch,
            GateError::MissingDependency { change },
            GateError::NotSealed { change },
            GateError::Operations { change, what: "numbers" },
            GateError::Quarantined,
            GateError::Unfollowed,
        ] {
            assert_told_in_full(&Problem::from(&error));
        }
    }

    #[test]
    fn a_peer_that_breaks_the_protocol_is_told_of_with_the_facts() {
        let what = "a batch";
        for error in [
            WireError::Invalid { what },
            WireError::TooMuch { what, found: 9, limit: 3 },
            WireError::Trailing { what, extra: 2 },
            WireError::Truncated { what },
            WireError::Unknown { what, value: 7 },
            WireError::Varint { what },
        ] {
            assert_told_in_full(&Problem::from(&ProtocolError::from(error)));
        }
        assert_told_in_full(&Problem::from(&ProtocolError::TooMany { what }));
        assert_told_in_full(&Problem::from(&ProtocolError::Unexpected { frame: "HELLO" }));
    }

    #[test]
    fn every_refusal_by_the_hub_is_told_with_its_facts() {
        for refusal in [
            PeerRefusal::InvitationExpired,
            PeerRefusal::InvitationUnknown,
            PeerRefusal::InvitationUsed,
            PeerRefusal::KeyOfOtherUnit,
            PeerRefusal::KeyRevoked,
            PeerRefusal::KeyUnknown,
            PeerRefusal::Version { min: 2, max: 3 },
        ] {
            assert_told_in_full(&Problem::from(&refusal));
        }
    }
}
