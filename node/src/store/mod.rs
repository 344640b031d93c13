//! The store of a node: sled 0.34.7 in a directory of its own.
//!
//! # What makes it durable
//!
//! sled's `flush` on Linux ends in `sync_file_range`, which writes no metadata and does not empty the
//! disk's cache. So a commit is one atomic batch on **one** tree, `flush`, and an fsync of sled's log.
//! What sled finds after a power cut is a beginning of its log in which a batch is whole or missing; the
//! fsync puts everything acknowledged into that beginning. Large values (snapshots) are written before
//! the batch that refers to them, in portions; what is no longer referred to is removed after it. That
//! keeps what is written between two fsyncs below half a segment of sled's log; `disk.rs` says what
//! happens otherwise. No value is large enough for sled's blob files, which are never synced. A batch of
//! more rows than can be written so (about 2,500 changes) is refused.
//!
//! # What makes it outlive damage
//!
//! sled takes damage in the midst of its log for the log's end. That the store then has fewer commits than
//! it had is found out by the journal (see `journal/`) and by a witness (see `witness.rs`). The journal holds
//! everything a second time and is fsynced in the same commit, at the same time as sled: each of both
//! suffices to go on. A store in which damage was found is set aside and read out (see `wreck.rs`). Where
//! the journal is damaged, sled's log is copied before sled opens it (see `before.rs`).
//!
//! # What keeps it from waiting for ever
//!
//! Whatever may wait inside sled is done by a thread that can be given up (see `lent.rs`).

mod batch;
mod before;
mod disk;
mod engine;
mod journal;
mod key;
mod lent;
mod open;
mod parts;
mod raw;
mod renew;
mod row;
mod sectors;
mod sweep;
mod upkeep;
mod witness;
mod wreck;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use automerge::{ActorId, ChangeHash};
use hopluu_protocol::id::DocId;
use hopluu_protocol::store::{Backend, DocSummary, StoreError, StoredChange, Write};

pub use journal::Pieces;
pub use open::{FORMAT, check_disk, mark_damaged, set_aside};
pub use parts::{Part, parts};
pub use wreck::{Wreck, has_room_to_read_out};

use batch::Plan;
use before::Before;
use disk::io_error;
use engine::Engine;
use journal::{Journal, Look, Rewrite, StoreId};
use lent::{Grasp, Lent};
use open::Lock;
use witness::{Witness, Witnessed};

/// Free space that a commit leaves on the disk, in bytes: what sled may need to open the store again.
const HEADROOM_BYTES: u64 = 8 << 20;

/// A store in a directory.
pub struct SledBackend {
    // In this order: sled is closed before the lock is given up.
    engine: Lent<Engine>,
    /// `None` when there was no room for one: then nothing is written.
    journal: Option<Journal>,
    /// While the journal is written anew.
    rewrite: Option<Rewrite>,
    /// Up to how many bytes the journal holds everything.
    small: u64,
    witness: Witness,
    dir: PathBuf,
    _lock: Lock,
}

impl SledBackend {
    /// Whether anything of a store lies in `dir`: sled's log, or the journal.
    pub fn is_at(dir: &Path) -> bool {
        let is_part = |name: &str| {
            ["db", journal::FOLDER, before::FOLDER].contains(&name)
                || name.starts_with(renew::FOLDER_PREFIX)
        };
        let entries = fs::read_dir(dir).into_iter().flatten().flatten();
        entries.into_iter().any(|entry| is_part(&entry.file_name().to_string_lossy()))
    }

