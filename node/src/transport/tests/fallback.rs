//! Two ways to one hub: TCP where UDP is blocked, QUIC again when it is not.

use tokio::net::{TcpListener, UdpSocket};
use tokio::time::Instant;

use super::line::Line;
use super::*;

/// Longer than any test waits.
const FOR_EVER: Duration = Duration::from_secs(3600);

/// Gives the first way a head start of so long.
fn dialer(networks: &Networks, head_start: Duration) -> Dialer {
    let settings = DialSettings { head_start, timeout: FOR_EVER, ..DialSettings::default() };
    Dialer::new(hub_key().node_key(), &office_key(), settings, networks.clone()).unwrap()
}

async fn blocked_line(listener: &Listener) -> Line {
    let line = Line::to(listener, Duration::ZERO).await;
    line.let_udp_pass(false);
    line
}

#[tokio::test]
async fn where_udp_is_blocked_tcp_carries_the_same_frames_after_its_head_start() {
    let mut listener = listen(Limits::default());
    let line = blocked_line(&listener).await;
    let (begun, head_start) = (Instant::now(), Duration::from_millis(50));
    let dialer = dialer(&Networks::unknown(), head_start);
    let mut office = dialer.dial(&[line.address], &[frame(5, 5)]).await.unwrap();
    assert_eq!(office.way(), Way::Tcp);
    assert!(begun.elapsed() >= head_start);

    let mut hub = listener.accept().await.unwrap();
    assert_eq!((hub.peer(), hub.way()), (office_key().node_key(), Way::Tcp));
    office.send(frame(100, 1), Priority::Live).await.unwrap();
    assert_eq!(hub.recv().await, Some(Ok(frame(5, 5))));
    assert_eq!(hub.recv().await, Some(Ok(frame(100, 1))));
    hub.send(frame(MAX_FRAME, 2), Priority::CatchUp).await.unwrap();
    assert_eq!(office.recv().await, Some(Ok(frame(MAX_FRAME, 2))));
}

#[tokio::test]
async fn a_network_that_blocks_udp_is_remembered_and_given_another_chance() {
    let mut listener = listen(Limits::default());
    let line = blocked_line(&listener).await;
    let addresses = [line.address.clone()];
    let networks = Networks::unknown();
    drop(dialer(&networks, Duration::from_millis(50)).dial(&addresses, &[]).await.unwrap());
    listener.accept().await.unwrap();

    // TCP comes first now: behind QUIC it would wait for ever.
    let office = dialer(&networks, FOR_EVER).dial(&addresses, &[]).await.unwrap();
    assert_eq!(office.way(), Way::Tcp);
    listener.accept().await.unwrap();

    line.let_udp_pass(true);
    dialer(&networks, FOR_EVER).try_quic(&addresses).await.unwrap();
    let office = dialer(&networks, FOR_EVER).dial(&addresses, &[]).await.unwrap();
    assert_eq!(office.way(), Way::Quic);
}

#[tokio::test(start_paused = true)]
async fn where_tcp_is_blocked_as_well_it_is_told_after_the_whole_time() {
    let silent_tcp = TcpListener::bind(loopback()).await.unwrap();
    let address = silent_tcp.local_addr().unwrap();
    let _silent_udp = UdpSocket::bind(address).await.unwrap();
    let begun = Instant::now();
    let (address, hub) = (HubAddress::from(address), hub_key().node_key());
    let settings = DialSettings::default();
    let error = dial(std::slice::from_ref(&address), hub, &office_key(), &settings).await;
    assert_eq!(error.unwrap_err(), DialError::NoAnswer { address: address.to_string() });
    assert!(begun.elapsed() >= settings.timeout);
}

#[tokio::test]
async fn a_hub_that_is_off_is_noticed_without_waiting() {
    let closed = {
        let udp = UdpSocket::bind(loopback()).await.unwrap();
        udp.local_addr().unwrap()
    };
    let address = HubAddress::from(closed);
    let dialer = dialer(&Networks::unknown(), FOR_EVER);
    let error = dialer.dial(std::slice::from_ref(&address), &[]).await;
    assert_eq!(error.unwrap_err(), DialError::NotListening { address: address.to_string() });
}

#[tokio::test]
async fn a_port_that_is_taken_for_tcp_is_told_and_udp_is_listened_to() {
    let taken = TcpListener::bind(loopback()).await.unwrap();
    let address = taken.local_addr().unwrap();
    let mut listener = Listener::bind(address, &hub_key(), Limits::default()).unwrap();
    assert!(matches!(listener.without_tcp(), Some(ListenError::Tcp { .. })));
    let (office, _hub) = pair(&mut listener).await;
    assert_eq!(office.way(), Way::Quic);
}

#[tokio::test]
async fn whoever_only_looks_for_a_way_leaves_in_good_order() {
    let mut listener = listen(Limits::default());
    let networks = Networks::unknown();
    let addresses = [address_of(&listener)];
    let dialer = dialer(&networks, FOR_EVER);
    let looking = dialer.try_quic(&addresses);
    let welcoming = async { listener.accept().await.unwrap().recv().await };
    let (looked, heard) = tokio::join!(looking, welcoming);
    looked.unwrap();
    assert_eq!(heard, None);
}

#[tokio::test]
async fn a_stream_into_which_nothing_comes_any_more_counts_as_cut() {
    let idle_timeout = Duration::from_millis(500);
    let settings = Settings { idle_timeout, ..Settings::default() };
    let mut listener = listen(Limits { settings: settings.clone(), ..Limits::default() });
    let line = Line::to(&listener, Duration::ZERO).await;
    let over_tcp = DialSettings { settings, only: Some(Way::Tcp), ..DialSettings::default() };
    let hub = hub_key().node_key();
    let addresses = [line.address.clone()];
    let mut office = dial(&addresses, hub, &office_key(), &over_tcp).await.unwrap();
    let mut hub = listener.accept().await.unwrap();

    line.let_tcp_pass(false);
    // What a node asks after a time of silence disappears, and no reset tells of it.
    office.send(frame(2, 0x31), Priority::Live).await.unwrap();
    let (at_office, at_hub) = tokio::join!(office.recv(), hub.recv());
    assert_eq!((at_office, at_hub), (Some(Err(Closed::Cut)), Some(Err(Closed::Cut))));
}
