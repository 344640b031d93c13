//! What officers do in a quarter: mostly figures, some text, in a few sittings.

use std::collections::BTreeMap;

use crate::form;

const WORDS: &str = "thực hiện công tác cải cách hành chính trên địa bàn phường trong quý đã tiếp nhận \
    giải quyết hồ sơ đúng hạn thủ tục nhà nước cán bộ công chức viên nhân dân ủy ban kế hoạch triển \
    khai văn bản quy phạm pháp luật niêm yết dịch vụ trực tuyến mức độ toàn trình một phần";

/// Longest pause between two actions of a sitting, seconds.
const PAUSE: u64 = 65;

/// One action of a person.
#[derive(Clone, Debug)]
pub struct Act {
    /// Seconds since the action before.
    pub after: u64,
    /// What is done.
    pub what: What,
}

/// What the person does.
#[derive(Clone, Debug)]
pub enum What {
    /// Types a figure into a cell.
    Cell {
        /// The cell's id.
        cell: String,
        /// What is typed.
        typed: String,
    },
    /// Leaves a section's text like this.
    Text {
        /// The section's id.
        section: String,
        /// The whole text.
        text: String,
    },
}

/// What is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mix {
    /// Figures alone.
    Cells,
    /// Two thirds figures, one third text: a quarter's usual mix.
    WithText,
}

/// A person who works through a quarter's report; the same seed works the same way.
#[derive(Debug)]
pub struct Officer {
    dice: Dice,
    texts: BTreeMap<usize, String>,
}

impl Officer {
    /// Whose work the seed decides.
    pub fn new(seed: u64) -> Self {
        Self { dice: Dice(seed), texts: BTreeMap::new() }
    }

    /// The next actions.
    pub fn acts(&mut self, count: usize, mix: Mix) -> Vec<Act> {
        (0..count).map(|number| self.act(number % 3 == 0 && mix == Mix::WithText)).collect()
    }

    fn act(&mut self, writes: bool) -> Act {
        let after = 5 + self.dice.below(PAUSE - 5);
        let what = if writes {
            self.write()
        } else {
            let cell = form::cell(self.dice.index(form::QUARTER.cells));
            What::Cell { cell, typed: self.dice.below(5000).to_string() }
        };
        Act { after, what }
    }

    /// Adds some words to a section: mostly at its end, else near it and over what stands there.
    fn write(&mut self) -> What {
        let words: Vec<&str> = WORDS.split_whitespace().collect();
        let number = self.dice.index(form::QUARTER.texts);
        let mut phrase = String::new();
        for _ in 0..2 + self.dice.below(8) {
            phrase.push_str(words.get(self.dice.index(words.len())).copied().unwrap_or_default());
            phrase.push(' ');
        }
        let inside = self.dice.below(4) == 0;
        let back = self.dice.index(40);
        let before: Vec<char> = self.texts.entry(number).or_default().chars().collect();
        let at = if inside { before.len().saturating_sub(back) } else { before.len() };
        let over = if inside { (before.len() - at).min(4) } else { 0 };
        let (head, tail) = (before.iter().take(at), before.iter().skip(at + over));
        let text: String = head.copied().chain(phrase.chars()).chain(tail.copied()).collect();
        self.texts.insert(number, text.clone());
        What::Text { section: form::section(number), text }
    }
}

/// Numbers that look random (Knuth's MMIX constants).
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn index(&mut self, bound: usize) -> usize {
        usize::try_from(self.below(bound as u64)).unwrap_or_default()
    }
}
