mod left_out;
mod limits;
mod model;
mod sync_reads;

use automerge::transaction::Transactable;
use automerge::{AutomergeError, Change, ROOT, ReadDoc};

use super::*;
use crate::identity::NodeKey;
use crate::store::MemoryBackend;
use crate::store::faulty::{CommitFault, FaultPlan, FaultyBackend, ReadFault};

const OPEN_BYTES: usize = 64 << 20;

fn replica() -> Replica<MemoryBackend> {
    Replica::open(Store::new(MemoryBackend::new()), OPEN_BYTES).unwrap()
}

/// A replica with an empty report, committed.
fn with_report() -> Replica<MemoryBackend> {
    let mut replica = replica();
    replica.create(&report(), genesis()).unwrap();
    commit(&mut replica);
    replica
}

fn reopen<B: Backend>(replica: Replica<B>) -> Replica<B> {
    Replica::open(replica.into_store(), OPEN_BYTES).unwrap()
}

fn report() -> DocId {
    "report/2023-q1/19996".parse().unwrap()
}

fn person(actor: u8) -> EditContext {
    EditContext {
        author: NodeKey([actor; 32]),
        actor: ActorId::from([actor; 16]),
        person: "Lê Văn A".to_owned(),
        now_seconds: 1_678_000_000,
    }
}

/// A first change like the one that every node makes by itself.
fn genesis() -> Change {
    let mut doc = Automerge::new().with_actor(ActorId::from([0; 16]));
    let mut transaction = doc.transaction();
    transaction.put(ROOT, "kind", "report").unwrap();
    transaction.commit();
    doc.get_last_local_change().unwrap()
}

fn put<B: Backend>(
    replica: &mut Replica<B>,
    actor: u8,
    key: &str,
    value: i64,
) -> Result<Edited<()>, EditError<AutomergeError>> {
    replica.edit(&report(), &person(actor), |transaction| transaction.put(ROOT, key, value))
}

fn value<B: Backend>(replica: &mut Replica<B>, key: &str) -> Option<i64> {
    let document = replica.document(&report()).unwrap().unwrap();
    document.get(ROOT, key).unwrap().and_then(|(value, _)| value.as_i64())
}

fn commit<B: Backend>(replica: &mut Replica<B>) -> Vec<Growth> {
    replica.commit().unwrap().map(|committed| committed.appended).unwrap_or_default()
}

/// All changes of the report, as a peer would get them.
fn changes<B: Backend>(replica: &mut Replica<B>) -> Vec<Change> {
    let stored = replica.changes_from(&report(), 0, usize::MAX).unwrap();
    stored.iter().map(|change| Change::try_from(change.bytes.as_slice()).unwrap()).collect()
}

fn heads<B: Backend>(replica: &Replica<B>) -> Vec<ChangeHash> {
    replica.summary(&report()).unwrap().heads.clone()
}

#[test]
fn an_edit_is_seen_at_once_and_is_there_after_commit_and_reopening() {
    let mut replica = replica();
    assert!(replica.create(&report(), genesis()).unwrap());
    put(&mut replica, 1, "pl4.1", 7).unwrap();
    assert_eq!(value(&mut replica, "pl4.1"), Some(7));
    let before = heads(&replica);

    assert_eq!(commit(&mut replica), [Growth { doc: report(), positions: 0..2, local: true }]);
    let mut replica = reopen(replica);
    assert_eq!(heads(&replica), before);
    assert_eq!(value(&mut replica, "pl4.1"), Some(7));
}

#[test]
fn what_was_not_committed_is_gone_after_reopening() {
    let mut replica = with_report();
    put(&mut replica, 1, "pl4.1", 7).unwrap();
    let mut replica = reopen(replica);
    assert_eq!(value(&mut replica, "pl4.1"), None);
}

#[test]
fn a_change_names_its_author_person_and_time() {
    let mut replica = with_report();
    put(&mut replica, 1, "pl4.1", 7).unwrap();
    let change = changes(&mut replica).pop().unwrap();
    assert_eq!(change.author().unwrap().as_bytes(), [1; 32]);
    assert_eq!(*change.actor_id(), person(1).actor);
    assert_eq!(change.message(), Some("Lê Văn A"));
    assert_eq!(change.timestamp(), 1_678_000_000);
}

#[test]
fn one_document_may_be_edited_by_several_people_in_turn() {
    let mut replica = with_report();
    for (round, actor) in (0..).zip([1, 2, 1, 3, 2]) {
        put(&mut replica, actor, "pl4.1", round).unwrap();
    }
    commit(&mut replica);
    let authors: Vec<u8> =
        changes(&mut replica)[1..].iter().map(|change| change.actor_id().to_bytes()[0]).collect();
    assert_eq!(authors, [1, 2, 1, 3, 2]);
    assert_eq!(value(&mut reopen(replica), "pl4.1"), Some(4));
}

