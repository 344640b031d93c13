//! Figures within a text, as this unit's people see them: the cell of each, and what stands in its place.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use automerge::ChangeHash;
use hopluu_protocol::consolidation::in_prose;
use hopluu_protocol::documents::report;
use hopluu_protocol::documents::text_figures::{LETTER, Written};
use hopluu_protocol::figures::Figures;
use hopluu_protocol::id::{IndicatorId, UnitCode};
use hopluu_protocol::report::Report;
use hopluu_protocol::template::Template;
use hopluu_protocol::value::CellState;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::cells::report_with;
use super::context::PeriodContext;
use super::draft::{Draft, resting_on};
use crate::messages::{Catalogue, Language};
use crate::problem::{Problem, Reason, Refusal};

/// A figure within a text: the letter U+FFFC, in whose place the number of a cell is read and printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextFigure {
    /// Where its letter stands, in Unicode scalar values.
    pub at: usize,
    /// The cell that it shows. Absent where nobody bound the letter to one: nothing is printed for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub cell: Option<IndicatorId>,
    /// What is read in its place: the number as the sentences of the form write it, or why there is none.
    pub shown: String,
    /// What that is.
    pub state: TextFigureState,
    /// The code of the cell's row as printed.
    pub code: String,
    /// Its label.
    pub label: String,
}

/// How it stands with a figure within a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextFigureState {
    /// The cell has a value.
    Value,
    /// It is computed, and something that it is computed from is missing.
    Incomplete,
    /// Nothing has been reported in it.
    Missing,
    /// It holds several values, or is computed from one that does.
    Conflict,
    /// It is not in this unit's report: the form has no such cell any more.
    Gone,
    /// The letter is bound to no cell.
    Unbound,
}

/// What a report's texts say of its cells.
pub(super) struct Sayings {
    template: Arc<Template>,
    report: Report,
    /// All that was written in cells in conflict.
    contested: BTreeMap<IndicatorId, String>,
    resting: BTreeSet<IndicatorId>,
}

impl Desk {
    /// The figures of one of this unit's texts.
    pub(super) fn figures_within(
        &mut self,
        context: &PeriodContext,
        written: &Written,
    ) -> Result<Vec<TextFigure>, Refusal> {
        if written.figures.is_empty() {
            return Ok(Vec::new());
        }
        let unit = self.membership()?.unit.clone();
        let draft = self.draft(context, &unit)?;
        Ok(self.sayings(context, &unit, &draft)?.of(written))
    }

    /// What a draft's texts say of its cells.
    pub(super) fn sayings(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
        draft: &Draft,
    ) -> Result<Sayings, Refusal> {
        let nothing = Catalogue::new(Language::Vietnamese).line("cli-empty-value", &[]);
        let mut contested = BTreeMap::new();
        for (id, conflict) in &draft.contested {
            let Some(row) = context.template.indicator(id) else { continue };
            let mut values: Vec<String> = Vec::new();
            for entry in self.entry_views(context, row, &conflict.entries) {
                let value = if entry.written.is_empty() { nothing.clone() } else { entry.written };
                if !values.contains(&value) {
                    values.push(value);
                }
            }
            if !values.is_empty() {
                contested.insert(id.clone(), values.join(" hoặc "));
            }
        }
        let counted = without_texts(draft.placed.counted.clone());
        Ok(Sayings {
            template: Arc::clone(&context.template),
            report: report_with(context, unit, counted)?,
            contested,
            resting: resting_on(draft, &context.template).into_keys().collect(),
        })
    }

    /// This unit's text of a report as it stood, with the numbers as they stood.
    pub(super) fn in_words_then(
        &mut self,
        context: &PeriodContext,
        change: ChangeHash,
        written: &Written,
    ) -> Result<String, Refusal> {
        if written.figures.is_empty() {
            return Ok(written.text.clone());
        }
        let unit = self.membership()?.unit.clone();
        let kind = context.unit(&unit)?.kind.clone();
        let document = self.present(&context.report(&unit))?;
        let mut figures = report::read(document, Some(&[change]))?.figures;
        let conflicts = report::conflicts_at(document, &[change])?.into_iter();
        for conflict in conflicts.filter(|conflict| !conflict.entries.is_empty()) {
            figures.cells.remove(&conflict.cell);
        }
        let counted = figures.placed_in(&context.template, &kind).counted;
        let report = report_with(context, &unit, without_texts(counted))?;
        Ok(written.in_words(|id| in_prose(&context.template, &report, id)))
    }

