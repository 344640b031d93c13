//! Who gets a connection, and what the others are told.

use tokio::net::UdpSocket;

use super::*;

#[tokio::test]
async fn each_side_knows_the_other_s_key() {
    let mut listener = listen(Limits::default());
    let (office, hub) = pair(&mut listener).await;
    assert_eq!(office.peer(), hub_key().node_key());
    assert_eq!(hub.peer(), office_key().node_key());
    assert_eq!(office.remote_address(), listener.local_address());
}

#[tokio::test]
async fn a_hub_with_another_key_is_refused_and_both_keys_are_named() {
    let listener = listen(Limits::default());
    let expected = OfficeKey::from_seed([9; 32]).node_key();
    let refused = call_for(expected, &listener, &office_key()).await.unwrap_err();
    let address = address_of(&listener).to_string();
    let found = hub_key().node_key();
    assert_eq!(refused, DialError::WrongKey { address, expected, found });
    assert!(!refused.is_retryable());
}

#[tokio::test]
async fn nobody_is_accepted_who_did_not_finish_the_handshake() {
    let mut listener = listen(Limits::default());
    let expected = OfficeKey::from_seed([9; 32]).node_key();
    for _ in 0..3 {
        assert!(call_for(expected, &listener, &office_key()).await.is_err());
    }
    let second = OfficeKey::from_seed([3; 32]);
    let _office = call(&listener, &second).await.unwrap();
    assert_eq!(listener.accept().await.unwrap().peer(), second.node_key());
}

#[tokio::test]
async fn silence_is_told_apart_from_refusal() {
    let silent = UdpSocket::bind(loopback()).await.unwrap();
    let address = HubAddress::from(silent.local_addr().unwrap());
    let hub = hub_key().node_key();
    let error = dial(std::slice::from_ref(&address), hub, &office_key(), &impatient()).await;
    assert_eq!(error.unwrap_err(), DialError::NoAnswer { address: address.to_string() });
}

#[tokio::test]
async fn a_hub_that_is_full_refuses_and_takes_the_next_when_one_has_left() {
    let mut listener = listen(Limits { max_connections: 1, ..Limits::default() });
    let (office, hub) = pair(&mut listener).await;
    let address = address_of(&listener).to_string();
    let refused = call(&listener, &OfficeKey::from_seed([3; 32])).await.unwrap_err();
    assert_eq!(refused, DialError::Refused { address });
    assert!(refused.is_retryable());

    drop((office, hub));
    assert!(call(&listener, &OfficeKey::from_seed([3; 32])).await.is_ok());
}

#[tokio::test]
async fn an_endpoint_that_speaks_another_protocol_is_not_a_hub() {
    let mut crypto = rustls::ServerConfig::builder_with_provider(
        rustls::crypto::ring::default_provider().into(),
    )
    .with_protocol_versions(&[&rustls::version::TLS13])
    .unwrap()
    .with_no_client_auth()
    .with_cert_resolver(std::sync::Arc::new(NoCertificate));
    crypto.alpn_protocols = vec![b"h3".to_vec()];
    let crypto = quinn::crypto::rustls::QuicServerConfig::try_from(crypto).unwrap();
    let config = quinn::ServerConfig::with_crypto(std::sync::Arc::new(crypto));
    let other = quinn::Endpoint::server(config, loopback()).unwrap();
    let answering = other.clone();
    tokio::spawn(async move {
        while let Some(incoming) = answering.accept().await {
            drop(incoming.await);
        }
    });

    let address = HubAddress::from(other.local_addr().unwrap());
    let hub = hub_key().node_key();
    let error = dial(&[address], hub, &office_key(), &DialSettings::default()).await.unwrap_err();
    assert!(matches!(error, DialError::NotAHub { .. }), "{error}");
}

#[derive(Debug)]
struct NoCertificate;

impl rustls::server::ResolvesServerCert for NoCertificate {
    fn resolve(
        &self,
        _hello: rustls::server::ClientHello<'_>,
    ) -> Option<std::sync::Arc<rustls::sign::CertifiedKey>> {
        None
    }
}

#[tokio::test]
async fn the_address_that_answers_is_found_among_those_that_do_not() {
    let silent = UdpSocket::bind(loopback()).await.unwrap();
    let mut listener = listen(Limits::default());
    let port = listener.local_address().port();
    let addresses = [
        "khong-co.invalid:4433".parse().unwrap(),
        HubAddress::from(silent.local_addr().unwrap()),
        format!("localhost:{port}").parse().unwrap(),
    ];
    let hub = hub_key().node_key();
    let office = dial(&addresses, hub, &office_key(), &DialSettings::default()).await.unwrap();
    assert_eq!(office.remote_address(), listener.local_address());
    assert!(listener.accept().await.is_some());
}

#[tokio::test]
async fn without_an_address_there_is_nothing_to_dial() {
    let hub = hub_key().node_key();
    let error = dial(&[], hub, &office_key(), &DialSettings::default()).await.unwrap_err();
    assert_eq!(error, DialError::NoAddress);
}

