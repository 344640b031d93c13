//! Peers that do not keep to the rules.

use std::sync::Arc;

use quinn::{Endpoint, VarInt};
use tokio::net::UdpSocket;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::*;

/// How long to watch something that must not happen.
const PATIENCE: Duration = Duration::from_millis(50);

/// A peer with a proper key and a will of its own: plain QUIC streams.
async fn raw_peer(listener: &mut Listener) -> (Endpoint, quinn::Connection, Connection) {
    let hub = hub_key().node_key();
    let tls = tls::ClientTls::new(&office_key(), hub).unwrap();
    let endpoint = Endpoint::client(loopback()).unwrap();
    let config = quinn::ClientConfig::new(tls.quic);
    let connecting =
        endpoint.connect_with(config, listener.local_address(), tls::SERVER_NAME).unwrap();
    let (raw, accepted) = tokio::join!(connecting, listener.accept());
    (endpoint, raw.unwrap(), accepted.unwrap())
}

fn code_of(error: quinn::ConnectionError) -> VarInt {
    match error {
        quinn::ConnectionError::ApplicationClosed(close) => close.error_code,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn an_announced_frame_beyond_the_limit_ends_the_connection() {
    let mut listener = listen(Limits::default());
    let (_endpoint, raw, mut hub) = raw_peer(&mut listener).await;
    let mut stream = raw.open_uni().await.unwrap();
    stream.write_all(&[0xff; 8]).await.unwrap();

    let announced = u64::MAX >> 2;
    assert_eq!(hub.recv().await, Some(Err(Closed::FrameTooLong { announced })));
    assert_eq!(code_of(raw.closed().await), CloseCode::FrameTooLong.to_wire());
}

#[tokio::test]
async fn a_stream_that_ends_within_a_frame_ends_the_connection() {
    let mut listener = listen(Limits::default());
    let (_endpoint, raw, mut hub) = raw_peer(&mut listener).await;
    let mut stream = raw.open_uni().await.unwrap();
    stream.write_all(&[2, b'a', b'b', 10, b'c']).await.unwrap();
    stream.finish().unwrap();

    assert_eq!(hub.recv().await, Some(Ok(Bytes::from_static(b"ab"))));
    assert!(matches!(hub.recv().await, Some(Err(Closed::Malformed { .. }))));
    assert_eq!(code_of(raw.closed().await), CloseCode::Malformed.to_wire());
}

#[tokio::test]
async fn a_stream_that_is_reset_ends_the_connection() {
    let mut listener = listen(Limits::default());
    let (_endpoint, raw, mut hub) = raw_peer(&mut listener).await;
    let mut stream = raw.open_uni().await.unwrap();
    stream.write_all(&[10, b'a']).await.unwrap();
    stream.reset(VarInt::from_u32(0)).unwrap();
    assert!(matches!(hub.recv().await, Some(Err(Closed::Malformed { .. }))));
}

#[tokio::test]
async fn a_peer_that_stops_our_stream_ends_the_connection() {
    let mut listener = listen(Limits::default());
    let (_endpoint, raw, hub) = raw_peer(&mut listener).await;
    hub.send(frame(1, 1), Priority::Live).await.unwrap();
    raw.accept_uni().await.unwrap().stop(VarInt::from_u32(0)).unwrap();
    while hub.send(frame(1, 1), Priority::Live).await.is_ok() {}
    assert_eq!(code_of(raw.closed().await), CloseCode::Malformed.to_wire());
}

#[tokio::test]
async fn a_peer_gets_no_more_streams_than_there_are_priorities() {
    let mut listener = listen(Limits::default());
    let (_endpoint, raw, _hub) = raw_peer(&mut listener).await;
    let _streams = (raw.open_uni().await.unwrap(), raw.open_uni().await.unwrap());
    assert!(timeout(PATIENCE, raw.open_uni()).await.is_err());
    assert!(timeout(PATIENCE, raw.open_bi()).await.is_err());
}

#[tokio::test]
async fn streams_that_appear_in_the_wrong_order_keep_their_priority() {
    let mut listener = listen(Limits::default());
    let (_endpoint, raw, mut hub) = raw_peer(&mut listener).await;
    let mut live = raw.open_uni().await.unwrap();
    let mut catch_up = raw.open_uni().await.unwrap();
    catch_up.write_all(&[1, b'c']).await.unwrap();
    assert_eq!(hub.recv().await, Some(Ok(Bytes::from_static(b"c"))));
    live.write_all(&[1, b'l']).await.unwrap();
    assert_eq!(hub.recv().await, Some(Ok(Bytes::from_static(b"l"))));
}

#[tokio::test]
async fn a_flood_that_nobody_reads_is_held_back_by_the_window() {
    let mut listener = listen(Limits::default());
    let (_endpoint, raw, hub) = raw_peer(&mut listener).await;
    let mut streams = [raw.open_uni().await.unwrap(), raw.open_uni().await.unwrap()];
    for stream in &mut streams {
        stream.write_all(&[0; 256 * 1024]).await.unwrap();
        assert!(timeout(PATIENCE, stream.write(&[0])).await.is_err());
    }
    drop(hub);
}

#[tokio::test]
async fn a_peer_that_never_reads_makes_the_sender_wait_and_an_edit_still_gets_through() {
    let mut listener = listen(Limits::default());
    let (mut office, hub) = pair(&mut listener).await;
    for _ in 0..TAKEN_UNREAD {
        hub.send(frame(MAX_FRAME, 0), Priority::CatchUp).await.unwrap();
    }
    let one_more = hub.send(frame(MAX_FRAME, 0), Priority::CatchUp);
    assert!(timeout(PATIENCE, one_more).await.is_err());

    hub.send(frame(10, 1), Priority::Live).await.unwrap();
    let mut seen = Vec::new();
    let reading = async {
        while let Some(Ok(frame)) = office.recv().await {
            seen.push(frame.len());
        }
    };
    tokio::join!(reading, hub.close(CloseCode::Busy, ""));
    assert_eq!(seen.len(), TAKEN_UNREAD + 1);
    assert!(seen.contains(&10), "{seen:?}");
}

#[tokio::test]
async fn a_send_that_was_given_up_leaves_no_half_frame() {
    let mut listener = listen(Limits::default());
    let (mut office, hub) = pair(&mut listener).await;
    for _ in 0..TAKEN_UNREAD {
        hub.send(frame(MAX_FRAME, 5), Priority::CatchUp).await.unwrap();
    }
    for _ in 0..3 {
        let given_up = hub.send(frame(MAX_FRAME, 9), Priority::CatchUp);
        assert!(timeout(PATIENCE, given_up).await.is_err());
    }
    let reading = async {
        loop {
            let received = office.recv().await.unwrap().unwrap();
            if received == frame(2, 6) {
                return;
            }
            assert_eq!(received, frame(MAX_FRAME, 5));
        }
    };
    let last = hub.send(frame(2, 6), Priority::CatchUp);
    let ((), sent) = tokio::join!(reading, last);
    sent.unwrap();
}

#[tokio::test]
async fn a_read_that_was_given_up_loses_nothing() {
    let mut listener = listen(Limits::default());
    let (_endpoint, raw, mut hub) = raw_peer(&mut listener).await;
    let mut stream = raw.open_uni().await.unwrap();
    for byte in [3, b'a', b'b'] {
        stream.write_all(&[byte]).await.unwrap();
        let read = timeout(PATIENCE, hub.recv()).await;
        assert!(read.is_err());
    }
    stream.write_all(b"c").await.unwrap();
    assert_eq!(hub.recv().await, Some(Ok(Bytes::from_static(b"abc"))));
}

#[tokio::test]
async fn garbage_at_the_socket_disturbs_nobody() {
    let mut listener = listen(Limits::default());
    let (office, mut hub) = pair(&mut listener).await;
    let noise = UdpSocket::bind(loopback()).await.unwrap();
    let mut state = 1_u32;
    for length in 0..500_usize {
        let datagram: Vec<u8> = (0..length * 3 % 1400)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        noise.send_to(&datagram, listener.local_address()).await.unwrap();
    }
    office.send(frame(1000, 1), Priority::Live).await.unwrap();
    assert_eq!(hub.recv().await, Some(Ok(frame(1000, 1))));
    let (_office, _hub) = pair(&mut listener).await;
}

/// Passes a client's first datagram on and nothing else, and tells when: a handshake that never ends.
async fn one_way_street(hub: SocketAddr) -> (HubAddress, oneshot::Receiver<()>) {
    let street = UdpSocket::bind(loopback()).await.unwrap();
    let address = HubAddress::from(street.local_addr().unwrap());
    let (passed, has_passed) = oneshot::channel();
    tokio::spawn(async move {
        let mut datagram = [0; 2048];
        let (length, _) = street.recv_from(&mut datagram).await.unwrap();
        street.send_to(&datagram[..length], hub).await.unwrap();
        passed.send(()).unwrap();
        while street.recv_from(&mut datagram).await.is_ok() {}
    });
    (address, has_passed)
}

#[tokio::test]
async fn a_handshake_that_never_ends_gives_its_place_back() {
    let mut listener = listen(Limits {
        max_handshakes: 1,
        handshake_timeout: Duration::from_secs(1),
        ..Limits::default()
    });
    let (street, has_passed) = one_way_street(listener.local_address()).await;
    let stuck = tokio::spawn(async move {
        dial(&[street], hub_key().node_key(), &office_key(), &impatient()).await
    });
    has_passed.await.unwrap();
    let refused = call(&listener, &office_key()).await;
    assert!(matches!(refused, Err(DialError::Refused { .. })), "{refused:?}");
    assert!(matches!(stuck.await.unwrap(), Err(DialError::NoAnswer { .. })));

    while call(&listener, &office_key()).await.is_err() {}
    assert!(listener.accept().await.is_some());
}

#[tokio::test]
async fn a_handshake_that_never_ends_holds_up_nobody_else() {
    let mut listener = listen(Limits::default());
    let (street, has_passed) = one_way_street(listener.local_address()).await;
    let stuck = tokio::spawn(async move {
        dial(&[street], hub_key().node_key(), &office_key(), &impatient()).await
    });
    has_passed.await.unwrap();
    let (_office, _hub) = pair(&mut listener).await;
    assert!(stuck.await.unwrap().is_err());
}

#[tokio::test]
async fn a_client_without_a_key_gets_no_connection() {
    let mut listener = listen(Limits::default());
    let crypto = rustls::ClientConfig::builder_with_provider(
        rustls::crypto::ring::default_provider().into(),
    )
    .with_protocol_versions(&[&rustls::version::TLS13])
    .unwrap()
    .with_root_certificates(rustls::RootCertStore::empty())
    .with_no_client_auth();
    let crypto = quinn::crypto::rustls::QuicClientConfig::try_from(crypto).unwrap();
    let endpoint = Endpoint::client(loopback()).unwrap();
    let config = quinn::ClientConfig::new(Arc::new(crypto));
    let refused =
        endpoint.connect_with(config, listener.local_address(), tls::SERVER_NAME).unwrap().await;
    assert!(refused.is_err());
    let (office, hub) = pair(&mut listener).await;
    assert_eq!(hub.peer(), office_key().node_key());
    drop(office);
}
