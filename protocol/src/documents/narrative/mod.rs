//! What the texts of a report rest on: which changes touched them, what was written and taken away by which,
//! and what each change's author had seen. Read from the changes one after the other, so that a report that
//! grew costs what it grew by.
//!
//! Everything here follows from the document's history alone. Two machines that have the same changes say
//! the same, in whatever order these came.

mod letters;
mod paragraphs;
mod past;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType};
use automerge::transaction::{Transactable, Transaction};
use automerge::{ActorId, Automerge, Change, ChangeHash, ObjType, ROOT, ReadDoc, ScalarValue};

use self::letters::Letters;
pub use self::paragraphs::{Side, TornParagraph};
use self::past::Pasts;
use super::text_figures::{self, Written};
use super::{DocumentError, field};
use crate::id::SectionId;
use crate::identity::NodeKey;

/// A change that touched a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touch {
    /// The change.
    pub change: ChangeHash,
    /// Its position in the document.
    pub position: u32,
    /// The person's name, as typed at their machine.
    pub person: String,
    /// The node it was typed at; `None` for a change that every machine makes alike.
    pub node: Option<NodeKey>,
    /// When, in seconds since 1970 by that machine's clock.
    pub time: i64,
    /// Which of the narrative's changes it is.
    number: u32,
}

/// The letter that a person named to say that its paragraph is right as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Settlement {
    letter: u32,
    by: u32,
}

/// A section's text with its history.
#[derive(Debug, Default)]
struct Text {
    letters: Letters,
    touches: Vec<Touch>,
    settlements: Vec<Settlement>,
    /// The touches that no other touch has seen.
    latest: Vec<u32>,
    /// Whether people ever wrote in it without having seen each other's words.
    apart: bool,
    /// What was found last, and over how many touches.
    torn: Option<(usize, Vec<TornParagraph>)>,
}

/// The texts of one document with their history.
#[derive(Debug, Default)]
pub struct Narrative {
    pasts: Pasts,
    /// Who works by an actor.
    authors: HashMap<ActorId, NodeKey>,
    heads: BTreeSet<ChangeHash>,
    next: u32,
    /// The map of texts; each document has one from its beginning.
    map: Option<OpId>,
    objects: HashMap<OpId, SectionId>,
    texts: BTreeMap<SectionId, Text>,
}

impl Narrative {
    /// Where the document's changes go on that were not taken yet.
    pub fn next(&self) -> u32 {
        self.next
    }

    /// The heads of what was taken, sorted.
    pub fn heads(&self) -> impl Iterator<Item = &ChangeHash> {
        self.heads.iter()
    }

    /// Takes a change that stands at `position`. All that it depends on was taken before.
    pub fn take(&mut self, position: u32, change: &Change) {
        self.next = position.saturating_add(1);
        for dep in change.deps() {
            self.heads.remove(dep);
        }
        self.heads.insert(change.hash());
        let key = change.author().and_then(|author| author.as_bytes().try_into().ok());
        if let Some(key) = key {
            self.authors.insert(change.actor_id().clone(), NodeKey(key));
        }
        let number = self.pasts.take(change);
        let mut touched: BTreeSet<SectionId> = BTreeSet::new();
        let expanded = change.decode();
        for (counter, op) in (change.start_op().get()..).zip(&expanded.operations) {
            let id = OpId(counter, change.actor_id().clone());
            touched.extend(self.take_operation(id, op, number));
        }
        for section in touched {
            let touch = Touch {
                change: change.hash(),
                position,
                person: change.message().unwrap_or_default().to_owned(),
                node: self.authors.get(change.actor_id()).copied(),
                time: change.timestamp(),
                number,
            };
            self.texts.entry(section).or_default().touched(touch, &self.pasts);
        }
    }

    /// Takes an operation, and says whose text it touches.
    fn take_operation(&mut self, id: OpId, op: &Op, by: u32) -> Option<SectionId> {
        let object = match &op.obj {
            ObjectId::Root => return self.take_at_root(id, op, by),
            ObjectId::Id(object) => object,
        };
        if self.map.as_ref() == Some(object) {
            let (OpType::Make(ObjType::Text), Key::Map(key)) = (&op.action, &op.key) else {
                return None;
            };
            let section: SectionId = key.parse().ok()?;
            self.objects.insert(id, section.clone());
            self.texts.entry(section).or_default();
            return None;
        }
        let section = self.objects.get(object)?.clone();
        let letters = &mut self.texts.get_mut(&section)?.letters;
        match (&op.action, &op.key) {
            (OpType::Put(ScalarValue::Str(written)), Key::Seq(after)) if op.insert => {
                let after = match after {
                    ElementId::Head => None,
                    ElementId::Id(after) => {
                        Some(letters.place(self.pasts.actor_number(&after.1)?, after.0)?)
                    }
                };
                letters.insert(after, (self.pasts.actor_number(&id.1)?, id.0), by, written);
            }
            (OpType::Delete, Key::Seq(ElementId::Id(gone))) => {
                let gone = letters.place(self.pasts.actor_number(&gone.1)?, gone.0)?;
                letters.take_away(gone, by);
            }
            _ => return None,
        }
        Some(section)
    }

