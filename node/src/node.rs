//! A running node: its keeper, its connections, its place in the town.

mod joining;
mod opening;
mod stuck;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hopluu_protocol::id::UnitCode;
use hopluu_protocol::identity::{NodeKey, OfficeKey};
use hopluu_protocol::invitation::{HubAddress, Invitation};
use hopluu_protocol::sync::{Backoff, Enrolment, Notice, PeerStatus};
use serde::{Deserialize, Serialize};
use tokio::sync::{broadcast, watch};
use utoipa::ToSchema;

use crate::contact::Contact;
use crate::data_dir::DataDir;
use crate::desk::PeerStatus as PeerView;
use crate::desk::{Desk, Invited, MachineView, Membership, MembershipPlace, Status};
use crate::keeper::{Keeper, Note};
use crate::links::{Link, Links};
use crate::problem::{Problem, Reason, Refusal};
use crate::recovery::{self, Recovered};
use crate::store::SledBackend;
use crate::transport::{
    Closed, DialError, DialSettings, Dialer, Limits, Listener, Networks, Traffic, Way,
    network_changed,
};

/// How long one sync may go on without anything arriving, before it is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often a sync over a connection that is kept anyway looks whether it is through.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// While the hub is reached over TCP only: after how long QUIC is tried again, and then how often. A try
/// takes 4 kB where it works and 5 kB where UDP is blocked.
const QUIC_AGAIN_AFTER: Duration = Duration::from_secs(60);
const QUIC_AGAIN_EVERY: Duration = Duration::from_secs(60 * 60);

/// A running node.
pub struct Node {
    key: OfficeKey,
    keeper: Keeper,
    dir: DataDir,
    news: Vec<Problem>,
    links: Links,
    networks: Networks,
    /// Finds the hub, and keeps what makes finding it again cheap.
    dialer: Mutex<Option<Arc<Dialer>>>,
    /// Held while the hub is dialled: one conversation with it at a time.
    dialing: tokio::sync::Mutex<()>,
    /// Held while this node joins: nobody else dials the hub then.
    joining: tokio::sync::Mutex<()>,
    /// Tells when the hub is another one or elsewhere: whoever keeps a connection to it looks again.
    hub_changed: watch::Sender<()>,
    /// Since when the hub is not reached, and why.
    contact: Contact,
    /// Where the hub listens, for invitations.
    listening: Mutex<Option<SocketAddr>>,
}

/// What one sync did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SyncOutcome {
    /// Whether this node and the hub now hold the same, durably.
    pub in_sync: bool,
    /// Changes that the hub has not acknowledged.
    pub unacknowledged: u64,
    /// Bytes of application data sent to the hub.
    pub bytes_sent: u64,
    /// Bytes of application data received from it.
    pub bytes_received: u64,
    /// What carried the connection: `quic`, or `tcp` where UDP is blocked.
    pub way: Option<Way>,
}

/// Where a hub listens.
#[derive(Debug)]
pub struct Listening {
    /// At which address, over UDP and TCP.
    pub address: SocketAddr,
    /// Why not over TCP, if it does not: nodes whose network blocks UDP do not get through.
    pub without_tcp: Option<Problem>,
}

impl Node {
    /// What people are to be told about how the node was opened: that its store was damaged.
    pub fn news(&self) -> &[Problem] {
        &self.news
    }

    /// The way to the documents.
    pub fn keeper(&self) -> &Keeper {
        &self.keeper
    }

    /// What went over all connections of this node since it was opened.
    pub fn traffic(&self) -> Traffic {
        self.links.traffic()
    }

    /// Whether this node is a town's hub.
    ///
    /// # Errors
    /// When the keeper has stopped.
    pub async fn is_hub(&self) -> Result<bool, Refusal> {
        self.keeper.desk(|desk| Ok(desk.membership().is_ok_and(Membership::is_hub))).await
    }

