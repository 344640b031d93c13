//! What it means to periods and units that a period moves on to a later version of its template, worked out
//! before anything is written: from what this hub has. An office that is offline may hold more.

use std::collections::BTreeMap;

use hopluu_protocol::documents::report;
use hopluu_protocol::id::{IndicatorId, SectionId, TemplateRef, UnitCode, UnitKindId};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::roster::Unit;
use hopluu_protocol::template::{Changes, Template};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::context::PeriodContext;
use crate::problem::Refusal;

/// A period that moves on to a later version of its template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeriodMove {
    /// The period.
    #[schema(value_type = String)]
    pub period: PeriodId,
    /// Its name.
    pub name: String,
    /// The version that it follows now.
    #[schema(value_type = String)]
    pub before: TemplateRef,
    /// Why it is closed; a closed period stays as it is.
    pub closed: Option<String>,
    /// First and last day, when the new version's rule gives others.
    pub days: Option<String>,
    /// What changes for units of each kind. Kinds for which nothing changes are not in it.
    pub kinds: Vec<KindMove>,
    /// What becomes of what units have typed, as far as it has reached this hub.
    pub units: Vec<UnitMove>,
}

/// What changes for the units of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KindMove {
    /// The kind.
    #[schema(value_type = String)]
    pub kind: UnitKindId,
    /// What people call it.
    pub label: String,
    /// Rows that they no longer type.
    pub gone: Vec<RowName>,
    /// Rows that they did not type before.
    pub new: Vec<RowName>,
    /// Rows that are of another type than before.
    pub retyped: Vec<Retyped>,
    /// Sections that they no longer write for.
    pub sections_gone: Vec<RowName>,
    /// Sections that they did not write for before.
    pub sections_new: Vec<RowName>,
}

/// A row or a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowName {
    /// Its id.
    pub id: String,
    /// Its label or title.
    pub label: String,
}

/// A row that changes its type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Retyped {
    /// The row.
    #[serde(flatten)]
    pub row: RowName,
    /// The type before, by its word in template files.
    pub before: String,
    /// The type after.
    pub after: String,
}

/// What becomes of a unit's draft, as this hub knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnitMove {
    /// The unit.
    #[schema(value_type = String)]
    pub unit: UnitCode,
    /// Its short name.
    pub name: String,
    /// Values that the form has no place for any more. They are kept and never counted.
    #[schema(value_type = Vec<String>)]
    pub apart: Vec<IndicatorId>,
    /// Texts that the form has no place for any more.
    #[schema(value_type = Vec<String>)]
    pub texts_apart: Vec<SectionId>,
    /// Values that their row cannot hold any more. They are to be typed again.
    #[schema(value_type = Vec<String>)]
    pub misfits: Vec<IndicatorId>,
    /// Cells that are new to the unit, and empty.
    pub to_type: usize,
    /// Whether the unit has submitted. What it submitted stays at its version.
    pub submitted: bool,
}

impl PeriodMove {
    /// What is known without a look at the units' drafts.
    pub(super) fn of(context: &PeriodContext, new: &Template) -> Self {
        let closed = context.lock.as_ref().map(|lock| lock.reason.clone());
        let old = &context.template;
        Self {
            period: context.period,
            name: context.period.printed_name(),
            before: old.reference.clone(),
            days: other_days(context, new),
            kinds: if closed.is_none() { kinds(old, new) } else { Vec::new() },
            closed,
            units: Vec::new(),
        }
    }
}

impl Desk {
    /// What becomes of what a unit has typed; `None` when nothing does.
    pub(super) fn unit_move(
        &mut self,
        context: &PeriodContext,
        unit: &Unit,
        new: &Template,
    ) -> Result<Option<UnitMove>, Refusal> {
        if !unit.exists_on(context.days.last) {
            return Ok(None);
        }
        let Some(document) = self.replica.document(&context.report(&unit.code))? else {
            return Ok(None);
        };
        let figures = report::read(document, None)?.figures;
        let submitted = !report::submissions(document)?.is_empty();
        let now = figures.clone().placed_in(&context.template, &unit.kind);
        let then = figures.placed_in(new, &unit.kind);
        let apart = then.apart.cells.keys().filter(|id| !now.apart.cells.contains_key(*id));
        let texts = then.apart.texts.keys().filter(|id| !now.apart.texts.contains_key(*id));
        let misfits = then.misfits.keys().filter(|id| !now.misfits.contains_key(*id));
        let to_type = Changes::between(&context.template, new, &unit.kind).new;
        let moved = UnitMove {
            unit: unit.code.clone(),
            name: unit.short_name.clone(),
            apart: apart.cloned().collect(),
            texts_apart: texts.cloned().collect(),
            misfits: misfits.cloned().collect(),
            to_type: to_type.iter().filter(|id| !then.counted.cells.contains_key(*id)).count(),
            submitted,
        };
        Ok(moved.concerns().then_some(moved))
    }
}

impl UnitMove {
    fn concerns(&self) -> bool {
        self.submitted
            || self.to_type > 0
            || !(self.apart.is_empty() && self.texts_apart.is_empty() && self.misfits.is_empty())
    }
}

/// What changes for each kind of unit.
fn kinds(old: &Template, new: &Template) -> Vec<KindMove> {
    let mut labels: BTreeMap<&UnitKindId, &str> = BTreeMap::new();
    for kind in old.unit_kinds.iter().chain(&new.unit_kinds) {
        labels.insert(&kind.id, &kind.label);
    }
    let rows = |template: &Template, ids: &[IndicatorId]| -> Vec<RowName> {
        let rows = ids.iter().filter_map(|id| template.indicator(id));
        rows.map(|row| RowName { id: row.id.to_string(), label: row.label.clone() }).collect()
    };
    let sections = |template: &Template, ids: &[SectionId]| -> Vec<RowName> {
        let sections = ids.iter().filter_map(|id| template.section(id));
        sections.map(|it| RowName { id: it.id.to_string(), label: it.title.clone() }).collect()
    };
    let mut moves = Vec::new();
    for (kind, label) in labels {
        let changes = Changes::between(old, new, kind);
        if changes == Changes::default() {
            continue;
        }
        let retyped = changes.retyped.iter().filter_map(|id| {
            let (before, after) = (old.indicator(id)?, new.indicator(id)?);
            Some(Retyped {
                row: RowName { id: id.to_string(), label: after.label.clone() },
                before: before.value_type.word().to_owned(),
                after: after.value_type.word().to_owned(),
            })
        });
        moves.push(KindMove {
            kind: kind.clone(),
            label: label.to_owned(),
            gone: rows(old, &changes.gone),
            new: rows(new, &changes.new),
            retyped: retyped.collect(),
            sections_gone: sections(old, &changes.sections_gone),
            sections_new: sections(new, &changes.sections_new),
        });
    }
    moves
}

/// The period's days under the new version's rule, when they are others.
fn other_days(context: &PeriodContext, new: &Template) -> Option<String> {
    let days = context.period.days(&new.period_rule).ok()?;
    (days != context.days).then(|| format!("{} – {}", days.first, days.last))
}
