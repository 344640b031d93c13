//! The order in which derived cells are computed: each after the cells that its formula names.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Aggregation, Indicator};
use crate::id::IndicatorId;

/// What [`evaluation_order`] finds.
#[derive(Debug, Default)]
pub(super) struct Evaluation<'a> {
    /// Derived cells, each after those it needs; of two that do not need each other, the one that stands
    /// first in the template. Without those on a cycle.
    pub(super) order: Vec<&'a Indicator>,
    /// Cycles of formulas: each cell needs the next one, and the last one the first.
    pub(super) cycles: Vec<Vec<&'a Indicator>>,
}

/// Orders the derived cells among the indicators. Names of unknown cells are passed over.
pub(super) fn evaluation_order(indicators: &[Indicator]) -> Evaluation<'_> {
    let mut graph = Graph::of(indicators);
    let mut found = Evaluation::default();
    loop {
        while let Some(at) = graph.ready.pop_first() {
            found.order.extend(graph.cells.get(at).copied());
            graph.settle(at);
        }
        let Some(cycle) = graph.cycle() else { return found };
        found.cycles.push(cycle.iter().filter_map(|at| graph.cells.get(*at).copied()).collect());
        for at in cycle {
            graph.settle(at);
        }
        // A cell of the cycle is settled already: it must not become ready through another one.
        let waiting = &graph.waiting;
        graph.ready.retain(|at| waiting.contains_key(at));
    }
}

/// Derived cells by their position.
struct Graph<'a> {
    cells: Vec<&'a Indicator>,
    /// Cells not yet computed, each with those that it still needs.
    waiting: BTreeMap<usize, BTreeSet<usize>>,
    /// Who needs a cell.
    needed_by: BTreeMap<usize, Vec<usize>>,
    /// Waiting cells that need nothing more.
    ready: BTreeSet<usize>,
}

impl<'a> Graph<'a> {
    fn of(indicators: &'a [Indicator]) -> Self {
        let derived = || {
            indicators.iter().filter_map(|indicator| match &indicator.aggregation {
                Aggregation::Derived(formula) => Some((indicator, formula)),
                _ => None,
            })
        };
        let position: BTreeMap<&IndicatorId, usize> =
            derived().enumerate().map(|(at, (indicator, _))| (&indicator.id, at)).collect();
        let mut graph = Self {
            cells: derived().map(|(indicator, _)| indicator).collect(),
            waiting: BTreeMap::new(),
            needed_by: BTreeMap::new(),
            ready: BTreeSet::new(),
        };
        for (at, (_, formula)) in derived().enumerate() {
            let needs: BTreeSet<usize> =
                formula.cells().filter_map(|id| position.get(id).copied()).collect();
            for need in &needs {
                graph.needed_by.entry(*need).or_default().push(at);
            }
            if needs.is_empty() {
                graph.ready.insert(at);
            }
            graph.waiting.insert(at, needs);
        }
        graph
    }

    /// Takes a cell out of what others wait for.
    fn settle(&mut self, at: usize) {
        self.waiting.remove(&at);
        for user in self.needed_by.get(&at).into_iter().flatten() {
            if let Some(needs) = self.waiting.get_mut(user) {
                needs.remove(&at);
                if needs.is_empty() {
                    self.ready.insert(*user);
                }
            }
        }
    }

    /// A cycle among the waiting cells. When none is ready, each needs another waiting one, so that
    /// going from need to need comes back to a cell that was passed.
    fn cycle(&self) -> Option<Vec<usize>> {
        let mut path: Vec<usize> = Vec::new();
        let mut passed: BTreeMap<usize, usize> = BTreeMap::new();
        let mut at = *self.waiting.keys().next()?;
        while !passed.contains_key(&at) {
            passed.insert(at, path.len());
            path.push(at);
            at = *self.waiting.get(&at)?.first()?;
        }
        passed.get(&at).map(|start| path.split_off(*start))
    }
}
