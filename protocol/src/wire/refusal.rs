//! Why a connection is refused, in REFUSED.

use super::codec::{Reader, WireError, Writer as _};

/// Why a connection is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The invitation's time is over.
    InvitationExpired,
    /// There is no such invitation.
    InvitationUnknown,
    /// The invitation was used before.
    InvitationUsed,
    /// The key stands in another unit than the invitation's.
    KeyOfOtherUnit,
    /// The key was revoked.
    KeyRevoked,
    /// The key is not enrolled.
    KeyUnknown,
    /// No version is spoken by both.
    Version {
        /// The oldest that the refusing side speaks.
        min: u64,
        /// The newest.
        max: u64,
    },
}

impl Refusal {
    /// A stable word for people's messages.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvitationExpired => "refused-invitation-expired",
            Self::InvitationUnknown => "refused-invitation-unknown",
            Self::InvitationUsed => "refused-invitation-used",
            Self::KeyOfOtherUnit => "refused-key-of-other-unit",
            Self::KeyRevoked => "refused-key-revoked",
            Self::KeyUnknown => "refused-key-unknown",
            Self::Version { .. } => "refused-version",
        }
    }

    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::KeyUnknown => out.put_varint(1),
            Self::KeyRevoked => out.put_varint(2),
            Self::Version { min, max } => {
                out.put_varint(3);
                out.put_varint(*min);
                out.put_varint(*max);
            }
            Self::InvitationUnknown => out.put_varint(4),
            Self::InvitationUsed => out.put_varint(5),
            Self::InvitationExpired => out.put_varint(6),
            Self::KeyOfOtherUnit => out.put_varint(7),
        }
    }

    pub(super) fn decode(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(match reader.varint("refusal")? {
            1 => Self::KeyUnknown,
            2 => Self::KeyRevoked,
            3 => Self::Version {
                min: reader.varint("oldest version")?,
                max: reader.varint("newest version")?,
            },
            4 => Self::InvitationUnknown,
            5 => Self::InvitationUsed,
            6 => Self::InvitationExpired,
            7 => Self::KeyOfOtherUnit,
            value => return Err(WireError::Unknown { what: "refusal", value }),
        })
    }
}
