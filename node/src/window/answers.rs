//! What a page asks of its window, and how all else is passed on to the node.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri};
use axum::response::IntoResponse as _;
use axum::routing::{any, get, post};
use axum::{Json, Router};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::files::{Offered, aside, write};
use super::{Inner, LONGEST_ANSWER};
use crate::messages::{Catalogue, Language};
use crate::problem::{Problem, Reason, Refusal};

/// Longest text that is read out of a file for the page: invitations are shorter.
const LONGEST_TEXT: usize = 64 * 1024;

type OfWindow = State<Arc<Inner>>;
type Answer = Result<Response<Body>, Refused>;

/// All that a window answers.
pub(super) fn router(inner: Arc<Inner>) -> Router {
    Router::new()
        .route("/window/events", get(events))
        .route("/window/choose", post(choose))
        .route("/window/text/{handle}", get(text))
        .route("/window/send", post(send))
        .route("/window/keep", post(keep))
        .route("/window/handed-over", post(handed_over))
        .route("/window/{*unknown}", any(StatusCode::NOT_FOUND))
        .layer(axum::middleware::from_fn(crate::api::guard_content))
        // They never end, and a web view takes answers whole.
        .route("/api/events", any(StatusCode::NOT_FOUND))
        // A link into a browser is for who has the token, which the page has not.
        .route(crate::api::LINK_PATH, any(StatusCode::NOT_FOUND))
        .route("/open/{*once}", any(StatusCode::NOT_FOUND))
        .fallback(pass_on)
        // The node has a limit of its own, with words.
        .layer(DefaultBodyLimit::disable())
        .with_state(inner)
}

/// The node's API, for other processes of the same user.
pub(super) fn for_commands(inner: Arc<Inner>) -> Router {
    Router::new()
        .route("/api/{*path}", any(pass_on))
        .layer(DefaultBodyLimit::disable())
        .with_state(inner)
}

async fn pass_on(
    State(inner): OfWindow,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    match inner.call(&method, target, &headers, body).await {
        Ok(response) => response,
        Err(refusal) if uri.path().starts_with("/api/") => {
            Refused::of(&inner, refusal).into_response()
        }
        Err(refusal) => cannot_open(inner.language, refusal),
    }
}

#[derive(Deserialize)]
struct After {
    after: Option<u64>,
}

async fn events(
    State(inner): OfWindow,
    Query(After { after }): Query<After>,
) -> Json<super::events::Words> {
    Json(inner.log.after(after).await)
}

#[derive(Deserialize)]
struct Choosing {
    endings: Vec<String>,
}

async fn choose(
    State(inner): OfWindow,
    Json(Choosing { endings }): Json<Choosing>,
) -> Result<Json<Option<Offered>>, Refused> {
    let asking = Arc::clone(&inner);
    let chosen = aside(move || {
        let Some(path) = asking.desktop.choose_file(&endings) else { return Ok(None) };
        asking.files.offer(&path).map(Some)
    });
    chosen.await.map(Json).map_err(|refusal| Refused::of(&inner, refusal))
}

async fn text(State(inner): OfWindow, Path(handle): Path<String>) -> Result<Json<String>, Refused> {
    let bytes = inner.files.read(&handle).await;
    let bytes = bytes.map_err(|refusal| Refused::of(&inner, refusal))?;
    let bytes = bytes.slice(..bytes.len().min(LONGEST_TEXT));
    Ok(Json(String::from_utf8_lossy(&bytes).into_owned()))
}

/// A file, to be sent to the node.
#[derive(Deserialize)]
struct Sending {
    /// The path of the API, with its query.
    target: String,
    handle: String,
}

async fn send(
    State(inner): OfWindow,
    mut headers: HeaderMap,
    Json(Sending { target, handle }): Json<Sending>,
) -> Answer {
    let sent = async {
        must_be_of_api(&target)?;
        let bytes = inner.files.read(&handle).await?;
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        inner.call(&Method::POST, &target, &headers, bytes).await
    };
    sent.await.map_err(|refusal| Refused::of(&inner, refusal))
}

/// A file that the node makes, to be kept.
#[derive(Deserialize)]
struct Keeping {
    /// The path of the API, with its query.
    target: String,
}

/// What became of a file.
#[derive(Serialize)]
struct Kept {
    /// Under which name it was kept; absent when the person did not want it after all.
    name: Option<String>,
}

