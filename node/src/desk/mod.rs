//! What a node can do, as plain functions over its documents: the local API, the demo and the tests all
//! come in here.
//!
//! A [`Desk`] belongs to one thread (see [`crate::keeper`]). Its functions stage changes; whoever called
//! them hears of success only after the keeper's commit.

mod apart;
mod cells;
mod changed;
mod conflicts;
mod context;
mod draft;
mod drafts;
mod earlier;
mod edit_ids;
mod edits;
mod figure_views;
mod figures;
mod form;
mod import;
mod invitations;
mod machines;
mod membership;
mod names;
mod new_key;
mod periods;
mod quarters;
mod readiness;
mod receive;
mod refusal;
mod reports;
mod salvage;
mod settings;
mod status;
mod stuck;
mod submit;
mod template_moves;
mod templates;
mod text_conflicts;
mod text_figures;
mod text_lists;
mod texts;
mod town;
mod town_apply;
mod town_effects;
mod town_plan;
mod turn;

use std::collections::BTreeMap;

use automerge::ActorId;
use hopluu_protocol::identity::{NodeKey, OfficeKey};
use hopluu_protocol::invitation::InvitationBook;
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::replica::{EditContext, Replica};
use hopluu_protocol::store::Store;

pub use cells::{CellView, EntryOf, EntryView};
pub use changed::ChangedSince;
pub use conflicts::ConflictView;
pub use earlier::EarlierValue;
pub use edits::{
    CellChange, CellEdit, CellSince, EditOutcome, EditRequest, LeftEdit, Question, SkippedEdit,
};
pub(crate) use figure_views::AtHub;
pub use figure_views::{CellDraft, FigureCell, FigureState, FiguresView, NumberReading};
pub use form::{Form, FormAppendix, FormChoice, FormRow, FormSection, RowKind, RowType, Words};
pub use import::{ChangedCell, ChangedNote, ImportOptions, ImportPlan};
pub use invitations::{InvitationView, Invited, MOST_HOURS};
pub use machines::{MachineView, Revocation};
pub(crate) use membership::Beside;
pub use membership::{Membership, Place as MembershipPlace};
pub(crate) use names::TownNames;
pub use periods::{ExtensionView, PeriodView};
pub use quarters::{QuarterValue, QuarterlyView};
pub use readiness::{ChangedFigure, Readiness, SinceLast};
pub use receive::Received;
pub(crate) use reports::Begun;
pub use reports::{Printable, ReportFile, ReportFormat};
pub(crate) use salvage::Salvaged;
pub use settings::{Settings, SettingsLanguage, Theme};
pub use status::{PeerStatus, PeriodStatus, Status, UnitSubmissions};
pub use stuck::StuckView;
pub use submit::SubmissionView;
pub use template_moves::{KindMove, PeriodMove, Retyped, RowName, UnitMove};
pub use templates::{Publication, Published};
pub use text_conflicts::{TextConflict, TextVariant, TornText};
pub(crate) use text_figures::in_words;
pub use text_figures::{TextFigure, TextFigureState};
pub use text_lists::{TextGrown, TextSummary, TextVersion};
pub use texts::{EditedText, ReadText, TextEdit, TextHeads, TextSplice, TextView};
pub use town_plan::{ChangeKind, TownChange, TownPlan};

use crate::data_dir::DataDir;
use crate::problem::{Problem, Reason, Refusal};
use crate::store::SledBackend;
use context::TownCache;

/// Memory for opened documents, bytes. Forty reports of a quarter need about 16 MiB.
const OPEN_DOCUMENT_BYTES: usize = 64 << 20;

/// Where the store's own name lies in its meta.
const EPOCH: &str = "epoch";

