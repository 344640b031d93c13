//! What is known of the hub being reached: since when it is not, and why.
//!
//! When the hub was heard last lies beside the store, so that a program that has just begun can say it too.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::durable::replace_file;
use crate::problem::{Problem, Reason, Refusal};
use crate::transport::DialError;

/// How the hub is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HubContact {
    /// When it was heard last, milliseconds since 1970 by this machine's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard_at: Option<i64>,
    /// Since when it was looked for and not reached; absent when the last try reached it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<i64>,
    /// Why the last try failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// What lies beside the store.
#[derive(Serialize, Deserialize)]
struct Heard {
    heard_at: i64,
}

/// Keeps the account. Losing it loses no more than a line of a message.
pub(crate) struct Contact {
    file: PathBuf,
    clock: fn() -> i64,
    known: Mutex<HubContact>,
}

impl Contact {
    /// The account that lies in a file, or an empty one.
    pub(crate) fn load(file: PathBuf, clock: fn() -> i64) -> Self {
        let heard = std::fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Heard>(&bytes).ok());
        let heard_at = heard.map(|heard| heard.heard_at);
        Self { file, clock, known: Mutex::new(HubContact { heard_at, ..HubContact::default() }) }
    }

    /// How the hub is reached.
    pub(crate) fn known(&self) -> HubContact {
        self.lock().clone()
    }

    /// The hub was heard.
    pub(crate) fn heard(&self) {
        let heard_at = (self.clock)();
        *self.lock() = HubContact { heard_at: Some(heard_at), ..HubContact::default() };
        let written = serde_json::to_vec(&Heard { heard_at })
            .map_err(std::io::Error::from)
            .and_then(|bytes| replace_file(&self.file, &bytes));
        if let Err(error) = written {
            tracing::warn!(%error, "when the hub was heard last could not be written down");
        }
    }

    /// The hub refused this node: it was reached, and that is how it is with it.
    pub(crate) fn refused(&self, refusal: &Refusal) {
        let mut known = self.lock();
        known.failing_since.get_or_insert((self.clock)());
        known.problem = refusal.problems.first().cloned();
    }

    /// The hub was not reached: what people are to be told of that.
    pub(crate) fn not_reached(&self, error: &DialError) -> Refusal {
        let reason = if error.is_retryable() { Reason::Unreachable } else { Reason::Forbidden };
        let mut refusal = Refusal::new(reason, Problem::from(error));
        let mut known = self.lock();
        known.failing_since.get_or_insert((self.clock)());
        known.problem = refusal.problems.first().cloned();
        if error.is_retryable() {
            refusal.problems.push(silence(known.heard_at));
        }
        refusal
    }

    /// Somebody else is the hub now, or it is elsewhere: what was known does not hold any more.
    pub(crate) fn begin_anew(&self) {
        let mut known = self.lock();
        known.failing_since = None;
        known.problem = None;
    }

    fn lock(&self) -> MutexGuard<'_, HubContact> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Since when nothing was heard of the hub, and what may be done.
fn silence(heard_at: Option<i64>) -> Problem {
    match heard_at {
        Some(at) => Problem::new("hub-silent-since", format!("the hub was heard last at {at}"))
            .arg("since", crate::cli::moment(at.div_euclid(1000))),
        None => Problem::new("hub-never-heard", "the hub was never heard on this machine"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn off() -> DialError {
        DialError::NotListening { address: "hub.example.vn:4433".to_owned() }
    }

    fn codes(contact: &Contact) -> Vec<String> {
        contact.not_reached(&off()).problems.into_iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn since_when_the_hub_is_silent_is_known_after_a_restart_and_until_it_is_heard() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("hub-contact.json");
        let contact = Contact::load(file.clone(), || 1_000);
        assert_eq!(codes(&contact), ["dial-not-listening", "hub-never-heard"]);
        contact.heard();
        assert_eq!(contact.known(), HubContact { heard_at: Some(1_000), ..HubContact::default() });

        let contact = Contact::load(file.clone(), || 5_000);
        assert_eq!(codes(&contact), ["dial-not-listening", "hub-silent-since"]);
        let known = contact.known();
        assert_eq!((known.heard_at, known.failing_since), (Some(1_000), Some(5_000)));
        contact.heard();
        assert_eq!(contact.known().failing_since, None);

        std::fs::write(&file, "{").unwrap();
        assert_eq!(Contact::load(file, || 0).known(), HubContact::default());
    }

    #[test]
    fn a_silent_hub_is_told_of_in_full() {
        for heard_at in [None, Some(1_700_000_000_000)] {
            crate::messages::tests::assert_told_in_full(&silence(heard_at));
        }
    }
}