async fn keep(
    State(inner): OfWindow,
    headers: HeaderMap,
    Json(Keeping { target }): Json<Keeping>,
) -> Answer {
    let kept = async {
        must_be_of_api(&target)?;
        // Made before anybody is asked for a place: what cannot be made needs none.
        let response = inner.call(&Method::GET, &target, &headers, Bytes::new()).await?;
        if !response.status().is_success() {
            return Ok(response);
        }
        let name = name_of(response.headers());
        let bytes = to_bytes(response.into_body(), LONGEST_ANSWER).await;
        let bytes =
            bytes.map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))?;
        let asking = Arc::clone(&inner);
        let chosen = aside(move || Ok(asking.desktop.choose_place(&name))).await?;
        let Some(path) = chosen else { return Ok(Json(Kept { name: None }).into_response()) };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        write(path, bytes).await?;
        Ok(Json(Kept { name }).into_response())
    };
    kept.await.map_err(|refusal| Refused::of(&inner, refusal))
}

/// The name that the node proposes for a file; without folders, whatever it says.
fn name_of(headers: &HeaderMap) -> String {
    let proposed = headers.get(CONTENT_DISPOSITION).and_then(|value| value.to_str().ok());
    let name = proposed.and_then(|value| value.split('"').nth(1)).unwrap_or_default();
    name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}

/// Files go to the API and come from it, and nowhere else.
fn must_be_of_api(target: &str) -> Result<(), Refusal> {
    let is_link = target.starts_with(crate::api::LINK_PATH) || target.starts_with("/api/events");
    if target.starts_with("/api/") && !is_link {
        return Ok(());
    }
    let problem = Problem::new("request-unknown", "files go to the API and come from it");
    Err(Refusal::new(Reason::NotFound, problem))
}

#[derive(Deserialize)]
struct HandedOver {
    /// How many changes of the page the node has not written.
    unsaved: u64,
}

async fn handed_over(
    State(inner): OfWindow,
    Json(HandedOver { unsaved }): Json<HandedOver>,
) -> Json<()> {
    inner.handed_over.send_replace(Some(unsaved));
    Json(())
}

/// A refusal in the window's language, as the API's are.
struct Refused(Refusal);

impl Refused {
    fn of(inner: &Inner, mut refusal: Refusal) -> Self {
        Catalogue::new(inner.language).translate(&mut refusal);
        Self(refusal)
    }
}

impl axum::response::IntoResponse for Refused {
    fn into_response(self) -> Response<Body> {
        let status = match self.0.reason {
            Reason::NotFound => StatusCode::NOT_FOUND,
            Reason::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        (status, Json(self.0)).into_response()
    }
}

/// The page of a data directory that cannot be opened. Loading it again tries again.
fn cannot_open(language: Language, mut refusal: Refusal) -> Response<Body> {
    let catalogue = Catalogue::new(language);
    catalogue.translate(&mut refusal);
    let title = catalogue.line("screen-window-cannot-open", &[]);
    let again = catalogue.line("screen-window-again", &[]);
    let told: String = refusal
        .problems
        .iter()
        .map(|problem| format!("<p style=\"{PARAGRAPH}\">{}</p>", escaped(&problem.message)))
        .collect();
    let page = format!(
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><title>Hợp Lưu</title>\
         <body style=\"{BODY}\"><main style=\"max-width:44rem;margin:12vh auto;padding:0 2rem\">\
         <h1 style=\"font-size:1.5rem\">{}</h1>{told}\
         <p style=\"margin-top:2rem\"><a href=\"/\" style=\"{BUTTON}\">{}</a></p></main></html>",
        language.tag(),
        escaped(&title),
        escaped(&again)
    );
    // A web view shows an error page of its own for what is no success.
    let mut response = ([(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
    crate::api::say_what_browsers_may_do(response.headers_mut());
    response
}

/// The page has no style sheet: what is broken may be what would give it.
const BODY: &str = "font:16px/1.6 'Segoe UI',system-ui,sans-serif;background:#f5f7f7;color:#16262a";
const PARAGRAPH: &str = "margin:.75rem 0;overflow-wrap:anywhere";
const BUTTON: &str =
    "background:#0b5f6b;color:#fff;padding:.6rem 1.4rem;border-radius:6px;text-decoration:none";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
