//! A section's text as several people edit it at once: read with the heads that it was read at, changed
//! as it stood at those heads, so that what came since stays.
//!
//! Places are counted in characters (Unicode scalar values) of the stored text, which is not composed on
//! reading here: an editor's places would no longer be the document's.

use automerge::{Automerge, ChangeHash, PatchAction, ReadDoc};
use unicode_normalization::UnicodeNormalization;

use super::report::text_object;
pub use super::rewording::Splice;
use super::text_figures::{Alphabet, LETTER, Written, letters, written_at};
use super::{DocumentError, require_changes, rewording};
use crate::id::{IndicatorId, SectionId};

/// More splices than a person types between two answers. Beyond, the whole texts are compared.
const MOST_SPLICES: usize = 1000;

/// How many changes back a text is looked for that somebody had read.
const MOST_CHANGES: usize = 2000;

/// What somebody made of a text that they had read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// The text as it is before their eyes.
    pub text: Written,
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
    text: &Written,
) -> Result<Option<Vec<ChangeHash>>, DocumentError> {
    let object = text_object(doc, section)?;
    let same = |heads: &[ChangeHash]| -> Result<bool, DocumentError> {
        let other = doc.text_at(&object, heads)?;
        Ok(other.trim_end() == text.text.trim_end()
            && written_at(doc, section, heads)?.figures == text.figures)
    };
    let now = doc.get_heads();
    if same(&now)? {
        return Ok(Some(now));
    }
    let changes = doc.get_changes_meta(&[]);
    for change in changes.iter().rev().take(MOST_CHANGES) {
        // As it left the text, and as it found it where several lines had met.
        let met = (change.deps.len() > 1).then(|| change.deps.to_vec());
        for heads in [vec![change.hash]].into_iter().chain(met) {
            if same(&heads)? {
                return Ok(Some(heads));
            }
        }
    }
    Ok(None)
}

/// Does splices, each in the text that the one before has left. `None` when one lies outside of it.
pub fn apply(text: &Written, splices: &[Splice]) -> Option<Written> {
    let mut all = spread(&text.text, &text.figures);
    for Splice { at, removed, inserted, figures } in splices {
        let end = at.checked_add(*removed).filter(|end| *end <= all.len())?;
        all.splice(*at..end, spread(inserted, figures));
    }
    let mut written = Written::default();
    for (letter, cell) in all {
        written.text.push(letter);
        written.figures.extend((letter == LETTER).then_some(cell));
    }
    Some(written)
}

/// The letters of a text, each with the cell that it shows.
fn spread(text: &str, figures: &[Option<IndicatorId>]) -> Vec<(char, Option<IndicatorId>)> {
    let mut cells = figures.iter();
    let shown = |letter| match letter {
        LETTER => (letter, cells.next().cloned().flatten()),
        _ => (letter, None),
    };
    text.chars().map(shown).collect()
}

impl Rewrite {
    /// By the splices that an editor counted. `None` when one lies outside of the text. A letter for a figure
    /// that names no cell is not written.
    pub fn by_splices(before: &Written, splices: &[Splice]) -> Option<Self> {
        let text = apply(before, splices)?;
        if splices.len() > MOST_SPLICES {
            return Some(Self::whole(before, text));
        }
        let mut parts = Vec::new();
        // Composing may make an insertion shorter than the editor counts it.
        let composed = |splice: &Splice| splice.inserted.nfc().eq(splice.inserted.chars());
        let bound = |splice: &Splice| {
            let cells = splice.figures.iter().take_while(|cell| cell.is_some());
            cells.count() == letters(&splice.inserted)
        };
        if !splices.iter().all(|splice| composed(splice) && bound(splice)) {
            return Some(Self::whole(before, text));
        }
        splices.iter().for_each(|splice| parts.extend(splice.in_parts()));
        Some(Self { text, splices: parts })
    }

