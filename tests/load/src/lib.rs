//! A load generator: thousands of enrolled nodes, in this process, against one real hub process.
//!
//! [`town`] fills the hub's store through the library, [`hub`] runs the hub and reads what it takes,
//! [`client`] is one node as light as it can be, [`swarm`] drives many of them, [`run`] is the whole
//! measurement, and [`page`] writes it down.

pub mod client;
mod edits;
mod frames;
pub mod hub;
pub mod newcomer;
pub mod page;
mod percentile;
pub mod run;
pub mod swarm;
pub mod town;
