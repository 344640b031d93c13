//! Leaving out of a failing schedule whatever can be left out (Zeller and Hildebrandt, "Simplifying and
//! Isolating Failure-Inducing Input", 2002).

use crate::mutant::Mutant;
use crate::run::run;
use crate::schedule::Schedule;

/// Most runs that shrinking may take.
const MOST_RUNS: usize = 3_000;

/// The schedule with as few steps as were found to fail still.
pub fn shrink(schedule: &Schedule, mutant: Option<Mutant>) -> Schedule {
    let Some(found) = run(schedule, mutant).violation else { return schedule.clone() };
    let fails = |candidate: &Schedule| {
        run(candidate, mutant).violation.is_some_and(|violation| violation.is_like(&found))
    };
    let mut best = schedule.clone();
    let mut runs = 0;
    let mut portion = best.steps.len().div_ceil(2).max(1);
    loop {
        let mut from = 0;
        let mut smaller = false;
        while from < best.steps.len() && runs < MOST_RUNS {
            let mut candidate = best.clone();
            let until = (from + portion).min(best.steps.len());
            candidate.steps.drain(from..until);
            runs += 1;
            if fails(&candidate) {
                best = candidate;
                smaller = true;
            } else {
                from = until;
            }
        }
        if runs >= MOST_RUNS || (portion == 1 && !smaller) {
            break;
        }
        portion = if smaller { portion } else { portion.div_ceil(2) }.max(1);
    }
    for who in best.cast.clone() {
        let mut candidate = best.clone();
        candidate.cast.retain(|kept| *kept != who);
        if !who.name.is_hub() && fails(&candidate) {
            best = candidate;
        }
    }
    best
}
