//! The oracle: what must hold while things happen, and when everything has healed.

use std::collections::{BTreeMap, BTreeSet};

use automerge::ChangeHash;
use hopluu_protocol::consolidation::Consolidated;
use hopluu_protocol::documents::report;
use hopluu_protocol::id::DocId;
use hopluu_protocol::report::ReportValue;
use hopluu_protocol::submission::SubmissionId;

use crate::desk::{cell_id, number, section_id};
use crate::ledger::Written;
use crate::town::{self, CELLS, Name, Realm, SECTIONS, Who};
use crate::violation::{Violation, must};
use crate::world::World;

/// Most bytes staged at a process: what makes it commit (256 KiB), and a batch unpacked beside it (1 MiB).
const MOST_STAGED: usize = (256 + 1024) * 1024;
/// Most bytes each way when a node reconnects to whom nothing is new.
const IDLE_BYTES: usize = 200;

/// The summed figures of a report, by cell.
pub(crate) fn figures(joined: &Consolidated) -> BTreeMap<u8, Option<u32>> {
    let mut figures = BTreeMap::new();
    for cell in 0..CELLS {
        let id = cell_id(cell);
        let mut found = joined.report.cells.iter().filter(|found| found.id == id);
        let value = found.find_map(|found| match found.value {
            ReportValue::Number(number) => u32::try_from(number).ok(),
            _ => None,
        });
        figures.insert(cell, value);
    }
    figures
}

impl World {
    /// What must hold at any moment.
    pub(crate) fn holds_now(&self, turn: usize) -> Result<(), Violation> {
        for machine in self.machines.values() {
            let Some(process) = &machine.process else { continue };
            let staged = process.replica.staged_bytes();
            must(staged <= MOST_STAGED, || format!("{}: {staged} bytes staged", machine.who))?;
        }
        let all: Vec<Who> = self.machines.keys().copied().collect();
        match all.get(turn % all.len().max(1)) {
            Some(who) => self.believes_rightly(*who),
            None => Ok(()),
        }
    }

    /// What a machine believes to be at its hub is on the hub's disk, or was, before that went back.
    fn believes_rightly(&self, who: Who) -> Result<(), Violation> {
        let hub = Who::from(who.name.realm().hub());
        let process = self.machines.get(&who).and_then(|machine| machine.process.as_ref());
        let Some(process) = process.filter(|_| who != hub) else { return Ok(()) };
        // A store that cannot be read believes nothing.
        let Ok(status) = process.exchange.status_of(hub.name.node_key(), &process.replica) else {
            return Ok(());
        };
        for (hash, entry) in self.ledger.of_realm(who.name.realm()) {
            let own = entry.by == who && who.name.may_write(&entry.doc) && !entry.forged;
            let Ok(Some(position)) = process.replica.position(&entry.doc, &hash) else { continue };
            let waiting = status.unacknowledged.iter().find(|(doc, _)| *doc == entry.doc);
            let waiting = waiting.map_or(0, |(_, count)| *count);
            let total = process.replica.summary(&entry.doc).map_or(0, |summary| summary.changes);
            let believed = own && self.counts(who.name) && position + waiting < total;
            let there = self.is_on_disk(hub, &entry.doc, &hash)
                || self.once_there.contains(&(hub, entry.doc.clone(), hash));
            must(!believed || there, || {
                format!("{who} believes that {hash} of {} is at {hub}", entry.doc)
            })?;
        }
        Ok(())
    }

    /// What must hold when everything has healed.
    pub(crate) fn holds_in_the_end(&mut self) -> Result<(), Violation> {
        for realm in [Realm::Town, Realm::Upper] {
            if self.machines.contains_key(&realm.hub().into()) {
                self.nothing_is_lost(realm)?;
                self.nothing_forbidden_is_stored(realm)?;
                self.heads_agree(realm)?;
                self.contents_are_right(realm)?;
                self.reports_add_up(realm)?;
                self.idle_reconnects_are_cheap(realm)?;
            }
        }
        let diverged: Vec<&Who> =
            self.diverged.iter().filter(|who| !self.is_astray(**who)).collect();
        must(diverged.is_empty(), || format!("{diverged:?} cannot be brought together"))
    }

    /// Machines at which a document must be in the end.
    fn holders(&self, realm: Realm, doc: &DocId) -> Vec<Who> {
        let mut holders = self.speakers(realm);
        holders.push(realm.hub().into());
        holders.retain(|who| who.name.shares(doc));
        holders
    }

