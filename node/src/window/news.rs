//! What a desktop tells beside the window: the line's state in the tray, and the hub's word.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderValue};
use axum::http::{Method, Response};
use bytes::Bytes;
use hopluu_protocol::documents::review::Standing;
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc::Sender;

use super::events::{Reader, Said};
use super::{Inner, LONGEST_ANSWER};
use crate::desk::{Settings, SettingsLanguage};
use crate::messages::{Catalogue, Language};
use crate::node::StatusGrown;

/// Rest before the node is asked for events again.
const REST: Duration = Duration::from_secs(1);
/// Rest when it could not be opened: a person has to do something first.
const LONG_REST: Duration = Duration::from_secs(10);

/// What is told outside the page, in the person's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The line's state has become this.
    Line(String),
    /// Something has happened that a person wants to hear of without looking.
    Word(String),
    /// The person has chosen this language.
    Language(Language),
}

/// Hears the node for as long as there is a window.
pub(super) async fn listen(inner: Weak<Inner>, tell: Sender<Told>) {
    let mut news = News { tell, known: None, line: String::new(), language: None };
    while let Some(inner) = inner.upgrade() {
        let rest = match hear(&inner, &mut news).await {
            Ok(()) => REST,
            Err(refusal) => {
                tracing::warn!(%refusal, "the node is not open");
                LONG_REST
            }
        };
        inner.log.say(Said::Silent);
        drop(inner);
        tokio::time::sleep(rest).await;
    }
}

/// Hears the node until it is silent.
async fn hear(inner: &Arc<Inner>, news: &mut News) -> Result<(), crate::problem::Refusal> {
    let way = inner.way().await?;
    let catalogue = Catalogue::new(news.language.unwrap_or(inner.language));
    for problem in way.news() {
        news.tell(Told::Word(catalogue.problem(problem))).await;
    }
    drop(way);
    let events = inner.call(&Method::GET, "/api/events", &HeaderMap::new(), Bytes::new()).await?;
    if !events.status().is_success() {
        return Ok(());
    }
    let mut body = events.into_body();
    let mut reader = Reader::default();
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(piece) = frame.into_data() else { continue };
        let Some(said) = reader.take(&piece) else { break };
        let concerns = said.iter().any(|said| match said {
            Said::Hello(_) => true,
            Said::Change(change) => ["status", "periods", "settings"].contains(&&*change.scope),
            _ => false,
        });
        said.into_iter().for_each(|said| inner.log.say(said));
        if concerns {
            news.look(inner).await;
        }
    }
    Ok(())
}

/// What is known, so that only what is new is told.
struct News {
    tell: Sender<Told>,
    /// What the hub had said of each period's latest submission; `None` before the first look.
    known: Option<BTreeMap<String, (String, Standing)>>,
    line: String,
    language: Option<Language>,
}

impl News {
    async fn look(&mut self, inner: &Inner) {
        let Some(settings) = ask::<Settings>(inner, "/api/settings", inner.language).await else {
            return;
        };
        let language = match settings.language {
            SettingsLanguage::En => Language::English,
            SettingsLanguage::Vi => Language::Vietnamese,
        };
        let catalogue = Catalogue::new(language);
        if self.language.replace(language) != Some(language) {
            self.tell(Told::Language(language)).await;
        }
        let Some(status) = ask::<StatusGrown>(inner, "/api/status", language).await else { return };
        let kind = serde_json::to_value(status.line.kind).unwrap_or_default();
        let kind = kind.as_str().unwrap_or_default().to_owned();
        let kind = if status.status.unit.is_none() { "not-joined".to_owned() } else { kind };
        let waiting = status.line.waiting.to_string();
        let line = catalogue.line("screen-window-line", &[("kind", &kind), ("waiting", &waiting)]);
        if line != self.line {
            self.line.clone_from(&line);
            self.tell(Told::Line(line)).await;
        }
        for word in self.new_words(&status, &catalogue) {
            self.tell(Told::Word(word)).await;
        }
    }

    /// What the hub has said since the last look about this unit's latest submissions.
    fn new_words(&mut self, status: &StatusGrown, catalogue: &Catalogue) -> Vec<String> {
        let is_hub = status.status.hub;
        let mut words = Vec::new();
        let mut now = BTreeMap::new();
        for period in &status.status.periods {
            let latest = period.submissions.iter().flat_map(|of_unit| &of_unit.submissions).last();
            let Some(latest) = latest.filter(|_| !is_hub) else { continue };
            let stands = (latest.id.clone(), latest.standing);
            let code = match latest.standing {
                Standing::Accepted => Some("screen-window-accepted"),
                Standing::Returned => Some("screen-window-returned"),
                _ => None,
            };
            let key = period.period.to_string();
            let is_new = self.known.as_ref().is_some_and(|known| known.get(&key) != Some(&stands));
            if let Some(code) = code.filter(|_| is_new) {
                words.push(catalogue.line(code, &[("period", &period.name)]));
            }
            now.insert(key, stands);
        }
        self.known = Some(now);
        words
    }

    async fn tell(&self, told: Told) {
        // Without a shell nobody wants to know.
        drop(self.tell.send(told).await);
    }
}

/// Asks the node something.
async fn ask<T: DeserializeOwned>(inner: &Inner, target: &str, language: Language) -> Option<T> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(language.tag()));
    let response: Response<Body> =
        inner.call(&Method::GET, target, &headers, Bytes::new()).await.ok()?;
    let bytes = to_bytes(response.into_body(), LONGEST_ANSWER).await.ok()?;
    serde_json::from_slice(&bytes).ok()
}
