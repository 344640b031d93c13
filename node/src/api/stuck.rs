//! Edits that the hub refuses by their author.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::error::{ApiError, Spoken};
use crate::desk::StuckView;
use crate::node::Node;
use crate::problem::Refusal;

/// What the hub does not take, by document.
#[utoipa::path(get, path = "/api/stuck",
    responses((status = 200, body = Vec<StuckView>), (status = "4XX", body = Refusal)))]
pub(crate) async fn list(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
) -> Result<Json<Vec<StuckView>>, ApiError> {
    spoken.answer(node.stuck().await).map(Json)
}

/// Makes it again as this machine's own, so that it can be sent. Answers with what was stuck.
#[utoipa::path(post, path = "/api/stuck/adoption",
    responses((status = 200, body = Vec<StuckView>), (status = "4XX", body = Refusal)))]
pub(crate) async fn adopt(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
) -> Result<Json<Vec<StuckView>>, ApiError> {
    spoken.answer(node.adopt().await).map(Json)
}
