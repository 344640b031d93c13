//! The node's place in the town: status, beginning, invitations, joining, syncing.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use hopluu_protocol::id::UnitCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Actor;
use super::error::{ApiError, Spoken};
use crate::desk::{Desk, Invited, Status};
use crate::node::{Node, StatusGrown, SyncOutcome};
use crate::problem::Refusal;
use crate::town_file::TownFile;

/// What a hub begins with.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct InitRequest {
    /// The text of the town file.
    pub town: String,
    /// Its name, for messages.
    pub town_file: String,
    /// The text of the template file; the built-in template when absent.
    #[serde(default)]
    pub template: Option<String>,
    /// Its name, for messages.
    #[serde(default)]
    pub template_file: Option<String>,
    /// Name of this machine, for people.
    pub node_name: String,
}

/// Who is invited.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct InviteRequest {
    /// The unit.
    #[schema(value_type = String)]
    pub unit: UnitCode,
    /// Where the node will find the hub, `host:port`; where the hub listens when empty.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// Hours until the invitation expires, from 1 to 8760.
    pub hours: u32,
}

/// How a node joins.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct JoinRequest {
    /// The invitation, as the operator gave it.
    pub invitation: String,
    /// Name of this machine, for people.
    pub node_name: String,
}

/// What is to be done before a status is given.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asking {
    /// Whether the hub is asked first, if it has not been heard for some seconds. That takes a round trip, and as
    /// long as five seconds or two round trips when it does not answer; its connection is ended then.
    #[serde(default)]
    ask: bool,
}

/// Where this node stands.
#[utoipa::path(get, path = "/api/status", params(Asking),
    responses((status = 200, body = StatusGrown), (status = "4XX", body = Refusal)))]
pub(crate) async fn status(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Query(Asking { ask }): Query<Asking>,
) -> Result<Json<StatusGrown>, ApiError> {
    if ask {
        spoken.answer(node.hear_again().await)?;
    }
    let mut grown = spoken.answer(node.grown_status().await)?;
    let status = &mut grown.status;
    status.problems = spoken.translate(std::mem::take(&mut status.problems));
    for period in &mut status.periods {
        period.problems = spoken.translate(std::mem::take(&mut period.problems));
    }
    Ok(Json(grown))
}

/// Makes this node the hub of a town.
#[utoipa::path(post, path = "/api/init", params(Actor), request_body = InitRequest,
    responses((status = 200, body = Status), (status = "4XX", body = Refusal)))]
pub(crate) async fn init(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Query(actor): Query<Actor>,
    Json(request): Json<InitRequest>,
) -> Result<Json<Status>, ApiError> {
    let town = spoken.answer(TownFile::parse(&request.town, &request.town_file))?;
    let found = move |desk: &mut Desk| {
        let built_in = (crate::BUILT_IN_TEMPLATE_FILE, crate::BUILT_IN_TEMPLATE);
        let template = match (&request.template, &request.template_file) {
            (Some(source), file) => (file.as_deref().unwrap_or_default(), source.as_str()),
            (None, _) => built_in,
        };
        desk.found_town(&town, &[template], &request.node_name, &actor.person)
    };
    spoken.answer(node.keeper().desk(found).await)?;
    spoken.answer(node.status().await).map(Json)
}

/// Invites a node of a unit.
#[utoipa::path(post, path = "/api/invitations", request_body = InviteRequest,
    responses((status = 200, body = Invited), (status = "4XX", body = Refusal)))]
pub(crate) async fn invite(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Json(request): Json<InviteRequest>,
) -> Result<Json<Invited>, ApiError> {
    spoken.answer(node.invite(request.unit, request.addresses, request.hours).await).map(Json)
}

/// Joins a town.
#[utoipa::path(post, path = "/api/join", params(Actor), request_body = JoinRequest,
    responses((status = 200, body = SyncOutcome), (status = "4XX", body = Refusal)))]
pub(crate) async fn join(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Query(actor): Query<Actor>,
    Json(request): Json<JoinRequest>,
) -> Result<Json<SyncOutcome>, ApiError> {
    let joined = node.join(&request.invitation, &request.node_name).await;
    if joined.is_ok() {
        let introduced = node.keeper().desk(move |desk| desk.introduce(&actor.person)).await;
        // The place in the town is durable; a name can be given at any time.
        if let Err(error) = introduced {
            tracing::warn!(%error, "the person's name was not kept");
        }
        node.keeper().changes().note("settings");
    }
    told(spoken, joined)
}

/// Syncs once with the hub.
#[utoipa::path(post, path = "/api/sync",
    responses((status = 200, body = SyncOutcome), (status = "4XX", body = Refusal)))]
pub(crate) async fn sync(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
) -> Result<Json<SyncOutcome>, ApiError> {
    told(spoken, node.sync_once().await)
}

fn told(
    spoken: Spoken,
    outcome: Result<SyncOutcome, Refusal>,
) -> Result<Json<SyncOutcome>, ApiError> {
    let mut outcome = spoken.answer(outcome)?;
    outcome.problems = spoken.translate(outcome.problems);
    Ok(Json(outcome))
}
