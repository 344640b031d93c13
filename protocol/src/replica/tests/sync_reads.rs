//! What a peer lacks, before and after snapshots.

use super::*;

/// A report with `count` edits by actors 1, 2 and 3 in turn, committed.
fn edited(count: u32) -> Replica<MemoryBackend> {
    let mut replica = with_report();
    for round in 0..count {
        let actor = u8::try_from(1 + round % 3).unwrap();
        put(&mut replica, actor, &format!("cell {}", round % 7), i64::from(round)).unwrap();
    }
    commit(&mut replica);
    replica
}

/// All pages together.
fn above(replica: &mut Replica<MemoryBackend>, clock: &Clock, max_bytes: usize) -> Vec<StoredHash> {
    let mut found = Vec::new();
    let mut from = Some(0);
    while let Some(start) = from {
        let page = replica.changes_above(&report(), clock, start, max_bytes).unwrap();
        let bytes: usize = page.changes.iter().map(|change| change.bytes.len()).sum();
        assert!(bytes <= max_bytes || page.changes.len() == 1);
        found.extend(page.changes.iter().map(|change| (change.position, change.hash)));
        from = page.next;
    }
    found
}

type StoredHash = (u32, ChangeHash);

#[test]
fn changes_within_a_snapshot_come_back_byte_for_byte_and_in_order() {
    let mut replica = edited(250);
    let before = replica.changes_from(&report(), 0, usize::MAX).unwrap();
    assert!(replica.compact(&report()).unwrap());
    put(&mut replica, 4, "later", 1).unwrap();
    let mut replica = {
        commit(&mut replica);
        reopen(replica)
    };
    assert_eq!(replica.summary(&report()).unwrap().in_snapshot, 251);
    put(&mut replica, 4, "staged", 1).unwrap();

    let after = replica.changes_from(&report(), 0, usize::MAX).unwrap();
    assert_eq!(after[..251], before);
    assert!(after.iter().map(|change| change.position).eq(0..253));
    for from in [0, 1, 200, 250, 251, 252, 253] {
        let part = replica.changes_from(&report(), from, usize::MAX).unwrap();
        assert_eq!(part, after[from as usize..], "from {from}");
    }
    let few = replica.changes_from(&report(), 249, before[249].bytes.len()).unwrap();
    assert_eq!(few, after[249..250]);
}

#[test]
fn a_peers_clock_says_what_it_lacks_with_and_without_snapshots() {
    let mut replica = edited(210);
    let all: Vec<StoredHash> = replica
        .changes_from(&report(), 0, usize::MAX)
        .unwrap()
        .iter()
        .map(|change| (change.position, change.hash))
        .collect();
    for compacted in [false, true] {
        if compacted {
            assert!(replica.compact(&report()).unwrap());
            for round in 0..6 {
                put(&mut replica, 1, "later", round).unwrap();
            }
            commit(&mut replica);
        }
        let last = replica.summary(&report()).unwrap().changes;
        let full = replica.clock(&report()).unwrap();
        assert!(above(&mut replica, &full, usize::MAX).is_empty());
        let nothing = above(&mut replica, &Clock::new(), 1_000);
        assert_eq!(nothing[..211], all);
        assert_eq!(nothing.len(), last as usize);

        let mut without_second = full.clone();
        without_second.insert(ActorId::from([2; 16]), 68);
        let lacks = above(&mut replica, &without_second, 1);
        // The second actor made every third change; its numbers 69 and 70 are the last two.
        assert_eq!(lacks, [all[206], all[209]]);
    }
}

#[test]
fn a_peer_that_lacks_only_later_changes_does_not_make_the_document_be_opened() {
    let mut replica = edited(210);
    let clock_then = replica.clock(&report()).unwrap();
    assert!(replica.compact(&report()).unwrap());
    for round in 0..3 {
        put(&mut replica, 1, "later", round).unwrap();
    }
    commit(&mut replica);
    let mut replica = reopen(replica);
    put(&mut replica, 5, "staged", 1).unwrap();
    replica.open.close(&report());

    let lacks = above(&mut replica, &clock_then, usize::MAX);
    assert!(lacks.iter().map(|(position, _)| *position).eq(211..215));
    assert!(!replica.open.contains(&report()));
}

#[test]
fn compaction_waits_until_it_is_worth_it() {
    let mut replica = edited(COMPACT_AFTER_CHANGES / 2);
    assert!(!replica.compact(&report()).unwrap());
    for round in 0..COMPACT_AFTER_CHANGES / 2 {
        put(&mut replica, 1, "one more", i64::from(round)).unwrap();
    }
    assert!(!replica.compact(&report()).unwrap(), "staged changes are no part of a snapshot");
    commit(&mut replica);
    assert!(replica.compact(&report()).unwrap());
    assert!(!replica.compact(&report()).unwrap());
    assert_eq!(value(&mut reopen(replica), "one more"), Some(99));
}

#[test]
fn few_but_large_changes_are_compacted_too() {
    let mut replica = with_report();
    let text = "Công tác cải cách hành chính ".repeat(600);
    for key in ["a", "b"] {
        let text = text.clone();
        let edit =
            replica.edit(&report(), &person(1), |transaction| transaction.put(ROOT, key, text));
        edit.unwrap();
    }
    commit(&mut replica);
    assert!(replica.compact(&report()).unwrap());
}

#[test]
fn snapshots_keep_heads_clock_and_positions_through_further_snapshots() {
    let mut replica = edited(200);
    for generation in 0..3 {
        assert!(replica.compact(&report()).unwrap());
        let (heads_before, clock) = (heads(&replica), replica.clock(&report()).unwrap());
        let positions = replica.changes_from(&report(), 0, usize::MAX).unwrap();
        replica = reopen(replica);
        assert_eq!(heads(&replica), heads_before);
        assert_eq!(replica.clock(&report()).unwrap(), clock);
        for change in &positions {
            let position = replica.position(&report(), &change.hash).unwrap();
            assert_eq!(position, Some(change.position));
        }
        for round in 0..COMPACT_AFTER_CHANGES {
            put(&mut replica, 10 + generation, "cell", i64::from(round)).unwrap();
        }
        commit(&mut replica);
    }
}
