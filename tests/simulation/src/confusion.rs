//! A machine that has another's key file for a while, or that of a copied data directory: its people work on
//! as always, and the hub takes none of it. Later they decide what becomes of it.

use std::collections::{BTreeMap, BTreeSet};

use automerge::ChangeHash;
use hopluu_protocol::gate::{AccessError, GateError};
use hopluu_protocol::id::DocId;
use hopluu_protocol::identity::OfficeKey;
use hopluu_protocol::replica::ReplicaError;

use crate::town::{self, CELLS, Name, Who};
use crate::violation::Violation;
use crate::world::World;

impl World {
    /// A cell is set with a key that is not the machine's own.
    pub(crate) fn write_as_another(
        &mut self,
        who: Who,
        period: u8,
        cell: u8,
        value: u32,
        unknown: bool,
    ) -> Result<bool, Violation> {
        if self.process(who).is_none() || !who.name.is_office() {
            return Ok(false);
        }
        let other = Name::ALL.into_iter().find(|name| {
            name.realm() == who.name.realm() && name.is_office() && name.unit() != who.name.unit()
        });
        let author = match other.filter(|_| !unknown) {
            Some(other) => other.node_key(),
            None => OfficeKey::from_seed([201; 32]).node_key(),
        };
        self.ledger.confused.insert(who.name);
        let cells = BTreeMap::from([(cell % CELLS, Some(value))]);
        self.set_cells_as(who, author, town::period(period), &cells)
    }

    /// Whether a batch was refused for an author that an honest machine had by mistake.
    pub(crate) fn is_by_mistake(&self, sender: Option<Name>, error: &GateError) -> bool {
        let for_author = matches!(
            error,
            GateError::Access(
                AccessError::AuthorUnknown { .. } | AccessError::AuthorOfOtherUnit { .. }
            )
        );
        for_author && sender.is_some_and(|name| self.ledger.confused.contains(&name))
    }

    /// What the hub refuses is left out at a machine, and the figures that were there are typed again. Returns
    /// whether there was something.
    pub(crate) fn adopt(&mut self, who: Who) -> Result<bool, Violation> {
        let hub = who.name.realm().hub().node_key();
        let Some(process) = self.process(who) else { return Ok(false) };
        let refused = match process.exchange.refused_changes(hub, &mut process.replica) {
            Ok(refused) => refused,
            Err(error) => return self.process_failed(who, &error).map(|()| false),
        };
        let mut any = false;
        for refused in refused {
            let hashes: Vec<ChangeHash> =
                refused.changes.iter().map(|change| change.hash).collect();
            any |= self.adopt_one(who, &refused.doc, &hashes)?;
        }
        if any {
            self.settle(who)?;
        }
        Ok(any)
    }

    fn adopt_one(
        &mut self,
        who: Who,
        doc: &DocId,
        hashes: &[ChangeHash],
    ) -> Result<bool, Violation> {
        let mut cells = BTreeMap::new();
        for cell in 0..CELLS {
            let values: BTreeSet<Option<u32>> =
                self.standing_at(who, doc, cell).into_iter().map(|(_, value)| value).collect();
            if let (1, Some(value)) = (values.len(), values.first()) {
                cells.insert(cell, *value);
            }
        }
        let Some(process) = self.process(who) else { return Ok(false) };
        match process.replica.leave_out(doc, hashes) {
            Ok(out) if out.is_empty() => return Ok(false),
            Ok(_) => {}
            // Nothing of it was ever the unit's own.
            Err(ReplicaError::Rejected { .. }) => return Ok(false),
            Err(error) => return self.process_failed(who, &error).map(|()| false),
        }
        if let DocId::Report(period, _) = doc {
            self.set_cells(who, *period, &cells)?;
        }
        Ok(true)
    }
}
