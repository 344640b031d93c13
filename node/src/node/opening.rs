//! How a node is opened: with the key that belongs to what lies there, or not at all.
//!
//! A key is never made in silence where a node's data lie. It would be another node's: the next edit could
//! not be sent, and what was written after it neither.

use super::*;
use crate::desk::Beside;
use crate::in_the_way;
use crate::key_file::{self, KeyFileError};

impl Node {
    /// Opens the node in a data directory, which must have been made by `init` or `join`.
    ///
    /// # Errors
    /// When there is no node in it, or its key is missing or another node's, when another process holds
    /// it, when key or store cannot be read.
    pub async fn open(dir: &DataDir) -> Result<Arc<Self>, Refusal> {
        Self::open_cleared(dir, found)
    }

    /// Opens the node in a data directory, or makes one where there is nothing: a fresh key and an empty
    /// store.
    ///
    /// # Errors
    /// As [`Node::open`]; when the directory cannot be written.
    pub async fn open_or_make(dir: &DataDir) -> Result<Arc<Self>, Refusal> {
        make_directory(dir.path())?;
        Self::open_cleared(dir, found_or_made)
    }

    /// Opens the node in a data directory so that it can join with an invitation. A key is made where there
    /// is none: the data that lie there stay and are this machine's under its new key.
    ///
    /// # Errors
    /// As [`Node::open_or_make`]; a key that the roster has in another unit is refused.
    pub async fn open_to_join(dir: &DataDir) -> Result<Arc<Self>, Refusal> {
        make_directory(dir.path())?;
        Self::open_cleared(dir, found_to_join)
    }

    /// Opens what is there once nothing stands in its way any more, and tells what did.
    fn open_cleared(
        dir: &DataDir,
        open: impl FnOnce(&DataDir) -> Result<(OfficeKey, Recovered), Refusal>,
    ) -> Result<Arc<Self>, Refusal> {
        let mut news = in_the_way::clear(dir)?;
        dir.keep_private();
        match open(dir) {
            Ok((key, mut recovered)) => {
                news.append(&mut recovered.news);
                recovered.news = news;
                Self::of(dir, key, recovered)
            }
            // Whoever holds the store is asked then.
            Err(refusal) if refusal.is("store-in-use") => Err(refusal),
            Err(mut refusal) => {
                refusal.problems.extend(news);
                Err(refusal)
            }
        }
    }

    /// Refuses a data directory that is known to be an office's.
    ///
    /// # Errors
    /// When it is one.
    pub fn must_be_hub(dir: &DataDir) -> Result<(), Refusal> {
        match Beside::read(dir).map(|beside| beside.membership) {
            Some(place) if !place.is_hub() => {
                let problem = Problem::new("new-key-at-office", "this node is not a hub");
                Err(Refusal::new(Reason::NotNow, problem.arg("unit", &place.unit)))
            }
            _ => Ok(()),
        }
    }

    /// Gives the hub in a data directory a new key. Its offices have to be invited again. Returns the new
    /// key and the file in which the former one lies, if there was one.
    ///
    /// # Errors
    /// When the node is not a hub, when another process holds it, or when it cannot be written.
    pub fn renew_hub_key(
        dir: &DataDir,
        name: &str,
        person: &str,
    ) -> Result<(NodeKey, Option<std::path::PathBuf>), Refusal> {
        if !dir.key_file().exists() && key_missing(dir).is_none() {
            let path = dir.path().display();
            let problem = Problem::new("no-node", format!("no node in {path}")).arg("path", path);
            return Err(Refusal::new(Reason::NotFound, problem));
        }
        let candidate = dir.next_key_file();
        let key = key_file::load_or_create(&candidate).map_err(|error| of_key(&error))?;
        let entered =
            opened(dir, &key).and_then(|mut recovered| recovered.desk.take_over_hub(name, person));
        if let Err(refusal) = entered {
            // The next try makes another one.
            drop(std::fs::remove_file(&candidate));
            return Err(refusal);
        }
        let former =
            key_file::replace(&dir.key_file(), &candidate).map_err(|error| of_key(&error))?;
        Ok((key.node_key(), former))
    }

