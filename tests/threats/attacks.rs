//! The attacks. Each goes on until it is told to stop; what it counts shows that it took place.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use automerge::ChangeHash;
use hopluu_node::transport::{CloseCode, Connection, DialSettings, Priority, Way, dial};
use hopluu_protocol::id::DocId;
use hopluu_protocol::identity::OfficeKey;
use hopluu_protocol::invitation::HubAddress;
use hopluu_protocol::replica::DocTag;
use hopluu_protocol::seal::Seal;
use hopluu_protocol::wire::Frame;
use hopluu_protocol::wire::frame::{Clock, HOLDS_ROSTER, Hello, State};
use hopluu_protocol::wire::ranges::{DocKey, Range};
use tokio::net::UdpSocket;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use crate::forged;
use crate::hub::{Target, hear, random, random_key, say};
use crate::trickle::Trickle;

/// A way to harm a hub.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Attack {
    Garbage,
    HandshakesNeverEnded,
    Strangers,
    Appeals,
    GreetingsNeverSent,
    Trickles,
    InvitationGuesses,
    NoFrames,
    Reconnects,
    LyingGreetings,
    QuestionsNeverRead,
    WantsRepeated,
    Pings,
    UnearnedAcks,
    EmptyChanges,
    UnreadableChanges,
    Bombs,
}

/// What an attack did.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) rounds: u64,
    /// Bytes of application data, or datagrams' bytes where there was no connection.
    pub(crate) sent: u64,
    pub(crate) received: u64,
}

impl Attack {
    pub(crate) const ALL: [Self; 17] = [
        Self::Garbage,
        Self::HandshakesNeverEnded,
        Self::Strangers,
        Self::Appeals,
        Self::GreetingsNeverSent,
        Self::Trickles,
        Self::InvitationGuesses,
        Self::NoFrames,
        Self::Reconnects,
        Self::LyingGreetings,
        Self::QuestionsNeverRead,
        Self::WantsRepeated,
        Self::Pings,
        Self::UnearnedAcks,
        Self::EmptyChanges,
        Self::UnreadableChanges,
        Self::Bombs,
    ];

    /// Whether the attacker has got hold of an enrolled node.
    pub(crate) fn needs_a_key(self) -> bool {
        !matches!(
            self,
            Self::Garbage
                | Self::HandshakesNeverEnded
                | Self::Strangers
                | Self::Appeals
                | Self::GreetingsNeverSent
                | Self::Trickles
                | Self::InvitationGuesses
        )
    }
}

/// How long the honest office waits for an attack to have had its first round.
const FIRST_ROUND: Duration = Duration::from_secs(2);

/// An attacker at work.
struct Attacker {
    target: Target,
    key: OfficeKey,
    stopped: watch::Receiver<bool>,
    tally: Tally,
}

/// Attacks until told to stop; says when it has begun in earnest.
pub(crate) async fn run(
    attack: Attack,
    target: Target,
    begun: oneshot::Sender<()>,
    mut stopped: watch::Receiver<bool>,
) -> Tally {
    let key = if target.may_enrol { target.enrolled().await } else { random_key() };
    let mut end = stopped.clone();
    let mut attacker = Attacker { target, key, stopped: stopped.clone(), tally: Tally::default() };
    // Some rounds wait for the hub as long as it lets them.
    if tokio::time::timeout(FIRST_ROUND, attacker.round(attack)).await.is_ok() {
        attacker.tally.rounds += 1;
    }
    begun.send(()).expect("the test waits for this");
    while !*stopped.borrow_and_update() {
        let round = attacker.round(attack);
        // A round that waits for the hub, as some do, ends with the attack.
        tokio::select! {
            () = round => attacker.tally.rounds += 1,
            _ = end.changed() => break,
        }
    }
    attacker.tally
}

impl Attacker {
    async fn round(&mut self, attack: Attack) {
        match attack {
            Attack::Garbage => self.garbage().await,
            Attack::HandshakesNeverEnded => self.handshakes_never_ended().await,
            Attack::Strangers => self.stranger().await,
            Attack::Appeals => self.appeals().await,
            Attack::GreetingsNeverSent => self.greetings_never_sent().await,
            Attack::Trickles => self.trickles().await,
            Attack::InvitationGuesses => self.guess().await,
            Attack::NoFrames => self.once(&[&[0xff; 90_000][..]]).await,
            Attack::Reconnects => self.reconnect().await,
            Attack::LyingGreetings => self.lying_greeting().await,
            Attack::QuestionsNeverRead => self.questions_never_read().await,
            Attack::WantsRepeated => self.wants_repeated().await,
            Attack::Pings => self.pings().await,
            Attack::UnearnedAcks => self.unearned_acks().await,
            Attack::EmptyChanges => self.refused(&forged::empty_changes(&self.key)).await,
            Attack::UnreadableChanges => self.refused(&forged::unreadable(&self.key)).await,
            Attack::Bombs => self.refused(&forged::bomb()).await,
        }
    }

    fn hub(&self) -> SocketAddr {
        self.target.invitation.hub_addresses[0].to_string().parse().unwrap()
    }

