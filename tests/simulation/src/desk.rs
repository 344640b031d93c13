//! What people and hubs do with documents, as the node's desk does it, and written down in the ledger.

use std::collections::{BTreeMap, BTreeSet};

use automerge::ChangeHash;
use automerge::transaction::Transaction;
use hopluu_protocol::consolidation::{
    Consolidated, Contribution, Input, Overrides, SubmissionStamp, consolidate,
};
use hopluu_protocol::documents::{DocumentError, consolidated, report, review};
use hopluu_protocol::id::{DocId, UnitCode};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::replica::{EditContext, EditError};
use hopluu_protocol::submission::{Statement, Submission, counting, figures_digest, verify};
use hopluu_protocol::value::CellValue;
use rust_decimal::Decimal;

use crate::ledger::{Entry, Written};
use crate::mutant::Mutant;
use crate::town::{self, CELLS, Name, Who};
use crate::violation::{Violation, must};
use crate::world::World;

/// A cell's id.
pub(crate) fn cell_id(cell: u8) -> hopluu_protocol::id::IndicatorId {
    format!("pl.{cell}").parse().unwrap()
}

pub(crate) fn section_id(section: u8) -> hopluu_protocol::id::SectionId {
    format!("s{section}").parse().unwrap()
}

/// A cell's number, as the ledger writes it.
pub(crate) fn number(value: &CellValue) -> Option<u32> {
    match value {
        CellValue::Number(number) => u32::try_from(*number).ok(),
        _ => None,
    }
}

