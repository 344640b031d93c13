//! A journal beside sled: everything that the store holds a second time, in plain files.
//!
//! sled keeps rows in pages that it moves about; one bit can cost all that came after it. The journal is
//! only ever appended to, and each of its records stands by itself (see `record.rs`). It is fsynced in the
//! same commit as sled's log. So either of both suffices to go on, offline: what sled has lost is taken from
//! here, and what is lost here is written anew from sled.
//!
//! Files are numbered. A new one is begun when the last has grown out of proportion: commits go to it from
//! then on, and what the store holds is added to it a little at a time. When all of it is there, those
//! before are removed. All files that are there are read, so this can be cut short anywhere.
//!
//! A store of more than [`SMALL_BYTES`] leaves out what another machine has acknowledged, which comes back
//! from there.

mod record;
mod rewrite;
mod twin;

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use hopluu_protocol::store::{StoreError, Write};

use super::disk::io_error;
use super::sectors;
use super::witness::Witnessed;
use crate::durable::{make_private, sync_folder};
use record::{Entry, Found, Kind};
pub(super) use rewrite::Rewrite;
pub use twin::Pieces;
pub(super) use twin::Twin;

/// Up to this size a store is kept twice in whole.
pub(super) const SMALL_BYTES: u64 = 64 << 20;

/// A journal that has grown by less than this, in bytes, is left as it is.
const WORTH_BYTES: u64 = 1 << 20;

/// The folder, below the store's.
pub(super) const FOLDER: &str = "journal";

/// What tells stores apart.
pub(super) type StoreId = [u8; 16];

/// A journal that is appended to.
pub(super) struct Journal {
    folder: PathBuf,
    file: File,
    number: u64,
    /// How long the file is, and how long it was when it held the store and nothing else.
    bytes: u64,
    fresh: u64,
}

/// What was found of a journal when the store was opened.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// Of which store it is, if that can be read.
    pub(super) id: Option<StoreId>,
    /// The last commit that it knows of.
    pub(super) last: u64,
    /// What that commit wrote.
    pub(super) writes: Vec<Write>,
    /// Whether all that was written reads, and holds all that the store held.
    pub(super) is_whole: bool,
    newest: u64,
    /// How long the newest file was when it held the store and nothing else.
    fresh: u64,
}

impl Look {
    /// Looks at the journal of a store.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub(super) fn at(dir: &Path) -> Result<Self, StoreError> {
        let mut look = Self::default();
        let (mut is_intact, mut ids) = (true, Vec::new());
        for (number, path) in files(&dir.join(FOLDER))? {
            let bytes = sectors::read(&path).map_err(failed)?;
            (look.newest, look.fresh) = (number, 0);
            is_intact &= !bytes.is_empty();
            for found in record::scan(&bytes) {
                let Found::Record(record) = found else {
                    is_intact = false;
                    continue;
                };
                match record.kind {
                    Kind::Begin => ids.extend(StoreId::try_from(record.body)),
                    Kind::Whole => (look.is_whole, look.fresh) = (true, record.end as u64),
                    Kind::State => {}
                    Kind::Commit if record.commit > look.last => {
                        let entries = record::entries(record.body).unwrap_or_default();
                        look.writes = entries.into_iter().filter_map(Entry::into_write).collect();
                    }
                    Kind::Commit => {}
                }
                look.last = look.last.max(record.commit);
            }
        }
        look.id = ids.last().copied();
        look.is_whole &= is_intact && ids.iter().all(|id| Some(*id) == look.id);
        Ok(look)
    }

    /// Whether the journal has all that the store was given, so that sled's log may be lost.
    pub(super) fn vouches(&self, witnessed: Witnessed) -> bool {
        let is_same = witnessed.id.is_none() || witnessed.id == self.id;
        self.is_whole && is_same && self.last >= witnessed.journaled
    }
}

