//! What was measured, kept beside the build, so that a run of one row leaves the others in the page.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::peer::Peer;
use crate::rows::{Outcome, Row, Scale};

/// The last outcome of each row and peer.
pub(crate) struct Results {
    path: PathBuf,
    /// By the row's title.
    rows: BTreeMap<String, Vec<Outcome>>,
}

impl Results {
    /// What earlier runs have measured.
    pub(crate) fn of_earlier_runs(scale: Scale) -> Result<Self> {
        let name = if scale.quick { "compared-quick.json" } else { "compared.json" };
        let path = std::env::current_exe()?.parent().context("no folder")?.join(name);
        let rows = match fs::read(&path) {
            // Of another version: measured again.
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
            Err(_) => BTreeMap::new(),
        };
        Ok(Self { path, rows })
    }

    /// Keeps an outcome.
    pub(crate) fn put(&mut self, row: &Row, outcome: Outcome) -> Result<()> {
        let outcomes = self.rows.entry(row.title.clone()).or_default();
        outcomes.retain(|other| other.peer != outcome.peer);
        outcomes.push(outcome);
        Ok(fs::write(&self.path, serde_json::to_vec_pretty(&self.rows)?)?)
    }

    /// What came of a row the last time.
    pub(crate) fn of_peer(&self, row: &Row, peer: Peer) -> Option<&Outcome> {
        self.rows.get(&row.title)?.iter().find(|outcome| outcome.peer == peer)
    }

    /// The outcomes of a row, in everybody's order.
    pub(crate) fn of(&self, row: &Row) -> Vec<&Outcome> {
        let outcomes = self.rows.get(&row.title);
        Peer::ALL
            .into_iter()
            .filter_map(|peer| outcomes?.iter().find(|outcome| outcome.peer == peer))
            .collect()
    }
}