impl World {
    /// Stages a change of a document, which begins with it if it does not exist. Returns whether there
    /// was something to change.
    pub(crate) fn stage(
        &mut self,
        who: Who,
        doc: &DocId,
        written: Vec<Written>,
        edit: impl FnOnce(&mut Transaction<'_>) -> Result<(), DocumentError>,
    ) -> Result<bool, Violation> {
        self.stage_as(who, who.name.node_key(), doc, written, edit)
    }

    /// The same in the name of somebody else, for whom it is a forgery.
    pub(crate) fn stage_as(
        &mut self,
        who: Who,
        author: hopluu_protocol::identity::NodeKey,
        doc: &DocId,
        written: Vec<Written>,
        edit: impl FnOnce(&mut Transaction<'_>) -> Result<(), DocumentError>,
    ) -> Result<bool, Violation> {
        let now = self.now;
        let Some(machine) = self.machines.get_mut(&who) else { return Ok(false) };
        let Some(actor) = machine.process.as_ref().map(|process| process.actor.clone()) else {
            return Ok(false);
        };
        let forged = author != who.name.node_key() || !who.name.may_write(doc);
        let mut context = EditContext { author, ..machine.edit_context(now, actor) };
        if forged {
            // An actor's first change says whose its line is.
            let line = blake3::hash(format!("forged {who} {now} {author}").as_bytes());
            context.actor = automerge::ActorId::from(line.as_bytes()[..16].to_vec());
        }
        let Some(process) = machine.process.as_mut() else { return Ok(false) };
        if let Err(error) = process.replica.create(doc, town::beginning(doc)) {
            self.process_failed(who, &error)?;
            return Ok(false);
        }
        match process.replica.edit(doc, &context, edit) {
            Ok(edited) => {
                let Some(change) = edited.change else { return Ok(false) };
                process.untold.push((doc.clone(), change));
                let is_there = |hash: &ChangeHash| process.has(doc, hash);
                let realm = who.name.realm();
                let saw = self.ledger.submissions(realm, doc, is_there);
                // It was written on top of everything that is there.
                let below = self
                    .ledger
                    .of_doc(realm, doc)
                    .any(|(hash, entry)| entry.stuck && is_there(&hash));
                let confused = forged && self.ledger.confused.contains(&who.name);
                let written = if written.is_empty() { Self::other() } else { written };
                let entry = Entry {
                    doc: doc.clone(),
                    by: who,
                    written,
                    saw,
                    forged,
                    stuck: below || confused,
                    told: false,
                    lost: false,
                };
                self.ledger.enter(realm, change, entry);
                Ok(true)
            }
            Err(EditError::Replica(error)) => {
                self.process_failed(who, &error)?;
                Ok(false)
            }
            Err(EditError::Closure(error)) => {
                Err(Violation::new(format!("{who} cannot write {doc}: {error}")))
            }
        }
    }

    /// The writes to a cell that stand at a process, by the ledger.
    pub(crate) fn standing_at(
        &self,
        who: Who,
        doc: &DocId,
        cell: u8,
    ) -> Vec<(ChangeHash, Option<u32>)> {
        let Some(process) = self.machines.get(&who).and_then(|machine| machine.process.as_ref())
        else {
            return Vec::new();
        };
        let is_there = |hash: &ChangeHash| process.has(doc, hash);
        self.ledger.standing(who.name.realm(), doc, cell, is_there)
    }

    /// Whether people at a machine can type into the reports of a period.
    pub(crate) fn may_type(&mut self, who: Who, period: PeriodId) -> Result<bool, Violation> {
        let Some(process) = self.process(who) else { return Ok(false) };
        match process.is_open(period) {
            Ok(open) => Ok(open),
            Err(error) => {
                self.process_failed(who, &error)?;
                Ok(false)
            }
        }
    }

    /// A person sets cells of the unit's report, in one transaction.
    pub(crate) fn set_cells(
        &mut self,
        who: Who,
        period: PeriodId,
        cells: &BTreeMap<u8, Option<u32>>,
    ) -> Result<bool, Violation> {
        self.set_cells_as(who, who.name.node_key(), period, cells)
    }

    /// The same with another's key.
    pub(crate) fn set_cells_as(
        &mut self,
        who: Who,
        author: hopluu_protocol::identity::NodeKey,
        period: PeriodId,
        cells: &BTreeMap<u8, Option<u32>>,
    ) -> Result<bool, Violation> {
        if !who.name.is_office() || !self.may_type(who, period)? {
            return Ok(false);
        }
        let doc = DocId::Report(period, who.name.unit());
        let mut written = Vec::new();
        for (cell, value) in cells {
            let standing = self.standing_at(who, &doc, *cell);
            let same = match standing.as_slice() {
                [] => value.is_none(),
                // Two may have typed the same.
                all => all.iter().all(|(_, stands)| stands == value),
            };
            if !same {
                let instead_of = standing.into_iter().map(|(hash, _)| hash).collect();
                written.push(Written::Cell { cell: *cell, value: *value, instead_of });
            }
        }
        let expected = !written.is_empty();
        let done = self.stage_as(who, author, &doc, written, |tx| {
            for (cell, value) in cells {
                let value = value.map(|value| CellValue::Number(Decimal::from(value)));
                report::set_cell(tx, &cell_id(*cell), value.as_ref())?;
            }
            Ok(())
        })?;
        let runs = self.process(who).is_some();
        must(!runs || done == expected, || {
            format!(
                "{who} sets {cells:?} in {doc}: a change was expected: {expected}, made: {done}"
            )
        })?;
        Ok(done)
    }

    /// A person writes a word into a text.
    pub(crate) fn write_word(
        &mut self,
        who: Who,
        doc: &DocId,
        section: u8,
        place: u8,
    ) -> Result<bool, Violation> {
        let Some(process) = self.process(who) else { return Ok(false) };
        let before = match process.replica.document(doc) {
            Ok(Some(document)) => report::text(document, &section_id(section)).unwrap_or_default(),
            Ok(None) => String::new(),
            Err(error) => {
                self.process_failed(who, &error)?;
                return Ok(false);
            }
        };
        let word = format!("{who}{}", self.ledger.len());
        let mut words: Vec<&str> = before.split_whitespace().collect();
        words.insert(usize::from(place) % (words.len() + 1), &word);
        let text = words.join(" ");
        let written = vec![Written::Word { section, word: word.clone() }];
        self.stage(who, doc, written, |tx| report::set_text(tx, &section_id(section), &text))
    }

    /// A person freezes the unit's report as it stands, if nothing is set apart in it.
    pub(crate) fn submit(&mut self, who: Who, period: PeriodId) -> Result<bool, Violation> {
        let doc = DocId::Report(period, who.name.unit());
        if !who.name.is_office() || !self.may_type(who, period)? {
            return Ok(false);
        }
        let mut cells = BTreeMap::new();
        let mut apart = BTreeSet::new();
        for cell in 0..CELLS {
            let standing = self.standing_at(who, &doc, cell);
            let values: BTreeSet<Option<u32>> = standing.into_iter().map(|(_, v)| v).collect();
            if values.len() > 1 {
                apart.insert(cell_id(cell));
            }
            if let (1, Some(Some(value))) = (values.len(), values.first()) {
                cells.insert(cell, *value);
            }
        }
        let signed_at = self.machines.get(&who).map_or(0, |m| m.wall_clock(self.now) * 1000);
        let Some(process) = self.process(who) else { return Ok(false) };
        let document = match process.replica.document(&doc) {
            Ok(Some(document)) => document,
            Ok(None) => return Ok(false),
            Err(error) => {
                self.process_failed(who, &error)?;
                return Ok(false);
            }
        };
        let broken = |error: DocumentError| Violation::new(format!("{who} reads {doc}: {error}"));
        let reading = report::read(document, None).map_err(broken)?;
        let found: BTreeSet<_> =
            report::conflicts(document).map_err(broken)?.into_iter().map(|c| c.cell).collect();
        must(found == apart, || {
            format!("{who} is shown conflicts {found:?} in {doc}; people wrote apart {apart:?}")
        })?;
        if !apart.is_empty() {
            return Ok(false);
        }
        let statement = Statement {
            doc: doc.clone(),
            heads: document.get_heads(),
            digest: figures_digest(&reading.figures),
            template: town::template_ref(),
            signed_at,
            person: "Trần Văn Nam".to_owned(),
            key: who.name.node_key(),
        };
        let submission = Submission::sign(statement, &who.name.key());
        let written = vec![Written::Submission { id: submission.id(), cells }];
        self.stage(who, &doc, written, |tx| report::add_submission(tx, &submission))
    }

    /// A hub looks at a report that grew, and acknowledges its new submissions. Returns whether there
    /// was one to look at.
    pub(crate) fn receive_next(&mut self, who: Who) -> Result<bool, Violation> {
        let received_at = self.machines.get(&who).map_or(0, |m| m.wall_clock(self.now) * 1000);
        let Some(process) = self.process(who).filter(|_| who.name.is_hub()) else {
            return Ok(false);
        };
        let Some((period, unit)) = process.unseen.pop_first() else { return Ok(false) };
        let (doc, review_doc) =
            (DocId::Report(period, unit.clone()), DocId::Review(period, unit.clone()));
        let known = match process.replica.document(&review_doc) {
            Ok(Some(document)) => review::read(document).unwrap_or_default(),
            Ok(None) => review::Review::default(),
            Err(error) => return self.process_failed(who, &error).map(|()| false),
        };
        let roster = process.roster.clone();
        let document = match process.replica.document(&doc) {
            Ok(Some(document)) => document,
            Ok(None) => return Ok(true),
            Err(error) => return self.process_failed(who, &error).map(|()| false),
        };
        let mut accepted = Vec::new();
        for (id, submission) in report::submissions(document).unwrap_or_default() {
            let revoked =
                roster.node(&submission.statement.key).is_none_or(|node| node.revoked_at.is_some());
            if known.receipts.contains_key(&id) || revoked {
                continue;
            }
            verify(&submission, &doc, &unit, document, &roster, &[town::template_ref()])
                .map_err(|error| Violation::new(format!("{who} refuses {id}: {error}")))?;
            accepted.push(id);
        }
        if !accepted.is_empty() {
            self.stage(who, &review_doc, Vec::new(), |tx| {
                for id in &accepted {
                    review::receive(tx, id, &review::Receipt { received_at, closed_since: None })?;
                    let person = who.to_string();
                    review::accept(tx, id, &review::Acceptance { at: received_at, person })?;
                }
                Ok(())
            })?;
        }
        Ok(true)
    }

    /// What a unit gives, as the hub reads it: its latest accepted submission.
    pub(crate) fn accepted(
        &mut self,
        hub: Who,
        period: PeriodId,
        unit: &UnitCode,
    ) -> Result<Option<Contribution>, Violation> {
        let Some(process) = self.process(hub) else { return Ok(None) };
        let broken = |what: String| Violation::new(format!("{hub} reads reports: {what}"));
        let review = match process.replica.document(&DocId::Review(period, unit.clone())) {
            Ok(Some(document)) => review::read(document).map_err(|e| broken(e.to_string()))?,
            Ok(None) => return Ok(None),
            Err(error) => return self.process_failed(hub, &error).map(|()| None),
        };
        let doc = DocId::Report(period, unit.clone());
        let roster = process.roster.clone();
        let document = match process.replica.document(&doc) {
            Ok(Some(document)) => document,
            Ok(None) => return Ok(None),
            Err(error) => return self.process_failed(hub, &error).map(|()| None),
        };
        let accepted: Vec<(i64, Submission)> = report::submissions(document)
            .map_err(|error| broken(error.to_string()))?
            .into_iter()
            .filter(|(id, _)| review.standing(id) == review::Standing::Accepted)
            .filter_map(|(id, submission)| {
                Some((review.receipts.get(&id)?.received_at, submission))
            })
            .collect();
        let counts = counting(document, accepted).map_err(|error| broken(error.to_string()))?;
        let Some((received_at, submission)) = counts else { return Ok(None) };
        let reading = verify(&submission, &doc, unit, document, &roster, &[town::template_ref()])
            .map_err(|error| broken(error.to_string()))?;
        let statement = &submission.statement;
        Ok(Some(Contribution {
            unit: unit.clone(),
            submission: Some(SubmissionStamp {
                id: submission.id().to_string(),
                heads: statement.heads.iter().map(ToString::to_string).collect(),
                signed_at: statement.signed_at,
                received_at: Some(received_at),
                key: statement.key,
                template: statement.template.clone(),
            }),
            figures: reading.figures,
        }))
    }

    /// The report of a hub's town, with the submissions that it was made from.
    pub(crate) fn consolidated(
        &mut self,
        hub: Name,
        period: PeriodId,
    ) -> Result<Option<(Consolidated, Vec<Contribution>)>, Violation> {
        let Some(process) = self.process(hub.into()) else { return Ok(None) };
        let roster = process.roster.clone();
        let additions = match process.replica.document(&DocId::Consolidated(period)) {
            Ok(Some(document)) => consolidated::read(document).unwrap_or_default(),
            _ => consolidated::Additions::default(),
        };
        let mut contributions = Vec::new();
        for unit in &roster.units {
            contributions.extend(self.accepted(hub.into(), period, &unit.code)?);
        }
        if self.process(hub.into()).is_none() {
            return Ok(None);
        }
        if self.mutant == Some(Mutant::ForgetsUnit) {
            contributions.pop();
        }
        let days = period
            .days(&town::template().period_rule)
            .map_err(|error| Violation::new(error.to_string()))?;
        let consolidated = consolidate(&Input {
            template: town::template(),
            roster: &roster,
            period,
            days,
            unit: &hub.unit(),
            contributions: &contributions,
            overrides: &Overrides::new(),
            operator_texts: &additions.texts,
        });
        Ok(Some((consolidated, contributions)))
    }
}
