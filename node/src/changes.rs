//! What changed, for whoever shows it: a number that grows, and the scope that may look different now. Whoever
//! hears of it asks again; a word that was missed is made good by the next.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use utoipa::ToSchema;

/// How many words a slow listener may lag behind before it misses some.
const LAG: usize = 1024;

/// Something changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// Grows with every change, also over restarts as long as the clock does.
    pub revision: u64,
    /// What may look different now: `figures/{period}`, `texts/{period}`, `text/{period}/{section}`,
    /// `status`, `periods`, `settings`.
    pub scope: String,
    /// In `hello`: names this start of the program. Revisions of another one say nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
}

/// The account of changes. Clones share it.
#[derive(Clone, Debug)]
pub struct Changes {
    revision: Arc<AtomicU64>,
    all_sent_at: Arc<AtomicI64>,
    run: Arc<str>,
    heard: broadcast::Sender<Change>,
}

impl Changes {
    /// An account that begins at a time, milliseconds since 1970, in a run with this name.
    pub(crate) fn since(now_ms: i64, run: [u8; 16]) -> Self {
        let begin = AtomicU64::new(u64::try_from(now_ms).unwrap_or(0));
        let (heard, _) = broadcast::channel(LAG);
        let all_sent_at = Arc::new(AtomicI64::new(0));
        let run = data_encoding::HEXLOWER.encode(&run).into();
        Self { revision: Arc::new(begin), all_sent_at, run, heard }
    }

    /// Names this start of the program, by chance. Only who may speak to the node hears it: whoever listens in
    /// its place later does not know it.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// The present revision.
    pub fn revision(&self) -> u64 {
        self.revision.load(Ordering::SeqCst)
    }

    /// Words from now on.
    pub fn listen(&self) -> broadcast::Receiver<Change> {
        self.heard.subscribe()
    }

    /// Something changed.
    pub(crate) fn note(&self, scope: impl Into<String>) {
        let revision = self.revision.fetch_add(1, Ordering::SeqCst) + 1;
        // Nobody listening is the usual case.
        drop(self.heard.send(Change { revision, scope: scope.into(), run: None }));
    }

    /// When the hub had acknowledged all that there was, as far as this process has seen it: milliseconds
    /// since 1970 by this machine's clock.
    pub(crate) fn all_sent_at(&self) -> Option<i64> {
        Some(self.all_sent_at.load(Ordering::SeqCst)).filter(|at| *at > 0)
    }

    /// The hub has acknowledged all that there is.
    pub(crate) fn note_all_sent(&self, now_ms: i64) {
        self.all_sent_at.store(now_ms, Ordering::SeqCst);
    }
}
