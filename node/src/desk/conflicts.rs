//! Cells that people set apart from each other.

use hopluu_protocol::documents::report;
use hopluu_protocol::id::IndicatorId;
use hopluu_protocol::period::PeriodId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::cells::{EntryView, entry_view};
use crate::problem::Refusal;

/// A cell in open conflict, with all its values. Setting the cell chooses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConflictView {
    /// The cell.
    #[schema(value_type = String)]
    pub id: IndicatorId,
    /// Its label.
    pub label: String,
    /// At least two values; the first is the one shown meanwhile.
    pub entries: Vec<EntryView>,
}

impl Desk {
    /// The open conflicts of this unit's report.
    ///
    /// # Errors
    /// When there is no such period.
    pub fn conflicts(&mut self, period: PeriodId) -> Result<Vec<ConflictView>, Refusal> {
        let context = self.period(period)?;
        let unit = self.membership()?.unit.clone();
        let Some(document) = self.replica.document(&context.report(&unit))? else {
            return Ok(Vec::new());
        };
        let conflicts = report::conflicts(document)?;
        let kind = &context.unit(&unit)?.kind;
        Ok(conflicts
            .into_iter()
            .filter_map(|conflict| {
                // A row that the form has no longer is nobody's to settle.
                let indicator = context.template.indicator(&conflict.cell)?;
                indicator.reporters.contains(kind).then_some(())?;
                let entries = conflict.entries.into_iter();
                Some(ConflictView {
                    id: conflict.cell,
                    label: indicator.label.clone(),
                    entries: entries.map(|entry| entry_view(&context, indicator, entry)).collect(),
                })
            })
            .collect())
    }
}
