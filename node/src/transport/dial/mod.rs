//! The node's side: finding the hub, over QUIC or, where UDP is blocked, over TCP.

mod error;
mod networks;
mod race;
mod route;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hopluu_protocol::identity::{NodeKey, OfficeKey};
use hopluu_protocol::invitation::HubAddress;
use tokio::net::lookup_host;
use tokio::time::{Instant, timeout_at};

pub(super) use error::Broken;
pub use error::DialError;
pub use networks::Networks;
#[cfg(test)]
pub(super) use route::follow_route;
pub use route::network_changed;
pub(super) use route::refusal_of;

use self::race::{first_success, interleaved};
use super::patience::{Heard, Patience};
use super::tls::ClientTls;
use super::{CloseCode, Connection, DialSettings, Priority, Way, quic, tcp};

/// How long QUIC is given before TCP is tried as well. A handshake takes one round trip, and QUIC sends a
/// packet that was lost again after one second: this lets it lose one on a slow line.
pub(super) const QUIC_HEAD_START: Duration = Duration::from_millis(2_500);

/// How many times as long a search may take altogether while something arrives from where is called.
const LONGER_WHILE_HEARD: u32 = 4;

/// How many bytes may go with the first flight. What a new connection may send at once is 12,000 bytes
/// (RFC 9002 §7.2).
pub const MAX_EARLY: usize = 8 * 1024;

/// Finds one hub, as often as it is asked to. Sessions are resumed as long as this lives.
pub struct Dialer {
    hub_key: NodeKey,
    tls: Arc<ClientTls>,
    settings: DialSettings,
    networks: Networks,
}

impl Dialer {
    /// Prepares for the hub that has `hub_key`, as the node with `key`. `networks` knows where UDP is
    /// blocked.
    ///
    /// # Errors
    /// [`DialError::NoSocket`], when TLS refuses its configuration.
    pub fn new(
        hub_key: NodeKey,
        key: &OfficeKey,
        settings: DialSettings,
        networks: Networks,
    ) -> Result<Self, DialError> {
        let tls = ClientTls::new(key, hub_key)
            .map_err(|error| DialError::NoSocket { what: error.to_string() })?;
        Ok(Self { hub_key, tls: Arc::new(tls), settings, networks })
    }

    /// The hub that this finds.
    pub fn hub_key(&self) -> NodeKey {
        self.hub_key
    }

    /// Whether the hub has given a ticket with which the next connection can be resumed.
    pub fn can_resume(&self) -> bool {
        self.tls.can_resume()
    }

    /// Connects to whichever of the hub's addresses answers first. The addresses are tried in their
    /// order, each a moment after the one before (RFC 8305, Happy Eyeballs), names and IP addresses, IPv4
    /// and IPv6; at each, TCP a moment after QUIC, or the other way round where UDP was blocked the last
    /// time.
    ///
    /// `early`, at most [`MAX_EARLY`] bytes, goes first on the connection; where a session is resumed, in
    /// the first flight, before the hub has answered. It may arrive twice, so it must be such that this
    /// does no harm.
    ///
    /// The hub has not agreed to anything yet: a node is connected when the hub's first frame is there.
    ///
    /// # Errors
    /// [`DialError`], when every address failed in both ways.
    pub async fn dial(
        &self,
        addresses: &[HubAddress],
        early: &[Bytes],
    ) -> Result<Connection, DialError> {
        let early: Arc<[Bytes]> = early.into();
        let connection = self.plan(early).dial(addresses).await?;
        route::follow(connection.link());
        Ok(connection)
    }

    /// Finds out whether the hub is reached over QUIC from here by now, and remembers it.
    ///
    /// # Errors
    /// [`DialError`], when it is not.
    pub async fn try_quic(&self, addresses: &[HubAddress]) -> Result<(), DialError> {
        let plan = self.plan(Arc::default());
        let attempts = addresses.iter().cloned().map(|address| plan.clone().find_quic(address));
        let connection = first_success(attempts, self.settings.stagger).await?;
        connection.close(CloseCode::Done, "").await;
        Ok(())
    }

    fn plan(&self, early: Arc<[Bytes]>) -> Plan {
        Plan {
            hub_key: self.hub_key,
            tls: self.tls.clone(),
            settings: self.settings.clone(),
            networks: self.networks.clone(),
            early,
            begun: Instant::now(),
            heard: Heard::default(),
        }
    }
}

/// Connects to the hub that has `hub_key`, once, with nothing known from before.
///
/// # Errors
/// As [`Dialer::dial`].
pub async fn dial(
    addresses: &[HubAddress],
    hub_key: NodeKey,
    key: &OfficeKey,
    settings: &DialSettings,
) -> Result<Connection, DialError> {
    Dialer::new(hub_key, key, settings.clone(), Networks::unknown())?.dial(addresses, &[]).await
}

