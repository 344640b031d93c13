//! Writing a store anew when what was overwritten takes up too much of it.
//!
//! sled gives the room of overwritten rows back slowly: after 200,000 small commits its log was measured
//! at nineteen times what it held, and a fresh copy of it at four to five times that. So a log that has
//! grown large is copied into a *generation* of its own, a
//! folder below the store's, when the store is opened. Which one counts stands in one small file, replaced
//! in one step once the copy is durable; without that file it is the store's folder itself. What a power
//! cut leaves besides is removed.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use hopluu_protocol::store::StoreError;

use super::disk::{Disk, PORTION_BYTES, free_space, guarded, io_error};
use super::open::open_disk;
use crate::durable::{replace_file, sync_folder};

/// Says which generation counts.
const GENERATION_FILE: &str = "generation";
/// Says how large the log was when it was last written anew. Not synced: without it that is done once more.
const FRESH_FILE: &str = "fresh";

/// From what size on a log is written anew, MiB, unless this variable of the environment says otherwise; 0
/// writes the store anew at every start.
const LARGE_MIB: u64 = 32;
const LARGE_MIB_VARIABLE: &str = "HOPLUU_RENEW_MIB";
/// A log that has not grown to so many times what it was when it was fresh is left as it is.
const TIMES: u64 = 3;

/// The folder in which the files of sled lie.
pub(super) fn sled_dir(dir: &Path) -> Result<PathBuf, StoreError> {
    Ok(match generation(dir)? {
        0 => dir.to_owned(),
        number => folder(dir, number),
    })
}

/// How large a log is that is written anew, bytes.
pub(super) fn large_bytes() -> u64 {
    let asked = std::env::var(LARGE_MIB_VARIABLE).ok().and_then(|text| text.parse().ok());
    asked.unwrap_or(LARGE_MIB).saturating_mul(1 << 20)
}

/// Writes an opened store anew if that is due, and removes what other generations there are.
pub(super) fn renew_if_due(disk: Disk, large_bytes: u64) -> Result<Disk, StoreError> {
    let dir = disk.dir.clone();
    let disk = if is_due(&disk, large_bytes)? { renew(disk)? } else { disk };
    if let Err(error) = remove_others(&dir) {
        tracing::warn!(%error, "an old generation of the store stays for now");
    }
    Ok(disk)
}

fn is_due(disk: &Disk, large_bytes: u64) -> Result<bool, StoreError> {
    if large_bytes == 0 {
        return Ok(true);
    }
    let log = disk.file.metadata().map_err(|error| io_error("measuring the store", &error))?.len();
    let fresh = fs::read_to_string(disk.dir.join(FRESH_FILE)).ok();
    let fresh = fresh.and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    Ok(log >= large_bytes
        && log >= fresh.saturating_mul(TIMES)
        && free_space(&disk.dir)? > log.saturating_add(disk.headroom))
}

/// Copies the store into the next generation, and has that one count.
fn renew(disk: Disk) -> Result<Disk, StoreError> {
    let dir = disk.dir.clone();
    let next = generation(&dir)?.saturating_add(1);
    let place = folder(&dir, next);
    let failed = |error| io_error("writing the store anew", &error);
    remove_folder(&place).map_err(failed)?;
    fs::create_dir(&place).map_err(failed)?;
    let copy = open_disk(&dir, &place, disk.headroom)?;
    copy_rows(&disk, &copy.db)?;
    copy.sync()?;
    copy.file.sync_all().and_then(|()| sync_folder(&place)).map_err(failed)?;
    sync_folder(&dir).map_err(failed)?;
    let fresh = copy.file.metadata().map_err(failed)?.len();
    fs::write(dir.join(FRESH_FILE), fresh.to_string()).map_err(failed)?;
    replace_file(&dir.join(GENERATION_FILE), next.to_string().as_bytes()).map_err(failed)?;
    tracing::info!(generation = next, bytes = fresh, "the store was written anew");
    Ok(copy)
}

/// Copies all rows, as they are, into a new log. Nothing refers to that yet, so nothing is synced on the way.
fn copy_rows(disk: &Disk, copy: &sled::Db) -> Result<(), StoreError> {
    let mut batch = sled::Batch::default();
    let mut bytes = 0;
    for row in rows(disk) {
        let (key, row) = row?;
        bytes += key.len() + row.len();
        batch.insert(key, row);
        if bytes >= PORTION_BYTES {
            guarded(|| copy.apply_batch(std::mem::take(&mut batch)))?;
            bytes = 0;
        }
    }
    guarded(|| copy.apply_batch(batch))
}

fn rows(disk: &Disk) -> impl Iterator<Item = Result<(sled::IVec, sled::IVec), StoreError>> + '_ {
    let mut rows = Some(disk.db.iter());
    std::iter::from_fn(move || {
        let row = guarded(|| rows.as_mut().and_then(Iterator::next).transpose()).transpose();
        if !matches!(row, Some(Ok(_))) {
            rows = None;
        }
        row
    })
}

fn generation(dir: &Path) -> Result<u64, StoreError> {
    match fs::read_to_string(dir.join(GENERATION_FILE)) {
        Ok(text) => text.parse().map_err(|_| StoreError::Damaged {
            what: format!("the store does not say its generation: {text:?}"),
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
        Err(error) => Err(io_error("reading the store's generation", &error)),
    }
}

fn folder(dir: &Path, generation: u64) -> PathBuf {
    dir.join(format!("generation-{generation}"))
}

/// Removes every generation but the one that counts.
fn remove_others(dir: &Path) -> std::io::Result<()> {
    let current = generation(dir).map_err(std::io::Error::other)?;
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let number = name.strip_prefix("generation-").and_then(|text| text.parse::<u64>().ok());
        let is_first = current != 0
            && (["db", "conf", "blobs"].contains(&name.as_str()) || name.starts_with("snap."));
        if number.is_some_and(|number| number != current) || (is_first && path.is_dir()) {
            remove_folder(&path)?;
        } else if is_first {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

fn remove_folder(path: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}
