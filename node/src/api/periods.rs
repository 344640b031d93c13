//! The periods of the calendar.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use hopluu_protocol::id::TemplateRef;
use hopluu_protocol::period::PeriodId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Actor;
use super::error::{ApiError, Spoken};
use crate::desk::{Desk, PeriodView, QuarterlyView};
use crate::node::Node;
use crate::problem::{Problem, Reason, Refusal};

/// How a period opens.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct OpenRequest {
    /// The template; the one that counts for the period when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub template: Option<TemplateRef>,
    /// The deadline, `2023-06-16`; by the template's rule when absent.
    #[serde(default)]
    pub deadline: Option<String>,
}

/// Why a period closes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CloseRequest {
    /// The reason, shown to whoever tries to write.
    pub reason: String,
}

/// The periods of the calendar, in order.
#[utoipa::path(get, path = "/api/periods",
    responses((status = 200, body = Vec<PeriodView>), (status = "4XX", body = Refusal)))]
pub(crate) async fn list(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
) -> Result<Json<Vec<PeriodView>>, ApiError> {
    spoken.answer(node.keeper().desk(Desk::periods).await).map(Json)
}

/// Opens a period, or opens a closed one again, or sets its deadline.
#[utoipa::path(post, path = "/api/periods/{period}/open",
    params(("period" = String, Path), Actor), request_body = OpenRequest,
    responses((status = 200, body = PeriodView), (status = "4XX", body = Refusal)))]
pub(crate) async fn open(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(period): Path<PeriodId>,
    Query(actor): Query<Actor>,
    Json(request): Json<OpenRequest>,
) -> Result<Json<PeriodView>, ApiError> {
    let deadline = request.deadline.as_deref().map(|text| {
        text.parse().map_err(|_| {
            let problem = Problem::new("date-invalid", format!("`{text}` is not a date"));
            Refusal::new(Reason::Invalid, problem.arg("text", text))
        })
    });
    let deadline = spoken.answer(deadline.transpose())?;
    let open = move |desk: &mut Desk| {
        desk.open_period(period, request.template.as_ref(), deadline, &actor.person)
    };
    spoken.answer(node.keeper().desk(open).await).map(Json)
}

/// Closes a period: nobody may change its reports any more.
#[utoipa::path(post, path = "/api/periods/{period}/close",
    params(("period" = String, Path), Actor), request_body = CloseRequest,
    responses((status = 200, body = PeriodView), (status = "4XX", body = Refusal)))]
pub(crate) async fn close(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(period): Path<PeriodId>,
    Query(actor): Query<Actor>,
    Json(request): Json<CloseRequest>,
) -> Result<Json<PeriodView>, ApiError> {
    let close = move |desk: &mut Desk| desk.close_period(period, &request.reason, &actor.person);
    spoken.answer(node.keeper().desk(close).await).map(Json)
}

/// What this unit types for a period of several quarters, beside what it typed for each of them.
#[utoipa::path(get, path = "/api/periods/{period}/quarters",
    params(("period" = String, Path)),
    responses((status = 200, body = Vec<QuarterlyView>), (status = "4XX", body = Refusal)))]
pub(crate) async fn quarters(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(period): Path<PeriodId>,
) -> Result<Json<Vec<QuarterlyView>>, ApiError> {
    spoken.answer(node.keeper().desk(move |desk| desk.quarterly(period)).await).map(Json)
}
