//! One connection between two nodes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hopluu_protocol::identity::NodeKey;
use tokio::sync::OwnedSemaphorePermit;

use super::traffic::Counters;
use super::{CloseCode, Closed, Priority, Receiver, SendError, Sender, Traffic, Way, quic, tcp};

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
    pub(super) fn over_quic(link: Link, streams: quic::Outward) -> Self {
        let link = Arc::new(link);
        let sender = Sender::over_quic(link.clone(), streams);
        Self { sender, receiver: Receiver::new(link) }
    }

    pub(super) fn over_tcp(link: Link, outward: tcp::Outward) -> Self {
        let link = Arc::new(link);
        let sender = Sender::over_tcp(link.clone(), outward);
        Self { sender, receiver: Receiver::new(link) }
    }

    /// The key that the other end has proved.
    pub fn peer(&self) -> NodeKey {
        self.sender.peer()
    }

    /// What carries it.
    pub fn way(&self) -> Way {
        self.sender.way()
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

    pub(super) fn link(&self) -> &Arc<Link> {
        self.sender.link()
    }
}

/// What the halves of a connection share. With the last of them the connection ends.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) line: Line,
    pub(super) peer: NodeKey,
    pub(super) counters: Arc<Counters>,
    /// The listener's count of connections.
    slot: Option<OwnedSemaphorePermit>,
}

/// What carries a connection.
#[derive(Debug)]
pub(super) enum Line {
    Quic(quic::Line),
    Tcp(tcp::Line),
}

impl Link {
    pub(super) fn dialled(line: Line, peer: NodeKey, counters: Counters) -> Self {
        Self { line, peer, counters: Arc::new(counters), slot: None }
    }

    pub(super) fn accepted(line: Line, peer: NodeKey, slot: OwnedSemaphorePermit) -> Self {
        Self { line, peer, counters: Arc::default(), slot: Some(slot) }
    }

    pub(super) fn way(&self) -> Way {
        match &self.line {
            Line::Quic(_) => Way::Quic,
            Line::Tcp(_) => Way::Tcp,
        }
    }

    pub(super) fn remote_address(&self) -> SocketAddr {
        match &self.line {
            Line::Quic(line) => line.remote_address(),
            Line::Tcp(line) => line.remote_address(),
        }
    }

    pub(super) fn traffic(&self) -> Traffic {
        let carried = match &self.line {
            Line::Quic(line) => line.traffic(),
            Line::Tcp(line) => line.traffic(),
        };
        self.counters.with(carried)
    }

    /// How long a packet and its answer take; not known over TCP.
    pub(super) fn round_trip(&self) -> Option<Duration> {
        match &self.line {
            Line::Quic(line) => Some(line.round_trip()),
            Line::Tcp(_) => None,
        }
    }

    /// How the connection ended, if it has.
    pub(super) fn end(&self) -> Option<Closed> {
        match &self.line {
            Line::Quic(line) => line.end(),
            Line::Tcp(line) => line.end(),
        }
    }

    /// How the connection ended. Waits until it has.
    pub(super) async fn ended(&self) -> Closed {
        match &self.line {
            Line::Quic(line) => line.ended().await,
            Line::Tcp(line) => line.ended().await,
        }
    }

    /// Ends the connection with a code and words for the peer's log.
    pub(super) fn close(&self, code: CloseCode, reason: &str) {
        match &self.line {
            Line::Quic(line) => line.close(code, reason),
            Line::Tcp(line) => line.close(code, reason),
        }
    }

    /// Ends the connection without a word.
    pub(super) fn abandon(&self) {
        match &self.line {
            Line::Quic(line) => line.abandon(),
            Line::Tcp(line) => line.abandon(),
        }
    }

    /// Waits a moment until the farewell has left this machine.
    pub(super) async fn part(&self) {
        match &self.line {
            Line::Quic(line) => line.part().await,
            Line::Tcp(line) => line.part().await,
        }
    }

    /// Waits until the peer has proved its key on this very connection, or tells that it did not.
    pub(super) async fn proved(&self) -> bool {
        match &self.line {
            Line::Quic(line) => line.proved().await,
            Line::Tcp(_) => true,
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.abandon();
        self.slot.take();
    }
}
