//! A handshake over QUIC, at the hub.

use std::time::Duration;

use hopluu_protocol::identity::NodeKey;
use quinn::{ConnectionError, Incoming, ZeroRttAccepted};
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio::time::{Instant, timeout_at};

use super::{Line, open_streams};
use crate::transport::connection::{self, Link};
use crate::transport::{CloseCode, Connection, tls};

/// Sees a handshake through and hands the connection on: as soon as its key is known, which for a resumed
/// session is before the handshake is complete, so that the node's first flight can be answered at once.
/// Complete it must be within the same time.
pub(in crate::transport) async fn accept(
    incoming: Incoming,
    slot: OwnedSemaphorePermit,
    limit: Duration,
    ready: mpsc::Sender<Connection>,
) {
    let remote = incoming.remote_address();
    let deadline = Instant::now() + limit;
    let begun = match timeout_at(deadline, begin(incoming)).await {
        Ok(Ok(Some(begun))) => begun,
        Ok(Ok(None)) => return tracing::debug!(%remote, "a handshake without a key"),
        Ok(Err(error)) => return tracing::debug!(%remote, %error, "a handshake failed"),
        Err(_) => return tracing::debug!(%remote, "the handshake took too long"),
    };
    let Begun { quic, peer, incomplete } = begun;
    let streams = match timeout_at(deadline, open_streams(&quic)).await {
        Ok(Ok(streams)) => streams,
        _ => return tracing::debug!(%remote, ?peer, "gone right after the handshake"),
    };
    let (proves, proved) = watch::channel(incomplete.is_none());
    let line = Line { quic: quic.clone(), endpoint: None, proved };
    let link = Link::accepted(connection::Line::Quic(line), peer, slot);
    if ready.send(Connection::over_quic(link, streams)).await.is_err() {
        return tracing::debug!(%remote, "nobody accepts connections any more");
    }
    let Some(complete) = incomplete else { return };
    match timeout_at(deadline, complete).await {
        Ok(_) => drop(proves.send(quic.close_reason().is_none())),
        Err(_) => quic.close(CloseCode::Malformed.to_wire(), b"the handshake took too long"),
    }
}

/// A connection whose peer is known.
struct Begun {
    quic: quinn::Connection,
    peer: NodeKey,
    /// The rest of the handshake, if the peer resumes a session.
    incomplete: Option<ZeroRttAccepted>,
}

/// `None`: the handshake is complete and showed no key.
async fn begin(incoming: Incoming) -> Result<Option<Begun>, ConnectionError> {
    let mut connecting = incoming.accept()?;
    // The peer's first flight has been read; the type of what it contains is of no interest.
    drop(connecting.handshake_data().await?);
    let (quic, complete) = match connecting.into_0rtt() {
        Ok(begun) => begun,
        Err(connecting) => {
            let quic = connecting.await?;
            return Ok(known(quic));
        }
    };
    if let Some(peer) = tls::proved_over_quic(&quic) {
        return Ok(Some(Begun { quic, peer, incomplete: Some(complete) }));
    }
    complete.await;
    match quic.close_reason() {
        Some(error) => Err(error),
        None => Ok(known(quic)),
    }
}

fn known(quic: quinn::Connection) -> Option<Begun> {
    let peer = tls::proved_over_quic(&quic)?;
    Some(Begun { quic, peer, incomplete: None })
}
