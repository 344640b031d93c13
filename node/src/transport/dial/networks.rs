//! In which networks UDP does not reach the hub: a small file in the data directory.
//!
//! It only decides which way is tried first, so it may be lost, damaged or wrong: what cannot be read
//! counts as nothing known, and what cannot be written is known until the process ends.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use hopluu_protocol::invitation::HubAddress;
use serde::{Deserialize, Serialize};

use crate::transport::Way;

/// After how many seconds UDP is given its head start again: a day.
const REMEMBERED_FOR: u64 = 24 * 60 * 60;

/// How many networks are remembered; the oldest are forgotten first.
const MAX_NETWORKS: usize = 64;

/// Longest file that is read, in bytes.
const MAX_FILE: u64 = 64 * 1024;

/// Where UDP is blocked. Clones share what they know.
#[derive(Clone, Debug, Default)]
pub struct Networks(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    file: Option<PathBuf>,
    blocked: Mutex<BTreeMap<Key, u64>>,
}

/// The hub's address and the network from which it is called.
type Key = (String, String);

/// The file's content.
#[derive(Default, Serialize, Deserialize)]
struct Written {
    udp_blocked: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    hub: String,
    network: String,
    /// When it was found out, in seconds since 1970 by this machine's clock.
    since: u64,
}

impl Networks {
    /// Nothing is known, and nothing will be written down.
    pub fn unknown() -> Self {
        Self::default()
    }

    /// What is written in a file.
    pub fn load(file: PathBuf) -> Self {
        let written = read(&file).unwrap_or_default();
        let entries = written.udp_blocked.into_iter();
        let mut blocked: BTreeMap<Key, u64> =
            entries.map(|entry| ((entry.hub, entry.network), entry.since)).collect();
        forget_old(&mut blocked, now());
        Self(Arc::new(Inner { file: Some(file), blocked: Mutex::new(blocked) }))
    }

    /// Whether the hub was found over TCP only, from this network, within the last day.
    pub(super) fn is_udp_blocked(&self, hub: &HubAddress, network: &str) -> bool {
        let key = (hub.to_string(), network.to_owned());
        self.blocked().get(&key).is_some_and(|since| is_fresh(*since, now()))
    }

    /// Remembers which way led to the hub.
    pub(super) async fn note(&self, hub: &HubAddress, network: &str, way: Way) {
        let key = (hub.to_string(), network.to_owned());
        let changed = {
            let mut blocked = self.blocked();
            let now = now();
            forget_old(&mut blocked, now);
            match way {
                Way::Quic => blocked.remove(&key).is_some(),
                // Kept as it is: after a day QUIC comes first again, whatever happened meanwhile.
                Way::Tcp if blocked.contains_key(&key) => false,
                Way::Tcp => {
                    forget_oldest(&mut blocked);
                    blocked.insert(key, now);
                    true
                }
            }
        };
        if changed {
            let networks = self.clone();
            let written = tokio::task::spawn_blocking(move || networks.write()).await;
            if let Ok(Err(error)) = written {
                tracing::debug!(%error, "which network blocks UDP cannot be written down");
            }
        }
    }

    fn write(&self) -> std::io::Result<()> {
        let Some(file) = &self.0.file else { return Ok(()) };
        // Held while writing, so that two writers do not overtake each other.
        let blocked = self.blocked();
        let entry = |((hub, network), since): (&Key, &u64)| Entry {
            hub: hub.clone(),
            network: network.clone(),
            since: *since,
        };
        let written = Written { udp_blocked: blocked.iter().map(entry).collect() };
        let directory = file.parent().unwrap_or(Path::new("."));
        let mut fresh = tempfile::NamedTempFile::new_in(directory)?;
        fresh.write_all(&serde_json::to_vec_pretty(&written)?)?;
        fresh.persist(file)?;
        Ok(())
    }

    fn blocked(&self) -> MutexGuard<'_, BTreeMap<Key, u64>> {
        self.0.blocked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(file: &Path) -> Option<Written> {
    let length = std::fs::metadata(file).ok()?.len();
    if length > MAX_FILE {
        return None;
    }
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

fn forget_old(blocked: &mut BTreeMap<Key, u64>, now: u64) {
    blocked.retain(|_, since| is_fresh(*since, now));
    while blocked.len() > MAX_NETWORKS {
        forget_oldest(blocked);
    }
}

/// Makes room for one more.
fn forget_oldest(blocked: &mut BTreeMap<Key, u64>) {
    if blocked.len() < MAX_NETWORKS {
        return;
    }
    let oldest = blocked.iter().min_by_key(|(_, since)| **since).map(|(key, _)| key.clone());
    if let Some(oldest) = oldest {
        blocked.remove(&oldest);
    }
}

/// A moment in the future was written by a clock that has been put right since.
fn is_fresh(since: u64, now: u64) -> bool {
    (since..since.saturating_add(REMEMBERED_FOR)).contains(&now)
}

/// Seconds since 1970 by this machine's clock; 0 for a clock before that.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETWORK: &str = "192.168.1.0/24";

    fn hub() -> HubAddress {
        "hub.example.vn:4433".parse().unwrap()
    }

    #[tokio::test]
    async fn a_network_that_blocks_udp_is_known_again_after_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("networks.json");
        let networks = Networks::load(file.clone());
        networks.note(&hub(), NETWORK, Way::Tcp).await;
        assert!(networks.is_udp_blocked(&hub(), NETWORK));
        assert!(!networks.is_udp_blocked(&hub(), "192.168.2.0/24"));

        let again = Networks::load(file.clone());
        assert!(again.is_udp_blocked(&hub(), NETWORK));
        again.note(&hub(), NETWORK, Way::Quic).await;
        assert!(!Networks::load(file).is_udp_blocked(&hub(), NETWORK));
    }

    #[tokio::test]
    async fn a_damaged_file_is_nothing_known_and_is_written_anew() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("networks.json");
        for damage in [&b""[..], b"{", b"[]", b"{\"udp_blocked\":[{\"hub\":1}]}", &[0xff; 70_000]] {
            std::fs::write(&file, damage).unwrap();
            let networks = Networks::load(file.clone());
            assert!(!networks.is_udp_blocked(&hub(), NETWORK));
            networks.note(&hub(), NETWORK, Way::Tcp).await;
            assert!(Networks::load(file.clone()).is_udp_blocked(&hub(), NETWORK));
        }
    }

    #[tokio::test]
    async fn a_directory_that_is_gone_costs_the_memory_and_nothing_else() {
        let networks = Networks::load("/nonexistent/networks.json".into());
        networks.note(&hub(), NETWORK, Way::Tcp).await;
        assert!(networks.is_udp_blocked(&hub(), NETWORK));
    }

    #[test]
    fn a_day_later_or_by_a_clock_of_the_past_nothing_is_known() {
        assert!(is_fresh(1_000, 1_000));
        assert!(is_fresh(1_000, 1_000 + REMEMBERED_FOR - 1));
        assert!(!is_fresh(1_000, 1_000 + REMEMBERED_FOR));
        assert!(!is_fresh(1_000, 999));
        assert!(!is_fresh(u64::MAX, 0));
    }

    #[test]
    fn only_so_many_networks_are_remembered_the_oldest_least() {
        let mut blocked: BTreeMap<Key, u64> =
            (0..200).map(|at| ((String::new(), at.to_string()), 1_000 + at)).collect();
        forget_old(&mut blocked, 1_300);
        assert!(blocked.len() <= MAX_NETWORKS);
        assert!(blocked.contains_key(&(String::new(), "199".to_owned())));
    }
}
