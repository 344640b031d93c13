//! Opening a store, and setting a damaged one aside.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use hopluu_protocol::store::StoreError;
use tempfile::NamedTempFile;

use super::disk::{Disk, Rows, free_space, guarded, io_error};
use super::lent::Grasp;
use super::row::take;
use super::{HEADROOM_BYTES, key, renew};
use crate::durable::{folder_of, make_all_private, replace_file, sync_folder};

/// The format that this program writes. A store of an older format is brought up to it when opened.
///
/// 1: one sled tree; see `key.rs` and `row.rs`.
pub const FORMAT: u32 = 1;

/// Brings a store from the format of its place in the list (counted from 1) to the next. It may find its
/// own work half done, by a process that ended in the midst of it.
type Migration = fn(&Disk) -> Result<(), StoreError>;

/// One for each format before [`FORMAT`].
const MIGRATIONS: [Migration; FORMAT as usize - 1] = [];

/// Memory for sled's pages, in bytes. Its default is 1 GiB.
const CACHE_BYTES: u64 = 64 << 20;

/// Size of the segments of sled's log, eight times the default; see [`super::disk`] for the reason. It
/// cannot be changed for a store that exists.
pub(super) const SEGMENT_BYTES: usize = 4 << 20;

/// How long to wait for sled to let go of a store that was closed, and how often to look.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(5);
const RELEASE_POLL: Duration = Duration::from_millis(5);

pub(super) const LOCK_FILE: &str = "lock";
/// Says which process holds the lock, or did last.
pub(super) const HOLDER_FILE: &str = "held-by";

/// What sled writes into its `conf`, and a checksum. It is the same in every store: whatever else is in there
/// is damage, over which sled refuses to open, or worse, does not.
const CONF: &[u8] = b"segment_size: 4194304\nuse_compression: false\nversion: 0.34\n0\x1bd\xdd";

/// How long opening may take, for the first and for each further MiB of the log: it is read through.
const OPEN_LIMIT: Duration = Duration::from_secs(30);
const OPEN_LIMIT_FOR_MIB: Duration = Duration::from_secs(1);

/// Says, when it is there, that damage was found in the store while it was in use.
pub(super) const MARK_FILE: &str = "damaged";

/// Says, when it is there, that an fsync may have failed.
pub(super) const DOUBT_FILE: &str = "doubtful";

/// A store's directory, held by this process alone until dropped.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "held, not read")] File);

impl Lock {
    /// Takes the lock of a directory.
    pub(super) fn take(dir: &Path) -> Result<Self, StoreError> {
        let path = dir.join(LOCK_FILE);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|error| refused(&path, &error))?;
        match file.try_lock() {
            Ok(()) => {
                let number = std::process::id().to_string();
                if let Err(error) = fs::write(dir.join(HOLDER_FILE), number) {
                    tracing::warn!(%error, "others will not hear which process holds the store");
                }
                Ok(Self(file))
            }
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse { by: holder(dir) }),
            Err(TryLockError::Error(error)) => Err(io_error("locking the store", &error)),
        }
    }
}

fn holder(dir: &Path) -> Option<u32> {
    fs::read_to_string(dir.join(HOLDER_FILE)).ok()?.trim().parse().ok()
}

/// Why a lock could not be opened, with whose it is.
fn refused(path: &Path, error: &std::io::Error) -> StoreError {
    let owner = owner(path).map_or_else(String::new, |owner| format!(" (it belongs to {owner})"));
    io_error(&format!("opening {}{owner}", path.display()), error)
}

#[cfg(unix)]
fn owner(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;

    let found = fs::metadata(path).or_else(|_| fs::metadata(folder_of(path))).ok()?;
    Some(format!("account {}", found.uid()))
}

#[cfg(not(unix))]
fn owner(_path: &Path) -> Option<String> {
    None
}

/// How long opening a store may take.
pub(super) fn limit(dir: &Path) -> Duration {
    let log = renew::sled_dir(dir).and_then(|place| {
        let found = fs::metadata(place.join("db"));
        found.map_err(|error| io_error("measuring the store", &error))
    });
    let mib = log.map_or(0, |log| u32::try_from(log.len() >> 20).unwrap_or(u32::MAX));
    OPEN_LIMIT.saturating_add(OPEN_LIMIT_FOR_MIB.saturating_mul(mib))
}

/// Sees to it that only their owner reads the store's files. sled makes its own as the system likes.
pub(super) fn keep_private(dir: &Path) {
    if let Err(error) = make_all_private(dir) {
        tracing::warn!(%error, "others may be able to read the store");
    }
}

/// Writes sled's settings, where they are not what they must be.
pub(super) fn settle_conf(dir: &Path) -> Result<(), StoreError> {
    let path = dir.join("conf");
    match fs::read(&path) {
        Ok(found) if found == CONF => return Ok(()),
        Ok(_) => tracing::warn!(path = %path.display(), "damaged settings were written anew"),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(io_error("reading the store's settings", &error)),
    }
    replace_file(&path, CONF).map_err(|error| io_error("writing the store's settings", &error))
}

