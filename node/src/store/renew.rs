//! Writing a store anew when what was overwritten takes up too much of it.
//!
//! sled gives the room of overwritten rows back slowly: after 200,000 small commits its log was measured
//! at nineteen times what it held, and a fresh copy of it at four to five times that. So a log that has
//! grown large is copied into a *generation* of its own, a folder below the store's: at once when the store
//! is opened, a little at a time while it is in use (see `upkeep.rs`). Which one counts stands in one small
//! file, replaced in one step once the copy is durable; without that file it is the store's folder itself.
//! What a power cut leaves besides is removed.

use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use hopluu_protocol::store::StoreError;

use super::disk::{Disk, Mirror, PORTION_BYTES, free_space, guarded, io_error};
use super::open::open_disk;
use super::row;
use crate::durable::{replace_file, sync_folder};

/// Says which generation counts.
pub(super) const GENERATION_FILE: &str = "generation";
/// What the names of the folders begin with.
pub(super) const FOLDER_PREFIX: &str = "generation-";
/// Says how large the log was when it was last written anew. Not synced: without it that is done once more.
pub(super) const FRESH_FILE: &str = "fresh";

/// From what size on a log is written anew, MiB, unless this variable of the environment says otherwise; 0,
/// for tests, writes the store anew at every start and as often as possible after that.
const LARGE_MIB: u64 = 32;
const LARGE_MIB_VARIABLE: &str = "HOPLUU_RENEW_MIB";
/// A log that has not grown to so many times what it was when it was fresh is left as it is.
const TIMES: u64 = 3;
/// So many bytes of rows are copied at once while a store is in use: a request may have to wait for that.
const SLICE_BYTES: usize = 256 * 1024;

/// The folder in which the files of sled lie.
pub(super) fn sled_dir(dir: &Path) -> Result<PathBuf, StoreError> {
    let number = generation(dir)?;
    if number == 0 {
        // What says which generation counts may be what is lost.
        let is_lost = !dir.join("db").exists() && is_any(dir);
        let what = "the store does not say its generation".to_owned();
        return if is_lost { Err(StoreError::Damaged { what }) } else { Ok(dir.to_owned()) };
    }
    let place = folder(dir, number);
    if place.join("db").is_file() {
        Ok(place)
    } else {
        Err(StoreError::Damaged { what: format!("generation {number} of the store is not there") })
    }
}

/// How large a log is that is written anew, bytes.
pub(super) fn large_bytes() -> u64 {
    let asked = std::env::var(LARGE_MIB_VARIABLE).ok().and_then(|text| text.parse().ok());
    asked.unwrap_or(LARGE_MIB).saturating_mul(1 << 20)
}

/// Writes an opened store anew if that is due. What other generations there are stays until it is known that
/// this one has everything ([`tidy`]).
pub(super) fn renew_if_due(disk: Disk, large_bytes: u64) -> Result<Disk, StoreError> {
    let dir = disk.dir.clone();
    let disk = if is_due(&disk, large_bytes)? { renew(disk)? } else { disk };
    // A process that was killed may have left the name of the file that says which counts to chance.
    sync_folder(&dir).map_err(failed)?;
    Ok(disk)
}

fn is_due(disk: &Disk, large_bytes: u64) -> Result<bool, StoreError> {
    Ok(large_bytes == 0 || is_worth_it(disk, large_bytes, fresh_bytes(&disk.dir))?)
}

/// Whether the log is so large, and so much larger than it was when `fresh`, that writing it anew is worth
/// the while; and whether there is room to do that.
pub(super) fn is_worth_it(disk: &Disk, large_bytes: u64, fresh: u64) -> Result<bool, StoreError> {
    let log = disk.log_bytes()?;
    Ok(log >= large_bytes
        && log >= fresh.saturating_mul(TIMES)
        && free_space(&disk.dir)? > log.saturating_add(disk.headroom))
}

