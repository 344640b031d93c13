//! What the nodes of Hợp Lưu agree on, and no I/O.
//!
//! The model (ids, values, periods, templates, rosters), the CRDT documents, consolidation, the sync
//! state machine and its frames. There is no clock, no randomness, no socket and no file in here: time
//! and random bytes come in as arguments, so that everything can run in a deterministic simulation.

pub mod checks;
pub mod consolidation;
pub mod documents;
pub mod figures;
pub mod gate;
pub mod id;
pub mod identity;
pub mod invitation;
pub mod number;
pub mod period;
pub mod replica;
pub mod report;
pub mod roster;
pub mod seal;
pub mod store;
pub mod submission;
pub mod sync;
pub mod template;
pub mod value;
pub mod wire;
