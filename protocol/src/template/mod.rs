//! A template: the indicators, appendices, sections and rules of a report type, as data.
//!
//! No indicator is known to the code. The format that people edit is described in `docs/template.md`;
//! [`Template::parse`] reads it and refuses what cannot work, listing all of it; `formula` holds the small
//! language of derived cells, `sentence` that of the narrative.

mod changes;
pub mod formula;
mod lookup;
mod model;
mod order;
mod parse;
mod problem;
#[cfg(test)]
pub(crate) mod sample;
mod sentence;

pub use changes::{Changes, ReusedId, reused_ids};
pub use model::{
    Aggregation, Appendix, Choice, Indicator, PeriodRule, Place, Requirement, Section, Sentence,
    SentencePart, Template, UnitKind, UnitLevel, ValueType,
};
pub use parse::{FORMAT, MAX_INDICATORS, MAX_SOURCE_BYTES, Parsed};
pub use problem::{TemplateProblem, TemplateProblemKind};
pub use sentence::{RESERVED_IDS, SentenceError};
