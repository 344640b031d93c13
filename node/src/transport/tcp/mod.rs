//! Connections over TCP, where UDP is blocked: TLS 1.3 with the same keys, and one stream of frames in
//! each direction.
//!
//! TCP has no code for the end of a connection, so the side that closes it says farewell in the stream
//! ([`farewell`]). A stream that ends without one was cut.

mod accept;
mod counted;
mod dial;
mod farewell;
mod inward;
mod outward;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{Mutex, watch};
use tokio::time::timeout;
use tokio_rustls::TlsStream;

pub(super) use accept::accept;
pub(super) use dial::dial;
pub(super) use outward::Outward;

use self::counted::{Counted, Passed};
use self::inward::Inward;
use super::receiver::Stop;
use super::traffic::{Carried, Counters};
use super::{CloseCode, Closed};

/// What the operating system may hold of a connection in each direction, in bytes; it is asked for this,
/// and may take double (Linux does). Enough for a second at 0.5 Mbit/s, little enough that an edit does not
/// wait for long behind what was handed over before.
const SOCKET_BUFFER: u32 = 64 * 1024;

/// The largest segment, in bytes: what fits through every network (RFC 9293 §3.7.1). Streams are what is left where
/// datagrams do not pass, and there, too, paths are found that drop larger packets without a word; the system would
/// send those again for ever. Both ends ask it of each other, so one that can set it is enough.
const LARGEST_SEGMENT: u32 = 536;

/// How long the end of a connection may take: until the farewell has left, and until the peer has gone.
const PARTING_TIMEOUT: Duration = Duration::from_secs(2);

type Stream = TlsStream<Counted<TcpStream>>;

/// A TLS connection over TCP.
#[derive(Debug)]
pub(super) struct Line {
    remote: SocketAddr,
    passed: Arc<Passed>,
    state: State,
    inward: Mutex<Inward>,
    /// Becomes true when nothing more is written.
    silent: watch::Receiver<bool>,
}

impl Line {
    /// The two directions of a stream whose handshake is complete. `dismissal`, if it comes, ends the
    /// connection with its words.
    fn new(
        stream: Stream,
        remote: SocketAddr,
        idle_timeout: Duration,
        dismissal: Option<watch::Receiver<Option<Farewell>>>,
    ) -> (Self, Outward) {
        let passed = stream.get_ref().0.passed();
        let (read, write) = tokio::io::split(stream);
        let state = State::default();
        let (silence, silent) = watch::channel(false);
        let inward = Mutex::new(Inward::new(read, idle_timeout));
        let outward = Outward::new(write, state.clone(), dismissal, silence);
        (Self { remote, passed, state, inward, silent }, outward)
    }

    pub(super) fn remote_address(&self) -> SocketAddr {
        self.remote
    }

    pub(super) fn traffic(&self) -> Carried {
        let (bytes_sent, bytes_received) = self.passed.so_far();
        Carried { bytes_sent, bytes_received, ..Carried::default() }
    }

    pub(super) fn end(&self) -> Option<Closed> {
        self.state.end().map(|end| end.closed)
    }

    pub(super) async fn ended(&self) -> Closed {
        self.state.ended().await.closed
    }

    pub(super) fn close(&self, code: CloseCode, reason: &str) {
        let farewell = Some(Farewell { code, reason: reason.to_owned() });
        self.state.end_with(End { closed: Closed::Here, farewell });
    }

    pub(super) fn abandon(&self) {
        self.state.end_with(End { closed: Closed::Here, farewell: None });
    }

    /// The line is known to be dead: this machine's address has changed.
    pub(super) fn cut(&self) {
        self.state.end_with(End { closed: Closed::Cut, farewell: None });
    }

    /// Waits until the farewell has left and the peer has closed its side, too: a socket that is closed
    /// with unread bytes in it is reset, and takes with it what is still on its way out.
    pub(super) async fn part(&self) {
        let parting = async {
            let mut silent = self.silent.clone();
            // Whoever would say so is gone: so is the connection.
            drop(silent.wait_for(|silent| *silent).await);
            self.inward.lock().await.drain().await;
        };
        if timeout(PARTING_TIMEOUT, parting).await.is_err() {
            tracing::trace!(remote = %self.remote, "not waiting for the peer to go");
        }
    }

    /// The next frame. Cancel-safe.
    pub(super) async fn next_frame(&self, counters: &Counters) -> Result<Bytes, Stop> {
        let mut inward = self.inward.lock().await;
        let read = tokio::select! {
            biased;
            closed = self.state.ended_here() => return Err(Stop::Ended(closed)),
            read = inward.next_frame(counters) => read,
        };
        if let Err(Stop::Ended(closed)) = &read {
            self.state.end_with(End { closed: closed.clone(), farewell: None });
        }
        read
    }
}

/// How a connection ends, and what the peer is told of it.
#[derive(Clone, Debug)]
struct End {
    closed: Closed,
    farewell: Option<Farewell>,
}

/// What a side that closes a connection says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Farewell {
    pub(super) code: CloseCode,
    pub(super) reason: String,
}

/// Whether a connection has ended. The first end counts.
#[derive(Clone, Debug, Default)]
struct State(Arc<watch::Sender<Option<End>>>);

impl State {
    fn end(&self) -> Option<End> {
        self.0.borrow().clone()
    }

    fn end_with(&self, end: End) {
        self.0.send_if_modified(|present| {
            let first = present.is_none();
            present.get_or_insert(end);
            first
        });
    }

    async fn ended(&self) -> End {
        let mut changes = self.0.subscribe();
        loop {
            if let Some(end) = changes.borrow_and_update().clone() {
                return end;
            }
            if changes.changed().await.is_err() {
                return End { closed: Closed::Cut, farewell: None };
            }
        }
    }

    /// Waits until this side ends the connection: then nothing more is read.
    async fn ended_here(&self) -> Closed {
        let closed = self.ended().await.closed;
        if !matches!(closed, Closed::Here) {
            // What arrived before is read first, and the reading ends by itself.
            std::future::pending::<()>().await;
        }
        closed
    }
}

/// A socket with bounded buffers, on which small frames leave at once.
fn socket(remote: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if remote.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_nodelay(true)?;
    bound_buffers(&socket)?;
    Ok(socket)
}

#[cfg(unix)]
fn limit_segments(socket: &TcpSocket) {
    if let Err(error) = socket2::SockRef::from(socket).set_tcp_mss(LARGEST_SEGMENT) {
        tracing::debug!(%error, "segments are as large as the system makes them");
    }
}

/// Windows makes segments smaller by itself when large ones do not arrive.
#[cfg(not(unix))]
fn limit_segments(_socket: &TcpSocket) {
    tracing::trace!(LARGEST_SEGMENT, "the system limits segments by itself");
}

/// Bounds what the operating system holds of a connection; those that a listener takes inherit it.
pub(super) fn bound_buffers(socket: &TcpSocket) -> io::Result<()> {
    limit_segments(socket);
    socket.set_recv_buffer_size(SOCKET_BUFFER)?;
    socket.set_send_buffer_size(SOCKET_BUFFER)
}
