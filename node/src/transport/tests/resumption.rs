//! A node that comes back: its session is resumed, and it speaks in its first flight.

use std::net::UdpSocket;

use tokio::time::Instant;

use super::line::Line;
use super::*;

fn dialer() -> Dialer {
    let settings = DialSettings { only: Some(Way::Quic), ..DialSettings::default() };
    Dialer::new(hub_key().node_key(), &office_key(), settings, Networks::unknown()).unwrap()
}

/// A first connection, long enough that its ticket has arrived.
async fn first_connection(dialer: &Dialer, address: &HubAddress, listener: &mut Listener) {
    let mut office = dialer.dial(std::slice::from_ref(address), &[]).await.unwrap();
    let mut hub = listener.accept().await.unwrap();
    while !dialer.can_resume() {
        office.send(frame(10, 1), Priority::Live).await.unwrap();
        hub.recv().await.unwrap().unwrap();
        hub.send(frame(10, 2), Priority::Live).await.unwrap();
        office.recv().await.unwrap().unwrap();
    }
}

/// From the first packet until the hub's answer to the first frame is there.
async fn ask(
    dialer: &Dialer,
    address: &HubAddress,
    listener: &mut Listener,
) -> (Duration, Traffic) {
    let begun = Instant::now();
    let asking = async {
        let question = [frame(100, 1)];
        let mut office = dialer.dial(std::slice::from_ref(address), &question).await.unwrap();
        assert_eq!(office.recv().await, Some(Ok(frame(100, 2))));
        (begun.elapsed(), office.traffic(), office)
    };
    let answering = async {
        let mut hub = listener.accept().await.unwrap();
        assert_eq!(hub.peer(), office_key().node_key());
        assert_eq!(hub.recv().await, Some(Ok(frame(100, 1))));
        hub.send(frame(100, 2), Priority::Live).await.unwrap();
        hub
    };
    let ((elapsed, traffic, _office), _hub) = tokio::join!(asking, answering);
    (elapsed, traffic)
}

#[tokio::test(start_paused = true)]
async fn a_node_that_comes_back_is_answered_a_round_trip_earlier() {
    let mut listener = listen(Limits::default());
    let each_way = Duration::from_millis(300);
    let line = Line::to(&listener, each_way).await;
    let dialer = dialer();
    let (in_full, full_traffic) = ask(&dialer, &line.address, &mut listener).await;
    first_connection(&dialer, &line.address, &mut listener).await;
    let (resumed, resumed_traffic) = ask(&dialer, &line.address, &mut listener).await;
    println!("in full: {in_full:?}, {full_traffic:?}");
    println!("resumed: {resumed:?}, {resumed_traffic:?}");
    assert!(resumed + 2 * each_way <= in_full + each_way / 2, "{resumed:?} {in_full:?}");
}

#[tokio::test]
async fn a_hub_that_has_forgotten_the_session_hears_the_first_frames_once() {
    let mut listener = listen(Limits::default());
    let address = listener.local_address();
    let dialer = dialer();
    first_connection(&dialer, &address.into(), &mut listener).await;
    listener.close(CloseCode::Leaving, "").await;
    drop(listener);

    let mut listener = loop {
        // The port is free when the last of the former listener's tasks has ended.
        match Listener::bind(address, &hub_key(), Limits::default()) {
            Ok(listener) => break listener,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    let office = dialer.dial(&[address.into()], &[frame(10, 1), frame(10, 2)]).await.unwrap();
    office.send(frame(10, 3), Priority::Live).await.unwrap();
    let mut hub = listener.accept().await.unwrap();
    for number in 1..=3 {
        assert_eq!(hub.recv().await, Some(Ok(frame(10, number))));
    }
}

#[tokio::test]
async fn a_first_flight_that_is_played_again_is_heard_by_nobody_and_does_not_amplify() {
    let mut listener = listen(Limits::default());
    let line = Line::to(&listener, Duration::ZERO).await;
    let dialer = dialer();
    first_connection(&dialer, &line.address, &mut listener).await;
    listener.idle().await;
    line.heard();
    let question = [frame(1000, 7)];
    let office = dialer.dial(std::slice::from_ref(&line.address), &question).await.unwrap();
    let mut hub = listener.accept().await.unwrap();
    assert_eq!(hub.recv().await, Some(Ok(frame(1000, 7))));
    let recorded = line.heard();

    // While the connection lives, and when the hub has forgotten it.
    let mut replayed = play(&recorded, &listener);
    let third = OfficeKey::from_seed([3; 32]);
    let other = call(&listener, &third).await.unwrap();
    assert_eq!(listener.accept().await.unwrap().peer(), third.node_key());
    drop((office, hub, other));
    listener.idle().await;
    replayed.extend(play(&recorded, &listener));
    let _other = call(&listener, &third).await.unwrap();
    assert_eq!(listener.accept().await.unwrap().peer(), third.node_key());

    let sent: usize = 2 * recorded.iter().map(Vec::len).sum::<usize>();
    let answered: usize = replayed.iter().map(answers).sum();
    println!("played {sent} bytes again, {answered} came back");
    assert!(answered <= 3 * sent, "{sent} bytes are answered with {answered}");
}

/// Sends recorded datagrams from somewhere else.
fn play(recorded: &[Vec<u8>], listener: &Listener) -> Vec<UdpSocket> {
    let socket = UdpSocket::bind(loopback()).unwrap();
    socket.set_nonblocking(true).unwrap();
    for datagram in recorded {
        socket.send_to(datagram, listener.local_address()).unwrap();
    }
    vec![socket]
}

/// How many bytes have come back by now.
fn answers(socket: &UdpSocket) -> usize {
    std::iter::from_fn(|| socket.recv(&mut [0; 2048]).ok()).sum()
}

#[tokio::test(start_paused = true)]
async fn until_the_handshake_is_complete_nothing_is_proved_and_it_must_become_complete() {
    let mut listener = listen(Limits::default());
    let line = Line::to(&listener, Duration::from_millis(300)).await;
    let dialer = dialer();
    first_connection(&dialer, &line.address, &mut listener).await;

    let address = line.address.clone();
    let calling =
        tokio::spawn(async move { dialer.dial(&[address], &[frame(100, 1)]).await.map(drop) });
    let hub = listener.accept().await.unwrap();
    // The first flight is there, and nothing after it comes through.
    line.let_udp_pass(false);
    let (_sender, mut receiver) = hub.split();
    assert_eq!(receiver.recv().await, Some(Ok(frame(100, 1))));
    assert!(!receiver.proved().await);
    assert!(receiver.recv().await.unwrap().is_err());
    drop(calling.await.unwrap());
}

#[tokio::test]
async fn a_complete_handshake_is_proof_over_both_ways() {
    for way in WAYS {
        let mut listener = listen(Limits::default());
        let (_office, hub) = pair_over(way, &mut listener).await;
        let (_sender, receiver) = hub.split();
        assert!(receiver.proved().await);
    }
}
