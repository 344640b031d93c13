//! Where a node stands: its unit, whether it is the hub, and where the hub is found.

use automerge::{Change, ChangeHash};
use hopluu_protocol::id::{DocId, UnitCode, Writer};
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::invitation::{HubAddress, Invitation};
use hopluu_protocol::replica::{Replica, Scope, TagRange};
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

    /// The hub's key; `None` at the hub itself.
    pub(super) fn hub_key(&self) -> Option<NodeKey> {
        match &self.place {
            Place::Hub => None,
            Place::Office { hub_key, .. } => Some(*hub_key),
        }
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
        if let (Some(settled), Some(place)) = (&settled, &place) {
            may_change(settled, place)?;
        }
        self.membership = place.or(settled);
        Ok(())
    }

    /// Takes a place for good. After that only the hub's key and addresses may change: the documents belong
    /// to the unit.
    ///
    /// # Errors
    /// When the node has another place already.
    pub(crate) fn take_place(&mut self, membership: Membership) -> Result<(), Refusal> {
        let bytes = serde_json::to_vec(&membership)
            .map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))?;
        self.consider_place(Some(membership))?;
        self.key_beside = Some(self.key.node_key());
        self.place_unsaved = true;
        Ok(self.replica.set_meta(KEY, Some(bytes))?)
    }

    /// Refuses a town that is not the one whose documents are here, as far as that can be seen: its name is
    /// the short name of the hub's unit.
    ///
    /// # Errors
    /// When the names differ.
    pub(crate) fn must_be_of_town(
        &mut self,
        place: &Membership,
        town: Option<&str>,
    ) -> Result<(), Refusal> {
        if self.membership.is_none() {
            return Ok(());
        }
        let Ok(roster) = self.roster() else { return Ok(()) };
        let here = roster.hub.as_ref().and_then(|hub| Some(&roster.unit(hub)?.short_name));
        match (here, town) {
            (Some(here), Some(town)) if here != town => {
                let problem = Problem::new("join-other-town", format!("{town} is not {here}"));
                let problem = problem.arg("town", here).arg("other", town).arg("unit", &place.unit);
                Err(Refusal::new(Reason::NotNow, problem))
            }
            _ => Ok(()),
        }
    }

    /// What another hub than that of a place has written here: changes by document, without the first ones,
    /// which every hub makes alike. Empty when the hub's key stays.
    ///
    /// # Errors
    /// When a document cannot be read.
    pub(crate) fn written_by_former_hub(
        &mut self,
        place: &Membership,
    ) -> Result<Vec<(DocId, Vec<ChangeHash>)>, Refusal> {
        let settled = self.membership.as_ref().and_then(Membership::hub_key);
        if settled.is_none() || settled == place.hub_key() {
            return Ok(Vec::new());
        }
        let entries = self.replica.index().entries(&Scope::All, TagRange::FULL);
        let docs: Vec<DocId> = entries
            .map(|(_, entry)| entry.doc.clone())
            .filter(|doc| doc.writer() == Writer::Hub)
            .collect();
        let mut written = Vec::new();
        for doc in docs {
            let Some(document) = self.replica.document(&doc)? else { continue };
            let changes = document.get_changes(&[]);
            let later = changes.iter().filter(|change| !change.deps().is_empty());
            written.push((doc, later.map(Change::hash).collect()));
        }
        Ok(written)
    }

    /// Takes other addresses for the hub, the best first. Returns the place as it is then.
    ///
    /// # Errors
    /// When the node has no place, or is the hub itself; when there are none or too many.
    pub(crate) fn move_hub(&mut self, addresses: Vec<HubAddress>) -> Result<Membership, Refusal> {
        let mut membership = self.membership()?.clone();
        let Place::Office { hub_addresses, .. } = &mut membership.place else {
            let problem = Problem::new("hub-address-at-hub", "this node is the hub");
            return Err(Refusal::new(Reason::NotNow, problem));
        };
        let (count, limit) = (addresses.len(), Invitation::MAX_ADDRESSES);
        if count == 0 || count > limit {
            let problem = Problem::new("hub-address-count", format!("{count} addresses"));
            let problem = problem.arg("count", count).arg("limit", limit);
            return Err(Refusal::new(Reason::Invalid, problem));
        }
        *hub_addresses = addresses;
        self.take_place(membership.clone())?;
        Ok(membership)
    }

    /// Takes note of where the store lies. A store that knows no place, since it is new where another was
    /// damaged or lost, gets the one that lies beside it; otherwise the copy beside it is brought up to
    /// date.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) fn move_in(&mut self, dir: &DataDir) -> Result<(), Refusal> {
        self.dir = Some(dir.clone());
        let beside = Beside::read(dir);
        self.key_beside = beside.as_ref().and_then(|beside| beside.node);
        let own = self.key.node_key();
        match (&self.membership, beside) {
            (None, Some(Beside { membership, node })) => {
                self.take_place(membership)?;
                // Whose place it was is not for this key to say.
                self.key_beside = node;
            }
            (Some(place), beside) => {
                self.place_unsaved |= beside
                    .is_none_or(|beside| beside.membership != *place || beside.node != Some(own));
            }
            (None, None) => {}
        }
        if self.membership.is_some() && self.replica.staged_bytes() == 0 {
            self.keep_place_beside();
        }
        Ok(())
    }

    /// Whether this node's key is not one of its unit: it was put into another machine's data directory, or
    /// another machine's was put here. What is not known counts as good.
    pub(crate) fn key_is_foreign(&mut self) -> bool {
        let own = self.key.node_key();
        let Some(membership) = self.membership.clone() else { return false };
        let roster = self.roster().ok();
        match roster.as_ref().and_then(|roster| roster.node(&own)) {
            Some(node) => node.unit != membership.unit,
            None => match self.key_beside {
                Some(key) => key != own,
                None => roster.is_some(),
            },
        }
    }

    /// Whether the roster has this node's key in another unit.
    pub(crate) fn key_is_of_other_unit(&mut self) -> bool {
        let own = self.key.node_key();
        let Some(membership) = self.membership.clone() else { return false };
        self.roster()
            .is_ok_and(|roster| roster.node(&own).is_some_and(|node| node.unit != membership.unit))
    }

    /// Writes the place beside the store, once it is in the store.
    pub(crate) fn keep_place_beside(&mut self) {
        if !self.place_unsaved {
            return;
        }
        let node = if self.key_is_foreign() { self.key_beside } else { Some(self.key.node_key()) };
        let (Some(dir), Some(place)) = (&self.dir, &self.membership) else { return };
        self.place_unsaved = false;
        let beside = Beside { membership: place.clone(), node };
        let written = serde_json::to_vec_pretty(&beside)
            .map_err(std::io::Error::from)
            .and_then(|bytes| replace_file(&dir.place_file(), &bytes));
        if let Err(error) = written {
            // Tried again at the next start. Only a store that is damaged before that would miss it.
            tracing::error!(%error, "the node's place could not be written beside its store");
        }
    }
}

/// The copy of the place that lies beside a store, with the key whose place it is.
#[derive(Serialize, Deserialize)]
pub(crate) struct Beside {
    #[serde(flatten)]
    pub(crate) membership: Membership,
    /// `None` in a file of an earlier program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) node: Option<NodeKey>,
}

impl Beside {
    /// The place beside a store. One that does not read is as good as none: it is written anew.
    pub(crate) fn read(dir: &DataDir) -> Option<Self> {
        let bytes = std::fs::read(dir.place_file()).ok()?;
        serde_json::from_slice(&bytes).ok()
    }
}

/// Whether a node may go from one place to another. The documents stay, so the unit stays; the hub of the
/// unit may have a new key, and may have moved.
fn may_change(settled: &Membership, place: &Membership) -> Result<(), Refusal> {
    let detail = format!("this node stands in {}", settled.unit);
    let problem = if settled.is_hub() != place.is_hub() {
        Problem::new("join-at-hub", detail)
    } else if settled.unit != place.unit {
        Problem::new("already-a-member", detail)
    } else {
        return Ok(());
    };
    let problem = problem.arg("unit", &settled.unit).arg("other", &place.unit);
    Err(Refusal::new(Reason::NotNow, problem))
}
