//! The work as a script that every driver replays: the same cells, values and texts in the same order.
//!
//! The acts are those of the budgets' benchmark, made by the same code.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use hopluu_quarter::form::{self, QUARTER};
use hopluu_quarter::work::{Act, Mix, Officer, What};

/// Actions in one sitting: each is a program run of its own.
const SITTING: usize = 150;

/// Characters that one edit of the long history adds.
const PASSAGE: usize = 512;

/// Of so many edits of the long history, one replaces an earlier passage.
const REPLACES: usize = 5;

/// What looks random in the long history: 64 letters, so that nothing compresses below 6 bits.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// One edit, as drivers read it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub(crate) enum Edit {
    /// A figure is typed into a cell.
    Cell {
        /// Seconds since the edit before.
        after: u64,
        cell: String,
        value: u64,
    },
    /// A passage is put into a section's text. Counted in characters, all of which are one UTF-16 unit.
    Text {
        /// Seconds since the edit before.
        after: u64,
        section: String,
        at: usize,
        remove: usize,
        insert: String,
        /// The whole text after it.
        text: String,
    },
}

/// What a report holds when all is done.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) cells: BTreeMap<String, u64>,
    pub(crate) texts: BTreeMap<String, String>,
}

/// Somebody who works on one report, and what it must hold.
pub(crate) struct Writer {
    officer: Officer,
    passages: usize,
    pub(crate) state: State,
}

impl Writer {
    pub(crate) fn new(seed: u64) -> Self {
        Self { officer: Officer::new(seed), passages: 0, state: State::default() }
    }

    /// The next edits, in sittings.
    pub(crate) fn sittings(&mut self, edits: usize, mix: Mix) -> Vec<Vec<Edit>> {
        let acts = self.officer.acts(edits, mix);
        acts.chunks(SITTING).map(|acts| acts.iter().map(|act| self.edit(act)).collect()).collect()
    }

    /// One more figure.
    pub(crate) fn cell(&mut self, number: usize, value: u64) -> Edit {
        let cell = form::cell(number % QUARTER.cells);
        self.state.cells.insert(cell.clone(), value);
        Edit::Cell { after: 1, cell, value }
    }

    fn edit(&mut self, act: &Act) -> Edit {
        match &act.what {
            What::Cell { cell, typed } => {
                let value = typed.parse().unwrap_or_default();
                self.state.cells.insert(cell.clone(), value);
                Edit::Cell { after: act.after, cell: cell.clone(), value }
            }
            What::Text { section, text } => self.write(act.after, section, text.clone()),
        }
    }

    fn write(&mut self, after: u64, section: &str, text: String) -> Edit {
        let before = self.state.texts.insert(section.to_owned(), text.clone()).unwrap_or_default();
        let (at, remove, insert) = splice(&before, &text);
        Edit::Text { after, section: section.to_owned(), at, remove, insert, text }
    }

    /// Edits whose text does not compress: a history as large as what is written.
    pub(crate) fn long_history(&mut self, edits: usize) -> Vec<Vec<Edit>> {
        let mut all = Vec::new();
        let mut dice = 7_u64;
        for _ in 0..edits {
            let number = self.passages;
            self.passages += 1;
            let passage: String = (0..PASSAGE)
                .map(|_| {
                    dice = dice
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    char::from(LETTERS[usize::try_from(dice >> 58).unwrap_or_default()])
                })
                .collect();
            let section = form::section(number % QUARTER.texts);
            let before = self.state.texts.get(&section).cloned().unwrap_or_default();
            // All characters are ASCII here, so bytes are characters.
            let replaced = number / QUARTER.texts % REPLACES == REPLACES - 1;
            let text = if replaced {
                format!("{passage}{}", &before[PASSAGE..])
            } else {
                before + &passage
            };
            all.push(self.write(40, &section, text));
        }
        all.chunks(SITTING).map(<[Edit]>::to_vec).collect()
    }
}

/// What differs between two texts: from where, how many characters go, what comes.
fn splice(before: &str, after: &str) -> (usize, usize, String) {
    let (old, new): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
    let shorter = old.len().min(new.len());
    let head = (0..shorter).take_while(|at| old[*at] == new[*at]).count();
    let tail = (1..=shorter - head)
        .take_while(|back| old[old.len() - back] == new[new.len() - back])
        .count();
    (head, old.len() - head - tail, new[head..new.len() - tail].iter().collect())
}

/// Writes a sitting where a driver can read it.
pub(crate) fn write(path: &Path, edits: &[Edit]) -> Result<()> {
    std::fs::write(path, serde_json::to_vec(edits)?).with_context(|| path.display().to_string())
}
