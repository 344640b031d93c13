//! A template: the indicators, appendices, sections and rules of a report type, as data.
//!
//! No indicator is known to the code. The format that people edit is described in `docs/template.md`;
//! `parse` reads it, `check` refuses what cannot work, `formula` holds the small language of derived
//! cells.

pub mod formula;
mod model;

pub use model::{
    Aggregation, Appendix, Choice, Indicator, PeriodRule, Place, Requirement, Section, Sentence,
    SentencePart, Template, UnitKind, UnitLevel, ValueType,
};
