//! How connections behave on bad lines, and how much they may take.

use std::sync::Arc;
use std::time::Duration;

use quinn::congestion::{BbrConfig, CubicConfig, NewRenoConfig};
use quinn::{IdleTimeout, TransportConfig, VarInt};

use super::{Priority, Way};

/// What a peer may send on one stream before it has been read, in bytes.
const STREAM_WINDOW: u32 = 256 * 1024;
/// What a peer may send on a connection before it has been read. More than both streams' windows
/// together would never be used.
const RECEIVE_WINDOW: u32 = 512 * 1024;
/// What may be sent before the first acknowledgement, in bytes: as much as RFC 9002 §7.2 allows. A quarter's
/// report goes within one flight.
const INITIAL_WINDOW: u64 = 14_720;
/// What may lie here unacknowledged by the peer. More than one stream's window, so that catching up
/// never takes the room that an edit needs.
const SEND_WINDOW: u64 = 512 * 1024;

/// How a connection behaves, at either end.
#[derive(Clone, Debug)]
pub struct Settings {
    /// After how long without a packet a connection counts as cut. Bad lines stall for more than the
    /// 30 s that RFC 9308 §3.2 starts from.
    pub idle_timeout: Duration,
    /// How often to send something when nothing else is sent. 20 s keeps the mapping of a carrier's NAT,
    /// which lasts 50 s and more; `None` for a node that would rather disconnect and come back.
    pub keep_alive: Option<Duration>,
    /// How the sender reacts to loss.
    pub congestion: Congestion,
    /// Whether to probe for larger packets. Costs more than the whole handshake, and pays for long
    /// transfers only.
    pub mtu_discovery: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            idle_timeout: Duration::from_secs(60),
            keep_alive: None,
            congestion: Congestion::default(),
            mtu_discovery: false,
        }
    }
}

/// Congestion control.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Congestion {
    /// RFC 9438: the safe choice; slow on lines that lose packets at random.
    #[default]
    Cubic,
    /// Better at random loss; quinn calls its implementation experimental.
    Bbr,
    /// RFC 9002's own.
    NewReno,
}

impl Settings {
    pub(super) fn transport_config(&self) -> TransportConfig {
        let idle_ms = u32::try_from(self.idle_timeout.as_millis()).unwrap_or(u32::MAX);
        let streams = VarInt::from_u32(Priority::ALL.len() as u32);
        let mut config = TransportConfig::default();
        config
            .max_idle_timeout(Some(IdleTimeout::from(VarInt::from_u32(idle_ms))))
            .keep_alive_interval(self.keep_alive)
            .max_concurrent_bidi_streams(VarInt::from_u32(0))
            .max_concurrent_uni_streams(streams)
            .stream_receive_window(VarInt::from_u32(STREAM_WINDOW))
            .receive_window(VarInt::from_u32(RECEIVE_WINDOW))
            .send_window(SEND_WINDOW)
            .datagram_receive_buffer_size(None);
        if !self.mtu_discovery {
            config.mtu_discovery_config(None);
        }
        match self.congestion {
            Congestion::Bbr => config.congestion_controller_factory(Arc::new(BbrConfig::default())),
            Congestion::Cubic => {
                let mut cubic = CubicConfig::default();
                cubic.initial_window(INITIAL_WINDOW);
                config.congestion_controller_factory(Arc::new(cubic))
            }
            Congestion::NewReno => {
                config.congestion_controller_factory(Arc::new(NewRenoConfig::default()))
            }
        };
        config
    }
}

/// How much a listener takes on.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How its connections behave.
    pub settings: Settings,
    /// Connections at once; more are refused.
    pub max_connections: usize,
    /// Handshakes at once over QUIC, and as many over TCP, connections that wait for
    /// [`Listener::accept`](super::Listener::accept) included; more are refused.
    pub max_handshakes: usize,
    /// What one address may ask for.
    pub per_address: PerAddress,
    /// From how many handshakes on a newcomer must first show that its address is its own (Retry, RFC
    /// 9000 §8.1.2), which costs it a round trip.
    pub retry_above: usize,
    /// How long a handshake may take while nothing arrives; three times as long while something does and no more
    /// than [`Self::retry_above`] are under way.
    pub handshake_timeout: Duration,
}

/// How many handshakes one address may ask for: an IPv4 address, or an IPv6 /64. A carrier's NAT puts many
/// nodes behind one address, so this is generous.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerAddress {
    /// So many at once, after a rest.
    pub burst: u32,
    /// And so many in each second, in the long run.
    pub per_second: u32,
    /// So many may be under way.
    pub under_way: u32,
    /// Whether this machine's own addresses are spared: what comes over the loopback is a test, a
    /// forwarder, or somebody who has the machine anyway.
    pub spares_loopback: bool,
}

impl Default for PerAddress {
    fn default() -> Self {
        Self { burst: 512, per_second: 64, under_way: 256, spares_loopback: true }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            max_connections: 20_000,
            max_handshakes: 1024,
            per_address: PerAddress::default(),
            retry_above: 512,
            handshake_timeout: Duration::from_secs(20),
        }
    }
}

/// How to look for the hub.
#[derive(Clone, Debug)]
pub struct DialSettings {
    /// How the connection behaves.
    pub settings: Settings,
    /// How long to go on in all while nothing arrives: names to be resolved, QUIC and TCP to be tried. QUIC
    /// sends its first packet again after 1, 3, 7 and 15 s; where one in five is lost each way, 2 calls of 100
    /// need the fourth. Four times as long while something arrives: at 9.6 kbit/s a handshake takes its time.
    pub timeout: Duration,
    /// How long to wait before the next address is tried as well (RFC 8305 §5 says 250 ms).
    pub stagger: Duration,
    /// How long to wait before the second way to one address is tried as well.
    pub head_start: Duration,
    /// Takes one way and not the other: for measuring.
    pub only: Option<Way>,
}

impl Default for DialSettings {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            timeout: Duration::from_secs(15),
            stagger: Duration::from_millis(250),
            head_start: super::dial::QUIC_HEAD_START,
            only: None,
        }
    }
}