    /// The figures within a draft's texts that have no number, each with what is printed in its place.
    pub(super) fn told_text_figures(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
        draft: &Draft,
    ) -> Result<Vec<Problem>, Refusal> {
        let within = &draft.placed.counted.shown;
        if within.is_empty() {
            return Ok(Vec::new());
        }
        let sayings = self.sayings(context, unit, draft)?;
        let mut problems = Vec::new();
        for outline in &context.template.sections {
            let cells: BTreeSet<_> =
                within.get(&outline.id).into_iter().flatten().flatten().collect();
            for id in cells {
                let (shown, state) = sayings.say(id);
                if matches!(state, TextFigureState::Value | TextFigureState::Conflict) {
                    continue;
                }
                let label = context.template.indicator(id).map(|row| row.label.as_str());
                let detail = format!("{} shows {id}, which has no number", outline.id);
                let problem = Problem::new("text-figure-missing", detail)
                    .arg("section", &outline.id)
                    .arg("title", &outline.title)
                    .arg("label", label.unwrap_or_default())
                    .arg("shown", shown);
                problems.push(problem.at_indicator(id));
            }
        }
        Ok(problems)
    }

    /// Checks that texts of the period may hold figures, and these.
    pub(super) fn must_be_showable(
        &mut self,
        context: &PeriodContext,
        before: &Written,
        cells: &BTreeSet<&IndicatorId>,
    ) -> Result<(), Refusal> {
        // A figure that the text has or had, under an earlier form, may be written again.
        let mut new: Vec<&IndicatorId> = Vec::new();
        for id in cells {
            let stands = before.figures.iter().flatten().any(|cell| cell == *id);
            let earlier =
                context.template.indicator(id).is_none() && self.former_row(context, id).is_some();
            if !stands && !earlier {
                new.push(id);
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        if self.membership()?.is_hub() {
            let problem = Problem::new("text-figures-at-hub", "the hub's texts hold words alone");
            return Err(Refusal::new(Reason::NotNow, problem));
        }
        if !self.may_hold_figures(context)? {
            let problem =
                Problem::new("text-figures-not-in-form", "the form's texts hold words alone");
            let problem = problem.arg("form", context.template.reference.version);
            return Err(Refusal::new(Reason::NotNow, problem));
        }
        let unit = self.membership()?.unit.clone();
        let report = report_with(context, &unit, Figures::default())?;
        let is_shown = |id: &IndicatorId| {
            let cell = report.cells.iter().find(|cell| cell.id == *id);
            cell.is_some_and(|cell| cell.state != CellState::Heading)
        };
        match new.into_iter().find(|id| !is_shown(id)) {
            None => Ok(()),
            Some(id) => {
                let detail = format!("{id} is no figure of {unit}'s report");
                let problem = Problem::new("text-figure-unknown", detail).arg("indicator", id);
                Err(Refusal::new(Reason::Invalid, problem.at_indicator(id)))
            }
        }
    }

    /// Whether figures can be put into this node's texts of a period. The hub's own text is about a whole town,
    /// whose figures are not reckoned at each keystroke.
    pub(super) fn may_hold_figures(&self, context: &PeriodContext) -> Result<bool, Refusal> {
        Ok(context.template.figures_in_texts && !self.membership()?.is_hub())
    }
}

impl Sayings {
    /// The figures of a text.
    fn of(&self, written: &Written) -> Vec<TextFigure> {
        let letters = written.text.chars().enumerate().filter(|(_, letter)| *letter == LETTER);
        let told = letters.zip(&written.figures).map(|((at, _), cell)| {
            let (shown, state) = match cell {
                Some(id) => self.say(id),
                None => (String::new(), TextFigureState::Unbound),
            };
            let row = cell.as_ref().and_then(|id| self.template.indicator(id));
            TextFigure {
                at,
                cell: cell.clone(),
                shown,
                state,
                code: row.map(|row| row.code.clone()).unwrap_or_default(),
                label: row.map(|row| row.label.clone()).unwrap_or_default(),
            }
        });
        told.collect()
    }

    fn say(&self, id: &IndicatorId) -> (String, TextFigureState) {
        if let Some(values) = self.contested.get(id) {
            return (values.clone(), TextFigureState::Conflict);
        }
        let cell = self.report.cells.iter().find(|cell| cell.id == *id);
        let state = match cell {
            None => TextFigureState::Gone,
            Some(cell) if cell.state == CellState::Heading => TextFigureState::Gone,
            Some(_) if self.resting.contains(id) => TextFigureState::Conflict,
            Some(cell) if cell.as_value().is_none() => TextFigureState::Missing,
            Some(cell) if !cell.complete => TextFigureState::Incomplete,
            Some(_) => TextFigureState::Value,
        };
        (in_prose(&self.template, &self.report, id), state)
    }

    /// What is printed for a figure of a draft: all values of a cell in conflict, as such.
    pub(super) fn on_paper(&self, id: &IndicatorId) -> String {
        match self.contested.get(id) {
            Some(values) => format!("[Chưa chọn: {values}]"),
            None => self.say(id).0,
        }
    }
}

/// A text with its figures in words.
pub(crate) fn in_words(text: &str, figures: &[TextFigure]) -> String {
    let mut figures = figures.iter();
    let mut words = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            LETTER => words.push_str(figures.next().map_or("", |figure| &figure.shown)),
            letter => words.push(letter),
        }
    }
    words
}

fn without_texts(figures: Figures) -> Figures {
    Figures { texts: BTreeMap::new(), shown: BTreeMap::new(), ..figures }
}