    /// What carries the connection to the hub, as it changes; `None` while there is none.
    pub fn way_to_hub(&self) -> watch::Receiver<Option<Way>> {
        self.links.way_to_hub()
    }

    /// The town's machines, and which of them are connected.
    ///
    /// # Errors
    /// When the roster has not arrived or cannot be read.
    pub async fn machines(&self) -> Result<Vec<MachineView>, Refusal> {
        let mut machines = self.keeper.desk(Desk::machines).await?;
        let ways = self.links.ways();
        for machine in &mut machines {
            machine.connected =
                machine.node.parse::<NodeKey>().is_ok_and(|key| ways.contains_key(&key));
        }
        Ok(machines)
    }

    /// Where this node stands, with its connections.
    ///
    /// # Errors
    /// When a document cannot be read.
    pub async fn status(&self) -> Result<Status, Refusal> {
        let mut status = self.keeper.status().await?;
        status.problems = recovery::standing_problems(&self.dir);
        if status.unit.is_none() {
            return Ok(status);
        }
        let hub = self.hub().await?.map(|(key, _)| key);
        let peers = self.keeper.peers(hub).await?;
        let roster = self.keeper.desk(Desk::roster).await.unwrap_or_default();
        let names: BTreeMap<&NodeKey, &String> =
            roster.nodes.iter().map(|node| (&node.key, &node.name)).collect();
        let ways = self.links.ways();
        status.contact = hub.map(|_| self.contact.known());
        for peer in peers {
            if Some(peer.peer) == hub {
                status.unacknowledged = unacknowledged(&peer);
                status.problems.extend(peer.refused.iter().map(stuck::of_document));
            }
            if peer.connected {
                let name = match names.get(&peer.peer) {
                    Some(name) => (*name).clone(),
                    None => peer.peer.short().to_string(),
                };
                let way = ways.get(&peer.peer).copied();
                status.peers.push(PeerView { name, in_sync: peer.in_sync, way });
            }
        }
        Ok(status)
    }

    /// Makes an invitation. Without addresses the one where this hub listens is taken.
    ///
    /// # Errors
    /// As [`Desk::invite`]; when an address is none.
    pub async fn invite(
        &self,
        unit: UnitCode,
        addresses: Vec<String>,
        hours: u32,
    ) -> Result<Invited, Refusal> {
        let mut parsed = joining::parse_addresses(addresses)?;
        if parsed.is_empty() {
            let listening = *self.listening.lock().unwrap_or_else(PoisonError::into_inner);
            parsed.extend(
                listening.filter(|address| !address.ip().is_unspecified()).map(HubAddress::from),
            );
        }
        let code = random()?;
        self.keeper.desk(move |desk| desk.invite(unit, parsed, hours, code)).await
    }

