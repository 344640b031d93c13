//! The town as a file: shown, looked at, applied.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Actor;
use super::error::{ApiError, Spoken};
use crate::desk::{Desk, TownPlan};
use crate::node::Node;
use crate::problem::Refusal;
use crate::town_file::TownFile;

/// What the town is to be.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TownRequest {
    /// The text of the town file.
    pub town: String,
    /// Its name, for messages.
    pub town_file: String,
    /// The plan that was looked at; another one is refused. Any is taken when absent.
    #[serde(default)]
    pub plan: Option<String>,
}

/// The town file as it stands.
#[utoipa::path(get, path = "/api/town",
    responses((status = 200, body = String), (status = "4XX", body = Refusal)))]
pub(crate) async fn show(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
) -> Result<String, ApiError> {
    let file = spoken.answer(node.keeper().desk(Desk::town_file).await)?;
    spoken.answer(file.to_text(&spoken.line("cli-town-heading")))
}

/// What a town file would change. Nothing is written.
#[utoipa::path(post, path = "/api/town/check", request_body = TownRequest,
    responses((status = 200, body = TownPlan), (status = "4XX", body = Refusal)))]
pub(crate) async fn check(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Json(request): Json<TownRequest>,
) -> Result<Json<TownPlan>, ApiError> {
    let file = spoken.answer(TownFile::parse(&request.town, &request.town_file))?;
    let plan = node.keeper().desk(move |desk| desk.plan_town(&file)).await;
    Ok(Json(spoken.plan(spoken.answer(plan)?)))
}

/// Changes the town as its file says: everything or nothing.
#[utoipa::path(post, path = "/api/town/apply", params(Actor), request_body = TownRequest,
    responses((status = 200, body = TownPlan), (status = "4XX", body = Refusal)))]
pub(crate) async fn apply(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Query(actor): Query<Actor>,
    Json(request): Json<TownRequest>,
) -> Result<Json<TownPlan>, ApiError> {
    let file = spoken.answer(TownFile::parse(&request.town, &request.town_file))?;
    let apply =
        move |desk: &mut Desk| desk.apply_town(&file, request.plan.as_deref(), &actor.person);
    let plan = node.keeper().desk(apply).await;
    Ok(Json(spoken.plan(spoken.answer(plan)?)))
}

impl Spoken {
    /// Puts a plan into the caller's language.
    fn plan(self, mut plan: TownPlan) -> TownPlan {
        for change in &mut plan.changes {
            change.message = self.text(change.code(), &change.args());
        }
        plan.effects = self.translate(plan.effects);
        plan
    }
}
