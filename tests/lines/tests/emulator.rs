//! The emulator itself, with sockets at both ends. Skipped where namespaces cannot be made.

#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::process::Command;
use std::time::Duration;

use hopluu_lines::{Emulator, HUB, Line, OFFICE, Side};

const PORT: u16 = 4000;
const HUNDRED_MS: Duration = Duration::from_millis(100);

/// An emulator, or nothing and the reason where there can be none.
fn emulator(up: Line, down: Line) -> Option<Emulator> {
    Emulator::start(up, down, 7).inspect_err(|why| println!("skipped: {why:#}")).ok()
}

fn socket(emulator: &Emulator, side: Side) -> UdpSocket {
    let port = if side == Side::Hub { PORT } else { 0 };
    let socket = emulator.in_namespace(side, || Ok(UdpSocket::bind(("0.0.0.0", port))?)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    socket
}

/// Where the hub sees a greeting come from; its answer must reach the office.
fn greets(office: &UdpSocket, hub: &UdpSocket) -> SocketAddr {
    let mut buffer = [0; 16];
    office.send_to(b"xin chao", (HUB, PORT)).unwrap();
    let (length, from) = hub.recv_from(&mut buffer).unwrap();
    assert_eq!(&buffer[..length], b"xin chao");
    hub.send_to(b"chao", from).unwrap();
    assert_eq!(office.recv(&mut buffer).unwrap(), 4);
    from
}

#[test]
fn a_packet_crosses_a_slow_line_and_is_counted() {
    let slow = Line { delay: HUNDRED_MS, ..Line::clear() };
    let Some(emulator) = emulator(slow, slow) else { return };
    let (office, hub) = (socket(&emulator, Side::Office), socket(&emulator, Side::Hub));
    assert_eq!(greets(&office, &hub).ip(), IpAddr::V4(OFFICE));
    let (up, down) = emulator.counts();
    // 20 bytes of IPv4 and 8 of UDP before each.
    assert_eq!((up.packets, up.bytes, up.arrived), (1, 36, 36));
    assert_eq!((down.packets, down.bytes, down.arrived), (1, 32, 32));
}

#[test]
fn the_office_can_move_and_its_nat_can_rebind() {
    let Some(emulator) = emulator(Line::clear(), Line::clear()) else { return };
    let (office, hub) = (socket(&emulator, Side::Office), socket(&emulator, Side::Hub));
    let first = greets(&office, &hub);
    let outside = emulator.nat_rebinds();
    let second = greets(&office, &hub);
    assert_eq!((second.ip(), second.port()), (IpAddr::V4(outside), first.port()));
    // The old mapping is gone.
    hub.send_to(b"late", first).unwrap();
    let moved = emulator.office_moves().unwrap();
    let third = greets(&office, &hub);
    assert_eq!((third.ip(), third.port()), (IpAddr::V4(moved), first.port()));
    assert_eq!(emulator.counts().1.blocked, 1);
}

#[test]
fn a_dead_line_carries_nothing_until_it_is_mended() {
    let Some(emulator) = emulator(Line::dead(), Line::dead()) else { return };
    let (office, hub) = (socket(&emulator, Side::Office), socket(&emulator, Side::Hub));
    office.send_to(b"lost", (HUB, PORT)).unwrap();
    while emulator.counts().0.lost == 0 {
        std::thread::yield_now();
    }
    emulator.becomes(Line::clear(), Line::clear(), 7);
    greets(&office, &hub);
}

#[test]
fn a_command_runs_in_its_namespace() {
    let Some(emulator) = emulator(Line::clear(), Line::clear()) else { return };
    let seen = |side| {
        let output = emulator
            .in_namespace(side, || Ok(Command::new("cat").arg("/proc/net/fib_trie").output()?))
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(seen(Side::Office).contains(&OFFICE.to_string()));
    assert!(!seen(Side::Hub).contains(&OFFICE.to_string()));
}
