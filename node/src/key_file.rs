//! The node's secret key on disk: made once, never overwritten.
//!
//! The file is three lines of text: a name and version, the 32 secret bytes, and the public key that
//! follows from them, which shows whether the secret was damaged. It is written beside its place, made
//! durable, and then moved there only if nothing is there yet, so that a power cut or a second process
//! never leaves half a key or replaces one.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use hopluu_protocol::identity::OfficeKey;
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use crate::durable::{folder_of, make_private, replace_file, sync_folder};

/// The first line.
const HEADER: &str = "hopluu node key 1";

/// A key file has 147 bytes; nothing longer is read.
const MAX_LEN: u64 = 1024;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be read.
    #[error("the key file {} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file is there and is not a key file as it was written. Restore it from a backup, or move it
    /// away and enrol the node anew.
    #[error("the key file {} is damaged: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The file cannot be written.
    #[error("the key file {} cannot be written: {source}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gives no random bytes: {what}")]
    NoRandomness {
        /// What it says.
        what: String,
    },
}

impl KeyFileError {
    /// The error's name in message catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Damaged { .. } => "key-file-damaged",
            Self::NoRandomness { .. } => "key-file-no-randomness",
            Self::Unreadable { .. } => "key-file-unreadable",
            Self::Unwritable { .. } => "key-file-unwritable",
        }
    }

    fn is_missing(&self) -> bool {
        matches!(self, Self::Unreadable { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}

/// Reads the key at `path`. A damaged one is restored from its copy; a missing one is not, since somebody
/// may have moved it away to get another.
///
/// # Errors
/// [`KeyFileError`]. A damaged file is never replaced but by its own copy, and kept even then.
pub(crate) fn load_or_restore(path: &Path) -> Result<OfficeKey, KeyFileError> {
    match load(path) {
        Err(error @ KeyFileError::Damaged { .. }) => restore(path).ok_or(error),
        outcome => outcome,
    }
}

/// Reads the key at `path`, or makes one there when there is none. A damaged key is restored from its copy.
///
/// # Errors
/// [`KeyFileError`]. A file that is there is never replaced but by its own copy, and kept even then.
pub fn load_or_create(path: &Path) -> Result<OfficeKey, KeyFileError> {
    match load_or_restore(path) {
        Err(error) if error.is_missing() => create(path),
        outcome => outcome,
    }
}

/// Puts the copy of a key in its place, where something that is no file has taken that.
///
/// # Errors
/// When there is no copy that reads, or when it cannot be written.
pub(crate) fn bring_back(path: &Path) -> Result<(), KeyFileError> {
    load(&copy_of(path))?;
    let unwritable = |source| KeyFileError::Unwritable { path: path.to_owned(), source };
    let text = Zeroizing::new(fs::read(copy_of(path)).map_err(unwritable)?);
    replace_file(path, &text).map_err(unwritable)
}

/// Copies the key beside itself: one flipped bit must not cost the office its place. Only for a key that
/// belongs to the data that lie there, so that a foreign one never replaces the copy of the right one.
pub(crate) fn keep_copy(path: &Path) {
    if let Err(error) = copy(path) {
        tracing::warn!(%error, "the key has no copy beside it");
    }
}

/// Where the copy of a key lies.
pub(crate) fn copy_of(path: &Path) -> PathBuf {
    path.with_extension("key-copy")
}

/// Puts the copy in the place of a damaged key, which is kept under another name.
fn restore(path: &Path) -> Option<OfficeKey> {
    let key = load(&copy_of(path)).ok()?;
    let text = Zeroizing::new(fs::read(copy_of(path)).ok()?);
    let aside = path.with_extension("key-damaged");
    let kept = fs::copy(path, &aside).and_then(|_| make_private(&aside));
    match kept.and_then(|()| replace_file(path, &text)) {
        Ok(()) => tracing::error!(path = %path.display(), "the key was restored from its copy"),
        Err(error) => tracing::error!(%error, "the key was read from its copy"),
    }
    Some(key)
}

fn copy(path: &Path) -> io::Result<()> {
    let text = Zeroizing::new(fs::read(path)?);
    let copy = copy_of(path);
    let is_same = fs::read(&copy).is_ok_and(|found| Zeroizing::new(found) == text);
    // A key that was read from its copy is damaged still where it could not be written.
    if is_same || parse(&text).is_err() { Ok(()) } else { replace_file(&copy, &text) }
}

/// Puts the key file at `next` in the place of the one at `path`. The former one stays beside it,
/// `node.key.former-1` and so on; returns where, if there was one.
///
/// # Errors
/// [`KeyFileError::Unwritable`]. Doing it again goes on where it stopped.
pub fn replace(path: &Path, next: &Path) -> Result<Option<PathBuf>, KeyFileError> {
    let unwritable = |source| KeyFileError::Unwritable { path: path.to_owned(), source };
    let mut former = None;
    if path.exists() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let beside = (1_u32..)
            .map(|number| path.with_file_name(format!("{name}.former-{number}")))
            .find(|beside| !beside.exists())
            .ok_or_else(|| unwritable(io::ErrorKind::AlreadyExists.into()))?;
        std::fs::rename(path, &beside).map_err(unwritable)?;
        former = Some(beside);
    }
    std::fs::rename(next, path).map_err(unwritable)?;
    sync_folder(folder_of(path)).map_err(unwritable)?;
    Ok(former)
}

/// Reads the key at `path`. Logs a warning when other accounts of the machine can read it too.
///
/// # Errors
/// [`KeyFileError::Unreadable`], [`KeyFileError::Damaged`].
pub fn load(path: &Path) -> Result<OfficeKey, KeyFileError> {
    let unreadable = |source| KeyFileError::Unreadable { path: path.to_owned(), source };
    let file = File::open(path).map_err(unreadable)?;
    warn_if_open_to_others(path, &file).map_err(unreadable)?;
    let mut text = Zeroizing::new(Vec::with_capacity(MAX_LEN as usize));
    file.take(MAX_LEN).read_to_end(&mut text).map_err(unreadable)?;
    parse(&text).map_err(|what| KeyFileError::Damaged { path: path.to_owned(), what })
}

fn parse(text: &[u8]) -> Result<OfficeKey, &'static str> {
    let text = std::str::from_utf8(text).map_err(|_| "it is not text")?;
    let mut lines = text.lines();
    if lines.next() != Some(HEADER) {
        return Err("it does not begin with the name and version that this program knows");
    }
    let mut seed = Zeroizing::new([0; 32]);
    let secret = lines.next().ok_or("it is cut off")?.as_bytes();
    if HEXLOWER.decode_len(secret.len()) != Ok(seed.len()) {
        return Err("the secret has not 64 hexadecimal digits");
    }
    HEXLOWER
        .decode_mut(secret, seed.as_mut())
        .map_err(|_| "the secret has not 64 hexadecimal digits")?;
    let key = OfficeKey::from_seed(*seed);
    let public = lines.next().ok_or("it is cut off")?;
    if public != key.node_key().to_string() || lines.next().is_some() {
        return Err("the secret and the public key do not belong together");
    }
    Ok(key)
}

