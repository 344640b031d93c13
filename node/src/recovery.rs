//! A node whose store is damaged starts all the same, or goes on.
//!
//! The damaged store is moved aside, never deleted, and an empty one takes its place. The node keeps its
//! key, and its place in the town, of which a copy lies beside the store. What is intact of the old store
//! is read out of it; what is not comes from the hub at the next sync, and a hub's from its offices.
//!
//! Each step can be cut short: a store that was set aside and not yet read out is read out at the next
//! start. So is a store from a backup that an administrator puts beside the others.

use std::path::{Path, PathBuf};

use hopluu_protocol::identity::OfficeKey;
use hopluu_protocol::store::{Store, StoreError};

use crate::data_dir::DataDir;
use crate::desk::{Desk, Salvaged};
use crate::durable::replace_file;
use crate::in_the_way;
use crate::problem::{Problem, Refusal};
use crate::store::{SledBackend, Wreck, set_aside};

/// In a store that was set aside: says that it has been read out, and what came of it.
const READ_OUT: &str = "read-out";

/// A desk, and what people are to be told about how it was opened.
pub(crate) struct Recovered {
    pub(crate) desk: Desk,
    pub(crate) news: Vec<Problem>,
}

/// How a store is opened.
pub(crate) type OpenStore = fn(&Path) -> Result<SledBackend, StoreError>;

/// Opens the desk in a data directory, whatever state its store is in. `open_store` opens a store.
///
/// # Errors
/// When the store is in use, cannot be reached, or is of a newer format: then nothing is moved. When the
/// new store cannot be used either.
pub(crate) fn open(
    dir: &DataDir,
    key: &OfficeKey,
    actor: [u8; 16],
    clock: fn() -> i64,
    open_store: OpenStore,
) -> Result<Recovered, Refusal> {
    let open_desk = || {
        let store = Store::new(open_store(&dir.store())?);
        Desk::open(store, key.clone(), actor, clock)
    };
    let mut news = in_the_way::clear(dir)?;
    if is_gone(dir) {
        let path = dir.store();
        tracing::warn!(path = %path.display(), "the store is gone; an empty one is made");
        let problem = Problem::new("store-gone", format!("{} is gone", path.display()));
        news.push(problem.arg("path", path.display()));
    }
    let mut desk = match open_desk() {
        Err(refusal) if refusal.is_damage() => {
            let aside = set_aside(&dir.store())?;
            tracing::warn!(%refusal, aside = %aside.display(), "a damaged store was set aside");
            let detail = format!("{} was set aside: {refusal}", aside.display());
            news.push(Problem::new("store-set-aside", detail).arg("path", aside.display()));
            open_desk()?
        }
        outcome => outcome?,
    };
    desk.move_in(dir)?;
    for aside in dir.stores_set_aside() {
        if !aside.join(READ_OUT).exists() {
            news.push(read_out(&mut desk, &aside, &dir.scratch())?);
        }
    }
    Ok(Recovered { desk, news })
}

/// Whether the node had a place in a town, and nothing is left of its store.
fn is_gone(dir: &DataDir) -> bool {
    dir.place_file().exists()
        && !SledBackend::is_at(&dir.store())
        && dir.stores_set_aside().is_empty()
}

/// What is to be told of as long as a store lies aside: nobody but people can say when it may go.
pub(crate) fn standing_problems(dir: &DataDir) -> Vec<Problem> {
    let tell = |aside: PathBuf| {
        let path = aside.display();
        Problem::new("store-lies-aside", format!("{path} was set aside")).arg("path", path)
    };
    dir.stores_set_aside().into_iter().map(tell).collect()
}

/// Takes in what can be read of a store that was set aside.
fn read_out(desk: &mut Desk, aside: &Path, scratch: &Path) -> Result<Problem, Refusal> {
    let path = aside.display();
    let wreck = match Wreck::read(aside, scratch) {
        Ok(wreck) => wreck,
        // Tried again at the next start.
        Err(error) => {
            tracing::warn!(%error, %path, "a store that was set aside cannot be read out now");
            return Ok(unreadable(aside, &error.to_string()));
        }
    };
    let (problem, summary) = match wreck {
        None => {
            let what = "nothing in it can be read";
            (unreadable(aside, what), format!("{what}\n"))
        }
        Some(wreck) => told(aside, desk.salvage(&wreck)?),
    };
    tracing::warn!(%problem.detail, "a store that was set aside has been read out");
    replace_file(&aside.join(READ_OUT), summary.as_bytes()).map_err(|error| StoreError::Io {
        what: format!("noting that {} was read out: {error}", aside.display()),
    })?;
    Ok(problem)
}

/// What came of it, for people and for the file that is kept.
fn told(aside: &Path, salvaged: Salvaged) -> (Problem, String) {
    let path = aside.display();
    let Salvaged { changes, waiting, missing } = salvaged;
    let detail = format!(
        "{changes} changes were read out of {path}, {waiting} more wait, {missing} are missing"
    );
    let problem = if missing + waiting == 0 {
        Problem::new("store-read-out", &detail)
    } else {
        let problem = Problem::new("store-read-out-in-part", &detail);
        problem.arg("waiting", waiting).arg("missing", missing)
    };
    let problem = problem.arg("path", path).arg("changes", changes);
    (problem, format!("{detail}\n"))
}

fn unreadable(aside: &Path, what: &str) -> Problem {
    let path = aside.display();
    Problem::new("store-unreadable", format!("{path}: {what}")).arg("path", path).arg("what", what)
}
