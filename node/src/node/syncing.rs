//! Syncing when somebody asks for it: over the connection that is there, once the hub has answered on it, or over
//! one of its own.
//!
//! Nothing is said of the hub from memory. A line may have been cut without either end being told, and a hub's
//! process may be gone or stand still: then the connection looks as it did before, for up to a minute.

use std::time::Duration;

use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::sync::{ConnId, Enrolment, Notice, PeerStatus};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use tokio::time::{Instant, sleep, sleep_until};
use utoipa::ToSchema;

use super::{Hub, Node, unacknowledged};
use crate::desk::{Desk, Membership};
use crate::keeper::{Note, Question};
use crate::links::Link;
use crate::problem::{Problem, Reason, Refusal};
use crate::transport::{Closed, Sender, Traffic, Way};

/// How long one sync may go on without anything arriving, before it is given up.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// How often is looked whether it is through: acknowledgements make no note of their own.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// How long the hub has for its answer, on lines whose round trip is short or not known. A packet that was lost is
/// sent again after one second and after three.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// For how long an answer is waited for while other packets arrive.
const ANSWER_AT_MOST: Duration = Duration::from_secs(60);

/// How long the hub's word on a submission is waited for at least. The hub looks at what has arrived as soon as
/// nobody else wants anything of it.
const WORD_WITHIN: Duration = Duration::from_secs(3);

/// After how long without a word of the hub it is asked before it is said to be connected.
const STALE_AFTER: u64 = 5_000;

/// How many connections one sync tries: one may end just when it is asked.
const TRIES: usize = 3;

/// What one sync did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SyncOutcome {
    /// Whether this node and the hub now hold the same, durably. The hub has said so after it was asked.
    pub in_sync: bool,
    /// Changes that the hub has not acknowledged.
    pub unacknowledged: u64,
    /// Bytes of application data sent to the hub.
    pub bytes_sent: u64,
    /// Bytes of application data received from it.
    pub bytes_received: u64,
    /// What carried the connection: `quic`, or `tcp` where UDP is blocked.
    pub way: Option<Way>,
    /// Reports of which the hub has the latest submission and has not said yet whether it counts.
    #[serde(default)]
    pub awaiting_word: usize,
    /// What is in the way, if something is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

/// What came of asking the hub whether it is there.
enum Answer {
    Heard,
    /// The connection has ended, or there was none.
    Gone,
    Silent,
}

/// How a conversation went.
struct Course {
    conn: ConnId,
    line: Sender,
    before: Traffic,
    in_sync: bool,
    problems: Vec<Problem>,
}

/// What a conversation waits for.
enum Event {
    Closed(Closed),
    Note(Result<Note, broadcast::error::RecvError>),
    LookAgain,
}

impl Node {
    /// Asks the hub whether it is there, if it has not been heard for some seconds. When it does not answer in time,
    /// the connection ends, so that a status that is read next tells of none.
    ///
    /// # Errors
    /// When the store failed.
    pub async fn hear_again(&self) -> Result<(), Refusal> {
        let Ok(Some((hub, _))) = self.hub().await else { return Ok(()) };
        let standing = self.keeper.office(move |office| office.standing(hub)).await?;
        let silent_for = standing.and_then(|standing| standing.silent_for).unwrap_or(0);
        if silent_for >= STALE_AFTER && matches!(self.ask(hub, false).await?, Answer::Silent) {
            self.links.cut_hub().await;
        }
        Ok(())
    }

    /// Syncs with the hub over the connection that is there, if the hub answers on it, or over one of its own.
    pub(super) async fn sync_with(
        &self,
        hub: &Hub,
        enrol: Option<Enrolment>,
        mut membership: Option<Membership>,
    ) -> Result<SyncOutcome, Refusal> {
        for _ in 0..TRIES {
            let mut notes = self.keeper.notes();
            self.give_way.notify_waiters();
            let outcome = match self.dial(hub, enrol.clone()).await? {
                Some(link) => self.converse(hub.0, link, &mut notes, &mut membership).await?,
                None => self.go_over_live_line(hub.0, &mut notes).await?,
            };
            if let Some(outcome) = outcome {
                // Whoever waits before the next call need not.
                self.try_again.notify_one();
                return Ok(outcome);
            }
        }
        Err(Refusal::new(Reason::Unreachable, Problem::from(&Closed::Cut)))
    }

    /// Asks the hub on the connection that is there, and waits for the answer.
    async fn ask(&self, hub: NodeKey, compare: bool) -> Result<Answer, Refusal> {
        let question = self.keeper.office(move |office| office.ask(hub, compare)).await?;
        let Some(question) = question else { return Ok(Answer::Gone) };
        let line = self.links.line_to(&hub).filter(|(conn, _)| *conn == question.conn);
        let Some((_, line)) = line else { return Ok(Answer::Gone) };
        tokio::select! {
            answer = self.answer_to(hub, question, &line) => answer,
            () = line.deserted() => Ok(Answer::Silent),
        }
    }

