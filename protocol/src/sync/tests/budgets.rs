//! The byte budgets of the design, as counters.

use super::report::{set, work};
use super::world::{A, B, HUB, Traffic, World, doc};
use crate::id::DocId;
use crate::replica::TagRange;
use crate::wire::pack;

const REPORT: &str = "report/2023-q1/a";

fn traffic_of(world: &mut World, action: impl FnOnce(&mut World)) -> Traffic {
    let line = world.connect(A);
    world.run();
    let before = world.traffic(line);
    action(world);
    world.run();
    let after = world.traffic(line);
    Traffic { up: after.up - before.up, down: after.down - before.down }
}

#[test]
fn one_edited_cell_costs_at_most_250_bytes_up_and_60_down() {
    let mut world = World::new();
    work(world.node(A), &doc(REPORT), 100, false, 1);
    let first = traffic_of(&mut world, |world| set(world.node(A), &doc(REPORT), "pl2.1.1", 30162));
    world.crash(A);
    let line_start =
        traffic_of(&mut world, |world| set(world.node(A), &doc(REPORT), "pl2.1.1", 30163));
    let next = traffic_of(&mut world, |world| {
        set(world.node(A), &doc(REPORT), "pl2.1.2", 12);
        world.run();
        let line = world.last_line();
        let before = world.traffic(line);
        set(world.node(A), &doc(REPORT), "pl2.1.3", 40);
        world.run();
        let edit = world.traffic(line).up - before.up;
        println!("the next edit on the same line: {edit}");
        assert!(edit <= 64, "{edit}");
    });
    println!("one edited cell: {first:?}; the first after a start: {line_start:?}; two: {next:?}");
    for traffic in [first, line_start] {
        assert!(traffic.up <= 250 && traffic.down <= 60, "{traffic:?}");
    }
}

#[test]
fn an_idle_reconnect_costs_at_most_200_bytes_each_way_with_10_or_1400_documents() {
    for documents in [10, 1400] {
        let mut world = World::new();
        for number in 0..documents {
            let period = ["q1", "q2", "q3", "q4", "6m", "9m", "y"][number % 7];
            let id = format!("report/{}-{period}/a", 2000 + number / 7);
            world.node(A).replica.create(&doc(&id), super::report::genesis()).unwrap();
        }
        let line = world.connect(A);
        world.run();
        assert!(world.in_sync(A));
        world.cut(line);
        let line = world.connect(A);
        world.run();
        let traffic = world.traffic(line);
        println!("idle reconnect with {documents} documents: {traffic:?}");
        assert!(traffic.up <= 200 && traffic.down <= 200, "{traffic:?}");
        assert!(world.in_sync(A));
    }
}

#[test]
fn the_first_sync_of_a_quarter_costs_at_most_1_05_times_its_saved_document() {
    let mut world = World::new();
    work(world.node(A), &doc(REPORT), 600, false, 42);
    let saved = world.node(A).replica.document(&doc(REPORT)).unwrap().unwrap().save().len();
    let line = world.connect(A);
    world.run();
    let traffic = world.traffic(line);
    println!("first sync of 600 edits: {traffic:?}, save() is {saved}");
    assert!(world.in_sync(A));
    assert!(traffic.up * 100 <= saved * 105, "{traffic:?} against {saved}");
}

#[test]
fn five_hundred_offline_edits_cost_at_most_1_1_times_one_bundle_of_them() {
    for cells_only in [true, false] {
        let mut world = World::new();
        work(world.node(A), &doc(REPORT), 100, cells_only, 42);
        let line = world.connect(A);
        world.run();
        world.cut(line);
        let heads = world.nodes[A].heads(&doc(REPORT));
        work(world.node(A), &doc(REPORT), 500, cells_only, 43);
        let document = world.node(A).replica.document(&doc(REPORT)).unwrap().unwrap();
        let changes = document.get_changes(&heads);
        let bundle = document.bundle(changes.iter().map(|c| c.hash())).unwrap().bytes().len();
        let line = world.connect(A);
        world.run();
        let traffic = world.traffic(line);
        println!("500 offline edits (cells only: {cells_only}): {traffic:?}, bundle {bundle}");
        assert!(world.in_sync(A));
        assert!(traffic.up * 10 <= bundle * 11, "{traffic:?} against {bundle}");
    }
}

