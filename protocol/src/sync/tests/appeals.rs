//! A hub that got an older roster back, and machines that are in the newer one only.

use automerge::Change;

use super::hostile::sent_in;
use super::report::{self, genesis, set, work};
use super::seals::{lose_everything, part_of, took_back, town};
use super::world::{A, A2, HUB, STRANGER as C, World, doc, key, office_key, roster, unit};
use crate::gate::{AccessError, GateError};
use crate::id::DocId;
use crate::identity::{NodeKey, OfficeKey};
use crate::roster::{Node as Member, Role, Roster};
use crate::seal::Seal;
use crate::sync::search;
use crate::sync::{Action, ConnId, Enrolment, Event, Notice, Side};
use crate::wire::frame::{self, Batch, Frame, HOLDS_ROSTER, Hello, Refusal};
use crate::wire::ranges::Range;
use crate::wire::stream;

const REPORT_OF_C: &str = "report/2023-q1/c";

/// The town's roster once C has joined.
fn with_c(revoked_at: Option<i64>) -> Roster {
    let mut roster = roster();
    roster.nodes.push(Member {
        key: key(C),
        unit: unit("c"),
        role: Role::Office,
        name: "new".to_owned(),
        enrolled_at: 0,
        revoked_at,
    });
    roster
}

/// C joins after A and B were there last, and is alone with the newer roster and the hub's seal over it.
fn joined() -> World {
    let mut world = town();
    for value in [2, 3] {
        set(world.node(HUB), &DocId::Roster, "x", value);
    }
    let enrol = Enrolment { code: b"open sesame".to_vec(), name: "new".to_owned() };
    let line = world.connect_as(C, Some(enrol));
    world.run();
    assert!(world.in_sync(C));
    world.cut(line);
    world
}

/// Then the hub loses its store, and gets the older roster back from A.
fn forgotten() -> World {
    let mut world = joined();
    lose_everything(&mut world);
    world.connect(A);
    world.run();
    assert!(world.in_sync(A));
    assert_ne!(world.nodes[HUB].heads(&DocId::Roster), world.nodes[C].heads(&DocId::Roster));
    world.node(HUB).notices.clear();
    world
}

fn was_refused(world: &World, node: usize, expected: Refusal) -> bool {
    let refused = |notice: &&Notice| matches!(notice, Notice::RefusedByPeer { .. });
    let mut refusals = world.nodes[node].notices.iter().filter(refused);
    let last = refusals.next_back();
    matches!(last, Some(Notice::RefusedByPeer { refusal, .. }) if *refusal == expected)
}

#[test]
fn a_machine_that_alone_holds_the_newer_roster_brings_it_back_on_the_connection_that_was_refused() {
    let mut world = forgotten();
    set(world.node(C), &doc(REPORT_OF_C), "pl2.1", 7);
    world.node(HUB).roster_to_come = Some(with_c(None));
    world.connect(C);
    world.run();
    assert!(world.in_sync(C), "{:?}", world.nodes[HUB].notices);
    assert_eq!(world.nodes[HUB].heads(&DocId::Roster), world.nodes[C].heads(&DocId::Roster));
    assert_eq!(report::get(world.node(HUB), &doc(REPORT_OF_C), "pl2.1"), Some(7));
    // The others have it from the hub, and the hub's seal over it.
    assert_eq!(world.nodes[A].heads(&DocId::Roster), world.nodes[C].heads(&DocId::Roster));
    let told = |notice: &Notice| matches!(notice, Notice::RefusedByPeer { .. });
    assert!(!world.nodes[C].notices.iter().any(told), "nobody need hear of it");
}

#[test]
fn what_the_hub_wrote_to_the_older_roster_meanwhile_stays() {
    let mut world = forgotten();
    set(world.node(HUB), &DocId::Roster, "y", 1);
    world.node(HUB).roster_to_come = Some(with_c(None));
    world.connect(C);
    world.run();
    assert!(world.in_sync(C));
    let value = |world: &mut World, cell| report::get(world.node(C), &DocId::Roster, cell);
    assert_eq!((value(&mut world, "x"), value(&mut world, "y")), (Some(3), Some(1)));
}

