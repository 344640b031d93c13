//! A section's text as several people edit it at once: read with the heads that it was read at, changed
//! as it stood at those heads, so that what came since stays.
//!
//! Places are counted in characters (Unicode scalar values) of the stored text, which is not composed on
//! reading here: an editor's places would no longer be the document's.

use automerge::{Automerge, ChangeHash, PatchAction, ReadDoc};
use unicode_normalization::UnicodeNormalization;

use super::report::text_object;
pub use super::rewording::Splice;
use super::{DocumentError, require_changes, rewording};
use crate::id::SectionId;

/// More splices than a person types between two answers. Beyond, the whole texts are compared.
const MOST_SPLICES: usize = 1000;

/// How many changes back a text is looked for that somebody had read.
const MOST_CHANGES: usize = 2000;

/// What somebody made of a text that they had read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// The text as it is before their eyes.
    pub text: String,
    /// What leads there from the stored text, in the order in which it is to be done; composed (NFC).
    pub splices: Vec<Splice>,
}

/// A section's text as it stood at `heads`.
///
/// # Errors
/// [`DocumentError::MissingChange`] when the document does not have those heads;
/// [`DocumentError::MissingField`] when the template has no such section.
pub fn text_at(
    doc: &Automerge,
    section: &SectionId,
    heads: &[ChangeHash],
) -> Result<String, DocumentError> {
    require_changes(doc, heads)?;
    let object = text_object(doc, section)?;
    // As it stands, it is read without looking at each letter's time.
    Ok(if doc.get_heads() == heads { doc.text(object)? } else { doc.text_at(object, heads)? })
}

/// Heads at which a section's text was this one, but for blanks at its end: the latest that are found.
/// `None` when it never was, or not within the last changes.
///
/// Whoever edits from there, having read the same letters at other heads, takes away at most what they
/// read: the same letters that somebody typed anew would stay beside.
///
/// # Errors
/// [`DocumentError::MissingField`] when the template has no such section.
pub fn heads_of(
    doc: &Automerge,
    section: &SectionId,
    text: &str,
) -> Result<Option<Vec<ChangeHash>>, DocumentError> {
    let object = text_object(doc, section)?;
    let same = |other: String| other.trim_end() == text.trim_end();
    if same(doc.text(&object)?) {
        return Ok(Some(doc.get_heads()));
    }
    let changes = doc.get_changes_meta(&[]);
    for change in changes.iter().rev().take(MOST_CHANGES) {
        // As it left the text, and as it found it where several lines had met.
        let met = (change.deps.len() > 1).then(|| change.deps.to_vec());
        for heads in [vec![change.hash]].into_iter().chain(met) {
            if same(doc.text_at(&object, &heads)?) {
                return Ok(Some(heads));
            }
        }
    }
    Ok(None)
}

/// Does splices, each in the text that the one before has left. `None` when one lies outside of it.
pub fn apply(text: &str, splices: &[Splice]) -> Option<String> {
    let mut letters: Vec<char> = text.chars().collect();
    for Splice { at, removed, inserted } in splices {
        let end = at.checked_add(*removed).filter(|end| *end <= letters.len())?;
        letters.splice(*at..end, inserted.chars());
    }
    Some(letters.into_iter().collect())
}

impl Rewrite {
    /// By the splices that an editor counted. `None` when one lies outside of the text.
    pub fn by_splices(before: &str, splices: &[Splice]) -> Option<Self> {
        let text = apply(before, splices)?;
        if splices.len() > MOST_SPLICES {
            return Some(Self::whole(before, text));
        }
        let mut parts = Vec::new();
        // Composing may make an insertion shorter than the editor counts it.
        let composed = |splice: &Splice| splice.inserted.nfc().eq(splice.inserted.chars());
        if !splices.iter().all(composed) {
            return Some(Self::whole(before, text));
        }
        splices.iter().for_each(|splice| parts.extend(splice.in_parts()));
        Some(Self { text, splices: parts })
    }

    /// By the whole text: what was typed is found by comparing words.
    pub fn whole(before: &str, text: String) -> Self {
        let composed: String = text.nfc().collect();
        Self { splices: rewording::splices(before, &composed), text }
    }
}

/// What leads from the text that somebody has to the one that stands at `after`, in the order in which it
/// is to be done. What they have is the text at `before`, or that before it was composed.
///
/// # Errors
/// As [`text_at`].
pub fn since(
    doc: &Automerge,
    section: &SectionId,
    have: &str,
    before: &[ChangeHash],
    after: &[ChangeHash],
) -> Result<Vec<Splice>, DocumentError> {
    let is = text_at(doc, section, after)?;
    if have == is {
        return Ok(Vec::new());
    }
    let was = text_at(doc, section, before)?;
    let exact = if was == have { recorded(doc, section, before, after)? } else { None };
    Ok(exact
        .filter(|splices| apply(have, splices).as_ref() == Some(&is))
        .unwrap_or_else(|| rewording::splices(have, &is)))
}

/// What the document itself says, letter by letter; `None` when it speaks of more than letters.
fn recorded(
    doc: &Automerge,
    section: &SectionId,
    before: &[ChangeHash],
    after: &[ChangeHash],
) -> Result<Option<Vec<Splice>>, DocumentError> {
    let patches = doc.diff_obj(&text_object(doc, section)?, before, after, false)?;
    let splices = patches.into_iter().map(|patch| match patch.action {
        PatchAction::SpliceText { index, value, .. } => {
            Some(Splice { at: index, removed: 0, inserted: value.make_string() })
        }
        PatchAction::DeleteSeq { index, length } => {
            Some(Splice { at: index, removed: length, inserted: String::new() })
        }
        _ => None,
    });
    Ok(splices.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn splice(at: usize, removed: usize, inserted: &str) -> Splice {
        Splice { at, removed, inserted: inserted.to_owned() }
    }

    #[test]
    fn each_splice_counts_characters_of_what_the_one_before_left() {
        let splices = [splice(2, 0, "ủ"), splice(3, 1, ""), splice(0, 1, "Đ🏛")];
        assert_eq!(apply("🏛đệ", &splices).as_deref(), Some("Đ🏛đủ"));
        assert_eq!(apply("đệ", &[splice(2, 1, "")]), None);
        assert_eq!(apply("đệ", &[splice(3, 0, "x")]), None);
        assert_eq!(apply("đệ", &[splice(1, usize::MAX, "")]), None);
    }

    #[test]
    fn an_insertion_is_composed_and_the_editor_s_text_is_not() {
        let rewrite = Rewrite::by_splices("Vit", &[splice(1, 1, "e\u{302}\u{323}")]).unwrap();
        assert_eq!(rewrite.text, "Ve\u{302}\u{323}t");
        assert_eq!(apply("Vit", &rewrite.splices).as_deref(), Some("Vệt"));
    }

    #[test]
    fn a_very_long_insertion_comes_in_parts_that_a_change_holds() {
        let long = "x".repeat(20_000);
        let rewrite = Rewrite::by_splices("ab", &[splice(1, 1, &long)]).unwrap();
        assert!(rewrite.splices.len() > 1);
        assert_eq!(apply("ab", &rewrite.splices).unwrap(), format!("a{long}"));
    }
}
