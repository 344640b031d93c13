//! A handshake over QUIC, at the node.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hopluu_protocol::identity::{NodeKey, OfficeKey};
use quinn::{
    ConnectionError, ConnectionId, ConnectionIdGenerator, Endpoint, EndpointConfig, Runtime,
    TokioRuntime, TransportErrorCode,
};
use tokio::sync::watch;

use super::watched::{Watch, Watched};
use super::{Line, Outward, any_address, open_streams, writer::write_frame};
use crate::transport::connection::{self, Link};
use crate::transport::dial::Broken;
use crate::transport::patience::Heard;
use crate::transport::tls::{self, ClientTls};
use crate::transport::traffic::Counters;
use crate::transport::{Connection, DialError, Settings};

/// TLS alert 120 (RFC 7301 §3.2), as QUIC carries it (RFC 9001 §4.8): another protocol is spoken there.
const NO_APPLICATION_PROTOCOL: u8 = 120;

/// Connects to one address. `early` goes first on the connection: in the first flight where a session is
/// resumed, right behind the handshake otherwise. It may arrive twice. `heard` is
/// told what arrives.
pub(in crate::transport) async fn dial(
    remote: SocketAddr,
    hub_key: NodeKey,
    tls: &ClientTls,
    settings: &Settings,
    early: &[Bytes],
    heard: &Heard,
) -> Result<Connection, Broken> {
    let config = configured(tls, settings);
    let endpoint = endpoint(remote, heard.clone()).map_err(no_socket)?;
    let connecting = endpoint
        .connect_with(config, remote, tls::SERVER_NAME)
        .map_err(|error| Broken::NoSocket(error.to_string()))?;
    let counters = Counters::default();
    let (quic, streams) = match connecting.into_0rtt() {
        Ok((quic, accepted)) => {
            let mut streams = open_streams(&quic).await.map_err(explain)?;
            let first_flight = write_early(&mut streams, early, &counters);
            let (written, accepted) = tokio::join!(first_flight, accepted);
            if let Some(error) = quic.close_reason() {
                return Err(explain(error));
            }
            if accepted {
                written?;
            } else {
                // The hub has forgotten the session: nothing of the first flight was read.
                streams = open_streams(&quic).await.map_err(explain)?;
                write_early(&mut streams, early, &counters).await?;
            }
            (quic, streams)
        }
        Err(connecting) => {
            let quic = connecting.await.map_err(explain)?;
            let mut streams = open_streams(&quic).await.map_err(explain)?;
            write_early(&mut streams, early, &counters).await?;
            (quic, streams)
        }
    };
    // The hub has answered with its key, or with what only it can make of the session.
    let (_, proved) = watch::channel(true);
    let line = Line { quic, endpoint: Some(endpoint), proved };
    let link = Link::dialled(connection::Line::Quic(line), hub_key, counters);
    Ok(Connection::over_quic(link, streams))
}

/// What a QUIC endpoint needs to call a hub as this node does. [`crate::transport::dial`] makes an endpoint
/// for each connection; who drives thousands of nodes cannot. The name to call is
/// [`crate::transport::SERVER_NAME`].
///
/// # Errors
/// [`DialError::NoSocket`] when TLS refuses the key.
pub fn client_config(
    key: &OfficeKey,
    hub_key: NodeKey,
    settings: &Settings,
) -> Result<quinn::ClientConfig, DialError> {
    let tls = ClientTls::new(key, hub_key)
        .map_err(|error| DialError::NoSocket { what: error.to_string() })?;
    Ok(configured(&tls, settings))
}

fn configured(tls: &ClientTls, settings: &Settings) -> quinn::ClientConfig {
    let mut config = quinn::ClientConfig::new(tls.quic.clone());
    config.transport_config(Arc::new(settings.transport_config()));
    config
}

/// A socket of its own for each attempt: a new source port also gets past a NAT that has forgotten the old
/// one. As nothing else comes to it, the hub need not say in each packet which connection is meant.
fn endpoint(remote: SocketAddr, heard: Heard) -> io::Result<Endpoint> {
    let mut config = EndpointConfig::default();
    config.cid_generator(|| Box::new(OnlyConnection));
    let socket = UdpSocket::bind(any_address(remote))?;
    let runtime = Arc::new(TokioRuntime);
    let socket = Watched::new(runtime.wrap_udp_socket(socket)?, Arc::new(heard));
    Endpoint::new_with_abstract_socket(config, None, socket, runtime)
}

impl Watch for Heard {
    fn received(&self, _from: SocketAddr, bytes: usize) {
        self.add(bytes);
    }
}

/// Gives the one connection of a socket an empty id (RFC 9000 §5.1): eight bytes less in each packet of the
/// hub's, and no spare ids to be sent to it.
struct OnlyConnection;

impl ConnectionIdGenerator for OnlyConnection {
    fn generate_cid(&mut self) -> ConnectionId {
        ConnectionId::new(&[])
    }

    fn cid_len(&self) -> usize {
        0
    }

    fn cid_lifetime(&self) -> Option<Duration> {
        None
    }
}

async fn write_early(
    [live, _]: &mut Outward,
    early: &[Bytes],
    counters: &Counters,
) -> Result<(), Broken> {
    for frame in early {
        write_frame(live, frame.clone(), counters).await.map_err(|_| Broken::Cut)?;
    }
    Ok(())
}

fn no_socket(error: io::Error) -> Broken {
    Broken::NoSocket(error.to_string())
}

fn explain(error: ConnectionError) -> Broken {
    let refused = TransportErrorCode::CONNECTION_REFUSED;
    match error {
        ConnectionError::ConnectionClosed(close) if close.error_code == refused => Broken::Refused,
        ConnectionError::ConnectionClosed(close)
            if close.error_code == TransportErrorCode::crypto(NO_APPLICATION_PROTOCOL) =>
        {
            Broken::NotAHub("another protocol is spoken there".to_owned())
        }
        ConnectionError::TimedOut => Broken::NoAnswer,
        ConnectionError::ApplicationClosed(_)
        | ConnectionError::LocallyClosed
        | ConnectionError::Reset => Broken::Cut,
        ConnectionError::ConnectionClosed(close)
            if close.error_code == TransportErrorCode::APPLICATION_ERROR =>
        {
            Broken::Cut
        }
        ConnectionError::CidsExhausted
        | ConnectionError::ConnectionClosed(_)
        | ConnectionError::TransportError(_)
        | ConnectionError::VersionMismatch => Broken::NotAHub(error.to_string()),
    }
}
