//! What the whole-system tests share: the repository, the expected figures, and the program as people
//! run it.

mod expected;

use std::path::{Path, PathBuf};

pub use expected::{Expected, expected};
pub use hopluu_program::{Program, Server, json};

/// The root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}
