//! The short scenarios, in every run of the tests. Skipped where namespaces cannot be made.

#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use hopluu_lines::routes::{BLACK_HOLE, MOBILE, MODEM, ROUGH};
use hopluu_lines::{Emulator, HEAD, Lab, Line, scenarios};

/// A lab, or nothing and the reason where there can be none.
fn lab() -> Option<Lab> {
    match Emulator::start(Line::clear(), Line::clear(), 0) {
        Ok(_) => Some(Lab::new().unwrap()),
        Err(why) => {
            println!("skipped: {why:#}");
            None
        }
    }
}

#[test]
fn a_days_edits_cross_a_rough_line() {
    let Some(lab) = lab() else { return };
    let row = scenarios::a_days_edits(&lab, ROUGH, 2).unwrap();
    println!("{HEAD}\n{row}");
}

#[test]
fn a_days_edits_cross_a_line_that_swallows_udp_and_large_packets() {
    let Some(lab) = lab() else { return };
    let row = scenarios::a_days_edits(&lab, BLACK_HOLE, 1).unwrap();
    println!("{HEAD}\n{row}");
}

#[test]
fn a_days_edits_cross_a_line_of_9_600_bits_a_second() {
    let Some(lab) = lab() else { return };
    let row = scenarios::a_days_edits(&lab, MODEM, 1).unwrap();
    println!("{HEAD}\n{row}");
}

#[test]
fn an_edit_on_an_open_connection_crosses_a_rough_line() {
    let Some(lab) = lab() else { return };
    let row = scenarios::one_edit(&lab, ROUGH, 10).unwrap();
    println!("{HEAD}\n{row}");
}

#[test]
fn a_connection_outlives_a_change_of_network_and_of_the_nats_address() {
    let Some(lab) = lab() else { return };
    scenarios::edits_around_moves(&lab, MOBILE).unwrap();
}
