//! Figures within a text: a letter that stands for the number of a cell, and follows it.
//!
//! The letter is U+FFFC in the text. Which cell it shows is a plain value at the document's root, under a key
//! that names the letter by the operation that wrote it. Letters keep that name for good, so neither a merge
//! nor a deletion that is undone can bind one to another cell, and an id never stands in the text, where two
//! edits could split it. Programs before let both in, and read neither the key nor what the letter stands for:
//! see `format` in `docs/template.md` for what keeps them from printing it.

use std::collections::BTreeSet;

use automerge::legacy::{Key, ObjectId, Op, OpId, OpType};
use automerge::transaction::{Transactable, Transaction};
use automerge::{Automerge, ChangeHash, ObjId, ROOT, ReadDoc, ScalarValue, Value};

use super::report::text_object;
use super::{DocumentError, require_changes};
use crate::id::{IndicatorId, SectionId};

/// The letter that stands for a figure: the object replacement character of Unicode.
pub const LETTER: char = '\u{fffc}';

/// What the keys of bindings begin with.
const PREFIX: &str = "figure/";

/// A text and the cells that its figures show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The text; each figure in it is one [`LETTER`].
    pub text: String,
    /// The cell of each of its letters, in their order. `None` where the letter is bound to none: it was
    /// pasted from elsewhere into a program that did not know what it is.
    pub figures: Vec<Option<IndicatorId>>,
}

/// A section's text as it stood at `heads`, with its figures.
///
/// # Errors
/// As [`super::texts::text_at`].
pub fn written_at(
    doc: &Automerge,
    section: &SectionId,
    heads: &[ChangeHash],
) -> Result<Written, DocumentError> {
    require_changes(doc, heads)?;
    written(doc, &text_object(doc, section)?, heads)
}

/// As [`written_at`], of a text's object.
pub(super) fn written(
    doc: &Automerge,
    object: &ObjId,
    heads: &[ChangeHash],
) -> Result<Written, DocumentError> {
    // As it stands, it is read without looking at each letter's time.
    let is_now = doc.get_heads() == heads;
    let text = if is_now { doc.text(object)? } else { doc.text_at(object, heads)? };
    let mut figures = Vec::new();
    for (at, _) in text.chars().enumerate().filter(|(_, letter)| *letter == LETTER) {
        let letter = doc.get_at(object, at, heads)?.map(|(_, letter)| letter);
        figures.push(match letter.as_ref().and_then(key_of) {
            Some(key) => bound(doc, &key, heads)?,
            None => None,
        });
    }
    Ok(Written { text, figures })
}

fn bound(
    doc: &Automerge,
    key: &str,
    heads: &[ChangeHash],
) -> Result<Option<IndicatorId>, DocumentError> {
    let Some((Value::Scalar(cell), _)) = doc.get_at(ROOT, key, heads)? else { return Ok(None) };
    Ok(cell.as_str().and_then(|cell| cell.parse().ok()))
}

/// Binds the letter that stands at a place of a text, in Unicode scalar values, to a cell.
///
/// # Errors
/// When automerge refuses.
pub(super) fn bind(
    tx: &mut Transaction<'_>,
    object: &ObjId,
    at: usize,
    cell: &IndicatorId,
) -> Result<(), DocumentError> {
    let letter = tx.get(object, at)?.map(|(_, letter)| letter);
    if let Some(key) = letter.as_ref().and_then(key_of) {
        tx.put(ROOT, key, cell.as_str())?;
    }
    Ok(())
}

/// The key under which a letter's cell stands.
fn key_of(letter: &ObjId) -> Option<String> {
    match letter {
        ObjId::Id(counter, actor, _) => {
            Some(format!("{PREFIX}{counter}@{}", actor.to_hex_string()))
        }
        ObjId::Root => None,
    }
}

/// The letter that a key is about.
fn letter_of(key: &str) -> Option<OpId> {
    let (counter, actor) = key.strip_prefix(PREFIX)?.split_once('@')?;
    Some(OpId(counter.parse().ok()?, actor.parse().ok()?))
}

