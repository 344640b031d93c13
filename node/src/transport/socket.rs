//! The listener's socket, with room for a crowd.

use std::io;
use std::net::{SocketAddr, UdpSocket};

use socket2::{Domain, Protocol, Socket, Type};

/// Room for what arrives before this process gets to read it, in bytes: a first packet of each of a few
/// thousand nodes that come back at the same moment. What finds no room is lost, and its sender tries again
/// only after a second (RFC 9002 §6.2.2). The system may grant less (`net.core.rmem_max` on Linux).
const RECEIVE_BUFFER: usize = 8 << 20;

/// A socket bound to an address; an IPv6 wildcard also serves IPv4 where the system can do that.
pub(super) fn bind(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    if address.is_ipv6()
        && let Err(error) = socket.set_only_v6(false)
    {
        tracing::debug!(%error, "only IPv6 is served");
    }
    if let Err(error) = socket.set_recv_buffer_size(RECEIVE_BUFFER) {
        tracing::debug!(%error, "the receive buffer stays as small as it was");
    }
    socket.bind(&address.into())?;
    Ok(socket.into())
}
