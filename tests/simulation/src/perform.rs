//! What each operation does to the world.

use std::collections::BTreeMap;

use hopluu_protocol::documents::{calendar, roster};
use hopluu_protocol::id::DocId;
use hopluu_protocol::store::Backend;
use hopluu_protocol::store::faulty::{Damage, FaultyDisk};
use hopluu_protocol::sync::{ConnId, Event, Side};

use crate::line::{GIVEN_UP_AFTER, Line};
use crate::machine::{EPOCH, Machine};
use crate::operation::{Direction, Fault, Forgery, Operation, Step};
use crate::town::{self, CELLS, Name, Realm, SECTIONS, Who};
use crate::violation::Violation;
use crate::world::World;

/// How many copies of a disk are kept.
const BACKUPS: usize = 3;

impl World {
    /// Performs a step. Returns whether it made sense.
    pub(crate) fn perform(&mut self, step: &Step) -> Result<bool, Violation> {
        self.dice = Some(fastrand::Rng::with_seed(step.dice.into()));
        match &step.operation {
            Operation::Adopt { at } => {
                // People may look although nothing is stuck.
                let looks = self.process(*at).is_some() && at.name.is_office();
                self.adopt(*at)?;
                Ok(looks)
            }
            Operation::Annotate { at, period } => {
                let doc = DocId::Consolidated(town::period(*period));
                let operator = at.name.may_write(&doc) && at.name.realm() == Realm::Town;
                Ok(operator
                    && self.may_type(*at, town::period(*period))?
                    && self.write_word(*at, &doc, 0, step.dice as u8)?
                    && self.saved(*at)?)
            }
            Operation::Backup { at } => Ok(self.backup(*at)),
            Operation::Clock { at, years } => Ok(self.jump(*at, *years)),
            Operation::CloneDisk { at } => self.clone_disk(*at),
            Operation::Compact { at } => self.compact(*at),
            Operation::Cut { at, direction, bytes, late } => Ok(self.on_line(*at, |line, _| {
                let bytes = *bytes as usize;
                line.pipes[end(*direction)].breaks_after = Some((bytes, *late));
            })),
            Operation::Delay { at, millis } => Ok(self.on_line(*at, |line, _| {
                line.delay = u64::from(*millis).max(1);
                for (arrives, _) in line.pipes.iter_mut().flat_map(|pipe| &mut pipe.flying) {
                    *arrives += u64::from(*millis);
                }
            })),
            Operation::Deliver { steps } => {
                let mut any = false;
                for _ in 0..*steps {
                    any |= self.step()?;
                }
                Ok(any)
            }
            Operation::Dial { at } => {
                let connected = self.on_line(*at, |_, _| {});
                Ok(!connected && self.dial(*at, false)?)
            }
            Operation::Edit { at, period, cell, value } => {
                let cells = BTreeMap::from([(cell % CELLS, *value)]);
                Ok(self.set_cells(*at, town::period(*period), &cells)? && self.saved(*at)?)
            }
            Operation::Enrol { at } => self.dial(*at, true),
            Operation::Fail { at, after, fault } => Ok(self.arm(*at, *after, *fault)),
            Operation::Flip { at, bit, noticed } => Ok(self.flip(*at, *bit, *noticed)),
            Operation::Foreign { at, period, cell, value, unknown } => Ok(self
                .write_as_another(*at, *period, *cell, *value, *unknown)?
                && self.saved(*at)?),
            Operation::Forge { at, forgery } => self.forge(*at, *forgery),
            Operation::HangUp { at } => self.hang_up(*at),
            Operation::Kill { at } => {
                let runs = self.process(*at).is_some();
                self.kill(*at);
                Ok(runs)
            }
            Operation::Lock { period, closed } => self.lock(*period, *closed),
            Operation::Paste { at, period, cells } => {
                let cells =
                    cells.iter().map(|(cell, value)| (cell % CELLS, Some(*value))).collect();
                Ok(self.set_cells(*at, town::period(*period), &cells)? && self.saved(*at)?)
            }
            Operation::Replay { at } => self.replay(*at),
            Operation::Report { period } => self.report_upwards(*period),
            Operation::Restore { at, backup, new_epoch } => self.restore(*at, *backup, *new_epoch),
            Operation::Revoke { at } => self.revoke(at.name),
            Operation::Save { at } => {
                let staged = self.process(*at).is_some_and(|p| p.replica.staged_bytes() > 0);
                self.settle(*at)?;
                Ok(staged)
            }
            Operation::Stall { at, direction } => {
                Ok(self.on_line(*at, |line, now| line.stalls(now, end(*direction))))
            }
            Operation::Start { at } => self.start(*at),
            Operation::Submit { at, period } => {
                Ok(self.submit(*at, town::period(*period))? && self.saved(*at)?)
            }
            Operation::Twice { at } => {
                let connected = self.on_line(*at, |_, _| {});
                Ok(connected && self.dial(*at, false)?)
            }
            Operation::Wait { seconds } => {
                self.wait(u64::from(*seconds) * 1000)?;
                Ok(true)
            }
            Operation::Write { at, period, section, place } => {
                let doc = DocId::Report(town::period(*period), at.name.unit());
                let office = at.name.is_office();
                Ok(office
                    && self.may_type(*at, town::period(*period))?
                    && self.write_word(*at, &doc, section % SECTIONS, *place)?
                    && self.saved(*at)?)
            }
        }
    }

