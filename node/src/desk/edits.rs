//! Many cells at once: what is plain is written in one action, the rest is told. A paste, a fill and an undo
//! are each one of these.

use std::collections::{BTreeMap, BTreeSet};

use hopluu_protocol::documents::report;
use hopluu_protocol::id::IndicatorId;
use hopluu_protocol::number::{Readings, fold, readings, write_shown, write_typed};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::report::ReportCell;
use hopluu_protocol::template::{Aggregation, Indicator};
use hopluu_protocol::value::CellValue;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::cells::{EntryOf, EntryView, checked_note, typed_by};
use super::drafts::checked_draft;
use super::edit_ids::NamedEdit;
use super::figure_views::{AtHub, FigureCell, NumberReading};
use super::figures::{Sheet, read_as};
use super::form::Words;
use super::refusal::value_problem;
use crate::problem::{Problem, Reason, Refusal};

/// Most edits in one request: a form has a few hundred cells.
const MOST: usize = 5_000;

/// What somebody does to cells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EditRequest {
    /// The name of this edit: 16 to 64 of the letters `A-Za-z0-9_-`, by chance. Whoever did not hear what
    /// became of it sends it again under the same name; it is made once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit_id: Option<String>,
    /// The edits, in order; at most 5,000.
    pub edits: Vec<CellEdit>,
    /// Only say what would become of them.
    #[serde(default)]
    pub dry_run: bool,
    /// Keep what is asked and refused as drafts of this machine.
    #[serde(default)]
    pub keep_drafts: bool,
}

/// What somebody does to one cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CellEdit {
    /// The cell.
    #[schema(value_type = String)]
    pub id: IndicatorId,
    /// The value as typed; empty clears the cell; absent leaves it alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The note; empty removes it; absent leaves it alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Only if the cell still stands on this (`FigureCell.version`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_if: Option<String>,
    /// Drop the draft of this cell.
    #[serde(default)]
    pub drop_draft: bool,
}

/// What became of the edits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EditOutcome {
    /// The state that the cells below were read at.
    pub revision: u64,
    /// Cells whose value or note is another now.
    pub changes: Vec<CellChange>,
    /// Cells that held that already.
    #[schema(value_type = Vec<String>)]
    pub unchanged: Vec<IndicatorId>,
    /// Texts that a person is asked about.
    pub questions: Vec<Question>,
    /// Texts that are no value.
    pub refused: Vec<LeftEdit>,
    /// Cells that cannot be typed.
    pub skipped: Vec<SkippedEdit>,
    /// Cells that somebody changed since.
    pub changed_since: Vec<CellSince>,
    /// All cells that may look different now; none in a dry run.
    pub cells: Vec<FigureCell>,
    /// In a dry run: what is computed from the cells, before and after.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
    /// Whether the edit had been made before: nothing was written now. The rest says what became of it
    /// then, without its changes when they are too many; the cells are as they are now.
    #[serde(default)]
    pub repeated: bool,
}

/// A cell that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CellChange {
    /// The cell.
    #[schema(value_type = String)]
    pub id: IndicatorId,
    /// The value before as people read it.
    pub before: String,
    /// The value after.
    pub after: String,
    /// What is typed for the value before.
    pub before_typed: String,
    /// What is typed for the value after.
    pub after_typed: String,
    /// What the text was taken for, where its marks mean something else elsewhere.
    pub noted: Option<Problem>,
}

/// What an edit would make of a computed cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Effect {
    /// The cell.
    #[schema(value_type = String)]
    pub id: IndicatorId,
    /// What is computed now, as people read it; empty while something is missing.
    pub before: String,
    /// What would be computed then.
    pub after: String,
}

/// A text that a person is asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Question {
    /// The cell.
    #[schema(value_type = String)]
    pub id: IndicatorId,
    /// The text.
    pub text: String,
    /// Why it is asked.
    pub problem: Problem,
    /// What it can mean.
    pub readings: Vec<NumberReading>,
}

/// A text that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeftEdit {
    /// The cell.
    #[schema(value_type = String)]
    pub id: IndicatorId,
    /// Whether it was to be the cell's value or its note.
    pub of: EntryOf,
    /// The text.
    pub text: String,
    /// Why.
    pub problem: Problem,
}

/// An edit of a cell that cannot be typed: closed, computed, or somebody else's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SkippedEdit {
    /// The cell.
    #[schema(value_type = String)]
    pub id: IndicatorId,
    /// The text.
    pub text: String,
    /// Why it cannot be typed.
    pub problem: Problem,
    /// Whether the text says what stands here once the other edits are done; nothing when neither is known.
    pub agrees: Option<bool>,
    /// What stands here then.
    pub here: String,
}

