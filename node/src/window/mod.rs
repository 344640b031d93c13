//! What a window of the program needs: page and API of one node on one origin, without a port.
//!
//! A web view hands over each request of its page, and [`Bridge`] answers it: from the node of this process, or from
//! the process that serves the data directory. The page holds no token: whatever runs in the window can ask what
//! the page can ask, and nothing else. Beside the API there is `/window/…`, what a page asks of its window: files,
//! what happened, closing. No system library is needed for any of this, so that it is tested everywhere; the window
//! itself is `app/src-tauri`.

mod answers;
mod events;
mod files;
mod instance;
mod news;
mod way;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode};
use bytes::Bytes;
use tokio::sync::{Mutex, mpsc, watch};
use tower::ServiceExt as _;

use crate::data_dir::DataDir;
use crate::holder::Lost;
use crate::messages::{Catalogue, Language};
use crate::problem::Refusal;

pub(crate) use instance::show;
pub use instance::{Ask, Asked, First, Start, start};
pub use news::Told;

use events::{EventLog, Said};
use files::Files;
use way::Way;

/// The scheme under which a window has its page.
pub const SCHEME: &str = "hopluu";
/// Where the page lies, as the window loads it.
pub const PAGE: &str = "hopluu://localhost/";
/// As what the page's scripts see themselves; WebView2 has no schemes of one's own.
const ORIGINS: [&str; 2] = ["hopluu://localhost", "http://hopluu.localhost"];
/// How many bytes a page says that it sends. A web view may hand over less (wry ends at the first short read).
const SENT: &str = "x-hopluu-bytes";
/// Longest answer, bytes: pages of a report and its files are far smaller.
const LONGEST_ANSWER: usize = 256 << 20;
/// How long a page has to hand over what it holds, and how long what it handed over may take.
const HANDING_OVER: Duration = Duration::from_secs(10);
/// How long it takes a page at most to ask again after an answer.
const PAGE_ASKS_WITHIN: Duration = Duration::from_millis(500);
/// How much the shell may lag behind with what it is told.
const MOST_TOLD: usize = 16;

/// What only a desktop can do. All of it may take as long as a person does.
pub trait Desktop: Send + Sync + 'static {
    /// Lets a person choose a file with one of these endings, without dots.
    fn choose_file(&self, endings: &[String]) -> Option<PathBuf>;
    /// Lets a person choose where a file is kept, with a name proposed.
    fn choose_place(&self, name: &str) -> Option<PathBuf>;
}

/// What the shell says by itself, in the language that was spoken when it was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// The tray's menu: show the window.
    pub open: String,
    /// The tray's menu: end the program.
    pub quit: String,
    /// The kind of file in a dialog that opens one.
    pub files: String,
}

impl Labels {
    /// The labels in a language.
    pub fn new(language: Language) -> Self {
        let line = |code: &str| Catalogue::new(language).line(code, &[]);
        Self {
            open: line("screen-window-open"),
            quit: line("screen-window-quit"),
            files: line("screen-window-files"),
        }
    }
}

/// Says that so many changes keep the program open.
pub fn unsaved_words(language: Language, count: u64) -> String {
    Catalogue::new(language).line("screen-window-unsaved", &[("count", &count.to_string())])
}

/// How a window may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// Everything is durable.
    Durable,
    /// So many changes of the page are not: the page keeps them, and says so.
    Unsaved(u64),
}

/// The way of one window to one node. Clones share it.
#[derive(Clone)]
pub struct Bridge {
    inner: Arc<Inner>,
    router: Router,
}

struct Inner {
    dir: DataDir,
    /// Which language is spoken as long as the node has not said which.
    language: Language,
    way: Mutex<Option<Arc<Way>>>,
    log: EventLog,
    files: Files,
    desktop: Box<dyn Desktop>,
    /// How many requests that may change something are not answered yet.
    writing: watch::Sender<usize>,
    /// What the page could not hand over, once it was asked to.
    handed_over: watch::Sender<Option<u64>>,
}

impl Bridge {
    /// Begins to open a data directory. What the shell is to tell comes through the receiver. Must be called within
    /// a runtime.
    pub fn begin(
        dir: DataDir,
        language: Language,
        desktop: impl Desktop,
    ) -> (Self, mpsc::Receiver<Told>) {
        let inner = Arc::new(Inner {
            dir,
            language,
            way: Mutex::default(),
            log: EventLog::new(),
            files: Files::default(),
            desktop: Box::new(desktop),
            writing: watch::Sender::new(0),
            handed_over: watch::Sender::new(None),
        });
        let (tell, told) = mpsc::channel(MOST_TOLD);
        tokio::spawn(news::listen(Arc::downgrade(&inner), tell));
        (Self { router: answers::router(Arc::clone(&inner)), inner }, told)
    }