#[test]
fn an_edit_that_fails_or_changes_nothing_stages_nothing() {
    let mut replica = with_report();
    let failed = replica.edit(&report(), &person(1), |transaction| {
        transaction.put(ROOT, "pl4.1", 7).unwrap();
        Err::<(), _>("no")
    });
    assert!(matches!(failed, Err(EditError::Closure("no"))));
    let nothing = replica.edit(&report(), &person(1), |_| Ok::<_, ()>(5)).unwrap();
    assert_eq!(nothing, Edited { value: 5, change: None });

    assert_eq!(value(&mut replica, "pl4.1"), None);
    assert!(replica.commit().unwrap().is_none());
    put(&mut replica, 1, "pl4.1", 8).unwrap();
    assert_eq!(changes(&mut replica).last().unwrap().seq(), 1);
}

#[test]
fn an_edit_too_large_for_one_change_is_refused_and_leaves_the_document_as_it_was() {
    let mut replica = with_report();
    put(&mut replica, 1, "pl4.1", 7).unwrap();
    let long = "x".repeat(MAX_CHANGE_BYTES);
    let outcome =
        replica.edit(&report(), &person(1), |transaction| transaction.put(ROOT, "text", long));
    assert!(matches!(
        outcome,
        Err(EditError::Replica(ReplicaError::TooLarge { bytes, .. })) if bytes > MAX_CHANGE_BYTES
    ));
    assert_eq!(value(&mut replica, "pl4.1"), Some(7));
    put(&mut replica, 1, "pl4.1", 8).unwrap();
    commit(&mut replica);
    assert_eq!(value(&mut reopen(replica), "pl4.1"), Some(8));
}

#[test]
fn a_document_is_created_once() {
    let mut replica = with_report();
    assert!(!replica.create(&report(), genesis()).unwrap());
    assert!(replica.commit().unwrap().is_none());
}

#[test]
fn a_document_that_does_not_exist_cannot_be_edited_and_reads_as_nothing() {
    let mut replica = replica();
    assert!(matches!(
        put(&mut replica, 1, "pl4.1", 7),
        Err(EditError::Replica(ReplicaError::UnknownDocument { .. }))
    ));
    assert!(replica.document(&report()).unwrap().is_none());
    assert!(replica.summary(&report()).is_none());
    assert!(replica.clock(&report()).unwrap().is_empty());
    assert!(replica.changes_from(&report(), 0, 1).unwrap().is_empty());
    assert!(!replica.compact(&report()).unwrap());
}

#[test]
fn remote_changes_are_appended_without_opening_the_document() {
    let mut office = with_report();
    for round in 0..5 {
        put(&mut office, 1, "pl4.1", round).unwrap();
    }
    let mut hub = replica();
    let appended = hub.append(&report(), changes(&mut office)).unwrap();
    assert_eq!(appended, Appended { positions: 0..6, known: vec![] });
    assert_eq!(commit(&mut hub), [Growth { doc: report(), positions: 0..6, local: false }]);
    assert!(!hub.open.contains(&report()));
    assert_eq!(heads(&hub), heads(&office));
    assert_eq!(hub.index().digest_of(&Scope::All), office.index().digest_of(&Scope::All));
    assert_eq!(value(&mut hub, "pl4.1"), Some(4));
}

#[test]
fn an_opened_document_takes_remote_changes_in() {
    let mut office = with_report();
    let mut hub = replica();
    hub.append(&report(), changes(&mut office)).unwrap();
    put(&mut hub, 9, "pl4.2", 1).unwrap();
    put(&mut office, 1, "pl4.1", 7).unwrap();
    let appended = hub.append(&report(), changes(&mut office)).unwrap();
    assert_eq!(appended, Appended { positions: 2..3, known: vec![0] });
    assert_eq!(value(&mut hub, "pl4.1"), Some(7));
    assert_eq!(heads(&hub).len(), 2);
    let origins: Vec<_> =
        commit(&mut hub).into_iter().map(|run| (run.positions, run.local)).collect();
    assert_eq!(origins, [(0..1, false), (1..2, true), (2..3, false)]);
    assert_eq!(value(&mut reopen(hub), "pl4.2"), Some(1));
}

#[test]
fn changes_without_what_they_depend_on_are_refused_all_together() {
    let mut office = with_report();
    put(&mut office, 1, "pl4.1", 1).unwrap();
    put(&mut office, 1, "pl4.1", 2).unwrap();
    let mut gap = changes(&mut office);
    let missing = gap.remove(1).hash();
    let mut hub = replica();
    assert!(matches!(
        hub.append(&report(), gap),
        Err(ReplicaError::UnknownDependency { dependency, .. }) if dependency == missing
    ));
    assert!(hub.summary(&report()).is_none());
    assert!(hub.commit().unwrap().is_none());
}

