//! A document without some of its changes.

use super::*;

/// A report with a change of actor 1, then one of actor 2 and one of actor 3 on top of that, and beside
/// these one of actor 4.
fn branched() -> (Replica<MemoryBackend>, Vec<ChangeHash>) {
    let mut other = with_report();
    put(&mut other, 4, "d", 4).unwrap();
    let mut replica = with_report();
    let mut made = Vec::new();
    for (actor, key) in [(1, "a"), (2, "b"), (3, "c")] {
        made.extend(put(&mut replica, actor, key, actor.into()).unwrap().change);
        commit(&mut replica);
    }
    let beside = other.changes_from(&report(), 1, usize::MAX).unwrap();
    let beside = beside.iter().map(|stored| stored.bytes.as_slice().try_into().unwrap());
    replica.append(&report(), beside.collect()).unwrap();
    commit(&mut replica);
    (replica, made)
}

fn keys(replica: &mut Replica<MemoryBackend>) -> Vec<String> {
    let document = replica.document(&report()).unwrap().unwrap();
    document.keys(ROOT).filter(|key| key != "kind").map(|key| key.to_string()).collect()
}

#[test]
fn what_is_left_out_takes_with_it_what_depends_on_it_and_nothing_else() {
    for compacted in [false, true] {
        let (mut replica, made) = branched();
        if compacted {
            assert!(replica.compact_now(&report()).unwrap());
        }
        let mut out = replica.leave_out(&report(), &made[1..2]).unwrap();
        out.sort();
        let mut expected = made[1..].to_vec();
        expected.sort();
        assert_eq!(out, expected);
        assert_eq!(keys(&mut replica), ["a", "d"]);
        commit(&mut replica);
        let mut replica = reopen(replica);
        assert_eq!(keys(&mut replica), ["a", "d"]);
        assert_eq!(replica.left_out(&report()).len(), 2);
        for hash in &made[1..] {
            assert_eq!(replica.position(&report(), hash).unwrap(), None);
        }
        let clock = replica.clock(&report()).unwrap();
        assert!(!clock.contains_key(&ActorId::from([2; 16])));
        assert!(clock.contains_key(&ActorId::from([4; 16])));
        let sent = replica.changes_from(&report(), 0, usize::MAX).unwrap();
        assert_eq!(sent.len(), 3, "the beginning, a and d");
        // Life goes on: an edit depends on nothing that was left out, and a snapshot keeps all of it.
        let edited = put(&mut replica, 2, "b", 7).unwrap().change.unwrap();
        commit(&mut replica);
        replica.compact_now(&report()).unwrap();
        let mut replica = reopen(replica);
        assert_eq!(keys(&mut replica), ["a", "b", "d"]);
        assert!(replica.position(&report(), &edited).unwrap().is_some());
        assert_eq!(replica.changes_from(&report(), 0, usize::MAX).unwrap().len(), 4);
    }
}

#[test]
fn what_was_left_out_counts_again_when_a_peer_brings_it() {
    let (mut replica, made) = branched();
    let all = replica.changes_from(&report(), 0, usize::MAX).unwrap();
    let heads = replica.summary(&report()).unwrap().heads.clone();
    replica.leave_out(&report(), &made[..1]).unwrap();
    put(&mut replica, 1, "e", 5).unwrap();
    commit(&mut replica);
    let mut replica = reopen(replica);
    assert_eq!(keys(&mut replica), ["d", "e"]);
    let changes = all.iter().map(|stored| stored.bytes.as_slice().try_into().unwrap());
    let appended = replica.append(&report(), changes.collect()).unwrap();
    assert!(appended.positions.is_empty(), "they are stored already");
    assert_eq!(appended.known.len(), 5);
    commit(&mut replica);
    let mut replica = reopen(replica);
    assert_eq!(keys(&mut replica), ["a", "b", "c", "d", "e"]);
    assert_eq!(replica.left_out(&report()), []);
    let now = &replica.summary(&report()).unwrap().heads;
    assert_eq!(now.len(), heads.len(), "the one made meanwhile follows one of them");
}

#[test]
fn a_document_that_was_put_together_anew_is_again_without_what_was_left_out() {
    let (mut replica, made) = branched();
    let all = replica.changes_from(&report(), 1, usize::MAX).unwrap();
    replica.leave_out(&report(), &made[1..2]).unwrap();
    commit(&mut replica);
    let stored = replica.meta_under("left-out/").unwrap();
    assert_eq!(stored.len(), 1);

    let mut anew = with_report();
    for (key, value) in stored {
        anew.set_meta(&key, Some(value)).unwrap();
    }
    let changes = all.iter().map(|stored| stored.bytes.as_slice().try_into().unwrap());
    anew.append(&report(), changes.collect()).unwrap();
    commit(&mut anew);
    assert_eq!(keys(&mut anew), ["a", "b", "c", "d"]);
    anew.leave_out_again().unwrap();
    commit(&mut anew);
    assert_eq!(keys(&mut anew), ["a", "d"]);
    let mut anew = reopen(anew);
    assert_eq!(keys(&mut anew), ["a", "d"]);
    assert_eq!(anew.summary(&report()).unwrap().heads, replica.summary(&report()).unwrap().heads);
}

#[test]
fn a_document_is_not_left_out_as_a_whole_and_leaving_out_nothing_does_nothing() {
    let (mut replica, _) = branched();
    let all = replica.changes_from(&report(), 0, usize::MAX).unwrap();
    let refused = replica.leave_out(&report(), &[all[0].hash]);
    assert!(matches!(refused, Err(ReplicaError::Rejected { .. })));
    assert_eq!(replica.leave_out(&report(), &[ChangeHash([9; 32])]).unwrap(), []);
    assert!(!replica.has_staged_changes());
}
