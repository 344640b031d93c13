//! A network that lets no UDP through.

use std::net::{Shutdown, TcpListener, TcpStream, UdpSocket};
use std::thread;

use hopluu_tests::{Program, json};

use crate::town::{PERIOD, Town};

/// A port at which datagrams disappear and streams get to the hub.
fn blocked_way_to(hub: &str) -> (String, UdpSocket) {
    let (tcp, udp) = loop {
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        if let Ok(udp) = UdpSocket::bind(tcp.local_addr().unwrap()) {
            break (tcp, udp);
        }
    };
    let address = tcp.local_addr().unwrap().to_string();
    let hub = hub.to_owned();
    thread::spawn(move || {
        for caller in tcp.incoming() {
            let (caller, hub) = (caller.unwrap(), TcpStream::connect(&hub).unwrap());
            let back = (hub.try_clone().unwrap(), caller.try_clone().unwrap());
            thread::spawn(move || pass(caller, hub));
            thread::spawn(move || pass(back.0, back.1));
        }
    });
    (address, udp)
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    // A side that is gone ends it, too.
    drop(std::io::copy(&mut from, &mut to));
    drop(to.shutdown(Shutdown::Write));
}

#[test]
fn an_office_whose_network_blocks_udp_joins_and_syncs_over_tcp() {
    let town = Town::found();
    let (address, _silent) = blocked_way_to(&town.address());
    let invitation = town.hub.ok(&["invite", "19996", "--address", &address]);
    let office = Program::over(town.path("tu-ha"));
    office.ok(&["join", invitation.trim(), "--name", "tu-ha"]);
    let remembered = std::fs::read_to_string(office.data().join("networks.json")).unwrap();
    assert!(remembered.contains(&address), "{remembered}");

    office.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    let outcome = json(&office.ok(&["--json", "sync"]));
    assert_eq!((&outcome["way"], &outcome["in_sync"]), (&"tcp".into(), &true.into()), "{outcome}");
    assert!(office.ok(&["sync"]).contains("TCP"));
    assert_eq!(json(&office.ok(&["--json", "status"]))["unacknowledged"], 0);

    let _server = office.serve(&[]);
    office.ok(&["set", PERIOD, "pl4.3.2.2", "312"]);
    office.ok(&["sync"]);
    let status = json(&office.ok(&["--json", "status"]));
    assert_eq!(status["peers"][0]["way"], "tcp", "{status}");
    assert!(office.ok(&["status"]).contains("TCP"));
}
