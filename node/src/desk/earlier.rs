//! What stood in the cells of this unit's reports of earlier periods, and how much has changed since.

use std::collections::BTreeMap;
use std::sync::Arc;

use automerge::ChangeHash;
use hopluu_protocol::id::{DocId, IndicatorId, UnitCode};
use hopluu_protocol::number::{Decimals, write_number, write_shown};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::template::{Indicator, ValueType, reused_ids};
use hopluu_protocol::value::CellValue;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use super::context::PeriodContext;
use super::form::Words;
use crate::problem::Refusal;

/// How many periods are looked back.
const PERIODS: usize = 8;

/// What stood in a cell in an earlier period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EarlierValue {
    /// The period.
    #[schema(value_type = String)]
    pub period: PeriodId,
    /// Its name.
    pub name: String,
    /// The value as people read it.
    pub written: String,
    /// The number, canonical.
    pub number: Option<String>,
}

/// What was found last, with the heads of what it was found in: the reports, and the town's documents that
/// say how to read them. Published forms never change.
#[derive(Clone, Default)]
pub(super) struct Found {
    town: [Vec<ChangeHash>; 2],
    at: Vec<(PeriodId, Vec<ChangeHash>)>,
    values: Arc<BTreeMap<IndicatorId, Vec<EarlierValue>>>,
}

impl Desk {
    /// What this unit reported in the periods of the same kind before this one, by cell, the latest first.
    /// Drafts count: what stands there is the best that is known.
    pub(super) fn earlier(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
    ) -> Result<Arc<BTreeMap<IndicatorId, Vec<EarlierValue>>>, Refusal> {
        let calendar = self.calendar()?;
        let periods: Vec<PeriodId> =
            before(context.period).filter(|period| calendar.periods.contains_key(period)).collect();
        let town = [DocId::Calendar, DocId::Roster].map(|doc| {
            self.replica.summary(&doc).map(|summary| summary.heads.clone()).unwrap_or_default()
        });
        let mut at = Vec::new();
        for period in &periods {
            let doc = DocId::Report(*period, unit.clone());
            let heads = self.replica.summary(&doc).map(|summary| summary.heads.clone());
            if let Some(heads) = heads {
                at.push((*period, heads));
            }
        }
        if let Some(found) = self.found_earlier.get(&context.period)
            && found.at == at
            && found.town == town
        {
            return Ok(Arc::clone(&found.values));
        }
        let mut values: BTreeMap<IndicatorId, Vec<EarlierValue>> = BTreeMap::new();
        let mut all_read = true;
        for (period, _) in &at {
            // A period whose form is not here yet says nothing; this one goes on without it.
            let Ok(then) = self.sheet(*period) else {
                all_read = false;
                continue;
            };
            let reused = reused_ids(&then.context.template, &context.template);
            for cell in &then.report.cells {
                let row = then.context.template.indicator(&cell.id);
                let is_same = !reused.iter().any(|other| other.id == cell.id);
                if let (Some(row), Some(value), true) = (row, then.value(cell), is_same) {
                    values.entry(cell.id.clone()).or_default().push(EarlierValue {
                        period: *period,
                        name: period.printed_name(),
                        written: write_shown(&value, row),
                        number: match &value {
                            CellValue::Number(number) => Some(number.normalize().to_string()),
                            _ => None,
                        },
                    });
                }
            }
        }
        let values = Arc::new(values);
        // What is missing may arrive, and touches none of these documents then.
        if all_read {
            let found = Found { town, at, values: Arc::clone(&values) };
            self.found_earlier.insert(context.period, found);
        }
        Ok(values)
    }

    /// The periods of the calendar; none before it has arrived.
    pub(crate) fn periods_of_calendar(&mut self) -> Vec<PeriodId> {
        let Ok(calendar) = self.calendar() else { return Vec::new() };
        calendar.periods.keys().copied().collect()
    }

    /// The periods beside whose figures those of an earlier one stand.
    pub(crate) fn periods_looking_back_at(&mut self, earlier: PeriodId) -> Vec<PeriodId> {
        let periods = self.periods_of_calendar().into_iter();
        periods.filter(|period| before(*period).any(|before| before == earlier)).collect()
    }
}

/// The periods that are looked back at, the latest first.
fn before(period: PeriodId) -> impl Iterator<Item = PeriodId> {
    std::iter::successors(period.previous(), PeriodId::previous).take(PERIODS)
}

/// The change since the period before, and the same in per cent.
pub(super) fn change_since(
    previous: Option<&EarlierValue>,
    number: Option<&str>,
    row: &Indicator,
    words: Words<'_>,
) -> (String, String) {
    let parsed = |text: Option<&str>| text.and_then(|text| Decimal::from_str_exact(text).ok());
    let before = parsed(previous.and_then(|previous| previous.number.as_deref()));
    let (Some(before), Some(now)) = (before, parsed(number)) else { return Default::default() };
    let Some(difference) = now.checked_sub(before) else { return Default::default() };
    let change = signed(difference, Decimals::Trimmed);
    if matches!(row.value_type, ValueType::Percent { .. }) {
        return (words("screen-change-points", &[("change", &change)]), String::new());
    }
    let percent = difference.checked_mul(Decimal::ONE_HUNDRED);
    let percent = percent.and_then(|hundredfold| hundredfold.checked_div(before.abs()));
    let percent = percent.map(|percent| format!("{}%", signed(percent, Decimals::Fixed(1))));
    (change, percent.unwrap_or_default())
}

/// A difference with its sign: `−63`, `+12`, `0`.
fn signed(number: Decimal, decimals: Decimals) -> String {
    let written = write_number(&number.abs(), decimals);
    match number {
        _ if written.chars().all(|c| c == '0' || c == ',') => written,
        number if number < Decimal::ZERO => format!("−{written}"),
        _ => format!("+{written}"),
    }
}
