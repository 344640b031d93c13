//! Batches that an enrolled attacker sends.

use automerge::legacy::{Key, ObjectId, Op, OpId, OpType, SortedVec};
use automerge::{ActorId, Change, ExpandedChange, ScalarValue};
use hopluu_node::BUILT_IN_TEMPLATE;
use hopluu_protocol::documents::genesis::genesis;
use hopluu_protocol::id::DocId;
use hopluu_protocol::identity::OfficeKey;
use hopluu_protocol::template::Template;
use hopluu_protocol::wire::frame::Batch;
use hopluu_protocol::wire::pack::{self, Encoding};
use hopluu_protocol::wire::{self, Frame};

use crate::hub::{HOSTILE_UNIT, PERIOD, random};

pub(crate) fn report() -> DocId {
    format!("report/{PERIOD}/{HOSTILE_UNIT}").parse().unwrap()
}

fn beginning() -> Change {
    let template = Template::parse(BUILT_IN_TEMPLATE).unwrap().template;
    genesis(&report(), Some(&template)).unwrap()
}

fn batch(changes: &[Change]) -> Frame {
    let raw: Vec<&[u8]> = changes.iter().map(Change::raw_bytes).collect();
    let packed = pack::pack(&raw).unwrap();
    Frame::Batch(Batch {
        number: 1,
        doc: report(),
        encoding: packed.encoding,
        count: packed.count,
        check: wire::check(changes.iter().map(Change::hash)),
        body: packed.body,
    })
}

/// A line of changes after the report's genesis, each with these operations.
fn line(author: &OfficeKey, count: u64, operations: impl Fn(u64) -> Vec<Op>) -> Vec<Change> {
    let mut changes = vec![beginning()];
    let actor = ActorId::from(random::<16>());
    for seq in 1..=count {
        let last = &changes[changes.len() - 1];
        let start = (last.start_op().get() - 1) + last.len() as u64 + 1;
        let change = ExpandedChange {
            operations: operations(start),
            actor_id: actor.clone(),
            hash: None,
            seq,
            start_op: start.try_into().unwrap(),
            time: 0,
            message: None,
            deps: vec![last.hash()],
            extra_bytes: if seq == 1 {
                [&[1, 32], &author.node_key().0[..]].concat()
            } else {
                Vec::new()
            },
            author: None,
        };
        changes.push(change.into());
    }
    changes
}

/// A thousand changes that do nothing.
pub(crate) fn empty_changes(author: &OfficeKey) -> Frame {
    batch(&line(author, 1_000, |_| Vec::new()))
}

/// A change on an object that is not there: once stored, the document would never load again.
pub(crate) fn unreadable(author: &OfficeKey) -> Frame {
    let lost = |_| {
        let obj = ObjectId::Id(OpId(4_000_000, beginning().actor_id().clone()));
        let action = OpType::Put(ScalarValue::Int(1));
        vec![Op { action, obj, key: Key::Map("x".into()), pred: SortedVec::new(), insert: false }]
    };
    batch(&line(author, 1, lost))
}

/// A few kilobytes that unfold into 64 MiB.
pub(crate) fn bomb() -> Frame {
    let body = zstd::bulk::compress(&vec![0; 64 << 20], 19).unwrap();
    Frame::Batch(Batch {
        number: 1,
        doc: report(),
        encoding: Encoding::Lanes,
        count: 1,
        check: [0; 8],
        body,
    })
}
