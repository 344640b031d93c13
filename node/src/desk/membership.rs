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

    /// Whether the node is the hub.
    pub fn is_hub(&self) -> bool {
        self.place == Place::Hub
    }
}

impl Desk {
    /// Takes a place. Once taken it is only changed by starting anew: the documents belong to it.
    ///
    /// # Errors
    /// When the node has another place already.
    pub fn take_place(&mut self, membership: Membership) -> Result<(), Refusal> {
        if let Some(present) = &self.membership {
            let same = present.unit == membership.unit && present.is_hub() == membership.is_hub();
            if !same {
                let problem = Problem::new("already-a-member", format!("stands in {}", present.unit));
                return Err(Refusal::new(Reason::NotNow, problem.arg("unit", &present.unit)));
            }
        }
        let bytes = serde_json::to_vec(&membership).map_err(|error| {
            Refusal::new(Reason::Failed, Problem::new("internal", error))
        })?;
        self.replica.set_meta(KEY, Some(bytes))?;
        self.membership = Some(membership);
        Ok(())
    }
}
