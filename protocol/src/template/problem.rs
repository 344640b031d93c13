//! What can be wrong with a template, for whoever edits it.

use std::fmt;

use super::formula::FormulaError;
use super::sentence::SentenceError;
use crate::id::{AppendixId, IndicatorId, SectionId, UnitKindId};

/// Something that is wrong with a template's source, or odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateProblem {
    /// The line of the source, from 1.
    pub line: usize,
    /// The id of the row, section, appendix or kind of unit that it is about.
    pub row: Option<String>,
    /// What it is.
    pub kind: TemplateProblemKind,
}

/// What is wrong with a template, or odd. Texts of the source are cut to 64 characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateProblemKind {
    /// An aggregation that makes no sense for the type: a sum of choices or of percentages.
    #[error("`{aggregation}` makes no sense for the type `{value_type}`")]
    AggregationDoesNotFit {
        /// The aggregation.
        aggregation: String,
        /// The type.
        value_type: String,
    },
    /// A choice that is not written `number=label`.
    #[error("`{text}` is not a choice, which is written like `1=Hoàn thành`")]
    BadChoice {
        /// The choice as written.
        text: String,
    },
    /// A formula that cannot be read.
    #[error("formula: {0}")]
    BadFormula(FormulaError),
    /// A text that is not an id.
    #[error("`{field}`: `{text}` is not an id (small letters, digits, `.`, `-`, `_`; at most 64)")]
    BadId {
        /// The field.
        field: &'static str,
        /// The text.
        text: String,
    },
    /// A sentence that cannot be read.
    #[error("{0}")]
    BadSentence(SentenceError),
    /// A word that is none of those allowed.
    #[error("`{field}`: `{text}` is none of {}", allowed.join(", "))]
    BadWord {
        /// The field.
        field: &'static str,
        /// The word.
        text: String,
        /// What is allowed.
        allowed: &'static [&'static str],
    },
    /// A cell in the report's subject, which can only show the period and the unit.
    #[error("the subject can show `{{period}}` only, not `{text}`")]
    BoundSubject {
        /// What it shows.
        text: String,
    },
    /// Line feeds or other control characters.
    #[error("`{field}` has control characters")]
    ControlCharacter {
        /// The field.
        field: &'static str,
    },
    /// A formula that needs its own result.
    #[error("the formulas need each other in a circle: {}", circle(cells))]
    Cycle {
        /// The cells: each needs the next one, the last one the first.
        cells: Vec<IndicatorId>,
    },
    /// Two choices with one number or one label.
    #[error("the choice `{text}` is there already")]
    DuplicateChoice {
        /// The second one as written.
        text: String,
    },
    /// An id that something of the same sort already has.
    #[error("the id stands already in line {first_line}")]
    DuplicateId {
        /// Where it stands first.
        first_line: usize,
    },
    /// A field without text, or a list without entries.
    #[error("`{field}` is empty")]
    Empty {
        /// The field.
        field: &'static str,
    },
    /// A field that has no meaning here.
    #[error("`{field}` has no meaning for {here}")]
    FieldNotAllowed {
        /// The field.
        field: &'static str,
        /// Where it has none.
        here: &'static str,
    },
    /// A formula for a type that cannot be computed.
    #[error("a formula makes a number, not a {value_type}")]
    FormulaDoesNotFit {
        /// The type.
        value_type: String,
    },
    /// A formula that names a choice, whose number is only a name.
    #[error("the formula names `{id}`, which is a choice")]
    FormulaNamesChoice {
        /// The choice.
        id: IndicatorId,
    },
    /// A formula that names a heading.
    #[error("the formula names `{id}`, which is a heading")]
    FormulaNamesHeading {
        /// The heading.
        id: IndicatorId,
    },
    /// An indicator's id that a formula or a sentence would take for something else: it begins with no
    /// letter, or is one of [`super::RESERVED_IDS`].
    #[error("an indicator cannot be called `{id}`")]
    IdMeansSomethingElse {
        /// The id.
        id: IndicatorId,
    },
    /// A field that is needed.
    #[error("`{field}` is missing")]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// A format that a later program writes. Nothing else of the source was looked at.
    #[error("the template is of format {format}, and this program knows {known}")]
    NewerFormat {
        /// The source's format.
        format: i64,
        /// The newest known here.
        known: i64,
    },
    /// Nobody types the cell, nothing computes it, and it is not outside this level's authority.
    #[error("nobody reports it: `reporters`, `formula` or `outside_authority` is needed")]
    NobodyReports,
    /// A row whose id has no part for its appendix.
    #[error("the id of a row begins with its appendix and a point, like `pl4.3.1`")]
    NoAppendixInId,
    /// A number out of its range.
    #[error("`{field}` is not between {least} and {most}")]
    OutOfRange {
        /// The field.
        field: &'static str,
        /// The least allowed.
        least: i64,
        /// The most allowed.
        most: i64,
    },
    /// A row or section that stands before the one it is part of.
    #[error("it stands before `{parent}`, which it is part of")]
    BeforeParent {
        /// The one it is part of.
        parent: String,
    },
    /// A row that is part of a row of another appendix.
    #[error("its parent `{parent}` is not a row of the same appendix")]
    ParentElsewhere {
        /// The parent.
        parent: IndicatorId,
    },
    /// A printed code that another row of the appendix has: a warning.
    #[error("the printed code `{code}` stands already in line {first_line}")]
    RepeatedCode {
        /// The code.
        code: String,
        /// Where it stands first.
        first_line: usize,
    },
    /// A kind of unit that is named twice in one list.
    #[error("`{field}` names `{id}` twice")]
    RepeatedKind {
        /// The list.
        field: &'static str,
        /// The kind.
        id: UnitKindId,
    },
    /// A sentence that shows a heading.
    #[error("a sentence shows `{id}`, which is a heading")]
    SentenceNamesHeading {
        /// The heading.
        id: IndicatorId,
    },
    /// A source longer than [`super::MAX_SOURCE_BYTES`].
    #[error("the template has {bytes} bytes, more than {}", super::MAX_SOURCE_BYTES)]
    SourceTooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// The source is not TOML.
    #[error("column {column}: {message}")]
    Syntax {
        /// Where in the line, in characters from 1.
        column: usize,
        /// What the TOML parser says.
        message: String,
    },
    /// A text that is too long.
    #[error("`{field}` has {chars} characters, more than {most}")]
    TooLong {
        /// The field.
        field: &'static str,
        /// How many it has.
        chars: usize,
        /// How many are allowed.
        most: usize,
    },
    /// More of something than a template may have.
    #[error("there are {count} of `{field}`, more than {most}")]
    TooMany {
        /// Of what.
        field: &'static str,
        /// How many there are.
        count: usize,
        /// How many are allowed.
        most: usize,
    },
    /// The list of problems ends here, though there are more.
    #[error("there are more problems than are listed")]
    TooManyProblems,
    /// An appendix that does not exist.
    #[error("there is no appendix `{id}`")]
    UnknownAppendix {
        /// The appendix.
        id: AppendixId,
    },
    /// A formula or a sentence that names a cell that does not exist.
    #[error("`{field}` names `{id}`, which does not exist")]
    UnknownCell {
        /// `formula` or `sentences`.
        field: &'static str,
        /// The cell.
        id: IndicatorId,
    },
    /// A field that the format does not have.
    #[error("there is no field `{field}` here")]
    UnknownField {
        /// The field.
        field: String,
    },
    /// A kind of unit that does not exist.
    #[error("there is no kind of unit `{id}`")]
    UnknownKind {
        /// The kind.
        id: UnitKindId,
    },
    /// A parent row or section that does not exist.
    #[error("there is no `{parent}` that it could be part of")]
    UnknownParent {
        /// The parent.
        parent: String,
    },
    /// A section that does not exist.
    #[error("there is no section `{id}`")]
    UnknownSection {
        /// The section.
        id: SectionId,
    },
    /// A choice's label that would be read as something else when somebody types it.
    #[error("the label of the choice `{text}` would be read as a number or as no value")]
    UnreadableChoice {
        /// The choice as written.
        text: String,
    },
    /// A value of the wrong type.
    #[error("`{field}` must be {expected}")]
    WrongType {
        /// The field.
        field: &'static str,
        /// What it must be.
        expected: &'static str,
    },
}

