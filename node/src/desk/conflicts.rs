//! Cells that people set apart from each other.

use hopluu_protocol::id::IndicatorId;
use hopluu_protocol::period::PeriodId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::cells::EntryView;
use super::draft::note_views;
use crate::problem::Refusal;

/// A cell whose value or note is in open conflict, with all that stands. Setting value or note chooses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConflictView {
    /// The cell.
    #[schema(value_type = String)]
    pub id: IndicatorId,
    /// Its label.
    pub label: String,
    /// At least two values; none when only the notes differ.
    pub entries: Vec<EntryView>,
    /// At least two notes; none when only the values differ.
    #[serde(default)]
    pub notes: Vec<EntryView>,
}

impl Desk {
    /// The open conflicts of this unit's report.
    ///
    /// # Errors
    /// When there is no such period.
    pub fn conflicts(&mut self, period: PeriodId) -> Result<Vec<ConflictView>, Refusal> {
        let context = self.period(period)?;
        let unit = self.membership()?.unit.clone();
        let draft = self.draft(&context, &unit)?;
        let mut views = Vec::new();
        for (id, conflict) in draft.contested {
            let Some(row) = context.template.indicator(&id) else { continue };
            views.push(ConflictView {
                label: row.label.clone(),
                entries: self.entry_views(&context, row, &conflict.entries),
                notes: note_views(&context, &conflict.notes),
                id,
            });
        }
        Ok(views)
    }
}
