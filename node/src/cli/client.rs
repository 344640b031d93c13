//! Speaking to the node: in this process when its store is free, else to the process that holds it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{Method, Request, Response, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::ServiceExt as _;

use crate::api;
use crate::data_dir::{DataDir, ServeFile};
use crate::import::MAX_FILE_BYTES;
use crate::node::Node;
use crate::problem::{Problem, Reason, Refusal};

/// How long another command may hold the store before this one gives up.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long the process that holds the store may take to say that it is there. It answers at once, unless
/// it hangs.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// The way to the node's API.
pub(crate) struct Client {
    way: Way,
    language: &'static str,
    /// What people are to be told about how the node was opened.
    pub(crate) news: Vec<Problem>,
}

enum Way {
    Here(Router),
    There { file: ServeFile, http: HttpClient<HttpConnector, Full<Bytes>> },
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
            if let Some(client) = Self::there(dir, language).await? {
                return Ok(client);
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
        matches!(self.way, Way::There { .. })
    }

    /// Speaks to the process that serves, and to nobody else.
    pub(crate) async fn of_serve(
        dir: &DataDir,
        language: &'static str,
    ) -> Result<Option<Self>, Refusal> {
        Self::there(dir, language).await
    }

    /// The process that serves; `None` when there is none, or none any more.
    async fn there(dir: &DataDir, language: &'static str) -> Result<Option<Self>, Refusal> {
        let Ok(text) = std::fs::read_to_string(dir.serve_file()) else { return Ok(None) };
        let Ok(file) = serde_json::from_str::<ServeFile>(&text) else { return Ok(None) };
        let process = file.process;
        let http = HttpClient::builder(TokioExecutor::new()).build_http();
        let client = Self { way: Way::There { file, http }, language, news: Vec::new() };
        let asked = client.get::<serde_json::Value>("/api/status", &[]);
        match tokio::time::timeout(SIGN_OF_LIFE, asked).await {
            Ok(Ok(_)) => Ok(Some(client)),
            // The file may be left over from a process that is gone.
            Ok(Err(_)) => Ok(None),
            Err(_) => Err(hangs(process)),
        }
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
        let mut request = Request::builder().method(method).header(ACCEPT_LANGUAGE, self.language);
        let bytes = match body {
            Some((bytes, kind)) => {
                request = request.header(CONTENT_TYPE, kind);
                bytes
            }
            None => Bytes::new(),
        };
        match &self.way {
            Way::Here(router) => {
                let request = request.uri(target).body(Body::from(bytes)).map_err(internal)?;
                let answered: Result<_, std::convert::Infallible> =
                    router.clone().oneshot(request).await;
                match answered {
                    Ok(response) => collect(response).await,
                    Err(never) => match never {},
                }
            }
            Way::There { file, http } => {
                let request = request
                    .uri(format!("http://{}{target}", file.address))
                    .header(AUTHORIZATION, format!("Bearer {}", file.token))
                    .body(Full::new(bytes))
                    .map_err(internal)?;
                let response = http.request(request).await.map_err(|error| {
                    let problem = Problem::new("serve-unreachable", &error).arg("what", error);
                    Refusal::new(Reason::Failed, problem)
                })?;
                collect(response).await
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
    // The token was read from the file of a process that is gone: what the door says is meant for browsers.
    if status == StatusCode::UNAUTHORIZED {
        let detail = format!("{status}: {}", String::from_utf8_lossy(&bytes));
        return Err(Refusal::new(Reason::Failed, Problem::new("serve-restarted", detail)));
    }
    Err(serde_json::from_slice(&bytes).unwrap_or_else(|_| plain_refusal(status, &bytes)))
}

fn hangs(process: Option<u32>) -> Refusal {
    let seconds = SIGN_OF_LIFE.as_secs();
    let problem =
        Problem::new("serve-hangs", format!("process {process:?}: no answer in {seconds} s"));
    let process = process.map_or("none".to_owned(), |process| process.to_string());
    Refusal::new(Reason::Failed, problem.arg("process", process).arg("seconds", seconds))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Time stands still but for what is waited for.
    #[tokio::test(start_paused = true)]
    async fn a_serve_that_takes_connections_and_never_answers_is_said_to_hang() {
        let folder = tempfile::tempdir().unwrap();
        let dir = DataDir::new(folder.path());
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = silent.local_addr().unwrap();
        let file = ServeFile { address, token: "t".to_owned(), process: Some(4711) };
        std::fs::write(dir.serve_file(), serde_json::to_vec(&file).unwrap()).unwrap();

        let refusal = Client::there(&dir, "vi").await.err().unwrap();
        assert!(refusal.is("serve-hangs"), "{refusal}");
        assert_eq!(refusal.problems[0].args["process"], "4711");
        refusal.problems.iter().for_each(crate::messages::tests::assert_told_in_full);

        drop(silent);
        assert!(Client::there(&dir, "vi").await.unwrap().is_none(), "it is gone");
    }
}
