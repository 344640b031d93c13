//! What a template may not do, however well it is written: name what does not exist, use an id twice, go
//! round in circles. `docs/template.md`, «What is refused».

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use toml::de::{DeTable, DeValue};

use super::cells::appendix_of;
use super::fields::{Fields, Located, shown};
use super::problems::Problems;
use super::{Placed, Tables};
use crate::id::{AppendixId, IndicatorId, SectionId, UnitKindId};
use crate::template::formula::Formula;
use crate::template::model::{Indicator, Sentence};
use crate::template::order::evaluation_order;
use crate::template::problem::TemplateProblemKind as Kind;
use crate::template::sentence::RESERVED_IDS;

/// The ids of a source and where each stands first, in bytes. Rows with other problems are among them, so
/// that one mistake is not reported wherever the row is named.
pub(super) struct Known {
    unit_kinds: BTreeMap<UnitKindId, usize>,
    appendices: BTreeMap<AppendixId, usize>,
    sections: BTreeMap<SectionId, usize>,
    cells: BTreeMap<IndicatorId, KnownCell>,
}

struct KnownCell {
    at: usize,
    holds: Holds,
    /// `None` for facts and auxiliary figures.
    appendix: Option<AppendixId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Amount,
    Choice,
    Nothing,
}

impl Known {
    /// Collects the ids, and reports those that stand twice and codes that are printed twice.
    pub(super) fn collect(tables: &Tables<'_, '_>, problems: &mut Problems) -> Self {
        let mut known = Self {
            unit_kinds: first_places(&tables.unit_kinds, problems),
            appendices: first_places(&tables.appendices, problems),
            sections: first_places(&tables.sections, problems),
            cells: BTreeMap::new(),
        };
        known.collect_cells(tables, problems);
        warn_of_repeated_codes(&tables.rows, problems);
        known
    }

    fn collect_cells(&mut self, tables: &Tables<'_, '_>, problems: &mut Problems) {
        let rows: BTreeSet<usize> = tables.rows.iter().map(|placed| placed.at).collect();
        let all = [&tables.rows, &tables.facts, &tables.auxiliaries];
        let mut placed: Vec<Placed<'_, '_>> = all.into_iter().flatten().copied().collect();
        placed.sort_by_key(|placed| placed.at);
        for (id, at) in &first_places::<IndicatorId>(&placed, problems) {
            self.cells.insert(
                id.clone(),
                KnownCell {
                    at: *at,
                    holds: Holds::Amount,
                    appendix: if rows.contains(at) { appendix_of(id) } else { None },
                },
            );
        }
        for placed in &placed {
            let word = placed.table.get("type").and_then(|word| word.get_ref().as_str());
            let holds = match word {
                Some("choice") => Holds::Choice,
                Some("heading") => Holds::Nothing,
                _ => Holds::Amount,
            };
            // Of two rows with one id, the first is the one that is meant.
            if let Some(cell) = id_of(placed.table).and_then(|id| self.cells.get_mut(&id))
                && cell.at == placed.at
            {
                cell.holds = holds;
            }
        }
    }

    pub(super) fn check_section(&self, id: &Located<SectionId>, fields: &mut Fields<'_, '_>) {
        if !self.sections.contains_key(&id.value) {
            fields.add(id.line, Kind::UnknownSection { id: id.value.clone() });
        }
    }

    pub(super) fn check_appendix(&self, id: &AppendixId, line: usize, fields: &mut Fields<'_, '_>) {
        if !self.appendices.contains_key(id) {
            fields.add(line, Kind::UnknownAppendix { id: id.clone() });
        }
    }

    pub(super) fn check_kinds(&self, kinds: &[Located<UnitKindId>], fields: &mut Fields<'_, '_>) {
        let mut named = BTreeSet::new();
        for Located { line, value } in kinds {
            if !self.unit_kinds.contains_key(value) {
                fields.add(*line, Kind::UnknownKind { id: value.clone() });
            } else if !named.insert(value) {
                fields.add(*line, Kind::RepeatedKind { field: "reporters", id: value.clone() });
            }
        }
    }

    /// A section stands after the one it is part of.
    pub(super) fn check_section_parent(
        &self,
        id: &Located<SectionId>,
        parent: &SectionId,
        fields: &mut Fields<'_, '_>,
    ) {
        let name = parent.to_string();
        match (self.sections.get(parent), self.sections.get(&id.value)) {
            (None, _) => fields.add(id.line, Kind::UnknownParent { parent: name }),
            (Some(parent), Some(own)) if parent > own => {
                fields.add(id.line, Kind::BeforeParent { parent: name });
            }
            _ => {}
        }
    }

    /// A row stands below its parent, in the same appendix; so there are no circles either.
    pub(super) fn check_parent(
        &self,
        parent: &Located<IndicatorId>,
        appendix: &AppendixId,
        at: usize,
        fields: &mut Fields<'_, '_>,
    ) {
        let name = parent.value.to_string();
        match self.cells.get(&parent.value) {
            None => fields.add(parent.line, Kind::UnknownParent { parent: name }),
            Some(cell) if cell.appendix.as_ref() != Some(appendix) => {
                fields.add(parent.line, Kind::ParentElsewhere { parent: parent.value.clone() });
            }
            Some(cell) if cell.at >= at => {
                fields.add(parent.line, Kind::BeforeParent { parent: name });
            }
            Some(_) => {}
        }
    }

