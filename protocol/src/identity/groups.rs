//! Bytes as groups of letters and digits that people can read out, type and check.
//!
//! The alphabet is Crockford's base32 (<https://www.crockford.com/base32.html>): no `I`, `L`, `O`, `U`;
//! on reading, case does not count, `O` is `0`, and `I` and `L` are `1`. Every group is four characters
//! (20 bits) and one check character, so a mistake is found *in its group*, and the person is told which
//! one to look at.
//!
//! The check character is Luhn mod N with N = 32, as in Syncthing's device ids
//! (<https://docs.syncthing.net/dev/device-ids.html>): it finds every single wrong character and nearly
//! every swap of neighbours. The group's number is added to the sum, so that two groups in the wrong
//! order are found as well.

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters in a group that carry data; one check character follows.
const DATA: usize = 4;
/// Characters in a group.
const GROUP: usize = DATA + 1;
/// Bits in a group.
const GROUP_BITS: usize = DATA * 5;

/// What is wrong with a text in groups. Groups are counted from 1, as people count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    /// A character that is no letter or digit of the alphabet.
    #[error("`{found}` in group {group} is not one of the letters and digits in use")]
    Character {
        /// The group it stands in.
        group: usize,
        /// What was found.
        found: char,
    },
    /// A group's check character does not fit. A character left out or added shows here too: in its
    /// group or, rarely, in the next.
    #[error("group {group} is mistyped")]
    Mistyped {
        /// The group to look at.
        group: usize,
    },
    /// The text ends too early.
    #[error("the text is cut off: {found} of {expected} groups are there")]
    CutOff {
        /// How many complete groups there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// The text goes on after its end.
    #[error("there is more text than the {expected} groups that belong here")]
    TooLong {
        /// How many groups there should be.
        expected: usize,
    },
    /// The groups are well-formed and yet nothing that this program writes.
    #[error("the last group is not one that this program writes")]
    Padding,
}

impl GroupError {
    /// The error's name in message catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Character { .. } => "groups-character",
            Self::CutOff { .. } => "groups-cut-off",
            Self::Mistyped { .. } => "groups-mistyped",
            Self::Padding => "groups-padding",
            Self::TooLong { .. } => "groups-too-long",
        }
    }
}

/// How many groups `bytes` bytes take.
pub(crate) fn groups_for(bytes: usize) -> usize {
    (bytes * 8).div_ceil(GROUP_BITS)
}

/// Writes bytes as groups with dashes between them.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let digits = to_digits(bytes);
    let mut text = String::with_capacity(groups_for(bytes.len()) * (GROUP + 1));
    for (index, group) in digits.chunks(DATA).enumerate() {
        if index > 0 {
            text.push('-');
        }
        text.extend(group.iter().map(|digit| letter(*digit)));
        text.push(letter(check_digit(index, group)));
    }
    text
}

/// Reads groups, with or without separators, up to where they end or are wrong. What was readable comes
/// first in the answer, so that a caller whose text says its own length can tell "cut off" apart.
pub(crate) fn decode_prefix(text: &str) -> (Vec<u8>, Result<(), GroupError>) {
    let mut bits = BitReader::default();
    let mut group = Vec::with_capacity(GROUP);
    let mut groups = 0;
    for found in text.chars().filter(|found| !is_separator(*found)) {
        let Some(digit) = digit(found) else {
            return (bits.bytes, Err(GroupError::Character { group: groups + 1, found }));
        };
        group.push(digit);
        if let [data @ .., check] = group.as_slice()
            && data.len() == DATA
        {
            if *check != check_digit(groups, data) {
                return (bits.bytes, Err(GroupError::Mistyped { group: groups + 1 }));
            }
            data.iter().for_each(|digit| bits.push(*digit));
            group.clear();
            groups += 1;
        }
    }
    let outcome = if !group.is_empty() {
        Err(GroupError::CutOff { found: groups, expected: groups + 1 })
    } else if bits.pending != 0 {
        Err(GroupError::Padding)
    } else {
        Ok(())
    };
    (bits.bytes, outcome)
}

/// Reads exactly `length` bytes.
///
/// # Errors
/// When the text is anything but those bytes in groups.
pub(crate) fn decode(text: &str, length: usize) -> Result<Vec<u8>, GroupError> {
    let expected = groups_for(length);
    let (mut bytes, outcome) = decode_prefix(text);
    if let Err(error @ (GroupError::Character { group, .. } | GroupError::Mistyped { group })) =
        &outcome
        && *group <= expected
    {
        return Err(error.clone());
    }
    let characters = text.chars().filter(|found| !is_separator(*found)).count();
    if characters < expected * GROUP {
        return Err(GroupError::CutOff { found: characters / GROUP, expected });
    }
    if characters > expected * GROUP {
        return Err(GroupError::TooLong { expected });
    }
    outcome?;
    // The last group may have room for a whole byte more; only zero bits are ever written there.
    if bytes.split_off(length).iter().any(|byte| *byte != 0) {
        return Err(GroupError::Padding);
    }
    Ok(bytes)
}

