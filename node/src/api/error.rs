//! Refusals as answers.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::import::MAX_FILE_BYTES;
use crate::messages::{Catalogue, Language};
use crate::problem::{Problem, Reason, Refusal};

static VIETNAMESE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(Language::Vietnamese));
static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(Language::English));

/// Longest text of a refusal by the web framework that is passed on, bytes.
const LONGEST_DETAIL: usize = 64 * 1024;

/// The language that the caller asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spoken(Language);

impl<S: Sync> FromRequestParts<S> for Spoken {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let asked = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Self(Language::from_locale(asked)))
    }
}

/// A refusal on its way out.
#[derive(Debug)]
pub struct ApiError {
    refusal: Refusal,
}

impl Spoken {
    /// Puts a result's refusal into the caller's language.
    pub(crate) fn answer<T>(self, result: Result<T, Refusal>) -> Result<T, ApiError> {
        result.map_err(|refusal| self.refusal(refusal))
    }

    /// Puts a refusal into the caller's language.
    pub(crate) fn refusal(self, mut refusal: Refusal) -> ApiError {
        self.catalogue().translate(&mut refusal);
        ApiError { refusal }
    }

    /// Puts problems into the caller's language.
    pub(crate) fn translate(self, mut problems: Vec<Problem>) -> Vec<Problem> {
        for problem in &mut problems {
            problem.message = self.catalogue().problem(problem);
        }
        problems
    }

    /// Puts a problem into the caller's language, without its place: whoever shows it shows it there.
    pub(crate) fn tell(self, problem: &mut Problem) {
        let told = self.catalogue().text(&problem.code, &problem.args);
        problem.message = told.unwrap_or_else(|| problem.detail.clone());
    }

    /// Lines of the catalogue, for who puts together what is shown.
    pub(crate) fn words(self) -> impl Fn(&str, &[(&str, &str)]) -> String {
        move |code, args| self.catalogue().line(code, args)
    }

    /// A line of the catalogue.
    pub(crate) fn line(self, code: &str) -> String {
        self.text(code, &BTreeMap::new())
    }

    /// A message of the catalogue with its facts.
    pub(crate) fn text(self, code: &str, args: &BTreeMap<String, String>) -> String {
        self.catalogue().text(code, args).unwrap_or_else(|| code.to_owned())
    }

    fn catalogue(self) -> &'static Catalogue {
        match self.0 {
            Language::English => &ENGLISH,
            Language::Vietnamese => &VIETNAMESE,
        }
    }
}

impl ApiError {
    /// The answer under a status of its own.
    pub(crate) fn with_status(self, status: StatusCode) -> Response {
        (status, Json(self.refusal)).into_response()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = match self.refusal.reason {
            Reason::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            Reason::Forbidden => StatusCode::FORBIDDEN,
            Reason::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Reason::NotFound => StatusCode::NOT_FOUND,
            Reason::NotNow => StatusCode::CONFLICT,
            Reason::Unreachable => StatusCode::BAD_GATEWAY,
        };
        (status, Json(self.refusal)).into_response()
    }
}

/// Gives what the web framework refuses by itself, such as a body that does not read, the form of all refusals:
/// whoever asks could not tell it from a node that is out of reach.
pub(super) async fn as_refusals(spoken: Spoken, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE);
    let is_told = kind.is_some_and(|kind| kind.as_bytes() == b"application/json");
    if !status.is_client_error() || is_told {
        return response;
    }
    let said = to_bytes(response.into_body(), LONGEST_DETAIL).await.unwrap_or_default();
    let detail = format!("{status}: {}", String::from_utf8_lossy(&said));
    let problem = match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new("request-unknown", detail)
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new("request-too-large", detail).arg("limit", MAX_FILE_BYTES / (1024 * 1024))
        }
        _ => Problem::new("request-unreadable", detail),
    };
    let told = spoken.refusal(Refusal::new(Reason::Invalid, problem));
    (status, Json(told.refusal)).into_response()
}
