//! sled, made durable: one tree, checksummed rows, and an fsync where sled's `flush` stops short.

use std::any::Any;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use hopluu_protocol::store::StoreError;

use super::lent::Grasp;
use super::{batch, key, open, row};

/// A portion written between two fsyncs is about this large at most.
///
/// sled finds the end of its log by the last segment's header, which names a place in the log that was
/// *flushed* before, on Linux by `sync_file_range`, which is no barrier. If two segments were begun
/// between two fsyncs, a power cut could leave the second one's header on the disk and not the first
/// one's, and sled would then take the whole log for empty. The same goes for reusing a segment. So no
/// more is written between two fsyncs than fits into half a segment ([`super::open::SEGMENT_BYTES`]),
/// counting that sled writes a row up to four times as it rewrites and splits pages.
pub(super) const PORTION_BYTES: usize = 128 * 1024;

/// The rows of one atomic batch, which cannot be written in portions, are at most this large together.
pub(super) const MAX_ATOMIC_BYTES: usize = 512 * 1024;

/// Rows to be written: a key and its new body, or `None` to remove it.
pub(super) type Rows = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// An opened sled with its files.
pub(super) struct Disk {
    pub(super) db: sled::Db,
    /// sled's `db` file, opened by us before sled wrote to it, so that a write error which the operating
    /// system met in between is reported to our fsync.
    pub(super) file: File,
    pub(super) dir: PathBuf,
    /// Free space that a commit leaves.
    pub(super) headroom: u64,
    /// Whether this thread is still waited for.
    pub(super) grasp: Grasp,
    /// While the store is written anew: the copy, to which everything goes too.
    pub(super) mirror: Option<Mirror>,
    /// Told after each fsync, so that tests can look at what would survive a power cut.
    #[cfg(test)]
    pub(super) on_sync: Option<Box<dyn Fn() + Send>>,
}

/// A copy under way of a store in use. Rows written to the store are written to it as well, whether it has
/// their neighbours already or not; nothing refers to it yet, so nobody waits for its disk.
pub(super) struct Mirror {
    db: sled::Db,
    failed: OnceCell<StoreError>,
}

impl Mirror {
    pub(super) fn new(db: sled::Db) -> Self {
        Self { db, failed: OnceCell::new() }
    }

    /// Why the copy lacks something that was written, if it does.
    pub(super) fn into_failure(self) -> Option<StoreError> {
        self.failed.into_inner()
    }

    fn apply(&self, batch: sled::Batch) {
        if self.failed.get().is_none()
            && let Err(error) = guarded(|| self.db.apply_batch(batch))
        {
            self.failed.get_or_init(|| error);
        }
    }
}

