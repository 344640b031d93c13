//! The edits of one office: a replica that holds its report and nothing else.

use anyhow::Result;
use automerge::ActorId;
use hopluu_protocol::documents::genesis::genesis;
use hopluu_protocol::documents::report;
use hopluu_protocol::id::{DocId, IndicatorId};
use hopluu_protocol::replica::{Digest, EditContext, Replica};
use hopluu_protocol::store::{MemoryBackend, Store};
use hopluu_protocol::value::CellValue;
use hopluu_protocol::wire::frame::Batch;
use hopluu_protocol::wire::{self, pack};
use rust_decimal::Decimal;

use crate::town::{Office, Town, dice};

/// An office's report of the period that has just begun.
#[derive(Debug)]
pub(crate) struct Desk {
    replica: Replica<MemoryBackend>,
    doc: DocId,
    cell: IndicatorId,
    edits: EditContext,
    sent: u32,
}

impl Desk {
    pub(crate) fn new(town: &Town, office: &Office) -> Result<Self> {
        let doc = DocId::Report(town.next_period(), office.unit.clone());
        let mut replica = Replica::open(Store::new(MemoryBackend::default()), 1 << 20)?;
        replica.create(&doc, genesis(&doc, Some(&town.template))?)?;
        let edits = EditContext {
            author: office.key.node_key(),
            actor: ActorId::from(dice::<16>()?),
            person: "Nguyễn Thị Hoa".to_owned(),
            now_seconds: 1_700_000_000,
        };
        Ok(Self { replica, doc, cell: town.cell.clone(), edits, sent: 0 })
    }

    /// Types a figure and gives the batch that tells of it.
    pub(crate) fn edit(&mut self, number: u64, typed: u64) -> Result<Batch> {
        let value = CellValue::Number(Decimal::from(typed));
        let cell = &self.cell;
        self.replica.edit(&self.doc, &self.edits, |tx| report::set_cell(tx, cell, Some(&value)))?;
        while self.replica.commit()?.is_some() {}
        let changes = self.replica.changes_from(&self.doc, self.sent, usize::MAX)?;
        self.sent += u32::try_from(changes.len())?;
        let chunks: Vec<&[u8]> = changes.iter().map(|change| change.bytes.as_slice()).collect();
        let packed = pack::pack(&chunks)?;
        Ok(Batch {
            number,
            doc: self.doc.clone(),
            encoding: packed.encoding,
            count: packed.count,
            check: wire::check(changes.iter().map(|change| change.hash)),
            body: packed.body,
        })
    }

    /// The report's part of the office's digest; nothing before it was first sent.
    pub(crate) fn digest(&self) -> Digest {
        let begun = self.replica.summary(&self.doc).filter(|_| self.sent > 0);
        begun.map_or(Digest::ZERO, |summary| Digest::of(&self.doc, &summary.heads))
    }
}
