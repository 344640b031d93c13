//! Counting bytes.

use std::ops::{Add, Sub};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What went over a connection so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Frames handed to the line.
    pub frames_sent: u64,
    /// Bytes of application data handed to the line: the frames and their lengths.
    pub bytes_sent: u64,
    /// Frames received.
    pub frames_received: u64,
    /// Bytes of application data received: the frames and their lengths.
    pub bytes_received: u64,
    /// UDP datagrams sent, the handshake's too; none over TCP.
    pub datagrams_sent: u64,
    /// Bytes in them, without UDP and IP headers; over TCP the bytes of its stream.
    pub datagram_bytes_sent: u64,
    /// UDP datagrams received; none over TCP.
    pub datagrams_received: u64,
    /// Bytes in them, without UDP and IP headers; over TCP the bytes of its stream.
    pub datagram_bytes_received: u64,
}

impl Add for Traffic {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.combined(other, u64::saturating_add)
    }
}

impl Sub for Traffic {
    type Output = Self;

    /// What was added since `earlier`; never below zero.
    fn sub(self, earlier: Self) -> Self {
        self.combined(earlier, u64::saturating_sub)
    }
}

impl Traffic {
    fn combined(self, other: Self, with: impl Fn(u64, u64) -> u64) -> Self {
        Self {
            frames_sent: with(self.frames_sent, other.frames_sent),
            bytes_sent: with(self.bytes_sent, other.bytes_sent),
            frames_received: with(self.frames_received, other.frames_received),
            bytes_received: with(self.bytes_received, other.bytes_received),
            datagrams_sent: with(self.datagrams_sent, other.datagrams_sent),
            datagram_bytes_sent: with(self.datagram_bytes_sent, other.datagram_bytes_sent),
            datagrams_received: with(self.datagrams_received, other.datagrams_received),
            datagram_bytes_received: with(
                self.datagram_bytes_received,
                other.datagram_bytes_received,
            ),
        }
    }
}

/// What a line carried, its handshake included.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Carried {
    pub(super) datagrams_sent: u64,
    pub(super) bytes_sent: u64,
    pub(super) datagrams_received: u64,
    pub(super) bytes_received: u64,
}

/// Application data, counted as it passes.
#[derive(Debug, Default)]
pub(super) struct Counters {
    frames_sent: AtomicU64,
    bytes_sent: AtomicU64,
    frames_received: AtomicU64,
    bytes_received: AtomicU64,
}

impl Counters {
    pub(super) fn sent_frame(&self, bytes: usize) {
        self.frames_sent.fetch_add(1, Relaxed);
        self.bytes_sent.fetch_add(bytes as u64, Relaxed);
    }

    pub(super) fn received_bytes(&self, bytes: usize) {
        self.bytes_received.fetch_add(bytes as u64, Relaxed);
    }

    pub(super) fn received_frame(&self) {
        self.frames_received.fetch_add(1, Relaxed);
    }

    pub(super) fn with(&self, carried: Carried) -> Traffic {
        Traffic {
            frames_sent: self.frames_sent.load(Relaxed),
            bytes_sent: self.bytes_sent.load(Relaxed),
            frames_received: self.frames_received.load(Relaxed),
            bytes_received: self.bytes_received.load(Relaxed),
            datagrams_sent: carried.datagrams_sent,
            datagram_bytes_sent: carried.bytes_sent,
            datagrams_received: carried.datagrams_received,
            datagram_bytes_received: carried.bytes_received,
        }
    }
}