    /// Opens the store in `dir`, or makes one there. No other process may hold it.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::ReadOnly`], [`StoreError::Format`]; [`StoreError::Full`] when
    /// there is no room for what sled writes at opening; [`StoreError::Damaged`] when it does not read as
    /// a store, or lost commits ([`set_aside`] moves it out of the way); [`StoreError::Io`] also when sled
    /// does not answer.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Self::open_with_headroom(dir, HEADROOM_BYTES)
    }

    /// As [`SledBackend::open`]; a commit that would leave less than `headroom` bytes free on the disk is
    /// refused with [`StoreError::Full`].
    ///
    /// # Errors
    /// As [`SledBackend::open`].
    pub fn open_with_headroom(dir: &Path, headroom: u64) -> Result<Self, StoreError> {
        Self::open_and_renew(dir, headroom, renew::large_bytes())
    }

    /// As [`SledBackend::open`], after a write of this process failed: the files are copied, as they can be
    /// read, before sled opens them.
    ///
    /// # Errors
    /// As [`SledBackend::open`].
    pub fn open_after_failure(dir: &Path) -> Result<Self, StoreError> {
        open::note_doubt(dir)?;
        Self::open(dir)
    }

    /// As [`SledBackend::open`]; a log of `large_bytes` is written anew if it holds little.
    fn open_and_renew(dir: &Path, headroom: u64, large_bytes: u64) -> Result<Self, StoreError> {
        fs::create_dir_all(dir)
            .map_err(|error| io_error("making the store's directory", &error))?;
        let lock = Lock::take(dir)?;
        open::check_mark(dir)?;
        let is_doubtful = open::is_doubtful(dir);
        let look = Look::at(dir)?;
        let (mut witness, witnessed) = Witness::open(dir)?;
        let before = Before::keep(dir, look.vouches(witnessed));
        let place = dir.to_owned();
        let make = move |grasp: Grasp| Engine::open(&place, headroom, large_bytes, grasp);
        let mut engine =
            Lent::make(make, open::limit(dir)).map_err(|error| given_up(dir, error))?;
        open::keep_private(dir);
        witness.id = settle(&mut engine, &look, witnessed)?;
        if let Some(before) = &before {
            before.check(engine.get()?.commits)?;
        }
        let is_current = look.is_whole
            && look.last >= engine.get()?.journaled
            && engine.get()?.is_kept_twice
            && look.id == Some(witness.id)
            && !is_doubtful;
        let dir = dir.to_owned();
        let (journal, rewrite, small) = (None, None, journal::SMALL_BYTES);
        let mut store = Self { engine, journal, rewrite, small, witness, dir, _lock: lock };
        if is_current {
            store.journal = Some(Journal::go_on(&store.dir, &look)?);
        }
        // A program that only ever runs for a moment has no idle ones.
        let is_kept_twice = match &store.journal {
            Some(journal) if !journal.is_neglected() => true,
            _ => store.write_journal_anew()?,
        };
        if let Some(before) = before
            && is_kept_twice
        {
            before.remove();
        }
        store.engine.run(|engine| {
            renew::tidy(&engine.disk);
            Ok(())
        })?;
        Ok(store)
    }

    /// Begins a journal and writes into it what the store holds. A disk that has no room for it keeps nobody
    /// from reading. Returns whether all of it was written.
    fn write_journal_anew(&mut self) -> Result<bool, StoreError> {
        let begun = self.begin_rewrite();
        let outcome = begun.and_then(|()| {
            while self.rewrite_some()? {}
            Ok(())
        });
        match outcome {
            Err(error @ (StoreError::Io { .. } | StoreError::Full)) => {
                tracing::error!(%error, "the journal could not be written anew");
                Ok(false)
            }
            outcome => outcome.map(|()| true),
        }
    }

    fn begin_rewrite(&mut self) -> Result<(), StoreError> {
        let engine = self.engine.get()?;
        engine.disk.check_room(open::SEGMENT_BYTES)?;
        let mut journal = Journal::begin(&self.dir, self.witness.id)?;
        self.rewrite = Some(Rewrite::begin(&mut journal, engine, self.small)?);
        self.journal = Some(journal);
        Ok(())
    }

    /// Writes some of the journal anew. Returns whether there is more to do.
    fn rewrite_some(&mut self) -> Result<bool, StoreError> {
        let (Some(mut rewrite), Some(journal)) = (self.rewrite.take(), &mut self.journal) else {
            return Ok(false);
        };
        let engine = self.engine.get()?;
        engine.disk.check_room(open::SEGMENT_BYTES)?;
        let is_more = rewrite.step(journal, engine)?;
        self.rewrite = is_more.then_some(rewrite);
        Ok(is_more)
    }

    /// The journal, of which an earlier attempt may have found no room.
    fn journal(&mut self) -> Result<&mut Journal, StoreError> {
        if self.journal.is_none() {
            self.begin_rewrite().map_err(|error| match error {
                StoreError::Io { what } => {
                    tracing::error!(what, "no journal can be made");
                    StoreError::Full
                }
                error => error,
            })?;
        }
        self.journal.as_mut().ok_or(StoreError::Full)
    }
}

/// What it means that sled did not open. Its thread may stand there still, with its files locked.
fn given_up(dir: &Path, error: StoreError) -> StoreError {
    match error {
        StoreError::Io { what } if what.starts_with(lent::SILENT) => {
            // On a disk that is well it is damaged pages that sled does not come to an end with.
            if check_disk(dir).is_ok() {
                return StoreError::Damaged { what };
            }
            if let Err(error) = open::note_doubt(dir) {
                tracing::error!(%error, "it could not be noted that the store did not open");
            }
            StoreError::Io { what }
        }
        // Nor will it ever open where a sector of its log is gone.
        StoreError::Io { what } if is_worn(dir) && check_disk(dir).is_ok() => {
            StoreError::Damaged { what }
        }
        error => error,
    }
}

