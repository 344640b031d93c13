//! What is typed before the line is there.

use hopluu_quarter::form;
use hopluu_quarter::work::{Act, Mix, Officer, What};

/// Actions of a quarter, and of one sitting.
const QUARTER: usize = 600;
const SITTING: usize = 150;

/// A quarter's report: 600 edits of 127 cells and 20 texts, in four sittings.
pub(super) fn quarter() -> Vec<Vec<Act>> {
    let acts = Officer::new(1).acts(QUARTER, Mix::WithText);
    acts.chunks(SITTING).map(<[Act]>::to_vec).collect()
}

/// So many edits in one sitting, by somebody whom the seed decides.
pub(super) fn edits(seed: u64, count: usize) -> Vec<Act> {
    Officer::new(seed).acts(count, Mix::WithText)
}

/// Twenty texts that do not compress well: about 200 kB on the wire.
pub(super) fn long_texts() -> Vec<Act> {
    const LETTERS: usize = 13_000;
    let mut dice = fastrand::Rng::with_seed(1);
    let texts = (0..form::QUARTER.texts).map(|number| What::Text {
        section: form::section(number),
        text: (0..LETTERS).map(|_| dice.alphanumeric()).collect(),
    });
    texts.map(|what| Act { after: 0, what }).collect()
}
