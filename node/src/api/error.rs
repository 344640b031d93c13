//! Refusals as answers.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use crate::messages::{Catalogue, Language};
use crate::problem::{Problem, Reason, Refusal};

static VIETNAMESE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(Language::Vietnamese));
static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(Language::English));

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
        result.map_err(|mut refusal| {
            self.catalogue().translate(&mut refusal);
            ApiError { refusal }
        })
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
