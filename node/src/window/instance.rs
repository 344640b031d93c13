//! One window for each data directory. Whoever starts a second one is shown the first.
//!
//! The window that is there holds a lock in the data directory and answers at its door. Libraries for this go by the program's name; here two offices on one machine have a window each.

use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::Bridge;
use crate::data_dir::DataDir;
use crate::durable::make_folder;
use crate::holder::Holder;
use crate::holder::door::Door;
use crate::problem::{Problem, Reason, Refusal};

/// How long the window that is there may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is asked.
const PAUSE: Duration = Duration::from_millis(50);
/// Where a second start asks.
const ASK_PATH: &str = "/window/start";
/// How many starts may wait for the window.
const MOST_STARTS: usize = 16;

/// What a start asks of the window that is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// A file to be opened, if one was named.
    pub open: Option<PathBuf>,
}

/// What another start asks. It waits until the window has taken that.
#[derive(Debug)]
pub struct Asked {
    /// What it asks.
    pub ask: Ask,
    take: oneshot::Sender<()>,
}

impl Asked {
    /// The window does it, so that the other start may end.
    pub fn take(self) -> Ask {
        if self.take.send(()).is_err() {
            tracing::debug!("the start that asked is gone");
        }
        self.ask
    }
}

/// How a start ends.
pub enum Start {
    /// This is the first: it may open a window.
    First(First),
    /// There is a window, and it has been asked.
    Second,
}

/// The first start over a data directory, for as long as it lives.
pub struct First {
    _lock: File,
    /// Nobody comes where it could not be made.
    door: Option<Door>,
    answering: JoinSet<()>,
}

/// Starts over a data directory.
///
/// # Errors
/// When the directory cannot be made, or its window does not answer.
pub async fn start(dir: &DataDir, ask: &Ask) -> Result<Start, Refusal> {
    let failed = |error: std::io::Error| {
        let problem = Problem::new("window-folder", format!("{}: {error}", dir.path().display()));
        let problem = problem.arg("path", dir.path().display()).arg("what", error);
        Refusal::new(Reason::Failed, problem)
    };
    make_folder(dir.path()).map_err(failed)?;
    let path = dir.path().join("window.lock");
    let lock =
        File::options().create(true).truncate(false).write(true).open(path).map_err(failed)?;
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        match lock.try_lock() {
            Ok(()) => break,
            Err(TryLockError::Error(error)) => return Err(failed(error)),
            // It may be about to open its door, or about to end.
            Err(TryLockError::WouldBlock) => {}
        }
        let window = Holder::Window { dir: dir.clone() };
        if matches!(tokio::time::timeout(PATIENCE, was_asked(&window, ask)).await, Ok(true)) {
            return Ok(Start::Second);
        }
        if tokio::time::Instant::now() > deadline {
            return Err(window.hangs());
        }
        tokio::time::sleep(PAUSE).await;
    }
    let door = Door::open(dir)
        .inspect_err(|error| tracing::warn!(%error, "a second start will not find this window"))
        .ok();
    Ok(Start::First(First { _lock: lock, door, answering: JoinSet::new() }))
}

/// Asks the window that is there to show itself.
///
/// # Errors
/// When it does not answer; `Ok(false)` when there is none.
pub(crate) async fn show(dir: &DataDir) -> Result<bool, Refusal> {
    match Holder::window(dir).await? {
        Some(window) => Ok(was_asked(&window, &Ask::default()).await),
        None => Ok(false),
    }
}

async fn was_asked(window: &Holder, ask: &Ask) -> bool {
    let Ok(body) = serde_json::to_vec(ask) else { return false };
    let json = HeaderValue::from_static("application/json");
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, json)]);
    let answered = window.call(&Method::POST, ASK_PATH, &headers, body.into()).await;
    answered.is_ok_and(|response| response.status().is_success())
}

impl First {
    /// Answers at the door, for as long as this lives: commands over the bridge, other starts through the receiver.
    /// Must be called within a runtime.
    pub fn answer(&mut self, bridge: &Bridge) -> mpsc::Receiver<Asked> {
        let (ask, asked) = mpsc::channel(MOST_STARTS);
        if let Some(door) = self.door.take() {
            let starts = Router::new().route(ASK_PATH, post(hear)).with_state(ask);
            let answers = starts.merge(bridge.for_commands());
            self.answering.spawn(async move {
                if let Err(error) = axum::serve(door, answers).await {
                    tracing::warn!(%error, "the window's door is shut");
                }
            });
        }
        asked
    }
}

async fn hear(State(starts): State<mpsc::Sender<Asked>>, Json(ask): Json<Ask>) -> StatusCode {
    let (take, taken) = oneshot::channel();
    if starts.try_send(Asked { ask, take }).is_ok() && taken.await.is_ok() {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}
