//! Where a hub listens.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Longest address, in bytes: enough for real host names, short enough to be typed.
const MAX_LEN: usize = 128;

/// A host and a UDP port: `hub.example.vn:4433`, `203.0.113.7:4433` or `[2001:db8::1]:4433`. Checked for
/// its form only; whether the name exists shows when it is dialled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HubAddress {
    host: String,
    port: u16,
}

/// Why a text is not an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an address like hub.example.vn:4433 or [2001:db8::1]:4433")]
pub struct AddressError {
    /// The text as given, cut to 128 characters.
    pub text: String,
}

impl AddressError {
    /// The error's name in message catalogues.
    pub fn code(&self) -> &'static str {
        "address-malformed"
    }
}

impl HubAddress {
    /// The host: a name, or an IP address without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The UDP port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl FromStr for HubAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let wrong = || AddressError { text: text.chars().take(MAX_LEN).collect() };
        if text.len() > MAX_LEN {
            return Err(wrong());
        }
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let number: u16 = port.parse().map_err(|_| wrong())?;
        if number == 0 || number.to_string() != port {
            return Err(wrong());
        }
        let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(inner) => inner.parse::<Ipv6Addr>().map_err(|_| wrong())?.to_string(),
            None if is_host(host) => host.to_ascii_lowercase(),
            None => return Err(wrong()),
        };
        Ok(Self { host, port: number })
    }
}

/// A name of letters, digits and hyphens in labels (RFC 1123 §2.1), or an IPv4 address.
fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let only_digits = host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if only_digits { host.parse::<IpAddr>().is_ok() } else { host.split('.').all(is_label) }
}

impl From<SocketAddr> for HubAddress {
    fn from(address: SocketAddr) -> Self {
        Self { host: address.ip().to_string(), port: address.port() }
    }
}

impl fmt::Display for HubAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl TryFrom<String> for HubAddress {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl From<HubAddress> for String {
    fn from(address: HubAddress) -> Self {
        address.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_back_as_they_are_written() {
        for text in
            ["hub.example.vn:4433", "203.0.113.7:1", "[2001:db8::1]:65535", "localhost:4433"]
        {
            let address: HubAddress = text.parse().unwrap();
            assert_eq!(address.to_string(), text);
        }
    }

    #[test]
    fn a_name_is_the_same_in_capitals() {
        let address: HubAddress = "Hub.Example.VN:4433".parse().unwrap();
        assert_eq!(address.host(), "hub.example.vn");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            ":4433",
            "hub.example.vn",
            "hub.example.vn:0",
            "hub.example.vn:04433",
            "hub.example.vn:65536",
            "hub..vn:1",
            "-hub.vn:1",
            "trung tâm:4433",
            "2001:db8::1:4433",
            "[2001:db8::1:4433",
            "[fe80::1%eth0]:4433",
            "999.1.1.1:4433",
            "https://hub.example.vn:4433",
        ] {
            assert!(text.parse::<HubAddress>().is_err(), "{text} was accepted");
        }
        assert!(format!("{}:1", "a".repeat(200)).parse::<HubAddress>().is_err());
    }
}
