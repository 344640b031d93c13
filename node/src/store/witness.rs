//! A file beside sled that says how many commits the store has had.
//!
//! sled takes damage in the midst of its log for the log's end: a flipped bit can cost everything after
//! it, and the store opens as if nothing had happened. The witness is written after each commit and read
//! when the store is opened; a store with fewer commits than that has lost some. It is not synced, so
//! that it costs nothing: after a power cut it may be behind, never ahead.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use hopluu_protocol::store::StoreError;

use super::disk::io_error;
use super::row;

const FILE: &str = "commits";

/// The witness of an opened store.
pub(super) struct Witness(File);

impl Witness {
    /// Opens the witness in a store's directory, and reads how many commits it knows of. One that was
    /// only half written knows of none.
    pub(super) fn open(dir: &Path) -> Result<(Self, u64), StoreError> {
        let failed = |error| io_error("reading the number of commits", &error);
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(dir.join(FILE))
            .map_err(failed)?;
        let mut record = Vec::new();
        (&mut file).take(64).read_to_end(&mut record).map_err(failed)?;
        let commits = row::open(FILE.as_bytes(), &record)
            .ok()
            .and_then(|body| body.try_into().ok())
            .map_or(0, u64::from_le_bytes);
        Ok((Self(file), commits))
    }

    /// Takes note of a commit that is durable.
    pub(super) fn note(&mut self, commits: u64) -> Result<(), StoreError> {
        let record = row::seal(FILE.as_bytes(), &commits.to_le_bytes());
        self.0
            .seek(SeekFrom::Start(0))
            .and_then(|_| self.0.write_all(&record))
            .map_err(|error| io_error("noting the number of commits", &error))
    }
}
