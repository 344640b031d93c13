//! One run of a schedule, and what came of it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::mutant::Mutant;
use crate::schedule::Schedule;
use crate::violation::Violation;
use crate::world::World;

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Which steps made sense when they came.
    pub(crate) done: Vec<bool>,
    /// What was wrong, if something was.
    pub violation: Option<Violation>,
}

/// Runs a schedule to its end, heals everything, and judges.
pub fn run(schedule: &Schedule, mutant: Option<Mutant>) -> Outcome {
    let mut done = Vec::new();
    // What panics over a schedule is wrong, too.
    let ended = catch_unwind(AssertUnwindSafe(|| play(schedule, mutant, &mut done)));
    let violation = match ended {
        Ok(judged) => judged.err(),
        Err(panic) => {
            let what = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied());
            Some(Violation::new(format!("panicked: {}", what.unwrap_or_default())))
        }
    };
    Outcome { done, violation }
}

fn play(
    schedule: &Schedule,
    mutant: Option<Mutant>,
    done: &mut Vec<bool>,
) -> Result<(), Violation> {
    let mut world = World::new(&schedule.cast(), mutant)?;
    for (turn, step) in schedule.steps.iter().enumerate() {
        done.push(world.perform(step)?);
        world.holds_now(turn)?;
    }
    world.heal()?;
    world.holds_in_the_end()
}
