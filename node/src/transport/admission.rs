//! Who gets a handshake: bounded for everybody together and for each address, before anything is
//! allocated for a newcomer.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::patience::Patience;
use super::{Limits, PerAddress};

/// How many addresses are counted at once. Beyond that newcomers are bounded together only.
const MAX_VISITORS: usize = 8192;

/// Counts handshakes and connections.
#[derive(Debug)]
pub(super) struct Admission {
    limits: Limits,
    over_quic: Arc<Semaphore>,
    over_tcp: Arc<Semaphore>,
    connections: Arc<Semaphore>,
    visitors: Arc<Mutex<Visitors>>,
}

/// What is to be done with a newcomer.
#[derive(Debug)]
pub(super) enum Verdict {
    Admit(Admitted),
    /// It must first show that its address is its own.
    Retry,
    Refuse,
}

/// A handshake's places. The connection keeps `slot`; the others are given back after the handshake.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) slot: OwnedSemaphorePermit,
    pub(super) turn: Turn,
}

/// A place among the handshakes under way.
#[derive(Debug)]
pub(super) struct Turn {
    _among_all: OwnedSemaphorePermit,
    _of_address: Option<Visit>,
}

impl Admission {
    pub(super) fn new(limits: Limits) -> Self {
        let slots = |count: usize| Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)));
        Self {
            over_quic: slots(limits.max_handshakes),
            over_tcp: slots(limits.max_handshakes),
            connections: slots(limits.max_connections),
            visitors: Arc::new(Mutex::new(Visitors::new(limits.per_address))),
            limits,
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How long the handshake of whoever comes now may take. Where few are under way, one of which bytes come may
    /// take longer: its line is slow. Where many are, whoever dawdles takes others' places.
    pub(super) fn patience(&self) -> Patience {
        let while_silent = self.limits.handshake_timeout;
        let free = self.over_quic.available_permits().min(self.over_tcp.available_permits());
        let is_crowded = self.limits.max_handshakes.saturating_sub(free) > self.limits.retry_above;
        let in_all = if is_crowded { while_silent } else { while_silent * 3 };
        Patience { while_silent, in_all }
    }

    /// Somebody sends the first packet of a handshake over QUIC. Whose address it is is not known unless
    /// it is `proven`, so that what an unproven one asks for is not held against whoever it belongs to:
    /// the two are counted apart.
    pub(super) fn over_quic(&self, remote: SocketAddr, proven: bool) -> Verdict {
        let under_way =
            self.limits.max_handshakes.saturating_sub(self.over_quic.available_permits());
        if !proven && under_way >= self.limits.retry_above {
            return Verdict::Retry;
        }
        match self.admit(&self.over_quic, remote.ip(), proven) {
            Some(admitted) => Verdict::Admit(admitted),
            None if proven || self.is_full() => Verdict::Refuse,
            None => Verdict::Retry,
        }
    }

    /// Somebody has connected over TCP, which proves the address.
    pub(super) fn over_tcp(&self, remote: SocketAddr) -> Option<Admitted> {
        self.admit(&self.over_tcp, remote.ip(), true)
    }

    fn is_full(&self) -> bool {
        self.connections.available_permits() == 0 || self.over_quic.available_permits() == 0
    }

    fn admit(&self, handshakes: &Arc<Semaphore>, ip: IpAddr, proven: bool) -> Option<Admitted> {
        let among_all = handshakes.clone().try_acquire_owned().ok()?;
        let slot = self.connections.clone().try_acquire_owned().ok()?;
        let visitor = Visitor { network: network_of(ip), proven };
        let is_spared = self.limits.per_address.spares_loopback && ip.to_canonical().is_loopback();
        let of_address =
            if is_spared { None } else { Visit::begin(&self.visitors, visitor, Instant::now())? };
        Some(Admitted { slot, turn: Turn { _among_all: among_all, _of_address: of_address } })
    }
}

