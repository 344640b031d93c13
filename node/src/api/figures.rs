//! The form of a period, this unit's figures in it, and many edits of them at once.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use hopluu_protocol::period::PeriodId;

use super::Actor;
use super::error::{ApiError, Spoken};
use crate::desk::{EditOutcome, EditRequest, FigureCell, FiguresView, Form};
use crate::node::Node;
use crate::problem::{Problem, Refusal};

/// The form of a period, as this unit fills it.
#[utoipa::path(get, path = "/api/periods/{period}/form", params(("period" = String, Path)),
    responses((status = 200, body = Form), (status = "4XX", body = Refusal)))]
pub(crate) async fn form(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(period): Path<PeriodId>,
) -> Result<Json<Form>, ApiError> {
    let form = node.keeper().desk(move |desk| desk.form(period, &spoken.words()));
    spoken.answer(form.await).map(Json)
}

/// The figures of this unit's draft.
#[utoipa::path(get, path = "/api/periods/{period}/figures", params(("period" = String, Path)),
    responses((status = 200, body = FiguresView), (status = "4XX", body = Refusal)))]
pub(crate) async fn figures(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(period): Path<PeriodId>,
) -> Result<Json<FiguresView>, ApiError> {
    let read = node.keeper().office(move |office| {
        let revision = office.changes.revision();
        let at_hub = office.at_hub(&office.desk.own_report(period)?)?;
        let view = office.desk.figures(period, &at_hub, &spoken.words())?;
        Ok(FiguresView { revision, ..view })
    });
    let mut view = spoken.answer(read.await)?;
    view.locked.iter_mut().for_each(|problem| spoken.tell(problem));
    tell_cells(spoken, &mut view.cells);
    Ok(Json(view))
}

/// Edits many cells: what is plain is written in one action, the rest is told. Answered when it is durable.
#[utoipa::path(post, path = "/api/periods/{period}/edits",
    params(("period" = String, Path), Actor), request_body = EditRequest,
    responses((status = 200, body = EditOutcome), (status = "4XX", body = Refusal)))]
pub(crate) async fn edits(
    State(node): State<Arc<Node>>,
    spoken: Spoken,
    Path(period): Path<PeriodId>,
    Query(actor): Query<Actor>,
    Json(request): Json<EditRequest>,
) -> Result<Json<EditOutcome>, ApiError> {
    let edit = node.keeper().office(move |office| {
        let revision = office.changes.revision();
        let at_hub = office.at_hub(&office.desk.own_report(period)?)?;
        let words = spoken.words();
        let outcome = office.desk.edit_cells(period, &request, &actor.person, &at_hub, &words)?;
        if outcome.changes.is_empty() && !outcome.cells.is_empty() && !outcome.repeated {
            // Drafts are in no document, so no commit tells of them.
            office.changes.note(format!("figures/{period}"));
        }
        Ok(EditOutcome { revision, ..outcome })
    });
    let mut outcome = spoken.answer(edit.await)?;
    for change in &mut outcome.changes {
        change.noted.iter_mut().for_each(|problem| spoken.tell(problem));
    }
    outcome.questions.iter_mut().for_each(|question| spoken.tell(&mut question.problem));
    outcome.refused.iter_mut().for_each(|refused| spoken.tell(&mut refused.problem));
    outcome.skipped.iter_mut().for_each(|skipped| spoken.tell(&mut skipped.problem));
    tell_cells(spoken, &mut outcome.cells);
    Ok(Json(outcome))
}

/// Puts what is said at cells into the caller's language.
fn tell_cells(spoken: Spoken, cells: &mut [FigureCell]) {
    let told = |problems: &mut [Problem]| problems.iter_mut().for_each(|it| spoken.tell(it));
    for cell in cells {
        cell.draft.iter_mut().for_each(|draft| spoken.tell(&mut draft.problem));
        cell.locked.iter_mut().for_each(|problem| spoken.tell(problem));
        told(&mut cell.problems);
    }
}
