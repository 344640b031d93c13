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
use super::reports::OfUnit;
use crate::node::{Node, PagesView};
use crate::problem::Refusal;

/// Which picture.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Of which unit; else this node's own, at a hub the consolidated one.
    #[param(value_type = Option<String>)]
    unit: Option<UnitCode>,
    /// How many pixels wide, 1 to 4,000.
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
#[utoipa::path(get, path = "/api/periods/{period}/pages", params(("period" = String, Path), OfUnit),
    responses((status = 200, body = PagesView), (status = "4XX", body = Refusal)))]
pub(crate) async fn list(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(period): Path<PeriodId>,
    Query(of): Query<OfUnit>,
) -> Result<Json<PagesView>, ApiError> {
    spoken.answer(node.pages(period, of.unit).await).map(Json)
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
    let Wanted { unit, width, digest } = wanted;
    let drawn = node.page(period, unit, digest.as_deref(), number, width).await;
    let png = spoken.answer(drawn)?;
    Ok(([(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, "no-store")], png).into_response())
}
