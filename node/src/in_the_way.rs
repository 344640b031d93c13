//! What stands where a file or folder of the program's belongs: a folder in the place of a file, a file in
//! that of a folder, a link to nowhere.
//!
//! A tool that unpacks, copies or synchronises leaves such things. Nothing could be opened over them. They
//! are renamed, never opened or deleted; what belongs in their place is then as good as lost, and everything
//! lies in two places. Only a link in the place of the whole store stays: the disk behind it may just not be
//! connected, and an empty store in its place would hide that.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::data_dir::DataDir;
use crate::durable::{folder_of, sync_folder};
use crate::key_file;
use crate::problem::{Problem, Reason, Refusal};
use crate::store::{Part, parts};

/// Moves what stands in the way aside, and says so. Leaves directories alone in which no node is.
///
/// # Errors
/// When something cannot be moved, or when the store is a link to what is not there.
pub(crate) fn clear(dir: &DataDir) -> Result<Vec<Problem>, Refusal> {
    let mut told = Vec::new();
    if !is_of_node(dir) {
        return Ok(told);
    }
    refuse_lost_store(dir)?;
    let beside = dir.files().into_iter().map(Part::file).chain([Part::folder(dir.scratch())]);
    // First what lies outermost: what lies in a store that is none need not be looked for.
    for part in beside.chain(parts(&dir.store())) {
        if !is_in_the_way(&part) {
            continue;
        }
        let path = part.path.display();
        let aside = move_aside(dir, &part.path).map_err(|error| stays(&part.path, &error))?;
        tracing::warn!(%path, aside = %aside.display(), "something else was in the way");
        let detail = format!("{path} was something else, which is now {}", aside.display());
        let problem = Problem::new("in-the-way", detail);
        told.push(problem.arg("path", path).arg("aside", aside.display()));
        // Nobody who wants another key puts a folder in its place.
        if part.path == dir.key_file()
            && let Err(error) = key_file::bring_back(&part.path)
        {
            tracing::warn!(%error, "the key has no copy that could take its place");
        }
    }
    Ok(told)
}

/// Whether a directory has anything of a node's.
fn is_of_node(dir: &DataDir) -> bool {
    let files = [dir.key_file(), key_file::copy_of(&dir.key_file()), dir.place_file()];
    files.iter().any(|path| path.is_file())
        || crate::store::SledBackend::is_at(&dir.store())
        || !dir.stores_set_aside().is_empty()
}

fn refuse_lost_store(dir: &DataDir) -> Result<(), Refusal> {
    let path = dir.store();
    let Ok(target) = fs::read_link(&path) else { return Ok(()) };
    if path.exists() {
        return Ok(());
    }
    let detail = format!("{} leads to {}, which is not there", path.display(), target.display());
    let problem = Problem::new("store-link-broken", detail);
    let problem = problem.arg("path", path.display()).arg("target", target.display());
    Err(Refusal::new(Reason::NotNow, problem))
}

fn is_in_the_way(part: &Part) -> bool {
    match fs::metadata(&part.path) {
        Ok(found) => found.is_dir() != part.is_folder || !(found.is_dir() || found.is_file()),
        // A link that leads nowhere, or in circles.
        Err(_) => fs::symlink_metadata(&part.path).is_ok_and(|found| found.is_symlink()),
    }
}

/// Renames something, to where it is found: into the data directory, where that is possible.
fn move_aside(dir: &DataDir, path: &Path) -> io::Result<PathBuf> {
    let first = free_name(dir.path(), path);
    let aside = match fs::rename(path, &first) {
        // The store lies on another disk.
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {
            let aside = free_name(folder_of(path), path);
            fs::rename(path, &aside)?;
            aside
        }
        moved => moved.map(|()| first)?,
    };
    sync_folder(folder_of(path))?;
    sync_folder(folder_of(&aside))?;
    Ok(aside)
}

fn free_name(folder: &Path, path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut number = 1_u32;
    loop {
        let free = folder.join(format!("in-the-way-{number}.{name}"));
        if fs::symlink_metadata(&free).is_err() {
            return free;
        }
        number = number.saturating_add(1);
    }
}

fn stays(path: &Path, error: &io::Error) -> Refusal {
    let path = path.display();
    let problem = Problem::new("in-the-way-stays", format!("{path} is something else: {error}"));
    Refusal::new(Reason::Failed, problem.arg("path", path).arg("what", error))
}
