//! What people did and what they were told, in plain words: the judge's own book. It knows nothing of
//! how documents merge or travel.

use std::collections::{BTreeMap, BTreeSet};

use automerge::ChangeHash;
use hopluu_protocol::id::DocId;
use hopluu_protocol::submission::SubmissionId;

use crate::town::{Name, Realm, Who};

/// What one action wrote.
#[derive(Clone, Debug)]
pub(crate) enum Written {
    /// A cell, and the writes to it that its author saw and so replaced.
    Cell { cell: u8, value: Option<u32>, instead_of: Vec<ChangeHash> },
    /// A word in a text; nobody takes words away.
    Word { section: u8, word: String },
    /// A submission, and the cells that it froze.
    Submission { id: SubmissionId, cells: BTreeMap<u8, u32> },
    /// Something of the hub's.
    Other,
}

/// One change.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) doc: DocId,
    pub(crate) by: Who,
    pub(crate) written: Vec<Written>,
    /// The submissions that its author had before their eyes.
    pub(crate) saw: BTreeSet<ChangeHash>,
    /// Its author may not write the document.
    pub(crate) forged: bool,
    /// No hub takes it, for its author or for what it was written on top of, and nobody meant harm.
    pub(crate) stuck: bool,
    /// Somebody was told that it is saved.
    pub(crate) told: bool,
    /// The last disk that held it lost it, in a way that nothing can be done about.
    pub(crate) lost: bool,
}

/// All changes ever made, by realm and hash, in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    entries: Vec<(Realm, ChangeHash, Entry)>,
    /// Where the entries of a change stand. Two documents may hold the same change: what makes it one is
    /// who writes what when, and not where.
    places: BTreeMap<(Realm, DocId, ChangeHash), usize>,
    /// Machines that the hub has revoked, and what of theirs it had by then.
    revoked: BTreeMap<Name, BTreeSet<(DocId, ChangeHash)>>,
    /// Machines that were tampered with.
    pub(crate) hostile: BTreeSet<Who>,
    /// Machines that have had another's key for a while.
    pub(crate) confused: BTreeSet<Name>,
}

impl Ledger {
    pub(crate) fn enter(&mut self, realm: Realm, hash: ChangeHash, entry: Entry) {
        self.places.insert((realm, entry.doc.clone(), hash), self.entries.len());
        self.entries.push((realm, hash, entry));
    }

    pub(crate) fn get(&self, realm: Realm, doc: &DocId, hash: &ChangeHash) -> Option<&Entry> {
        let place = self.places.get(&(realm, doc.clone(), *hash))?;
        self.entries.get(*place).map(|(_, _, entry)| entry)
    }

    pub(crate) fn get_mut(
        &mut self,
        realm: Realm,
        doc: &DocId,
        hash: &ChangeHash,
    ) -> Option<&mut Entry> {
        let place = self.places.get(&(realm, doc.clone(), *hash))?;
        self.entries.get_mut(*place).map(|(_, _, entry)| entry)
    }

    /// All entries of a realm in the order in which they were made.
    pub(crate) fn of_realm(&self, realm: Realm) -> impl Iterator<Item = (ChangeHash, &Entry)> {
        self.entries
            .iter()
            .filter(move |(of, ..)| *of == realm)
            .map(|(_, hash, entry)| (*hash, entry))
    }

    /// All entries of a document in the order in which they were made.
    pub(crate) fn of_doc<'a>(
        &'a self,
        realm: Realm,
        doc: &'a DocId,
    ) -> impl Iterator<Item = (ChangeHash, &'a Entry)> {
        self.of_realm(realm).filter(move |(_, entry)| entry.doc == *doc)
    }

    pub(crate) fn revoke(&mut self, name: Name, accepted: BTreeSet<(DocId, ChangeHash)>) {
        self.revoked.entry(name).or_insert(accepted);
    }

    pub(crate) fn is_revoked(&self, name: Name) -> bool {
        self.revoked.contains_key(&name)
    }

    /// Whether nobody but the machine itself may ever store this.
    pub(crate) fn is_forbidden(&self, hash: &ChangeHash, entry: &Entry) -> bool {
        let after_revocation = self
            .revoked
            .get(&entry.by.name)
            .is_some_and(|accepted| !accepted.contains(&(entry.doc.clone(), *hash)));
        entry.forged || after_revocation
    }

    /// Whether it must be at the hub in the end: somebody was told that it is saved, and nothing that
    /// can be helped stands against it.
    pub(crate) fn is_owed(&self, hash: &ChangeHash, entry: &Entry) -> bool {
        let hostile = self.hostile.contains(&entry.by);
        let written_off = entry.lost || entry.stuck;
        entry.told && !written_off && !hostile && !self.is_forbidden(hash, entry)
    }

    /// The writes to a cell that stand when just these changes are there: those that no other of them
    /// replaced.
    pub(crate) fn standing(
        &self,
        realm: Realm,
        doc: &DocId,
        cell: u8,
        is_there: impl Fn(&ChangeHash) -> bool,
    ) -> Vec<(ChangeHash, Option<u32>)> {
        let mut writes = Vec::new();
        let mut replaced = BTreeSet::new();
        for (hash, entry) in self.of_doc(realm, doc).filter(|(hash, _)| is_there(hash)) {
            for written in &entry.written {
                if let Written::Cell { cell: of, value, instead_of } = written
                    && *of == cell
                {
                    writes.push((hash, *value));
                    replaced.extend(instead_of.iter().copied());
                }
            }
        }
        writes.retain(|(hash, _)| !replaced.contains(hash));
        writes
    }

    /// The submissions of a document that are there.
    pub(crate) fn submissions(
        &self,
        realm: Realm,
        doc: &DocId,
        is_there: impl Fn(&ChangeHash) -> bool,
    ) -> BTreeSet<ChangeHash> {
        self.of_doc(realm, doc)
            .filter(|(hash, entry)| {
                let submits = entry.written.iter().any(|w| matches!(w, Written::Submission { .. }));
                submits && is_there(hash)
            })
            .map(|(hash, _)| hash)
            .collect()
    }

    /// Whether the author of a change had seen a submission.
    pub(crate) fn saw(
        &self,
        realm: Realm,
        doc: &DocId,
        later: &ChangeHash,
        submission: &ChangeHash,
    ) -> bool {
        self.get(realm, doc, later).is_some_and(|entry| entry.saw.contains(submission))
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}
