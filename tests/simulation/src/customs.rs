//! Looks at every frame that leaves a machine: nothing that is not durable may leave, nothing that was
//! acknowledged may be sent again, and what is under way has its bound.

use std::collections::{BTreeMap, BTreeSet};

use automerge::ChangeHash;
use hopluu_protocol::gate;
use hopluu_protocol::id::DocId;
use hopluu_protocol::wire::Frame;
use hopluu_protocol::wire::frame::{Batch, More};
use hopluu_protocol::wire::stream::{self, Deframer};

use crate::line::Flight;
use crate::mutant::Mutant;
use crate::town::Who;
use crate::violation::{Violation, must};
use crate::world::World;

/// Most bytes of batches under way in one direction: the window (128 KiB), the room of an edit just made
/// (8 KiB), and one batch by which both may be exceeded (68 KiB).
const MOST_UNDER_WAY: usize = (128 + 8 + 68) * 1024;

/// What each process knows to be acknowledged, by sender and receiver.
#[derive(Debug, Default)]
pub(crate) struct Acknowledged {
    changes: BTreeMap<(Who, Who), BTreeSet<(DocId, ChangeHash)>>,
    /// Documents of which the receiver has sent its clock on the line that there is.
    compared: BTreeMap<(Who, Who), BTreeSet<DocId>>,
}

impl Acknowledged {
    /// A process ended: it may have to send again what it had not written down.
    pub(crate) fn forget_sender(&mut self, sender: Who) {
        self.changes.retain(|(from, _), _| *from != sender);
    }

    /// A line is laid. Who heard a clock believed nothing else of that document from then on, and the line may have
    /// broken before it had compared the clock with what it has.
    pub(crate) fn forget_compared(&mut self, dialer: Who, listener: Who) {
        for ends in [(dialer, listener), (listener, dialer)] {
            let compared = self.compared.remove(&ends).unwrap_or_default();
            if let Some(changes) = self.changes.get_mut(&ends) {
                changes.retain(|(doc, _)| !compared.contains(doc));
            }
        }
    }

    /// A disk lost something.
    pub(crate) fn forget(&mut self, who: Who) {
        self.changes.retain(|(from, to), _| *from != who && *to != who);
    }
}

impl World {
    /// Looks at what a machine is about to send. Returns what leaves, which a mutant may have changed.
    pub(crate) fn inspect(
        &mut self,
        id: u64,
        from: Who,
        bytes: Vec<u8>,
    ) -> Result<Vec<u8>, Violation> {
        let Some(line) = self.lines.get(&id) else { return Ok(bytes) };
        let end = line.end_of(from);
        let to = line.ends[1 - end];
        let mut deframer = Deframer::default();
        deframer.push(&bytes);
        let mut leaving = Vec::new();
        while let Ok(Some(frame)) = deframer.next_frame() {
            let frame = Frame::decode(frame)
                .map_err(|error| Violation::new(format!("{from} sends no frame: {error}")))?;
            match &frame {
                Frame::Batch(_) | Frame::More(_) => {
                    let batch = &self.as_batch(id, end, &frame)?;
                    self.batch_leaves(id, end, from, to, batch, matches!(frame, Frame::More(_)))?;
                    if self.mutant == Some(Mutant::SwallowsBatch) && to.name.is_hub() {
                        self.swallow(id, end, batch.number);
                        continue;
                    }
                }
                Frame::Returned { .. } if self.mutant == Some(Mutant::SwallowsReturned) => continue,
                Frame::Ack { batch } => self.ack_leaves(id, end, from, *batch)?,
                Frame::Reject { batch, .. } | Frame::RejectAuthor { batch, .. } => {
                    if let Some(line) = self.lines.get_mut(&id) {
                        line.pipes[1 - end].under_way.remove(batch);
                    }
                }
                _ => {}
            }
            leaving.extend(stream::encode(&frame));
        }
        Ok(leaving)
    }

    /// A MORE as the batch that it stands for.
    fn as_batch(&self, id: u64, end: usize, frame: &Frame) -> Result<Batch, Violation> {
        match frame {
            Frame::Batch(batch) => Ok(batch.clone()),
            Frame::More(more) => {
                let doc = self.lines.get(&id).and_then(|line| line.pipes[end].trail.doc().cloned());
                let More { number, encoding, count, check, body } = more.clone();
                let doc = doc.ok_or_else(|| Violation::new("MORE of nothing".to_owned()))?;
                Ok(Batch { number, doc, encoding, count, check, body })
            }
            frame => Err(Violation::new(format!("{} is no batch", frame.name()))),
        }
    }

