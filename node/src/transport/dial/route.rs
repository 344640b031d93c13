//! Which way packets take out of this machine, asked of the operating system without sending any.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, sleep};

use super::Broken;
use crate::transport::connection::{Line, Link};
use crate::transport::quic::any_address;

/// How often a connection looks whether this machine's address has changed. Looking costs some
/// microseconds and no packet.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// After how long without an answer a single byte asks whether anybody is there at all. A handshake on a
/// usable line is over by then.
const ASK_AFTER: Duration = Duration::from_millis(500);

/// A socket that may only speak with `remote`; the operating system has chosen its address, and tells it
/// when `remote` refuses what it sends.
fn towards(remote: SocketAddr) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind(any_address(remote))?;
    socket.connect(remote)?;
    Ok(socket)
}

/// The address from which this machine speaks with `remote` now.
fn local_address_towards(remote: SocketAddr) -> io::Result<IpAddr> {
    Ok(towards(remote)?.local_addr()?.ip())
}

/// The network from which `remote` is reached, as far as one can tell from the own address: its /24, or
/// its /64.
pub(super) fn network_towards(remote: SocketAddr) -> Option<String> {
    local_address_towards(remote).ok().map(network_of)
}

fn network_of(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Waits until this machine has another address towards other networks than now: a cable was plugged in,
/// another wireless network was found. Losing the last one does not count.
pub async fn network_changed() {
    let before = default_addresses();
    loop {
        sleep(LOOK_EVERY).await;
        let now = default_addresses();
        if now != before && now != [None, None] {
            return;
        }
    }
}

/// The addresses of the default routes, IPv4 and IPv6: towards addresses that are for documentation only
/// (RFC 5737, RFC 3849).
fn default_addresses() -> [Option<IpAddr>; 2] {
    let anywhere: [SocketAddr; 2] = [
        (Ipv4Addr::new(192, 0, 2, 1), 9).into(),
        (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), 9).into(),
    ];
    anywhere.map(|remote| local_address_towards(remote).ok())
}

/// Waits until it is certain that UDP does not get to `remote`: there is no route, or the machine there
/// says that nobody listens. QUIC, whose socket may speak with everybody, is not told.
pub(in crate::transport) async fn refusal_of(remote: SocketAddr) -> Broken {
    match refused(remote).await {
        Ok(()) => std::future::pending().await,
        Err(error) => Broken::from_connecting(&error),
    }
}

async fn refused(remote: SocketAddr) -> io::Result<()> {
    let socket = towards(remote)?;
    socket.set_nonblocking(true)?;
    let socket = tokio::net::UdpSocket::from_std(socket)?;
    sleep(ASK_AFTER).await;
    // No packet of QUIC is this short; the hub drops it.
    socket.send(&[0]).await?;
    socket.recv(&mut [0]).await.map(drop)
}

/// Watches over the local address of a connection for as long as it lives. When it changes, QUIC moves
/// to the new one; what goes over TCP ends at once, instead of waiting for an answer that cannot come.
pub(super) fn follow(link: &Arc<Link>) {
    let remote = link.remote_address();
    tokio::spawn(follow_route(Arc::downgrade(link), move || local_address_towards(remote)));
}

pub(in crate::transport) async fn follow_route(
    link: Weak<Link>,
    route: impl Fn() -> io::Result<IpAddr>,
) {
    let mut known = route().ok();
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(link) = link.upgrade().filter(|link| link.end().is_none()) else { return };
        // Without a route there is nothing to move to yet.
        let Ok(now) = route() else { continue };
        if known.replace(now).is_some_and(|before| before != now) {
            leave_for(&link, now);
        }
    }
}

fn leave_for(link: &Link, local: IpAddr) {
    match &link.line {
        Line::Quic(line) => {
            tracing::info!(%local, "this machine's address has changed; the connection moves");
            if let Err(error) = line.move_to(SocketAddr::new(local, 0)) {
                tracing::info!(%error, "the connection cannot move");
            }
        }
        Line::Tcp(line) => {
            tracing::info!(%local, "this machine's address has changed; connecting anew");
            line.cut();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_in_one_network_and_others_are_not() {
        let network = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(network("192.168.1.7"), "192.168.1.0/24");
        assert_eq!(network("192.168.1.250"), network("192.168.1.7"));
        assert_ne!(network("192.168.2.7"), network("192.168.1.7"));
        assert_eq!(network("2001:db8:1:2::3"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2:ffff::3"), network("2001:db8:1:2::3"));
    }

    #[test]
    fn the_way_to_this_machine_leads_over_its_loopback() {
        let remote = ([127, 0, 0, 1], 9).into();
        assert_eq!(local_address_towards(remote).unwrap(), IpAddr::from([127, 0, 0, 1]));
    }
}
