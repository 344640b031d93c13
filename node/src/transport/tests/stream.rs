//! Peers over TCP that do not keep to the rules.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::*;

/// How long to watch something that must not happen.
const PATIENCE: Duration = Duration::from_millis(50);

/// A peer with a proper key and a will of its own: plain bytes in a TLS stream.
async fn raw_peer(listener: &mut Listener) -> (TlsStream<TcpStream>, Connection) {
    let tls = tls::ClientTls::new(&office_key(), hub_key().node_key()).unwrap();
    let stream = TcpStream::connect(listener.local_address()).await.unwrap();
    let name = rustls::pki_types::ServerName::try_from(tls::SERVER_NAME).unwrap();
    let connecting = TlsConnector::from(tls.tcp.clone()).connect(name, stream);
    let (raw, accepted) = tokio::join!(connecting, listener.accept());
    (raw.unwrap(), accepted.unwrap())
}

async fn write(raw: &mut TlsStream<TcpStream>, bytes: &[u8]) {
    raw.write_all(bytes).await.unwrap();
    raw.flush().await.unwrap();
}

/// The code in the farewell, which is all that is left to read.
async fn farewell_code(mut raw: TlsStream<TcpStream>) -> u64 {
    let mut bytes = Vec::new();
    raw.read_to_end(&mut bytes).await.unwrap();
    assert_eq!(bytes[..4], [0xbf, 0xff, 0xff, 0xff]);
    u64::from_be_bytes(bytes[4..12].try_into().unwrap())
}

#[tokio::test]
async fn an_announced_frame_beyond_the_limit_ends_the_connection() {
    let mut listener = listen(Limits::default());
    let (mut raw, mut hub) = raw_peer(&mut listener).await;
    write(&mut raw, &[0xff; 8]).await;
    let announced = u64::MAX >> 2;
    assert_eq!(hub.recv().await, Some(Err(Closed::FrameTooLong { announced })));
    assert_eq!(farewell_code(raw).await, CloseCode::FrameTooLong.number());
}

#[tokio::test]
async fn a_stream_that_ends_without_a_farewell_was_cut() {
    let mut listener = listen(Limits::default());
    let (mut raw, mut hub) = raw_peer(&mut listener).await;
    write(&mut raw, &[2, b'a', b'b', 10, b'c']).await;
    raw.shutdown().await.unwrap();
    assert_eq!(hub.recv().await, Some(Ok(Bytes::from_static(b"ab"))));
    assert_eq!(hub.recv().await, Some(Err(Closed::Cut)));
}

#[tokio::test]
async fn a_reset_is_a_cut() {
    let mut listener = listen(Limits::default());
    let (raw, mut hub) = raw_peer(&mut listener).await;
    raw.into_inner().0.set_zero_linger().unwrap();
    assert_eq!(hub.recv().await, Some(Err(Closed::Cut)));
    while hub.send(frame(1, 1), Priority::Live).await.is_ok() {}
}

#[tokio::test]
async fn a_flood_that_nobody_reads_is_held_back_by_the_socket_s_buffers() {
    let mut listener = listen(Limits::default());
    let (mut raw, hub) = raw_peer(&mut listener).await;
    let flood = async {
        let mut taken = 0;
        loop {
            raw.write_all(&[0; 4096]).await.unwrap();
            taken += 4096;
            assert!(taken < 16 << 20, "the hub takes whatever comes");
        }
    };
    assert!(timeout(PATIENCE, flood).await.is_err());
    drop(hub);
}

#[tokio::test]
async fn a_peer_that_never_reads_makes_the_sender_wait() {
    let mut listener = listen(Limits::default());
    let (_raw, hub) = raw_peer(&mut listener).await;
    let flood = async {
        for taken in 0.. {
            hub.send(frame(MAX_FRAME, 0), Priority::CatchUp).await.unwrap();
            assert!(taken < 200, "{taken} frames are held for a peer that does not read");
        }
    };
    assert!(timeout(PATIENCE, flood).await.is_err());
}

#[tokio::test]
async fn a_read_that_was_given_up_loses_nothing() {
    let mut listener = listen(Limits::default());
    let (mut raw, mut hub) = raw_peer(&mut listener).await;
    for byte in [3, b'a', b'b'] {
        write(&mut raw, &[byte]).await;
        assert!(timeout(PATIENCE, hub.recv()).await.is_err());
    }
    write(&mut raw, b"c").await;
    assert_eq!(hub.recv().await, Some(Ok(Bytes::from_static(b"abc"))));
}

#[tokio::test]
async fn what_was_sent_arrives_although_the_closing_side_has_unread_bytes() {
    let mut listener = listen(Limits::default());
    let (mut office, hub) = pair_over(Way::Tcp, &mut listener).await;
    for number in 0..20 {
        office.send(frame(1000, number), Priority::Live).await.unwrap();
    }
    hub.send(frame(5, 5), Priority::Live).await.unwrap();
    let reading = async { (office.recv().await, office.recv().await) };
    let ((sent, end), ()) = tokio::join!(reading, hub.close(CloseCode::Refused, "không"));
    assert_eq!(sent, Some(Ok(frame(5, 5))));
    let reason = "không".to_owned();
    assert_eq!(end, Some(Err(Closed::ByPeer { code: CloseCode::Refused, reason })));
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_never_ends_gives_its_place_back() {
    let mut listener = listen(Limits { max_handshakes: 1, ..Limits::default() });
    let mut slow = TcpStream::connect(listener.local_address()).await.unwrap();
    // One byte of a handshake, and then nothing.
    slow.write_all(&[22]).await.unwrap();
    // The hub closes it when its time is up.
    assert_eq!(slow.read(&mut [0; 16]).await.unwrap(), 0);
    tokio::time::resume();
    let (_office, _hub) = pair_over(Way::Tcp, &mut listener).await;
}

#[tokio::test]
async fn half_open_connections_over_tcp_hold_up_nobody_over_quic() {
    let mut listener = listen(Limits { max_handshakes: 2, ..Limits::default() });
    let mut idle = Vec::new();
    for _ in 0..8 {
        idle.push(TcpStream::connect(listener.local_address()).await.unwrap());
    }
    let (office, _hub) = pair(&mut listener).await;
    assert_eq!(office.way(), Way::Quic);
}

#[tokio::test]
async fn a_server_without_our_protocol_or_with_another_key_is_no_hub() {
    let listener = listen(Limits::default());
    let settings = DialSettings { only: Some(Way::Tcp), ..DialSettings::default() };
    let expected = OfficeKey::from_seed([9; 32]).node_key();
    let address = address_of(&listener);
    let error = dial(std::slice::from_ref(&address), expected, &office_key(), &settings).await;
    let (address, found) = (address.to_string(), hub_key().node_key());
    assert_eq!(error.unwrap_err(), DialError::WrongKey { address, expected, found });

    let web = tokio::net::TcpListener::bind(loopback()).await.unwrap();
    let address = HubAddress::from(web.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = web.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        // Until the other side has had enough.
        while matches!(stream.read(&mut [0; 1024]).await, Ok(1..)) {}
    });
    let error = dial(&[address], expected, &office_key(), &settings).await.unwrap_err();
    assert!(matches!(error, DialError::NotAHub { .. }), "{error}");
}
