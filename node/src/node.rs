//! A running node: its keeper, its connections, its place in the town.

mod joining;
mod line;
mod opening;
mod pages;
mod stuck;
mod syncing;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hopluu_protocol::id::UnitCode;
use hopluu_protocol::identity::{NodeKey, OfficeKey, SixWords};
use hopluu_protocol::invitation::{HubAddress, Invitation};
use hopluu_protocol::sync::{Backoff, Enrolment, Notice, PeerStatus};
use tokio::sync::watch;

use crate::contact::Contact;
use crate::data_dir::DataDir;
use crate::desk::PeerStatus as PeerView;
use crate::desk::{Desk, Invited, MachineView, Membership, MembershipPlace, Status};
use crate::durable::{make_folder, make_private};
use crate::keeper::{Keeper, Note};
use crate::links::{Link, Links};
use crate::problem::{Problem, Reason, Refusal};
use crate::recovery::{self, Recovered};
use crate::store::SledBackend;
use crate::transport::{
    Closed, DialError, DialSettings, Dialer, Limits, Listener, Networks, Traffic, Way,
    network_changed,
};

/// While the hub is reached over TCP only: after how long QUIC is tried again, and then how often. A try
/// takes 4 kB where it works and 5 kB where UDP is blocked.
const QUIC_AGAIN_AFTER: Duration = Duration::from_secs(60);
const QUIC_AGAIN_EVERY: Duration = Duration::from_secs(60 * 60);

pub use line::{LineKind, LineView, StatusGrown};
pub use pages::{PageView, PagesView, Shown};
pub use syncing::SyncOutcome;

use syncing::{PATIENCE, refused};

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
    /// Somebody has found out that waiting before the next call makes no sense.
    try_again: tokio::sync::Notify,
    /// Somebody wants a sync: a call that began earlier, and may be about to fail, is given up for a new one.
    give_way: tokio::sync::Notify,
    /// When the hub is called again, while it is not reached.
    next_call: Mutex<Option<tokio::time::Instant>>,
    /// Reports that were typeset lately.
    pictures: pages::Shelf,
    /// Where the hub listens, for invitations.
    listening: Mutex<Option<SocketAddr>>,
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

    /// The words that this node's key is read out as.
    ///
    /// # Errors
    /// When the keeper has stopped.
    pub(crate) async fn six_words(&self) -> Result<SixWords, Refusal> {
        self.keeper.desk(|desk| Ok(desk.key().node_key().six_words())).await
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
        let status = self.keeper.status().await;
        // A store that takes nothing comes first, also where nothing else can be told.
        let trouble = self.keeper.trouble();
        let mut status = status.map_err(|refusal| match trouble.is_empty() {
            true => refusal,
            false => Refusal { reason: refusal.reason, problems: trouble.clone() },
        })?;
        status.problems = trouble;
        status.problems.extend(recovery::standing_problems(&self.dir));
        if status.unit.is_none() {
            return Ok(status);
        }
        let hub = self.hub().await?.map(|(key, _)| key);
        let (peers, now) = self.keeper.office(move |o| Ok((o.peers(hub)?, o.now()))).await?;
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
                let heard_ms_ago = peer.last_heard.map(|heard| now.saturating_sub(heard));
                status.peers.push(PeerView { name, in_sync: peer.in_sync, way, heard_ms_ago });
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

    /// Where other nodes find this hub, if it listens at an address that leads here.
    pub fn listens_at(&self) -> Option<String> {
        let listening = *self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        let address = listening.filter(|address| !address.ip().is_unspecified())?;
        Some(HubAddress::from(address).to_string())
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
            self.set_next_call(Some(wait));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                // What failed in the former network says nothing about this one.
                () = network_changed() => {}
                // Nor what failed with the former hub about this one.
                Ok(()) = changed.changed() => backoff = Backoff::default(),
                () = self.try_again.notified() => {}
            }
            self.set_next_call(None);
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
            let dialled = tokio::select! {
                dialled = self.dial(&hub, None) => dialled?,
                () = self.give_way.notified() => {
                    let problem = Problem::new("node-stopping", "a sync calls in its place");
                    return Err(Refusal::new(Reason::NotNow, problem));
                }
            };
            match dialled {
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
}

/// The hub's key, and where it is found.
type Hub = (NodeKey, Vec<HubAddress>);

fn unacknowledged(status: &PeerStatus) -> u64 {
    status.unacknowledged.iter().map(|(_, changes)| u64::from(*changes)).sum()
}

fn make_directory(path: &Path) -> Result<(), Refusal> {
    let is_new = !path.is_dir();
    let made = make_folder(path).and_then(|()| if is_new { make_private(path) } else { Ok(()) });
    made.map_err(|error| {
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
