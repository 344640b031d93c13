//! Where a peer stands at this moment, and asking it.

use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::sync::{ConnId, Event};

use super::Office;
use crate::problem::Refusal;

/// A question to a peer: whether it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    /// On which connection it was asked.
    pub(crate) conn: ConnId,
    /// Its number on that connection.
    pub(crate) number: u64,
}

/// Where a peer stands on the connection with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The connection.
    pub(crate) conn: ConnId,
    /// The last question that it has answered; 0: none.
    pub(crate) answered: u64,
    /// Whether both hold the same, durably.
    pub(crate) in_sync: bool,
    /// For how many milliseconds nothing has been heard of it; `None` before its greeting.
    pub(crate) silent_for: Option<u64>,
}

impl Standing {
    /// Whether a question was answered.
    pub(crate) fn answers(&self, question: Question) -> bool {
        self.conn == question.conn && self.answered >= question.number
    }
}

impl Office {
    /// Asks a peer whether it is there; with `compare`, whether both still hold the same as well. `None` when
    /// there is no connection with it.
    ///
    /// # Errors
    /// When the store failed.
    pub(crate) fn ask(
        &mut self,
        peer: NodeKey,
        compare: bool,
    ) -> Result<Option<Question>, Refusal> {
        self.sync(Event::Ask { peer, compare })?;
        let Some(exchange) = &self.exchange else { return Ok(None) };
        let status = exchange.status_of(peer, &self.desk.replica)?;
        Ok(status.conn.map(|conn| Question { conn, number: status.asked }))
    }

    /// Where a peer stands. `None` when there is no connection with it.
    ///
    /// # Errors
    /// When the store failed.
    pub(crate) fn standing(&mut self, peer: NodeKey) -> Result<Option<Standing>, Refusal> {
        let Some(exchange) = &self.exchange else { return Ok(None) };
        let status = exchange.status_of(peer, &self.desk.replica)?;
        let now = self.now();
        Ok(status.conn.map(|conn| Standing {
            conn,
            answered: status.answered,
            in_sync: status.in_sync,
            silent_for: status.last_heard.map(|heard| now.saturating_sub(heard)),
        }))
    }
}
