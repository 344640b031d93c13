//! A UDP socket over whose shoulder somebody looks.

use std::fmt::Debug;
use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use quinn::udp::{RecvMeta, Transmit};
use quinn::{AsyncUdpSocket, UdpPoller};

/// Who looks.
pub(super) trait Watch: Debug + Send + Sync + 'static {
    /// Bytes have come from an address.
    fn received(&self, from: SocketAddr, bytes: usize);

    /// Whether a packet may go to an address. What may not is lost, as packets are.
    fn may_send(&self, _to: SocketAddr, _packet: &[u8]) -> bool {
        true
    }
}

/// A socket with a watch.
#[derive(Debug)]
pub(super) struct Watched<W> {
    socket: Arc<dyn AsyncUdpSocket>,
    watch: Arc<W>,
}

impl<W: Watch> Watched<W> {
    pub(super) fn new(socket: Arc<dyn AsyncUdpSocket>, watch: Arc<W>) -> Arc<Self> {
        Arc::new(Self { socket, watch })
    }
}

impl<W: Watch> AsyncUdpSocket for Watched<W> {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        self.socket.clone().create_io_poller()
    }

    fn try_send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        if !self.watch.may_send(transmit.destination, transmit.contents) {
            return Ok(());
        }
        self.socket.try_send(transmit)
    }

    fn poll_recv(
        &self,
        cx: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        let count = ready!(self.socket.poll_recv(cx, buffers, meta))?;
        for received in meta.iter().take(count) {
            self.watch.received(received.addr, received.len);
        }
        Ok(count).into()
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    fn max_transmit_segments(&self) -> usize {
        self.socket.max_transmit_segments()
    }

    fn max_receive_segments(&self) -> usize {
        self.socket.max_receive_segments()
    }

    fn may_fragment(&self) -> bool {
        self.socket.may_fragment()
    }
}
