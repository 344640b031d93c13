//! The load generator at a size that every test run can bear: it finds out whether it still works, and
//! whether a hub brings a crowd in sync for the bytes that it may take.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;
use std::time::Duration;

use hopluu_load::hub::Hub;
use hopluu_load::swarm::{Story, Swarm};
use hopluu_load::town::{Size, fill};

/// A moment for all to come in.
const WITHIN: Duration = Duration::from_secs(1);
const NODES: usize = 200;
const EDITORS: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_nodes_meet_their_hub_edit_and_return_after_its_restart() {
    let place = tempfile::tempdir().unwrap();
    let town = fill(place.path(), Size { nodes: NODES, documents: 4 }).await.unwrap();
    let mut swarm = Swarm::new(Arc::new(town)).unwrap();
    let hub = Hub::serve(place.path(), "127.0.0.1:0").unwrap();

    let connected = swarm.connect(&hub, WITHIN, EDITORS).await.unwrap();
    all_in_sync_for_few_bytes(&connected.story);
    let edits = connected.edit(EDITORS, 3, Duration::from_millis(10)).await.unwrap();
    assert_eq!(edits.count(), EDITORS * 3, "every edit is acknowledged");
    assert_eq!(connected.same(NODES).await, NODES, "both sides say that they agree");
    swarm.disconnect(connected).await.unwrap();

    // What was edited is part of what they greet with now.
    let hub = hub.restart().unwrap();
    let connected = swarm.connect(&hub, Duration::ZERO, 0).await.unwrap();
    all_in_sync_for_few_bytes(&connected.story);
    assert_eq!(connected.same(NODES).await, NODES);
    swarm.disconnect(connected).await.unwrap();
}

fn all_in_sync_for_few_bytes(story: &Story) {
    assert_eq!(story.met.len(), NODES);
    let (up, down) = story.most_bytes();
    assert!(up <= 200 && down <= 200, "{up} B up, {down} B down");
}