/// What all attempts of one search share.
#[derive(Clone)]
struct Plan {
    hub_key: NodeKey,
    tls: Arc<ClientTls>,
    settings: DialSettings,
    networks: Networks,
    early: Arc<[Bytes]>,
    begun: Instant,
    /// What has arrived from wherever was called.
    heard: Heard,
}

impl Plan {
    async fn dial(self, addresses: &[HubAddress]) -> Result<Connection, DialError> {
        let attempts = addresses.iter().cloned().map(|address| self.clone().find(address));
        first_success(attempts, self.settings.stagger).await
    }

    /// Tries everything behind one name, in both ways.
    async fn find(self, address: HubAddress) -> Result<Connection, DialError> {
        let found = self.resolve(&address).await?;
        let network = found.first().and_then(|remote| route::network_towards(*remote));
        let blocked = match &network {
            Some(network) => self.networks.is_udp_blocked(&address, network),
            None => false,
        };
        let order = if blocked { [Way::Tcp, Way::Quic] } else { [Way::Quic, Way::Tcp] };
        let wanted = |way: &Way| self.settings.only.is_none_or(|only| only == *way);
        let ways = order
            .into_iter()
            .filter(wanted)
            .map(|way| self.clone().find_by(way, found.clone(), address.clone()));
        let connection = first_success(ways, self.settings.head_start).await?;
        if let Some(network) = network {
            self.networks.note(&address, &network, connection.way()).await;
        }
        Ok(connection)
    }

    async fn find_quic(self, address: HubAddress) -> Result<Connection, DialError> {
        let found = self.resolve(&address).await?;
        let network = found.first().and_then(|remote| route::network_towards(*remote));
        let connection = self.clone().find_by(Way::Quic, found, address.clone()).await?;
        if let Some(network) = network {
            self.networks.note(&address, &network, Way::Quic).await;
        }
        Ok(connection)
    }

    async fn resolve(&self, address: &HubAddress) -> Result<Vec<SocketAddr>, DialError> {
        let unresolved =
            |what: String| DialError::Unresolved { address: address.to_string(), what };
        let lookup = lookup_host((address.host(), address.port()));
        let found = match timeout_at(self.begun + self.settings.timeout, lookup).await {
            Ok(Ok(found)) => interleaved(found.collect()),
            Ok(Err(error)) => return Err(unresolved(error.to_string())),
            Err(_) => return Err(unresolved("no answer from the resolver".to_owned())),
        };
        if found.is_empty() {
            return Err(unresolved("the name has no address".to_owned()));
        }
        Ok(found)
    }

    /// Tries all addresses behind one name in one way.
    async fn find_by(
        self,
        way: Way,
        found: Vec<SocketAddr>,
        address: HubAddress,
    ) -> Result<Connection, DialError> {
        let stagger = self.settings.stagger;
        let attempts = found.into_iter().map(|remote| {
            let (plan, address) = (self.clone(), address.to_string());
            async move { plan.try_address(way, remote, address).await }
        });
        first_success(attempts, stagger).await
    }

    async fn try_address(
        &self,
        way: Way,
        remote: SocketAddr,
        address: String,
    ) -> Result<Connection, DialError> {
        let attempt = async {
            match way {
                Way::Quic => self.try_quic(remote).await,
                Way::Tcp => self.try_tcp(remote).await,
            }
        };
        let while_silent = self.settings.timeout;
        let patience = Patience { while_silent, in_all: while_silent * LONGER_WHILE_HEARD };
        let heard = || self.heard.bytes();
        let broken = match patience.wait_since(self.begun, heard, attempt).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(broken)) => broken,
            Err(_) => Broken::NoAnswer,
        };
        Err(match (broken, self.tls.shown_instead()) {
            (Broken::NotAHub(_) | Broken::Cut, Some(found)) => {
                DialError::WrongKey { address, expected: self.hub_key, found }
            }
            (broken, _) => broken.at(address),
        })
    }

    async fn try_quic(&self, remote: SocketAddr) -> Result<Connection, Broken> {
        let settings = &self.settings.settings;
        tokio::select! {
            connection = quic::dial(
                remote, self.hub_key, &self.tls, settings, &self.early, &self.heard,
            ) => connection,
            broken = route::refusal_of(remote) => Err(broken),
        }
    }

    async fn try_tcp(&self, remote: SocketAddr) -> Result<Connection, Broken> {
        let settings = &self.settings.settings;
        let connection = tcp::dial(remote, self.hub_key, &self.tls, settings, &self.heard).await?;
        for frame in self.early.iter() {
            let sent = connection.send(frame.clone(), Priority::Live).await;
            sent.map_err(|_| Broken::Cut)?;
        }
        Ok(connection)
    }
}
