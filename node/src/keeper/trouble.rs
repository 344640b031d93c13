//! What is told of a store that takes nothing: by whoever asks where the node stands, before all else.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::problem::{Problem, Refusal};

/// The last failed write, until one succeeds. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trouble(Arc<Mutex<Option<Failed>>>);

#[derive(Debug)]
struct Failed {
    at: Instant,
    at_hub: bool,
    why: Vec<Problem>,
}

impl Trouble {
    /// A write failed.
    pub(super) fn began(&self, refusal: &Refusal, at_hub: bool) {
        let why = refusal.problems.clone();
        *self.lock() = Some(Failed { at: Instant::now(), at_hub, why });
    }

    /// A write succeeded.
    pub(super) fn is_over(&self) {
        // Nearly always there was none.
        drop(self.lock().take());
    }

    /// What people are to be told of it; nothing while writes succeed.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let failed = self.lock();
        let Some(Failed { at, at_hub, why }) = &*failed else { return Vec::new() };
        let minutes = at.elapsed().as_secs() / 60;
        let detail = format!("the last write failed {minutes} minutes ago");
        let first = if *at_hub {
            Problem::new("hub-cannot-store", detail)
        } else {
            Problem::new("node-cannot-store", detail)
        };
        let mut told = vec![first.arg("minutes", minutes)];
        told.extend(why.iter().cloned());
        told
    }

    fn lock(&self) -> MutexGuard<'_, Option<Failed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
