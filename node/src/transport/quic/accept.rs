//! A handshake over QUIC, at the hub.

use hopluu_protocol::identity::NodeKey;
use quinn::{ConnectionError, Incoming, ZeroRttAccepted};
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};

use super::unproven::Handshake;
use super::{Line, open_streams};
use crate::transport::connection::{self, Link};
use crate::transport::patience::{Exhausted, Patience};
use crate::transport::{CloseCode, Connection, tls};

/// Sees a handshake through and hands the connection on: as soon as its key is known, which for a resumed
/// session is before the handshake is complete, so that the node's first flight can be answered at once.
/// Complete it must be within the same time.
pub(in crate::transport) async fn accept(
    incoming: Incoming,
    slot: OwnedSemaphorePermit,
    patience: Patience,
    ready: mpsc::Sender<Connection>,
    unproven: Option<Handshake>,
) {
    let remote = incoming.remote_address();
    let refused = match begin(incoming, patience).await {
        Ok(begun) => match hand_on(begun, slot, patience, ready).await {
            Ok(()) => return,
            Err(why) => why,
        },
        Err(why) => why,
    };
    tracing::debug!(%remote, %refused, "a handshake came to nothing");
    if let Some(unproven) = unproven {
        unproven.give_up();
    }
}

/// Why a handshake came to nothing.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    #[error("it took too long")]
    Exhausted,
    #[error("nobody accepts connections any more")]
    NotAccepting,
    #[error("it showed no key")]
    WithoutKey,
}

impl From<Exhausted> for Refused {
    fn from(_: Exhausted) -> Self {
        Self::Exhausted
    }
}

async fn hand_on(
    Begun { quic, peer, incomplete }: Begun,
    slot: OwnedSemaphorePermit,
    patience: Patience,
    ready: mpsc::Sender<Connection>,
) -> Result<(), Refused> {
    let heard = || quic.stats().udp_rx.bytes;
    let streams = patience.wait(heard, open_streams(&quic)).await??;
    let (proves, proved) = watch::channel(incomplete.is_none());
    let line = Line { quic: quic.clone(), endpoint: None, proved };
    let link = Link::accepted(connection::Line::Quic(line), peer, slot);
    let connection = Connection::over_quic(link, streams);
    ready.send(connection).await.map_err(|_| Refused::NotAccepting)?;
    let Some(complete) = incomplete else { return Ok(()) };
    match patience.wait(heard, complete).await {
        Ok(_) => drop(proves.send(quic.close_reason().is_none())),
        Err(exhausted) => {
            quic.close(CloseCode::Malformed.to_wire(), b"the handshake took too long");
            return Err(exhausted.into());
        }
    }
    Ok(())
}

/// A connection whose peer is known.
struct Begun {
    quic: quinn::Connection,
    peer: NodeKey,
    /// The rest of the handshake, if the peer resumes a session.
    incomplete: Option<ZeroRttAccepted>,
}

async fn begin(incoming: Incoming, patience: Patience) -> Result<Begun, Refused> {
    let mut connecting = incoming.accept()?;
    // The peer's first flight has been read; the type of what it contains is of no interest.
    drop(patience.wait(|| 0, connecting.handshake_data()).await??);
    let (quic, complete) = match connecting.into_0rtt() {
        Ok(begun) => begun,
        Err(connecting) => return known(patience.wait(|| 0, connecting).await??),
    };
    if let Some(peer) = tls::proved_over_quic(&quic) {
        return Ok(Begun { quic, peer, incomplete: Some(complete) });
    }
    patience.wait(|| quic.stats().udp_rx.bytes, complete).await?;
    match quic.close_reason() {
        Some(error) => Err(error.into()),
        None => known(quic),
    }
}

fn known(quic: quinn::Connection) -> Result<Begun, Refused> {
    let peer = tls::proved_over_quic(&quic).ok_or(Refused::WithoutKey)?;
    Ok(Begun { quic, peer, incomplete: None })
}
