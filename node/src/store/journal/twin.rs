//! All that a journal holds, read to refill a store.

use std::collections::BTreeMap;
use std::path::Path;

use automerge::ChangeHash;
use hopluu_protocol::id::DocId;
use hopluu_protocol::store::{StoreError, Write};

use super::record::{self, Entry, Found, Kind};
use super::{FOLDER, StoreId, failed, files};
use crate::store::sectors;

/// What is intact of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    /// Snapshots, as automerge saved them.
    pub snapshots: Vec<Vec<u8>>,
    /// Changes by where they stood, as far as that is known.
    pub changes: BTreeMap<(u32, ChangeHash), Vec<u8>>,
    /// How many changes the document had at least.
    pub count: u32,
}

/// What a journal holds.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Twin {
    pub(in crate::store) id: Option<StoreId>,
    /// The latest commit of which anything is here.
    pub(in crate::store) commits: u64,
    pub(in crate::store) docs: BTreeMap<DocId, Pieces>,
    pub(in crate::store) meta: BTreeMap<String, Option<Vec<u8>>>,
    /// Places between records that do not read: at least one record each, of nobody knows which documents.
    pub(in crate::store) holes: u64,
}

impl Pieces {
    /// Adds what another place has of the document.
    pub(in crate::store) fn add(&mut self, other: Self) {
        for snapshot in other.snapshots {
            if !self.snapshots.contains(&snapshot) {
                self.snapshots.push(snapshot);
            }
        }
        self.changes.extend(other.changes);
        self.count = self.count.max(other.count);
    }

    pub(in crate::store) fn add_change(&mut self, position: u32, hash: ChangeHash, bytes: Vec<u8>) {
        self.count = self.count.max(position.saturating_add(1));
        self.changes.insert((position, hash), bytes);
    }
}

impl Twin {
    /// Reads what is intact of the journal in a store's directory.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub(in crate::store) fn read(dir: &Path) -> Result<Self, StoreError> {
        let mut twin = Self::default();
        for (_, path) in files(&dir.join(FOLDER))? {
            let bytes = sectors::read(&path).map_err(failed)?;
            let mut holes = 0;
            for found in record::scan(&bytes) {
                let Found::Record(record) = found else {
                    holes += 1;
                    continue;
                };
                // What follows the last record may be what a power cut left of one that was not acknowledged.
                twin.holes += std::mem::take(&mut holes);
                twin.commits = twin.commits.max(record.commit);
                if record.kind == Kind::Begin {
                    twin.id = StoreId::try_from(record.body).ok().or(twin.id);
                    continue;
                }
                for entry in record::entries(record.body).unwrap_or_default() {
                    twin.add(entry);
                }
            }
        }
        Ok(twin)
    }

    fn add(&mut self, entry: Entry) {
        match entry {
            Entry::Write(Write::Append { doc, change, .. }) | Entry::Stored(doc, change) => {
                let pieces = self.docs.entry(doc).or_default();
                pieces.add_change(change.position, change.hash, change.bytes);
            }
            Entry::Write(Write::Snapshot { doc, covers, bytes }) => {
                let pieces = self.docs.entry(doc).or_default();
                pieces.count = pieces.count.max(covers);
                // A later one holds what an earlier one held.
                pieces.snapshots = vec![bytes];
            }
            Entry::Write(Write::Meta { key, value }) => {
                self.meta.insert(key, value);
            }
            Entry::Write(Write::Heads { .. }) => {}
        }
    }
}