    async fn answer_to(
        &self,
        hub: NodeKey,
        question: Question,
        line: &Sender,
    ) -> Result<Answer, Refusal> {
        let patience = line.round_trip().map_or(ANSWER_WITHIN, |trip| ANSWER_WITHIN.max(trip * 2));
        let at_most = Instant::now() + ANSWER_AT_MOST;
        let mut heard_before = line.traffic().datagram_bytes_received;
        let mut deadline = Instant::now() + patience;
        loop {
            match self.keeper.office(move |office| office.standing(hub)).await? {
                Some(standing) if standing.answers(question) => return Ok(Answer::Heard),
                Some(standing) if standing.conn == question.conn => {}
                _ => return Ok(Answer::Gone),
            }
            let heard = line.traffic().datagram_bytes_received;
            if heard > heard_before {
                // The question may stand behind much that is under way.
                heard_before = heard;
                deadline = at_most.min(Instant::now() + patience);
            }
            if Instant::now() >= deadline {
                return Ok(Answer::Silent);
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    /// A connection is there already, since this process serves. `None`: there is none any more.
    async fn go_over_live_line(
        &self,
        hub: NodeKey,
        notes: &mut broadcast::Receiver<Note>,
    ) -> Result<Option<SyncOutcome>, Refusal> {
        let Some((conn, line)) = self.links.line_to(&hub) else { return Ok(None) };
        let before = line.traffic();
        match self.ask(hub, true).await? {
            Answer::Heard => {}
            Answer::Gone => return Ok(None),
            Answer::Silent => {
                tracing::info!("the hub does not answer on the connection; dialling anew");
                self.links.cut_hub().await;
                return Ok(None);
            }
        }
        let mut course = Course { conn, line, before, in_sync: false, problems: Vec::new() };
        let mut silence = Silence::begin(&course.line);
        while !course.in_sync {
            match self.keeper.office(move |office| office.standing(hub)).await? {
                Some(standing) if standing.conn == conn => course.in_sync = standing.in_sync,
                _ => return Ok(None),
            }
            if course.in_sync {
                break;
            }
            if silence.is_too_long(&course.line) {
                course.problems.push(silent());
                break;
            }
            let event = tokio::select! {
                note = notes.recv() => Event::Note(note),
                () = sleep(LOOK_AGAIN) => Event::LookAgain,
            };
            if let Event::Note(Ok(Note::Sync(notice))) = event
                && course.takes(hub, &notice)
            {
                break;
            }
        }
        let awaiting_word = self.await_word(hub, &course, notes).await?;
        self.outcome(hub, course, awaiting_word).await.map(Some)
    }

    /// Syncs over a connection of its own. `None`: the connection that this process keeps anyway has come up
    /// meanwhile and taken its place.
    async fn converse(
        &self,
        hub: NodeKey,
        mut link: Link,
        notes: &mut broadcast::Receiver<Note>,
        membership: &mut Option<Membership>,
    ) -> Result<Option<SyncOutcome>, Refusal> {
        let conn = link.conn();
        let mut course = Course {
            conn,
            line: link.sender().clone(),
            before: Traffic::default(),
            in_sync: false,
            problems: Vec::new(),
        };
        let mut silence = Silence::begin(&course.line);
        loop {
            let event = tokio::select! {
                biased;
                note = notes.recv() => Event::Note(note),
                closed = link.ended() => Event::Closed(closed),
                () = sleep(LOOK_AGAIN) => Event::LookAgain,
            };
            match event {
                Event::Note(Ok(Note::Sync(notice))) => match &*notice {
                    Notice::Enrolled { peer } if *peer == hub => {
                        self.take_place(membership).await?;
                    }
                    Notice::RefusedByPeer { peer, refusal } if *peer == hub => {
                        return Err(refused(refusal));
                    }
                    notice if course.takes(hub, notice) => break,
                    _ => {}
                },
                Event::Note(_) | Event::LookAgain => {}
                Event::Closed(Closed::Here)
                    if membership.is_none() && self.way_to_hub().borrow().is_some() =>
                {
                    return Ok(None);
                }
                Event::Closed(closed) => return Err(self.parting(notes, hub, closed).await),
            }
            let standing = self.keeper.office(move |office| office.standing(hub)).await?;
            course.in_sync = standing.is_some_and(|found| found.conn == conn && found.in_sync);
            if course.in_sync {
                break;
            }
            if silence.is_too_long(&course.line) {
                course.problems.push(silent());
                break;
            }
        }
        if course.in_sync {
            // Without having heard of the enrolment: the hub knew this node already.
            self.take_place(membership).await?;
        } else if membership.is_some() {
            return Err(Refusal::new(Reason::Unreachable, silent()));
        }
        let awaiting_word = self.await_word(hub, &course, notes).await?;
        if course.in_sync {
            link.part().await;
        } else {
            link.close().await;
        }
        // The keeper hears of the end before this job, so the outcome is what is written down.
        self.outcome(hub, course, awaiting_word).await.map(Some)
    }

    async fn take_place(&self, membership: &mut Option<Membership>) -> Result<(), Refusal> {
        match membership.take() {
            Some(membership) => self.keeper.desk(move |desk| desk.take_place(membership)).await,
            None => Ok(()),
        }
    }

    /// Waits a moment for the hub's word on what this unit has submitted: it is written after the submission has
    /// arrived. Gives how many reports are still without.
    async fn await_word(
        &self,
        hub: NodeKey,
        course: &Course,
        notes: &mut broadcast::Receiver<Note>,
    ) -> Result<usize, Refusal> {
        let before = self.keeper.desk(Desk::reports_without_word).await?;
        if before == 0 || !course.in_sync {
            return Ok(before);
        }
        let trip = course.line.round_trip().unwrap_or_default();
        let deadline = Instant::now() + WORD_WITHIN.max(trip * 4);
        let mut left = before;
        while left > 0 && self.is_on(hub, course.conn).await? {
            tokio::select! {
                note = notes.recv() => if let Ok(Note::Sync(_)) = note { continue },
                () = sleep(LOOK_AGAIN) => continue,
                () = sleep_until(deadline) => break,
            }
            left = self.keeper.desk(Desk::reports_without_word).await?;
        }
        if left < before {
            // That it has arrived, the hub knows when it answers what is said behind it.
            self.ask(hub, false).await?;
        }
        Ok(left)
    }

    /// Whether the conversation with the hub is still the one on this connection.
    async fn is_on(&self, hub: NodeKey, conn: ConnId) -> Result<bool, Refusal> {
        let standing = self.keeper.office(move |office| office.standing(hub)).await?;
        Ok(standing.is_some_and(|standing| standing.conn == conn))
    }

    /// Why a connection is over. The hub's last word may still be on its way through the keeper.
    async fn parting(
        &self,
        notes: &mut broadcast::Receiver<Note>,
        hub: NodeKey,
        closed: Closed,
    ) -> Refusal {
        // Answered when the keeper has done everything that came before.
        if let Err(refusal) = self.keeper.peers(None).await {
            return refusal;
        }
        loop {
            match notes.try_recv() {
                Ok(Note::Sync(notice)) => {
                    if let Notice::RefusedByPeer { peer, refusal } = &*notice
                        && *peer == hub
                    {
                        return refused(refusal);
                    }
                }
                Ok(_) | Err(broadcast::error::TryRecvError::Lagged(_)) => {}
                Err(_) => return Refusal::new(Reason::Unreachable, Problem::from(&closed)),
            }
        }
    }

    async fn outcome(
        &self,
        hub: NodeKey,
        course: Course,
        awaiting_word: usize,
    ) -> Result<SyncOutcome, Refusal> {
        let traffic = course.line.traffic() - course.before;
        let status = self.hub_status(hub).await?;
        Ok(SyncOutcome {
            in_sync: course.in_sync,
            unacknowledged: unacknowledged(&status),
            bytes_sent: traffic.bytes_sent,
            bytes_received: traffic.bytes_received,
            way: Some(course.line.way()),
            awaiting_word,
            problems: course.problems,
        })
    }

    async fn hub_status(&self, hub: NodeKey) -> Result<PeerStatus, Refusal> {
        let peers = self.keeper.peers(Some(hub)).await?;
        peers.into_iter().find(|status| status.peer == hub).ok_or_else(|| {
            Refusal::new(Reason::NotNow, Problem::new("not-a-member", "no hub is known"))
        })
    }
}

impl Course {
    /// Takes note of what is in the way. Returns whether going on makes no sense.
    fn takes(&mut self, hub: NodeKey, notice: &Notice) -> bool {
        match notice {
            Notice::Diverged { peer } if *peer == hub => {
                if self.problems.is_empty() {
                    self.problems
                        .push(Problem::new("sync-diverged", "the same changes, other heads"));
                }
                return true;
            }
            Notice::DocumentFailed { peer, doc, what, .. } if *peer == hub => {
                let problem = Problem::new("sync-unreadable", format!("{doc}: {what}"));
                self.problems.push(problem.arg("doc", doc).arg("what", what));
            }
            Notice::Rejected { peer, doc, reason } if *peer == hub => {
                let problem = Problem::new("sync-rejected", format!("{doc}: reason {reason}"));
                self.problems.push(problem.arg("doc", doc).arg("why", reason));
            }
            _ => {}
        }
        false
    }
}

/// For how long nothing has arrived.
struct Silence {
    heard_before: u64,
    since: Instant,
}

impl Silence {
    fn begin(line: &Sender) -> Self {
        Self { heard_before: line.traffic().datagram_bytes_received, since: Instant::now() }
    }

    fn is_too_long(&mut self, line: &Sender) -> bool {
        let heard = line.traffic().datagram_bytes_received;
        if heard > self.heard_before {
            *self = Self { heard_before: heard, since: Instant::now() };
        }
        self.since.elapsed() >= PATIENCE
    }
}

fn silent() -> Problem {
    let seconds = PATIENCE.as_secs();
    let problem = Problem::new("sync-silent", format!("nothing arrived for {seconds} s"));
    problem.arg("seconds", seconds)
}

pub(super) fn refused(refusal: &hopluu_protocol::wire::frame::Refusal) -> Refusal {
    Refusal::new(Reason::Forbidden, Problem::from(refusal))
}