/// Spaces of every kind, dashes of every kind (word processors and chats replace them), and the marks
/// that copying from a page leaves behind.
pub(crate) fn is_separator(found: char) -> bool {
    found.is_whitespace()
        || matches!(found, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '_' | '.')
        || matches!(found, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// The value of a character, forgiving what people confuse.
pub(crate) fn digit(found: char) -> Option<u8> {
    let folded = match found.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let position = ALPHABET.iter().position(|letter| char::from(*letter) == folded)?;
    u8::try_from(position).ok()
}

fn letter(digit: u8) -> char {
    char::from(ALPHABET[usize::from(digit & 31)])
}

fn check_digit(index: usize, data: &[u8]) -> u8 {
    // From the right: double, add the two "digits" of the product in base 32, single, double, …
    let sum: usize = data
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let product = usize::from(*digit) * if place % 2 == 0 { 2 } else { 1 };
            product / 32 + product % 32
        })
        .sum();
    let check = (32 - (sum + index) % 32) % 32;
    check as u8
}

fn to_digits(bytes: &[u8]) -> Vec<u8> {
    let mut digits = Vec::with_capacity(groups_for(bytes.len()) * DATA);
    let (mut buffer, mut bits) = (0_u32, 0);
    for byte in bytes {
        buffer = (buffer << 8 | u32::from(*byte)) & 0xfff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            digits.push((buffer >> bits & 31) as u8);
        }
    }
    if bits > 0 {
        digits.push((buffer << (5 - bits) & 31) as u8);
    }
    digits.resize(groups_for(bytes.len()) * DATA, 0);
    digits
}

#[derive(Default)]
struct BitReader {
    bytes: Vec<u8>,
    pending: u32,
    bits: u32,
}

impl BitReader {
    fn push(&mut self, digit: u8) {
        self.pending = self.pending << 5 | u32::from(digit);
        self.bits += 5;
        if self.bits >= 8 {
            self.bits -= 8;
            self.bytes.push((self.pending >> self.bits) as u8);
            self.pending &= (1 << self.bits) - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_reads_back(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(decode(&encode(&bytes), bytes.len()), Ok(bytes));
        }

        #[test]
        fn any_text_reads_or_is_refused_without_a_panic(text in "\\PC{0,80}", length in 0_usize..64) {
            if let Ok(bytes) = decode(&text, length) {
                prop_assert_eq!(bytes.len(), length);
            }
        }

        #[test]
        fn every_single_wrong_character_is_found_in_its_group(
            bytes in proptest::array::uniform32(any::<u8>()),
            at in 0_usize..65,
            other in 0_u8..32,
        ) {
            let mut text: Vec<char> = encode(&bytes).chars().filter(|c| *c != '-').collect();
            prop_assume!(text[at] != letter(other));
            text[at] = letter(other);
            let text: String = text.into_iter().collect();
            prop_assert_eq!(decode(&text, 32), Err(GroupError::Mistyped { group: at / GROUP + 1 }));
        }
    }

    #[test]
    fn swapped_neighbours_are_found_except_the_one_pair_that_luhn_cannot_see() {
        for left in 0..32_u8 {
            for right in (0..32_u8).filter(|right| *right != left) {
                let there = check_digit(0, &[3, left, right, 7]);
                let back = check_digit(0, &[3, right, left, 7]);
                let blind = matches!((left, right), (0, 31) | (31, 0));
                assert_eq!(there == back, blind, "{left} {right}");
            }
        }
    }

    #[test]
    fn groups_in_the_wrong_order_are_found() {
        let text = encode(&[0x5a; 10]);
        let mut groups: Vec<&str> = text.split('-').collect();
        groups.swap(1, 2);
        assert_eq!(decode(&groups.join("-"), 10), Err(GroupError::Mistyped { group: 2 }));
    }

    #[test]
    fn people_may_write_it_as_they_like() {
        let bytes = [0x01, 0x08, 0x42, 0x10, 0x84];
        let text = encode(&bytes);
        assert_eq!(text, "0444C-44447");
        for variant in ["0444c-44447", "O444C 44447", "o444c44447", " 0444C\u{2013}444 47\n"] {
            assert_eq!(decode(variant, 5), Ok(bytes.to_vec()), "{variant}");
        }
    }

    #[test]
    fn a_missing_end_and_a_surplus_are_told_apart() {
        let text = encode(&[7; 32]);
        let cut = GroupError::CutOff { found: 11, expected: 13 };
        assert_eq!(decode(&text[..11 * 6], 32), Err(cut.clone()));
        assert_eq!(decode(&text[..11 * 6 + 3], 32), Err(cut));
        let surplus = GroupError::TooLong { expected: 13 };
        assert_eq!(decode(&format!("{text}-A"), 32), Err(surplus.clone()));
        assert_eq!(decode(&format!("{text}-AAAAA"), 32), Err(surplus));
        assert_eq!(decode("", 32), Err(GroupError::CutOff { found: 0, expected: 13 }));
    }

    #[test]
    fn a_letter_that_is_not_in_the_alphabet_is_named() {
        let found = GroupError::Character { group: 2, found: 'Đ' };
        assert_eq!(decode("0444C-4Đ447", 5), Err(found));
    }

    #[test]
    fn one_value_has_one_spelling() {
        // 32 bytes leave 4 bits of padding in the last group; only zeros are accepted there.
        let mut digits = to_digits(&[0xff; 32]);
        *digits.last_mut().unwrap() |= 1;
        let last = digits.chunks(DATA).last().unwrap();
        let text = encode(&[0xff; 32]);
        let mut forged = text[..text.len() - GROUP].to_owned();
        forged.extend(last.iter().map(|digit| letter(*digit)));
        forged.push(letter(check_digit(12, last)));
        assert_eq!(decode(&forged, 32), Err(GroupError::Padding));
    }
}
