//! What may be sent to an address that is not shown to be the caller's own: three times what came from it (RFC
//! 9000 §8.1).
//!
//! The library counts this, too, but lets a last packet go as long as anything is left of the allowance, and a
//! handshake that is given up says goodbye whatever was sent before. That came to 3,822 bytes for 1,200.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::watched::Watch;

/// A handshake begins with a packet of at least so many bytes (RFC 9000 §14.1); others are not heard.
const FIRST_PACKET: u64 = 1200;

/// For how long a handshake that was given up may still want to say something.
const GOODBYE: Duration = Duration::from_secs(5);

/// The bit by which packets of a handshake are known, with all that leaves together with them.
const LONG_HEADER: u8 = 0x80;

/// The addresses from which handshakes are under way.
#[derive(Debug, Default)]
pub(in crate::transport) struct Unproven {
    /// How many there are, so that nobody waits for a lock while there are none.
    count: AtomicUsize,
    addresses: Mutex<HashMap<SocketAddr, Allowance>>,
}

#[derive(Debug, Default)]
struct Allowance {
    handshakes: usize,
    received: u64,
    sent: u64,
}

/// A handshake with an address that is not proven yet.
#[derive(Debug)]
pub(in crate::transport) struct Handshake {
    unproven: Arc<Unproven>,
    address: SocketAddr,
}

impl Unproven {
    /// A handshake has begun: its first packet is here.
    pub(in crate::transport) fn begin(self: &Arc<Self>, address: SocketAddr) -> Handshake {
        let mut addresses = self.lock();
        let allowance = addresses.entry(address).or_default();
        allowance.handshakes += 1;
        allowance.received += FIRST_PACKET;
        self.count.store(addresses.len(), Ordering::Release);
        drop(addresses);
        Handshake { unproven: self.clone(), address }
    }

    fn end(&self, address: SocketAddr) {
        let mut addresses = self.lock();
        if let Some(allowance) = addresses.get_mut(&address) {
            allowance.handshakes -= 1;
            if allowance.handshakes == 0 {
                addresses.remove(&address);
            }
        }
        self.count.store(addresses.len(), Ordering::Release);
    }

    fn is_empty(&self) -> bool {
        self.count.load(Ordering::Acquire) == 0
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SocketAddr, Allowance>> {
        self.addresses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Handshake {
    /// It was given up. The library may say so to the address, within what is left of the allowance.
    pub(in crate::transport) fn give_up(self) {
        tokio::spawn(async move {
            tokio::time::sleep(GOODBYE).await;
            drop(self);
        });
    }
}

impl Drop for Handshake {
    fn drop(&mut self) {
        self.unproven.end(self.address);
    }
}

impl Watch for Unproven {
    fn received(&self, from: SocketAddr, bytes: usize) {
        if !self.is_empty()
            && let Some(allowance) = self.lock().get_mut(&from)
        {
            allowance.received += bytes as u64;
        }
    }

    /// Packets without a long header belong to connections whose address is proven, or are counted and small.
    fn may_send(&self, to: SocketAddr, packet: &[u8]) -> bool {
        if self.is_empty() {
            return true;
        }
        let mut addresses = self.lock();
        let Some(allowance) = addresses.get_mut(&to) else { return true };
        let sent = allowance.sent + packet.len() as u64;
        let is_handshake = packet.first().is_some_and(|first| first & LONG_HEADER != 0);
        if is_handshake && sent > 3 * allowance.received {
            return false;
        }
        allowance.sent = sent;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(port: u16) -> SocketAddr {
        ([192, 0, 2, 1], port).into()
    }

    const HANDSHAKE: [u8; 1200] = [0xc0; 1200];

    #[test]
    fn three_times_what_came_goes_back_and_not_a_byte_more() {
        let unproven = Arc::new(Unproven::default());
        let handshake = unproven.begin(address(1));
        assert!(unproven.may_send(address(1), &HANDSHAKE));
        // What goes behind the handshake before it is complete counts as well.
        assert!(unproven.may_send(address(1), &[0x40; 222]));
        assert!(unproven.may_send(address(1), &HANDSHAKE));
        assert!(!unproven.may_send(address(1), &HANDSHAKE), "3,822 for 1,200");
        assert!(unproven.may_send(address(1), &HANDSHAKE[..978]), "3,600 for 1,200");
        assert!(!unproven.may_send(address(1), &HANDSHAKE[..1]));

        unproven.received(address(1), 1);
        assert!(unproven.may_send(address(1), &HANDSHAKE[..3]));
        assert!(!unproven.may_send(address(1), &HANDSHAKE[..1]));
        assert!(unproven.may_send(address(2), &HANDSHAKE), "another address is not concerned");
        drop(handshake);
        assert!(unproven.may_send(address(1), &HANDSHAKE));
    }

    #[test]
    fn handshakes_from_one_address_share_its_allowance_and_leave_nothing_behind() {
        let unproven = Arc::new(Unproven::default());
        let (first, second) = (unproven.begin(address(1)), unproven.begin(address(1)));
        let sent = (0..10).filter(|_| unproven.may_send(address(1), &HANDSHAKE)).count();
        assert_eq!(sent, 6);
        drop(first);
        assert!(!unproven.may_send(address(1), &HANDSHAKE));
        drop(second);
        assert!(unproven.is_empty() && unproven.lock().is_empty());
    }
}
