//! The narrative's texts in this unit's draft.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use hopluu_protocol::id::SectionId;
use hopluu_protocol::period::PeriodId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Actor;
use super::error::{ApiError, Spoken};
use crate::desk::{Desk, TextView};
use crate::node::Node;
use crate::problem::Refusal;

/// A section's new text.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewText {
    /// The whole text. What others wrote elsewhere in it meanwhile stays.
    pub text: String,
}

/// A section with this unit's text.
#[utoipa::path(get, path = "/api/periods/{period}/texts/{section}",
    params(("period" = String, Path), ("section" = String, Path)),
    responses((status = 200, body = TextView), (status = "4XX", body = Refusal)))]
pub(crate) async fn get(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path((period, section)): Path<(PeriodId, SectionId)>,
) -> Result<Json<TextView>, ApiError> {
    spoken.answer(node.keeper().desk(move |desk| desk.text(period, &section)).await).map(Json)
}

/// Changes this unit's text of a section. Answered when it is durable.
#[utoipa::path(put, path = "/api/periods/{period}/texts/{section}",
    params(("period" = String, Path), ("section" = String, Path), Actor), request_body = NewText,
    responses((status = 200, body = TextView), (status = "4XX", body = Refusal)))]
pub(crate) async fn set(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path((period, section)): Path<(PeriodId, SectionId)>,
    Query(actor): Query<Actor>,
    Json(new): Json<NewText>,
) -> Result<Json<TextView>, ApiError> {
    let set = move |desk: &mut Desk| desk.set_text(period, &section, &new.text, &actor.person);
    spoken.answer(node.keeper().desk(set).await).map(Json)
}
