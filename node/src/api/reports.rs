//! Submitting, and reports as files.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use hopluu_protocol::id::UnitCode;
use hopluu_protocol::period::PeriodId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Actor;
use super::error::{ApiError, Spoken};
use crate::desk::{Desk, Readiness, ReportFormat, SubmissionView};
use crate::node::Node;
use crate::problem::{Problem, Reason, Refusal};

/// Formats of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FormatName {
    /// Word.
    Docx,
    /// The machine-readable report.
    Json,
    /// PDF.
    Pdf,
    /// Excel.
    Xlsx,
}

/// What of a report is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PartName {
    /// The report itself.
    #[default]
    Report,
    /// The submissions that it was made from, a file beside it: as DOCX and PDF only, since JSON and XLSX
    /// name them themselves.
    Sources,
}

/// Which report.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// In which format.
    format: FormatName,
    /// Itself, or the file beside it.
    #[serde(default)]
    #[param(required = false)]
    part: PartName,
    /// Of which unit; else this node's own, at a hub the consolidated one.
    #[param(value_type = Option<String>)]
    unit: Option<UnitCode>,
}

/// Of which unit.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfUnit {
    /// The unit; else this node's own, at a hub the consolidated report.
    #[param(value_type = Option<String>)]
    pub(super) unit: Option<UnitCode>,
}

/// What could not be settled in a report: who has not reported, who contradicts whom; and which figures are
/// to be looked at again.
#[utoipa::path(get, path = "/api/periods/{period}/problems",
    params(("period" = String, Path), OfUnit),
    responses((status = 200, body = Vec<Problem>), (status = "4XX", body = Refusal)))]
pub(crate) async fn problems(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(period): Path<PeriodId>,
    Query(of): Query<OfUnit>,
) -> Result<Json<Vec<Problem>>, ApiError> {
    let printable = spoken.answer(node.keeper().printable(period, of.unit).await)?;
    Ok(Json(spoken.translate(printable.problems())))
}

/// Whether this unit's draft can be submitted, what would be other than last time, and the submissions.
#[utoipa::path(get, path = "/api/periods/{period}/readiness", params(("period" = String, Path)),
    responses((status = 200, body = Readiness), (status = "4XX", body = Refusal)))]
pub(crate) async fn readiness(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(period): Path<PeriodId>,
) -> Result<Json<Readiness>, ApiError> {
    let readiness = node.keeper().desk(move |desk| desk.readiness(period)).await;
    let mut readiness = spoken.answer(readiness)?;
    for problems in [&mut readiness.blocking, &mut readiness.warnings] {
        problems.iter_mut().for_each(|problem| spoken.tell(problem));
    }
    Ok(Json(readiness))
}

/// Freezes, signs and submits this unit's report.
#[utoipa::path(post, path = "/api/periods/{period}/submit",
    params(("period" = String, Path), Actor),
    responses((status = 200, body = SubmissionView), (status = "4XX", body = Refusal)))]
pub(crate) async fn submit(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(period): Path<PeriodId>,
    Query(actor): Query<Actor>,
) -> Result<Json<SubmissionView>, ApiError> {
    let submit = move |desk: &mut Desk| desk.submit(period, &actor.person);
    let view = spoken.answer(node.keeper().desk(submit).await)?;
    let warnings = spoken.translate(view.warnings);
    Ok(Json(SubmissionView { warnings, ..view }))
}

/// A report as a file.
#[utoipa::path(get, path = "/api/periods/{period}/report",
    params(("period" = String, Path), Wanted),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = "4XX", body = Refusal)))]
pub(crate) async fn report(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(period): Path<PeriodId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, ApiError> {
    let printable = spoken.answer(node.keeper().printable(period, wanted.unit).await)?;
    let (format, kind) = match wanted.format {
        FormatName::Docx => (
            ReportFormat::Docx,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        FormatName::Json => (ReportFormat::Json, "application/json"),
        FormatName::Pdf => (ReportFormat::Pdf, "application/pdf"),
        FormatName::Xlsx => (
            ReportFormat::Xlsx,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    };
    // Rendering takes up to a second: on a thread of its own, so that neither the keeper nor other
    // requests wait for it.
    let rendered = tokio::task::spawn_blocking(move || match wanted.part {
        PartName::Report => printable.render(format),
        PartName::Sources => printable.render_sources(format),
    })
    .await;
    let rendered = rendered
        .unwrap_or_else(|error| Err(Refusal::new(Reason::Failed, Problem::new("internal", error))));
    let file = spoken.answer(rendered)?;
    let ending = format!("{:?}", wanted.format).to_lowercase();
    let name = format!("attachment; filename=\"{}.{ending}\"", file.name);
    Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name.as_str())], file.bytes).into_response())
}
