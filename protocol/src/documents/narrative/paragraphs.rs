//! Paragraphs that people changed apart from each other.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use automerge::ChangeHash;

use super::past::Pasts;
use super::{Text, Touch, write_place};
use crate::documents::text_figures::Written;
use crate::id::SectionId;
use crate::identity::NodeKey;

/// A paragraph in conflict.
///
/// A paragraph is what stands between two line breaks of the text as it is now, with all that was ever taken
/// out there. A change touches it by writing or taking out letters in it; the line breaks at its ends belong
/// to no paragraph. It is in conflict when
///
/// - there are changes of two people that touched it, neither of whom had seen the other's (people are two
///   when they wrote at different machines, or under different names at one);
/// - no later change settled it: one that had seen both and touched it, or whose author said by
///   [`super::settle`] that it is right. Whoever was typing when the other's words came, and types on,
///   settles nothing: all that such a change does is to write behind its author's own letters, or to take
///   these out, which the other had not seen;
/// - at least two of them changed it for good, and it does not read now as each of them left it.
///
/// What settled a paragraph settled all that it was then, also where it was divided since.
///
/// So it follows from the document's history: no clock, no order of arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TornParagraph {
    /// Names one of its letters, for [`super::settle`].
    pub place: String,
    /// Where it begins, in Unicode scalar values of the text as it is now.
    pub from: usize,
    /// Where it ends, before the line break.
    pub to: usize,
    /// The paragraph as it is now.
    pub merged: Written,
    /// What each of them made of it, without the others.
    pub sides: Vec<Side>,
}

/// A paragraph as one person left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The paragraph; of several lines where others took out its line breaks.
    pub text: Written,
    /// Who wrote last.
    pub person: String,
    /// At which node.
    pub node: Option<NodeKey>,
    /// When, in seconds since 1970 by that machine's clock.
    pub time: i64,
    /// The change that wrote last.
    pub change: ChangeHash,
}

/// What a change did to one letter, or beside it.
#[derive(Clone, Copy, Debug)]
enum Deed {
    /// It wrote a letter behind this one; `None` stands for the text's beginning.
    Wrote(Option<u32>),
    /// It took this letter out.
    Took(u32),
    /// It says that the paragraph is right.
    Settled,
}

/// What changes did in a paragraph.
type Acts = BTreeMap<u32, Vec<Deed>>;

/// A paragraph as it is now, between two line breaks.
#[derive(Clone, Debug, Default)]
struct Paragraph {
    from: usize,
    to: usize,
    /// Its letters, in the order of all.
    letters: Range<usize>,
}

/// A change that no other one has seen which touched the paragraph; with what its author typed on after
/// having seen others.
#[derive(Clone, Debug)]
struct Head {
    change: u32,
    typed_on: Vec<u32>,
}

/// The paragraphs in conflict.
pub(super) fn torn(section: &SectionId, text: &Text, pasts: &Pasts) -> Vec<TornParagraph> {
    let touches = text.touches.iter().map(|touch| (touch.number, touch)).collect();
    let mut settled: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for settlement in &text.settlements {
        settled.entry(settlement.letter).or_default().push(settlement.by);
    }
    let order = text.letters.order(pasts);
    let (breaks, deeds) = (Vec::new(), BTreeMap::new());
    let look = Look { section, text, pasts, touches, settled, order, breaks, deeds }.with_places();
    look.paragraphs().iter().filter_map(|paragraph| look.at(paragraph)).collect()
}

struct Look<'a> {
    section: &'a SectionId,
    text: &'a Text,
    pasts: &'a Pasts,
    touches: BTreeMap<u32, &'a Touch>,
    settled: BTreeMap<u32, Vec<u32>>,
    order: Vec<u32>,
    /// Where line breaks stand in the order, or stood.
    breaks: Vec<usize>,
    /// Where in the order a change did something, each place once or more.
    deeds: BTreeMap<u32, Vec<usize>>,
}