#[test]
fn a_second_line_of_one_actor_is_refused() {
    let mut office = with_report();
    let mut restored_from_backup = with_report();
    put(&mut office, 1, "pl4.1", 1).unwrap();
    put(&mut restored_from_backup, 1, "pl4.1", 2).unwrap();
    let mut hub = replica();
    hub.append(&report(), changes(&mut office)).unwrap();
    let outcome = hub.append(&report(), changes(&mut restored_from_backup));
    assert!(matches!(outcome, Err(ReplicaError::OutOfSequence { expected: 2, found: 1, .. })));
    assert_eq!(hub.summary(&report()).unwrap().changes, 2);
}

#[test]
fn staged_meta_values_are_seen_and_survive_commit() {
    let mut replica = replica();
    replica.set_meta("peer/a", Some(b"1".to_vec())).unwrap();
    replica.set_meta("peer/b", Some(b"2".to_vec())).unwrap();
    let committed = replica.commit().unwrap().unwrap();
    assert!(committed.appended.is_empty());
    replica.set_meta("peer/a", None).unwrap();
    replica.set_meta("peer/c", Some(b"3".to_vec())).unwrap();
    for _ in 0..2 {
        assert_eq!(replica.meta("peer/a").unwrap(), None);
        let keys: Vec<_> = replica.meta_under("peer/").unwrap();
        assert_eq!(keys, [("peer/b".into(), b"2".to_vec()), ("peer/c".into(), b"3".to_vec())]);
        commit(&mut replica);
        replica = reopen(replica);
    }
}

#[test]
fn more_values_than_a_store_takes_at_once_are_committed_in_several_batches() {
    let mut replica = with_report();
    put(&mut replica, 1, "pl4.1", 7).unwrap();
    replica.set_meta("invitation/a", Some(b"used".to_vec())).unwrap();
    for number in 0..5_000 {
        replica.set_meta(&format!("peer/a/acked/{number}"), Some(b"0001".to_vec())).unwrap();
    }
    let first = replica.commit().unwrap().unwrap();
    assert_eq!(first.appended.len(), 1, "changes go first, and the first values with them");
    assert!(replica.staged_bytes() > 0);
    let mut batches = 1;
    while let Some(committed) = replica.commit().unwrap() {
        assert!(committed.appended.is_empty());
        batches += 1;
    }
    assert!((2..10).contains(&batches), "{batches}");
    assert_eq!(replica.staged_bytes(), 0);
    let replica = reopen(replica);
    assert_eq!(replica.meta_under("peer/a/").unwrap().len(), 5_000);
    assert_eq!(replica.meta("invitation/a").unwrap(), Some(b"used".to_vec()));
}

#[test]
fn a_replica_says_when_enough_is_staged() {
    let mut replica = with_report();
    let mut edits = 0;
    while !replica.wants_commit() {
        put(&mut replica, 1, "pl4.1", edits).unwrap();
        edits += 1;
    }
    assert_eq!(edits, 256);
    commit(&mut replica);
    assert!(!replica.wants_commit());
}

#[test]
fn opened_documents_give_way_to_others_within_the_bound() {
    let docs: Vec<DocId> =
        (0..20).map(|unit| format!("report/2023-q1/{unit}").parse().unwrap()).collect();
    let mut replica = Replica::open(Store::new(MemoryBackend::new()), 5 * 70_000).unwrap();
    for doc in &docs {
        replica.create(doc, genesis()).unwrap();
    }
    for doc in &docs {
        assert!(replica.document(doc).unwrap().is_some());
    }
    let open = |replica: &Replica<_>| docs.iter().map(|doc| replica.open.contains(doc)).collect();
    let kept: Vec<bool> = open(&replica);
    assert_eq!(kept, [[false; 15].as_slice(), &[true; 5]].concat());
    replica.document(&docs[15]).unwrap();
    replica.document(&docs[0]).unwrap();
    let kept: Vec<bool> = open(&replica);
    assert!(kept[0] && kept[15] && !kept[16], "the least recently used gives way");
}