/// An edit of a cell that is not as its author saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CellSince {
    /// The cell.
    #[schema(value_type = String)]
    pub id: IndicatorId,
    /// What somebody else wrote last.
    pub entry: Option<EntryView>,
    /// What the cell stands on now (`FigureCell.version`): with it in `only_if` the edit is made all the same.
    pub version: String,
}

/// A cell to be written.
struct Write {
    id: IndicatorId,
    /// The value; `None` leaves whatever stands there, several values too.
    value: Option<Option<CellValue>>,
    note: Option<String>,
}

/// What is to be done, as far as it has been decided.
#[derive(Default)]
struct Plan {
    outcome: EditOutcome,
    writes: Vec<Write>,
    /// Whether what is no value is kept as a draft.
    keeps_drafts: bool,
    /// Drafts to be kept or dropped, by the last edit of each cell that was made.
    drafts: BTreeMap<IndicatorId, Option<String>>,
}

impl Desk {
    /// Carries out edits of this unit's draft, as far as they are plain.
    ///
    /// # Errors
    /// When there is no such period, or there are too many edits; nothing is changed then.
    pub(crate) fn edit_cells(
        &mut self,
        period: PeriodId,
        request: &EditRequest,
        person: &str,
        at_hub: &AtHub,
        words: Words<'_>,
    ) -> Result<EditOutcome, Refusal> {
        if request.edits.len() > MOST {
            let problem = Problem::new("edits-too-many", format!("{} edits", request.edits.len()));
            let problem = problem.arg("count", request.edits.len()).arg("limit", MOST);
            return Err(Refusal::new(Reason::Invalid, problem));
        }
        let named = named(period, request)?;
        let first =
            named.as_ref().map(|edit| self.made_already::<EditOutcome>(edit)).transpose()?;
        if let Some(first) = first.flatten() {
            let sheet = self.sheet(period)?;
            let touched = request.edits.iter().map(|edit| edit.id.clone()).collect();
            let cells = self.cells_touched(&sheet, &touched, at_hub, words)?;
            return Ok(EditOutcome { repeated: true, cells, ..first });
        }
        let sheet = self.sheet(period)?;
        let mut plan = Plan { keeps_drafts: request.keep_drafts, ..Plan::default() };
        for edit in &request.edits {
            self.plan_edit(&sheet, edit, &mut plan, words)?;
        }
        compare_skipped(&sheet, &mut plan);
        let Plan { mut outcome, writes, drafts, .. } = plan;
        if request.dry_run {
            outcome.effects = effects(&sheet, &writes);
            return Ok(outcome);
        }
        if !writes.is_empty() {
            self.write_edits(&sheet, &writes, person)?;
        }
        for (id, text) in &drafts {
            self.set_draft(period, id, text.as_deref())?;
        }
        // What wrote nothing can be asked for again, and may find another state.
        if let Some(edit) = named.filter(|_| !writes.is_empty() || !drafts.is_empty()) {
            // Undo can do without what changed; a person must hear all the same what was not written.
            let brief = EditOutcome { changes: Vec::new(), ..outcome.clone() };
            self.remember_edit(&edit, &[outcome.clone(), brief])?;
        }
        let written: BTreeSet<IndicatorId> =
            writes.into_iter().map(|write| write.id).chain(drafts.into_keys()).collect();
        let after = self.sheet(period)?;
        outcome.cells = self.cells_touched(&after, &written, at_hub, words)?;
        Ok(outcome)
    }

    /// All cells that look different when some have changed.
    fn cells_touched(
        &mut self,
        sheet: &Sheet,
        changed: &BTreeSet<IndicatorId>,
        at_hub: &AtHub,
        words: Words<'_>,
    ) -> Result<Vec<FigureCell>, Refusal> {
        let touched = sheet.touched_by(changed);
        let form = sheet.context.template.indicators.iter().map(|row| &row.id);
        let ids: Vec<&IndicatorId> = form.filter(|id| touched.contains(id)).collect();
        self.figure_cells(sheet, ids, at_hub, words)
    }

