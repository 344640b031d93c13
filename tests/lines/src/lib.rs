//! Bad lines for real: an emulated line between two network namespaces, and whole processes across it.
//!
//! [`Emulator`] carries any program's packets; see the README. A [`Lab`] puts a hub and an office on
//! its two sides, and [`scenarios`] says what is done over which line and what must hold.

#![cfg(target_os = "linux")]

mod api;
mod emulator;
mod lab;
mod line;
mod namespace;
mod packet;
pub mod routes;
pub mod scenarios;
mod table;
mod town;
mod way;

pub use emulator::{Emulator, HUB, OFFICE, Side};
pub use lab::Lab;
pub use line::{Cuts, Line, Loss};
pub use namespace::Namespace;
pub use routes::Route;
pub use table::{HEAD, Row, page};
pub use way::Counts;