#[test]
fn packed_changes_are_not_larger_than_bundles_and_far_smaller_than_concatenated_ones() {
    for cells_only in [true, false] {
        let mut world = World::new();
        work(world.node(A), &doc(REPORT), 600, cells_only, 42);
        let saved = world.node(A).replica.document(&doc(REPORT)).unwrap().unwrap().clone();
        let dictionary = dictionary_of_other_offices(cells_only);
        for count in [1, 10, 100, 500] {
            let changes = saved.get_changes(&[]);
            let changes = &changes[changes.len() - count..];
            let raw: Vec<&[u8]> = changes.iter().map(|change| change.raw_bytes()).collect();
            let concatenated = raw.concat();
            let zstd = zstd::bulk::compress(&concatenated, 19).unwrap().len();
            let shared = with_dictionary(&dictionary, &concatenated);
            let bundle = saved.bundle(changes.iter().map(|change| change.hash())).unwrap();
            let bundle_zstd = zstd::bulk::compress(bundle.bytes(), 19).unwrap().len();
            let packed = pack::pack(&raw).unwrap().body.len();
            println!(
                "{count} changes (cells only: {cells_only}): raw {}, zstd {zstd}, with a \
                 shared dictionary {shared}, bundle {}, bundle+zstd {bundle_zstd}, packed {packed}",
                concatenated.len(),
                bundle.bytes().len(),
            );
            assert!(packed <= bundle.bytes().len() * 21 / 20 && packed < zstd);
        }
    }
}

/// A zstd dictionary that both sides could have: made from the quarters of twelve other offices.
fn dictionary_of_other_offices(cells_only: bool) -> Vec<u8> {
    let mut changes: Vec<Vec<u8>> = Vec::new();
    for seed in 100..112 {
        let mut world = World::new();
        work(world.node(B), &doc(REPORT), 600, cells_only, seed);
        let document = world.node(B).replica.document(&doc(REPORT)).unwrap().unwrap();
        changes.extend(document.get_changes(&[]).iter().map(|change| change.raw_bytes().to_vec()));
    }
    zstd::dict::from_samples(&changes, 64 * 1024).unwrap()
}

fn with_dictionary(dictionary: &[u8], bytes: &[u8]) -> usize {
    let mut compressor = zstd::bulk::Compressor::with_dictionary(19, dictionary).unwrap();
    compressor.compress(bytes).unwrap().len()
}

#[test]
fn a_history_with_twenty_cuts_costs_its_size_and_a_window_for_each_cut() {
    let mut world = World::new();
    work(world.node(A), &doc(REPORT), 1000, false, 7);
    let whole = {
        let mut other = World::new();
        work(other.node(A), &doc(REPORT), 1000, false, 7);
        let line = other.connect(A);
        other.run();
        other.traffic(line).up
    };
    for cut in 0..20 {
        let line = world.connect(A);
        let before = sent_at(&world, &doc(REPORT));
        world.break_after(line, whole * (cut + 1) / 60);
        while world.is_up(line) {
            if !world.step() {
                break;
            }
        }
        world.cut(line);
        assert!(sent_at(&world, &doc(REPORT)) >= before, "what was acknowledged is kept");
    }
    let line = world.connect(A);
    world.run();
    assert!(world.in_sync(A));
    assert!(world.traffic(line).up <= whole, "only what is missing is sent");
}

fn sent_at(world: &World, doc: &DocId) -> usize {
    world.nodes[HUB].replica.summary(doc).map_or(0, |summary| summary.changes as usize)
}

#[test]
fn the_hub_opens_no_document_to_pass_changes_on() {
    let mut world = World::new();
    work(world.node(A), &doc(REPORT), 50, false, 7);
    world.connect(A);
    world.connect(super::world::A2);
    world.run();
    assert!(world.in_sync(A) && world.in_sync(super::world::A2));
    let entries =
        world.nodes[HUB].replica.index().entries(&crate::replica::Scope::All, TagRange::FULL);
    assert_eq!(entries.count(), 1);
}
