//! The figures of a consolidated report, from what the units gave.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{IndicatorId, UnitKindId};
use crate::report::ReportValue;
use crate::value::CellState;

use super::super::evaluate::{FormulaFault, Parts, evaluate};
use super::super::figure::{Amount, Figure, report_value};
use super::super::plan::{Origin, Plan};
use super::super::problem::{ConsolidationProblem, Said};
use super::super::tally::TallyFault;
use super::Consolidation;

impl Consolidation {
    /// All figures at full precision, and what is wrong with them in the order of the form.
    pub(super) fn figures(&self) -> (Vec<Figure>, Vec<ConsolidationProblem>) {
        let mut figures = vec![Figure::MISSING; self.plan.rows.len()];
        let mut problems: BTreeMap<usize, ConsolidationProblem> = BTreeMap::new();
        let typed = (0..self.plan.rows.len())
            .filter(|at| !matches!(self.plan.rows[*at].origin, Origin::Derived { .. }));
        for at in typed.chain(self.plan.derived.iter().copied()) {
            let figure = match self.overrides.get(&at) {
                Some(over) => Ok(Figure::whole(Amount::of(&over.value))),
                None => self.figure(at, &figures),
            };
            match figure {
                Ok(figure) => figures[at] = figure,
                Err(problem) => {
                    problems.insert(at, problem);
                }
            }
        }
        (figures, problems.into_values().collect())
    }

    /// One figure, its parts being there.
    fn figure(&self, at: usize, figures: &[Figure]) -> Result<Figure, ConsolidationProblem> {
        let row = &self.plan.rows[at];
        let indicator = || row.indicator.id.clone();
        match &row.origin {
            Origin::Heading => Ok(Figure::MISSING),
            Origin::OutsideAuthority(reason) => {
                Ok(Figure::whole(Amount::NotApplicable(BTreeSet::from([reason.clone()]))))
            }
            Origin::UnusableFormula => {
                Err(ConsolidationProblem::UnusableFormula { indicator: indicator() })
            }
            Origin::Derived { formula, .. } => {
                let parts = Computed { plan: &self.plan, figures };
                evaluate(formula, &parts).map_err(|fault| match fault {
                    FormulaFault::DivisionByZero { dividend } => {
                        ConsolidationProblem::DivisionByZero {
                            indicator: indicator(),
                            dividend: ReportValue::Number(dividend.normalize()),
                        }
                    }
                    FormulaFault::Overflow => {
                        ConsolidationProblem::Overflow { indicator: indicator() }
                    }
                })
            }
            Origin::Reported(_) => match &self.tallies[at] {
                Some(tally) => tally.figure().map_err(|fault| self.explain(at, fault)),
                None => Ok(Figure::MISSING),
            },
        }
    }

    fn explain(&self, at: usize, fault: TallyFault) -> ConsolidationProblem {
        let indicator = &self.plan.rows[at].indicator;
        let id = indicator.id.clone();
        match fault {
            TallyFault::Disagreement => {
                ConsolidationProblem::Disagreement { indicator: id, said: self.said(at) }
            }
            TallyFault::NoReporter => ConsolidationProblem::NoReporter { indicator: id },
            TallyFault::Overflow => ConsolidationProblem::Overflow { indicator: id },
            TallyFault::SeveralReporters => {
                let reporters = self.plan.reporters.iter();
                let units = reporters.filter(|unit| indicator.reporters.contains(&unit.kind));
                ConsolidationProblem::SeveralReporters {
                    indicator: id,
                    units: units.map(|unit| unit.code.clone()).collect(),
                }
            }
        }
    }

    fn said(&self, at: usize) -> Vec<Said> {
        let reporters = self.plan.reporters.iter().zip(&self.parts);
        reporters
            .filter_map(|(reporter, part)| {
                let value = part.as_ref()?.cell(at)?;
                Some(Said {
                    unit: reporter.code.clone(),
                    value: report_value(value),
                    state: CellState::of(Some(value)),
                })
            })
            .collect()
    }
}

/// The figures computed so far, as a formula sees them.
struct Computed<'a> {
    plan: &'a Plan,
    figures: &'a [Figure],
}

impl Parts for Computed<'_> {
    fn cell(&self, id: &IndicatorId) -> Figure {
        let figure = self.plan.row_of.get(id).and_then(|at| self.figures.get(*at));
        figure.cloned().unwrap_or(Figure::MISSING)
    }

    fn units(&self, kind: &UnitKindId) -> usize {
        self.plan.unit_counts.get(kind).copied().unwrap_or_default()
    }
}
