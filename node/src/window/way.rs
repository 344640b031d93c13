//! The way from a window to its node: in this process when the store is free, else to the process that serves it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, Method, Request, Response, StatusCode};
use bytes::Bytes;
use http_body_util::Full;
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use crate::api;
use crate::data_dir::{DataDir, ServeFile};
use crate::node::Node;
use crate::problem::{Problem, Reason, Refusal};

/// How long a command may hold the store before the window says so.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often the store is tried while somebody holds it.
const PAUSE: Duration = Duration::from_millis(50);
/// How long the process that holds the store may take to say that it is there.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);
/// Where a hub listens for its offices, as under `serve`.
const HUB_LISTENS: ([u8; 4], u16) = ([0, 0, 0, 0], 4433);
/// What of a request's headers concerns the node. All else is between the window and its web view.
const PASSED_ON: [HeaderName; 3] = [ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE];

/// The way to the node.
pub(super) enum Way {
    /// The store is open in this process.
    Here {
        node: Arc<Node>,
        site: Router,
        /// What the node does beside answering. Ends with it.
        _tasks: JoinSet<()>,
    },
    /// Another process has it.
    There { file: ServeFile, http: HttpClient<HttpConnector, Full<Bytes>> },
}

/// Why a request was not answered.
#[derive(Debug, thiserror::Error)]
pub(super) enum Lost {
    /// The process that served has gone before it had the request: another way may be found.
    #[error("the process that served the node is gone")]
    Gone,
    /// It broke off: whether it did anything is not known.
    #[error("the process that serves the node broke off: {0}")]
    BrokenOff(String),
}

impl Way {
    /// Opens the node, or finds the process that has it open. Where nothing is yet, a node is made that can join.
    pub(super) async fn open(dir: &DataDir) -> Result<Self, Refusal> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let refusal = match Node::open_or_make(dir).await {
                Ok(node) => return Self::here(node).await,
                Err(refusal) if refusal.is("store-in-use") => refusal,
                Err(refusal) => return Err(refusal),
            };
            if let Some(way) = Self::there(dir).await? {
                return Ok(way);
            }
            // A short command has the store: it is done in a moment.
            if tokio::time::Instant::now() > deadline {
                return Err(refusal);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Runs a node in this process, as `serve` does, but for the port of its API.
    async fn here(node: Arc<Node>) -> Result<Self, Refusal> {
        let mut tasks = JoinSet::new();
        if node.is_hub().await? {
            // Its operator can work all the same, and status and offices say that it is not reached.
            if let Err(refusal) = node.listen(HUB_LISTENS.into()) {
                tracing::warn!(%refusal, "this hub does not listen");
            }
        } else {
            tasks.spawn(Arc::clone(&node).stay_connected());
        }
        let told = Arc::clone(&node);
        tasks.spawn(async move { match told.tell_of_the_line().await {} });
        let site = api::site(Arc::clone(&node));
        Ok(Self::Here { node, site, _tasks: tasks })
    }

    /// The process that serves; `None` when there is none, or none any more.
    async fn there(dir: &DataDir) -> Result<Option<Self>, Refusal> {
        let Ok(text) = std::fs::read_to_string(dir.serve_file()) else { return Ok(None) };
        let Ok(file) = serde_json::from_str::<ServeFile>(&text) else { return Ok(None) };
        // The token is for loopback and for nothing else.
        if !file.address.ip().is_loopback() {
            return Ok(None);
        }
        let process = file.process;
        let way =
            Self::There { file, http: HttpClient::builder(TokioExecutor::new()).build_http() };
        let no_headers = HeaderMap::new();
        let asked = way.call(&Method::GET, "/api/status", &no_headers, Bytes::new());
        match tokio::time::timeout(SIGN_OF_LIFE, asked).await {
            Ok(Ok(_)) => Ok(Some(way)),
            // The file may be left over from a process that is gone.
            Ok(Err(_)) => Ok(None),
            Err(_) => {
                let seconds = SIGN_OF_LIFE.as_secs();
                let process = process.map_or("none".to_owned(), |process| process.to_string());
                let problem = Problem::new("serve-hangs", format!("process {process}"));
                let problem = problem.arg("process", process).arg("seconds", seconds);
                Err(Refusal::new(Reason::Failed, problem))
            }
        }
    }

    /// Asks the node, and gives its answer as it begins to come.
    pub(super) async fn call(
        &self,
        method: &Method,
        target: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Response<Body>, Lost> {
        let mut request = Request::builder().method(method);
        for name in PASSED_ON {
            if let Some(value) = headers.get(&name) {
                request = request.header(name, value);
            }
        }
        let unfit = |error: axum::http::Error| Lost::BrokenOff(error.to_string());
        match self {
            Self::Here { site, .. } => {
                let request = request.uri(target).body(Body::from(body)).map_err(unfit)?;
                match site.clone().oneshot(request).await {
                    Ok(response) => Ok(response),
                    Err(never) => match never {},
                }
            }
            Self::There { file, http } => {
                let request = request
                    .uri(format!("http://{}{target}", file.address))
                    .header(AUTHORIZATION, format!("Bearer {}", file.token))
                    .body(Full::new(body))
                    .map_err(unfit)?;
                let response = http.request(request).await.map_err(|error| {
                    if error.is_connect() { Lost::Gone } else { Lost::BrokenOff(error.to_string()) }
                })?;
                // Another process has the port by now, or the same with another token.
                if [StatusCode::UNAUTHORIZED, StatusCode::MISDIRECTED_REQUEST]
                    .contains(&response.status())
                {
                    return Err(Lost::Gone);
                }
                Ok(response.map(Body::new))
            }
        }
    }

    /// What people are to be told about how the node was opened.
    pub(super) fn news(&self) -> &[Problem] {
        match self {
            Self::Here { node, .. } => node.news(),
            Self::There { .. } => &[],
        }
    }

    /// Ends the node's connections, if it runs here.
    pub(super) async fn leave(&self) -> Result<(), Refusal> {
        match self {
            Self::Here { node, .. } => node.leave().await,
            Self::There { .. } => Ok(()),
        }
    }
}
