//! This machine's address changes in the middle of a connection.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::*;
use crate::transport::dial::follow_route;

/// The office's address before and after.
const BEFORE: [u8; 4] = [127, 0, 0, 1];
const AFTER: [u8; 4] = [127, 0, 0, 2];

/// Has the operating system say that the connection's local address is another one now.
fn move_away(office: &Connection) {
    let has_moved = AtomicBool::new(false);
    let route = move || {
        let address = if has_moved.swap(true, Relaxed) { AFTER } else { BEFORE };
        Ok(IpAddr::from(address))
    };
    tokio::spawn(follow_route(Arc::downgrade(office.link()), route));
}

#[tokio::test]
async fn over_quic_the_connection_moves_and_nothing_is_lost() {
    if std::net::UdpSocket::bind((IpAddr::from(AFTER), 0)).is_err() {
        println!("skipped: this machine has no second loopback address");
        return;
    }
    let mut listener = listen(Limits::default());
    let (mut office, mut hub) = pair(&mut listener).await;
    office.send(frame(10, 1), Priority::Live).await.unwrap();
    assert_eq!(hub.recv().await, Some(Ok(frame(10, 1))));
    assert_eq!(hub.remote_address().ip(), IpAddr::from(BEFORE));

    tokio::time::pause();
    move_away(&office);
    for number in (0..=u8::MAX).cycle() {
        hub.send(frame(1000, number), Priority::CatchUp).await.unwrap();
        assert_eq!(office.recv().await, Some(Ok(frame(1000, number))));
        office.send(frame(1000, number), Priority::Live).await.unwrap();
        assert_eq!(hub.recv().await, Some(Ok(frame(1000, number))));
        if hub.remote_address().ip() == IpAddr::from(AFTER) {
            return;
        }
    }
}

#[tokio::test]
async fn over_tcp_the_connection_is_given_up_at_once() {
    let mut listener = listen(Limits::default());
    let (mut office, _hub) = pair_over(Way::Tcp, &mut listener).await;
    tokio::time::pause();
    move_away(&office);
    assert_eq!(office.recv().await, Some(Err(Closed::Cut)));
}