/// Who is counted: an IPv4 address, or an IPv6 /64, which is what one line is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Visitor {
    network: IpAddr,
    proven: bool,
}

fn network_of(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 => v4,
    }
}

/// The counts of those who came lately.
#[derive(Debug)]
struct Visitors {
    limit: PerAddress,
    accounts: HashMap<Visitor, Account>,
}

/// A token bucket, and what is under way.
#[derive(Clone, Copy, Debug)]
struct Account {
    /// Handshakes that may begin now, in thousandths, as of `at`.
    credit: u64,
    at: Instant,
    under_way: u32,
}

impl Visitors {
    fn new(limit: PerAddress) -> Self {
        Self { limit, accounts: HashMap::new() }
    }

    /// Whether a handshake may begin; if it is counted, `Some(true)`.
    fn begin(&mut self, visitor: Visitor, now: Instant) -> Option<bool> {
        if self.accounts.len() >= MAX_VISITORS && !self.accounts.contains_key(&visitor) {
            let limit = self.limit;
            self.accounts.retain(|_, account| !account.has_rested(limit, now));
            if self.accounts.len() >= MAX_VISITORS {
                return Some(false);
            }
        }
        let limit = self.limit;
        let fresh = Account { credit: limit.full(), at: now, under_way: 0 };
        let account = self.accounts.entry(visitor).or_insert(fresh);
        account.refill(limit, now);
        if account.credit < 1000 || account.under_way >= limit.under_way {
            return None;
        }
        account.credit -= 1000;
        account.under_way += 1;
        Some(true)
    }

    fn end(&mut self, visitor: Visitor) {
        if let Some(account) = self.accounts.get_mut(&visitor) {
            account.under_way = account.under_way.saturating_sub(1);
        }
    }
}

impl PerAddress {
    fn full(self) -> u64 {
        u64::from(self.burst) * 1000
    }
}

impl Account {
    fn refill(&mut self, limit: PerAddress, now: Instant) {
        let elapsed = now.saturating_duration_since(self.at).as_millis();
        let elapsed = u64::try_from(elapsed).unwrap_or(u64::MAX);
        let earned = elapsed.saturating_mul(u64::from(limit.per_second));
        if earned > 0 {
            self.credit = self.credit.saturating_add(earned).min(limit.full());
            self.at = now;
        }
    }

    /// Whether forgetting it changes nothing.
    fn has_rested(mut self, limit: PerAddress, now: Instant) -> bool {
        self.refill(limit, now);
        self.under_way == 0 && self.credit == limit.full()
    }
}

/// One handshake of a visitor, counted until this is dropped.
#[derive(Debug)]
struct Visit {
    visitors: Arc<Mutex<Visitors>>,
    visitor: Visitor,
}

impl Visit {
    /// `None`: the visitor has had enough. `Some(None)`: there are too many to count.
    fn begin(
        visitors: &Arc<Mutex<Visitors>>,
        visitor: Visitor,
        now: Instant,
    ) -> Option<Option<Self>> {
        let is_counted = lock(visitors).begin(visitor, now)?;
        Some(is_counted.then(|| Self { visitors: visitors.clone(), visitor }))
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        lock(&self.visitors).end(self.visitor);
    }
}

