//! What a person changed in a text, as few and sensible replacements.
//!
//! A screen hands over the whole text after it was typed in. What of it is new is found by words: comparing
//! letter by letter, as automerge's `update_text` does, finds many of the letters of any paragraph again in
//! any other, and keeps them scattered between the new ones. That costs an operation for each, and what
//! somebody else writes there at the same time ends up among them.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation as _;

use super::text_figures::letters;
use crate::id::IndicatorId;

/// Of longer passages the changed words are not looked for: all of what differs is replaced. Comparing takes
/// time in proportion to words times changes.
const MOST_WORDS: usize = 10_000;

/// Letters that a splice removes or inserts at most: they are by fewer people's hands than a change may name.
const LETTERS: usize = 1000;

/// A part of changing a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Splice {
    /// Where, in characters (Unicode scalar values) of the text as it then is.
    pub at: usize,
    /// How many characters go.
    pub removed: usize,
    /// What comes in their place.
    pub inserted: String,
    /// The cell of each letter in `inserted` that stands for a figure, in their order.
    pub figures: Vec<Option<IndicatorId>>,
}

/// What makes `new` of `old`, in the order in which it is to be done: from the end, so that places before do
/// not move.
pub(super) fn splices(old: &str, new: &str) -> Vec<Splice> {
    rewordings(old, new).iter().rev().flat_map(|reworded| reworded.in_parts(LETTERS)).collect()
}

impl Splice {
    /// The same in splices that a change holds each.
    pub(super) fn in_parts(&self) -> Vec<Self> {
        let replaced = self.at..self.at.saturating_add(self.removed);
        let mut parts = Rewording { replaced, by: self.inserted.clone() }.in_parts(LETTERS);
        let mut figures = self.figures.iter().cloned();
        for part in &mut parts {
            part.figures = figures.by_ref().take(letters(&part.inserted)).collect();
        }
        parts
    }
}

/// A passage that stands in place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rewording {
    /// Where, in characters (Unicode scalar values) of the text before.
    replaced: Range<usize>,
    by: String,
}

impl Rewording {
    /// The same in splices of so many letters at most.
    fn in_parts(&self, most: usize) -> Vec<Splice> {
        let Range { start, mut end } = self.replaced;
        let mut parts = Vec::new();
        while end - start > most {
            end -= most;
            parts.push(Splice { at: end, removed: most, ..Splice::default() });
        }
        let mut letters = self.by.chars();
        let (mut at, mut removed) = (start, end - start);
        while removed > 0 || !letters.as_str().is_empty() {
            let inserted = letters.by_ref().take(most).collect();
            parts.push(Splice { at, removed, inserted, ..Splice::default() });
            (at, removed) = (at + most, 0);
        }
        parts
    }
}

/// What makes `new` of `old`, in order of place.
fn rewordings(old: &str, new: &str) -> Vec<Rewording> {
    let (start, end) = common_ends(old, new);
    let (old_middle, new_middle) = (&old[start..old.len() - end], &new[start..new.len() - end]);
    let (before, after) = (words(old_middle), words(new_middle));
    let mut at = old[..start].chars().count();
    let mut passed = 0;
    let mut found = Vec::new();
    for (removed, inserted) in changed_words(&before, &after) {
        at += count(&before[passed..removed.start]);
        let (was, is) = (before[removed.clone()].concat(), after[inserted].concat());
        let (start, end) = common_ends(&was, &is);
        let from = at + was[..start].chars().count();
        let length = was[start..was.len() - end].chars().count();
        let by = is[start..is.len() - end].to_owned();
        found.push(Rewording { replaced: from..from + length, by });
        at += was.chars().count();
        passed = removed.end;
    }
    found
}

/// Which words were replaced by which.
fn changed_words(before: &[&str], after: &[&str]) -> Vec<(Range<usize>, Range<usize>)> {
    if before.is_empty() && after.is_empty() {
        return Vec::new();
    }
    if before.is_empty() || after.is_empty() || before.len().max(after.len()) > MOST_WORDS {
        return vec![(0..before.len(), 0..after.len())];
    }
    let mut changed: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, before, after) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (removed, inserted) = (op.old_range(), op.new_range());
        match changed.last_mut() {
            // The blanks and commas between two changed words are no reason to keep them apart.
            Some((last_removed, last_inserted))
                if before[last_removed.end..removed.start]
                    .iter()
                    .all(|word| !has_letters(word)) =>
            {
                last_removed.end = removed.end;
                last_inserted.end = inserted.end;
            }
            _ => changed.push((removed, inserted)),
        }
    }
    changed
}

