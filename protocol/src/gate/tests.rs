use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Automerge, ObjType, ROOT};

use super::*;
use crate::wire::pack::Encoding;
use crate::wire::pack::chunk::Parts;

fn changes() -> Vec<Change> {
    let mut document = Automerge::new().with_actor(ActorId::from(vec![1; 16]));
    for value in 0..3 {
        let mut tx = document.transaction();
        tx.put(&ROOT, "x", value).unwrap();
        tx.commit_with(CommitOptions::default().with_time(0));
    }
    document.get_changes(&[])
}

fn batch_of(chunks: &[&[u8]], hashes: &[ChangeHash]) -> Batch {
    let packed = pack::pack(chunks).unwrap();
    Batch {
        number: 1,
        doc: DocId::Roster,
        encoding: packed.encoding,
        count: packed.count,
        check: wire::check(hashes.iter().copied()),
        body: packed.body,
    }
}

#[test]
fn an_honest_batch_comes_out_as_it_went_in() {
    let changes = changes();
    let raw: Vec<&[u8]> = changes.iter().map(Change::raw_bytes).collect();
    let hashes: Vec<ChangeHash> = changes.iter().map(Change::hash).collect();
    assert_eq!(unpack(&batch_of(&raw, &hashes)).unwrap(), changes);
}

/// Taking a batch in keeps everybody else waiting, for as long as its operations take.
#[test]
fn a_batch_of_changes_that_are_too_many_operations_together_is_refused() {
    let mut document = Automerge::new().with_actor(ActorId::from(vec![1; 16]));
    let mut tx = document.transaction();
    let text = tx.put_object(&ROOT, "x", ObjType::Text).unwrap();
    tx.splice_text(&text, 0, 0, &"x".repeat(60_000)).unwrap();
    tx.commit_with(CommitOptions::default().with_time(0));
    for inserts in [false, true, false] {
        let mut tx = document.transaction();
        let (letters, removed) =
            if inserts { ("x".repeat(60_000), 0) } else { (String::new(), 60_000) };
        tx.splice_text(&text, 0, removed, &letters).unwrap();
        tx.commit_with(CommitOptions::default().with_time(0));
    }
    let changes = document.get_changes(&[]);
    let send = |changes: &[Change]| {
        let raw: Vec<&[u8]> = changes.iter().map(Change::raw_bytes).collect();
        let hashes: Vec<ChangeHash> = changes.iter().map(Change::hash).collect();
        unpack(&batch_of(&raw, &hashes))
    };
    assert_eq!(send(&changes[..2]).unwrap(), changes[..2]);
    assert!(matches!(
        send(&changes),
        Err(GateError::Wire(WireError::TooMuch { what: "operations of a batch", .. }))
    ));
}

#[test]
fn the_order_of_changes_is_part_of_what_is_announced() {
    let changes = changes();
    let raw: Vec<&[u8]> = changes.iter().map(Change::raw_bytes).collect();
    let mut hashes: Vec<ChangeHash> = changes.iter().map(Change::hash).collect();
    hashes.swap(0, 1);
    assert!(matches!(unpack(&batch_of(&raw, &hashes)), Err(GateError::HashMismatch)));
}

/// Automerge keeps large changes deflated, and inflates them without a bound. On the wire they are plain.
#[test]
fn a_deflated_change_is_refused_before_anything_inflates_it() {
    let mut chunk = changes()[0].raw_bytes().to_vec();
    chunk[8] = 2;
    let body = [&[0, chunk.len() as u8][..], &chunk].concat();
    let batch = Batch { body, count: 1, encoding: Encoding::Plain, ..batch_of(&[], &[]) };
    assert!(matches!(unpack(&batch), Err(GateError::Wire(WireError::Unknown { value: 2, .. }))));
}

/// Chunks with right hashes and checksums whose inside makes no sense: automerge says so, or panics, and
/// either way the gate says it.
#[test]
fn what_automerge_cannot_read_is_refused_whatever_automerge_does() {
    let changes = changes();
    let parts = Parts::parse(changes[0].raw_bytes()).unwrap();
    for (index, column) in parts.columns.iter().enumerate() {
        for byte in 0..column.bytes.len() {
            for value in [0x00, 0x01, 0x7e, 0x7f, 0x80, 0xff] {
                let mut parts = parts.clone();
                parts.columns[index].bytes.to_mut()[byte] = value;
                let (hash, chunk) = parts.build();
                if let Ok(found) = unpack(&batch_of(&[&chunk], &[hash])) {
                    assert_eq!(found[0].hash(), hash);
                }
            }
        }
    }
}

#[test]
fn every_reason_has_its_number_and_only_a_missing_dependency_is_worth_trying_again() {
    let change = ChangeHash([0; 32]);
    let key = NodeKey([1; 32]);
    let reasons = [
        GateError::MissingDependency { change },
        GateError::Wire(WireError::Invalid { what: "" }),
        GateError::HashMismatch,
        GateError::Access(AccessError::KeyUnknown { key }),
        GateError::AuthorMissing { change },
        GateError::Forked { change, actor: ActorId::from(vec![1]), seq: 1 },
        GateError::Operations { change, what: "" },
        GateError::Automerge { what: String::new() },
        GateError::Quarantined,
        GateError::Full,
        GateError::NotSealed { change },
    ];
    let numbers: Vec<u64> = reasons.iter().map(GateError::number).collect();
    assert_eq!(numbers, (1..=11).collect::<Vec<u64>>());
    let retryable: Vec<bool> = reasons.iter().map(GateError::is_retryable).collect();
    assert_eq!(retryable.iter().position(|retry| *retry), Some(0));
    assert_eq!(retryable.iter().filter(|retry| **retry).count(), 1);
}
