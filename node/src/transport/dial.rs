//! The node's side: finding the hub.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hopluu_protocol::identity::{NodeKey, OfficeKey};
use hopluu_protocol::invitation::HubAddress;
use quinn::{ConnectionError, Endpoint, TransportErrorCode};
use tokio::net::lookup_host;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::connection::Link;
use super::{Connection, DialSettings, Settings, tls};

/// How many addresses behind one name are tried.
const MAX_PER_NAME: usize = 4;

/// TLS alert 120 (RFC 7301 §3.2), as QUIC carries it (RFC 9001 §4.8): another protocol is spoken there.
const NO_APPLICATION_PROTOCOL: u8 = 120;

/// Why there is no connection. Of several addresses, the one that tells most.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DialError {
    /// There is no address to try.
    #[error("the hub's address is not known")]
    NoAddress,
    /// Somebody answers, with another key: another hub, or somebody in between.
    #[error("at {address} answers {found}, not the hub {expected}")]
    WrongKey {
        /// Where.
        address: String,
        /// The hub's key.
        expected: NodeKey,
        /// The key that was shown. Whoever shows it has not proved it.
        found: NodeKey,
    },
    /// Somebody answers, who is no hub of this version.
    #[error("at {address} is no hub that speaks hopluu/1: {what}")]
    NotAHub {
        /// Where.
        address: String,
        /// What QUIC or TLS says.
        what: String,
    },
    /// The hub has too much to do.
    #[error("the hub at {address} takes no more connections at the moment")]
    Refused {
        /// Where.
        address: String,
    },
    /// The handshake began and broke off.
    #[error("the connection to {address} was cut during the handshake")]
    Cut {
        /// Where.
        address: String,
    },
    /// No socket can be opened.
    #[error("no UDP socket can be opened: {what}")]
    NoSocket {
        /// What the operating system or TLS says.
        what: String,
    },
    /// Nothing comes back: the hub is off, UDP is blocked, or the address is old.
    #[error("no answer from {address}: the hub is off, or UDP is blocked on the way")]
    NoAnswer {
        /// Where.
        address: String,
    },
    /// The name is not known, or there is no network.
    #[error("the name in {address} cannot be resolved: {what}")]
    Unresolved {
        /// The address.
        address: String,
        /// What the resolver says.
        what: String,
    },
}

impl DialError {
    /// The error's name in message catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cut { .. } => "dial-cut",
            Self::NoAddress => "dial-no-address",
            Self::NoAnswer { .. } => "dial-no-answer",
            Self::NoSocket { .. } => "dial-no-socket",
            Self::NotAHub { .. } => "dial-not-a-hub",
            Self::Refused { .. } => "dial-refused",
            Self::Unresolved { .. } => "dial-unresolved",
            Self::WrongKey { .. } => "dial-wrong-key",
        }
    }

    /// Whether trying again later, with nothing changed here, can help.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::NoAddress | Self::NotAHub { .. } | Self::WrongKey { .. } => false,
            Self::Cut { .. }
            | Self::NoAnswer { .. }
            | Self::NoSocket { .. }
            | Self::Refused { .. }
            | Self::Unresolved { .. } => true,
        }
    }

    /// Of the failures of several addresses the one with the greatest weight is told.
    fn weight(&self) -> u8 {
        match self {
            Self::WrongKey { .. } => 7,
            Self::NotAHub { .. } => 6,
            Self::Refused { .. } => 5,
            Self::Cut { .. } => 4,
            Self::NoAnswer { .. } => 3,
            Self::Unresolved { .. } => 2,
            Self::NoSocket { .. } => 1,
            Self::NoAddress => 0,
        }
    }
}

/// Connects to the hub that has `hub_key`, at whichever of its addresses answers first. The addresses
/// are tried in their order, each a moment after the one before (RFC 8305, Happy Eyeballs), names and IP
/// addresses, IPv4 and IPv6.
///
/// The hub has not agreed to anything yet: a node is connected when the hub's first frame is there.
///
/// # Errors
/// [`DialError`], when every address failed.
pub async fn dial(
    addresses: &[HubAddress],
    hub_key: NodeKey,
    key: &OfficeKey,
    settings: &DialSettings,
) -> Result<Connection, DialError> {
    let stagger = settings.stagger;
    let plan = Arc::new(Plan { hub_key, key: key.clone(), settings: settings.clone() });
    let attempts = addresses.iter().cloned().map(|address| plan.clone().try_host(address));
    first_success(attempts, stagger).await
}