#[test]
fn a_roster_of_many_parts_is_stored_whole_before_anybody_is_judged_by_it() {
    let mut world = town();
    work(world.node(HUB), &DocId::Roster, 1_200, false, 5);
    let line = world.connect(A);
    world.run();
    world.cut(line);
    lose_everything(&mut world);
    let line = world.connect(A);
    while world.nodes[HUB].exchange.status(&world.nodes[HUB].replica).is_empty() {
        assert!(world.step() && world.is_up(line));
    }
    assert_eq!(world.nodes[HUB].heads(&DocId::Roster), world.nodes[A].heads(&DocId::Roster));
}

#[test]
fn a_break_at_any_moment_of_an_appeal_costs_another_try() {
    for bytes in (0..2_000).step_by(50) {
        let mut world = forgotten();
        world.node(HUB).roster_to_come = Some(with_c(None));
        let line = world.connect(C);
        world.break_after(line, bytes);
        world.run();
        world.cut(line);
        world.connect(C);
        world.run();
        assert!(world.in_sync(C), "{bytes}: {:?}", world.nodes[HUB].notices);
    }
}

#[test]
fn a_machine_of_the_hubs_unit_brings_back_everything_even_the_consolidated_report() {
    let mut world = World::new();
    let mut roster = roster();
    roster.nodes.iter_mut().find(|node| node.key == key(A2)).unwrap().unit = unit("town");
    for node in [HUB, A2] {
        world.set_roster(node, &roster);
    }
    for id in ["town/roster", "consolidated/2023-q1"] {
        set(world.node(HUB), &doc(id), "x", 1);
    }
    let line = world.connect(A2);
    world.run();
    assert!(world.in_sync(A2));
    world.cut(line);
    lose_everything(&mut world);
    world.node(HUB).roster_to_come = Some(roster);
    world.connect(A2);
    world.run();
    assert!(world.in_sync(A2), "{:?}", world.nodes[HUB].notices);
    assert_eq!(report::get(world.node(HUB), &doc("consolidated/2023-q1"), "x"), Some(1));
}

#[test]
fn a_sealed_roster_that_is_no_newer_lets_nobody_in() {
    let mut world = joined();
    let before = world.nodes[HUB].heads(&DocId::Roster);
    // As if C had never been let in: its seal covers what the hub has.
    world.set_roster(HUB, &roster());
    let line = world.connect(C);
    world.run();
    assert!(!world.is_up(line) && was_refused(&world, C, Refusal::KeyUnknown));
    assert_eq!(world.nodes[HUB].heads(&DocId::Roster), before);
    assert_eq!(took_back(&world.nodes[HUB]), 0);
}

#[test]
fn who_does_not_stand_in_the_newer_roster_either_stays_out_and_the_hub_has_it() {
    for (roster, refusal) in
        [(roster(), Refusal::KeyUnknown), (with_c(Some(1)), Refusal::KeyRevoked)]
    {
        let mut world = forgotten();
        world.node(HUB).roster_to_come = Some(roster);
        let line = world.connect(C);
        world.run();
        assert!(!world.is_up(line) && was_refused(&world, C, refusal));
        assert_eq!(world.nodes[HUB].heads(&DocId::Roster), world.nodes[C].heads(&DocId::Roster));
    }
}

#[test]
fn a_revoked_machine_is_not_heard_whatever_roster_it_brings() {
    let mut world = forgotten();
    world.set_roster(HUB, &with_c(Some(1)));
    let line = world.connect(C);
    world.run();
    assert!(!world.is_up(line) && was_refused(&world, C, Refusal::KeyRevoked));
    let (_, said) = Caller::greets(&mut world, ConnId(1_000), key(C));
    assert_eq!(said, [Frame::Refused(Refusal::KeyRevoked), Frame::Bye]);
    assert_ne!(world.nodes[HUB].heads(&DocId::Roster), world.nodes[C].heads(&DocId::Roster));
}

/// The changes of C's copy of the roster, in order.
fn newer_roster(world: &mut World) -> Vec<Change> {
    world.node(C).replica.document(&DocId::Roster).unwrap().unwrap().get_changes(&[])
}

fn sealed_by(key: &OfficeKey, doc: &DocId, changes: &[Change]) -> Seal {
    Seal::new(key, doc, &[changes.last().unwrap().hash()]).unwrap()
}

fn part(number: u64, changes: &[Change]) -> Batch {
    part_of(&DocId::Roster, number, changes)
}

/// An unknown key that says what it likes to the hub.
struct Caller(ConnId);

