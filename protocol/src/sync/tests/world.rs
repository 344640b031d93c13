//! Nodes, lines between them, and a clock that only moves when something arrives.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use automerge::transaction::Transaction;
use automerge::{ActorId, ChangeHash};

use super::report::{self, Numbers};
use crate::gate::Access;
use crate::id::{DocId, UnitCode};
use crate::identity::{NodeKey, OfficeKey};
use crate::replica::{EditContext, Replica};
use crate::roster::{Node as Member, Role, Roster};
use crate::store::{MemoryBackend, Store};
use crate::sync::{Action, ConnId, Enrolment, Event, Exchange, Limits, Notice, Side};
use crate::wire::stream::Deframer;

pub(super) const HUB: usize = 0;
pub(super) const A: usize = 1;
pub(super) const A2: usize = 2;
pub(super) const B: usize = 3;
pub(super) const STRANGER: usize = 4;

pub(super) fn unit(code: &str) -> UnitCode {
    code.parse().unwrap()
}

pub(super) fn doc(id: &str) -> DocId {
    id.parse().unwrap()
}

pub(super) fn office_key(node: usize) -> OfficeKey {
    OfficeKey::from_seed([node as u8 + 1; 32])
}

pub(super) fn key(node: usize) -> NodeKey {
    office_key(node).node_key()
}

/// The hub's town: unit `a` with two nodes, unit `b` with one, and a stranger that nobody enrolled.
pub(super) fn roster() -> Roster {
    let member = |node, unit_code: &str, role| Member {
        key: key(node),
        unit: unit(unit_code),
        role,
        name: format!("node {node}"),
        enrolled_at: 0,
        revoked_at: None,
    };
    Roster {
        hub: Some(unit("town")),
        units: Vec::new(),
        nodes: vec![
            member(HUB, "town", Role::Operator),
            member(A, "a", Role::Office),
            member(A2, "a", Role::Office),
            member(B, "b", Role::Office),
        ],
    }
}

pub(super) fn unit_of(node: usize) -> UnitCode {
    unit(["town", "a", "a", "b", "c"][node])
}

pub(super) fn access_of(node: usize, roster: &Roster) -> Access {
    let unit = roster.node(&key(node)).map_or_else(|| unit_of(node), |member| member.unit.clone());
    Access::new(unit, (node != HUB).then(|| key(HUB)), roster)
}

pub(super) struct Node {
    index: usize,
    pub(super) replica: Replica<MemoryBackend>,
    pub(super) exchange: Exchange,
    pub(super) notices: Vec<Notice>,
    /// Changes committed here as local ones.
    pub(super) made: BTreeSet<(DocId, ChangeHash)>,
    pub(super) world_seconds: i64,
    restarts: u64,
    epoch: u8,
    pub(super) roster: Roster,
    /// What its roster says once `town/roster` has grown.
    pub(super) roster_to_come: Option<Roster>,
    limits: Limits,
    /// Committed by a local edit and not reported to the exchange yet.
    commits: VecDeque<crate::replica::Committed>,
}

fn exchange(index: usize, epoch: u8, roster: &Roster, limits: Limits) -> Exchange {
    let genesis = report::genesis().hash();
    Exchange::new(
        access_of(index, roster),
        [epoch; 16],
        Box::new(move |_, hash| *hash == genesis),
        limits,
    )
    .sealing_with(office_key(index))
}

fn open(backend: MemoryBackend) -> Replica<MemoryBackend> {
    Replica::open(Store::new(backend), 64 * 1024 * 1024).unwrap()
}

impl Node {
    fn new(index: usize) -> Self {
        let roster = roster();
        Self {
            index,
            replica: open(MemoryBackend::new()),
            exchange: exchange(index, 0, &roster, Limits::default()),
            notices: Vec::new(),
            made: BTreeSet::new(),
            world_seconds: 1_678_000_000,
            restarts: 0,
            epoch: 0,
            roster,
            roster_to_come: None,
            limits: Limits::default(),
            commits: VecDeque::new(),
        }
    }

