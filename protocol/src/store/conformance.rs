//! One conformance suite for all store backends. A backend that passes keeps what it was given, in order,
//! all or nothing, and across reopening.
//!
//! Whether what is reported durable survives a power cut is not for this suite: see [`super::faulty`]
//! and the crash tests of each backend.

use std::collections::BTreeMap;

use automerge::{ActorId, ChangeHash};

use super::{Backend, DocSummary, StoreError, StoredChange, Write};
use crate::id::{DocId, UnitCode};
use crate::period::{PeriodId, Span};

type Outcome = Result<(), StoreError>;
type Case<'a, B> = (&'static str, fn(&mut Bench<'a, B>) -> Outcome);

/// Where a case gets its backends.
struct Bench<'a, B> {
    fresh: &'a mut dyn FnMut() -> B,
    reopen: &'a mut dyn FnMut(B) -> B,
}

/// Runs all cases. `fresh` makes an empty backend; `reopen` closes one and opens it again.
///
/// # Panics
/// When a case fails, naming it.
pub fn check<B: Backend>(mut fresh: impl FnMut() -> B, mut reopen: impl FnMut(B) -> B) {
    let mut bench = Bench { fresh: &mut fresh, reopen: &mut reopen };
    for (name, case) in cases::<B>() {
        let outcome = case(&mut bench);
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
    }
}

fn cases<'a, B: Backend>() -> Vec<Case<'a, B>> {
    vec![
        ("an empty store has nothing", an_empty_store_has_nothing),
        ("appended changes read back in order", appended_changes_read_back_in_order),
        ("positions are found by hash", positions_are_found_by_hash),
        ("the clock holds each actor's last number", the_clock_holds_each_actors_last_number),
        ("heads are those set last", heads_are_those_set_last),
        ("reads stop at the number of bytes asked for", reads_stop_at_max_bytes),
        ("a snapshot replaces exactly what it covers", a_snapshot_replaces_what_it_covers),
        ("a later snapshot replaces an earlier one", a_later_snapshot_replaces_an_earlier_one),
        ("a batch may append and snapshot at once", a_batch_may_append_and_snapshot_at_once),
        ("meta values are set, removed and listed", meta_values_are_set_removed_and_listed),
        ("a refused batch leaves nothing", a_refused_batch_leaves_nothing),
        ("gaps and reused positions are refused", gaps_and_reused_positions_are_refused),
        ("a change is stored once", a_change_is_stored_once),
        ("snapshots that do not fit are refused", snapshots_that_do_not_fit_are_refused),
        ("values of all sizes read back", values_of_all_sizes_read_back),
        ("large values can be replaced", large_values_can_be_replaced),
        ("ids with a common beginning do not mix", ids_with_a_common_beginning_do_not_mix),
        ("more than ten thousand changes", more_than_ten_thousand_changes),
        ("an empty batch changes nothing", an_empty_batch_changes_nothing),
    ]
}

fn report(unit: &str) -> DocId {
    let unit = unit.parse::<UnitCode>();
    let period = PeriodId { year: 2023, span: Span::Quarter(1) };
    unit.map_or(DocId::Roster, |unit| DocId::Report(period, unit))
}

fn hash(seed: &str, position: u32) -> ChangeHash {
    ChangeHash(*blake3::hash(format!("{seed} {position}").as_bytes()).as_bytes())
}

fn actor(number: u8) -> ActorId {
    ActorId::from([number; 16])
}

fn change(doc: &DocId, position: u32, bytes: Vec<u8>) -> StoredChange {
    StoredChange { position, hash: hash(&doc.to_string(), position), bytes }
}

/// An append by actor 1, whose changes are numbered by position.
fn append(doc: &DocId, position: u32, bytes: Vec<u8>) -> Write {
    Write::Append {
        doc: doc.clone(),
        change: change(doc, position, bytes),
        actor: actor(1),
        seq: u64::from(position) + 1,
    }
}

