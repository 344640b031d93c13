//! One connection between two nodes.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use hopluu_protocol::identity::NodeKey;
use tokio::sync::OwnedSemaphorePermit;

use super::close::ABANDONED;
use super::traffic::Counters;
use super::{CloseCode, Closed, Priority, Receiver, SendError, Sender, Traffic};

/// A connection whose other end has proved its key.
///
/// Dropped, or with both halves dropped, it is cut at once, and frames that are still on their way may be
/// lost; [`Connection::close`] lets them arrive first.
#[derive(Debug)]
pub struct Connection {
    sender: Sender,
    receiver: Receiver,
}

impl Connection {
    /// Opens this side's streams.
    pub(super) async fn start(link: Link) -> Result<Self, Closed> {
        let link = Arc::new(link);
        let sender = Sender::start(link.clone()).await?;
        Ok(Self { sender, receiver: Receiver::new(link) })
    }

    /// The key that the other end has proved.
    pub fn peer(&self) -> NodeKey {
        self.sender.peer()
    }

    /// Where the other end is now; it may move.
    pub fn remote_address(&self) -> SocketAddr {
        self.sender.remote_address()
    }

    /// What went over the connection so far.
    pub fn traffic(&self) -> Traffic {
        self.sender.traffic()
    }

    /// See [`Sender::send`].
    ///
    /// # Errors
    /// As there.
    pub async fn send(&self, frame: Bytes, priority: Priority) -> Result<(), SendError> {
        self.sender.send(frame, priority).await
    }

    /// See [`Receiver::recv`].
    pub async fn recv(&mut self) -> Option<Result<Bytes, Closed>> {
        self.receiver.recv().await
    }

    /// See [`Sender::close`].
    pub async fn close(&self, code: CloseCode, reason: &str) {
        self.sender.close(code, reason).await;
    }

    /// The two halves, for two tasks.
    pub fn split(self) -> (Sender, Receiver) {
        (self.sender, self.receiver)
    }
}

/// What the halves of a connection share. With the last of them the connection ends.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) quic: quinn::Connection,
    pub(super) peer: NodeKey,
    pub(super) counters: Arc<Counters>,
    /// The socket that was opened for this connection alone, on the dialling side.
    pub(super) endpoint: Option<quinn::Endpoint>,
    /// The listener's count of connections.
    slot: Option<OwnedSemaphorePermit>,
}

impl Link {
    pub(super) fn dialled(
        quic: quinn::Connection,
        peer: NodeKey,
        endpoint: quinn::Endpoint,
    ) -> Self {
        Self { quic, peer, counters: Arc::default(), endpoint: Some(endpoint), slot: None }
    }

    pub(super) fn accepted(
        quic: quinn::Connection,
        peer: NodeKey,
        slot: OwnedSemaphorePermit,
    ) -> Self {
        Self { quic, peer, counters: Arc::default(), endpoint: None, slot: Some(slot) }
    }

    /// How the connection ended. Waits until it has.
    pub(super) async fn ended(&self) -> Closed {
        self.quic.closed().await.into()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.quic.close(ABANDONED, b"");
        self.slot.take();
    }
}
