//! Frames both ways, and how a connection ends.

use super::*;

const SIZES: [usize; 7] = [0, 1, 63, 64, 16_383, 16_384, MAX_FRAME];

#[tokio::test]
async fn frames_of_every_size_arrive_whole_in_order_both_ways() {
    for way in WAYS {
        let mut listener = listen(Limits::default());
        let (mut office, mut hub) = pair_over(way, &mut listener).await;
        for priority in Priority::ALL {
            for size in SIZES {
                office.send(frame(size, 1), priority).await.unwrap();
            }
            for size in SIZES {
                assert_eq!(hub.recv().await.unwrap().unwrap(), frame(size, 1));
            }
            for size in SIZES {
                hub.send(frame(size, 2), priority).await.unwrap();
            }
            for size in SIZES {
                assert_eq!(office.recv().await.unwrap().unwrap(), frame(size, 2));
            }
        }
    }
}

#[tokio::test]
async fn either_side_may_speak_first() {
    for way in WAYS {
        let mut listener = listen(Limits::default());
        let (mut office, hub) = pair_over(way, &mut listener).await;
        hub.send(frame(5, 9), Priority::CatchUp).await.unwrap();
        assert_eq!(office.recv().await.unwrap().unwrap(), frame(5, 9));
    }
}

#[tokio::test]
async fn a_frame_beyond_the_limit_is_not_taken_and_the_connection_goes_on() {
    for way in WAYS {
        let mut listener = listen(Limits::default());
        let (office, mut hub) = pair_over(way, &mut listener).await;
        let too_long = office.send(frame(MAX_FRAME + 1, 0), Priority::Live).await;
        assert_eq!(too_long, Err(SendError::TooLong { length: MAX_FRAME + 1 }));
        office.send(frame(1, 1), Priority::Live).await.unwrap();
        assert_eq!(hub.recv().await.unwrap().unwrap(), frame(1, 1));
    }
}

#[tokio::test]
async fn a_live_frame_overtakes_a_long_queue_of_others() {
    let mut listener = listen(Limits::default());
    let (office, mut hub) = pair(&mut listener).await;
    let (sender, _receiver) = office.split();
    for _ in 0..TAKEN_UNREAD {
        sender.send(frame(MAX_FRAME, 0), Priority::CatchUp).await.unwrap();
    }
    let more = sender.clone();
    tokio::spawn(async move {
        for _ in 0..50 {
            more.send(frame(MAX_FRAME, 0), Priority::CatchUp).await.unwrap();
        }
    });
    sender.send(frame(3, 7), Priority::Live).await.unwrap();

    let mut overtaken_too_late = 0;
    while hub.recv().await.unwrap().unwrap() != frame(3, 7) {
        overtaken_too_late += 1;
    }
    assert!(overtaken_too_late < 10, "{overtaken_too_late} frames came first");
}

#[tokio::test]
async fn closing_lets_everything_arrive_first_and_then_the_reason() {
    for way in WAYS {
        let mut listener = listen(Limits::default());
        let (mut office, hub) = pair_over(way, &mut listener).await;
        for number in 0..50 {
            hub.send(frame(1000, number), Priority::CatchUp).await.unwrap();
        }
        hub.send(frame(1, 200), Priority::Live).await.unwrap();
        hub.close(CloseCode::Refused, "máy này đã bị thu hồi").await;

        let mut received = Vec::new();
        let closed = loop {
            match office.recv().await.unwrap() {
                Ok(frame) => received.push(frame),
                Err(closed) => break closed,
            }
        };
        assert_eq!(received.len(), 51);
        let reason = "máy này đã bị thu hồi".to_owned();
        assert_eq!(closed, Closed::ByPeer { code: CloseCode::Refused, reason });
        assert_eq!(office.recv().await, Some(Err(closed.clone())));
        let send = office.send(frame(1, 1), Priority::Live).await;
        assert_eq!(send, Err(SendError::Closed(closed)));
        assert_eq!(
            hub.send(frame(1, 1), Priority::Live).await,
            Err(SendError::Closed(Closed::Here))
        );
    }
}

#[tokio::test]
async fn a_connection_that_is_done_simply_ends() {
    for way in WAYS {
        let mut listener = listen(Limits::default());
        let (office, mut hub) = pair_over(way, &mut listener).await;
        office.send(frame(4, 4), Priority::Live).await.unwrap();
        office.close(CloseCode::Done, "").await;
        assert_eq!(hub.recv().await, Some(Ok(frame(4, 4))));
        assert_eq!(hub.recv().await, None);
        assert_eq!(hub.recv().await, None);
    }
}

#[tokio::test]
async fn closing_twice_and_from_both_sides_is_harmless() {
    for way in WAYS {
        let mut listener = listen(Limits::default());
        let (office, hub) = pair_over(way, &mut listener).await;
        tokio::join!(
            office.close(CloseCode::Done, "first"),
            office.close(CloseCode::Done, "second"),
            hub.close(CloseCode::Leaving, "too"),
        );
    }
}

#[tokio::test]
async fn a_program_that_ends_without_a_word_has_cut_the_connection() {
    for way in WAYS {
        let mut listener = listen(Limits::default());
        let (office, mut hub) = pair_over(way, &mut listener).await;
        drop(office);
        assert_eq!(hub.recv().await, Some(Err(Closed::Cut)));
    }
}

#[tokio::test]
async fn a_line_that_stays_silent_counts_as_cut_after_the_idle_timeout() {
    for way in WAYS {
        let settings = Settings { idle_timeout: Duration::from_millis(300), ..Settings::default() };
        let mut listener = listen(Limits { settings, ..Limits::default() });
        let (_office, mut hub) = pair_over(way, &mut listener).await;
        assert_eq!(hub.recv().await, Some(Err(Closed::Cut)));
    }
}

#[tokio::test]
async fn a_listener_that_stops_says_so() {
    for way in WAYS {
        let mut listener = listen(Limits::default());
        let (mut office, _hub) = pair_over(way, &mut listener).await;
        listener.close(CloseCode::Leaving, "bảo trì").await;
        let reason = "bảo trì".to_owned();
        assert_eq!(
            office.recv().await,
            Some(Err(Closed::ByPeer { code: CloseCode::Leaving, reason }))
        );
        assert!(listener.accept().await.is_none());
    }
}

#[tokio::test]
async fn application_data_is_counted_with_the_lengths_before_it() {
    for way in WAYS {
        let mut listener = listen(Limits::default());
        let (office, mut hub) = pair_over(way, &mut listener).await;
        for size in SIZES {
            office.send(frame(size, 1), Priority::Live).await.unwrap();
        }
        for _ in SIZES {
            hub.recv().await.unwrap().unwrap();
        }
        let lengths = [1, 1, 1, 2, 2, 4, 4];
        let bytes = (SIZES.iter().sum::<usize>() + lengths.iter().sum::<usize>()) as u64;
        assert_eq!(hub.traffic().bytes_received, bytes);
        assert_eq!(hub.traffic().frames_received, SIZES.len() as u64);
        assert_eq!(office.traffic().bytes_sent, bytes);
        assert_eq!(office.traffic().frames_sent, SIZES.len() as u64);
        assert!(office.traffic().datagram_bytes_sent > bytes);
        assert_eq!(office.traffic().bytes_received, 0);
    }
}
