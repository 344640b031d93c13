//! The program as people run it: separate processes on separate data directories.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod blocked;
mod damage;
mod imports;
mod kills;
mod ordinary;
mod refusals;
mod town;
