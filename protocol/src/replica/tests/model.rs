//! Random use of two replicas, with crashes: whatever happens, what is stored explains what is shown.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const UNITS: u8 = 4;

#[derive(Clone, Debug)]
enum Step {
    /// An edit of a report, creating it when needed.
    Edit {
        node: usize,
        unit: u8,
        value: i64,
    },
    /// All that the other node has committed of a report is sent to this one.
    Receive {
        node: usize,
        unit: u8,
    },
    Commit {
        node: usize,
    },
    Compact {
        node: usize,
        unit: u8,
    },
    Close {
        node: usize,
        unit: u8,
    },
    Crash {
        node: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let (node, unit) = (0..2_usize, 0..UNITS);
    prop_oneof![
        8 => (node.clone(), unit.clone(), any::<i64>())
            .prop_map(|(node, unit, value)| Step::Edit { node, unit, value }),
        4 => (node.clone(), unit.clone()).prop_map(|(node, unit)| Step::Receive { node, unit }),
        4 => node.clone().prop_map(|node| Step::Commit { node }),
        1 => (node.clone(), unit.clone()).prop_map(|(node, unit)| Step::Compact { node, unit }),
        1 => (node.clone(), unit).prop_map(|(node, unit)| Step::Close { node, unit }),
        1 => node.prop_map(|node| Step::Crash { node }),
    ]
}

/// A node: its replica, and what it was told is durable.
struct Node {
    replica: Option<Replica<FaultyBackend>>,
    actor: u8,
    durable: BTreeSet<(DocId, ChangeHash)>,
}

fn doc(unit: u8) -> DocId {
    format!("report/2023-q1/{unit}").parse().unwrap()
}

impl Node {
    fn new(seed: u64, actor: u8) -> Self {
        let backend = FaultyBackend::new(FaultPlan::seeded(seed, 6));
        let replica = Replica::open(Store::new(backend), OPEN_BYTES).unwrap();
        Self { replica: Some(replica), actor, durable: BTreeSet::new() }
    }

    fn replica(&mut self) -> &mut Replica<FaultyBackend> {
        self.replica.as_mut().unwrap()
    }

    /// Ends the process and starts it again, with a fresh actor.
    fn restart(&mut self) {
        let backend = self.replica.take().unwrap().into_store().into_backend().restart();
        self.replica = Some(Replica::open(Store::new(backend), OPEN_BYTES).unwrap());
        self.actor += 2;
        let before = std::mem::take(&mut self.durable);
        for unit in 0..UNITS {
            let stored = self.replica().changes_from(&doc(unit), 0, usize::MAX).unwrap();
            self.durable.extend(stored.into_iter().map(|change| (doc(unit), change.hash)));
        }
        let lost: Vec<_> = before.difference(&self.durable).collect();
        assert!(lost.is_empty(), "durable changes are missing: {lost:?}");
    }

    fn edit(&mut self, unit: u8, value: i64) {
        let context = person(self.actor);
        self.replica().create(&doc(unit), genesis()).unwrap();
        let key = format!("cell {}", value.rem_euclid(5));
        self.replica()
            .edit(&doc(unit), &context, |transaction| transaction.put(ROOT, key, value))
            .unwrap();
    }

    fn commit(&mut self) {
        match self.replica().commit() {
            Ok(Some(committed)) => self.note_durable(&committed.appended),
            Ok(None) => {}
            Err(_) => self.restart(),
        }
    }

    fn snapshot(&mut self, unit: u8) {
        if self.replica().compact_now(&doc(unit)).is_err() {
            self.restart();
        }
    }

    fn note_durable(&mut self, runs: &[Growth]) {
        for run in runs {
            let changes = self.replica().changes_from(&run.doc, run.positions.start, usize::MAX);
            for change in changes.unwrap() {
                if run.positions.contains(&change.position) {
                    self.durable.insert((run.doc.clone(), change.hash));
                }
            }
        }
    }

    /// What the index says must be what the documents and a fresh index say.
    fn check(&mut self) {
        let index = self.replica().index().clone();
        let mut expected = Index::default();
        for unit in 0..UNITS {
            let Some(summary) = index.get(&doc(unit)).cloned() else { continue };
            let stored = self.replica().changes_from(&doc(unit), 0, usize::MAX).unwrap();
            assert!(stored.iter().map(|change| change.position).eq(0..summary.changes));
            let document = self.replica().document(&doc(unit)).unwrap().unwrap();
            assert_eq!(document.get_heads(), summary.heads);
            assert_eq!(document.get_changes(&[]).len(), stored.len());
            expected.set(&doc(unit), summary);
        }
        assert_eq!(index, expected);
        assert_eq!(
            index.digest_of(&Scope::All),
            index.entries(&Scope::All, TagRange::FULL).map(|(_, entry)| entry.digest).sum()
        );
    }
}

/// Sends to a node what is durable on the other.
fn send_to(nodes: &mut [Node; 2], to: usize, unit: u8) {
    let [a, b] = nodes;
    let (from, to) = if to == 0 { (b, a) } else { (a, b) };
    let durable: BTreeSet<ChangeHash> =
        from.durable.iter().filter(|(id, _)| *id == doc(unit)).map(|(_, hash)| *hash).collect();
    let changes: Vec<Change> = from
        .replica()
        .changes_from(&doc(unit), 0, usize::MAX)
        .unwrap()
        .into_iter()
        .filter(|change| durable.contains(&change.hash))
        .map(|change| Change::try_from(change.bytes.as_slice()).unwrap())
        .collect();
    to.replica().append(&doc(unit), changes).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_happens_nothing_durable_is_lost_and_the_index_is_right(
        seed in any::<u64>(),
        steps in proptest::collection::vec(step(), 1..60),
    ) {
        let mut nodes = [Node::new(seed, 1), Node::new(seed ^ 1, 2)];
        for step in steps {
            match step {
                Step::Edit { node, unit, value } => nodes[node].edit(unit, value),
                Step::Receive { node, unit } => send_to(&mut nodes, node, unit),
                Step::Commit { node } => nodes[node].commit(),
                Step::Compact { node, unit } => nodes[node].snapshot(unit),
                Step::Close { node, unit } => nodes[node].replica().open.close(&doc(unit)),
                Step::Crash { node } => nodes[node].restart(),
            }
        }
        nodes.iter_mut().for_each(Node::check);
        // Until a commit comes through at both; then they have met.
        for _ in 0..20 {
            nodes.iter_mut().for_each(Node::commit);
            for unit in 0..UNITS {
                send_to(&mut nodes, 0, unit);
                send_to(&mut nodes, 1, unit);
            }
        }
        nodes.iter_mut().for_each(Node::check);
        let [a, b] = nodes.map(|mut node| node.replica().index().digest_of(&Scope::All));
        prop_assert_eq!(a, b);
    }
}
