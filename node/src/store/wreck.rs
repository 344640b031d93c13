//! What can still be read of a store that was set aside.
//!
//! sled changes what it opens, so a copy is opened. Each row has its own checksum: what reads, reads as it
//! was written, whatever happened to the rows around it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use hopluu_protocol::id::DocId;
use hopluu_protocol::store::StoreError;

use super::disk::{free_space, io_error};
use super::open::{Lock, open_disk};
use super::row::{DocRow, Value};
use super::upkeep::Upkeep;
use super::witness::Witness;
use super::{HEADROOM_BYTES, SledBackend, key, renew};

/// Whether there is room to set the store in `dir` aside and read it out: for a copy of it to read, and for
/// what is read.
pub fn has_room_to_read_out(dir: &Path) -> bool {
    let log = renew::sled_dir(dir).and_then(|sled_dir| {
        let found = fs::metadata(sled_dir.join("db"));
        found.map_err(|error| io_error("measuring the store", &error))
    });
    match (log, free_space(dir)) {
        (Ok(log), Ok(free)) => free > log.len().saturating_mul(2).saturating_add(HEADROOM_BYTES),
        _ => false,
    }
}

/// A damaged store, opened as far as that is possible. Its copy is removed when dropped.
#[derive(Debug)]
pub struct Wreck {
    // In this order: sled is closed before the copy is removed.
    store: SledBackend,
    _copy: Copy,
}

/// What is intact of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    /// The snapshot, as automerge saved it.
    pub snapshot: Option<Vec<u8>>,
    /// Changes that were stored one by one, in order of arrival, some of them perhaps missing.
    pub changes: Vec<Vec<u8>>,
}

#[derive(Debug)]
struct Copy(PathBuf);

impl Wreck {
    /// Opens a copy, made at `scratch`, of the store that was set aside; `None` when nothing can be read.
    ///
    /// # Errors
    /// When the copy cannot be made: no room, no permission.
    pub fn open(aside: &Path, scratch: &Path) -> Result<Option<Self>, StoreError> {
        // sled's table of pages may be what is damaged; without one it reads its whole log.
        for with_table in [true, false] {
            let copy = Copy::make(aside, scratch, with_table)?;
            match open_as_it_is(scratch) {
                Ok(store) => return Ok(Some(Self { store, _copy: copy })),
                Err(error) => tracing::warn!(%error, with_table, "a damaged store does not open"),
            }
        }
        Ok(None)
    }

    /// The documents of which anything is left.
    pub fn documents(&self) -> BTreeSet<DocId> {
        let ids = [key::DOCS, key::CHANGES].into_iter().flat_map(|kind| {
            let rows = self.store.disk.scan(kind).filter_map(Result::ok);
            rows.filter_map(|(rest, _)| {
                let id = rest.split(|byte| *byte == 0).next()?;
                std::str::from_utf8(id).ok()?.parse().ok()
            })
        });
        ids.collect()
    }

    /// What is intact of a document.
    pub fn pieces(&self, doc: &DocId) -> Pieces {
        let doc_key = key::doc(doc);
        let row = self.store.disk.get(&doc_key).ok().flatten();
        let row = row.and_then(|body| DocRow::decode(&doc_key, &body).ok());
        let snapshot = row.and_then(|row| row.snapshot);
        let prefix = key::changes(doc);
        let changes = self.store.disk.scan(&prefix).filter_map(Result::ok);
        Pieces {
            snapshot: snapshot.and_then(|large| self.store.large(&doc_key, large).ok()),
            changes: changes
                .filter_map(|(_, body)| Some(self.store.change(&prefix, 0, &body).ok()?.bytes))
                .collect(),
        }
    }

    /// The intact values outside the documents.
    pub fn meta(&self) -> Vec<(String, Vec<u8>)> {
        let rows = self.store.disk.scan(key::META).filter_map(Result::ok);
        rows.filter_map(|(name, body)| {
            let value = self.store.resolve(&name, Value::decode(&name, &body).ok()?).ok()?;
            Some((String::from_utf8(name).ok()?, value))
        })
        .collect()
    }
}

/// Opens a store without asking whether it is whole.
fn open_as_it_is(dir: &Path) -> Result<SledBackend, StoreError> {
    let lock = Lock::take(dir)?;
    let disk = open_disk(dir, dir, 0)?;
    let (witness, _) = Witness::open(dir)?;
    let upkeep = Upkeep::new(&disk, u64::MAX, 0);
    Ok(SledBackend { disk, next_large: 0, commits: 0, witness, upkeep, _lock: lock })
}

impl Copy {
    fn make(aside: &Path, scratch: &Path, with_table: bool) -> Result<Self, StoreError> {
        let failed = |error| io_error("copying a damaged store", &error);
        remove(scratch).map_err(failed)?;
        fs::create_dir(scratch).map_err(failed)?;
        let copy = Self(scratch.to_owned());
        let from = renew::sled_dir(aside).unwrap_or_else(|_| aside.to_owned());
        for entry in fs::read_dir(&from).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().unwrap_or_default();
            let is_table = name.to_string_lossy().starts_with("snap.");
            if name == "conf" || name == "db" || (is_table && with_table) {
                fs::copy(&path, scratch.join(name)).map_err(failed)?;
            }
        }
        Ok(copy)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.0) {
            tracing::warn!(%error, "the copy of a damaged store stays for now");
        }
    }
}

fn remove(dir: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}
