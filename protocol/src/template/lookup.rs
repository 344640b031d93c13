//! Finding things in a template.

use super::model::{Aggregation, Appendix, Indicator, Section, Template, UnitKind, ValueType};
use super::order::evaluation_order;
use crate::id::{AppendixId, IndicatorId, SectionId, UnitKindId};

impl Template {
    /// The appendix with this id.
    pub fn appendix(&self, id: &AppendixId) -> Option<&Appendix> {
        self.appendices.iter().find(|appendix| appendix.id == *id)
    }

    /// The row, fact or auxiliary figure with this id. It is searched for from the first; whoever looks up
    /// many makes a map.
    pub fn indicator(&self, id: &IndicatorId) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.id == *id)
    }

    /// The section with this id.
    pub fn section(&self, id: &SectionId) -> Option<&Section> {
        self.sections.iter().find(|section| section.id == *id)
    }

    /// The kind of unit with this id.
    pub fn unit_kind(&self, id: &UnitKindId) -> Option<&UnitKind> {
        self.unit_kinds.iter().find(|kind| kind.id == *id)
    }

    /// The derived cells, each after those that its formula names. The order is the template's own where
    /// the formulas leave it open. Computed anew at each call.
    pub fn evaluation_order(&self) -> Vec<&Indicator> {
        evaluation_order(&self.indicators).order
    }

    /// The cells that units of a kind type, in the template's order.
    pub fn typed_by<'a>(&'a self, kind: &'a UnitKindId) -> impl Iterator<Item = &'a Indicator> {
        self.indicators.iter().filter(|indicator| indicator.reporters.contains(kind))
    }

    /// The sections that units of a kind write text for, in order.
    pub fn written_by<'a>(&'a self, kind: &'a UnitKindId) -> impl Iterator<Item = &'a Section> {
        self.sections.iter().filter(|section| section.reporters.contains(kind))
    }
}

impl Indicator {
    /// Whether somebody types it: it is no heading, not derived, and within this level's authority.
    pub fn is_typed(&self) -> bool {
        self.value_type != ValueType::Heading
            && self.outside_authority.is_none()
            && !matches!(self.aggregation, Aggregation::Derived(_))
    }
}
