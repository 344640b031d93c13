//! What is lost when a disk goes back to an earlier state, and what of that cannot be helped.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{ChangeHash, ReadDoc};
use hopluu_protocol::id::{DocId, Writer};
use hopluu_protocol::replica::{Replica, ReplicaError};
use hopluu_protocol::seal;
use hopluu_protocol::store::{Backend, MemoryBackend, Store};

use crate::machine::OPEN_BYTES;
use crate::town::{self, Name, Realm, Who};
use crate::world::World;

impl World {
    /// Whether a hub keeps a document whatever happens to its disk. With an older roster it would let in again
    /// whom it has revoked, until it got the newer one back (`docs/threats.md`); the ledger knows no such
    /// time in between.
    ///
    /// This is the one place of this rule.
    fn must_be_kept_by_a_hub(doc: &DocId) -> bool {
        *doc == DocId::Roster
    }

    /// Whether damage may befall a document on a machine's disk.
    pub(crate) fn may_be_damaged(&self, who: Who, doc: &DocId) -> bool {
        !who.name.is_hub() || !Self::must_be_kept_by_a_hub(doc)
    }

    /// The store is moved aside; the machine begins with an empty one.
    pub(crate) fn set_aside(&mut self, who: Who) {
        self.replace_disk(who, MemoryBackend::new());
        if let Some(machine) = self.machine(who) {
            machine.is_damaged = false;
        }
    }

    /// Replaces what is on a disk. What nobody else has is written off.
    pub(crate) fn replace_disk(&mut self, who: Who, mut image: MemoryBackend) {
        let Some(machine) = self.machines.get(&who) else { return };
        let before = machine.disk.image();
        if who.name.is_hub() {
            for doc in before.documents().unwrap_or_default().keys() {
                if Self::must_be_kept_by_a_hub(doc) {
                    image.take_document(doc, &before);
                }
            }
        }
        let realm = who.name.realm();
        let gone: Vec<(ChangeHash, DocId)> = self
            .ledger
            .of_realm(realm)
            .filter(|(hash, entry)| holds(&before, &entry.doc, hash))
            .filter(|(hash, entry)| !holds(&image, &entry.doc, hash))
            .map(|(hash, entry)| (hash, entry.doc.clone()))
            .collect();
        if let Some(machine) = self.machine(who) {
            machine.disk.put(image);
        }
        self.acknowledged.forget(who);
        self.went_back.insert(who);
        for (hash, doc) in gone {
            self.once_there.insert((who, doc.clone(), hash));
            if doc.writer() != Writer::Hub
                && !self.is_elsewhere(realm, &doc, &hash)
                && let Some(entry) = self.ledger.get_mut(realm, &doc, &hash)
            {
                entry.lost = true;
            }
        }
        self.write_off_unsealed(realm);
    }

    /// What the hub's unit wrote and no machine of its has any more comes back from offices that keep the
    /// hub's seal over it, or not at all.
    fn write_off_unsealed(&mut self, realm: Realm) {
        let missing: Vec<(DocId, ChangeHash)> = self
            .ledger
            .of_realm(realm)
            .filter(|(_, entry)| entry.doc.writer() == Writer::Hub && entry.told && !entry.lost)
            .filter(|(hash, entry)| !self.is_elsewhere(realm, &entry.doc, hash))
            .map(|(hash, entry)| (entry.doc.clone(), hash))
            .collect();
        let docs: BTreeSet<&DocId> = missing.iter().map(|(doc, _)| doc).collect();
        let sealed: BTreeMap<&DocId, BTreeSet<ChangeHash>> =
            docs.into_iter().map(|doc| (doc, self.sealed(realm, doc))).collect();
        for (doc, hash) in &missing {
            if !sealed[doc].contains(hash)
                && let Some(entry) = self.ledger.get_mut(realm, doc, hash)
            {
                entry.lost = true;
            }
        }
    }