/// Ten bytes that tell which change it is.
fn small(position: u32) -> Vec<u8> {
    format!("change {position:>3}").into_bytes()
}

fn appends(doc: &DocId, positions: std::ops::Range<u32>) -> Vec<Write> {
    positions.map(|position| append(doc, position, small(position))).collect()
}

fn snapshot(doc: &DocId, covers: u32, bytes: &[u8]) -> Write {
    Write::Snapshot { doc: doc.clone(), covers, bytes: bytes.to_vec() }
}

fn meta(key: &str, value: Option<&[u8]>) -> Write {
    Write::Meta { key: key.to_owned(), value: value.map(<[u8]>::to_vec) }
}

/// Bytes that do not compress and differ at every offset.
fn noise(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(length as u64).to_le_bytes());
    hasher.finalize_xof().fill(&mut bytes);
    bytes
}

/// Everything that can be read, to compare a store before and after.
fn contents<B: Backend>(store: &B) -> Result<Contents, StoreError> {
    let mut all = Contents { meta: store.meta_under("")?, ..Contents::default() };
    for (doc, summary) in store.documents()? {
        let changes = store.changes(&doc, 0, usize::MAX)?;
        all.docs.insert(doc.clone(), (summary, store.snapshot(&doc)?, changes, store.clock(&doc)?));
    }
    Ok(all)
}

type DocContents = (DocSummary, Option<Vec<u8>>, Vec<StoredChange>, BTreeMap<ActorId, u64>);

#[derive(Debug, Default, PartialEq)]
struct Contents {
    docs: BTreeMap<DocId, DocContents>,
    meta: Vec<(String, Vec<u8>)>,
}

fn is_refused(outcome: &Outcome) -> bool {
    matches!(outcome, Err(StoreError::Refused { .. }))
}

fn an_empty_store_has_nothing<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let store = (bench.fresh)();
    let doc = report("19996");
    assert!(store.documents()?.is_empty());
    assert_eq!(store.snapshot(&doc)?, None);
    assert!(store.changes(&doc, 0, usize::MAX)?.is_empty());
    assert_eq!(store.position(&doc, &hash("x", 0))?, None);
    assert!(store.clock(&doc)?.is_empty());
    assert_eq!(store.meta("key")?, None);
    assert!(store.meta_under("")?.is_empty());
    Ok(())
}

fn appended_changes_read_back_in_order<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    let doc = report("19996");
    store.commit(&appends(&doc, 0..3))?;
    store.commit(&appends(&doc, 3..5))?;
    for _ in 0..2 {
        let expected: Vec<_> = (0..5).map(|at| change(&doc, at, small(at))).collect();
        assert_eq!(store.changes(&doc, 0, usize::MAX)?, expected);
        assert_eq!(store.changes(&doc, 3, usize::MAX)?, expected[3..]);
        assert!(store.changes(&doc, 5, usize::MAX)?.is_empty());
        assert!(store.changes(&doc, u32::MAX, usize::MAX)?.is_empty());
        assert_eq!(store.documents()?.get(&doc).map(|summary| summary.changes), Some(5));
        store = (bench.reopen)(store);
    }
    Ok(())
}

fn positions_are_found_by_hash<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    let doc = report("19996");
    store.commit(&appends(&doc, 0..3))?;
    for _ in 0..2 {
        assert_eq!(store.position(&doc, &hash(&doc.to_string(), 2))?, Some(2));
        assert_eq!(store.position(&doc, &hash(&doc.to_string(), 3))?, None);
        assert_eq!(store.position(&DocId::Roster, &hash(&doc.to_string(), 2))?, None);
        store = (bench.reopen)(store);
    }
    Ok(())
}

