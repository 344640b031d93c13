//! What a report consists of and who gives what: the template and the roster, worked out for one report.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::id::{IndicatorId, SectionId, TemplateRef, UnitCode, UnitKindId};
use crate::period::{PeriodDays, PeriodId};
use crate::roster::{Roster, Unit};
use crate::template::formula::Formula;
use crate::template::{
    Aggregation, Indicator, Section, Sentence, SentencePart, Template, ValueType,
};

use super::evaluate;
use super::own::{own_indicators, own_sections};
use super::tally::Method;

/// A report's shape. Rows, sections and reporters are referred to by their position in here.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) period: PeriodId,
    pub(super) days: PeriodDays,
    pub(super) template: TemplateRef,
    pub(super) unit: UnitCode,
    pub(super) unit_name: String,
    /// The units that give figures, by code.
    pub(super) reporters: Vec<Reporter>,
    /// What units of a kind give. Kinds that give nothing are not in it.
    pub(super) kinds: BTreeMap<UnitKindId, Share>,
    /// Units that reported here until they ended within the period, and their last days: nobody waits for them.
    pub(super) ended: Vec<(UnitCode, Date)>,
    /// `units(kind)`.
    pub(super) unit_counts: BTreeMap<UnitKindId, usize>,
    /// The cells, in the template's order.
    pub(super) rows: Vec<Row>,
    pub(super) row_of: BTreeMap<IndicatorId, usize>,
    /// The derived rows, each after its parts.
    pub(super) derived: Vec<usize>,
    pub(super) sections: Vec<SectionPlan>,
    pub(super) section_of: BTreeMap<SectionId, usize>,
}

/// A unit that gives figures.
#[derive(Clone, Debug)]
pub(super) struct Reporter {
    pub(super) code: UnitCode,
    pub(super) kind: UnitKindId,
    pub(super) short_name: String,
}

/// The share of a report that units of one kind give. Positions are ascending.
#[derive(Clone, Debug, Default)]
pub(super) struct Share {
    /// Rows whose values they type.
    pub(super) rows: Vec<usize>,
    /// Derived rows that those are parts of.
    pub(super) derived: Vec<usize>,
    /// Sections they write text for.
    pub(super) sections: Vec<usize>,
}

/// One cell.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) indicator: Indicator,
    pub(super) origin: Origin,
    /// How many units have a part in it.
    pub(super) parties: usize,
}

/// Where a cell's value comes from.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// Computed from other cells; `leaves` are the reported rows at the bottom, ascending.
    Derived { formula: Formula, leaves: Vec<usize> },
    /// It has none.
    Heading,
    /// The template says that it is another level's, and why.
    OutsideAuthority(String),
    /// Units type it.
    Reported(Method),
    /// Its formula is circular or names what is not there.
    UnusableFormula,
}

/// One section.
#[derive(Clone, Debug)]
pub(super) struct SectionPlan {
    pub(super) id: SectionId,
    pub(super) number: String,
    pub(super) title: String,
    pub(super) depth: u8,
    /// Sentences all of whose cells the report has.
    pub(super) sentences: Vec<Sentence>,
    /// How many units write text for it.
    pub(super) writers: usize,
}

impl Plan {
    /// The consolidated report of a hub's unit. Who reports to it: the units that exist on the period's
    /// last day and whose parent it is or that have none, and it itself.
    pub(super) fn of_hub(
        template: &Template,
        roster: &Roster,
        period: PeriodId,
        days: PeriodDays,
        hub: &UnitCode,
    ) -> Self {
        let existing = || roster.units.iter().filter(|unit| unit.exists_on(days.last));
        let reports_here = |unit: &&Unit| {
            unit.code == *hub || unit.parent.as_ref().is_none_or(|parent| parent == hub)
        };
        let mut unit_counts = BTreeMap::new();
        for unit in existing() {
            *unit_counts.entry(unit.kind.clone()).or_default() += 1;
        }
        let within = |day: &Date| days.first <= *day && *day < days.last;
        let ended = roster.units.iter().filter(reports_here).filter_map(|unit| {
            unit.valid_to.filter(within).map(|last_day| (unit.code.clone(), last_day))
        });
        Self::lay_out(Outline {
            template,
            period,
            days,
            unit: hub,
            ended: ended.collect(),
            unit_name: short_name(roster, hub),
            reporters: existing().filter(reports_here).map(Reporter::from).collect(),
            unit_counts,
            indicators: template.indicators.iter().collect(),
            sections: template.sections.iter().collect(),
            alone: false,
        })
    }

