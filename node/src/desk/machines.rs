//! The town's machines: who stands in the roster, and whose key is no longer good.

use hopluu_protocol::documents::roster;
use hopluu_protocol::id::{DocId, UnitCode};
use hopluu_protocol::identity::{Fingerprint, NodeKey};
use hopluu_protocol::roster::{Node, Role, Roster};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use crate::problem::{Problem, Reason, Refusal};

/// A machine as the roster has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MachineView {
    /// Its key as people read it aloud.
    pub key: String,
    /// The whole key, 64 hexadecimal digits.
    pub node: String,
    /// Its name.
    pub name: String,
    /// The unit that it stands in.
    #[schema(value_type = String)]
    pub unit: UnitCode,
    /// The unit's short name.
    pub unit_name: String,
    /// What its people may do.
    #[schema(value_type = String)]
    pub role: Role,
    /// When it was let in, milliseconds since 1970 by the hub's clock.
    pub enrolled_at: i64,
    /// When its key was revoked, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<i64>,
    /// Whether it is the hub itself.
    pub hub: bool,
    /// Whether it is this machine.
    pub here: bool,
    /// Whether it is connected to this machine now.
    pub connected: bool,
}

/// What revoking a key does, or did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Revocation {
    /// The machine.
    pub machine: MachineView,
    /// How many other machines of its unit go on.
    pub others: usize,
    /// Whether it was done. Else this is what would be done.
    pub done: bool,
    /// Whether this is the hub's own roster; else the hub has to get it first.
    pub at_hub: bool,
}

impl Desk {
    /// All machines that were ever let in, by unit and name.
    ///
    /// # Errors
    /// When the roster has not arrived or cannot be read.
    pub fn machines(&mut self) -> Result<Vec<MachineView>, Refusal> {
        let roster = self.roster()?;
        let mut machines: Vec<MachineView> =
            roster.nodes.iter().map(|node| self.machine_view(&roster, node)).collect();
        machines.sort_by(|one, other| (&one.unit, &one.name).cmp(&(&other.unit, &other.name)));
        Ok(machines)
    }

    /// Revokes the key of a machine, which is named by its key or by its name. Without `confirmed`, only
    /// says what would be done.
    ///
    /// # Errors
    /// When this machine may not, when no machine or several are meant, or when it is one that must stay.
    pub fn revoke(
        &mut self,
        which: &str,
        confirmed: bool,
        person: &str,
    ) -> Result<Revocation, Refusal> {
        let roster = self.roster()?;
        let at_hub = self.may_revoke(&roster)?;
        let mut node = find(&roster, which)?.clone();
        if let Some(at) = node.revoked_at {
            let problem = Problem::new("machine-revoked-already", format!("revoked at {at}"));
            return Err(Refusal::new(Reason::NotNow, of_machine(problem, &node)));
        }
        if Some(node.key) == self.hub_key() || node.key == self.key().node_key() {
            let problem = Problem::new("machine-must-stay", "the hub's key or this machine's own");
            return Err(Refusal::new(Reason::Forbidden, of_machine(problem, &node)));
        }
        let is_other = |other: &&Node| {
            other.unit == node.unit && other.key != node.key && other.revoked_at.is_none()
        };
        let others = roster.nodes.iter().filter(is_other).count();
        if confirmed {
            node.revoked_at = Some(self.now_ms());
            let edits = self.edits(person);
            self.replica.edit(&DocId::Roster, &edits, |tx| roster::put_node(tx, &node))?;
        }
        let machine = self.machine_view(&roster, &node);
        Ok(Revocation { machine, others, done: confirmed, at_hub })
    }

    /// Whether this is the hub, or else a machine of its unit.
    fn may_revoke(&self, roster: &Roster) -> Result<bool, Refusal> {
        let membership = self.membership()?;
        if !membership.is_hub() && roster.hub.as_ref() != Some(&membership.unit) {
            let problem = Problem::new("hub-only", "this node is not of the hub's unit");
            return Err(Refusal::new(Reason::Forbidden, problem));
        }
        Ok(membership.is_hub())
    }

    /// The hub's key, as this node knows it.
    pub(super) fn hub_key(&self) -> Option<NodeKey> {
        Some(self.membership.as_ref()?.hub_key().unwrap_or_else(|| self.key.node_key()))
    }

    fn machine_view(&self, roster: &Roster, node: &Node) -> MachineView {
        let unit = roster.unit(&node.unit);
        MachineView {
            key: node.key.short().to_string(),
            node: node.key.to_string(),
            name: node.name.clone(),
            unit: node.unit.clone(),
            unit_name: unit.map(|unit| unit.short_name.clone()).unwrap_or_default(),
            role: node.role,
            enrolled_at: node.enrolled_at,
            revoked_at: node.revoked_at,
            hub: Some(node.key) == self.hub_key(),
            here: node.key == self.key.node_key(),
            connected: false,
        }
    }
}

/// The one machine that is meant. Names are compared without regard to case; a name that a revoked machine
/// and one in use share means the one in use.
fn find<'a>(roster: &'a Roster, which: &str) -> Result<&'a Node, Refusal> {
    let which = which.trim();
    let by_key: Vec<&Node> = roster.nodes.iter().filter(|node| is_key(&node.key, which)).collect();
    let name = which.to_lowercase();
    let by_name = |in_use: bool| -> Vec<&Node> {
        let wanted = |node: &&Node| {
            node.name.trim().to_lowercase() == name && node.revoked_at.is_none() == in_use
        };
        roster.nodes.iter().filter(wanted).collect()
    };
    let found = [by_key, by_name(true), by_name(false)].into_iter().find(|found| !found.is_empty());
    match found.as_deref() {
        Some([one]) => Ok(one),
        Some(several) => {
            let keys: Vec<String> = several
                .iter()
                .map(|node| format!("{} ({}, {})", node.key.short(), node.name, node.unit))
                .collect();
            let problem = Problem::new("machine-ambiguous", format!("several are called {which}"));
            let problem = problem.arg("name", which).arg("machines", keys.join("; "));
            Err(Refusal::new(Reason::Invalid, problem))
        }
        None => {
            let problem = Problem::new("machine-unknown", format!("no machine {which}"));
            Err(Refusal::new(Reason::NotFound, problem.arg("name", which)))
        }
    }
}

/// Whether a text is this key in one of its forms.
fn is_key(key: &NodeKey, text: &str) -> bool {
    text.parse::<NodeKey>().is_ok_and(|typed| typed == *key)
        || Fingerprint::parse(text).is_ok_and(|typed| typed == key.short())
}

fn of_machine(problem: Problem, node: &Node) -> Problem {
    problem.arg("name", &node.name).arg("key", node.key.short()).arg("unit", &node.unit)
}
