//! What one unit gave, sorted into the plan, and what of it has no place there.

use std::collections::BTreeSet;

use crate::documents::text_figures::in_words;
use crate::figures::Figures;
use crate::id::{TemplateRef, UnitCode};
use crate::number::check_value;
use crate::report::{ReportSubmission, ReportValue, Source};
use crate::template::Requirement;
use crate::value::{CellState, CellValue};

use super::figure::{fits, report_value};
use super::narrative::{NOT_REPORTED, UnitText};
use super::plan::{Plan, Reporter, Share};
use super::{ConsolidationProblem, Contribution, SubmissionStamp};

/// One unit's contribution. Lists are sorted by the position of the row or section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) submission: Option<SubmissionStamp>,
    cells: Vec<(usize, CellValue)>,
    notes: Vec<(usize, String)>,
    texts: Vec<(usize, UnitText)>,
    pub(super) problems: Vec<ConsolidationProblem>,
}

impl Part {
    /// Sorts a reporter's contribution into the plan.
    pub(super) fn read(plan: &Plan, reporter: &Reporter, contribution: &Contribution) -> Self {
        let nothing = Share::default();
        let share = plan.kinds.get(&reporter.kind).unwrap_or(&nothing);
        let mut part = Self {
            submission: contribution.submission.clone(),
            cells: Vec::with_capacity(contribution.figures.cells.len().min(share.rows.len())),
            notes: Vec::new(),
            texts: Vec::new(),
            problems: Vec::new(),
        };
        let mistyped = part.read_cells(plan, share, reporter, &contribution.figures);
        part.read_notes_and_texts(plan, share, reporter, &contribution.figures);
        part.tell_of_other_template(plan, reporter);
        part.find_missing(plan, share, reporter, &mistyped);
        part
    }

    /// Takes in the values that are the unit's to give; returns the rows whose value does not fit.
    fn read_cells(
        &mut self,
        plan: &Plan,
        share: &Share,
        reporter: &Reporter,
        figures: &Figures,
    ) -> BTreeSet<usize> {
        let mut mistyped = BTreeSet::new();
        for (id, value) in &figures.cells {
            let row = plan.row_of.get(id).copied();
            let Some(row) = row.filter(|row| share.rows.binary_search(row).is_ok()) else {
                self.problems.push(ConsolidationProblem::UnexpectedCell {
                    unit: reporter.code.clone(),
                    indicator: id.clone(),
                });
                continue;
            };
            let indicator = &plan.rows[row].indicator;
            // Under another form it was checked by other rules than the row's own.
            let fits = match self.is_of_other_template(plan) {
                true => check_value(value, indicator).is_ok(),
                false => fits(&indicator.value_type, value),
            };
            if fits {
                self.cells.push((row, plain(value)));
            } else {
                mistyped.insert(row);
                self.problems.push(ConsolidationProblem::WrongType {
                    unit: reporter.code.clone(),
                    indicator: id.clone(),
                    value: report_value(value),
                    state: CellState::of(Some(value)),
                });
            }
        }
        self.cells.sort_unstable_by_key(|(row, _)| *row);
        mistyped
    }

    fn read_notes_and_texts(
        &mut self,
        plan: &Plan,
        share: &Share,
        reporter: &Reporter,
        figures: &Figures,
    ) {
        for (id, note) in &figures.notes {
            let row = plan.row_of.get(id).copied().filter(|row| {
                share.rows.binary_search(row).is_ok() || share.derived.binary_search(row).is_ok()
            });
            match row {
                Some(row) => self.notes.push((row, note.clone())),
                // Its value has been named already.
                None if figures.cells.contains_key(id) => {}
                None => self.problems.push(ConsolidationProblem::UnexpectedCell {
                    unit: reporter.code.clone(),
                    indicator: id.clone(),
                }),
            }
        }
        self.notes.sort_unstable_by_key(|(row, _)| *row);
        for (id, stored) in &figures.texts {
            // What should have come in words has no other ones here.
            let cells = figures.shown.get(id);
            let words = cells.map(|cells| in_words(stored, cells, |_| NOT_REPORTED.to_owned()));
            let text = words.as_ref().unwrap_or(stored);
            let section = plan.section_of.get(id).copied();
            match section.filter(|at| share.sections.binary_search(at).is_ok()) {
                Some(section) => self.texts.extend(UnitText::of(text).map(|text| (section, text))),
                None => self.problems.push(ConsolidationProblem::UnexpectedText {
                    unit: reporter.code.clone(),
                    section: id.clone(),
                }),
            }
        }
        self.texts.sort_unstable_by_key(|(section, _)| *section);
    }

