//! Telling screens what changed: after each commit, and when the hub has acknowledged something.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use hopluu_protocol::id::{DocId, UnitCode};
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::replica::Growth;

use super::Office;
use crate::desk::{AtHub, MembershipPlace};
use crate::problem::Refusal;

/// How often longer than a look took the next one waits. A look goes through all documents while not all are at
/// the hub, and every frame of a first sync with ten thousand asks for one.
const REST: u32 = 9;

/// What the hub had acknowledged when it was last looked at.
#[derive(Default)]
pub(super) struct Watch {
    /// The documents whose screens say what is at the hub: reports of this unit, texts of the town.
    documents: Sents,
    /// How many changes of all documents waited.
    waiting: u64,
    /// Something happened since.
    is_due: bool,
    /// The time before which no look is taken.
    rests_until: Option<Instant>,
    /// The rest for whose end a timer runs.
    timer_for: Option<Instant>,
}

impl Watch {
    fn begins_look(&mut self, now: Instant) -> bool {
        let begins = self.is_due && self.rests_until.is_none_or(|until| until <= now);
        self.is_due &= !begins;
        begins
    }

    fn ends_look(&mut self, began: Instant, now: Instant) {
        self.rests_until = Some(now + (now - began) * REST);
    }

    /// How long to wait until a look that is due may be taken, if no timer runs for it yet.
    pub(super) fn wants_timer(&mut self) -> Option<Duration> {
        if !self.is_due || self.timer_for == self.rests_until {
            return None;
        }
        self.timer_for = self.rests_until;
        self.rests_until.map(|until| until.saturating_duration_since(Instant::now()))
    }
}

type Sents = BTreeMap<DocId, Sent>;

/// How many changes of a document are at the hub, and how many wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sent {
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
        let own = self.own_unit();
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

    /// Has what the hub has acknowledged looked at, after a document grew here.
    pub(super) fn watch_growth(&mut self, appended: &[Growth]) {
        let own = self.own_unit();
        for growth in appended.iter().filter(|growth| says_where_it_is(&growth.doc, own.as_ref())) {
            // All of it may be at the hub before the next look.
            self.watch.documents.entry(growth.doc.clone()).or_default();
        }
        self.watch.is_due = true;
    }

    /// Has what the hub has acknowledged looked at.
    pub(super) fn watch_frame(&mut self) {
        self.watch.is_due = true;
    }

    /// Looks at what the hub has acknowledged since the last look, if something happened and the rest after
    /// the last look is over, and tells it.
    pub(super) fn look_if_due(&mut self) -> Result<(), Refusal> {
        let began = Instant::now();
        if self.watch.begins_look(began) {
            self.look_at_acknowledgements()?;
            self.watch.ends_look(began, Instant::now());
        }
        Ok(())
    }

    fn look_at_acknowledgements(&mut self) -> Result<(), Refusal> {
        let Some(hub) = self.hub_key() else { return Ok(()) };
        let Some(exchange) = &self.exchange else { return Ok(()) };
        let status = exchange.status_of(hub, &self.desk.replica)?;
        if status.unacknowledged.is_empty() && status.connected {
            self.changes.note_all_sent(self.desk.now_ms());
        }
        let own = self.own_unit();
        let mut now: Sents =
            self.watch.documents.keys().map(|doc| (doc.clone(), Sent::default())).collect();
        let mut waiting = 0;
        for (doc, changes) in status.unacknowledged {
            waiting += u64::from(changes);
            if says_where_it_is(&doc, own.as_ref()) {
                now.insert(doc, Sent { there: 0, waiting: changes });
            }
        }
        for (doc, sent) in &mut now {
            let changes = self.desk.replica.summary(doc).map_or(0, |summary| summary.changes);
            sent.there = changes.saturating_sub(sent.waiting);
        }
        if now == self.watch.documents && waiting == self.watch.waiting {
            return Ok(());
        }
        for scope in scopes_at_hub(&self.watch.documents, &now) {
            self.changes.note(scope);
        }
        self.watch.documents = now;
        self.watch.waiting = waiting;
        self.changes.note("status");
        Ok(())
    }

    fn own_unit(&self) -> Option<UnitCode> {
        self.desk.membership().ok().map(|membership| membership.unit.clone())
    }

    fn hub_key(&self) -> Option<NodeKey> {
        match self.desk.membership().ok()?.place {
            MembershipPlace::Hub => None,
            MembershipPlace::Office { hub_key, .. } => Some(hub_key),
        }
    }
}

/// Whether a screen says of a document's content what of it is at the hub.
fn says_where_it_is(doc: &DocId, own: Option<&UnitCode>) -> bool {
    match doc {
        DocId::Report(_, unit) => Some(unit) == own,
        DocId::Consolidated(_) => true,
        _ => false,
    }
}

/// What looks different since the hub has more of some documents, or less: one that was restored from a
/// backup has lost what it had acknowledged. What was only written here since is told when it is written.
fn scopes_at_hub(before: &Sents, now: &Sents) -> BTreeSet<String> {
    let is_other = |doc: &DocId, now: &Sent| {
        before
            .get(doc)
            .is_none_or(|before| now.there != before.there || now.waiting < before.waiting)
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
    fn however_many_frames_come_looking_takes_a_tenth_of_the_time_and_the_last_is_looked_at() {
        let start = Instant::now();
        let mut watch = Watch::default();
        let (mut looks, mut timers) = (0, 0);
        // A frame each millisecond, and a look takes three.
        let mut now = start;
        for _ in 0..3000 {
            now += Duration::from_millis(1);
            watch.is_due = true;
            if watch.begins_look(now) {
                looks += 1;
                watch.ends_look(now, now + Duration::from_millis(3));
                now += Duration::from_millis(3);
            }
            timers += usize::from(watch.wants_timer().is_some());
        }
        let looking = Duration::from_millis(3) * looks;
        assert!(looks > 0 && looking * (REST + 1) <= now - start + Duration::from_millis(30));
        assert!(timers <= looks as usize, "one timer for each rest");
        assert!(watch.is_due, "the last frame came in a rest");
        assert!(watch.begins_look(now + Duration::from_millis(27)));
    }

    #[test]
    fn what_the_hub_has_lost_is_told_as_what_it_has_got() {
        assert_eq!(scopes(&[(0, 3)], (3, 0)), 2, "acknowledged");
        assert_eq!(scopes(&[(0, 3)], (1, 2)), 2, "acknowledged in part");
        assert_eq!(scopes(&[(5, 0)], (2, 3)), 2, "lost");
        assert_eq!(scopes(&[(5, 2)], (2, 6)), 2, "lost while something is written");
        assert_eq!(scopes(&[], (0, 5)), 2, "lost before anything was looked at");
        assert_eq!(scopes(&[(5, 0)], (5, 1)), 0, "written here");
        assert_eq!(scopes(&[(5, 0)], (7, 0)), 2, "written and acknowledged between two looks");
        assert_eq!(scopes(&[(0, 0)], (7, 0)), 2, "begun and acknowledged between two looks");
    }
}
