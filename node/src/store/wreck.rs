//! What can still be read of a store that was set aside.
//!
//! Three ways are gone, and what each finds is put together: the journal; sled, over a copy, since it changes
//! what it opens; and the bytes of sled's log (see `raw.rs`). The last two are gone over its copy too, where
//! one was made before sled opened it (see `before.rs`). Each row and record has its own checksum: what
//! reads, reads as it was written, whatever happened to what lay around it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use automerge::ChangeHash;
use hopluu_protocol::id::DocId;
use hopluu_protocol::store::StoreError;

use super::disk::{Disk, free_space, io_error};
use super::journal::{Pieces, StoreId, Twin};
use super::lent::Lent;
use super::open::{self, open_disk};
use super::raw::{self, Bodies};
use super::row::{DocRow, Large, Value, take};
use super::witness::Witness;
use super::{HEADROOM_BYTES, before, key, renew, sectors};

/// How long sled may take to read a copy. It has been seen to go round in circles over damaged pages.
const READ_LIMIT: Duration = Duration::from_secs(120);

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

/// All that could be read of a store.
#[derive(Debug, Default)]
pub struct Wreck {
    docs: BTreeMap<DocId, Pieces>,
    meta: BTreeMap<String, Option<Vec<u8>>>,
    lost_commits: u64,
}

impl Wreck {
    /// Reads out the store that was set aside; `None` when nothing in it can be read. Copies are made at
    /// `scratch`.
    ///
    /// # Errors
    /// When a copy cannot be made, or a file not be opened: no room, no permission.
    pub fn read(aside: &Path, scratch: &Path) -> Result<Option<Self>, StoreError> {
        let twin = Twin::read(aside)?;
        let mut parts: Vec<Twin> = Vec::new();
        for dir in sled_dirs(aside)? {
            // Either of both may know the newer of two versions of a row.
            let (raw, sled) = (raw_rows(&dir)?, sled_rows(&dir, scratch)?);
            parts.push(contents(&over(&raw, &sled)));
            parts.push(contents(&over(&sled, &raw)));
        }
        // The last is the newest, most likely.
        parts.sort_by_key(|part| part.commits);
        let id = own_id(aside, &twin, &parts);
        let of_sled = parts.iter().filter(|part| part.id == id).map(|part| part.commits).max();
        let holes = twin.holes;
        let mut wreck = Self::default();
        let mut latest = 0;
        // The journal last: of values it has the newest.
        for part in parts.into_iter().chain([twin]) {
            if part.id.is_some() && part.id != id {
                tracing::warn!("files of another store lie in the damaged one; they are not read");
                continue;
            }
            latest = latest.max(part.commits);
            wreck.meta.extend(part.meta);
            for (doc, pieces) in part.docs {
                wreck.docs.entry(doc).or_default().add(pieces);
            }
        }
        let witnessed = Witness::open(aside).map_or(0, |(_, witnessed)| witnessed.commits);
        wreck.lost_commits = witnessed.saturating_sub(latest);
        if of_sled.unwrap_or_default() < witnessed {
            // sled cannot stand in for what the journal lost.
            wreck.lost_commits = wreck.lost_commits.max(holes);
        }
        let is_empty = wreck.docs.is_empty() && wreck.meta.is_empty();
        Ok(if is_empty { None } else { Some(wreck) })
    }

    /// How many commits the store has had, at least, of which nothing was found, beside those of documents that
    /// are known to lack something.
    pub fn lost_commits(&self) -> u64 {
        self.lost_commits
    }

    /// The documents of which anything is left.
    pub fn documents(&self) -> BTreeSet<DocId> {
        self.docs.keys().cloned().collect()
    }

    /// What is intact of a document.
    pub fn pieces(&self, doc: &DocId) -> Pieces {
        self.docs.get(doc).cloned().unwrap_or_default()
    }

    /// The intact values outside the documents.
    pub fn meta(&self) -> Vec<(String, Vec<u8>)> {
        let values = self.meta.iter();
        values.filter_map(|(key, value)| Some((key.clone(), value.clone()?))).collect()
    }
}

/// The store's own name, where its files do not agree: what two of three say.
fn own_id(aside: &Path, twin: &Twin, parts: &[Twin]) -> Option<StoreId> {
    let witnessed = Witness::open(aside).ok().and_then(|(_, witnessed)| witnessed.id);
    // Several copies of one log are one voice.
    let of_sled: BTreeSet<StoreId> = parts.iter().filter_map(|part| part.id).collect();
    let said: Vec<StoreId> = [twin.id, witnessed].into_iter().flatten().chain(of_sled).collect();
    let times = |id: &StoreId| said.iter().filter(|other| *other == id).count();
    said.iter().max_by_key(|id| times(id)).copied()
}

/// The folders in which sled's files may lie: the one that counts may be what is not known any more.
fn sled_dirs(aside: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let failed = |error| io_error("looking into a damaged store", &error);
    let mut dirs = vec![aside.to_owned()];
    for entry in fs::read_dir(aside).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(renew::FOLDER_PREFIX) || name == before::FOLDER {
            dirs.push(path);
        }
    }
    dirs.sort_by_key(|dir| dir.to_string_lossy().len());
    dirs.retain(|dir| dir.join("db").is_file());
    Ok(dirs)
}

