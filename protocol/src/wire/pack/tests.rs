use automerge::marks::{ExpandMark, Mark};
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Author, Automerge, Change, ObjType, ROOT, ReadDoc, ScalarValue};
use proptest::prelude::*;

use super::chunk::{MAX_OPS, Parts};
use super::*;
use crate::wire::codec::Writer;

fn unpacked(packed: &Packed) -> Vec<Unpacked> {
    unpack(packed.encoding, packed.count, &packed.body).unwrap()
}

fn assert_round_trip(changes: &[Change]) {
    let raw: Vec<&[u8]> = changes.iter().map(Change::raw_bytes).collect();
    let back = unpacked(&pack(&raw).unwrap());
    assert_eq!(back.len(), changes.len());
    for (back, change) in back.iter().zip(changes) {
        assert_eq!(back.bytes, change.raw_bytes());
        assert_eq!(back.hash, change.hash());
    }
}

/// Everything that automerge can write: nested objects, lists, deletions, counters, marks, two actors
/// that meet, messages and none, an empty change.
fn colourful() -> Automerge {
    let mut ours = Automerge::new();
    ours.set_author(Some(Author::from(vec![7; 32])));
    ours.set_actor(ActorId::from(vec![1; 16]));
    let mut tx = ours.transaction();
    let list = tx.put_object(&ROOT, "list", ObjType::List).unwrap();
    for value in 0..5 {
        tx.insert(&list, value, value as i64 - 2).unwrap();
    }
    tx.put(&ROOT, "counter", ScalarValue::counter(5)).unwrap();
    tx.put(&ROOT, "flag", true).unwrap();
    tx.put(&ROOT, "bytes", vec![0u8, 1, 2]).unwrap();
    tx.put(&ROOT, "float", 0.5).unwrap();
    let text = tx.put_object(&ROOT, "text", ObjType::Text).unwrap();
    tx.splice_text(&text, 0, 0, "Cải cách hành chính").unwrap();
    tx.commit_with(CommitOptions::default().with_message("một"));
    let mut theirs = ours.fork().with_actor(ActorId::from(vec![2; 16]));
    for doc in [&mut ours, &mut theirs] {
        let mut tx = doc.transaction();
        tx.increment(&ROOT, "counter", 2).unwrap();
        tx.delete(&list, 1).unwrap();
        tx.splice_text(&text, 4, 3, "…").unwrap();
        let bold = Mark::new("bold".to_owned(), true, 0, 3);
        tx.mark(&text, bold, ExpandMark::Both).unwrap();
        tx.put(&ROOT, "flag", ScalarValue::Null).unwrap();
        tx.commit_with(CommitOptions::default().with_time(-5));
    }
    ours.merge(&mut theirs).unwrap();
    ours.empty_commit(CommitOptions::default());
    let mut tx = ours.transaction();
    let len = tx.length(&text);
    tx.splice_text(&text, len, 0, &"ă".repeat(3000)).unwrap();
    tx.commit();
    ours
}

#[test]
fn every_kind_of_change_comes_out_byte_for_byte() {
    let changes = colourful().get_changes(&[]);
    assert!(changes.len() >= 5);
    for len in 1..=changes.len() {
        for window in changes.windows(len) {
            assert_round_trip(window);
        }
    }
}

#[test]
fn every_kind_of_change_is_taken_apart_and_none_needs_to_be_sent_as_it_is() {
    for change in colourful().get_changes(&[]) {
        let packed = pack(&[change.raw_bytes()]).unwrap();
        assert_ne!(packed.body.first(), Some(&0), "sent verbatim");
        assert!(packed.body.len() < change.raw_bytes().len() + 8);
    }
}

#[test]
fn nothing_but_an_uncompressed_change_chunk_is_packed() {
    let document = colourful();
    let mut compressed = document.get_changes(&[]).pop().unwrap();
    assert!(pack(&[&compressed.bytes()]).is_err(), "DEFLATE could unfold without a bound");
    assert!(pack(&[&document.save()]).is_err());
    assert!(pack(&[b"nonsense"]).is_err());
    let mut wrong = compressed.raw_bytes().to_vec();
    wrong[20] ^= 1;
    assert_eq!(pack(&[&wrong]), Err(WireError::Invalid { what: "checksum" }));
}

/// A change chunk with these columns and nothing else of interest.
fn chunk_with(columns: Vec<(u32, Vec<u8>)>) -> Vec<u8> {
    let parts = Parts {
        deps: Vec::new(),
        actor: &[1; 16],
        seq: 1,
        start_op: 1,
        time: 0,
        message: b"",
        other_actors: Vec::new(),
        columns: columns
            .into_iter()
            .map(|(spec, bytes)| chunk::OperationColumn { spec, bytes: bytes.into() })
            .collect(),
        extra: b"",
    };
    parts.build().1
}

fn run_of(count: i64, value: u64) -> Vec<u8> {
    let mut column = Vec::new();
    super::columns::put_signed(&mut column, count);
    column.put_varint(value);
    column
}

