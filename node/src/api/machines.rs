//! The town's machines and invitations; where the hub is found.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Actor;
use super::error::{ApiError, Spoken};
use crate::desk::{Desk, InvitationView, MachineView, Revocation};
use crate::node::Node;
use crate::problem::Refusal;

/// Whose key is to be revoked.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RevokeRequest {
    /// The machine's name, or its key: 64 hexadecimal digits, or as it is read aloud.
    pub machine: String,
    /// Whether it is meant. Else the answer says what would be done.
    #[serde(default)]
    pub confirmed: bool,
}

/// Where the hub is found.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct HubAddresses {
    /// `host:port`, the best first; 1 to 4.
    pub addresses: Vec<String>,
}

/// All machines of the town, revoked ones too.
#[utoipa::path(get, path = "/api/machines",
    responses((status = 200, body = Vec<MachineView>), (status = "4XX", body = Refusal)))]
pub(crate) async fn list(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
) -> Result<Json<Vec<MachineView>>, ApiError> {
    spoken.answer(node.machines().await).map(Json)
}

/// Revokes a machine's key: its connection ends at once, and it is refused from then on.
#[utoipa::path(post, path = "/api/machines/revocations", params(Actor), request_body = RevokeRequest,
    responses((status = 200, body = Revocation), (status = "4XX", body = Refusal)))]
pub(crate) async fn revoke(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Query(actor): Query<Actor>,
    Json(request): Json<RevokeRequest>,
) -> Result<Json<Revocation>, ApiError> {
    let revoke =
        move |desk: &mut Desk| desk.revoke(&request.machine, request.confirmed, &actor.person);
    spoken.answer(node.keeper().desk(revoke).await).map(Json)
}

/// All invitations, used and expired ones too. At the hub only.
#[utoipa::path(get, path = "/api/invitations",
    responses((status = 200, body = Vec<InvitationView>), (status = "4XX", body = Refusal)))]
pub(crate) async fn invitations(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
) -> Result<Json<Vec<InvitationView>>, ApiError> {
    spoken.answer(node.keeper().desk(Desk::invitations).await).map(Json)
}

/// Takes an invitation back that nobody has used. At the hub only.
#[utoipa::path(delete, path = "/api/invitations/{id}", params(("id" = String, Path)),
    responses((status = 200, body = InvitationView), (status = "4XX", body = Refusal)))]
pub(crate) async fn withdraw(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(id): Path<String>,
) -> Result<Json<InvitationView>, ApiError> {
    spoken.answer(node.keeper().desk(move |desk| desk.withdraw(&id)).await).map(Json)
}

/// Takes other addresses for the hub. Used at once, and kept.
#[utoipa::path(put, path = "/api/hub-addresses", request_body = HubAddresses,
    responses((status = 200, body = HubAddresses), (status = "4XX", body = Refusal)))]
pub(crate) async fn move_hub(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Json(request): Json<HubAddresses>,
) -> Result<Json<HubAddresses>, ApiError> {
    let addresses = spoken.answer(node.move_hub(request.addresses).await)?;
    Ok(Json(HubAddresses { addresses }))
}
