//! A node's key as six Vietnamese words, for two people to compare over the telephone.
//!
//! The [short form](super::short) is exact, and tiring to read out in a language that does not spell. Six
//! words say 66 bits: each is one of 2,048 (`six_words.txt`, 11 bits), so that finding another key with the
//! same words takes 2⁶⁶ tries. Words and short form are hashed apart from each other; whoever compares both
//! has compared 146 bits.
//!
//! What is on the list: words of one syllable that are in daily use; no two of them sound alike in any of
//! the country's great dialects (the tests say what is taken for alike); none that people say *about* the words while they
//! compare them (không, đúng, từ, a number, the name of a tone); none that is spelled in two ways; none
//! that is rude, gloomy or political. The list and its order never change: two programs that differed
//! here would make honest people hang up.

use std::fmt;

use super::NodeKey;

/// How many words a key is shown as.
const SIX: usize = 6;

/// Bits that one word says: the list has 2¹¹ words.
const WORD_BITS: usize = 11;

/// The list, a word a line, in the order of their bytes.
const LIST: &str = include_str!("six_words.txt");

/// The context of the hash (BLAKE3's key derivation mode), so that it is of use for nothing else.
const CONTEXT: &str = "hopluu 2026 node key six words v1";

/// The six words of a node's key: to compare, not to find the key again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SixWords([&'static str; SIX]);

impl SixWords {
    /// The words, in their order.
    pub fn to_vec(self) -> Vec<String> {
        self.0.iter().map(|word| (*word).to_owned()).collect()
    }
}

impl fmt::Display for SixWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" · "))
    }
}

impl NodeKey {
    /// The six words: the first 66 bits of the key's hash, 11 for each word, the highest bit first.
    pub fn six_words(&self) -> SixWords {
        let hash = blake3::derive_key(CONTEXT, &self.0);
        SixWords(std::array::from_fn(|at| word(bits(&hash, at * WORD_BITS))))
    }
}

/// The number in the [`WORD_BITS`] bits that begin at bit `from`.
fn bits(hash: &[u8; 32], from: usize) -> usize {
    (from..from + WORD_BITS).fold(0, |number, bit| {
        let byte = hash.get(bit / 8).copied().unwrap_or_default();
        number << 1 | usize::from(byte >> (7 - bit % 8) & 1)
    })
}

