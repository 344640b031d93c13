//! A machine: a disk, a clock, copies of the disk, and a process while one runs.

use std::collections::BTreeSet;

use automerge::{ActorId, ChangeHash};
use hopluu_protocol::documents::{calendar, roster};
use hopluu_protocol::gate::Access;
use hopluu_protocol::id::{DocId, UnitCode};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::replica::{EditContext, Replica, ReplicaError};
use hopluu_protocol::roster::Roster;
use hopluu_protocol::store::faulty::{FaultyBackend, FaultyDisk};
use hopluu_protocol::store::{MemoryBackend, Store, StoreError};
use hopluu_protocol::sync::{Exchange, Limits};

use crate::town::{self, Who};

/// Memory for opened documents, bytes: two or three reports, so that they give way to each other.
pub(crate) const OPEN_BYTES: usize = 200_000;

/// Where the store's own name lies.
pub(crate) const EPOCH: &str = "epoch";

/// Spring 2023, in seconds since 1970.
const FIRST_DAY: i64 = 1_678_000_000;

pub(crate) struct Machine {
    pub(crate) who: Who,
    pub(crate) disk: FaultyDisk,
    pub(crate) process: Option<Process>,
    pub(crate) backups: Vec<MemoryBackend>,
    /// By how many seconds its clock is wrong.
    pub(crate) clock_error: i64,
    /// A mistake put in on purpose: see [`crate::mutant::Mutant::KeepsActor`].
    pub(crate) keeps_actor: bool,
    /// How often a process was started, which makes actor ids fresh.
    starts: u64,
    /// Damage was found: the store is set aside before the next start.
    pub(crate) is_damaged: bool,
    /// A line to the hub that it dialed last.
    pub(crate) line: Option<u64>,
    /// What it sent first on that line.
    pub(crate) first_flight: Vec<Vec<u8>>,
}

/// A running node.
pub(crate) struct Process {
    pub(crate) replica: Replica<FaultyBackend>,
    pub(crate) exchange: Exchange,
    pub(crate) roster: Roster,
    roster_heads: Option<Vec<ChangeHash>>,
    pub(crate) actor: ActorId,
    /// Staged by people here, who wait to be told that it is saved.
    pub(crate) untold: Vec<(DocId, ChangeHash)>,
    /// Hub: reports that grew since their submissions were looked at.
    pub(crate) unseen: BTreeSet<(PeriodId, UnitCode)>,
    pub(crate) tick_at: Option<u64>,
}

/// Whether an error says that the store is not what was written, rather than that it cannot be used now.
pub(crate) fn is_damage(error: &ReplicaError) -> bool {
    matches!(error, ReplicaError::Damaged { .. } | ReplicaError::Store(StoreError::Damaged { .. }))
}

impl Machine {
    pub(crate) fn new(who: Who, disk: FaultyDisk) -> Self {
        Self {
            who,
            disk,
            process: None,
            backups: Vec::new(),
            clock_error: 0,
            keeps_actor: false,
            starts: 0,
            is_damaged: false,
            line: None,
            first_flight: Vec::new(),
        }
    }

    /// Sixteen bytes that nobody had before.
    fn fresh(&self, what: &str) -> [u8; 16] {
        let mut bytes = [0; 16];
        let start = if self.keeps_actor && what == "actor" { 0 } else { self.starts };
        let seed = format!("{what} {} {start}", self.who);
        bytes.copy_from_slice(&blake3::hash(seed.as_bytes()).as_bytes()[..16]);
        bytes
    }

