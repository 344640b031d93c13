//! The facts of what is wrong with a template.

use hopluu_protocol::template::formula::{
    FormulaError, FormulaErrorKind, MAX_FORMULA_BYTES, MAX_FORMULA_DEPTH,
};
use hopluu_protocol::template::{
    MAX_SOURCE_BYTES, SentenceError, TemplateProblem, TemplateProblemKind,
};

use super::{Place, Problem};

impl Problem {
    /// A problem of the template in `file`.
    pub fn of_template(problem: &TemplateProblem, file: &str) -> Self {
        let place = Place {
            file: Some(file.to_owned()),
            line: u32::try_from(problem.line).ok(),
            indicator: problem.row.clone(),
            ..Place::default()
        };
        of_kind(Self::new(problem.code(), problem), &problem.kind).at(place)
    }
}

fn of_kind(problem: Problem, kind: &TemplateProblemKind) -> Problem {
    use TemplateProblemKind as Kind;
    match kind {
        Kind::AggregationDoesNotFit { aggregation, value_type } => {
            problem.arg("aggregation", aggregation).arg("type", value_type)
        }
        Kind::BadChoice { text }
        | Kind::BoundSubject { text }
        | Kind::DuplicateChoice { text }
        | Kind::UnreadableChoice { text } => problem.arg("text", text),
        Kind::BadFormula(error) => of_formula(problem.arg("slip", error.code()), error),
        Kind::BadId { field, text } => problem.arg("field", field).arg("text", text),
        Kind::BadSentence(error) => of_sentence(problem.arg("slip", error.code()), error),
        Kind::BadWord { field, text, allowed } => {
            problem.arg("field", field).arg("text", text).arg("allowed", allowed.join(", "))
        }
        Kind::BeforeParent { parent } | Kind::UnknownParent { parent } => {
            problem.arg("parent", parent)
        }
        Kind::ControlCharacter { field } | Kind::Empty { field } | Kind::Missing { field } => {
            problem.arg("field", field)
        }
        Kind::Cycle { cells } => {
            let circle: Vec<&str> =
                cells.iter().chain(cells.first()).map(|id| id.as_str()).collect();
            problem.arg("cells", circle.join(" → "))
        }
        Kind::DuplicateId { first_line } => problem.arg("first_line", first_line),
        Kind::FieldNotAllowed { field, here } => {
            problem.arg("field", field).arg_phrase("here", here)
        }
        Kind::FormulaDoesNotFit { value_type } => problem.arg("type", value_type),
        Kind::FormulaNamesChoice { id }
        | Kind::FormulaNamesHeading { id }
        | Kind::IdMeansSomethingElse { id }
        | Kind::SentenceNamesHeading { id } => problem.arg("id", id),
        Kind::NewerFormat { format, known } => problem.arg("format", format).arg("known", known),
        Kind::NoAppendixInId | Kind::NobodyReports | Kind::TooManyProblems => problem,
        Kind::OutOfRange { field, least, most } => {
            problem.arg("field", field).arg("least", least).arg("most", most)
        }
        Kind::ParentElsewhere { parent } => problem.arg("parent", parent),
        Kind::RepeatedCode { code, first_line } => {
            problem.arg("code", code).arg("first_line", first_line)
        }
        Kind::RepeatedKind { field, id } => problem.arg("field", field).arg("id", id),
        Kind::SourceTooLong { bytes } => problem.arg("bytes", bytes).arg("most", MAX_SOURCE_BYTES),
        Kind::Syntax { column, message } => problem.arg("column", column).arg("what", message),
        Kind::TooLong { field, chars, most } => {
            problem.arg("field", field).arg("chars", chars).arg("most", most)
        }
        Kind::TooMany { field, count, most } => {
            problem.arg("field", field).arg("count", count).arg("most", most)
        }
        Kind::UnknownAppendix { id } => problem.arg("id", id),
        Kind::UnknownCell { field, id } => problem.arg("field", field).arg("id", id),
        Kind::UnknownField { field } => problem.arg("field", field),
        Kind::UnknownKind { id } => problem.arg("id", id),
        Kind::UnknownSection { id } => problem.arg("id", id),
        Kind::WrongType { field, expected } => {
            problem.arg("field", field).arg_phrase("expected", expected)
        }
    }
}

fn of_formula(problem: Problem, error: &FormulaError) -> Problem {
    use FormulaErrorKind as Kind;
    let problem = problem.arg("column", error.column);
    match &error.kind {
        Kind::BadId { text } | Kind::BadNumber { text } => problem.arg("text", text),
        Kind::KindExpected
        | Kind::OperandExpected
        | Kind::OperatorExpected
        | Kind::ParenthesisOpen => problem,
        Kind::TooDeep => problem.arg("most", MAX_FORMULA_DEPTH),
        Kind::TooLong { bytes } => problem.arg("bytes", bytes).arg("most", MAX_FORMULA_BYTES),
        Kind::UnknownCharacter { character } => problem.arg("character", character.escape_debug()),
        Kind::UnknownFunction { name } => problem.arg("name", name),
    }
}

fn of_sentence(problem: Problem, error: &SentenceError) -> Problem {
    match error {
        SentenceError::BadId { column, text } => problem.arg("column", column).arg("text", text),
        SentenceError::NotClosed { column } | SentenceError::NotOpened { column } => {
            problem.arg("column", column)
        }
    }
}

#[cfg(test)]
mod tests {
    use hopluu_protocol::template::Template;

    use super::*;
    use crate::messages::tests::{assert_told_in_full, in_vietnamese};

    /// What the built-in template says of itself when a piece of its text is replaced.
    fn problems_with(from: &str, to: &str) -> Vec<Problem> {
        let source = crate::BUILT_IN_TEMPLATE;
        assert!(source.contains(from), "the template has no `{from}`");
        let changed = source.replacen(from, to, 1);
        let problems = Template::parse(&changed).err().unwrap_or_default();
        assert!(!problems.is_empty(), "`{to}` was taken");
        problems.iter().map(|problem| Problem::of_template(problem, "t.toml")).collect()
    }

    #[test]
    fn problems_of_an_edited_template_are_told_with_their_facts() {
        for (from, to) in [
            ("type = \"count\"", "type = \"counter\""),
            ("type = \"count\"", "type = 3"),
            ("type = \"count\"", "type = \"count\"\ndecimals = 2"),
            ("type = \"count\"", "tipe = \"count\""),
            ("formula = \"", "formula = \"nothing.there + "),
            ("formula = \"", "formula = \"+ "),
            ("formula = \"", "formula = \"units() + "),
            ("formula = \"", "formula = \"sum(1) + "),
            ("formula = \"", "formula = \"1 $ "),
            ("formula = \"", "formula = \"(((1 + "),
            ("[[indicator]]", "[indicator]"),
            ("[[indicator]]", "[[[indicator]]"),
            ("reporters = [\"", "reporters = [\"nobody\", \""),
        ] {
            for problem in problems_with(from, to) {
                assert_told_in_full(&problem);
            }
        }
    }

    #[test]
    fn a_wrong_formula_is_told_with_what_is_wrong_in_it() {
        let problems = problems_with("formula = \"", "formula = \"sum(1) + ");
        let told = problems.iter().map(in_vietnamese).find(|told| told.contains("Công thức sai"));
        assert_eq!(
            told.as_deref().and_then(|told| told.split_once("Công thức")).map(|(_, rest)| rest),
            Some(" sai ở ký tự thứ 1: không có hàm “sum”, chỉ có units. Đề nghị sửa công thức.")
        );
    }
}
