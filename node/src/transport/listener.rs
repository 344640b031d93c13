//! The hub's side: listening, over QUIC and over TCP.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hopluu_protocol::identity::OfficeKey;
use quinn::{Endpoint, Incoming};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::admission::{Admission, Admitted, Verdict};
use super::close::{ABANDONED, cut_reason};
use super::tcp::Farewell;
use super::tls::ServerTls;
use super::{CloseCode, Connection, Limits, quic, socket, tcp};

/// Connections that wait for [`Listener::accept`]. Further ones wait as handshakes.
const READY: usize = 64;

/// What may be buffered for a newcomer before its handshake has begun, in bytes, and for all of them.
const INCOMING_BUFFER: u64 = 64 * 1024;
const INCOMING_BUFFER_TOTAL: u64 = 16 * 1024 * 1024;

/// How many connections over TCP may wait in the operating system to be taken.
const BACKLOG: u32 = 1024;

/// How long to wait when the operating system gives no more sockets.
const OUT_OF_SOCKETS: Duration = Duration::from_millis(100);

/// How many free ports are tried until one is free for both UDP and TCP, when any will do.
const PORTS_TRIED: usize = 8;

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
    /// The address can be bound for UDP and not for TCP: nodes whose network blocks UDP do not get through.
    #[error("cannot listen at TCP {address}: {source}")]
    Tcp {
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
}

impl ListenError {
    /// The error's name in message catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Bind { .. } => "listen-bind",
            Self::Setup { .. } => "listen-setup",
            Self::Tcp { .. } => "listen-tcp",
        }
    }
}

/// A UDP and a TCP socket with one port, at which nodes call. Dropped, it cuts all its connections;
/// [`Listener::close`] says why first.
#[derive(Debug)]
pub struct Listener {
    endpoint: Endpoint,
    local_address: SocketAddr,
    without_tcp: Option<ListenError>,
    ready: mpsc::Receiver<Connection>,
    /// The last words to all connections over TCP.
    dismissal: watch::Sender<Option<Farewell>>,
    admitting: JoinSet<()>,
}

impl Listener {
    /// Listens at `address`; port 0 takes a free one. Runs within a tokio runtime. An IPv6 wildcard also
    /// serves IPv4 on Linux, not on Windows. Where TCP cannot be had, this listens without
    /// ([`Listener::without_tcp`]).
    ///
    /// # Errors
    /// [`ListenError`], other than [`ListenError::Tcp`].
    pub fn bind(address: SocketAddr, key: &OfficeKey, limits: Limits) -> Result<Self, ListenError> {
        let tls =
            ServerTls::new(key).map_err(|error| ListenError::Setup { what: error.to_string() })?;
        let mut config = quinn::ServerConfig::with_crypto(tls.quic);
        config
            .transport_config(Arc::new(limits.settings.transport_config()))
            .migration(true)
            .max_incoming(limits.max_handshakes)
            .incoming_buffer_size(INCOMING_BUFFER)
            .incoming_buffer_size_total(INCOMING_BUFFER_TOTAL);
        let unproven = Arc::new(quic::Unproven::default());
        let Bound { endpoint, local_address, tcp } = bind_both(address, &config, key, &unproven)?;

        let admission = Arc::new(Admission::new(limits));
        let (sender, ready) = mpsc::channel(READY);
        let (dismissal, dismissed) = watch::channel(None);
        let mut admitting = JoinSet::new();
        let door = QuicDoor { admission: admission.clone(), ready: sender.clone(), unproven };
        admitting.spawn(door.run(endpoint.clone()));
        let without_tcp = match tcp {
            Ok(listener) => {
                let door = TcpDoor { admission, tls: tls.tcp, dismissed, ready: sender };
                admitting.spawn(door.run(listener));
                None
            }
            Err(source) => Some(ListenError::Tcp { address: local_address, source }),
        };
        Ok(Self { endpoint, local_address, without_tcp, ready, dismissal, admitting })
    }

    /// Where this listens.
    pub fn local_address(&self) -> SocketAddr {
        self.local_address
    }

    /// Why this does not listen over TCP, if it does not.
    pub fn without_tcp(&self) -> Option<&ListenError> {
        self.without_tcp.as_ref()
    }

    /// The next node that has proved a key. It is up to the caller whether it may stay. `None` after
    /// [`Listener::close`].
    pub async fn accept(&mut self) -> Option<Connection> {
        self.ready.recv().await
    }

    /// Waits until no connection over QUIC is left, not even one that drains.
    #[cfg(test)]
    pub(super) async fn idle(&self) {
        self.endpoint.wait_idle().await;
    }

