//! What an invitation says, before anything is written.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use hopluu_protocol::id::UnitCode;
use hopluu_protocol::invitation::Invitation;
use hopluu_protocol::roster::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, Spoken};
use crate::node::Node;
use crate::problem::{Problem, Reason, Refusal};

/// An invitation as somebody pasted it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct InvitationText {
    /// The text.
    pub text: String,
}

/// What an invitation says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InvitationReading {
    /// The town's name; empty when it is not said.
    pub town: String,
    /// The unit.
    #[schema(value_type = String)]
    pub unit: UnitCode,
    /// The unit's name, where this machine knows it already; else empty.
    pub unit_name: String,
    /// As what.
    #[schema(value_type = String)]
    pub role: Role,
    /// Where the hub is found.
    pub hub_addresses: Vec<String>,
    /// The hub's key in the form that is read aloud.
    pub key: String,
    /// The same as six words, which are easier to read out.
    pub words: Vec<String>,
    /// When it expires, milliseconds since 1970 by the hub's clock.
    pub expires: i64,
}

/// Reads an invitation. Nothing is written and nobody is called.
#[utoipa::path(post, path = "/api/invitation", request_body = InvitationText,
    responses((status = 200, body = InvitationReading), (status = "4XX", body = Refusal)))]
pub(crate) async fn read(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Json(given): Json<InvitationText>,
) -> Result<Json<InvitationReading>, ApiError> {
    let invitation = Invitation::parse(&given.text)
        .map_err(|error| Refusal::new(Reason::Invalid, Problem::from(&error)));
    let invitation = spoken.answer(invitation)?;
    let unit = invitation.unit.clone();
    let named = node.keeper().desk(move |desk| {
        let roster = desk.roster().ok();
        Ok(roster.and_then(|roster| Some(roster.unit(&unit)?.name.clone())))
    });
    let unit_name = spoken.answer(named.await)?.unwrap_or_default();
    Ok(Json(InvitationReading {
        town: invitation.town_name.unwrap_or_default(),
        unit: invitation.unit,
        unit_name,
        role: invitation.role,
        hub_addresses: invitation.hub_addresses.iter().map(ToString::to_string).collect(),
        key: invitation.hub_key.short().to_string(),
        words: invitation.hub_key.six_words().to_vec(),
        expires: invitation.expires_at_ms,
    }))
}