    /// Writes cells and notes: one action of a person.
    fn write_edits(
        &mut self,
        sheet: &Sheet,
        writes: &[Write],
        person: &str,
    ) -> Result<(), Refusal> {
        let doc = sheet.context.report(&sheet.unit);
        self.ensure(&doc, Some(&sheet.context))?;
        let edits = self.edits(person);
        self.replica.edit_in_parts(&doc, &edits, writes, |tx, write| {
            if let Some(value) = &write.value {
                report::set_cell(tx, &write.id, value.as_ref())?;
            }
            write.note.iter().try_for_each(|note| report::set_note(tx, &write.id, note))
        })?;
        Ok(())
    }

    fn plan_edit(
        &mut self,
        sheet: &Sheet,
        edit: &CellEdit,
        plan: &mut Plan,
        words: Words<'_>,
    ) -> Result<(), Refusal> {
        let text = edit.value.clone().unwrap_or_default();
        if edit.value.is_none() && edit.note.is_none() {
            if edit.drop_draft {
                plan.drafts.insert(edit.id.clone(), None);
            }
            return Ok(());
        }
        let row = match typed_by(&sheet.context, &sheet.unit, &edit.id) {
            Ok(row) => row,
            Err((Reason::NotFound, problem)) => {
                let id = edit.id.clone();
                plan.outcome.refused.push(LeftEdit { id, of: EntryOf::Value, text, problem });
                return Ok(());
            }
            Err((_, problem)) => {
                plan.skip(edit, text, problem);
                return Ok(());
            }
        };
        if let Err(refusal) = sheet.context.must_be_open() {
            if let Some(problem) = refusal.problems.into_iter().next() {
                plan.skip(edit, text, problem);
            }
            return Ok(());
        }
        if let Some(expected) = &edit.only_if {
            let version = self.version_of(&sheet.context, &sheet.unit, &edit.id)?;
            if *expected != version {
                let entry = self.latest_entry(&sheet.context, &sheet.unit, row)?;
                plan.outcome.changed_since.push(CellSince { id: edit.id.clone(), entry, version });
                return Ok(());
            }
        }
        plan.take(sheet, edit, row, words);
        Ok(())
    }
}

impl Plan {
    fn skip(&mut self, edit: &CellEdit, text: String, problem: Problem) {
        let (id, agrees, here) = (edit.id.clone(), None, String::new());
        self.outcome.skipped.push(SkippedEdit { id, text, problem, agrees, here });
    }

    fn take(&mut self, sheet: &Sheet, edit: &CellEdit, row: &Indicator, words: Words<'_>) {
        let id = &edit.id;
        let refuse = |of: EntryOf, text: &str, problem: Problem| LeftEdit {
            id: id.clone(),
            of,
            text: text.to_owned(),
            problem: problem.at_indicator(id),
        };
        // A note that cannot be kept takes nothing from the value beside it.
        let note = match edit.note.as_deref().map(checked_note).transpose() {
            Ok(note) => note,
            Err(problem) => {
                let text = edit.note.as_deref().unwrap_or_default();
                self.outcome.refused.push(refuse(EntryOf::Note, text, problem));
                if edit.value.is_none() {
                    return;
                }
                None
            }
        };
        let before = self.standing(sheet, id);
        let (after, noted) = match edit.value.as_deref() {
            None => (before.clone(), None),
            Some(text) if text.trim().is_empty() => (None, None),
            Some(text) => match readings(text, row) {
                Readings::One { value, noted } => {
                    let noted = noted.then(|| read_as(text, &value, row).at_indicator(id));
                    (Some(value), noted)
                }
                Readings::Asked { .. } => {
                    if let Err(problem) = self.keep_draft(id, text) {
                        return self.outcome.refused.push(refuse(EntryOf::Value, text, problem));
                    }
                    let draft = sheet.draft(row, text, words);
                    return self.outcome.questions.push(Question {
                        id: id.clone(),
                        text: draft.text,
                        problem: draft.problem,
                        readings: draft.readings,
                    });
                }
                Readings::Refused(why) => {
                    let kept = self.keep_draft(id, text);
                    let problem = kept.err().unwrap_or_else(|| value_problem(&why));
                    return self.outcome.refused.push(refuse(EntryOf::Value, text, problem));
                }
            },
        };
        // A good value, or none, takes the place of what was no value.
        if edit.value.is_some() || edit.drop_draft {
            self.drafts.insert(id.clone(), None);
        }
        let note_before = sheet.placed.counted.notes.get(id).map_or("", String::as_str);
        let same_note = note.as_deref().is_none_or(|note| note.trim() == note_before.trim());
        let settles = edit.value.is_some()
            && (sheet.is_in_conflict(id) || sheet.placed.misfits.contains_key(id))
            || edit.note.is_some() && sheet.has_several_notes(id);
        if before == after && same_note && !settles {
            return self.outcome.unchanged.push(id.clone());
        }
        let shown = |value: &Option<CellValue>| {
            value.as_ref().map(|value| write_shown(value, row)).unwrap_or_default()
        };
        let typed = |value: &Option<CellValue>| {
            value.as_ref().map(|value| write_typed(value, row)).unwrap_or_default()
        };
        self.outcome.changes.push(CellChange {
            id: id.clone(),
            before: shown(&before),
            after: shown(&after),
            before_typed: typed(&before),
            after_typed: typed(&after),
            noted,
        });
        let value = edit.value.is_some().then_some(after);
        self.writes.push(Write { id: id.clone(), value, note });
    }

