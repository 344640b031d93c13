//! Speaking to the process that holds a node's store: one that serves, or the program's window.
//!
//! Both answer the same API. A process that serves listens on loopback and wants the token of its file; a window
//! has no port, and answers at a door in the data directory (see `door.rs`).

pub(crate) mod door;

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::handshake;
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};

use crate::data_dir::{DataDir, ServeFile};
use crate::problem::{Problem, Reason, Refusal};

/// How long the process that holds the store may take to say that it is there. It answers at once, unless
/// it hangs.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// The process that holds the store, if it is not this one.
pub(crate) enum Holder {
    /// It serves, on loopback.
    Serve { file: ServeFile, http: HttpClient<HttpConnector, Full<Bytes>> },
    /// It shows the program's window.
    Window { dir: DataDir },
}

/// Why a request was not answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Lost {
    /// Nobody is there any more: the request did nothing.
    #[error("the process that held the store is gone: {0}")]
    Gone(String),
    /// Another process has the port by now, or the same with another token: the request did nothing.
    #[error("the process that held the store has been replaced")]
    Replaced,
    /// It broke off: whether it did anything is not known.
    #[error("the process that holds the store broke off: {0}")]
    BrokenOff(String),
}

impl Holder {
    /// Finds the process that serves; `None` when there is none, or none any more.
    ///
    /// # Errors
    /// When it takes connections and does not answer.
    pub(crate) async fn serving(dir: &DataDir) -> Result<Option<Self>, Refusal> {
        let Ok(text) = std::fs::read_to_string(dir.serve_file()) else { return Ok(None) };
        let Ok(file) = serde_json::from_str::<ServeFile>(&text) else { return Ok(None) };
        // The token is for loopback and for nothing else.
        if !file.address.ip().is_loopback() {
            return Ok(None);
        }
        let http = HttpClient::builder(TokioExecutor::new()).build_http();
        Self::Serve { file, http }.if_alive().await
    }

    /// Finds the window; `None` when there is none, or none any more.
    ///
    /// # Errors
    /// When it takes connections and does not answer.
    pub(crate) async fn window(dir: &DataDir) -> Result<Option<Self>, Refusal> {
        Self::Window { dir: dir.clone() }.if_alive().await
    }

    async fn if_alive(self) -> Result<Option<Self>, Refusal> {
        let headers = HeaderMap::new();
        let asked = self.call(&Method::GET, "/api/status", &headers, Bytes::new());
        match tokio::time::timeout(SIGN_OF_LIFE, asked).await {
            Ok(Ok(_)) => Ok(Some(self)),
            // What leads to it may be left over from a process that is gone.
            Ok(Err(_)) => Ok(None),
            Err(_) => Err(self.hangs()),
        }
    }

    /// Asks it, and gives its answer as it begins to come.
    pub(crate) async fn call(
        &self,
        method: &Method,
        target: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Response<Body>, Lost> {
        let mut request = Request::new(Full::new(body));
        request.method_mut().clone_from(method);
        request.headers_mut().clone_from(headers);
        match self {
            Self::Serve { file, http } => ask_serve(file, http, target, request).await,
            Self::Window { dir } => ask_window(dir, target, request).await,
        }
    }

    /// What people are told when it does not answer.
    pub(crate) fn hangs(&self) -> Refusal {
        let problem = match self {
            Self::Serve { file, .. } => {
                let seconds = SIGN_OF_LIFE.as_secs();
                let process = file.process.map_or("none".to_owned(), |process| process.to_string());
                let detail = format!("process {process}: no answer in {seconds} s");
                let problem = Problem::new("serve-hangs", detail);
                problem.arg("process", process).arg("seconds", seconds)
            }
            Self::Window { dir } => {
                let path = dir.path().display();
                let problem =
                    Problem::new("window-hangs", format!("the window of {path} is silent"));
                problem.arg("path", path)
            }
        };
        Refusal::new(Reason::Failed, problem)
    }

    /// What people are told when a request was not answered.
    pub(crate) fn refusal(&self, lost: &Lost) -> Refusal {
        let problem = match (self, lost) {
            (_, Lost::Replaced) => Problem::new("serve-restarted", lost),
            (Self::Serve { .. }, Lost::Gone(what) | Lost::BrokenOff(what)) => {
                Problem::new("serve-unreachable", lost).arg("what", what)
            }
            (Self::Window { .. }, Lost::Gone(what) | Lost::BrokenOff(what)) => {
                Problem::new("window-broke-off", lost).arg("what", what)
            }
        };
        Refusal::new(Reason::Failed, problem)
    }
}

async fn ask_serve(
    file: &ServeFile,
    http: &HttpClient<HttpConnector, Full<Bytes>>,
    target: &str,
    mut request: Request<Full<Bytes>>,
) -> Result<Response<Body>, Lost> {
    let unfit = |error: &dyn std::fmt::Display| Lost::BrokenOff(error.to_string());
    let uri = format!("http://{}{target}", file.address);
    *request.uri_mut() = uri.parse().map_err(|error| unfit(&error))?;
    let token = HeaderValue::from_str(&format!("Bearer {}", file.token));
    request.headers_mut().insert(AUTHORIZATION, token.map_err(|error| unfit(&error))?);
    let response = http.request(request).await.map_err(|error| {
        let what = error.to_string();
        if error.is_connect() { Lost::Gone(what) } else { Lost::BrokenOff(what) }
    })?;
    if [StatusCode::UNAUTHORIZED, StatusCode::MISDIRECTED_REQUEST].contains(&response.status()) {
        return Err(Lost::Replaced);
    }
    Ok(response.map(Body::new))
}

async fn ask_window(
    dir: &DataDir,
    target: &str,
    mut request: Request<Full<Bytes>>,
) -> Result<Response<Body>, Lost> {
    let broke_off = |error: &dyn std::fmt::Display| Lost::BrokenOff(error.to_string());
    *request.uri_mut() = target.parse().map_err(|error| broke_off(&error))?;
    request.headers_mut().insert(HOST, HeaderValue::from_static("localhost"));
    let line = door::knock(dir).await.map_err(|error| Lost::Gone(error.to_string()))?;
    let (mut asking, line) =
        handshake(TokioIo::new(line)).await.map_err(|error| broke_off(&error))?;
    tokio::spawn(async move {
        if let Err(error) = line.await {
            tracing::debug!(%error, "the line to the window broke off");
        }
    });
    let response = asking.send_request(request).await.map_err(|error| broke_off(&error))?;
    Ok(response.map(Body::new))
}

#[cfg(test)]
mod tests;
