//! Letting nodes in: the hub invites, a node that proves its key and knows the code is entered into the
//! roster.

use hopluu_protocol::documents::roster;
use hopluu_protocol::id::{DocId, UnitCode};
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::invitation::{
    Denial, Grant, HubAddress, Invitation, InvitationBook, InvitationCode, InvitationRecord,
    InvitationState,
};
use hopluu_protocol::replica::Replica;
use hopluu_protocol::roster::{Node, Role};
use hopluu_protocol::store::Backend;
use hopluu_protocol::wire::frame::Refusal as WireRefusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::context::unknown_unit;
use crate::problem::{Problem, Reason, Refusal};

/// The name under which the hub enters a node.
const BY_INVITATION: &str = "hopluu";

/// Longest time for which an invitation is good, hours: a year.
pub const MOST_HOURS: u32 = 8760;

/// Longest name of a machine, characters.
const MAX_NODE_NAME: usize = 60;

/// An invitation, to be handed to one office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invited {
    /// Which invitation it is, by which it is withdrawn.
    #[serde(default)]
    pub id: String,
    /// The text to hand over.
    pub invitation: String,
    /// The unit.
    #[schema(value_type = String)]
    pub unit: UnitCode,
    /// When it expires, milliseconds since 1970.
    pub expires_at: i64,
    /// Where the node will look for the hub.
    pub addresses: Vec<String>,
    /// The hub's key as six words, for whoever is called up to compare.
    #[serde(default)]
    pub words: Vec<String>,
}

/// An invitation as the hub's operator sees it. Its text is not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InvitationView {
    /// Which: the first six digits of its code.
    pub id: String,
    /// For which unit.
    #[schema(value_type = String)]
    pub unit: UnitCode,
    /// The unit's short name.
    pub unit_name: String,
    /// As what.
    #[schema(value_type = String)]
    pub role: Role,
    /// When it expires, milliseconds since 1970.
    pub expires_at: i64,
    /// Whether it is still good: `open`, `expired`, `used` or `void`.
    #[schema(value_type = String)]
    pub state: InvitationState,
    /// The machine that came in with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_by: Option<String>,
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
    /// When this node is not a hub, when the roster has no such unit, when there is no address, or when
    /// `hours` is not from 1 to [`MOST_HOURS`].
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
        if !(1..=MOST_HOURS).contains(&hours) {
            let problem = Problem::new("invite-hours", format!("{hours} hours"));
            let problem = problem.arg("hours", hours).arg("most", MOST_HOURS);
            return Err(Refusal::new(Reason::Invalid, problem));
        }
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
        let id = record.selector;
        let words = self.key.node_key().six_words().to_vec();
        Ok(Invited { id, invitation: text, unit, expires_at, addresses: written, words })
    }

    /// All invitations, those that are still good first.
    ///
    /// # Errors
    /// When this node is not a hub, or when the roster cannot be read.
    pub fn invitations(&mut self) -> Result<Vec<InvitationView>, Refusal> {
        self.hub_only()?;
        let (roster, now) = (self.roster()?, self.now_ms());
        let mut views: Vec<InvitationView> = self
            .invitations
            .records()
            .map(|record| {
                let unit = roster.unit(&record.unit);
                let used_by = record.used_by.map(|key| match roster.node(&key) {
                    Some(node) => format!("{} ({})", node.name, key.short()),
                    None => key.short().to_string(),
                });
                InvitationView {
                    id: record.selector.clone(),
                    unit: record.unit.clone(),
                    unit_name: unit.map(|unit| unit.short_name.clone()).unwrap_or_default(),
                    role: record.role,
                    expires_at: record.expires_at_ms,
                    state: record.state(now),
                    used_by,
                }
            })
            .collect();
        views.sort_by_key(|view| (view.state != InvitationState::Open, view.expires_at));
        Ok(views)
    }

    /// Takes an invitation back: nobody comes in with it any more. The one that was withdrawn is returned.
    ///
    /// # Errors
    /// When this node is not a hub, when there is no such invitation, or when somebody came in with it.
    pub fn withdraw(&mut self, id: &str) -> Result<InvitationView, Refusal> {
        let wanted = id.trim().to_lowercase();
        let Some(view) = self.invitations()?.into_iter().find(|view| view.id == wanted) else {
            let problem = Problem::new("invitation-not-here", format!("no invitation {id}"));
            return Err(Refusal::new(Reason::NotFound, problem.arg("id", id)));
        };
        if let Some(machine) = &view.used_by {
            let problem = Problem::new("invitation-used-up", format!("used by {machine}"));
            let problem = problem.arg("id", &view.id).arg("machine", machine);
            return Err(Refusal::new(Reason::NotNow, problem));
        }
        if let Some(record) = self.invitations.withdraw(&wanted) {
            self.replica.set_meta(&record.meta_key(), None)?;
        }
        Ok(view)
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
    ) -> Result<Result<Grant, WireRefusal>, Refusal> {
        self.hub_only()?;
        let known = self.roster()?.node(&key).cloned();
        if known.as_ref().is_some_and(|node| node.revoked_at.is_some()) {
            return Ok(Err(WireRefusal::KeyRevoked));
        }
        let invited = self.invitations.unit_of(code).cloned();
        if let (Some(node), Some(unit)) = (&known, invited)
            && node.unit != unit
        {
            return Ok(Err(WireRefusal::KeyOfOtherUnit));
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
        Ok(verdict.outcome.map_err(|denial| match denial {
            Denial::Expired { .. } => WireRefusal::InvitationExpired,
            Denial::Used => WireRefusal::InvitationUsed,
            Denial::Unknown | Denial::TooManyAttempts => WireRefusal::InvitationUnknown,
        }))
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
