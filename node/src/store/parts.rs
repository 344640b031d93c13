//! What lies where in a store's directory, and what is to be a file and what a folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::{before, journal, open, renew, witness};

/// One of the files or folders of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it lies.
    pub path: PathBuf,
    /// Whether it is to be a folder.
    pub is_folder: bool,
}

/// sled's own, but for its table of pages.
const SLED_FILES: [&str; 2] = ["db", "conf"];
/// sled keeps no values in here, and wants it.
const SLED_FOLDER: &str = "blobs";
const TABLE_PREFIX: &str = "snap.";

/// All files and folders that a store may have, with those that are there now under names which tell what
/// they are to be. Folders come before what lies in them.
pub fn parts(dir: &Path) -> Vec<Part> {
    let mut parts = vec![Part::folder(dir.to_owned())];
    let files = [
        open::LOCK_FILE,
        open::HOLDER_FILE,
        open::MARK_FILE,
        open::DOUBT_FILE,
        renew::GENERATION_FILE,
        renew::FRESH_FILE,
        witness::FILE,
    ];
    parts.extend(files.into_iter().map(|name| Part::file(dir.join(name))));
    let journal = dir.join(journal::FOLDER);
    parts.push(Part::folder(journal.clone()));
    let is_of_journal = |name: &str| name.parse::<u64>().is_ok();
    parts.extend(entries(&journal, is_of_journal).into_iter().map(Part::file));
    let before = dir.join(before::FOLDER);
    parts.push(Part::folder(before.clone()));
    parts.push(Part::file(before.join(before::LOG_FILE)));
    let generations = entries(dir, |name| name.starts_with(renew::FOLDER_PREFIX));
    parts.extend(generations.iter().cloned().map(Part::folder));
    for sled_dir in generations.into_iter().chain([dir.to_owned()]) {
        parts.extend(SLED_FILES.into_iter().map(|name| Part::file(sled_dir.join(name))));
        parts.push(Part::folder(sled_dir.join(SLED_FOLDER)));
        let tables = entries(&sled_dir, |name| name.starts_with(TABLE_PREFIX));
        parts.extend(tables.into_iter().map(Part::file));
    }
    parts
}

impl Part {
    /// A file.
    pub fn file(path: PathBuf) -> Self {
        Self { path, is_folder: false }
    }

    /// A folder.
    pub fn folder(path: PathBuf) -> Self {
        Self { path, is_folder: true }
    }
}

fn entries(folder: &Path, is_one: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = found
        .filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(&is_one))
        .collect();
    found.sort();
    found
}
