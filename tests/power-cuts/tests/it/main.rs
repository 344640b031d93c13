//! The program on a disk whose power is cut: nothing acknowledged is lost, and the node goes on.

#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod api;
mod before;
mod beginnings;
mod hub;
mod office;
mod round;
mod town;
mod troubles;
mod upkeep;

use hopluu_power_cuts::mount::Mounted;

/// A disk, or `None` and a word to whoever looks where this machine has no FUSE.
fn disk() -> Option<Mounted> {
    match Mounted::new() {
        Ok(disk) => Some(disk),
        Err(error) => {
            println!("skipped: no FUSE here ({error})");
            None
        }
    }
}

/// How many cuts each test makes: `CUTS`, or as many as fit an ordinary run.
fn cuts(ordinary: u64) -> u64 {
    let asked = std::env::var("CUTS").ok().and_then(|cuts| cuts.parse().ok());
    asked.unwrap_or(ordinary)
}

/// Where the dice begin: `SEED`, to repeat a run that failed.
fn seed() -> u64 {
    std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_230_313)
}