fn word(number: usize) -> &'static str {
    LIST.lines().nth(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;
    use crate::identity::OfficeKey;

    /// What people say while they compare words. On the list they would be taken for talk.
    const TALK: &str = "không có phải đúng sai khác giống rồi hết xong chờ đợi khoan lại tiếp nữa nhầm lần từ chữ \
        dấu sắc huyền hỏi ngã nặng ngang số một hai ba bốn năm sáu bảy tám chín mười nhất nhì tư vâng dạ ừ à ơi";

    /// The plainest of what nobody should have to read out to an official.
    const RUDE: &str = "địt đụ đéo cặc lồn buồi dái đĩ điếm cứt đái ỉa ngu chó hiếp dâm vú mày tao \
        chết giết đảng cộng địch ngụy nguỵ phật chúa hồ mỹ nga";

    /// How a syllable is heard: its beginning, vowel, end and tone.
    type Heard = (String, String, String, char);

    #[test]
    fn a_key_has_these_words_and_never_others() {
        let words = |seed: u8| OfficeKey::from_seed([seed; 32]).node_key().six_words().to_string();
        assert_eq!(words(7), "gửi · yên · chuông · việc · chụp · mương");
        assert_eq!(words(8), "tôn · kết · sộ · khi · môn · bộ");
    }

    #[test]
    fn the_list_never_changes() {
        let hash = blake3::hash(LIST.as_bytes()).to_hex();
        assert_eq!(
            hash.as_str(),
            "9c5eb716f05e60c6d7f0a1d5a50a0cd564ec2241cdad8d12845dbaa945cd46fb"
        );
    }

    #[test]
    fn there_are_2048_words_in_order_and_none_twice() {
        let words: Vec<&str> = LIST.lines().collect();
        assert_eq!(words.len(), 1 << WORD_BITS);
        assert!(words.is_sorted_by(|left, right| left < right), "out of order, or twice");
    }

    #[test]
    fn every_word_is_one_syllable_in_small_letters_written_in_one_way() {
        for word in LIST.lines() {
            assert!(word.nfc().eq(word.chars()), "{word}: not NFC");
            assert!(word.chars().count() > 1, "{word}: too short to be heard");
            assert!(heard(word).is_some(), "{word}: not one syllable");
            assert!(!has_two_spellings(word), "{word}: its tone may stand over either vowel");
        }
    }

    #[test]
    fn no_two_words_sound_alike_anywhere_in_the_country() {
        let mut sounds: BTreeMap<Heard, &str> = BTreeMap::new();
        for word in LIST.lines() {
            if let Some(other) = sounds.insert(alike(heard(word).unwrap()), word) {
                panic!("{other} and {word} are easily taken for each other");
            }
        }
    }

    #[test]
    fn what_people_confuse_is_taken_for_alike() {
        for (left, right) in [
            ("sâu", "xâu"),
            ("trăng", "chăn"),
            ("lúa", "núa"),
            ("da", "gia"),
            ("ra", "va"),
            ("mở", "mỡ"),
            ("bác", "bát"),
            ("lan", "lang"),
            ("tay", "tai"),
            ("lưu", "liu"),
            ("hoa", "qua"),
            ("anh", "ăn"),
            ("kí", "ký"),
            ("nghe", "nge"),
            ("nước", "nướt"),
        ] {
            let sound = |word| alike(heard(word).unwrap());
            assert_eq!(sound(left), sound(right), "{left} and {right}");
        }
        let sounds: BTreeSet<Heard> =
            ["ma", "má", "mà", "mả", "mạ"].iter().map(|word| alike(heard(word).unwrap())).collect();
        assert_eq!(sounds.len(), 5, "tones are heard");
    }

    #[test]
    fn nothing_on_the_list_is_rude_or_part_of_the_conversation() {
        let words: BTreeSet<&str> = LIST.lines().collect();
        for word in TALK.split_whitespace().chain(RUDE.split_whitespace()) {
            assert!(!words.contains(word), "{word}");
        }
    }

    proptest! {
        #[test]
        fn another_key_has_other_words(one: [u8; 32], other: [u8; 32]) {
            let (one, other) = (NodeKey(one), NodeKey(other));
            prop_assert_eq!(one == other, one.six_words() == other.six_words());
            prop_assert!(one.six_words().0.iter().all(|word| !word.is_empty()));
        }
    }

    #[test]
    fn each_of_the_66_bits_is_said() {
        for bit in 0..SIX * WORD_BITS {
            let mut hash = [0; 32];
            hash[bit / 8] = 1 << (7 - bit % 8);
            let said: Vec<usize> = (0..SIX).map(|at| bits(&hash, at * WORD_BITS)).collect();
            let place = WORD_BITS - 1 - bit % WORD_BITS;
            assert_eq!(said[bit / WORD_BITS], 1 << place, "bit {bit}");
            assert_eq!(said.iter().filter(|number| **number == 0).count(), SIX - 1, "bit {bit}");
        }
    }

    /// Takes a syllable apart as the spelling has it; `None` for what is no Vietnamese syllable.
    fn heard(word: &str) -> Option<Heard> {
        const BEGINNINGS: &[&str] = &[
            "ngh", "ng", "nh", "ch", "tr", "th", "ph", "kh", "gh", "gi", "qu", "b", "c", "d", "đ",
            "g", "h", "k", "l", "m", "n", "r", "s", "t", "v", "x", "",
        ];
        const VOWELS: &str = "a ă â e ê i o ô ơ u ư y ia iê ya yê ua uô ưa ươ ai ay ây oi ôi ơi ui ưi uôi ươi ao au \
            âu eo êu iu ưu iêu yêu ươu oa oă oe uâ uê uy uya uyê oai oay uây oao oeo uyu uơ";
        let (letters, tone) = without_tone(word)?;
        let (mut beginning, mut rest) =
            BEGINNINGS.iter().find_map(|start| Some((*start, letters.strip_prefix(*start)?)))?;
        if beginning == "gi" && !rest.starts_with(|letter| "aăâeêoôơuư".contains(letter)) {
            // The i of gì, gìn is the vowel itself.
            (beginning, rest) = ("gi", &letters["g".len()..]);
        }
        let (vowel, end) = ["ng", "nh", "ch", "m", "n", "p", "t", "c", ""]
            .iter()
            .find_map(|end| Some((rest.strip_suffix(*end)?, *end)))?;
        let vowel = if beginning == "gi" && vowel == "ê" { "iê" } else { vowel };
        let stopped = matches!(end, "p" | "t" | "c" | "ch");
        let sayable = VOWELS.split_whitespace().any(|known| known == vowel)
            && (!stopped || matches!(tone, 's' | 'j'));
        sayable.then(|| (beginning.to_owned(), vowel.to_owned(), end.to_owned(), tone))
    }

    /// The letters without the tone's mark, and the tone as the Telex key that types it.
    fn without_tone(word: &str) -> Option<(String, char)> {
        let mut tones = Vec::new();
        let letters: String = word
            .nfd()
            .filter(|found| {
                let tone = match found {
                    '\u{300}' => 'f',
                    '\u{301}' => 's',
                    '\u{309}' => 'r',
                    '\u{303}' => 'x',
                    '\u{323}' => 'j',
                    _ => return true,
                };
                tones.push(tone);
                false
            })
            .nfc()
            .collect();
        match tones.as_slice() {
            [] => Some((letters, 'z')),
            [tone] => Some((letters, *tone)),
            _ => None,
        }
    }

    /// Folds together what people of one region or another say, or hear, in the same way.
    fn alike((beginning, vowel, end, tone): Heard) -> Heard {
        let open_round = matches!(beginning.as_str(), "h" | "")
            && ["oa", "oă", "oe", "uâ", "uê", "uy", "uơ"]
                .iter()
                .any(|round| vowel.starts_with(round));
        let (beginning, vowel) = match beginning.as_str() {
            // hoa, oa, qua
            _ if open_round => ("w", vowel.chars().skip(1).collect()),
            "qu" => ("w", vowel),
            "ngh" => ("ng", vowel),
            "gh" => ("g", vowel),
            "k" => ("c", vowel),
            // d, gi, r, v; s, x; tr, ch; l, n
            "gi" | "r" | "v" => ("d", vowel),
            "s" => ("x", vowel),
            "tr" => ("ch", vowel),
            "l" => ("n", vowel),
            other => (other, vowel),
        };
        let vowel = match (vowel.as_str(), end.as_str()) {
            ("a", "nh" | "ch") => "ă",
            ("iê" | "yê", "m" | "p") => "i",
            ("ô" | "ơ", "m" | "p") => "o",
            ("â", "m" | "p") => "ă",
            ("uô", "m" | "p") => "u",
            ("ươ", "m" | "p") => "ư",
            ("y", _) => "i",
            ("yê" | "ya" | "ia", _) => "iê",
            ("iêu" | "yêu" | "ươu" | "ưu", _) => "iu",
            ("uôi", _) => "ui",
            ("ươi", _) => "ưi",
            ("ưa", _) => "ươ",
            ("ua", _) => "uô",
            ("ay", _) => "ai",
            ("au", _) => "ao",
            (other, _) => other,
        };
        let end = match end.as_str() {
            "nh" | "ng" => "n",
            "ch" | "c" => "t",
            other => other,
        };
        let tone = if tone == 'x' { 'r' } else { tone };
        (beginning.to_owned(), vowel.to_owned(), end.to_owned(), tone)
    }

    /// hòa or hoà, khỏe or khoẻ, thúy or thuý.
    fn has_two_spellings(word: &str) -> bool {
        let taken_apart = heard(word);
        taken_apart.is_some_and(|(beginning, vowel, end, tone)| {
            let round = matches!(vowel.as_str(), "oa" | "oe" | "uy");
            beginning != "qu" && round && end.is_empty() && tone != 'z'
        })
    }
}