/// Opens sled, whose files lie in `sled_dir`, in a store that is locked, with what is needed for it to be
/// durable.
pub(super) fn open_disk(dir: &Path, sled_dir: &Path, headroom: u64) -> Result<Disk, StoreError> {
    remove_unfinished_snapshots(sled_dir)?;
    settle_conf(sled_dir)?;
    let file = open_log(sled_dir)?;
    // A process that was killed may have left writes that only the operating system knows of. sled takes
    // what it reads for durable and builds on it, so that it must be.
    file.sync_all().map_err(|error| io_error("syncing the store", &error))?;
    let db = open_sled(sled_dir)?;
    let disk = Disk {
        db,
        file,
        dir: dir.to_owned(),
        headroom,
        grasp: Grasp::default(),
        mirror: None,
        #[cfg(test)]
        on_sync: None,
    };
    disk.sync()?;
    sync_dir(sled_dir)?;
    Ok(disk)
}

/// Opens sled. Its threads may still be letting go of a store that this process closed a moment ago, so a
/// refusal of sled's own lock is waited out; no other process is in here, since [`Lock`] is ours.
fn open_sled(dir: &Path) -> Result<sled::Db, StoreError> {
    let config = sled::Config::new()
        .path(dir)
        .segment_size(SEGMENT_BYTES)
        .cache_capacity(CACHE_BYTES)
        .flush_every_ms(None);
    let mut waited = Duration::ZERO;
    loop {
        match guarded(|| config.open()) {
            Err(StoreError::Io { what }) if what.contains("could not acquire lock") => {
                if waited >= RELEASE_TIMEOUT {
                    return Err(StoreError::InUse { by: None });
                }
                std::thread::sleep(RELEASE_POLL);
                waited += RELEASE_POLL;
            }
            // sled writes up to a segment of zeros when it opens a log.
            Err(StoreError::Io { .. }) if free_space(dir)? < SEGMENT_BYTES as u64 => {
                return Err(StoreError::Full);
            }
            opened => return opened,
        }
    }
}

/// Reads the format, brings an older store up to this one, and marks a new one.
pub(super) fn check_format(disk: &Disk) -> Result<(), StoreError> {
    let found = match disk.get(key::FORMAT)? {
        Some(body) => u32::from_le_bytes(take(key::FORMAT, &mut body.as_slice())?),
        None if disk.db.is_empty() => return write_format(disk, FORMAT),
        None => {
            return Err(StoreError::Damaged { what: "the store does not say its format".into() });
        }
    };
    migrate(disk, found, &MIGRATIONS)
}

/// Applies the migrations from format `found` on; the format is written after each.
fn migrate(disk: &Disk, found: u32, migrations: &[Migration]) -> Result<(), StoreError> {
    let known = migrations.len() as u32 + 1;
    if found > known || found == 0 {
        return Err(StoreError::Format { found, known });
    }
    for (format, migration) in (1..).zip(migrations).skip_while(|(format, _)| *format < found) {
        migration(disk)?;
        write_format(disk, format + 1)?;
    }
    Ok(())
}

fn write_format(disk: &Disk, format: u32) -> Result<(), StoreError> {
    disk.write(&Rows::from([(key::FORMAT.to_vec(), Some(format.to_le_bytes().to_vec()))]))
}

/// sled writes its table of pages to `snap.….generating`, renames that, and when it is opened takes the
/// last `snap.…` by name. After a crash between the two it would take the half-written one for damage.
fn remove_unfinished_snapshots(dir: &Path) -> Result<(), StoreError> {
    let failed = |error| io_error("looking into the store's directory", &error);
    for entry in fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(&path)
                .map_err(|error| io_error("removing an unfinished snapshot", &error))?;
        }
    }
    Ok(())
}

/// sled's log. Opened for writing: Windows flushes only what may be written.
fn open_log(dir: &Path) -> Result<File, StoreError> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(dir.join("db"))
        .map_err(|error| io_error("opening the store's log", &error))
}

/// Makes sled's settings durable, and the names of new files, that of the directory itself among them.
fn sync_dir(dir: &Path) -> Result<(), StoreError> {
    OpenOptions::new()
        .write(true)
        .open(dir.join("conf"))
        .and_then(|conf| conf.sync_all())
        .and_then(|()| sync_folder(dir))
        .and_then(|()| sync_folder(folder_of(dir)))
        .map_err(|error| io_error("syncing the store's directory", &error))
}