fn the_clock_holds_each_actors_last_number<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    let doc = report("19996");
    let by = |position, who: ActorId, seq| Write::Append {
        doc: doc.clone(),
        change: change(&doc, position, small(position)),
        actor: who,
        seq,
    };
    // Actor ids have no fixed length, and one may be the beginning of another.
    let (short, long) = (ActorId::from([7; 2]), ActorId::from([7; 4]));
    store.commit(&[by(0, short.clone(), 1), by(1, long.clone(), 1)])?;
    store.commit(&[by(2, short.clone(), 2)])?;
    store = (bench.reopen)(store);
    assert_eq!(store.clock(&doc)?, BTreeMap::from([(short, 2), (long, 1)]));
    Ok(())
}

fn heads_are_those_set_last<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    let doc = report("19996");
    let heads = |heads: Vec<ChangeHash>| Write::Heads { doc: doc.clone(), heads };
    assert!(is_refused(&store.commit(&[heads(vec![hash("a", 0)])])));
    store.commit(&[append(&doc, 0, small(0)), heads(vec![hash("a", 0)])])?;
    store.commit(&[append(&doc, 1, small(1)), heads(vec![hash("a", 1), hash("a", 2)])])?;
    store = (bench.reopen)(store);
    let found = store.documents()?.remove(&doc).map(|summary| summary.heads);
    assert_eq!(found, Some(vec![hash("a", 1), hash("a", 2)]));
    Ok(())
}

fn reads_stop_at_max_bytes<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    let doc = report("19996");
    store.commit(&appends(&doc, 0..5))?;
    assert_eq!(store.changes(&doc, 1, 25)?.len(), 2);
    assert_eq!(store.changes(&doc, 1, 20)?.len(), 2);
    assert_eq!(store.changes(&doc, 1, 19)?.len(), 1);
    assert_eq!(store.changes(&doc, 1, 0)?.len(), 1);
    Ok(())
}

fn a_snapshot_replaces_what_it_covers<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    let doc = report("19996");
    store.commit(&appends(&doc, 0..6))?;
    store.commit(&[snapshot(&doc, 4, b"four")])?;
    store.commit(&appends(&doc, 6..7))?;
    for _ in 0..2 {
        let later: Vec<_> = (4..7).map(|at| change(&doc, at, small(at))).collect();
        assert_eq!(store.snapshot(&doc)?.as_deref(), Some(&b"four"[..]));
        assert_eq!(store.changes(&doc, 0, usize::MAX)?, later);
        assert_eq!(store.changes(&doc, 5, usize::MAX)?, later[1..]);
        for position in 0..7 {
            let found = store.position(&doc, &hash(&doc.to_string(), position))?;
            assert_eq!(found, Some(position), "positions survive the snapshot");
        }
        assert_eq!(store.clock(&doc)?, BTreeMap::from([(actor(1), 7)]));
        let summary = store.documents()?.remove(&doc).unwrap_or_default();
        assert_eq!((summary.changes, summary.in_snapshot), (7, 4));
        store = (bench.reopen)(store);
    }
    Ok(())
}

fn a_later_snapshot_replaces_an_earlier_one<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    let doc = report("19996");
    store.commit(&appends(&doc, 0..6))?;
    let (long, short) = (noise(300_000), noise(5_000));
    store.commit(&[snapshot(&doc, 2, &long)])?;
    assert_eq!(store.snapshot(&doc)?, Some(long));
    store.commit(&[snapshot(&doc, 6, &short)])?;
    for _ in 0..2 {
        assert_eq!(store.snapshot(&doc)?.as_ref(), Some(&short));
        assert!(store.changes(&doc, 0, usize::MAX)?.is_empty());
        store = (bench.reopen)(store);
    }
    Ok(())
}

fn a_batch_may_append_and_snapshot_at_once<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    let doc = report("19996");
    let mut batch = appends(&doc, 0..3);
    batch.push(snapshot(&doc, 2, b"two"));
    batch.extend(appends(&doc, 3..4));
    store.commit(&batch)?;
    store = (bench.reopen)(store);
    let later: Vec<_> = (2..4).map(|at| change(&doc, at, small(at))).collect();
    assert_eq!(store.changes(&doc, 0, usize::MAX)?, later);
    Ok(())
}

