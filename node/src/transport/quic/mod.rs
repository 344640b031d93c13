//! Connections over QUIC: two streams in each direction, one for each priority.

mod accept;
mod dial;
mod lanes;
mod listen;
mod unproven;
mod watched;
mod writer;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use quinn::{Endpoint, SendStream};
use tokio::sync::watch;
use tokio::time::timeout;

pub(super) use accept::accept;
pub use dial::client_config;
pub(super) use dial::dial;
pub(super) use lanes::Lanes;
pub(super) use listen::listen;
pub(super) use unproven::Unproven;
pub(super) use writer::spawn_writer;

use super::close::{ABANDONED, cut_reason};
use super::traffic::Carried;
use super::{CloseCode, Closed, Priority};

/// How long a dialling program waits for its farewell to leave its socket.
const FAREWELL_TIMEOUT: Duration = Duration::from_millis(500);

/// This side's streams, in the order of [`Priority::ALL`].
pub(super) type Outward = [SendStream; Priority::ALL.len()];

/// A QUIC connection.
#[derive(Debug)]
pub(super) struct Line {
    quic: quinn::Connection,
    /// The socket that was opened for this connection alone, on the dialling side.
    endpoint: Option<Endpoint>,
    /// Becomes true when the handshake is complete.
    proved: watch::Receiver<bool>,
}

impl Line {
    pub(super) fn remote_address(&self) -> SocketAddr {
        self.quic.remote_address()
    }

    pub(super) fn traffic(&self) -> Carried {
        let stats = self.quic.stats();
        Carried {
            datagrams_sent: stats.udp_tx.datagrams,
            bytes_sent: stats.udp_tx.bytes,
            datagrams_received: stats.udp_rx.datagrams,
            bytes_received: stats.udp_rx.bytes,
        }
    }

    /// How long a packet and its answer take, as far as QUIC has measured.
    pub(super) fn round_trip(&self) -> Duration {
        self.quic.rtt()
    }

    pub(super) fn end(&self) -> Option<Closed> {
        self.quic.close_reason().map(Closed::from)
    }

    pub(super) async fn ended(&self) -> Closed {
        self.quic.closed().await.into()
    }

    pub(super) fn close(&self, code: CloseCode, reason: &str) {
        self.quic.close(code.to_wire(), cut_reason(reason));
    }

    pub(super) fn abandon(&self) {
        self.quic.close(ABANDONED, b"");
    }

    pub(super) async fn part(&self) {
        if let Some(endpoint) = &self.endpoint
            && timeout(FAREWELL_TIMEOUT, endpoint.wait_idle()).await.is_err()
        {
            tracing::trace!(remote = %self.remote_address(), "not waiting for the line to drain");
        }
    }

    /// Waits until the handshake is complete, or tells that it will not be.
    pub(super) async fn proved(&self) -> bool {
        let mut proved = self.proved.clone();
        tokio::select! {
            biased;
            proved = proved.wait_for(|proved| *proved) => proved.is_ok(),
            _ = self.quic.closed() => false,
        }
    }

    /// Goes on from another socket: this machine's address has changed. The hub learns the new one from
    /// the next packet, which leaves at once (RFC 9000 §9). Dialling side only.
    pub(super) fn move_to(&self, local: SocketAddr) -> io::Result<()> {
        match &self.endpoint {
            Some(endpoint) => endpoint.rebind(std::net::UdpSocket::bind(local)?),
            None => Ok(()),
        }
    }
}

/// Any local address of the family of `remote`, and any port.
pub(super) fn any_address(remote: SocketAddr) -> SocketAddr {
    let any = match remote {
        SocketAddr::V4(_) => IpAddr::from(Ipv4Addr::UNSPECIFIED),
        SocketAddr::V6(_) => IpAddr::from(Ipv6Addr::UNSPECIFIED),
    };
    SocketAddr::new(any, 0)
}

/// Opens this side's streams. The peer hears of a stream with the first frame on it.
async fn open_streams(quic: &quinn::Connection) -> Result<Outward, quinn::ConnectionError> {
    let live = quic.open_uni().await?;
    let catch_up = quic.open_uni().await?;
    for (stream, priority) in [(&live, 1), (&catch_up, 0)] {
        // Fails only on a stream that has ended.
        drop(stream.set_priority(priority));
    }
    Ok([live, catch_up])
}