    /// Whether the submission was made under another template than the report's.
    fn is_of_other_template(&self, plan: &Plan) -> bool {
        self.submission.as_ref().is_some_and(|stamp| stamp.template != plan.template)
    }

    /// What has no place in the report's form had one in the submission's own: one word for all of it.
    fn tell_of_other_template(&mut self, plan: &Plan, reporter: &Reporter) {
        let Some(stamp) = self.submission.as_ref().filter(|_| self.is_of_other_template(plan))
        else {
            return;
        };
        let template = stamp.template.clone();
        let (mut cells, mut sections) = (Vec::new(), Vec::new());
        self.problems.retain(|problem| match problem {
            ConsolidationProblem::UnexpectedCell { indicator, .. } => {
                cells.push(indicator.clone());
                false
            }
            ConsolidationProblem::UnexpectedText { section, .. } => {
                sections.push(section.clone());
                false
            }
            _ => true,
        });
        let unit = reporter.code.clone();
        let told = ConsolidationProblem::OtherTemplate { unit, template, cells, sections };
        self.problems.insert(0, told);
    }

    fn find_missing(
        &mut self,
        plan: &Plan,
        share: &Share,
        reporter: &Reporter,
        mistyped: &BTreeSet<usize>,
    ) {
        if self.cells.len() == share.rows.len() {
            return;
        }
        let missing =
            share.rows.iter().filter(|row| self.cell(**row).is_none() && !mistyped.contains(row));
        let (required, optional): (Vec<_>, Vec<_>) = missing
            .map(|row| &plan.rows[*row].indicator)
            .partition(|indicator| indicator.requirement == Requirement::Required);
        if required.is_empty() && optional.is_empty() {
            return;
        }
        self.problems.push(ConsolidationProblem::MissingCells {
            unit: reporter.code.clone(),
            required: required.into_iter().map(|indicator| indicator.id.clone()).collect(),
            optional: optional.into_iter().map(|indicator| indicator.id.clone()).collect(),
        });
    }

    /// The value given for a row.
    pub(super) fn cell(&self, row: usize) -> Option<&CellValue> {
        lookup(&self.cells, row)
    }

    /// The note given to a row.
    pub(super) fn note(&self, row: usize) -> Option<&str> {
        lookup(&self.notes, row).map(String::as_str)
    }

    /// The text given for a section.
    pub(super) fn text(&self, section: usize) -> Option<&UnitText> {
        lookup(&self.texts, section)
    }

    /// This part of a unit as a source of a cell.
    pub(super) fn source(&self, unit: &UnitCode, value: ReportValue) -> Source {
        Source {
            unit: unit.clone(),
            submission: self.submission.as_ref().map(|stamp| stamp.id.clone()),
            value,
        }
    }

    /// The submission it was read from.
    pub(super) fn report_submission(
        &self,
        unit: &UnitCode,
        template: &TemplateRef,
    ) -> Option<ReportSubmission> {
        self.submission.as_ref().map(|stamp| ReportSubmission {
            unit: unit.clone(),
            heads: stamp.heads.clone(),
            signed_at: stamp.signed_at,
            received_at: stamp.received_at,
            key: stamp.key,
            template: Some(&stamp.template).filter(|own| *own != template).cloned(),
        })
    }
}

/// One form for equal numbers (1.50 is 1.5), so that no output depends on which was read first.
fn plain(value: &CellValue) -> CellValue {
    match value {
        CellValue::Number(number) => CellValue::Number(number.normalize()),
        other => other.clone(),
    }
}

fn lookup<T>(list: &[(usize, T)], at: usize) -> Option<&T> {
    let found = list.binary_search_by_key(&at, |(position, _)| *position).ok()?;
    list.get(found).map(|(_, item)| item)
}
