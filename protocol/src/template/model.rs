//! The shape of a template once it has been read and checked.

use crate::id::{AppendixId, IndicatorId, SectionId, TemplateRef, UnitKindId};
use crate::period::PeriodKind;
use crate::template::formula::Formula;

/// A checked template. Order of the vectors is the order of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Id and version.
    pub reference: TemplateRef,
    /// The name of the report type, for lists: `Báo cáo cải cách hành chính định kỳ`.
    pub title: String,
    /// The abstract (trích yếu) under `BÁO CÁO`, with `{period}` in place of the period's name.
    pub subject: String,
    /// Whether texts may hold figures: the source is of a format that programs before do not read, since they
    /// would print an empty box in a figure's place.
    pub figures_in_texts: bool,
    /// How a period's days and deadline are found.
    pub period_rule: PeriodRule,
    /// The kinds of unit that the template speaks of.
    pub unit_kinds: Vec<UnitKind>,
    /// The appendices.
    pub appendices: Vec<Appendix>,
    /// The narrative's outline, parents before children.
    pub sections: Vec<Section>,
    /// Rows of appendices, narrative facts and auxiliary figures alike.
    pub indicators: Vec<Indicator>,
}

/// Nghị định 09/2019/NĐ-CP, Điều 12: a period starts on a day of the month before its first month and
/// ends on a day of its last month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodRule {
    /// The first day, in the month before the period's first month (15).
    pub first_day: i8,
    /// The last day, in the period's last month (14).
    pub last_day: i8,
    /// Working days after the last day by which the report is due (2).
    pub deadline_working_days: u8,
    /// The kinds of period that open by themselves. Others can be opened by hand.
    pub kinds: Vec<PeriodKind>,
}

/// A kind of unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitKind {
    /// Its id, as rosters and indicators name it.
    pub id: UnitKindId,
    /// What people call it: `Phòng Tư pháp`, `Xã, phường`.
    pub label: String,
    /// The level it belongs to.
    pub level: UnitLevel,
}

/// Levels of administration, as the forms of Vietnamese reports distinguish them.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum UnitLevel {
    /// A commune, ward or township (cấp xã).
    Commune,
    /// A department, centre or office of the hub's own level.
    Department,
    /// The unit that the hub stands in (the town itself).
    Hub,
}

/// An appendix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appendix {
    /// Its id, e.g. `pl4`.
    pub id: AppendixId,
    /// The number that the form itself prints, e.g. `4`; the consolidated report numbers its appendices
    /// in Roman (Nghị định 30/2020/NĐ-CP, Phụ lục I) and shows this beside it.
    pub form_number: String,
    /// Its title, as printed in capitals.
    pub title: String,
    /// The section whose text refers to it.
    pub section: SectionId,
}

/// Where an indicator is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// As a row of an appendix.
    Appendix(AppendixId),
    /// Nowhere: a figure that a ratio needs (numerator, denominator, base year).
    Auxiliary,
    /// In a section's sentences: a *fact*.
    Section(SectionId),
}

/// A row of an appendix, a fact, or an auxiliary figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// Stable id, e.g. `pl4.3.1.1`.
    pub id: IndicatorId,
    /// Where it is shown.
    pub place: Place,
    /// The row above it in the tree of its appendix.
    pub parent: Option<IndicatorId>,
    /// Code as printed in the STT column; may repeat; empty for facts and auxiliary figures.
    pub code: String,
    /// Label as printed.
    pub label: String,
    /// Unit of measure as printed, e.g. `Hồ sơ`, `%`, `Triệu đồng`; empty for headings.
    pub unit_of_measure: String,
    /// What it holds.
    pub value_type: ValueType,
    /// Which kinds of unit type it. Empty for headings, derived cells and rows outside this level's
    /// authority.
    pub reporters: Vec<UnitKindId>,
    /// How a hub makes one figure of many.
    pub aggregation: Aggregation,
    /// Whether a report may be submitted without it.
    pub requirement: Requirement,
    /// Printed in the Ghi chú column when the report has no note of its own.
    pub note: Option<String>,
    /// Set when the figure belongs to another level of administration: the reason, and the cell is
    /// *not applicable* without anybody typing it.
    pub outside_authority: Option<String>,
    /// Printed in italics on the form.
    pub italic: bool,
}

/// What a cell may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// One of these.
    Choice(Vec<Choice>),
    /// A whole number, not negative.
    Count,
    /// Yes (1) or no (0).
    Flag,
    /// A heading: holds nothing.
    Heading,
    /// An amount of money with at most this many decimals, not negative.
    Money {
        /// Decimals allowed and shown.
        decimals: u32,
    },
    /// Any decimal number with at most this many decimals.
    Decimal {
        /// Decimals allowed and shown.
        decimals: u32,
    },
    /// A percentage; 95.9 means 95.9 %.
    Percent {
        /// Decimals shown; a typed figure may have no more.
        decimals: u32,
        /// Whether more than 100 is refused.
        at_most_100: bool,
    },
}

impl ValueType {
    /// The word for it in template files.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Choice(_) => "choice",
            Self::Count => "count",
            Self::Decimal { .. } => "decimal",
            Self::Flag => "flag",
            Self::Heading => "heading",
            Self::Money { .. } => "money",
            Self::Percent { .. } => "percent",
        }
    }
}

/// One choice of a choice cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its number on the form.
    pub value: u32,
    /// Its label on the form.
    pub label: String,
}

/// How one figure is made of many. The office and the hub use the same rule: in an office, the one
/// unit's own cells are the many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aggregation {
    /// All reporters must give the same value; a difference is reported.
    AllEqual,
    /// Derived: a formula over the *aggregated* cells, so that a ratio is a ratio of sums.
    Derived(Formula),
    /// The greatest of the reporters' values (flags: one yes makes yes).
    Max,
    /// Nobody types it and nothing computes it: a heading, or a row outside this level's authority.
    None,
    /// The one unit that reports it.
    Single,
    /// The sum over all reporters.
    Sum,
}

/// Whether a cell has to be filled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Requirement {
    /// Missing is a warning; also what cells have that nobody types.
    #[default]
    Optional,
    /// Missing forbids submission.
    Required,
}

/// A part of the narrative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its id, e.g. `ii.2.c`.
    pub id: SectionId,
    /// The section it is part of.
    pub parent: Option<SectionId>,
    /// The number or letter it carries in print: `I`, `1`, `a`.
    pub number: String,
    /// Its title as printed.
    pub title: String,
    /// A short guidance for whoever writes it.
    pub guidance: String,
    /// Which kinds of unit write text for it.
    pub reporters: Vec<UnitKindId>,
    /// Sentences whose figures are bound to cells.
    pub sentences: Vec<Sentence>,
}

/// A sentence of the consolidated report. It is left out when none of its cells has a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Text and bound cells, in order.
    pub parts: Vec<SentencePart>,
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SentencePart {
    /// A cell's value, formatted for prose.
    Cell(IndicatorId),
    /// The name of the period: `quý I năm 2023`.
    Period,
    /// Its first or last day, `15/12/2022`.
    PeriodStart,
    /// Its last day.
    PeriodEnd,
    /// Plain text.
    Text(String),
    /// The short name of the reporting unit: `UBND thị xã`.
    Unit,
}
