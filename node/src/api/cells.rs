//! Cells of this unit's draft.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use hopluu_protocol::id::IndicatorId;
use hopluu_protocol::period::PeriodId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Actor;
use super::error::{ApiError, Spoken};
use crate::desk::{CellView, ConflictView, EntryView};
use crate::node::Node;
use crate::problem::Refusal;

/// What a person types into a cell.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Typed {
    /// The value as typed: `1.304`, `17,11`, `kps`, `kad: lý do`; empty clears the cell.
    pub value: String,
    /// The note; left alone when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// All cells, in the order of the form.
#[utoipa::path(get, path = "/api/periods/{period}/cells", params(("period" = String, Path)),
    responses((status = 200, body = Vec<CellView>), (status = "4XX", body = Refusal)))]
pub(crate) async fn list(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(period): Path<PeriodId>,
) -> Result<Json<Vec<CellView>>, ApiError> {
    let cells = spoken.answer(node.keeper().desk(move |desk| desk.cells(period)).await)?;
    Ok(Json(cells.into_iter().map(|cell| told(spoken, cell)).collect()))
}

/// One cell.
#[utoipa::path(get, path = "/api/periods/{period}/cells/{id}",
    params(("period" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = CellView), (status = "4XX", body = Refusal)))]
pub(crate) async fn get(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path((period, id)): Path<(PeriodId, IndicatorId)>,
) -> Result<Json<CellView>, ApiError> {
    let cell = spoken.answer(node.keeper().desk(move |desk| desk.cell(period, &id)).await)?;
    Ok(Json(told(spoken, cell)))
}

/// Sets a cell. Answered when it is durable.
#[utoipa::path(put, path = "/api/periods/{period}/cells/{id}",
    params(("period" = String, Path), ("id" = String, Path), Actor), request_body = Typed,
    responses((status = 200, body = CellView), (status = "4XX", body = Refusal)))]
pub(crate) async fn set(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path((period, id)): Path<(PeriodId, IndicatorId)>,
    Query(actor): Query<Actor>,
    Json(typed): Json<Typed>,
) -> Result<Json<CellView>, ApiError> {
    let set = move |desk: &mut crate::desk::Desk| {
        desk.set_cell(period, &id, &typed.value, typed.note.as_deref(), &actor.person)
    };
    let cell = spoken.answer(node.keeper().desk(set).await)?;
    Ok(Json(told(spoken, cell)))
}

/// Every value that a cell ever had.
#[utoipa::path(get, path = "/api/periods/{period}/cells/{id}/history",
    params(("period" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = Vec<EntryView>), (status = "4XX", body = Refusal)))]
pub(crate) async fn history(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path((period, id)): Path<(PeriodId, IndicatorId)>,
) -> Result<Json<Vec<EntryView>>, ApiError> {
    spoken.answer(node.keeper().desk(move |desk| desk.history(period, &id)).await).map(Json)
}

/// Cells that people set apart from each other.
#[utoipa::path(get, path = "/api/periods/{period}/conflicts", params(("period" = String, Path)),
    responses((status = 200, body = Vec<ConflictView>), (status = "4XX", body = Refusal)))]
pub(crate) async fn conflicts(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(period): Path<PeriodId>,
) -> Result<Json<Vec<ConflictView>>, ApiError> {
    spoken.answer(node.keeper().desk(move |desk| desk.conflicts(period)).await).map(Json)
}

/// A cell with its warnings in the caller's language.
fn told(spoken: Spoken, cell: CellView) -> CellView {
    let warnings = spoken.translate(cell.warnings);
    CellView { warnings, ..cell }
}
