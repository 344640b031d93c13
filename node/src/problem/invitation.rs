//! The facts of what is wrong with an invitation or an address.

use hopluu_protocol::identity::GroupError;
use hopluu_protocol::invitation::{AddressError, InvitationError};

use super::Problem;

impl From<&AddressError> for Problem {
    fn from(error: &AddressError) -> Self {
        Self::new(error.code(), error).arg("address", &error.text)
    }
}

impl From<&InvitationError> for Problem {
    fn from(error: &InvitationError) -> Self {
        let problem = Self::new(error.code(), error);
        match error {
            InvitationError::Checksum
            | InvitationError::Content { .. }
            | InvitationError::NotAnInvitation
            | InvitationError::Unwritable { .. } => problem,
            InvitationError::CutOff { found, expected } => {
                problem.arg("found", found).arg("expected", expected)
            }
            InvitationError::Mistyped(slip) => of_slip(problem.arg("slip", slip.code()), slip),
            InvitationError::Newer { found } => problem.arg("found", found),
        }
    }
}

/// Adds where the slip of the pen is.
fn of_slip(problem: Problem, slip: &GroupError) -> Problem {
    match slip {
        GroupError::Character { group, found } => {
            problem.arg("group", group).arg("character", found)
        }
        GroupError::CutOff { found, expected } => {
            problem.arg("found", found).arg("expected", expected)
        }
        GroupError::Mistyped { group } => problem.arg("group", group),
        GroupError::Padding => problem,
        GroupError::TooLong { expected } => problem.arg("expected", expected),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::tests::assert_told_in_full;

    #[test]
    fn whatever_is_wrong_with_an_invitation_is_told_with_its_facts() {
        for error in [
            InvitationError::Checksum,
            InvitationError::Content { what: "too short".to_owned() },
            InvitationError::CutOff { found: 3, expected: 20 },
            InvitationError::Mistyped(GroupError::Character { group: 2, found: '!' }),
            InvitationError::Mistyped(GroupError::CutOff { found: 3, expected: 20 }),
            InvitationError::Mistyped(GroupError::Mistyped { group: 7 }),
            InvitationError::Mistyped(GroupError::Padding),
            InvitationError::Mistyped(GroupError::TooLong { expected: 20 }),
            InvitationError::Newer { found: '2' },
            InvitationError::NotAnInvitation,
            InvitationError::Unwritable { what: "it needs addresses".to_owned() },
        ] {
            assert_told_in_full(&Problem::from(&error));
        }
        assert_told_in_full(&Problem::from(&AddressError { text: "hub".to_owned() }));
    }
}