    /// Makes the document, if it is not here, and one change in it; durable when this returns.
    pub(super) fn edit(&mut self, doc: &DocId, edit: impl FnOnce(&mut Transaction<'_>)) {
        self.replica.create(doc, report::genesis()).unwrap();
        let mut actor = blake3::Hasher::new();
        actor.update(&[self.index as u8]).update(&self.restarts.to_be_bytes());
        let context = EditContext {
            author: key(self.index),
            actor: ActorId::from(actor.finalize().as_bytes()[..16].to_vec()),
            person: "Nguyễn Thị Hoa".to_owned(),
            now_seconds: self.world_seconds,
        };
        let edited = self
            .replica
            .edit(doc, &context, |tx| -> Result<(), std::convert::Infallible> {
                edit(tx);
                Ok(())
            })
            .unwrap();
        let committed = self.replica.commit().unwrap();
        self.made.extend(edited.change.map(|change| (doc.clone(), change)));
        self.commits.extend(committed);
    }

    /// The node starts again with other limits.
    pub(super) fn limit(&mut self, limits: Limits) {
        self.limits = limits;
        self.restart();
    }

    /// The process ends and starts again: what was not committed is gone, so are all connections.
    pub(super) fn restart(&mut self) {
        let backend = self.backend();
        self.restarts += 1;
        self.reopen(backend);
    }

    /// The store as it is on disk.
    pub(super) fn backend(&mut self) -> MemoryBackend {
        let replica = std::mem::replace(&mut self.replica, open(MemoryBackend::new()));
        let backend = replica.into_store().into_backend();
        self.replica = open(backend.clone());
        backend
    }

    /// The disk goes back to an earlier moment without anybody being told: the epoch stays.
    pub(super) fn replace_disk(&mut self, backend: MemoryBackend) {
        self.restarts += 1;
        self.reopen(backend);
    }

    /// The store is replaced by a copy of an earlier moment, or an empty one.
    pub(super) fn restore(&mut self, backend: MemoryBackend) {
        self.epoch += 1;
        self.restarts += 1;
        self.reopen(backend);
    }

    fn reopen(&mut self, backend: MemoryBackend) {
        self.replica = open(backend);
        self.exchange = exchange(self.index, self.epoch, &self.roster, self.limits);
        self.commits.clear();
    }

    pub(super) fn has(&self, doc: &DocId, change: &ChangeHash) -> bool {
        self.replica.position(doc, change).unwrap().is_some()
    }

    pub(super) fn heads(&self, doc: &DocId) -> Vec<ChangeHash> {
        self.replica.summary(doc).map(|summary| summary.heads.clone()).unwrap_or_default()
    }
}

/// One direction of a line.
#[derive(Default)]
struct Pipe {
    /// Bytes with the time at which they arrive.
    flying: VecDeque<(u64, Vec<u8>)>,
    deframer: Deframer,
    /// Bytes given to the line.
    sent: usize,
}

struct Line {
    ends: [usize; 2],
    pipes: [Pipe; 2],
    delay: u64,
    /// The line breaks after so many more bytes, of both directions together.
    breaks_after: Option<usize>,
}

/// What a line has carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Traffic {
    pub(super) up: usize,
    pub(super) down: usize,
}

