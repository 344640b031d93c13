//! What a document may not hold because of who wrote it, said and heard: that alone is left out, and the
//! rest of the document goes on.

use std::collections::BTreeSet;

use super::{Context, Fault, Session};
use crate::gate::{AccessError, GateError, NOT_ALLOWED};
use crate::id::DocId;
use crate::identity::NodeKey;
use crate::replica::ReplicaError;
use crate::store::Backend;
use crate::sync::event::{Notice, ProtocolError};
use crate::sync::refused;
use crate::wire::frame::Frame;

/// How many authors are named on one connection; after that documents are quarantined as a whole.
const MAX_STRANGERS: usize = 64;
/// How many batches are refused for an author: more than are under way before the sender hears of the first.
const MAX_REFUSED: u32 = 4_096;

impl Session {
    /// The author for whom a batch is refused, if the peer is to hear of it.
    pub(super) fn unwanted_author(&self, doc: &DocId, error: &GateError) -> Option<NodeKey> {
        let author = match error {
            GateError::Access(
                AccessError::AuthorUnknown { author, .. }
                | AccessError::AuthorOfOtherUnit { author, .. },
            ) => *author,
            _ => return None,
        };
        let is_new = !self.strangers.contains(&(doc.clone(), author));
        let bounded = self.strangers.len() + usize::from(is_new) <= MAX_STRANGERS
            && self.refused_for_author < MAX_REFUSED;
        (self.hears_authors && bounded).then_some(author)
    }

    /// Refuses a batch for its author. Other changes of the document are still taken.
    pub(super) fn reject_author<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        batch: u64,
        doc: DocId,
        author: NodeKey,
        error: GateError,
    ) {
        self.settle(cx, Frame::RejectAuthor { batch, author });
        self.refused_for_author += 1;
        if self.strangers.insert((doc.clone(), author)) {
            self.notice(cx, Notice::Quarantined { peer: self.peer, doc, error });
        }
    }

    /// The peer takes nothing of an author in the document of a batch. Everything else of it is sent, as
    /// soon as the peer has said what it has.
    pub(super) fn author_rejected<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        batch: u64,
        author: NodeKey,
    ) -> Result<(), Fault> {
        let Some(flight) = self.outbox.settle(batch, cx.now) else {
            return Err(ProtocolError::Unexpected { frame: "REJECT-AUTHOR" }.into());
        };
        self.in_sync = false;
        let doc = flight.doc;
        self.outbox.start_over(&doc);
        self.outbox.drop_doc(&doc);
        let mut authors = self.held.refused_authors(&doc).cloned().unwrap_or_default();
        authors.insert(author);
        self.held.refuse(&doc, authors);
        let aside = self.set_aside_refused(cx, &doc)?;
        if flight.positions.iter().any(|position| aside.contains(position)) {
            self.recovering.insert(doc.clone(), self.outbox.sent());
            // What it acknowledged it holds all the same: that is not forgotten, should the line break now.
            self.compare.ask_clock(doc.clone());
            self.notice(cx, Notice::AuthorRefused { peer: self.peer, doc, author });
        } else if self.rejected.insert(doc.clone()) {
            // There was nothing by this author in it.
            self.untold.insert(doc, NOT_ALLOWED);
        }
        Ok(())
    }

    /// Looks up what of a document the peer refuses, and holds it back. Returns where that lies.
    pub(super) fn set_aside_refused<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        doc: &DocId,
    ) -> Result<BTreeSet<u32>, ReplicaError> {
        let Some(authors) = self.held.refused_authors(doc) else { return Ok(BTreeSet::new()) };
        let found = match refused::held_up(cx.replica, doc, authors) {
            Ok(found) => found,
            Err(error @ (ReplicaError::Store(_) | ReplicaError::Unusable { .. })) => {
                return Err(error);
            }
            // It will not be sent either.
            Err(_) => return Ok(BTreeSet::new()),
        };
        let positions: BTreeSet<u32> = found.iter().map(|change| change.position).collect();
        self.held.set_aside(doc, positions.clone());
        Ok(positions)
    }

    /// The roster has changed, here and perhaps there: what was refused may be welcome now.
    pub(super) fn offer_refused_again(&mut self) {
        self.strangers.clear();
        self.held.reopen_refusals();
        for (doc, _) in self.held.refused() {
            self.compare.ask_clock(doc);
        }
    }
}
