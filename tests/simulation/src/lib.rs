//! A town in one process: nodes, lines and disks that fail as a seed says, and a judge who knows what
//! people were told. See README.md.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a simulation that cannot go on has found something, and says so with its seed"
)]

mod confusion;
mod coverage;
mod customs;
mod desk;
mod heal;
mod judge;
mod ledger;
mod line;
mod machine;
mod mutant;
mod operation;
mod perform;
mod recovery;
mod revocations;
mod run;
mod schedule;
mod shrink;
mod town;
mod violation;
mod world;

pub use coverage::Coverage;
pub use mutant::Mutant;
pub use run::{Outcome, run};
pub use schedule::Schedule;
pub use shrink::shrink;
pub use violation::Violation;
