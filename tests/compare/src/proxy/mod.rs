//! The line between client and server: counts what goes over it, delays it, cuts it.

mod framing;
mod tcp;
mod tls;
mod udp;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

pub(crate) use framing::Framing;

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// From the client to the server.
    Up,
    /// Back.
    Down,
}

/// Something counted each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Both {
    pub(crate) up: u64,
    pub(crate) down: u64,
}

impl Both {
    pub(crate) fn sum(self) -> u64 {
        self.up + self.down
    }

    pub(crate) fn since(self, before: Self) -> Self {
        Self { up: self.up - before.up, down: self.down - before.down }
    }
}

/// What went over a line so far.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Counts {
    /// Connections that were opened.
    pub(crate) connections: u64,
    /// Bytes of application data: without WebSocket's and HTTP's headers.
    pub(crate) application: Both,
    /// Messages: frames, WebSocket messages, HTTP requests and answers.
    pub(crate) messages: Both,
    /// Bytes in TCP's stream or in UDP's datagrams.
    pub(crate) wire: Both,
    /// The same inside TLS 1.3, for those that are not encrypted by themselves.
    pub(crate) encrypted: Both,
    /// UDP datagrams.
    pub(crate) datagrams: Both,
}

impl Counts {
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            connections: self.connections - before.connections,
            application: self.application.since(before.application),
            messages: self.messages.since(before.messages),
            wire: self.wire.since(before.wire),
            encrypted: self.encrypted.since(before.encrypted),
            datagrams: self.datagrams.since(before.datagrams),
        }
    }
}

/// How the line is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weather {
    /// Each way.
    pub(crate) delay: Duration,
    /// After so many bytes since the last cut, both ways together, all connections are cut.
    pub(crate) cuts: VecDeque<u64>,
}

/// The line's books, shared by everything that carries.
struct Ledger {
    begun: Instant,
    counts: Mutex<Counts>,
    /// When the first client came and the last byte went over, nanoseconds since `begun`.
    first: AtomicU64,
    last: AtomicU64,
    cuts: Mutex<Cuts>,
    /// How often the line was cut.
    cut: watch::Sender<u64>,
}

#[derive(Default)]
struct Cuts {
    coming: VecDeque<u64>,
    since: u64,
}

impl Ledger {
    fn change(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// A client has come.
    fn opened(&self) {
        self.first.fetch_min(self.elapsed(), Relaxed);
        self.change(|counts| counts.connections += 1);
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Bytes are about to go over for a connection that began after `epoch` cuts; says how many do. Fewer
    /// than all: the line is cut after them.
    fn carry(&self, bytes: usize, way: Way, epoch: u64) -> usize {
        self.last.store(self.elapsed(), Relaxed);
        let mut cuts = self.cuts.lock().unwrap_or_else(PoisonError::into_inner);
        if *self.cut.borrow() != epoch {
            return 0;
        }
        let mut carried = bytes;
        match cuts.coming.front() {
            Some(at) if cuts.since + bytes as u64 > *at => {
                carried = usize::try_from(at - cuts.since).unwrap_or(bytes);
                cuts.coming.pop_front();
                cuts.since = 0;
                self.cut.send_modify(|count| *count += 1);
            }
            _ => cuts.since += bytes as u64,
        }
        drop(cuts);
        self.change(|counts| add(&mut counts.wire, carried, way));
        carried
    }
}

fn add(both: &mut Both, more: usize, way: Way) {
    match way {
        Way::Up => both.up += more as u64,
        Way::Down => both.down += more as u64,
    }
}

/// A line.
pub(crate) struct Line {
    ledger: Arc<Ledger>,
    carrying: tokio::task::JoinHandle<()>,
}

impl Line {
    /// Opens a line to a server, at an address that clients know already.
    pub(crate) async fn open_at(
        address: SocketAddr,
        server: SocketAddr,
        framing: Framing,
        weather: Weather,
    ) -> Result<Self> {
        let ledger = Arc::new(Ledger {
            begun: Instant::now(),
            counts: Mutex::default(),
            first: AtomicU64::new(u64::MAX),
            last: AtomicU64::new(0),
            cuts: Mutex::new(Cuts { coming: weather.cuts, since: 0 }),
            cut: watch::Sender::new(0),
        });
        let carrying = match framing {
            Framing::Datagrams => {
                udp::carry(address, server, weather.delay, ledger.clone()).await?
            }
            _ => tcp::carry(address, server, framing, weather.delay, ledger.clone()).await?,
        };
        Ok(Self { ledger, carrying })
    }

    pub(crate) fn counts(&self) -> Counts {
        *self.ledger.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the first client came.
    pub(crate) fn first(&self) -> Instant {
        let first = self.ledger.first.load(Relaxed);
        self.ledger.begun + Duration::from_nanos(if first == u64::MAX { 0 } else { first })
    }

    /// When the last byte went over.
    pub(crate) fn last(&self) -> Instant {
        self.ledger.begun + Duration::from_nanos(self.ledger.last.load(Relaxed))
    }

    /// How often the line has been cut.
    pub(crate) fn cuts(&self) -> u64 {
        *self.ledger.cut.borrow()
    }
}

impl Line {
    /// Ends all connections, and returns when the line's address is free.
    pub(crate) async fn close(self) {
        self.ledger.cut.send_modify(|count| *count += 1);
        self.carrying.abort();
        // That it was aborted is known.
        drop(self.carrying.await);
    }
}