/// How large the log was when it was last written anew; 0 if nobody knows.
pub(super) fn fresh_bytes(dir: &Path) -> u64 {
    let text = fs::read_to_string(dir.join(FRESH_FILE)).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Copies the store into the next generation, and has that one count.
fn renew(disk: Disk) -> Result<Disk, StoreError> {
    let mut renewal = Renewal::begin(&disk)?;
    if let Err(error) = renewal.copy_all(&disk) {
        renewal.give_up();
        return Err(error);
    }
    renewal.take_over()?;
    Ok(renewal.into_disk())
}

/// The next generation of a store, while it is copied.
pub(super) struct Renewal {
    copy: Disk,
    pub(super) number: u64,
    place: PathBuf,
    /// The rows before this key are copied.
    next: Vec<u8>,
}

impl Renewal {
    /// Makes an empty generation.
    pub(super) fn begin(disk: &Disk) -> Result<Self, StoreError> {
        let number = next(&disk.dir)?;
        let place = folder(&disk.dir, number);
        fs::create_dir(&place).map_err(failed)?;
        let mut copy = open_disk(&disk.dir, &place, disk.headroom)?;
        copy.grasp = disk.grasp.clone();
        Ok(Self { copy, number, place, next: Vec::new() })
    }

    /// What is written to the store from now on must go to this as well.
    pub(super) fn mirror(&self) -> Mirror {
        Mirror::new(self.copy.db.clone())
    }

    fn copy_all(&mut self, disk: &Disk) -> Result<(), StoreError> {
        while self.copy_some(disk)? {}
        self.settle()
    }

    /// Copies the next rows, as they are. Returns whether there are more.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when one is not what was written; when the disk fails.
    pub(super) fn copy_some(&mut self, disk: &Disk) -> Result<bool, StoreError> {
        let mut batch = sled::Batch::default();
        let (mut bytes, mut batched) = (0, 0);
        let mut is_last = true;
        for row in rows_from(disk, &self.next) {
            let (key, row) = row?;
            row::open(&key, &row)?;
            bytes += key.len() + row.len();
            // The key that follows this one.
            self.next = [&key[..], &[0]].concat();
            batch.insert(key, row);
            if bytes - batched >= PORTION_BYTES {
                guarded(|| self.copy.db.apply_batch(std::mem::take(&mut batch)))?;
                batched = bytes;
            }
            if bytes >= SLICE_BYTES {
                is_last = false;
                break;
            }
        }
        guarded(|| self.copy.db.apply_batch(batch))?;
        // Nothing refers to the copy yet. This is so that the disk has little left to do at the end.
        self.copy.sync()?;
        Ok(!is_last)
    }

    /// Makes the copy durable. The former generation counts all the same.
    pub(super) fn settle(&self) -> Result<(), StoreError> {
        self.copy.sync()?;
        self.copy.file.sync_all().and_then(|()| sync_folder(&self.place)).map_err(failed)?;
        sync_folder(&self.copy.dir).map_err(failed)?;
        let fresh = self.copy.log_bytes()?.to_string();
        fs::write(self.copy.dir.join(FRESH_FILE), fresh).map_err(failed)
    }

    /// Has the copy count. After an error either of both may, and holds the same.
    pub(super) fn take_over(&self) -> Result<(), StoreError> {
        let path = self.copy.dir.join(GENERATION_FILE);
        let number = self.number.to_string();
        let replaced = self.copy.grasp.act(|| replace_file(&path, number.as_bytes()));
        let was_given_up = || Err(std::io::Error::other("it took too long"));
        replaced.unwrap_or_else(was_given_up).map_err(failed)?;
        tracing::info!(generation = self.number, "the store was written anew");
        Ok(())
    }

    pub(super) fn into_disk(self) -> Disk {
        self.copy
    }

    /// Closes the copy and removes it.
    pub(super) fn give_up(self) {
        let grasp = self.copy.grasp.clone();
        self.copy.close();
        if let Some(Err(error)) = grasp.act(|| remove_folder(&self.place)) {
            tracing::warn!(%error, "an unfinished generation of the store stays for now");
        }
    }
}

/// Copies sled's files into the next generation, and has that one count. They are only read.
pub(super) fn copy_files(dir: &Path) -> Result<(), StoreError> {
    let from = sled_dir(dir)?;
    if !from.join("db").exists() {
        return Ok(());
    }
    let number = next(dir)?;
    let place = folder(dir, number);
    let copy = || {
        fs::create_dir(&place)?;
        // Not sled's table of pages, which it can do without: that may speak of what was not written.
        fs::copy(from.join("db"), place.join("db"))?;
        OpenOptions::new().write(true).open(place.join("db"))?.sync_all()?;
        sync_folder(&place)?;
        sync_folder(dir)
    };
    if let Err(error) = copy() {
        // It would take up the room that is lacking. What cannot be removed now is when the store is opened.
        drop(remove_folder(&place));
        let is_full = error.kind() == ErrorKind::StorageFull;
        return Err(if is_full { StoreError::Full } else { failed(error) });
    }
    replace_file(&dir.join(GENERATION_FILE), number.to_string().as_bytes()).map_err(failed)
}

fn failed(error: std::io::Error) -> StoreError {
    io_error("writing the store anew", &error)
}

fn rows_from<'a>(
    disk: &'a Disk,
    from: &[u8],
) -> impl Iterator<Item = Result<(sled::IVec, sled::IVec), StoreError>> + 'a {
    let mut rows = Some(disk.db.range(from.to_vec()..));
    std::iter::from_fn(move || {
        let row = guarded(|| rows.as_mut().and_then(Iterator::next).transpose()).transpose();
        if !matches!(row, Some(Ok(_))) {
            rows = None;
        }
        row
    })
}

/// The number of the generation that counts.
pub(super) fn generation(dir: &Path) -> Result<u64, StoreError> {
    match fs::read_to_string(dir.join(GENERATION_FILE)) {
        Ok(text) => text.parse().map_err(|_| StoreError::Damaged {
            what: format!("the store does not say its generation: {text:?}"),
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
        Err(error) => Err(io_error("reading the store's generation", &error)),
    }
}

/// Whether there is a generation that holds something.
fn is_any(dir: &Path) -> bool {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| {
        entry.file_name().to_string_lossy().starts_with(FOLDER_PREFIX)
            && entry.path().join("db").is_file()
    })
}

fn folder(dir: &Path, generation: u64) -> PathBuf {
    dir.join(format!("{FOLDER_PREFIX}{generation}"))
}

/// A number that no generation has or had as long as its folder is there: a thread that was given up may
/// still write into one.
fn next(dir: &Path) -> Result<u64, StoreError> {
    let mut last = generation(dir)?;
    for entry in fs::read_dir(dir).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(FOLDER_PREFIX));
        last = last.max(number.and_then(|number| number.parse().ok()).unwrap_or_default());
    }
    Ok(last.saturating_add(1))
}

/// Removes every generation but the one that counts, as far as that is possible now.
pub(super) fn tidy(disk: &Disk) {
    if let Some(Err(error)) = disk.grasp.act(|| remove_others(&disk.dir)) {
        tracing::warn!(%error, "an old generation of the store stays for now");
    }
}

/// Removes every generation but the one that counts.
fn remove_others(dir: &Path) -> std::io::Result<()> {
    let current = generation(dir).map_err(std::io::Error::other)?;
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let number = name.strip_prefix(FOLDER_PREFIX).and_then(|text| text.parse::<u64>().ok());
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