    /// Most often what a person does is saved at once; now and then it shares the next commit.
    fn saved(&mut self, who: Who) -> Result<bool, Violation> {
        if self.chance(2) > 0 {
            self.settle(who)?;
        }
        Ok(true)
    }

    fn on_line(&mut self, who: Who, act: impl FnOnce(&mut Line, u64)) -> bool {
        let now = self.now;
        let id = self.machines.get(&who).and_then(|machine| machine.line);
        match id.and_then(|id| self.lines.get_mut(&id)).filter(|line| line.is_up()) {
            Some(line) => {
                act(line, now);
                true
            }
            None => false,
        }
    }

    fn backup(&mut self, who: Who) -> bool {
        let Some(machine) = self.machine(who) else { return false };
        machine.backups.push(machine.disk.image());
        if machine.backups.len() > BACKUPS {
            machine.backups.remove(0);
        }
        true
    }

    fn jump(&mut self, who: Who, years: i16) -> bool {
        let Some(machine) = self.machine(who) else { return false };
        machine.clock_error += i64::from(years) * 365 * 24 * 3600;
        true
    }

    /// A hub is one machine by design; its disk is not run twice.
    fn clone_disk(&mut self, who: Who) -> Result<bool, Violation> {
        let copy = Who { copy: true, ..who };
        let Some(machine) = self.machines.get(&who) else { return Ok(false) };
        if who.copy || who.name.is_hub() || self.machines.contains_key(&copy) {
            return Ok(false);
        }
        let mut twin = Machine::new(copy, FaultyDisk::with(machine.disk.image()));
        twin.is_damaged = machine.is_damaged;
        if self.ledger.hostile.contains(&who) {
            self.ledger.hostile.insert(copy);
        }
        self.machines.insert(copy, twin);
        self.start(copy)
    }

    fn compact(&mut self, who: Who) -> Result<bool, Violation> {
        let Some(process) = self.process(who) else { return Ok(false) };
        let mut any = false;
        for doc in process.documents() {
            match process.replica.compact_now(&doc) {
                Ok(done) => any |= done,
                Err(error) => {
                    self.process_failed(who, &error)?;
                    return Ok(true);
                }
            }
        }
        Ok(any)
    }

    fn arm(&mut self, who: Who, after: u8, fault: Fault) -> bool {
        let Some(machine) = self.machine(who) else { return false };
        machine.disk.fail_after(after.into(), fault.of_commit());
        true
    }

    fn flip(&mut self, who: Who, bit: u64, noticed: bool) -> bool {
        let Some(machine) = self.machines.get(&who) else { return false };
        let documents = machine.disk.look(|image| image.documents().unwrap_or_default());
        let mut candidates = documents.into_keys().filter(|doc| self.may_be_damaged(who, doc));
        let count = candidates.by_ref().count().max(1);
        let documents = machine.disk.look(|image| image.documents().unwrap_or_default());
        let mut candidates = documents.into_keys().filter(|doc| self.may_be_damaged(who, doc));
        let Some(doc) = candidates.nth(bit as usize % count) else { return false };
        let disk = machine.disk.clone();
        self.damage_done = true;
        if !noticed {
            self.bits_flipped = true;
            return disk.flip_bit(&doc, bit);
        }
        let keys = disk.look(|image| image.meta_under("peer/").unwrap_or_default());
        match bit % 3 {
            0 => disk.damage(Damage::Summary),
            1 if !keys.is_empty() => {
                disk.damage(Damage::Meta(keys[bit as usize % keys.len()].0.clone()));
            }
            _ => disk.damage(Damage::Content(doc)),
        }
        true
    }

    fn forge(&mut self, who: Who, forgery: Forgery) -> Result<bool, Violation> {
        if self.process(who).is_none() || !who.name.is_office() || who.name == Name::Town {
            return Ok(false);
        }
        let own = DocId::Report(town::period(0), who.name.unit());
        let stranger = Name::ALL.into_iter().find(|name| {
            name.realm() == who.name.realm() && name.is_office() && name.unit() != who.name.unit()
        });
        let Some(other) = stranger else { return Ok(false) };
        self.ledger.hostile.insert(who);
        let key = who.name.node_key();
        let unknown = hopluu_protocol::identity::OfficeKey::from_seed([200; 32]).node_key();
        let (author, doc) = match forgery {
            Forgery::Author => (other.node_key(), own),
            Forgery::Stranger => (unknown, own),
            Forgery::Report => (key, DocId::Report(town::period(0), other.unit())),
            Forgery::Roster => {
                let entry = town::node_entry(who.name, 7);
                let done = self.stage_as(who, key, &DocId::Roster, Vec::new(), |tx| {
                    roster::put_node(tx, &entry)
                })?;
                return Ok(done && self.saved(who)?);
            }
        };
        let done = self.stage_as(who, author, &doc, Vec::new(), |tx| {
            let note = format!("forged {forgery:?}");
            hopluu_protocol::documents::report::set_note(tx, &crate::desk::cell_id(0), &note)
        })?;
        Ok(done && self.saved(who)?)
    }