    /// Answers a request of the page.
    pub async fn answer(&self, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
        if !is_of_page(request.headers()) {
            return plain(StatusCode::FORBIDDEN);
        }
        if was_cut(request.headers(), request.body().len()) {
            tracing::warn!("the web view has handed over a part of what the page sent");
            return plain(StatusCode::BAD_REQUEST);
        }
        let answered = self.router.clone().oneshot(request.map(Body::from)).await;
        let (parts, body) = match answered {
            Ok(response) => response.into_parts(),
            Err(never) => match never {},
        };
        match to_bytes(body, LONGEST_ANSWER).await {
            Ok(bytes) => Response::from_parts(parts, bytes.to_vec()),
            Err(error) => {
                tracing::warn!(%error, "an answer ended early");
                plain(StatusCode::BAD_GATEWAY)
            }
        }
    }

    /// A person gave the window a file: the page is told.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn offer(&self, path: &Path) -> Result<(), Refusal> {
        let offered = self.inner.files.offer(path)?;
        self.inner.log.say(Said::Offered(offered));
        Ok(())
    }

    /// What commands ask at the window's door: the node's API, as a process that serves answers it.
    pub(crate) fn for_commands(&self) -> Router {
        answers::for_commands(Arc::clone(&self.inner))
    }

    /// Waits until all is durable: what the page holds, what is on its way, what peers have acknowledged. Ends the
    /// node's connections then.
    pub async fn close(&self) -> Closing {
        let inner = &self.inner;
        let mut unsaved = 0;
        if inner.log.has_page_within(PAGE_ASKS_WITHIN).await {
            inner.handed_over.send_replace(None);
            let mut handed_over = inner.handed_over.subscribe();
            inner.log.say(Said::Closing);
            let heard =
                tokio::time::timeout(HANDING_OVER, handed_over.wait_for(Option::is_some)).await;
            // A page that says nothing hangs, and has kept what it held.
            unsaved = heard.ok().and_then(Result::ok).and_then(|count| *count).unwrap_or(0);
        }
        let mut writing = inner.writing.subscribe();
        let written = tokio::time::timeout(HANDING_OVER, writing.wait_for(|count| *count == 0));
        if !matches!(written.await, Ok(Ok(_))) {
            unsaved = unsaved.max(1);
        }
        if unsaved > 0 {
            return Closing::Unsaved(unsaved);
        }
        self.leave().await;
        Closing::Durable
    }

    /// Ends the node's connections, so that the next start knows what peers have acknowledged.
    pub async fn leave(&self) {
        let way = self.inner.way.lock().await.clone();
        if let Some(way) = way
            && let Err(refusal) = way.leave().await
        {
            tracing::warn!(%refusal, "the next start asks the hub again");
        }
    }
}

impl Inner {
    /// The way to the node, found anew where there is none.
    async fn way(&self) -> Result<Arc<Way>, Refusal> {
        let mut way = self.way.lock().await;
        if let Some(way) = &*way {
            return Ok(Arc::clone(way));
        }
        let opened = Arc::new(Way::open(&self.dir).await?);
        *way = Some(Arc::clone(&opened));
        Ok(opened)
    }

    /// A way turned out to lead nowhere.
    async fn forget(&self, gone: &Arc<Way>) {
        let mut way = self.way.lock().await;
        if way.as_ref().is_some_and(|way| Arc::ptr_eq(way, gone)) {
            *way = None;
        }
    }

    /// Asks the node. What never reached it is asked once more by another way.
    async fn call(
        &self,
        method: &Method,
        target: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Response<Body>, Refusal> {
        let _writing = (!method.is_safe()).then(|| Writing::one(&self.writing));
        for _ in 0..2 {
            let way = self.way().await?;
            match way.call(method, target, headers, body.clone()).await {
                Ok(response) => return Ok(response),
                Err(Lost::Gone(_) | Lost::Replaced) => self.forget(&way).await,
                Err(error @ Lost::BrokenOff(_)) => {
                    tracing::warn!(%error, "a request was not answered");
                    break;
                }
            }
        }
        Ok(plain(StatusCode::BAD_GATEWAY).map(Body::from))
    }
}

/// A request that may change something.
struct Writing<'a>(&'a watch::Sender<usize>);

impl<'a> Writing<'a> {
    fn one(writing: &'a watch::Sender<usize>) -> Self {
        writing.send_modify(|count| *count += 1);
        Self(writing)
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// Whether a request is the window's own page's. Pages name themselves where they write; for the rest the web view
/// sees to it that nothing else is loaded.
fn is_of_page(headers: &HeaderMap) -> bool {
    headers.get_all(ORIGIN).iter().all(|origin| ORIGINS.iter().any(|own| origin == own))
}

fn was_cut(headers: &HeaderMap, bytes: usize) -> bool {
    let said = headers.get(SENT).map(|sent| sent.to_str().ok().and_then(|sent| sent.parse().ok()));
    said.is_some_and(|said| said != Some(bytes))
}

fn plain(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests;
