//! The help of the command line in the catalogue's language, with the parts that clap writes by itself.

use std::ffi::OsStr;

use clap::{Arg, Command, CommandFactory as _};

use super::args::Cli;
use crate::messages::Catalogue;

/// The command line with its help in the catalogue's language.
pub(super) fn localised(catalogue: &Catalogue) -> Command {
    let mut command = translate(Cli::command(), "help", catalogue);
    // From here on it also has what clap adds: `--help`, `--version`, `help` and the usage lines.
    command.build();
    translate_claps_own(command, catalogue)
}

/// Messages are named `help-<command>` and `help-<command>-<argument>`; what the catalogue lacks stays
/// English.
fn translate(mut command: Command, prefix: &str, catalogue: &Catalogue) -> Command {
    if let Some(about) = text(catalogue, prefix) {
        command = command.about(about);
    }
    command.mut_args(|arg| translate_argument(arg, prefix, catalogue)).mut_subcommands(|sub| {
        let prefix = format!("{prefix}-{}", sub.get_name());
        translate(sub, &prefix, catalogue)
    })
}

/// Clap would add choices, default and environment variable in English, so they are part of the text.
fn translate_argument(arg: Arg, prefix: &str, catalogue: &Catalogue) -> Arg {
    let mut help = text(catalogue, &format!("{prefix}-{}", arg.get_id()))
        .or_else(|| arg.get_help().map(ToString::to_string))
        .unwrap_or_default();
    if !arg.get_action().takes_values() {
        return arg.help(help);
    }
    let choices: Vec<String> =
        arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    let defaults: Vec<_> =
        arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let variable = arg.get_env().map(OsStr::to_string_lossy).unwrap_or_default();
    for (code, fact) in [
        ("usage-choices", choices.join(", ")),
        ("usage-default", defaults.join(",")),
        ("usage-variable", variable.into_owned()),
    ] {
        if !fact.is_empty() {
            help.push(' ');
            help.push_str(&catalogue.line(code, &[("what", &fact)]));
        }
    }
    let names: Vec<String> = arg
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .map(|name| translate_value_name(name, catalogue))
        .collect();
    arg.help(help)
        .value_names(names)
        .hide_possible_values(true)
        .hide_default_value(true)
        .hide_env(true)
}

/// Messages are named `usage-value-<name>`.
fn translate_value_name(name: &str, catalogue: &Catalogue) -> String {
    let plain = name.to_lowercase().replace([':', '@', '_'], "-");
    text(catalogue, &format!("usage-value-{plain}")).unwrap_or_else(|| name.to_owned())
}

fn translate_claps_own(command: Command, catalogue: &Catalogue) -> Command {
    let line = |code: &str| catalogue.line(code, &[]);
    let mut command = command
        .subcommand_value_name(line("usage-command"))
        .mut_args(|arg| match arg.get_id().as_str() {
            "help" => arg.help(line("usage-help")),
            "version" => arg.help(line("usage-version")),
            _ => arg,
        })
        .mut_subcommands(|sub| {
            let sub = translate_claps_own(sub, catalogue);
            if sub.get_name() == "help" { sub.about(line("usage-help-command")) } else { sub }
        });
    // The whole usage also stands under an error: clap's shorter one repeats what was wrong.
    let usage = command.render_usage().to_string();
    let usage = usage
        .trim_start_matches("Usage:")
        .trim()
        .replace("[OPTIONS]", &format!("[{}]", line("usage-any-options")));
    let layout = layout(&command, catalogue);
    command.override_usage(usage).help_template(layout)
}