    fn count(&mut self, connection: &Connection) {
        let traffic = connection.traffic();
        self.tally.sent += traffic.bytes_sent;
        self.tally.received += traffic.bytes_received;
    }

    /// A connection that has greeted; `None` when the hub had enough.
    async fn greet(&mut self, digest: [u8; 32]) -> Option<Connection> {
        let mut connection = self.target.call(&self.key).await.ok()?;
        say(&connection, &Frame::Hello(hello(digest))).await;
        if let Some(Frame::Hello(_)) = hear(&mut connection).await {
            return Some(connection);
        }
        self.count(&connection);
        None
    }

    /// Says something after the greeting, and listens until the hub ends it or has nothing to say.
    async fn once(&mut self, frames: &[&[u8]]) {
        let Some(mut connection) = self.greet([0; 32]).await else { return };
        for frame in frames {
            drop(connection.send(frame.to_vec().into(), Priority::Live).await);
        }
        while connection.recv().await.is_some_and(|frame| frame.is_ok()) {}
        self.count(&connection);
    }

    /// Sends a batch and waits for its refusal.
    async fn refused(&mut self, batch: &Frame) {
        let Some(mut connection) = self.greet([0; 32]).await else { return };
        say(&connection, batch).await;
        while let Some(frame) = hear(&mut connection).await {
            assert!(!matches!(frame, Frame::Ack { .. }), "the hub took it");
            if matches!(frame, Frame::Reject { .. }) {
                break;
            }
        }
        self.count(&connection);
        connection.close(CloseCode::Done, "").await;
    }

    /// Comes again without having left.
    async fn reconnect(&mut self) {
        if let Some(connection) = self.greet([0; 32]).await {
            self.count(&connection);
        }
    }

    async fn garbage(&mut self) {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        for length in (0..1400).step_by(10) {
            let mut datagram = random::<1400>();
            // As the first packet of a connection looks.
            datagram[0] |= 0xc0;
            self.tally.sent += length as u64;
            drop(socket.send_to(&datagram[..length], self.hub()).await);
        }
        tokio::task::yield_now().await;
    }

    /// First datagrams of handshakes that go no further. What comes back for them is counted: the hub
    /// must not be a way to flood somebody else's address (RFC 9000 §8).
    async fn handshakes_never_ended(&mut self) {
        let mut streets = JoinSet::new();
        for _ in 0..32 {
            let (hub, stopped) = (self.hub(), self.stopped.clone());
            let (hub_key, key) = (self.target.invitation.hub_key, random_key());
            streets.spawn(async move {
                let street = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
                let address = HubAddress::from(street.local_addr().unwrap());
                let settings =
                    DialSettings { timeout: Duration::from_secs(1), ..DialSettings::default() };
                let calling = tokio::spawn(async move {
                    drop(dial(&[address], hub_key, &key, &settings).await);
                });
                let counted = one_datagram_there(&street, hub, stopped).await;
                calling.abort();
                counted
            });
        }
        while let Some(Ok((sent, received))) = streets.join_next().await {
            assert!(received <= 3 * sent, "{received} bytes for {sent} of an unproved address");
            self.tally.sent += sent;
            self.tally.received += received;
        }
    }

    async fn stranger(&mut self) {
        self.key = random_key();
        assert!(self.greet(random()).await.is_none(), "a stranger was greeted");
    }

    /// Keys that the hub does not know announce that they have its roster. Some then say nothing; the others
    /// show a seal that is not the hub's, over changes that nobody has.
    async fn appeals(&mut self) {
        let mut dawdlers = Vec::new();
        for call in 0..40 {
            let key = random_key();
            let Ok(mut connection) = self.target.call(&key).await else { continue };
            let hello = Hello { features: HOLDS_ROSTER, ..hello(random()) };
            say(&connection, &Frame::Hello(hello)).await;
            let answer = hear(&mut connection).await;
            assert!(matches!(answer, Some(Frame::Refused(_)) | None), "{answer:?}");
            if call % 4 == 0 {
                dawdlers.push(connection);
                continue;
            }
            let heads = [ChangeHash(random())];
            let seal = Seal::new(&key, &DocId::Roster, &heads).expect("one head");
            let forged = Seal { key: self.target.invitation.hub_key, ..seal };
            say(&connection, &Frame::Seal(forged)).await;
            while let Some(frame) = hear(&mut connection).await {
                assert!(!matches!(frame, Frame::Enrolled), "the hub believed it");
            }
            self.count(&connection);
        }
    }

    /// Connections that prove a key and then say nothing.
    async fn greetings_never_sent(&mut self) {
        let mut held = Vec::new();
        while held.len() < 300 {
            let Ok(connection) = self.target.call(&random_key()).await else { break };
            held.push(connection);
            self.tally.rounds += 1;
        }
        std::future::pending::<()>().await;
    }