fn lock(visitors: &Mutex<Visitors>) -> MutexGuard<'_, Visitors> {
    visitors.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const LIMIT: PerAddress =
        PerAddress { burst: 3, per_second: 2, under_way: 10, spares_loopback: true };

    fn admission(limits: Limits) -> Admission {
        Admission::new(limits)
    }

    fn from(text: &str) -> SocketAddr {
        SocketAddr::new(text.parse().unwrap(), 4433)
    }

    fn strict() -> Limits {
        Limits { per_address: LIMIT, ..Limits::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_has_a_burst_and_earns_more_with_time() {
        let admission = admission(strict());
        let calls = || (0..10).filter(|_| admission.over_tcp(from("192.0.2.1")).is_some()).count();
        assert_eq!(calls(), 3);
        assert_eq!(calls(), 0);
        assert!(admission.over_tcp(from("192.0.2.2")).is_some());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(calls(), 2);
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!(calls(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn where_many_shake_hands_nobody_may_take_longer_than_who_is_silent() {
        let admission = admission(Limits { retry_above: 2, ..Limits::default() });
        let limit = admission.limits().handshake_timeout;
        let mut under_way = Vec::new();
        for _ in 0..2 {
            assert!(admission.patience().in_all > limit);
            under_way.push(admission.over_tcp(from("192.0.2.1")).unwrap());
        }
        assert!(admission.patience().in_all > limit);
        under_way.push(admission.over_tcp(from("192.0.2.1")).unwrap());
        assert_eq!(admission.patience(), Patience { while_silent: limit, in_all: limit });
        under_way.clear();
        assert!(admission.patience().in_all > limit);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_forges_an_address_takes_nothing_from_its_owner() {
        let admission = admission(strict());
        let (unproven, proven) = (false, true);
        for _ in 0..3 {
            let verdict = admission.over_quic(from("192.0.2.1"), unproven);
            assert!(matches!(verdict, Verdict::Admit(_)), "{verdict:?}");
        }
        let verdict = admission.over_quic(from("192.0.2.1"), unproven);
        assert!(matches!(verdict, Verdict::Retry), "{verdict:?}");
        for _ in 0..3 {
            let verdict = admission.over_quic(from("192.0.2.1"), proven);
            assert!(matches!(verdict, Verdict::Admit(_)), "{verdict:?}");
        }
        let verdict = admission.over_quic(from("192.0.2.1"), proven);
        assert!(matches!(verdict, Verdict::Refuse), "{verdict:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_under_way_is_bounded_and_given_back() {
        let per_address = PerAddress { burst: 100, under_way: 2, ..LIMIT };
        let admission = admission(Limits { per_address, ..Limits::default() });
        let first = admission.over_tcp(from("192.0.2.1")).unwrap();
        let _second = admission.over_tcp(from("192.0.2.1")).unwrap();
        assert!(admission.over_tcp(from("192.0.2.1")).is_none());
        drop(first);
        assert!(admission.over_tcp(from("192.0.2.1")).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_s_many_ipv6_addresses_are_one_visitor_and_mapped_ipv4_is_ipv4() {
        let admission = admission(strict());
        let kept: Vec<_> =
            (1..=9).filter_map(|n| admission.over_tcp(from(&format!("2001:db8::{n}")))).collect();
        assert_eq!(kept.len(), 3);
        assert!(admission.over_tcp(from("2001:db8:0:1::1")).is_some());
        let mapped = ["::ffff:192.0.2.1", "192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1"];
        let kept: Vec<_> = mapped.iter().filter_map(|at| admission.over_tcp(from(at))).collect();
        assert_eq!(kept.len(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn the_loopback_is_spared_unless_told_otherwise() {
        let call = |limits| {
            let admission = admission(limits);
            (0..100).filter(|_| admission.over_tcp(from("127.0.0.1")).is_some()).count()
        };
        assert_eq!(call(strict()), 100);
        let per_address = PerAddress { spares_loopback: false, ..LIMIT };
        assert_eq!(call(Limits { per_address, ..Limits::default() }), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn the_book_of_visitors_does_not_grow_without_end_and_forgets_the_rested() {
        let mut visitors = Visitors::new(LIMIT);
        let visitor = |n: u32| Visitor { network: IpAddr::from(n.to_be_bytes()), proven: true };
        for n in 0..MAX_VISITORS as u32 * 2 {
            let counted = n < MAX_VISITORS as u32;
            assert_eq!(visitors.begin(visitor(n), Instant::now()), Some(counted));
            visitors.end(visitor(n));
        }
        assert_eq!(visitors.accounts.len(), MAX_VISITORS);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(visitors.begin(visitor(u32::MAX), Instant::now()), Some(true));
        assert_eq!(visitors.accounts.len(), 1);
    }
}