    fn hang_up(&mut self, who: Who) -> Result<bool, Violation> {
        let Some(process) = self.process(who) else { return Ok(false) };
        let outcome = process.exchange.shut_down(&mut process.replica);
        let any = outcome.as_ref().is_ok_and(|actions| !actions.is_empty());
        self.after(who, outcome)?;
        self.settle(who)?;
        Ok(any)
    }

    fn lock(&mut self, period: u8, closed: bool) -> Result<bool, Violation> {
        let hub = Who::from(Name::Hub);
        let period = town::period(period);
        let since = self.now as i64;
        let done = self.stage(hub, &DocId::Calendar, Vec::new(), |tx| {
            if closed {
                calendar::lock(tx, period, &calendar::Lock { reason: "đã chốt".to_owned(), since })
            } else {
                calendar::unlock(tx, period)
            }
        })?;
        Ok(done && self.saved(hub)?)
    }

    /// What began the machine's last connection arrives once more, from nowhere.
    fn replay(&mut self, who: Who) -> Result<bool, Violation> {
        let hub = Who::from(who.name.realm().hub());
        let Some(machine) = self.machines.get(&who) else { return Ok(false) };
        let flight = machine.first_flight.clone();
        if flight.is_empty() || self.process(hub).is_none() {
            return Ok(false);
        }
        // To the hub it is a line as any other, in place of the one before.
        self.acknowledged.forget_compared(who, hub);
        let mut line = Line::new(who, hub, 50);
        line.ghost = true;
        let now = self.now;
        line.ends_at = [Some(now + GIVEN_UP_AFTER); 2];
        for bytes in flight {
            line.pipes[0].flying.push_back((now + 50, bytes));
        }
        let conn = ConnId(self.lay(line));
        let peer = who.name.node_key();
        self.event(hub, Event::Connected { conn, peer, side: Side::Listener, enrol: None })?;
        Ok(true)
    }

    /// The town's figures become the town's own report in the realm above.
    pub(crate) fn report_upwards(&mut self, number: u8) -> Result<bool, Violation> {
        let period = town::period(number);
        let town = Who::from(Name::Town);
        if self.process(town).is_none() {
            return Ok(false);
        }
        let Some((joined, _)) = self.consolidated(Name::Hub, period)? else { return Ok(false) };
        let cells = crate::judge::figures(&joined).into_iter().collect();
        let wrote = self.set_cells(town, period, &cells)?;
        Ok((self.submit(town, period)? | wrote) && self.saved(town)?)
    }

    fn restore(&mut self, who: Who, backup: u8, new_epoch: bool) -> Result<bool, Violation> {
        let Some(machine) = self.machines.get(&who) else { return Ok(false) };
        let Some(count) = std::num::NonZero::new(machine.backups.len()) else { return Ok(false) };
        let mut image = machine.backups[usize::from(backup) % count].clone();
        if new_epoch {
            let key = EPOCH.to_owned();
            let forget = hopluu_protocol::store::Write::Meta { key, value: None };
            image.commit(&[forget]).map_err(|error| Violation::new(error.to_string()))?;
        }
        self.kill(who);
        self.replace_disk(who, image);
        if let Some(machine) = self.machine(who) {
            machine.is_damaged = false;
        }
        self.start(who)
    }

    fn revoke(&mut self, name: Name) -> Result<bool, Violation> {
        let hub = Who::from(name.realm().hub());
        if name == Name::Town || !name.is_office() || self.process(hub).is_none() {
            return Ok(false);
        }
        let Some(process) = self.process(hub) else { return Ok(false) };
        let Some(mut entry) = process.roster.node(&name.node_key()).cloned() else {
            return Ok(false);
        };
        if entry.revoked_at.is_some() {
            return Ok(false);
        }
        entry.revoked_at = Some(1);
        self.stage(hub, &DocId::Roster, Vec::new(), |tx| roster::put_node(tx, &entry))?;
        self.settle(hub)?;
        Ok(true)
    }

    /// Opens every document as it is on the disk; a store in which damage is found is set aside.
    pub(crate) fn look_through(&mut self, who: Who) -> Result<(), Violation> {
        for _attempt in 0..2 {
            self.kill(who);
            self.start(who)?;
            let Some(process) = self.process(who) else { continue };
            let documents = process.documents();
            let found = documents
                .iter()
                .find_map(|doc| process.replica.document(doc).err())
                .or_else(|| process.replica.meta_under("").err());
            match found {
                None => return Ok(()),
                Some(error) => self.process_failed(who, &error)?,
            }
        }
        self.start(who).map(drop)
    }
}

fn end(direction: Direction) -> usize {
    match direction {
        Direction::Up => 0,
        Direction::Down => 1,
    }
}