impl Disk {
    /// A row's body.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(row) = guarded(|| self.db.get(key))? else { return Ok(None) };
        row::open(key, &row).map(|body| Some(body.to_vec()))
    }

    /// Whether there is a row, whatever it holds.
    pub(super) fn contains(&self, key: &[u8]) -> Result<bool, StoreError> {
        guarded(|| self.db.contains_key(key))
    }

    /// All rows whose key starts with `prefix`, in order, as key without the prefix and body.
    pub(super) fn scan<'a>(
        &'a self,
        prefix: &'a [u8],
    ) -> impl Iterator<Item = Result<(Vec<u8>, Vec<u8>), StoreError>> + 'a {
        self.scan_from(prefix, prefix)
    }

    /// As [`Disk::scan`], from the key `from` on.
    pub(super) fn scan_from<'a>(
        &'a self,
        prefix: &'a [u8],
        from: &[u8],
    ) -> impl Iterator<Item = Result<(Vec<u8>, Vec<u8>), StoreError>> + 'a {
        let mut rows = Some(self.db.range(from.to_vec()..));
        std::iter::from_fn(move || {
            let found = guarded(|| rows.as_mut().and_then(Iterator::next).transpose());
            match found {
                Ok(Some((key, row))) => {
                    let rest = key.strip_prefix(prefix)?;
                    Some(row::open(&key, &row).map(|body| (rest.to_vec(), body.to_vec())))
                }
                Ok(None) => None,
                // sled says the same for ever.
                Err(error) => {
                    rows = None;
                    Some(Err(error))
                }
            }
        })
    }

    /// Writes rows, all of them or none, and returns when they would survive a power cut.
    pub(super) fn write(&self, rows: &Rows) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for (key, body) in rows {
            match body {
                Some(body) => batch.insert(key.as_slice(), row::seal(key, body)),
                None => batch.remove(key.as_slice()),
            }
        }
        if let Some(mirror) = &self.mirror {
            mirror.apply(batch.clone());
        }
        guarded(|| self.db.apply_batch(batch))?;
        self.sync()
    }

    /// Writes rows that need not come together in portions, each durable before the next.
    pub(super) fn write_in_portions(
        &self,
        rows: impl Iterator<Item = (Vec<u8>, Option<Vec<u8>>)>,
    ) -> Result<(), StoreError> {
        let mut portion = Rows::new();
        let mut bytes = 0;
        for (key, body) in rows {
            bytes += cost(&key, body.as_deref());
            portion.insert(key, body);
            if bytes >= PORTION_BYTES {
                self.write(&portion)?;
                portion.clear();
                bytes = 0;
            }
        }
        if portion.is_empty() { Ok(()) } else { self.write(&portion) }
    }

    /// Closes sled, which panics when the disk fails at that.
    pub(super) fn close(self) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(self))) {
            let error = of_panic(panic.as_ref());
            tracing::warn!(%error, "sled did not close well");
        }
    }

    /// How large sled's log is.
    pub(super) fn log_bytes(&self) -> Result<u64, StoreError> {
        let metadata = self.file.metadata();
        metadata.map(|found| found.len()).map_err(|error| io_error("measuring the store", &error))
    }

    /// Makes everything written durable. Where that fails, the next opening of the store knows.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        let synced = guarded(|| self.db.flush()).and_then(|_| {
            self.file.sync_data().map_err(|error| io_error("syncing the store", &error))
        });
        if synced.is_err()
            && let Err(error) = open::note_doubt(&self.dir)
        {
            tracing::error!(%error, "it could not be noted that an fsync failed");
        }
        #[cfg(test)]
        self.on_sync.iter().for_each(|on_sync| on_sync());
        self.grasp.step();
        synced
    }

    /// Refuses to write `bytes` where the disk has no room for them, while nothing has been written yet.
    /// sled does not survive a full disk well, so some room is left to be sure.
    pub(super) fn check_room(&self, bytes: usize) -> Result<(), StoreError> {
        let free = free_space(&self.dir)?;
        let needed = (bytes as u64).saturating_mul(4).saturating_add(self.headroom);
        if free < needed { Err(StoreError::Full) } else { Ok(()) }
    }
}

/// Bytes free on the disk that a directory lies on.
pub(super) fn free_space(dir: &Path) -> Result<u64, StoreError> {
    fs4::available_space(dir).map_err(|error| io_error("asking for the free space", &error))
}

/// What writing a row makes sled write at least: removing one rewrites the page that it was in.
fn cost(key: &[u8], body: Option<&[u8]>) -> usize {
    let rewritten = if key.starts_with(key::PARTS) { row::PART_BYTES } else { batch::INLINE_BYTES };
    key.len() + body.map_or(rewritten, <[u8]>::len)
}

/// Runs a call of sled. On damaged pages sled has been seen to panic.
pub(super) fn guarded<T>(call: impl FnOnce() -> sled::Result<T>) -> Result<T, StoreError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(sled::Error::Io(error))) => Err(io_error("sled", &error)),
        Ok(Err(error @ (sled::Error::Corruption { .. } | sled::Error::ReportableBug(_)))) => {
            Err(StoreError::Damaged { what: error.to_string() })
        }
        Ok(Err(error)) => Err(StoreError::Io { what: format!("sled: {error}") }),
        Err(panic) => Err(of_panic(panic.as_ref())),
    }
}

/// What a panic of sled's comes from. It panics on damaged pages and, in places, on errors of the operating
/// system: a store on a disk that fails is not to be set aside as damaged.
pub(super) fn of_panic(panic: &(dyn Any + Send)) -> StoreError {
    let said = panic.downcast_ref::<String>().map(String::as_str);
    let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("nothing");
    let what = format!("sled panicked: {said}");
    if said.contains("Os { code:") || said.contains("Io(") {
        StoreError::Io { what }
    } else {
        StoreError::Damaged { what }
    }
}

/// An error of the operating system in the store's words. A disk that turns out to be full in the middle
/// of a write is not [`StoreError::Full`], which promises that nothing was written.
pub(super) fn io_error(doing: &str, error: &io::Error) -> StoreError {
    let what = format!("{doing}: {error}");
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly { what }
        }
        _ => StoreError::Io { what },
    }
}