    /// A single unit's own report: what its kind gives, and what follows from that alone. There,
    /// `units(kind)` of its own kind is 1: a share of all units becomes the unit's own.
    pub(super) fn of_unit(
        template: &Template,
        roster: &Roster,
        period: PeriodId,
        days: PeriodDays,
        code: &UnitCode,
    ) -> Self {
        let unit = roster.unit(code);
        let mut unit_counts = BTreeMap::new();
        for other in roster.units.iter().filter(|unit| unit.exists_on(days.last)) {
            *unit_counts.entry(other.kind.clone()).or_default() += 1;
        }
        if let Some(unit) = unit {
            unit_counts.insert(unit.kind.clone(), 1);
        }
        Self::lay_out(Outline {
            template,
            period,
            days,
            unit: code,
            ended: Vec::new(),
            unit_name: short_name(roster, code),
            reporters: unit.map(Reporter::from).into_iter().collect(),
            unit_counts,
            indicators: unit.map_or_else(Vec::new, |unit| own_indicators(template, &unit.kind)),
            sections: unit.map_or_else(Vec::new, |unit| own_sections(template, &unit.kind)),
            alone: true,
        })
    }

    fn lay_out(outline: Outline<'_>) -> Self {
        let mut reporters = outline.reporters;
        reporters.sort_by(|a, b| a.code.cmp(&b.code));
        reporters.dedup_by(|a, b| a.code == b.code);
        let count = |kinds: &[UnitKindId]| {
            reporters.iter().filter(|reporter| kinds.contains(&reporter.kind)).count()
        };

        let mut rows: Vec<Row> = outline
            .indicators
            .iter()
            .map(|&indicator| Row {
                origin: Origin::of(indicator, outline.alone),
                parties: count(&indicator.reporters),
                indicator: indicator.clone(),
            })
            .collect();
        let row_of: BTreeMap<_, _> =
            rows.iter().enumerate().map(|(at, row)| (row.indicator.id.clone(), at)).collect();
        let derived = order_formulas(&mut rows, &row_of);
        for &at in &derived {
            rows[at].parties = count(&kinds_behind(&rows, at));
        }

        let sections: Vec<SectionPlan> =
            lay_out_sections(&outline.sections, &row_of, |section| count(&section.reporters));
        let section_of =
            sections.iter().enumerate().map(|(at, section)| (section.id.clone(), at)).collect();
        let kinds: BTreeSet<&UnitKindId> = reporters.iter().map(|unit| &unit.kind).collect();
        let shares = kinds
            .into_iter()
            .map(|kind| (kind.clone(), Share::of(kind, &rows, &outline.sections)))
            .filter(|(_, share)| !share.rows.is_empty() || !share.sections.is_empty())
            .collect();
        Self {
            period: outline.period,
            days: outline.days,
            template: outline.template.reference.clone(),
            unit: outline.unit.clone(),
            unit_name: outline.unit_name,
            kinds: shares,
            reporters,
            ended: outline.ended,
            unit_counts: outline.unit_counts,
            rows,
            row_of,
            derived,
            sections,
            section_of,
        }
    }

    /// The position of a unit that gives figures.
    pub(super) fn reporter(&self, code: &UnitCode) -> Option<usize> {
        self.reporters.binary_search_by(|reporter| reporter.code.cmp(code)).ok()
    }

    /// What a reporter has to give.
    pub(super) fn share(&self, reporter: usize) -> Option<&Share> {
        self.kinds.get(&self.reporters.get(reporter)?.kind)
    }
}

/// What distinguishes a consolidated report from a single unit's.
struct Outline<'a> {
    template: &'a Template,
    period: PeriodId,
    days: PeriodDays,
    unit: &'a UnitCode,
    ended: Vec<(UnitCode, Date)>,
    unit_name: String,
    reporters: Vec<Reporter>,
    unit_counts: BTreeMap<UnitKindId, usize>,
    indicators: Vec<&'a Indicator>,
    sections: Vec<&'a Section>,
    alone: bool,
}

impl From<&Unit> for Reporter {
    fn from(unit: &Unit) -> Self {
        Self {
            code: unit.code.clone(),
            kind: unit.kind.clone(),
            short_name: unit.short_name.clone(),
        }
    }
}

