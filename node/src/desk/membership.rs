//! Where a node stands: its unit, whether it is the hub, and where the hub is found.

use hopluu_protocol::id::UnitCode;
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::invitation::HubAddress;
use hopluu_protocol::replica::Replica;
use hopluu_protocol::roster::Role;
use hopluu_protocol::store::Backend;
use serde::{Deserialize, Serialize};

use super::Desk;
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
        Ok(self.replica.set_meta(KEY, Some(bytes))?)
    }
}
