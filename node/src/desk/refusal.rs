//! Errors of the layers below, as refusals that people can be told.

use hopluu_protocol::documents::DocumentError;
use hopluu_protocol::id::IdError;
use hopluu_protocol::number::{Decimals, ReadError, write_number};
use hopluu_protocol::period::PeriodError;
use hopluu_protocol::replica::{EditError, ReplicaError};
use hopluu_protocol::store::StoreError;
use hopluu_protocol::submission::VerifyError;
use hopluu_protocol::value::MAX_REASON_CHARS;
use hopluu_render::{ComposeError, RenderError};
use rust_decimal::Decimal;

use crate::problem::{Problem, Reason, Refusal};

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let problem = Problem::new(error.code(), &error);
        Self::new(
            Reason::Failed,
            match &error {
                StoreError::Damaged { what }
                | StoreError::Io { what }
                | StoreError::Poisoned { what }
                | StoreError::ReadOnly { what }
                | StoreError::Refused { what } => problem.arg("what", what),
                StoreError::Format { found, known } => {
                    problem.arg("found", found).arg("known", known)
                }
                StoreError::InUse { by: Some(by) } => problem.arg("by", by),
                StoreError::InUse { by: None } => problem.arg("by", "unknown"),
                StoreError::Full => problem,
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
            ReplicaError::TooMuch { doc, found, limit, .. } => Self::new(
                Reason::Invalid,
                problem.arg("doc", doc).arg("found", found).arg("limit", limit),
            ),
            ReplicaError::UnknownHeads { doc } => {
                Self::new(Reason::Invalid, problem.arg("doc", doc))
            }
            ReplicaError::Full { doc } => Self::new(Reason::NotNow, problem.arg("doc", doc)),
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
        Self::new(Reason::Invalid, problem.arg_phrase("kind", error.kind).arg("text", error.text))
    }
}

impl From<PeriodError> for Refusal {
    fn from(error: PeriodError) -> Self {
        let problem = Problem::new(error.code(), error);
        let problem = match error {
            PeriodError::BeyondCalendar { period } => problem.arg("period", period),
            PeriodError::NoSuchDay { period, year, month, day } => {
                problem.arg("period", period).arg("year", year).arg("month", month).arg("day", day)
            }
        };
        Self::new(Reason::Failed, problem)
    }
}

impl From<ComposeError> for Refusal {
    fn from(error: ComposeError) -> Self {
        let problem = Problem::new(error.code(), &error);
        let problem = match error {
            ComposeError::NumberMissing { id, .. } => problem.arg("indicator", id),
            ComposeError::OtherTemplate { report, given } => {
                problem.arg("report", report).arg("given", given)
            }
            ComposeError::UnknownUnit { unit } => problem.arg("unit", unit),
        };
        Self::new(Reason::Failed, problem)
    }
}

impl From<RenderError> for Refusal {
    fn from(error: RenderError) -> Self {
        let problem = Problem::new(error.code(), &error).arg("what", &error);
        Self::new(Reason::Failed, problem)
    }
}

impl From<VerifyError> for Problem {
    fn from(error: VerifyError) -> Self {
        let problem = Self::new(error.code(), &error);
        match error {
            VerifyError::Digest { doc } | VerifyError::Signature { doc } => problem.arg("doc", doc),
            VerifyError::Template { doc, template } => {
                problem.arg("doc", doc).arg("template", template)
            }
            VerifyError::Document { doc, source } => problem.arg("doc", doc).arg("what", source),
            VerifyError::Signer { doc, key } => problem.arg("doc", doc).arg("key", key.short()),
            VerifyError::Unreadable { doc, cells } => {
                problem.arg("doc", doc).arg("cells", cells.join(", "))
            }
            VerifyError::WrongDocument { stated, found } => {
                problem.arg("stated", stated).arg("found", found)
            }
        }
    }
}

