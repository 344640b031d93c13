//! Everything at once: machines, lines between them, one clock, and what happens next.

use std::collections::{BTreeMap, BTreeSet};

use automerge::ChangeHash;
use fastrand::Rng;
use hopluu_protocol::documents::{calendar, roster, template};
use hopluu_protocol::id::DocId;
use hopluu_protocol::replica::{Committed, ReplicaError};
use hopluu_protocol::store::StoreError;
use hopluu_protocol::store::faulty::FaultyDisk;
use hopluu_protocol::sync::{Action, ConnId, Enrolment, Event, Notice, Side};
use hopluu_protocol::wire::frame::Refusal;

use crate::customs::Acknowledged;
use crate::ledger::{Ledger, Written};
use crate::line::{GIVEN_UP_AFTER, Line, Next};
use crate::machine::{self, Machine, is_damage};
use crate::mutant::Mutant;
use crate::town::{self, Name, Realm, Who};
use crate::violation::{Violation, must};

/// The code of every invitation here.
pub(crate) const INVITATION: &[u8] = b"open sesame";

/// More events than this in one go, and the nodes never stop talking.
const ENDLESS: usize = 100_000;

pub(crate) struct World {
    pub(crate) now: u64,
    pub(crate) machines: BTreeMap<Who, Machine>,
    pub(crate) lines: BTreeMap<u64, Line>,
    next_line: u64,
    /// What chance does at the moment; without it everything is prompt.
    pub(crate) dice: Option<Rng>,
    pub(crate) ledger: Ledger,
    pub(crate) acknowledged: Acknowledged,
    /// What a disk lost that others may still believe to be there.
    pub(crate) once_there: BTreeSet<(Who, DocId, ChangeHash)>,
    /// A bit was flipped somewhere without anybody noticing.
    pub(crate) bits_flipped: bool,
    /// Something was damaged, noticed or not.
    pub(crate) damage_done: bool,
    pub(crate) mutant: Option<Mutant>,
    /// Machines whose disk went back.
    pub(crate) went_back: BTreeSet<Who>,
    /// Machines that said that they and their hub cannot be brought together.
    pub(crate) diverged: BTreeSet<Who>,
}

impl World {
    /// A world of these machines, on which nothing has happened but that the hubs are set up.
    pub(crate) fn new(cast: &[Name], mutant: Option<Mutant>) -> Result<Self, Violation> {
        let machine = |name: &Name| {
            let disk = FaultyDisk::new();
            if let Some(lie) = mutant.and_then(Mutant::lie) {
                disk.tell(lie);
            }
            let mut machine = Machine::new((*name).into(), disk);
            machine.keeps_actor = mutant == Some(Mutant::KeepsActor);
            (Who::from(*name), machine)
        };
        let mut world = Self {
            now: 1_000_000,
            machines: cast.iter().map(machine).collect(),
            lines: BTreeMap::new(),
            next_line: 1,
            dice: None,
            ledger: Ledger::default(),
            acknowledged: Acknowledged::default(),
            once_there: BTreeSet::new(),
            bits_flipped: false,
            damage_done: false,
            mutant,
            went_back: BTreeSet::new(),
            diverged: BTreeSet::new(),
        };
        for name in cast {
            world.start((*name).into())?;
        }
        for name in cast.iter().filter(|name| name.is_hub()) {
            world.found(*name, cast)?;
        }
        Ok(world)
    }

    /// Writes a town's first documents.
    fn found(&mut self, hub: Name, cast: &[Name]) -> Result<(), Violation> {
        let members: Vec<Name> =
            cast.iter().copied().filter(|name| name.realm() == hub.realm()).collect();
        self.stage(hub.into(), &DocId::Roster, Vec::new(), |tx| {
            roster::set_hub(tx, &hub.unit())?;
            for name in &members {
                roster::put_unit(tx, &town::unit_entry(*name))?;
            }
            for name in members.iter().filter(|name| name.is_founder()) {
                roster::put_node(tx, &town::node_entry(*name, 0))?;
            }
            Ok(())
        })?;
        self.stage(hub.into(), &DocId::Template(town::template_ref()), Vec::new(), |tx| {
            template::put_part(tx, 0, &town::template_source(), true)
        })?;
        self.stage(hub.into(), &DocId::Calendar, Vec::new(), |tx| {
            for period in town::periods() {
                let entry =
                    calendar::PeriodEntry { template: town::template_ref(), deadline: None };
                calendar::put_period(tx, period, &entry)?;
            }
            Ok(())
        })?;
        self.settle(hub.into())
    }

