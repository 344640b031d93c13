//! A new key for a hub that has lost its own.

use hopluu_protocol::documents::{DocumentError, roster};
use hopluu_protocol::id::DocId;
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::roster::{Node, Role};

use super::Desk;
use crate::problem::{Problem, Reason, Refusal};

impl Desk {
    /// Enters this node's key into the roster as the hub's, and revokes the one that it had before, so that
    /// nobody who finds that one can pass for the hub. Durable when this returns. Doing it again changes
    /// nothing.
    ///
    /// # Errors
    /// When this node is not a hub; when the roster cannot be read or written.
    pub(crate) fn take_over_hub(&mut self, name: &str, person: &str) -> Result<(), Refusal> {
        let membership = self.membership()?.clone();
        if !membership.is_hub() {
            let problem = Problem::new("new-key-at-office", "this node is not a hub");
            return Err(Refusal::new(Reason::NotNow, problem.arg("unit", &membership.unit)));
        }
        let (own, now) = (self.key.node_key(), self.now_ms());
        let roster = self.roster()?;
        let former = self.former_hub_key()?.filter(|former| *former != own);
        let former = former.and_then(|former| roster.node(&former).cloned());
        let node = Node {
            key: own,
            unit: membership.unit,
            role: Role::Operator,
            name: former.as_ref().map_or(name, |former| &former.name).to_owned(),
            enrolled_at: now,
            revoked_at: None,
        };
        let former = former
            .filter(|former| former.revoked_at.is_none())
            .map(|former| Node { revoked_at: Some(now), ..former });
        if roster.node(&own).is_none() || former.is_some() {
            let edits = self.edits(person);
            self.replica.edit(&DocId::Roster, &edits, |tx| {
                roster::put_node(tx, &node)?;
                former.iter().try_for_each(|former| roster::put_node(tx, former))?;
                Ok::<_, DocumentError>(())
            })?;
        }
        self.key_beside = Some(own);
        self.place_unsaved = true;
        self.commit_salvaged()?;
        self.keep_place_beside();
        Ok(())
    }

    /// The key that the hub had: as the copy of its place says, or else the one that wrote into the roster
    /// last.
    fn former_hub_key(&mut self) -> Result<Option<NodeKey>, Refusal> {
        if self.key_beside.is_some() {
            return Ok(self.key_beside);
        }
        let document = self.present(&DocId::Roster)?;
        let changes = document.get_changes(&[]);
        let authors = changes.iter().rev().filter_map(|change| {
            let author = document.get_author_for_actor(change.actor_id())?;
            Some(NodeKey(author.as_bytes().try_into().ok()?))
        });
        Ok(authors.into_iter().next())
    }
}
