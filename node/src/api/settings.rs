//! What this machine remembers of how people work at it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;

use super::error::{ApiError, Spoken};
use crate::desk::Settings;
use crate::node::Node;
use crate::problem::Refusal;

/// How people work at this machine.
#[utoipa::path(get, path = "/api/settings",
    responses((status = 200, body = Settings), (status = "4XX", body = Refusal)))]
pub(crate) async fn settings(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
) -> Result<Json<Settings>, ApiError> {
    spoken.answer(node.keeper().desk(|desk| desk.settings()).await).map(Json)
}

/// Remembers other settings. Answered when they are durable.
#[utoipa::path(put, path = "/api/settings", request_body = Settings,
    responses((status = 200, body = Settings), (status = "4XX", body = Refusal)))]
pub(crate) async fn set_settings(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Json(settings): Json<Settings>,
) -> Result<Json<Settings>, ApiError> {
    let settings = node.keeper().desk(move |desk| desk.set_settings(&settings)).await;
    node.keeper().changes().note("settings");
    spoken.answer(settings).map(Json)
}

/// What a screen remembers under a key; null when nothing.
#[utoipa::path(get, path = "/api/ui-state/{key}", params(("key" = String, Path)),
    responses((status = 200, body = Value), (status = "4XX", body = Refusal)))]
pub(crate) async fn ui_state(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(key): Path<String>,
) -> Result<Json<Value>, ApiError> {
    spoken.answer(node.keeper().desk(move |desk| desk.ui_state(&key)).await).map(Json)
}

/// Remembers something for a screen, at most 16 KiB; null forgets it.
#[utoipa::path(put, path = "/api/ui-state/{key}", params(("key" = String, Path)),
    request_body = Value,
    responses((status = 200, body = Value), (status = "4XX", body = Refusal)))]
pub(crate) async fn set_ui_state(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(key): Path<String>,
    Json(value): Json<Value>,
) -> Result<Json<Value>, ApiError> {
    let set = move |desk: &mut crate::desk::Desk| {
        desk.set_ui_state(&key, &value)?;
        Ok(value)
    };
    spoken.answer(node.keeper().desk(set).await).map(Json)
}
