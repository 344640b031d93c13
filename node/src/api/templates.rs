//! Templates: reading one, publishing a version.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use hopluu_protocol::documents::template;
use hopluu_protocol::id::{DocId, TemplateRef};

use super::Actor;
use super::error::{ApiError, Spoken};
use crate::desk::{Desk, Publication, Published};
use crate::node::Node;
use crate::problem::{Problem, Reason, Refusal};

/// A template's text.
#[utoipa::path(get, path = "/api/templates/{reference}", params(("reference" = String, Path)),
    responses((status = 200, body = String), (status = "4XX", body = Refusal)))]
pub(crate) async fn get(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(reference): Path<TemplateRef>,
) -> Result<String, ApiError> {
    let read = move |desk: &mut Desk| {
        let doc = DocId::Template(reference);
        let source = match desk.replica.document(&doc)? {
            Some(document) => template::source(document)?,
            None => None,
        };
        source.ok_or_else(|| {
            let problem = Problem::new("not-arrived", format!("{doc} is not here"));
            Refusal::new(Reason::NotFound, problem.arg("doc", &doc))
        })
    };
    spoken.answer(node.keeper().desk(read).await)
}

/// Publishes a version of a template, or says what that would do. All or nothing; what has been done
/// already is not done again.
#[utoipa::path(post, path = "/api/templates", params(Actor), request_body = Publication,
    responses((status = 200, body = Published), (status = "4XX", body = Refusal)))]
pub(crate) async fn publish(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Query(actor): Query<Actor>,
    Json(publication): Json<Publication>,
) -> Result<Json<Published>, ApiError> {
    let published = node.keeper().publish(publication, actor.person).await;
    let mut published = spoken.answer(published)?;
    published.warnings = spoken.translate(published.warnings);
    Ok(Json(published))
}
