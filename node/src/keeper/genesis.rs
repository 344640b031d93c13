//! Which fixed first changes this node knows, for the gate.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use automerge::ChangeHash;
use hopluu_protocol::documents::genesis::genesis;
use hopluu_protocol::id::{DocId, TemplateRef};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::template::Template;

/// What the first changes of documents follow from.
#[derive(Clone, Default)]
pub(super) struct KnownGenesis(Arc<RwLock<Beginnings>>);

#[derive(Default)]
struct Beginnings {
    /// The templates known, from which the first changes of reports follow.
    templates: Vec<Arc<Template>>,
    /// The template with which the reports of each period begin.
    of_periods: BTreeMap<PeriodId, TemplateRef>,
}

impl KnownGenesis {
    /// Replaces what is known.
    pub(super) fn set(
        &self,
        templates: Vec<Arc<Template>>,
        of_periods: BTreeMap<PeriodId, TemplateRef>,
    ) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) =
            Beginnings { templates, of_periods };
    }

    /// Whether `hash` is the first change that `doc` must have. A report begins with the version that its
    /// period began with, whatever was published since: with another it could never meet those of the
    /// unit's other machines. As long as the calendar is not here, any template known will do.
    pub(super) fn contains(&self, doc: &DocId, hash: &ChangeHash) -> bool {
        let is = |template: Option<&Template>| {
            genesis(doc, template).is_ok_and(|change| change.hash() == *hash)
        };
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let period = match doc {
            DocId::Report(period, _) | DocId::Consolidated(period) => period,
            _ => return is(None),
        };
        let first = known.of_periods.get(period);
        let of_period =
            known.templates.iter().filter(|it| first.is_none_or(|first| it.reference == *first));
        of_period.into_iter().any(|template| is(Some(template)))
    }
}