    /// The changes of a document that some office can hand back to its hub.
    fn sealed(&self, realm: Realm, doc: &DocId) -> BTreeSet<ChangeHash> {
        let mut offices = self.of_realm(realm);
        offices.retain(|who| {
            who.name.is_office()
                && who.name.shares(doc)
                && self.counts(who.name)
                && !self.ledger.hostile.contains(who)
        });
        offices.into_iter().flat_map(|who| self.sealed_at(who, doc)).collect()
    }

    /// Those that one machine can hand back. Of a disk that does not read, nothing comes back.
    fn sealed_at(&self, who: Who, doc: &DocId) -> BTreeSet<ChangeHash> {
        let image = self.machines.get(&who).map(|machine| machine.disk.image());
        image.and_then(|image| sealed_in(image, doc).ok()).unwrap_or_default()
    }

    /// Whether a machine holds what its hub wrote and does not have, without a seal over it. No hub takes that
    /// from it, and so the two are not the same before another brings it back, if ever.
    pub(crate) fn is_astray(&self, who: Who) -> bool {
        let hub = Who::from(who.name.realm().hub());
        let wrote = |doc: &DocId| doc.writer() == Writer::Hub && !who.name.may_write(doc);
        let process = |who: Who| self.machines.get(&who).and_then(|m| m.process.as_ref());
        let Some((here, at_hub)) = process(who).zip(process(hub)) else { return false };
        here.documents().into_iter().filter(|doc| wrote(doc)).any(|doc| {
            let missing: BTreeSet<ChangeHash> = self
                .ledger
                .of_doc(who.name.realm(), &doc)
                .map(|(hash, _)| hash)
                .chain([town::beginning(&doc).hash()])
                .filter(|hash| here.has(&doc, hash) && !at_hub.has(&doc, hash))
                .collect();
            !missing.is_empty() && !missing.is_subset(&self.sealed_at(who, &doc))
        })
    }

    /// Whether some machine holds a change that may still bring it to the hub, or is the hub.
    fn is_elsewhere(&self, realm: Realm, doc: &DocId, hash: &ChangeHash) -> bool {
        let of_hub = |name: Name| name.unit() == realm.hub().unit();
        self.of_realm(realm).into_iter().any(|who| {
            let counts = self.counts(who.name)
                && !self.ledger.hostile.contains(&who)
                && (of_hub(who.name) || who.name.may_write(doc));
            counts && self.is_on_disk(who, doc, hash)
        })
    }

    /// Whether a machine can still speak with its hub.
    pub(crate) fn counts(&self, name: Name) -> bool {
        !self.ledger.is_revoked(name)
    }

    /// A key was revoked: what its machine has not brought to the hub by then is not wanted any more.
    /// What others of its unit brought is not affected.
    pub(crate) fn write_off_revoked(&mut self, name: Name) {
        let realm = name.realm();
        let stranded: Vec<(DocId, ChangeHash)> = self
            .ledger
            .of_realm(realm)
            .filter(|(_, entry)| entry.told && entry.doc.writer() != Writer::Hub)
            .filter(|(hash, entry)| !self.is_elsewhere(realm, &entry.doc, hash))
            .map(|(hash, entry)| (entry.doc.clone(), hash))
            .collect();
        for (doc, hash) in stranded {
            if let Some(entry) = self.ledger.get_mut(realm, &doc, &hash) {
                entry.lost = true;
            }
        }
        self.write_off_unsealed(realm);
    }
}

/// What the kept seal of a document covers.
fn sealed_in(image: MemoryBackend, doc: &DocId) -> Result<BTreeSet<ChangeHash>, ReplicaError> {
    let mut replica = Replica::open(Store::new(image), OPEN_BYTES)?;
    let mut covered = BTreeSet::new();
    let Some(seal) = seal::kept(&replica, doc)? else { return Ok(covered) };
    let Some(document) = replica.document(doc)? else { return Ok(covered) };
    let mut open = seal.heads;
    while let Some(hash) = open.pop() {
        if let Some(change) = document.get_change_by_hash(&hash)
            && covered.insert(hash)
        {
            open.extend(change.deps());
        }
    }
    Ok(covered)
}

fn holds(image: &MemoryBackend, doc: &DocId, hash: &ChangeHash) -> bool {
    matches!(image.position(doc, hash), Ok(Some(_)))
}
