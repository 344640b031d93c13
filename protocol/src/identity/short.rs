//! A node's key as people read it: a short fingerprint to compare over the telephone, and the full form
//! that can be typed.

use std::fmt;

use super::NodeKey;
use super::groups::{self, GroupError};

/// Bytes of a fingerprint: 80 bits, so that finding another key with the same fingerprint takes 2⁸⁰
/// tries.
const FINGERPRINT_LEN: usize = 10;

/// The context of the hash (BLAKE3's key derivation mode), so that it is of use for nothing else.
const FINGERPRINT_CONTEXT: &str = "hopluu 2026 node key fingerprint v1";

/// The short form of a node's key, `XXXXX-XXXXX-XXXXX-XXXXX`: for two people to compare, not to find the
/// key again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; FINGERPRINT_LEN]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&groups::encode(&self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl Fingerprint {
    /// Reads a fingerprint as somebody typed or dictated it.
    ///
    /// # Errors
    /// [`GroupError`], which names the group to look at.
    pub fn parse(text: &str) -> Result<Self, GroupError> {
        Ok(Self(exactly(&groups::decode(text, FINGERPRINT_LEN)?)?))
    }
}

impl NodeKey {
    /// The fingerprint: 20 characters to compare.
    pub fn short(&self) -> Fingerprint {
        let hash = blake3::derive_key(FINGERPRINT_CONTEXT, &self.0);
        let mut bytes = [0; FINGERPRINT_LEN];
        bytes.iter_mut().zip(hash).for_each(|(byte, hashed)| *byte = hashed);
        Fingerprint(bytes)
    }

    /// The whole key in 13 groups, each with its check character.
    pub fn spelled(&self) -> String {
        groups::encode(&self.0)
    }

    /// Reads a whole key as somebody typed or dictated it.
    ///
    /// # Errors
    /// [`GroupError`], which names the group to look at.
    pub fn parse_spelled(text: &str) -> Result<Self, GroupError> {
        Ok(Self(exactly(&groups::decode(text, 32)?)?))
    }
}

fn exactly<const N: usize>(bytes: &[u8]) -> Result<[u8; N], GroupError> {
    bytes.try_into().map_err(|_| GroupError::CutOff {
        found: groups::groups_for(bytes.len()),
        expected: groups::groups_for(N),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::OfficeKey;

    #[test]
    fn a_key_spelled_out_reads_back_however_it_was_typed() {
        let key = OfficeKey::from_seed([7; 32]).node_key();
        let spelled = key.spelled();
        assert_eq!(spelled.len(), 13 * 6 - 1);
        assert_eq!(NodeKey::parse_spelled(&spelled), Ok(key));
        assert_eq!(NodeKey::parse_spelled(&spelled.to_lowercase().replace('-', "  ")), Ok(key));
        let confused = spelled.replace('0', "O").replace('1', "l");
        assert_eq!(NodeKey::parse_spelled(&confused), Ok(key));
    }

    #[test]
    fn a_wrong_character_is_found_in_its_group() {
        let spelled = OfficeKey::from_seed([7; 32]).node_key().spelled();
        let at = 6 * 6 + 2;
        let other = if &spelled[at..=at] == "Z" { "Y" } else { "Z" };
        let wrong = format!("{}{other}{}", &spelled[..at], &spelled[at + 1..]);
        assert_eq!(NodeKey::parse_spelled(&wrong), Err(GroupError::Mistyped { group: 7 }));
    }

    #[test]
    fn a_fingerprint_has_twenty_characters_and_never_changes() {
        let fingerprint = OfficeKey::from_seed([7; 32]).node_key().short();
        assert_eq!(fingerprint.to_string(), "NHWDJ-AHEDA-MCSJM-VAQWY");
        assert_eq!(Fingerprint::parse(&fingerprint.to_string().to_lowercase()), Ok(fingerprint));
        assert_ne!(fingerprint, OfficeKey::from_seed([8; 32]).node_key().short());
    }

    #[test]
    fn a_fingerprint_is_not_taken_for_a_key() {
        let fingerprint = OfficeKey::from_seed([7; 32]).node_key().short().to_string();
        let cut = GroupError::CutOff { found: 4, expected: 13 };
        assert_eq!(NodeKey::parse_spelled(&fingerprint), Err(cut));
    }
}
