//! Whom a hub has revoked, and what it had had of them by then: nobody may bring more.

use crate::town::{Name, Who};
use crate::world::World;

impl World {
    /// Writes down whom a hub has revoked, and what it had had of them by then.
    pub(crate) fn note_revocations(&mut self, hub: Who) {
        if !hub.name.is_hub() {
            return;
        }
        let Some(process) = self.process(hub) else { return };
        let revoked: Vec<Name> = process
            .roster
            .nodes
            .iter()
            .filter(|node| node.revoked_at.is_some())
            .filter_map(|node| Name::of_key(&node.key))
            .collect();
        for name in revoked {
            if !self.ledger.is_revoked(name) {
                let accepted = self
                    .ledger
                    .of_realm(hub.name.realm())
                    .filter(|(_, entry)| entry.by.name == name)
                    .filter(|(hash, entry)| {
                        // What it had and lost, the unit's other nodes may bring back.
                        self.is_on_disk(hub, &entry.doc, hash)
                            || self.once_there.contains(&(hub, entry.doc.clone(), *hash))
                    })
                    .map(|(hash, entry)| (entry.doc.clone(), hash))
                    .collect();
                self.ledger.revoke(name, accepted);
                self.write_off_revoked(name);
            }
        }
    }
}