impl TemplateProblem {
    /// The problem's name for catalogues of messages.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// Whether the template can be used all the same.
    pub fn is_warning(&self) -> bool {
        matches!(self.kind, TemplateProblemKind::RepeatedCode { .. })
    }
}

/// `line 12, pl4.3.1: …`
impl fmt::Display for TemplateProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.row {
            Some(row) => write!(f, "line {}, {row}: {}", self.line, self.kind),
            None => write!(f, "line {}: {}", self.line, self.kind),
        }
    }
}

impl std::error::Error for TemplateProblem {}

impl TemplateProblemKind {
    /// The problem's name for catalogues of messages.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AggregationDoesNotFit { .. } => "template-aggregation-does-not-fit",
            Self::BadChoice { .. } => "template-bad-choice",
            Self::BadFormula(_) => "template-bad-formula",
            Self::BadId { .. } => "template-bad-id",
            Self::BadSentence(_) => "template-bad-sentence",
            Self::BadWord { .. } => "template-bad-word",
            Self::BeforeParent { .. } => "template-before-parent",
            Self::BoundSubject { .. } => "template-bound-subject",
            Self::ControlCharacter { .. } => "template-control-character",
            Self::Cycle { .. } => "template-cycle",
            Self::DuplicateChoice { .. } => "template-duplicate-choice",
            Self::DuplicateId { .. } => "template-duplicate-id",
            Self::Empty { .. } => "template-empty",
            Self::FieldNotAllowed { .. } => "template-field-not-allowed",
            Self::FormulaDoesNotFit { .. } => "template-formula-does-not-fit",
            Self::FormulaNamesChoice { .. } => "template-formula-names-choice",
            Self::FormulaNamesHeading { .. } => "template-formula-names-heading",
            Self::IdMeansSomethingElse { .. } => "template-id-means-something-else",
            Self::Missing { .. } => "template-missing",
            Self::NewerFormat { .. } => "template-newer-format",
            Self::NoAppendixInId => "template-no-appendix-in-id",
            Self::NobodyReports => "template-nobody-reports",
            Self::OutOfRange { .. } => "template-out-of-range",
            Self::ParentElsewhere { .. } => "template-parent-elsewhere",
            Self::RepeatedCode { .. } => "template-repeated-code",
            Self::RepeatedKind { .. } => "template-repeated-kind",
            Self::SentenceNamesHeading { .. } => "template-sentence-names-heading",
            Self::SourceTooLong { .. } => "template-source-too-long",
            Self::Syntax { .. } => "template-syntax",
            Self::TooLong { .. } => "template-too-long",
            Self::TooMany { .. } => "template-too-many",
            Self::TooManyProblems => "template-too-many-problems",
            Self::UnknownAppendix { .. } => "template-unknown-appendix",
            Self::UnknownCell { .. } => "template-unknown-cell",
            Self::UnknownField { .. } => "template-unknown-field",
            Self::UnknownKind { .. } => "template-unknown-kind",
            Self::UnknownParent { .. } => "template-unknown-parent",
            Self::UnknownSection { .. } => "template-unknown-section",
            Self::UnreadableChoice { .. } => "template-unreadable-choice",
            Self::WrongType { .. } => "template-wrong-type",
        }
    }
}

/// `a → b → a`
fn circle(cells: &[IndicatorId]) -> String {
    cells.iter().chain(cells.first()).map(IndicatorId::as_str).collect::<Vec<_>>().join(" → ")
}