impl Look<'_> {
    fn with_places(mut self) -> Self {
        let letters = &self.text.letters;
        for (at, letter) in self.order.iter().enumerate() {
            if letters.written(*letter) == "\n" {
                self.breaks.push(at);
            }
            let settled = self.settled.get(letter).into_iter().flatten();
            for by in letters.taken_by(*letter).iter().chain([&letters.by(*letter)]).chain(settled)
            {
                self.deeds.entry(*by).or_default().push(at);
            }
        }
        self
    }

    fn paragraphs(&self) -> Vec<Paragraph> {
        let mut paragraphs = Vec::new();
        let mut now = Paragraph::default();
        for (at, letter) in self.order.iter().enumerate() {
            if !self.text.letters.stands(*letter, |_| true) {
                continue;
            }
            if self.is_break(*letter) {
                now.letters.end = at;
                let place = now.to + 1;
                let next = Paragraph { from: place, to: place, letters: at + 1..at + 1 };
                paragraphs.push(std::mem::replace(&mut now, next));
            } else {
                now.to += self.text.letters.written(*letter).chars().count();
            }
        }
        now.letters.end = self.order.len();
        paragraphs.push(now);
        paragraphs
    }

    fn is_break(&self, letter: u32) -> bool {
        self.text.letters.written(letter) == "\n"
    }

    fn at(&self, paragraph: &Paragraph) -> Option<TornParagraph> {
        let mut acts = Acts::new();
        for at in paragraph.letters.clone() {
            self.acts_at(at, &mut acts);
        }
        self.torn(paragraph, &acts)?;
        self.add_wider(paragraph, &mut acts);
        self.torn(paragraph, &acts)
    }

    /// Adds what was done to one letter.
    fn acts_at(&self, at: usize, acts: &mut Acts) {
        let (letters, letter) = (&self.text.letters, self.order[at]);
        let after = Deed::Wrote(letters.after(letter));
        acts.entry(letters.by(letter)).or_default().push(after);
        for by in letters.taken_by(letter) {
            acts.entry(*by).or_default().push(Deed::Took(letter));
        }
        for by in self.settled.get(&letter).into_iter().flatten() {
            acts.entry(*by).or_default().push(Deed::Settled);
        }
    }

    /// Adds what was done beside a paragraph by those to whom both were one, and who had seen what at least two
    /// people wrote in it: nobody else settles anything.
    fn add_wider(&self, paragraph: &Paragraph, acts: &mut Acts) {
        let Range { start, end } = paragraph.letters;
        let sides = self.sides(acts);
        let mut wider = Acts::new();
        for change in self.touches.keys().filter(|change| !acts.contains_key(change)) {
            let saw =
                |side: &&Vec<Head>| side.iter().any(|head| self.pasts.saw(*change, head.change));
            if sides.iter().filter(saw).count() < 2 {
                continue;
            }
            let ends = |at: &&usize| {
                let made = |by| self.pasts.saw(*change, by);
                self.text.letters.stands(self.order[**at], made)
            };
            let (before, behind) =
                self.breaks.split_at(self.breaks.partition_point(|at| *at < start));
            let behind = &behind[behind.partition_point(|at| *at < end)..];
            let from = before.iter().rev().find(ends).map_or(0, |at| at + 1);
            let to = behind.iter().find(ends).copied().unwrap_or(self.order.len());
            let done = self.deeds.get(change).into_iter().flatten();
            let mut beside = Acts::new();
            for at in done.filter(|at| (from..start).contains(*at) || (end..to).contains(*at)) {
                self.acts_at(*at, &mut beside);
            }
            if let Some(deeds) = beside.remove(change) {
                wider.insert(*change, deeds);
            }
        }
        acts.extend(wider);
    }

    fn torn(&self, paragraph: &Paragraph, acts: &Acts) -> Option<TornParagraph> {
        let sides = self.sides(acts);
        if sides.len() < 2 {
            return None;
        }
        let letters = &self.order[paragraph.letters.clone()];
        let read = |made: &dyn Fn(u32) -> bool| self.text.letters.read(letters, made);
        let made = |side: &[Head], change: u32| {
            side.iter()
                .any(|head| self.pasts.saw(head.change, change) || head.typed_on.contains(&change))
        };
        let common = read(&|change| sides.iter().all(|side| made(side, change)));
        let merged = read(&|_| true);
        let mut told = Vec::new();
        for side in &sides {
            let text = read(&|change| made(side, change));
            // Whoever put everything back has changed nothing.
            if text != common {
                told.push(self.told(side, text)?);
            }
        }
        if told.len() < 2 || told.iter().all(|side| side.text == merged) {
            return None;
        }
        let (actor, counter) = self.text.letters.id(*letters.first()?);
        let place = write_place(self.section, counter, self.pasts.actor(actor)?);
        Some(TornParagraph { place, from: paragraph.from, to: paragraph.to, merged, sides: told })
    }

    /// What several people made of a paragraph apart from each other.
    fn sides(&self, acts: &Acts) -> Vec<Vec<Head>> {
        let mut acts: Vec<(u32, &Vec<Deed>)> =
            acts.iter().map(|(change, deeds)| (*change, deeds)).collect();
        self.pasts.sort(&mut acts);
        let mut heads: Vec<Head> = Vec::new();
        for (change, deeds) in acts {
            let (seen, beside): (Vec<Head>, Vec<Head>) =
                heads.into_iter().partition(|head| self.pasts.saw(change, head.change));
            heads = beside;
            if self.people(&seen) > 1 && self.types_on(change, deeds, &seen) {
                heads.extend(seen.into_iter().map(|mut head| {
                    if self.who(head.change) == self.who(change) {
                        head.typed_on.push(change);
                    }
                    head
                }));
                continue;
            }
            heads.extend(seen.iter().filter_map(|head| self.left_of(head, change)));
            heads.push(Head { change, typed_on: Vec::new() });
        }
        let mut sides: BTreeMap<_, Vec<Head>> = BTreeMap::new();
        for head in heads {
            sides.entry(self.who(head.change)).or_default().push(head);
        }
        sides.into_values().collect()
    }

    /// What was typed on behind a change and not seen by the one that settles it.
    fn left_of(&self, head: &Head, settled_by: u32) -> Option<Head> {
        let mut left = head.typed_on.iter().filter(|typed| !self.pasts.saw(settled_by, **typed));
        let first = *left.next()?;
        Some(Head { change: first, typed_on: left.copied().collect() })
    }

    /// Whether a change does nothing but go on where its author was writing, apart from the others.
    fn types_on(&self, change: u32, deeds: &[Deed], seen: &[Head]) -> bool {
        let who = self.who(change);
        let (own, others): (Vec<&Head>, Vec<&Head>) =
            seen.iter().partition(|head| self.who(head.change) == who);
        let is_own = |letter: u32| {
            let by = self.text.letters.by(letter);
            by == change
                || own.iter().any(|head| head.typed_on.contains(&by))
                || (self.who(by) == who
                    && !others.iter().any(|head| self.pasts.saw(head.change, by)))
        };
        !own.is_empty()
            && deeds.iter().all(|deed| match deed {
                Deed::Wrote(after) => after.is_some_and(is_own),
                Deed::Took(letter) => is_own(*letter),
                Deed::Settled => false,
            })
    }

    fn people(&self, heads: &[Head]) -> usize {
        heads.iter().map(|head| self.who(head.change)).collect::<BTreeSet<_>>().len()
    }

    /// Who made a change: at which machine, and by which name.
    fn who(&self, change: u32) -> (Option<NodeKey>, &str) {
        self.touches.get(&change).map_or((None, ""), |touch| (touch.node, &touch.person))
    }

    fn told(&self, side: &[Head], text: Written) -> Option<Side> {
        let all = side.iter().flat_map(|head| head.typed_on.iter().chain([&head.change]));
        // Of what one person wrote at once in two windows, any will do that is the same everywhere.
        let touches = all.filter_map(|change| self.touches.get(change));
        let last = touches.max_by_key(|touch| (touch.time, touch.change))?;
        Some(Side {
            text,
            person: last.person.clone(),
            node: last.node,
            time: last.time,
            change: last.change,
        })
    }
}
