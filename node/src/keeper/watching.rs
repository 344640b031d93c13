//! Telling screens what changed: after each commit, and when the hub has acknowledged something.

use std::collections::{BTreeMap, BTreeSet};

use hopluu_protocol::id::DocId;
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::replica::Growth;

use super::Office;
use crate::desk::{AtHub, MembershipPlace};
use crate::problem::Refusal;

/// What the hub had acknowledged when it was last looked at, by document.
pub(super) type Acknowledged = BTreeMap<DocId, Sent>;

/// How many changes of a document are at the hub, and how many wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    there: u32,
    waiting: u32,
}

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
                        for later in self.desk.periods_looking_back_at(*period) {
                            self.changes.note(format!("figures/{later}"));
                        }
                    }
                    for section in sections {
                        self.changes.note(format!("text/{period}/{section}"));
                    }
                    if !sections.is_empty() || touched.is_err() {
                        self.changes.note(format!("texts/{period}"));
                    }
                }
                DocId::Consolidated(period) => self.changes.note(format!("texts/{period}")),
                // The hub's word on a submission stands beside the figures.
                DocId::Review(period, unit) if Some(unit) == own.as_ref() => {
                    self.changes.note(format!("figures/{period}"));
                }
                DocId::Calendar | DocId::Roster | DocId::Template(_) => {
                    self.changes.note("periods");
                    // Which rows and sections there are, and which are locked, rests on these.
                    for period in self.desk.periods_of_calendar() {
                        self.changes.note(format!("figures/{period}"));
                        self.changes.note(format!("texts/{period}"));
                    }
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
        let waiting: BTreeMap<DocId, u32> = status.unacknowledged.into_iter().collect();
        if waiting.is_empty() && status.connected {
            self.changes.note_all_sent(self.desk.now_ms());
        }
        let sent = |doc: &DocId| {
            let waiting = waiting.get(doc).copied().unwrap_or(0);
            let changes = self.desk.replica.summary(doc).map_or(0, |summary| summary.changes);
            (doc.clone(), Sent { there: changes.saturating_sub(waiting), waiting })
        };
        let now: Acknowledged = self.acknowledged.keys().chain(waiting.keys()).map(sent).collect();
        if now == self.acknowledged {
            return Ok(());
        }
        for scope in scopes_at_hub(&self.acknowledged, &now) {
            self.changes.note(scope);
        }
        self.acknowledged = now;
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

/// What looks different since the hub has more of some documents, or less: one that was restored from a
/// backup has lost what it had acknowledged. What was only written here since is told when it is written.
fn scopes_at_hub(before: &Acknowledged, now: &Acknowledged) -> BTreeSet<String> {
    let is_other = |doc: &DocId, now: &Sent| {
        before
            .get(doc)
            .is_none_or(|before| now.there < before.there || now.waiting < before.waiting)
    };
    let others = now.iter().filter(|(doc, now)| is_other(doc, now));
    let scopes = others.flat_map(|(doc, _)| match doc {
        DocId::Report(period, _) => vec![format!("figures/{period}"), format!("texts/{period}")],
        DocId::Consolidated(period) => vec![format!("texts/{period}")],
        _ => Vec::new(),
    });
    scopes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(before: &[(u32, u32)], now: (u32, u32)) -> usize {
        let doc = DocId::Report("2023-q1".parse().unwrap(), "19996".parse().unwrap());
        let sent = |(there, waiting): (u32, u32)| (doc.clone(), Sent { there, waiting });
        let before = before.iter().copied().map(sent).collect();
        scopes_at_hub(&before, &std::iter::once(sent(now)).collect()).len()
    }

    #[test]
    fn what_the_hub_has_lost_is_told_as_what_it_has_got() {
        assert_eq!(scopes(&[(0, 3)], (3, 0)), 2, "acknowledged");
        assert_eq!(scopes(&[(0, 3)], (1, 2)), 2, "acknowledged in part");
        assert_eq!(scopes(&[(5, 0)], (2, 3)), 2, "lost");
        assert_eq!(scopes(&[(5, 2)], (2, 6)), 2, "lost while something is written");
        assert_eq!(scopes(&[], (0, 5)), 2, "lost before anything was looked at");
        assert_eq!(scopes(&[(5, 0)], (5, 1)), 0, "written here");
        assert_eq!(scopes(&[(5, 0)], (7, 0)), 0, "came from the hub");
    }
}
