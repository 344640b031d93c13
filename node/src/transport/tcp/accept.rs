//! A handshake over TCP, at the hub.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio_rustls::TlsAcceptor;

use super::{Counted, Farewell, Line};
use crate::transport::connection::{self, Link};
use crate::transport::patience::{Heard, Patience};
use crate::transport::{Connection, tls};

/// Sees a handshake through. `None`: no key was shown, or another protocol is spoken.
pub(in crate::transport) async fn accept(
    stream: TcpStream,
    remote: SocketAddr,
    config: Arc<ServerConfig>,
    idle_timeout: Duration,
    dismissal: watch::Receiver<Option<Farewell>>,
    slot: OwnedSemaphorePermit,
    patience: Patience,
) -> io::Result<Option<Connection>> {
    stream.set_nodelay(true)?;
    let heard = Heard::default();
    let handshake = TlsAcceptor::from(config).accept(Counted::telling(stream, heard.clone()));
    let stream = match patience.wait(|| heard.bytes(), handshake).await {
        Ok(accepted) => accepted?,
        Err(_) => return Err(io::ErrorKind::TimedOut.into()),
    };
    let Some(peer) = tls::proved_over_tcp(stream.get_ref().1) else { return Ok(None) };
    let (line, outward) = Line::new(stream.into(), remote, idle_timeout, Some(dismissal));
    let link = Link::accepted(connection::Line::Tcp(line), peer, slot);
    Ok(Some(Connection::over_tcp(link, outward)))
}
