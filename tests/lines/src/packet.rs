//! The little that the emulator must know about IPv4 packets (RFC 791).

use std::net::Ipv4Addr;

const SOURCE: usize = 12;
const DESTINATION: usize = 16;
const TCP: u8 = 6;
const UDP: u8 = 17;

/// An IPv4 packet.
#[derive(Clone, Debug)]
pub(crate) struct Packet(Vec<u8>);

impl Packet {
    /// `None` when it is something else: the kernel sends IPv6 packets of its own accord.
    pub(crate) fn new(bytes: &[u8]) -> Option<Self> {
        let is_ipv4 = bytes.len() >= 20 && bytes.first().is_some_and(|first| first >> 4 == 4);
        is_ipv4.then(|| Self(bytes.to_vec()))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn is_udp(&self) -> bool {
        self.protocol() == UDP
    }

    pub(crate) fn source(&self) -> Ipv4Addr {
        self.address(SOURCE)
    }

    pub(crate) fn destination(&self) -> Ipv4Addr {
        self.address(DESTINATION)
    }

    /// The port of UDP or TCP at the source; `None` for other protocols.
    pub(crate) fn source_port(&self) -> Option<u16> {
        self.port(0)
    }

    pub(crate) fn destination_port(&self) -> Option<u16> {
        self.port(2)
    }

    /// Whether somebody wants to begin a connection by this: QUIC's long header (RFC 9000 §17.2), or TCP's SYN
    /// (RFC 9293 §3.1).
    pub(crate) fn begins_connection(&self) -> bool {
        const UDP_HEADER: usize = 8;
        const TCP_FLAGS: usize = 13;
        let byte = |at: usize| self.0.get(self.payload() + at).copied().unwrap_or_default();
        match self.protocol() {
            UDP => byte(UDP_HEADER) & 0x80 != 0,
            TCP => byte(TCP_FLAGS) & 0x02 != 0,
            _ => false,
        }
    }

    pub(crate) fn set_source(&mut self, address: Ipv4Addr) {
        self.set_address(SOURCE, address);
    }

    pub(crate) fn set_destination(&mut self, address: Ipv4Addr) {
        self.set_address(DESTINATION, address);
    }

    fn protocol(&self) -> u8 {
        self.0.get(9).copied().unwrap_or_default()
    }

    /// Where the header ends (RFC 791 §3.1: its length in words of four bytes).
    fn payload(&self) -> usize {
        usize::from(self.0.first().map_or(0, |first| first & 0x0f)) * 4
    }

    fn port(&self, at: usize) -> Option<u16> {
        let at = self.payload() + at;
        match (self.protocol(), self.0.get(at..at + 2)) {
            (UDP | TCP, Some([high, low])) => Some(u16::from_be_bytes([*high, *low])),
            _ => None,
        }
    }

    fn address(&self, at: usize) -> Ipv4Addr {
        let mut octets = [0; 4];
        for (octet, byte) in octets.iter_mut().zip(self.0.iter().skip(at)) {
            *octet = *byte;
        }
        Ipv4Addr::from(octets)
    }

    /// Writes an address and mends the checksums that cover it: the header's, and that of UDP or TCP,
    /// whose pseudo-header holds the addresses.
    fn set_address(&mut self, at: usize, address: Ipv4Addr) {
        let before = self.address(at).octets();
        for (byte, octet) in self.0.iter_mut().skip(at).zip(address.octets()) {
            *byte = octet;
        }
        let payload = self.payload();
        self.mend(10, before, address.octets());
        match self.protocol() {
            UDP => self.mend(payload + 6, before, address.octets()),
            TCP => self.mend(payload + 16, before, address.octets()),
            _ => {}
        }
    }

    /// The checksum at a place after four bytes that it covers have changed (RFC 1624, equation 3).
    fn mend(&mut self, at: usize, before: [u8; 4], after: [u8; 4]) {
        let Some([high, low]) = self.0.get_mut(at..at + 2) else { return };
        let words = |[a, b, c, d]: [u8; 4]| [[a, b], [c, d]].map(u16::from_be_bytes);
        let mut sum = u32::from(!u16::from_be_bytes([*high, *low]));
        for (old, new) in words(before).into_iter().zip(words(after)) {
            sum += u32::from(!old) + u32::from(new);
        }
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        [*high, *low] = (!(sum as u16)).to_be_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sum that receivers compute: all ones when the checksum is right (RFC 1071).
    fn sum(parts: &[&[u8]]) -> u16 {
        let mut sum = 0_u32;
        for part in parts {
            for word in part.chunks(2) {
                sum += u32::from(u16::from_be_bytes([word[0], *word.get(1).unwrap_or(&0)]));
            }
        }
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        sum as u16
    }

    #[test]
    fn an_address_is_changed_and_the_checksums_stay_right() {
        // A UDP packet of 12 bytes from 10.66.0.2 to 10.66.0.1.
        let mut bytes = vec![
            0x45, 0, 0, 32, 0, 1, 0, 0, 64, 17, 0, 0, 10, 66, 0, 2, 10, 66, 0, 1, // IPv4
            0x9c, 0x40, 0x11, 0x51, 0, 12, 0, 0, 1, 2, 3, 4, // UDP
        ];
        let header = !sum(&[&bytes[..20]]);
        bytes[10..12].copy_from_slice(&header.to_be_bytes());
        let datagram = !sum(&[&bytes[12..20], &[0, 17, 0, 12], &bytes[20..]]);
        bytes[26..28].copy_from_slice(&datagram.to_be_bytes());

        let mut packet = Packet::new(&bytes).unwrap();
        packet.set_source(Ipv4Addr::new(10, 66, 200, 77));
        assert_eq!(packet.source(), Ipv4Addr::new(10, 66, 200, 77));
        let bytes = packet.bytes();
        assert_eq!(sum(&[&bytes[..20]]), 0xffff);
        assert_eq!(sum(&[&bytes[12..20], &[0, 17, 0, 12], &bytes[20..]]), 0xffff);
    }

    #[test]
    fn only_ipv4_is_a_packet() {
        assert!(Packet::new(&[0x60; 40]).is_none());
        assert!(Packet::new(&[0x45; 19]).is_none());
    }
}
