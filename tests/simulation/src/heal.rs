//! After everything that a schedule did: all faults end, every machine runs, and everybody who may
//! speaks with the hub until nothing is new to anybody.

use std::collections::BTreeMap;

use automerge::ChangeHash;
use hopluu_protocol::id::DocId;

use crate::line::Line;
use crate::town::{Name, Realm, Who};
use crate::violation::{Violation, must};
use crate::world::World;

/// What one machine brings, all others have after its hub passed it on; two rounds settle that. A third
/// shows that nothing is new, and one is for a machine that had to be set up anew in between.
const ROUNDS: usize = 4;

impl World {
    /// Ends all faults and lets everybody sync.
    pub(crate) fn heal(&mut self) -> Result<(), Violation> {
        self.dice = None;
        let all: Vec<Who> = self.machines.keys().copied().collect();
        for who in &all {
            if let Some(machine) = self.machine(*who) {
                machine.disk.plan(Default::default());
            }
            self.settle(*who)?;
        }
        self.cut_all_lines()?;
        for who in &all {
            if self.ledger.hostile.contains(who) {
                self.kill(*who);
                self.set_aside(*who);
            }
            self.look_through(*who)?;
            must(self.process(*who).is_some(), || format!("{who} does not start any more"))?;
        }
        self.diverged.clear();
        if self.machines.contains_key(&Name::C1.into()) && self.counts(Name::C1) {
            self.dial(Name::C1.into(), true)?;
            self.quiet()?;
        }
        self.speak_all(Realm::Town)?;
        self.speak_all(Realm::Upper)?;
        for period in 0..2 {
            self.report_upwards(period)?;
        }
        self.speak_all(Realm::Upper)?;
        Ok(())
    }

    pub(crate) fn cut_all_lines(&mut self) -> Result<(), Violation> {
        let now = self.now;
        self.lines.values_mut().for_each(|line| line.breaks(now, [0; 2]));
        self.quiet()
    }

    /// The machines that may sync with a realm's hub.
    pub(crate) fn speakers(&self, realm: Realm) -> Vec<Who> {
        let mut all = self.of_realm(realm);
        all.retain(|who| !who.name.is_hub() && self.counts(who.name));
        all
    }

    fn speak_all(&mut self, realm: Realm) -> Result<(), Violation> {
        let mut before = None;
        for _ in 0..ROUNDS {
            // What two of them disagreed about, another may have settled.
            self.diverged.retain(|who| who.name.realm() != realm);
            for who in self.speakers(realm) {
                self.dial(who, false)?;
                self.quiet()?;
                // What the hub refuses for its author is for people to decide.
                if self.adopt(who)? {
                    self.quiet()?;
                }
                must(self.in_sync(who) || self.is_astray(who), || {
                    format!("{who} is connected, quiet and not in sync")
                })?;
            }
            let now = Some(self.state(realm));
            if before == now {
                return Ok(());
            }
            before = now;
        }
        Err(Violation::new("there is something new to somebody in every round"))
    }

    /// Whether a machine and its hub both believe that they have the same.
    pub(crate) fn in_sync(&self, who: Who) -> bool {
        let hub = Who::from(who.name.realm().hub());
        let believes = |who: Who, peer: Name| {
            let process = self.machines.get(&who).and_then(|machine| machine.process.as_ref());
            process.is_some_and(|process| {
                process.exchange.status_of(peer.node_key(), &process.replica).is_ok_and(|status| {
                    status.in_sync && (who == hub || status.unacknowledged.is_empty())
                })
            })
        };
        believes(who, hub.name) && believes(hub, who.name)
    }

    /// All heads at all machines of a realm that may sync.
    fn state(&self, realm: Realm) -> BTreeMap<(Who, DocId), Vec<ChangeHash>> {
        let mut state = BTreeMap::new();
        for who in self.of_realm(realm) {
            let process = self.machines.get(&who).and_then(|machine| machine.process.as_ref());
            let Some(process) = process.filter(|_| self.counts(who.name)) else { continue };
            for doc in process.documents() {
                let heads = process.heads(&doc);
                state.insert((who, doc), heads);
            }
        }
        state
    }

    /// The only line there is, once one machine has dialed.
    pub(crate) fn line_of(&self, who: Who) -> Option<&Line> {
        self.machines.get(&who)?.line.and_then(|id| self.lines.get(&id))
    }
}