fn raw_rows(dir: &Path) -> Result<Bodies, StoreError> {
    let log = sectors::read(&dir.join("db"))
        .map_err(|error| io_error("reading a damaged log", &error))?;
    Ok(raw::rows(&log))
}

/// Some rows, and beside them those of others that they lack.
fn over(rows: &Bodies, others: &Bodies) -> Bodies {
    let mut all = others.clone();
    all.extend(rows.iter().map(|(key, body)| (key.clone(), body.clone())));
    all
}

/// The rows that sled finds.
fn sled_rows(dir: &Path, scratch: &Path) -> Result<Bodies, StoreError> {
    let mut rows = Bodies::new();
    // sled's table of pages may be what is damaged; without one it reads its whole log.
    for with_table in [true, false] {
        let copy = Copy::make(dir, scratch, with_table)?;
        let place = scratch.to_owned();
        let read = Lent::make(
            move |_| {
                let disk = open_disk(&place, &place, 0)?;
                let rows = all_rows(&disk);
                disk.close();
                Ok(rows)
            },
            READ_LIMIT,
        );
        let read = read.and_then(|mut read| read.run(|rows| Ok(std::mem::take(rows))));
        drop(copy);
        match read {
            Ok(found) => {
                rows.extend(found);
                break;
            }
            Err(error) => tracing::warn!(%error, with_table, "a damaged store does not open"),
        }
    }
    Ok(rows)
}

fn all_rows(disk: &Disk) -> Bodies {
    let rows = disk.scan(&[]);
    rows.filter_map(Result::ok).collect()
}

/// What rows tell.
fn contents(rows: &Bodies) -> Twin {
    let id = rows.get(key::ID).and_then(|body| StoreId::try_from(body.as_slice()).ok());
    let commits = rows.get(key::COMMITS).and_then(|body| body.as_slice().try_into().ok());
    let commits = commits.map_or(0, u64::from_le_bytes);
    let mut contents = Twin { id, commits, ..Twin::default() };
    for (key, body) in rows {
        let Some((kind, rest)) = key.split_at_checked(1) else { continue };
        match kind {
            key::META => {
                let value = Value::decode(key, body).ok().and_then(|value| resolve(rows, value));
                if let (Ok(name), Some(value)) = (String::from_utf8(rest.to_vec()), value) {
                    contents.meta.insert(name, Some(value));
                }
            }
            key::DOCS => {
                let doc = document(rest);
                if let (Some(doc), Ok(row)) = (doc, DocRow::decode(key, body)) {
                    let pieces = contents.docs.entry(doc).or_default();
                    pieces.count = pieces.count.max(row.changes);
                    let snapshot = row.snapshot.and_then(|large| assemble(rows, large));
                    pieces.snapshots.extend(snapshot);
                }
            }
            key::CHANGES => {
                if let Some((doc, position, hash, bytes)) = change(rows, key, rest, body) {
                    contents.docs.entry(doc).or_default().add_change(position, hash, bytes);
                }
            }
            _ => {}
        }
    }
    contents
}

fn change(
    rows: &Bodies,
    key: &[u8],
    rest: &[u8],
    body: &[u8],
) -> Option<(DocId, u32, ChangeHash, Vec<u8>)> {
    let (name, position) = rest.split_last_chunk()?;
    let doc = document(name.strip_suffix(&[0])?)?;
    let mut value = body;
    let hash = ChangeHash(take(key, &mut value).ok()?);
    let bytes = resolve(rows, Value::decode(key, value).ok()?)?;
    Some((doc, u32::from_be_bytes(*position), hash, bytes))
}

fn document(name: &[u8]) -> Option<DocId> {
    std::str::from_utf8(name).ok()?.parse().ok()
}

fn resolve(rows: &Bodies, value: Value) -> Option<Vec<u8>> {
    match value {
        Value::Inline(bytes) => Some(bytes),
        Value::Large(large) => assemble(rows, large),
    }
}

fn assemble(rows: &Bodies, large: Large) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for key in large.part_keys() {
        bytes.extend(rows.get(&key)?);
    }
    (bytes.len() as u64 == large.bytes).then_some(bytes)
}

/// A copy of sled's files. Removed when dropped.
#[derive(Debug)]
struct Copy(PathBuf);

impl Copy {
    fn make(from: &Path, scratch: &Path, with_table: bool) -> Result<Self, StoreError> {
        let failed = |error| io_error("copying a damaged store", &error);
        remove(scratch).map_err(failed)?;
        fs::create_dir(scratch).map_err(failed)?;
        let copy = Self(scratch.to_owned());
        for entry in fs::read_dir(from).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().unwrap_or_default();
            let is_table = name.to_string_lossy().starts_with("snap.");
            if name == "db" || (is_table && with_table) {
                let bytes = sectors::read(&path).map_err(failed)?;
                fs::write(scratch.join(name), bytes).map_err(failed)?;
            }
        }
        open::settle_conf(scratch)?;
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