/// Whether the disk does not give all of sled's log back.
fn is_worn(dir: &Path) -> bool {
    renew::sled_dir(dir).is_ok_and(|place| sectors::is_bad(&place.join("db")))
}

/// Compares what sled has with what lies beside it. Returns the store's name.
fn settle(
    engine: &mut Lent<Engine>,
    look: &Look,
    witnessed: Witnessed,
) -> Result<StoreId, StoreError> {
    let (commits, id) = (engine.get()?.commits, engine.get()?.id);
    let differs = |other: Option<StoreId>| id.is_some() && other.is_some() && other != id;
    if differs(look.id) || differs(witnessed.id) {
        return Err(StoreError::Damaged { what: "its files belong to different stores".into() });
    }
    if commits < witnessed.commits || commits + 1 < look.last {
        let had = witnessed.commits.max(look.last);
        let what = format!("it has had {had} commits, and {commits} are left");
        return Err(StoreError::Damaged { what });
    }
    if commits < look.last {
        let (last, writes) = (look.last, look.writes.clone());
        engine.run(move |engine| engine.catch_up(last, &writes))?;
    }
    match id {
        Some(id) => Ok(id),
        None => {
            let mut id = look.id.or(witnessed.id).unwrap_or_default();
            if id == StoreId::default() {
                getrandom::fill(&mut id).map_err(|error| StoreError::Io {
                    what: format!("the operating system gives no random bytes: {error}"),
                })?;
            }
            engine.run(move |engine| engine.name(id))?;
            Ok(id)
        }
    }
}

impl Backend for SledBackend {
    fn documents(&self) -> Result<BTreeMap<DocId, DocSummary>, StoreError> {
        self.engine.get()?.documents()
    }

    fn snapshot(&self, doc: &DocId) -> Result<Option<Vec<u8>>, StoreError> {
        self.engine.get()?.snapshot(doc)
    }

    fn changes(
        &self,
        doc: &DocId,
        from: u32,
        max_bytes: usize,
    ) -> Result<Vec<StoredChange>, StoreError> {
        self.engine.get()?.changes(doc, from, max_bytes)
    }

    fn position(&self, doc: &DocId, hash: &ChangeHash) -> Result<Option<u32>, StoreError> {
        self.engine.get()?.position(doc, hash)
    }

    fn clock(&self, doc: &DocId) -> Result<BTreeMap<ActorId, u64>, StoreError> {
        self.engine.get()?.clock(doc)
    }

    fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.engine.get()?.meta(key)
    }

    fn meta_under(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.engine.get()?.meta_under(prefix)
    }

    fn commit(&mut self, batch: &[Write]) -> Result<(), StoreError> {
        if batch.is_empty() {
            return Ok(());
        }
        let engine = self.engine.get()?;
        let number = engine.commits + 1;
        let body = Journal::body(batch);
        let journaled = if body.is_empty() { engine.journaled } else { number };
        let plan = Plan::new(&engine.disk, engine.next_large, batch)?;
        let planned = plan.finish(number, journaled)?;
        engine.disk.check_room(planned.bytes() + body.len())?;
        self.journal()?;
        // Two disks' worth of waiting at once: neither of both counts before both are done.
        let written = self.engine.begin(|engine| engine.write(planned))?;
        let noted = match &mut self.journal {
            Some(journal) if !body.is_empty() => journal.commit(number, &body),
            _ => Ok(()),
        };
        let written = self.engine.end(written).flatten();
        if let Err(error) = noted.and(written) {
            if let Err(error) = open::note_doubt(&self.dir) {
                tracing::error!(%error, "it could not be noted that a write failed");
            }
            return Err(error);
        }
        self.witness.note(number, journaled)?;
        // The batch is durable; what it replaced can go.
        if batch.iter().any(|write| matches!(write, Write::Snapshot { .. } | Write::Meta { .. })) {
            self.engine.run(|engine| sweep::sweep(&engine.disk))?;
        }
        Ok(())
    }

    fn upkeep(&mut self) -> Result<bool, StoreError> {
        if self.rewrite.is_some() {
            return match self.rewrite_some() {
                Ok(_) => Ok(true),
                // What was begun is a journal all the same, with those before it.
                Err(StoreError::Full) => Ok(false),
                Err(error) => Err(error),
            };
        }
        if self.journal.as_ref().is_some_and(Journal::is_overgrown) {
            return match self.begin_rewrite() {
                Ok(()) => Ok(true),
                Err(StoreError::Full) => Ok(false),
                Err(error) => Err(error),
            };
        }
        self.engine.run(Engine::keep_up)
    }
}

impl fmt::Debug for SledBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SledBackend").field("dir", &self.dir).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