impl Origin {
    fn of(indicator: &Indicator, alone: bool) -> Self {
        if let Some(reason) = &indicator.outside_authority {
            return Self::OutsideAuthority(reason.clone());
        }
        if indicator.value_type == ValueType::Heading {
            return Self::Heading;
        }
        match &indicator.aggregation {
            Aggregation::Derived(formula) => {
                Self::Derived { formula: formula.clone(), leaves: Vec::new() }
            }
            Aggregation::None => Self::Heading,
            // A unit alone is not a sum of units: its flag stays a flag.
            _ if alone => Self::Reported(Method::Single),
            Aggregation::AllEqual => Self::Reported(Method::AllEqual),
            Aggregation::Max => Self::Reported(Method::Max),
            Aggregation::Single => Self::Reported(Method::Single),
            Aggregation::Sum => Self::Reported(Method::Sum),
        }
    }
}

impl Share {
    fn of(kind: &UnitKindId, rows: &[Row], sections: &[&Section]) -> Self {
        let reports = |at: &usize| rows[*at].is_reported_by(kind);
        let mut share = Self {
            rows: (0..rows.len()).filter(reports).collect(),
            derived: Vec::new(),
            sections: (0..sections.len())
                .filter(|at| sections[*at].reporters.contains(kind))
                .collect(),
        };
        share.derived = (0..rows.len())
            .filter(|at| match &rows[*at].origin {
                Origin::Derived { leaves, .. } => {
                    leaves.iter().any(|leaf| share.rows.binary_search(leaf).is_ok())
                }
                _ => false,
            })
            .collect();
        share
    }
}

impl Row {
    fn is_reported_by(&self, kind: &UnitKindId) -> bool {
        matches!(self.origin, Origin::Reported(_)) && self.indicator.reporters.contains(kind)
    }
}

/// Puts derived rows after their parts, finds the reported rows behind each, and marks those whose
/// parts are not there.
fn order_formulas(rows: &mut [Row], row_of: &BTreeMap<IndicatorId, usize>) -> Vec<usize> {
    let mut parts_of: BTreeMap<usize, Option<BTreeSet<usize>>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        if let Origin::Derived { formula, .. } = &row.origin {
            let parts = evaluate::cells(formula).into_iter().map(|id| row_of.get(id).copied());
            parts_of.insert(at, parts.collect());
        }
    }
    let mut order = Vec::new();
    loop {
        let ready: Vec<usize> = parts_of
            .iter()
            .filter(|(_, parts)| {
                parts
                    .as_ref()
                    .is_some_and(|parts| parts.iter().all(|at| !parts_of.contains_key(at)))
            })
            .map(|(at, _)| *at)
            .collect();
        if ready.is_empty() {
            break;
        }
        for at in ready {
            let parts = parts_of.remove(&at).flatten().unwrap_or_default();
            let found: BTreeSet<usize> =
                parts.into_iter().flat_map(|part| rows_behind(rows, part)).collect();
            if let Origin::Derived { leaves, .. } = &mut rows[at].origin {
                *leaves = found.into_iter().collect();
            }
            order.push(at);
        }
    }
    for at in parts_of.into_keys() {
        rows[at].origin = Origin::UnusableFormula;
    }
    order
}

/// The reported rows behind a row: itself, or its leaves.
fn rows_behind(rows: &[Row], at: usize) -> Vec<usize> {
    match &rows[at].origin {
        Origin::Derived { leaves, .. } => leaves.clone(),
        Origin::Reported(_) => vec![at],
        Origin::Heading | Origin::OutsideAuthority(_) | Origin::UnusableFormula => Vec::new(),
    }
}

fn kinds_behind(rows: &[Row], at: usize) -> Vec<UnitKindId> {
    let leaves = rows_behind(rows, at);
    leaves.into_iter().flat_map(|leaf| rows[leaf].indicator.reporters.iter().cloned()).collect()
}

fn lay_out_sections(
    sections: &[&Section],
    row_of: &BTreeMap<IndicatorId, usize>,
    writers: impl Fn(&Section) -> usize,
) -> Vec<SectionPlan> {
    let mut depths: BTreeMap<&SectionId, u8> = BTreeMap::new();
    let shown = |sentence: &&Sentence| {
        sentence.parts.iter().all(|part| match part {
            SentencePart::Cell(id) => row_of.contains_key(id),
            _ => true,
        })
    };
    sections
        .iter()
        .map(|section| {
            let above = section.parent.as_ref().and_then(|parent| depths.get(parent));
            let depth = above.map_or(0, |above| above.saturating_add(1));
            depths.insert(&section.id, depth);
            SectionPlan {
                id: section.id.clone(),
                number: section.number.clone(),
                title: section.title.clone(),
                depth,
                sentences: section.sentences.iter().filter(shown).cloned().collect(),
                writers: writers(section),
            }
        })
        .collect()
}

fn short_name(roster: &Roster, code: &UnitCode) -> String {
    roster.unit(code).map_or_else(|| code.to_string(), |unit| unit.short_name.clone())
}