impl Caller {
    /// Calls with a key that nobody knows, and says that it holds a roster.
    fn appeals(world: &mut World, number: u8) -> Self {
        let peer = OfficeKey::from_seed([number; 32]).node_key();
        let (caller, said) = Self::greets(world, ConnId(1_000 + u64::from(number)), peer);
        assert_eq!(said, [Frame::Refused(Refusal::KeyUnknown)]);
        caller
    }

    fn greets(world: &mut World, conn: ConnId, peer: NodeKey) -> (Self, Vec<Frame>) {
        let caller = Self(conn);
        let side = Side::Listener;
        world.event(HUB, Event::Connected { conn: caller.0, peer, side, enrol: None });
        let hello = Hello {
            min_version: 1,
            max_version: 1,
            features: HOLDS_ROSTER,
            pushes: true,
            epoch: [9; 16],
            digest: [9; 32],
        };
        let said = caller.says(world, &Frame::Hello(hello));
        (caller, said)
    }

    /// Says a frame; returns what the hub says at once, and BYE when it lets go.
    fn says(&self, world: &mut World, frame: &Frame) -> Vec<Frame> {
        let bytes = frame.encode();
        let hub = &mut world.nodes[HUB];
        let heard = Event::Frame { conn: self.0, bytes: &bytes };
        let actions = hub.exchange.handle(world.now, heard, &mut hub.replica).unwrap();
        let mut said = sent_in(&actions);
        said.extend(actions.iter().any(|action| self.is_let_go_by(action)).then_some(Frame::Bye));
        for action in actions {
            if let Action::Notice(notice) = action {
                hub.notices.push(notice);
            }
        }
        said
    }

    fn is_let_go_by(&self, action: &Action) -> bool {
        matches!(action, Action::Close { conn, .. } if *conn == self.0)
    }
}

fn refused() -> [Frame; 2] {
    [Frame::Refused(Refusal::KeyUnknown), Frame::Bye]
}

fn is_sent_away(said: &[Frame]) -> bool {
    matches!(said, [Frame::Busy { .. }, Frame::Bye])
}

#[test]
fn a_roster_that_the_hub_itself_did_not_seal_ends_the_appeal() {
    let mut world = forgotten();
    let changes = newer_roster(&mut world);
    let forged = Seal { key: key(HUB), ..sealed_by(&office_key(A), &DocId::Roster, &changes) };
    let of_office = sealed_by(&office_key(A), &DocId::Roster, &changes);
    let of_other_document = sealed_by(&office_key(HUB), &DocId::Calendar, &changes);
    for (number, seal) in [forged, of_office, of_other_document].into_iter().enumerate() {
        let caller = Caller::appeals(&mut world, 100 + number as u8);
        assert_eq!(caller.says(&mut world, &Frame::Seal(seal)), refused());
        let why = world.node(HUB).notices.pop();
        let Some(Notice::Quarantined { error: GateError::Access(error), .. }) = why else {
            panic!("{why:?}")
        };
        assert!(matches!(error, AccessError::NotSealedByHub { .. }));
    }
}

/// Another machine of the hub's unit may have been revoked by the newer roster.
#[test]
fn a_seal_by_another_machine_of_the_hubs_unit_does_not_serve_an_appeal() {
    let mut world = forgotten();
    let mut roster = roster();
    roster.nodes.iter_mut().find(|node| node.key == key(A2)).unwrap().unit = unit("town");
    world.set_roster(HUB, &roster);
    let seal = sealed_by(&office_key(A2), &DocId::Roster, &newer_roster(&mut world));
    let caller = Caller::appeals(&mut world, 100);
    assert_eq!(caller.says(&mut world, &Frame::Seal(seal)), refused());
}

#[test]
fn an_appeal_with_more_than_the_seal_covers_is_refused_whole() {
    let mut world = forgotten();
    let before = world.nodes[HUB].heads(&DocId::Roster);
    let changes = newer_roster(&mut world);
    let all_but_one = &changes[..changes.len() - 1];
    let seal = sealed_by(&office_key(HUB), &DocId::Roster, all_but_one);
    let caller = Caller::appeals(&mut world, 100);
    assert_eq!(caller.says(&mut world, &Frame::Seal(seal)), []);
    let more = Frame::Returned { part: part(1, &changes), last: true };
    assert_eq!(caller.says(&mut world, &more), refused());
    assert_eq!(world.nodes[HUB].heads(&DocId::Roster), before);
}

