//! An invitation as one line of text: `HOPLUU1-` and groups (see [`groups`]).
//!
//! In the groups: the payload's length (2 bytes, big-endian, everything after it), then the payload:
//! role (1 byte), hub key (32), code (10), expiry (8, big-endian, milliseconds since 1970), unit (length
//! byte and text), number of addresses (1 byte), each with length byte and text, town name (length byte
//! and text, 0 for none), and the first 4 bytes of the BLAKE3 hash of `HOPLUU1` and all before them.
//!
//! The check characters say where a slip is; the hash makes sure that nothing wrong gets through.

use std::fmt;

use super::{AddressError, CODE_LEN, HubAddress, Invitation, InvitationCode};
use crate::id::IdError;
use crate::identity::{GroupError, NodeKey, groups};
use crate::roster::Role;

const NAME: &str = "HOPLUU";
const VERSION: char = '1';
const HASH_LEN: usize = 4;
/// Longest text read at all. The longest that can be written has about 1,500 characters.
const MAX_TEXT_LEN: usize = 4096;

/// Why a text is not an invitation, or an invitation cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvitationError {
    /// It does not begin as an invitation does.
    #[error("this is not an invitation: it does not begin with HOPLUU1-")]
    NotAnInvitation,
    /// It was made by a newer program.
    #[error(
        "this invitation has version {found}; this program reads version 1 and must be updated"
    )]
    Newer {
        /// The version as it stands there.
        found: char,
    },
    /// The end is missing: copy it again, whole.
    #[error("the invitation is cut off: {found} of {expected} groups are there")]
    CutOff {
        /// Complete groups found.
        found: usize,
        /// Groups that it should have, as far as that can be told.
        expected: usize,
    },
    /// A slip in typing.
    #[error("the invitation is mistyped: {0}")]
    Mistyped(GroupError),
    /// Every group is well-formed, but together they are not what was written: several slips at once.
    #[error("the invitation is mistyped somewhere: its checksum does not fit")]
    Checksum,
    /// The checksum fits, but the content makes no sense: not made by this program.
    #[error("the invitation says something impossible: {what}")]
    Content {
        /// What.
        what: String,
    },
    /// It cannot be written: no or too many addresses, or a name that is too long.
    #[error("the invitation cannot be written: {what}")]
    Unwritable {
        /// Why.
        what: String,
    },
}

impl InvitationError {
    /// The error's name in message catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Checksum => "invitation-checksum",
            Self::Content { .. } => "invitation-content",
            Self::CutOff { .. } => "invitation-cut-off",
            Self::Mistyped(_) => "invitation-mistyped",
            Self::Newer { .. } => "invitation-newer",
            Self::NotAnInvitation => "invitation-not-one",
            Self::Unwritable { .. } => "invitation-unwritable",
        }
    }

    fn content(what: impl fmt::Display) -> Self {
        Self::Content { what: what.to_string() }
    }
}

impl From<IdError> for InvitationError {
    fn from(error: IdError) -> Self {
        Self::content(error)
    }
}

impl From<AddressError> for InvitationError {
    fn from(error: AddressError) -> Self {
        Self::content(error)
    }
}

impl Invitation {
    /// The invitation as one line of text.
    ///
    /// # Errors
    /// [`InvitationError::Unwritable`] when there are no or too many addresses or the town's name is too
    /// long.
    pub fn to_text(&self) -> Result<String, InvitationError> {
        let unwritable = |what: &str| InvitationError::Unwritable { what: what.to_owned() };
        let name = self.town_name.as_deref().unwrap_or_default();
        if !(1..=Self::MAX_ADDRESSES).contains(&self.hub_addresses.len()) {
            return Err(unwritable("it needs 1 to 4 addresses of the hub"));
        }
        if self.town_name.is_some() && !is_name(name) {
            return Err(unwritable("the town's name is empty, too long or not plain text"));
        }

        let mut payload = vec![role_byte(self.role)];
        payload.extend(self.hub_key.0);
        payload.extend(self.code.as_bytes());
        payload.extend(self.expires_at_ms.to_be_bytes());
        push_text(&mut payload, self.unit.as_str());
        payload.push(self.hub_addresses.len() as u8);
        self.hub_addresses.iter().for_each(|address| push_text(&mut payload, &address.to_string()));
        push_text(&mut payload, name);

        let mut bytes = ((payload.len() + HASH_LEN) as u16).to_be_bytes().to_vec();
        bytes.append(&mut payload);
        bytes.extend(checksum(&bytes));
        Ok(format!("{NAME}{VERSION}-{}", groups::encode(&bytes)))
    }

    /// Reads an invitation as somebody pasted or typed it: case, spaces, line ends, the kind of dashes
    /// and `O`/`0`, `I`/`L`/`1` do not matter.
    ///
    /// # Errors
    /// [`InvitationError`], which says what the person can do.
    pub fn parse(text: &str) -> Result<Self, InvitationError> {
        let body = after_prefix(text)?;
        let (bytes, outcome) = groups::decode_prefix(&body);
        let Some((length, rest)) = bytes.split_first_chunk() else {
            return Err(match outcome {
                Ok(()) => InvitationError::CutOff { found: 0, expected: 1 },
                Err(error) => cut_off_or_mistyped(error, 1),
            });
        };
        let length = usize::from(u16::from_be_bytes(*length));
        let expected = groups::groups_for(2 + length);
        if let Err(error) = outcome
            && error != GroupError::Padding
        {
            return Err(cut_off_or_mistyped(error, expected));
        }
        let Some((payload, padding)) = rest.split_at_checked(length) else {
            let found = body.chars().count() / 5;
            return Err(InvitationError::CutOff { found, expected });
        };
        if padding.iter().any(|byte| *byte != 0) || body.chars().count() > expected * 5 {
            return Err(InvitationError::Mistyped(GroupError::TooLong { expected }));
        }
        let (payload, found) =
            payload.split_last_chunk::<HASH_LEN>().ok_or(InvitationError::Checksum)?;
        let summed = bytes.get(..2 + payload.len()).unwrap_or_default();
        if checksum(summed) != *found {
            return Err(InvitationError::Checksum);
        }
        read_payload(payload)
    }
}

