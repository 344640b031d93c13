//! Bad lines for real: an emulated line between two network namespaces, and whole processes across it.
//!
//! [`Emulator`] carries any program's packets; see the README. [`town`] puts a hub and its offices on
//! both sides of it, and [`scenarios`] says what is done over which line and what must hold.

#![cfg(target_os = "linux")]

mod emulator;
mod line;
mod namespace;
mod packet;
mod way;

pub use emulator::{Emulator, HUB, OFFICE, Side, round_trip};
pub use line::{Cuts, Line, Loss};
pub use namespace::Namespace;
pub use way::Counts;