#[test]
fn a_few_bytes_that_stand_for_endless_operations_are_counted_and_refused() {
    for (spec, column) in [
        (0x42, run_of(1 << 60, 1)),
        (0x34, {
            let mut booleans = Vec::new();
            booleans.put_varint(1 << 60);
            booleans
        }),
        (0x15, [&[0][..], &run_of(1 << 40, 0)[..6]].concat()),
        (0x70, run_of(1, 1 << 50)),
        (0x70, run_of(MAX_OPS as i64, 2)),
        (0x56, run_of(2, 1 << 62)),
        (0x4a, run_of(1, 1)),
    ] {
        let bytes = chunk_with(vec![(spec, column)]);
        let parts = Parts::parse(&bytes).unwrap();
        assert!(parts.count_operations().is_err(), "column {spec:#x}");
        // It is carried, as it is; the gate counts again what came out.
        assert_eq!(unpacked(&pack(&[&bytes]).unwrap())[0].bytes, bytes);
    }
}

#[test]
fn a_long_name_said_by_every_change_does_not_unfold_beyond_the_limit() {
    // One message of a kilobyte, and as many changes as a batch may have that refer to it.
    let document = {
        let mut document = Automerge::new().with_actor(ActorId::from(vec![1; 16]));
        for value in 0..MAX_CHANGES as i64 {
            let mut tx = document.transaction();
            tx.put(&ROOT, "x", value).unwrap();
            tx.commit_with(CommitOptions::default().with_message("x".repeat(1024)));
        }
        document
    };
    let changes = document.get_changes(&[]);
    let raw: Vec<&[u8]> = changes.iter().map(Change::raw_bytes).collect();
    let packed = pack(&raw).unwrap();
    assert!(packed.body.len() < 32 * 1024);
    assert!(matches!(
        unpack(packed.encoding, packed.count, &packed.body),
        Err(WireError::TooMuch { what: "bytes of a batch, unpacked", .. })
    ));
}

#[test]
fn a_wrong_count_is_refused() {
    let changes = colourful().get_changes(&[]);
    let raw: Vec<&[u8]> = changes.iter().map(Change::raw_bytes).collect();
    let packed = pack(&raw).unwrap();
    for count in [0, raw.len() - 1, raw.len() + 1, MAX_CHANGES + 1] {
        assert!(unpack(packed.encoding, count, &packed.body).is_err(), "{count}");
    }
}

proptest! {
    #[test]
    fn random_bodies_never_panic(
        body in proptest::collection::vec(any::<u8>(), 0..300), count in 0usize..4, lanes in any::<bool>()
    ) {
        let encoding = if lanes { Encoding::Lanes } else { Encoding::Plain };
        if let Ok(changes) = unpack(encoding, count, &body) {
            prop_assert_eq!(changes.len(), count);
        }
    }

    /// Whatever a changed body unfolds to are chunks whose hashes are right for their bytes.
    #[test]
    fn changed_lanes_never_panic_and_hashes_are_those_of_the_bytes(
        at in any::<prop::sample::Index>(), byte in any::<u8>()
    ) {
        let changes = colourful().get_changes(&[]);
        let raw: Vec<&[u8]> = changes.iter().map(Change::raw_bytes).collect();
        let packed = pack(&raw).unwrap();
        let mut lanes = zstd::bulk::decompress(&packed.body, 1 << 20).unwrap();
        let at = at.index(lanes.len());
        lanes[at] = byte;
        let body = zstd::bulk::compress(&lanes, 1).unwrap();
        if let Ok(found) = unpack(Encoding::Lanes, raw.len(), &body) {
            for change in found {
                prop_assert_eq!(chunk::hash(&change.bytes), Ok(change.hash));
            }
        }
    }
}

#[test]
fn what_follows_a_change_that_both_know_is_packed_smaller_and_comes_out_the_same() {
    let changes = colourful().get_changes(&[]);
    for known in 0..changes.len() - 1 {
        let last = changes[known].raw_bytes();
        let rest: Vec<&[u8]> = changes[known + 1..].iter().map(Change::raw_bytes).collect();
        let packed = pack_after(Some(last), &rest).unwrap();
        let unpacked =
            unpack_after(Some(last), packed.encoding, packed.count, &packed.body).unwrap();
        let bytes: Vec<&[u8]> = unpacked.iter().map(|change| change.bytes.as_slice()).collect();
        assert_eq!(bytes, rest, "after change {known}");
        assert!(packed.body.len() <= pack(&rest).unwrap().body.len() + 2, "after change {known}");
    }
}

#[test]
fn a_follower_read_after_another_change_never_passes_for_what_was_sent() {
    let changes = colourful().get_changes(&[]);
    let raw: Vec<&[u8]> = changes.iter().map(Change::raw_bytes).collect();
    let packed = pack_after(Some(raw[0]), &raw[1..2]).unwrap();
    for other in &raw[2..] {
        let read = unpack_after(Some(other), packed.encoding, packed.count, &packed.body);
        assert!(read.is_err() || read.unwrap()[0].hash != changes[1].hash());
    }
    assert!(unpack_after(Some(b"no change"), packed.encoding, 1, &packed.body).is_err());
}
