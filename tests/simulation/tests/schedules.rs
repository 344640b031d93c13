//! A few hundred schedules, as CI runs them. The nightly mode is `make simulate`.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use hopluu_simulation::{Coverage, Schedule, run};

/// How many schedules: some twenty seconds on two cores, in a debug build.
const SEEDS: u64 = 600;

/// The seeds begin here, so that the nightly mode, which begins at 1, runs these as well.
const FIRST: u64 = 1;

#[test]
fn nothing_told_to_people_is_ever_lost_and_every_operation_follows_every_other() {
    let next = AtomicU64::new(0);
    let outcome: Mutex<(Coverage, Vec<String>)> = Mutex::default();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= SEEDS {
                        return;
                    }
                    let seed = FIRST + number;
                    let schedule = Schedule::of_seed(seed);
                    let result = run(&schedule, None);
                    let mut outcome = outcome.lock().unwrap();
                    outcome.0.count(&schedule, &result);
                    outcome.1.extend(result.violation.map(|violation| {
                        format!("{violation}\n  cargo run -p hopluu-simulation -- --seed {seed}")
                    }));
                }
            });
        }
    });
    let (coverage, failures) = outcome.into_inner().unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(coverage.not_in_one_run(), []);
}

#[test]
fn the_same_seed_makes_the_same_run_and_a_trace_gives_its_schedule_back() {
    for seed in 1..=50 {
        let schedule = Schedule::of_seed(seed);
        assert_eq!(Schedule::of_seed(seed), schedule);
        assert_eq!(Schedule::of_trace(&schedule.to_trace().unwrap()).unwrap(), schedule);
    }
    for seed in 1..=5 {
        let schedule = Schedule::of_seed(seed);
        assert_eq!(run(&schedule, None), run(&schedule, None));
    }
}

/// Traces of what once failed, and was found by a seed that few runs reach.
#[test]
fn what_once_failed_does_not_fail_again() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/traces");
    let mut traces = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let trace = std::fs::read_to_string(&path).unwrap();
        let violation = run(&Schedule::of_trace(&trace).unwrap(), None).violation;
        assert!(violation.is_none(), "{}: {}", path.display(), violation.unwrap());
        traces += 1;
    }
    assert!(traces > 0, "no traces in {folder}");
}
