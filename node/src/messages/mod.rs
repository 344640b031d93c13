//! What people are told, in Vietnamese or English: Fluent catalogues, keyed by the codes of
//! [`Problem`]s and of the command line's own lines.

use std::collections::BTreeMap;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::problem::{Place, Problem, Refusal};

/// The languages that the catalogues have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Vietnamese, the language of the interface.
    Vietnamese,
}

impl Language {
    /// From a locale name (`vi_VN.UTF-8`, `en-US`): Vietnamese unless it is English. `C` and `POSIX`,
    /// the locales of bare servers and scripts, count as English.
    pub fn from_locale(locale: Option<&str>) -> Self {
        match locale {
            Some(name)
                if name.starts_with("en")
                    || name == "C"
                    || name.starts_with("C.")
                    || name == "POSIX" =>
            {
                Self::English
            }
            _ => Self::Vietnamese,
        }
    }

    /// As in `accept-language`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Vietnamese => "vi",
        }
    }

    fn source(self) -> &'static str {
        match self {
            Self::English => include_str!("en.ftl"),
            Self::Vietnamese => include_str!("vi.ftl"),
        }
    }
}

/// A catalogue, read.
pub struct Catalogue {
    bundle: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// The catalogue of a language.
    pub fn new(language: Language) -> Self {
        let identifier: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        // Isolation marks around arguments would end up in terminals and copied texts.
        bundle.set_use_isolating(false);
        // A line that does not parse is skipped here and found by the catalogue test.
        let resource = match FluentResource::try_new(language.source().to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
        Self { bundle }
    }

    /// The text of a message; `None` when the catalogue does not have it.
    pub fn text(&self, code: &str, args: &BTreeMap<String, String>) -> Option<String> {
        let pattern = self.bundle.get_message(code)?.value()?;
        let mut fluent = FluentArgs::new();
        for (name, value) in args {
            fluent.set(name.as_str(), argument(value));
        }
        let mut errors = Vec::new();
        Some(self.bundle.format_pattern(pattern, Some(&fluent), &mut errors).into_owned())
    }

    /// The text of a line of the program itself. A missing one shows its code: ugly, but not silent.
    pub fn line(&self, code: &str, args: &[(&str, &str)]) -> String {
        let args =
            args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.text(code, &args).unwrap_or_else(|| code.to_owned())
    }

    /// A problem for people: where it is, what is wrong, what to do.
    pub fn problem(&self, problem: &Problem) -> String {
        let text =
            self.text(&problem.code, &problem.args).unwrap_or_else(|| problem.detail.clone());
        let place = self.place(&problem.place);
        if place.is_empty() { text } else { format!("{place}: {text}") }
    }

    /// Fills in the messages of a refusal.
    pub fn translate(&self, refusal: &mut Refusal) {
        for problem in &mut refusal.problems {
            problem.message = self.problem(problem);
        }
    }

    fn place(&self, place: &Place) -> String {
        let mut parts = Vec::new();
        if let Some(file) = &place.file {
            parts.push(file.clone());
        }
        if let Some(sheet) = &place.sheet {
            parts.push(self.line("place-sheet", &[("sheet", sheet)]));
        }
        if let Some(cell) = &place.cell {
            parts.push(self.line("place-cell", &[("cell", cell)]));
        } else if let Some(line) = place.line {
            parts.push(self.line("place-line", &[("line", &line.to_string())]));
        }
        if let Some(indicator) = &place.indicator {
            parts.push(indicator.clone());
        }
        parts.join(", ")
    }
}

/// A message's argument. A small count is a number, so that a message may have a variant for it (`[0]`); all
/// else is text as it was written, "1.304" and "007" too.
fn argument(value: &str) -> FluentValue<'_> {
    match value.parse::<u16>() {
        Ok(count) if count.to_string() == value => FluentValue::from(count),
        _ => FluentValue::from(value),
    }
}

#[cfg(test)]
pub(crate) mod tests;