fn meta_values_are_set_removed_and_listed<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    let key = "peer/ab/acked/report/2023-q1/19996";
    store.commit(&[
        meta("peer/ab", Some(b"1")),
        meta(key, Some(b"2")),
        meta("peer/ac", Some(b"3")),
        meta("peer0", Some(b"4")),
        meta("gone", Some(b"5")),
        meta("gone", None),
        meta("never", None),
    ])?;
    store.commit(&[meta("peer/ac", None), meta("peer/ab", Some(b""))])?;
    for _ in 0..2 {
        assert_eq!(store.meta("peer/ab")?, Some(Vec::new()));
        assert_eq!(store.meta("peer/ac")?, None);
        assert_eq!(store.meta("gone")?, None);
        let under = store.meta_under("peer/")?;
        assert_eq!(under, [("peer/ab".to_owned(), vec![]), (key.to_owned(), b"2".to_vec())]);
        assert_eq!(store.meta_under("")?.len(), 3);
        assert!(store.meta_under("z")?.is_empty());
        store = (bench.reopen)(store);
    }
    Ok(())
}

fn a_refused_batch_leaves_nothing<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    let doc = report("19996");
    store.commit(&appends(&doc, 0..3))?;
    let before = contents(&store)?;
    let outcome = store.commit(&[
        meta("key", Some(b"value")),
        append(&doc, 3, noise(200_000)),
        snapshot(&doc, 2, &noise(200_000)),
        append(&doc, 9, small(9)),
    ]);
    assert!(is_refused(&outcome), "{outcome:?}");
    assert_eq!(contents(&store)?, before);
    store.commit(&appends(&doc, 3..4))?;
    let after = contents(&store)?;
    store = (bench.reopen)(store);
    assert_eq!(contents(&store)?, after);
    Ok(())
}

fn gaps_and_reused_positions_are_refused<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    let doc = report("19996");
    assert!(is_refused(&store.commit(&[append(&doc, 1, small(1))])));
    store.commit(&appends(&doc, 0..3))?;
    store.commit(&[snapshot(&doc, 3, b"three")])?;
    let other = |position| Write::Append {
        doc: doc.clone(),
        change: StoredChange { position, hash: hash("other", position), bytes: small(0) },
        actor: actor(1),
        seq: 4,
    };
    for position in [0, 2, 4, u32::MAX] {
        assert!(is_refused(&store.commit(&[other(position)])), "position {position}");
    }
    store.commit(&[other(3)])
}

fn a_change_is_stored_once<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    let doc = report("19996");
    store.commit(&appends(&doc, 0..2))?;
    store.commit(&[snapshot(&doc, 1, b"one")])?;
    for known in [0, 1] {
        let again = Write::Append {
            doc: doc.clone(),
            change: StoredChange { position: 2, ..change(&doc, known, small(known)) },
            actor: actor(1),
            seq: 3,
        };
        assert!(is_refused(&store.commit(&[again])));
    }
    Ok(())
}

fn snapshots_that_do_not_fit_are_refused<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    let doc = report("19996");
    assert!(is_refused(&store.commit(&[snapshot(&doc, 1, b"of nothing")])));
    store.commit(&appends(&doc, 0..3))?;
    assert!(is_refused(&store.commit(&[snapshot(&doc, 4, b"too far")])));
    assert!(is_refused(&store.commit(&[snapshot(&doc, 0, b"of nothing")])));
    store.commit(&[snapshot(&doc, 2, b"two")])?;
    assert!(is_refused(&store.commit(&[snapshot(&doc, 2, b"again")])));
    assert!(is_refused(&store.commit(&[snapshot(&doc, 1, b"back")])));
    assert_eq!(store.snapshot(&doc)?.as_deref(), Some(&b"two"[..]));
    Ok(())
}

