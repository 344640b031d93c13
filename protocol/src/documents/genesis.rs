//! How documents begin: one fixed change, byte for byte the same on every machine.
//!
//! Its content follows from the kind of document and, where texts are involved, from the template
//! version alone. Its actor is a hash of those, its time is 0, it has no author. Golden tests hold the
//! hashes: a change here is a change of the protocol.

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{ActorId, Automerge, Change, ObjType, ROOT};

use super::{DocumentError, field};
use crate::id::DocId;
use crate::template::Template;

/// The version of the documents' shape. A document of another version starts with another genesis.
const SHAPE: u32 = 1;

/// The first change of a document.
///
/// `template` is needed for the kinds that hold texts of sections (reports and consolidated reports) and
/// ignored for the others.
///
/// # Errors
/// [`DocumentError::MissingField`] when a needed template is not given.
pub fn genesis(doc: &DocId, template: Option<&Template>) -> Result<Change, DocumentError> {
    let kind = Kind::of(doc);
    let template = match (kind.needs_template(), template) {
        (false, _) => None,
        (true, Some(template)) => Some(template),
        (true, None) => {
            return Err(DocumentError::MissingField { field: field::TEMPLATE.to_owned() });
        }
    };
    let mut document = Automerge::new().with_actor(genesis_actor(kind, template));
    document
        .transact_with(
            |_: &()| CommitOptions::default().with_time(0),
            |tx| write_genesis(tx, kind, template),
        )
        .map_err(|failure| failure.error)?;
    document
        .get_last_local_change()
        .ok_or_else(|| DocumentError::MissingField { field: field::KIND.to_owned() })
}

/// The kinds of document, by what their genesis holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Calendar,
    Consolidated,
    Report,
    Review,
    Roster,
    Template,
}

impl Kind {
    fn of(doc: &DocId) -> Self {
        match doc {
            DocId::Calendar => Self::Calendar,
            DocId::Consolidated(_) => Self::Consolidated,
            DocId::Report(..) => Self::Report,
            DocId::Review(..) => Self::Review,
            DocId::Roster => Self::Roster,
            DocId::Template(_) => Self::Template,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Consolidated => "consolidated",
            Self::Report => "report",
            Self::Review => "review",
            Self::Roster => "roster",
            Self::Template => "template",
        }
    }

    fn needs_template(self) -> bool {
        matches!(self, Self::Consolidated | Self::Report)
    }

    /// The maps that exist from the beginning.
    fn maps(self) -> &'static [&'static str] {
        match self {
            Self::Calendar => &[field::EXTENSIONS, field::HOLIDAYS, field::LOCKS, field::PERIODS],
            Self::Consolidated => &[field::ISSUE, field::OVERRIDES],
            Self::Report => &[field::CELLS, field::NOTES, field::SUBMISSIONS],
            Self::Review => &[field::ACCEPTANCES, field::RECEIPTS, field::RETURNS],
            Self::Roster => &[field::NODES, field::TOWN, field::UNITS],
            Self::Template => &[field::PARTS],
        }
    }
}

/// Sixteen bytes that only this genesis uses as its actor.
fn genesis_actor(kind: Kind, template: Option<&Template>) -> ActorId {
    let mut hasher = blake3::Hasher::new_derive_key("hopluu 2026 genesis actor");
    hasher.update(&SHAPE.to_be_bytes());
    hasher.update(kind.name().as_bytes());
    if let Some(template) = template {
        hasher.update(b"\0");
        hasher.update(template.reference.to_string().as_bytes());
    }
    let mut actor = [0; 16];
    hasher.finalize_xof().fill(&mut actor);
    ActorId::from(actor)
}

fn write_genesis(
    tx: &mut Transaction<'_>,
    kind: Kind,
    template: Option<&Template>,
) -> Result<(), DocumentError> {
    tx.put(ROOT, field::KIND, kind.name())?;
    for map in kind.maps() {
        tx.put_object(ROOT, *map, ObjType::Map)?;
    }
    if let Some(template) = template {
        tx.put(ROOT, field::TEMPLATE, template.reference.to_string())?;
        let texts = tx.put_object(ROOT, field::TEXTS, ObjType::Map)?;
        for section in &template.sections {
            tx.put_object(&texts, section.id.as_str(), ObjType::Text)?;
        }
    }
    Ok(())
}