    fn nothing_is_lost(&self, realm: Realm) -> Result<(), Violation> {
        for (hash, entry) in self.ledger.of_realm(realm) {
            if !self.ledger.is_owed(&hash, entry) {
                continue;
            }
            for who in self.holders(realm, &entry.doc) {
                must(self.is_on_disk(who, &entry.doc, &hash), || {
                    format!("{hash} of {} by {} is lost at {who}", entry.doc, entry.by)
                })?;
            }
        }
        Ok(())
    }

    /// What lies in the stores is the beginning of each document and changes of the ledger that are
    /// allowed, and nothing else.
    fn nothing_forbidden_is_stored(&self, realm: Realm) -> Result<(), Violation> {
        for who in self.of_realm(realm) {
            let process = self.machines.get(&who).and_then(|machine| machine.process.as_ref());
            let Some(process) = process else { continue };
            for doc in process.documents() {
                let here: Vec<ChangeHash> = self
                    .ledger
                    .of_doc(realm, &doc)
                    .filter(|(hash, _)| self.is_on_disk(who, &doc, hash))
                    .map(|(hash, _)| hash)
                    .collect();
                for hash in &here {
                    let entry = self.ledger.get(realm, &doc, hash);
                    let forbidden = entry.is_some_and(|entry| {
                        self.ledger.is_forbidden(hash, entry) && entry.by.name != who.name
                    });
                    must(!forbidden, || {
                        format!("{who} holds {hash} of {doc}, which is forbidden")
                    })?;
                }
                let stored = process.replica.summary(&doc).map_or(0, |summary| summary.changes);
                must(stored as usize == here.len() + 1, || {
                    format!("{who} holds {stored} changes of {doc}; {} were made", here.len() + 1)
                })?;
            }
        }
        Ok(())
    }

    fn heads_agree(&self, realm: Realm) -> Result<(), Violation> {
        let hub = Who::from(realm.hub());
        let of = |who: Who| self.machines.get(&who).and_then(|machine| machine.process.as_ref());
        let Some(at_hub) = of(hub) else { return Ok(()) };
        for doc in at_hub.documents() {
            for who in self.holders(realm, &doc) {
                let Some(process) = of(who).filter(|_| !self.is_astray(who)) else { continue };
                must(process.heads(&doc) == at_hub.heads(&doc), || {
                    format!("{doc} has other heads at {who} than at {hub}")
                })?;
            }
        }
        Ok(())
    }

    /// Cells and texts at the hub are those that follow from the ledger.
    fn contents_are_right(&mut self, realm: Realm) -> Result<(), Violation> {
        let hub = Who::from(realm.hub());
        let Some(process) = self.process(hub) else { return Ok(()) };
        let documents = process.documents();
        for doc in documents {
            let is_report = matches!(doc, DocId::Report(..));
            if !is_report && !matches!(doc, DocId::Consolidated(_)) {
                continue;
            }
            let Some(process) = self.process(hub) else { continue };
            let document = match process.replica.document(&doc) {
                Ok(Some(document)) => document.clone(),
                other => return Err(Violation::new(format!("{hub} reads {doc}: {other:?}"))),
            };
            let broken = |what| Violation::new(format!("{hub} reads {doc}: {what}"));
            let is_there = |hash: &ChangeHash| self.is_on_disk(hub, &doc, hash);
            for cell in (0..CELLS).filter(|_| is_report) {
                let standing = self.ledger.standing(realm, &doc, cell, is_there);
                let expected: BTreeSet<Option<u32>> = standing.iter().map(|(_, v)| *v).collect();
                let found: BTreeSet<Option<u32>> = report::entries(&document, &cell_id(cell))
                    .map_err(broken)?
                    .into_iter()
                    .map(|entry| entry.value.as_ref().and_then(number))
                    .collect();
                must(found == expected, || {
                    format!("cell {cell} of {doc} holds {found:?}; people wrote {expected:?}")
                })?;
            }
            for section in 0..SECTIONS {
                let mut expected: Vec<char> = Vec::new();
                for (_, entry) in self.ledger.of_doc(realm, &doc).filter(|(hash, _)| is_there(hash))
                {
                    for written in &entry.written {
                        if let Written::Word { section: of, word } = written
                            && *of == section
                        {
                            expected.extend(word.chars());
                        }
                    }
                }
                let text = report::text(&document, &section_id(section)).map_err(broken)?;
                let mut found: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
                found.sort_unstable();
                expected.sort_unstable();
                must(found == expected, || format!("text {section} of {doc} is `{text}`"))?;
            }
        }
        Ok(())
    }

