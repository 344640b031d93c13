//! Errors of the layers below, as refusals that people can be told.

use hopluu_protocol::documents::DocumentError;
use hopluu_protocol::id::IdError;
use hopluu_protocol::number::ReadError;
use hopluu_protocol::replica::{EditError, ReplicaError};
use hopluu_protocol::store::StoreError;
use hopluu_protocol::submission::VerifyError;
use hopluu_protocol::template::TemplateProblem;

use crate::problem::{Place, Problem, Reason, Refusal};

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let problem = Problem::new(error.code(), &error);
        Self::new(
            Reason::Failed,
            match &error {
                StoreError::Damaged { what }
                | StoreError::Io { what }
                | StoreError::Poisoned { what }
                | StoreError::ReadOnly { what } => problem.arg("what", what),
                StoreError::Format { found, known } => {
                    problem.arg("found", found).arg("known", known)
                }
                _ => problem,
            },
        )
    }
}

impl From<ReplicaError> for Refusal {
    fn from(error: ReplicaError) -> Self {
        let code = error.code();
        let problem = Problem::new(code, &error);
        match error {
            ReplicaError::Store(error) => error.into(),
            ReplicaError::TooLarge { bytes, limit, doc } => Self::new(
                Reason::Invalid,
                problem.arg("doc", doc).arg("bytes", bytes).arg("limit", limit),
            ),
            ReplicaError::Unusable { what } => Self::new(Reason::Failed, problem.arg("what", what)),
            ReplicaError::Damaged { doc, what } | ReplicaError::Rejected { doc, what } => {
                Self::new(Reason::Failed, problem.arg("doc", doc).arg("what", what))
            }
            ReplicaError::UnknownDocument { doc }
            | ReplicaError::OutOfSequence { doc, .. }
            | ReplicaError::UnknownDependency { doc, .. } => {
                Self::new(Reason::Failed, problem.arg("doc", doc))
            }
        }
    }
}

impl From<DocumentError> for Refusal {
    fn from(error: DocumentError) -> Self {
        let problem = Problem::new(error.code(), &error);
        let what = error.to_string();
        match error {
            DocumentError::MissingField { field } => {
                Self::new(Reason::NotFound, problem.arg("field", field))
            }
            _ => Self::new(Reason::Failed, problem.arg("what", what)),
        }
    }
}

impl<E: Into<Self>> From<EditError<E>> for Refusal {
    fn from(error: EditError<E>) -> Self {
        match error {
            EditError::Closure(error) => error.into(),
            EditError::Replica(error) => error.into(),
        }
    }
}

impl From<IdError> for Refusal {
    fn from(error: IdError) -> Self {
        let problem = Problem::new("id-invalid", &error);
        Self::new(Reason::Invalid, problem.arg("kind", error.kind).arg("text", error.text))
    }
}

impl From<VerifyError> for Problem {
    fn from(error: VerifyError) -> Self {
        Self::new(error.code(), &error).arg("what", &error)
    }
}

/// A value that was not understood, with the facts that its message needs.
pub(super) fn value_problem(error: &ReadError) -> Problem {
    let problem = Problem::new(error.code(), error);
    match error {
        ReadError::Ambiguous { text, readings: [first, second] } => {
            problem.arg("text", text).arg("first", first).arg("second", second)
        }
        ReadError::AboveHundred { value } | ReadError::Negative { value } => {
            problem.arg("value", value)
        }
        ReadError::NotAChoice { text, choices } => {
            let choices: Vec<String> = choices
                .iter()
                .map(|choice| format!("{} = {}", choice.value, choice.label))
                .collect();
            problem.arg("text", text).arg("choices", choices.join("; "))
        }
        ReadError::NotAFlag { text }
        | ReadError::NotANumber { text }
        | ReadError::ReasonNotPlain { text }
        | ReadError::TooLarge { text } => problem.arg("text", text),
        ReadError::OutsideAuthority { reason } => problem.arg("reason", reason),
        ReadError::ReasonTooLong { chars } => problem.arg("chars", chars),
        ReadError::TooLong { bytes } => problem.arg("bytes", bytes),
        ReadError::TooManyDecimals { value, allowed } => {
            problem.arg("value", value).arg("allowed", allowed)
        }
        _ => problem,
    }
}

/// A problem of a template file.
pub(crate) fn template_problem(problem: &TemplateProblem, file: &str) -> Problem {
    let place = Place {
        file: Some(file.to_owned()),
        line: u32::try_from(problem.line).ok(),
        indicator: problem.row.clone(),
        ..Place::default()
    };
    Problem::new(problem.code(), problem).arg("what", problem.to_string()).at(place)
}
