//! What a store holds, written into a new file of its journal a little at a time.

use std::collections::BTreeMap;

use hopluu_protocol::id::DocId;
use hopluu_protocol::store::{StoreError, Write};
use hopluu_protocol::sync::acknowledged_prefix;

use super::Journal;
use super::record::{self, Entry, Kind};
use crate::store::engine::Engine;

/// About so many bytes are written in a step.
const STEP_BYTES: usize = 256 * 1024;

/// What the names of values begin with that are about peers, and the first name after those.
pub(super) const PEERS: &str = "peer/";
const AFTER_PEERS: &str = "peer0";

/// A rewriting under way.
pub(in crate::store) struct Rewrite {
    /// What is still to be written.
    docs: std::vec::IntoIter<DocId>,
    /// The document that is being written, and from which position on.
    at: Option<(DocId, u32)>,
    /// Up to which position another machine has a document.
    elsewhere: BTreeMap<DocId, u32>,
    /// Up to how many bytes everything is written, whoever else has it.
    small: u64,
    written: u64,
}

impl Rewrite {
    /// Writes the values outside the documents, and looks which documents there are.
    ///
    /// # Errors
    /// When the store does not read or the disk fails.
    pub(in crate::store) fn begin(
        journal: &mut Journal,
        engine: &Engine,
        small: u64,
    ) -> Result<Self, StoreError> {
        let mut body = Vec::new();
        // All but what peers have acknowledged, which a hub has a great many of.
        let before = engine.meta_while("", |name| name < PEERS.as_bytes())?;
        let after = engine.meta_while(AFTER_PEERS, |_| true)?;
        for (key, value) in before.into_iter().chain(after) {
            record::put(&mut body, &Entry::Write(Write::Meta { key, value: Some(value) }));
        }
        journal.put(Kind::State, engine.commits, &body)?;
        let mut elsewhere = BTreeMap::new();
        if engine.disk.log_bytes()? > small {
            for (key, value) in engine.meta_under(PEERS)? {
                if let Some((doc, prefix)) = acknowledged_prefix(&key, &value) {
                    let known: &mut u32 = elsewhere.entry(doc).or_default();
                    *known = prefix.max(*known);
                }
            }
        }
        let docs: Vec<DocId> = engine.documents()?.into_keys().collect();
        Ok(Self { docs: docs.into_iter(), at: None, elsewhere, small, written: 0 })
    }

    /// Writes some more. Returns whether there is more to do.
    ///
    /// # Errors
    /// As [`Rewrite::begin`].
    pub(in crate::store) fn step(
        &mut self,
        journal: &mut Journal,
        engine: &Engine,
    ) -> Result<bool, StoreError> {
        let mut body = Vec::new();
        while body.len() < STEP_BYTES {
            match self.at.take() {
                Some((doc, from)) => self.put_changes(&mut body, engine, doc, from)?,
                None => match self.docs.next() {
                    Some(doc) => self.put_beginning(&mut body, engine, doc)?,
                    None => {
                        self.put_state(journal, engine, &body)?;
                        journal.finish(engine.commits)?;
                        return Ok(false);
                    }
                },
            }
        }
        self.put_state(journal, engine, &body)?;
        journal.sync()?;
        Ok(true)
    }

    fn put_state(
        &mut self,
        journal: &mut Journal,
        engine: &Engine,
        body: &[u8],
    ) -> Result<(), StoreError> {
        self.written = self.written.saturating_add(body.len() as u64);
        journal.put(Kind::State, engine.commits, body)
    }

    fn put_beginning(
        &mut self,
        body: &mut Vec<u8>,
        engine: &Engine,
        doc: DocId,
    ) -> Result<(), StoreError> {
        let is_small = self.written < self.small;
        let known = self.elsewhere.get(&doc).copied().filter(|_| !is_small).unwrap_or_default();
        let covers = engine.row_of(&doc)?.map_or(0, |row| row.in_snapshot);
        if covers > known
            && let Some(bytes) = engine.snapshot(&doc)?
        {
            let write = Write::Snapshot { doc: doc.clone(), covers, bytes };
            record::put(body, &Entry::Write(write));
        }
        self.at = Some((doc, known.max(covers)));
        Ok(())
    }

    fn put_changes(
        &mut self,
        body: &mut Vec<u8>,
        engine: &Engine,
        doc: DocId,
        from: u32,
    ) -> Result<(), StoreError> {
        let changes = engine.changes(&doc, from, STEP_BYTES)?;
        let next = changes.last().map(|last| last.position.saturating_add(1));
        for change in changes {
            record::put(body, &Entry::Stored(doc.clone(), change));
        }
        self.at = next.map(|next| (doc, next));
        Ok(())
    }
}