/// A value that was not understood, with the facts that its message needs.
pub(super) fn value_problem(error: &ReadError) -> Problem {
    let problem = Problem::new(error.code(), error);
    match error {
        ReadError::AboveHundred { value } | ReadError::Negative { value } => {
            problem.arg("value", written(value))
        }
        ReadError::Ambiguous { text, readings: [thousands, decimals] } => problem
            .arg("text", text)
            .arg("first", without_marks(thousands))
            .arg("second", beyond_doubt(decimals)),
        ReadError::AmbiguousTooFine { text, thousands, allowed } => {
            problem.arg("text", text).arg("first", without_marks(thousands)).arg("allowed", allowed)
        }
        ReadError::Derived | ReadError::Empty | ReadError::Heading | ReadError::ReasonMissing => {
            problem
        }
        ReadError::NotAChoice { text, choices } => {
            let choices: Vec<String> = choices
                .iter()
                .map(|choice| format!("{} = {}", choice.value, choice.label))
                .collect();
            problem.arg("text", text).arg("choices", choices.join("; "))
        }
        ReadError::English { text, reading } => {
            problem.arg("text", text).arg("reading", beyond_doubt(reading))
        }
        ReadError::AuthorityUnmarked { text }
        | ReadError::NothingOrZero { text }
        | ReadError::NotAFlag { text }
        | ReadError::NotANumber { text }
        | ReadError::ReasonNotPlain { text }
        | ReadError::TooLarge { text } => problem.arg("text", text),
        ReadError::OutsideAuthority { reason } => problem.arg("reason", reason),
        ReadError::ReasonTooLong { chars } => {
            problem.arg("chars", chars).arg("limit", MAX_REASON_CHARS)
        }
        ReadError::TooLong { bytes } => problem.arg("bytes", bytes),
        ReadError::TooManyDecimals { value, allowed } => {
            problem.arg("value", written(value)).arg("allowed", allowed)
        }
        ReadError::WrongKind { expected, found } => {
            problem.arg("expected", expected).arg("found", found)
        }
    }
}

fn written(number: &Decimal) -> String {
    write_number(number, Decimals::Trimmed)
}

/// A whole number as it can be typed with one reading: digits alone, `30162`.
fn without_marks(number: &Decimal) -> String {
    number.normalize().to_string()
}

/// A number as it can be typed with one reading: three decimals would look like thousands, so they get a
/// fourth, `30,1620`.
fn beyond_doubt(number: &Decimal) -> String {
    match number.normalize().scale() {
        3 => write_number(number, Decimals::Fixed(4)),
        _ => written(number),
    }
}

#[cfg(test)]
mod tests {
    use hopluu_protocol::number::{check_value, read_value};
    use hopluu_protocol::template::{Indicator, Template, ValueType};
    use hopluu_protocol::value::CellValue;

    use super::*;
    use crate::messages::tests::{assert_told_in_full, in_vietnamese};

    /// An indicator of the built-in template that somebody types, of the wanted type.
    fn typed(wanted: impl Fn(&ValueType) -> bool) -> Indicator {
        let template = Template::parse(crate::BUILT_IN_TEMPLATE).unwrap().template;
        let typed = |row: &&Indicator| !row.reporters.is_empty() && wanted(&row.value_type);
        template.indicators.iter().find(typed).unwrap().clone()
    }

    #[test]
    fn an_ambiguous_number_is_refused_with_both_readings_as_they_can_be_typed() {
        let mut money = typed(|kind| matches!(kind, ValueType::Count));
        money.value_type = ValueType::Money { decimals: 3 };
        for (text, first, second) in [
            ("30,162", "30162", "30,1620"),
            ("999,000", "999000", "999"),
            ("17,110", "17110", "17,11"),
        ] {
            let problem = value_problem(&read_value(text, &money).unwrap_err());
            assert_eq!(problem.args.get("first").map(String::as_str), Some(first));
            assert_eq!(problem.args.get("second").map(String::as_str), Some(second));
            let told = in_vietnamese(&problem);
            assert!(told.contains(text) && told.contains(first) && told.contains(second), "{told}");
            let readings = [first, second].map(|typed| read_value(typed, &money).unwrap());
            assert_ne!(readings[0], readings[1], "{text}");
        }
    }

    #[test]
    fn whatever_cannot_be_typed_is_told_with_its_facts() {
        let count = typed(|kind| *kind == ValueType::Count);
        let choice = typed(|kind| matches!(kind, ValueType::Choice(_)));
        let long_reason = format!("kad: {}", "x".repeat(MAX_REASON_CHARS + 1));
        for (text, indicator) in [
            ("", &count),
            ("-5", &count),
            ("5,5", &count),
            ("30,000", &count),
            ("twelve", &count),
            ("không có", &count),
            ("thẩm quyền cấp tỉnh", &count),
            ("5.0", &count),
            ("kad:", &count),
            ("kad: a\nb", &count),
            (&long_reason, &count),
            (&"9".repeat(40), &count),
            (&"x".repeat(9000), &count),
            ("99", &choice),
        ] {
            assert_told_in_full(&value_problem(&read_value(text, indicator).unwrap_err()));
        }
        for value in [CellValue::Flag(true), CellValue::Choice(1)] {
            assert_told_in_full(&value_problem(&check_value(&value, &count).unwrap_err()));
        }
        for error in [
            ReadError::AboveHundred { value: Decimal::from(101) },
            ReadError::AmbiguousTooFine {
                text: "30,162".to_owned(),
                thousands: Decimal::from(30162),
                allowed: 1,
            },
            ReadError::Derived,
            ReadError::Heading,
            ReadError::NotAFlag { text: "maybe".to_owned() },
            ReadError::OutsideAuthority { reason: "tỉnh".to_owned() },
        ] {
            assert_told_in_full(&value_problem(&error));
        }
    }
}
