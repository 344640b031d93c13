//! The emulator: a TUN device in each of two network namespaces, and between them a line.
//!
//! ```text
//!   office 10.66.0.2 ── TUN ──→ up ──→ TUN ── 10.66.0.1 hub
//!                    ←───────── down ←────────
//! ```

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use netconfig_rs::{Interface, ipnet};
use tokio::sync::oneshot;
use tun_rs::{AsyncDevice, DeviceBuilder};

use crate::line::Line;
use crate::namespace::Namespace;
use crate::packet::Packet;
use crate::way::{Counts, Way};

/// The hub's address.
pub const HUB: Ipv4Addr = Ipv4Addr::new(10, 66, 0, 1);
/// The office's address, until it moves.
pub const OFFICE: Ipv4Addr = Ipv4Addr::new(10, 66, 0, 2);

/// All addresses of both sides begin with this many bits.
const PREFIX: u8 = 16;
const DEVICE: &str = "line";
/// Largest packet, bytes.
const MTU: u16 = 1500;

/// The ends of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Where offices are.
    Office,
    /// Where the hub is.
    Hub,
}

/// A line between two namespaces, for as long as it is held.
#[derive(Debug)]
pub struct Emulator {
    office: Namespace,
    hub: Namespace,
    line: Arc<Mutex<Emulated>>,
    /// Dropped to stop the forwarder.
    stop: Option<oneshot::Sender<()>>,
    forwarder: Option<JoinHandle<()>>,
}

/// What both directions share.
#[derive(Debug)]
struct Emulated {
    up: Way,
    down: Way,
    /// When the present line began.
    began: Instant,
    /// Where the office is, in its own network.
    office: Ipv4Addr,
    /// As which address the world sees it.
    seen_as: Ipv4Addr,
    moves: u8,
    /// The office's ports that packets came from, and when the first did, since the line began.
    flows: BTreeMap<u16, Duration>,
    /// How many of them began with a handshake.
    handshakes: usize,
    flows_last: Option<Duration>,
}

#[derive(Clone, Copy, Debug)]
enum Direction {
    Up,
    Down,
}

impl Emulator {
    /// Makes both namespaces and begins to carry packets between them. What happens by chance follows
    /// from the seed.
    ///
    /// # Errors
    /// When this process may not make namespaces, or there is no `/dev/net/tun`.
    pub fn start(up: Line, down: Line, seed: u64) -> Result<Self> {
        let (office, hub) = (Namespace::new()?, Namespace::new()?);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let device = |address: Ipv4Addr| {
            let _context = runtime.enter();
            let device = DeviceBuilder::new().name(DEVICE).mtu(MTU).ipv4(address, PREFIX, None);
            device.build_async().context("no TUN device can be made")
        };
        let office_end = Arc::new(office.run(|| device(OFFICE))?);
        let hub_end = Arc::new(hub.run(|| device(HUB))?);
        let line = Arc::new(Mutex::new(Emulated::new(up, down, seed)));

        let (stop, stopped) = oneshot::channel();
        let upward = carry(line.clone(), Direction::Up, office_end.clone(), hub_end.clone());
        let downward = carry(line.clone(), Direction::Down, hub_end, office_end);
        let forwarder = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = upward => {}
                    () = downward => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self { office, hub, line, stop: Some(stop), forwarder: Some(forwarder) })
    }

    /// Does something at one end: sockets that it opens and processes that it starts are there.
    ///
    /// # Errors
    /// What `work` says.
    pub fn in_namespace<T: Send>(
        &self,
        side: Side,
        work: impl FnOnce() -> Result<T> + Send,
    ) -> Result<T> {
        match side {
            Side::Office => self.office.run(work),
            Side::Hub => self.hub.run(work),
        }
    }

    /// Puts another line in place of the present one. Counting, the schedule of cuts and chance begin
    /// anew; packets under way still arrive.
    pub fn becomes(&self, up: Line, down: Line, seed: u64) {
        let mut line = self.line();
        let (office, seen_as, moves) = (line.office, line.seen_as, line.moves);
        *line = Emulated { office, seen_as, moves, ..Emulated::new(up, down, seed) };
    }

    /// What has been sent into the present line, from the office and from the hub.
    pub fn counts(&self) -> (Counts, Counts) {
        let line = self.line();
        (line.up.counts(), line.down.counts())
    }

    /// How many connections the office has tried to begin since the present line began. One that goes on from
    /// another port or address is the same.
    pub fn handshakes(&self) -> usize {
        self.line().handshakes
    }

    /// The office goes to another network: it loses its address and has another a moment later.
    ///
    /// # Errors
    /// When the kernel does not like it.
    pub fn office_moves(&self) -> Result<Ipv4Addr> {
        let (before, after) = {
            let line = self.line();
            let octets = OFFICE.octets();
            let after = Ipv4Addr::new(octets[0], octets[1], line.moves + 1, octets[3]);
            (line.office, after)
        };
        self.in_namespace(Side::Office, || {
            let network = |address| {
                ipnet::IpNet::new(IpAddr::V4(address), PREFIX).map_err(anyhow::Error::from)
            };
            let device = Interface::try_from_name(DEVICE).map_err(|error| anyhow!("{error}"))?;
            device.remove_address(network(before)?).map_err(|error| anyhow!("{error}"))?;
            device.add_address(network(after)?).map_err(|error| anyhow!("{error}"))
        })?;
        let mut line = self.line();
        line.moves += 1;
        line.office = after;
        line.seen_as = after;
        Ok(after)
    }

    /// The office's NAT forgets it and gives it another address outside; the office notices nothing.
    /// What is still sent to the old address is lost.
    pub fn nat_rebinds(&self) -> Ipv4Addr {
        let mut line = self.line();
        line.moves += 1;
        let octets = OFFICE.octets();
        line.seen_as = Ipv4Addr::new(octets[0], octets[1], line.moves, 200);
        line.seen_as
    }

    fn line(&self) -> MutexGuard<'_, Emulated> {
        lock(&self.line)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(forwarder) = self.forwarder.take() {
            // A forwarder that panicked has said so itself.
            drop(forwarder.join());
        }
    }
}

