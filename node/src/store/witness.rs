//! A file beside sled that says how many commits the store has had, and which store it is.
//!
//! sled takes damage in the midst of its log for the log's end: a flipped bit can cost everything after
//! it, and the store opens as if nothing had happened. The witness is written after each commit and read
//! when the store is opened; a store with fewer commits than that has lost some. It is not synced, so
//! that it costs nothing: after a power cut it may be behind, never ahead. The journal, which is synced,
//! says the same of all commits but those that it leaves out.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use hopluu_protocol::store::StoreError;

use super::disk::io_error;
use super::journal::StoreId;
use super::row;

pub(super) const FILE: &str = "commits";

/// The witness of an opened store.
pub(super) struct Witness {
    file: File,
    /// Of which store it is from now on.
    pub(super) id: StoreId,
}

/// What a witness says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Witnessed {
    pub(super) commits: u64,
    /// Earlier programs did not say.
    pub(super) id: Option<StoreId>,
    /// The last commit that the journal was given too; 0 where an earlier program did not say.
    pub(super) journaled: u64,
}

impl Witness {
    /// Opens the witness in a store's directory, and reads what it knows. One that was only half written
    /// knows nothing.
    pub(super) fn open(dir: &Path) -> Result<(Self, Witnessed), StoreError> {
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
        let body = row::open(FILE.as_bytes(), &record).unwrap_or_default();
        let witnessed = match body.split_first_chunk() {
            Some((commits, rest)) => {
                let id = rest.first_chunk().copied();
                let journaled =
                    rest.get(size_of::<StoreId>()..).and_then(|rest| rest.try_into().ok());
                Witnessed {
                    commits: u64::from_le_bytes(*commits),
                    id,
                    journaled: journaled.map_or(0, u64::from_le_bytes),
                }
            }
            None => Witnessed::default(),
        };
        Ok((Self { file, id: StoreId::default() }, witnessed))
    }

    /// Takes note of a commit that is durable.
    pub(super) fn note(&mut self, commits: u64, journaled: u64) -> Result<(), StoreError> {
        let body = [&commits.to_le_bytes()[..], &self.id, &journaled.to_le_bytes()].concat();
        let record = row::seal(FILE.as_bytes(), &body);
        self.file
            .seek(SeekFrom::Start(0))
            .and_then(|_| self.file.write_all(&record))
            .map_err(|error| io_error("noting the number of commits", &error))
    }
}
