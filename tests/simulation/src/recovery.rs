//! What is lost when a disk goes back to an earlier state, and what of that cannot be helped.

use automerge::ChangeHash;
use hopluu_protocol::id::{DocId, Writer};
use hopluu_protocol::store::{Backend, MemoryBackend};

use crate::town::{Name, Realm, Who};
use crate::world::World;

impl World {
    /// Whether a hub keeps a document whatever happens to its disk: what only its own unit writes. Offices
    /// hand that back as far as the hub has sealed it, and how far that is no ledger here knows.
    ///
    /// This is the one place of this rule.
    fn must_be_kept_by_a_hub(doc: &DocId) -> bool {
        doc.writer() == Writer::Hub
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
            if !self.is_elsewhere(realm, &doc, &hash)
                && let Some(entry) = self.ledger.get_mut(realm, &doc, &hash)
            {
                entry.lost = true;
            }
        }
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
            .filter(|(hash, entry)| entry.told && !self.is_elsewhere(realm, &entry.doc, hash))
            .map(|(hash, entry)| (entry.doc.clone(), hash))
            .collect();
        for (doc, hash) in stranded {
            if let Some(entry) = self.ledger.get_mut(realm, &doc, &hash) {
                entry.lost = true;
            }
        }
    }
}

fn holds(image: &MemoryBackend, doc: &DocId, hash: &ChangeHash) -> bool {
    matches!(image.position(doc, hash), Ok(Some(_)))
}
