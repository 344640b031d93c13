//! The program as people run it: separate processes on separate data directories.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod answers;
mod blocked;
mod command_line;
mod damage;
mod forms;
mod imports;
mod kills;
mod lost_keys;
mod machines;
mod moved;
mod ordinary;
mod pages;
mod refusals;
mod stuck;
mod texts;
mod town;
