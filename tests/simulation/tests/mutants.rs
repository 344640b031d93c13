//! The judge must be able to fail: each mistake put in on purpose is found within a few seeds, and the
//! trace is shrunk to what matters.

use hopluu_simulation::{Mutant, Schedule, run, shrink};

/// A mistake must show within so many seeds.
const SEEDS: u64 = 200;

fn first_that_fails(mutant: Mutant) -> Option<Schedule> {
    (1..=SEEDS)
        .map(Schedule::of_seed)
        .find(|schedule| run(schedule, Some(mutant)).violation.is_some())
}

#[test]
fn every_mistake_put_in_is_found() {
    for mutant in Mutant::ALL {
        assert!(first_that_fails(mutant).is_some(), "{mutant:?} was not found in {SEEDS} seeds");
    }
}

#[test]
fn what_a_failure_does_not_need_is_left_out_of_its_trace() {
    let schedule = first_that_fails(Mutant::SyncsLater).unwrap();
    let least = shrink(&schedule, Some(Mutant::SyncsLater));
    let lines = |schedule: &Schedule| schedule.to_trace().unwrap().lines().count();
    assert!(lines(&least) < lines(&schedule) / 2, "{} lines are left", lines(&least));
    assert!(run(&least, Some(Mutant::SyncsLater)).violation.is_some());
}
