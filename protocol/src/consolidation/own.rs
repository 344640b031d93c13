//! What of a template a single unit's own report shows.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{IndicatorId, SectionId, UnitKindId};
use crate::template::{Aggregation, Indicator, Section, Template, ValueType};

use super::evaluate;

/// What units of a kind type, what follows from that alone, and the headings above.
pub(super) fn own_indicators<'a>(template: &'a Template, kind: &UnitKindId) -> Vec<&'a Indicator> {
    let by_id: BTreeMap<&IndicatorId, &Indicator> =
        template.indicators.iter().map(|indicator| (&indicator.id, indicator)).collect();
    let mut own: BTreeSet<&IndicatorId> = template
        .indicators
        .iter()
        .filter(|row| row.outside_authority.is_none() && row.reporters.contains(kind))
        .map(|row| &row.id)
        .collect();
    loop {
        let before = own.len();
        for row in &template.indicators {
            if let Aggregation::Derived(formula) = &row.aggregation {
                let parts = evaluate::cells(formula);
                if !parts.is_empty() && parts.iter().all(|part| own.contains(part)) {
                    own.insert(&row.id);
                }
            }
        }
        if own.len() == before {
            break;
        }
    }
    let parents = template.indicators.iter().map(|row| (&row.id, row.parent.as_ref()));
    let mut shown = own.clone();
    for heading in above(&own, &parents.collect()) {
        if by_id.get(heading).is_some_and(|row| row.value_type == ValueType::Heading) {
            shown.insert(heading);
        }
    }
    template.indicators.iter().filter(|row| shown.contains(&row.id)).collect()
}

/// What units of a kind write for, and the sections above.
pub(super) fn own_sections<'a>(template: &'a Template, kind: &UnitKindId) -> Vec<&'a Section> {
    let own: BTreeSet<&SectionId> = template
        .sections
        .iter()
        .filter(|section| section.reporters.contains(kind))
        .map(|section| &section.id)
        .collect();
    let parents = template.sections.iter().map(|section| (&section.id, section.parent.as_ref()));
    let above = above(&own, &parents.collect());
    template
        .sections
        .iter()
        .filter(|section| own.contains(&section.id) || above.contains(&section.id))
        .collect()
}

/// All that lies above some nodes of a tree.
fn above<'a, K: Ord>(
    nodes: &BTreeSet<&'a K>,
    parents: &BTreeMap<&'a K, Option<&'a K>>,
) -> BTreeSet<&'a K> {
    let mut above = BTreeSet::new();
    for node in nodes {
        let mut next = parents.get(node).copied().flatten();
        while let Some(parent) = next {
            // Seen before: so is everything above it.
            if !above.insert(parent) {
                break;
            }
            next = parents.get(parent).copied().flatten();
        }
    }
    above
}
