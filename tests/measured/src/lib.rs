//! What all benchmarks need: a word about the machine, and a store to begin from.

mod folder;
mod machine;

use std::path::Path;

pub use folder::copy_folder;
pub use machine::about;

/// The repository's folder.
pub fn repository() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own)
}
