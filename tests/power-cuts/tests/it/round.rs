//! One power cut: when, what survives it, and how to say which it was.

use hopluu_power_cuts::dice::Dice;
use hopluu_power_cuts::disk::{Moment, Survival};

/// A power cut that the dice chose.
#[derive(Debug)]
pub(crate) struct Round {
    #[expect(dead_code, reason = "shown when a round fails")]
    number: u64,
    pub(crate) moment: Moment,
    pub(crate) torn: Option<u64>,
}

impl Round {
    /// Every second cut is at an fsync, before or after it; the others are at any operation. `operations`
    /// and `syncs` say about how many a whole run has.
    pub(crate) fn draw(number: u64, dice: &mut Dice, operations: u64, syncs: u64) -> Self {
        let moment = match dice.roll(4) {
            0 => Moment::BeforeSync(dice.roll(syncs)),
            1 => Moment::AfterSync(dice.roll(syncs)),
            _ => Moment::Operation(dice.roll(operations)),
        };
        let torn = (dice.roll(3) > 0).then(|| dice.roll(u64::MAX));
        Self { number, moment, torn }
    }

    /// What survives it.
    pub(crate) fn survival(&self) -> Survival {
        self.torn.map_or(Survival::Nothing, |seed| Survival::Torn(Dice::new(seed)))
    }
}
