//! What happened, for a page that cannot be sent anything by itself: it asks, and is answered when there is something.
//!
//! Web views take an answer of a custom scheme whole, so there are no server-sent events in a window. A question
//! that waits is answered in any of them.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::files::Offered;
use crate::changes::Change;

/// After how long a question is answered though nothing happened, so that none waits for a page that is gone.
const LONGEST_QUESTION: Duration = Duration::from_secs(20);
/// How many words are kept for a page that is slow to ask.
const KEPT: usize = 512;

/// Something that a page is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Said {
    /// The node is heard; whatever was missed, it is this far.
    Hello(Change),
    /// Something changed.
    Change(Change),
    /// The node is not heard any more.
    Silent,
    /// A person gave the window a file: dropped it there, or opened it with the program.
    Offered(Offered),
    /// The window is about to close: what the page holds is to be handed over.
    Closing,
}

/// An answer to a page that asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Words {
    /// What to ask after next time.
    pub(super) next: u64,
    /// What happened since.
    pub(super) said: Vec<Said>,
}

/// What happened lately.
pub(super) struct EventLog {
    inner: Mutex<Inner>,
    count: watch::Sender<u64>,
    /// How many questions wait: whether there is a page.
    asking: watch::Sender<usize>,
}

struct Inner {
    said: VecDeque<Said>,
    /// The number of the first that is kept.
    first: u64,
    /// The number of the first that no page was told.
    untold: u64,
    /// What a page is told that has heard nothing yet.
    standing: Said,
}

impl Inner {
    fn next(&self) -> u64 {
        self.first + self.said.len() as u64
    }

    /// What is kept from a number on.
    fn from(&self, number: u64) -> impl Iterator<Item = &Said> {
        let skipped = usize::try_from(number.saturating_sub(self.first)).unwrap_or(usize::MAX);
        self.said.iter().skip(skipped)
    }

    fn tell(&mut self, said: Vec<Said>) -> Words {
        let next = self.next();
        self.untold = next;
        Words { next, said }
    }
}

impl EventLog {
    pub(super) fn new() -> Self {
        let inner = Inner { said: VecDeque::new(), first: 0, untold: 0, standing: Said::Silent };
        Self {
            inner: Mutex::new(inner),
            count: watch::Sender::new(0),
            asking: watch::Sender::new(0),
        }
    }

    /// Tells pages something.
    pub(super) fn say(&self, said: Said) {
        let mut inner = self.lock();
        match &said {
            Said::Hello(_) | Said::Silent => inner.standing = said.clone(),
            Said::Change(change) => {
                if let Said::Hello(standing) = &mut inner.standing {
                    standing.revision = change.revision;
                }
            }
            Said::Offered(_) | Said::Closing => {}
        }
        inner.said.push_back(said);
        while inner.said.len() > KEPT {
            inner.said.pop_front();
            inner.first += 1;
        }
        let count = inner.next();
        drop(inner);
        self.count.send_replace(count);
    }

    /// Whether a page asks, now or within a time.
    pub(super) async fn has_page_within(&self, time: Duration) -> bool {
        let mut asking = self.asking.subscribe();
        let heard = tokio::time::timeout(time, asking.wait_for(|asking| *asking > 0)).await;
        matches!(heard, Ok(Ok(_)))
    }

    /// What happened after a number; waits for something to happen. Whoever has no number, or one from another
    /// life of this process, is told how things stand, and of files that were there before it: the program may have
    /// been started by one.
    pub(super) async fn after(&self, after: Option<u64>) -> Words {
        let _asking = Asking::one(&self.asking);
        let mut count = self.count.subscribe();
        let Some(after) = after.filter(|after| self.is_known(*after)) else {
            let mut inner = self.lock();
            let mut said = vec![inner.standing.clone()];
            let offered = inner.from(inner.untold).filter(|said| matches!(said, Said::Offered(_)));
            said.extend(offered.cloned());
            return inner.tell(said);
        };
        // Nothing happened: the answer is empty.
        drop(tokio::time::timeout(LONGEST_QUESTION, count.wait_for(|count| *count > after)).await);
        let mut inner = self.lock();
        let mut said: Vec<Said> = inner.from(after).cloned().collect();
        if after < inner.first {
            said.insert(0, inner.standing.clone());
        }
        inner.tell(said)
    }

    fn is_known(&self, after: u64) -> bool {
        let inner = self.lock();
        (inner.first..=inner.next()).contains(&after)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A question that waits.
struct Asking<'a>(&'a watch::Sender<usize>);

impl<'a> Asking<'a> {
    fn one(asking: &'a watch::Sender<usize>) -> Self {
        asking.send_modify(|asking| *asking += 1);
        Self(asking)
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|asking| *asking -= 1);
    }
}

/// Server-sent events as they come in pieces → what they say.
#[derive(Default)]
pub(super) struct Reader {
    rest: Vec<u8>,
}

/// Longest event that is read, bytes: ours have a hundred.
const LONGEST_EVENT: usize = 64 * 1024;

impl Reader {
    /// Takes a piece. `None` when it is not what this program sends.
    pub(super) fn take(&mut self, piece: &[u8]) -> Option<Vec<Said>> {
        self.rest.extend_from_slice(piece);
        let mut said = Vec::new();
        while let Some(end) = self.rest.windows(2).position(|two| two == b"\n\n") {
            let event: Vec<u8> = self.rest.drain(..end + 2).collect();
            let text = std::str::from_utf8(&event).ok()?;
            let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
            match (field("event: "), field("data: ")) {
                (Some("hello"), Some(data)) => {
                    said.push(Said::Hello(serde_json::from_str(data).ok()?))
                }
                (Some("change"), Some(data)) => {
                    said.push(Said::Change(serde_json::from_str(data).ok()?));
                }
                // A breath, or what a later program says.
                _ => {}
            }
        }
        (self.rest.len() <= LONGEST_EVENT).then_some(said)
    }
}
