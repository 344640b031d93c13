//! sled's log as it was before sled opened it.
//!
//! sled takes damage in its log for the log's end, and overwrites what lies behind it when it opens. Where
//! the journal has all of that too, nothing is lost. Where it cannot vouch for everything, the log is copied
//! before sled is let near it. The copy goes when the opening has turned out well: when sled has all commits
//! that are found in the copy, and the journal is whole again. Until then it stays, over crashes too; a store
//! that is set aside takes it along, and it is read out with the rest.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use hopluu_protocol::store::StoreError;

use super::disk::free_space;
use super::{HEADROOM_BYTES, key, raw, renew, sectors};
use crate::durable::{make_private, sync_folder};

/// The folder, below the store's.
pub(super) const FOLDER: &str = "before-open";
/// The copy has its name when it is whole.
pub(super) const LOG_FILE: &str = "db";
const UNFINISHED_FILE: &str = "unfinished";

/// A copy of sled's log.
#[derive(Debug)]
pub(super) struct Before {
    folder: PathBuf,
}

impl Before {
    /// Copies sled's log, unless the journal vouches for all that is in it. A copy that an earlier opening
    /// left is kept: the log may have been changed since. A disk without room keeps no store from opening.
    pub(super) fn keep(dir: &Path, is_vouched_for: bool) -> Option<Self> {
        let before = Self { folder: dir.join(FOLDER) };
        if before.log().is_file() {
            return Some(before);
        }
        let kept = if is_vouched_for { Ok(false) } else { before.copy(dir) };
        match kept {
            Ok(true) => Some(before),
            Ok(false) => {
                before.remove();
                None
            }
            Err(error) => {
                tracing::warn!(%error, "the store is opened without a copy of its log");
                before.remove();
                None
            }
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.join(LOG_FILE)
    }

    /// Returns whether there is a copy now.
    fn copy(&self, dir: &Path) -> io::Result<bool> {
        // Where it is not known which log counts, sled opens none.
        let Ok(from) = renew::sled_dir(dir).map(|place| place.join(LOG_FILE)) else {
            return Ok(false);
        };
        let length = match fs::metadata(&from) {
            Ok(found) if found.is_file() => found.len(),
            Ok(_) => return Ok(false),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        let free = free_space(dir).map_err(io::Error::other)?;
        // The journal, which is to be written anew, must find room too.
        if free < length.saturating_mul(2).saturating_add(HEADROOM_BYTES) {
            return Err(ErrorKind::StorageFull.into());
        }
        match fs::create_dir(&self.folder) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => made?,
        }
        make_private(&self.folder)?;
        let unfinished = self.folder.join(UNFINISHED_FILE);
        sectors::copy(&from, &unfinished)?;
        File::options().write(true).open(&unfinished)?.sync_all()?;
        fs::rename(&unfinished, self.log())?;
        sync_folder(&self.folder)?;
        sync_folder(dir)?;
        Ok(true)
    }

    /// Compares what sled has with what lay in its log. The last commit may be one of which a power cut has
    /// left a part: that was never acknowledged, or the witness knows of it.
    pub(super) fn check(&self, commits: u64) -> Result<(), StoreError> {
        let log = match sectors::read(&self.log()) {
            Ok(log) => log,
            Err(error) => {
                tracing::warn!(%error, "the copy of the store's log cannot be compared");
                return Ok(());
            }
        };
        let rows = raw::rows(&log);
        let had = rows.get(key::COMMITS).and_then(|body| body.as_slice().try_into().ok());
        let had = had.map_or(0, u64::from_le_bytes);
        if commits.saturating_add(1) < had {
            let what = format!("its log speaks of {had} commits, and {commits} are left");
            return Err(StoreError::Damaged { what });
        }
        Ok(())
    }

    /// Removes the copy.
    pub(super) fn remove(&self) {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => tracing::warn!(%error, "a copy of the store's log stays for now"),
            Ok(()) => {}
        }
    }
}