#[test]
fn an_appeal_with_less_than_the_seal_covers_is_refused_whole() {
    let mut world = joined();
    lose_everything(&mut world);
    let changes = newer_roster(&mut world);
    let seal = sealed_by(&office_key(HUB), &DocId::Roster, &changes);
    let caller = Caller::appeals(&mut world, 100);
    assert_eq!(caller.says(&mut world, &Frame::Seal(seal)), []);
    let less = Frame::Returned { part: part(1, &changes[1..]), last: true };
    assert_eq!(caller.says(&mut world, &less), refused());
    assert!(world.nodes[HUB].replica.index().is_empty());
}

#[test]
fn a_refused_peer_learns_nothing_and_nothing_of_it_is_kept_but_a_sealed_roster() {
    let mut world = forgotten();
    let caller = Caller::appeals(&mut world, 100);
    let documents = world.nodes[HUB].replica.index().len();
    let report = Batch { doc: doc(REPORT_OF_C), ..part(1, &[genesis()]) };
    let keys = vec![search::key_of(&DocId::Roster)];
    let clock = frame::Clock { doc: DocId::Roster, answer: true, seqs: Vec::new() };
    let questions = [
        Frame::Batch(report),
        Frame::Ranges(vec![Range::ALL]),
        Frame::Clock(clock),
        Frame::Want(keys.clone()),
        Frame::AskSeals(keys),
        Frame::State(frame::State { sent: 1, settled: 0, digest: [9; 32] }),
    ];
    for question in questions {
        assert_eq!(caller.says(&mut world, &question), [], "{}", question.name());
    }
    assert_eq!(world.nodes[HUB].replica.index().len(), documents);
    assert!(!world.nodes[HUB].replica.has_staged_changes());
}

#[test]
fn who_appeals_without_a_roster_is_given_up_after_a_minute_whatever_it_says() {
    for says in [Some(Frame::Ping { token: 1 }), None] {
        let mut world = forgotten();
        let caller = Caller::appeals(&mut world, 100);
        let mut given_up = false;
        for _ in 0..=6 {
            if let Some(frame) = &says {
                caller.says(&mut world, frame);
            }
            let hub = &mut world.nodes[HUB];
            let actions = hub.exchange.handle(world.now, Event::Tick, &mut hub.replica).unwrap();
            given_up |= actions.iter().any(|action| caller.is_let_go_by(action));
            world.now += 10_000;
        }
        assert!(given_up, "{says:?}");
    }
}

#[test]
fn of_many_who_appeal_one_is_heard_and_it_keeps_nobody_waiting_who_is_known() {
    let mut world = forgotten();
    let changes = newer_roster(&mut world);
    let seal = Frame::Seal(sealed_by(&office_key(HUB), &DocId::Roster, &changes));
    let first_part = Frame::Returned { part: part(1, &changes[..1]), last: false };
    let callers: Vec<Caller> =
        (100..200).map(|number| Caller::appeals(&mut world, number)).collect();
    assert_eq!(callers[0].says(&mut world, &seal), []);
    assert_eq!(callers[0].says(&mut world, &first_part), []);
    for caller in &callers[1..] {
        assert!(is_sent_away(&caller.says(&mut world, &seal)));
    }
    let line = world.last_line();
    world.inject(line, A, stream::encode(&seal));
    world.run();
    assert!(is_sent_away(&callers[0].says(&mut world, &first_part)));
    assert!(world.is_up(line));
}

#[test]
fn who_dawdles_over_an_appeal_loses_its_turn() {
    let mut world = forgotten();
    let changes = newer_roster(&mut world);
    let seal = Frame::Seal(sealed_by(&office_key(HUB), &DocId::Roster, &changes));
    let [slow, next] = [100, 101].map(|number| Caller::appeals(&mut world, number));
    assert_eq!(slow.says(&mut world, &seal), []);
    world.now += 60_000;
    assert_eq!(next.says(&mut world, &seal), []);
    let whole = Frame::Returned { part: part(1, &changes), last: true };
    assert!(is_sent_away(&slow.says(&mut world, &whole)));
    assert_eq!(next.says(&mut world, &whole), []);
    assert!(world.nodes[HUB].replica.has_staged_changes());
}