/// How a node with `key` calls the hub with `hub_key`, for a program that has sockets of its own: one that
/// drives thousands of nodes cannot open one for each. The name to call is [`super::SERVER_NAME`].
///
/// # Errors
/// [`DialError::NoSocket`] when TLS refuses the key.
pub fn client_config(
    key: &OfficeKey,
    hub_key: NodeKey,
    settings: &Settings,
) -> Result<quinn::ClientConfig, DialError> {
    configured(key, hub_key, settings, Arc::default())
}

/// The key that the hub showed instead of its own, if it did, is put into `shown`.
fn configured(
    key: &OfficeKey,
    hub_key: NodeKey,
    settings: &Settings,
    shown: Arc<OnceLock<NodeKey>>,
) -> Result<quinn::ClientConfig, DialError> {
    let crypto = tls::client_config(key, hub_key, shown)
        .map_err(|error| DialError::NoSocket { what: error.to_string() })?;
    let mut config = quinn::ClientConfig::new(Arc::new(crypto));
    config.transport_config(Arc::new(settings.transport_config()));
    Ok(config)
}

/// What all attempts share.
struct Plan {
    hub_key: NodeKey,
    key: OfficeKey,
    settings: DialSettings,
}

impl Plan {
    /// Tries everything behind one name.
    async fn try_host(self: Arc<Self>, address: HubAddress) -> Result<Connection, DialError> {
        let unresolved =
            |what: String| DialError::Unresolved { address: address.to_string(), what };
        let lookup = lookup_host((address.host(), address.port()));
        let found = match timeout(self.settings.timeout, lookup).await {
            Ok(Ok(found)) => interleaved(found.collect()),
            Ok(Err(error)) => return Err(unresolved(error.to_string())),
            Err(_) => return Err(unresolved("no answer from the resolver".to_owned())),
        };
        if found.is_empty() {
            return Err(unresolved("the name has no address".to_owned()));
        }
        let stagger = self.settings.stagger;
        let attempts = found.into_iter().map(|remote| {
            let (plan, shown) = (self.clone(), address.to_string());
            async move { plan.try_address(remote, shown).await }
        });
        first_success(attempts, stagger).await
    }

    async fn try_address(
        &self,
        remote: SocketAddr,
        address: String,
    ) -> Result<Connection, DialError> {
        let no_socket = |what: String| DialError::NoSocket { what };
        let shown = Arc::new(OnceLock::new());
        let config = configured(&self.key, self.hub_key, &self.settings.settings, shown.clone())?;

        let endpoint = client_endpoint(remote).map_err(|error| no_socket(error.to_string()))?;
        let connecting = endpoint
            .connect_with(config, remote, tls::SERVER_NAME)
            .map_err(|error| no_socket(error.to_string()))?;
        let open = async {
            let quic = connecting.await?;
            let link = Link::dialled(quic, self.hub_key, endpoint.clone());
            Connection::start(link).await.map_err(|_| Failure::Started)
        };
        match timeout(self.settings.timeout, open).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(Failure::Started)) => Err(DialError::Cut { address }),
            Ok(Err(Failure::Handshake(error))) => Err(match shown.get() {
                Some(found) => {
                    DialError::WrongKey { address, expected: self.hub_key, found: *found }
                }
                None => explain(error, address),
            }),
            Err(_) => Err(DialError::NoAnswer { address }),
        }
    }
}

/// At which point an attempt failed.
enum Failure {
    Handshake(ConnectionError),
    Started,
}

impl From<ConnectionError> for Failure {
    fn from(error: ConnectionError) -> Self {
        Self::Handshake(error)
    }
}

