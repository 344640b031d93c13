//! A process that is killed in the midst of its commits: what it reported as durable is there.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failing helper fails its test")]

use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use automerge::{ActorId, ChangeHash};
use hopluu_node::store::SledBackend;
use hopluu_protocol::id::DocId;
use hopluu_protocol::store::{Backend, Store, StoredChange, Write};

const KILLS: u32 = 20;
const CHILD_DIR: &str = "HOPLUU_TEST_STORE";

fn report() -> DocId {
    "report/2023-q1/19996".parse().unwrap()
}

fn change(position: u32) -> StoredChange {
    let hash = *blake3::hash(&position.to_le_bytes()).as_bytes();
    // Some of them need more than one row.
    let bytes = vec![position as u8; if position.is_multiple_of(5) { 9_000 } else { 180 }];
    StoredChange { position, hash: ChangeHash(hash), bytes }
}

/// The commit that brings the change at `position`: sometimes with a snapshot of all before it.
fn batch(position: u32) -> Vec<Write> {
    let change = change(position);
    let heads = vec![change.hash];
    let (doc, actor, seq) = (report(), ActorId::from([1; 16]), u64::from(position) + 1);
    let mut batch = vec![
        Write::Append { doc: doc.clone(), change, actor, seq },
        Write::Heads { doc: doc.clone(), heads },
        Write::Meta { key: "count".into(), value: Some(seq.to_le_bytes().to_vec()) },
    ];
    if position % 16 == 15 {
        let bytes = snapshot(position);
        batch.push(Write::Snapshot { doc, covers: position, bytes });
    }
    batch
}

fn snapshot(covers: u32) -> Vec<u8> {
    vec![covers as u8; 150_000]
}

/// Not a test of its own: what the killed process does. Prints the number of changes after each commit.
#[test]
fn commit_until_killed() {
    let Some(dir) = std::env::var_os(CHILD_DIR) else { return };
    let mut store = Store::new(SledBackend::open(&PathBuf::from(dir)).unwrap());
    let first = store.documents().unwrap().get(&report()).map_or(0, |summary| summary.changes);
    let mut out = std::io::stdout().lock();
    for position in first.. {
        let _durable = store.commit(&batch(position)).unwrap();
        writeln!(out, "durable {}", position + 1).unwrap();
        out.flush().unwrap();
    }
}

fn start(dir: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "commit_until_killed", "--nocapture"])
        .env(CHILD_DIR, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Lets a process commit `commits` times or a little more, kills it, and returns what it last reported.
fn run_and_kill(dir: &Path, commits: usize) -> u32 {
    let mut child = start(dir);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut reports = (&mut lines).filter_map(|line| {
        let line = line.unwrap();
        line.strip_prefix("durable ").map(|count| count.parse::<u32>().unwrap())
    });
    let reported = reports.by_ref().take(commits).last();
    child.kill().unwrap();
    let rest = reports.last();
    child.wait().unwrap();
    rest.or(reported).expect("the process made at least one commit")
}

fn check(backend: &SledBackend, reported: u32) {
    let summary = backend.documents().unwrap().remove(&report()).unwrap();
    let changes = summary.changes;
    assert!(changes >= reported, "{reported} were reported durable, {changes} are there");
    assert!(changes <= reported + 1, "{changes} are there, {reported} were reported");
    assert_eq!(summary.heads, [change(changes - 1).hash]);
    assert_eq!(backend.clock(&report()).unwrap().into_values().max(), Some(u64::from(changes)));
    let count = backend.meta("count").unwrap().unwrap();
    assert_eq!(count, u64::from(changes).to_le_bytes());

    let covers = changes / 16 * 16;
    assert_eq!(summary.in_snapshot, covers.saturating_sub(1));
    assert_eq!(backend.snapshot(&report()).unwrap(), (covers > 0).then(|| snapshot(covers - 1)));
    let later: Vec<_> = (summary.in_snapshot..changes).map(change).collect();
    assert_eq!(backend.changes(&report(), 0, usize::MAX).unwrap(), later);
    for position in 0..changes {
        let found = backend.position(&report(), &change(position).hash).unwrap();
        assert_eq!(found, Some(position));
    }
}

#[test]
fn what_a_killed_process_reported_as_durable_is_there() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("store");
    for kill in 0..KILLS {
        let commits = 1 + (kill * 7 % 19) as usize;
        let reported = run_and_kill(&dir, commits);
        check(&SledBackend::open(&dir).unwrap(), reported);
    }
}
