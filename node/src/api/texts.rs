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
use crate::desk::{
    Desk, EditedText, ReadText, TextEdit, TextGrown, TextHeads, TextSummary, TextVersion, TornText,
};
use crate::node::Node;
use crate::problem::Refusal;

/// A section with this unit's text, and the heads it was read at.
#[utoipa::path(get, path = "/api/periods/{period}/texts/{section}",
    params(("period" = String, Path), ("section" = String, Path)),
    responses((status = 200, body = TextGrown), (status = "4XX", body = Refusal)))]
pub(crate) async fn get(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path((period, section)): Path<(PeriodId, SectionId)>,
) -> Result<Json<TextGrown>, ApiError> {
    let text = node.keeper().desk(move |desk| desk.text_beside(period, &section)).await;
    spoken.answer(text).map(Json)
}

/// The texts of a period that this unit writes, without the texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextsView {
    /// The state that was read.
    pub revision: u64,
    /// The sections that this unit writes for, in the form's order.
    pub texts: Vec<TextSummary>,
}

/// The texts of a period that this unit writes.
#[utoipa::path(get, path = "/api/periods/{period}/texts", params(("period" = String, Path)),
    responses((status = 200, body = TextsView), (status = "4XX", body = Refusal)))]
pub(crate) async fn list(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(period): Path<PeriodId>,
) -> Result<Json<TextsView>, ApiError> {
    let list = node.keeper().office(move |office| {
        let revision = office.changes.revision();
        let doc = office.desk.own_texts(period)?;
        let at_hub = office.at_hub(&doc)?;
        Ok(TextsView { revision, texts: office.desk.texts(period, &at_hub)? })
    });
    spoken.answer(list.await).map(Json)
}

/// What this unit's text of a section was, the latest version last.
#[utoipa::path(get, path = "/api/periods/{period}/texts/{section}/history",
    params(("period" = String, Path), ("section" = String, Path)),
    responses((status = 200, body = Vec<TextVersion>), (status = "4XX", body = Refusal)))]
pub(crate) async fn history(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path((period, section)): Path<(PeriodId, SectionId)>,
) -> Result<Json<Vec<TextVersion>>, ApiError> {
    let history = node.keeper().desk(move |desk| desk.text_history(period, &section)).await;
    spoken.answer(history).map(Json)
}

/// Edits this unit's text of a section as it stood at the heads that were read with it. What others wrote
/// since stays; the answer has the merged text and what leads to it from the text that was sent. Answered
/// when it is durable.
#[utoipa::path(put, path = "/api/periods/{period}/texts/{section}",
    params(("period" = String, Path), ("section" = String, Path), Actor), request_body = TextEdit,
    responses((status = 200, body = EditedText), (status = "4XX", body = Refusal)))]
pub(crate) async fn edit(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path((period, section)): Path<(PeriodId, SectionId)>,
    Query(actor): Query<Actor>,
    Json(edit): Json<TextEdit>,
) -> Result<Json<EditedText>, ApiError> {
    let edit = move |desk: &mut Desk| desk.edit_text(period, &section, &edit, &actor.person);
    spoken.answer(node.keeper().desk(edit).await).map(Json)
}

/// The heads at which a section had a text, for who has kept a text that was read here and not its heads.
#[utoipa::path(post, path = "/api/periods/{period}/texts/{section}/heads",
    params(("period" = String, Path), ("section" = String, Path)), request_body = ReadText,
    responses((status = 200, body = TextHeads), (status = "4XX", body = Refusal)))]
pub(crate) async fn heads(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path((period, section)): Path<(PeriodId, SectionId)>,
    Json(read): Json<ReadText>,
) -> Result<Json<TextHeads>, ApiError> {
    let find = move |desk: &mut Desk| desk.heads_of_text(period, &section, &read);
    spoken.answer(node.keeper().desk(find).await).map(Json)
}

/// The texts of this unit's report that have paragraphs in conflict: what people wrote apart from each other,
/// and what stands there now.
#[utoipa::path(get, path = "/api/periods/{period}/text-conflicts", params(("period" = String, Path)),
    responses((status = 200, body = Vec<TornText>), (status = "4XX", body = Refusal)))]
pub(crate) async fn conflicts(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(period): Path<PeriodId>,
) -> Result<Json<Vec<TornText>>, ApiError> {
    spoken.answer(node.keeper().desk(move |desk| desk.torn_texts(period)).await).map(Json)
}
