//! What comes back for the first packet of somebody whose address is not proven.

use tokio::net::UdpSocket;
use tokio::time::timeout;

use super::line::Line;
use super::*;

/// Longer than the hub waits for a handshake, and for the end of it.
const WATCHED_FOR: Duration = Duration::from_secs(120);

/// Records the first packet of a handshake.
async fn first_packet(listener: &Listener) -> Vec<u8> {
    let line = Line::to(listener, Duration::ZERO).await;
    line.let_udp_pass(false);
    let settings = DialSettings { only: Some(Way::Quic), ..impatient() };
    let hub = hub_key().node_key();
    let gone = dial(std::slice::from_ref(&line.address), hub, &office_key(), &settings).await;
    assert!(gone.is_err());
    line.heard().swap_remove(0)
}

/// Sends a packet once from an address of its own, and counts the bytes that come for it. Time is the clock of the
/// test: it goes on when nothing else happens.
async fn answered(listener: &Listener, packet: &[u8]) -> u64 {
    let street = UdpSocket::bind(loopback()).await.unwrap();
    street.send_to(packet, listener.local_address()).await.unwrap();
    let (mut bytes, mut datagram) = (0, [0; 2048]);
    let counting = async {
        loop {
            bytes += street.recv(&mut datagram).await.unwrap() as u64;
        }
    };
    assert!(timeout(WATCHED_FOR, counting).await.is_err());
    bytes
}

#[tokio::test(start_paused = true)]
async fn at_most_three_times_the_first_packet_comes_back_however_long_one_waits() {
    let listener = listen(Limits::default());
    let packet = first_packet(&listener).await;
    assert_eq!(packet.len(), 1200);
    for _ in 0..3 {
        let bytes = answered(&listener, &packet).await;
        assert!(bytes >= 1200, "the hub does not answer: {bytes}");
        assert!(bytes <= 3600, "{bytes} bytes for 1,200");
    }
}

#[tokio::test]
async fn a_hub_that_was_started_again_resets_the_connections_that_it_forgot() {
    let settings = Settings { idle_timeout: Duration::from_secs(3600), ..Settings::default() };
    let limits = Limits { settings: settings.clone(), ..Limits::default() };
    let mut listener = listen(limits.clone());
    let line = Line::to(&listener, Duration::ZERO).await;
    let over_quic = DialSettings { settings, only: Some(Way::Quic), ..DialSettings::default() };
    let hub = hub_key().node_key();
    let addresses = [line.address.clone()];
    let mut office = dial(&addresses, hub, &office_key(), &over_quic).await.unwrap();
    let mut hub = listener.accept().await.unwrap();
    office.send(frame(40, 1), Priority::Live).await.unwrap();
    assert_eq!(hub.recv().await, Some(Ok(frame(40, 1))));

    // It dies without a word.
    line.let_udp_pass(false);
    let address = listener.local_address();
    drop((hub, listener));
    let _again = loop {
        match Listener::bind(address, &hub_key(), limits.clone()) {
            Ok(listener) => break listener,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    line.let_udp_pass(true);
    office.send(frame(40, 2), Priority::Live).await.unwrap();
    assert_eq!(office.recv().await, Some(Err(Closed::Cut)));
}