/// The key of a letter that is called otherwise from now on; `None` when a key is about none.
pub(super) fn renamed(key: &str, name: impl Fn(&OpId) -> OpId) -> Option<String> {
    let OpId(counter, actor) = name(&letter_of(key)?);
    Some(format!("{PREFIX}{counter}@{}", actor.to_hex_string()))
}

/// The letter that an operation binds, and its cell; the inner `None` when it binds none to one.
pub(super) fn binds(op: &Op) -> Option<Option<(OpId, IndicatorId)>> {
    let (ObjectId::Root, Key::Map(key)) = (&op.obj, &op.key) else { return None };
    let letter = letter_of(key)?;
    Some(match &op.action {
        OpType::Put(ScalarValue::Str(cell)) => cell.parse().ok().map(|cell| (letter, cell)),
        _ => None,
    })
}

impl Written {
    /// A text without figures.
    pub fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        let figures = vec![None; letters(&text)];
        Self { text, figures }
    }

    /// The text with its figures in words. A letter that is bound to no cell says nothing.
    pub fn in_words(&self, word: impl Fn(&IndicatorId) -> String) -> String {
        in_words(&self.text, &self.figures, word)
    }
}

/// A text with its figures in words. A letter that is bound to no cell says nothing.
pub fn in_words(
    text: &str,
    figures: &[Option<IndicatorId>],
    word: impl Fn(&IndicatorId) -> String,
) -> String {
    let mut cells = figures.iter();
    let mut words = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter != LETTER {
            words.push(letter);
        } else if let Some(cell) = cells.next().and_then(Option::as_ref) {
            words.push_str(&word(cell));
        }
    }
    words
}

/// How many letters of a text stand for figures.
pub fn letters(text: &str) -> usize {
    text.chars().filter(|letter| *letter == LETTER).count()
}

/// Texts as strings in which each figure is a letter that no other cell's figure has, so that texts can be
/// compared letter by letter. Letters that are bound to no cell are left out.
pub(super) struct Alphabet {
    used: BTreeSet<char>,
    cells: Vec<(char, IndicatorId)>,
}

impl Alphabet {
    /// For texts that have these letters.
    pub(super) fn beside(texts: &[&str]) -> Self {
        let used = texts.iter().flat_map(|text| text.chars()).collect();
        Self { used, cells: Vec::new() }
    }

    /// A cell's letter, from those that Unicode leaves to private use.
    fn letter(&mut self, cell: &IndicatorId) -> char {
        if let Some((letter, _)) = self.cells.iter().find(|(_, known)| known == cell) {
            return *letter;
        }
        let mut free = ('\u{f0000}'..='\u{10fffd}').filter(|letter| !self.used.contains(letter));
        // There are more of them than a text has letters.
        let letter = free.next().unwrap_or(LETTER);
        self.used.insert(letter);
        self.cells.push((letter, cell.clone()));
        letter
    }

    /// The text with each figure as its cell's letter; what is bound to none becomes `unbound`.
    pub(super) fn spell(&mut self, written: &Written, unbound: &str) -> String {
        let mut figures = written.figures.iter();
        let mut spelt = String::with_capacity(written.text.len());
        for letter in written.text.chars() {
            if letter != LETTER {
                spelt.push(letter);
            } else if let Some(cell) = figures.next().and_then(Option::as_ref) {
                spelt.push(self.letter(cell));
            } else {
                spelt.push_str(unbound);
            }
        }
        spelt
    }

    /// The other way round.
    pub(super) fn read(&self, spelt: &str) -> Written {
        let mut written = Written::default();
        for letter in spelt.chars() {
            match self.cells.iter().find(|(known, _)| *known == letter) {
                Some((_, cell)) => {
                    written.text.push(LETTER);
                    written.figures.push(Some(cell.clone()));
                }
                None => {
                    written.text.push(letter);
                    written.figures.extend((letter == LETTER).then_some(None));
                }
            }
        }
        written
    }
}