    fn take_at_root(&mut self, id: OpId, op: &Op, by: u32) -> Option<SectionId> {
        let Key::Map(key) = &op.key else { return None };
        if let Some(Some((letter, cell))) = text_figures::binds(op) {
            let actor = self.pasts.actor_number(&letter.1)?;
            for Text { letters, .. } in self.texts.values_mut() {
                if let Some(letter) = letters.place(actor, letter.0) {
                    letters.bind(letter, cell.clone());
                }
            }
            // Its letter touches the text.
            return None;
        }
        match (&op.action, key.as_str()) {
            (OpType::Make(ObjType::Map), field::TEXTS) => {
                self.map = Some(id);
                None
            }
            (OpType::Put(ScalarValue::Str(named)), field::SETTLED) => {
                let (section, letter) = read_place(named)?;
                let text = self.texts.get_mut(&section)?;
                let letter = text.letters.place(self.pasts.actor_number(&letter.1)?, letter.0)?;
                text.settlements.push(Settlement { letter, by });
                Some(section)
            }
            _ => None,
        }
    }

    /// The changes that touched a section's text, each after those that it had seen.
    pub fn touches(&self, section: &SectionId) -> &[Touch] {
        self.texts.get(section).map_or(&[], |text| &text.touches)
    }

    /// A section's text as it is now.
    pub fn text(&self, section: &SectionId) -> Written {
        let Some(Text { letters, .. }) = self.texts.get(section) else { return Written::default() };
        letters.read(&letters.order(&self.pasts), |_| true)
    }

    /// A section's text as the authors of some of its touches left it.
    pub fn texts_after(&self, section: &SectionId, touches: &[Touch]) -> Vec<Written> {
        let Some(Text { letters, .. }) = self.texts.get(section) else { return Vec::new() };
        let order = letters.order(&self.pasts);
        let then = |touch: &Touch| letters.read(&order, |by| self.pasts.saw(touch.number, by));
        touches.iter().map(then).collect()
    }

    /// The paragraphs of a section's text that are in conflict, in the order of the text. See
    /// [`TornParagraph`] for what that is.
    pub fn torn(&mut self, section: &SectionId) -> &[TornParagraph] {
        let Some(text) = self.texts.get_mut(section) else { return &[] };
        if !text.apart {
            return &[];
        }
        let touches = text.touches.len();
        if text.torn.as_ref().is_none_or(|(over, _)| *over != touches) {
            let found = paragraphs::torn(section, text, &self.pasts);
            text.torn = Some((touches, found));
        }
        text.torn.as_ref().map_or(&[], |(_, torn)| torn)
    }

    /// Whether a place names a letter of a section's text.
    pub fn has(&self, section: &SectionId, place: &str) -> bool {
        let found = || {
            let (named, OpId(counter, actor)) = read_place(place)?;
            let text = self.texts.get(&named).filter(|_| named == *section)?;
            text.letters.place(self.pasts.actor_number(&actor)?, counter)
        };
        found().is_some()
    }

    /// How many paragraphs are in conflict, by section; sections without any are left out.
    pub fn torn_counts(&mut self) -> BTreeMap<SectionId, usize> {
        let all: Vec<SectionId> = self.texts.keys().cloned().collect();
        let counts = all.into_iter().map(|section| (self.torn(&section).len(), section));
        counts.filter(|(count, _)| *count > 0).map(|(count, section)| (section, count)).collect()
    }
}

impl Text {
    fn touched(&mut self, touch: Touch, pasts: &Pasts) {
        let before = self.latest.len();
        self.latest.retain(|other| !pasts.saw(touch.number, *other));
        self.apart |= before > 0 && !self.latest.is_empty();
        self.latest.push(touch.number);
        self.touches.push(touch);
    }
}

/// Whether changes of a document were ever made apart from each other. Where they were not, no paragraph can be
/// in conflict, and nothing needs to be read to know it.
pub fn ever_apart(doc: &Automerge) -> bool {
    // Of changes of which each has seen all before it there is one order only.
    let changes = doc.get_changes_meta(&[]);
    changes.windows(2).any(|pair| !pair[1].deps.contains(&pair[0].hash))
}

/// Says that the paragraph in which a letter stands is right as the text is now: what people wrote in it
/// apart from each other, as far as they are known here, is no conflict any more. `place` is
/// [`TornParagraph::place`].
///
/// It stands as a plain value at the document's root, which programs before let in and do not read.
///
/// # Errors
/// When the document cannot be written.
pub fn settle(tx: &mut Transaction<'_>, place: &str) -> Result<(), DocumentError> {
    // The same value over itself would be no change at all.
    if tx.get(ROOT, field::SETTLED)?.is_some() {
        tx.delete(ROOT, field::SETTLED)?;
    }
    Ok(tx.put(ROOT, field::SETTLED, place)?)
}

/// Whether an operation belongs to what [`settle`] writes; if so, in which section it settles something.
pub(super) fn settles(op: &Op) -> Option<Option<SectionId>> {
    let at_root = op.obj == ObjectId::Root;
    if !at_root || !matches!(&op.key, Key::Map(key) if key.as_str() == field::SETTLED) {
        return None;
    }
    Some(match &op.action {
        OpType::Put(ScalarValue::Str(place)) => read_place(place).map(|(section, _)| section),
        _ => None,
    })
}

/// A letter's name: the section, the number of the operation that wrote it, and that one's actor.
fn write_place(section: &SectionId, counter: u64, actor: &ActorId) -> String {
    format!("{section} {counter}@{}", actor.to_hex_string())
}

fn read_place(place: &str) -> Option<(SectionId, OpId)> {
    let (section, letter) = place.split_once(' ')?;
    let (counter, actor) = letter.split_once('@')?;
    Some((section.parse().ok()?, OpId(counter.parse().ok()?, actor.parse().ok()?)))
}

#[cfg(test)]
mod tests;