fn create(path: &Path) -> Result<OfficeKey, KeyFileError> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut())
        .map_err(|error| KeyFileError::NoRandomness { what: error.to_string() })?;
    let key = OfficeKey::from_seed(*seed);

    let unwritable = |source| KeyFileError::Unwritable { path: path.to_owned(), source };
    let folder = folder_of(path);
    // The temporary file is readable by its owner alone (0600) from the first moment on.
    let mut file = NamedTempFile::new_in(folder).map_err(unwritable)?;
    let secret = Zeroizing::new(HEXLOWER.encode(seed.as_ref()));
    for part in [HEADER, "\n", &secret, "\n", &key.node_key().to_string(), "\n"] {
        file.write_all(part.as_bytes()).map_err(unwritable)?;
    }
    file.as_file().sync_all().map_err(unwritable)?;
    match file.persist_noclobber(path) {
        Ok(_) => {
            sync_folder(folder).map_err(unwritable)?;
            Ok(key)
        }
        // Another process was faster: its key is the node's.
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => load(path),
        Err(error) => Err(unwritable(error.error)),
    }
}

#[cfg(unix)]
fn warn_if_open_to_others(path: &Path, file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let mode = file.metadata()?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        tracing::warn!(
            path = %path.display(),
            mode = format_args!("{mode:o}"),
            "other accounts of this machine can read the node's secret key; use chmod 600"
        );
    }
    Ok(())
}

