//! The hub's side: listening.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hopluu_protocol::identity::OfficeKey;
use quinn::{Endpoint, EndpointConfig, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use super::close::{ABANDONED, cut_reason};
use super::connection::Link;
use super::{CloseCode, Connection, Limits, socket, tls};

/// Connections that wait for [`Listener::accept`]. Further ones wait as handshakes.
const READY: usize = 64;

/// What may be buffered for a newcomer before its handshake has begun, in bytes, and for all of them.
const INCOMING_BUFFER: u64 = 64 * 1024;
const INCOMING_BUFFER_TOTAL: u64 = 16 * 1024 * 1024;

/// How long [`Listener::close`] waits for the farewells to leave.
const FAREWELL_TIMEOUT: Duration = Duration::from_secs(2);

/// Why nobody can be listened to.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address cannot be bound: in use, not ours, or not allowed.
    #[error("cannot listen at UDP {address}: {source}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
    /// TLS refuses its configuration.
    #[error("{what}")]
    Setup {
        /// What it says.
        what: String,
    },
}

impl ListenError {
    /// The error's name in message catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Bind { .. } => "listen-bind",
            Self::Setup { .. } => "listen-setup",
        }
    }
}

/// A UDP socket at which nodes call. Dropped, it cuts all its connections; [`Listener::close`] says why
/// first.
#[derive(Debug)]
pub struct Listener {
    endpoint: Endpoint,
    local_address: SocketAddr,
    ready: mpsc::Receiver<Connection>,
    admitting: JoinHandle<()>,
}

impl Listener {
    /// Listens at `address`; port 0 takes a free one. Runs within a tokio runtime. An IPv6 wildcard also
    /// serves IPv4 on Linux, not on Windows.
    ///
    /// # Errors
    /// [`ListenError`].
    pub fn bind(address: SocketAddr, key: &OfficeKey, limits: Limits) -> Result<Self, ListenError> {
        let crypto = tls::server_config(key)
            .map_err(|error| ListenError::Setup { what: error.to_string() })?;
        let mut config = quinn::ServerConfig::with_crypto(Arc::new(crypto));
        config
            .transport_config(Arc::new(limits.settings.transport_config()))
            .migration(true)
            .max_incoming(limits.max_handshakes)
            .incoming_buffer_size(INCOMING_BUFFER)
            .incoming_buffer_size_total(INCOMING_BUFFER_TOTAL);

        let bind = |source| ListenError::Bind { address, source };
        let socket = socket::bind(address).map_err(bind)?;
        let runtime = Arc::new(quinn::TokioRuntime);
        let endpoint = Endpoint::new(EndpointConfig::default(), Some(config), socket, runtime)
            .map_err(bind)?;
        let local_address = endpoint.local_addr().map_err(bind)?;
        let (sender, ready) = mpsc::channel(READY);
        let admission = Admission::new(limits, sender);
        let admitting = tokio::spawn(admission.run(endpoint.clone()));
        Ok(Self { endpoint, local_address, ready, admitting })
    }

    /// Where this listens.
    pub fn local_address(&self) -> SocketAddr {
        self.local_address
    }

    /// The next node that has proved a key. It is up to the caller whether it may stay. `None` after
    /// [`Listener::close`].
    pub async fn accept(&mut self) -> Option<Connection> {
        self.ready.recv().await
    }

    /// Stops listening and closes all connections at once; what is on its way may be lost.
    pub async fn close(&mut self, code: CloseCode, reason: &str) {
        self.ready.close();
        self.endpoint.close(code.to_wire(), cut_reason(reason));
        if timeout(FAREWELL_TIMEOUT, self.endpoint.wait_idle()).await.is_err() {
            tracing::debug!("not waiting for all connections to drain");
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.admitting.abort();
        self.endpoint.close(ABANDONED, b"");
    }
}

/// Decides who gets a handshake, and sees it through.
struct Admission {
    limits: Limits,
    handshakes: Arc<Semaphore>,
    connections: Arc<Semaphore>,
    ready: mpsc::Sender<Connection>,
}

impl Admission {
    fn new(limits: Limits, ready: mpsc::Sender<Connection>) -> Self {
        let slots = |count: usize| Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)));
        let handshakes = slots(limits.max_handshakes);
        let connections = slots(limits.max_connections);
        Self { limits, handshakes, connections, ready }
    }

    async fn run(self, endpoint: Endpoint) {
        let mut handshakes = JoinSet::new();
        loop {
            tokio::select! {
                incoming = endpoint.accept() => match incoming {
                    Some(incoming) => self.admit(incoming, &mut handshakes),
                    None => return,
                },
                Some(_) = handshakes.join_next() => {}
            }
        }
    }

    fn admit(&self, incoming: Incoming, handshakes: &mut JoinSet<()>) {
        let under_way =
            self.limits.max_handshakes.saturating_sub(self.handshakes.available_permits());
        if under_way >= self.limits.retry_above && incoming.may_retry() {
            if let Err(error) = incoming.retry() {
                tracing::debug!(%error, "cannot ask for a retry");
            }
            return;
        }
        let turn = self.handshakes.clone().try_acquire_owned();
        let slot = self.connections.clone().try_acquire_owned();
        let (Ok(turn), Ok(slot)) = (turn, slot) else {
            tracing::debug!(remote = %incoming.remote_address(), "too many connections");
            incoming.refuse();
            return;
        };
        let ready = self.ready.clone();
        let limit = self.limits.handshake_timeout;
        handshakes.spawn(async move {
            let remote = incoming.remote_address();
            match timeout(limit, handshake(incoming, slot)).await {
                Ok(Some(connection)) => {
                    if ready.send(connection).await.is_err() {
                        tracing::debug!(%remote, "nobody accepts connections any more");
                    }
                }
                Ok(None) => {}
                Err(_) => tracing::debug!(%remote, "the handshake took too long"),
            }
            drop(turn);
        });
    }
}

async fn handshake(incoming: Incoming, slot: OwnedSemaphorePermit) -> Option<Connection> {
    let remote = incoming.remote_address();
    let quic = match incoming.await {
        Ok(quic) => quic,
        Err(error) => {
            tracing::debug!(%remote, %error, "a handshake failed");
            return None;
        }
    };
    let Some(peer) = tls::proved_key(&quic) else {
        tracing::debug!(%remote, "a handshake without a key");
        quic.close(CloseCode::Malformed.to_wire(), b"no key");
        return None;
    };
    match Connection::start(Link::accepted(quic, peer, slot)).await {
        Ok(connection) => Some(connection),
        Err(error) => {
            tracing::debug!(%remote, ?peer, %error, "gone right after the handshake");
            None
        }
    }
}
