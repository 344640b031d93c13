//! Letting nodes in: the hub invites, a node that proves its key and knows the code is entered into the
//! roster.

use hopluu_protocol::documents::roster;
use hopluu_protocol::id::{DocId, UnitCode};
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::invitation::{
    Denial, Grant, HubAddress, Invitation, InvitationBook, InvitationCode, InvitationRecord,
};
use hopluu_protocol::replica::Replica;
use hopluu_protocol::roster::{Node, Role};
use hopluu_protocol::store::Backend;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::context::unknown_unit;
use crate::problem::{Problem, Reason, Refusal};

/// The name under which the hub enters a node.
const BY_INVITATION: &str = "hopluu";

/// Longest name of a machine, characters.
const MAX_NODE_NAME: usize = 60;

/// An invitation, to be handed to one office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invited {
    /// The text to hand over.
    pub invitation: String,
    /// The unit.
    #[schema(value_type = String)]
    pub unit: UnitCode,
    /// When it expires, milliseconds since 1970.
    pub expires_at: i64,
    /// Where the node will look for the hub.
    pub addresses: Vec<String>,
}

/// All invitations that the store holds.
pub(super) fn read_book<B: Backend>(replica: &Replica<B>) -> Result<InvitationBook, Refusal> {
    let mut records = Vec::new();
    for (key, bytes) in replica.meta_under(InvitationBook::META_PREFIX)? {
        let record = InvitationRecord::from_bytes(&bytes).map_err(|error| {
            let problem = Problem::new("store-damaged", error).arg("what", key);
            Refusal::new(Reason::Failed, problem)
        })?;
        records.push(record);
    }
    Ok(InvitationBook::from_records(records))
}

impl Desk {
    /// Makes an invitation for a node of a unit. `code` must be fresh random bytes.
    ///
    /// # Errors
    /// When this node is not a hub, when the roster has no such unit, or when there is no address.
    pub fn invite(
        &mut self,
        unit: UnitCode,
        addresses: Vec<HubAddress>,
        hours: u32,
        code: [u8; 10],
    ) -> Result<Invited, Refusal> {
        let membership = self.hub_only()?.clone();
        let roster = self.roster()?;
        let invited = roster.unit(&unit).ok_or_else(|| unknown_unit(&unit))?;
        if addresses.is_empty() {
            let problem =
                Problem::new("invite-no-address", "where nodes find the hub is not known");
            return Err(Refusal::new(Reason::Invalid, problem));
        }
        let role = if invited.code == membership.unit { Role::Operator } else { Role::Office };
        let town = roster.unit(&membership.unit).map(|town| town.short_name.clone());
        let code = InvitationCode::from_random(code);
        let expires_at = self.now_ms().saturating_add(i64::from(hours) * 3_600_000);
        let record = self
            .invitations
            .invite(&code, unit.clone(), role, expires_at)
            .map_err(|error| Refusal::new(Reason::Failed, Problem::new(error.code(), error)))?;
        let written: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        let invitation = Invitation {
            hub_addresses: addresses,
            hub_key: self.key.node_key(),
            code,
            expires_at_ms: expires_at,
            unit: unit.clone(),
            role,
            town_name: town,
        };
        let text = invitation
            .to_text()
            .map_err(|error| Refusal::new(Reason::Invalid, Problem::from(&error)))?;
        self.keep_invitation(&record)?;
        Ok(Invited { invitation: text, unit, expires_at, addresses: written })
    }

    /// Decides about a node that proved its key and sent a code; whoever is let in is entered into the
    /// roster. To be answered when durable.
    ///
    /// # Errors
    /// When a document cannot be read or written. A denial is an answer, not an error.
    pub fn enrol(
        &mut self,
        key: NodeKey,
        code: &InvitationCode,
        name: &str,
    ) -> Result<Result<Grant, Denial>, Refusal> {
        self.hub_only()?;
        let known = self.roster()?.node(&key).cloned();
        if known.as_ref().is_some_and(|node| node.revoked_at.is_some()) {
            return Ok(Err(Denial::Used));
        }
        let verdict = self.invitations.decide(self.now_ms(), code, key);
        if let Some(record) = &verdict.changed {
            self.keep_invitation(record)?;
        }
        if let (Ok(grant), None) = (&verdict.outcome, known) {
            let node = Node {
                key,
                unit: grant.unit.clone(),
                role: grant.role,
                name: name.trim().chars().take(MAX_NODE_NAME).collect(),
                enrolled_at: self.now_ms(),
                revoked_at: None,
            };
            let edits = self.edits(BY_INVITATION);
            self.replica.edit(&DocId::Roster, &edits, |tx| roster::put_node(tx, &node))?;
        }
        Ok(verdict.outcome)
    }

    fn keep_invitation(&mut self, record: &InvitationRecord) -> Result<(), Refusal> {
        let bytes = record
            .to_bytes()
            .map_err(|error| Refusal::new(Reason::Failed, Problem::new(error.code(), error)))?;
        Ok(self.replica.set_meta(&record.meta_key(), Some(bytes))?)
    }

    pub(super) fn hub_only(&self) -> Result<&super::Membership, Refusal> {
        let membership = self.membership()?;
        if membership.is_hub() {
            Ok(membership)
        } else {
            Err(Refusal::new(Reason::Forbidden, Problem::new("hub-only", "this node is not a hub")))
        }
    }
}