    /// Stops listening and closes all connections at once; what is on its way may be lost.
    pub async fn close(&mut self, code: CloseCode, reason: &str) {
        self.ready.close();
        self.admitting.shutdown().await;
        self.endpoint.close(code.to_wire(), cut_reason(reason));
        let words = Farewell { code, reason: reason.to_owned() };
        self.dismissal.send_replace(Some(words));
        let farewells = async {
            // Connections over TCP watch for their dismissal until they have passed it on.
            tokio::join!(self.endpoint.wait_idle(), self.dismissal.closed());
        };
        if timeout(FAREWELL_TIMEOUT, farewells).await.is_err() {
            tracing::debug!("not waiting for all connections to drain");
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.endpoint.close(ABANDONED, b"");
    }
}

struct Bound {
    endpoint: Endpoint,
    local_address: SocketAddr,
    tcp: io::Result<TcpListener>,
}

/// Takes one port for both. Where any port will do, one that is free for both is looked for.
fn bind_both(
    address: SocketAddr,
    config: &quinn::ServerConfig,
    key: &OfficeKey,
    unproven: &Arc<quic::Unproven>,
) -> Result<Bound, ListenError> {
    let bind = |source| ListenError::Bind { address, source };
    let mut tries = if address.port() == 0 { PORTS_TRIED } else { 1 };
    loop {
        let socket = socket::bind(address).map_err(bind)?;
        let endpoint = quic::listen(socket, config.clone(), key, unproven.clone()).map_err(bind)?;
        let local_address = endpoint.local_addr().map_err(bind)?;
        let tcp = listen_over_tcp(local_address);
        tries -= 1;
        if tcp.is_ok() || tries == 0 {
            return Ok(Bound { endpoint, local_address, tcp });
        }
    }
}

fn listen_over_tcp(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // On Windows this would let two programs take one port; elsewhere a restart need not wait for the
    // connections of the last run to be forgotten.
    if cfg!(not(windows)) {
        socket.set_reuseaddr(true)?;
    }
    tcp::bound_buffers(&socket)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Where nodes come in over QUIC.
struct QuicDoor {
    admission: Arc<Admission>,
    ready: mpsc::Sender<Connection>,
    unproven: Arc<quic::Unproven>,
}

impl QuicDoor {
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
        let remote = incoming.remote_address();
        match self.admission.over_quic(remote, incoming.remote_address_validated()) {
            Verdict::Admit(Admitted { slot, turn }) => {
                let patience = self.admission.patience();
                let ready = self.ready.clone();
                let is_proven = incoming.remote_address_validated();
                let unproven = (!is_proven).then(|| self.unproven.begin(remote));
                handshakes.spawn(async move {
                    quic::accept(incoming, slot, patience, ready, unproven).await;
                    drop(turn);
                });
            }
            Verdict::Retry => {
                if let Err(error) = incoming.retry() {
                    tracing::debug!(%error, "cannot ask for a retry");
                }
            }
            Verdict::Refuse => {
                tracing::debug!(%remote, "too many connections");
                incoming.refuse();
            }
        }
    }
}

/// Where nodes come in over TCP.
struct TcpDoor {
    admission: Arc<Admission>,
    tls: Arc<rustls::ServerConfig>,
    dismissed: watch::Receiver<Option<Farewell>>,
    ready: mpsc::Sender<Connection>,
}

impl TcpDoor {
    async fn run(self, listener: TcpListener) {
        let mut handshakes = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, remote)) => self.admit(stream, remote, &mut handshakes),
                    Err(error) => {
                        tracing::debug!(%error, "a connection over TCP cannot be taken");
                        sleep(OUT_OF_SOCKETS).await;
                    }
                },
                Some(_) = handshakes.join_next() => {}
            }
        }
    }

    fn admit(&self, stream: TcpStream, remote: SocketAddr, handshakes: &mut JoinSet<()>) {
        let Some(Admitted { slot, turn }) = self.admission.over_tcp(remote) else {
            return tracing::debug!(%remote, "too many connections");
        };
        let patience = self.admission.patience();
        let idle_timeout = self.admission.limits().settings.idle_timeout;
        let (tls, dismissed) = (self.tls.clone(), self.dismissed.clone());
        let ready = self.ready.clone();
        handshakes.spawn(async move {
            let handshake =
                tcp::accept(stream, remote, tls, idle_timeout, dismissed, slot, patience);
            match handshake.await {
                Ok(Some(connection)) => {
                    if ready.send(connection).await.is_err() {
                        tracing::debug!(%remote, "nobody accepts connections any more");
                    }
                }
                Ok(None) => tracing::debug!(%remote, "a handshake without a key"),
                Err(error) => tracing::debug!(%remote, %error, "a handshake failed"),
            }
            drop(turn);
        });
    }
}