/// What a help page consists of, in clap's template language: headings only over what is there.
fn layout(command: &Command, catalogue: &Catalogue) -> String {
    let style = command.get_styles().get_header();
    let heading = |code| format!("{style}{}{style:#}", catalogue.line(code, &[]));
    let mut layout = format!("{{about-with-newline}}\n{} {{usage}}", heading("usage-title"));
    for (present, code, part) in [
        (command.has_subcommands(), "usage-commands", "{subcommands}"),
        (command.get_arguments().any(Arg::is_positional), "usage-arguments", "{positionals}"),
        (command.get_arguments().any(|arg| !arg.is_positional()), "usage-options", "{options}"),
    ] {
        if present {
            layout.push_str(&format!("\n\n{}\n{part}", heading(code)));
        }
    }
    layout
}

fn text(catalogue: &Catalogue, code: &str) -> Option<String> {
    catalogue.text(code, &std::collections::BTreeMap::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Language;

    /// Words of clap's own that would stand in a help page.
    const CLAPS_OWN: &[&str] = &[
        "Usage",
        "Commands",
        "Options",
        "Arguments",
        "OPTIONS",
        "COMMAND",
        "Print ",
        "the help of",
        "default:",
        "ossible values",
        "env:",
    ];

    fn walk(command: &Command, visit: &mut impl FnMut(&Command)) {
        visit(command);
        command.get_subcommands().for_each(|sub| walk(sub, visit));
    }

    #[test]
    fn no_word_of_the_vietnamese_help_is_claps() {
        let mut pages = 0;
        walk(&localised(&Catalogue::new(Language::Vietnamese)), &mut |command| {
            let mut command = command.clone();
            for page in [command.render_help(), command.render_long_help()] {
                let page = page.to_string();
                for word in CLAPS_OWN {
                    assert!(!page.contains(word), "“{word}” in the help:\n{page}");
                }
                assert!(page.contains("Cách dùng:"), "{page}");
                pages += 1;
            }
        });
        assert!(pages > 60, "{pages} pages");
    }

    #[test]
    fn every_command_argument_and_value_has_its_vietnamese_words() {
        walk(&localised(&Catalogue::new(Language::Vietnamese)), &mut |command| {
            let name = command.get_name();
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(!about.is_ascii(), "{name}: “{about}”");
            for arg in command.get_arguments() {
                let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(!help.is_ascii(), "{name} {}: “{help}”", arg.get_id());
                for value in arg.get_value_names().unwrap_or_default() {
                    let takes = arg.get_action().takes_values();
                    assert!(!takes || !value.is_ascii(), "{name}: {value}");
                }
            }
        });
    }

    #[test]
    fn the_help_tells_choices_default_and_variable_in_the_readers_language() {
        let page = |language, name: &str| {
            let mut command = localised(&Catalogue::new(language));
            let page = command.find_subcommand_mut(name).unwrap().render_help().to_string();
            // Where a line is wrapped depends on the terminal.
            page.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let vietnamese = page(Language::Vietnamese, "report");
        for part in [
            "Cách dùng: hopluu report [TÙY CHỌN] <KỲ>",
            "Tham số:",
            "Tùy chọn:",
            "[một trong: docx, json, pdf, xlsx] [mặc định: docx,xlsx,pdf,json]",
            "[biến môi trường: HOPLUU_DATA]",
            "In hướng dẫn",
            "In phiên bản",
        ] {
            assert!(vietnamese.contains(part), "no “{part}” in:\n{vietnamese}");
        }
        let english = page(Language::English, "report");
        for part in ["Usage: hopluu report [OPTIONS] <PERIOD>", "Options:", "[default: out]"] {
            assert!(english.contains(part), "no “{part}” in:\n{english}");
        }
    }

    #[test]
    fn help_is_given_by_the_word_and_by_the_option() {
        let told = |line: &str| {
            let command = localised(&Catalogue::new(Language::Vietnamese));
            command.try_get_matches_from(line.split(' ')).unwrap_err().to_string()
        };
        assert_eq!(told("hopluu help town apply"), told("hopluu town apply --help"));
        assert!(told("hopluu help help").contains("Cách dùng: hopluu help [LỆNH]"));
        assert!(told("hopluu help").contains("In hướng dẫn này, hoặc hướng dẫn của một lệnh"));
    }
}