#[test]
fn after_a_failed_commit_the_replica_refuses_everything_until_it_is_opened_again() {
    for fault in [CommitFault::Full, CommitFault::SyncFailedAndLost, CommitFault::PowerCutBefore] {
        let plan = FaultPlan::none().at_commit(1, fault);
        let store = Store::new(FaultyBackend::new(plan));
        let mut replica = Replica::open(store, OPEN_BYTES).unwrap();
        replica.create(&report(), genesis()).unwrap();
        commit(&mut replica);
        put(&mut replica, 1, "pl4.1", 7).unwrap();
        assert!(matches!(replica.commit(), Err(ReplicaError::Store(_))));
        assert!(matches!(replica.document(&report()), Err(ReplicaError::Unusable { .. })));
        assert!(matches!(replica.commit(), Err(ReplicaError::Unusable { .. })));
        assert!(matches!(
            put(&mut replica, 1, "pl4.1", 8),
            Err(EditError::Replica(ReplicaError::Unusable { .. }))
        ));
        assert!(matches!(replica.set_meta("a", None), Err(ReplicaError::Unusable { .. })));

        let backend = replica.into_store().into_backend().restart();
        let mut replica = Replica::open(Store::new(backend), OPEN_BYTES).unwrap();
        assert_eq!(value(&mut replica, "pl4.1"), None);
        put(&mut replica, 2, "pl4.1", 9).unwrap();
        assert_eq!(commit(&mut replica).len(), 1, "{fault:?}");
    }
}

#[test]
fn a_full_disk_needs_no_restart_of_the_store() {
    let plan = FaultPlan::none().at_commit(1, CommitFault::Full);
    let mut replica = Replica::open(Store::new(FaultyBackend::new(plan)), OPEN_BYTES).unwrap();
    replica.create(&report(), genesis()).unwrap();
    commit(&mut replica);
    put(&mut replica, 1, "pl4.1", 7).unwrap();
    replica.commit().unwrap_err();
    let mut replica = reopen(replica);
    put(&mut replica, 1, "pl4.1", 8).unwrap();
    commit(&mut replica);
    assert_eq!(value(&mut replica, "pl4.1"), Some(8));
}

#[test]
fn damage_in_a_stored_document_is_found_when_it_is_opened() {
    // Reads of the reopened store: documents, what is left out, snapshot, changes.
    for (read, fault) in [(3, ReadFault::Flipped), (3, ReadFault::Damaged), (2, ReadFault::Damaged)]
    {
        let mut source = with_report();
        put(&mut source, 1, "pl4.1", 7).unwrap();
        let mut writer =
            Replica::open(Store::new(FaultyBackend::new(FaultPlan::none())), OPEN_BYTES).unwrap();
        writer.append(&report(), changes(&mut source)).unwrap();
        commit(&mut writer);
        let backend = writer.into_store().into_backend();
        let plan = FaultPlan::none().at_read(read, fault);
        let mut replica = Replica::open(Store::new(backend.with_plan(plan)), OPEN_BYTES).unwrap();
        let error = replica.document(&report()).unwrap_err();
        let expected =
            if fault == ReadFault::Flipped { "document-damaged" } else { "store-damaged" };
        assert_eq!(error.code(), expected, "{error}");
    }
}

/// Every bit of the snapshot and of the changes behind it, those included that no hash covers.
#[test]
fn any_flipped_bit_is_found_when_the_document_is_opened() {
    let mut intact = with_report();
    put(&mut intact, 1, "pl4.1", 7).unwrap();
    commit(&mut intact);
    assert!(intact.compact_now(&report()).unwrap());
    put(&mut intact, 1, "pl4.1", 8).unwrap();
    put(&mut intact, 1, "pl4.1", 9).unwrap();
    commit(&mut intact);
    let intact = intact.into_store().into_backend();
    // Three values: each bit of each comes, as three and eight have no common divisor.
    for bit in 0..3 * 8 * 300 {
        let mut flipped = intact.clone();
        assert!(flipped.flip_bit(&report(), bit));
        let mut replica = Replica::open(Store::new(flipped), OPEN_BYTES).unwrap();
        let opened = replica.document(&report());
        assert!(matches!(opened, Err(ReplicaError::Damaged { .. })), "bit {bit}: {opened:?}");
    }
}

#[test]
fn missing_rows_are_damage_too() {
    let mut replica = with_report();
    put(&mut replica, 1, "pl4.1", 7).unwrap();
    commit(&mut replica);
    let mut summary = replica.summary(&report()).unwrap().clone();
    summary.heads = vec![genesis().hash()];
    replica.open.close(&report());
    replica.index.set(&report(), summary);
    assert!(matches!(replica.document(&report()), Err(ReplicaError::Damaged { .. })));
}

/// What follows on a connection is judged by the roster, which counts once it is durable.
#[test]
fn a_staged_roster_is_committed_before_anything_else_is_taken_in() {
    let mut replica = Replica::open(Store::new(MemoryBackend::new()), OPEN_BYTES).unwrap();
    let [calendar, roster] = [DocId::Calendar, DocId::Roster];
    let begin = |doc: &DocId| crate::documents::genesis::genesis(doc, None).unwrap();
    replica.create(&calendar, begin(&calendar)).unwrap();
    assert!(!replica.wants_commit());
    replica.create(&roster, begin(&roster)).unwrap();
    assert!(replica.wants_commit());
    let _committed = replica.commit().unwrap();
    assert!(!replica.wants_commit());
}
