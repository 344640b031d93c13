//! Nodes in one process, over real sockets on loopback.

mod forms;

use std::collections::btree_map::Entry;
use std::net::Ipv4Addr;

use hopluu_protocol::documents::{calendar, roster};
use hopluu_protocol::id::DocId;
use tempfile::TempDir;

use super::*;
use crate::town_file::TownFile;

const UNIT: &str = "19996";

/// A hub, an office that has joined, and where they lie.
async fn town() -> (Arc<Node>, Arc<Node>, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let place = |name: &str| DataDir::new(directory.path().join(name));
    let hub = Node::open_or_make(&place("hub")).await.unwrap();
    let town = TownFile::parse(include_str!("../../demo/town.toml"), "town.toml").unwrap();
    hub.keeper()
        .desk(move |desk| {
            let template = (crate::BUILT_IN_TEMPLATE_FILE, crate::BUILT_IN_TEMPLATE);
            desk.found_town(&town, &[template], "Trung tâm", "An")
        })
        .await
        .unwrap();
    hub.listen((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let office = Node::open_or_make(&place("office")).await.unwrap();
    let invited = hub.invite(UNIT.parse().unwrap(), Vec::new(), 1).await.unwrap();
    assert!(office.join(&invited.invitation, "Máy 1").await.unwrap().in_sync);
    (hub, office, directory)
}

fn can_resume(node: &Node) -> bool {
    node.dialer.lock().unwrap().as_ref().is_some_and(|dialer| dialer.can_resume())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_was_revoked_is_refused_although_its_session_is_resumed() {
    let (hub, office, _directory) = town().await;
    assert!(can_resume(&office), "joining brought no ticket");

    let key = office.key.node_key();
    hub.keeper()
        .desk(move |desk| {
            let mut node = desk.roster()?.node(&key).unwrap().clone();
            node.revoked_at = Some(now_ms());
            let edits = desk.edits("An");
            desk.replica.edit(&DocId::Roster, &edits, |tx| roster::put_node(tx, &node))?;
            Ok(())
        })
        .await
        .unwrap();
    let refusal = office.sync_once().await.unwrap_err();
    assert!(refusal.is("refused-key-revoked"), "{refusal}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looking_for_a_way_leaves_the_conversation_alone() {
    let (_hub, office, _directory) = town().await;
    let staying = tokio::spawn(office.clone().stay_connected());
    let mut way = office.way_to_hub();
    way.wait_for(Option::is_some).await.unwrap();
    assert!(office.sync_once().await.unwrap().in_sync);
    way.borrow_and_update();

    let (key, addresses) = office.hub().await.unwrap().unwrap();
    office.dialer(key).unwrap().try_quic(&addresses).await.unwrap();
    assert!(office.sync_once().await.unwrap().in_sync);
    assert!(!way.has_changed().unwrap(), "the connection was replaced");
    staying.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_is_off_is_told_at_once_and_the_node_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let office = Node::open_or_make(&DataDir::new(directory.path())).await.unwrap();
    let closed = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = HubAddress::from(closed.local_addr().unwrap());
    drop(closed);
    let invitation = invitation_to(address);
    let refusal = office.join(&invitation, "Máy 1").await.unwrap_err();
    assert!(refusal.is("dial-not-listening"), "{refusal}");
    assert!(office.status().await.unwrap().unit.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_that_has_expired_lets_nobody_in() {
    let (hub, _office, directory) = town().await;
    let goes_by = |clock: fn() -> i64| {
        hub.keeper().desk(move |desk| {
            desk.goes_by(clock);
            Ok(())
        })
    };
    goes_by(|| now_ms() - 2 * 3_600_000).await.unwrap();
    let expired = hub.invite(UNIT.parse().unwrap(), Vec::new(), 1).await.unwrap();
    goes_by(now_ms).await.unwrap();
    let second = DataDir::new(directory.path().join("second"));
    let second = Node::open_or_make(&second).await.unwrap();
    let refusal = second.join(&expired.invitation, "Máy 2").await.unwrap_err();
    assert!(refusal.is("refused-invitation-expired"), "{refusal}");
    assert!(second.status().await.unwrap().unit.is_none());
}

/// An invitation to a hub that is not there.
fn invitation_to(address: HubAddress) -> String {
    let invitation = Invitation {
        hub_key: OfficeKey::from_seed([1; 32]).node_key(),
        hub_addresses: vec![address],
        code: hopluu_protocol::invitation::InvitationCode::from_random([7; 10]),
        unit: UNIT.parse().unwrap(),
        role: hopluu_protocol::roster::Role::Office,
        expires_at_ms: i64::MAX,
        town_name: None,
    };
    invitation.to_text().unwrap()
}

const PERIOD: &str = "2023-q1";

/// Types values into a cell, each a change of its own.
async fn type_values(node: &Node, values: std::ops::Range<u32>) {
    for value in values {
        node.keeper()
            .desk(move |desk| {
                let (period, cell) = (PERIOD.parse().unwrap(), "pl4.3.2.1".parse().unwrap());
                desk.set_cell(period, &cell, &value.to_string(), None, "An")
            })
            .await
            .unwrap();
    }
}

fn report() -> DocId {
    format!("report/{PERIOD}/{UNIT}").parse().unwrap()
}

/// The hashes of a report's changes, sorted, read from the store.
async fn changes(node: &Node) -> Result<Vec<automerge::ChangeHash>, Refusal> {
    node.keeper()
        .desk(|desk| {
            let stored = desk.replica.changes_from(&report(), 0, usize::MAX)?;
            let mut hashes: Vec<_> = stored.into_iter().map(|change| change.hash).collect();
            hashes.sort();
            Ok(hashes)
        })
        .await
}

async fn spoil(node: &Node, position: u32) {
    let spoil = move |desk: &mut Desk| {
        desk.replica.backend_mut().spoil_change(&report(), position);
        Ok(())
    };
    node.keeper().desk(spoil).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_row_is_mended_while_the_node_runs_and_costs_nothing() {
    let (hub, office, directory) = town().await;
    type_values(&office, 1..9).await;
    assert!(office.sync_once().await.unwrap().in_sync);
    type_values(&office, 9..12).await;
    let all = changes(&office).await.unwrap();
    let mut notes = office.keeper().notes();
    spoil(&office, 5).await;

    assert!(changes(&office).await.unwrap_err().is_damage());
    // Whoever comes next is served: all of it lies in the journal too.
    assert_eq!(changes(&office).await.unwrap(), all);
    let status = office.status().await.unwrap();
    assert_eq!(status.problems[0].code, "store-lies-aside");
    let news = loop {
        if let Note::Mended(news) = notes.recv().await.unwrap() {
            break news;
        }
    };
    let codes: Vec<&str> = news.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(codes, ["store-set-aside", "store-read-out"]);
    news.iter().for_each(crate::messages::tests::assert_told_in_full);

    // The hub gets what it never had.
    assert!(office.sync_once().await.unwrap().in_sync);
    assert_eq!(changes(&office).await.unwrap(), all);
    assert!(office.sync_once().await.unwrap().in_sync);
    assert_eq!(changes(&hub).await.unwrap(), all);
    type_values(&office, 12..13).await;
    assert!(office.sync_once().await.unwrap().in_sync);

    // A machine that damages its store twice within the hour is left for people to look at.
    spoil(&office, 5).await;
    for _ in 0..2 {
        assert!(changes(&office).await.unwrap_err().is_damage());
    }
    assert!(office.keeper().desk(Desk::roster).await.is_ok(), "all else can be used");
    let place = directory.path().join("office");
    assert!(place.join("store/damaged").exists(), "the next start mends it");
    assert!(!place.join("store.damaged-2").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_mends_a_damaged_row_and_goes_on_with_its_office() {
    let (hub, office, _directory) = town().await;
    type_values(&office, 1..9).await;
    assert!(office.sync_once().await.unwrap().in_sync);
    let all = changes(&office).await.unwrap();
    spoil(&hub, 3).await;
    assert!(changes(&hub).await.unwrap_err().is_damage());
    assert_eq!(changes(&hub).await.unwrap(), all);
    type_values(&office, 9..10).await;
    assert!(office.sync_once().await.unwrap().in_sync);
    assert_eq!(changes(&hub).await.unwrap(), changes(&office).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_was_full_is_written_again_when_there_is_room() {
    let (hub, office, _directory) = town().await;
    type_values(&office, 1..4).await;
    let free = |bytes: u64| {
        office.keeper().desk(move |desk| {
            desk.replica.backend_mut().want_free(bytes);
            Ok(())
        })
    };
    free(u64::MAX / 2).await.unwrap();
    let before = changes(&office).await.unwrap();
    for _ in 0..3 {
        let refused = office
            .keeper()
            .desk(|desk| {
                let (period, cell) = (PERIOD.parse().unwrap(), "pl4.3.2.1".parse().unwrap());
                desk.set_cell(period, &cell, "9", None, "An")
            })
            .await;
        assert!(refused.unwrap_err().is("store-full"));
        assert_eq!(changes(&office).await.unwrap(), before, "it can be read");
    }
    free(0).await.unwrap();
    type_values(&office, 4..6).await;
    assert!(office.sync_once().await.unwrap().in_sync);
    assert_eq!(changes(&hub).await.unwrap(), changes(&office).await.unwrap());
}

/// Nobody asks for it: the hub sees by itself which periods are to be open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_opens_the_quarter_of_the_day_by_itself() {
    let directory = tempfile::tempdir().unwrap();
    let hub = Node::open_or_make(&DataDir::new(directory.path())).await.unwrap();
    let mut notes = hub.keeper().notes();
    let town = TownFile::parse(include_str!("../../demo/town.toml"), "town.toml").unwrap();
    hub.keeper()
        .desk(move |desk| {
            let template = (crate::BUILT_IN_TEMPLATE_FILE, crate::BUILT_IN_TEMPLATE);
            desk.found_town(
                &TownFile { periods: Vec::new(), ..town },
                &[template],
                "Trung tâm",
                "An",
            )
        })
        .await
        .unwrap();
    loop {
        notes.recv().await.unwrap();
        let (today, periods) =
            hub.keeper().desk(|desk| Ok((desk.today(), desk.periods()?))).await.unwrap();
        let today = today.to_string();
        if periods.iter().any(|period| period.first_day <= today && today <= period.last_day) {
            break;
        }
    }
}

/// The next quarter and what is changed by the town's file reach an office; two machines of the hub's unit that
/// change one unit apart from each other both have their way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_quarter_and_a_changed_town_reach_every_machine() {
    let (hub, office, directory) = town().await;
    let invited = hub.invite("huong-tra".parse().unwrap(), Vec::new(), 1).await.unwrap();
    let place = DataDir::new(directory.path().join("operator"));
    let operator = Node::open_or_make(&place).await.unwrap();
    assert!(operator.join(&invited.invitation, "Máy 2").await.unwrap().in_sync);

    hub.keeper()
        .desk(|desk| {
            let period = "2023-q2".parse().unwrap();
            desk.open_period(period, None, None, "An")?;
            let template = "cchc-quarterly@1".parse().unwrap();
            let edits = desk.edits("An");
            desk.replica.edit(&DocId::Calendar, &edits, |tx| {
                calendar::use_template_from(tx, period, &template)
            })?;
            Ok(())
        })
        .await
        .unwrap();
    edit_town(&hub, "name = \"Ủy ban nhân dân phường Tứ Hạ\"", "name = \"UBND phường Tứ Hạ\"")
        .await;
    edit_town(&operator, "short_name = \"Tứ Hạ\"", "short_name = \"P. Tứ Hạ\"").await;

    assert!(operator.sync_once().await.unwrap().in_sync);
    assert!(office.sync_once().await.unwrap().in_sync);
    for node in [&hub, &operator, &office] {
        let (roster, calendar) =
            node.keeper().desk(|desk| Ok((desk.roster()?, desk.calendar()?))).await.unwrap();
        let unit = roster.unit(&UNIT.parse().unwrap()).unwrap();
        assert_eq!([&unit.name, &unit.short_name], ["UBND phường Tứ Hạ", "P. Tứ Hạ"]);
        assert_eq!(calendar.periods.len(), 2);
        assert_eq!(calendar.templates.len(), 1);
    }
    office
        .keeper()
        .desk(|desk| {
            let (period, cell) = ("2023-q2".parse().unwrap(), "pl4.3.2.1".parse().unwrap());
            desk.set_cell(period, &cell, "17", None, "Bình")
        })
        .await
        .unwrap();
    assert!(office.sync_once().await.unwrap().in_sync);
}

/// Takes the town's file, changes a line of it and applies it.
async fn edit_town(node: &Node, line: &'static str, new: &'static str) {
    node.keeper()
        .desk(move |desk| {
            let text = desk.town_file()?.to_text("")?;
            assert!(text.contains(line));
            let file = TownFile::parse(&text.replacen(line, new, 1), "town.toml")?;
            let plan = desk.apply_town(&file, None, "An")?;
            assert_eq!(plan.changes.len(), 1);
            Ok(())
        })
        .await
        .unwrap();
}

/// Types every cell that this office must, and submits.
async fn submits(node: &Node) {
    node.keeper()
        .desk(|desk| {
            let period: hopluu_protocol::period::PeriodId = PERIOD.parse().unwrap();
            loop {
                let refusal = match desk.submit(period, "An") {
                    Ok(_) => return Ok(()),
                    Err(refusal) => refusal,
                };
                for problem in refusal.problems {
                    let cell = problem.place.indicator.unwrap().parse().unwrap();
                    let filled = ["kps", "1"]
                        .iter()
                        .any(|value| desk.set_cell(period, &cell, value, None, "An").is_ok());
                    assert!(filled, "{cell}");
                }
            }
        })
        .await
        .unwrap();
}

/// The word on the latest submission, as an office's status has it.
async fn latest(node: &Node) -> crate::desk::SubmissionView {
    let status = node.status().await.unwrap();
    status.periods[0].submissions[0].submissions.last().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_after_a_submission_brings_the_hubs_word_back() {
    let (_hub, office, _directory) = town().await;
    submits(&office).await;
    let outcome = office.sync_once().await.unwrap();
    assert_eq!((outcome.in_sync, outcome.awaiting_word), (true, 0));
    let word = latest(&office).await;
    assert_eq!(word.standing, hopluu_protocol::documents::review::Standing::Accepted);
    assert!(word.received_at.is_some());

    // The same over a connection that is kept.
    let staying = tokio::spawn(office.clone().stay_connected());
    office.way_to_hub().wait_for(Option::is_some).await.unwrap();
    type_values(&office, 1..2).await;
    submits(&office).await;
    let outcome = office.sync_once().await.unwrap();
    assert_eq!((outcome.in_sync, outcome.awaiting_word), (true, 0));
    assert!(outcome.bytes_sent > 0 && outcome.bytes_received > 0, "{outcome:?}");
    assert!(latest(&office).await.received_at.is_some());
    staying.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_whose_disk_is_full_says_so_and_takes_everything_when_there_is_room() {
    let (hub, office, _directory) = town().await;
    type_values(&office, 1..4).await;
    let free = |bytes: u64| {
        hub.keeper().desk(move |desk| {
            desk.replica.backend_mut().want_free(bytes);
            Ok(())
        })
    };
    free(u64::MAX / 2).await.unwrap();
    let refusal = office.sync_once().await.unwrap_err();
    assert!(refusal.is("connection-closed-cannot-store"), "{refusal}");
    let told = hub.status().await.unwrap().problems;
    let codes: Vec<&str> = told.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(codes, ["hub-cannot-store", "store-full"]);
    told.iter().for_each(crate::messages::tests::assert_told_in_full);

    free(0).await.unwrap();
    assert!(office.sync_once().await.unwrap().in_sync);
    assert_eq!(hub.status().await.unwrap().problems, []);
    assert_eq!(changes(&hub).await.unwrap(), changes(&office).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_nobody_answers_on_is_not_told_of_as_one() {
    let (hub, office, directory) = town().await;
    let listening = *hub.listening.lock().unwrap();
    let (relay, address) = Relay::to(listening).await;
    let second = Node::open_or_make(&DataDir::new(directory.path().join("second"))).await.unwrap();
    let invited = hub.invite(UNIT.parse().unwrap(), vec![address], 1).await.unwrap();
    assert!(second.join(&invited.invitation, "Máy 2").await.unwrap().in_sync);
    let staying = tokio::spawn(second.clone().stay_connected());
    second.way_to_hub().wait_for(Option::is_some).await.unwrap();
    assert!(second.sync_once().await.unwrap().in_sync);

    relay.let_pass(false);
    let refusal = second.sync_once().await.unwrap_err();
    assert_eq!(refusal.reason, Reason::Unreachable, "{refusal}");
    assert!(second.status().await.unwrap().peers.is_empty());

    relay.let_pass(true);
    assert!(second.sync_once().await.unwrap().in_sync);
    assert!(office.sync_once().await.unwrap().in_sync);
    staying.abort();
}

/// A way to a hub over UDP that can be cut without either end being told.
struct Relay(watch::Sender<bool>);

impl Relay {
    async fn to(hub: Option<SocketAddr>) -> (Self, String) {
        let front = Arc::new(tokio::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap());
        let address = front.local_addr().unwrap().to_string();
        let passes = watch::Sender::new(true);
        let (may_pass, hub) = (passes.subscribe(), hub.unwrap());
        tokio::spawn(async move {
            let mut ways = BTreeMap::new();
            let mut datagram = [0; 2048];
            while let Ok((length, caller)) = front.recv_from(&mut datagram).await {
                if let Entry::Vacant(way) = ways.entry(caller) {
                    let back = tokio::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
                    back.connect(hub).await.unwrap();
                    let back = Arc::new(back);
                    way.insert(back.clone());
                    let (front, may_pass) = (front.clone(), may_pass.clone());
                    tokio::spawn(async move {
                        let mut datagram = [0; 2048];
                        while let Ok(length) = back.recv(&mut datagram).await {
                            if *may_pass.borrow() {
                                drop(front.send_to(&datagram[..length], caller).await);
                            }
                        }
                    });
                }
                if *may_pass.borrow() {
                    drop(ways[&caller].send(&datagram[..length]).await);
                }
            }
        });
        (Self(passes), address)
    }

    fn let_pass(&self, pass: bool) {
        self.0.send_replace(pass);
    }
}
