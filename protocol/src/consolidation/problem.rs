//! What consolidation cannot settle by itself and tells the hub's operator.

use jiff::civil::Date;
use serde::Serialize;

use crate::id::{IndicatorId, SectionId, TemplateRef, UnitCode};
use crate::report::ReportValue;
use crate::value::CellState;

/// Something in the input that keeps a figure from being computed, or that was left out of the report.
/// None of them stops a consolidation: the figures concerned have no value or are marked incomplete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum ConsolidationProblem {
    /// The units that should all give the same value for a cell differ. The cell has no value.
    #[error("the units differ on `{indicator}`: {}", list(.said))]
    Disagreement {
        /// The cell.
        indicator: IndicatorId,
        /// Who said what, by unit code.
        said: Vec<Said>,
    },
    /// A formula divides a number other than 0 by 0. The cell has no value.
    #[error("`{indicator}` divides {dividend:?} by 0")]
    DivisionByZero {
        /// The derived cell.
        indicator: IndicatorId,
        /// What is divided.
        dividend: ReportValue,
    },
    /// A unit contributed without some of its cells. The figures they are parts of are incomplete,
    /// whether the cells are required or not: what is not reported is not 0.
    #[error("{unit} has not reported {}", list(&[required.as_slice(), optional.as_slice()].concat()))]
    MissingCells {
        /// The unit.
        unit: UnitCode,
        /// Cells without which it should not have been able to submit.
        required: Vec<IndicatorId>,
        /// Cells that it may leave out.
        optional: Vec<IndicatorId>,
    },
    /// A unit that reports here has given nothing yet. Its figures are incomplete.
    #[error("{unit} has not contributed")]
    NoContribution {
        /// The unit.
        unit: UnitCode,
    },
    /// No unit of the roster is of a kind that reports a cell. The cell has no value.
    #[error("no unit reports `{indicator}`")]
    NoReporter {
        /// The cell.
        indicator: IndicatorId,
    },
    /// A unit's submission was made under another version of the template. What stands under the same ids
    /// counts, if the rows can hold it; the rest is left out, and what the report's form has besides is
    /// missing.
    #[error("{unit} submitted under {template}; left out: {}", list(&[as_texts(cells), as_texts(sections)].concat()))]
    OtherTemplate {
        /// The unit.
        unit: UnitCode,
        /// The template of its submission.
        template: TemplateRef,
        /// Cells of its own form that the report's has not, or not for this unit.
        cells: Vec<IndicatorId>,
        /// The same of sections with a text.
        sections: Vec<SectionId>,
    },
    /// A figure has more digits than can be held exactly. The cell has no value.
    #[error("`{indicator}` is too large")]
    Overflow {
        /// The cell.
        indicator: IndicatorId,
    },
    /// Several contributions of one unit were given; none of them is counted.
    #[error("{unit} has more than one contribution")]
    SeveralContributions {
        /// The unit.
        unit: UnitCode,
    },
    /// A cell is one unit's to give and the roster has several such units. The cell has no value.
    #[error("`{indicator}` is one unit's to report and there are several: {}", list(.units))]
    SeveralReporters {
        /// The cell.
        indicator: IndicatorId,
        /// The units, by code.
        units: Vec<UnitCode>,
    },
    /// A unit gave a value or a note for a cell that is not its own. It is left out.
    #[error("{unit} gave `{indicator}`, which it does not report")]
    UnexpectedCell {
        /// The unit.
        unit: UnitCode,
        /// The cell; it may be unknown to the template.
        indicator: IndicatorId,
    },
    /// The operator wrote text for a section that the template does not have. It is left out.
    #[error("the operator's text is for an unknown section `{section}`")]
    UnexpectedOperatorText {
        /// The section.
        section: SectionId,
    },
    /// A unit wrote text for a section that is not its own. It is left out.
    #[error("{unit} wrote text for section `{section}`, which it does not write for")]
    UnexpectedText {
        /// The unit.
        unit: UnitCode,
        /// The section; it may be unknown to the template.
        section: SectionId,
    },
    /// A contribution of a unit that does not report to this hub in this period. It is left out.
    #[error("{unit} does not report here")]
    UnexpectedUnit {
        /// The unit.
        unit: UnitCode,
    },
    /// A unit ended within the period. Nobody waits for its report: what it did in the period is only in it if
    /// another unit reported that.
    #[error("{unit} ended on {last_day}, within the period")]
    UnitEnded {
        /// The unit.
        unit: UnitCode,
        /// Its last day.
        last_day: Date,
    },
    /// A formula names an unknown cell or, in a circle, itself. The cell has no value. (A checked
    /// template has no such formula.)
    #[error("the formula of `{indicator}` cannot be computed")]
    UnusableFormula {
        /// The derived cell.
        indicator: IndicatorId,
    },
    /// An override of an unknown cell, or with a value that the cell cannot hold. It is left out.
    #[error("the override of `{indicator}` does not fit the template")]
    UnusableOverride {
        /// The cell.
        indicator: IndicatorId,
    },
    /// A unit gave a value that the cell cannot hold: a choice for a number and the like. It counts as
    /// not reported.
    #[error("{unit} gave `{indicator}` a value of the wrong kind ({state:?})")]
    WrongType {
        /// The unit.
        unit: UnitCode,
        /// The cell.
        indicator: IndicatorId,
        /// What it gave.
        value: ReportValue,
        /// What that means.
        state: CellState,
    },
}

/// What one unit said in a [`ConsolidationProblem::Disagreement`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// The unit.
    pub unit: UnitCode,
    /// The value it gave.
    pub value: ReportValue,
    /// What the value means.
    pub state: CellState,
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?} ({:?})", self.unit, self.value, self.state)
    }
}

impl ConsolidationProblem {
    /// A stable name of the problem, for message catalogues; the `code` of its JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Disagreement { .. } => "disagreement",
            Self::DivisionByZero { .. } => "division-by-zero",
            Self::MissingCells { .. } => "missing-cells",
            Self::NoContribution { .. } => "no-contribution",
            Self::NoReporter { .. } => "no-reporter",
            Self::OtherTemplate { .. } => "other-template",
            Self::Overflow { .. } => "overflow",
            Self::SeveralContributions { .. } => "several-contributions",
            Self::SeveralReporters { .. } => "several-reporters",
            Self::UnexpectedCell { .. } => "unexpected-cell",
            Self::UnexpectedOperatorText { .. } => "unexpected-operator-text",
            Self::UnexpectedText { .. } => "unexpected-text",
            Self::UnexpectedUnit { .. } => "unexpected-unit",
            Self::UnitEnded { .. } => "unit-ended",
            Self::UnusableFormula { .. } => "unusable-formula",
            Self::UnusableOverride { .. } => "unusable-override",
            Self::WrongType { .. } => "wrong-type",
        }
    }
}

fn as_texts(ids: &[impl ToString]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

fn list(items: &[impl ToString]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