/// Whether the disk that a store lies on has room and can be written, as far as a small file tells.
///
/// # Errors
/// What is wrong with it.
pub fn check_disk(dir: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(dir).map_err(|error| io_error("making the store's directory", &error))?;
    if free_space(dir)? < HEADROOM_BYTES + SEGMENT_BYTES as u64 {
        return Err(StoreError::Full);
    }
    let probe = NamedTempFile::new_in(dir).and_then(|mut probe| {
        probe.write_all(&[0; 4096])?;
        probe.as_file().sync_all()
    });
    match probe {
        Err(error) if error.kind() == ErrorKind::StorageFull => Err(StoreError::Full),
        probe => probe.map_err(|error| io_error("trying the disk", &error)),
    }
}

/// Notes that an fsync may have failed. What the operating system shows of the store's files is then perhaps not
/// on the disk, and no later fsync brings it there: on Linux the pages count as clean. The note need not be
/// durable, since a power cut takes away what the doubt is about.
pub(super) fn note_doubt(dir: &Path) -> Result<(), StoreError> {
    fs::write(dir.join(DOUBT_FILE), "").map_err(|error| io_error("noting a failed write", &error))
}

/// Whether an fsync may have failed.
pub(super) fn is_doubtful(dir: &Path) -> bool {
    dir.join(DOUBT_FILE).exists()
}

/// After a failed fsync, in this process or in one before it: copies the files as they can be read, and has the
/// copy count. The former ones are not touched, since sled would build on what a power cut takes away.
pub(super) fn settle_doubt(dir: &Path) -> Result<(), StoreError> {
    if !is_doubtful(dir) {
        return Ok(());
    }
    tracing::warn!("a write of the store failed; its files are copied before they are used");
    renew::copy_files(dir)?;
    fs::remove_file(dir.join(DOUBT_FILE))
        .map_err(|error| io_error("noting that a copy was made", &error))
}

/// Notes that a store that is in use is damaged: it will not open again, and is set aside then.
///
/// # Errors
/// When the note cannot be written.
pub fn mark_damaged(dir: &Path, what: &str) -> Result<(), StoreError> {
    replace_file(&dir.join(MARK_FILE), what.as_bytes())
        .map_err(|error| io_error("marking the store as damaged", &error))
}

/// Refuses a store in which damage was found.
pub(super) fn check_mark(dir: &Path) -> Result<(), StoreError> {
    match fs::read_to_string(dir.join(MARK_FILE)) {
        Ok(what) => Err(StoreError::Damaged { what }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(io_error("looking into the store's directory", &error)),
    }
}

/// Moves a store that is damaged, or that cannot be opened, aside, to `<name>.damaged-<n>` beside it, and
/// returns where it is now. Nothing is deleted: what the hub does not have yet may still be in there.
///
/// # Errors
/// [`StoreError::InUse`] when a process holds the store; when the directory cannot be renamed.
pub fn set_aside(dir: &Path) -> Result<PathBuf, StoreError> {
    drop(Lock::take(dir)?);
    let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let aside = (1_u32..)
        .map(|number| dir.with_file_name(format!("{name}.damaged-{number}")))
        // A link to nowhere is something too.
        .find(|path| fs::symlink_metadata(path).is_err())
        .ok_or_else(|| StoreError::Io { what: format!("too many damaged stores beside {name}") })?;
    fs::rename(dir, &aside)
        .and_then(|()| sync_folder(folder_of(dir)))
        .map_err(|error| io_error("moving the store aside", &error))?;
    Ok(aside)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn mark(disk: &Disk, name: &str) -> Result<(), StoreError> {
        let before = disk.get(key::META)?.unwrap_or_default();
        let after = [before, name.as_bytes().to_vec()].concat();
        disk.write(&Rows::from([(key::META.to_vec(), Some(after))]))
    }

    fn fail(_: &Disk) -> Result<(), StoreError> {
        Err(StoreError::Io { what: "interrupted".into() })
    }

    fn format(disk: &Disk) -> u32 {
        let body = disk.get(key::FORMAT).unwrap().unwrap();
        u32::from_le_bytes(body.try_into().unwrap())
    }

    #[test]
    fn migrations_run_in_order_from_the_format_found_and_go_on_where_they_stopped() {
        let place = TempDir::new().unwrap();
        let disk = open_disk(place.path(), place.path(), 0).unwrap();
        write_format(&disk, 2).unwrap();
        let first: Migration = |disk| mark(disk, "1>2 ");
        let second: Migration = |disk| mark(disk, "2>3 ");
        let third: Migration = |disk| mark(disk, "3>4 ");

        migrate(&disk, 2, &[first, second, fail]).unwrap_err();
        assert_eq!(format(&disk), 3);
        migrate(&disk, 3, &[first, second, third]).unwrap();
        assert_eq!(format(&disk), 4);
        migrate(&disk, 4, &[first, second, third]).unwrap();
        assert_eq!(disk.get(key::META).unwrap().unwrap(), b"2>3 3>4 ");
        assert!(matches!(
            migrate(&disk, 5, &[first, second, third]),
            Err(StoreError::Format { found: 5, known: 4 })
        ));
    }
}