    pub(crate) fn machine(&mut self, who: Who) -> Option<&mut Machine> {
        self.machines.get_mut(&who)
    }

    pub(crate) fn process(&mut self, who: Who) -> Option<&mut crate::machine::Process> {
        self.machines.get_mut(&who)?.process.as_mut()
    }

    /// Whether a machine's disk holds a change.
    pub(crate) fn is_on_disk(&self, who: Who, doc: &DocId, hash: &ChangeHash) -> bool {
        use hopluu_protocol::store::Backend;
        self.machines.get(&who).is_some_and(|machine| {
            machine.disk.look(|image| matches!(image.position(doc, hash), Ok(Some(_))))
        })
    }

    /// Below `bound`, by chance; 0 when everything is prompt.
    pub(crate) fn chance(&mut self, bound: u64) -> u64 {
        self.dice.as_mut().map_or(0, |dice| dice.u64(..bound))
    }

    /// Starts a process that does not run. A store in which damage was found is set aside first.
    pub(crate) fn start(&mut self, who: Who) -> Result<bool, Violation> {
        for _attempt in 0..2 {
            let Some(machine) = self.machines.get_mut(&who) else { return Ok(false) };
            if machine.process.is_some() {
                return Ok(false);
            }
            if machine.is_damaged {
                self.set_aside(who);
            }
            let Some(machine) = self.machines.get_mut(&who) else { return Ok(false) };
            match machine.start() {
                Ok(()) => {
                    self.started(who)?;
                    self.settle(who)?;
                    return Ok(true);
                }
                Err(error) => self.process_failed(who, &error)?,
            }
        }
        Ok(false)
    }

    /// A hub that starts looks at all reports: it may have ended before it had looked at the last.
    fn started(&mut self, who: Who) -> Result<(), Violation> {
        let Some(process) = self.process(who).filter(|_| who.name.is_hub()) else { return Ok(()) };
        let documents = process.documents();
        process.unseen = documents
            .into_iter()
            .filter_map(|doc| match doc {
                DocId::Report(period, unit) => Some((period, unit)),
                _ => None,
            })
            .collect();
        self.note_revocations(who);
        Ok(())
    }

    /// The process ends: what was not committed is gone, and so are its lines.
    pub(crate) fn kill(&mut self, who: Who) {
        let Some(machine) = self.machines.get_mut(&who) else { return };
        machine.process = None;
        self.acknowledged.forget_sender(who);
        let now = self.now;
        let ids: Vec<u64> = self.lines.keys().copied().collect();
        for id in ids {
            let late = self.chance(GIVEN_UP_AFTER);
            let Some(line) = self.lines.get_mut(&id).filter(|line| line.ends.contains(&who)) else {
                continue;
            };
            let end = line.end_of(who);
            if line.open[end] {
                let mut lates = [late; 2];
                lates[end] = 0;
                line.breaks(now, lates);
                line.open[end] = false;
            }
        }
    }

    /// A process that cannot go on ends. Damage is remembered.
    pub(crate) fn process_failed(
        &mut self,
        who: Who,
        error: &ReplicaError,
    ) -> Result<(), Violation> {
        let planned = match error {
            ReplicaError::Store(StoreError::Refused { .. }) => false,
            ReplicaError::Store(_) | ReplicaError::Unusable { .. } => true,
            error => is_damage(error),
        };
        let planned = planned && (self.damage_done || !is_damage(error));
        must(planned, || format!("{who} fails: {error}"))?;
        if let Some(machine) = self.machine(who) {
            machine.is_damaged |= is_damage(error);
        }
        self.kill(who);
        Ok(())
    }

    /// A machine dials its hub. Returns whether there is a line now.
    pub(crate) fn dial(&mut self, who: Who, enrol: bool) -> Result<bool, Violation> {
        let hub = Who::from(who.name.realm().hub());
        if who == hub || self.process(who).is_none() || self.process(hub).is_none() {
            return Ok(false);
        }
        self.acknowledged.forget_compared(who, hub);
        let id = self.lay(Line::new(who, hub, 50));
        if let Some(machine) = self.machine(who) {
            machine.line = Some(id);
            machine.first_flight.clear();
        }
        let conn = ConnId(id);
        let (dialer, listener) = (who.name.node_key(), hub.name.node_key());
        let enrol = enrol.then(|| Enrolment { code: INVITATION.to_vec(), name: who.to_string() });
        let side = Side::Listener;
        self.event(hub, Event::Connected { conn, peer: dialer, side, enrol: None })?;
        self.event(who, Event::Connected { conn, peer: listener, side: Side::Dialer, enrol })?;
        Ok(true)
    }

