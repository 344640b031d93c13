//! Speaking to the node: in this process when its store is free, else to the process that holds it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::ServiceExt as _;

use crate::api;
use crate::data_dir::DataDir;
use crate::holder::Holder;
use crate::import::MAX_FILE_BYTES;
use crate::node::Node;
use crate::problem::{Problem, Reason, Refusal};

/// How long another command may hold the store before this one gives up.
const PATIENCE: Duration = Duration::from_secs(10);

/// The way to the node's API.
pub(crate) struct Client {
    way: Way,
    language: &'static str,
    /// What people are to be told about how the node was opened.
    pub(crate) news: Vec<Problem>,
}

enum Way {
    Here(Router),
    There(Holder),
}

/// A file that the API gave.
pub(crate) struct File {
    /// Its name, as the API proposes it.
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
}

impl Client {
    /// Opens the node, or finds the process that has it open.
    pub(crate) async fn connect(dir: &DataDir, language: &'static str) -> Result<Self, Refusal> {
        Self::open_or_find(dir, language, async || Node::open(dir).await).await
    }

    /// As [`Client::connect`], for a node that may not be one yet or has lost its key.
    pub(crate) async fn connect_to_join(
        dir: &DataDir,
        language: &'static str,
    ) -> Result<Self, Refusal> {
        Self::open_or_find(dir, language, async || Node::open_to_join(dir).await).await
    }

    async fn open_or_find(
        dir: &DataDir,
        language: &'static str,
        open: impl AsyncFn() -> Result<Arc<Node>, Refusal>,
    ) -> Result<Self, Refusal> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let refusal = match open().await {
                Ok(node) => return Ok(Self::here(node, language)),
                Err(refusal) if refusal.is("store-in-use") => refusal,
                Err(refusal) => return Err(refusal),
            };
            let holder = match Holder::serving(dir).await? {
                None => Holder::window(dir).await?,
                holder => holder,
            };
            if let Some(holder) = holder {
                return Ok(Self::there(holder, language));
            }
            // A short command has the store: it is done in a moment.
            if tokio::time::Instant::now() > deadline {
                return Err(refusal);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Speaks to a node of this process.
    pub(crate) fn here(node: Arc<Node>, language: &'static str) -> Self {
        let news = node.news().to_vec();
        Self { way: Way::Here(api::router(node)), language, news }
    }

    /// Whether another process holds the store: one that keeps a connection to the hub.
    pub(crate) fn is_there(&self) -> bool {
        matches!(self.way, Way::There(_))
    }

    /// Speaks to the process that serves, and to nobody else.
    pub(crate) async fn of_serve(
        dir: &DataDir,
        language: &'static str,
    ) -> Result<Option<Self>, Refusal> {
        let holder = Holder::serving(dir).await?;
        Ok(holder.map(|holder| Self::there(holder, language)))
    }

    fn there(holder: Holder, language: &'static str) -> Self {
        Self { way: Way::There(holder), language, news: Vec::new() }
    }

    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, Refusal> {
        parse(&self.send(Method::GET, path, query, None).await?)
    }

    pub(crate) async fn text(&self, path: &str) -> Result<String, Refusal> {
        let bytes = self.send(Method::GET, path, &[], None).await?.bytes;
        String::from_utf8(bytes.to_vec()).map_err(internal)
    }

    pub(crate) async fn file(&self, path: &str, query: &[(&str, &str)]) -> Result<File, Refusal> {
        self.send(Method::GET, path, query, None).await
    }

    pub(crate) async fn send_json<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: &impl Serialize,
    ) -> Result<T, Refusal> {
        let body = serde_json::to_vec(body).map_err(internal)?;
        parse(&self.send(method, path, query, Some((body.into(), "application/json"))).await?)
    }

    pub(crate) async fn send_bytes<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<T, Refusal> {
        let body = Some((body.into(), "application/octet-stream"));
        parse(&self.send(Method::POST, path, query, body).await?)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<(Bytes, &'static str)>,
    ) -> Result<File, Refusal> {
        let mut target = path.to_owned();
        if !query.is_empty() {
            let mut pairs = form_urlencoded::Serializer::new(String::new());
            pairs.extend_pairs(query);
            target = format!("{path}?{}", pairs.finish());
        }
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(self.language));
        let bytes = match body {
            Some((bytes, kind)) => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
                bytes
            }
            None => Bytes::new(),
        };
        match &self.way {
            Way::Here(router) => {
                let request = Request::builder().method(method).uri(target).body(Body::from(bytes));
                let mut request = request.map_err(internal)?;
                *request.headers_mut() = headers;
                let answered: Result<_, std::convert::Infallible> =
                    router.clone().oneshot(request).await;
                match answered {
                    Ok(response) => collect(response).await,
                    Err(never) => match never {},
                }
            }
            Way::There(holder) => {
                let answered = holder.call(&method, &target, &headers, bytes).await;
                collect(answered.map_err(|lost| holder.refusal(&lost))?).await
            }
        }
    }
}

async fn collect<B>(response: Response<B>) -> Result<File, Refusal>
where
    B: axum::body::HttpBody<Data = Bytes>,
    B::Error: std::fmt::Display,
{
    let status = response.status();
    let name = response
        .headers()
        .get(CONTENT_DISPOSITION)
        .and_then(|value| value.to_str().ok()?.split('"').nth(1).map(str::to_owned))
        .unwrap_or_default();
    let bytes = response.into_body().collect().await.map_err(internal)?.to_bytes();
    if status.is_success() {
        return Ok(File { name, bytes });
    }
    Err(serde_json::from_slice(&bytes).unwrap_or_else(|_| plain_refusal(status, &bytes)))
}

/// An answer that is not ours: a path or a body that the framework refused before we saw it.
fn plain_refusal(status: StatusCode, bytes: &Bytes) -> Refusal {
    let what = String::from_utf8_lossy(bytes).into_owned();
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        let problem = Problem::new("request-too-large", format!("{status}: {what}"));
        let limit = MAX_FILE_BYTES / (1024 * 1024);
        return Refusal::new(Reason::Invalid, problem.arg("limit", limit));
    }
    let problem = Problem::new("request-refused", format!("{status}: {what}"));
    Refusal::new(Reason::Invalid, problem.arg("what", what))
}

fn parse<T: DeserializeOwned>(file: &File) -> Result<T, Refusal> {
    serde_json::from_slice(&file.bytes).map_err(internal)
}

fn internal(error: impl std::fmt::Display) -> Refusal {
    Refusal::new(Reason::Failed, Problem::new("internal", error))
}