    pub(super) fn check_formula(
        &self,
        formula: &Formula,
        line: usize,
        fields: &mut Fields<'_, '_>,
    ) {
        for id in formula.cells().collect::<BTreeSet<_>>() {
            let id = id.clone();
            match self.cells.get(&id).map(|cell| cell.holds) {
                None => fields.add(line, Kind::UnknownCell { field: "formula", id }),
                Some(Holds::Choice) => fields.add(line, Kind::FormulaNamesChoice { id }),
                Some(Holds::Nothing) => fields.add(line, Kind::FormulaNamesHeading { id }),
                Some(Holds::Amount) => {}
            }
        }
        for id in formula.units().collect::<BTreeSet<_>>() {
            if !self.unit_kinds.contains_key(id) {
                fields.add(line, Kind::UnknownKind { id: id.clone() });
            }
        }
    }

    pub(super) fn check_sentence(
        &self,
        sentence: &Sentence,
        line: usize,
        fields: &mut Fields<'_, '_>,
    ) {
        for id in sentence.cells().collect::<BTreeSet<_>>() {
            let id = id.clone();
            match self.cells.get(&id).map(|cell| cell.holds) {
                None => fields.add(line, Kind::UnknownCell { field: "sentences", id }),
                Some(Holds::Nothing) => fields.add(line, Kind::SentenceNamesHeading { id }),
                Some(Holds::Amount | Holds::Choice) => {}
            }
        }
    }
}

/// An id that a formula or a sentence would take for something else.
pub(super) fn check_id(id: &Located<IndicatorId>, fields: &mut Fields<'_, '_>) {
    let text = id.value.as_str();
    if !text.starts_with(|c: char| c.is_ascii_lowercase()) || RESERVED_IDS.contains(&text) {
        fields.add(id.line, Kind::IdMeansSomethingElse { id: id.value.clone() });
    }
}

/// Reports each cycle of formulas once, at the formula of the cell that stands first.
pub(super) fn check_cycles(
    indicators: &[Indicator],
    formula_lines: &BTreeMap<IndicatorId, usize>,
    problems: &mut Problems,
) {
    for cycle in evaluation_order(indicators).cycles {
        let cells: Vec<IndicatorId> = cycle.iter().map(|cell| cell.id.clone()).collect();
        let Some(first) = cells.first().cloned() else { continue };
        let line = formula_lines.get(&first).copied().unwrap_or(1);
        problems.add(line, Some(first.as_str()), Kind::Cycle { cells });
    }
}

/// Where each id stands first; those that stand again are reported.
fn first_places<T: FromStr + Ord>(
    tables: &[Placed<'_, '_>],
    problems: &mut Problems,
) -> BTreeMap<T, usize> {
    let mut places = BTreeMap::new();
    for placed in tables {
        let Some(id) = id_of(placed.table) else { continue };
        if let Some(first) = places.get(&id) {
            let first_line = problems.line_at(&(*first..*first));
            let line = placed.line(problems);
            let row = placed.table.get("id").and_then(|id| id.get_ref().as_str()).map(shown);
            problems.add(line, row.as_deref(), Kind::DuplicateId { first_line });
        } else {
            places.insert(id, placed.at);
        }
    }
    places
}

fn warn_of_repeated_codes(rows: &[Placed<'_, '_>], problems: &mut Problems) {
    let mut codes: BTreeMap<(AppendixId, &str), usize> = BTreeMap::new();
    for placed in rows {
        let Some(id) = id_of::<IndicatorId>(placed.table) else { continue };
        let code = placed.table.get("code").map(|code| code.get_ref());
        let (Some(appendix), Some(DeValue::String(code))) = (appendix_of(&id), code) else {
            continue;
        };
        let line = placed.line(problems);
        match codes.get(&(appendix.clone(), code.trim())) {
            Some(first_line) => {
                let kind = Kind::RepeatedCode { code: shown(code.trim()), first_line: *first_line };
                problems.add(line, Some(id.as_str()), kind);
            }
            None => {
                codes.insert((appendix, code.trim()), line);
            }
        }
    }
}

/// The id of a table, when it is one.
fn id_of<T: FromStr>(table: &DeTable<'_>) -> Option<T> {
    table.get("id").and_then(|id| id.get_ref().as_str()).and_then(|id| id.trim().parse().ok())
}

impl<'a, 'i> Placed<'a, 'i> {
    /// The line that the table begins in.
    pub(super) fn line(&self, problems: &Problems) -> usize {
        problems.line_at(&(self.at..self.at))
    }

    /// Begins to read its fields.
    pub(super) fn fields<'b>(
        &self,
        allowed: &[&'static str],
        problems: &'b mut Problems,
    ) -> Fields<'b, 'i>
    where
        'a: 'b,
    {
        let line = self.line(problems);
        Fields::of(self.table, line, allowed, problems)
    }
}