/// Checks the name and version and returns what follows, without separators.
fn after_prefix(text: &str) -> Result<String, InvitationError> {
    if text.len() > MAX_TEXT_LEN {
        return Err(InvitationError::NotAnInvitation);
    }
    let mut characters = text.chars().filter(|found| !groups::is_separator(*found));
    for wanted in NAME.chars() {
        let found = characters.next().ok_or(InvitationError::NotAnInvitation)?;
        // `U` is not in the alphabet of the groups, `O` and `L` fold there: the same slips are forgiven.
        let same = found.eq_ignore_ascii_case(&wanted)
            || groups::digit(found).is_some_and(|digit| groups::digit(wanted) == Some(digit));
        if !same {
            return Err(InvitationError::NotAnInvitation);
        }
    }
    match characters.next() {
        Some(VERSION | 'I' | 'i' | 'L' | 'l') => Ok(characters.collect()),
        Some(found) if found.is_ascii_alphanumeric() && found != '0' => {
            Err(InvitationError::Newer { found })
        }
        _ => Err(InvitationError::NotAnInvitation),
    }
}

fn cut_off_or_mistyped(error: GroupError, expected: usize) -> InvitationError {
    match error {
        GroupError::CutOff { found, .. } if found < expected => {
            InvitationError::CutOff { found, expected }
        }
        GroupError::CutOff { .. } => InvitationError::Mistyped(GroupError::TooLong { expected }),
        GroupError::Character { group, .. } | GroupError::Mistyped { group }
            if group > expected =>
        {
            InvitationError::Mistyped(GroupError::TooLong { expected })
        }
        other => InvitationError::Mistyped(other),
    }
}

fn read_payload(payload: &[u8]) -> Result<Invitation, InvitationError> {
    let mut rest = payload;
    let role = match take::<1>(&mut rest)? {
        [0] => Role::Office,
        [1] => Role::Operator,
        [other] => return Err(InvitationError::content(format_args!("role {other}"))),
    };
    let hub_key = NodeKey(take(&mut rest)?);
    if !hub_key.is_sound() {
        return Err(InvitationError::content("the hub's key is none"));
    }
    let code = InvitationCode::from_random(take::<CODE_LEN>(&mut rest)?);
    let expires_at_ms = i64::from_be_bytes(take(&mut rest)?);
    let unit = take_text(&mut rest)?.parse()?;
    let [count] = take::<1>(&mut rest)?;
    if !(1..=Invitation::MAX_ADDRESSES).contains(&usize::from(count)) {
        return Err(InvitationError::content(format_args!("{count} addresses")));
    }
    let hub_addresses = (0..count)
        .map(|_| Ok(take_text(&mut rest)?.parse::<HubAddress>()?))
        .collect::<Result<_, InvitationError>>()?;
    let town_name = Some(take_text(&mut rest)?).filter(|name| !name.is_empty());
    if town_name.is_some_and(|name| !is_name(name)) {
        return Err(InvitationError::content("the town's name"));
    }
    if !rest.is_empty() {
        return Err(InvitationError::content("something after the end"));
    }
    Ok(Invitation {
        hub_addresses,
        hub_key,
        code,
        expires_at_ms,
        unit,
        role,
        town_name: town_name.map(str::to_owned),
    })
}

fn is_name(name: &str) -> bool {
    (1..=Invitation::MAX_NAME_LEN).contains(&name.len()) && !name.chars().any(char::is_control)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], InvitationError> {
    let (taken, left) =
        rest.split_first_chunk().ok_or_else(|| InvitationError::content("too short"))?;
    *rest = left;
    Ok(*taken)
}

fn take_text<'a>(rest: &mut &'a [u8]) -> Result<&'a str, InvitationError> {
    let [length] = take::<1>(rest)?;
    let (taken, left) = rest
        .split_at_checked(usize::from(length))
        .ok_or_else(|| InvitationError::content("too short"))?;
    *rest = left;
    std::str::from_utf8(taken).map_err(|_| InvitationError::content("text that is not UTF-8"))
}

/// The lengths of all texts in here are bounded below 256 by their types or by [`Invitation::to_text`].
fn push_text(payload: &mut Vec<u8>, text: &str) {
    payload.push(text.len() as u8);
    payload.extend(text.as_bytes());
}

fn role_byte(role: Role) -> u8 {
    match role {
        Role::Office => 0,
        Role::Operator => 1,
    }
}

fn checksum(bytes: &[u8]) -> [u8; HASH_LEN] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(NAME.as_bytes()).update(&[VERSION as u8]).update(bytes);
    let mut checksum = [0; HASH_LEN];
    hasher.finalize_xof().fill(&mut checksum);
    checksum
}

#[cfg(test)]
mod tests;
