//! Where the data are, as one sentence can say it: saved here, on the way, at the hub.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::*;

/// After how long without contact it is said how long.
const LONG_SILENCE_MS: i64 = 2 * 24 * 60 * 60 * 1000;

/// Where a node stands, with all that a screen's frame shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatusGrown {
    /// Where it stands.
    #[serde(flatten)]
    pub status: Status,
    /// The state that was read: an event with a greater one may have changed it.
    pub revision: u64,
    /// The town's name; empty before its roster has come.
    pub town_name: String,
    /// The short name of the hub's unit.
    pub hub_name: String,
    /// This machine's name in the roster.
    pub machine: String,
    /// The line to the hub.
    pub line: LineView,
}

/// The line to the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LineView {
    /// What is to be said.
    pub kind: LineKind,
    /// Changes that the hub has not acknowledged.
    pub waiting: u64,
    /// Changes that are coming from the hub; not counted yet: always 0.
    pub receiving: u64,
    /// Documents of which the hub has refused changes.
    pub refused: u64,
    /// When the hub was heard last, milliseconds since 1970 by this machine's clock.
    pub last_contact: Option<i64>,
    /// When the hub had acknowledged all there was, as far as this process has seen it.
    pub all_sent_at: Option<i64>,
    /// In how many seconds the hub is called again.
    pub retry_in_s: Option<u64>,
}

/// What is to be said of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// The hub has everything.
    AllSent,
    /// The store takes nothing.
    CannotWrite,
    /// This node is the hub.
    Hub,
    /// The hub's machine answers, and the hub does not.
    HubSilent,
    /// The hub was not reached for days.
    LongSilence,
    /// The hub was never reached from this machine.
    NeverJoined,
    /// The hub has refused changes.
    Refused,
    /// This machine's key was revoked.
    Revoked,
    /// Connected, and changes are on their way.
    Sending,
    /// Changes wait for the line.
    Waiting,
}

impl Node {
    /// Where this node stands, with all that a screen's frame shows.
    ///
    /// # Errors
    /// As [`Node::status`].
    pub async fn grown_status(&self) -> Result<StatusGrown, Refusal> {
        let revision = self.keeper.changes().revision();
        let status = self.status().await?;
        let (names, refused) = match self.hub().await {
            Ok(hub) => {
                let key = hub.map(|(key, _)| key);
                let names = self.keeper.desk(|desk| Ok(desk.names())).await?;
                let peers = self.keeper.office(move |office| office.peers(key)).await?;
                let hub = peers.iter().find(|peer| Some(peer.peer) == key);
                (names, hub.map_or(0, |hub| hub.refused.len()))
            }
            // It belongs to no town yet.
            Err(_) => (crate::desk::TownNames::default(), 0),
        };
        let line = self.line(&status, refused as u64);
        let crate::desk::TownNames { town, hub, machine } = names;
        Ok(StatusGrown { status, revision, town_name: town, hub_name: hub, machine, line })
    }

    fn line(&self, status: &Status, refused: u64) -> LineView {
        let contact = status.contact.clone().unwrap_or_default();
        let is_connected = self.links.way_to_hub().borrow().is_some();
        let now = now_ms();
        let heard = status.peers.first().filter(|_| is_connected);
        let last_contact = heard
            .and_then(|hub| now.checked_sub(i64::try_from(hub.heard_ms_ago?).ok()?))
            .or(contact.heard_at);
        let problem = contact.problem.as_ref().map(|problem| problem.code.as_str());
        let silent_for = last_contact.map_or(0, |at| now.saturating_sub(at));
        let waiting = status.unacknowledged;
        let kind = if !self.keeper.trouble().is_empty() {
            LineKind::CannotWrite
        } else if status.hub {
            LineKind::Hub
        } else if problem == Some("refused-key-revoked") {
            LineKind::Revoked
        } else if refused > 0 {
            LineKind::Refused
        } else if last_contact.is_none() {
            LineKind::NeverJoined
        } else if waiting == 0 {
            LineKind::AllSent
        } else if is_connected {
            LineKind::Sending
        } else if silent_for > LONG_SILENCE_MS {
            LineKind::LongSilence
        } else if problem == Some("dial-not-listening") {
            LineKind::HubSilent
        } else {
            LineKind::Waiting
        };
        let next_call = *self.next_call.lock().unwrap_or_else(PoisonError::into_inner);
        let retry = next_call.filter(|_| !is_connected);
        let until = |at: tokio::time::Instant| at.duration_since(tokio::time::Instant::now());
        LineView {
            kind,
            waiting,
            receiving: 0,
            refused,
            last_contact,
            all_sent_at: self.keeper.changes().all_sent_at().filter(|_| waiting == 0),
            retry_in_s: retry.map(|at| until(at).as_secs()),
        }
    }

    /// Takes note of when the hub is called again, and tells screens that the line is as it is.
    pub(super) fn set_next_call(&self, wait: Option<Duration>) {
        let at = wait.map(|wait| tokio::time::Instant::now() + wait);
        *self.next_call.lock().unwrap_or_else(PoisonError::into_inner) = at;
        self.keeper.changes().note("status");
    }

    /// Tells screens whenever the hub is reached or lost, for as long as the node runs.
    pub async fn tell_of_the_line(&self) -> Infallible {
        let mut way = self.links.way_to_hub();
        while way.changed().await.is_ok() {
            self.keeper.changes().note("status");
        }
        std::future::pending().await
    }
}
