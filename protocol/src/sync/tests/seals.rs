//! A hub that lost what it wrote gets it back from its offices, and nothing else.

use automerge::{Change, ChangeHash};

use super::report::{self, set};
use super::world::{A, B, HUB, Node, World, doc, key, office_key, roster};
use crate::gate::{AccessError, GateError};
use crate::id::DocId;
use crate::identity::OfficeKey;
use crate::roster::Roster;
use crate::seal::Seal;
use crate::store::{MemoryBackend, Store};
use crate::sync::{ConnId, Event, Notice};
use crate::wire::frame::{Batch, Frame};
use crate::wire::{self, pack, stream};

const REPORT: &str = "report/2023-q1/a";
const TOWN: [&str; 3] = ["town/roster", "town/calendar", "review/2023-q1/a"];

/// A and B have everything that the hub wrote, and the seals.
pub(super) fn town() -> World {
    let mut world = World::new();
    for id in TOWN {
        set(world.node(HUB), &doc(id), "x", 1);
    }
    for node in [A, B] {
        let line = world.connect(node);
        world.run();
        world.cut(line);
    }
    world
}

/// The hub's store is lost with everything in it; only its key is left.
pub(super) fn lose_everything(world: &mut World) {
    let hub = world.node(HUB);
    hub.roster = Roster::default();
    hub.roster_to_come = Some(roster());
    hub.restore(MemoryBackend::new());
}

fn heads_of(world: &World, node: usize, ids: &[&str]) -> Vec<Vec<ChangeHash>> {
    ids.iter().map(|id| world.nodes[node].heads(&doc(id))).collect()
}

pub(super) fn took_back(node: &Node) -> usize {
    node.notices.iter().filter(|notice| matches!(notice, Notice::TakenBack { .. })).count()
}

#[test]
fn a_hub_restored_from_an_old_copy_gets_back_what_it_wrote_since() {
    let mut world = World::new();
    for id in TOWN {
        set(world.node(HUB), &doc(id), "x", 1);
    }
    let copy = world.node(HUB).backend();
    for value in 2..40 {
        for id in TOWN {
            set(world.node(HUB), &doc(id), "x", value);
        }
    }
    let line = world.connect(A);
    world.run();
    world.cut(line);
    world.node(HUB).restore(copy);
    world.connect(A);
    world.run();
    assert!(world.in_sync(A));
    assert_eq!(heads_of(&world, HUB, &TOWN), heads_of(&world, A, &TOWN));
    assert_eq!(took_back(&world.nodes[HUB]), 3);
}

#[test]
fn a_hub_that_lost_even_its_roster_gets_it_back_from_the_first_office_and_then_all_reports() {
    let mut world = town();
    set(world.node(A), &doc(REPORT), "pl2.1", 7);
    lose_everything(&mut world);
    world.connect(A);
    world.run();
    assert!(world.in_sync(A), "{:?}", world.nodes[HUB].notices);
    assert_eq!(heads_of(&world, HUB, &TOWN), heads_of(&world, A, &TOWN));
    assert_eq!(report::get(world.node(HUB), &doc(REPORT), "pl2.1"), Some(7));
    world.connect(B);
    world.run();
    assert!(world.in_sync(B));
}

#[test]
fn a_hub_without_a_roster_refuses_a_stranger_and_takes_nothing_unsealed() {
    let mut world = town();
    lose_everything(&mut world);
    set(world.node(super::world::STRANGER), &doc("town/roster"), "x", 666);
    let line = world.connect(super::world::STRANGER);
    world.run();
    assert!(world.nodes[HUB].replica.index().is_empty());
    assert!(!world.is_up(line));
}

#[test]
fn what_the_hub_wrote_after_its_last_seal_is_not_handed_back_but_the_rest_is() {
    let mut world = town();
    let copy = world.nodes[HUB].heads(&doc("town/calendar"));
    let line = world.connect(A);
    world.run();
    set(world.node(HUB), &doc("town/calendar"), "x", 2);
    // The line breaks when A has the change, and the seal is not asked for yet.
    while world.nodes[A].heads(&doc("town/calendar")) == copy {
        assert!(world.step());
    }
    world.cut(line);
    lose_everything(&mut world);
    world.connect(A);
    world.run();
    assert_eq!(world.nodes[HUB].heads(&doc("town/calendar")), copy);
    assert_eq!(heads_of(&world, HUB, &TOWN[..1]), heads_of(&world, A, &TOWN[..1]));
}

