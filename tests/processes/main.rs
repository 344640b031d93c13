//! The program as people run it: separate processes on separate data directories.

mod kills;
mod ordinary;
mod refusals;
mod town;