pub(super) struct World {
    pub(super) now: u64,
    pub(super) nodes: Vec<Node>,
    lines: BTreeMap<ConnId, Line>,
    next_conn: u64,
    /// When set, what arrives is cut into pieces of random size and delayed at random.
    pub(super) chaos: Option<Numbers>,
    ticks: BTreeMap<usize, u64>,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            now: 1_000_000,
            nodes: (HUB..=STRANGER).map(Node::new).collect(),
            lines: BTreeMap::new(),
            next_conn: 1,
            chaos: None,
            ticks: BTreeMap::new(),
        }
    }

    pub(super) fn node(&mut self, index: usize) -> &mut Node {
        &mut self.nodes[index]
    }

    /// `from` dials the hub.
    pub(super) fn connect(&mut self, from: usize) -> ConnId {
        self.connect_as(from, None)
    }

    pub(super) fn connect_as(&mut self, from: usize, enrol: Option<Enrolment>) -> ConnId {
        let conn = ConnId(self.next_conn);
        self.next_conn += 1;
        let delay = 50;
        let line = Line { ends: [from, HUB], pipes: Default::default(), delay, breaks_after: None };
        self.lines.insert(conn, line);
        let (dialer, listener) = (key(from), key(HUB));
        self.settle(from);
        let side = Side::Listener;
        self.event(HUB, Event::Connected { conn, peer: dialer, side, enrol: None });
        self.event(from, Event::Connected { conn, peer: listener, side: Side::Dialer, enrol });
        conn
    }

    /// The connection that was made last.
    pub(super) fn last_line(&self) -> ConnId {
        ConnId(self.next_conn - 1)
    }

    pub(super) fn break_after(&mut self, conn: ConnId, bytes: usize) {
        self.lines.get_mut(&conn).unwrap().breaks_after = Some(bytes);
    }

    pub(super) fn is_up(&self, conn: ConnId) -> bool {
        self.lines.contains_key(&conn)
    }

    pub(super) fn traffic(&self, conn: ConnId) -> Traffic {
        let line = &self.lines[&conn];
        Traffic { up: line.pipes[0].sent, down: line.pipes[1].sent }
    }

    /// The line breaks: what is flying is lost.
    pub(super) fn cut(&mut self, conn: ConnId) {
        let Some(line) = self.lines.remove(&conn) else { return };
        for end in line.ends {
            self.event(end, Event::Closed { conn });
        }
    }

    /// A node's process dies: what is not committed is gone, its lines break.
    pub(super) fn crash(&mut self, node: usize) {
        let lines: Vec<ConnId> = self
            .lines
            .iter()
            .filter(|(_, line)| line.ends.contains(&node))
            .map(|(conn, _)| *conn)
            .collect();
        self.nodes[node].restart();
        lines.into_iter().for_each(|conn| self.cut(conn));
    }

    /// Sends raw bytes as if `from` had.
    pub(super) fn inject(&mut self, conn: ConnId, from: usize, bytes: Vec<u8>) {
        self.give(conn, from, bytes);
    }

    pub(super) fn shut_down(&mut self, node: usize) {
        let Node { exchange, replica, .. } = &mut self.nodes[node];
        let actions = exchange.shut_down(replica).unwrap();
        self.settle(node);
        self.act(node, actions);
    }

    pub(super) fn set_roster(&mut self, node: usize, roster: &Roster) {
        let now = self.now;
        self.nodes[node].roster = roster.clone();
        let Node { exchange, replica, .. } = &mut self.nodes[node];
        let actions = exchange.set_access(now, access_of(node, roster), replica).unwrap();
        self.act(node, actions);
        self.settle(node);
    }

    pub(super) fn event(&mut self, node: usize, event: Event<'_>) {
        let now = self.now;
        let Node { exchange, replica, .. } = &mut self.nodes[node];
        let actions = exchange.handle(now, event, replica).unwrap();
        self.act(node, actions);
        if !self.dawdles() {
            self.settle(node);
        }
    }

    /// Under chaos, commits come late, and a crash may come before them.
    fn dawdles(&mut self) -> bool {
        self.chaos.as_mut().is_some_and(|numbers| numbers.below(3) > 0)
    }

    /// Commits what is staged, and reports commits.
    pub(super) fn settle(&mut self, node: usize) {
        loop {
            let committed = match self.nodes[node].commits.pop_front() {
                Some(committed) => committed,
                None => match self.nodes[node].replica.commit().unwrap() {
                    Some(committed) => committed,
                    None => return,
                },
            };
            if committed.appended.iter().any(|growth| growth.doc == DocId::Roster)
                && let Some(roster) = self.nodes[node].roster_to_come.take()
            {
                self.set_roster(node, &roster);
            }
            let now = self.now;
            let Node { exchange, replica, .. } = &mut self.nodes[node];
            let actions = exchange.handle(now, Event::Committed(&committed), replica).unwrap();
            self.act(node, actions);
        }
    }

    fn act(&mut self, node: usize, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Send { conn, bytes } => self.give(conn, node, bytes),
                Action::Close { conn, .. } => {
                    // What was sent before arrives; then the other side sees the end.
                    if let Some(line) = self.lines.get_mut(&conn) {
                        line.breaks_after = None;
                        let other = usize::from(line.ends[0] == node);
                        let pipe = 1 - other;
                        let rest: Vec<Vec<u8>> =
                            line.pipes[pipe].flying.drain(..).map(|(_, bytes)| bytes).collect();
                        let end = line.ends[other];
                        for bytes in rest {
                            self.arrive(conn, pipe, end, &bytes);
                        }
                        self.lines.remove(&conn);
                        self.event(end, Event::Closed { conn });
                    }
                }
                Action::Enrol { conn, peer, code, .. } => {
                    let good = code == b"open sesame";
                    if good {
                        let mut roster = self.nodes[node].roster.clone();
                        roster.nodes.push(Member {
                            key: peer,
                            unit: unit("c"),
                            role: Role::Office,
                            name: "new".to_owned(),
                            enrolled_at: 0,
                            revoked_at: None,
                        });
                        self.set_roster(node, &roster);
                    }
                    let refusal = crate::wire::frame::Refusal::InvitationUnknown;
                    let decision = if good { Ok(()) } else { Err(refusal) };
                    self.event(node, Event::EnrolmentDecided { conn, decision });
                }
                Action::Notice(notice) => self.nodes[node].notices.push(notice),
                Action::WantTick { at } => {
                    self.ticks.insert(node, at);
                }
            }
        }
    }

    fn give(&mut self, conn: ConnId, from: usize, bytes: Vec<u8>) {
        let Some(line) = self.lines.get_mut(&conn) else { return };
        let pipe = &mut line.pipes[usize::from(line.ends[0] != from)];
        pipe.sent += bytes.len();
        let earliest = pipe.flying.back().map_or(0, |(at, _)| *at);
        let pieces: Vec<Vec<u8>> = match &mut self.chaos {
            None => vec![bytes],
            Some(numbers) => {
                bytes.chunks(1 + numbers.below(700) as usize).map(<[u8]>::to_vec).collect()
            }
        };
        for piece in pieces {
            let jitter = self.chaos.as_mut().map_or(0, |numbers| numbers.below(400));
            let at = (self.now + line.delay + jitter).max(earliest);
            let at = pipe.flying.back().map_or(at, |(last, _)| at.max(*last));
            pipe.flying.push_back((at, piece));
        }
    }

    /// Delivers what arrives next. Returns whether there was something.
    pub(super) fn step(&mut self) -> bool {
        for node in 0..self.nodes.len() {
            if !self.dawdles() {
                self.settle(node);
            }
        }
        let next = self
            .lines
            .iter()
            .flat_map(|(conn, line)| {
                line.pipes.iter().enumerate().filter_map(move |(pipe, content)| {
                    Some((content.flying.front()?.0, *conn, pipe))
                })
            })
            .min();
        let Some((at, conn, pipe)) = next else { return false };
        self.now = self.now.max(at);
        let Some(line) = self.lines.get_mut(&conn) else { return true };
        let Some((_, mut bytes)) = line.pipes[pipe].flying.pop_front() else { return true };
        let mut broken = false;
        if let Some(left) = &mut line.breaks_after {
            broken = *left < bytes.len();
            bytes.truncate(*left);
            *left -= bytes.len();
        }
        let end = line.ends[1 - pipe];
        self.arrive(conn, pipe, end, &bytes);
        if broken {
            self.cut(conn);
        }
        true
    }

    fn arrive(&mut self, conn: ConnId, pipe: usize, node: usize, bytes: &[u8]) {
        let Some(line) = self.lines.get_mut(&conn) else { return };
        line.pipes[pipe].deframer.push(bytes);
        loop {
            let Some(line) = self.lines.get_mut(&conn) else { return };
            match line.pipes[pipe].deframer.next_frame() {
                Ok(Some(frame)) => {
                    let frame = frame.to_vec();
                    self.event(node, Event::Frame { conn, bytes: &frame });
                }
                Ok(None) => return,
                Err(_) => return self.cut(conn),
            }
        }
    }

    /// Runs until nothing moves.
    pub(super) fn run(&mut self) {
        for _ in 0..200_000 {
            if !self.step() {
                return;
            }
        }
        panic!("the nodes never stop talking");
    }

    /// Lets time pass.
    pub(super) fn wait(&mut self, millis: u64) {
        let until = self.now + millis;
        loop {
            self.run();
            let due = self.ticks.iter().map(|(node, at)| (*at, *node)).min();
            let Some((at, node)) = due.filter(|(at, _)| *at <= until) else { break };
            self.ticks.remove(&node);
            self.now = self.now.max(at);
            self.event(node, Event::Tick);
        }
        self.now = until;
    }

    /// Runs, and says how many round trips it took.
    pub(super) fn round_trips(&mut self) -> f64 {
        let before = self.now;
        self.run();
        (self.now - before) as f64 / 100.0
    }

    pub(super) fn in_sync(&self, from: usize) -> bool {
        let hub = self.nodes[from].exchange.status_of(key(HUB), &self.nodes[from].replica).unwrap();
        let at_hub =
            self.nodes[HUB].exchange.status_of(key(from), &self.nodes[HUB].replica).unwrap();
        hub.in_sync && at_hub.in_sync && hub.unacknowledged.is_empty()
    }
}
