//! What a draft says otherwise than the submission that was handed in last: it is not handed in.

use std::collections::{BTreeMap, BTreeSet};

use automerge::Automerge;
use hopluu_protocol::documents::{report, require_changes};
use hopluu_protocol::id::{IndicatorId, UnitCode};
use hopluu_protocol::submission::{Statement, Submission, figures_digest};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::context::PeriodContext;
use crate::problem::{Problem, Refusal};

/// How a draft differs from the unit's latest submission. The submission stays as it was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangedSince {
    /// Which of the unit's submissions that is, from 1 in the order in which they replace each other.
    pub submission: usize,
    /// How many cells hold another value or note now, or several.
    pub cells: usize,
    /// How many sections have another text now.
    pub texts: usize,
}

impl Desk {
    /// How a unit's draft differs from its latest submission, the one with this number; `None` when it does
    /// not, whatever was typed in between.
    pub(super) fn changed_since(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
        number: usize,
        submission: &Submission,
    ) -> Result<Option<ChangedSince>, Refusal> {
        let statement = &submission.statement;
        let Some(document) = self.replica.document(&context.report(unit))? else {
            return Ok(None);
        };
        // Heads that are not here belong to no submission of this report.
        if nothing_followed(document, statement)
            || require_changes(document, &statement.heads).is_err()
        {
            return Ok(None);
        }
        let now = report::read(document, None)?.figures;
        let open = report::conflicts(document)?;
        if open.is_empty() && figures_digest(&now) == statement.digest {
            return Ok(None);
        }
        let then = report::read(document, Some(&statement.heads))?.figures;
        let open_then = report::conflicts_at(document, &statement.heads)?;
        let mut cells: BTreeSet<&IndicatorId> = differing(&then.cells, &now.cells);
        cells.extend(differing(&then.notes, &now.notes));
        let since = open.iter().filter(|conflict| !open_then.contains(conflict));
        cells.extend(since.map(|conflict| &conflict.cell));
        let kind = &context.unit(unit)?.kind;
        // What the form has no longer is no more in the next submission than in this one.
        let cells = context.template.typed_by(kind).filter(|row| cells.contains(&row.id)).count();
        let mut texts = differing(&then.texts, &now.texts);
        texts.extend(differing(&then.shown, &now.shown));
        let texts = context.template.written_by(kind).filter(|part| texts.contains(&part.id));
        let changed = ChangedSince { submission: number, cells, texts: texts.count() };
        Ok((changed.cells + changed.texts > 0).then_some(changed))
    }
}

impl ChangedSince {
    /// The same for who makes a report of it: `of_draft` says that the report is the draft, else it is what was
    /// submitted.
    pub(super) fn told(&self, context: &PeriodContext, unit: &UnitCode, of_draft: bool) -> Problem {
        let name =
            context.roster.unit(unit).map_or_else(String::new, |unit| unit.short_name.clone());
        let detail = format!("{unit} changed its draft since it submitted");
        let problem = match of_draft {
            true => Problem::new("draft-changed", detail),
            false => Problem::new("submission-changed", detail),
        };
        problem
            .arg("number", self.submission)
            .arg("cells", self.cells)
            .arg("texts", self.texts)
            .arg("unit", name)
            .arg("period", context.period)
            .arg("closed", if context.lock.is_some() { "yes" } else { "no" })
    }
}

/// Whether the report's last change is the submission itself, and nothing came beside it.
fn nothing_followed(document: &Automerge, statement: &Statement) -> bool {
    let heads = document.get_heads();
    let [head] = heads.as_slice() else { return false };
    let Some(change) = document.get_change_meta_by_hash(head) else { return false };
    let follows: BTreeSet<_> = change.deps.iter().collect();
    follows == statement.heads.iter().collect()
}

/// The keys under which two maps hold different things.
fn differing<'a, K: Ord, V: PartialEq>(
    then: &'a BTreeMap<K, V>,
    now: &'a BTreeMap<K, V>,
) -> BTreeSet<&'a K> {
    then.keys().chain(now.keys()).filter(|key| then.get(*key) != now.get(*key)).collect()
}
