//! Who may speak to a served node: whoever can read its data directory.
//!
//! The command line shows the bearer token that lies there. A browser cannot: it opens a link that is good
//! once, which the command line got with the token, and has a cookie from then on. What a page of another
//! origin sends is refused by its `Origin`; what comes under another name, as after DNS rebinding, by its
//! `Host`. A cookie knows no ports, so that a server of somebody else on this machine would be sent one that
//! was set for `127.0.0.1`: the link leads to a name below `localhost` that nobody can guess.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::error::Spoken;
use crate::node::random;
use crate::problem::{Problem, Reason, Refusal};

/// How long a link is good.
pub(crate) const LINK_LIFE: Duration = Duration::from_secs(5 * 60);
/// Most links that wait, and most sessions; the oldest go.
const MOST: usize = 64;
/// The cookie.
const COOKIE_NAME: &str = "hopluu_session";

/// A link that opens the page in a browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLink {
    /// The link, good once and for five minutes.
    pub url: String,
}

/// Who may come in. Secrets are kept as hashes, which are compared in constant time.
#[derive(Clone)]
pub(super) struct Door {
    token: blake3::Hash,
    port: u16,
    /// Names this start of the program.
    run: HeaderValue,
    /// The name under which browsers come.
    name: String,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    links: BTreeMap<[u8; 32], Instant>,
    sessions: VecDeque<blake3::Hash>,
}

impl Door {
    pub(super) fn new(token: &str, name: &str, port: u16, run: &str) -> Self {
        Self {
            token: blake3::hash(format!("Bearer {token}").as_bytes()),
            port,
            run: HeaderValue::from_str(run).unwrap_or(HeaderValue::from_static("")),
            name: name.to_owned(),
            inner: Arc::default(),
        }
    }

    /// A new link.
    pub(super) fn link(&self) -> Result<SessionLink, Refusal> {
        let once = HEXLOWER.encode(&random::<32>()?);
        let mut inner = self.lock();
        let now = Instant::now();
        inner.links.retain(|_, until| *until > now);
        while inner.links.len() >= MOST {
            let oldest = inner.links.iter().min_by_key(|(_, until)| **until);
            let Some(oldest) = oldest.map(|(link, _)| *link) else { break };
            inner.links.remove(&oldest);
        }
        inner.links.insert(hash(&once), now + LINK_LIFE);
        Ok(SessionLink { url: format!("http://{}:{}/open/{once}", self.name, self.port) })
    }

    /// A session for whoever has a link; none when it was used or is too old.
    fn exchange(&self, once: &str) -> Result<Option<String>, Refusal> {
        let mut inner = self.lock();
        let until = inner.links.remove(&hash(once));
        if until.is_none_or(|until| until <= Instant::now()) {
            return Ok(None);
        }
        let session = HEXLOWER.encode(&random::<32>()?);
        inner.sessions.push_back(blake3::hash(session.as_bytes()));
        while inner.sessions.len() > MOST {
            inner.sessions.pop_front();
        }
        Ok(Some(session))
    }

    /// Whether a request names this server as its own: what a browser was lured to under another name does
    /// not.
    fn knows_host(&self, headers: &HeaderMap) -> Option<String> {
        let mut hosts = headers.get_all(HOST).iter();
        let (host, None) = (hosts.next()?.to_str().ok()?, hosts.next()) else { return None };
        let known = ["127.0.0.1", "localhost", &self.name];
        known.iter().any(|name| *host == format!("{name}:{}", self.port)).then(|| host.to_owned())
    }

    fn has_token(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(AUTHORIZATION).map(|value| value.as_bytes());
        given.is_some_and(|given| blake3::hash(given) == self.token)
    }

    fn has_session(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|cookies| cookies.split(';'));
        let inner = self.lock();
        pairs.any(|pair| {
            let session = pair.trim().strip_prefix(COOKIE_NAME);
            let session = session.and_then(|rest| rest.strip_prefix('='));
            session
                .is_some_and(|session| inner.sessions.contains(&blake3::hash(session.as_bytes())))
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hash(text: &str) -> [u8; 32] {
    *blake3::hash(text.as_bytes()).as_bytes()
}

/// Lets in who may come in. The page's own files say nothing of anybody and are for everybody on this machine.
/// Who may ask the API hears with each answer which run of the program gave it: whoever takes the port when the
/// program has ended does not know that, and an open page believes nothing of theirs.
pub(super) async fn guard(
    State(door): State<Door>,
    spoken: Spoken,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let Some(host) = door.knows_host(headers) else {
        let problem = Problem::new("door-other-name", StatusCode::MISDIRECTED_REQUEST);
        return shut(spoken, StatusCode::MISDIRECTED_REQUEST, problem);
    };
    let own = format!("http://{host}");
    if headers.get_all(ORIGIN).iter().any(|origin| origin.as_bytes() != own.as_bytes()) {
        let problem = Problem::new("door-other-page", StatusCode::FORBIDDEN);
        return shut(spoken, StatusCode::FORBIDDEN, problem);
    }
    let path = request.uri().path();
    if !path.starts_with("/api") {
        return next.run(request).await;
    }
    if !(door.has_token(headers) || may_with_session(path) && door.has_session(headers)) {
        let problem = Problem::new("door-no-session", StatusCode::UNAUTHORIZED);
        return shut(spoken, StatusCode::UNAUTHORIZED, problem);
    }
    let mut response = next.run(request).await;
    response.headers_mut().insert(RUN, door.run.clone());
    response
}

/// The run of the program that answers.
const RUN: HeaderName = HeaderName::from_static("hopluu-run");

/// Says why somebody is not let in.
fn shut(spoken: Spoken, status: StatusCode, problem: Problem) -> Response {
    let refusal = Refusal::new(Reason::Forbidden, problem);
    spoken.refusal(refusal).with_status(status)
}

/// New links are for those who have the token: a session does not beget others.
fn may_with_session(path: &str) -> bool {
    path != LINK_PATH
}

/// Where the command line gets a link.
pub(crate) const LINK_PATH: &str = "/api/session/link";

/// Makes a link.
pub(super) async fn make_link(State(door): State<Door>) -> Response {
    match door.link() {
        Ok(link) => Json(link).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Exchanges a link for a session, and goes to the page.
pub(super) async fn open(
    State(door): State<Door>,
    spoken: Spoken,
    Path(once): Path<String>,
) -> Response {
    match door.exchange(&once) {
        Ok(Some(session)) => {
            let cookie = format!("{COOKIE_NAME}={session}; HttpOnly; SameSite=Strict; Path=/");
            (StatusCode::SEE_OTHER, [(SET_COOKIE, cookie), (LOCATION, "/".to_owned())])
                .into_response()
        }
        // The page itself says what to do: it is asked for with a name of its own, not through this link.
        Ok(None) => (StatusCode::GONE, spoken.line("screen-session-link-used")).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