    pub(crate) fn lay(&mut self, line: Line) -> u64 {
        let id = self.next_line;
        self.next_line += 1;
        self.lines.insert(id, line);
        id
    }

    /// Tells a process what happened, and does what it asks for.
    pub(crate) fn event(&mut self, who: Who, event: Event<'_>) -> Result<(), Violation> {
        let now = self.now;
        let Some(process) = self.process(who) else { return Ok(()) };
        let outcome = process.exchange.handle(now, event, &mut process.replica);
        self.after(who, outcome)?;
        let wants = self.process(who).is_some_and(|process| process.replica.wants_commit());
        // A keeper commits once for several things that happened.
        if wants || self.chance(3) == 0 {
            self.settle(who)?;
        }
        Ok(())
    }

    pub(crate) fn after(
        &mut self,
        who: Who,
        outcome: Result<Vec<Action>, ReplicaError>,
    ) -> Result<(), Violation> {
        match outcome {
            Ok(actions) => actions.into_iter().try_for_each(|action| self.act(who, action)),
            Err(error) => self.process_failed(who, &error),
        }
    }

    fn act(&mut self, who: Who, action: Action) -> Result<(), Violation> {
        match action {
            Action::Send { conn, bytes } => self.give(conn.0, who, bytes)?,
            Action::Close { conn, .. } => {
                let now = self.now;
                if let Some(line) = self.lines.get_mut(&conn.0) {
                    line.closed_by(now, line.end_of(who));
                }
            }
            Action::Enrol { conn, peer, code, .. } => {
                let name = Name::of_key(&peer).filter(|_| code == INVITATION);
                let decision = match name {
                    Some(name) => self.let_in(who, name)?,
                    None => Err(Refusal::InvitationUnknown),
                };
                self.event(who, Event::EnrolmentDecided { conn, decision })?;
            }
            Action::Notice(notice) => self.notice(who, &notice)?,
            Action::WantTick { at } => {
                if let Some(process) = self.process(who) {
                    process.tick_at = Some(at);
                }
            }
        }
        Ok(())
    }

    fn let_in(&mut self, hub: Who, name: Name) -> Result<Result<(), Refusal>, Violation> {
        let known = match self.process(hub) {
            Some(process) => process.roster.node(&name.node_key()).cloned(),
            None => return Ok(Err(Refusal::InvitationUnknown)),
        };
        match known {
            Some(node) if node.revoked_at.is_some() => return Ok(Err(Refusal::KeyRevoked)),
            Some(_) => return Ok(Ok(())),
            None => {}
        }
        let entry = town::node_entry(name, self.now as i64);
        self.stage(hub, &DocId::Roster, Vec::new(), |tx| roster::put_node(tx, &entry))?;
        self.settle(hub)?;
        Ok(Ok(()))
    }

    fn notice(&mut self, who: Who, notice: &Notice) -> Result<(), Violation> {
        let peer = match notice {
            Notice::ProtocolError { peer, .. }
            | Notice::Quarantined { peer, .. }
            | Notice::Rejected { peer, .. }
            | Notice::Diverged { peer } => Name::of_key(peer),
            Notice::DocumentFailed { code, doc, what, .. } => {
                must(*code == "document-damaged" && self.damage_done, || {
                    format!("{who} cannot send {doc}: {what}")
                })?;
                if let Some(machine) = self.machine(who) {
                    machine.is_damaged = true;
                }
                self.kill(who);
                return Ok(());
            }
            _ => return Ok(()),
        };
        let hostile = |name: Option<Name>| {
            self.ledger.hostile.iter().any(|hostile| Some(hostile.name) == name)
        };
        let suspect = hostile(peer) || hostile(Some(who.name)) || self.knows_no_roster(who);
        let excused = suspect || self.bits_flipped;
        match notice {
            Notice::Diverged { .. } => {
                self.diverged.insert(who);
                Ok(())
            }
            Notice::Quarantined { doc, error, .. } => {
                let excused = excused || self.is_by_mistake(peer, error);
                must(excused, || format!("{who} refuses {doc} of {peer:?}: {error}"))
            }
            _ => must(excused, || format!("at {who}: {notice:?}")),
        }
    }