    /// The joined report is the sum of what was frozen in the submissions that count, and those are the
    /// latest.
    fn reports_add_up(&mut self, realm: Realm) -> Result<(), Violation> {
        for period in town::periods() {
            let Some((joined, contributions)) = self.consolidated(realm.hub(), period)? else {
                continue;
            };
            let frozen = self.counting(realm, period, &contributions)?;
            let mut expected: BTreeMap<u8, Option<u32>> = BTreeMap::new();
            for cell in 0..CELLS {
                let given: Vec<u32> =
                    frozen.iter().filter_map(|cells| cells.get(&cell).copied()).collect();
                let sum = (!given.is_empty()).then(|| given.iter().sum());
                expected.insert(cell, sum);
            }
            let found = figures(&joined);
            must(found == expected, || {
                format!("the report of {period} says {found:?}; people submitted {expected:?}")
            })?;
        }
        Ok(())
    }

    /// What was frozen in the submissions that a report was made from, after a look at whether they are
    /// the right ones: each unit that submitted is among them, with a submission that none of those that
    /// the hub may take was made after.
    fn counting(
        &self,
        realm: Realm,
        period: hopluu_protocol::period::PeriodId,
        contributions: &[hopluu_protocol::consolidation::Contribution],
    ) -> Result<Vec<BTreeMap<u8, u32>>, Violation> {
        let hub = Who::from(realm.hub());
        let units: BTreeSet<_> =
            Name::ALL.into_iter().filter(|name| name.realm() == realm).map(Name::unit).collect();
        let mut frozen = Vec::new();
        for unit in units {
            let doc = DocId::Report(period, unit.clone());
            let taken = contributions.iter().find(|given| given.unit == unit);
            let taken = taken.and_then(|given| Some(given.submission.as_ref()?.id.clone()));
            let mut of_taken = None;
            let mut submitted: Vec<(ChangeHash, SubmissionId, bool)> = Vec::new();
            for (hash, entry) in self.ledger.of_doc(realm, &doc) {
                if !self.is_on_disk(hub, &doc, &hash) {
                    continue;
                }
                for written in &entry.written {
                    if let Written::Submission { id, cells } = written {
                        submitted.push((hash, id.clone(), self.counts(entry.by.name)));
                        if Some(id.as_str()) == taken.as_deref() {
                            of_taken = Some((hash, cells.clone()));
                        }
                    }
                }
            }
            let must_count = submitted.iter().any(|(_, _, counts)| *counts);
            must(!must_count || taken.is_some(), || format!("{hub} has no report of {doc}"))?;
            let Some((taken_by, cells)) = of_taken else {
                must(taken.is_none(), || format!("nobody submitted what {hub} has of {doc}"))?;
                continue;
            };
            for (hash, id, _) in submitted.iter().filter(|(_, _, counts)| *counts) {
                must(!self.ledger.saw(realm, &doc, hash, &taken_by), || {
                    format!("{hub} counts a submission of {doc} that {id} has replaced")
                })?;
            }
            frozen.push(cells);
        }
        Ok(frozen)
    }

    /// A machine to which nothing is new reconnects in one round trip and a few bytes.
    fn idle_reconnects_are_cheap(&mut self, realm: Realm) -> Result<(), Violation> {
        for who in self.speakers(realm) {
            // The machine that runs from a copy has been the hub's peer in the meantime.
            let copied = self.machines.contains_key(&Who { copy: !who.copy, ..who });
            if copied || self.is_astray(who) {
                continue;
            }
            self.cut_all_lines()?;
            let before = self.now;
            self.dial(who, false)?;
            let mut trips = None;
            while self.step()? {
                if trips.is_none() && self.in_sync(who) {
                    trips = Some((self.now - before) as f64 / 100.0);
                }
            }
            let Some(line) = self.line_of(who) else { continue };
            let bytes = [line.pipes[0].sent, line.pipes[1].sent];
            must(trips.is_some_and(|trips| trips <= 1.0), || {
                format!("{who} reconnected, nothing was new, and it took {trips:?} round trips")
            })?;
            must(bytes.iter().all(|bytes| *bytes <= IDLE_BYTES), || {
                format!("{who} reconnected, nothing was new, and it took {bytes:?} bytes")
            })?;
        }
        Ok(())
    }
}