    /// Listens for other nodes, over QUIC and over TCP, and serves them until the process ends.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn listen(&self, address: SocketAddr) -> Result<Listening, Refusal> {
        let mut listener = Listener::bind(address, &self.key, Limits::default())
            .map_err(|error| Refusal::new(Reason::Failed, Problem::from(&error)))?;
        let address = listener.local_address();
        let without_tcp = listener.without_tcp().map(Problem::from);
        *self.listening.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
        let links = self.links.clone();
        tokio::spawn(async move {
            while let Some(connection) = listener.accept().await {
                let links = links.clone();
                tokio::spawn(async move { links.welcome(connection).await });
            }
        });
        Ok(Listening { address, without_tcp })
    }

    /// Syncs once with the hub: returns when both hold the same, durably.
    ///
    /// # Errors
    /// When this node is the hub, when the hub cannot be reached or refuses, or when nothing arrives for
    /// a minute. What was acknowledged until then stays.
    pub async fn sync_once(&self) -> Result<SyncOutcome, Refusal> {
        let Some(hub) = self.hub().await? else {
            let problem = Problem::new("sync-at-hub", "this node is the hub");
            return Err(Refusal::new(Reason::NotNow, problem));
        };
        self.sync_with(&hub, None, None).await
    }

    /// Ends all connections. What peers have acknowledged is written down, so that the next start knows.
    ///
    /// # Errors
    /// When the store failed.
    pub async fn leave(&self) -> Result<(), Refusal> {
        self.keeper.office(|office| office.say_goodbye()).await
    }

    /// Keeps a connection to the hub for as long as the process runs: dials, waits, dials again. Dropped, the
    /// connection is cut.
    pub async fn stay_connected(self: Arc<Self>) {
        let mut backoff = Backoff::default();
        let mut changed = self.hub_changed.subscribe();
        loop {
            let mut asked = 0;
            match self.one_connection(&mut backoff, &mut asked).await {
                Ok(closed) => tracing::info!(%closed, "the connection to the hub ended"),
                Err(refusal) => tracing::info!(%refusal, "the hub is not reached"),
            }
            let dice = random().map_or(0, u64::from_le_bytes);
            let wait = Duration::from_millis(backoff.after_failure(dice, asked));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                // What failed in the former network says nothing about this one.
                () = network_changed() => {}
                // Nor what failed with the former hub about this one.
                Ok(()) = changed.changed() => backoff = Backoff::default(),
            }
        }
    }

    /// One connection, until it ends. `asked` is how many milliseconds a busy hub wants to be left alone.
    async fn one_connection(
        &self,
        backoff: &mut Backoff,
        asked: &mut u64,
    ) -> Result<Closed, Refusal> {
        let Some(hub) = self.hub().await? else {
            let problem = Problem::new("sync-at-hub", "this node is the hub");
            return Err(Refusal::new(Reason::NotNow, problem));
        };
        let mut notes = self.keeper.notes();
        let mut changed = self.hub_changed.subscribe();
        // Whoever joins has the hub for himself.
        drop(self.joining.lock().await);
        // A sync that somebody asked for may have the connection at the moment.
        let mut link = loop {
            match self.dial(&hub, None).await? {
                Some(link) => break link,
                None => drop(self.links.way_to_hub().wait_for(Option::is_none).await),
            }
        };
        let quic_again = self.try_quic_again(&hub, link.way());
        tokio::pin!(quic_again);
        loop {
            tokio::select! {
                // The hub's last words come before the end.
                biased;
                never = &mut quic_again => match never {},
                note = notes.recv() => {
                    let Ok(Note::Sync(notice)) = note else { continue };
                    match &*notice {
                        Notice::Acknowledged { peer } | Notice::InSync { peer }
                            if *peer == hub.0 =>
                        {
                            backoff.acknowledged();
                        }
                        Notice::Busy { peer, retry_after } if *peer == hub.0 => {
                            *asked = *retry_after;
                        }
                        Notice::RefusedByPeer { peer, refusal } if *peer == hub.0 => {
                            self.contact.refused(&refused(refusal));
                        }
                        _ => {}
                    }
                }
                _ = changed.changed() => {
                    link.close().await;
                    return Ok(Closed::Here);
                }
                closed = link.ended() => return Ok(closed),
            }
        }
    }

    /// The hub's key and addresses; `None` at the hub itself.
    async fn hub(&self) -> Result<Option<Hub>, Refusal> {
        self.keeper
            .desk(|desk| {
                Ok(match &desk.membership()?.place {
                    MembershipPlace::Hub => None,
                    MembershipPlace::Office { hub_key, hub_addresses } => {
                        Some((*hub_key, hub_addresses.clone()))
                    }
                })
            })
            .await
    }

    /// While TCP carries the connection: finds out now and then whether QUIC would by now. If so, the next
    /// connection takes it.
    async fn try_quic_again(&self, hub: &Hub, way: Way) -> Infallible {
        let waits = std::iter::once(QUIC_AGAIN_AFTER).chain(std::iter::repeat(QUIC_AGAIN_EVERY));
        for wait in waits.take_while(|_| way == Way::Tcp) {
            tokio::time::sleep(wait).await;
            let tried = match self.dialer(hub.0) {
                Ok(dialer) => dialer.try_quic(&hub.1).await,
                Err(error) => Err(error),
            };
            match tried {
                Ok(()) => {
                    tracing::info!("UDP is not blocked any more; the next connection uses QUIC");
                    break;
                }
                Err(error) => tracing::debug!(%error, "still no way over QUIC"),
            }
        }
        std::future::pending().await
    }

    /// Connects to the hub; `None` when this process has a connection to it already.
    async fn dial(
        &self,
        (hub_key, addresses): &Hub,
        enrol: Option<Enrolment>,
    ) -> Result<Option<Link>, Refusal> {
        let _alone = self.dialing.lock().await;
        if self.links.way_to_hub().borrow().is_some() {
            return Ok(None);
        }
        let dialer = self.dialer(*hub_key).map_err(|error| self.contact.not_reached(&error))?;
        // Whoever joins has the address from the invitation.
        let is_known = enrol.is_none();
        let begun = self.links.begin(*hub_key, enrol).await?;
        match dialer.dial(addresses, begun.early()).await {
            Ok(connection) => {
                self.contact.heard();
                Ok(Some(self.links.go_on(begun, connection)))
            }
            Err(error) => {
                self.links.give_up(begun).await;
                let mut refusal = self.contact.not_reached(&error);
                if !is_known {
                    refusal.problems.truncate(1);
                }
                Err(refusal)
            }
        }
    }

    /// The one that finds this hub, with what it knows from former connections.
    fn dialer(&self, hub_key: NodeKey) -> Result<Arc<Dialer>, DialError> {
        let mut present = self.dialer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(dialer) = present.as_ref().filter(|dialer| dialer.hub_key() == hub_key) {
            return Ok(dialer.clone());
        }
        let networks = self.networks.clone();
        let dialer = Arc::new(Dialer::new(hub_key, &self.key, DialSettings::default(), networks)?);
        *present = Some(dialer.clone());
        Ok(dialer)
    }

    async fn sync_with(
        &self,
        hub: &Hub,
        enrol: Option<Enrolment>,
        mut membership: Option<Membership>,
    ) -> Result<SyncOutcome, Refusal> {
        let mut notes = self.keeper.notes();
        let Some(mut link) = self.dial(hub, enrol).await? else {
            return self.wait_for_live_connection(hub.0).await;
        };
        let in_sync = loop {
            let heard_before = link.traffic().bytes_received;
            let event = tokio::select! {
                closed = link.ended() => Event::Closed(closed),
                note = notes.recv() => Event::Note(note),
                () = tokio::time::sleep(PATIENCE) => Event::Silence,
            };
            match event {
                Event::Note(Ok(Note::Sync(notice))) => match &*notice {
                    Notice::Enrolled { peer } if *peer == hub.0 => {
                        if let Some(membership) = membership.take() {
                            self.keeper.desk(move |desk| desk.take_place(membership)).await?;
                        }
                    }
                    Notice::InSync { peer } if *peer == hub.0 => break true,
                    Notice::Diverged { peer } if *peer == hub.0 => break false,
                    Notice::RefusedByPeer { peer, refusal } if *peer == hub.0 => {
                        return Err(refused(refusal));
                    }
                    _ => {}
                },
                Event::Note(Err(broadcast::error::RecvError::Closed)) => break false,
                Event::Note(_) => {}
                Event::Silence if link.traffic().bytes_received > heard_before => {}
                Event::Silence => break false,
                // The connection that this process keeps anyway has come up meanwhile and taken its place.
                Event::Closed(Closed::Here)
                    if membership.is_none() && self.way_to_hub().borrow().is_some() =>
                {
                    return self.wait_for_live_connection(hub.0).await;
                }
                Event::Closed(closed) => return Err(self.parting(&mut notes, hub.0, closed).await),
            }
        };
        if let Some(membership) = membership {
            // In sync without having heard of the enrolment: the hub knew this node already.
            self.keeper.desk(move |desk| desk.take_place(membership)).await?;
        }
        let (traffic, way) = (link.traffic(), link.way());
        if in_sync {
            link.part().await;
        } else {
            link.close().await;
        }
        // The keeper hears of the end before this job, so the outcome is what is written down.
        self.outcome(hub.0, in_sync, traffic, Some(way)).await
    }

    /// Why a connection is over. The hub's last word may still be on its way through the keeper.
    async fn parting(
        &self,
        notes: &mut broadcast::Receiver<Note>,
        hub: NodeKey,
        closed: Closed,
    ) -> Refusal {
        // Answered when the keeper has done everything that came before.
        if let Err(refusal) = self.keeper.peers(None).await {
            return refusal;
        }
        loop {
            match notes.try_recv() {
                Ok(Note::Sync(notice)) => {
                    if let Notice::RefusedByPeer { peer, refusal } = &*notice
                        && *peer == hub
                    {
                        return refused(refusal);
                    }
                }
                Ok(_) | Err(broadcast::error::TryRecvError::Lagged(_)) => {}
                Err(_) => return Refusal::new(Reason::Unreachable, Problem::from(&closed)),
            }
        }
    }

    /// A connection is there already (this process serves): waits until it has brought everything over.
    async fn wait_for_live_connection(&self, hub: NodeKey) -> Result<SyncOutcome, Refusal> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let in_sync = self.hub_status(hub).await?.in_sync;
            if in_sync || tokio::time::Instant::now() > deadline {
                let way = self.links.ways().get(&hub).copied();
                return self.outcome(hub, in_sync, Traffic::default(), way).await;
            }
            // Acknowledgements make no note of their own, so this looks again instead of listening.
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    async fn outcome(
        &self,
        hub: NodeKey,
        in_sync: bool,
        traffic: Traffic,
        way: Option<Way>,
    ) -> Result<SyncOutcome, Refusal> {
        Ok(SyncOutcome {
            in_sync,
            unacknowledged: unacknowledged(&self.hub_status(hub).await?),
            bytes_sent: traffic.bytes_sent,
            bytes_received: traffic.bytes_received,
            way,
        })
    }

    async fn hub_status(&self, hub: NodeKey) -> Result<PeerStatus, Refusal> {
        let peers = self.keeper.peers(Some(hub)).await?;
        peers.into_iter().find(|status| status.peer == hub).ok_or_else(|| {
            Refusal::new(Reason::NotNow, Problem::new("not-a-member", "no hub is known"))
        })
    }
}

/// The hub's key, and where it is found.
type Hub = (NodeKey, Vec<HubAddress>);

/// What a sync waits for.
enum Event {
    Closed(Closed),
    Note(Result<Note, broadcast::error::RecvError>),
    Silence,
}

fn refused(refusal: &hopluu_protocol::wire::frame::Refusal) -> Refusal {
    Refusal::new(Reason::Forbidden, Problem::from(refusal))
}

fn unacknowledged(status: &PeerStatus) -> u64 {
    status.unacknowledged.iter().map(|(_, changes)| u64::from(*changes)).sum()
}

fn make_directory(path: &Path) -> Result<(), Refusal> {
    crate::durable::make_folder(path).map_err(|error| {
        let problem = Problem::new("data-dir-unusable", format!("{}: {error}", path.display()));
        Refusal::new(Reason::Failed, problem.arg("path", path.display()).arg("what", error))
    })
}

/// Fresh random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Refusal> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))?;
    Ok(bytes)
}

/// Milliseconds since 1970 by this machine's clock; 0 for a clock before that.
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