fn values_of_all_sizes_read_back<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    for size in [0, 1, 1024, 1025, 4096, 4097, 6 << 10, 200 << 10, 1 << 20] {
        let doc = report(&format!("u{size}"));
        let key = format!("size/{size}");
        store.commit(&[
            append(&doc, 0, noise(size)),
            append(&doc, 1, noise(size)),
            snapshot(&doc, 1, &noise(size)),
            meta(&key, Some(&noise(size))),
        ])?;
        for _ in 0..2 {
            let expected = Some(noise(size));
            assert_eq!(store.snapshot(&doc)?, expected, "{size} bytes");
            assert_eq!(store.meta(&key)?, expected, "{size} bytes");
            let changes = store.changes(&doc, 0, usize::MAX)?;
            assert_eq!(changes, [change(&doc, 1, noise(size))], "{size} bytes");
            store = (bench.reopen)(store);
        }
    }
    Ok(())
}

fn large_values_can_be_replaced<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    for size in [200_000, 10, 300_000, 5_000] {
        store.commit(&[meta("a", Some(&noise(size))), meta("b", Some(&noise(size + 1)))])?;
        assert_eq!(store.meta("a")?, Some(noise(size)));
        store = (bench.reopen)(store);
        assert_eq!(store.meta("b")?, Some(noise(size + 1)));
    }
    store.commit(&[meta("a", Some(&noise(50_000))), meta("a", Some(&noise(60_000)))])?;
    assert_eq!(store.meta("a")?, Some(noise(60_000)));
    store.commit(&[meta("a", None)])?;
    assert_eq!(store.meta("a")?, None);
    assert_eq!(store.meta("b")?, Some(noise(5_001)));
    Ok(())
}

fn ids_with_a_common_beginning_do_not_mix<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    let docs = ["1", "19", "199", "1999", "199-6", "199_6", "199.6"].map(report);
    for (count, doc) in (1_u32..).zip(&docs) {
        store.commit(&appends(doc, 0..count))?;
    }
    store.commit(&[snapshot(&docs[2], 2, b"two")])?;
    store = (bench.reopen)(store);
    for (count, doc) in (1_u32..).zip(&docs) {
        let covered = if *doc == docs[2] { 2 } else { 0 };
        let expected: Vec<_> = (covered..count).map(|at| change(doc, at, small(at))).collect();
        assert_eq!(store.changes(doc, 0, usize::MAX)?, expected, "{doc}");
        assert_eq!(store.clock(doc)?, BTreeMap::from([(actor(1), u64::from(count))]), "{doc}");
    }
    let mut sorted = docs.to_vec();
    sorted.sort();
    assert_eq!(store.documents()?.into_keys().collect::<Vec<_>>(), sorted);
    Ok(())
}

fn more_than_ten_thousand_changes<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    let doc = report("19996");
    for thousand in 0..10 {
        store.commit(&appends(&doc, thousand * 1_001..(thousand + 1) * 1_001))?;
    }
    store = (bench.reopen)(store);
    let changes = store.changes(&doc, 0, usize::MAX)?;
    assert!(changes.iter().map(|change| change.position).eq(0..10_010));
    store.commit(&[snapshot(&doc, 10_000, b"all but ten")])?;
    store = (bench.reopen)(store);
    assert_eq!(store.changes(&doc, 0, usize::MAX)?.len(), 10);
    assert_eq!(store.position(&doc, &hash(&doc.to_string(), 9_999))?, Some(9_999));
    Ok(())
}

fn an_empty_batch_changes_nothing<B: Backend>(bench: &mut Bench<'_, B>) -> Outcome {
    let mut store = (bench.fresh)();
    store.commit(&appends(&report("19996"), 0..2))?;
    let before = contents(&store)?;
    store.commit(&[])?;
    store = (bench.reopen)(store);
    assert_eq!(contents(&store)?, before);
    Ok(())
}
