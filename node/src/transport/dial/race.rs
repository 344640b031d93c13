//! Several attempts at once (RFC 8305, Happy Eyeballs).

use std::net::SocketAddr;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::DialError;

/// How many addresses behind one name are tried.
const MAX_PER_NAME: usize = 4;

/// The two families by turns, in the resolver's order, at most [`MAX_PER_NAME`] (RFC 8305 §4).
pub(super) fn interleaved(found: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = found.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|address| address.is_ipv6() == first_is_v6);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut mixed = Vec::with_capacity(MAX_PER_NAME);
    while mixed.len() < MAX_PER_NAME {
        let before = mixed.len();
        mixed.extend(first.next());
        mixed.extend(second.next());
        if mixed.len() == before {
            break;
        }
    }
    mixed.truncate(MAX_PER_NAME);
    mixed
}

/// Starts the attempts one after the other, the next one when `stagger` has passed or one has failed,
/// and returns the first that succeeds; the others are given up. Of several failures the most telling is
/// told. When a hub says that it has too much to do, no further attempt is started.
pub(super) async fn first_success<T, F>(
    attempts: impl Iterator<Item = F>,
    stagger: Duration,
) -> Result<T, DialError>
where
    T: Send + 'static,
    F: Future<Output = Result<T, DialError>> + Send + 'static,
{
    let mut waiting = attempts;
    let mut running = JoinSet::new();
    let mut told = DialError::NoAddress;
    let mut more = true;
    loop {
        if more {
            match waiting.next() {
                Some(attempt) => {
                    running.spawn(attempt);
                }
                None => more = false,
            }
        }
        tokio::select! {
            ended = running.join_next() => match ended {
                Some(Ok(Ok(success))) => return Ok(success),
                Some(Ok(Err(error))) => {
                    more &= !matches!(error, DialError::Refused { .. });
                    if error.weight() > told.weight() {
                        told = error;
                    }
                }
                Some(Err(_)) => {}
                None => return Err(told),
            },
            () = sleep(stagger), if more => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use hopluu_protocol::identity::NodeKey;

    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn families_take_turns_beginning_with_the_resolver_s_first() {
        let found = vec![
            address("[2001:db8::1]:1"),
            address("[2001:db8::2]:1"),
            address("192.0.2.1:1"),
            address("[2001:db8::3]:1"),
            address("192.0.2.2:1"),
        ];
        assert_eq!(
            interleaved(found),
            [
                address("[2001:db8::1]:1"),
                address("192.0.2.1:1"),
                address("[2001:db8::2]:1"),
                address("192.0.2.2:1"),
            ]
        );
        assert_eq!(interleaved(Vec::new()), []);
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_that_answers_wins_and_the_silent_one_before_it_is_given_up() {
        let silent = |number: u32| async move {
            if number == 0 {
                std::future::pending::<()>().await;
            }
            Ok(number)
        };
        let won = first_success((0..3).map(silent), Duration::from_millis(250)).await;
        assert_eq!(won, Ok(1));
    }

    #[tokio::test(start_paused = true)]
    async fn of_several_failures_the_most_telling_one_is_told() {
        let address = || "a:1".to_owned();
        let key = NodeKey([1; 32]);
        let failures = vec![
            DialError::NoAnswer { address: address() },
            DialError::WrongKey { address: address(), expected: key, found: key },
            DialError::Unresolved { address: address(), what: String::new() },
        ];
        let attempts = failures.clone().into_iter().map(|failure| async { Err::<(), _>(failure) });
        let told = first_success(attempts, Duration::from_millis(250)).await;
        assert_eq!(told, Err(failures[1].clone()));
    }
}
