//! The way from a window to its node: in this process when the store is free, else to the process that serves it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, Method, Request, Response};
use bytes::Bytes;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use crate::api;
use crate::data_dir::DataDir;
use crate::holder::{Holder, Lost};
use crate::node::Node;
use crate::problem::{Problem, Refusal};

/// How long a command may hold the store before the window says so.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often the store is tried while somebody holds it.
const PAUSE: Duration = Duration::from_millis(50);
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
    /// Another process serves it.
    There(Holder),
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
            if let Some(holder) = Holder::serving(dir).await? {
                return Ok(Self::There(holder));
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

    /// Asks the node, and gives its answer as it begins to come.
    pub(super) async fn call(
        &self,
        method: &Method,
        target: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Response<Body>, Lost> {
        let mut passed_on = HeaderMap::new();
        for name in PASSED_ON {
            if let Some(value) = headers.get(&name) {
                passed_on.insert(name, value.clone());
            }
        }
        match self {
            Self::Here { site, .. } => {
                let request = Request::builder().method(method).uri(target).body(Body::from(body));
                let mut request = request.map_err(|error| Lost::BrokenOff(error.to_string()))?;
                *request.headers_mut() = passed_on;
                match site.clone().oneshot(request).await {
                    Ok(response) => Ok(response),
                    Err(never) => match never {},
                }
            }
            Self::There(holder) => holder.call(method, target, &passed_on, body).await,
        }
    }

    /// What people are to be told about how the node was opened.
    pub(super) fn news(&self) -> &[Problem] {
        match self {
            Self::Here { node, .. } => node.news(),
            Self::There(_) => &[],
        }
    }

    /// Ends the node's connections, if it runs here.
    pub(super) async fn leave(&self) -> Result<(), Refusal> {
        match self {
            Self::Here { node, .. } => node.leave().await,
            Self::There(_) => Ok(()),
        }
    }
}