    /// By the whole text: what was typed is found by comparing words. Figures are the same when they show the
    /// same cell.
    pub fn whole(before: &Written, text: Written) -> Self {
        let composed = Written { text: text.text.nfc().collect(), figures: text.figures.clone() };
        let mut alphabet = Alphabet::beside(&[&before.text, &composed.text]);
        let old = alphabet.spell(before, &LETTER.to_string());
        let new = alphabet.spell(&composed, "");
        let splices = spelt_splices(&alphabet, &old, &new);
        Self { splices, text }
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
    have: &Written,
    before: &[ChangeHash],
    after: &[ChangeHash],
) -> Result<Vec<Splice>, DocumentError> {
    let is = written_at(doc, section, after)?;
    if *have == is {
        return Ok(Vec::new());
    }
    let was = written_at(doc, section, before)?;
    let exact = if was == *have { recorded(doc, section, before, after)? } else { None };
    let exact = exact.map(|splices| with_figures(have, splices, &is));
    Ok(exact.filter(|splices| apply(have, splices).as_ref() == Some(&is)).unwrap_or_else(|| {
        let mut alphabet = Alphabet::beside(&[&have.text, &is.text]);
        let unbound = LETTER.to_string();
        let (old, new) = (alphabet.spell(have, &unbound), alphabet.spell(&is, &unbound));
        spelt_splices(&alphabet, &old, &new)
    }))
}

/// What makes one spelt text of another, with the figures that come.
fn spelt_splices(alphabet: &Alphabet, old: &str, new: &str) -> Vec<Splice> {
    let spelt = rewording::splices(old, new).into_iter();
    let read = |Splice { at, removed, inserted, .. }: Splice| {
        let Written { text, figures } = alphabet.read(&inserted);
        Splice { at, removed, inserted: text, figures }
    };
    spelt.map(read).collect()
}

/// The splices with the cells of the figures that they insert, as these stand in the text to which they lead.
fn with_figures(have: &Written, mut splices: Vec<Splice>, is: &Written) -> Vec<Splice> {
    // Of each letter, which splice inserted it.
    let mut all: Vec<(char, Option<usize>)> = have.text.chars().map(|old| (old, None)).collect();
    for (number, Splice { at, removed, inserted, .. }) in splices.iter().enumerate() {
        let end = at.saturating_add(*removed).min(all.len());
        all.splice(*at.min(&end)..end, inserted.chars().map(|new| (new, Some(number))));
    }
    let figures = all.iter().filter(|(letter, _)| *letter == LETTER);
    for ((_, by), cell) in figures.zip(&is.figures) {
        if let Some(splice) = by.and_then(|by| splices.get_mut(by)) {
            splice.figures.push(cell.clone());
        }
    }
    splices
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
            Some(Splice { at: index, inserted: value.make_string(), ..Splice::default() })
        }
        PatchAction::DeleteSeq { index, length } => {
            Some(Splice { at: index, removed: length, ..Splice::default() })
        }
        _ => None,
    });
    Ok(splices.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn splice(at: usize, removed: usize, inserted: &str) -> Splice {
        Splice { at, removed, inserted: inserted.to_owned(), ..Splice::default() }
    }

    #[test]
    fn each_splice_counts_characters_of_what_the_one_before_left() {
        let splices = [splice(2, 0, "ủ"), splice(3, 1, ""), splice(0, 1, "Đ🏛")];
        let apply =
            |text, splices: &[_]| apply(&Written::plain(text), splices).map(|done| done.text);
        assert_eq!(apply("🏛đệ", &splices).as_deref(), Some("Đ🏛đủ"));
        assert_eq!(apply("đệ", &[splice(2, 1, "")]), None);
        assert_eq!(apply("đệ", &[splice(3, 0, "x")]), None);
        assert_eq!(apply("đệ", &[splice(1, usize::MAX, "")]), None);
    }

    #[test]
    fn an_insertion_is_composed_and_the_editor_s_text_is_not() {
        let before = Written::plain("Vit");
        let rewrite = Rewrite::by_splices(&before, &[splice(1, 1, "e\u{302}\u{323}")]).unwrap();
        assert_eq!(rewrite.text.text, "Ve\u{302}\u{323}t");
        assert_eq!(apply(&before, &rewrite.splices).unwrap().text, "Vệt");
    }

    #[test]
    fn a_very_long_insertion_comes_in_parts_that_a_change_holds() {
        let long = "x".repeat(20_000);
        let before = Written::plain("ab");
        let rewrite = Rewrite::by_splices(&before, &[splice(1, 1, &long)]).unwrap();
        assert!(rewrite.splices.len() > 1);
        assert_eq!(apply(&before, &rewrite.splices).unwrap().text, format!("a{long}"));
    }
}
