use automerge::transaction::Transactable;
use automerge::{AutomergeError, ROOT, ReadDoc};

use super::*;
use crate::identity::NodeKey;
use crate::store::MemoryBackend;

const OPEN_BYTES: usize = 64 << 20;

fn replica() -> Replica<MemoryBackend> {
    Replica::open(Store::new(MemoryBackend::new()), OPEN_BYTES).unwrap()
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
fn genesis() -> automerge::Change {
    let mut doc = Automerge::new().with_actor(ActorId::from([0; 16]));
    let mut transaction = doc.transaction();
    transaction.put(ROOT, "kind", "report").unwrap();
    transaction.commit();
    doc.get_last_local_change().unwrap()
}

fn put(
    replica: &mut Replica<MemoryBackend>,
    actor: u8,
    key: &str,
    value: i64,
) -> Result<Edited<()>, EditError<AutomergeError>> {
    replica.edit(&report(), &person(actor), |transaction| transaction.put(ROOT, key, value))
}

#[test]
fn an_edit_is_seen_at_once_and_is_there_after_commit_and_reopening() {
    let mut replica = replica();
    assert!(replica.create(&report(), genesis()).unwrap());
    put(&mut replica, 1, "pl4.1", 7).unwrap();
    let heads = replica.summary(&report()).unwrap().heads.clone();

    let committed = replica.commit().unwrap().unwrap();
    assert_eq!(committed.appended, [Growth { doc: report(), positions: 0..2, local: true }]);
    let mut reopened = Replica::open(replica.into_store(), OPEN_BYTES).unwrap();
    assert_eq!(reopened.summary(&report()).unwrap().heads, heads);
    let document = reopened.document(&report()).unwrap().unwrap();
    assert_eq!(document.get(ROOT, "pl4.1").unwrap().unwrap().0, 7.into());
}