    /// Keeps what is no value as the cell's draft, where that is asked for.
    fn keep_draft(&mut self, id: &IndicatorId, text: &str) -> Result<(), Problem> {
        if self.keeps_drafts {
            checked_draft(text)?;
            self.drafts.insert(id.clone(), Some(text.to_owned()));
        }
        Ok(())
    }

    /// What stands in a cell before an edit: what an earlier one of the same request has made of it, if any.
    fn standing(&self, sheet: &Sheet, id: &IndicatorId) -> Option<CellValue> {
        let mut planned = self.writes.iter().rev().filter(|write| write.id == *id);
        match planned.find_map(|write| write.value.clone()) {
            Some(value) => value,
            None => sheet.placed.counted.cells.get(id).cloned(),
        }
    }
}

/// The edit under its name, when it has one. A dry run is none.
fn named(period: PeriodId, request: &EditRequest) -> Result<Option<NamedEdit>, Refusal> {
    let Some(name) = request.edit_id.as_ref().filter(|_| !request.dry_run) else { return Ok(None) };
    // What it was made from may be told anew.
    let edits = request.edits.iter().map(|edit| (&edit.id, &edit.value, &edit.note));
    NamedEdit::new(name, &(period, edits.collect::<Vec<_>>())).map(Some)
}

/// What is computed from cells that would be written, in the order of the form.
fn effects(sheet: &Sheet, writes: &[Write]) -> Vec<Effect> {
    let values = writes.iter().filter_map(|write| Some((&write.id, write.value.as_ref()?)));
    let after = sheet.after(values.clone());
    let touched = sheet.touched_by(&values.map(|(id, _)| id.clone()).collect());
    let shown = |sheet: &Sheet, row: &Indicator| {
        let cell = sheet.report.cells.iter().find(|cell| cell.id == row.id);
        let value = cell.and_then(|cell| sheet.value(cell));
        value.map(|value| write_shown(&value, row)).unwrap_or_default()
    };
    let rows = sheet.context.template.indicators.iter();
    rows.filter(|row| matches!(row.aggregation, Aggregation::Derived(_)))
        .filter(|row| touched.contains(&row.id))
        .map(|row| Effect {
            id: row.id.clone(),
            before: shown(sheet, row),
            after: shown(&after, row),
        })
        .collect()
}

/// Says of each edit that was skipped whether it agrees with what stands here once the others are done.
fn compare_skipped(sheet: &Sheet, plan: &mut Plan) {
    if plan.outcome.skipped.is_empty() {
        return;
    }
    let writes = plan.writes.iter().filter_map(|write| Some((&write.id, write.value.as_ref()?)));
    let after = sheet.after(writes);
    let cells: BTreeMap<&IndicatorId, &ReportCell> =
        after.report.cells.iter().map(|cell| (&cell.id, cell)).collect();
    for skipped in &mut plan.outcome.skipped {
        let row = sheet.context.template.indicator(&skipped.id);
        let cell = cells.get(&skipped.id);
        let (Some(row), Some(cell)) = (row, cell) else { continue };
        let Some(value) = after.value(cell) else { continue };
        skipped.here = write_shown(&value, row);
        if skipped.text.trim().is_empty() {
            continue;
        }
        // A computed row takes no value; what the text says is read as if it did.
        let mut readable = row.clone();
        readable.aggregation = Aggregation::Single;
        let same = match readings(&skipped.text, &readable) {
            Readings::One { value: said, .. } => said == value,
            Readings::Asked { readings, .. } => readings.contains(&value),
            Readings::Refused(_) => fold(&skipped.text) == fold(&skipped.here),
        };
        skipped.agrees = Some(same);
    }
}