/// Everything that one node holds and knows.
pub struct Desk {
    /// All documents.
    pub(crate) replica: Replica<SledBackend>,
    key: OfficeKey,
    /// Fresh for every start of the process, never stored.
    actor: ActorId,
    membership: Option<Membership>,
    town: TownCache,
    invitations: InvitationBook,
    /// Reports that grew since their submissions were last looked at.
    unseen: receive::Unseen,
    /// What was read out of a damaged store and waits for what is missing.
    waiting: salvage::Waiting,
    /// Where the store lies; `None` in tests of the desk alone.
    dir: Option<DataDir>,
    /// The place in the town was taken and is not yet beside the store.
    place_unsaved: bool,
    /// The key whose place it is, as the copy beside the store says.
    key_beside: Option<NodeKey>,
    /// What was found in the reports of earlier periods, by the period that it was found for.
    found_earlier: BTreeMap<PeriodId, earlier::Found>,
    /// What is known of the history of texts.
    narratives: text_conflicts::Narratives,
    /// The names of the latest edits.
    edit_names: edit_ids::Names,
    clock: fn() -> i64,
}

/// What a desk is opened from.
#[derive(Clone)]
pub(crate) struct Origin {
    pub(crate) dir: DataDir,
    pub(crate) key: OfficeKey,
    pub(crate) clock: fn() -> i64,
}

impl Desk {
    /// Opens the desk over a store. `actor` must be fresh random bytes; `clock` gives milliseconds since
    /// 1970.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open(
        store: Store<SledBackend>,
        key: OfficeKey,
        actor: [u8; 16],
        clock: fn() -> i64,
    ) -> Result<Self, Refusal> {
        let replica = Replica::open(store, OPEN_DOCUMENT_BYTES)?;
        let membership = Membership::read(&replica)?;
        let invitations = invitations::read_book(&replica)?;
        let waiting = salvage::read_waiting(&replica)?;
        Ok(Self {
            replica,
            key,
            actor: ActorId::from(actor),
            membership,
            town: TownCache::default(),
            invitations,
            unseen: receive::Unseen::default(),
            waiting,
            dir: None,
            place_unsaved: false,
            key_beside: None,
            found_earlier: BTreeMap::new(),
            narratives: text_conflicts::Narratives::default(),
            edit_names: edit_ids::Names::default(),
            clock,
        })
    }

    /// What names this store to peers: random bytes made with it. `fresh` is taken when it has none yet.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) fn epoch(&mut self, fresh: [u8; 16]) -> Result<[u8; 16], Refusal> {
        let stored = self.replica.meta(EPOCH)?.and_then(|bytes| bytes.try_into().ok());
        match stored {
            Some(epoch) => Ok(epoch),
            None => {
                self.replica.set_meta(EPOCH, Some(fresh.to_vec()))?;
                Ok(fresh)
            }
        }
    }

    /// Something stored turned out not to be what was written. The store is marked, so that it is set
    /// aside and read out when it is opened next; until then, what is intact can be used.
    pub(crate) fn note_damage(&self, refusal: &Refusal) {
        tracing::error!(%refusal, "the store is damaged; it will be set aside when it is opened next");
        let Some(dir) = &self.dir else { return };
        if let Err(error) = crate::store::mark_damaged(&dir.store(), &refusal.to_string()) {
            tracing::error!(%error, "the store could not be marked as damaged");
        }
    }

    /// What this desk was opened from; `None` in tests of the desk alone.
    pub(crate) fn origin(&self) -> Option<Origin> {
        let dir = self.dir.clone()?;
        Some(Origin { dir, key: self.key.clone(), clock: self.clock })
    }

    /// Closes the desk. What was staged is lost.
    pub(crate) fn into_store(self) -> Store<SledBackend> {
        self.replica.into_store()
    }

    /// This node's key.
    pub fn key(&self) -> &OfficeKey {
        &self.key
    }

    /// Milliseconds since 1970 by this machine's clock.
    pub fn now_ms(&self) -> i64 {
        (self.clock)()
    }

    /// Where this node stands; a refusal that says what to do when it has not joined a town.
    pub(crate) fn membership(&self) -> Result<&Membership, Refusal> {
        self.membership.as_ref().ok_or_else(|| {
            let problem = Problem::new("not-a-member", "this node has not joined a town");
            Refusal::new(Reason::NotNow, problem)
        })
    }

    /// Who edits: this node's key, this process's actor, that person.
    pub(crate) fn edits(&self, person: &str) -> EditContext {
        EditContext {
            author: self.key.node_key(),
            actor: self.actor.clone(),
            person: person.to_owned(),
            now_seconds: self.now_ms().div_euclid(1000),
        }
    }
}

#[cfg(test)]
mod tests;
