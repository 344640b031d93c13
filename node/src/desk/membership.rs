//! Where a node stands: its unit, whether it is the hub, and where the hub is found.

use hopluu_protocol::id::UnitCode;
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::invitation::HubAddress;
use hopluu_protocol::replica::Replica;
use hopluu_protocol::roster::Role;
use hopluu_protocol::store::Backend;
use serde::{Deserialize, Serialize};

use super::Desk;
use crate::data_dir::DataDir;
use crate::durable::replace_file;
use crate::problem::{Problem, Reason, Refusal};

/// The key under which it is stored.
const KEY: &str = "membership";

/// What a node knows of its own place. Not a document: it belongs to this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The unit that the node stands in.
    pub unit: UnitCode,
    /// What its people may do.
    pub role: Role,
    /// Hub or office.
    pub place: Place,
}

/// Hub or office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// This node is the hub.
    Hub,
    /// This node reports to a hub.
    Office {
        /// The hub's key, pinned by the invitation.
        hub_key: NodeKey,
        /// Where the hub is found, `host:port`.
        hub_addresses: Vec<HubAddress>,
    },
}

impl Membership {
    pub(super) fn read<B: Backend>(replica: &Replica<B>) -> Result<Option<Self>, Refusal> {
        let Some(bytes) = replica.meta(KEY)? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| {
            Refusal::new(Reason::Failed, Problem::new("store-damaged", error).arg("what", KEY))
        })
    }

    /// Where the hub is found, written; empty at the hub itself.
    pub fn hub_addresses(&self) -> Vec<String> {
        match &self.place {
            Place::Hub => Vec::new(),
            Place::Office { hub_addresses, .. } => {
                hub_addresses.iter().map(ToString::to_string).collect()
            }
        }
    }

    /// Whether both are the same place, wherever the hub is found.
    fn agrees_with(&self, other: &Self) -> bool {
        let hub = |membership: &Self| match &membership.place {
            Place::Hub => None,
            Place::Office { hub_key, .. } => Some(*hub_key),
        };
        self.unit == other.unit && hub(self) == hub(other)
    }

    /// Whether the node is the hub.
    pub fn is_hub(&self) -> bool {
        self.place == Place::Hub
    }
}

impl Desk {
    /// Takes a place for the time being: nothing is written. `None` gives it up again.
    ///
    /// # Errors
    /// When the node has another place already.
    pub(crate) fn consider_place(&mut self, place: Option<Membership>) -> Result<(), Refusal> {
        let settled = Membership::read(&self.replica)?;
        match (settled, place) {
            (None, place) => self.membership = place,
            (Some(settled), Some(place)) if !settled.agrees_with(&place) => {
                let detail = format!("this node stands in {}", settled.unit);
                let problem = Problem::new("already-a-member", detail).arg("unit", settled.unit);
                return Err(Refusal::new(Reason::NotNow, problem));
            }
            (Some(settled), None) => self.membership = Some(settled),
            (Some(_), place) => self.membership = place,
        }
        Ok(())
    }

    /// Takes a place for good. After that only its addresses may change: the documents belong to it.
    ///
    /// # Errors
    /// When the node has another place already.
    pub(crate) fn take_place(&mut self, membership: Membership) -> Result<(), Refusal> {
        let bytes = serde_json::to_vec(&membership)
            .map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))?;
        self.consider_place(Some(membership))?;
        self.place_unsaved = true;
        Ok(self.replica.set_meta(KEY, Some(bytes))?)
    }

    /// Takes note of where the store lies. A store that knows no place, since it is new where another was
    /// damaged or lost, gets the one that lies beside it; otherwise the copy beside it is brought up to
    /// date.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) fn move_in(&mut self, dir: &DataDir) -> Result<(), Refusal> {
        self.dir = Some(dir.clone());
        let beside = read_beside(dir);
        match (&self.membership, beside) {
            (None, Some(place)) => self.take_place(place)?,
            (Some(place), beside) if beside.as_ref() != Some(place) => self.place_unsaved = true,
            _ => {}
        }
        if self.membership.is_some() && self.replica.staged_bytes() == 0 {
            self.keep_place_beside();
        }
        Ok(())
    }

    /// Writes the place beside the store, once it is in the store.
    pub(crate) fn keep_place_beside(&mut self) {
        let (Some(dir), Some(place)) = (&self.dir, &self.membership) else { return };
        if !std::mem::take(&mut self.place_unsaved) {
            return;
        }
        let written = serde_json::to_vec_pretty(place)
            .map_err(std::io::Error::from)
            .and_then(|bytes| replace_file(&dir.place_file(), &bytes));
        if let Err(error) = written {
            // Tried again at the next start. Only a store that is damaged before that would miss it.
            tracing::error!(%error, "the node's place could not be written beside its store");
        }
    }
}

/// The place that lies beside a store. One that does not read is as good as none: it is written anew.
fn read_beside(dir: &DataDir) -> Option<Membership> {
    let bytes = std::fs::read(dir.place_file()).ok()?;
    serde_json::from_slice(&bytes).ok()
}