#[test]
fn who_is_told_that_it_is_in_sync_has_the_seals_already() {
    let mut world = World::new();
    for id in TOWN {
        set(world.node(HUB), &doc(id), "x", 1);
    }
    let line = world.connect(A);
    let told = |world: &World| {
        world.nodes[A].notices.iter().any(|notice| matches!(notice, Notice::InSync { .. }))
    };
    while !told(&world) {
        assert!(world.step());
    }
    world.cut(line);
    lose_everything(&mut world);
    world.connect(A);
    world.run();
    assert_eq!(heads_of(&world, HUB, &TOWN), heads_of(&world, A, &TOWN));
}

#[test]
fn seals_are_asked_for_once_and_cost_an_idle_reconnect_nothing() {
    let mut world = town();
    let line = world.connect(A);
    assert_eq!(world.round_trips(), 1.0);
    assert!(world.traffic(line).up < 60 && world.traffic(line).down < 60);
}

/// The changes of A's copy of a document, in order.
fn changes_of(world: &mut World, doc: &DocId) -> Vec<Change> {
    world.node(A).replica.document(doc).unwrap().unwrap().get_changes(&[])
}

fn calendar(world: &mut World) -> Vec<Change> {
    changes_of(world, &DocId::Calendar)
}

fn part(number: u64, changes: &[Change]) -> Batch {
    part_of(&DocId::Calendar, number, changes)
}

pub(super) fn part_of(doc: &DocId, number: u64, changes: &[Change]) -> Batch {
    let chunks: Vec<&[u8]> = changes.iter().map(Change::raw_bytes).collect();
    let packed = pack::pack(&chunks).unwrap();
    Batch {
        number,
        doc: doc.clone(),
        encoding: packed.encoding,
        count: packed.count,
        check: wire::check(changes.iter().map(Change::hash)),
        body: packed.body,
    }
}

fn say(world: &mut World, line: ConnId, frames: &[Frame]) {
    let bytes: Vec<u8> = frames.iter().flat_map(stream::encode).collect();
    world.inject(line, A, bytes);
    world.run();
}

/// Has A, by hand, hand back these changes under this seal, to a hub that has lost its store; says why
/// they were refused.
fn refused(
    seal: impl Fn(&[Change]) -> Seal,
    hand: impl Fn(Vec<Change>) -> Vec<Change>,
) -> GateError {
    let mut world = town();
    for value in 2..6 {
        set(world.node(HUB), &doc("town/calendar"), "x", value);
    }
    let line = world.connect(A);
    world.run();
    let changes = calendar(&mut world);
    world.cut(line);
    // A forgets the town's documents, so that it does not hand them back by itself.
    world.node(A).restore(MemoryBackend::new());
    world.node(HUB).restore(MemoryBackend::new());
    world.node(HUB).notices.clear();
    let line = world.connect(A);
    world.run();
    let frames = [
        Frame::Seal(seal(&changes)),
        Frame::Returned { part: part(1, &hand(changes)), last: true },
    ];
    say(&mut world, line, &frames);
    assert!(world.nodes[HUB].replica.index().is_empty());
    let notices = std::mem::take(&mut world.nodes[HUB].notices);
    notices
        .into_iter()
        .find_map(|notice| match notice {
            Notice::Quarantined { error, .. } => Some(error),
            _ => None,
        })
        .expect("nothing was refused")
}

fn sealed_by(key: OfficeKey) -> impl Fn(&[Change]) -> Seal {
    move |changes| Seal::new(&key, &DocId::Calendar, &[changes.last().unwrap().hash()]).unwrap()
}

