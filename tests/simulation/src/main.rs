//! Runs schedules by seed or from a trace, and says which fail, why, and how to run them again.

#![allow(clippy::print_stdout, reason = "it is a program")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use clap::Parser;
use hopluu_simulation::{Coverage, Mutant, Schedule, run, shrink};

/// Simulates towns whose lines, disks and machines fail, and judges whether anything was lost.
#[derive(Parser)]
struct Arguments {
    /// Run this seed alone, and print its trace.
    #[arg(long, conflicts_with = "trace")]
    seed: Option<u64>,
    /// Run the schedule of this trace.
    #[arg(long)]
    trace: Option<PathBuf>,
    /// Run so many seeds.
    #[arg(long, default_value_t = 600)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// Threads; all cores by default.
    #[arg(long)]
    jobs: Option<usize>,
    /// Put this mistake in, to see that it is found.
    #[arg(long)]
    mutant: Option<Mutant>,
    /// Print failing schedules as they are, without leaving out what can be left out.
    #[arg(long)]
    whole: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // A panic is told with its seed.
    std::panic::set_hook(Box::new(|_| {}));
    let one = match (&arguments.trace, arguments.seed) {
        (Some(path), _) => {
            let trace = std::fs::read_to_string(path).map_err(|error| error.to_string());
            match trace.and_then(|text| Schedule::of_trace(&text).map_err(|e| e.to_string())) {
                Ok(schedule) => Some((None, schedule)),
                Err(error) => {
                    println!("{}: {error}", path.display());
                    return ExitCode::FAILURE;
                }
            }
        }
        (None, Some(seed)) => Some((Some(seed), Schedule::of_seed(seed))),
        (None, None) => None,
    };
    match one {
        Some((seed, schedule)) => alone(&arguments, seed, &schedule),
        None => many(&arguments),
    }
}

fn alone(arguments: &Arguments, seed: Option<u64>, schedule: &Schedule) -> ExitCode {
    let outcome = run(schedule, arguments.mutant);
    match &outcome.violation {
        None => {
            println!("nothing was lost");
            ExitCode::SUCCESS
        }
        Some(_) => {
            tell(arguments, seed, schedule);
            ExitCode::FAILURE
        }
    }
}

/// Prints what is wrong with a schedule, and the least of it that is still wrong.
fn tell(arguments: &Arguments, seed: Option<u64>, schedule: &Schedule) {
    let least = if arguments.whole { schedule.clone() } else { shrink(schedule, arguments.mutant) };
    for (name, schedule) in [("as it was", schedule), ("shrunk", &least)] {
        if let Some(violation) = run(schedule, arguments.mutant).violation {
            println!("{name}: {violation}");
        }
    }
    match least.to_trace() {
        Ok(trace) => println!("--- trace\n{trace}\n---"),
        Err(error) => println!("the trace cannot be written: {error}"),
    }
    if let Some(seed) = seed {
        println!("again: cargo run -p hopluu-simulation -- --seed {seed}");
    }
    println!("the trace alone: cargo run -p hopluu-simulation -- --trace <file with the trace>");
}

fn many(arguments: &Arguments) -> ExitCode {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = arguments.jobs.unwrap_or(cores).max(1);
    let (next, failed) = (AtomicU64::new(0), AtomicU64::new(0));
    let told = AtomicBool::new(false);
    let coverage = Mutex::new(Coverage::default());
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                let mut covered = Coverage::default();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= arguments.seeds {
                        break;
                    }
                    let seed = arguments.from + number;
                    let schedule = Schedule::of_seed(seed);
                    let outcome = run(&schedule, arguments.mutant);
                    covered.count(&schedule, &outcome);
                    if let Some(violation) = &outcome.violation {
                        failed.fetch_add(1, Ordering::Relaxed);
                        println!("seed {seed}: {violation}");
                        if !told.swap(true, Ordering::Relaxed) {
                            tell(arguments, Some(seed), &schedule);
                        }
                    }
                }
                if let Ok(mut coverage) = coverage.lock() {
                    coverage.merge(covered);
                }
            });
        }
    });
    let seconds = began.elapsed().as_secs_f64();
    let per_second = arguments.seeds as f64 / seconds;
    let failed = failed.into_inner();
    println!(
        "{} schedules in {seconds:.1} s, {per_second:.1} a second on {jobs} threads; {failed} failed",
        arguments.seeds
    );
    if let Ok(coverage) = coverage.into_inner() {
        println!("{}", coverage.table());
        report("in one run", &coverage.not_in_one_run());
        report("on one machine", &coverage.not_on_one_machine());
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn report(place: &str, uncovered: &[(&str, &str)]) {
    println!("{} pairs of operations did not follow each other {place}", uncovered.len());
    for (first, second) in uncovered {
        println!("  {first} → {second}");
    }
}
