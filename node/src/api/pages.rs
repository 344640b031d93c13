//! The pages of a report as pictures.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use hopluu_protocol::id::UnitCode;
use hopluu_protocol::period::PeriodId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::error::{ApiError, Spoken};
use crate::node::{Node, PagesView, Shown};
use crate::problem::Refusal;

/// Of which report.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfReport {
    /// Of which unit; else this node's own, at a hub the consolidated one.
    #[param(value_type = Option<String>)]
    unit: Option<UnitCode>,
    /// Of which submission of that unit; else as the report stands.
    submission: Option<String>,
}

/// Which picture.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Of which unit; else this node's own, at a hub the consolidated one.
    #[param(value_type = Option<String>)]
    unit: Option<UnitCode>,
    /// Of which submission of that unit; else as the report stands.
    submission: Option<String>,
    /// How many pixels wide: 200 to 3,000.
    #[serde(default = "default_width")]
    #[param(required = false)]
    width: u32,
    /// The digest that came with the list of pages: the picture of that state, while it is kept.
    digest: Option<String>,
}

fn default_width() -> u32 {
    900
}

/// The pages of a report.
#[utoipa::path(get, path = "/api/periods/{period}/pages", params(("period" = String, Path), OfReport),
    responses((status = 200, body = PagesView), (status = "4XX", body = Refusal)))]
pub(crate) async fn list(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(period): Path<PeriodId>,
    Query(of): Query<OfReport>,
) -> Result<Json<PagesView>, ApiError> {
    let OfReport { unit, submission } = of;
    let mut pages = spoken.answer(node.pages(Shown { period, unit, submission }).await)?;
    pages.problems.iter_mut().for_each(|problem| spoken.tell(problem));
    Ok(Json(pages))
}

/// One page as a picture.
#[utoipa::path(get, path = "/api/periods/{period}/pages/{number}",
    params(("period" = String, Path), ("number" = u32, Path), Wanted),
    responses((status = 200, body = Vec<u8>, content_type = "image/png"),
        (status = "4XX", body = Refusal)))]
pub(crate) async fn picture(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path((period, number)): Path<(PeriodId, usize)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, ApiError> {
    let Wanted { unit, submission, width, digest } = wanted;
    let shown = Shown { period, unit, submission };
    let drawn = node.page(shown, digest.as_deref(), number, width).await;
    let png = spoken.answer(drawn)?;
    Ok(([(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, "no-store")], png).into_response())
}
