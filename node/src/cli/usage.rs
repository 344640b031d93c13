//! What clap has against a command line, in the catalogue's language.

use std::error::Error as _;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use hopluu_protocol::id::IdError;

use super::console::Console;
use crate::desk::MOST_HOURS;
use crate::problem::{Problem, Reason, Refusal};

/// Exit code of a command line that is not one.
const USED_WRONGLY: u8 = 2;

/// Tells what is wrong with the command line, or gives the help or version that was asked for.
pub(super) fn tell(error: &clap::Error, console: &Console) -> ExitCode {
    if !error.use_stderr() {
        // Whoever asks for help and does not read it needs none.
        drop(error.print());
        return ExitCode::SUCCESS;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        drop(error.print());
        return ExitCode::from(USED_WRONGLY);
    }
    let mut refusal = Refusal::new(Reason::Invalid, problem(error));
    console.catalogue.translate(&mut refusal);
    console.refuse(&refusal);
    if !console.json
        && let Some(usage) = text(error, ContextKind::Usage)
    {
        let usage = usage.trim_start_matches("Usage:").trim();
        console.hint("cli-usage", &[("usage", usage)]);
    }
    ExitCode::from(USED_WRONGLY)
}

fn problem(error: &clap::Error) -> Problem {
    let of = |code: &str| Problem::new(code, error.to_string().trim_end());
    let fact = |kind| text(error, kind).unwrap_or_default();
    let argument = fact(ContextKind::InvalidArg);
    let value = fact(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::InvalidSubcommand => of("cli-usage-unknown-command")
            .arg("command", fact(ContextKind::InvalidSubcommand))
            .arg("meant", or_none(fact(ContextKind::SuggestedSubcommand))),
        ErrorKind::UnknownArgument if !argument.starts_with('-') => {
            of("cli-usage-too-many").arg("argument", argument)
        }
        ErrorKind::UnknownArgument => of("cli-usage-unknown-argument")
            .arg("argument", argument)
            .arg("meant", or_none(fact(ContextKind::SuggestedArg))),
        ErrorKind::MissingRequiredArgument => {
            of("cli-usage-missing-argument").arg("arguments", argument)
        }
        ErrorKind::MissingSubcommand => of("cli-usage-missing-command")
            .arg("commands", or_none(fact(ContextKind::ValidSubcommand))),
        ErrorKind::ArgumentConflict => of("cli-usage-conflict")
            .arg("argument", argument)
            .arg("other", or_none(fact(ContextKind::PriorArg))),
        ErrorKind::InvalidValue if value.is_empty() => {
            of("cli-usage-missing-value").arg("argument", argument)
        }
        ErrorKind::InvalidValue => of("cli-usage-wrong-choice")
            .arg("argument", argument)
            .arg("value", value)
            .arg("choices", fact(ContextKind::ValidValue)),
        ErrorKind::ValueValidation
            if error.source().is_some_and(|source| source.is::<NotHours>()) =>
        {
            of("invite-hours").arg("hours", value).arg("most", MOST_HOURS)
        }
        ErrorKind::ValueValidation => {
            match error.source().and_then(|source| source.downcast_ref::<IdError>()) {
                Some(wrong) => {
                    of("id-invalid").arg_phrase("kind", wrong.kind).arg("text", &wrong.text)
                }
                None => of("cli-usage-wrong-value").arg("argument", argument).arg("value", value),
            }
        }
        ErrorKind::TooManyValues if argument.is_empty() => of("cli-usage-wrong"),
        ErrorKind::TooManyValues => {
            of("cli-usage-too-many-values").arg("argument", argument).arg("value", value)
        }
        ErrorKind::NoEquals | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            of("cli-usage-missing-value").arg("argument", argument)
        }
        ErrorKind::InvalidUtf8 => of("cli-usage-not-utf8"),
        _ => of("cli-usage-wrong"),
    }
}

/// A number of hours for which no invitation is made.
#[derive(Debug, thiserror::Error)]
#[error("an invitation is good for 1 to {MOST_HOURS} hours")]
struct NotHours;

/// Reads for how many hours an invitation is to be good.
pub(super) fn hours(text: &str) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    let hours: u32 = text.parse()?;
    if (1..=MOST_HOURS).contains(&hours) { Ok(hours) } else { Err(Box::new(NotHours)) }
}

/// What clap says of an error, in one line.
fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    Some(match error.get(kind)? {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::StyledStrs(texts) => {
            texts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        ContextValue::Number(number) => number.to_string(),
        _ => return None,
    })
}

/// By `none` a catalogue knows that there is nothing to name.
fn or_none(text: String) -> String {
    if text.is_empty() { "none".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::help;
    use crate::messages::tests::{assert_told_in_full, in_vietnamese};
    use crate::messages::{Catalogue, Language};

    fn wrong(line: &str) -> Problem {
        let command = help::localised(&Catalogue::new(Language::Vietnamese));
        let words = ["hopluu"].into_iter().chain(line.split(' '));
        problem(&command.try_get_matches_from(words).unwrap_err())
    }

    #[test]
    fn whatever_is_wrong_with_a_command_line_is_told_in_vietnamese_with_its_words() {
        for (line, code, word) in [
            ("nopluu", "cli-usage-unknown-command", "nopluu"),
            ("statu", "cli-usage-unknown-command", "status"),
            ("get 2023-q1 --jason", "cli-usage-unknown-argument", "--jason"),
            ("set 2023-q1", "cli-usage-missing-argument", "<CHỈ-TIÊU>"),
            ("init --town town.toml", "cli-usage-missing-argument", "--hub"),
            ("text 2023-q1 i.1 f.txt --clear", "cli-usage-conflict", "--clear"),
            ("report 2023-q1 --format odt", "cli-usage-wrong-choice", "docx"),
            ("get 2023-q5", "id-invalid", "2023-q5"),
            ("invite 19996 --hours ba", "cli-usage-wrong-value", "ba"),
            ("invite 19996 --hours 0", "invite-hours", "8760"),
            ("invite 19996 --hours 8761", "invite-hours", "8761"),
            ("get 2023-q1 --lang", "cli-usage-missing-value", "--lang"),
            ("openapi extra", "cli-usage-too-many", "“extra”"),
            ("invite 19996 20000", "cli-usage-too-many", "“20000”"),
        ] {
            let problem = wrong(line);
            assert_eq!(problem.code, code, "{line}: {}", problem.detail);
            assert_told_in_full(&problem);
            let told = in_vietnamese(&problem);
            assert!(told.contains(word), "{line}: {told}");
        }
    }

    #[test]
    fn the_usage_under_an_error_does_not_repeat_what_was_wrong() {
        let command = help::localised(&Catalogue::new(Language::Vietnamese));
        let line = ["hopluu", "invite", "--list", "--withdraw", "x"];
        let error = command.try_get_matches_from(line).unwrap_err();
        let usage = text(&error, ContextKind::Usage).unwrap();
        assert_eq!(usage, "Usage: hopluu invite [TÙY CHỌN] [ĐƠN-VỊ]");
    }

    #[test]
    fn a_note_and_a_value_may_begin_with_a_hyphen() {
        let command = help::localised(&Catalogue::new(Language::English));
        let line = ["hopluu", "set", "2023-q1", "pl4.1", "-5", "--note", "- giảm so với quý trước"];
        let matches = command.try_get_matches_from(line).unwrap();
        let (_, set) = matches.subcommand().unwrap();
        assert_eq!(set.get_one::<String>("value").unwrap(), "-5");
        assert_eq!(set.get_one::<String>("note").unwrap(), "- giảm so với quý trước");
    }
}
