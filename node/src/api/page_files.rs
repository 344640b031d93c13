//! The page's files, as they were built into the program, and what every answer says about content.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::Spoken;

include!(concat!(env!("OUT_DIR"), "/page_files.rs"));

/// Scripts, styles, pictures and requests of the page's own, and nothing else. Style attributes are the page's
/// own too: scripts that could set them come from here.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    style-src-attr 'unsafe-inline'; img-src 'self' blob: data:; font-src 'self'; \
    connect-src 'self'; manifest-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// What browsers are told beside that.
const HEADERS: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Gives a file of the page; for every other path its beginning, which knows its own addresses.
pub(super) async fn serve(spoken: Spoken, method: Method, uri: Uri) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    let find = |name: &str| FILES.iter().find(|(known, _)| *known == name);
    match find(path).or_else(|| find("index.html").filter(|_| !path.starts_with("assets/"))) {
        Some((name, bytes)) => {
            // The names of assets change with their content.
            let cache = if name.starts_with("assets/") {
                "public, max-age=31536000, immutable"
            } else {
                "no-cache"
            };
            ([(CONTENT_TYPE, kind_of(name)), (CACHE_CONTROL, cache)], *bytes).into_response()
        }
        None if FILES.is_empty() => {
            let (title, text) =
                (spoken.line("screen-page-not-built-title"), spoken.line("screen-page-not-built"));
            let page = format!(
                "<!doctype html><meta charset=\"utf-8\"><title>{title}</title>\
                 <h1>{title}</h1><p>{text}</p>"
            );
            let kind = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store")];
            (StatusCode::NOT_FOUND, kind, page).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Adds to every answer what a browser may do with it.
pub(crate) async fn guard_content(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_api = path.starts_with("/api/") || path.starts_with("/window/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    say_what_browsers_may_do(headers);
    if is_api {
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

/// Adds what every answer says.
pub(crate) fn say_what_browsers_may_do(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("ico") => "image/x-icon",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("txt" | "ftl") => "text/plain; charset=utf-8",
        Some("webmanifest") => "application/manifest+json",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