impl Journal {
    /// Goes on with a journal that is whole.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub(super) fn go_on(dir: &Path, look: &Look) -> Result<Self, StoreError> {
        let folder = dir.join(FOLDER);
        let path = path_of(&folder, look.newest);
        let file = OpenOptions::new().append(true).open(path).map_err(failed)?;
        // A process that was killed may have left what only the operating system knows of.
        file.sync_all().map_err(failed)?;
        let bytes = file.metadata().map_err(failed)?.len();
        Ok(Self { folder, file, number: look.newest, bytes, fresh: look.fresh })
    }

    /// Begins a file after all others. What the store holds is to follow ([`Rewrite`]).
    ///
    /// # Errors
    /// When it cannot be made.
    pub(super) fn begin(dir: &Path, id: StoreId) -> Result<Self, StoreError> {
        let folder = dir.join(FOLDER);
        let made = match fs::create_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            made => made.and_then(|()| sync_folder(dir)),
        };
        made.map_err(failed)?;
        make_private(&folder).map_err(failed)?;
        let number = files(&folder)?.last().map_or(1, |(number, _)| number.saturating_add(1));
        let path = path_of(&folder, number);
        let file = OpenOptions::new().append(true).create_new(true).open(&path).map_err(failed)?;
        make_private(&path).map_err(failed)?;
        let mut journal = Self { folder, file, number, bytes: 0, fresh: 0 };
        journal.put(Kind::Begin, 0, &id)?;
        journal.sync()?;
        sync_folder(&journal.folder).map_err(failed)?;
        Ok(journal)
    }

    /// What a commit is to leave in a journal: all of it, so that it can be made again; nothing of one that
    /// says nothing new.
    pub(super) fn body(batch: &[Write]) -> Vec<u8> {
        let is_new = |write: &Write| match write {
            Write::Append { .. } | Write::Heads { .. } => true,
            // What peers have acknowledged is found out again; a snapshot holds what the journal has.
            Write::Meta { key, .. } => !key.starts_with(rewrite::PEERS),
            Write::Snapshot { .. } => false,
        };
        let mut body = Vec::new();
        if batch.iter().any(is_new) {
            for write in batch {
                record::put(&mut body, &Entry::Write(write.clone()));
            }
        }
        body
    }

    /// Takes a commit, and returns when that would survive a power cut.
    ///
    /// # Errors
    /// When the disk fails; nobody knows then what it took.
    pub(super) fn commit(&mut self, number: u64, body: &[u8]) -> Result<(), StoreError> {
        self.put(Kind::Commit, number, body)?;
        self.sync()
    }

    /// Whether it is so large, for what it holds, that it is to be written anew.
    pub(super) fn is_overgrown(&self) -> bool {
        self.has_grown(1)
    }

    /// Whether it was left to grow by those who never had time to write it anew.
    pub(super) fn is_neglected(&self) -> bool {
        self.has_grown(4)
    }

    fn has_grown(&self, times: u64) -> bool {
        self.bytes.saturating_sub(self.fresh) >= times.saturating_mul(self.fresh.max(WORTH_BYTES))
    }

    fn put(&mut self, kind: Kind, commit: u64, body: &[u8]) -> Result<(), StoreError> {
        let record = record::seal(kind, commit, body);
        self.file.write_all(&record).map_err(failed)?;
        self.bytes = self.bytes.saturating_add(record.len() as u64);
        Ok(())
    }

    fn sync(&self) -> Result<(), StoreError> {
        self.file.sync_data().map_err(failed)
    }

    /// All that the store held when this file was begun is in it.
    fn finish(&mut self, commits: u64) -> Result<(), StoreError> {
        self.put(Kind::Whole, commits, &[])?;
        self.sync()?;
        self.fresh = self.bytes;
        let older = files(&self.folder)?;
        for (_, path) in older.into_iter().filter(|(number, _)| *number < self.number) {
            fs::remove_file(path).map_err(failed)?;
        }
        Ok(())
    }
}

impl Entry {
    fn into_write(self) -> Option<Write> {
        match self {
            Self::Write(write) => Some(write),
            Self::Stored(..) => None,
        }
    }
}

/// The files of a journal, oldest first.
fn files(folder: &Path) -> Result<Vec<(u64, PathBuf)>, StoreError> {
    let mut found = Vec::new();
    let entries = match fs::read_dir(folder) {
        Err(error) if is_absent(&error) => return Ok(found),
        entries => entries.map_err(failed)?,
    };
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if let Ok(number) = name.parse() {
            found.push((number, path));
        }
    }
    found.sort();
    Ok(found)
}

fn is_absent(error: &io::Error) -> bool {
    error.kind() == ErrorKind::NotFound || error.kind() == ErrorKind::NotADirectory
}

fn path_of(folder: &Path, number: u64) -> PathBuf {
    folder.join(number.to_string())
}

fn failed(error: io::Error) -> StoreError {
    io_error("the store's journal", &error)
}
