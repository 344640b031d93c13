//! The transport on loopback, with real sockets.

mod amplification;
mod fallback;
mod frames;
mod handshake;
mod hostile;
mod line;
mod moving;
mod resumption;
mod stream;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use hopluu_protocol::identity::{NodeKey, OfficeKey};
use hopluu_protocol::invitation::HubAddress;

use super::*;

/// How many frames of the largest size are taken for a peer that reads nothing: two fit into its window
/// of 256 KiB, the third in part, and the queue holds two, the third included.
const TAKEN_UNREAD: usize = 4;

fn hub_key() -> OfficeKey {
    OfficeKey::from_seed([1; 32])
}

fn office_key() -> OfficeKey {
    OfficeKey::from_seed([2; 32])
}

fn loopback() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

fn listen(limits: Limits) -> Listener {
    Listener::bind(loopback(), &hub_key(), limits).unwrap()
}

fn address_of(listener: &Listener) -> HubAddress {
    listener.local_address().into()
}

/// Calls a listener as the node with `key`, expecting the hub with `hub`.
async fn call_for(
    hub: NodeKey,
    listener: &Listener,
    key: &OfficeKey,
) -> Result<Connection, DialError> {
    dial(&[address_of(listener)], hub, key, &DialSettings::default()).await
}

async fn call(listener: &Listener, key: &OfficeKey) -> Result<Connection, DialError> {
    call_for(hub_key().node_key(), listener, key).await
}

/// A connection from both ends: the office's, the hub's.
async fn pair(listener: &mut Listener) -> (Connection, Connection) {
    let office = call(listener, &office_key()).await.unwrap();
    (office, listener.accept().await.unwrap())
}

/// As [`pair`], by one way and not the other.
async fn pair_over(way: Way, listener: &mut Listener) -> (Connection, Connection) {
    let settings = DialSettings { only: Some(way), ..DialSettings::default() };
    let (addresses, hub) = ([address_of(listener)], hub_key().node_key());
    let office = dial(&addresses, hub, &office_key(), &settings).await.unwrap();
    (office, listener.accept().await.unwrap())
}

/// Both ways.
const WAYS: [Way; 2] = [Way::Quic, Way::Tcp];

/// Dials with little patience: for tests in which nobody answers.
fn impatient() -> DialSettings {
    DialSettings { timeout: Duration::from_millis(300), ..DialSettings::default() }
}

fn frame(length: usize, fill: u8) -> Bytes {
    Bytes::from(vec![fill; length])
}