fn explain(error: ConnectionError, address: String) -> DialError {
    let refused = TransportErrorCode::CONNECTION_REFUSED;
    match error {
        ConnectionError::ConnectionClosed(close) if close.error_code == refused => {
            DialError::Refused { address }
        }
        ConnectionError::ConnectionClosed(close)
            if close.error_code == TransportErrorCode::crypto(NO_APPLICATION_PROTOCOL) =>
        {
            DialError::NotAHub { address, what: "another protocol is spoken there".to_owned() }
        }
        ConnectionError::TimedOut => DialError::NoAnswer { address },
        ConnectionError::ApplicationClosed(_)
        | ConnectionError::LocallyClosed
        | ConnectionError::Reset => DialError::Cut { address },
        ConnectionError::ConnectionClosed(close)
            if close.error_code == TransportErrorCode::APPLICATION_ERROR =>
        {
            DialError::Cut { address }
        }
        ConnectionError::CidsExhausted
        | ConnectionError::ConnectionClosed(_)
        | ConnectionError::TransportError(_)
        | ConnectionError::VersionMismatch => {
            DialError::NotAHub { address, what: error.to_string() }
        }
    }
}

/// A socket of its own for each attempt: a new source port also gets past a NAT that has forgotten the
/// old one.
fn client_endpoint(remote: SocketAddr) -> io::Result<Endpoint> {
    let any = match remote {
        SocketAddr::V4(_) => IpAddr::from(Ipv4Addr::UNSPECIFIED),
        SocketAddr::V6(_) => IpAddr::from(Ipv6Addr::UNSPECIFIED),
    };
    Endpoint::client(SocketAddr::new(any, 0))
}

/// The two families by turns, in the resolver's order, at most [`MAX_PER_NAME`] (RFC 8305 §4).
fn interleaved(found: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = found.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|address| address.is_ipv6() == first_is_v6);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut mixed = Vec::with_capacity(MAX_PER_NAME);
    while mixed.len() < MAX_PER_NAME {
        let before = mixed.len();
        mixed.extend(first.next());
        mixed.extend(second.next());
        if mixed.len() == before {
            break;
        }
    }
    mixed.truncate(MAX_PER_NAME);
    mixed
}

/// Starts the attempts one after the other, the next one when `stagger` has passed or one has failed,
/// and returns the first that succeeds; the others are given up.
async fn first_success<T, F>(
    attempts: impl Iterator<Item = F>,
    stagger: Duration,
) -> Result<T, DialError>
where
    T: Send + 'static,
    F: Future<Output = Result<T, DialError>> + Send + 'static,
{
    let mut waiting = attempts;
    let mut running = JoinSet::new();
    let mut told = DialError::NoAddress;
    let mut more = true;
    loop {
        if more {
            match waiting.next() {
                Some(attempt) => {
                    running.spawn(attempt);
                }
                None => more = false,
            }
        }
        tokio::select! {
            ended = running.join_next() => match ended {
                Some(Ok(Ok(success))) => return Ok(success),
                Some(Ok(Err(error))) if error.weight() > told.weight() => told = error,
                Some(_) => {}
                None => return Err(told),
            },
            () = sleep(stagger), if more => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn families_take_turns_beginning_with_the_resolver_s_first() {
        let found = vec![
            address("[2001:db8::1]:1"),
            address("[2001:db8::2]:1"),
            address("192.0.2.1:1"),
            address("[2001:db8::3]:1"),
            address("192.0.2.2:1"),
        ];
        assert_eq!(
            interleaved(found),
            [
                address("[2001:db8::1]:1"),
                address("192.0.2.1:1"),
                address("[2001:db8::2]:1"),
                address("192.0.2.2:1"),
            ]
        );
        assert_eq!(interleaved(Vec::new()), []);
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_that_answers_wins_and_the_silent_one_before_it_is_given_up() {
        let silent = |number: u32| async move {
            if number == 0 {
                std::future::pending::<()>().await;
            }
            Ok(number)
        };
        let won = first_success((0..3).map(silent), Duration::from_millis(250)).await;
        assert_eq!(won, Ok(1));
    }

    #[tokio::test(start_paused = true)]
    async fn of_several_failures_the_most_telling_one_is_told() {
        let address = || "a:1".to_owned();
        let key = NodeKey([1; 32]);
        let failures = vec![
            DialError::NoAnswer { address: address() },
            DialError::WrongKey { address: address(), expected: key, found: key },
            DialError::Unresolved { address: address(), what: String::new() },
        ];
        let attempts = failures.clone().into_iter().map(|failure| async { Err::<(), _>(failure) });
        let told = first_success(attempts, Duration::from_millis(250)).await;
        assert_eq!(told, Err(failures[1].clone()));
    }
}