/// On Windows the file inherits the access rules of the data directory in the user's profile.
#[cfg(not(unix))]
fn warn_if_open_to_others(_path: &Path, _file: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_from_then_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.key");
        let made = load_or_create(&path).unwrap().node_key();
        assert_eq!(load_or_create(&path).unwrap().node_key(), made);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

        let other = load_or_create(&folder.path().join("other.key")).unwrap().node_key();
        assert_ne!(other, made);
    }

    #[test]
    fn many_starting_at_once_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.key");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let start = || load_or_create(&path).unwrap().node_key();
            let starting: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            starting.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
    }

    #[test]
    fn a_damaged_file_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.key");
        load_or_create(&path).unwrap();
        let whole = fs::read(&path).unwrap();

        let mut damaged: Vec<Vec<u8>> =
            (0..whole.len() - 1).map(|end| whole[..end].to_vec()).collect();
        damaged.extend((0..whole.len() - 1).map(|at| {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            flipped
        }));
        damaged.push([whole.as_slice(), b"more\n"].concat());
        damaged.push(vec![0xff; 4096]);
        for bytes in damaged {
            fs::write(&path, &bytes).unwrap();
            let error = load_or_create(&path).unwrap_err();
            assert!(matches!(error, KeyFileError::Damaged { .. }), "{error}");
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
    }

    #[test]
    fn a_damaged_key_is_restored_from_its_copy_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.key");
        let made = load_or_create(&path).unwrap().node_key();
        let whole = fs::read(&path).unwrap();
        keep_copy(&path);
        for end in [0, 40, whole.len() - 2] {
            fs::write(&path, &whole[..end]).unwrap();
            assert_eq!(load_or_restore(&path).unwrap().node_key(), made);
            assert_eq!(fs::read(&path).unwrap(), whole);
            assert_eq!(fs::read(folder.path().join("node.key-damaged")).unwrap(), whole[..end]);
        }
        // The copy is mended as well.
        fs::write(copy_of(&path), "damaged").unwrap();
        keep_copy(&path);
        assert_eq!(fs::read(copy_of(&path)).unwrap(), whole);
        // Whoever moved the key away wants another one.
        fs::remove_file(&path).unwrap();
        assert!(load_or_restore(&path).unwrap_err().is_missing());
        assert_ne!(load_or_create(&path).unwrap().node_key(), made);
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_that_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = load_or_create(&folder.path().join("no/node.key")).unwrap_err();
        assert!(matches!(error, KeyFileError::Unwritable { .. }), "{error}");
        assert!(error.to_string().contains("node.key"));
    }

    #[test]
    fn a_folder_in_the_key_s_place_is_unreadable() {
        let folder = tempfile::tempdir().unwrap();
        let error = load_or_create(folder.path()).unwrap_err();
        assert!(matches!(error, KeyFileError::Unreadable { .. }), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_the_file() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.key");
        load_or_create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_still_works() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.key");
        let made = load_or_create(&path).unwrap().node_key();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(load(&path).unwrap().node_key(), made);
    }
}
