//! Many offices in one process, each with a directory of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use anyhow::Result;
use hopluu_node::data_dir::DataDir;
use hopluu_node::node::Node;
use hopluu_node::transport::Traffic;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::edits::Edit;
use crate::office;

/// How many work at a time: mostly they wait for the hub's answers.
const AT_A_TIME: usize = 64;

/// How many join at a time. Whoever is connected is told of each that joins, and reads the whole roster again:
/// a thousand by 64 at a time were told 64,000 times.
const JOIN_AT_A_TIME: usize = 4;

/// How often is looked whether the hub has everything.
const LOOK: Duration = Duration::from_millis(20);

pub(crate) struct Crowd {
    folder: PathBuf,
    nodes: Vec<Arc<Node>>,
    in_sync_at: Arc<AtomicU64>,
}

impl Crowd {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, nodes: Vec::new(), in_sync_at: Arc::default() }
    }

    fn data(&self, number: usize) -> DataDir {
        DataDir::new(self.folder.join(number.to_string()))
    }

    /// Lets a node join with each invitation.
    pub(crate) async fn join(&self, invitations: &[String]) -> Result<()> {
        let mut joining = JoinSet::new();
        for (number, invitation) in invitations.iter().enumerate() {
            let (data, invitation) = (self.data(number), invitation.clone());
            joining.spawn(async move { office::join(&data, &invitation).await });
            if joining.len() == JOIN_AT_A_TIME
                && let Some(joined) = joining.join_next().await
            {
                joined??;
            }
        }
        while let Some(joined) = joining.join_next().await {
            joined??;
        }
        Ok(())
    }

    /// Has each that joined do the same work and bring it to the hub.
    pub(crate) async fn work(&self, edits: &[Edit]) -> Result<()> {
        let mut working = JoinSet::new();
        for number in 0.. {
            let data = self.data(number);
            if !data.key_file().exists() {
                break;
            }
            let edits = edits.to_vec();
            working.spawn(async move {
                office::sitting(&data, edits).await?;
                let node = office::opened(&data).await?;
                let staying = tokio::spawn(node.clone().stay_connected());
                while node.status().await?.unacknowledged > 0 {
                    tokio::time::sleep(LOOK).await;
                }
                staying.abort();
                node.leave().await?;
                anyhow::Ok(())
            });
            if working.len() == AT_A_TIME
                && let Some(worked) = working.join_next().await
            {
                worked??;
            }
        }
        while let Some(worked) = working.join_next().await {
            worked??;
        }
        Ok(())
    }

    /// Opens all and keeps them connected.
    pub(crate) async fn connect(&mut self, count: usize) -> Result<()> {
        for number in 0..count {
            let node = office::opened(&self.data(number)).await?;
            let notes = node.keeper().notes();
            tokio::spawn(office::note_in_sync(notes, self.in_sync_at.clone()));
            tokio::spawn(node.clone().stay_connected());
            self.nodes.push(node);
        }
        Ok(())
    }

    /// What all have sent and received, and when the last was in sync.
    pub(crate) fn traffic(&self) -> Value {
        let sum = self.nodes.iter().fold(Traffic::default(), |sum, node| sum + node.traffic());
        office::traffic(sum, self.in_sync_at.load(Relaxed))
    }
}
