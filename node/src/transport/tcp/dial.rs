//! A handshake over TCP, at the node.

use std::io;
use std::net::SocketAddr;

use hopluu_protocol::identity::NodeKey;
use rustls::AlertDescription;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;

use super::{Counted, Line, socket};
use crate::transport::connection::{self, Link};
use crate::transport::dial::Broken;
use crate::transport::patience::Heard;
use crate::transport::tls::{self, ClientTls};
use crate::transport::traffic::Counters;
use crate::transport::{Connection, Settings};

/// Connects to one address. `heard` is told what arrives.
pub(in crate::transport) async fn dial(
    remote: SocketAddr,
    hub_key: NodeKey,
    tls: &ClientTls,
    settings: &Settings,
    heard: &Heard,
) -> Result<Connection, Broken> {
    let socket = socket(remote).map_err(|error| Broken::NoSocket(error.to_string()))?;
    let stream = socket.connect(remote).await.map_err(|error| Broken::from_connecting(&error))?;
    let name = ServerName::try_from(tls::SERVER_NAME)
        .map_err(|error| Broken::NoSocket(error.to_string()))?;
    let connector = TlsConnector::from(tls.tcp.clone());
    let stream =
        connector.connect(name, Counted::telling(stream, heard.clone())).await.map_err(explain)?;
    if tls::proved_over_tcp(stream.get_ref().1) != Some(hub_key) {
        return Err(Broken::NotAHub("another protocol is spoken there".to_owned()));
    }
    let (line, outward) = Line::new(stream.into(), remote, settings.idle_timeout, None);
    let link = Link::dialled(connection::Line::Tcp(line), hub_key, Counters::default());
    Ok(Connection::over_tcp(link, outward))
}

fn explain(error: io::Error) -> Broken {
    let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
        return Broken::Cut;
    };
    match tls {
        rustls::Error::AlertReceived(AlertDescription::NoApplicationProtocol) => {
            Broken::NotAHub("another protocol is spoken there".to_owned())
        }
        other => Broken::NotAHub(other.to_string()),
    }
}