    /// Connections over TCP of which one byte arrives in a second: every other from the first byte of the
    /// handshake on, the rest once the handshake is done, so that it is the greeting that trickles.
    async fn trickles(&mut self) {
        let mut calls = JoinSet::new();
        for call in 0..200 {
            let relay = Trickle::start(self.hub()).await;
            if call % 2 == 0 {
                relay.slow_down();
            }
            let hub_key = self.target.invitation.hub_key;
            calls.spawn(async move {
                let settings = DialSettings { only: Some(Way::Tcp), ..DialSettings::default() };
                let address = HubAddress::from(relay.address);
                let Ok(mut connection) = dial(&[address], hub_key, &random_key(), &settings).await
                else {
                    return;
                };
                relay.slow_down();
                say(&connection, &Frame::Hello(hello([0; 32]))).await;
                drop(hear(&mut connection).await);
            });
            self.tally.rounds += 1;
        }
        while calls.join_next().await.is_some() {}
    }

    async fn guess(&mut self) {
        let Ok(mut connection) = self.target.call(&random_key()).await else { return };
        for _ in 0..8 {
            let code = random::<10>().to_vec();
            say(&connection, &Frame::Enrol { code, name: "?".to_owned() }).await;
        }
        let answer = hear(&mut connection).await;
        assert!(matches!(answer, Some(Frame::Refused(_)) | None), "{answer:?}");
        self.count(&connection);
    }

    /// Another epoch and another digest each time: the hub believes that this node forgot everything.
    async fn lying_greeting(&mut self) {
        let Some(mut connection) = self.greet(random()).await else { return };
        for round in 0..20 {
            let state = State { sent: 0, settled: round, digest: random() };
            if !say(&connection, &Frame::State(state)).await {
                break;
            }
        }
        drop(hear(&mut connection).await);
        self.count(&connection);
    }

    /// Questions with long answers that are never read.
    async fn questions_never_read(&mut self) {
        let Some(connection) = self.greet([0; 32]).await else { return };
        let ranges = Frame::Ranges(vec![Range::ALL; 1]);
        let clock = Clock { doc: forged::report(), answer: true, seqs: Vec::new() };
        let clock = Frame::Clock(clock);
        for _ in 0..2_000 {
            if !say(&connection, &ranges).await || !say(&connection, &clock).await {
                break;
            }
        }
        self.count(&connection);
    }

    /// Asks for everything again and again.
    async fn wants_repeated(&mut self) {
        let Some(mut connection) = self.greet([0; 32]).await else { return };
        let mut keys: Vec<DocKey> =
            ["town/roster", "town/calendar", "town/template/cchc-quarterly@1"]
                .map(|id| key_of(&id.parse().unwrap()))
                .into();
        keys.sort_unstable();
        for _ in 0..200 {
            if !say(&connection, &Frame::Want(keys.clone())).await {
                break;
            }
        }
        say(&connection, &Frame::Ping { token: 1 }).await;
        while !matches!(hear(&mut connection).await, Some(Frame::Pong { .. }) | None) {}
        let received = connection.traffic().bytes_received;
        assert!(received < 256 * 1024, "{received} bytes that nobody acknowledged");
        self.count(&connection);
    }

    async fn pings(&mut self) {
        let Some(mut connection) = self.greet([0; 32]).await else { return };
        for token in 0..500 {
            if !say(&connection, &Frame::Ping { token }).await {
                break;
            }
        }
        while !matches!(hear(&mut connection).await, Some(Frame::Pong { token: 499 }) | None) {}
        self.count(&connection);
    }

    /// Acknowledges whatever comes before it came.
    async fn unearned_acks(&mut self) {
        let Some(mut connection) = self.greet([0; 32]).await else { return };
        for batch in 1..1_000 {
            if !say(&connection, &Frame::Ack { batch }).await {
                break;
            }
        }
        while hear(&mut connection).await.is_some() {}
        self.count(&connection);
    }
}

fn hello(digest: [u8; 32]) -> Hello {
    let epoch = random();
    Hello { min_version: 1, max_version: 1, features: 0, pushes: false, epoch, digest }
}

/// A document's key (docs/protocol.md, RANGES).
fn key_of(doc: &DocId) -> DocKey {
    let DocTag(tag) = DocTag::of(doc);
    DocKey(u64::from_be_bytes(std::array::from_fn(|index| tag[index])))
}

/// Passes one datagram on to the hub, and counts what the hub sends back to it within half a second.
async fn one_datagram_there(
    street: &UdpSocket,
    hub: SocketAddr,
    mut stopped: watch::Receiver<bool>,
) -> (u64, u64) {
    let mut datagram = [0; 2048];
    let Ok((length, _)) = street.recv_from(&mut datagram).await else { return (0, 0) };
    drop(street.send_to(&datagram[..length], hub).await);
    let mut received = 0;
    let end = tokio::time::sleep(std::time::Duration::from_millis(500));
    tokio::pin!(end);
    loop {
        tokio::select! {
            Ok((back, from)) = street.recv_from(&mut datagram) => {
                if from == hub {
                    received += back as u64;
                }
            }
            () = &mut end => return (length as u64, received),
            _ = stopped.changed() => return (length as u64, received),
        }
    }
}