    /// An operator's machine whose disk went back to before it knew the roster does not know yet that all
    /// is shared with it. What it refuses then comes with the next connection.
    fn knows_no_roster(&self, who: Who) -> bool {
        let process = self.machines.get(&who).and_then(|machine| machine.process.as_ref());
        who.name == Name::Hub2 && process.is_some_and(|process| process.roster.nodes.is_empty())
    }

    /// Makes what is staged durable, and lets those know who wait for it.
    pub(crate) fn settle(&mut self, who: Who) -> Result<(), Violation> {
        loop {
            let Some(process) = self.process(who) else { return Ok(()) };
            match process.replica.commit() {
                Ok(Some(committed)) => self.committed(who, &committed)?,
                Ok(None) => {}
                Err(error) => return self.process_failed(who, &error),
            }
            let Some(process) = self.process(who) else { return Ok(()) };
            if process.replica.staged_bytes() == 0 && !self.receive_next(who)? {
                return Ok(());
            }
        }
    }

    fn committed(&mut self, who: Who, committed: &Committed) -> Result<(), Violation> {
        self.tell_people(who)?;
        self.no_forbidden_change_came(who, committed)?;
        let now = self.now;
        let Some(process) = self.process(who) else { return Ok(()) };
        for growth in &committed.appended {
            if let DocId::Report(period, unit) = &growth.doc {
                process.unseen.insert((*period, unit.clone()));
            }
        }
        match process.read_roster() {
            Ok(false) => {}
            Ok(true) => {
                let access = machine::access(who, &process.roster);
                let outcome = process.exchange.set_access(now, access, &mut process.replica);
                self.note_revocations(who);
                self.after(who, outcome)?;
            }
            Err(error) => return self.process_failed(who, &error),
        }
        let Some(process) = self.process(who) else { return Ok(()) };
        let event = Event::Committed(committed);
        let outcome = process.exchange.handle(now, event, &mut process.replica);
        self.after(who, outcome)
    }

    /// People hear that what they did is saved.
    fn tell_people(&mut self, who: Who) -> Result<(), Violation> {
        let Some(process) = self.process(who) else { return Ok(()) };
        for (doc, hash) in std::mem::take(&mut process.untold) {
            let realm = who.name.realm();
            let Some(entry) = self.ledger.get_mut(realm, &doc, &hash) else { continue };
            entry.told = true;
            must(self.is_on_disk(who, &doc, &hash), || {
                format!("{who} told its people that {hash} of {doc} is saved, and it is not")
            })?;
        }
        Ok(())
    }

    fn no_forbidden_change_came(&self, who: Who, committed: &Committed) -> Result<(), Violation> {
        let realm = who.name.realm();
        for growth in committed.appended.iter().filter(|growth| !growth.local) {
            for (hash, entry) in self.ledger.of_doc(realm, &growth.doc) {
                let forbidden = self.ledger.is_forbidden(&hash, entry) && entry.by.name != who.name;
                let here = forbidden && self.is_on_disk(who, &growth.doc, &hash);
                must(!here, || {
                    format!("{who} stored {hash} of {} by {}, who may not", growth.doc, entry.by)
                })?;
            }
        }
        Ok(())
    }

