//! Edits that the hub refuses by their author.

use hopluu_protocol::id::DocId;
use hopluu_protocol::sync::RefusedChanges;

use super::*;
use crate::desk::StuckView;

impl Node {
    /// What the hub does not take because of who wrote it, by document; nothing at the hub itself.
    ///
    /// # Errors
    /// When this node has no place yet, or a document cannot be read.
    pub async fn stuck(&self) -> Result<Vec<StuckView>, Refusal> {
        let refused = self.refused_changes().await?;
        self.keeper.desk(move |desk| Ok(desk.stuck_views(&refused))).await
    }

    /// Makes it again as this machine's own, so that it can be sent. Returns what was stuck.
    ///
    /// # Errors
    /// As [`Node::stuck`]; when this node's own key is the refused one.
    pub async fn adopt(&self) -> Result<Vec<StuckView>, Refusal> {
        let (refused, fresh) = (self.refused_changes().await?, random()?);
        let adopt = move |desk: &mut Desk| {
            let mut views = desk.stuck_views(&refused);
            let done = desk.adopt(&refused, fresh)?;
            for view in &mut views {
                view.adopted = done.contains(&view.doc);
            }
            Ok(views)
        };
        self.keeper.desk(adopt).await
    }

    async fn refused_changes(&self) -> Result<Vec<RefusedChanges>, Refusal> {
        let Some((hub, _)) = self.hub().await? else { return Ok(Vec::new()) };
        self.keeper.office(move |office| office.refused_changes(hub)).await
    }
}

/// What is told of a document in which something is stuck.
pub(super) fn of_document(doc: &DocId) -> Problem {
    Problem::new("edits-stuck", format!("the hub refuses edits of {doc}")).arg("doc", doc)
}
