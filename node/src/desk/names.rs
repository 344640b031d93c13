//! How town, hub and this machine are called on a screen.

use super::Desk;

/// How they are called; empty before the roster has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TownNames {
    pub(crate) town: String,
    pub(crate) hub: String,
    pub(crate) machine: String,
}

impl Desk {
    /// How town, hub and this machine are called.
    pub(crate) fn names(&mut self) -> TownNames {
        let key = self.key().node_key();
        let Ok(roster) = self.roster() else { return TownNames::default() };
        let hub = roster.hub.as_ref().and_then(|hub| roster.unit(hub));
        TownNames {
            town: hub.map(|hub| hub.name.clone()).unwrap_or_default(),
            hub: hub.map(|hub| hub.short_name.clone()).unwrap_or_default(),
            machine: roster.node(&key).map(|node| node.name.clone()).unwrap_or_default(),
        }
    }
}
