//! Under which name and port a browser finds the page. Both stay over restarts: what a page could not hand over
//! lies in the browser's storage, which is kept by name and port.

use std::ops::Range;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use crate::data_dir::{DataDir, write_private};
use crate::node::random;
use crate::problem::{Problem, Reason, Refusal};

/// Below the ports that systems give to connections on their way out (Linux from 32768, Windows and macOS from
/// 49152): none of those sits on ours by chance while we are away.
const PORTS: Range<u16> = 10_240..30_000;
/// How many of them are tried before the system may choose.
const TRIES: usize = 32;

/// Where the page is served this time.
pub(super) struct Found {
    pub(super) listener: TcpListener,
    pub(super) name: String,
    /// Said when somebody else has the port that the page usually has.
    pub(super) elsewhere: Option<Problem>,
}

/// What is remembered of it.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    name: String,
    port: u16,
}

/// Listens where the page was last time. When somebody else has that port, it is elsewhere for once, under another
/// name, and the usual place stays remembered: what the browser keeps is found there.
pub(super) async fn find(dir: &DataDir) -> Result<Found, Refusal> {
    let failed = |error: std::io::Error| {
        let problem = Problem::new("serve-failed", format!("listening on loopback: {error}"));
        Refusal::new(Reason::Failed, problem.arg("what", error))
    };
    let Some(kept) = kept(dir) else {
        let listener = listen_anywhere().await.map_err(failed)?;
        let place = Place { name: new_name()?, port: port_of(&listener).map_err(failed)? };
        let written = serde_json::to_vec(&place).map_err(std::io::Error::from);
        written.and_then(|bytes| write_private(&dir.page_file(), &bytes)).map_err(failed)?;
        return Ok(Found { listener, name: place.name, elsewhere: None });
    };
    match TcpListener::bind(("127.0.0.1", kept.port)).await {
        Ok(listener) => Ok(Found { listener, name: kept.name, elsewhere: None }),
        Err(error) => {
            let listener = listen_anywhere().await.map_err(failed)?;
            let problem = Problem::new("page-elsewhere", format!("port {}: {error}", kept.port));
            let elsewhere = Some(problem.arg("port", kept.port));
            // A cookie knows no ports: under the usual name it would be sent to who has the usual port.
            Ok(Found { listener, name: new_name()?, elsewhere })
        }
    }
}

/// The place of the last time; none when there was none that can be read.
fn kept(dir: &DataDir) -> Option<Place> {
    let kept: Place = serde_json::from_slice(&std::fs::read(dir.page_file()).ok()?).ok()?;
    let label = kept.name.strip_suffix(".localhost")?;
    let is_own = label.len() == 16 && HEXLOWER.decode(label.as_bytes()).is_ok();
    (is_own && kept.port != 0).then_some(kept)
}

/// A name that nobody can guess.
pub(super) fn new_name() -> Result<String, Refusal> {
    Ok(format!("{}.localhost", HEXLOWER.encode(&random::<8>()?)))
}

async fn listen_anywhere() -> std::io::Result<TcpListener> {
    for _ in 0..TRIES {
        let Ok(dice) = random() else { break };
        let port = PORTS.start + u16::from_le_bytes(dice) % (PORTS.end - PORTS.start);
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)).await {
            return Ok(listener);
        }
    }
    TcpListener::bind(("127.0.0.1", 0)).await
}

fn port_of(listener: &TcpListener) -> std::io::Result<u16> {
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_page_is_found_where_it_was_on_a_port_that_no_outgoing_connection_takes() {
        let folder = tempfile::tempdir().unwrap();
        let dir = DataDir::new(folder.path());
        let first = find(&dir).await.unwrap();
        let (name, port) = (first.name.clone(), port_of(&first.listener).unwrap());
        assert!(PORTS.contains(&port) && first.elsewhere.is_none());
        drop(first);
        let again = find(&dir).await.unwrap();
        assert_eq!((again.name, port_of(&again.listener).unwrap()), (name, port));
        assert!(again.elsewhere.is_none());
    }

    #[tokio::test]
    async fn a_port_that_somebody_else_has_is_given_up_for_once_and_not_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let dir = DataDir::new(folder.path());
        let somebody = find(&dir).await.unwrap();
        let remembered = std::fs::read(dir.page_file()).unwrap();
        let elsewhere = find(&dir).await.unwrap();
        assert_ne!(port_of(&elsewhere.listener).unwrap(), port_of(&somebody.listener).unwrap());
        assert_ne!(elsewhere.name, somebody.name, "its cookie would be sent to somebody else");
        let told = elsewhere.elsewhere.unwrap();
        assert_eq!(told.code, "page-elsewhere");
        crate::messages::tests::assert_told_in_full(&told);
        assert_eq!(std::fs::read(dir.page_file()).unwrap(), remembered);
        let name = somebody.name.clone();
        drop(somebody);
        assert_eq!(find(&dir).await.unwrap().name, name);
    }

    #[test]
    fn a_damaged_memory_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let dir = DataDir::new(folder.path());
        assert!(kept(&dir).is_none());
        for damaged in [
            "",
            "{",
            r#"{"name":"evil.example","port":4711}"#,
            r#"{"name":".localhost","port":4711}"#,
            r#"{"name":"0123456789abcdef.localhost","port":0}"#,
        ] {
            std::fs::write(dir.page_file(), damaged).unwrap();
            assert!(kept(&dir).is_none(), "{damaged}");
        }
    }
}
