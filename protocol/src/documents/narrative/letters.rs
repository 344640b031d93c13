//! Every letter that a text ever had, in the order in which the document holds them. Automerge does not give
//! away where the letters stood that were taken out, and by whom.

use std::collections::HashMap;

use super::past::Pasts;
use crate::documents::text_figures::{LETTER, Written};
use crate::id::IndicatorId;

const NONE: u32 = u32::MAX;

#[derive(Debug)]
struct Letter {
    /// The letter that it was written behind.
    after: Option<u32>,
    /// The operation's actor and number.
    id: (u32, u64),
    /// The change that wrote it.
    by: u32,
    /// Where in `written` it stands, bytes.
    at: (u32, u32),
}

/// The letters of one text, numbered as they came.
#[derive(Debug, Default)]
pub(super) struct Letters {
    all: Vec<Letter>,
    places: HashMap<(u32, u64), u32>,
    /// Letters that were taken out, and by which change; several may have taken out the same.
    gone: HashMap<u32, Vec<u32>>,
    /// The cells that letters for figures show.
    figures: HashMap<u32, IndicatorId>,
    written: String,
}

impl Letters {
    pub(super) fn insert(&mut self, after: Option<u32>, id: (u32, u64), by: u32, letter: &str) {
        let number = self.len();
        let start = self.written.len();
        self.written.push_str(letter);
        let at = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        self.all.push(Letter { after, id, by, at: (at(start), at(self.written.len())) });
        self.places.insert(id, number);
    }

    pub(super) fn take_away(&mut self, letter: u32, by: u32) {
        self.gone.entry(letter).or_default().push(by);
    }

    /// A letter stands for a cell's figure.
    pub(super) fn bind(&mut self, letter: u32, cell: IndicatorId) {
        self.figures.insert(letter, cell);
    }

    /// The letter that an actor's operation wrote.
    pub(super) fn place(&self, actor: u32, counter: u64) -> Option<u32> {
        self.places.get(&(actor, counter)).copied()
    }

    fn len(&self) -> u32 {
        u32::try_from(self.all.len()).unwrap_or(NONE)
    }

    /// What stands behind each other, letters that were taken out among them. Of what was written behind the
    /// same letter, the later operation stands first: automerge's order.
    pub(super) fn order(&self, pasts: &Pasts) -> Vec<u32> {
        let mut by_id: Vec<u32> = (0..self.len()).collect();
        let id = |letter: u32| {
            let (actor, counter) = self.id(letter);
            (counter, pasts.actor(actor))
        };
        by_id.sort_by(|one, other| id(*one).cmp(&id(*other)));
        // The first letter behind each; behind the last of them, that at the text's beginning.
        let mut first = vec![NONE; self.all.len() + 1];
        let mut beside = vec![NONE; self.all.len()];
        for letter in by_id {
            let after = self.after(letter).map_or(self.all.len(), |after| after as usize);
            beside[letter as usize] = std::mem::replace(&mut first[after], letter);
        }
        let mut order = Vec::with_capacity(self.all.len());
        let mut waiting = vec![first[self.all.len()]];
        while let Some(letter) = waiting.pop() {
            if letter == NONE {
                continue;
            }
            order.push(letter);
            waiting.push(beside[letter as usize]);
            waiting.push(first[letter as usize]);
        }
        order
    }

    /// The letters that stand when some changes were made and no others.
    pub(super) fn read(&self, order: &[u32], made: impl Fn(u32) -> bool) -> Written {
        let mut read = Written::default();
        for letter in order.iter().filter(|letter| self.stands(**letter, &made)) {
            let written = self.written(*letter);
            read.text.push_str(written);
            if written.contains(LETTER) {
                read.figures.push(self.figures.get(letter).cloned());
            }
        }
        read
    }

    /// Whether a letter stands when some changes were made and no others.
    pub(super) fn stands(&self, letter: u32, made: impl Fn(u32) -> bool) -> bool {
        made(self.by(letter)) && !self.taken_by(letter).iter().any(|by| made(*by))
    }

    pub(super) fn after(&self, letter: u32) -> Option<u32> {
        self.all[letter as usize].after
    }

    pub(super) fn id(&self, letter: u32) -> (u32, u64) {
        self.all[letter as usize].id
    }

    pub(super) fn by(&self, letter: u32) -> u32 {
        self.all[letter as usize].by
    }

    pub(super) fn taken_by(&self, letter: u32) -> &[u32] {
        self.gone.get(&letter).map_or(&[], Vec::as_slice)
    }

    pub(super) fn written(&self, letter: u32) -> &str {
        let (start, end) = self.all[letter as usize].at;
        self.written.get(start as usize..end as usize).unwrap_or_default()
    }
}
