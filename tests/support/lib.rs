//! What the whole-system tests share: the repository, the expected figures, and the program as people
//! run it.

mod expected;

pub use expected::{Expected, expected};
pub use hopluu_measured::repository;
pub use hopluu_program::{Deadline, Program, Server, binary, json};
