//! Importing a file into this unit's draft.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use hopluu_protocol::period::PeriodId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::error::{ApiError, Spoken};
use crate::desk::{Desk, ImportOptions, ImportPlan};
use crate::import::{ImportFile, ImportFormat, Reading, read, too_large};
use crate::node::Node;
use crate::problem::{Problem, Reason, Refusal};

/// The file that is imported, and how.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Imported {
    /// Its name, for messages; the ending says the format unless `format` does.
    file: String,
    /// What it is: `csv`, `json`, `ods`, `xls`, `xlsb`, `xlsx`.
    #[serde(default)]
    format: Option<String>,
    /// Who imports.
    #[serde(default)]
    person: String,
    /// Only plan: the answer is the plan, its problems with it, and nothing is written.
    #[serde(default)]
    dry_run: bool,
    /// Clear the cells that are empty in the file. Otherwise an empty cell changes nothing.
    #[serde(default)]
    clear_blank: bool,
}

/// Imports a file, all or nothing: answers with what was done, or with `dry_run` what would be.
#[utoipa::path(post, path = "/api/periods/{period}/import",
    params(("period" = String, Path), Imported),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = ImportPlan), (status = "4XX", body = Refusal)))]
pub(crate) async fn import(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(period): Path<PeriodId>,
    Query(imported): Query<Imported>,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Json<ImportPlan>, ApiError> {
    let plan = carry_out(&node, period, imported, bytes).await;
    let mut plan = spoken.answer(plan)?;
    for problems in [&mut plan.left_out, &mut plan.remarks, &mut plan.problems] {
        *problems = spoken.translate(std::mem::take(problems));
    }
    Ok(Json(plan))
}

async fn carry_out(
    node: &Node,
    period: PeriodId,
    imported: Imported,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<ImportPlan, Refusal> {
    let bytes = bytes.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::new(Reason::Invalid, too_large()),
        _ => Refusal::new(Reason::Failed, Problem::new("internal", rejection)),
    })?;
    let Imported { file, format, person, dry_run, clear_blank } = imported;
    let format = match format {
        Some(format) => ImportFormat::of_ending(&format),
        None => ImportFormat::of_file(&file).or_else(|| ImportFormat::of_bytes(&bytes)),
    };
    let Some(format) = format else {
        let problem = Problem::new("import-format", format!("{file}: unknown ending"));
        return Err(Refusal::new(Reason::Invalid, problem.arg("file", file)));
    };
    // A large file takes seconds to read: not while everybody waits for the keeper.
    let template = node.keeper().desk(move |desk: &mut Desk| desk.template_of(period)).await?;
    let reading = tokio::task::spawn_blocking(move || {
        let file = ImportFile { format, bytes: &bytes, name: &file };
        read(&file, &|id| template.indicator(id).is_some())
    });
    let reading: Reading = reading
        .await
        .map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))
        .and_then(|reading| reading)?;
    let options = ImportOptions { clear_blank, dry_run };
    let import = move |desk: &mut Desk| desk.import_reading(period, reading, options, &person);
    node.keeper().desk(import).await
}