    fn of(dir: &DataDir, key: OfficeKey, recovered: Recovered) -> Result<Arc<Self>, Refusal> {
        let Recovered { mut desk, news } = recovered;
        if desk.membership().is_ok() {
            key_file::keep_copy(&dir.key_file());
        }
        let epoch = desk.epoch(random()?)?;
        let keeper = Keeper::start(desk, epoch, tokio::runtime::Handle::current())?;
        Ok(Arc::new(Self {
            links: Links::new(keeper.clone()),
            networks: Networks::load(dir.networks_file()),
            contact: Contact::load(dir.contact_file(), now_ms),
            dir: dir.clone(),
            dialer: Mutex::new(None),
            listening: Mutex::new(None),
            dialing: tokio::sync::Mutex::default(),
            joining: tokio::sync::Mutex::default(),
            try_again: tokio::sync::Notify::default(),
            give_way: tokio::sync::Notify::default(),
            hub_changed: watch::Sender::new(()),
            next_call: Mutex::new(None),
            pictures: pages::Shelf::default(),
            key,
            keeper,
            news,
        }))
    }
}

/// The node that lies in a directory.
fn found(dir: &DataDir) -> Result<(OfficeKey, Recovered), Refusal> {
    if !dir.key_file().exists() {
        return Err(key_missing(dir).unwrap_or_else(|| {
            let path = dir.path().display();
            let problem = Problem::new("no-node", format!("no node in {path}"));
            Refusal::new(Reason::NotFound, problem.arg("path", path))
        }));
    }
    found_or_made(dir)
}

fn found_or_made(dir: &DataDir) -> Result<(OfficeKey, Recovered), Refusal> {
    let key = if dir.key_file().exists() {
        key_file::load_or_restore(&dir.key_file()).map_err(|error| of_key(&error))?
    } else if let Some(refusal) = key_missing(dir) {
        return Err(refusal);
    } else {
        key_file::load_or_create(&dir.key_file()).map_err(|error| of_key(&error))?
    };
    let mut recovered = opened(dir, &key)?;
    if recovered.desk.key_is_foreign() {
        return Err(key_foreign(dir, &key, &recovered.desk));
    }
    Ok((key, recovered))
}

/// The node that lies in a directory, with a new key where it has none.
fn found_to_join(dir: &DataDir) -> Result<(OfficeKey, Recovered), Refusal> {
    let beside = Beside::read(dir);
    let is_without_key = !dir.key_file().exists() && key_missing(dir).is_some();
    if is_without_key && beside.is_some_and(|beside| beside.membership.is_hub()) {
        // A hub does not join.
        return found(dir);
    }
    let key = key_file::load_or_create(&dir.key_file()).map_err(|error| of_key(&error))?;
    let mut recovered = opened(dir, &key)?;
    if recovered.desk.key_is_of_other_unit() {
        return Err(key_foreign(dir, &key, &recovered.desk));
    }
    if is_without_key {
        let problem = Problem::new("key-made", "a new key was made for the data that are here");
        recovered.news.push(problem.arg("key", key.node_key().short()));
    }
    Ok((key, recovered))
}

fn opened(dir: &DataDir, key: &OfficeKey) -> Result<Recovered, Refusal> {
    recovery::open(dir, key, random()?, now_ms, SledBackend::open)
}

fn of_key(error: &KeyFileError) -> Refusal {
    Refusal::new(Reason::Failed, Problem::from(error))
}

/// The refusal for a directory with a node's data and no key, if it is one.
fn key_missing(dir: &DataDir) -> Option<Refusal> {
    let beside = Beside::read(dir);
    if beside.is_none() && !dir.store().exists() && dir.stores_set_aside().is_empty() {
        return None;
    }
    let path = dir.key_file();
    let path = path.display();
    let detail = format!("{path} is missing");
    let problem = match beside.map(|beside| beside.membership) {
        None => Problem::new("key-missing", detail),
        Some(place) if place.is_hub() => {
            Problem::new("key-missing-hub", detail).arg("unit", place.unit)
        }
        Some(place) => Problem::new("key-missing-office", detail).arg("unit", place.unit),
    };
    Some(Refusal::new(Reason::NotNow, problem.arg("path", path)))
}

/// The refusal for a key that is not of the unit whose data lie here.
fn key_foreign(dir: &DataDir, key: &OfficeKey, desk: &Desk) -> Refusal {
    let path = dir.key_file();
    let (path, short) = (path.display(), key.node_key().short());
    let Ok(membership) = desk.membership() else {
        return Refusal::new(
            Reason::Failed,
            Problem::new("internal", "a foreign key without a place"),
        );
    };
    let detail = format!("{path}: {short} is not of {}", membership.unit);
    let problem = if membership.is_hub() {
        Problem::new("key-foreign-hub", detail)
    } else {
        Problem::new("key-foreign-office", detail)
    };
    let problem = problem.arg("path", path).arg("key", short).arg("unit", &membership.unit);
    Refusal::new(Reason::NotNow, problem)
}