#[tokio::test]
async fn ipv6_works_where_the_machine_has_it() {
    let address: SocketAddr = "[::1]:0".parse().unwrap();
    let mut listener = match Listener::bind(address, &hub_key(), Limits::default()) {
        Ok(listener) => listener,
        Err(error) => {
            println!("skipped: this machine has no IPv6 loopback ({error})");
            return;
        }
    };
    let (office, _hub) = pair(&mut listener).await;
    assert!(office.remote_address().is_ipv6());
}

#[tokio::test]
async fn two_machines_with_one_key_are_two_connections() {
    let mut listener = listen(Limits::default());
    let (mut first, first_hub) = pair(&mut listener).await;
    let (mut second, second_hub) = pair(&mut listener).await;
    assert_eq!(first_hub.peer(), second_hub.peer());
    first_hub.send(frame(1, 1), Priority::Live).await.unwrap();
    second_hub.send(frame(1, 2), Priority::Live).await.unwrap();
    assert_eq!(first.recv().await.unwrap().unwrap(), frame(1, 1));
    assert_eq!(second.recv().await.unwrap().unwrap(), frame(1, 2));
}

#[tokio::test]
async fn above_its_threshold_the_listener_checks_addresses_first() {
    let mut listener = listen(Limits { retry_above: 0, ..Limits::default() });
    let (office, _hub) = pair(&mut listener).await;
    // Initial, Retry, Initial again: the office has sent its first packet twice.
    assert!(office.traffic().datagram_bytes_sent >= 2 * 1200);
}

#[tokio::test]
async fn an_address_that_asks_for_too_much_must_show_that_it_is_its_own_and_is_refused_then() {
    let per_address =
        PerAddress { burst: 1, per_second: 0, spares_loopback: false, ..PerAddress::default() };
    let mut listener = listen(Limits { per_address, ..Limits::default() });
    let (_first, _hub) = pair(&mut listener).await;
    // Without having shown its address it would be refused by now.
    let (_second, _hub) = pair(&mut listener).await;
    let refused = call(&listener, &office_key()).await.unwrap_err();
    assert!(matches!(refused, DialError::Refused { .. }), "{refused}");
}

#[tokio::test]
async fn many_nodes_call_at_once() {
    let mut listener = listen(Limits::default());
    let address = address_of(&listener);
    let calls: Vec<_> = (0..100_u8)
        .map(|number| {
            let address = address.clone();
            tokio::spawn(async move {
                let mut seed = [7; 32];
                seed[0] = number;
                let (key, hub) = (OfficeKey::from_seed(seed), hub_key().node_key());
                let mut office =
                    dial(&[address], hub, &key, &DialSettings::default()).await.unwrap();
                office.send(frame(10, number), Priority::Live).await.unwrap();
                let echoed = office.recv().await.unwrap().unwrap();
                assert_eq!(echoed, frame(10, number));
            })
        })
        .collect();
    for _ in 0..100 {
        let mut hub = listener.accept().await.unwrap();
        tokio::spawn(async move {
            let received = hub.recv().await.unwrap().unwrap();
            hub.send(received, Priority::Live).await.unwrap();
            while hub.recv().await.is_some_and(|frame| frame.is_ok()) {}
        });
    }
    for call in calls {
        call.await.unwrap();
    }
}

#[tokio::test]
async fn a_handshake_fits_into_a_few_packets() {
    for way in WAYS {
        let mut listener = listen(Limits::default());
        let (mut office, hub) = pair_over(way, &mut listener).await;
        hub.send(frame(100, 0), Priority::Live).await.unwrap();
        assert!(office.recv().await.unwrap().is_ok());
        let traffic = office.traffic();
        println!("{way:?}: handshake and one frame of 100 B: {traffic:?}");
        assert!(traffic.datagram_bytes_sent < 3000, "{way:?}: {traffic:?}");
        assert!(traffic.datagram_bytes_received < 3000, "{way:?}: {traffic:?}");
    }
}

/// A line that is not used for a day, but for asking whether the other side is there.
#[tokio::test(start_paused = true)]
async fn a_day_of_silence_costs_little() {
    let (hours, ask_every) = (2, Duration::from_secs(40));
    for way in WAYS {
        let mut listener = listen(Limits::default());
        let (mut office, mut hub) = pair_over(way, &mut listener).await;
        let before = office.traffic();
        let questions = hours * 3600 / ask_every.as_secs();
        for _ in 0..questions {
            office.send(frame(2, 0x31), Priority::Live).await.unwrap();
            hub.recv().await.unwrap().unwrap();
            hub.send(frame(2, 0x32), Priority::Live).await.unwrap();
            office.recv().await.unwrap().unwrap();
            tokio::time::sleep(ask_every).await;
        }
        let cost = office.traffic() - before;
        let bytes = cost.datagram_bytes_sent + cost.datagram_bytes_received;
        let datagrams = cost.datagrams_sent + cost.datagrams_received;
        println!(
            "{way:?}: {questions} questions in {hours} h, {bytes} bytes, {datagrams} datagrams"
        );
        assert!(bytes / questions < 200, "{way:?}: {bytes} bytes for {questions} questions");
    }
}
