//! Every input of the fuzz targets' corpora, run once through its target: without libFuzzer, on any
//! compiler, with the ordinary tests. What was found once cannot come back unseen.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "modules of the fuzz targets, of which not all is used"
)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

#[path = "../fuzz/src/forge.rs"]
mod forge;
#[path = "../fuzz/src/gate.rs"]
mod gate;
#[path = "../fuzz/src/import_file.rs"]
mod import_file;
#[path = "../fuzz/src/json.rs"]
mod json;
#[path = "../fuzz/src/template.rs"]
mod template;
#[path = "../fuzz/src/text.rs"]
mod text;
#[path = "../fuzz/src/wire.rs"]
mod wire;

use std::fs;
use std::panic::catch_unwind;

use hopluu_node::{import, town_file};
use hopluu_tests::repository;

/// Splits an input into its first byte, which chooses the decoder, and what that decodes.
fn choose(input: &[u8]) -> Option<(u8, &[u8])> {
    input.split_first().map(|(choice, rest)| (*choice, rest))
}

fn every_seed_keeps_the_promises_of(target: &str, run: fn(&[u8]), at_least: usize) {
    let folder = repository().join("tests/fuzz/corpus").join(target);
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let input = fs::read(&path).unwrap();
        assert!(catch_unwind(|| run(&input)).is_ok(), "{}", path.display());
        count += 1;
    }
    assert!(count >= at_least, "only {count} seeds of {target} were found");
}

#[test]
fn frames_and_streams() {
    every_seed_keeps_the_promises_of("wire", wire::run, 15);
}

#[test]
fn batches_and_what_automerge_once_crashed_over() {
    every_seed_keeps_the_promises_of("gate", gate::run, 30);
}

#[test]
fn templates_and_town_files() {
    every_seed_keeps_the_promises_of("template", template::run, 4);
}

#[test]
fn ids_values_formulas_and_invitations() {
    every_seed_keeps_the_promises_of("text", text::run, 20);
}

#[test]
fn reports_and_records() {
    every_seed_keeps_the_promises_of("json", json::run, 7);
}

#[test]
fn files_of_figures() {
    every_seed_keeps_the_promises_of("import", import_file::run, 10);
}

/// What libFuzzer would try for hours, for a second: the seed is fixed, so that a failure comes again.
/// `HOPLUU_FORGERIES=100000` tries more.
#[test]
fn forged_operations_are_refused_or_leave_a_document_that_reads() {
    let rounds = std::env::var("HOPLUU_FORGERIES").map_or(150, |count| count.parse().unwrap());
    let mut state = 20_230_314_u64;
    let mut roll = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for round in 0..rounds {
        let length = 4 + roll(60);
        let mut input = vec![b'o'];
        for _ in 0..length {
            // Mostly small numbers: what is near in the document.
            let below = [4, 24, 48, 256][roll(4) as usize];
            input.push(roll(below) as u8);
        }
        assert!(catch_unwind(|| gate::run(&input)).is_ok(), "round {round}: {input:?}");
    }
}
