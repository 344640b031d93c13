//! Changes as a hostile node would make them, from the bytes of an input: right in form, wrong in what
//! their operations do and name.

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType, SortedVec};
use automerge::{ActorId, Change, ChangeHash, ExpandedChange, ObjType, ScalarValue};
use hopluu_protocol::identity::NodeKey;

/// Most changes and operations that are made of one input.
const MOST: usize = 8;

/// Makes changes that follow `stored`, all of one document.
pub fn changes(input: &[u8], stored: &[Change], author: NodeKey) -> Vec<Change> {
    let mut bytes = input.iter().copied();
    let mut forger = Forger { known: stored.to_vec(), actors: Vec::new(), author };
    for actor in stored.iter().map(|change| change.actor_id().clone()) {
        if !forger.actors.contains(&actor) {
            forger.actors.push(actor);
        }
    }
    forger.actors.extend([[8; 16], [9; 16]].map(ActorId::from));
    while let Some(choice) = bytes.next()
        && forger.known.len() < stored.len() + MOST
    {
        let change = forger.change(choice, &mut bytes);
        forger.known.push(change);
    }
    forger.known.split_off(stored.len())
}

struct Forger {
    known: Vec<Change>,
    actors: Vec<ActorId>,
    author: NodeKey,
}

impl Forger {
    fn change(&self, choice: u8, bytes: &mut impl Iterator<Item = u8>) -> Change {
        let mut next = || bytes.next().unwrap_or(0);
        let actor = self.actors[usize::from(choice) % self.actors.len()].clone();
        let line = self.known.iter().filter(|change| *change.actor_id() == actor);
        let seq = line.count() as u64 + 1;
        let (follows, also, shift, count) = (next(), next(), next(), usize::from(next()));
        let back = |by: u8| &self.known[self.known.len() - 1 - usize::from(by) % self.known.len()];
        let mut deps = vec![back(follows)];
        if also > 0 {
            deps.push(back(also));
        }
        let highest = deps.iter().map(|dep| dep.max_op()).max().unwrap_or(0);
        let start_op = match shift {
            0..240 => highest + 1,
            _ => (highest + 248).saturating_sub(u64::from(shift)),
        };
        let mut deps: Vec<ChangeHash> = deps.iter().map(|dep| dep.hash()).collect();
        deps.sort_unstable();
        deps.dedup();
        let operations = (0..count % MOST).map(|_| self.operation(&mut next)).collect();
        let author = [&[1, 32], &self.author.0[..]].concat();
        ExpandedChange {
            operations,
            actor_id: actor,
            hash: None,
            seq,
            start_op: start_op.max(1).try_into().expect("at least one"),
            time: 0,
            message: None,
            deps,
            extra_bytes: if seq == 1 { author } else { Vec::new() },
            author: None,
        }
        .into()
    }

    fn operation(&self, next: &mut impl FnMut() -> u8) -> Op {
        let obj = match next() {
            0 => ObjectId::Root,
            by => ObjectId::Id(OpId(u64::from(by), self.actor(next()))),
        };
        let key = match next() {
            by @ 0..32 => {
                Key::Map(["a.1", "a.2", "a.9", "cells", "texts", "i.1"][usize::from(by) % 6].into())
            }
            32 => Key::Seq(ElementId::Head),
            _ => Key::Seq(ElementId::Id(self.id(next))),
        };
        let action = match next() {
            0..96 => OpType::Put(ScalarValue::Str("a".into())),
            96..160 => OpType::Delete,
            160..192 => OpType::Put(ScalarValue::Int(i64::from(next()))),
            192..208 => OpType::Put(ScalarValue::counter(1)),
            208..220 => OpType::Increment(1),
            220..230 => OpType::Make(ObjType::Map),
            230..240 => OpType::Make(ObjType::Text),
            _ => OpType::MarkEnd(true),
        };
        let shape = next();
        let pred: Vec<OpId> = (0..shape >> 1 & 3).map(|_| self.id(next)).collect();
        Op { action, obj, key, pred: SortedVec::from(pred), insert: shape & 1 == 1 }
    }

    fn id(&self, next: &mut impl FnMut() -> u8) -> OpId {
        OpId(u64::from(next()), self.actor(next()))
    }

    fn actor(&self, by: u8) -> ActorId {
        self.actors[usize::from(by) % self.actors.len()].clone()
    }
}