    /// Starts the process.
    ///
    /// # Errors
    /// When the store does not open or fails at once.
    pub(crate) fn start(&mut self) -> Result<(), ReplicaError> {
        self.starts += 1;
        let mut replica = Replica::open(Store::new(self.disk.open()), OPEN_BYTES)?;
        let stored = replica.meta(EPOCH)?.and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
        let epoch = match stored {
            Some(epoch) => epoch,
            None => {
                let fresh = self.fresh("epoch");
                replica.set_meta(EPOCH, Some(fresh.to_vec()))?;
                fresh
            }
        };
        let decides = self.who.name.is_hub();
        // An office hears only its hub: there the hub's word for a document's beginning is enough.
        let is_genesis = Box::new(move |doc: &DocId, hash: &ChangeHash| {
            !decides || town::is_beginning(doc, hash)
        });
        let before = access(self.who, &Roster::default());
        let mut process = Process {
            replica,
            exchange: Exchange::new(before, epoch, is_genesis, Limits::default())
                .sealing_with(self.who.name.key()),
            roster: Roster::default(),
            roster_heads: None,
            actor: ActorId::from(self.fresh("actor")),
            untold: Vec::new(),
            unseen: BTreeSet::new(),
            tick_at: None,
        };
        if process.read_roster()? {
            let access = access(self.who, &process.roster);
            // There is no connection yet that could want to hear of this.
            let _none = process.exchange.set_access(0, access, &mut process.replica)?;
        }
        self.process = Some(process);
        Ok(())
    }

    pub(crate) fn edit_context(&self, now: u64, actor: ActorId) -> EditContext {
        EditContext {
            author: self.who.name.node_key(),
            actor,
            person: "Nguyễn Thị Hoa".to_owned(),
            now_seconds: self.wall_clock(now),
        }
    }

    /// Seconds since 1970 by this machine's clock.
    pub(crate) fn wall_clock(&self, now: u64) -> i64 {
        FIRST_DAY + (now / 1000) as i64 + self.clock_error
    }
}

/// Who may do what, as a machine with this roster knows it.
pub(crate) fn access(who: Who, roster: &Roster) -> Access {
    let hub_key = (!who.name.is_hub()).then(|| who.name.realm().hub().node_key());
    Access::new(who.name.unit(), hub_key, roster)
}

impl Process {
    /// Reads the roster again if it changed. Returns whether it did.
    pub(crate) fn read_roster(&mut self) -> Result<bool, ReplicaError> {
        let heads = self.replica.summary(&DocId::Roster).map(|summary| summary.heads.clone());
        if heads == self.roster_heads {
            return Ok(false);
        }
        let Some(document) = self.replica.document(&DocId::Roster)? else { return Ok(false) };
        // A roster of which only the beginning is here names nobody.
        self.roster = roster::read(document).unwrap_or_default();
        self.roster_heads = heads;
        Ok(true)
    }

    /// Whether people can type into the reports of a period: the town's documents have arrived, and the
    /// period is not closed, as far as is known here.
    pub(crate) fn is_open(&mut self, period: PeriodId) -> Result<bool, ReplicaError> {
        let template = DocId::Template(town::template_ref());
        let Some(document) = self.replica.document(&DocId::Calendar)? else { return Ok(false) };
        let calendar = calendar::read(document).unwrap_or_default();
        let open = calendar.periods.contains_key(&period) && !calendar.locks.contains_key(&period);
        Ok(open && !self.roster.nodes.is_empty() && self.replica.summary(&template).is_some())
    }

    pub(crate) fn has(&self, doc: &DocId, hash: &ChangeHash) -> bool {
        self.replica.position(doc, hash).is_ok_and(|position| position.is_some())
    }

    pub(crate) fn heads(&self, doc: &DocId) -> Vec<ChangeHash> {
        self.replica.summary(doc).map(|summary| summary.heads.clone()).unwrap_or_default()
    }

    /// All documents here, in the order of their ids.
    pub(crate) fn documents(&self) -> Vec<DocId> {
        let all = hopluu_protocol::replica::Scope::All;
        let range = hopluu_protocol::replica::TagRange::FULL;
        let mut documents: Vec<DocId> =
            self.replica.index().entries(&all, range).map(|(_, entry)| entry.doc.clone()).collect();
        documents.sort();
        documents
    }
}