impl Emulated {
    fn new(up: Line, down: Line, seed: u64) -> Self {
        let mut seeds = fastrand::Rng::with_seed(seed);
        Self {
            up: Way::new(up, seeds.u64(..)),
            down: Way::new(down, seeds.u64(..)),
            began: Instant::now(),
            office: OFFICE,
            seen_as: OFFICE,
            moves: 0,
            flows: BTreeMap::new(),
            handshakes: 0,
            flows_last: up.flows_last,
        }
    }

    /// A packet goes into the line. Gives when it arrives.
    fn send(&mut self, direction: Direction, packet: &mut Packet) -> [Option<Instant>; 2] {
        let now = self.began.elapsed();
        let is_remembered = self.remembers(direction, packet, now);
        let (way, is_ours) = match direction {
            Direction::Up => (&mut self.up, packet.source() == self.office),
            Direction::Down => (&mut self.down, packet.destination() == self.seen_as),
        };
        let let_through = is_ours && is_remembered;
        let arrivals = way.send(now, packet.bytes().len(), packet.is_udp());
        if !let_through {
            way.blocked();
            return [None; 2];
        }
        if self.office != self.seen_as {
            match direction {
                Direction::Up => packet.set_source(self.seen_as),
                Direction::Down => packet.set_destination(self.office),
            }
        }
        arrivals.0.map(|arrival| arrival.map(|after| self.began + after))
    }

    /// Whether the NAT still knows who speaks from the office's port.
    fn remembers(&mut self, direction: Direction, packet: &Packet, now: Duration) -> bool {
        let began = match direction {
            Direction::Up => packet.source_port().map(|port| {
                *self.flows.entry(port).or_insert_with(|| {
                    self.handshakes += usize::from(packet.begins_connection());
                    now
                })
            }),
            Direction::Down => {
                packet.destination_port().and_then(|port| self.flows.get(&port).copied())
            }
        };
        match (began, self.flows_last) {
            (Some(began), Some(last)) => now.saturating_sub(began) < last,
            _ => true,
        }
    }
}

/// Carries packets one way until it is dropped.
async fn carry(
    line: Arc<Mutex<Emulated>>,
    direction: Direction,
    from: Arc<AsyncDevice>,
    to: Arc<AsyncDevice>,
) {
    let mut buffer = vec![0; usize::from(MTU)];
    let mut under_way: BinaryHeap<Reverse<(Instant, u64, Vec<u8>)>> = BinaryHeap::new();
    let mut number = 0;
    loop {
        let due = under_way.peek().map(|Reverse((arrival, ..))| *arrival);
        let arrival = async {
            match due {
                Some(due) => tokio::time::sleep_until(due.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = arrival => {
                if let Some(Reverse((_, _, packet))) = under_way.pop() {
                    // The device refuses a packet only when its namespace is going.
                    drop(to.send(&packet).await);
                }
            }
            received = from.recv(&mut buffer) => {
                let Ok(length) = received else { return };
                let Some(mut packet) = buffer.get(..length).and_then(Packet::new) else { continue };
                for arrival in lock(&line).send(direction, &mut packet).into_iter().flatten() {
                    number += 1;
                    under_way.push(Reverse((arrival, number, packet.bytes().to_vec())));
                }
            }
        }
    }
}

fn lock(line: &Mutex<Emulated>) -> MutexGuard<'_, Emulated> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}