#[test]
fn a_seal_of_anybody_but_the_hubs_unit_is_refused() {
    for other in [A, B, super::world::STRANGER] {
        let error = refused(sealed_by(office_key(other)), |changes| changes);
        let expected = AccessError::NotSealedByHub { doc: DocId::Calendar, key: key(other) };
        assert!(matches!(error, GateError::Access(access) if access == expected));
    }
    let forged = |changes: &[Change]| Seal { key: key(HUB), ..sealed_by(office_key(A))(changes) };
    assert!(matches!(refused(forged, |changes| changes), GateError::Access(_)));
}

#[test]
fn changes_that_the_seal_does_not_cover_are_refused_with_all_the_rest() {
    let earlier = |changes: &[Change]| {
        Seal::new(&office_key(HUB), &DocId::Calendar, &[changes[changes.len() - 2].hash()]).unwrap()
    };
    let error = refused(earlier, |changes| changes);
    assert!(matches!(error, GateError::NotSealed { .. }), "{error}");
}

#[test]
fn half_of_what_a_seal_covers_is_refused() {
    for drop in [0, 2, 4] {
        let error = refused(sealed_by(office_key(HUB)), |mut changes| {
            changes.remove(drop);
            changes
        });
        assert!(matches!(error, GateError::MissingDependency { .. }), "{drop}: {error}");
    }
}

#[test]
fn parts_without_a_seal_are_passed_over_and_parts_out_of_order_end_the_connection() {
    let mut world = town();
    let changes = calendar(&mut world);
    let hub_seal = sealed_by(office_key(HUB))(&changes);
    let line = world.connect(A);
    world.run();
    say(&mut world, line, &[Frame::Returned { part: part(1, &changes), last: true }]);
    assert!(world.is_up(line));
    let frames = [Frame::Seal(hub_seal), Frame::Returned { part: part(2, &changes), last: true }];
    say(&mut world, line, &frames);
    assert!(!world.is_up(line));
}

#[test]
fn one_office_at_a_time_hands_back_and_who_dawdles_loses_its_turn() {
    let mut world = town();
    let changes = calendar(&mut world);
    let seal = Frame::Seal(sealed_by(office_key(HUB))(&changes));
    let whole = Frame::Returned { part: part(1, &changes), last: true };
    world.node(HUB).replica =
        crate::replica::Replica::open(Store::new(MemoryBackend::new()), 1 << 20).unwrap();
    for node in [A, B] {
        world.node(node).restore(MemoryBackend::new());
    }
    let lines = [world.connect(A), world.connect(B)];
    world.run();
    let tell = |world: &mut World, node: usize, frames: &[&Frame]| {
        let bytes = frames.iter().flat_map(|frame| stream::encode(frame)).collect();
        world.inject(lines[usize::from(node == B)], node, bytes);
        world.run();
    };
    tell(&mut world, A, &[&seal]);
    tell(&mut world, B, &[&seal, &whole]);
    assert_eq!(took_back(&world.nodes[HUB]), 0);
    world.wait(61_000);
    tell(&mut world, B, &[&seal, &whole]);
    assert_eq!(took_back(&world.nodes[HUB]), 1);
    assert!(world.nodes[HUB].replica.summary(&doc("town/calendar")).is_some());
}

#[test]
fn documents_are_handed_back_one_behind_the_other_however_late_the_hub_commits() {
    let mut world = town();
    let documents: Vec<(DocId, Vec<Change>)> =
        TOWN.map(doc).map(|doc| (doc.clone(), changes_of(&mut world, &doc))).into();
    for node in [HUB, A] {
        world.node(node).restore(MemoryBackend::new());
    }
    let conn = world.connect(A);
    world.run();
    for (doc, changes) in &documents {
        let seal = Seal::new(&office_key(HUB), doc, &[changes.last().unwrap().hash()]).unwrap();
        let whole = Frame::Returned { part: part_of(doc, 1, changes), last: true };
        for frame in [Frame::Seal(seal), whole] {
            let (bytes, hub) = (frame.encode(), &mut world.nodes[HUB]);
            let event = Event::Frame { conn, bytes: &bytes };
            hub.exchange.handle(world.now, event, &mut hub.replica).unwrap();
        }
    }
    world.run();
    for (doc, changes) in documents {
        assert_eq!(world.nodes[HUB].heads(&doc), [changes.last().unwrap().hash()], "{doc}");
    }
}