/// How many bytes two texts have in common at their beginnings, and at their ends after that; whole letters
/// with their marks only.
fn common_ends(one: &str, other: &str) -> (usize, usize) {
    let pairs = one.graphemes(true).zip(other.graphemes(true));
    let start = pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum();
    let pairs = one[start..].graphemes(true).rev().zip(other[start..].graphemes(true).rev());
    let end = pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum();
    (start, end)
}

fn words(text: &str) -> Vec<&str> {
    text.split_word_bounds().collect()
}

/// Letters of private use stand for figures.
fn has_letters(word: &str) -> bool {
    word.chars().any(|letter| letter.is_alphanumeric() || letter >= '\u{f0000}')
}

/// Characters of all these words.
fn count(words: &[&str]) -> usize {
    words.iter().map(|word| word.chars().count()).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn apply(old: &str, rewordings: &[Rewording]) -> String {
        let mut text: Vec<char> = old.chars().collect();
        for Rewording { replaced, by } in rewordings.iter().rev() {
            text.splice(replaced.clone(), by.chars());
        }
        text.into_iter().collect()
    }

    fn found(old: &str, new: &str) -> Vec<(String, String)> {
        let rewordings = rewordings(old, new);
        assert_eq!(apply(old, &rewordings), new);
        let letters: Vec<char> = old.chars().collect();
        let was = |reworded: &Rewording| letters[reworded.replaced.clone()].iter().collect();
        rewordings.iter().map(|reworded| (was(reworded), reworded.by.clone())).collect()
    }

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(was, is)| ((*was).to_owned(), (*is).to_owned())).collect()
    }

    #[test]
    fn a_letter_that_was_typed_is_a_letter_that_was_typed() {
        assert_eq!(found("Đã ban hành", "Đã ban hành"), []);
        assert_eq!(found("Đã ban hàn", "Đã ban hành"), pairs(&[("", "h")]));
        assert_eq!(found("Đã han hành", "Đã ban hành"), pairs(&[("h", "b")]));
        assert_eq!(found("Đã ban hành kế hoạch", "Đã ban hành"), pairs(&[(" kế hoạch", "")]));
        assert_eq!(found("", "Đã ban hành"), pairs(&[("", "Đã ban hành")]));
        assert_eq!(found("Đã ban hành", ""), pairs(&[("Đã ban hành", "")]));
    }

    #[test]
    fn two_places_are_two_rewordings() {
        let old = "Ban hành 12 văn bản; kiểm tra 5 đơn vị trong quý.";
        let new = "Ban hành 13 văn bản; kiểm tra 7 đơn vị trong quý.";
        assert_eq!(found(old, new), pairs(&[("2", "3"), ("5", "7")]));
    }

    #[test]
    fn another_paragraph_replaces_the_whole_of_the_former() {
        let old = "I. Ủy ban đã tổ chức ba lớp tập huấn.\nII. Không.";
        let new = "I. Trung tâm tiếp nhận hồ sơ qua mạng.\nII. Không.";
        let was = "Ủy ban đã tổ chức ba lớp tập huấn";
        assert_eq!(found(old, new), pairs(&[(was, "Trung tâm tiếp nhận hồ sơ qua mạng")]));
    }

    #[test]
    fn a_letter_s_marks_stay_with_it() {
        // An e with two marks, decomposed, and another with one of them.
        let rewordings = rewordings("vie\u{302}\u{323}t", "vie\u{302}t");
        assert_eq!(rewordings, [Rewording { replaced: 2..5, by: "e\u{302}".to_owned() }]);
        assert_eq!(found("🏛 Một 🏛", "🏛 Hai 🏛"), pairs(&[("Một", "Hai")]));
    }

    #[test]
    fn what_is_too_long_to_compare_is_replaced() {
        let old: String = (0..MOST_WORDS).map(|n| format!("a{n} ")).collect();
        let new: String = (0..MOST_WORDS).map(|n| format!("b{n} ")).collect();
        assert_eq!(rewordings(&old, &new).len(), 1);
    }

    proptest! {
        #[test]
        fn any_text_becomes_any_other(old in "[a-cđ ẹ\u{323}🏛,\n]{0,60}", new in "[a-cđ ẹ\u{323}🏛,\n]{0,60}") {
            let rewordings = rewordings(&old, &new);
            prop_assert_eq!(apply(&old, &rewordings), new.clone());
            let mut text: Vec<char> = old.chars().collect();
            for part in rewordings.iter().rev().flat_map(|reworded| reworded.in_parts(3)) {
                prop_assert!(part.removed <= 3 && part.inserted.chars().count() <= 3);
                text.splice(part.at..part.at + part.removed, part.inserted.chars());
            }
            prop_assert_eq!(text.into_iter().collect::<String>(), new);
            for pair in rewordings.windows(2) {
                prop_assert!(pair[0].replaced.end < pair[1].replaced.start, "in order and apart");
            }
        }
    }
}
