//! Telling screens what changed: after each commit, and when the hub has acknowledged something.

use std::collections::BTreeMap;

use hopluu_protocol::id::DocId;
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::replica::Growth;

use super::Office;
use crate::desk::{AtHub, MembershipPlace};
use crate::problem::Refusal;

/// What the hub had not acknowledged when it was last looked at, by document.
pub(super) type Unacknowledged = BTreeMap<DocId, u32>;

impl Office {
    /// What the hub has acknowledged of a document of this node's.
    pub(crate) fn at_hub(&self, doc: &DocId) -> Result<AtHub, Refusal> {
        let Some(hub) = self.hub_key() else { return Ok(AtHub::everything()) };
        let Some(exchange) = &self.exchange else { return Ok(AtHub::default()) };
        Ok(AtHub::of(exchange.acknowledged(hub, doc, &self.desk.replica)?))
    }

    /// Tells what may look different after some documents grew.
    pub(super) fn tell_growth(&mut self, appended: &[Growth]) {
        let own = self.desk.membership().ok().map(|membership| membership.unit.clone());
        for growth in appended {
            match &growth.doc {
                DocId::Report(period, unit) if Some(unit) == own.as_ref() => {
                    let touched = self.desk.touched_from(&growth.doc, growth.positions.start);
                    // What cannot be told apart may all have changed.
                    let figures = touched.as_ref().map_or(true, |touched| touched.figures);
                    let sections = touched.as_ref().map_or(&[][..], |touched| &touched.sections);
                    if figures {
                        self.changes.note(format!("figures/{period}"));
                    }
                    for section in sections {
                        self.changes.note(format!("text/{period}/{section}"));
                    }
                    if !sections.is_empty() || touched.is_err() {
                        self.changes.note(format!("texts/{period}"));
                    }
                }
                DocId::Consolidated(period) => self.changes.note(format!("texts/{period}")),
                DocId::Calendar | DocId::Roster | DocId::Template(_) => {
                    self.changes.note("periods");
                }
                _ => {}
            }
        }
        self.changes.note("status");
    }

    /// Looks at what the hub has acknowledged since the last look, and tells it.
    pub(super) fn look_at_acknowledgements(&mut self) -> Result<(), Refusal> {
        let Some(hub) = self.hub_key() else { return Ok(()) };
        let Some(exchange) = &self.exchange else { return Ok(()) };
        let status = exchange.status_of(hub, &self.desk.replica)?;
        let now: Unacknowledged = status.unacknowledged.into_iter().collect();
        if now.is_empty() && status.connected {
            self.changes.note_all_sent(self.desk.now_ms());
        }
        if now == self.unacknowledged {
            return Ok(());
        }
        let before = std::mem::replace(&mut self.unacknowledged, now);
        for (doc, count) in before {
            let left = self.unacknowledged.get(&doc).copied().unwrap_or(0);
            if let (DocId::Report(period, _), true) = (&doc, left < count) {
                self.changes.note(format!("figures/{period}"));
                self.changes.note(format!("texts/{period}"));
            }
        }
        self.changes.note("status");
        Ok(())
    }

    fn hub_key(&self) -> Option<NodeKey> {
        match self.desk.membership().ok()?.place {
            MembershipPlace::Hub => None,
            MembershipPlace::Office { hub_key, .. } => Some(hub_key),
        }
    }
}