    /// What a machine says goes onto the line, in pieces.
    fn give(&mut self, id: u64, from: Who, bytes: Vec<u8>) -> Result<(), Violation> {
        let bytes = self.inspect(id, from, bytes)?;
        let now = self.now;
        let Some(line) = self.lines.get_mut(&id) else { return Ok(()) };
        let end = line.end_of(from);
        if line.pipes[1 - end].sent == 0
            && end == 0
            && let Some(machine) = self.machines.get_mut(&from)
        {
            machine.first_flight.push(bytes.clone());
        }
        let pipe = &mut line.pipes[end];
        pipe.sent += bytes.len();
        if line.broken {
            return Ok(());
        }
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let (size, jitter) = match &mut self.dice {
                Some(dice) => (1 + dice.usize(..900), dice.u64(..400)),
                None => (rest.len(), 0),
            };
            let (piece, tail) = rest.split_at(size.min(rest.len()));
            rest = tail;
            let at = now + line.delay + jitter;
            let at = pipe.flying.back().map_or(at, |(last, _)| at.max(*last));
            pipe.flying.push_back((at, piece.to_vec()));
        }
        Ok(())
    }

    /// The next thing to happen on any line, and when.
    fn next_on_lines(&self) -> Option<(u64, u64, Next)> {
        let next = |(id, line): (&u64, &Line)| line.next().map(|(at, next)| (at, *id, next));
        self.lines.iter().filter_map(next).min()
    }

    /// Lets the next thing happen. Returns whether there was one.
    pub(crate) fn step(&mut self) -> Result<bool, Violation> {
        let all: Vec<Who> = self.machines.keys().copied().collect();
        for who in all {
            if self.chance(3) == 0 {
                self.settle(who)?;
            }
        }
        let Some((at, id, next)) = self.next_on_lines() else { return Ok(false) };
        self.now = self.now.max(at);
        match next {
            Next::Arrival(direction) => self.arrival(id, direction)?,
            Next::Ending(end) => {
                let Some(line) = self.lines.get_mut(&id) else { return Ok(true) };
                line.open[end] = false;
                let (who, ghost) = (line.ends[end], line.ghost && end == 0);
                if line.open == [false; 2] {
                    self.lines.remove(&id);
                }
                if !ghost {
                    self.event(who, Event::Closed { conn: ConnId(id) })?;
                }
            }
        }
        Ok(true)
    }

    fn arrival(&mut self, id: u64, direction: usize) -> Result<(), Violation> {
        let now = self.now;
        let Some(line) = self.lines.get_mut(&id) else { return Ok(()) };
        let pipe = &mut line.pipes[direction];
        let Some((_, mut bytes)) = pipe.flying.pop_front() else { return Ok(()) };
        let mut broken = None;
        if let Some((left, late)) = &mut pipe.breaks_after {
            if *left < bytes.len() {
                broken = Some(late.map(u64::from));
            }
            bytes.truncate(*left);
            *left -= bytes.len();
        }
        pipe.deframer.push(&bytes);
        let end = 1 - direction;
        while let Some(line) = self.lines.get_mut(&id).filter(|line| line.open[end]) {
            if line.ghost && end == 0 {
                break;
            }
            let who = line.ends[end];
            let frame = match line.pipes[direction].deframer.next_frame() {
                Ok(Some(frame)) => frame.to_vec(),
                Ok(None) => break,
                Err(error) => return Err(Violation::new(format!("on the way to {who}: {error}"))),
            };
            self.arrives(id, end, &frame);
            self.event(who, Event::Frame { conn: ConnId(id), bytes: &frame })?;
        }
        if let (Some(late), Some(line)) = (broken, self.lines.get_mut(&id)) {
            line.breaks(now, late);
        }
        Ok(())
    }

    /// Goes on until nothing moves.
    pub(crate) fn quiet(&mut self) -> Result<(), Violation> {
        for _ in 0..ENDLESS {
            if !self.step()? {
                return Ok(());
            }
        }
        Err(Violation::new("the nodes never stop talking"))
    }

    /// Lets time pass: what arrives by then arrives, and timers go off.
    pub(crate) fn wait(&mut self, millis: u64) -> Result<(), Violation> {
        let until = self.now + millis;
        for _ in 0..ENDLESS {
            let tick = self
                .machines
                .values()
                .filter_map(|machine| Some((machine.process.as_ref()?.tick_at?, machine.who)))
                .min();
            let arrival = self.next_on_lines().map(|(at, ..)| at);
            let due = tick.map(|(at, _)| at).into_iter().chain(arrival).min();
            if due.is_none_or(|at| at > until) {
                self.now = self.now.max(until);
                return Ok(());
            }
            match tick {
                Some((at, who)) if arrival.is_none_or(|arrival| at <= arrival) => {
                    self.now = self.now.max(at);
                    if let Some(process) = self.process(who) {
                        process.tick_at = None;
                    }
                    self.event(who, Event::Tick)?;
                }
                _ => {
                    self.step()?;
                }
            }
        }
        Err(Violation::new("time does not pass: the nodes never stop talking"))
    }

    /// The machines of a realm, copies too.
    pub(crate) fn of_realm(&self, realm: Realm) -> Vec<Who> {
        self.machines.keys().copied().filter(|who| who.name.realm() == realm).collect()
    }

    /// A change whose content the judge does not look into.
    pub(crate) fn other() -> Vec<Written> {
        vec![Written::Other]
    }
}
