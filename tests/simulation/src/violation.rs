//! What the judge finds.

use std::fmt;

use crate::town::Name;

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(String);

impl Violation {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl Violation {
    /// Whether the same law was broken: the words agree, whatever the names and numbers.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.words() == other.words()
    }

    fn words(&self) -> Vec<&str> {
        let is_word = |word: &&str| {
            let named = Name::ALL.iter().any(|name| name.as_str() == *word);
            !named && word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase())
        };
        self.0.split_whitespace().filter(is_word).take(6).collect()
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Goes on only if `holds`.
pub(crate) fn must(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), Violation> {
    if holds { Ok(()) } else { Err(Violation(otherwise())) }
}