    fn batch_leaves(
        &mut self,
        id: u64,
        end: usize,
        from: Who,
        to: Who,
        batch: &Batch,
        continues: bool,
    ) -> Result<(), Violation> {
        let suspect = self.bits_flipped || self.ledger.hostile.contains(&from);
        let Some(line) = self.lines.get_mut(&id) else { return Ok(()) };
        let trail = &mut line.pipes[end].trail;
        let last = trail.change().filter(|_| continues).map(<[u8]>::to_vec);
        let changes = match gate::unpack_after(last.as_deref(), batch) {
            Ok(changes) => {
                if let Some(last) = changes.last() {
                    trail.follow(&batch.doc, last.raw_bytes());
                }
                changes
            }
            Err(_) if suspect => return Ok(()),
            Err(error) => {
                return Err(Violation::new(format!("{from} sends what cannot be read: {error}")));
            }
        };
        let hashes: Vec<ChangeHash> = changes.iter().map(|change| change.hash()).collect();
        let copied = |who: Who| self.machines.contains_key(&Who { copy: true, ..who });
        let knows_better =
            ![from, to].into_iter().any(|who| copied(who) || self.went_back.contains(&who));
        for hash in &hashes {
            must(self.is_on_disk(from, &batch.doc, hash), || {
                format!("{from} sends {hash} of {}, which is not on its disk", batch.doc)
            })?;
            let settled = self.acknowledged.changes.get(&(from, to));
            must(
                !knows_better
                    || !settled
                        .is_some_and(|settled| settled.contains(&(batch.doc.clone(), *hash))),
                || format!("{from} sends {hash} of {} to {to}, who acknowledged it", batch.doc),
            )?;
        }
        let Some(line) = self.lines.get_mut(&id) else { return Ok(()) };
        let flight = Flight { doc: batch.doc.clone(), hashes, bytes: batch.body.len() };
        line.pipes[end].under_way.insert(batch.number, flight);
        let bytes: usize = line.pipes[end].under_way.values().map(|flight| flight.bytes).sum();
        must(bytes <= MOST_UNDER_WAY, || format!("{from} has {bytes} bytes under way to {to}"))
    }

    fn ack_leaves(&mut self, id: u64, end: usize, from: Who, batch: u64) -> Result<(), Violation> {
        let Some(line) = self.lines.get_mut(&id) else { return Ok(()) };
        let Some(flight) = line.pipes[1 - end].under_way.remove(&batch) else { return Ok(()) };
        line.pipes[1 - end].acknowledged.insert(batch, flight.clone());
        for hash in &flight.hashes {
            must(self.is_on_disk(from, &flight.doc, hash), || {
                format!("{from} acknowledges {hash} of {}, which is not on its disk", flight.doc)
            })?;
        }
        Ok(())
    }

    /// A frame has arrived: from now on the sender of a batch knows that it was acknowledged.
    pub(crate) fn arrives(&mut self, id: u64, end: usize, frame: &[u8]) {
        let Some(line) = self.lines.get_mut(&id) else { return };
        let batch = match Frame::decode(frame) {
            Ok(Frame::Ack { batch }) => batch,
            Ok(Frame::Clock(clock)) => {
                let ends = (line.ends[end], line.ends[1 - end]);
                self.acknowledged.compared.entry(ends).or_default().insert(clock.doc);
                return;
            }
            _ => return,
        };
        let Some(flight) = line.pipes[end].acknowledged.remove(&batch) else { return };
        let (sender, receiver) = (line.ends[end], line.ends[1 - end]);
        let settled = self.acknowledged.changes.entry((sender, receiver)).or_default();
        settled.extend(flight.hashes.into_iter().map(|hash| (flight.doc.clone(), hash)));
    }

    /// A hub that says that it has what it threw away.
    fn swallow(&mut self, id: u64, end: usize, batch: u64) {
        let Some(line) = self.lines.get_mut(&id) else { return };
        line.pipes[end].under_way.remove(&batch);
        let at = self.now + line.delay;
        let bytes = stream::encode(&Frame::Ack { batch });
        line.pipes[1 - end].flying.push_back((at, bytes));
    }
}
